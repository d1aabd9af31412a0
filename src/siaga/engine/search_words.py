"""How Indonesians write names and addresses: abbreviations, initials, spellings, numerals, RT/RW and house numbers."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

import msgspec

LONGEST = 200
"""Characters of a query that are read."""


def _table(*lines: str) -> dict[str, str]:
    """`"jalan: jl jln"` as `{"jl": "jalan", "jln": "jalan", "jalan": "jalan"}`."""
    pairs = (line.partition(":") for line in lines)
    return {word: whole for whole, _, short in pairs for word in (whole, *short.split())}


_TYPES = _table(
    "jalan: jl jln jlan jal street",
    "gang: gg gng",
    "lorong: lr lrg lor",
    "kelurahan: kel",
    "kecamatan: kec",
    "kabupaten: kab",
    "kota:",
    "desa: ds",
    "dusun: dsn",
    "kampung: kp kpg kmp kampong",
    "perumahan: perum prum prmhn",
    "komplek: komp kompl kompleks complex",
    "blok: blk",
    "rt:",
    "rw:",
)
"""Words that say what sort of place it is; they tell little about which one."""

_RELATIONS = _table(
    "simpang: simp spg",
    "pertigaan: prtgaan",
    "perempatan: prapatan prempatan",
    "depan: dpn",
    "dekat: dkt deket",
    "seberang: sebrang sbrg",
    "samping: smpg sampingnya",
    "belakang: blkg blakang belakangnya",
    "sebelah: sblh",
    "sekitar: sktr",
    "ujung:",
    "pojok:",
    "antara:",
    "arah:",
)
"""Words that say where a place lies beside another one; some of them are part of names."""

_OTHERS = _table(
    "jenderal: jend jendral",
    "letjen: letjend",
    "mayjen: mayjend",
    "brigjen: brigjend",
    "kolonel: kol",
    "kapten: kapt",
    "pangeran: pang",
    "kh: kyai kiai ky",
    "h: haji",
    "hj: hajjah hajah",
    "ustadz: ust ustad",
    "ahmad: achmad akhmad",
    "muhammad: mohammad muhamad mohamad moh muh mochamad",
    "pasar: psr",
    "masjid: mesjid msjd",
    "musala: mushola musholla mushalla langgar",
    "gereja: grj",
    "puskesmas: pkm",
    "jembatan: jmb",
    "lapangan: lap lapang",
    "gedung: gd gdg",
    "pelabuhan: plb",
    "hidran: hydrant hidrant hydran",
    "raya: ry",
    "dalam: dlm",
    "utara: utr",
    "selatan: slt sltn",
    "timur: tmr",
    "barat: brt",
)
_WHOLE = {**_TYPES, **_RELATIONS, **_OTHERS}
_EMPTY = frozenset(["di", "ke", "yang", "yg", "dan", "pada", "dgn", "dengan"])
_NUMERALS = _table(
    "1: i", "2: ii", "3: iii", "4: iv", "5: v", "6: vi", "7: vii", "8: viii", "9: ix", "10: x", "11: xi", "12: xii"
)

TYPES = frozenset(_TYPES.values())
RELATIONS = frozenset(_RELATIONS.values())

_WORD = re.compile(r"[^\W\d_]+|\d+")
_RT_RW = re.compile(
    r"\brt\s*/\s*rw\s*[.:]?\s*0*(?P<rt1>\d{1,3})\s*/\s*0*(?P<rw1>\d{1,3})"
    r"|\brt\s*[.:]?\s*0*(?P<rt2>\d{1,3})(?:\s*[/,\-]?\s*(?:rw\s*[.:]?\s*)0*(?P<rw2>\d{1,3})|\s*/\s*0*(?P<rw4>\d{1,3}))?"
    r"|\brw\s*[.:]?\s*0*(?P<rw3>\d{1,3})"
)
_NUMBER = re.compile(r"\b(?:nomor|nomer|nmr|no)\s*[.:]?\s*(?P<number>\d{1,4}(?:\s?[a-z]\b)?(?:[/\-]\d{1,4})?)")


class Address(msgspec.Struct, frozen=True):
    """A typed address: the words of the name, and what it says beyond it ("" where it says nothing)."""

    words: tuple[str, ...]
    rt: str = ""
    rw: str = ""
    number: str = ""
    relation: str = ""

    @property
    def rest(self) -> str:
        """What is kept beside the place that was found, as it is written in addresses: "RT 12/RW 3 No. 45"."""
        rt_rw = "/".join(f"{name} {value}" for name, value in (("RT", self.rt), ("RW", self.rw)) if value)
        return " ".join(part for part in (rt_rw, f"No. {self.number}" if self.number else "") if part)


def plain(text: str) -> str:
    """The text in small letters, without accents and apostrophes."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.lower().replace("'", "").replace("`", "").replace("’", "").replace("ʼ", "")


def words(text: str) -> list[str]:
    """The words of a name in their full, present-day form ("Jl. M.T. Hardjono" → jalan, mt, harjono)."""
    return whole_words(_WORD.findall(plain(text)))


def whole_words(found: Sequence[str]) -> list[str]:
    """Small-letter words written out; initials that follow each other become one word."""
    result: list[str] = []
    initials = ""
    for word in found:
        if len(word) == 1 and word.isalpha():
            initials += word
            continue
        if initials:
            result.append(initials)
            initials = ""
        if word not in _EMPTY:
            result.append(_whole(word))
    if initials:
        result.append(initials)
    return result


def _whole(word: str) -> str:
    """One word written out, in the spelling since 1972 (oe → u, dj → j, tj → c), numbers without leading zeros."""
    if (known := _WHOLE.get(word)) is not None:
        return known
    if word.isdigit():
        return word.lstrip("0") or "0"
    if "oe" in word or "j" in word:
        word = word.replace("oe", "u").replace("dj", "j").replace("tj", "c")
    return _WHOLE.get(word, word)


def numeral(word: str) -> str:
    """The number a Roman numeral stands for ("iv" → "4"), or the word itself."""
    return _NUMERALS.get(word, word)


def name_words(text: str) -> list[str]:
    """The words of a name as the index keeps them: Roman numerals as numbers (a single letter only at the end)."""
    found = words(text)
    last = len(found) - 1
    return [
        numeral(word) if len(word) > 1 or (at == last > 0 and found[at - 1] != "blok") else word
        for at, word in enumerate(found)
    ]


def key(text: str) -> str:
    """What two writings of the same name have in common."""
    return " ".join(name_words(text))


def core(tokens: Iterable[str]) -> str:
    """The words that tell which place it is, without those that say what sort it is."""
    every = list(tokens)
    return " ".join([word for word in every if word not in TYPES] or every)


def address(text: str) -> Address:
    """A typed text as name, RT, RW, house number and relation; the name is never left empty for their sake."""
    small = plain(text[:LONGEST])
    rt = rw = number = ""
    for match in _RT_RW.finditer(small):
        rt = rt or match["rt1"] or match["rt2"] or ""
        rw = rw or match["rw1"] or match["rw2"] or match["rw3"] or match["rw4"] or ""
    name = _RT_RW.sub(" ", small)
    if "hid" not in name and "hyd" not in name:  # "hidran no. 12" is its name
        if house := _NUMBER.search(name):
            number = house["number"].upper().replace(" ", "")
        name = _NUMBER.sub(" ", name)
    else:
        name = re.sub(r"\b(?:nomor|nomer|nmr|no)\b", " ", name)
    found = words(name) or words(small)
    relation = next((word for word in found if word in RELATIONS), "")
    return Address(tuple(found[:12]), rt, rw, number, relation)
