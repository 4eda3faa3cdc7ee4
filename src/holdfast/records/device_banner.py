"""Saved output of ``show version`` and its kin: which device, which release.

Plain patterns over the text, one table row per family, tried in order: output that people save has prompts, paging marks
and lines of other commands in it, which a grammar of the whole output would stumble over. All patterns are linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from holdfast.model.device import Device
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 400_000
"""Characters of one file's text that are looked at for a banner."""
_PAGING = re.compile(
    r"(?:[\x08\x1b]\[?[0-9;]*[A-Za-z]?)+|<?-+ ?[Mm]ore ?-+>?[ \x08]*|---\(more[^)]*\)---[ \x08]*"
)
_PROMPT = re.compile(
    r"^(?:\S+@)?([A-Za-z][\w.-]{0,62})(?:\([\w-]+\))?[#>]\s*(?:show|sh|get|display|dis)\b.*", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Banner:
    """How one family shows its release; group 1 is the release."""

    vendor: str
    family: str
    version: re.Pattern[str]
    model: tuple[re.Pattern[str], ...] = ()
    host: re.Pattern[str] | None = None
    product: str = ""


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


_UPTIME = _re(r"^\s*([\w.-]+) uptime is ")
_CISCO_MODEL = (
    _re(r"^Model [Nn]umber\s*:\s*(\S+)"),
    _re(
        r"^[Cc]isco ([A-Za-z0-9][\w/+-]*)(?: Chassis)? \([^)]*\) (?:processor|with|CPU)"
        r"|[Cc]isco ([A-Za-z0-9][\w/+-]*) \(revision"
    ),
)

BANNERS: tuple[Banner, ...] = (
    Banner(
        "Cisco",
        "cisco_ios_xr",
        _re(r"Cisco IOS XR Software, Version ([\w.]+)"),
        (_re(r"^(IOS XRv Chassis)|^[Cc]isco (IOS-XRv 9000)"), _re(r"^[Cc]isco (?!IOS)(\S+)")),
        _UPTIME,
    ),
    Banner(
        "Cisco",
        "cisco_nxos",
        _re(r"^\s*(?:NXOS|system|kickstart): *version +(\S+)"),
        (
            _re(
                r"^\s*cisco (Nexus ?\S* (?:C\S+|\S+)) .*Chassis|^\s*cisco (Nexus \d+) Chassis|^\s*cisco (\S+) "
            ),
        ),
        _re(r"^\s*Device name: (\S+)"),
    ),
    Banner(
        "Cisco",
        "cisco_ftd",
        _re(r"(?:Cisco Firepower Threat Defense|Threat Defense).*?Version (\d[\d.]+)"),
        (_re(r"Model\s*:\s*(Cisco \S+)"),),
        None,
    ),
    Banner(
        "Cisco",
        "cisco_asa",
        _re(r"Cisco Adaptive Security Appliance Software Version (\S+)"),
        (_re(r"^Hardware: +([A-Za-z0-9-]+)"),),
        _re(r"^(\S+) up \d"),
    ),
    Banner(
        "Cisco",
        "cisco_ios_xe",
        _re(r"Experimental Version (\d+\.\d+\.\d{8}:\d{6})"),
        _CISCO_MODEL,
        _UPTIME,
    ),
    Banner(
        "Cisco", "cisco_ios_xe", _re(r"^Cisco IOS XE Software, Version (\d\S*?),?\s*$"), _CISCO_MODEL, _UPTIME
    ),
    Banner("Cisco", "cisco_ios_xe", _re(r"IOS-XE Software,.*Version (\d\S*?),? "), _CISCO_MODEL, _UPTIME),
    Banner(
        "Cisco",
        "cisco_ios_xe",
        _re(r"Software \([\w-]*(?:IOSD|IOSXE|CAT\dK_CAA)[\w-]*\), Version (1[678]\.\S+?),"),
        _CISCO_MODEL,
        _UPTIME,
    ),
    Banner("Cisco", "cisco_ios_xe", _re(r"^Cisco IOS XE Software, Version (\S+)"), _CISCO_MODEL, _UPTIME),
    Banner(
        "Cisco",
        "cisco_ios",
        _re(
            r"^(?:.*Cisco )?(?:IOS|IOS \(tm\)|Internetwork Operating System).*?(?:Software|\)).*?, (?:Experimental )?Version (\d[\w.()]*)"
        ),
        _CISCO_MODEL,
        _UPTIME,
    ),
    Banner(
        "Cisco",
        "cisco_ios",
        _re(r"^IOS \(tm\) .*?, Version (\d[\w.()]*)|^.*Software \([\w-]+\), Version (\d+\.\d+\([\w.()]+)"),
        _CISCO_MODEL,
        _UPTIME,
    ),
    Banner(
        "Fortinet",
        "fortimanager",
        _re(
            r"^Platform Full Name *: FortiManager[\s\S]{0,400}?^Version *: v?(\d[\d.]+)|^Version: FortiManager\S* (v\S+)"
        ),
        (),
        _re(r"^Hostname *: *(\S+)"),
        "FortiManager",
    ),
    Banner(
        "Fortinet",
        "fortiproxy",
        _re(r"^Version: FortiProxy\S* (v\S+)"),
        (_re(r"^Version: (\S+)"),),
        _re(r"^Hostname: *(\S+)"),
        "FortiProxy",
    ),
    Banner(
        "Fortinet",
        "fortios",
        _re(r"^Version: Forti(?:Gate|WiFi|OS)\S* (v\S.*)$"),
        (_re(r"^Version: (\S+)"),),
        _re(r"^Hostname: *(\S+)"),
    ),
    Banner(
        "Palo Alto Networks",
        "panos",
        _re(r"^sw-version: (\S+)"),
        (_re(r"^model: (\S+)"),),
        _re(r"^hostname: (\S+)"),
    ),
    Banner(
        "Juniper Networks",
        "junos",
        _re(
            r"^\s*(?:Junos: +(\S+)|JUNOS (?:Software Release|.*[Ss]oftware [Ss]uite|OS Kernel.*|Base OS boot) \[([^\]]+)\])"
        ),
        (_re(r"^\s*Model: (\S+)"),),
        _re(r"^\s*Hostname: (\S+)"),
    ),
    Banner("Citrix", "netscaler", _re(r"NetScaler (NS\d+\.\d+: Build \S+?),"), (), None, "NetScaler ADC"),
    Banner(
        "Ivanti", "ivanti_ics", _re(r"(?:Connect Secure|Pulse Secure)\D{0,40}(\d+\.\d+R\d[\d.]*)"), (), None
    ),
    Banner(
        "MikroTik",
        "routeros",
        _re(r"(?:^\s*version: |by RouterOS )(\d+\.\d[\w.]*(?: \([\w-]+\))?)"),
        (_re(r"^\s*board-name: (.+?)\s*$|^# model = (\S+)"),),
        None,
    ),
    Banner(
        "Zyxel",
        "zyxel_zld",
        _re(r"^(?:firmware version|F/W version|version)\s*: *(V\d+\.\d+\([A-Z]+\.\d+\)\S*)"),
        (_re(r"^(?:model|model name)\s*: *(.+?)\s*$"),),
        None,
    ),
    Banner(
        "DrayTek",
        "draytek",
        _re(r"(?:Router Model|Model)\b[\s\S]{0,200}?(?:Version|Firmware Version)\s*: *([\d.]+\w*)"),
        (_re(r"(?:Router Model|Model(?: Name)?)\s*: *(Vigor\s?\w+)"),),
        None,
    ),
    Banner(
        "QNAP",
        "qnap",
        _re(r"(?:QTS|Firmware version)[: ]+(\d+\.\d+\.\d+(?:\.\d+)?(?: [Bb]uild \d{8})?)"),
        (_re(r"Model(?: name)?: *(T\S+)"),),
        None,
    ),
    Banner(
        "Synology",
        "synology",
        _re(r"^productversion=\"?([\d.]+)[\s\S]{0,200}?^buildnumber=|DSM (\d+\.\d+[\w.-]*(?: Update \d+)?)"),
        (),
        None,
    ),
    Banner("Arista", "arista_eos", _re(r"^Software image version: (\S+)"), (_re(r"^Arista (\S+)"),), None),
    Banner(
        "Huawei",
        "huawei_vrp",
        _re(r"^VRP \(R\) software, Version \S+ \(\S+ (V\w+)\)"),
        (_re(r"^(?:HUAWEI|Quidway|Huawei) (\S+) uptime"),),
        None,
    ),
    Banner(
        "D-Link",
        "dlink",
        _re(r"(?i)d-?link[\s\S]{0,400}?firmware version\s*[:=] *v?(\d[\w.]*)"),
        (_re(r"(?i)\b(D(?:IR|AP|CS|SL|NS)-\w+)"),),
        None,
    ),
    Banner(
        "ASUS",
        "asus",
        _re(r"(?i)asus[\s\S]{0,400}?firmware(?: version)?\s*[:=] *(\d[\w.]*)"),
        (_re(r"\b((?:RT|GT|ZenWiFi)[-_ ]?A\w+)"),),
        None,
    ),
    Banner(
        "TP-Link",
        "tplink",
        _re(r"(?i)tp-?link[\s\S]{0,400}?firmware version\s*[:=] *(\d[\w. ]*?)\s*$"),
        (_re(r"(?i)\b((?:archer|TL-|ER)\s?\w+)"),),
        None,
    ),
)
"""Tried in order: the more telling before the more general."""


def clean(text: str) -> str:
    """Without paging marks and terminal controls."""
    return (
        _PAGING.sub("", text.replace("\r", ""))
        if "ore" in text or "\x1b" in text or "\x08" in text
        else text.replace("\r", "")
    )


def split_devices(text: str) -> list[str]:
    """The parts of a file that holds the output of several devices, each from its prompt on."""
    prompts = [(found.start(), found[1]) for found in _PROMPT.finditer(text)]
    cuts = [
        position
        for number, (position, host) in enumerate(prompts)
        if number and host != prompts[number - 1][1]
    ]
    edges = [0, *cuts, len(text)]
    return [text[start:end] for start, end in pairwise(edges) if text[start:end].strip()]


def read_banners(text: str, file: str) -> Iterator[Device]:
    """The devices whose banner the text holds; none when it shows no release."""
    plain = clean(text[:LONGEST])
    for part in split_devices(plain):
        device = _read_banner(part, file)
        if device is not None:
            yield device


def _read_banner(text: str, file: str) -> Device | None:
    for banner in BANNERS:
        found = banner.version.search(text)
        if not found:
            continue
        version = next(group for group in found.groups() if group)
        engineering = "Experimental Version" in found[0] or bool(
            re.search(r"\d{8}[:_]\d{6}|^BLD_|^\d+\.\d+\.\d+\.\d+I$|^\d{4}-\d\d-\d\d_", version)
        )
        prompt = _PROMPT.search(text)
        host = _group((banner.host,) if banner.host else (), text) or (prompt[1] if prompt else "")
        return Device(
            name=host or file.rpartition("/")[2],
            vendor=banner.vendor,
            family=banner.family,
            product=banner.product,
            model=_group(banner.model, text),
            version=version.strip().rstrip(","),
            engineering=engineering,
            origin=Origin(file, text.count("\n", 0, found.start()) + 1),
        )
    return None


def _group(patterns: tuple[re.Pattern[str], ...], text: str) -> str:
    for pattern in patterns:
        found = pattern.search(text)
        if found:
            return next((group.strip() for group in found.groups() if group), "")
    return ""
