"""From the first ring to an open incident: calls, where, what, who is in danger, duplicates."""

from collections.abc import Callable
from typing import Any

from ...kernel.fields import All
from ...kernel.owned import owned, owner
from ...kernel.records import Ask, Decision
from ...kernel.slice import Does, Shows, Slice
from ..dispatch.events import AgencyRegistered, IncidentClosed
from . import events, rules, tables

DESK = ("call-taker", "dispatcher", "shift-leader")
SCENE = (*DESK, "crew", "commander")
READERS = (*SCENE, "reporter", "trainer", "planner", "coordinator", "administrator")


def _ours(load: Callable[..., Any], rule: Callable[[Any, Any, Ask], Decision]) -> tuple[Any, Any]:
    """Load and rule of what is said of an incident where it was opened: a command car holds only its field part."""
    return owner(load, {"incident": "intake_incident"}), owned(rule)


SLICE = Slice(
    name="intake",
    events=(
        events.CallTaken,
        events.CallerNoted,
        events.CallHeld,
        events.CallBackWanted,
        events.CalledBack,
        events.RecordingLinked,
        events.CallerAdvised,
        events.CallSettled,
        events.PrankSuspected,
        events.UnclearPlaceNoted,
        events.IncidentOpened,
        events.IncidentClassified,
        events.QuestionAnswered,
        events.LifeAtRisk,
        events.NeedsSharpened,
        events.PlaceCorrected,
        events.FireFirstSeen,
        events.CallLinked,
        events.CallUnlinked,
        events.IncidentNoted,
        events.IncidentCancelled,
        events.IncidentReopened,
        events.ExerciseMarked,
    ),
    commands={
        rules.TakeCall: Does(DESK, tables.known_call, rules.take_call),
        rules.NoteCaller: Does(DESK, tables.known_call, rules.note_caller),
        rules.HoldCall: Does(DESK, tables.known_call, rules.hold_call),
        rules.WantCallBack: Does(DESK, tables.known_call, rules.want_call_back),
        rules.CallBack: Does(DESK, tables.known_call, rules.call_back),
        rules.LinkRecording: Does(DESK, tables.known_call, rules.link_recording),
        rules.AdviseCaller: Does(DESK, tables.known_call, rules.advise_caller),
        rules.SettleCall: Does(DESK, tables.known_call, rules.settle_call),
        rules.SuspectPrank: Does(DESK, tables.known_call, rules.suspect_prank),
        rules.NoteUnclearPlace: Does(DESK, tables.known_call, rules.note_unclear_place),
        rules.OpenIncident: Does(SCENE, tables.opening, rules.open_incident),
        rules.Classify: Does(SCENE, *_ours(tables.typed, rules.classify)),
        rules.AnswerQuestion: Does(DESK, *_ours(tables.asked, rules.answer_question)),
        rules.CorrectPlace: Does(SCENE, *_ours(tables.known_incident, rules.correct_place)),
        rules.NoteFireSeen: Does((*DESK, "reporter"), *_ours(tables.known_incident, rules.note_fire_seen)),
        rules.LinkCall: Does(DESK, *_ours(tables.known_both, rules.link_call)),
        rules.UnlinkCall: Does(DESK, *_ours(tables.known_both, rules.unlink_call)),
        rules.NoteIncident: Does((*SCENE, "reporter"), tables.known_incident, rules.note_incident),
        rules.CancelIncident: Does(("dispatcher", "shift-leader"), *_ours(tables.cancelling, rules.cancel_incident)),
        rules.ReopenIncident: Does(
            ("dispatcher", "shift-leader"), *_ours(tables.known_incident, rules.reopen_incident)
        ),
        rules.MarkExercise: Does(
            ("dispatcher", "shift-leader", "trainer"), *_ours(tables.known_incident, rules.mark_exercise)
        ),
    },
    projections={
        AgencyRegistered: tables.agency_registered,
        events.CallTaken: tables.call_taken,
        events.CallerNoted: tables.caller_noted,
        events.CallHeld: tables.call_held,
        events.CallBackWanted: tables.call_back_wanted,
        events.CalledBack: tables.called_back,
        events.RecordingLinked: tables.recording_linked,
        events.CallerAdvised: tables.caller_advised,
        events.CallSettled: tables.call_settled,
        events.PrankSuspected: tables.prank_suspected,
        events.UnclearPlaceNoted: tables.unclear_place_noted,
        events.IncidentOpened: tables.incident_opened,
        events.IncidentClassified: tables.incident_classified,
        events.QuestionAnswered: tables.question_answered,
        events.LifeAtRisk: tables.life_at_risk,
        events.PlaceCorrected: tables.place_corrected,
        events.FireFirstSeen: tables.fire_first_seen,
        events.CallLinked: tables.call_linked,
        events.CallUnlinked: tables.call_unlinked,
        events.IncidentCancelled: tables.incident_cancelled,
        events.IncidentReopened: tables.incident_reopened,
        IncidentClosed: tables.incident_closed,
        events.ExerciseMarked: tables.exercise_marked,
        **dict.fromkeys(tables.TOLD, tables.scene_told),
    },
    views={
        "standards": Shows(READERS, All, tables.all_standards, live=True),
        "calls": Shows(READERS, tables.CallsQuery, tables.calls, reads=("intake_call", "vault_erasure")),
        "caller": Shows(DESK, tables.CallerQuery, tables.caller, reads=("intake_call",), reveals=True),
        "incidents": Shows(
            READERS,
            tables.IncidentsQuery,
            tables.incidents,
            reads=("intake_incident", "intake_call", "intake_answer", "vault_erasure"),
        ),
        "incident": Shows(
            READERS,
            tables.OneQuery,
            tables.one_incident,
            reads=("intake_incident", "intake_call", "intake_answer", "vault_erasure"),
        ),
        "duplicates": Shows(DESK, tables.DuplicatesQuery, tables.duplicates, reads=("intake_incident",)),
        "choices": Shows(DESK, tables.ChoicesQuery, tables.choices, reads=("intake_incident",)),
    },
    schema=tables.SCHEMA,
)
