"""Reports: what people judge in any order of arrival, what is missing, who stands for it, what was changed after."""

import inspect
import re
from datetime import datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import BOTH_STORES, VAULT_KEY, ask, rows
from report.report_room import (
    NOBODY,
    PORT,
    SECTIONS,
    checked,
    corrected,
    fire,
    fleet,
    listed,
    minutes,
    refused,
    report,
    seen,
    signed,
    take,
    written_down,
)
from siaga import standards
from siaga.adapters.sqlite import SqliteStore
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.own import EraseWords
from siaga.kernel.records import Accepted, Personal, Refusal, Told, written
from siaga.slices.intake.rules import CancelIncident, MarkExercise, OpenIncident, ReopenIncident
from siaga.slices.report import SLICE, rules
from siaga.slices.report.events import Casualties, LossLine, Photo, WaterLine
from siaga.slices.report.rules import checks, states
from siaga.slices.report.tables.rows import OfIncident


@pytest.fixture
def room(desk: Desk) -> Desk:
    """A closed fire of which nothing is written yet."""
    fleet(desk)
    fire(desk)
    return desk


def codes(desk: Desk, severity: str = "") -> set[str]:
    return {gap.code for gap in report(desk).validation if severity in ("", gap.severity)}


def about(kind: str) -> checks.Facts:
    return checks.Facts(f"{kind}.x" if kind else None, False, "handled", "closed")


# ── a report begins by itself ────────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_incident_has_a_draft_with_its_times_and_what_is_missing(room: Desk) -> None:
    row = listed(room)["i1"]
    assert (row.state, row.completeness, row.response_s) == ("draft", 0.125, 660)
    assert row.missing == [f"{name}-missing" for name in report(room).needed]
    assert report(room).response.clocks["ready-to-serve"].startswith("2026-03-07T13:11")
    assert [unit.unit for unit in report(room).response.units] == ["BTG-1"]


def test_an_open_incident_stands_in_the_list_once_something_was_said(room: Desk) -> None:
    take(room, OpenIncident("i2", 117.49, 0.13, type="fire.land"), "call-taker")
    assert set(listed(room)) == {"i1"}
    take(room, rules.StateCause("i2", "land-clearing"), "reporter")
    assert set(listed(room)) == {"i1", "i2"}
    assert "still-open" in {gap.code for gap in report(room, "i2").validation}


def test_a_cancelled_incident_needs_no_report(room: Desk) -> None:
    take(room, OpenIncident("i2", 117.49, 0.13), "call-taker")
    take(room, CancelIncident("i2", Told("salah sambung")), "dispatcher")
    assert set(listed(room)) == {"i1"}
    assert refused(room, rules.StateCause("i2", "unknown"), "reporter").code == "report.not-needed"
    assert refused(room, rules.StateCause("i9", "unknown"), "reporter").code == "incident-unknown"


def test_an_exercise_is_marked_and_asks_for_closing_words_only(room: Desk) -> None:
    take(room, MarkExercise("i1"), "trainer")
    assert report(room).exercise
    assert report(room).needed == ["summary"]
    assert codes(room, "stops") == set()


def test_a_snake_asks_for_less_than_a_house(room: Desk) -> None:
    fire(room, "i2", "rescue.snake")
    assert report(room, "i2").needed == ["victims", "obstacles", "summary"]
    assert {gap.code for gap in report(room, "i2").validation if gap.severity == "stops"} == set()


def test_the_list_can_be_asked_for_what_misses_something_and_by_state_and_time(room: Desk) -> None:
    written_down(room)
    fire(room, "i2", "rescue.snake")
    assert set(listed(room, missing=True)) == {"i2"}
    assert set(listed(room, missing=False)) == {"i1"}
    assert listed(room)["i1"].completeness == 1
    assert set(listed(room, state="signed")) == set()
    assert set(listed(room, since=minutes(1))) == set()
    assert len(listed(room, limit=1)) == 1


