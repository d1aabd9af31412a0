"""Who commands, posts, hand-over, sectors, channels and tasks, by plain values."""

from datetime import timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest

from conftest import SATURDAY, ask
from siaga.kernel.records import Refusal, Told, written
from siaga.slices.field import events
from siaga.slices.field.rules import command as rules
from siaga.slices.field.rules.commandfold import (
    SQUARES,
    Assumed,
    Checked,
    Commander,
    Commanding,
    Fact,
    Opened,
    Said,
    Withdrawn,
    fold,
)

DANTON, RESERVE = "Danton A", "Danton B"


def at(minutes: float) -> str:
    return written(SATURDAY + timedelta(minutes=minutes))


def said(minutes: float, name: str = "", account: str = "tablet-a") -> Said:
    return Said(at(minutes), name or f"ask-{minutes}", account)


def ticks(start: float, *, leave: int = 0, by: events.By = "self") -> list[tuple[Said, Fact]]:
    """The squares of hand-over h1, one a minute; the giver's from tablet-a, the taker's from tablet-b."""
    return [
        (said(start + n, account="tablet-a" if side == "giver" else "tablet-b"), Checked("h1", side, subject, by))
        for n, (side, subject) in enumerate(SQUARES[: len(SQUARES) - leave])
    ]


BEGUN: list[tuple[Said, Fact]] = [(said(0), Assumed(DANTON)), (said(10), Opened("h1", DANTON, RESERVE))]


def commanding(*facts: tuple[Said, Fact]) -> Commanding:
    return fold(facts or BEGUN[:1])


def code(answer: Any) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


# ── the fold ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_who_assumes_command_has_it_and_who_overrules_him_has_it_after() -> None:
    assert fold([]).commander is None
    assert commanding().commander == Commander(DANTON, "tablet-a", at(0))
    assert fold([*BEGUN[:1], (said(5), Assumed(RESERVE))]).commander == Commander(RESERVE, "tablet-a", at(5))


def test_the_giver_commands_until_the_last_of_ten_squares() -> None:
    assert len(SQUARES) == 10
    nine = fold([*BEGUN, *ticks(11, leave=1)])
    assert nine.commander == Commander(DANTON, "tablet-a", at(0))
    assert nine.open is not None
    assert len(nine.open.checks) == 9
    ten = fold([*BEGUN, *ticks(11)])
    assert ten.commander == Commander(RESERVE, "tablet-b", at(20))
    assert ten.open is None


def test_command_changed_when_the_last_square_was_ticked_whatever_arrived_last() -> None:
    facts = [*BEGUN, *ticks(11)]
    expected = fold(facts)
    rnd = Random(7)
    for _ in range(200):
        rnd.shuffle(facts)
        assert fold(facts) == expected


def test_a_square_that_both_ticked_counts_from_the_first_time() -> None:
    again = (said(40), Checked("h1", "taker", SQUARES[-1][1], "radio"))
    assert fold([*BEGUN, *ticks(11), again]).commander == Commander(RESERVE, "tablet-b", at(20))


def test_squares_ticked_by_a_clock_that_runs_behind_complete_it_at_its_opening() -> None:
    assert fold([*BEGUN, *ticks(-5)]).commander == Commander(RESERVE, "tablet-b", at(10))


def test_a_taker_for_whom_all_was_ticked_over_the_radio_commands_from_no_account_of_his() -> None:
    assert fold([*BEGUN, *ticks(11, by="radio")]).commander == Commander(RESERVE, "", at(20))


def test_a_hand_over_that_was_withdrawn_before_its_last_square_changes_nothing_afterwards_it_is_too_late() -> None:
    early = fold([*BEGUN, *ticks(11), (said(19.5), Withdrawn("h1"))])
    assert early.commander == Commander(DANTON, "tablet-a", at(0))
    assert early.open is None
    late = fold([*BEGUN, *ticks(11), (said(21), Withdrawn("h1"))])
    assert late.commander == Commander(RESERVE, "tablet-b", at(20))


def test_who_takes_command_in_the_middle_of_a_hand_over_ends_it() -> None:
    overtaken = fold([*BEGUN, *ticks(11), (said(15.5), Assumed("Danton C"))])
    assert overtaken.commander == Commander("Danton C", "tablet-a", at(15.5))
    assert overtaken.open is None


def test_a_commander_who_goes_on_from_another_tablet_commands_since_when_he_did_and_goes_on_handing_over() -> None:
    facts = [*BEGUN, *ticks(11), (said(15.5, account="tablet-z"), Assumed(DANTON))]
    assert fold(facts[:-2] + facts[-1:]).commander == Commander(DANTON, "tablet-z", at(0))
    assert fold(facts).commander == Commander(RESERVE, "tablet-b", at(20))


