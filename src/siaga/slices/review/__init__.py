"""Looking back: findings and who follows them up, whether the change worked, lessons for others."""

from ...kernel.fields import All
from ...kernel.slice import Does, Shows, Slice
from ..dispatch import events as dispatch
from ..intake import events as intake
from ..places import events as places
from ..report import events as report
from . import events, rules
from .tables import loads, projections, views
from .tables.schema import SCHEMA

DESK = ("call-taker", "dispatcher", "shift-leader")
READERS = (*DESK, "crew", "commander", "reporter", "trainer", "planner", "coordinator", "administrator")
WITNESSES = (*DESK, "crew", "commander", "reporter", "trainer", "planner", "administrator")
LEADERS = ("shift-leader", "commander", "trainer", "planner", "administrator")
SHARERS = ("shift-leader", "trainer", "planner", "coordinator", "administrator")
TRACKERS = ("dispatcher", "shift-leader", "commander")  # where a vehicle was says where its crew was

_SIMILAR = (
    "review_incident",
    "review_object",
    "dispatch_incident",
    "dispatch_clock",
    "dispatch_sent",
    "dispatch_entered",
)
_FINDINGS = ("review_finding", "review_check", "review_incident", "review_lesson", "vault_erasure")

SLICE = Slice(
    name="review",
    events=(
        events.ReviewOpened,
        events.FindingRecorded,
        events.FindingWithdrawn,
        events.FindingAssigned,
        events.ChangeProposed,
        events.ChangeMade,
        events.FindingChecked,
        events.FindingClosed,
        events.LessonShared,
    ),
    commands={
        rules.OpenReview: Does(WITNESSES, loads.known, rules.open_review),
        rules.RecordFinding: Does(WITNESSES, loads.known, rules.record_finding),
        rules.WithdrawFinding: Does(LEADERS, loads.known, rules.withdraw_finding),
        rules.AssignFinding: Does(LEADERS, loads.known, rules.assign_finding),
        rules.ProposeChange: Does(LEADERS, loads.known, rules.propose_change),
        rules.MakeChange: Does(LEADERS, loads.known, rules.make_change),
        rules.CheckFinding: Does(LEADERS, loads.known, rules.check_finding),
        rules.CloseFinding: Does(LEADERS, loads.known, rules.close_finding),
        rules.ShareLesson: Does(SHARERS, loads.sharing, rules.share_lesson),
    },
    projections={
        intake.IncidentOpened: projections.incident_opened,
        intake.IncidentClassified: projections.incident_classified,
        intake.NeedsSharpened: projections.needs_sharpened,
        intake.PlaceCorrected: projections.place_corrected,
        intake.ExerciseMarked: projections.exercise_marked,
        intake.IncidentCancelled: projections.incident_cancelled,
        intake.IncidentReopened: projections.incident_reopened,
        intake.CallLinked: projections.call_linked,
        intake.CallUnlinked: projections.call_unlinked,
        intake.CallerNoted: projections.caller_noted,
        dispatch.AlarmLevelRaised: projections.alarm_level_raised,
        dispatch.UnitsDispatched: projections.units_dispatched,
        dispatch.IncidentClosed: projections.incident_closed,
        places.ObjectRegistered: projections.object_registered,
        places.ObjectRemoved: projections.object_removed,
        report.ObjectDescribed: projections.object_described,
        report.VictimNoted: projections.victim_noted,
        events.ReviewOpened: projections.review_opened,
        events.FindingRecorded: projections.finding_recorded,
        events.FindingWithdrawn: projections.finding_withdrawn,
        events.FindingAssigned: projections.finding_assigned,
        events.ChangeProposed: projections.change_proposed,
        events.ChangeMade: projections.change_made,
        events.FindingChecked: projections.finding_checked,
        events.FindingClosed: projections.finding_closed,
        events.LessonShared: projections.lesson_shared,
    },
    views={
        "list": Shows(READERS, All, views.listed, reads=("review_incident", "review_finding")),
        "review": Shows(READERS, views.OfIncident, views.review, reads=_FINDINGS),
        "open-findings": Shows(READERS, All, views.open_findings, reads=_FINDINGS),
        "to-check": Shows(READERS, All, views.to_check, reads=_FINDINGS),
        "similar": Shows(READERS, views.OfIncident, views.similar, reads=_SIMILAR),
        "decisions": Shows(READERS, views.OfIncident, views.decisions, reads=("review_decision", "vault_erasure")),
        "tracks": Shows(TRACKERS, views.OfIncident, views.tracks, reads=("review_track",)),
        "lessons": Shows(READERS, All, views.lessons, reads=("review_lesson", "vault_erasure")),
    },
    schema=SCHEMA,
)
