"""Which dialect a saved text is written in: configuration of a platform, command output, or log."""

from __future__ import annotations

import re

_LOG = re.compile(
    r"%[A-Z][A-Z0-9_]+-\d-[A-Z0-9_]+|\"(?:GET|POST|PUT|HEAD) /|sshd_operns|^<\d{1,3}>", re.MULTILINE
)
_CONFIGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fortios", re.compile(r"^config (?:system|firewall|vpn|user|log|router|vdom)\b[^\n]*$", re.MULTILINE)),
    (
        "junos",
        re.compile(
            r"^set (?:system|interfaces|forwarding-options|security|protocols|routing-options|snmp|firewall) "
            r"|^(?:system|interfaces|security) \{",
            re.MULTILINE,
        ),
    ),
    (
        "panos",
        re.compile(
            r"^set (?:deviceconfig|network|mgt-config|shared|rulebase)\b|<config version=", re.MULTILINE
        ),
    ),
    (
        "ios_xr",
        re.compile(
            r"^!! IOS XR|^ssh server (?:v2|vrf|port)|^\s*group (?:root-lr|root-system|netadmin)|^interface "
            r"(?:MgmtEth|TenGigE|HundredGigE|Bundle-Ether)\d|^router static$|^tpa$",
            re.MULTILINE,
        ),
    ),
    (
        "nxos",
        re.compile(
            r"^feature [\w-]+$|^vdc \S+ id \d|^switchname |^interface (?:Ethernet\d+/\d+|mgmt0)$|"
            r"^\s*destination ip [\d.]+$|^vrf context ",
            re.MULTILINE,
        ),
    ),
    (
        "asa",
        re.compile(
            r"^ASA Version|^\s*nameif |^access-group \S+ (?:in|out) interface|^: Saved|^same-security-traffic|"
            r"^username \S+ password \S+ (?:encrypted|pbkdf2)",
            re.MULTILINE,
        ),
    ),
    (
        "ios",
        re.compile(
            r"^(?:hostname \S+|version \d+\.\d+$|interface \S+|line vty|ip (?:http|ssh|route|access-list|traffic-export) |no ip http |"
            r"username \S+ |aaa |access-list \d|snmp-server |enable (?:secret|password)|logging |router \S+|"
            r"event manager applet|monitor (?:session|capture) |app-hosting |tacacs |radius |tacacs-server |"
            r"radius-server |tftp-server |service |guestshell )",
            re.MULTILINE,
        ),
    ),
)
_OUTPUT = re.compile(
    r"Role: \w+ \(SmartInstall|HTTP (?:secure )?server status|^\s*\d+\s+-rw|Directory of |App id|cisco_service\.conf|"
    r"authorized_keys|Embedded Hash|Computed Hash|57722",
    re.MULTILINE,
)


def platform_of(text: str) -> tuple[str, str]:
    """Platform and kind (``config``, ``output``, ``log``); empty when neither is recognised."""
    if _LOG.search(text) and not re.search(r"^(?:hostname|version) ", text, re.MULTILINE):
        return "log", "log"
    for platform, pattern in _CONFIGS:
        if pattern.search(text):
            return platform, "config"
    if _OUTPUT.search(text):
        return "output", "output"
    return "", ""
