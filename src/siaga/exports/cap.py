"""A public warning as CAP 1.2, drafted from an incident. The node drafts; a person reads it, and issues it (slice
`warning`) in words of their own or in these.

So its status is `Draft`, of an exercise `Exercise`, never `Actual`. The sentences are templates, Indonesian first and
English second; the place is the area's name and the map's own shapes, never the address somebody told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from xml.etree.ElementTree import Element, SubElement

import msgspec

from ..kernel.desk import Desk
from ..kernel.fields import All
from ..kernel.records import Ask, Query, Refusal
from ..kernel.texts import LANGUAGES, Language, say
from ..slices.field.tables.rows import HazardRow, IncidentQuery
from ..slices.paper.tables import LetterheadRow
from ..slices.warning.rules import Sender, fit, sender
from . import cap_xml as xml
from .source import Around, Incident, around, one, rows

Action = Literal["evacuate", "shelter", "avoid", "all-clear"]
Message = Literal["Alert", "Update", "Cancel"]
ISSUERS = ("dispatcher", "shift-leader", "commander", "administrator")
"""Who may have a warning drafted."""
REFERENCE = re.compile(r"[^\s,<&]+,[^\s,<&]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")


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
    agency = around.agency
    return sender(
        agency.agency if agency else "",
        agency.name if agency else "",
        str(around.zone),
        head.name if head else "",
        head.site if head else "",
        (head.emergency or head.phone) if head else "",
    )


def draft(
    one: Incident, around: Around, wanted: Warning, sender: Sender, no_go: Sequence[HazardRow], now: datetime
) -> bytes:
    """The alert: one block for each language, the same areas in both."""
    sent = now.astimezone(around.zone)
    alert = Element("alert", xmlns=xml.NAMESPACE)
    xml.put(alert, "identifier", f"{fit(one.agency)}-{fit(one.number)}-{sent:%Y%m%dT%H%M%S}")
    xml.put(alert, "sender", sender.id)
    xml.put(alert, "sent", xml.time(sent))
    xml.put(alert, "status", "Exercise" if one.exercise else "Draft")
    xml.put(alert, "msgType", wanted.message)
    xml.put(alert, "scope", "Public")
    xml.put(alert, "note", say("cap.exercise" if one.exercise else "cap.draft", {"number": one.number}, "id"))
    if wanted.references:
        xml.put(alert, "references", " ".join(wanted.references))
    xml.put(alert, "incidents", fit(one.number))
    for language in LANGUAGES:
        _info(alert, one, around, wanted, sender, language, sent, _shapes(one, wanted, no_go))
    return xml.document(alert)


def _info(
    alert: Element,
    one: Incident,
    around: Around,
    wanted: Warning,
    sender: Sender,
    language: Language,
    sent: datetime,
    shapes: Sequence[xml.Drawn],
) -> None:
    grade, facts = GRADES[wanted.action], _facts(one, around, wanted, sender, language)
    info = SubElement(alert, "info")
    xml.put(info, "language", xml.LOCALES[language])
    for category in xml.categories(one.kind):
        xml.put(info, "category", category)
    xml.put(info, "event", facts["event"])
    xml.put(info, "responseType", grade.response)
    xml.put(info, "urgency", grade.urgency)
    xml.put(info, "severity", "Extreme" if grade.severity == "Severe" and one.level >= 3 else grade.severity)
    xml.put(info, "certainty", grade.certainty)
    if one.type:
        xml.pair(info, "eventCode", "siaga:incident-type", one.type)
    xml.put(info, "effective", xml.time(sent))
    xml.put(info, "expires", xml.time(sent + timedelta(hours=wanted.hours)))
    xml.put(info, "senderName", sender.name)
    for part in ("headline", "description", "instruction"):
        xml.put(info, part, say(f"cap.{part}.{wanted.action}", facts, language))
    if sender.web:
        xml.put(info, "web", sender.web)
    if sender.contact:
        xml.put(info, "contact", sender.contact)
    area = xml.area(info, facts["place"], shapes)
    if one.area:
        xml.pair(area, "geocode", "kemendagri", one.area)


def _facts(one: Incident, around: Around, wanted: Warning, sender: Sender, language: Language) -> dict[str, str]:
    what, event = xml.named(one.type, language), xml.event(one.type, one.exercise, language)
    named = [around.area_name(one.area), around.area_name(around.above(one.area))]
    place = ", ".join(name for name in named if name)
    metres = f"{wanted.radius_m or GRADES[wanted.action].radius_m:.0f}"
    return {
        "event": event,
        "what": event if one.exercise else xml.lower(what),
        "area": place or say("cap.area-within", {}, language),
        "place": place or say("cap.area", {}, language),
        "metres": metres,
        "sender": sender.name,
        "contact": sender.contact or "112",
    }


def _shapes(one: Incident, wanted: Warning, no_go: Sequence[HazardRow]) -> list[xml.Drawn]:
    """What nobody may enter on the commander's map, and the circle; the circle alone where no such thing is drawn."""
    drawn = list(_drawn(no_go))
    if drawn and wanted.radius_m is None:
        return drawn
    radius = wanted.radius_m or GRADES[wanted.action].radius_m
    return [*drawn, xml.circle(one.lon, one.lat, radius)]


def _drawn(no_go: Sequence[HazardRow]) -> Iterator[xml.Drawn]:
    for hazard in no_go:
        if hazard.shape == "area" and len(hazard.points) >= 3:
            yield xml.polygon([(p.lon, p.lat) for p in hazard.points])
        elif hazard.shape == "point" and hazard.radius_m:
            yield xml.circle(hazard.points[0].lon, hazard.points[0].lat, hazard.radius_m)
