"""A public warning as CAP 1.2, drafted from an incident. The node drafts; a person reads it, and issues it elsewhere.

So its status is `Draft`, of an exercise `Exercise`, never `Actual`. The sentences are templates, Indonesian first and
English second; the place is the area's name and the map's own shapes, never the address somebody told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from .. import standards
from ..kernel.desk import Desk
from ..kernel.fields import All
from ..kernel.records import Ask, Query, Refusal
from ..kernel.texts import LANGUAGES, Language, say
from ..slices.field.tables.rows import HazardRow, IncidentQuery
from ..slices.paper.tables import LetterheadRow
from .source import Around, Incident, around, one, rows

Action = Literal["evacuate", "shelter", "avoid", "all-clear"]
Message = Literal["Alert", "Update", "Cancel"]
ISSUERS = ("dispatcher", "shift-leader", "commander", "administrator")
"""Who may have a warning drafted."""
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
LOCALES: Mapping[Language, str] = {"id": "id-ID", "en": "en"}
CATEGORIES = {"fire": ("Fire", "Safety"), "hazmat": ("CBRNE", "Safety"), "rescue": ("Rescue", "Safety")}
REFERENCE = re.compile(r"[^\s,<&]+,[^\s,<&]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Grade(msgspec.Struct, frozen=True):
    """What an action says of the danger, in the words of CAP, and how far it reaches unless somebody says."""

    response: str
    urgency: str
    severity: str
    certainty: str
    radius_m: float


GRADES: Mapping[Action, Grade] = {
    "evacuate": Grade("Evacuate", "Immediate", "Severe", "Observed", 500),
    "shelter": Grade("Shelter", "Immediate", "Severe", "Observed", 1000),
    "avoid": Grade("Avoid", "Immediate", "Moderate", "Observed", 300),
    "all-clear": Grade("AllClear", "Past", "Minor", "Observed", 300),
}


class Warning(Query, frozen=True, kw_only=True):
    """What people are to do, how far around, for how long; `references` names the messages it updates or cancels."""

    action: Action
    message: Message = "Alert"
    references: tuple[str, ...] = ()
    radius_m: float | None = None
    hours: float = 3


class Sender(msgspec.Struct, frozen=True):
    """Who warns: a name for machines, one for people, how to reach them."""

    id: str
    name: str
    contact: str
    web: str


def drafted(desk: Desk, incident: str, wanted: Warning, reader: Ask) -> bytes | Refusal:
    """The draft as XML, from what the reader may see of the incident now."""
    found = one(desk, incident, reader)
    if isinstance(found, Refusal):
        return found
    where = around(desk, reader)
    if isinstance(where, Refusal):
        return where
    if wrong := _wrong(wanted):
        return wrong
    board = rows(desk, "field.board", IncidentQuery(incident), reader)
    hazards = [] if isinstance(board, Refusal) or not board else board[0].hazards
    head = rows(desk, "paper.letterhead", All(), reader)
    letterhead = None if isinstance(head, Refusal) or not head else head[0]
    return draft(found, where, wanted, _sender(where, letterhead), [h for h in hazards if h.no_go], desk.clock())


def _wrong(wanted: Warning) -> Refusal | None:
    if (wanted.message == "Alert") == bool(wanted.references):
        return Refusal(code="cap-references", facts={"message": wanted.message})
    if not all(REFERENCE.fullmatch(one) for one in wanted.references):
        return Refusal(code="cap-references", facts={"message": wanted.message})
    if not 0 < wanted.hours <= 72 or not 10 <= (wanted.radius_m or 10) <= 50_000:
        return Refusal(code="cap-reach", facts={})
    return None


def _sender(around: Around, head: LetterheadRow | None) -> Sender:
    """The agency's own web address makes its name unique, as CAP wants; its contacts are no person's."""
    agency = around.agency
    site = head.site if head else ""
    host = urlsplit(site if "//" in site else f"//{site}").hostname or "siaga.invalid"
    return Sender(
        id=f"{_fit(agency.agency if agency else 'siaga')}@{_fit(host)}",
        name=(head.name if head and head.name else None) or (agency.name if agency else "Siaga"),
        contact=(head.emergency or head.phone) if head else "",
        web=site if site.startswith(("https://", "http://")) else "",
    )


def draft(
    one: Incident, around: Around, wanted: Warning, sender: Sender, no_go: Sequence[HazardRow], now: datetime
) -> bytes:
    """The alert: one block for each language, the same areas in both."""
    sent = now.astimezone(around.zone)
    alert = Element("alert", xmlns=NAMESPACE)
    _put(alert, "identifier", f"{_fit(one.agency)}-{_fit(one.number)}-{sent:%Y%m%dT%H%M%S}")
    _put(alert, "sender", sender.id)
    _put(alert, "sent", _time(sent))
    _put(alert, "status", "Exercise" if one.exercise else "Draft")
    _put(alert, "msgType", wanted.message)
    _put(alert, "scope", "Public")
    _put(alert, "note", say("cap.exercise" if one.exercise else "cap.draft", {"number": one.number}, "id"))
    if wanted.references:
        _put(alert, "references", " ".join(wanted.references))
    _put(alert, "incidents", _fit(one.number))
    for language in LANGUAGES:
        _info(alert, one, around, wanted, sender, language, sent, _shapes(one, wanted, no_go))
    indent(alert)
    written: bytes = tostring(alert, encoding="utf-8", xml_declaration=True)
    return written


def _info(
    alert: Element,
    one: Incident,
    around: Around,
    wanted: Warning,
    sender: Sender,
    language: Language,
    sent: datetime,
    shapes: Sequence[tuple[str, str]],
) -> None:
    grade, facts = GRADES[wanted.action], _facts(one, around, wanted, sender, language)
    info = SubElement(alert, "info")
    _put(info, "language", LOCALES[language])
    for category in CATEGORIES.get(one.kind or "", ("Safety",)):
        _put(info, "category", category)
    _put(info, "event", facts["event"])
    _put(info, "responseType", grade.response)
    _put(info, "urgency", grade.urgency)
    _put(info, "severity", "Extreme" if grade.severity == "Severe" and one.level >= 3 else grade.severity)
    _put(info, "certainty", grade.certainty)
    if one.type:
        _pair(info, "eventCode", "siaga:incident-type", one.type)
    _put(info, "effective", _time(sent))
    _put(info, "expires", _time(sent + timedelta(hours=wanted.hours)))
    _put(info, "senderName", sender.name)
    for part in ("headline", "description", "instruction"):
        _put(info, part, say(f"cap.{part}.{wanted.action}", facts, language))
    if sender.web:
        _put(info, "web", sender.web)
    if sender.contact:
        _put(info, "contact", sender.contact)
    area = SubElement(info, "area")
    _put(area, "areaDesc", facts["area"])
    for sort, points in shapes:
        if sort == "polygon":
            _put(area, sort, points)
    for sort, points in shapes:
        if sort == "circle":
            _put(area, sort, points)
    if one.area:
        _pair(area, "geocode", "kemendagri", one.area)


def _event(one: Incident, language: Language) -> str:
    """What it is, in a word people know: Indonesian names of types say what burns, not that it does."""
    known = standards.incident_types().get(one.type or "")
    if known is None:
        return say("cap.event", {}, language)
    if language == "en":
        return known.name.en
    kind = standards.kinds()[known.kind].name.id
    return known.name.id if kind in known.name.id else f"{kind} ({_lower(known.name.id)})"


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _facts(one: Incident, around: Around, wanted: Warning, sender: Sender, language: Language) -> dict[str, str]:
    what = _event(one, language)
    event = f"{say('cap.drill', {}, language)}: {what}" if one.exercise else what
    named = [around.area_name(one.area), around.area_name(around.above(one.area))]
    metres = f"{wanted.radius_m or GRADES[wanted.action].radius_m:.0f}"
    return {
        "event": event,
        "what": event if one.exercise else _lower(what),
        "area": ", ".join(name for name in named if name) or say("cap.area", {}, language),
        "metres": metres,
        "sender": sender.name,
        "contact": sender.contact or "112",
    }


def _shapes(one: Incident, wanted: Warning, no_go: Sequence[HazardRow]) -> list[tuple[str, str]]:
    """What nobody may enter on the commander's map, and the circle; the circle alone where no such thing is drawn."""
    drawn = list(_drawn(no_go))
    if drawn and wanted.radius_m is None:
        return drawn
    radius = wanted.radius_m or GRADES[wanted.action].radius_m
    return [*drawn, ("circle", _circle(one.lon, one.lat, radius))]


def _drawn(no_go: Sequence[HazardRow]) -> Iterator[tuple[str, str]]:
    for hazard in no_go:
        if hazard.shape == "area" and len(hazard.points) >= 3:
            ring = [*hazard.points, hazard.points[0]] if hazard.points[0] != hazard.points[-1] else hazard.points
            yield "polygon", " ".join(f"{p.lat:.6f},{p.lon:.6f}" for p in ring)
        elif hazard.shape == "point" and hazard.radius_m:
            yield "circle", _circle(hazard.points[0].lon, hazard.points[0].lat, hazard.radius_m)


def _circle(lon: float, lat: float, radius_m: float) -> str:
    return f"{lat:.6f},{lon:.6f} {radius_m / 1000:.3f}"


def _put(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("", text)


def _pair(parent: Element, name: str, kind: str, value: str) -> None:
    pair = SubElement(parent, name)
    _put(pair, "valueName", kind)
    _put(pair, "value", value)


def _fit(text: str) -> str:
    return _UNFIT.sub("-", text).strip("-") or "siaga"


def _time(at: datetime) -> str:
    """With its offset in digits: the schema refuses `Z`, and UTC is written -00:00."""
    text = at.isoformat(timespec="seconds")
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text
