"""Water at the scene: the plan that holds, its figures, and pumps in a row."""

from functools import cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ....engine import water as engine
from ....engine.water.data import Code
from ....kernel.records import Entry, Query
from ....kernel.storage import Tx
from .. import events
from ..rules import scene as rules
from ..rules.water import Figures, figures
from . import registers
from .rows import IncidentQuery, WaterRow

SCHEMA = """
create table if not exists field_water (
    incident text primary key, at text not null, ask text not null, plan text not null
)
"""


class WaterFiguresQuery(Query, frozen=True):
    """A water plan in plain numbers: what burns (m³, ARK, AKK), sources (L/min, and litres where they run out, 0 where
    they do not), a shuttle of equal tankers, litres in tanks on scene. What is left out is not computed."""

    volume_m3: float | None = None
    hazard_class: int = 7
    construction: float = 1.0
    exposed: bool = False
    flow_lpm: Annotated[tuple[float, ...], Meta(max_length=20)] = ()
    volume_l: Annotated[tuple[float, ...], Meta(max_length=20)] = ()
    distance_m: float | None = None
    tanker_l: float = 5000.0
    tankers: int = 1
    fill_lpm: float = 1000.0
    drop_lpm: float = 1000.0
    tank_l: float = 0.0


class ProblemRow(msgspec.Struct, frozen=True):
    """Why there is no figure: a code, the field it is about, its value, and the limits it broke."""

    code: Code
    field: str
    value: float | None
    least: float | None
    most: float | None


class NeedRow(msgspec.Struct, frozen=True):
    """Water by Permen PU 20/2009: litres, L/min (capped by the regulation's table or not), minutes they last, and the
    least a service should be able to bring in any case."""

    litres: float
    delivery_lpm: float
    capped: bool
    minutes: float
    floor_l: float
    fb: float


class ShuttleRow(msgspec.Struct, frozen=True):
    """What the tankers hold, what limits them, one round, the wait in it, and how many the open flow would take."""

    lpm: float
    limited_by: Literal["tankers", "fill", "drop"]
    round_s: float
    wait_s: float
    tankers: int
    wanted: int | None


class HeldRow(msgspec.Struct, frozen=True):
    """The need against everything together; `minutes` the wanted flow is held, None without end."""

    have_l: float
    missing_l: float
    lasting_lpm: float
    at_once_lpm: float
    stored_l: float
    minutes: float | None
    missing_lpm: float
    missing_later_lpm: float


class WaterFiguresRow(msgspec.Struct, frozen=True):
    """A water plan computed; None where nothing was asked, or where `problems` says why there is no figure."""

    need: NeedRow | None
    shuttle: ShuttleRow | None
    held: HeldRow | None
    lasting_lpm: float
    problems: list[ProblemRow]


class RelayQuery(Query, frozen=True):
    """Pumps in a row: a flow through a line of hose that rises evenly; without `flow_lpm` the most that so many pumps
    bring. `source_bar` 0 is open water, sucked up by `lift_m`."""

    length_m: float
    hose: str
    pump: str
    rise_m: float = 0.0
    flow_lpm: float | None = None
    pumps: Annotated[int, Meta(ge=1, le=40)] = 1
    lines: int = 1
    source_bar: float = 0.0
    source_lpm: float | None = None
    lift_m: float = 0.0
    end_bar: float | None = None


class StandRow(msgspec.Struct, frozen=True):
    """A pump of the row: metres from the water, height, bar it takes in and is set to give."""

    at_m: float
    height_m: float
    inlet_bar: float
    outlet_bar: float


class RelayRow(msgspec.Struct, frozen=True):
    """A row of pumps, or the reason why there is none."""

    flow_lpm: float | None
    loss_bar: float | None
    rise_bar: float | None
    end_bar: float | None
    hoses: int | None
    pumps: list[StandRow]
    problem: ProblemRow | None


@cache
def standard() -> engine.Water:
    """standards/water.toml, read once."""
    return engine.read_water()


def water_planned(tx: Tx, e: events.WaterPlanned, entry: Entry) -> None:
    registers.put(tx, "field_water", {"incident": e.incident}, {"plan": msgspec.json.encode(e).decode()}, entry)


def plan(tx: Tx, incident: str) -> events.WaterPlanned | None:
    """The plan that holds."""
    rows = tx.rows("select plan from field_water where incident = :i", i=incident)
    return msgspec.json.decode(rows[0]["plan"], type=events.WaterPlanned) if rows else None


