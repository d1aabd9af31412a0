"""Procedures: versioned cards, which one applies now, what was done of it and what that says about the card."""

from ...kernel.fields import All
from ...kernel.slice import Does, Shows, Slice
from ..dispatch import events as dispatch
from ..field import events as field
from ..intake import events as intake
from ..places import events as places
from . import events, rules
from .tables import cards, incidents, projections
from .tables.schema import SCHEMA

DESK = ("call-taker", "dispatcher", "shift-leader")
SCENE = (*DESK, "crew", "commander")
WRITERS = ("planner", "trainer", "administrator")
APPROVERS = ("planner", "administrator", "shift-leader", "commander")
READERS = (*SCENE, "reporter", "trainer", "planner", "coordinator", "administrator")
STUDENTS = ("reporter", "trainer", "planner", "coordinator", "administrator", "shift-leader", "commander")

_CARDS = ("sop_card", "sop_version", "vault_erasure")
_AT_INCIDENT = (*_CARDS, "sop_incident", "sop_object", "sop_step", "sop_used")

SLICE = Slice(
    name="sop",
    events=(
        events.CardSaved,
        events.CardApproved,
        events.CardPublished,
        events.CardWithdrawn,
        events.CardRead,
        events.CardOpened,
        events.StepReported,
    ),
    commands={
        rules.SaveCard: Does(WRITERS, cards.saving, rules.save_card),
        rules.ApproveCard: Does(APPROVERS, cards.version, rules.approve_card),
        rules.PublishCard: Does(APPROVERS, cards.version, rules.publish_card),
        rules.WithdrawCard: Does(APPROVERS, cards.holds, rules.withdraw_card),
        rules.ConfirmRead: Does(READERS, cards.read_before, rules.confirm_read),
        rules.OpenCard: Does(SCENE, incidents.opening, rules.open_card),
        rules.ReportStep: Does(SCENE, incidents.step, rules.report_step, observation=True),
    },
    projections={
        events.CardSaved: projections.card_saved,
        events.CardApproved: projections.card_approved,
        events.CardPublished: projections.card_published,
        events.CardWithdrawn: projections.card_withdrawn,
        events.CardRead: projections.card_read,
        events.CardOpened: projections.card_opened,
        events.StepReported: projections.step_reported,
        intake.IncidentOpened: projections.incident_opened,
        intake.IncidentClassified: projections.incident_classified,
        intake.LifeAtRisk: projections.life_at_risk,
        intake.NeedsSharpened: projections.needs_sharpened,
        intake.PlaceCorrected: projections.place_corrected,
        intake.ExerciseMarked: projections.exercise_marked,
        intake.IncidentCancelled: projections.incident_over,
        intake.IncidentReopened: projections.incident_reopened,
        dispatch.AlarmLevelRaised: projections.alarm_level_raised,
        dispatch.IncidentClosed: projections.incident_over,
        field.HandoverOpened: projections.handover_opened,
        places.ObjectRegistered: projections.object_registered,
        places.ObjectRemoved: projections.object_removed,
    },
    views={
        "cards": Shows(READERS, All, cards.library, reads=(*_CARDS, "sop_read")),
        "card": Shows(READERS, cards.CardQuery, cards.card, reads=_CARDS),
        "to-read": Shows(READERS, All, cards.to_read, reads=(*_CARDS, "sop_read"), scoped=True),
        "held": Shows(READERS, All, incidents.held, reads=_CARDS),
        "at-incident": Shows(READERS, incidents.OfIncident, incidents.at_incident, reads=_AT_INCIDENT),
        "compliance": Shows(STUDENTS, incidents.Period, incidents.compliance, reads=_AT_INCIDENT),
    },
    schema=SCHEMA,
)
