"""Writes the network devices of Northgate Communications, a fictitious regional carrier.

Host names, addresses and serial numbers are invented; outside addresses come from the ranges that RFC 5737 keeps for
examples. Among the healthy devices stand a few that the actors could walk into, two with traces of a visit, and
look-alikes that must not be called either. The same seed gives the same files, byte for byte:

    python examples/generate_northgate_devices.py
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

FOLDER = Path(__file__).parent / "northgate" / "devices"
SEED = 20240918
SITES = ("alb", "bgm", "elm", "ith", "syr", "utc", "wtn")

FLEET = (
    # vendor, family, product, model, releases, prefix, count
    ("Cisco", "IOS-XE", "", "C9300-48P", ("17.09.04a", "17.09.05", "17.12.04", "17.06.06a"), "sw", 36),
    ("Cisco", "IOS-XE", "", "ASR1001-X", ("17.09.05a", "17.12.03"), "rt", 12),
    ("Cisco", "iosxr", "", "ASR-9006", ("7.5.2", "7.8.2"), "pe", 6),
    ("Cisco", "nx-os", "", "N9K-C93180YC-FX", ("9.3(14)", "10.4(3)"), "dc", 8),
    ("Cisco", "IOS", "", "WS-C2960X-48TS-L", ("15.2(7)E10", "15.2(7)E9"), "ac", 14),
    ("Juniper", "junos", "Junos OS (EX Series)", "EX4300-48T", ("22.4R3-S2", "23.4R1"), "ex", 8),
    (
        "Fortinet",
        "FortiGate",
        "FortiOS",
        "FortiGate-100F",
        ("v7.2.11,build1740,250210 (GA.M)", "v7.4.9"),
        "fw",
        9,
    ),
    ("Palo Alto Networks", "panos", "PAN-OS", "PA-3220", ("10.2.9-h14", "11.1.6-h3"), "pa", 3),
    ("MikroTik", "routeros", "RouterOS", "CCR2004-1G-12S+2XS", ("7.16.2", "7.15.3"), "mt", 10),
    ("DrayTek", "", "Vigor2960", "Vigor2960", ("1.5.1.5",), "vg", 3),
)
PLANTED = (
    # What the fleet has that it should not: each is found for another reason.
    ("syr-sw-99", "Cisco", "IOS-XE", "", "C9300-48P", "17.06.05", "configs/syr-sw-99.cfg"),
    ("alb-rt-99", "Cisco", "iosxe", "", "ASR1001-X", "16.12.04", "configs/alb-rt-99.cfg"),
    (
        "utc-fw-99",
        "Fortinet",
        "",
        "FortiOS",
        "FortiGate-60F",
        "v7.0.13,build0566,231024 (GA)",
        "configs/utc-fw-99.conf",
    ),
    ("elm-nas-1", "Zyxel", "", "NAS326 firmware", "NAS326", "V5.21(AAZF.15)C0", ""),
    ("ith-adc-1", "Citrix", "netscaler", "NetScaler ADC", "MPX 8905", "NS13.1: Build 48.47.nc", ""),
    ("wtn-vpn-1", "Ivanti", "ics", "ICS", "PSA5000", "22.4R1", ""),
    ("bgm-dc-99", "Cisco", "NX-OS", "", "N9K-C9336C", "9.3(13)", ""),
    # Look-alikes and open questions.
    ("bgm-sw-98", "Cisco", "IOS XE 17.6.5a", "", "C9300-24P", "", ""),
    ("utc-mt-98", "MikroTik", "routeros", "RouterOS", "RB4011", "6.48.7", ""),
    ("elm-pa-98", "Palo Alto Networks", "panos", "PAN-OS", "PA-820", "10.2.8-h3", ""),
    ("syr-lab-1", "Cisco", "IOS-XE", "", "C9500-24Y4C", "17.15.20240326:010319", ""),
)
CONFIGS = {
    "syr-sw-99.cfg": """hostname syr-sw-99
