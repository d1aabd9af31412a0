"""Pumps in a row: how many a flow takes, where they stand, and the most that given pumps bring through a line."""

import math
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from siaga.engine.water.data import Hose, Impossible, Pump, Water

SLACK_BAR = 1e-9  # far below any gauge: keeps the last digit of a float from costing a pump


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Hose from the water to the fire.

    profile: (metres along the hose, height in metres) from (0, h) to the end, straight between. lines: equal lines side
    by side. source_bar: pressure the source gives (a hydrant while flowing; 0: open water). source_lpm: its flow
    (None: no limit known). lift_m: height the first pump sucks when source_bar is 0. end_bar: pressure wanted at the
    end (None: as at a pump's inlet).
    """

    hose: Hose
    profile: tuple[tuple[float, float], ...]
    lines: int = 1
    source_bar: float = 0.0
    source_lpm: float | None = None
    lift_m: float = 0.0
    end_bar: float | None = None

    @property
    def length_m(self) -> float:
        """Metres of the line."""
        return self.profile[-1][0]


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """A pump of the row: where it stands, and the pressures it takes in and is set to give."""

    at_m: float
    height_m: float
    inlet_bar: float
    outlet_bar: float


class Relay(msgspec.Struct, frozen=True, kw_only=True):
    """A row of pumps that brings a flow: the pumps from the water to the fire and the pressure at the end.

    hoses: hose lengths in all lines. loss_bar: friction over the whole line. rise_bar: what the height takes
    (negative: gives).
    """

    flow_lpm: float
    per_line_lpm: float
    loss_bar: float
    rise_bar: float
    pumps: tuple[Stand, ...]
    end_bar: float
    hoses: int


class _Run(msgspec.Struct, frozen=True):
    """A stretch of line without a pump: where it ends, the pressure set at its start, and the pressure that arrives."""

    to_m: float
    outlet_bar: float
    arrives_bar: float


def even_slope(length_m: float, rise_m: float = 0.0) -> tuple[tuple[float, float], ...]:
    """The profile of a line of so many metres that rises evenly by so many metres (negative: falls)."""
    return ((0.0, 0.0), (length_m, rise_m))


def hose_loss(hose: Hose, flow_lpm: float, length_m: float, lines: int = 1) -> float:
    """Friction loss in bar: loss × (L/min per line / 1000)² × metres / 100.

    The fire-service form of C × Q² × L, without a check of ranges; coefficients and source in water.toml.
    """
    per_line = flow_lpm / lines / 1000.0
    return hose.loss * per_line * per_line * length_m / 100.0


def relay(water: Water, flow_lpm: float, line: Line, pump: Pump) -> Relay | Impossible:
    """The row of equal pumps that brings a flow in L/min, each as far from the last as pressure allows.

    A pump gives min(inlet + what its curve adds, the hose's highest pressure) and stands at a coupling, where the
    inlet is at least the minimum; nowhere does pressure fall below zero, nor would it pass the hose's highest if
    nozzles were closed: then only height counts, every pump has a relief valve, and on a falling line a pump or
    hydrant is gated lower, even below its inlet. The last pump is set to what the end needs. A hydrant with enough
    pressure may need no pump. Errors: Impossible names the field; no-progress with the metre where not even one hose
    length is bridged; too-many-pumps, flow-above-pump, flow-above-source. Source: hydrostatics and water.toml.
    """
    return _checked(water, flow_lpm, line, (pump,) * int(water.ranges["pumps"][1]))


def max_flow(water: Water, line: Line, pumps: Sequence[Pump]) -> Relay | Impossible:
    """The most whole L/min that given pumps bring, in this order from the water, with the row they form.

    Not every pump need be used. Errors: Impossible when not even the least flow arrives; otherwise as relay.
    """
    least, most = (int(limit) for limit in water.ranges["flow_lpm"])
    best = _checked(water, float(least), line, pumps)
    if isinstance(best, Impossible):
        return best
    while least + 1 < most:  # the loss rises and the curves fall with the flow, so what fails once fails ever after
        middle = (least + most) // 2
        found = _checked(water, float(middle), line, pumps)
        if isinstance(found, Impossible):
            most = middle
        else:
            least, best = middle, found
    return best


def _checked(water: Water, flow_lpm: float, line: Line, pumps: Sequence[Pump]) -> Relay | Impossible:
    if no := _outside(water, flow_lpm, line):
        return no
    if line.source_lpm is not None and flow_lpm > line.source_lpm:
        return Impossible(code="flow-above-source", field="flow_lpm", value=flow_lpm, most=line.source_lpm)
    end_bar = water.relay.min_inlet_bar if line.end_bar is None else line.end_bar
    stands = _row(water, flow_lpm, line, pumps, end_bar)
    if isinstance(stands, Impossible):
        return stands
    row, arrives = stands
    return Relay(
        flow_lpm=flow_lpm,
        per_line_lpm=flow_lpm / line.lines,
        loss_bar=hose_loss(line.hose, flow_lpm, line.length_m, line.lines),
        rise_bar=water.relay.bar_per_m * (line.profile[-1][1] - line.profile[0][1]),
        pumps=row,
        end_bar=arrives,
        hoses=line.lines * math.ceil(line.length_m / water.relay.hose_m),
    )


def _row(
    water: Water, flow_lpm: float, line: Line, pumps: Sequence[Pump], end_bar: float
) -> tuple[tuple[Stand, ...], float] | Impossible:
    """Pumps one after another until the end has its pressure; with them the pressure that arrives there."""
    at, inlet = 0.0, line.source_bar
    if inlet >= water.relay.min_inlet_bar:
        run = _run(water, flow_lpm, line, at, line.length_m, inlet)
        if run and run.arrives_bar >= end_bar - SLACK_BAR:
            return (), run.arrives_bar
        far = _furthest(water, flow_lpm, line, at, inlet)
        if isinstance(far, _Run):  # otherwise the first pump stands at the hydrant
            at, inlet = far.to_m, far.arrives_bar
    row: list[Stand] = []
    for pump in pumps:
        adds = _adds(water, flow_lpm, line, pump, sucks=not row and line.source_bar == 0.0)
        if adds <= 0.0:
            return Impossible(code="flow-above-pump", field="flow_lpm", value=flow_lpm, most=pump.most_lpm)
        gives = min(inlet + adds, line.hose.max_bar)
        run = _run(water, flow_lpm, line, at, line.length_m, gives)
        if run and run.arrives_bar >= end_bar - SLACK_BAR:
            run = _eased(water, flow_lpm, line, at, run, end_bar)
            return (*row, _stand(line, at, inlet, run)), run.arrives_bar
        far = _furthest(water, flow_lpm, line, at, gives)
        if isinstance(far, Impossible):
            return far
        row.append(_stand(line, at, inlet, far))
        at, inlet = far.to_m, far.arrives_bar
    return Impossible(code="too-many-pumps", field="pumps", most=float(len(pumps)))


def _stand(line: Line, at_m: float, inlet_bar: float, run: _Run) -> Stand:
    return Stand(at_m=at_m, height_m=_height(line, at_m), inlet_bar=inlet_bar, outlet_bar=run.outlet_bar)


def _adds(water: Water, flow_lpm: float, line: Line, pump: Pump, *, sucks: bool) -> float:
    """What a pump adds in bar; sucking higher than its norm's full lift it behaves as at a larger flow."""
    rules, share = water.relay, 1.0
    if sucks and line.lift_m > rules.full_lift_m:
        part = (line.lift_m - rules.full_lift_m) / (rules.most_lift_m - rules.full_lift_m)
        share = 1.0 - (1.0 - rules.most_lift_share) * min(1.0, part)
    return pump.adds_bar(flow_lpm / share)


def _furthest(water: Water, flow_lpm: float, line: Line, at_m: float, gives_bar: float) -> _Run | Impossible:
    """The run to the furthest coupling where the next pump still gets its inlet pressure."""
    rules = water.relay
    best: _Run | None = None
    for coupling in range(round(at_m / rules.hose_m) + 1, math.ceil(line.length_m / rules.hose_m)):
        run = _run(water, flow_lpm, line, at_m, coupling * rules.hose_m, gives_bar)
        if run is None:
            break  # whatever lies further is behind the same place
        if run.arrives_bar >= rules.min_inlet_bar - SLACK_BAR:
            best = run
    return best or Impossible(code="no-progress", field="profile", value=at_m)


def _run(water: Water, flow_lpm: float, line: Line, at_m: float, to_m: float, gives_bar: float) -> _Run | None:
    """Water from a place to a further one without a pump; None: it does not pass.

    The pressure set is lowered where the hose falls so far that standing water would pass the hose's limit below.
    """
    here = _height(line, at_m)
    marks = (at_m, *(x for x, _ in line.profile if at_m < x < to_m), to_m)
    rises = [water.relay.bar_per_m * (_height(line, x) - here) for x in marks]
    drops = [rise + hose_loss(line.hose, flow_lpm, x - at_m, line.lines) for x, rise in zip(marks, rises, strict=True)]
    outlet = min(gives_bar, line.hose.max_bar + min(rises))
    if outlet < max(drops) - SLACK_BAR:
        return None
    return _Run(to_m=to_m, outlet_bar=outlet, arrives_bar=outlet - drops[-1])


def _eased(water: Water, flow_lpm: float, line: Line, at_m: float, run: _Run, end_bar: float) -> _Run:
    """The last run with its pump set no higher than the end and the crests before it need."""
    spare = run.arrives_bar - end_bar
    here = _height(line, at_m)
    for x, height in line.profile:
        if at_m < x < run.to_m:
            drop = water.relay.bar_per_m * (height - here) + hose_loss(line.hose, flow_lpm, x - at_m, line.lines)
            spare = min(spare, run.outlet_bar - drop)
    spare = min(max(0.0, spare), run.outlet_bar)
    return _Run(to_m=run.to_m, outlet_bar=run.outlet_bar - spare, arrives_bar=run.arrives_bar - spare)


def _height(line: Line, at_m: float) -> float:
    """Height in metres at a place along the line, straight between the given points."""
    for (x0, h0), (x1, h1) in pairwise(line.profile):
        if at_m <= x1:
            return h0 + (h1 - h0) * (at_m - x0) / (x1 - x0)
    return line.profile[-1][1]


def _outside(water: Water, flow_lpm: float, line: Line) -> Impossible | None:
    if not line.profile:
        return Impossible(code="nothing-given", field="profile")
    given = [
        ("flow_lpm", flow_lpm, "flow_lpm"),
        ("hose_line_m", line.length_m, "profile"),
        ("lines", line.lines, "lines"),
        ("bar", line.source_bar, "source_bar"),
        ("lift_m", line.lift_m, "lift_m"),
        *(("height_m", height, "profile") for _, height in line.profile),
    ]
    if line.source_lpm is not None:
        given.append(("given_lpm", line.source_lpm, "source_lpm"))
    if line.end_bar is not None:
        given.append(("bar", line.end_bar, "end_bar"))
    if no := water.first_outside(*given):
        return no
    if line.profile[0][0] != 0.0 or not all(x0 < x1 for (x0, _), (x1, _) in pairwise(line.profile)):
        return Impossible(code="not-in-order", field="profile")
    for (x0, h0), (x1, h1) in pairwise(line.profile):
        if abs(h1 - h0) > x1 - x0:
            return Impossible(code="steeper-than-hose", field="profile", value=x0)
    return None
