"""Cases that Python and the web application must agree on: made by hypothesis once, kept as files, replayed by both.

`python tests/field/made.py` makes the files anew (after a rule, a view or a command changed); `test_made.py` proves
that what they expect is what this version computes, and vitest computes it a second time in TypeScript.
`SIAGA_EXPLORE=1 python tests/field/made.py FOLDER` makes many others (vitest reads them with SIAGA_CASES=FOLDER).
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from hypothesis import Phase, given, settings
from hypothesis import seed as always
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does, when run as a program

from conftest import SATURDAY
from field import boards
from siaga.engine.air import Mark, Reading, Worn, air, crew_air
from siaga.engine.air_rules import Cylinder, read_air_rules
from siaga.kernel.records import Event, written
from siaga.slices.field import events
from siaga.slices.field.rules import crewfold
from siaga.slices.field.rules.crewfold import Crewed, Fact, Says, Seen, Sent

FOLDER = Path(__file__).parent / "cases"
Json = dict[str, Any]
EXPLORE = bool(os.environ.get("SIAGA_EXPLORE"))


def chances(n: int) -> list[Random]:
    """So many sources of chance; always the same ones, unless new ones are looked for."""
    found: list[Random] = []

    @settings(max_examples=n * (10 if EXPLORE else 1), database=None, phases=[Phase.generate])
    @given(st.integers(0, 2**40))
    def gather(seed: int) -> None:
        found.append(Random(seed))

    (gather if EXPLORE else always(12)(gather))()
    return found


# ── air ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

RULES = read_air_rules()


def _worn(rnd: Random) -> Worn:
    """Mostly a plausible trip, sometimes anything."""
    cylinder = rnd.choice([*RULES.cylinders.values(), Cylinder(litres=0.1, bar=300.0)])
    exertion = rnd.choice((None, None, "heavy", "swimming"))
    if rnd.random() < 0.3:
        marks: tuple[Mark, ...] = ("entry", "check", "goal", "new-cylinder")
        odd = (-5.0, 480.0, cylinder.bar, 250.0, 120.0)
        times = (0.0, 60.0, 60.0, 400.0, 1e11)
        return Worn(
            cylinder,
            tuple(Reading(rnd.choice(times), rnd.choice(odd), rnd.choice(marks)) for _ in range(rnd.randint(0, 6))),
            exertion,
        )
    at, bar = 0.0, cylinder.bar * rnd.choice((1.0, 1.0, 0.8))
    readings = [Reading(at, bar, "entry")]
    for _ in range(rnd.randint(0, 5)):
        minutes = rnd.uniform(0.5, 6.0)
        at, bar = at + minutes * 60.0, max(0.0, bar - minutes * rnd.uniform(0.0, 25.0))
        readings.append(Reading(at, round(bar, -1), rnd.choice(("check", "check", "goal"))))
    return Worn(cylinder, tuple(readings), exertion)


def air_cases() -> list[Json]:
    """Wearers and the moment they are looked at."""
    looked = [(_worn(rnd), rnd.choice((rnd.uniform(-300.0, 2000.0), 60.0, 1e12))) for rnd in chances(60)]
    return [{"worn": msgspec.to_builtins(worn), "now_s": now} for worn, now in looked]


def air_answer(case: Json) -> Json:
    """What the engine says of it."""
    worn = msgspec.convert(case["worn"], Worn)
    known = air(RULES, worn, case["now_s"])
    members = {"a": known, "b": air(RULES, Worn(worn.cylinder, worn.readings[:1]), case["now_s"])}
    return {"air": _told(known), "crew": _told(crew_air(members))}


def _told(value: Any) -> Any:
    """Plain, without what is None: the device leaves those out."""
    if isinstance(value, msgspec.Struct):
        return _told(msgspec.to_builtins(value))
    if isinstance(value, dict):
        return {name: _told(one) for name, one in value.items() if one is not None}
    return [_told(one) for one in value] if isinstance(value, list | tuple) else value


# ── crews ────────────────────────────────────────────────────────────────────────────────────────────────────────────

REST = crewfold.Rest(rest_s=1200.0, rise_bar=RULES.gauge.rise_bar)
PEOPLE, PLACES = ("1", "2", "P-11"), ("a", "b", events.STAGING, events.REHAB)
STATUSES = ("assigned", "on-the-way", "arrived", "action", "returning", "ready")
STEPS = (0.0, 0.25, 20.0, 61.000001, 1199.999999, 1200.0)
BARS = (None, 300.0, 280.0, 147.5)


def _persons(rnd: Random) -> tuple[str, ...]:
    return tuple(rnd.sample(PEOPLE, rnd.choice((0, 0, 1, 2))))


def _entered(rnd: Random) -> Fact:
    who = rnd.sample(PEOPLE, rnd.randint(1, 3))
    wearers = (events.Wearer(one, rnd.choice(BARS), rnd.choice(("", "c68_300"))) for one in who)
    return events.CrewEntered("i", "c", rnd.choice("ab"), tuple(wearers))


def _read(rnd: Random) -> Fact:
    mark: events.AirMark = rnd.choice(("check", "check", "goal", "new-cylinder"))
    bar = rnd.choice((300.0, 225.0, 215.0, 90.0))
    return events.AirRead("i", "c", rnd.choice(PEOPLE[:2]), bar, mark, rnd.choice(("", "c90_300")))


def _answered(rnd: Random) -> Fact:
    result: events.ParResult = rnd.choice(("complete", "short", "no-answer"))
    return events.ParReported("i", "c", result, rnd.choice((None, 2, 3)), rnd.choice(("", "p1", "p1", "p2")))


TELLING: dict[Callable[[Random], Fact], int] = {
    lambda rnd: Sent("E1", "bontang", rnd.randint(0, 6), _persons(rnd), rnd.choice((None, "x"))): 1,
    lambda rnd: Crewed(rnd.randint(0, 6), _persons(rnd)): 1,
    lambda rnd: Says(rnd.choice(STATUSES)): 2,
    lambda rnd: events.CrewFormed("c", "i", "Regu 1", rnd.randint(0, 9), "E1", "bontang", _persons(rnd)): 1,
    lambda rnd: events.CrewMoved("i", "c", rnd.choice(PLACES)): 2,
    _entered: 5,
    lambda rnd: events.CrewLeft("i", "c", _persons(rnd)): 2,
    _read: 6,
    _answered: 3,
    lambda rnd: events.ContactLost("i", "c", rnd.choice(("", "1"))): 1,
    lambda rnd: events.ContactRegained("i", "c"): 1,
}


def _story(rnd: Random) -> list[Json]:
    at, told = SATURDAY, []
    for n in range(rnd.randint(4, 14)):
        at += timedelta(seconds=rnd.choice(STEPS))
        fact = rnd.choices(list(TELLING), list(TELLING.values()))[0](rnd)
        seen = Seen(written(at), f"a{n:02}", rnd.choice(("tablet-1", "tablet-2")))
        fields = {k: v for k, v in msgspec.to_builtins(fact).items() if k not in ("incident", "crew")}
        told.append({"seen": msgspec.to_builtins(seen), "fact": {"fact": type(fact).__name__} | fields})
    return told


def crew_cases() -> list[Json]:
    """What was reported of a crew, in the order it was seen."""
    return [{"facts": _story(rnd)} for rnd in chances(40)]


def fact_of(told: Json) -> Fact:
    """A fact as the log holds it."""
    kind = crewfold.FACTS[told["fact"]]
    fields = {k: v for k, v in told.items() if k != "fact"}
    about = {"incident": "i", "crew": "c"} if issubclass(kind, Event) else {}
    return msgspec.convert(fields | about, kind)


def crew_answer(case: Json) -> Json:
    """The crew after all of it."""
    facts = [(msgspec.convert(told["seen"], Seen), fact_of(told["fact"])) for told in case["facts"]]
    return {"crew": msgspec.to_builtins(crewfold.fold(crewfold.unknown("c"), facts, REST, (), ()))}


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────

Kind = tuple[Callable[[], list[Json]], Callable[[Json], Json], Callable[[], Json]]
KINDS: dict[str, Kind] = {
    "air": (air_cases, air_answer, lambda: {"rules": msgspec.to_builtins(RULES)}),
    "crewfold": (crew_cases, crew_answer, lambda: {"rest": msgspec.to_builtins(REST)}),
    "boards": (lambda: [boards.made(rnd, n) for n, rnd in enumerate(chances(30))], boards.answer, boards.about),
}


def write(folder: Path) -> None:
    """Make every file: a line for each case, so that a change shows as changed lines."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (make, answer, about) in KINDS.items():
        lines = [json.dumps(case | {"expect": answer(case)}, separators=(",", ":")) for case in make()]
        head = json.dumps(about(), separators=(",", ":"))
        (folder / f"{name}.jsonl").write_text("\n".join([head, *lines]) + "\n")


def read(name: str) -> list[Json]:
    """The cases of a file."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text().splitlines()[1:]]


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