def test_another_nodes_incident_is_reported_on_there(room: Desk) -> None:
    does = SLICE.commands[rules.StateCause]
    with room.store.write() as tx:
        tx.run("update report_file set home = 'samarinda' where incident = 'i1'")
    cmd = rules.StateCause("i1", "unknown")
    with room.store.read() as tx:
        answer = does.decide(cmd, does.load(tx, cmd, ask("reporter")), ask("reporter"))  # type: ignore[call-arg]
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.facts["node"]) == ("incident-elsewhere", "samarinda")
    assert listed(room) == {}


# ── what people judge ────────────────────────────────────────────────────────────────────────────────────────────────


def test_sections_come_back_as_they_were_said_with_who_said_them(room: Desk) -> None:
    written_down(room)
    row = report(room)
    assert row.object is not None
    assert (row.object.kind, row.object.burnt_m2, row.object.note, row.object.actor) == (
        "house",
        72,
        "dapur belakang",
        "pelapor",
    )
    assert row.loss is not None
    assert (row.loss.total_rp, row.loss.open, row.loss.basis) == (88_800_000, 0, "luas kali harga")
    assert row.victims is not None
    assert (row.victims.citizens, row.victims.affected, row.victims.shelter) == (NOBODY, 11, "balai RT")
    assert row.obstacles is not None
    assert [(one.kind, one.effect_s, one.note) for one in row.obstacles.lines] == [
        ("narrow-road", 127, "slang disambung")
    ]
    assert row.photos is None
    assert row.completeness == 1


def test_not_known_is_an_answer_and_none_is_never_zero(room: Desk) -> None:
    take(room, rules.CountVictims("i1", Casualties(dead=0)), "reporter")
    row = report(room)
    assert row.victims is not None
    assert (row.victims.citizens.dead, row.victims.citizens.heavy, row.victims.families) == (0, None, None)
    assert "victims-missing" not in codes(room)
    assert "victims-unknown" in codes(room, "warns")
    lines = (LossLine(Told("rumah"), amount_rp=5_000_000), LossLine(Told("barang dagangan")))
    take(room, rules.StateLoss("i1", lines, basis=Told("taksiran")), "reporter")
    loss = report(room).loss
    assert loss is not None
    assert (loss.total_rp, loss.open) == (5_000_000, 1)
    take(room, rules.StateLoss("i1", (LossLine(Told("barang dagangan")),)), "reporter", at=minutes(140))
    loss = report(room).loss
    assert loss is not None
    assert (loss.total_rp, loss.open) == (None, 1)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (rules.DescribeObject("i1", "castle"), "kind"),
        (rules.DescribeObject("i1", "house", "straw"), "construction"),
        (rules.StateCause("i1", "dragon"), "cause"),
        (rules.StateCause("i1", "unknown", thing="x"), "thing"),
        (rules.NoteVictim("i1", "v1", "direct", "sleepy"), "outcome"),
        (rules.StateWater("i1", (WaterLine("water"), WaterLine("water", "moon"))), "lines.1.source"),
    ],
)
def test_a_code_that_the_standards_do_not_have_is_refused_by_its_field(room: Desk, command: Any, field: str) -> None:
    answer = refused(room, command, "reporter")
    assert (answer.code, answer.facts["field"]) == ("report.unknown-code", field)


def test_what_says_nothing_is_refused(room: Desk) -> None:
    assert refused(room, rules.Summarise("i1", Told("  ")), "reporter").code == "report.field-empty"
    assert refused(room, rules.StateLoss("i1", (LossLine(Told("")),)), "reporter").facts == {"field": "lines.0.what"}
    twice = rules.ChoosePhotos("i1", (Photo("m1"), Photo("m2"), Photo("m1")))
    assert refused(room, twice, "reporter").facts["field"] == "photos.2.medium"
    early = rules.ChoosePhotos("i1", (Photo("m1"), Photo("m2", None, minutes(600_000))))
    assert refused(room, early, "reporter").facts["field"] == "photos.1.taken_at"

    late = rules.StateVolunteers("i1", minutes(60 * 24))
    assert refused(room, late, "reporter").code == "report.time-unlikely"
    dear = rules.StateLoss("i1", (LossLine(Told("meja"), price_rp=5), LossLine(Told("gunung"), 1e9, "kg", 10**15)))
    assert refused(room, dear, "reporter").facts == {"field": "lines.1.amount_rp"}


