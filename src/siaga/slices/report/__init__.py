"""After the incident: the report that people judge, check, sign and amend."""

from collections.abc import Callable
from typing import Any

from ...kernel.desk import TIMER
from ...kernel.fields import All
from ...kernel.owned import owned, owner
from ...kernel.records import Ask, Decision
from ...kernel.slice import Does, Shows, Slice
from ..dispatch import events as dispatch
from ..intake import events as intake
from ..places import events as places
from . import events, rules
from .rules import checks, history, states
from .rules import figures as figure_rules
from .tables import changes, crews, judged, loads, projections, rows, views
from .tables.figures import calendar, control, parts, public, questions, reading, spm, unsent
from .tables.figures import history as recorded_figures
from .tables.figures import projections as figure_projections
from .tables.figures import schema as figure_schema
from .tables.schema import SCHEMA

WRITERS = ("reporter", "shift-leader", "commander", "administrator")
SIGNERS = ("commander", "shift-leader")
HEADS = ("administrator", "coordinator")
READERS = (*WRITERS, "planner", "trainer", "coordinator")
SENDERS = ("reporter", "planner", *HEADS)
NAMES = ("reporter", "administrator", "commander")

RESPONSES = ("dispatch_incident", "dispatch_clock", "dispatch_sent", "dispatch_entered")
"""What the port `Responses` reads: views that use it name these."""
_FILES = ("report_file", "vault_erasure", *RESPONSES)
_REPORT = (*_FILES, "report_crew", "report_section", "report_said", "report_step", "report_change")
_FIGURES = (*RESPONSES, "report_file", "report_value", "vault_erasure", *figure_schema.TABLES)
_ASKED = (*_FIGURES, *figure_schema.ASKED)


def _ours(load: Callable[..., Any], rule: Callable[[Any, Any, Ask], Decision]) -> tuple[Any, Any]:
    """Load and rule about an incident that this node owns."""
    return owner(load, {"incident": "report_file"}), owned(rule)


def _says(rule: Callable[[Any, Any, Ask], Decision] = rules.say) -> Does:
    return Does(WRITERS, *_ours(loads.known, rule))


