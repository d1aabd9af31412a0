"""Hazards, wind, what is asked for, situation reports, photos and voice: projections, loads, views."""

import json
from typing import Any

import msgspec

from ....kernel.records import Entry, Query, read_time, written
from ....kernel.slice import Look
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from ...dispatch import events as dispatch
from .. import events
from ..rules import scene as rules
from ..rules.sitrep import Aim, Picture, draft
from . import command, crews, registers, safety, water
from .known import askable
from .rows import HazardRow, IncidentQuery, MediaRow, RequestRow, SitrepDraftRow, SitrepRow, WindRow

SCHEMA = """
create table if not exists field_hazard (
    incident text not null, hazard text not null, at text not null, ask text not null, kind text not null,
    shape text not null, points text not null, radius_m double precision, no_go integer not null, note text,
    primary key (incident, hazard)
);
create table if not exists field_hazard_end (
    incident text not null, hazard text not null, at text not null, ask text not null, primary key (incident, hazard)
);
create table if not exists field_wind (
    incident text primary key, at text not null, ask text not null, from_deg double precision not null,
    speed_mps double precision
);
create table if not exists field_request (
    incident text not null, request text not null, at text not null, ask text not null, what text not null,
    number integer not null, note text, asked_at text not null, primary key (incident, request)
);
create table if not exists field_request_step (
    incident text not null, request text not null, at text not null, ask text not null, step text not null,
    eta_at text, unit text not null, note text, primary key (incident, request)
);
create table if not exists field_mark (
    incident text not null, clock text not null, at text, corrected integer not null, primary key (incident, clock)
);
create table if not exists field_sitrep (
    incident text not null, sitrep text not null, at text not null, ask text not null, actor text not null,
    facts text not null, note text, primary key (incident, sitrep)
);
create table if not exists field_media (
    incident text not null, media text not null, at text not null, ask text not null, actor text not null,
    kind text not null, mime text not null, content text not null, person text not null, crew text not null,
    lon double precision, lat double precision, note text, primary key (incident, media)
)
"""


OVER = ("declined", "arrived", "released")
"""Steps after which nothing is on its way any more."""


class MediumQuery(Query, frozen=True):
    """One photo or voice note of an incident."""

    incident: str
    media: str


class MediumRow(msgspec.Struct, frozen=True):
    """A photo or a voice note; `content` is base64, None where it was erased."""

    media: str
    mime: str
    content: str | None


# ── projections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def hazard_marked(tx: Tx, e: events.HazardMarked, entry: Entry) -> None:
    values = {
        "kind": e.kind,
        "shape": e.shape,
        "points": msgspec.json.encode(e.points).decode(),
        "radius_m": e.radius_m,
        "no_go": int(e.no_go),
        "note": e.note.ref if e.note else None,
    }
    registers.put(tx, "field_hazard", {"incident": e.incident, "hazard": e.hazard}, values, entry)


def hazard_cleared(tx: Tx, e: events.HazardCleared, entry: Entry) -> None:
    registers.put(tx, "field_hazard_end", {"incident": e.incident, "hazard": e.hazard}, {}, entry)


def wind_reported(tx: Tx, e: events.WindReported, entry: Entry) -> None:
    values = {"from_deg": e.from_deg, "speed_mps": e.speed_mps}
    registers.put(tx, "field_wind", {"incident": e.incident}, values, entry)


def resource_requested(tx: Tx, e: events.ResourceRequested, entry: Entry) -> None:
    values = {"what": e.what, "number": e.count, "note": e.note.ref if e.note else None}
    key = {"incident": e.incident, "request": e.request}
    registers.put(tx, "field_request", key, values, entry, first="asked_at")


def resource_stepped(tx: Tx, e: events.ResourceStepped, entry: Entry) -> None:
    values = {
        "step": e.step,
        "eta_at": written(e.eta_at) if e.eta_at else None,
        "unit": e.unit,
        "note": e.note.ref if e.note else None,
    }
    registers.put(tx, "field_request_step", {"incident": e.incident, "request": e.request}, values, entry)


def mark_set(tx: Tx, e: dispatch.MarkSet, entry: Entry) -> None:
    """As dispatch counts: the first time stands, unless a person corrected it."""
    tx.run(
        "insert into field_mark (incident, clock, at, corrected) values (:i, :c, :at, 0) on conflict (incident, clock)"
        " do update set at = :at where field_mark.corrected = 0 and (field_mark.at is null or field_mark.at > :at)",
        i=e.incident,
        c=e.clock,
        at=written(e.at),
    )


def time_corrected(tx: Tx, e: dispatch.TimeCorrected, entry: Entry) -> None:
    """A corrected mark; the other clocks are dispatch's alone."""
    if e.unit is not None or e.clock not in ("under-control", "out"):
        return
    tx.run(
        "insert into field_mark (incident, clock, at, corrected) values (:i, :c, :at, 1)"
        " on conflict (incident, clock) do update set at = :at, corrected = 1",
        i=e.incident,
        c=e.clock,
        at=written(e.at) if e.at else None,
    )


