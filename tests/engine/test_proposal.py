"""The proposal: the set that meets a run card soonest, with reasons, and the chance to be in time."""

import subprocess
import sys
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.engine import proposal
from siaga.engine.proposal import (
    CLOSEST,
    PRICES,
    SET_UP_SHARE,
    SLACK_S,
    TURNOUT_SHARE,
    Candidates,
    Choice,
    Need,
    Prices,
    arrival,
    keep_cover,
    propose,
    ready_within,
)

Unit = tuple[str, float, str, dict[str, int]]  # name, seconds until arrival, capabilities, people


def fleet(need: Need, *units: Unit, reserve: tuple[str, ...] = ()) -> Candidates:
    """Candidates from a short description: ("BTG-1", 240, "pump tanker", {"people": 4, "scba": 2})."""
    return Candidates(
        units=tuple(name for name, *_ in units),
        eta=np.array([eta for _, eta, *_ in units], np.float64),
        sd=np.full(len(units), 30.0),
        has=np.array([[c in caps.split() for c in need.units] for _, _, caps, _ in units], bool).reshape(
            len(units), len(need.units)
        ),
        crew=np.array([[crew.get(q, 0) for q in need.people] for *_, crew in units], np.int64).reshape(
            len(units), len(need.people)
        ),
        reserve=np.array([name in reserve for name, *_ in units], bool),
    )


def sent(choice: Choice) -> list[str]:
    return [pick.unit for pick in choice.picks]


def why(choice: Choice, unit: str) -> str:
    codes = {p.unit: p.why.code for p in choice.picks} | {p.unit: p.why.code for p in choice.passed}
    return codes[unit]


# ── exactness ────────────────────────────────────────────────────────────────────────────────────────────────────────


def brute_force(need: Need, of: Candidates, prices: Prices) -> float:
    """The least cost over every subset, by the definition and nothing else."""
    n = len(of.units)
    reachable = [i for i in range(n) if np.isfinite(of.eta[i])]
    wanted = np.minimum(list(need.units.values()), of.has[reachable].sum(0))
    people = np.minimum(list(need.people.values()), of.crew[reachable].sum(0))
    best = np.inf
    for size in range(n + 1):
        for group in combinations(reachable, size):
            chosen = list(group)
            if (of.has[chosen].sum(0) < wanted).any() or (of.crew[chosen].sum(0) < people).any():
                continue
            cost = sum(prices.unit_s + prices.share * of.eta[i] + prices.reserve_s * of.reserve[i] for i in chosen)
            for c, count in enumerate(wanted):
                cost += sum(sorted(of.eta[i] for i in chosen if of.has[i, c])[:count])
            best = min(best, float(cost))
    return best


def cost_of(choice: Choice, need: Need, of: Candidates, prices: Prices) -> float:
    """What the slots as shown and the units as shown cost."""
    slots = sum(pick.eta_s * len(pick.fulfils) for pick in choice.picks)
    reserve = {name for name, flag in zip(of.units, of.reserve, strict=True) if flag}
    fixed = [prices.unit_s + prices.share * p.eta_s + prices.reserve_s * (p.unit in reserve) for p in choice.picks]
    return slots + sum(fixed)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Need, Candidates]:
    caps = ["pump", "tanker", "rescue"][: draw(st.integers(1, 3))]
    need = Need(
        units={c: draw(st.integers(0, 3)) for c in caps},
        crew=draw(st.sampled_from([{}, {"scba": 2}, {"scba": 5, "rope": 1}])),
        min_crew=draw(st.sampled_from([0, 4, 12])),
    )
    seconds = st.one_of(st.integers(1, 30).map(lambda n: n * 60.0), st.floats(30.0, 1800.0), st.just(np.inf))
    count = draw(st.integers(0, 9))
    units: list[Unit] = [
        (
            f"U{n}",
            draw(seconds),
            " ".join(draw(st.sets(st.sampled_from(caps)))),
            {q: draw(st.integers(0, 5 if q == "people" else 2)) for q in need.people},
        )
        for n in range(count)
    ]
    reserve = tuple(f"U{n}" for n in range(count) if draw(st.integers(0, 5)) == 0)
    return need, fleet(need, *units, reserve=reserve)


