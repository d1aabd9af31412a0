"""The proposal: which units go, why, what is missing and what cover is left; and the queue of those who wait."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from .... import standards
from ....engine import cover
from ....engine.geo import distance_m
from ....engine.proposal import CLOSEST, ENGINE, PRICES, SHOWN, Candidates, Choice, Why, keep_cover, propose
from ....engine.roads import Closures
from ....kernel.fields import Lat, Lon
from ....kernel.records import Query, written
from ....kernel.slice import Look
from ....kernel.storage import Tx
from ....kernel.vault import told
from .. import events, rules
from . import reaching
from .situation import Asked, Situation, Tools, closures, situation, tools
from .strength import Fleet, fleet, unfit

At = Annotated[datetime, Meta(tz=True, description="the moment it is asked for; views have no clock")]
COVERS = "pump"  # what a unit must bring to count for the 15 minutes, which are about fires
MOST_WAITING = 20
Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]


class ProposalQuery(Query, frozen=True):
    """Who should go: to an incident, or to a place before there is one; what is named here holds over the tables."""

    at: At
    incident: str | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    type: str | None = None
    area: str | None = None
    object: str | None = None
    level: rules.Level | None = None
    life_risk: bool | None = None
    answered_at: Annotated[datetime, Meta(tz=True)] | None = None
    exclude: tuple[str, ...] = ()


class WaitingQuery(Query, frozen=True):
    """Who waits for a unit, with the next one for each as things stand."""

    at: At


class ReasonRow(msgspec.Struct, frozen=True):
    """A reason: `proposal.<code>` in the catalogue, with the facts it names."""

    code: str
    facts: dict[str, Any] = {}


class ProposedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that should go: seconds from `at` until arrival (turnout included) and their standard deviation."""

    unit: str
    station: str
    vehicle_type: str
    status: str
    people: int
    eta_s: float
    eta_sd_s: float
    way: str
    fulfils: tuple[str, ...]
    why: ReasonRow
    rolling: bool
    reserve: bool
    stops_short: bool


class AlternativeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that was considered and stays; `fit` ones may be taken instead, with a line of reason."""

    unit: str
    station: str
    vehicle_type: str
    status: str
    people: int
    fit: bool
    eta_s: float | None
    eta_sd_s: float | None
    way: str
    why: ReasonRow


class ProposalRow(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal; `shown` goes back with the command that sends units. Empty `card`: no run card fits the type.

    unmet: what is missing, by capability or `crew.<competence>` (`crew.people`: people in all). Cover is None while it
    is not known. `needs`: what the card (with the caller's answers) asks for; `sent`: units there already, counted.
    """

    at: str
    engine: str
    incident: str | None
    type: str
    type_known: bool
    life_risk: bool
    card: str
    level: int
    note: standards.Text | None
    needs: dict[str, int]
    sent: tuple[str, ...]
    way: str
    detour: float | None
    units: tuple[ProposedRow, ...]
    alternatives: tuple[AlternativeRow, ...]
    unmet: dict[str, int]
    inside_probability: float | None
    cover_before: float | None
    cover_after: float | None
    area: str | None
    area_before: float | None
    area_after: float | None
    reasons: tuple[ReasonRow, ...]
    shown: events.ShownProposal


class WaitingRow(msgspec.Struct, frozen=True, kw_only=True):
    """An open incident that no unit goes to; `next` is the unit that would be proposed now, None when none is free."""

    incident: str
    number: str
    type: str | None
    life_risk: bool
    exercise: bool
    level: int
    lon: float
    lat: float
    place: str | None
    opened_at: str
    answered_at: str
    next: ProposedRow | None
    unmet: dict[str, int]


def proposal(tx: Tx, q: ProposalQuery, look: Look) -> list[ProposalRow]:
    """One row; none without an incident or a place."""
    kit = tools(look)
    asked = Asked(**{name: getattr(q, name) for name in Asked.__struct_fields__})
    s = situation(tx, asked, kit.demand, look.reader.agency)
    if s is None:
        return []
    f = fleet(tx, q.at, look).without(q.exclude)
    return [_row(kit, s, f, closures(tx, q.at, kit.travel), len(q.exclude))]


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """A choice with the numbers it came from."""

    choice: Choice
    of: Candidates
    drives: reaching.Drives
    sent: Counts
    cover: cover.Left | None