def planning(tx: Tx, cmd: rules.PlanWater) -> events.WaterPlanned | None:
    """The plan that holds, for one that follows it."""
    return plan(tx, cmd.incident)


def figures_of(tx: Tx, incident: str) -> Figures | None:
    """The figures of the plan that holds."""
    there = plan(tx, incident)
    return None if there is None else figures(standard(), there)


# ── views ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def water(tx: Tx, q: IncidentQuery) -> list[WaterRow]:
    """The plan that holds, as it was entered; no row without one."""
    rows = tx.rows("select plan, at from field_water where incident = :i", i=q.incident)
    plans = [(r["at"], msgspec.json.decode(r["plan"], type=events.WaterPlanned)) for r in rows]
    return [WaterRow(at, p.need, list(p.sources), p.shuttle, p.tank_l) for at, p in plans]


def water_figures(tx: Tx, q: WaterFiguresQuery) -> list[WaterFiguresRow]:
    """The need by Permen PU 20/2009 in litres beside sources, tanks and shuttle; what is impossible is named."""
    found = figures(standard(), _plan(q))
    return [
        WaterFiguresRow(
            need=_need_row(found.needed),
            shuttle=_shuttle_row(found),
            held=_held_row(found.held),
            lasting_lpm=found.lasting_lpm,
            problems=[_problem(no) for no in found.problems],
        )
    ]


def _plan(q: WaterFiguresQuery) -> events.WaterPlanned:
    """The query as a plan, unchecked: the engine names what is out of range."""
    litres = [*q.volume_l, *(0.0 for _ in q.flow_lpm)]
    sources = tuple(
        events.WaterSource(f"sumber-{n}", flow, volume or None)
        for n, (flow, volume) in enumerate(zip(q.flow_lpm, litres, strict=False), 1)
    )
    shuttle = None
    if q.distance_m is not None:
        shuttle = events.Shuttle(q.distance_m, q.tanker_l, q.tankers, q.fill_lpm, q.drop_lpm)
    need = None
    if q.volume_m3 is not None:
        need = events.Need(q.volume_m3, q.hazard_class, q.construction, q.exposed)
    return events.WaterPlanned("", need, sources, shuttle, q.tank_l)


def _need_row(need: engine.Need | None) -> NeedRow | None:
    if need is None:
        return None
    return NeedRow(need.litres, need.delivery_lpm, need.capped, need.minutes, need.floor_l, need.fb)


def _shuttle_row(found: Figures) -> ShuttleRow | None:
    there = found.tankers
    if there is None:
        return None
    return ShuttleRow(there.lpm, there.limited_by, there.round_s, there.wait_s, there.tankers, found.wanted)


def _held_row(held: engine.Balance | None) -> HeldRow | None:
    if held is None:
        return None
    s = held.supply
    return HeldRow(
        have_l=held.have_l,
        missing_l=held.missing_l,
        lasting_lpm=s.lasting_lpm,
        at_once_lpm=s.at_once_lpm,
        stored_l=s.stored_l,
        minutes=s.minutes,
        missing_lpm=s.missing_lpm,
        missing_later_lpm=s.missing_later_lpm,
    )


def _problem(no: engine.Impossible) -> ProblemRow:
    return ProblemRow(no.code, no.field, no.value, no.least, no.most)


def relay(tx: Tx, q: RelayQuery) -> list[RelayRow]:
    """Where pumps stand so that the flow arrives, or why it does not."""
    found = _relay(standard(), q)
    if isinstance(found, engine.Impossible):
        return [RelayRow(None, None, None, None, None, [], _problem(found))]
    stands = [StandRow(p.at_m, p.height_m, p.inlet_bar, p.outlet_bar) for p in found.pumps]
    return [RelayRow(found.flow_lpm, found.loss_bar, found.rise_bar, found.end_bar, found.hoses, stands, None)]


def _relay(known: engine.Water, q: RelayQuery) -> engine.Relay | engine.Impossible:
    hose, pump = known.hose.get(q.hose), known.pump.get(q.pump)
    if hose is None or pump is None:
        return engine.Impossible(code="nothing-given", field="hose" if hose is None else "pump")
    line = engine.Line(
        hose=hose,
        profile=engine.even_slope(q.length_m, q.rise_m),
        lines=q.lines,
        source_bar=q.source_bar,
        source_lpm=q.source_lpm,
        lift_m=q.lift_m,
        end_bar=q.end_bar,
    )
    if q.flow_lpm is None:
        return engine.max_flow(known, line, (pump,) * q.pumps)
    return engine.relay(known, q.flow_lpm, line, pump)
