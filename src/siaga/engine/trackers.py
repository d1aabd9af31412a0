"""Positions as trackers send them, decoded to one form: OsmAnd/Traccar Client, OwnTracks, Traccar server's forward.

Sources: the protocols' own descriptions (traccar.org/osmand, owntracks.org/booklet/tech/json, Traccar's
`forward.type=json`). Units out: WGS84 degrees, metres per second, degrees clockwise from north, metres, battery 0..1;
times UTC. What a sender marks as unknown (negative values) is None."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

KNOT = 1852 / 3600
SECONDS_BELOW = 2**31  # OsmAnd's own rule: a larger number is milliseconds


class Unreadable(ValueError):
    """A message that is no position message of its protocol: names the field."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


class Fix(NamedTuple):
    """Where a device was. `lat`, `lon` in degrees, not checked for being on the globe."""

    device: str
    at: datetime
    lat: float
    lon: float
    speed_mps: float | None = None
    course: float | None = None
    accuracy_m: float | None = None
    battery: float | None = None


class Decoded(NamedTuple):
    """The fixes of a message, and how many it said itself are not valid or outdated."""

    fixes: list[Fix]
    dropped: int = 0


def osmand(fields: Mapping[str, str], now: datetime) -> Decoded:
    """A query or form of OsmAnd or Traccar Client. `speed` is in knots; `timestamp` is epoch seconds, milliseconds,
    ISO 8601 or `yyyy-MM-dd HH:mm:ss` (taken as UTC), `now` if there is none. Raises Unreadable."""
    device = fields.get("id") or fields.get("deviceid") or ""
    if not device:
        raise Unreadable("id", "is missing")
    lat, lon = fields.get("lat"), fields.get("lon")
    if lat is None and lon is None and "location" in fields:
        lat, _, lon = fields["location"].partition(",")
    stamp = fields.get("timestamp")
    fix = Fix(
        device,
        now if stamp is None else _time(stamp, "timestamp"),
        _number(lat, "lat"),
        _number(lon, "lon"),
        _scaled(fields.get("speed"), "speed", KNOT),
        _course(fields.get("bearing", fields.get("heading")), "bearing"),
        _scaled(fields.get("accuracy"), "accuracy"),
        _scaled(fields.get("batt"), "batt", 0.01),
    )
    if fields.get("valid", "true").lower() in ("false", "0"):
        return Decoded([], 1)
    return Decoded([fix])


def osmand_json(body: Any) -> Decoded:
    """The newer Traccar Client's JSON: speed in m/s, battery level 0..1, one location or a list. Raises Unreadable."""
    message = _object(body, "")
    device = message.get("device_id")
    if not isinstance(device, str) or not device:
        raise Unreadable("device_id", "is missing")
    found = message.get("location")
    places = found if isinstance(found, list) else [found]
    return Decoded([_osmand_place(device, _object(place, "location")) for place in places])


def _osmand_place(device: str, place: Mapping[str, Any]) -> Fix:
    coords = _object(place.get("coords"), "location.coords")
    battery = place.get("battery")
    return Fix(
        device,
        _time(place.get("timestamp"), "location.timestamp"),
        _number(coords.get("latitude"), "location.coords.latitude"),
        _number(coords.get("longitude"), "location.coords.longitude"),
        _scaled(coords.get("speed"), "location.coords.speed"),
        _course(coords.get("heading"), "location.coords.heading"),
        _scaled(coords.get("accuracy"), "location.coords.accuracy"),
        _scaled(battery.get("level"), "location.battery.level") if isinstance(battery, Mapping) else None,
    )


def owntracks(body: Any) -> Decoded:
    """OwnTracks in HTTP mode: `vel` is km/h, `tst` epoch seconds, `batt` per cent. Messages that are not locations
    hold no fix and are no error. The device is `topic` if there is one, else `tid`. Raises Unreadable."""
    message = _object(body, "")
    if message.get("_type") != "location":
        return Decoded([])
    device = message.get("topic") or message.get("tid") or ""
    if not isinstance(device, str):
        raise Unreadable("tid", "is not text")
    fix = Fix(
        device,
        _time(message.get("tst"), "tst"),
        _number(message.get("lat"), "lat"),
        _number(message.get("lon"), "lon"),
        _scaled(message.get("vel"), "vel", 1 / 3.6),
        _course(message.get("cog"), "cog"),
        _scaled(message.get("acc"), "acc"),
        _scaled(message.get("batt"), "batt", 0.01),
    )
    return Decoded([fix])


def traccar(body: Any) -> Decoded:
    """Traccar server's JSON forward: `speed` is in knots, the device is `device.uniqueId`, the time `fixTime`;
    what Traccar marks as not valid or outdated is dropped. Raises Unreadable."""
    message = _object(body, "")
    position, device = _object(message.get("position"), "position"), _object(message.get("device"), "device")
    name = device.get("uniqueId")
    if not isinstance(name, str) or not name:
        raise Unreadable("device.uniqueId", "is missing")
    attributes = position.get("attributes")
    level = attributes.get("batteryLevel") if isinstance(attributes, Mapping) else None
    fix = Fix(
        name,
        _time(position.get("fixTime"), "position.fixTime"),
        _number(position.get("latitude"), "position.latitude"),
        _number(position.get("longitude"), "position.longitude"),
        _scaled(position.get("speed"), "position.speed", KNOT),
        _course(position.get("course"), "position.course"),
        _scaled(position.get("accuracy"), "position.accuracy") or None,  # Traccar writes 0 for unknown
        _scaled(level, "position.attributes.batteryLevel", 0.01),
    )
    if position.get("valid") is False or position.get("outdated") is True:
        return Decoded([], 1)
    return Decoded([fix])


def _object(value: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable(field, "is missing" if value is None else "is not an object")
    return value


def _number(value: Any, field: str) -> float:
    if value is None or value == "" or (isinstance(value, bool | Sequence) and not isinstance(value, str)):
        raise Unreadable(field, "is missing" if value in (None, "") else "is not a number")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise Unreadable(field, "is not a number") from error
    if not math.isfinite(number):
        raise Unreadable(field, "is not a number")
    return number


def _scaled(value: Any, field: str, unit: float = 1.0) -> float | None:
    if value is None or value == "":
        return None
    number = _number(value, field)
    return number * unit if number >= 0 else None


def _course(value: Any, field: str) -> float | None:
    number = _scaled(value, field)
    return None if number is None else number % 360


def _time(value: Any, field: str) -> datetime:
    if isinstance(value, str) and not _numeric(value):
        return _iso(value, field)
    number = _number(value, field)
    seconds = number if number < SECONDS_BELOW else number / 1000
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Unreadable(field, "is no time") from error


def _numeric(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _iso(text: str, field: str) -> datetime:
    try:
        # A `+` of an offset that was not escaped in a query arrives as a space.
        moment = datetime.fromisoformat(text if "T" not in text else text.replace(" ", "+"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise Unreadable(field, "is no time") from error