def work_out(kit: Tools, s: Situation, f: Fleet, closed: Closures) -> Worked:
    """Choose among the fleet for a situation; units that are sent already count as fulfilled."""
    names, people = tuple(s.need.units), tuple(s.need.people)
    has, crew = f.able(names), f.crew(people)
    sent = np.array([i for i, r in enumerate(f.rows) if s.incident and r["incident"] == s.incident], np.int64)
    rest = s.need.without(
        dict(zip(names, has[sent].sum(0).tolist(), strict=True)),
        dict(zip(people, crew[sent].sum(0).tolist(), strict=True)),
    )
    wanted = np.array(list(rest.units.values()), np.int64)
    going = f.fit & _matters(f, has, crew, wanted, np.array(list(rest.people.values()), np.int64))
    d = reaching.drives(kit.travel, s, f, has, wanted, going, closed)
    of = reaching.candidates(kit.travel, s, f, has, crew, d)
    choice = propose(rest, of, CLOSEST if s.life_risk else PRICES)
    missing = {q: choice.unmet[f"crew.{name}"] for q, name in enumerate(people) if f"crew.{name}" in choice.unmet}
    if missing and reaching.for_people(kit.travel, s, f, crew, missing, closed, d):
        of = reaching.candidates(kit.travel, s, f, has, crew, d)
        choice = propose(rest, of, CLOSEST if s.life_risk else PRICES)
    reach = _reach(kit, s, f, closed)
    if reach is None:
        return Worked(choice=choice, of=of, drives=d, sent=sent, cover=None)
    counts = reach.sum(0)
    if not s.life_risk:
        choice = keep_cover(choice, rest, of, reach, counts, kit.demand.weight, kit.demand.areas)
    left = cover.left(counts, reach[[p.index for p in choice.picks]], kit.demand)
    return Worked(choice=choice, of=of, drives=d, sent=sent, cover=left)


def _matters(f: Fleet, has: Bools, crew: Counts, wanted: Counts, people: Counts) -> Bools:
    """Who is worth a search: units with a wanted capability, and others with people those may not have enough of."""
    able: Bools = (has & (wanted > 0)).any(1) & f.fit
    short = crew[able].sum(0) < people * reaching.ENOUGH
    more: Bools = (reaching.lends(f, crew) & short).any(1)
    return able | more


def _reach(kit: Tools, s: Situation, f: Fleet, closed: Closures) -> Bools | None:
    """Which points each unit covers from its station (n, a), all False for who is not ready or brings no pump.

    None: there is no demand to cover, or the times are not known yet."""
    demand = kit.demand
    if not demand.areas or not demand.weight.any():
        return None
    reach = np.zeros((len(f.names), len(demand.areas)), bool)
    ready = f.fit & f.brings.which(lambda b: COVERS in b)
    limit = cover.budget_s(kit.travel.speeds.turnout_s(s.hour))
    for n, name in enumerate(f.classes.values):
        of = np.flatnonzero(ready & (f.classes.of == n))
        if not len(of):
            continue
        seconds = kit.cover.seconds(kit.travel, f.stations, demand, name, s.hour, closed)
        if seconds is None:
            return None
        reach[of] = seconds[f.home[of]] <= limit
    return reach


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _row(kit: Tools, s: Situation, f: Fleet, closed: Closures, excluded: int) -> ProposalRow:
    w = work_out(kit, s, f, closed)
    units = _units(s, f, w)
    straight = tuple(u.unit for u in units if u.way == "straight-line")
    way = "straight-line" if kit.travel.network is None or (units and len(straight) == len(units)) else "network"
    detour = kit.travel.speeds.straight.detour if straight or way == "straight-line" else None
    left = w.cover
    chance = reaching.in_time(kit.travel, s, f, w.choice, w.drives, w.sent, closed)
    reasons = (*_way(way, straight, detour, len(closed)), *_reasons(kit, s, w, excluded))
    unmet = w.choice.unmet
    return ProposalRow(
        at=written(s.at),
        engine=ENGINE,
        incident=s.incident,
        type=s.type,
        type_known=s.type_known,
        life_risk=s.life_risk,
        card=s.card,
        level=s.level,
        note=s.note,
        needs=s.need.units | {f"crew.{name}": n for name, n in s.need.people.items() if n},
        sent=tuple(f.names[i] for i in w.sent),
        way=way,
        detour=detour,
        units=units,
        alternatives=_alternatives(s, f, w),
        unmet=unmet,
        inside_probability=None if chance is None else round(chance, 4),
        cover_before=round(left.before, 4) if left else None,
        cover_after=round(left.after, 4) if left else None,
        area=left.area if left else None,
        area_before=round(left.area_before, 4) if left and left.area else None,
        area_after=round(left.area_after, 4) if left and left.area else None,
        reasons=reasons,
        shown=events.ShownProposal(
            at=s.at,
            card=s.card,
            level=s.level,
            engine=ENGINE,
            way=way,
            units=tuple(events.Proposed(u.unit, u.eta_s, u.eta_sd_s, u.fulfils, _short(u.why), u.way) for u in units),
            unmet=unmet,
            inside_probability=None if chance is None else round(chance, 4),
            cover_before=round(left.before, 4) if left else None,
            cover_after=round(left.after, 4) if left else None,
            reasons=tuple(r.code for r in reasons),
        ),
    )