def sitrep_sent(tx: Tx, e: events.SitrepSent, entry: Entry) -> None:
    values = {
        "actor": entry.actor,
        "facts": msgspec.json.encode(e.facts).decode(),
        "note": e.note.ref if e.note else None,
    }
    registers.put(tx, "field_sitrep", {"incident": e.incident, "sitrep": e.sitrep}, values, entry)


def media_attached(tx: Tx, e: events.MediaAttached, entry: Entry) -> None:
    values = {
        "actor": entry.actor,
        "kind": e.kind,
        "mime": e.mime,
        "content": e.content.ref,
        "person": e.content.person,
        "crew": e.crew,
        "lon": e.lon,
        "lat": e.lat,
        "note": e.note.ref if e.note else None,
    }
    registers.put(tx, "field_media", {"incident": e.incident, "media": e.media}, values, entry)


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_known(tx: Tx, cmd: Any) -> bool:
    """Whether this node knows the incident of an observation."""
    return bool(tx.rows("select 1 as x from field_incident where incident = :i", i=cmd.incident))


def hazard(tx: Tx, cmd: rules.ClearHazard) -> bool | None:
    """Whether a danger is still drawn; None when nobody drew it."""
    rows = tx.rows(f"{_HAZARDS} and h.hazard = :h", i=cmd.incident, h=cmd.hazard)
    return not command.over(rows[0]) if rows else None


_HAZARDS = (
    "select h.*, e.at as end_at, e.ask as end_ask from field_hazard h"
    " left join field_hazard_end e on e.incident = h.incident and e.hazard = h.hazard where h.incident = :i"
)
_REQUESTS = (
    "select r.*, s.step, s.at as stepped_at, s.eta_at, s.unit from field_request r"
    " left join field_request_step s on s.incident = r.incident and s.request = r.request where r.incident = :i"
)


def _request(tx: Tx, incident: str, name: str) -> rules.Request | None:
    rows = tx.rows(f"{_REQUESTS} and r.request = :r", i=incident, r=name)
    if not rows:
        return None
    r = rows[0]
    return rules.Request(r["step"], read_time(r["eta_at"]) if r["eta_at"] else None, r["unit"] or "")


def asking(tx: Tx, cmd: rules.RequestResource) -> rules.Asking:
    """What was asked for under this id, and whether there is such a thing to ask for."""
    return rules.Asking(_request(tx, cmd.incident, cmd.request), cmd.what in {row.what for row in askable()})


def stepping(tx: Tx, cmd: rules.StepResource) -> rules.Request | None:
    """What was asked for."""
    return _request(tx, cmd.incident, cmd.request)


def snapshot(tx: Tx, cmd: rules.SendSitrep) -> rules.Snapshot:
    """What the board says now, for a report that goes out."""
    rows = tx.rows("select 1 as x from field_sitrep where incident = :i and sitrep = :s", i=cmd.incident, s=cmd.sitrep)
    return rules.Snapshot(facts(tx, cmd.incident), bool(rows))


def attaching(tx: Tx, cmd: rules.AttachMedia) -> bool | None:
    """Whether the photo or voice note is kept already; None without such an incident."""
    if not incident_known(tx, cmd):
        return None
    return bool(
        tx.rows("select 1 as x from field_media where incident = :i and media = :m", i=cmd.incident, m=cmd.media)
    )


def facts(tx: Tx, incident: str) -> dict[str, rules.Fact]:
    """What a situation report says of the board as it is."""
    i = tx.rows("select number, type, level, life_risk, exercise from field_incident where incident = :i", i=incident)
    if not i:
        return {}
    now = command.commanding(tx, incident).commander
    drawn, seen = hazards(tx, incident), wind(tx, incident)
    return draft(
        Picture(
            number=i[0]["number"],
            type=i[0]["type"],
            level=i[0]["level"],
            life_risk=bool(i[0]["life_risk"]),
            exercise=bool(i[0]["exercise"]),
            commander=now.holder if now else "",
            since=now.since if now else "",
            crews=crews.states(tx, incident),
            sectors=tuple(sector.name for sector in command.sectors(tx, incident, {})),
            aims=tuple(Aim(task.kind, task.code, task.step) for task in command.tasks(tx, incident)),
            hazards=tuple(dict.fromkeys(one.kind for one in drawn)),
            no_go=sum(one.no_go for one in drawn),
            wind=None if seen is None else (seen.from_deg, seen.speed_mps),
            asked=tuple(one.what for one in requests(tx, incident) if one.step not in OVER),
            maydays=sum(one.ended_at is None for one in safety.maydays(tx, incident)),
            evacuations=sum(one.ended_at is None for one in safety.evacuations(tx, incident)),
            water=water.figures_of(tx, incident),
            marks={clock.replace("-", "_"): at for clock, at in marks(tx, incident).items()},
        )
    )