def test_two_who_assumed_at_the_same_moment_are_told_apart_by_their_asks_on_every_node() -> None:
    facts: list[tuple[Said, Fact]] = [(said(0, name), Assumed(holder)) for name, holder in (("a", "A"), ("b", "B"))]
    assert {fold(order).commander for order in permutations(facts)} == {Commander("B", "tablet-a", at(0))}


# ── command and posts ────────────────────────────────────────────────────────────────────────────────────────────────


def test_command_that_nobody_has_is_taken_without_a_reason() -> None:
    taken = rules.assume_command(rules.AssumeCommand("i1", DANTON), fold([]), ask("commander"))
    assert taken == [events.CommandAssumed("i1", DANTON)]


def test_over_a_commander_s_head_only_with_a_reason_and_the_refusal_says_who_since_when() -> None:
    cmd = rules.AssumeCommand("i1", RESERVE)
    answer = rules.assume_command(cmd, commanding(), ask("commander"))
    assert answer == Refusal(code="command-held", facts={"holder": DANTON, "since": at(0)}, overridable=True)
    overruled = ask("commander", override="radio silent for ten minutes")
    assert rules.assume_command(cmd, commanding(), overruled) == [
        events.CommandAssumed("i1", RESERVE, overruled.override)
    ]


def test_the_commander_who_assumes_again_changes_nothing_but_may_go_on_from_another_account() -> None:
    cmd = rules.AssumeCommand("i1", DANTON)
    assert rules.assume_command(cmd, commanding(), ask("commander", actor="tablet-a")) == []
    assert rules.assume_command(cmd, commanding(), ask("commander", actor="tablet-z")) == [
        events.CommandAssumed("i1", DANTON)
    ]


def test_a_post_is_filled_changed_and_emptied_each_once() -> None:
    fill = rules.FillPost("i1", "safety", "Danru 2")
    assert rules.fill_post(fill, rules.Post(True), ask()) == [events.PostFilled("i1", "safety", "Danru 2")]
    assert rules.fill_post(fill, rules.Post(True, holder="Danru 2"), ask()) == []
    assert rules.vacate_post(rules.VacatePost("i1", "safety"), rules.Post(True), ask()) == []
    assert rules.vacate_post(rules.VacatePost("i1", "safety"), rules.Post(True, holder="X"), ask()) == [
        events.PostVacated("i1", "safety")
    ]


def test_a_post_that_does_not_exist_is_not_filled_and_command_itself_is_handed_over() -> None:
    assert code(rules.fill_post(rules.FillPost("i1", "king", "X"), rules.Post(False), ask())) == "post-unknown"
    there = rules.Post(True, commands=True)
    assert code(rules.fill_post(rules.FillPost("i1", "commander", "X"), there, ask())) == "post-commands"


# ── hand-over ────────────────────────────────────────────────────────────────────────────────────────────────────────

OPEN = rules.OpenHandover("h1", "i1", RESERVE)


def test_a_hand_over_is_from_whoever_commands_and_needs_one() -> None:
    assert rules.open_handover(OPEN, commanding(), ask()) == [events.HandoverOpened("h1", "i1", DANTON, RESERVE)]
    assert code(rules.open_handover(OPEN, fold([]), ask())) == "command-vacant"


def test_one_hand_over_at_a_time_the_same_again_and_to_himself_are_nothing() -> None:
    begun = fold(BEGUN)
    assert rules.open_handover(OPEN, begun, ask()) == []
    other = rules.open_handover(rules.OpenHandover("h2", "i1", "Danton C"), begun, ask())
    assert other == Refusal(code="handover-open", facts={"taker": RESERVE, "since": at(10)})
    assert rules.open_handover(rules.OpenHandover("h3", "i1", DANTON), commanding(), ask()) == []


def test_squares_are_recorded_also_before_the_opening_arrived_and_each_once() -> None:
    check = rules.CheckHandover("h1", "i1", "taker", "hazards", "radio")
    ticked = [events.HandoverChecked("h1", "i1", "taker", "hazards", "radio")]
    assert rules.check_handover(check, fold([]), ask()) == ticked
    assert rules.check_handover(check, fold([*BEGUN, *ticks(11)]), ask()) == []
    assert code(rules.check_handover(check, None, ask())) == "incident-unknown"


def test_a_hand_over_is_withdrawn_while_it_goes_on() -> None:
    cmd = rules.WithdrawHandover("h1", "i1")
    assert rules.withdraw_handover(cmd, fold(BEGUN), ask()) == [events.HandoverWithdrawn("h1", "i1")]
    assert rules.withdraw_handover(cmd, fold([*BEGUN, *ticks(11)]), ask()) == []
    assert code(rules.withdraw_handover(cmd, commanding(), ask())) == "handover-unknown"


# ── sectors, channels, tasks ─────────────────────────────────────────────────────────────────────────────────────────

FRONT = rules.Sector("Sektor 1 depan", "sector", "Danru 1", closed=False)


