"""Which unit goes where: fleet, status, proposals, assignments, clocks, other agencies."""

from collections.abc import Callable
from typing import Any

from ...kernel.desk import TIMER
from ...kernel.fields import All
from ...kernel.owned import owned, owner
from ...kernel.records import Ask, Decision
from ...kernel.slice import Does, Shows, Slice, Takes
from ..field import events as field
from ..intake import events as intake
from ..paper.events import SlipEntered
from ..places.events import ObjectRegistered, ObjectRemoved, RoadClosed, RoadReopened
from ..warning.events import WarningCancelled, WarningIssued, WarningUpdated
from . import events, rules, tables
from .rules import shift as shifts
from .tables import fleet, guidance, heat, incidents, proposal, scene, shift, views
from .tables.incidents import journalled, noted

DESK = ("call-taker", "dispatcher", "shift-leader")
SENDERS = ("dispatcher", "shift-leader")
SCENE = ("dispatcher", "shift-leader", "crew", "commander")
TRAIL_READERS = ("dispatcher", "shift-leader", "commander")  # where a vehicle was says where its crew was
KEEPERS = ("shift-leader", "planner", "administrator")
READERS = (*DESK, "crew", "commander", "reporter", "trainer", "planner", "coordinator", "administrator")

_INCIDENTS = (
    "dispatch_incident",
    "dispatch_clock",
    "dispatch_sent",
    "dispatch_unit",
    "dispatch_other",
    "vault_erasure",
)
_UNITS = ("dispatch_unit", "dispatch_agency", "dispatch_station", "dispatch_tracker", "dispatch_position")
_WAY = (*_UNITS, "dispatch_incident", "dispatch_closure")
_TRAILS = ("dispatch_track", "dispatch_tracker", "dispatch_unit")
_ADVICE = (*_WAY, "dispatch_run_card", "dispatch_object", "vault_erasure")


def _ours(load: Callable[..., Any], rule: Callable[[Any, Any, Ask], Decision]) -> tuple[Any, Any]:
    """Load and rule of an order about what only the node that owns it decides."""
    return owner(load, {"incident": "dispatch_incident", "unit": "dispatch_unit"}), owned(rule)