def _short(why: ReasonRow) -> str:
    """A reason as the event keeps it: `soonest-pump`."""
    what = why.facts.get("capability") or why.facts.get("competence")
    return f"{why.code}-{what}" if what else why.code


def _units(s: Situation, f: Fleet, w: Worked) -> tuple[ProposedRow, ...]:
    return tuple(
        ProposedRow(
            unit=p.unit,
            station=f.rows[p.index]["at_station"],
            vehicle_type=f.rows[p.index]["vehicle_type"],
            status=f.rows[p.index]["status"],
            people=f.rows[p.index]["people"],
            eta_s=round(p.eta_s, 1),
            eta_sd_s=round(p.eta_sd_s, 1),
            way=w.drives.ways[p.index],
            fulfils=p.fulfils,
            why=ReasonRow(p.why.code, p.why.facts),
            rolling=bool(f.rolling[p.index]),
            reserve=bool(f.reserve[p.index]),
            stops_short=f.classes[p.index] in s.stop_short,
        )
        for p in w.choice.picks
    )


def _alternatives(s: Situation, f: Fleet, w: Worked) -> tuple[AlternativeRow, ...]:
    """Fit units that stay, the soonest first, then units that could not go and why, the nearest first."""
    fit = [_alternative(f, p.index, w, True, p.why, round(p.eta_s, 1), round(p.eta_sd_s, 1)) for p in w.choice.passed]
    wanted = frozenset(name for name, n in s.need.units.items() if n)
    there = set(w.sent.tolist())
    out = [i for i in np.flatnonzero(~f.fit).tolist() if wanted & f.brings[i] and i not in there]
    no_way = [i for i in np.flatnonzero(f.fit).tolist() if w.drives.ways[i] == "none"]
    left_out = np.array(out + no_way, np.int64)
    if len(left_out):
        away = distance_m(f.xy[left_out, 0], f.xy[left_out, 1], s.lon, s.lat)
        left_out = left_out[np.argsort(away, kind="stable")][:SHOWN]
    return (*fit, *(_alternative(f, i, w, False, _why_out(f, i, w)) for i in left_out.tolist()))


def _why_out(f: Fleet, i: int, w: Worked) -> Why:
    r = f.rows[i]
    code = unfit(r)
    if code is None:
        return Why("no-way") if w.drives.ways[i] == "none" else Why("left-out")
    if code == "crew-below-min":
        return Why(code, {"people": r["people"], "least": standards.vehicle_types()[r["vehicle_type"]].min_crew})
    if code == "busy":
        return Why(code, {"incident": f.numbers.get(r["incident"], ""), "status": r["status"]})
    return Why(code)


