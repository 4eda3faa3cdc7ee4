"""What makes two names one, and what tells them apart, by family of difference: each pair stands for many."""

import pytest

from holdfast.screen.policy import policy
from holdfast.screen.screener import compare

HIT, SHOWN = policy("default").threshold, policy("strict").threshold
SAME = [
    ("Person", "Alyaksandr Hryhoravich Kavalenka", "Aleksandr Grigorevich Kovalenko", "romanisations of one name"),
    ("Person", "Zhou Tse-min", "Zhou Zemin", "Wade-Giles and pinyin"),
    ("Person", "Park Jeong-ho", "Pak Chong Ho", "romanisations of Korean"),
    ("Person", "Fawzi Abdul Latif Haddad", "Fouzi Abdellatif Haddad", "romanisations of Arabic"),
    ("Person", "M. Yusuf Qureshi", "Mohammad Yusuf Qureshi", "an initial"),
    ("Person", "Bill Ostrander", "William Ostrander", "a nickname"),
    ("Person", "Сергей Иванченко", "Serhiy Ivanchenko", "Cyrillic"),
    ("Person", "செல்வன் குமார்", "Selvan Kumar", "a script without a table"),
    ("Person", "利文斯顿", "Livingston", "a western name in Han characters"),
    ("Company", "OOO Uralskii Mekhanicheskii Zavod", "Ural Mechanical Plant LLC", "a translation"),
    ("Company", "Omskii Podshipnikovyi Zavod", "Omsk Bearing Plant JSC", "the adjective of a place"),
    ("Company", "AO Penzenskaya Nasosnaya Kompaniya", "Penza Pumping Company", "the adjective of a place, bent"),
    ("Company", "Koltex Trading LLC (OOO Koltex)", "Koltex OOO", "the name again in brackets"),
    ("Company", "Obschestvo s ogranichennoi otvetstvennostyu Koltex", "Koltex OOO", "a legal form spelled otherwise"),
    ("Company", "Koltex Logistik Interneyshnl", "Koltex Logistics International", "English as Russian writes it"),
    ("Company", "永信至诚", "永信至诚科技集团股份有限公司", "a short name of four signs"),
    ("Person", "Sergey Mitkevich", "Sergey Nikolayevich Mitkevich", "a surname that looks like a father's name"),
    ("Company", "Keikyueks Trading OOO", "KQX Trading LLC", "letters by their names, in one word"),
    ("Company", "Er Kyu Bi Logistiks", "RQB Logistics", "letters by their names, apart"),
    ("Company", "KOLTEX TRADING LMITED", "Koltex Trading Ltd", "a misspelt legal form"),
    ("Company", "AKTSIONERNO OBSHCHESTVO KOLTEX", "Aktsionernoe Obshchestvo Koltex", "a misspelt word of a legal form"),
    ("Company", "Attn. Koltex Trading Ltd", "KOLTEX TRADING LIMITED", "a label without a colon"),
    ("Company", "KOLTEX MARITIME AND OFFSHORE SERVIC", "Koltex Maritime and Offshore Services Panama SA", "a line cut off"),
    ("Company", "Revolutionary Workers Front (RWF)", "Revolutionary Workers Front", "an acronym after the name"),
    ("Company", "Revolutionary Workers Front (RWF)", "RWF", "an acronym after the name, alone"),
    ("Company", "Koltex Intertrade Co. (KICO) Limited", "KICO", "a short form after the name, alone"),
    ("Company", "Islamic Revolutionary Guard Corps (IRGC)", "IRGC", "a short form that is known"),
    ("Company", "Koltex Research Centre (QZU)", "Koltex Research Centre", "a code after the name"),
    ("Vessel", "M/V Golden Pelican (ex Ruby Dawn)", "Ruby Dawn", "a former name"),
]  # fmt: skip
LIKELY = [
    ("Person", "JP Laurent", "Jean-Pierre Laurent", "initials written as a word"),
    ("Company", "AO OMNITI", "Omsk Scientific Research Technological Institute", "a Russian short form, the rest translated"),
    ("Company", "OMSKMASHZAVOD", "Omsk Machine Building Plant", "a Russian word put together, the rest translated"),
    ("Person", "Mayela Cordova de Ibarra", "Mayela Cordova Montes", "a husband's name"),
    ("Company", "JSC PROMVENTEKH", "Promyshlennye Ventilyatsionnye Tekhnologii AO", "a word put together"),
]  # fmt: skip
OTHER = [
    ("Person", "Ali Hassan", "Ali Hussein", "two known names"),
    ("Person", "Aleksandr Zelenko", "Viktor Aleksandrovich Zelenko", "a son is not his father"),
    ("Person", "Ryan John Clay", "John Ryan", "another order, and less"),
    ("Company", "Y", "Y.A.S. Co Ltd", "a letter and an abbreviation"),
    ("Company", "Koltex Exploration (PSI) Limited", "PSI DMCC", "a code after the name"),
    ("Company", "Koltex Foundation (Union of the Comoros)", "Foundation of the Union of the Comoros", "a place in brackets"),
    ("Person", "Wang Li", "Zhang Li", "syllables that differ in a consonant"),
    ("Person", "Cho Min Un", "Cho Min Chol", "an Un that is no article"),
    ("Company", "Koltex Leasing 3 Ltd", "Koltex Leasing 6 Ltd", "numbered vehicles"),
    ("Company", "Koltex Marine Ltd", "Koltex Shipping Ltd", "synonyms that one language has"),
    ("Company", "Koltex Energy Holding AG", "Koltex Energy AG", "holding and operating company"),
    ("Company", "Koltex Trading GmbH", "Koltex Trading Sdn Bhd", "legal forms of two countries"),
    ("Company", "Koltex Systems Ltd", "Koltex International Ltd", "other words of business"),
    ("Company", "Great Lakes Freight LLC", "Great Lakes Business Company", "place names in common"),
    ("Vessel", "Karadeniz Sahini", "Karadeniz Sahinleri", "a plural"),
    ("Vessel", "Koltex Pride", "Koltex Ship Management Ltd", "a ship and its manager"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "one", "other", "why"), SAME)
