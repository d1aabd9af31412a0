"""Plausible Indonesian place names in any number, for measuring the search: combined by rule, the same for one seed."""

import random
from collections.abc import Iterator

from siaga.engine.search import Entry

_HEROES = """Ahmad Yani|Jenderal Sudirman|Diponegoro|Imam Bonjol|Pattimura|M.T. Haryono|S. Parman|Gatot Subroto
D.I. Panjaitan|R.E. Martadinata|Sutoyo|Yos Sudarso|Hasanuddin|Teuku Umar|Cut Nyak Dien|Kartini
Dewi Sartika|Ki Hajar Dewantara|Sisingamangaraja|Pangeran Antasari|Mulawarman|Awang Long|Aji Sultan
W.R. Supratman|H.O.S. Cokroaminoto|Wahidin|Sutomo|Juanda|Slamet Riyadi|Urip Sumoharjo|A.W. Syahrani
Kusuma Bangsa|Pahlawan|Merdeka|Veteran|Bhayangkara|Letjen Suprapto|Brigjen Katamso"""
_NATURE = """Mawar|Melati|Anggrek|Kenanga|Cempaka|Dahlia|Flamboyan|Kamboja|Teratai|Seroja|Kemuning|Bougenville
Tulip|Sakura|Mangga|Rambutan|Durian|Nangka|Jambu|Pisang|Kelapa|Cempedak|Langsat|Salak|Manggis
Belimbing|Sirsak|Sawo|Duku|Jati|Meranti|Ulin|Bengkirai|Kapur|Akasia|Mahoni|Sengon|Beringin|Cemara
Pinus|Bakau|Nipah|Rotan|Bambu|Trembesi|Ketapang|Merpati|Elang|Rajawali|Camar|Kutilang|Murai|Jalak
Cendrawasih|Kenari|Garuda|Walet|Bangau|Enggang|Punai|Gagak|Kakap|Tenggiri|Tongkol|Bawal|Kerapu|Cumi
Udang|Kepiting|Bandeng|Baronang|Lumba-Lumba|Hiu|Pari|Teri|Gunung Sari|Sungai Raya|Tanjung Laut
Bukit Indah|Pantai Harapan|Telaga Sari|Rawa Indah|Danau Biru|Karang Asam|Batu Putih"""
_PLACES = """Bontang Baru|Api-Api|Gunung Elai|Kanaan|Loktuan|Guntung|Tanjung Laut|Berbas|Satimpo|Gunung Telihan
Belimbing|Karang Rejo|Sepinggan|Klandasan|Manggar|Batakan|Gunung Bahagia|Sungai Pinang|Lempake
Sidodadi|Air Hitam|Loa Bakung"""
_KINDS = ["Jalan"] * 6 + ["Gang"] * 5 + ["Lorong", "Perumahan", "Komplek"]
_SIDES = ["", "", "", "Raya", "Dalam", "Utara", "Selatan", "Timur", "Barat", "Indah", "Permai", "Baru"]
_ROMAN = ["", "", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
_SYLLABLES = """Ba Be Bu Ci Da Du Ga Gu Ha Ja Ka Ke Ki Ku La Le Lu Ma Me Mu Na Pa Pe Pu Ra Ru Sa Se Si Su Ta Te Tu Wa
la li lu ma mi mba nda ngga ngka ra ri ru sa si ta ti tu wa ya ja ka ki ba bu
n ng r k t h s m ran lan man ri ya wa tan rang gan bang jo to no"""
_STARTS, _MIDDLES, _ENDS = (line.split() for line in _SYLLABLES.splitlines())


def _listed(text: str) -> list[str]:
    return [name for line in text.splitlines() for name in line.split("|")]


def generated(count: int = 100_000, seed: int = 1) -> list[Entry]:
    """`count` entries with different names, one in fifty a hydrant, around Bontang (degrees WGS84)."""
    dice = random.Random(seed)  # noqa: S311  (a bench, not a secret)
    names = _names(dice)
    areas = _listed(_PLACES)
    entries: list[Entry] = []
    seen: set[str] = set()
    while len(entries) < count:
        hydrant = len(entries) % 50 == 49
        name = f"H-{len(entries):05d}" if hydrant else next(names)
        if name in seen:
            continue
        seen.add(name)
        lon, lat = dice.gauss(117.49, 0.2), dice.gauss(0.13, 0.2)
        kind = "hydrant" if hydrant else "street"
        entries.append(Entry(f"e{len(entries)}", kind, name, lon, lat, dice.choice(areas), dice.random()))
    return entries


def _names(dice: random.Random) -> Iterator[str]:
    """Names without end: a sort of way, whom or what it is called after, a side, a number."""
    known = _listed(_HEROES) + _listed(_NATURE)
    while True:
        local = "".join(dice.choice(part) for part in (_STARTS, _MIDDLES, _ENDS))
        second = dice.choice(known) if dice.random() < 0.5 else local
        chosen = dice.choice(known) if dice.random() < 0.4 else f"{local} {second}" if local != second else local
        number = dice.choice(_ROMAN) if dice.random() < 0.6 else str(dice.randint(1, 99))
        parts = (dice.choice(_KINDS), chosen, dice.choice(_SIDES), number)
        yield " ".join(part for part in parts if part)
