"""The fleet and its people: what is registered once, and who rides on what in the shift on duty."""

from collections import Counter
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from ..engine.geo import DEGREE_M, LonLat
from ..kernel.records import Told
from ..slices.dispatch import rules
from ..slices.paging.rules import SetReceiver
from ..slices.paper.rules import SetContact
from .city import read

AGENCY = "bontang"


@cache
def data() -> dict[str, Any]:
    """fleet.toml."""
    return read("fleet.toml")


def zone() -> ZoneInfo:
    """Where the service's clocks are set."""
    return ZoneInfo(data()["service"]["zone"])


def agencies() -> list[rules.RegisterAgency]:
    """The service and those it works with."""
    own = rules.RegisterAgency(**data()["service"], own=True)
    return [own, *(rules.RegisterAgency(**a, own=False) for a in data()["agency"])]


def contacts() -> list[SetContact]:
    """The phone list of the print pack."""
    return [
        SetContact(c["contact"], c["group"], Told(c["name"]), Told(c["phone"]), c.get("radio", ""))
        for c in data()["contact"]
    ]


@cache
def station_places() -> dict[str, LonLat]:
    """Where the stations are, in degrees."""
    lon, lat = read("city.toml")["origin"]
    return {
        s["station"]: (round(lon + s["at"][0] * 1000 / DEGREE_M, 7), round(lat + s["at"][1] * 1000 / DEGREE_M, 7))
        for s in data()["station"]
    }


def stations() -> list[rules.RegisterStation]:
    """The five service points."""
    return [
        rules.RegisterStation(
            s["station"], AGENCY, s["name"], *station_places()[s["station"]], headquarters=s.get("headquarters", False)
        )
        for s in data()["station"]
    ]


def units() -> list[rules.RegisterUnit]:
    """The 29 vehicles; those nobody rides on are the reserve."""
    return [
        rules.RegisterUnit(
            unit=u["unit"],
            agency=AGENCY,
            station=u["station"],
            vehicle_type=u["type"],
            capabilities=tuple(u["brings"]) if "brings" in u else None,
            tank_l=u.get("tank_l"),
            reserve=u["unit"] in reserve(),
        )
        for u in data()["unit"]
    ]


def broken() -> dict[str, str]:
    """Units that are out of service, and why."""
    return {u["unit"]: u["broken"] for u in data()["unit"] if "broken" in u}


@cache
def reserve() -> frozenset[str]:
    """Units that nobody rides on in a usual shift."""
    return frozenset(u["unit"] for u in data()["unit"] if "seats" not in u)


def tracker(unit: str) -> str:
    """The tracker that rides on a unit."""
    return f"pelacak-{unit.lower()}"


def trackers() -> list[rules.LinkTracker]:
    """One tracker on each vehicle."""
    return [rules.LinkTracker(tracker(u["unit"]), u["unit"]) for u in data()["unit"]]


def person(regu: int, unit: str, seat: int) -> str:
    """The code of somebody who serves: regu, usual vehicle, seat. There are no names."""
    return f"R{regu}-{unit}-{seat + 1}"


def people() -> list[rules.EnterPerson]:
    """120 people in four regu."""
    return [
        rules.EnterPerson(person(regu, u["unit"], n), u["station"], f"Regu {regu}", tuple(data()["seat"][seat]))
        for regu in range(1, data()["shifts"]["regu"] + 1)
        for u in data()["unit"]
        for n, seat in enumerate(u.get("seats", ()))
    ]


def shift_at(at: datetime) -> tuple[str, int]:
    """The shift on duty at a time: its name (day and number) and its regu."""
    begin, regu = data()["shifts"]["begin"], data()["shifts"]["regu"]
    local = at.astimezone(zone())
    number = sum(local.hour >= hour for hour in begin) - 1
    day = local.date().toordinal()
    if number < 0:  # after midnight the last shift of the day before is still on
        day, number = day - 1, len(begin) - 1
    return f"{day}.{number + 1}", (day * len(begin) + number) % regu + 1


def crews(regu: int) -> list[rules.SetCrew]:
    """Who of a regu rides on what."""
    found = []
    for u in data()["unit"]:
        seats = u.get("seats", ())
        if seats:
            able = Counter(c for seat in seats for c in data()["seat"][seat])
            persons = tuple(person(regu, u["unit"], n) for n in range(len(seats)))
            found.append(rules.SetCrew(u["unit"], len(seats), dict(sorted(able.items())), persons))
    return found


def receivers(account: str) -> list[SetReceiver]:
    """Who is alerted: every station by its page, and the crew that has an account by its browsers."""
    own = SetReceiver("kru-btg-1", "account", account, ("web-push",), hears=("BTG-1",))
    return [SetReceiver(f"pos-{s.station}", "station", s.station, ("station-page",)) for s in stations()] + [own]


def run_cards() -> list[rules.SetRunCard]:
    """Cards of the city's own."""
    return [rules.SetRunCard(**(c | {"types": tuple(c["types"])})) for c in data()["run_card"]]
