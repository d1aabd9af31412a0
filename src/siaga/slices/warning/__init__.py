"""Warning the public about an incident: what a person issued, replaced and took back, as CAP 1.2 tells it."""

from ...kernel.owned import owned, owner
from ...kernel.slice import Does, Shows, Slice
from ..dispatch import events as dispatch
from ..intake import events as intake
from ..paper import events as paper
from . import events, rules, tables

WARNERS = ("shift-leader", "administrator")
READERS = (
    *("call-taker", "dispatcher", "shift-leader", "crew", "commander"),
    *("reporter", "trainer", "planner", "coordinator", "administrator"),
)
_SHOWN = ("warning_message", "warning_incident", "vault_erasure")
_KNOWN = owner(tables.known, {"incident": "warning_incident"})

SLICE = Slice(
    name="warning",
    events=(events.WarningIssued, events.WarningUpdated, events.WarningCancelled),
    commands={
        rules.IssueWarning: Does(WARNERS, _KNOWN, owned(rules.issue_warning)),
        rules.UpdateWarning: Does(WARNERS, _KNOWN, owned(rules.update_warning)),
        rules.CancelWarning: Does(WARNERS, _KNOWN, owned(rules.cancel_warning)),
    },
    projections={
        intake.IncidentOpened: tables.incident_opened,
        intake.ExerciseMarked: tables.exercise_marked,
        intake.IncidentCancelled: tables.incident_over,
        intake.IncidentReopened: tables.incident_reopened,
        dispatch.IncidentClosed: tables.incident_over,
        dispatch.AgencyRegistered: tables.agency_registered,
        paper.LetterheadSet: tables.letterhead_set,
        events.WarningIssued: tables.warning_issued,
        events.WarningUpdated: tables.warning_updated,
        events.WarningCancelled: tables.warning_cancelled,
    },
    views={
        "of-incident": Shows(READERS, tables.OfIncident, tables.of_incident, reads=_SHOWN),
        "standing": Shows(READERS, tables.Standing, tables.standing, reads=_SHOWN),
    },
    schema=tables.SCHEMA,
)