def _alternative(
    f: Fleet, i: int, w: Worked, fit: bool, why: Why, eta_s: float | None = None, eta_sd_s: float | None = None
) -> AlternativeRow:
    r = f.rows[i]
    return AlternativeRow(
        unit=r["unit"],
        station=r["at_station"],
        vehicle_type=r["vehicle_type"],
        status=r["status"],
        people=r["people"],
        fit=fit,
        eta_s=eta_s,
        eta_sd_s=eta_sd_s,
        way=w.drives.ways[i] if fit else "none",
        why=ReasonRow(why.code, why.facts),
    )


def _way(way: str, straight: tuple[str, ...], detour: float | None, closed: int) -> list[ReasonRow]:
    """How the way was found, and whether closed roads could count."""
    found: list[ReasonRow] = []
    if way == "straight-line":
        found.append(ReasonRow("straight-line", {"detour": detour}))
    elif straight:
        found.append(ReasonRow("partly-straight", {"detour": detour, "units": ", ".join(straight)}))
    if closed:
        found.append(ReasonRow("closures-not-counted" if way == "straight-line" else "closures", {"n": closed}))
    return found


def _reasons(kit: Tools, s: Situation, w: Worked, excluded: int) -> list[ReasonRow]:
    """What else holds for the whole proposal, as codes and facts."""
    found: list[ReasonRow] = []
    if not s.card:
        found.append(ReasonRow("no-card", {"type": s.type}))
    if not s.type_known:
        found.append(ReasonRow("type-unknown", {"type": s.type}))
    if s.life_risk:
        found.append(ReasonRow("life-risk"))
    if s.private:
        found.append(ReasonRow("private-roads"))
    if s.stop_short:
        found.append(ReasonRow("stop-short", {"classes": list(s.stop_short)}))
    if len(w.sent):
        found.append(ReasonRow("sent-counted", {"n": len(w.sent)}))
    if excluded:
        found.append(ReasonRow("excluded", {"n": excluded}))
    if w.cover is None:
        found.append(ReasonRow("cover-later" if kit.demand.areas else "cover-unknown"))
    if not w.choice.exact:
        found.append(ReasonRow("not-proven"))
    return found


def waiting(tx: Tx, q: WaitingQuery, look: Look) -> list[WaitingRow]:
    """Open incidents without a unit: life at risk first, then the oldest; a unit is proposed to one of them only."""
    rows = tx.rows(
        "select i.* from dispatch_incident i where i.state = 'open' and not exists"
        " (select 1 from dispatch_unit u where u.incident = i.incident)"
        " order by i.life_risk desc, i.answered_at, i.incident"
    )
    if not rows:
        return []
    kit, texts = tools(look), told(tx, [r["place"] for r in rows])
    f, closed = fleet(tx, q.at, look), closures(tx, q.at, kit.travel)
    taken: list[str] = []
    found: list[WaitingRow] = []
    for n, r in enumerate(rows):
        first, unmet = None, dict[str, int]()
        if n < MOST_WAITING:
            s = situation(tx, Asked(at=q.at, incident=r["incident"]), kit.demand, look.reader.agency)
            first, unmet = _next(kit, s, f.without(taken), closed)
        taken += [first.unit] if first else []
        found.append(
            WaitingRow(
                incident=r["incident"],
                number=r["number"],
                type=r["type"],
                life_risk=bool(r["life_risk"]),
                exercise=bool(r["exercise"]),
                level=r["level"],
                lon=r["lon"],
                lat=r["lat"],
                place=texts.get(r["place"]),
                opened_at=r["opened_at"],
                answered_at=r["answered_at"],
                next=first,
                unmet=unmet,
            )
        )
    return found


def _next(kit: Tools, s: Situation | None, f: Fleet, closed: Closures) -> tuple[ProposedRow | None, dict[str, int]]:
    """The first unit that would go now, and what stays unmet."""
    if s is None:
        return None, {}
    w = work_out(kit, s, f, closed)
    units = _units(s, f, w)
    return (units[0] if units else None), w.choice.unmet
