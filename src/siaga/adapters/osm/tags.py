"""What the tags of OpenStreetMap mean for fire vehicles

Meanings as in the OpenStreetMap wiki: Key:highway, Key:access, Key:oneway, Key:emergency.
"""

import re
from collections.abc import Mapping

from siaga.adapters.osm.records import RoadTraits

ROADS = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "motorway_link": "link",
    "trunk_link": "link",
    "primary_link": "link",
    "secondary_link": "link",
    "tertiary_link": "link",
    "unclassified": "unclassified",
    "residential": "residential",
    "living_street": "living_street",
    "service": "service",
    "services": "service",
    "rest_area": "service",
    "busway": "service",
    "track": "track",
    "path": "path",
    "bridleway": "path",
    "cycleway": "path",
    "footway": "footway",
    "pedestrian": "footway",
    "road": "unknown",
}
NARROWABLE = frozenset({"unclassified", "residential", "living_street", "service", "unknown", "track"})
FOOT = frozenset({"path", "footway"})
NARROW_M = 2.5  # a pump is about 2.5 m wide with its mirrors
WEAK_T = 8.0  # below this no loaded fire engine
MPH = 1.609344
NUMBER = re.compile(r"^\s*(\d+(?:[.,]\d+)?)")
OTHER_NAMES = ("alt_name", "old_name", "short_name", "loc_name", "official_name", "name:id", "ref")
WATER_EMERGENCY = frozenset({"fire_hydrant", "water_tank", "suction_point", "fire_water_pond"})
WATER_MAN_MADE = frozenset({"water_tower", "water_tank", "reservoir_covered", "water_well", "storage_tank"})
WATER_DETAILS = (
    "fire_hydrant:type",
    "fire_hydrant:diameter",
    "fire_hydrant:pressure",
    "fire_hydrant:position",
    "water_tank:volume",
    "volume",
    "capacity",
    "flow_rate",
    "operator",
    "water_source",
    "disused",
)
PLACE_DETAILS = ("addr:street", "addr:housenumber", "operator", "building:levels", "height", "religion", "population")
KINDS = (  # the first of these keys says what a thing is
    *("amenity", "healthcare", "office", "shop", "tourism", "leisure", "historic", "industrial", "man_made", "power"),
    *("aeroway", "railway", "harbour", "seamark:type", "military", "craft", "club", "public_transport", "landuse"),
    *("building", "natural", "waterway", "place", "junction", "bridge"),
)


def number(text: str | None) -> float | None:
    """The number a value begins with (decimal comma allowed), None if it begins with none."""
    found = NUMBER.match(text or "")
    return float(found[1].replace(",", ".")) if found else None


def names(tags: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """The name and the other names, each once; a thing with a reference only (road number) goes by that."""
    name = tags.get("name") or tags.get("ref")
    also = dict.fromkeys(part.strip() for key in OTHER_NAMES for part in tags.get(key, "").split(";"))
    return name, tuple(text for text in also if text and text != name)


def road_traits(tags: Mapping[str, str]) -> RoadTraits | None:
    """What a way is for vehicles; None if nobody drives or sails there."""
    ferry = tags.get("route") == "ferry"
    road = _ferry(tags) if ferry else _road(tags)
    if road is None:
        return None
    one_way, backwards = (False, False) if ferry else _one_way(tags, road)
    name, also = names(tags)
    return RoadTraits(
        road=road,
        name=name,
        also=also,
        one_way=one_way,
        backwards=backwards,
        private=_private(tags, road),
        boat=ferry,
        maxspeed=_maxspeed(tags.get("maxspeed")),
    )


def _ferry(tags: Mapping[str, str]) -> str:
    carries = tags.get("motor_vehicle") or tags.get("motorcar") or tags.get("hgv") or "no"
    return "boat" if carries == "no" else "car_ferry"


def _road(tags: Mapping[str, str]) -> str | None:
    """The road class: what the map calls it, corrected by width, surface and strength where it matters to a truck."""
    road = ROADS.get(tags.get("highway", ""))
    if road is None or tags.get("area") == "yes":
        return None
    width, bears = number(tags.get("width")), number(tags.get("maxweight"))
    bridge = tags.get("bridge", "no") != "no" or tags.get("man_made") == "pier"
    wooden = tags.get("surface") == "wood" or tags.get("bridge") == "boardwalk"
    if (bridge and wooden) or tags.get("bridge") == "boardwalk" or (bears is not None and 0.0 < bears < WEAK_T):
        return "weak_bridge"
    if wooden and road not in FOOT:
        return "weak_bridge"  # streets of stilt settlements are often drawn without bridge=yes
    narrow = width is not None and 0.0 < width < NARROW_M
    if road in NARROWABLE and (narrow or (tags.get("service") == "alley" and width is None)):
        return "alley"
    return road


def _one_way(tags: Mapping[str, str], road: str) -> tuple[bool, bool]:
    """Whether a way is driven one way only, and whether that is against its drawing."""
    if tags.get("oneway:emergency") == "no" or (road in FOOT and "oneway:foot" not in tags):
        return False, False
    value = tags.get("oneway")
    if value in ("-1", "reverse"):
        return True, True
    if value in ("yes", "true", "1", "reversible"):  # reversible: the drawn direction is the safer half of the truth
        return True, False
    if value in ("no", "false", "0", "alternating"):
        return False, False
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    return implied, False


def _private(tags: Mapping[str, str], road: str) -> bool:
    """Whether a permission is needed: plants, estates, barriers. Fire engines are exempt where the map says so."""
    if tags.get("emergency") in ("yes", "designated", "official"):
        return False
    keys = ("access",) if road in FOOT else ("motor_vehicle", "vehicle", "access")
    for key in keys:  # the most particular rule decides
        if key in tags:
            return tags[key] in ("no", "private", "permit", "military")
    return False


def _maxspeed(text: str | None) -> int:
    value = number(text)
    if not value:
        return 0
    return min(255, round(value * MPH if "mph" in (text or "") else value))


def water_kind(tags: Mapping[str, str]) -> str | None:
    """Which source of water for engines this is, None if none."""
    if tags.get("emergency") in WATER_EMERGENCY:
        return tags["emergency"]
    if tags.get("man_made") in WATER_MAN_MADE and tags.get("content", "water") in ("water", "drinking_water"):
        is_tank = tags["man_made"] == "storage_tank"
        return None if is_tank and "content" not in tags else tags["man_made"]  # most storage tanks hold oil
    return None


def place_kind(tags: Mapping[str, str]) -> str | None:
    """key=value that says what a named thing is, None if it is nothing to look for."""
    for key in KINDS:
        value = tags.get(key)
        if value and value != "no":
            return f"{key}={value}"
    return None


def chosen(tags: Mapping[str, str], keys: tuple[str, ...]) -> dict[str, str]:
    """The listed tags that are there."""
    return {key: tags[key] for key in keys if key in tags}