def test_what_was_chosen_keeps_its_order_and_when_it_was_taken(room: Desk) -> None:
    chosen = (Photo("m2", Told("Dapur"), minutes(20)), Photo("m1"))
    take(room, rules.ChoosePhotos("i1", chosen), "reporter", at=minutes(130), received=minutes(130))
    said = report(room).photos
    assert said is not None
    assert [(one.medium, one.caption) for one in said.photos] == [("m2", "Dapur"), ("m1", None)]
    assert said.photos[0].taken_at is not None
    assert datetime.fromisoformat(said.photos[0].taken_at) == minutes(20)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_section_said_again_replaces_the_former_in_any_order_of_arrival(room: Desk, order: tuple[int, ...]) -> None:
    said = [(130, rules.StateCause("i1", "negligence")), (140, rules.StateCause("i1", "short-circuit"))]
    said.append((135, rules.StateCause("i1", "cigarette")))
    for n in order:
        take(room, said[n][1], "reporter", at=minutes(said[n][0]))
    cause = report(room).cause
    assert cause is not None
    assert cause.cause == "short-circuit"


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(SECTIONS) + 3)))
def test_sections_arriving_in_any_order_end_equal(order: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    store = SqliteStore(tmp_path_factory.mktemp("orders") / "a.db")
    desk = Desk(store, SLICES, vault_key=VAULT_KEY, services=PORT)
    fleet(desk)
    fire(desk)
    said = [
        *SECTIONS,
        rules.NoteVictim("i1", "v1", "direct", "light"),
        rules.NoteVictim("i1", "v1", "direct", "heavy"),
        rules.StrikeVictim("i1", "v1"),
    ]
    for n in order:
        desk.handle(said[n], ask("reporter", id=f"ask-{n}", at=minutes(130 + n), actor="pelapor"))
    row = report(desk)
    struck = order.index(len(said) - 1) > min(order.index(len(said) - 3), order.index(len(said) - 2))
    assert [one.outcome for one in row.people] == ([] if struck else ["heavy"])
    assert row.cause is not None
    assert (row.completeness, row.cause.thing, row.cause.at) == (1, "cable", "2026-03-07T15:11:00.000000+00:00")
    desk.close()


def test_persons_are_noted_by_reference_and_revealed_with_a_trace(room: Desk) -> None:
    take(room, rules.DescribeObject("i1", "house", owner=Personal("Pemilik Contoh")), "reporter")
    take(room, rules.NoteVictim("i1", "v1", "direct", "light", Personal("Warga Contoh")), "reporter")
    row = report(room)
    assert row.people[0].name is not None
    assert "Contoh" not in str(row)
    shown = rows(room.show("report.victims", OfIncident("i1"), ask("reporter")))
    assert {(one.kind, one.name) for one in shown} == {("owner", "Pemilik Contoh"), ("direct", "Warga Contoh")}
    with room.store.read() as tx:
        assert len(tx.rows("select 1 as x from vault_reading where purpose = 'report.victims i1'")) == 2
    assert not isinstance(room.show("report.victims", OfIncident("i1"), ask("trainer")), Accepted)


def test_a_section_said_again_keeps_the_persons_it_does_not_name(room: Desk) -> None:
    take(room, rules.DescribeObject("i1", "house", owner=Personal("Pemilik Contoh")), "reporter", at=minutes(130))
    take(room, rules.DescribeObject("i1", "shop"), "reporter", at=minutes(131))
    take(room, rules.NoteVictim("i1", "v1", "direct", "light", Personal("Warga Contoh")), "reporter", at=minutes(130))
    take(room, rules.NoteVictim("i1", "v1", "direct", "heavy"), "reporter", at=minutes(131))
    shown = rows(room.show("report.victims", OfIncident("i1"), ask("reporter")))
    assert {(one.outcome, one.name) for one in shown} == {("", "Pemilik Contoh"), ("heavy", "Warga Contoh")}
    take(room, rules.StrikeVictim("i1", "v1"), "reporter", at=minutes(132))
    assert report(room).people == []
    assert [one.kind for one in rows(room.show("report.victims", OfIncident("i1"), ask("reporter")))] == ["owner"]


# ── what is wrong with it ────────────────────────────────────────────────────────────────────────────────────────────


def test_validation_names_code_and_field(room: Desk) -> None:
    written_down(room)
    assert codes(room) == set()
    odd = rules.CountVictims("i1", NOBODY, NOBODY, 1, 2, 0, None, 1, 2, 2, 2)
    take(room, odd, "reporter", at=minutes(140))
    take(room, rules.DescribeObject("i1", "house", building_m2=10.0, burnt_m2=11.0), "reporter", at=minutes(140))
    lines = (LossLine(Told("rumah"), 2.0, "m²", 100, 300),)
    take(room, rules.StateLoss("i1", lines), "reporter", at=minutes(140))
    take(room, rules.StateCause("i1", "under-investigation"), "reporter", at=minutes(140))
    assert {(gap.code, gap.field, gap.severity) for gap in report(room).validation} == {
        ("served-more-than-to-serve", "victims.served_victims", "stops"),
        ("burnt-more-than-building", "object.burnt_m2", "warns"),
        ("loss-basis-missing", "loss.basis", "stops"),
        ("loss-sum-differs", "loss.lines.0.amount_rp", "warns"),
        ("cause-open", "cause.cause", "warns"),
    }


def test_every_code_of_validation_has_its_words_and_every_word_its_code() -> None:
    source = inspect.getsource(checks)
    written = set(re.findall(r'Gap\("([a-z-]+)"', source)) | {"arrived-missing", "ready-missing"}
    written |= {f"{name}-missing" for kind in ("fire", "rescue", "medical", "") for name in checks.needed(about(kind))}
    assert {word.id for word in standards.report().gap} == written


def test_more_persons_noted_than_counted_are_pointed_out(room: Desk) -> None:
    written_down(room)
    take(room, rules.NoteVictim("i1", "v1", "direct", "dead"), "reporter", at=minutes(140))
    assert [(gap.code, gap.field) for gap in report(room).validation] == [
        ("victims-named-differ", "victims.citizens.dead")
    ]


def test_times_that_are_missing_or_out_of_order_are_pointed_out_and_stop_nothing(room: Desk) -> None:
    written_down(room)
    corrected(room, "ready-to-serve", None, 141, unit="BTG-1")
    corrected(room, "arrived", -5, 142, unit="BTG-1")
    take(room, rules.StateVolunteers("i1", minutes(3)), "reporter", at=minutes(143))
    assert {(gap.code, gap.field, gap.severity) for gap in report(room).validation} == {
        ("ready-missing", "jam.ready-to-serve", "warns"),
        ("times-odd", "jam.arrived", "warns"),
        ("volunteers-odd", "volunteers.first_action_at", "warns"),
    }
    assert listed(room)["i1"].response_s is None


# ── draft → checked → signed → final ─────────────────────────────────────────────────────────────────────────────────


def test_what_is_incomplete_cannot_be_checked(room: Desk) -> None:
    answer = refused(room, states.CheckReport("i1", **seen(room)), "reporter")
    assert (answer.code, answer.facts["n"]) == ("report.incomplete", 3)
    assert answer.facts["missing"] == "object-missing, cause-missing, victims-missing"


def test_a_report_is_checked_signed_and_made_final_by_three_people(room: Desk) -> None:
    written_down(room)
    signed(room)
    take(room, states.FinishReport("i1", **seen(room)), "administrator", actor="kadis", at=minutes(170))
    row = report(room)
    assert row.state == "final"
    assert [(one.step, one.actor, one.post) for one in row.steps] == [
        ("checked", "pelapor", ""),
        ("signed", "danton", "danton"),
        ("final", "kadis", ""),
    ]
    assert {(one.digest, one.content, one.current) for one in row.steps} == {(row.digest, row.content, True)}
    assert refused(room, states.SignReport("i1", **seen(room)), "commander").code == "report.not-now"


def test_the_same_person_signs_only_with_a_reason(room: Desk) -> None:
    written_down(room)
    checked(room)
    sign = states.SignReport("i1", **seen(room))
    answer = refused(room, sign, "commander", actor="pelapor")
    assert (answer.code, answer.overridable) == ("report.own-check", True)
    take(room, sign, "commander", actor="pelapor", override="malam, tidak ada perwira lain", at=minutes(160))
    assert report(room).steps[-1].reason == "malam, tidak ada perwira lain"
    finish = states.FinishReport("i1", **seen(room))
    assert refused(room, finish, "administrator", actor="pelapor").code == "report.own-signature"


def test_what_changed_since_it_was_seen_is_not_signed(room: Desk) -> None:
    written_down(room)
    before = seen(room)
    take(room, rules.StateCause("i1", "short-circuit"), "reporter", at=minutes(145))
    assert refused(room, states.CheckReport("i1", **before), "reporter").code == "report.changed-since"
    checked(room)
    assert refused(room, states.SignReport("i1", **before), "commander", actor="d").code == "report.changed-since"


def test_a_checked_report_that_changes_is_a_draft_again(room: Desk) -> None:
    written_down(room)
    checked(room)
    take(room, rules.StateCause("i1", "short-circuit"), "reporter", at=minutes(155))
    assert report(room).state == "draft"
    checked(room, 156)
    corrected(room, "arrived", 9, 157, unit="BTG-1")
    assert report(room).state == "draft"


def test_a_checked_report_is_given_back_with_a_reason(room: Desk) -> None:
    written_down(room)
    checked(room)
    take(room, states.ReturnReport("i1", Told("taksiran kurang")), "commander", at=minutes(155))
    assert report(room).state == "draft"
    assert report(room).steps[-1].reason == "taksiran kurang"
    signed(room)
    back = states.ReturnReport("i1", Told("x"))
    assert refused(room, back, "commander").code == "report.not-now"


def test_reopening_makes_a_draft_of_what_nobody_signed_and_a_notice_on_what_was(room: Desk) -> None:
    written_down(room)
    checked(room)
    take(room, ReopenIncident("i1", Told("asap lagi")), "dispatcher", at=minutes(160))
    assert report(room).state == "draft"
    assert "still-open" in codes(room, "stops")


def test_a_signed_report_of_a_reopened_incident_stays_signed_and_says_so(room: Desk) -> None:
    written_down(room)
    signed(room)
    take(room, ReopenIncident("i1", Told("asap lagi")), "dispatcher", at=minutes(170))
    assert (report(room).state, listed(room)["i1"].reopened) == ("signed", True)
    assert "reopened-after-signing" in codes(room, "warns")


# ── amendments ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_the_signature_a_change_needs_a_reason_and_both_values_stay(room: Desk) -> None:
    written_down(room)
    signed(room)
    more: dict[str, Any] = {"affected": 13, "families": 3, "displaced": 11, "shelter": Told("balai RT")}
    change = rules.CountVictims("i1", NOBODY, NOBODY, **more, to_serve_affected=13)
    answer = refused(room, change, "reporter", at=minutes(200))
    assert (answer.code, answer.facts["field"]) == ("report.amendment-needs-reason", "reason")
    named = rules.CountVictims("i1", NOBODY, NOBODY, **more, to_serve_affected=13, reason=Told("pendataan RT"))
    take(room, named, "reporter", at=minutes(200), actor="pelapor")
    found = {(one.number, one.path, one.old, one.new, one.reason, one.actor) for one in report(room).amendments}
    assert found == {
        (1, "victims.affected", 11, 13, "pendataan RT", "pelapor"),
        (1, "victims.to_serve_affected", 11, 13, "pendataan RT", "pelapor"),
        (1, "victims.to_serve_victims", 0, None, "pendataan RT", "pelapor"),
        (1, "victims.served_victims", 0, None, "pendataan RT", "pelapor"),
        (1, "victims.served_affected", 11, None, "pendataan RT", "pelapor"),
    }
    assert (report(room).state, listed(room)["i1"].amendments) == ("signed", 1)
    assert report(room).content != report(room).steps[-1].content


@pytest.mark.parametrize("blank", ["", "   ", "\t\n"])
def test_blanks_are_no_reason_for_an_amendment(room: Desk, blank: str) -> None:
    written_down(room)
    signed(room)
    change = rules.StateCause("i1", "short-circuit", reason=Told(blank))
    assert refused(room, change, "reporter").code == "report.amendment-needs-reason"
    assert report(room).amendments == []


def test_words_that_are_said_again_are_no_amendment_and_new_ones_show_both(room: Desk) -> None:
    written_down(room)
    signed(room)
    again = rules.DescribeObject("i1", "house", "timber", 96.0, 72.0, note=Told("dapur belakang"), reason=Told("-"))
    take(room, again, "reporter", at=minutes(190))
    assert report(room).amendments == []
    other = rules.DescribeObject("i1", "house", "timber", 96.0, 72.0, note=Told("dapur depan"), reason=Told("keliru"))
    take(room, other, "reporter", at=minutes(200))
    assert [(one.path, one.old, one.new) for one in report(room).amendments] == [
        ("object.note", "dapur belakang", "dapur depan")
    ]


def test_a_person_noted_or_struck_after_the_signature_is_an_amendment_without_a_name(room: Desk) -> None:
    written_down(room)
    signed(room)
    noted = rules.NoteVictim("i1", "v1", "direct", "light", Personal("Warga Contoh"), reason=Told("dari puskesmas"))
    take(room, noted, "reporter", at=minutes(200))
    take(room, rules.StrikeVictim("i1", "v1", Told("tercatat dua kali")), "reporter", at=minutes(210))
    found = report(room).amendments
    assert [(one.number, one.path, one.old, one.new) for one in found if "name" not in one.path] == [
        (1, "person.v1.kind", None, "direct"),
        (1, "person.v1.outcome", None, "light"),
        (2, "person.v1.kind", "direct", None),
        (2, "person.v1.outcome", "light", None),
    ]
    assert {one.number for one in found if one.path == "person.v1.name"} == {1, 2}
    assert "Warga" not in str(found)
    assert listed(room)["i1"].amendments == 2


def test_a_time_corrected_after_the_signature_is_an_amendment(room: Desk) -> None:
    written_down(room)
    corrected(room, "arrived", 9, 145, unit="BTG-1")
    signed(room)
    corrected(room, "ready-to-serve", 10, 200, unit="BTG-1", reason=Told("jurnal radio"))
    assert [(one.number, one.path, one.unit, one.reason) for one in report(room).amendments] == [
        (1, "jam.ready-to-serve", "BTG-1", "jurnal radio")
    ]
    assert report(room).amendments[0].old == "2026-03-07T13:11:00.000000+00:00"
    assert report(room).amendments[0].new == "2026-03-07T13:10:00.000000+00:00"
    assert listed(room)["i1"].amendments == 1
    assert [one.current for one in report(room).steps] == [False, False]
    assert report(room).steps[-1].content == report(room).content  # what was judged is still what was signed


SAYINGS = st.lists(
    st.tuples(
        st.integers(161, 180),
        st.sampled_from(["unknown", "negligence", "short-circuit"]),
        st.sampled_from(["", "cable", "stove"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SAYINGS)
def test_what_was_signed_and_its_amendments_give_what_holds_now_in_any_order_of_arrival(
    said: list[tuple[int, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = SqliteStore(tmp_path_factory.mktemp("amended") / "a.db")
    desk = Desk(store, SLICES, vault_key=VAULT_KEY, services=PORT)
    fleet(desk)
    fire(desk)
    written_down(desk)
    signed(desk)
    values: dict[str, Any] = {"cause.cause": "unknown", "cause.thing": "cable"}
    for at, cause, thing in said:
        change = rules.StateCause("i1", cause, thing=thing, reason=Told("baru diketahui"))
        take(desk, change, "reporter", at=minutes(at))
    for one in report(desk).amendments:
        assert one.old == values.get(one.path)
        values[one.path] = one.new
    now = report(desk).cause
    assert now is not None
    assert (values["cause.cause"], values["cause.thing"] or "") == (now.cause, now.thing)
    assert now.at == written(minutes(max(at for at, _, _ in said)))
    desk.close()


def test_erasing_a_word_breaks_no_signature(room: Desk) -> None:
    written_down(room)
    signed(room)
    before = seen(room)
    with room.store.read() as tx:
        row = tx.rows("select ref from vault_word where value = 'dapur belakang'")[0]
    take(room, EraseWords(row["ref"], Told("memuat nama")), "administrator", at=minutes(210))
    assert report(room).object is not None
    assert report(room).erased == ["object.note"]
    assert seen(room) == before


# ── inspections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_several_inspections_are_filed_with_their_forms_also_after_the_signature(room: Desk) -> None:
    written_down(room)
    signed(room)
    survey = states.FileInspection("i1", "p1", "pendataan", {"persons": "13", "insured": "no"}, {"aid": Told("tenda")})
    take(room, survey, "reporter", at=minutes(300))
    take(room, states.FileInspection("i1", "q1", "investigasi", {"heat": "electrical"}), "commander", at=minutes(400))
    again = states.FileInspection("i1", "p1", "pendataan", {"persons": "14"}, {"aid": Told("tenda, beras")})
    take(room, again, "reporter", at=minutes(500))
    found = report(room).inspections
    assert [(one.inspection, one.form, one.answers, one.texts) for one in found] == [
        ("q1", "investigasi", {"heat": "electrical"}, {}),
        ("p1", "pendataan", {"persons": "14"}, {"aid": "tenda, beras"}),
    ]
    assert report(room).amendments == []


@pytest.mark.parametrize(
    ("form", "answers", "texts", "code", "field"),
    [
        ("pendataan", {"colour": "red"}, {}, "report.unknown-code", "answers.colour"),
        ("pendataan", {"persons": "many"}, {}, "report.unknown-code", "answers.persons"),
        ("inspeksi", {"exits": "wide"}, {}, "report.unknown-code", "answers.exits"),
        ("inspeksi", {"access": "perhaps"}, {}, "report.unknown-code", "answers.access"),
        ("investigasi", {}, {"heat": "panas"}, "report.field-unknown", "texts.heat"),
    ],
)
def test_answers_are_those_of_the_form(
    room: Desk, form: Any, answers: dict[str, str], texts: dict[str, str], code: str, field: str
) -> None:
    words = {name: Told(text) for name, text in texts.items()}
    answer = refused(room, states.FileInspection("i1", "p1", form, answers, words), "reporter")
    assert (answer.code, answer.facts["field"]) == (code, field)


def test_a_filed_form_stays_of_its_kind(room: Desk) -> None:
    take(room, states.FileInspection("i1", "p1", "pendataan"), "reporter")
    assert refused(room, states.FileInspection("i1", "p1", "inspeksi"), "reporter").code == "report.form-differs"


# ── the tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_a_report_is_the_same_after_a_rebuild_on_both_stores(address: str, open_desk: Any) -> None:
    desk = open_desk(open_store(address), SLICES, services=PORT)
    fleet(desk)
    fire(desk)
    written_down(desk)
    signed(desk)
    take(desk, rules.StateCause("i1", "short-circuit", reason=Told("hasil lab")), "reporter", at=minutes(200))
    corrected(desk, "ready-to-serve", 10, 210, unit="BTG-1")
    with desk.store.read() as tx:
        value = tx.rows("select * from report_value")[0]
    before = report(desk), listed(desk), value
    assert (value["loss_rp"], value["affected"], value["cause"], value["water_l"]) == (
        88_800_000,
        11,
        "short-circuit",
        7400,
    )
    desk.rebuild(["report"])
    with desk.store.read() as tx:
        assert (report(desk), listed(desk), tx.rows("select * from report_value")[0]) == before
    assert [one.path for one in report(desk).amendments] == ["cause.cause", "cause.thing", "jam.ready-to-serve"]
