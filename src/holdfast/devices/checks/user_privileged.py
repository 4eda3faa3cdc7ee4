"""A local account with full rights that the operator does not name.

Accounts of the allow-list and built-in accounts of the platform are passed over; one that most of the fleet has is a risk, not a sign.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_BUILT_IN = {"nxos": {"admin"}, "junos": {"root"}, "fortios": {"admin"}}
"""Accounts that the platform itself makes."""
_KIND = {"junos": Kind.RISK}
"""No source shows this persistence on Junos, and signs do not transfer."""
_IOS = re.compile(r"^username (\S+) .*\bprivilege 15\b")
_NXOS = re.compile(r"^username (\S+) .*\brole (network-admin|vdc-admin)\b")
_JUNOS = re.compile(r"^set system login user (\S+) class (super-user|super-user-local)")
_XR_GROUPS = ("group root-lr", "group root-system", "group cisco-support")


def privileged_users(config: Config) -> Iterator[tuple[str, int, str]]:
    """Name, line and rights of each privileged local account."""
    if config.platform in {"ios", "asa", "nxos"}:
        for line in config.starting("username"):
            found = _IOS.match(line.text) or (_NXOS.match(line.text) if config.platform == "nxos" else None)
            if found:
                rights = f"the role {found[2]}" if found.re is _NXOS else "privilege 15"
                yield found[1], line.number, rights
    elif config.platform == "ios_xr":
        seen = set()
        for line in config.starting("group"):
            head = line.section.split()
            if line.text.startswith(_XR_GROUPS) and head[:1] == ["username"] and head[1] not in seen:
                seen.add(head[1])
                yield head[1], line.number, f"the {line.text}"
    elif config.platform == "junos":
        for line in config.starting("set"):
            if line.text.startswith("set system login user ") and (found := _JUNOS.match(line.text)):
                yield found[1], line.number, f"class {found[2]}"
    elif config.platform == "fortios":
        for line in config.starting("set"):
            if line.section.startswith("system admin/") and "super_admin" in line.text:
                yield line.section.split("/")[1], line.number, "the profile super_admin"


def compare(before: Config, after: Config, allow: AllowList) -> Iterator[Hit]:
    """Accounts that are new since the earlier configuration."""
    known = {name for name, _, _ in privileged_users(before)}
    for name, line, rights in privileged_users(after):
        if name not in known and name not in allow.users:
            yield Hit(
                line, f"local account {name} with {rights} is new since the earlier configuration", Kind.SIGN
            )


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for name, line, rights in privileged_users(config):
        if (
            not any(map(str.isalnum, name))
            or name in allow.users
            or name in _BUILT_IN.get(config.platform, ())
        ):
            continue
        yield Hit(
            line,
            f"local account {name} has {rights} and is not on the allow-list",
            _KIND.get(config.platform, Kind.SIGN),
            name,
        )


CHECK = Check(
    id="USER_PRIV15_UNEXPECTED",
    title="A local account with full rights that the operator does not name",
    platforms=frozenset({"ios", "ios_xr", "nxos", "asa", "fortios", "junos"}),
    source=ADVISORY,
    guard="accounts of the allow-list and built-in accounts of the platform are passed over; one that most of the fleet has is a risk, not a sign",
    techniques=("T1136.001",),
    find=find,
    compare=compare,
)
