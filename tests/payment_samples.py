"""Payment messages for the tests: written here, about nobody."""

PACS008 = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.{version}">
 <FIToFICstmrCdtTrf>
  <GrpHdr><MsgId>{id}</MsgId><CreDtTm>2026-11-24T09:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs>
   <SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf></GrpHdr>
  <CdtTrfTxInf>
   <PmtId><EndToEndId>{end_to_end}</EndToEndId><UETR>{uetr}</UETR></PmtId>
   <IntrBkSttlmAmt Ccy="USD">{amount}</IntrBkSttlmAmt><IntrBkSttlmDt>2026-11-24</IntrBkSttlmDt>
   <InstgAgt><FinInstnId><BICFI>QQQQUS33</BICFI></FinInstnId></InstgAgt>
   {agents}
   <Dbtr><Nm>Marsh and Fen Rope Works Ltd</Nm><PstlAdr><StrtNm>Quay Lane</StrtNm><BldgNb>3</BldgNb><TwnNm>Hull</TwnNm><Ctry>GB</Ctry></PstlAdr></Dbtr>
   <DbtrAcct><Id><IBAN>GB00TEST00000000000009</IBAN></Id></DbtrAcct>
   <DbtrAgt><FinInstnId><BICFI>QQQQGB2L</BICFI></FinInstnId></DbtrAgt>
   <CdtrAgt><FinInstnId><BICFI>VVVVSGSG</BICFI></FinInstnId></CdtrAgt>
   <Cdtr>{creditor}</Cdtr>
   {more}
   <RmtInf><Ustrd>{text}</Ustrd></RmtInf>
  </CdtTrfTxInf>
 </FIToFICstmrCdtTrf>
</Document>"""


def pacs008(
    *,
    id: str = "PAC1",  # noqa: A002 - the field's own name
    version: str = "08",
    end_to_end: str = "E2E1",
    uetr: str = "0f3ee4ee-6a56-4ab6-a2b9-6a2c1f0f5c11",
    amount: str = "100.50",
    agents: str = "",
    creditor: str = "<Nm>Lantern Kites Pte Ltd</Nm><PstlAdr><TwnNm>Singapore</TwnNm><Ctry>SG</Ctry></PstlAdr>",
    more: str = "",
    text: str = "KITES",
) -> str:
    """A pacs.008 of one transaction."""
    return PACS008.format(
        id=id,
        version=version,
        end_to_end=end_to_end,
        uetr=uetr,
        amount=amount,
        agents=agents,
        creditor=creditor,
        more=more,
        text=text,
    )


def mt103(
    *, reference: str = "REF1", beneficiary: str = "/001\nLANTERN KITES PTE LTD\nSINGAPORE", more: str = ""
) -> str:
    """An MT103."""
    return (
        "{1:F01QQQQUS33AXXX0000000000}{2:I103VVVVSGSGXXXXN}{3:{121:0f3ee4ee-6a56-4ab6-a2b9-6a2c1f0f5c11}}{4:\n"
        f":20:{reference}\n:23B:CRED\n:32A:261124USD100,50\n:50K:/9\nMARSH AND FEN ROPE WORKS LTD\nHULL GB\n"
        f":59:{beneficiary}\n{more}:71A:SHA\n-}}"
    )
