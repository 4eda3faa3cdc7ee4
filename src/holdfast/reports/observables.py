"""Fields of an event as STIX observables: the process, file, key, address or name that they hold."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from holdfast.reports.stix_object import observable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_HASHES = {"MD5": "MD5", "SHA1": "SHA-1", "SHA256": "SHA-256"}
_HIVES = {
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKU": "HKEY_USERS",
    "HKCR": "HKEY_CLASSES_ROOT",
    "HKCU": "HKEY_CURRENT_USER",
}
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]+")


def observables_of(matched: Mapping[str, str], origin: str) -> list[dict[str, Any]]:
    """One or several; where no field is of a known sort, the log itself, since observed data must hold something."""
    found = [thing for name, text in matched.items() for thing in _MAKERS.get(name, _nothing)(text)]
    return found or [_file(origin.rpartition(":")[0])]


def _nothing(_text: str) -> Iterator[dict[str, Any]]:
    return iter(())


def _file(path: str, **more: Any) -> dict[str, Any]:
    name = re.split(r"[\\/]", path.strip('"'))[-1] or path
    return observable("file", {"name": name, **more}, ("hashes", "name"))


def _files(text: str) -> Iterator[dict[str, Any]]:
    if text:
        yield _file(text)


def _processes(text: str) -> Iterator[dict[str, Any]]:
    if text:
        yield observable("process", {"command_line": text}, ())


def _keys(text: str) -> Iterator[dict[str, Any]]:
    hive, _, rest = text.partition("\\")
    if rest:
        key = f"{_HIVES.get(hive.upper(), hive)}\\{rest}"
        yield observable("windows-registry-key", {"key": key}, ("key", "values"))


def _addresses(text: str) -> Iterator[dict[str, Any]]:
    try:
        address = ipaddress.ip_address(text.removeprefix("::ffff:"))
    except ValueError:
        return
    yield observable(f"ipv{address.version}-addr", {"value": str(address)}, ("value",))


def _names(text: str) -> Iterator[dict[str, Any]]:
    if _DOMAIN.fullmatch(text):
        yield observable("domain-name", {"value": text.lower()}, ("value",))


def _hashes(text: str) -> Iterator[dict[str, Any]]:
    pairs = (part.partition("=") for part in text.split(","))
    hashes = {_HASHES[kind]: value.lower() for kind, _, value in pairs if kind in _HASHES}
    if hashes:
        yield observable("file", {"hashes": hashes}, ("hashes", "name"))


def _accounts(text: str) -> Iterator[dict[str, Any]]:
    if text and text != "-":
        yield observable(
            "user-account", {"account_login": text}, ("account_type", "user_id", "account_login")
        )


_MAKERS: dict[str, Callable[[str], Iterator[dict[str, Any]]]] = {
    "CommandLine": _processes, "ParentCommandLine": _processes, "ScriptBlockText": _processes,
    "Image": _files, "ParentImage": _files, "SourceImage": _files, "TargetImage": _files, "TargetFilename": _files,
    "ImageLoaded": _files, "ImagePath": _files, "NewProcessName": _files, "ParentProcessName": _files,
    "TargetObject": _keys,
    "DestinationIp": _addresses, "SourceIp": _addresses, "IpAddress": _addresses, "c-ip": _addresses,
    "src_ip": _addresses, "dst_ip": _addresses, "id.orig_h": _addresses, "id.resp_h": _addresses,
    "QueryName": _names, "query": _names, "cs-host": _names, "r-dns": _names, "DestinationHostname": _names,
    "Hashes": _hashes,
    "User": _accounts, "TargetUserName": _accounts, "SubjectUserName": _accounts,
}  # fmt: skip
"""By field; Sigma's names and those of the logs."""
