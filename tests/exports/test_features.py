"""OGC API Features: what everybody gets is coarse and late, and no filter finds out more."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from conftest import SATURDAY, ask
from exports.exports_kit import LAT, LON, READER, clock, closed, opened, served, town, words
from siaga.exports.features import COLLECTIONS, Asked, Box, Page, Unclear, item, items, read
from siaga.kernel.desk import Desk
from siaga.kernel.records import Refusal

WEEK = 8 * 86400.0


def page(desk: Desk, reader: object = READER, collection: str = "kejadian", **asked: object) -> Page:
    found = items(desk, collection, Asked(**asked), reader)  # type: ignore[arg-type]
    assert isinstance(found, Page), found
    return found


@pytest.fixture
def past(city: Desk) -> Desk:
    """A house fire, an illness, somebody on a ledge, an exercise, one still open: a week ago. One more today."""
    town(city)
    opened(city, area="64.74.02.1002")
    served(city)
    closed(city)
    opened(city, "sick", "medical.illness", 4000)
    closed(city, "sick", 4100)
    opened(city, "ledge", "rescue.suicide", 4120)
    closed(city, "ledge", 4130)
    opened(city, "drill", "exercise.drill", 4200, exercise=True)
    closed(city, "drill", 4300)
    opened(city, "open", "fire.land", 4400)
    clock(city, WEEK)
    opened(city, "today", "fire.land", WEEK)
    closed(city, "today", WEEK + 100)
    clock(city, WEEK + 200)
    return city


def test_who_reads_reports_gets_every_incident_exactly(past: Desk) -> None:
    found = page(past)
    assert [f["id"] for f in found.features] == ["i1", "sick", "ledge", "drill", "open", "today"]
    assert found.features[0]["geometry"]["coordinates"] == [LON, LAT]
    assert found.features[0]["properties"]["detik_tanggap"] == 580
    assert item(past, "kejadian", "i1", READER) == found.features[0]
    assert item(past, "kejadian", "i9", READER) is None


def test_everybody_gets_the_day_and_the_kelurahan_a_week_later(past: Desk) -> None:
    (only,) = page(past, None).features
    assert only["geometry"]["coordinates"] == [117.48, 0.14]
    assert only["properties"] == {
        "tanggal": "2026-03-07",
        "golongan": "fire",
        "nama_golongan": "Kebakaran",
        "kode_wilayah": "64.74.02.1002",
        "wilayah": "Gunung Elai",
        "wilayah_atas": "Bontang Utara",
    }
    assert item(past, "kejadian", only["id"], None) == only
    assert item(past, "kejadian", "i1", None) is None
    assert item(past, "kejadian", f"20260307-{'0' * 12}", None) is None
    assert item(past, "kejadian", f"99999999-{'0' * 12}", None) is None


def test_six_days_are_not_a_week(past: Desk) -> None:
    clock(past, 6 * 86400)
    assert page(past, None).features == []


def test_filters_find_out_no_more_than_is_shown(past: Desk) -> None:
    exactly = Box(LON - 0.001, LAT - 0.001, LON + 0.001, LAT + 0.001)  # where it really was
    assert page(past, None, box=exactly).features == []
    assert len(page(past, None, box=Box(117.47, 0.13, 117.49, 0.15)).features) == 1
    for hour in range(24):
        since = SATURDAY.replace(hour=0) - timedelta(hours=8) + timedelta(hours=hour, minutes=59)
        assert len(page(past, None, since=since, until=since + timedelta(seconds=1)).features) == 1
    before = SATURDAY - timedelta(days=2)
    assert page(past, None, since=before, until=before + timedelta(hours=1)).features == []


def test_no_word_of_the_vault_and_no_number_is_told_to_everybody(past: Desk) -> None:
    told = words(past)
    text = json.dumps([page(past, None, name).features for name in COLLECTIONS])
    exact = json.dumps(page(past).features)
    assert [word for word in told if word in text + exact] == []
    (number,) = {f["properties"]["nomor"] for f in page(past).features if f["id"] == "i1"}
    assert number not in text
    assert "fire.housing" not in text


def test_pages_follow_one_another_without_gap_or_repetition(city: Desk) -> None:
    town(city)
    for n in range(7):
        opened(city, f"i{n}", "fire.land", n // 2 * 100)  # pairs at the same moment
        closed(city, f"i{n}", n * 100 + 50)
    clock(city, WEEK)
    for reader in (READER, None):
        seen, after = [], ""
        for _ in range(4):
            found = page(city, reader, limit=2, after=after)
            seen += [f["id"] for f in found.features]
            after = found.after
            assert "2026-03-07" not in after
        assert after == ""
        assert len(set(seen)) == len(seen) == 7
    assert page(city, READER, limit=7).after == ""


def test_who_asks_for_what_there_is_none_of_gets_a_way_on_instead_of_all_our_time(
    past: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siaga.exports.features.MOST_READ", 2)
    nowhere, pages, after = Box(0, 0, 1, 1), 0, ""
    while pages < 10:
        found = page(past, box=nowhere, after=after)
        assert found.features == []
        pages, after = pages + 1, found.after
        if not after:
            break
    assert pages == 3  # two of six each
    seen, after = [], ""
    for _ in range(3):
        found = page(past, after=after)
        seen += [f["id"] for f in found.features]
        after = found.after
    assert (seen, after) == (["i1", "sick", "ledge", "drill", "open", "today"], "")


def test_an_old_incident_is_found_and_time_limits_are_closed(past: Desk) -> None:
    at = datetime.fromisoformat(page(past).features[0]["properties"]["dibuka"])
    assert [f["id"] for f in page(past, since=at, until=at).features] == ["i1"]
    assert page(past, since=at + timedelta(seconds=1), until=at + timedelta(seconds=2)).features == []
    assert page(past, until=datetime(1991, 1, 1, tzinfo=UTC)).features == []


def test_areas_and_stations_stand_beside(past: Desk) -> None:
    assert [f["id"] for f in page(past, None, "wilayah").features] == ["64.74", "64.74.02", "64.74.02.1002"]
    assert [f["id"] for f in page(past, None, "wilayah", limit=2).features] == ["64.74", "64.74.02"]
    second = page(past, None, "wilayah", limit=2, after=page(past, None, "wilayah", limit=2).after)
    assert [f["id"] for f in second.features] == ["64.74.02.1002"]
    assert [f["properties"]["nama"] for f in page(past, None, "pos").features] == ["Mako"]
    assert page(past, None, "pos", box=Box(0, 0, 1, 1)).features == []
    assert item(past, "pos", "MAKO", None) is not None
    assert item(past, "pos", "X", None) is None


def test_who_may_not_read_reports_gets_nothing_exact(past: Desk) -> None:
    for reader in (ask("dispatcher"), ask("liaison")):
        assert isinstance(items(past, "kejadian", Asked(), reader), Refusal)
        assert isinstance(item(past, "kejadian", "i1", reader), Refusal)


def test_parameters_are_read_as_the_standard_says() -> None:
    asked = read([("limit", "5000"), ("bbox", "1,2,3,4"), ("datetime", "2026-03-07T00:00:00Z/..")])
    assert asked == Asked(limit=1000, box=Box(1, 2, 3, 4), since=datetime(2026, 3, 7, tzinfo=UTC))
    assert read([("bbox", "1,2,0,3,4,9")]).box == Box(1, 2, 3, 4)
    day = read([("datetime", "2026-03-07")])
    assert day.since == datetime(2026, 3, 7, tzinfo=UTC)
    assert day.until == datetime(2026, 3, 7, 23, 59, 59, 999999, tzinfo=UTC)
    assert read([("datetime", "/2026-03-07T00:00:00Z")]).since is None
    assert Box(179, -1, -179, 1).holds(180, 0)
    assert not Box(179, -1, -179, 1).holds(0, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", v) for v in ("0", "-1", "x", "1.5", "")),
        *(("bbox", v) for v in ("1,2,3", "a,b,c,d", "1,4,3,2", "200,0,201,1", "nan,0,1,1", "1,2,3,inf")),
        *(("datetime", v) for v in ("x", "2026-03-07T00:00:00", "2026-03-08/2026-03-07", "", "/", "0001-01-01")),
        *(("farbe", "rot"), ("f", "html")),
    ],
)
def test_parameters_that_cannot_be_understood_are_named(name: str, value: str) -> None:
    with pytest.raises(Unclear) as unclear:
        read([(name, value)])
    assert unclear.value.field == name


def test_a_made_up_next_page_is_refused(past: Desk) -> None:
    for reader, collection in ((READER, "kejadian"), (None, "wilayah")):
        with pytest.raises(Unclear):
            items(past, collection, Asked(after="2026-03-07T13:00:00 i1"), reader)
    with pytest.raises(Unclear):
        items(past, "wilayah", Asked(after=page(past, limit=1).after), None)
