"""Incidents of spreadsheets as history: opened on their day, closed, and what the sheets judged said in their reports.

A time of day that no sheet gives is not invented: the incident opens as its day begins, without those clocks."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from ...app import Node
from ...kernel.fields import All
from ...kernel.records import Ask, Command, Refusal, Told
from ...slices.dispatch.rules import CloseIncident, CorrectTime, RegisterAgency
from ...slices.intake.rules import OpenIncident
from ...slices.report.events import Casualties, LossLine
from ...slices.report.rules import CountVictims, DescribeObject, StateCause, StateLoss, Summarise
from ...slices.report.rules.history import KeepHistory
from ..mapping import Agency
from ..recorder import Recorder
from .cells import words
from .mapping import DEFAULT_ZONE, SheetMapping
from .places import Placed, Placer, Region
from .read import Fire, SheetsRead, Unread
from .totals import same_loss_again, totals
from .values import NOTHING, UNKNOWN

ACTOR = "import"
ROLES = frozenset({"call-taker", "dispatcher", "reporter", "administrator"})
SIGNED = "report.amendment-needs-reason"  # a report that was signed since is not written over
REOPENED = "report.history-open"  # nor is an incident that somebody opened again only history
MOST_LINES, MOST_WORDS = 200, 2000
Progress = Callable[[str, int, int | None], None]


def own_agency(node: Node) -> tuple[Agency, str]:
    """The node's own agency and its zone, where it has one and only one; else a name to be corrected."""
    own = [a for a in _rows(node, "dispatch.agencies") if a.own]
    if len(own) == 1:
        return Agency(own[0].agency, own[0].name, own[0].kind), own[0].zone
    return Agency("damkar", "Dinas Pemadam Kebakaran dan Penyelamatan"), DEFAULT_ZONE


def known_places(node: Node) -> Region:
    """The areas and streets of the node's region."""
    return Region(_rows(node, "places.areas"), _rows(node, "places.streets"))


def placed(read: SheetsRead, region: Region) -> list[tuple[Fire, Placed]]:
    """The incidents that have a place; the rows of the others are listed as refused."""
    placer, found = Placer(region, read.mapping.somewhere), []
    for fire in read.fires:
        if (at := placer.place(fire)) is not None:
            found.append((fire, at))
        else:
            read.refused += [Unread(file, row, "no-place", fire.place) for file, row in fire.rows]
    return found


def keep(node: Node, read: SheetsRead, progress: Progress) -> dict[str, Any]:
    """Record the incidents; the same sheets again change nothing, corrected ones say their reports anew.

    Raises RefusedAsk."""
    mapping, now = read.mapping, datetime.now(UTC)
    recorder = Recorder(node.desk, {SIGNED, REOPENED})
    wanted = placed(read, known_places(node))

    def ask(command: Command, at: datetime, what: str) -> None:
        digest = hashlib.sha256(msgspec.json.encode(command, enc_hook=lambda told: told.text)).hexdigest()[:16]
        known = f"import.{what}.{digest}"
        recorder.ask(command, Ask(id=known, at=at, received=at, actor=ACTOR, roles=ROLES, agency=mapping.agency.id))

    if wanted and mapping.agency.id not in {a.agency for a in _rows(node, "dispatch.agencies")}:
        agency = mapping.agency
        ask(
            RegisterAgency(agency.id, agency.name, agency.kind, mapping.zone), _opened(wanted[0][0], mapping), agency.id
        )
    for n, (fire, at) in enumerate(wanted):
        incident = incident_id(fire, mapping)
        for command, when in happened(incident, fire, at, mapping):
            ask(command, when, f"{incident}.{type(command).__name__}")
        for command in (copied(incident, fire, mapping), *judged(incident, fire)):
            ask(command, now, f"{incident}.{type(command).__name__}")
        if n % 100 == 0:
            progress("incidents", n, len(wanted))
    recorder.settle()
    body = totals(read, now.astimezone(ZoneInfo(mapping.zone)).date(), wanted)
    return body | {
        "recorded": len(wanted),
        "asks": recorder.recorded.total(),
        "by_command": dict(sorted(recorder.recorded.items())),
        "kept_as_signed": recorder.refused[SIGNED],
    }


def _rows(node: Node, view: str) -> list[Any]:
    now = datetime.now(UTC)
    shown = node.desk.show(view, All(), Ask(id="import.look", at=now, actor=ACTOR, roles=ROLES))
    assert not isinstance(shown, Refusal)
    return list(shown.rows)