# ── what the board shows ─────────────────────────────────────────────────────────────────────────────────────────────

READS = ("field_hazard", "field_hazard_end", "field_wind", "field_request", "field_request_step")
SITREP_READS = (
    *READS,
    *command.READS,
    "field_incident",
    "field_crew",
    "field_mayday",
    "field_mayday_end",
    "field_evacuation",
    "field_mayday_step",
    "field_evacuation_end",
    "field_evacuation_heard",
    "vault_erasure",
    "field_water",
    "field_mark",
)


def hazards(tx: Tx, incident: str) -> list[HazardRow]:
    """Dangers that are drawn, the newest last."""
    rows = [r for r in tx.rows(_HAZARDS, i=incident) if not command.over(r)]
    rows.sort(key=lambda r: (r["at"], r["hazard"]))
    texts = told(tx, [r["note"] for r in rows])
    return [
        HazardRow(
            hazard=r["hazard"],
            kind=r["kind"],
            shape=r["shape"],
            points=msgspec.json.decode(r["points"], type=list[events.Point]),
            radius_m=r["radius_m"],
            no_go=bool(r["no_go"]),
            note=texts.get(r["note"]),
            at=r["at"],
        )
        for r in rows
    ]


def wind(tx: Tx, incident: str) -> WindRow | None:
    """The wind as last seen."""
    rows = tx.rows("select from_deg, speed_mps, at from field_wind where incident = :i", i=incident)
    return WindRow(**rows[0]) if rows else None


def requests(tx: Tx, incident: str) -> list[RequestRow]:
    """What was asked for, the oldest first."""
    rows = sorted(tx.rows(_REQUESTS, i=incident), key=lambda r: (r["asked_at"], r["request"]))
    texts = told(tx, [r["note"] for r in rows])
    return [
        RequestRow(
            request=r["request"],
            what=r["what"],
            count=r["number"],
            note=texts.get(r["note"]),
            at=r["asked_at"],
            step=r["step"] or "asked",
            stepped_at=r["stepped_at"] or r["asked_at"],
            eta_at=r["eta_at"],
            unit=r["unit"] or "",
        )
        for r in rows
    ]


def marks(tx: Tx, incident: str) -> dict[str, str]:
    """When the incident was under control, and out."""
    rows = tx.rows("select clock, at from field_mark where incident = :i and at is not null", i=incident)
    return {r["clock"]: r["at"] for r in rows}


# ── views ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def sitrep(tx: Tx, q: IncidentQuery) -> list[SitrepDraftRow]:
    """What a situation report would say now; no row without such an incident."""
    found = facts(tx, q.incident)
    return [SitrepDraftRow(found)] if found else []


def sitreps(tx: Tx, q: IncidentQuery) -> list[SitrepRow]:
    """Situation reports that were sent, the newest first."""
    rows = tx.rows("select * from field_sitrep where incident = :i order by at desc, sitrep", i=q.incident)
    texts = told(tx, [r["note"] for r in rows])
    return [SitrepRow(r["sitrep"], r["at"], r["actor"], json.loads(r["facts"]), texts.get(r["note"])) for r in rows]


def media(tx: Tx, q: IncidentQuery) -> list[MediaRow]:
    """Photos and voice notes, the newest first, without their content."""
    rows = tx.rows(
        "select m.*, coalesce(e.at, f.at) as erased_at from field_media m"
        " left join vault_erasure e on e.subject = m.person left join vault_erasure f on f.subject = m.content"
        " where m.incident = :i order by m.at desc, m.media",
        i=q.incident,
    )
    texts = told(tx, [r["note"] for r in rows])
    return [_media_row(r, texts.get(r["note"])) for r in rows]


def _media_row(r: Row, note: str | None) -> MediaRow:
    return MediaRow(
        media=r["media"],
        at=r["at"],
        kind=r["kind"],
        mime=r["mime"],
        crew=r["crew"],
        lon=r["lon"],
        lat=r["lat"],
        note=note,
        actor=r["actor"],
        subject=r["person"],
        erased=r["erased_at"] is not None,
    )


def medium(tx: Tx, q: MediumQuery, look: Look) -> list[MediumRow]:
    """The content of a photo or voice note; the reading is logged."""
    rows = tx.rows(
        "select media, mime, content from field_media where incident = :i and media = :m", i=q.incident, m=q.media
    )
    return [
        MediumRow(r["media"], r["mime"], look.reveal(tx, {"c": r["content"]}, f"field.medium {r['media']}")["c"])
        for r in rows
    ]