SLICE = Slice(
    name="report",
    events=(
        *projections.OWN,
        events.VictimNoted,
        events.VictimStruck,
        events.InspectionFiled,
        events.HistoryKept,
        events.ReportChecked,
        events.ReportReturned,
        events.ReportSigned,
        events.ReportFinished,
        events.CountingRulesChosen,
        events.QualityStated,
        events.FiguresPublished,
        events.QuarterReminded,
        events.QuarterSent,
    ),
    commands={
        rules.DescribeObject: _says(),
        rules.StateCause: _says(),
        rules.StateLoss: _says(rules.state_loss),
        rules.CountVictims: _says(),
        rules.NoteVictim: _says(),
        rules.StrikeVictim: _says(rules.strike_victim),
        rules.StateWater: _says(),
        rules.StateObstacles: _says(),
        rules.StateVolunteers: _says(rules.state_volunteers),
        rules.Summarise: _says(rules.summarise),
        rules.ChoosePhotos: _says(rules.choose_photos),
        states.FileInspection: Does(WRITERS, *_ours(loads.filing, states.file_inspection)),
        history.KeepHistory: Does("administrator", *_ours(loads.known, history.keep_history)),
        states.CheckReport: _says(states.check_report),
        states.ReturnReport: Does((*WRITERS, "coordinator"), *_ours(loads.known, states.return_report)),
        states.SignReport: Does(SIGNERS, *_ours(loads.known, states.sign_report)),
        states.FinishReport: Does(HEADS, *_ours(loads.known, states.finish_report)),
        figure_rules.ChooseCountingRules: Does(HEADS, reading.counting, figure_rules.choose_counting_rules),
        figure_rules.PublishFigures: Does("administrator", reading.published, figure_rules.publish_figures),
        figure_rules.StateQuality: Does(SENDERS, reading.quarter, figure_rules.state_quality),
        figure_rules.RecordSending: Does(SENDERS, reading.quarter, figure_rules.record_sending),
        figure_rules.RemindOfQuarter: Does(TIMER, reading.quarter, figure_rules.remind_of_quarter),
    },
    projections={
        **dict.fromkeys(projections.OWN, projections.section_said),
        events.VictimNoted: projections.victim_noted,
        events.VictimStruck: projections.victim_struck,
        events.InspectionFiled: projections.inspection_filed,
        events.HistoryKept: projections.history_kept,
        events.ReportChecked: projections.report_checked,
        events.ReportReturned: projections.report_returned,
        events.ReportSigned: projections.report_signed,
        events.ReportFinished: projections.report_finished,
        intake.IncidentOpened: changes.incident_opened,
        intake.IncidentClassified: changes.incident_classified,
        intake.PlaceCorrected: changes.place_corrected,
        intake.ExerciseMarked: changes.exercise_marked,
        intake.IncidentCancelled: changes.incident_cancelled,
        intake.IncidentReopened: changes.incident_reopened,
        dispatch.IncidentClosed: changes.incident_closed,
        dispatch.TimeCorrected: changes.time_corrected,
        dispatch.MarkSet: changes.mark_set,
        dispatch.TripRecorded: changes.trip_recorded,
        intake.FireFirstSeen: changes.fire_first_seen,
        intake.CallLinked: changes.call_linked,
        dispatch.CrewSet: crews.crew_set,
        dispatch.AgencyRegistered: figure_projections.agency_registered,
        dispatch.UnitsDispatched: figure_projections.units_dispatched,
        intake.CallTaken: figure_projections.call_taken,
        intake.CallSettled: figure_projections.call_settled,
        places.RoadClosed: figure_projections.road_closed,
        places.RoadReopened: figure_projections.road_reopened,
        places.WaterSourceChecked: figure_projections.water_source_checked,
        events.CountingRulesChosen: figure_projections.counting_rules_chosen,
        events.QualityStated: figure_projections.quality_stated,
        events.FiguresPublished: figure_projections.figures_published,
        events.QuarterReminded: figure_projections.quarter_reminded,
        events.QuarterSent: figure_projections.quarter_sent,
    },
    views={
        "list": Shows(READERS, rows.ListQuery, views.listed, reads=_FILES),
        "report": Shows(READERS, rows.OfIncident, views.report, reads=_REPORT),
        "responses": Shows(READERS, rows.Period, views.answered, reads=(*RESPONSES, "report_crew")),
        "judged": Shows(READERS, rows.Period, judged.judged, reads=("report_file", "report_value")),
        "victims": Shows(NAMES, rows.OfIncident, views.victims, reads=("report_section",), reveals=True),
        "spm": Shows(READERS, spm.SpmQuery, spm.spm, reads=_FIGURES),
        "spm-incidents": Shows(READERS, spm.SpmIncidents, spm.spm_incidents, reads=_FIGURES),
        "figures": Shows(READERS, parts.FiguresQuery, parts.figures, reads=_FIGURES),
        "recap": Shows(READERS, parts.RecapQuery, parts.recap, reads=_FIGURES),
        "recorded": Shows(
            READERS,
            recorded_figures.RecordedQuery,
            recorded_figures.all_recorded,
            reads=("report_file", "report_agency"),
        ),
        "control": Shows(READERS, control.ControlQuery, control.control, reads=_FIGURES),
        "questions": Shows(READERS, questions.QuestionsQuery, questions.questions, reads=_ASKED),
        "calendar": Shows(READERS, calendar.CalendarQuery, calendar.calendar, reads=_FIGURES),
        "unsent": Shows(READERS, unsent.UnsentQuery, unsent.unsent, reads=unsent.READS),
        "published": Shows(READERS, All, public.published, reads=("report_published",)),
        "public": Shows(READERS, public.PublicQuery, public.public, reads=_FIGURES),
        "standards": Shows(READERS, All, views.all_standards),
    },
    schema=f"{SCHEMA};{crews.SCHEMA};{figure_schema.FIGURES}",
    folds=(checks,),
)