SLICE = Slice(
    name="dispatch",
    events=(
        events.AgencyRegistered,
        events.StationRegistered,
        events.UnitRegistered,
        events.UnitWithdrawn,
        events.TrackerLinked,
        events.PersonEntered,
        events.CrewSet,
        events.RunCardSet,
        events.RunCardRemoved,
        events.UnitsDispatched,
        events.UnitPulled,
        events.UnitCancelled,
        events.DispatchUnanswered,
        events.AlarmTaken,
        events.AlarmLevelRaised,
        events.UnitStatusReported,
        events.UnitMoved,
        events.MarkSet,
        events.TimeCorrected,
        events.TripRecorded,
        events.OtherStepped,
        events.IncidentClosed,
        events.ShiftHandoverOpened,
        events.ShiftHandoverConfirmed,
        events.ShiftHandoverWithdrawn,
    ),
    commands={
        rules.RegisterAgency: Does("administrator", fleet.agency, rules.register_agency),
        rules.RegisterStation: Does("administrator", fleet.station, rules.register_station),
        rules.RegisterUnit: Does(("administrator", "shift-leader"), fleet.registering, rules.register_unit),
        rules.WithdrawUnit: Does("administrator", fleet.known_unit, rules.withdraw_unit),
        rules.LinkTracker: Does(("administrator", "shift-leader"), fleet.linking, rules.link_tracker),
        rules.EnterPerson: Does(("administrator", "shift-leader"), fleet.entering, rules.enter_person),
        rules.SetCrew: Does(("shift-leader", "dispatcher", "crew"), *_ours(fleet.setting_crew, rules.set_crew)),
        rules.SetRunCard: Does(KEEPERS, fleet.setting_card, rules.set_run_card),
        rules.RemoveRunCard: Does(KEEPERS, fleet.removing_card, rules.remove_run_card),
        rules.Dispatch: Does(SENDERS, *_ours(incidents.sending, rules.dispatch)),
        rules.SwapUnit: Does(SENDERS, *_ours(incidents.sending, rules.swap_unit)),
        rules.CancelUnit: Does((*SENDERS, "commander"), *_ours(incidents.sending, rules.cancel_unit)),
        rules.ReportStatus: Does((*SCENE, "call-taker"), fleet.reporting, rules.report_status, observation=True),
        rules.RemindUnanswered: Does(TIMER, fleet.known_unit, rules.remind_unanswered),
        rules.TakeAlarm: Does((*SCENE, "call-taker"), incidents.alarm, rules.take_alarm),
        rules.RaiseLevel: Does(SCENE, *_ours(incidents.sending, rules.raise_level)),
        rules.MoveUnit: Does(SENDERS, *_ours(fleet.moving, rules.move_unit)),
        rules.SetMark: Does(SCENE, *_ours(incidents.clock, rules.set_mark)),
        rules.CorrectTime: Does((*SENDERS, "reporter"), *_ours(incidents.clock, rules.correct_time)),
        rules.RecordTrip: Does((*DESK, "reporter"), *_ours(incidents.copying, rules.record_trip)),
        rules.StepOther: Does((*SCENE, "call-taker"), *_ours(incidents.other, rules.step_other)),
        rules.CloseIncident: Does(SENDERS, *_ours(incidents.closing, rules.close_incident)),
        shifts.OpenShiftHandover: Does(DESK, shift.handing, shifts.open_shift_handover),
        shifts.ConfirmShiftHandover: Does(DESK, shift.handing, shifts.confirm_shift_handover),
        shifts.WithdrawShiftHandover: Does(DESK, shift.handing, shifts.withdraw_shift_handover),
    },
    projections={
        events.AgencyRegistered: fleet.agency_registered,
        events.StationRegistered: fleet.station_registered,
        events.UnitRegistered: fleet.unit_registered,
        events.UnitWithdrawn: fleet.unit_withdrawn,
        events.TrackerLinked: fleet.tracker_linked,
        events.PersonEntered: fleet.person_entered,
        events.CrewSet: fleet.crew_set,
        events.RunCardSet: fleet.run_card_set,
        events.RunCardRemoved: fleet.run_card_removed,
        events.UnitMoved: fleet.unit_moved,
        RoadClosed: fleet.road_closed,
        RoadReopened: fleet.road_reopened,
        ObjectRegistered: fleet.object_registered,
        ObjectRemoved: fleet.object_removed,
        intake.IncidentOpened: journalled(incidents.incident_opened),
        intake.IncidentClassified: journalled(incidents.incident_classified),
        intake.QuestionAnswered: journalled(noted),
        intake.LifeAtRisk: journalled(incidents.life_at_risk),
        intake.NeedsSharpened: journalled(incidents.needs_sharpened),
        intake.PlaceCorrected: journalled(incidents.place_corrected),
        intake.FireFirstSeen: journalled(incidents.fire_first_seen),
        intake.CallLinked: journalled(incidents.call_linked),
        intake.CallUnlinked: journalled(noted),
        intake.IncidentNoted: journalled(noted),
        intake.IncidentCancelled: journalled(incidents.incident_cancelled),
        intake.IncidentReopened: journalled(incidents.incident_reopened),
        intake.ExerciseMarked: journalled(incidents.exercise_marked),
        SlipEntered: journalled(noted),
        WarningIssued: journalled(noted),
        WarningUpdated: journalled(noted),
        WarningCancelled: journalled(noted),
        events.UnitsDispatched: journalled(incidents.units_dispatched),
        events.UnitPulled: journalled(incidents.unit_pulled),
        events.UnitCancelled: journalled(incidents.unit_cancelled),
        events.DispatchUnanswered: journalled(incidents.dispatch_unanswered),
        events.AlarmTaken: incidents.alarm_taken,
        events.AlarmLevelRaised: journalled(incidents.alarm_level_raised),
        events.UnitStatusReported: incidents.unit_status_reported,
        events.MarkSet: journalled(incidents.mark_set),
        events.TimeCorrected: journalled(incidents.time_corrected),
        events.TripRecorded: journalled(incidents.trip_recorded),
        events.OtherStepped: journalled(incidents.other_stepped),
        events.IncidentClosed: journalled(incidents.incident_closed),
        events.ShiftHandoverOpened: shift.opened,
        events.ShiftHandoverConfirmed: shift.confirmed,
        events.ShiftHandoverWithdrawn: shift.withdrawn,
        field.CrewFormed: scene.crew_formed,
        field.CrewEntered: scene.crew_entered,
        field.CrewLeft: scene.crew_left,
        field.ConflictResolved: scene.conflict_resolved,
        field.MaydayCalled: scene.mayday_called,
        field.MaydayEnded: scene.mayday_ended,
    },
    readings={events.UnitPosition: Takes((*SCENE, "tracker"), fleet.take_position)},
    views={
        "board": Shows(READERS, views.BoardQuery, views.board, reads=("dispatch_unit", "dispatch_incident")),
        "positions": Shows(READERS, All, views.positions, reads=("dispatch_position", "dispatch_tracker")),
        "stations": Shows(READERS, All, views.stations, reads=("dispatch_station",)),
        "agencies": Shows(READERS, All, views.agencies, reads=("dispatch_agency",)),
        "incidents": Shows(READERS, views.IncidentsQuery, views.incidents, reads=_INCIDENTS),
        "incident": Shows(READERS, views.OneQuery, views.one_incident, reads=_INCIDENTS),
        "journal": Shows(READERS, views.OneQuery, views.journal, reads=("dispatch_journal", "vault_erasure")),
        "alarms": Shows(READERS, All, views.alarms, reads=("dispatch_alarm", "dispatch_incident")),
        "people": Shows(READERS, All, views.people, reads=("dispatch_person",)),
        "run-cards": Shows(READERS, All, views.run_cards, reads=("dispatch_run_card",)),
        "dropped": Shows(("administrator", "shift-leader"), All, views.dropped, reads=("dispatch_dropped",)),
        "shift-handover": Shows(DESK, All, shift.shift_handover, reads=shift.READS),
        "proposal": Shows(READERS, proposal.ProposalQuery, proposal.proposal, reads=_ADVICE, live=True),
        "waiting": Shows(READERS, proposal.WaitingQuery, proposal.waiting, reads=_ADVICE, live=True),
        "cover": Shows(READERS, heat.CoverQuery, heat.cover, reads=_WAY, live=True),
        "trails": Shows(TRAIL_READERS, heat.TrailsQuery, heat.trails, reads=_TRAILS, live=True),
        "route": Shows(READERS, guidance.RouteQuery, guidance.route, reads=_WAY, live=True),
        "suggestions": Shows(READERS, guidance.SuggestionsQuery, guidance.suggestions, reads=_WAY, live=True),
    },
    schema=tables.SCHEMA,
    kept=tables.KEPT,
)
