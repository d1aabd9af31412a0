"""What every CAP 1.2 message of ours is written with: names, shapes, times, and what an incident is called in it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .. import standards
from ..kernel.texts import Language, say

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
LOCALES: Mapping[Language, str] = {"id": "id-ID", "en": "en"}
CATEGORIES = {"fire": ("Fire", "Safety"), "hazmat": ("CBRNE", "Safety"), "rescue": ("Rescue", "Safety")}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Drawn = tuple[Literal["polygon", "circle"], str]
"""A shape as CAP writes it."""


def put(parent: Element, name: str, text: str) -> None:
    """An element with its text, without signs XML has no place for."""
    SubElement(parent, name).text = _NOT_XML.sub("", text)


def pair(parent: Element, name: str, kind: str, value: str) -> None:
    """A value of somebody's list, with the list's name."""
    both = SubElement(parent, name)
    put(both, "valueName", kind)
    put(both, "value", value)


def area(info: Element, words: str, shapes: Sequence[Drawn]) -> Element:
    """Where it is for; the schema wants polygons before circles."""
    where = SubElement(info, "area")
    put(where, "areaDesc", words)
    for sort, points in sorted(shapes, key=lambda shape: shape[0] != "polygon"):
        put(where, sort, points)
    return where


def circle(lon: float, lat: float, radius_m: float) -> Drawn:
    """A place and kilometres around it."""
    return "circle", f"{lat:.6f},{lon:.6f} {radius_m / 1000:.3f}"


def polygon(ring: Sequence[tuple[float, float]]) -> Drawn:
    """Corners (longitude, latitude), closed here."""
    closed = ring if ring[0] == ring[-1] else [*ring, ring[0]]
    return "polygon", " ".join(f"{lat:.6f},{lon:.6f}" for lon, lat in closed)


def categories(kind: str | None) -> tuple[str, ...]:
    """What sort of event it is, in CAP's words."""
    return CATEGORIES.get(kind or "", ("Safety",))


def event(type: str | None, exercise: bool, language: Language) -> str:
    """What it is, in words people know; an exercise says so first."""
    what = named(type, language)
    return f"{say('cap.drill', {}, language)}: {what}" if exercise else what


def named(type: str | None, language: Language) -> str:
    """Indonesian names of types say what burns, not that it does."""
    known = standards.incident_types().get(type or "")
    if known is None:
        return say("cap.event", {}, language)
    if language == "en":
        return known.name.en
    kind = standards.kinds()[known.kind].name.id
    return known.name.id if kind in known.name.id else f"{kind} ({lower(known.name.id)})"


def lower(text: str) -> str:
    """As within a sentence; abbreviations stay."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def time(at: datetime) -> str:
    """With its offset in digits: the schema refuses `Z`, and UTC is written -00:00."""
    text = at.isoformat(timespec="seconds")
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text


def document(alert: Element) -> bytes:
    """The message as a file."""
    indent(alert)
    written: bytes = tostring(alert, encoding="utf-8", xml_declaration=True)
    return written