def test_a_sector_is_opened_renamed_and_opened_again_but_not_twice_the_same() -> None:
    cmd = rules.SetSector("s1", "i1", "Sektor 1 depan", "sector", "Danru 1")
    opened = [events.SectorSet("s1", "i1", "Sektor 1 depan", "sector", "Danru 1")]
    assert rules.set_sector(cmd, None, ask()) == opened
    assert rules.set_sector(cmd, FRONT, ask()) == []
    assert rules.set_sector(cmd, rules.Sector(FRONT.name, "sector", "Danru 1", closed=True), ask()) == opened
    assert rules.set_sector(rules.SetSector("s1", "i1", "Depan"), FRONT, ask()) == [
        events.SectorSet("s1", "i1", "Depan")
    ]


@pytest.mark.parametrize("name", [events.STAGING, events.REHAB])
def test_staging_and_rehab_are_always_there(name: str) -> None:
    assert code(rules.set_sector(rules.SetSector(name, "i1", "Cadangan"), None, ask())) == "sector-fixed"


def test_a_sector_is_not_closed_while_a_crew_works_in_it() -> None:
    cmd = rules.CloseSector("s1", "i1")
    used = rules.Sector("Sektor 1 depan", "sector", "", closed=False, crews=("BTG-1", "RSC-1"))
    answer = rules.close_sector(cmd, used, ask(override="now"))
    assert answer == Refusal(code="sector-used", facts={"sector": "Sektor 1 depan", "crews": "BTG-1, RSC-1"})
    assert rules.close_sector(cmd, FRONT, ask()) == [events.SectorClosed("s1", "i1")]
    assert rules.close_sector(cmd, rules.Sector("x", "sector", "", closed=True), ask()) == []
    assert code(rules.close_sector(cmd, None, ask())) == "sector-unknown"


def test_a_channel_is_set_once_for_the_incident_and_only_for_open_sectors() -> None:
    whole = rules.SetChannel("i1", "Kanal 2")
    assert rules.set_channel(whole, rules.Channel("", False), ask()) == [events.ChannelSet("i1", "Kanal 2")]
    assert rules.set_channel(whole, rules.Channel("Kanal 2", False), ask()) == []
    sector = rules.SetChannel("i1", "Kanal 3", "s1")
    assert rules.set_channel(sector, rules.Channel("", True), ask()) == [events.ChannelSet("i1", "Kanal 3", "s1")]
    assert code(rules.set_channel(sector, rules.Channel("", False), ask())) == "sector-unknown"


NEW = rules.Setting(rules.Task(None, "open"))


def test_a_task_has_a_common_code_or_words_of_its_own() -> None:
    common = rules.SetTask("t1", "i1", code="power-off", crew="BTG-1")
    assert rules.set_task(common, NEW, ask()) == [events.TaskSet("t1", "i1", "task", "power-off", crew="BTG-1")]
    words = Told("selamatkan akta di lemari")
    assert rules.set_task(rules.SetTask("t1", "i1", text=words), NEW, ask()) == [
        events.TaskSet("t1", "i1", "task", text=words)
    ]
    assert code(rules.set_task(rules.SetTask("t1", "i1"), NEW, ask())) == "task-empty"


def test_the_same_task_again_is_nothing_and_another_owner_is_a_change() -> None:
    stands = events.TaskSet("t1", "i1", "task", "power-off", crew="BTG-1")
    known = rules.Setting(rules.Task(stands, "open"))
    assert rules.set_task(rules.SetTask("t1", "i1", code="power-off", crew="BTG-1"), known, ask()) == []
    moved = rules.set_task(rules.SetTask("t1", "i1", code="power-off", crew="BTG-2"), known, ask())
    assert moved == [events.TaskSet("t1", "i1", "task", "power-off", crew="BTG-2")]


@pytest.mark.parametrize("what", ["task-code", "sector", "post"])
def test_a_task_names_only_what_there_is(what: str) -> None:
    known = rules.Setting(rules.Task(None, "open"), ((what, "x"),))
    answer = rules.set_task(rules.SetTask("t1", "i1", code="power-off"), known, ask())
    assert answer == Refusal(code=f"{what}-unknown", facts={what: "x"})


def test_a_task_steps_on_and_back_and_the_same_step_counts_only_with_a_note() -> None:
    there = rules.Task(events.TaskSet("t1", "i1", "task", "power-off"), "going")
    done = rules.StepTask("t1", "i1", "done")
    assert rules.step_task(done, there, ask()) == [events.TaskStepped("t1", "i1", "done")]
    assert rules.step_task(rules.StepTask("t1", "i1", "going"), there, ask()) == []
    note = Told("pintu terkunci")
    assert rules.step_task(rules.StepTask("t1", "i1", "going", note), there, ask()) == [
        events.TaskStepped("t1", "i1", "going", note)
    ]
    assert code(rules.step_task(done, rules.Task(None, "open"), ask())) == "task-unknown"
