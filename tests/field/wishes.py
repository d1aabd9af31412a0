"""Commands that somebody at the desk or the scene may ask, picked by chance; about a scene of boards.py."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from siaga import standards
from siaga.kernel.records import Command, Media, Told
from siaga.slices.dispatch import rules as d
from siaga.slices.field import events
from siaga.slices.field.rules import command, crews, safety, scene

UNITS = ("BTG-1", "BTG-2", "BTG-3", "BTG-4", "BTG-5")
SUBJECTS: tuple[events.Subject, ...] = ("situation", "crews", "tasks", "hazards", "resources")
CREWS = ("BTG-1", "BTG-2", "r1", "r2")
PLACES = ("a", "b", "c", events.STAGING, events.REHAB)
CLOCKS: tuple[Any, ...] = ("arrived", "action", "dispatched", "under-control", "out", "seen")
Made = Callable[[Random, datetime], Command]


def _incident(rnd: Random) -> str:
    return rnd.choice(("i1", "i1", "i1", "i1", "i2"))


def _persons(rnd: Random) -> tuple[str, ...]:
    return rnd.choice(((), (), ("1",), ("2", "3")))


def _note(rnd: Random) -> Told | None:
    return rnd.choice((None, None, Told("catatan")))


def _entry(rnd: Random, _: datetime) -> Command:
    who = rnd.sample(("1", "2", "3"), rnd.randint(1, 2))
    wearers = tuple(events.Wearer(one, rnd.choice((None, 300.0, 280.0)), rnd.choice(("", "c90_300"))) for one in who)
    return crews.ReportEntry(_incident(rnd), rnd.choice(CREWS), rnd.choice(PLACES[:2]), wearers)


def _hazard(rnd: Random, _: datetime) -> Command:
    points = tuple(events.Point(117.4 + n / 100, 0.1) for n in range(rnd.randint(1, 4)))
    shape: events.HazardShape = rnd.choice(("point", "line", "area"))
    radius = rnd.choice((None, 25.0))
    return scene.MarkHazard(
        rnd.choice(("h1", "h2")), "i1", "gas", shape, points, radius, rnd.random() < 0.5, _note(rnd)
    )


def _task(rnd: Random, at: datetime) -> Command:
    return command.SetTask(
        rnd.choice(("t1", "t2", "t3")),
        _incident(rnd),
        rnd.choice(("task", "objective")),
        rnd.choice(("ventilate", None)),
        rnd.choice((Told("buka pintu"), None)),
        rnd.choice((None, "BTG-1")),
        rnd.choice((None, "a")),
        rnd.choice((None, "safety")),
        rnd.choice((None, at + timedelta(minutes=10))),
    )


def _mayday(rnd: Random, _: datetime) -> Command:
    bar = rnd.choice((None, 60.0))
    need: events.MaydayNeed = rnd.choice(("trapped", "air", "other"))
    return safety.CallMayday(
        rnd.choice(("m1", "m2")), "i1", rnd.choice((None, "BTG-1")), None, None, bar, need, _note(rnd)
    )


def _correction(rnd: Random, at: datetime) -> Command:
    incident = _incident(rnd)
    unit = rnd.choice((None, *(unit for unit, home in HOME.items() if home == incident)))
    return d.CorrectTime(incident, rnd.choice(CLOCKS), rnd.choice((None, at - timedelta(minutes=20))), unit)


def _swap(rnd: Random, _: datetime) -> Command:
    out, instead = rnd.choice(UNITS[:3]), rnd.choice(UNITS[2:])
    return d.SwapUnit(f"d{rnd.randint(3, 99)}", _incident(rnd), out, instead if instead != out else "BTG-5")


def _status(rnd: Random, _: datetime) -> Command:
    status: Any = rnd.choice(STATUSES)
    unit = rnd.choice(UNITS[:3])
    reason = rnd.choice((None, None, None, Told("macet")))
    return d.ReportStatus(unit, status, rnd.choice((None, None, HOME.get(unit))), "button", reason)


HOME = {"BTG-1": "i1", "BTG-2": "i1", "BTG-3": "i2"}
STATUSES = ("assigned", *d.AT_SCENE, "arrived", "returning", "ready", "standby", "out-of-service")
STEPS: tuple[events.TaskStep, ...] = ("open", "going", "done", "dropped")
ASKED: tuple[events.RequestStep, ...] = ("seen", "on-the-way", "arrived", "released")
MAYDAY_STEPS = ("acknowledge", "channel", "rescue-crew")
ENDS: tuple[events.MaydayOutcome, ...] = ("rescued", "mistaken")
RESULTS: tuple[events.ParResult, ...] = ("complete", "short", "no-answer")
MARKS: tuple[events.AirMark, ...] = ("check", "goal", "new-cylinder")
KINDS: tuple[events.SectorKind, ...] = ("sector", "medical")
SIDES: tuple[events.Side, ...] = ("giver", "taker")
BY: tuple[events.By, ...] = ("self", "radio")
OTHERS: tuple[Any, ...] = ("asked", "answered", "arrived")

PHOTO = Media("UklGRg==")

FIELD: tuple[Made, ...] = (
    lambda r, _: crews.FormCrew(
        r.choice(("r1", "r2")), _incident(r), r.choice(("Relawan 1", "Regu C")), r.randint(1, 6)
    ),
    lambda r, _: crews.MoveCrew(_incident(r), r.choice(CREWS), r.choice(PLACES)),
    lambda r, _: crews.MoveCrew("i1", r.choice(("BTG-1", "BTG-2")), r.choice(PLACES)),
    _entry,
    lambda r, _: crews.ReportExit("i1", r.choice(CREWS), _persons(r)),
    lambda r, _: crews.ReportAir(
        "i1", r.choice(CREWS), r.choice(("1", "2", "3")), r.choice((250.0, 140.0)), r.choice(MARKS)
    ),
    lambda r, _: crews.CallPar(r.choice(("p2", "p3")), "i1", r.choice((None, "a"))),
    lambda r, _: crews.ReportPar(
        "i1", r.choice(CREWS), r.choice(RESULTS), r.choice((None, 3)), r.choice((None, "p1", "p2"))
    ),
    lambda r, _: crews.ReportLostContact("i1", r.choice(CREWS), r.choice((None, "1"))),
    lambda r, _: crews.ReportContact("i1", r.choice(CREWS)),
    _mayday,
    lambda r, _: safety.StepMayday(
        r.choice(("m1", "m2")), "i1", r.choice(MAYDAY_STEPS), r.random() < 0.7, r.choice((None, "r1"))
    ),
    lambda r, _: safety.EndMayday(r.choice(("m1", "m2")), "i1", r.choice(ENDS)),
    lambda r, _: safety.OrderEvacuation(r.choice(("e1", "e2")), "i1", r.choice((None, "b")), _note(r)),
    lambda r, _: safety.AcknowledgeEvacuation(r.choice(("e1", "e2")), "i1", r.choice(CREWS)),
    lambda r, _: safety.EndEvacuation(r.choice(("e1", "e2")), "i1"),
    lambda r, _: safety.TakeAlarm("i1", "mayday.m1"),
    lambda r, _: command.AssumeCommand(_incident(r), r.choice(("Danton A", "Danton C"))),
    lambda r, _: command.FillPost(
        "i1", r.choice(("safety", "operations", "logistics")), r.choice(("Danru C", "Danru D"))
    ),
    lambda r, _: command.VacatePost("i1", r.choice(("safety", "operations"))),
    lambda r, _: command.OpenHandover(r.choice(("o2", "o3")), "i1", r.choice(("Danton B", "Danton D"))),
    lambda r, _: command.CheckHandover(
        r.choice(("o1", "o1", "o2")), "i1", r.choice(SIDES), r.choice(SUBJECTS), r.choice(BY)
    ),
    lambda r, _: command.CheckHandover("o1", "i1", "taker", "resources"),
    lambda r, _: command.WithdrawHandover(r.choice(("o1", "o2")), "i1"),
    lambda r, _: command.SetChannel("i1", r.choice(("CH 3", "CH 5", "")), r.choice((None, "a"))),
    lambda r, _: command.SetSector(
        r.choice("abc"), "i1", r.choice(("Depan", "Atap")), r.choice(KINDS), r.choice(("", "Danru E"))
    ),
    lambda r, _: command.CloseSector("b", "i1"),
    _task,
    lambda r, _: command.StepTask(r.choice(("t1", "t2", "t3")), "i1", r.choice(STEPS), _note(r)),
    _hazard,
    lambda r, _: scene.ClearHazard(r.choice(("h1", "h2")), "i1"),
    lambda r, _: scene.ReportWind("i1", r.choice((0.0, 270.5)), r.choice((None, 4.0))),
    lambda r, _: scene.RequestResource(
        r.choice(("q1", "q2")), "i1", r.choice(("agency.psc-119", "agency.pln")), r.randint(1, 3), _note(r)
    ),
    lambda r, at: scene.StepResource(
        r.choice(("q1", "q2")),
        "i1",
        r.choice(ASKED),
        r.choice((None, at + timedelta(minutes=5))),
        r.choice((None, "PSC-1")),
    ),
    lambda r, _: scene.PlanWater("i1", tank_l=r.choice((4000.0, 8000.0))),
    lambda r, _: scene.SendSitrep(f"s{r.randint(1, 3)}", "i1", _note(r)),
    lambda r, _: scene.AttachMedia(f"f{r.randint(1, 2)}", "i1", "photo", "image/webp", PHOTO),
)
DISPATCH: tuple[Made, ...] = (
    _status,
    _status,
    _status,
    lambda r, _: d.SetMark(_incident(r), r.choice(("under-control", "out"))),
    _correction,
    lambda r, _: d.StepOther(_incident(r), r.choice(("pln", "police")), r.choice(OTHERS), _note(r)),
    lambda r, _: d.RaiseLevel(_incident(r), r.choice((2, 3))),
    lambda r, _: d.TakeAlarm(r.choice(("unanswered.d2.BTG-3", "unanswered.d1.BTG-1"))),
    lambda r, _: d.CancelUnit(r.choice(UNITS[:3]), _incident(r), _note(r)),
    lambda r, _: d.MoveUnit(r.choice(UNITS), r.choice(("MAKO", "LOKTUAN"))),
    lambda r, _: d.SetCrew(r.choice(UNITS), r.randint(2, 6)),
    lambda r, _: d.Dispatch(f"d{r.randint(3, 99)}", _incident(r), tuple(r.sample(UNITS, r.randint(1, 2)))),
    _swap,
)
RARE: tuple[Made, ...] = (lambda r, _: d.CloseIncident(_incident(r), next(iter(standards.close_outcomes()))),)
