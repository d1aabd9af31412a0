"""The type-ahead finds what people type: begun, misspelt, abbreviated, out of order, and says nothing for nonsense."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from siaga.engine.search import Entry, Index, Match
from siaga.engine.search_generated import generated
from siaga.engine.search_words import address, key, name_words

HERE = (117.49, 0.13)
KELURAHAN = Path(__file__).parents[3] / "shared/data/admin/wilayah_boundaries_kel_64.74.geojson"

NAMES = [
    ("street", "Jalan Gunung Sari", "Gunung Elai"),
    ("street", "Jalan Gunung Sari Dalam", "Gunung Elai"),
    ("street", "Gang Mawar", "Berbas"),
    ("street", "Gang Mawar II", "Berbas"),
    ("street", "Jalan Mawar", "Api-Api"),
    ("street", "Jalan Mawar 3", "Api-Api"),
    ("street", "Jalan M.T. Haryono", "Bontang Baru"),
    ("street", "Jalan A. Yani", "Bontang Baru"),
    ("street", "Jalan Jenderal Sudirman", "Tanjung Laut"),
    ("street", "Jalan H.O.S. Cokroaminoto", "Tanjung Laut"),
    ("street", "Jalan Ir. H. Juanda", "Tanjung Laut"),
    ("street", "Jalan Bhayangkara", "Gunung Elai"),
    ("street", "Jalan Pattimura", "Api-Api"),
    ("street", "Jalan Café Éduard", "Api-Api"),
    ("area", "Kelurahan Tanjung Laut", ""),
    ("area", "Gunung Telihan", ""),
    ("object", "Masjid Al-Hijrah", "Bontang Baru"),
    ("object", "Pasar Rawa Indah", "Tanjung Laut"),
    ("landmark", "Simpang Tiga Ramayana", "Bontang Baru"),
    ("landmark", "Samarinda Seberang", ""),
    ("hydrant", "H-012", "Berbas"),
    ("hydrant", "H-112", "Berbas"),
    ("hydrant", "H-013", "Loktuan"),
    ("water", "Embung Kanaan", "Kanaan"),
]
CITY = Index(Entry(f"e{at}", kind, name, *HERE, context) for at, (kind, name, context) in enumerate(NAMES))
MANY = generated(3_000, seed=7)
MANY_INDEX = Index(MANY)


def first(text: str) -> str:
    """The name that is found first for a text in the small city."""
    found = CITY.search(text)
    assert found, text
    return found[0].entry.name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("gunung sa", "Jalan Gunung Sari"),
        ("gunung sari", "Jalan Gunung Sari"),
        ("gun sar", "Jalan Gunung Sari"),
        ("gunung sari dal", "Jalan Gunung Sari Dalam"),
        ("bhay", "Jalan Bhayangkara"),
        ("pasar ra", "Pasar Rawa Indah"),
        ("al hij", "Masjid Al-Hijrah"),
        ("emb", "Embung Kanaan"),
    ],
)
def test_a_beginning_of_every_word_is_enough(typed: str, name: str) -> None:
    assert first(typed) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("gunng sari", "Jalan Gunung Sari"),
        ("gunugn sari", "Jalan Gunung Sari"),
        ("gunung srai", "Jalan Gunung Sari"),
        ("bayangkara", "Jalan Bhayangkara"),
        ("bhayankgara", "Jalan Bhayangkara"),
        ("bhanyangkra", "Jalan Bhayangkara"),
        ("patimura", "Jalan Pattimura"),
        ("patimur", "Jalan Pattimura"),
        ("sudriman", "Jalan Jenderal Sudirman"),
        ("sudrm", "Jalan Jenderal Sudirman"),
        ("hariono", "Jalan M.T. Haryono"),
        ("cokroaminto", "Jalan H.O.S. Cokroaminoto"),
        ("mawra", "Jalan Mawar"),
    ],
)
def test_one_or_two_slips_of_the_finger_are_forgiven(typed: str, name: str) -> None:
    assert first(typed) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Jl. Gunung Sari", "Jalan Gunung Sari"),
        ("jln gunung sari", "Jalan Gunung Sari"),
        ("JL.GUNUNG SARI", "Jalan Gunung Sari"),
        ("Gg. Mawar", "Gang Mawar"),
        ("gg mawar 2", "Gang Mawar II"),
        ("gang mawar ii", "Gang Mawar II"),
        ("jl mawar", "Jalan Mawar"),
        ("jalan mawar 03", "Jalan Mawar 3"),
        ("MT Haryono", "Jalan M.T. Haryono"),
        ("m t haryono", "Jalan M.T. Haryono"),
        ("ahmad yani", "Jalan A. Yani"),
        ("a. yani", "Jalan A. Yani"),
        ("Jend. Soedirman", "Jalan Jenderal Sudirman"),
        ("hos tjokroaminoto", "Jalan H.O.S. Cokroaminoto"),
        ("djuanda", "Jalan Ir. H. Juanda"),
        ("Kel. Tanjung Laut", "Kelurahan Tanjung Laut"),
        ("mesjid al hijrah", "Masjid Al-Hijrah"),
        ("psr rawa indah", "Pasar Rawa Indah"),
        ("simp. tiga", "Simpang Tiga Ramayana"),
        ("samarinda sebrang", "Samarinda Seberang"),
        ("cafe eduard", "Jalan Café Éduard"),
        ("gunungsari", "Jalan Gunung Sari"),
        ("rawaindah", "Pasar Rawa Indah"),
        ("bhayang kara", "Jalan Bhayangkara"),
    ],
)
def test_indonesian_abbreviations_and_spellings_are_understood(typed: str, name: str) -> None:
    assert first(typed) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("H-012", "H-012"),
        ("h012", "H-012"),
        ("h 12", "H-012"),
        ("hidran 12", "H-012"),
        ("hydrant 12", "H-012"),
        ("hidran no. 12", "H-012"),
        ("hidran 112", "H-112"),
        ("hidran loktuan", "H-013"),
    ],
)
def test_hydrants_are_found_by_their_code(typed: str, name: str) -> None:
    assert first(typed) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sari gunung", "Jalan Gunung Sari"),
        ("haryono mt", "Jalan M.T. Haryono"),
        ("rawa pasar", "Pasar Rawa Indah"),
        ("gunung sari gunung elai", "Jalan Gunung Sari"),
        ("mawar berbas", "Gang Mawar"),
        ("mawar api api", "Jalan Mawar"),
        ("depan pasar rawa indah", "Pasar Rawa Indah"),
        ("dekat simpang gunung sari", "Jalan Gunung Sari"),
        ("rumah terbakar gunung sari", "Jalan Gunung Sari"),
    ],
)
def test_order_and_words_around_the_name_do_not_matter(typed: str, name: str) -> None:
    assert first(typed) == name


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("Jl. Gunung Sari RT 12 RW 3", "RT 12/RW 3"),
        ("Jl. Gunung Sari RT.012/RW.003", "RT 12/RW 3"),
        ("Jl. Gunung Sari RT 12/3", "RT 12/RW 3"),
        ("Jl. Gunung Sari RT/RW 12/3", "RT 12/RW 3"),
        ("Gunung Sari rt12", "RT 12"),
        ("RW 03 jl gunung sari", "RW 3"),
        ("Jl. Gunung Sari No. 45", "No. 45"),
        ("Jl. Gunung Sari no 45a RT 12", "RT 12 No. 45A"),
        ("Jl. Gunung Sari", ""),
    ],
)
def test_rt_rw_and_house_number_are_kept_beside_the_street(typed: str, rest: str) -> None:
    found = CITY.search(typed)
    assert (found[0].entry.name, found[0].rest) == ("Jalan Gunung Sari", rest)


def test_an_address_tells_its_parts() -> None:
    read = address("depan Pasar Rawa Indah RT 5 RW 2 No. 7")
    assert (read.rt, read.rw, read.number, read.relation) == ("5", "2", "7", "depan")
    assert read.words == ("depan", "pasar", "rawa", "indah")


def test_a_text_of_nothing_but_an_rt_is_still_searched() -> None:
    assert address("RT 12").words == ("rt", "12")


@pytest.mark.parametrize("typed", ["xqzptw", "", "   ", "...", "qqqq wwww", "99999", "漢字"])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert CITY.search(typed) == []


def test_digits_are_never_taken_for_misspelt_ones() -> None:
    assert CITY.search("hidran 12", kinds={"hydrant"})[0].entry.name == "H-012"
    assert "H-013" not in [match.entry.name for match in CITY.search("H-012") if match.score > 0.9]


def test_only_the_kinds_asked_for_are_found() -> None:
    found = CITY.search("gunung", kinds={"area"})
    assert [match.entry.name for match in found] == ["Gunung Telihan"]
    assert CITY.search("gunung", kinds=set()) == []


def test_never_more_than_the_limit_is_found() -> None:
    for limit in (1, 3, 8, 200):
        found = MANY_INDEX.search("jalan", limit=limit)
        assert len(found) == limit
    assert MANY_INDEX.search("jalan", limit=0) == []


def test_of_namesakes_the_nearest_comes_first_and_without_a_place_the_one_asked_for_most() -> None:
    names = Index(
        [
            Entry("far", "street", "Jalan Mawar", 117.9, 0.5, weight=9.0),
            Entry("near", "street", "Jalan Mawar", 117.491, 0.131, weight=1.0),
            Entry("middle", "street", "Jalan Mawar", 117.52, 0.16, weight=1.0),
        ]
    )
    assert [match.entry.id for match in names.search("jl mawar", near=HERE)] == ["near", "middle", "far"]
    assert [match.entry.id for match in names.search("mawr", near=HERE)] == ["near", "middle", "far"]
    assert names.search("jl mawar")[0].entry.id == "far"


def test_nearness_does_not_beat_the_better_name() -> None:
    names = Index([Entry("far", "street", "Jalan Melati", 118.9, 1.5), Entry("near", "street", "Jalan Melayu", *HERE)])
    assert names.search("melati", near=HERE)[0].entry.id == "far"


def test_a_place_of_two_names_is_found_by_both_and_shown_once() -> None:
    names = Index([Entry("p", "object", "PT Pupuk", *HERE), Entry("p", "object", "Pupuk Kaltim", *HERE)])
    assert [match.entry.id for match in names.search("pupuk")] == ["p"]
    assert names.search("kaltim")[0].entry.name == "Pupuk Kaltim"


def test_a_match_gives_back_the_entry_as_it_was_put_in() -> None:
    entry = Entry("x", "object", "Pasar Rawa Indah", 117.4878, 0.1316, "Tanjung Laut", 2.0)
    assert Index([entry]).search("pasar rawa indah") == [Match(entry, 1.0)]


def test_an_empty_index_finds_nothing() -> None:
    assert len(Index([])) == 0
    assert Index([]).search("jalan") == []


@given(st.sampled_from(MANY))
def test_every_generated_name_is_found_first_by_its_full_name(entry: Entry) -> None:
    found = MANY_INDEX.search(entry.name, near=(118.0, 1.0))
    assert key(found[0].entry.name) == key(entry.name)
    assert found[0].score == 1.0


SHARDS = """jalan gang mawar rt rw no 12 3 i v ii a h t
blok di depan simpang mawarr gunung sari (x) é -"""
WORDS = st.sampled_from(SHARDS.split())
ODD_NAMES = st.lists(st.one_of(WORDS, st.text(max_size=6)), min_size=1, max_size=6).map(" ".join)


@given(st.lists(ODD_NAMES, min_size=1, max_size=12))
def test_any_name_at_all_is_found_first_by_its_full_name_unless_it_has_a_namesake(names: list[str]) -> None:
    names = [name for name in names if name_words(name)]
    assume(names)
    index = Index(Entry(str(at), "object", name, *HERE) for at, name in enumerate(names))
    for name in names:
        found = index.search(name)
        assert found
        assert key(found[0].entry.name) == key(name)


@given(st.sampled_from(MANY), st.data())
def test_a_name_with_a_letter_left_out_is_among_the_first(entry: Entry, data: st.DataObject) -> None:
    longest = max(entry.name.replace("-", " ").split(), key=len)
    assume(len(longest) >= 6 and longest.isalpha())
    at = entry.name.index(longest) + data.draw(st.integers(1, len(longest) - 1))
    found = MANY_INDEX.search(entry.name[:at] + entry.name[at + 1 :], limit=8)
    assert key(entry.name) in [key(match.entry.name) for match in found]


@given(st.text(), st.sampled_from([None, HERE, (0.0, 0.0), (180.0, -90.0)]))
def test_no_text_breaks_the_search(text: str, near: tuple[float, float] | None) -> None:
    for match in CITY.search(text, near=near):
        assert 0.0 < match.score <= 1.0


def test_a_text_as_long_as_a_book_is_answered() -> None:
    CITY.search("gunung sari " * 100_000)
    CITY.search("x" * 1_000_000)


def test_the_generated_names_are_all_different_and_the_same_each_time() -> None:
    again = generated(3_000, seed=7)
    assert again == MANY
    assert len({entry.name for entry in again}) == 3_000
    assert generated(50, seed=8) != MANY[:50]


def test_each_kelurahan_of_bontang_is_found_by_its_name_and_with_a_letter_left_out() -> None:
    if not KELURAHAN.exists():
        pytest.skip(f"needs ../shared/data/admin/{KELURAHAN.name}")
    features = json.loads(KELURAHAN.read_text())["features"]
    names = [feature["properties"]["nama"] for feature in features]
    index = Index([*MANY, *(Entry(name, "area", name, *HERE, weight=1.0) for name in names)])
    for name in names:
        assert index.search(f"Kel. {name}", kinds={"area"})[0].entry.name == name
        for at in range(1, len(name)):
            found = index.search(name[:at] + name[at + 1 :], kinds={"area"})
            assert name in [match.entry.name for match in found], name[:at] + name[at + 1 :]