def _opened(fire: Fire, mapping: SheetMapping) -> datetime:
    """When it was answered; where only the day is known, the moment that day begins."""
    return fire.clocks.get("answered") or datetime.combine(fire.day, time(), ZoneInfo(mapping.zone))


def incident_id(fire: Fire, mapping: SheetMapping) -> str:
    """An id that sorts by time like all the others (UUID version 7) and is the same at every import."""
    digest = hashlib.sha256("\0".join((mapping.agency.id, *fire.key)).encode()).digest()
    raw = bytearray(int(_opened(fire, mapping).timestamp() * 1000).to_bytes(6, "big") + digest[:10])
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(UUID(bytes=bytes(raw)))


def happened(incident: str, fire: Fire, at: Placed, mapping: SheetMapping) -> Iterator[tuple[Command, datetime]]:
    """What happened, in order, with the times of the sheet and no others."""
    opened = _opened(fire, mapping)
    end = max(fire.clocks.values(), default=opened)
    place = Told(fire.place) if fire.place else None
    yield OpenIncident(incident, at.lon, at.lat, at.precision_m, type=fire.type, area=at.area, place=place), opened
    if "answered" not in fire.clocks:
        yield CorrectTime(incident, "answered", None), opened
        yield CorrectTime(incident, "opened", None), opened
    for clock, when in fire.clocks.items():
        if clock != "answered":
            yield CorrectTime(incident, clock, when), end  # type: ignore[arg-type]
    yield CloseIncident(incident, "handled"), end


def copied(incident: str, fire: Fire, mapping: SheetMapping) -> Command:
    """That it was copied from the sheets, and which kinds of incidents they record at all."""
    return KeepHistory(incident, Told(_rows_of(fire)[:MOST_WORDS]), mapping.recorded)


def judged(incident: str, fire: Fire) -> Iterator[Command]:
    """What the sheets judged of it; what they leave open is not said."""
    if kinds := [line.kind_words for line in fire.lines if line.kind_words]:
        yield DescribeObject(
            incident, fire.lines[0].kind or "other", burnt_m2=fire.burnt_m2, note=Told("; ".join(kinds)[:MOST_WORDS])
        )
    if fire.cause_words:
        yield StateCause(incident, fire.cause or "unknown", note=Told(fire.cause_words))
    if fire.loss_rp is not None or fire.saved_rp is not None:
        yield StateLoss(incident, _lines(fire), fire.saved_rp, Told(_basis(fire)))
    shelter = fire.shelter if words(fire.shelter) not in NOTHING | UNKNOWN else ""
    if fire.counts or shelter:
        get = fire.counts.get
        yield CountVictims(
            incident,
            citizens=Casualties(get("dead"), get("heavy"), get("light"), get("rescued")),
            families=get("families"),
            affected=get("affected"),
            displaced=get("displaced"),
            shelter=Told(shelter) if shelter else None,
        )
    yield Summarise(incident, Told(_origin(fire)))


def _lines(fire: Fire) -> tuple[LossLine, ...]:
    """A line for each row; of a great many the last holds the rest, so that nothing is left out of the sum."""
    own, rest = fire.lines[: MOST_LINES - 1], fire.lines[MOST_LINES - 1 :]
    lines = [LossLine(Told(x.kind_words or "Menurut lembar asal"), x.count, amount_rp=x.loss_rp) for x in own]
    if rest:
        lines.append(LossLine(Told(f"{len(rest)} baris lain"), amount_rp=sum(x.loss_rp or 0 for x in rest)))
    return tuple(lines)


def _basis(fire: Fire) -> str:
    again = "; angka yang sama tertulis di beberapa baris, perlu diperiksa" if same_loss_again(fire) else ""
    return f"Menurut lembar asal{again}"


def _rows_of(fire: Fire) -> str:
    return ", ".join(f"{file} baris {row}" for file, row in fire.rows)


def _origin(fire: Fire) -> str:
    """Where it was read, and what the sheet says that has no field of its own."""
    handled = fire.team + (f" ({fire.engines} unit)" if fire.engines else "")
    said = [f"Dari catatan lama: {_rows_of(fire)}", f"Ditangani: {handled}" if handled else "", fire.notes]
    return ". ".join(s.strip(" .") for s in said if s)[:MOST_WORDS] + "."