def test_one_party_written_in_two_ways(schema: str, one: str, other: str, why: str) -> None:
    """A hit of the default policy, whose reasons say something of each difference."""
    score, reasons = compare(one, other, schema)
    assert score >= HIT, (why, reasons)
    assert all(reason.says for reason in reasons)


@pytest.mark.parametrize(("schema", "one", "other", "why"), LIKELY)
def test_what_may_be_one_party(schema: str, one: str, other: str, why: str) -> None:
    """A hit of the strict policy: a short form may stand for other words as well."""
    score, reasons = compare(one, other, schema)
    assert score >= SHOWN, (why, reasons)


@pytest.mark.parametrize(("schema", "one", "other", "why"), OTHER)
def test_two_parties_with_like_names(schema: str, one: str, other: str, why: str) -> None:
    """No hit of the default policy, and a reason that says what tells them apart."""
    score, reasons = compare(one, other, schema)
    assert score < HIT, (why, reasons)
    assert any(reason.score < 0 or reason.score < 0.9 for reason in reasons)


@pytest.mark.parametrize(("schema", "one", "other"), [
    ("Company", "Verdanta Shiping", "Verdanta Shipping"), ("Company", "KOLTRXE TRADING", "Koltrex Trading"),
    ("Company", "VERDANTA LLCC", "Verdanta LLC"), ("Company", "JOINT STOK COMPANY VERDANTA", "Verdanta JSC"),
    ("Company", "VERDANTA HOLDINGS LIMITEW", "Verdanta Holdings Ltd"), ("Company", "Verdanta S.A. DE .V.", "Verdanta SA de CV"),
    ("Person", "Samir Ostrandre", "Samir Ostrander"), ("Person", "Rasul Khoramabdi", "Rasul Khoramabadi"),
    ("Vessel", "Ondara Bellevve", "Ondara Belleve"), ("Person", "Cho Min-uun", "Cho Min-un"),
])  # fmt: skip
def test_one_slip_of_the_pen_in_a_whole_name(schema: str, one: str, other: str) -> None:
    """A hit of the default policy, and never more than the name itself."""
    assert HIT <= compare(one, other, schema)[0] <= compare(other, other, schema)[0]


@pytest.mark.parametrize(("schema", "one", "other", "why"), [
    ("Person", "Wang Lin", "Wang Bin", "syllables"), ("Company", "NADA", "NAPA", "an acronym"),
    ("Company", "Verdanta FZK", "Verdanta", "no form that the other name has"), ("Vessel", "Dena", "Lena", "a short name"),
    ("Vessel", "Koltex Spirit", "Koltex Spirits", "a plural"),
])  # fmt: skip
def test_one_letter_that_makes_another_name(schema: str, one: str, other: str, why: str) -> None:
    """No hit where a letter tells names apart."""
    assert compare(one, other, schema)[0] < HIT, why


@pytest.mark.parametrize(("schema", "one", "other", "nearer"), [
    ("Company", "Kessling-Yorst", "KPssling-Yrst", "Brandham-Ulrik"), ("Company", "NVSRC", "Northern Valves Systems Research Company", "Delta Systems"),
    ("Person", "Abdul Karim Jan", "Wali Karim Jan", "Abdel Karim Jan"), ("Person", "Musa bin Harun", "Harun bin Musa", "Musa ibn Haroun"),
    ("Company", "M?ller Ventile GmbH", "Müller Ventile GmbH", "Miller Valves GmbH"), ("Company", "Mitchell Inc", "Mechel PAO", "Mitchel Corp"),
    ("Person", "张红霞", "Zhang Hong", "Zhang Hongxia"), ("Company", "Verdanta (HK) Ltd", "Koltex (HK) Ltd", "Verdanta Ltd"),
])  # fmt: skip
def test_which_of_two_names_is_nearer(schema: str, one: str, other: str, nearer: str) -> None:
    """What garbles, abbreviates or misreads a name ranks where an analyst would put it."""
    garbled = {"Brandham-Ulrik", "Delta Systems", "Miller Valves GmbH"}
    higher, lower = (other, nearer) if nearer in garbled else (nearer, other)
    assert compare(one, higher, schema)[0] > compare(one, lower, schema)[0]
