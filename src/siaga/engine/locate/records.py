"""What reading a pasted text gives: a place, or the reason why it gives none."""

import math
from typing import Literal

import msgspec

Kind = Literal[
    "decimal",
    "dms",
    "plus-code",
    "short-plus-code",
    "mgrs",
    "utm",
    "geo",
    "google",
    "google-view",
    "apple",
    "apple-view",
    "osm",
    "osm-view",
    "osm-short",
    "waze",
    "here",
    "here-view",
    "bing",
    "bing-view",
    "yandex",
    "yandex-view",
    "link",
    "link-view",
]
"""How the place was written; `…-view` is the middle of somebody's map, not a pin."""

Reason = Literal[
    "empty",
    "too-long",
    "out-of-range",
    "uncertain",
    "hemisphere",
    "zero",
    "too-coarse",
    "short-plus-code",
    "utm-needs-zone",
    "short-link",
    "what3words",
    "live-location",
    "link-without-place",
    "no-coordinates",
]
"""Why a text gives no place; each has a sentence `locate.<reason>` in the catalogues."""

Facts = dict[str, str | float]

DEGREE_M = 111_700.0
"""Metres of one degree of latitude, at its longest (WGS84, at the poles)."""


class Place(msgspec.Struct, frozen=True):
    """One place read from a text: degrees WGS84, and how far (metres) the writing alone can be off."""

    lat: float
    lon: float
    kind: Kind
    precision_m: float
    text: str


class Located(msgspec.Struct, frozen=True):
    """The place a text names; `others` are certain places in the same text that disagree with it.

    `place` is the name written beside a short plus code: the caller checks that it lies near the result.
    """

    lat: float
    lon: float
    kind: Kind
    precision_m: float
    text: str
    others: tuple[Place, ...] = ()
    place: str = ""


class NotLocated(msgspec.Struct, frozen=True):
    """Why a text gives no certain place: a reason code, and its facts for the sentence."""

    reason: Reason
    facts: Facts = {}


class Found(msgspec.Struct, frozen=True):
    """A place with where it stands in the text (characters from `start` to `end`)."""

    start: int
    end: int
    lat: float
    lon: float
    kind: Kind
    precision_m: float
    text: str
    place: str = ""


class Doubt(msgspec.Struct, frozen=True):
    """A piece of text that looks like a place and is none, with where it stands and why."""

    start: int
    end: int
    reason: Reason
    facts: Facts = {}


Piece = Found | Doubt


def spread(lat: float, lat_unit: float, lon_unit: float) -> float:
    """Half the diagonal (metres) of a cell of `lat_unit` x `lon_unit` degrees at latitude `lat` (degrees)."""
    widest = max(math.cos(math.radians(max(abs(lat) - lat_unit, 0.0))), 0.0)
    half = math.hypot(lat_unit * DEGREE_M, lon_unit * DEGREE_M * widest) / 2
    return math.ceil(half * 100) / 100 if half < 100 else math.ceil(half)  # never less than it is
