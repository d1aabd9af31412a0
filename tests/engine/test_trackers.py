"""Positions as trackers send them. The forms follow interop.md 4; the values are ours."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.engine import trackers
from siaga.engine.trackers import Decoded, Fix, Unreadable

NOW = datetime(2026, 3, 7, 13, 0, tzinfo=UTC)
AT = datetime(2026, 3, 7, 12, 59, 30, tzinfo=UTC)
HERE = {"lat": "0.1324", "lon": "117.5012"}


def one(decoded: Decoded) -> Fix:
    [fix] = decoded.fixes
    return fix


def osmand(**fields: str) -> Fix:
    return one(trackers.osmand({"id": "d1"} | HERE | fields, NOW))


@pytest.mark.parametrize(
    "stamp",
    [
        "1772888370",
        "1772888370000",
        "2026-03-07T12:59:30Z",
        "2026-03-07T20:59:30+08:00",
        "2026-03-07T20:59:30 08:00",  # the `+` arrived unescaped
        "2026-03-07 12:59:30",
    ],
)
def test_osmand_times_come_in_seconds_milliseconds_and_iso(stamp: str) -> None:
    assert osmand(timestamp=stamp).at == AT


def test_osmand_speed_is_in_knots_and_battery_in_per_cent() -> None:
    fix = osmand(timestamp="1772888370", speed="10", bearing="370", accuracy="4.5", batt="80")
    assert fix.speed_mps == pytest.approx(5.14444, abs=1e-4)
    assert fix == Fix("d1", AT, 0.1324, 117.5012, fix.speed_mps, 10.0, 4.5, 0.8)


def test_osmand_without_a_time_is_now_and_takes_other_names() -> None:
    fix = one(trackers.osmand({"deviceid": "d1", "location": "0.1324,117.5012", "heading": "90"}, NOW))
    assert (fix.device, fix.at, fix.lat, fix.lon, fix.course) == ("d1", NOW, 0.1324, 117.5012, 90.0)


def test_what_is_unknown_is_none() -> None:
    fix = osmand(speed="-1", bearing="-1", accuracy="")
    assert (fix.speed_mps, fix.course, fix.accuracy_m, fix.battery) == (None, None, None, None)


def test_a_fix_that_says_it_is_not_valid_is_dropped_and_counted() -> None:
    assert trackers.osmand({"id": "d1", "valid": "false"} | HERE, NOW) == Decoded([], 1)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lat": "1", "lon": "2"}, "id"),
        ({"id": "d1", "lon": "2"}, "lat"),
        ({"id": "d1", "lat": "x", "lon": "2"}, "lat"),
        ({"id": "d1", "lat": "nan", "lon": "2"}, "lat"),
        ({"id": "d1", "lat": "1", "lon": "2", "timestamp": "yesterday"}, "timestamp"),
        ({"id": "d1", "lat": "1", "lon": "2", "timestamp": "9" * 40}, "timestamp"),
        ({"id": "d1", "location": "1"}, "lon"),
    ],
)
def test_an_unreadable_query_names_its_field(fields: dict[str, str], field: str) -> None:
    with pytest.raises(Unreadable) as error:
        trackers.osmand(fields, NOW)
    assert error.value.field == field


def place(**coords: Any) -> dict[str, Any]:
    return {
        "timestamp": "2026-03-07T12:59:30.000Z",
        "coords": {"latitude": 0.1324, "longitude": 117.5012, "accuracy": 5, "speed": 12.5, "heading": 180} | coords,
        "is_moving": True,
        "battery": {"level": 0.75, "is_charging": False},
    }


def test_the_newer_clients_json_is_in_metres_per_second() -> None:
    fix = one(trackers.osmand_json({"device_id": "d1", "location": place()}))
    assert fix == Fix("d1", AT, 0.1324, 117.5012, 12.5, 180.0, 5.0, 0.75)
    unknown = one(trackers.osmand_json({"device_id": "d1", "location": place(speed=-1, heading=-1)}))
    assert (unknown.speed_mps, unknown.course) == (None, None)


def test_the_newer_client_may_send_several_places_at_once() -> None:
    decoded = trackers.osmand_json({"device_id": "d1", "location": [place(), place(latitude=0.14)]})
    assert [fix.lat for fix in decoded.fixes] == [0.1324, 0.14]


def test_owntracks_speed_is_in_kilometres_per_hour() -> None:
    message = {"_type": "location", "tid": "B1", "lat": 0.1324, "lon": 117.5012, "tst": 1772888370}
    fix = one(trackers.owntracks(message | {"vel": 36, "cog": 45, "acc": 8, "batt": 50}))
    assert fix == Fix("B1", AT, 0.1324, 117.5012, 10.0, 45.0, 8.0, 0.5)


@pytest.mark.parametrize("kind", ["waypoint", "transition", "lwt", "card", None])
def test_other_messages_of_owntracks_hold_no_place_and_are_no_error(kind: str | None) -> None:
    assert trackers.owntracks({"_type": kind}) == Decoded([])


def forward(**position: Any) -> dict[str, Any]:
    fix = {"fixTime": "2026-03-07T12:59:30.000+00:00", "latitude": 0.1324, "longitude": 117.5012, "speed": 10.0}
    return {
        "position": fix
        | {"course": 90.0, "accuracy": 0.0, "valid": True, "outdated": False, "attributes": {}}
        | position,
        "device": {"id": 7, "name": "BTG-1", "uniqueId": "867530900000001"},
    }


def test_a_forward_of_traccar_is_in_knots_and_named_by_its_unique_id() -> None:
    fix = one(trackers.traccar(forward(attributes={"batteryLevel": 90})))
    assert (fix.device, fix.at, fix.course, fix.accuracy_m) == ("867530900000001", AT, 90.0, None)
    assert fix.speed_mps == pytest.approx(5.14444, abs=1e-4)
    assert fix.battery == pytest.approx(0.9)


@pytest.mark.parametrize("mark", [{"valid": False}, {"outdated": True}])
def test_what_traccar_calls_invalid_or_outdated_is_dropped_and_counted(mark: dict[str, bool]) -> None:
    assert trackers.traccar(forward(**mark)) == Decoded([], 1)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = ["_type", "tst", "lat", "lon", "position", "device", "location", "device_id", "uniqueId", "coords", "fixTime"]


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=8) | ANYTHING)
def test_whatever_comes_is_read_or_named_unreadable(message: Any) -> None:
    for read in (trackers.osmand_json, trackers.owntracks, trackers.traccar):
        try:
            decoded = read(message)
        except Unreadable:
            continue
        assert isinstance(decoded, Decoded)


@given(ANYTHING, st.sampled_from(["latitude", "longitude", "speed", "course", "accuracy", "fixTime", "attributes"]))
def test_a_forward_with_any_wrong_value_is_read_or_named_unreadable(value: Any, field: str) -> None:
    named = f"position.{field}"
    try:
        decoded = trackers.traccar(forward(**{field: value}))
    except Unreadable as error:
        named, decoded = error.field, Decoded([])
    assert named.startswith(f"position.{field}")
    assert len(decoded.fixes) <= 1


@given(
    st.dictionaries(
        st.sampled_from(["id", "lat", "lon", "location", "timestamp", "speed", "batt"]), st.text(max_size=12)
    )
)
def test_any_query_is_read_or_named_unreadable(fields: dict[str, str]) -> None:
    try:
        decoded = trackers.osmand(fields, NOW)
    except Unreadable:
        return
    assert decoded.fixes[0].at.tzinfo is UTC