!
aaa new-model
aaa authentication login default group tacacs+ local
username netops privilege 15 secret 9 $9$EXAMPLE0000000
username cisco_tac_admin privilege 15 secret 9 $9$EXAMPLE0000001
tacacs server ISE1
 address ipv4 10.20.0.11
 key 7 0000000000000000
ip http server
ip http secure-server
ip http secure-port 18443
logging host 10.20.0.30
line vty 0 4
 access-class 5 in
 transport input ssh
""",
    "alb-rt-99.cfg": """hostname alb-rt-99
!
username netops privilege 15 secret 9 $9$EXAMPLE0000002
no ip http server
no ip http secure-server
ip ssh port 22122 rotary 1
interface Loopback9
 ip address 10.30.9.9 255.255.255.255
interface Tunnel88
 tunnel source Loopback9
 tunnel destination 203.0.113.66
ip route 203.0.113.66 255.255.255.255 10.30.0.1
monitor capture CAP1 interface GigabitEthernet0/0/1 both
monitor capture CAP1 match ipv4 protocol tcp any any eq 49
no logging on
snmp-server community EXAMPLE RW
""",
    "utc-fw-99.conf": """config system global
    set hostname "utc-fw-99"
    set admin-sport 8443
end
config system interface
    edit "wan1"
        set role wan
        set allowaccess ping https ssh
    next
end
config vpn ssl settings
    set status enable
    set source-interface "wan1"
end
""",
    # Nothing is wrong with these: an IPsec tunnel to a peer of the allow-list, list 20 with inside addresses only, and a
    # nightly save by an applet.
    "ith-rt-01.cfg": """hostname ith-rt-01
username netops privilege 15 secret 9 $9$EXAMPLE0000003
no ip http server
ip http secure-server
ip http active-session-modules none
ip http secure-active-session-modules none
interface Tunnel1
 description to the exchange point
 tunnel destination 198.51.100.20
access-list 20 permit 10.0.0.0 0.255.255.255
event manager applet SAVE
 event timer cron cron-entry "0 2 * * *"
 action 1 cli command "enable"
 action 2 cli command "copy running-config startup-config"
logging host 10.20.0.30
line vty 0 4
 access-class 5 in
 transport input ssh
""",
}
OUTPUT = """wtn-sw-97#show version\r
Cisco IOS XE Software, Version 17.03.04\r
Cisco IOS Software [Amsterdam], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.3.4, RELEASE SOFTWARE (fc3)\r
Technical Support: http://www.cisco.com/techsupport\r
 --More-- \r
wtn-sw-97 uptime is 41 weeks, 3 days, 2 hours, 9 minutes\r
cisco C9300-24T (X86) processor with 1343576K/6147K bytes of memory.\r
"""
ALLOW = """# What is Northgate's own: nothing on it is called strange.
users = ["netops"]
aaa_servers = ["10.20.0.0/24"]
tunnel_peers = ["198.51.100.20/32"]
networks = ["192.0.2.0/24"]
"""


def main() -> None:
    random.seed(SEED)
    (FOLDER / "configs").mkdir(parents=True, exist_ok=True)
    (FOLDER / "outputs").mkdir(exist_ok=True)
    rows = []
    for vendor, family, product, model, releases, prefix, count in FLEET:
        for number in range(1, count + 1):
            name = f"{random.choice(SITES)}-{prefix}-{number:02d}"
            rows.append((name, vendor, family, product, model, random.choice(releases), ""))
    rows.append(("ith-rt-01", "Cisco", "IOS-XE", "", "ASR1001-X", "17.09.04", "configs/ith-rt-01.cfg"))
    rows.extend(PLANTED)
    with (FOLDER / "inventory.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("device", "vendor", "family", "product", "model", "version", "config"))
        writer.writerows(rows)
    for name, text in CONFIGS.items():
        (FOLDER / "configs" / name).write_text(text, encoding="utf-8")
    (FOLDER / "outputs" / "wtn-sw-97.txt").write_bytes(OUTPUT.encode())
    (FOLDER.parent / "devices-own.toml").write_text(ALLOW, encoding="utf-8")


if __name__ == "__main__":
    main()
