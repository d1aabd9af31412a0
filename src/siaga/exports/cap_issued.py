"""A warning that a person issued, as CAP 1.2: written from what was recorded then, the same whenever it is asked."""

from xml.etree.ElementTree import Element, SubElement

from .. import standards
from ..kernel.desk import Desk
from ..kernel.records import Ask, Query, Refusal
from ..kernel.texts import Language, say
from ..slices.warning.events import Shape
from ..slices.warning.rules import fit
from ..slices.warning.tables import MessageRow, OfIncident, sent
from . import cap_xml as xml
from .source import rows

KINDS = {"alert": "Alert", "update": "Update", "cancel": "Cancel"}
RESPONSES = {"all-clear": "AllClear"}
"""Words of CAP that are not ours with a capital letter."""


class Issued(Query, frozen=True):
    """Which warning."""

    warning: str


def issued(desk: Desk, incident: str, wanted: Issued, reader: Ask) -> bytes | Refusal:
    """The message as XML, for who may see warnings."""
    found = rows(desk, "warning.of-incident", OfIncident(incident), reader)
    if isinstance(found, Refusal):
        return found
    for row in found:
        if row.warning == wanted.warning:
            return written(row)
    return Refusal(code="no-such-warning", facts={"warning": wanted.warning[:100]})


def written(row: MessageRow) -> bytes:
    """The alert: a block for each language it was written in, the same areas in both."""
    alert = Element("alert", xmlns=xml.NAMESPACE)
    xml.put(alert, "identifier", row.identifier)
    xml.put(alert, "sender", row.sender)
    xml.put(alert, "sent", sent(row.at, row.zone))
    xml.put(alert, "status", "Exercise" if row.exercise else "Actual")
    xml.put(alert, "msgType", KINDS[row.kind])
    xml.put(alert, "scope", "Public")
    if row.exercise:
        xml.put(alert, "note", say("cap.exercise", {"number": row.number}, "id"))
    if row.references:
        xml.put(alert, "references", " ".join(row.references))
    xml.put(alert, "incidents", fit(row.number))
    _info(alert, row, "id", row.headline, row.description, row.instruction)
    if row.headline_en or row.description_en:
        _info(alert, row, "en", row.headline_en, row.description_en, row.instruction_en)
    return xml.document(alert)


def _info(
    alert: Element, row: MessageRow, language: Language, headline: str | None, says: str | None, todo: str | None
) -> None:
    kind = standards.incident_types().get(row.type)
    info = SubElement(alert, "info")
    xml.put(info, "language", xml.LOCALES[language])
    for category in xml.categories(kind.kind if kind else None):
        xml.put(info, "category", category)
    xml.put(info, "event", xml.event(row.type, row.exercise, language))
    xml.put(info, "responseType", RESPONSES.get(row.response, row.response.capitalize()))
    for name in ("urgency", "severity", "certainty"):
        xml.put(info, name, getattr(row, name).capitalize())
    if row.type:
        xml.pair(info, "eventCode", "siaga:incident-type", row.type)
    xml.put(info, "effective", sent(row.at, row.zone))
    xml.put(info, "expires", sent(row.until, row.zone))
    xml.put(info, "senderName", row.office)
    gone = say("cap.erased", {}, language)
    head = gone if headline is None else headline
    if row.exercise:
        head = f"{say('cap.drill', {}, language)}: {head}"
    xml.put(info, "headline", say("cap.cancelled", {"headline": head}, language) if row.kind == "cancel" else head)
    xml.put(info, "description", gone if says is None else says)
    if todo:
        xml.put(info, "instruction", todo)
    if row.web:
        xml.put(info, "web", row.web)
    if row.contact:
        xml.put(info, "contact", row.contact)
    xml.area(info, say("cap.area", {}, language) if row.area is None else row.area, [_drawn(one) for one in row.shapes])


def _drawn(shape: Shape) -> xml.Drawn:
    if shape.radius_m is not None:
        return xml.circle(shape.points[0].lon, shape.points[0].lat, shape.radius_m)
    return xml.polygon([(p.lon, p.lat) for p in shape.points])