@settings(max_examples=300, deadline=None)
@given(situations(), st.sampled_from([PRICES, CLOSEST, Prices(unit_s=1000.0, share=0.0, reserve_s=5.0)]))
def test_the_set_costs_as_little_as_the_best_of_all_subsets(case: tuple[Need, Candidates], prices: Prices) -> None:
    need, of = case
    choice = propose(need, of, prices)
    assert choice.exact
    assert choice.cost == pytest.approx(brute_force(need, of, prices), rel=1e-9, abs=1e-6)
    assert cost_of(choice, need, of, prices) == pytest.approx(choice.cost, rel=1e-9, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(situations())
def test_every_need_is_met_or_named_as_missing(case: tuple[Need, Candidates]) -> None:
    need, of = case
    choice = propose(need, of)
    chosen = [p.index for p in choice.picks]
    for name, n in need.units.items():
        assert sum(name in p.fulfils for p in choice.picks) + choice.unmet.get(name, 0) == n
    for q, (name, n) in enumerate(need.people.items()):
        assert int(of.crew[chosen, q].sum()) + choice.unmet.get(f"crew.{name}", 0) >= n
    assert all(np.isfinite(p.eta_s) for p in choice.picks)


@settings(max_examples=150, deadline=None)
@given(situations())
def test_with_life_at_risk_every_slot_is_filled_by_the_closest_that_has_it(case: tuple[Need, Candidates]) -> None:
    need, of = case
    choice = propose(need, of, CLOSEST)
    for c, (name, n) in enumerate(need.units.items()):
        closest = sorted(of.eta[of.has[:, c] & np.isfinite(of.eta)])[:n]
        assert sorted(p.eta_s for p in choice.picks if name in p.fulfils) == pytest.approx(closest, abs=0.1)


def test_the_plain_search_and_the_compiled_one_agree() -> None:
    from siaga.engine import proposal_loops as loops

    chance = np.random.default_rng(7)
    for _ in range(20):
        n = 9
        has = chance.random((n, 3)) < 0.5
        eta = np.sort(chance.uniform(60, 900, n))
        crew = chance.integers(0, 5, (n, 2))
        need = np.minimum(np.array([2, 1, 1]), has.sum(0))
        people = np.minimum(np.array([8, 3]), crew.sum(0))
        arguments: Any = (has, eta, 60.0 + 0.1 * eta, need, crew, people, 100_000)
        plain: Any = loops.best_set
        taken, cost, nodes = loops.best_set(*arguments)
        slow_taken, slow_cost, slow_nodes = plain.py_func(*arguments)
        assert taken.tolist() == slow_taken.tolist()
        assert (cost, nodes) == (slow_cost, slow_nodes)


def test_a_search_that_runs_out_of_its_budget_gives_what_it_found_and_says_more_nodes_than_allowed() -> None:
    from siaga.engine import proposal_loops as loops

    chance = np.random.default_rng(5)
    n = 40
    has = np.ones((n, 1), bool)
    eta = np.sort(chance.uniform(60, 1800, n))
    crew = chance.integers(1, 9, (n, 1))
    arguments: Any = (has, eta, np.full(n, 60.0), np.array([3]), crew, np.array([60]), 60)
    taken, cost, nodes = loops.best_set(*arguments)
    assert nodes == 61
    assert has[taken].sum() >= 3
    assert crew[taken].sum() >= 60
    assert np.isfinite(cost)


@settings(max_examples=150, deadline=None)
@given(situations())
def test_while_the_search_is_compiled_the_soonest_go_and_it_is_said_not_to_be_proven(
    case: tuple[Need, Candidates],
) -> None:
    need, of = case
    proposal._warming.set()
    try:
        quick = propose(need, of, CLOSEST)
    finally:
        proposal._warming.clear()
    best = propose(need, of, CLOSEST)
    assert quick.unmet == best.unmet
    assert quick.exact is (quick.picks == ())
    assert cost_of(quick, need, of, CLOSEST) == pytest.approx(quick.cost, rel=1e-9, abs=1e-6)
    slots = [sorted((c, p.eta_s) for p in choice.picks for c in p.fulfils) for choice in (quick, best)]
    assert [c for c, _ in slots[0]] == [c for c, _ in slots[1]]
    assert [eta for _, eta in slots[0]] == pytest.approx([eta for _, eta in slots[1]], abs=0.1)
    chosen = [p.index for p in quick.picks]
    for q, (name, n) in enumerate(need.people.items()):
        assert int(of.crew[chosen, q].sum()) + quick.unmet.get(f"crew.{name}", 0) >= n


def test_warming_compiles_and_leaves_the_exact_search_in_use() -> None:
    proposal.warm()
    assert propose(HOUSE, fleet(HOUSE, ("P1", 200, "pump", {}))).exact


# ── what it prefers, and why ─────────────────────────────────────────────────────────────────────────────────────────

HOUSE = Need(units={"pump": 2, "tanker": 1, "rescue": 1})


def test_the_soonest_units_that_fulfil_the_card_go_each_with_its_reason() -> None:
    choice = propose(
        HOUSE,
        fleet(
            HOUSE,
            ("P3", 500, "pump", {}),
            ("P1", 200, "pump", {}),
            ("P2", 260, "pump", {}),
            ("T1", 300, "tanker", {}),
            ("T2", 700, "tanker", {}),
            ("R1", 400, "rescue", {}),
        ),
    )
    assert sent(choice) == ["P1", "P2", "T1", "R1"]
    assert [p.why.code for p in choice.picks] == ["soonest", "next", "soonest", "only-one-with"]
    assert choice.picks[1].why.facts == {"capability": "pump", "place": 2}
    assert [p.fulfils for p in choice.picks] == [("pump",), ("pump",), ("tanker",), ("rescue",)]
    assert choice.unmet == {}
    assert [(p.unit, p.why.code, p.why.facts["by_s"]) for p in choice.passed] == [
        ("P3", "further", 240),
        ("T2", "further", 400),
    ]


def test_a_unit_counts_for_every_capability_it_brings() -> None:
    need = Need(units={"pump": 1, "tanker": 1})
    units: list[Unit] = [("T", 290, "tanker", {}), ("P", 300, "pump", {}), ("BOTH", 320, "pump tanker", {})]
    choice = propose(need, fleet(need, *units))
    assert sent(choice) == ["BOTH"]
    assert choice.picks[0].why.code == "does-more"
    assert choice.picks[0].why.facts == {"capability": "pump", "than": "P", "later_s": 20, "capabilities": 2}
    assert why(choice, "T") == "one-does-more"


def test_with_life_at_risk_the_closer_ones_go_although_one_would_do_for_both() -> None:
    need = Need(units={"pump": 1, "tanker": 1})
    units: list[Unit] = [("T", 290, "tanker", {}), ("P", 300, "pump", {}), ("BOTH", 320, "pump tanker", {})]
    assert sent(propose(need, fleet(need, *units), CLOSEST)) == ["T", "P"]


def test_what_nobody_has_is_missing_by_name_and_the_rest_still_goes() -> None:
    need = Need(units={"pump": 2, "ladder": 1, "rescue": 1}, crew={"scba": 6}, min_crew=4)
    choice = propose(
        need,
        fleet(need, ("P1", 200, "pump", {"people": 4, "scba": 2}), ("R1", 300, "rescue", {"people": 4, "scba": 1})),
    )
    assert sent(choice) == ["P1", "R1"]
    assert choice.unmet == {"pump": 1, "ladder": 1, "crew.scba": 3}


def test_a_unit_without_a_slot_goes_for_the_people_who_would_be_missing() -> None:
    need = Need(units={"pump": 1}, crew={"scba": 3}, min_crew=4)
    choice = propose(
        need,
        fleet(
            need,
            ("P1", 200, "pump", {"people": 4, "scba": 1}),
            ("L2", 340, "", {"people": 3, "scba": 2}),
            ("L1", 300, "", {"people": 3, "scba": 2}),
            ("L0", 250, "", {"people": 3}),
        ),
    )
    assert sent(choice) == ["P1", "L1"]
    assert choice.picks[1].fulfils == ()
    assert choice.picks[1].why.code == "completes-crew"
    assert choice.picks[1].why.facts == {"competence": "scba", "people": 2}


def test_a_later_unit_goes_when_the_sooner_one_lacks_people() -> None:
    need = Need(units={"pump": 1}, crew={"scba": 2})
    choice = propose(need, fleet(need, ("P1", 200, "pump", {"scba": 0}), ("P2", 240, "pump", {"scba": 2})))
    assert sent(choice) == ["P2"]
    assert choice.picks[0].why.code == "brings-crew"
    assert why(choice, "P1") == "crew-short"


def test_a_reserve_stays_unless_it_is_clearly_sooner() -> None:
    need = Need(units={"pump": 1})
    units: list[Unit] = [("RES", 200, "pump", {}), ("P1", 260, "pump", {})]
    choice = propose(need, fleet(need, *units, reserve=("RES",)))
    assert sent(choice) == ["P1"]
    assert choice.picks[0].why.code == "before-reserve"
    assert why(choice, "RES") == "reserve"
    units = [("RES", 200, "pump", {}), ("P1", 460, "pump", {})]
    assert sent(propose(need, fleet(need, *units, reserve=("RES",)))) == ["RES"]


def test_a_unit_without_a_way_is_not_sent() -> None:
    need = Need(units={"pump": 1})
    choice = propose(need, fleet(need, ("P1", np.inf, "pump", {})))
    assert choice.picks == ()
    assert choice.unmet == {"pump": 1}


def test_nothing_is_proposed_when_nothing_is_needed() -> None:
    need = Need(units={"pump": 0})
    assert propose(need, fleet(need, ("P1", 60, "pump", {}))).picks == ()


def test_what_is_there_already_is_taken_off_the_need() -> None:
    need = Need(units={"pump": 2, "rescue": 1}, crew={"scba": 4}, min_crew=10)
    left = need.without({"pump": 1, "rescue": 3}, {"people": 4, "scba": 1})
    assert left == Need(units={"pump": 1, "rescue": 0}, crew={"scba": 3}, min_crew=6)


def test_importing_the_proposal_does_not_load_numba() -> None:
    code = "import sys, siaga.engine.proposal, siaga.engine.cover; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ── keeping cover ────────────────────────────────────────────────────────────────────────────────────────────────────

ONE = Need(units={"rescue": 1})
ALONE: list[Unit] = [("NORTH", 200, "rescue", {}), ("CENTRE", 240, "rescue", {}), ("FAR", 290, "rescue", {})]
AREAS = ("north", "centre")


def swapped(units: list[Unit], slack_s: float = SLACK_S) -> Choice:
    """NORTH alone covers the north, two others cover the centre."""
    of = fleet(ONE, *units)
    reach = np.array([[True, False], [False, True], [False, True]])
    weight = np.array([3.0, 7.0])
    return keep_cover(propose(ONE, of), ONE, of, reach, reach.sum(0), weight, AREAS, slack_s)


def test_a_later_unit_goes_instead_of_the_one_that_would_leave_an_area_without_cover() -> None:
    choice = swapped(ALONE)
    assert sent(choice) == ["CENTRE"]
    assert choice.picks[0].why.code == "keeps-cover"
    assert choice.picks[0].why.facts == {"than": "NORTH", "later_s": 40, "saved": 0.3, "area": "north"}
    assert choice.picks[0].fulfils == ("rescue",)
    assert why(choice, "NORTH") == "kept-for-cover"


def test_no_swap_beyond_the_stated_slack() -> None:
    assert sent(swapped(ALONE, slack_s=39.0)) == ["NORTH"]
    assert sent(swapped([("NORTH", 200, "rescue", {}), ("CENTRE", 261, "rescue", {}), ("FAR", 290, "rescue", {})])) == [
        "NORTH"
    ]


def test_no_swap_that_makes_people_missing() -> None:
    need = Need(units={"rescue": 1}, min_crew=3)
    of = fleet(
        need,
        ("NORTH", 200, "rescue", {"people": 3}),
        ("CENTRE", 240, "rescue", {"people": 2}),
        ("C2", 900, "rescue", {}),
    )
    reach = np.array([[True, False], [False, True], [False, True]])
    choice = keep_cover(propose(need, of), need, of, reach, reach.sum(0), np.array([3.0, 7.0]), AREAS)
    assert sent(choice) == ["NORTH"]


def test_no_swap_that_loses_more_than_it_keeps() -> None:
    of = fleet(ONE, ("NORTH", 200, "rescue", {}), ("CENTRE", 240, "rescue", {}))
    reach = np.array([[True, False], [False, True]])
    choice = keep_cover(propose(ONE, of), ONE, of, reach, reach.sum(0), np.array([3.0, 7.0]), AREAS)
    assert sent(choice) == ["NORTH"]


@settings(max_examples=150, deadline=None)
@given(situations(), st.integers(0, 2**31))
def test_swaps_never_lose_cover_fill_the_same_slots_and_stay_inside_the_slack(
    case: tuple[Need, Candidates], seed: int
) -> None:
    need, of = case
    chance = np.random.default_rng(seed)
    reach = chance.random((len(of.units), 4)) < 0.3
    counts, weight = reach.sum(0), chance.uniform(0.1, 1.0, 4)
    before = propose(need, of)
    after = keep_cover(before, need, of, reach, counts, weight, ("a", "b", "c", "d"))

    def covered(choice: Choice) -> float:
        return float(weight[(counts - reach[[p.index for p in choice.picks]].sum(0)) > 0].sum())

    assert covered(after) >= covered(before) - 1e-9
    assert sorted(p.fulfils for p in after.picks) == sorted(p.fulfils for p in before.picks)
    first = {p.unit: p.eta_s for p in before.picks}
    for pick in after.picks:
        if pick.why.code == "keeps-cover" and pick.why.facts["than"] in first:
            assert 0.0 <= pick.eta_s - first[str(pick.why.facts["than"])] <= SLACK_S
    assert len({p.unit for p in after.picks}) == len(before.picks)


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def log_normal(chance: np.random.Generator, mean: float, share: float, n: int) -> Any:
    spread = np.log1p(share**2)
    return chance.lognormal(np.log(mean) - spread / 2, np.sqrt(spread), n)


@pytest.mark.parametrize("travel_s", [30.0, 180.0, 400.0, 700.0])
@pytest.mark.parametrize("sigma", [0.2, 0.45, 0.7])
@pytest.mark.parametrize(("turnout_s", "set_up_s"), [(120.0, 120.0), (0.0, 420.0), (150.0, 0.0)])
def test_the_chance_to_be_in_time_agrees_with_a_simulation(
    travel_s: float, sigma: float, turnout_s: float, set_up_s: float
) -> None:
    chance = np.random.default_rng(11)
    n = 200_000
    total = chance.lognormal(np.log(travel_s), sigma, n)
    for mean, part in ((turnout_s, TURNOUT_SHARE), (set_up_s, SET_UP_SHARE)):
        if mean:
            total = total + log_normal(chance, mean, part, n)
    for left_s in (200.0, 450.0, 700.0, 900.0):
        assert ready_within(left_s, travel_s, sigma, turnout_s, set_up_s) == pytest.approx(
            float((total <= left_s).mean()), abs=0.02
        )


@pytest.mark.parametrize("left_s", [0.0, -30.0])
def test_when_the_fifteen_minutes_are_over_there_is_no_chance(left_s: float) -> None:
    assert ready_within(left_s, 10.0, 0.1, 0.0, 0.0) == 0.0


def test_no_way_is_no_chance_and_being_there_is_certain() -> None:
    assert ready_within(900.0, np.inf, 0.3, 60.0, 60.0) == 0.0
    assert ready_within(900.0, 0.0, 0.0, 0.0, 0.0) == 1.0


@given(
    st.floats(1.0, 900.0), st.floats(1.0, 2000.0), st.floats(0.01, 1.0), st.floats(0.0, 300.0), st.floats(0.0, 600.0)
)
def test_more_time_never_lowers_the_chance(
    left: float, travel: float, sigma: float, turnout: float, set_up: float
) -> None:
    now = ready_within(left, travel, sigma, turnout, set_up)
    assert 0.0 <= now <= ready_within(left + 60.0, travel, sigma, turnout, set_up) <= 1.0


def test_an_arrival_is_turnout_and_travel_and_spreads_with_both() -> None:
    chance = np.random.default_rng(3)
    seconds, sd = arrival(300.0, 0.4, 120.0)
    simulated = chance.lognormal(np.log(300.0), 0.4, 400_000) + log_normal(chance, 120.0, TURNOUT_SHARE, 400_000)
    assert seconds == pytest.approx(420.0)
    assert sd == pytest.approx(float(simulated.std()), rel=0.02)
