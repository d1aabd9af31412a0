"""The scene: command, crews and where everybody is, air, PAR, MAYDAY, tasks, hazards, hand-over between nodes."""

from ...kernel.desk import TIMER
from ...kernel.fields import All
from ...kernel.slice import Does, Shows, Slice
from ..dispatch import events as dispatch
from ..intake import events as intake
from ..liaison import events as liaison
from . import events, tables
from .rules import command as command_rules
from .rules import commandfold, crewfold, deadlines
from .rules import crews as crew_rules
from .rules import part as part_rules
from .rules import safety as safety_rules
from .rules import scene as scene_rules
from .rules.part import order
from .tables import alarms, command, crews, incidents, known, late, part, replay, safety, scene, watch, water
from .tables.journal import journal, journalled
from .tables.part import guarded
from .tables.rows import IncidentQuery

SCENE = ("dispatcher", "shift-leader", "crew", "commander")
DECIDERS = ("dispatcher", "shift-leader", "commander")
DESK = ("call-taker", "dispatcher", "shift-leader")
OFFICE = ("reporter", "administrator")
"""Who adds photos that came to the office, for the report."""
READERS = (*DESK, "crew", "commander", "reporter", "trainer", "planner", "coordinator", "administrator")
WITNESSES = (*DESK, "crew", "commander", "reporter", "administrator")
"""Who may look at photos in which people may be."""

_PART = part.READS
_DANGER = (
    "field_mayday",
    "field_mayday_step",
    "field_mayday_end",
    "field_evacuation",
    "field_evacuation_heard",
    "field_evacuation_end",
)
_ALARMS = ("field_alarm", "field_alarm_taken", "field_incident", "field_crew", *_DANGER)
_BOARD = (*_PART, "field_crew", "field_par", *_DANGER, *command.READS, *scene.READS, *late.READS, "vault_erasure")
_SCENES = (*_PART, "field_crew", *_DANGER, "field_command")

SLICE = Slice(
    name="field",
    events=(
        events.CommandAssumed,
        events.PostFilled,
        events.PostVacated,
        events.HandoverOpened,
        events.HandoverChecked,
        events.HandoverWithdrawn,
        events.ChannelSet,
        events.SectorSet,
        events.SectorClosed,
        events.TaskSet,
        events.TaskStepped,
        events.CrewFormed,
        events.CrewMoved,
        events.CrewEntered,
        events.CrewLeft,
        events.AirRead,
        events.AirLow,
        events.ParCalled,
        events.ParReported,
        events.ParOverdue,
        events.ContactLost,
        events.ContactRegained,
        events.ConflictResolved,
        events.MaydayCalled,
        events.MaydayStepped,
        events.MaydayEnded,
        events.EvacuationOrdered,
        events.EvacuationAcknowledged,
        events.EvacuationUnanswered,
        events.EvacuationEnded,
        events.AlarmTaken,
        events.HazardMarked,
        events.HazardCleared,
        events.WindReported,
        events.ResourceRequested,
        events.ResourceStepped,
        events.WaterPlanned,
        events.SitrepSent,
        events.MediaAttached,
        events.FieldOffered,
        events.FieldTaken,
        events.FieldRecalled,
        events.LateOrderSettled,
    ),
    commands={
        crew_rules.FormCrew: Does(SCENE, guarded(crews.one), order(crew_rules.form_crew)),
        crew_rules.MoveCrew: Does(SCENE, guarded(crews.moving), order(crew_rules.move_crew)),
        crew_rules.CallPar: Does(SCENE, guarded(crews.calling), order(crew_rules.call_par)),
        crew_rules.ResolveConflict: Does(SCENE, guarded(crews.whole), order(crew_rules.resolve_conflict)),
        crew_rules.ReportEntry: Does(SCENE, crews.one, crew_rules.report_entry, observation=True),
        crew_rules.ReportExit: Does(SCENE, crews.one, crew_rules.report_exit, observation=True),
        crew_rules.ReportAir: Does(SCENE, crews.one, crew_rules.report_air, observation=True),
        crew_rules.ReportPar: Does(SCENE, crews.one, crew_rules.report_par, observation=True),
        crew_rules.ReportLostContact: Does(SCENE, crews.one, crew_rules.report_lost_contact, observation=True),
        crew_rules.ReportContact: Does(SCENE, crews.one, crew_rules.report_contact, observation=True),
        crew_rules.WatchCrew: Does(TIMER, crews.watching, crew_rules.watch_crew),
        crew_rules.RemindPar: Does(TIMER, crews.watching, crew_rules.remind_par),
        crew_rules.RemindAir: Does(TIMER, crews.watching, crew_rules.remind_air),
        safety_rules.CallMayday: Does(SCENE, safety.incident_known, safety_rules.call_mayday, observation=True),
        safety_rules.StepMayday: Does(SCENE, safety.incident_known, safety_rules.step_mayday, observation=True),
        safety_rules.EndMayday: Does(SCENE, guarded(safety.mayday), order(safety_rules.end_mayday)),
        safety_rules.OrderEvacuation: Does(SCENE, safety.evacuation, safety_rules.order_evacuation, observation=True),
        safety_rules.AcknowledgeEvacuation: Does(
            SCENE, safety.incident_known, safety_rules.acknowledge_evacuation, observation=True
        ),
        safety_rules.EndEvacuation: Does(SCENE, guarded(safety.evacuation), order(safety_rules.end_evacuation)),
        safety_rules.RemindEvacuation: Does(TIMER, safety.evacuation, safety_rules.remind_evacuation),
        safety_rules.TakeAlarm: Does((*SCENE, "call-taker"), safety.alarm, safety_rules.take_alarm, observation=True),
        command_rules.AssumeCommand: Does(SCENE, guarded(command.known), order(command_rules.assume_command)),
        command_rules.FillPost: Does(SCENE, guarded(command.post), order(command_rules.fill_post)),
        command_rules.VacatePost: Does(SCENE, guarded(command.post), order(command_rules.vacate_post)),
        command_rules.OpenHandover: Does(SCENE, guarded(command.known), order(command_rules.open_handover)),
        command_rules.CheckHandover: Does(SCENE, command.checking, command_rules.check_handover, observation=True),
        command_rules.WithdrawHandover: Does(SCENE, guarded(command.known), order(command_rules.withdraw_handover)),
        command_rules.SetChannel: Does(SCENE, guarded(command.channel), order(command_rules.set_channel)),
        command_rules.SetSector: Does(SCENE, guarded(command.sector), order(command_rules.set_sector)),
        command_rules.CloseSector: Does(SCENE, guarded(command.sector), order(command_rules.close_sector)),
        command_rules.SetTask: Does(SCENE, guarded(command.setting), order(command_rules.set_task)),
        command_rules.StepTask: Does(SCENE, guarded(command.task), order(command_rules.step_task)),
        scene_rules.MarkHazard: Does(SCENE, scene.incident_known, scene_rules.mark_hazard, observation=True),
        scene_rules.ClearHazard: Does(SCENE, guarded(scene.hazard), order(scene_rules.clear_hazard)),
        scene_rules.ReportWind: Does(SCENE, scene.incident_known, scene_rules.report_wind, observation=True),
        scene_rules.RequestResource: Does(SCENE, guarded(scene.asking), order(scene_rules.request_resource)),
        scene_rules.StepResource: Does((*SCENE, "call-taker"), scene.stepping, scene_rules.step_resource),
        scene_rules.PlanWater: Does(SCENE, guarded(water.planning), order(scene_rules.plan_water)),
        scene_rules.SendSitrep: Does(SCENE, guarded(scene.snapshot), order(scene_rules.send_sitrep)),
        scene_rules.AttachMedia: Does((*SCENE, *OFFICE), scene.attaching, scene_rules.attach_media, observation=True),
        part_rules.OfferField: Does(DECIDERS, part.offering, part_rules.offer_field),
        part_rules.TakeField: Does(DECIDERS, part.taking, part_rules.take_field),
        part_rules.RecallField: Does(DECIDERS, part.recalling, part_rules.recall_field),
        part_rules.SettleLateOrder: Does(DECIDERS, guarded(late.settling), order(part_rules.settle_late_order)),
        part_rules.DropRepeated: Does(TIMER, late.was_so_here, part_rules.drop_repeated),
        part_rules.WatchScene: Does(TIMER, watch.watching, part_rules.watch_scene),
    },
    projections=late.heeding(
        {
            intake.IncidentOpened: incidents.incident_opened,
            intake.CallLinked: incidents.call_linked,
            intake.IncidentClassified: incidents.incident_classified,
            intake.LifeAtRisk: incidents.life_at_risk,
            intake.NeedsSharpened: incidents.needs_sharpened,
            intake.PlaceCorrected: incidents.place_corrected,
            intake.ExerciseMarked: incidents.exercise_marked,
            intake.IncidentCancelled: incidents.incident_cancelled,
            intake.IncidentReopened: incidents.incident_reopened,
            dispatch.AlarmLevelRaised: incidents.alarm_level_raised,
            dispatch.IncidentClosed: incidents.incident_closed,
            dispatch.UnitRegistered: incidents.unit_registered,
            dispatch.CrewSet: incidents.crew_set,
            dispatch.UnitsDispatched: incidents.units_dispatched,
            dispatch.UnitPulled: incidents.unit_pulled,
            dispatch.UnitCancelled: incidents.unit_cancelled,
            dispatch.UnitStatusReported: incidents.unit_status_reported,
            dispatch.MarkSet: scene.mark_set,
            dispatch.TimeCorrected: scene.time_corrected,
            events.CommandAssumed: journalled(command.command_assumed),
            events.PostFilled: journalled(command.post_filled),
            events.PostVacated: journalled(command.post_vacated),
            events.HandoverOpened: journalled(command.handover_opened),
            events.HandoverChecked: journalled(command.handover_checked),
            events.HandoverWithdrawn: journalled(command.handover_withdrawn),
            events.ChannelSet: journalled(command.channel_set),
            events.SectorSet: journalled(command.sector_set),
            events.SectorClosed: journalled(command.sector_closed),
            events.TaskSet: journalled(command.task_set),
            events.TaskStepped: journalled(command.task_stepped),
            events.CrewFormed: journalled(crews.observed),
            events.CrewMoved: journalled(crews.observed),
            events.CrewEntered: journalled(crews.observed),
            events.CrewLeft: journalled(crews.observed),
            events.AirRead: journalled(crews.observed),
            events.AirLow: journalled(alarms.air_low),
            events.ParCalled: journalled(crews.par_called),
            events.ParReported: journalled(crews.observed),
            events.ParOverdue: journalled(alarms.par_overdue),
            events.ContactLost: journalled(crews.observed),
            events.ContactRegained: journalled(crews.observed),
            events.ConflictResolved: journalled(crews.conflict_resolved),
            events.MaydayCalled: journalled(safety.mayday_called),
            events.MaydayStepped: journalled(safety.mayday_stepped),
            events.MaydayEnded: journalled(safety.mayday_ended),
            events.EvacuationOrdered: journalled(safety.evacuation_ordered),
            events.EvacuationAcknowledged: journalled(safety.evacuation_acknowledged),
            events.EvacuationUnanswered: journalled(alarms.evacuation_unanswered),
            events.EvacuationEnded: journalled(safety.evacuation_ended),
            events.AlarmTaken: journalled(alarms.alarm_taken),
            events.HazardMarked: journalled(scene.hazard_marked),
            events.HazardCleared: journalled(scene.hazard_cleared),
            events.WindReported: journalled(scene.wind_reported),
            events.ResourceRequested: journalled(scene.resource_requested),
            events.ResourceStepped: journalled(scene.resource_stepped),
            events.WaterPlanned: journalled(water.water_planned),
            events.SitrepSent: journalled(scene.sitrep_sent),
            events.MediaAttached: journalled(scene.media_attached),
            events.FieldOffered: journalled(part.offered),
            events.FieldTaken: journalled(part.taken),
            events.FieldRecalled: journalled(part.recalled),
            liaison.NodePaired: part.paired,
            liaison.NodeUnpaired: part.unpaired,
        }
    ),
    views={
        "board": Shows(READERS, IncidentQuery, tables.board.board, reads=_BOARD),
        "scenes": Shows(READERS, All, tables.views.scenes, reads=_SCENES),
        "alarms": Shows(READERS, All, alarms.alarms, reads=_ALARMS),
        "journal": Shows(READERS, IncidentQuery, journal, reads=("field_journal", "vault_erasure")),
        "facts": Shows(READERS, IncidentQuery, replay.facts, reads=("field_fact",)),
        "standards": Shows(READERS, All, known.known),
        "water": Shows(READERS, IncidentQuery, water.water, reads=("field_water",)),
        "water-figures": Shows(READERS, water.WaterFiguresQuery, water.water_figures, live=True),
        "relay": Shows(READERS, water.RelayQuery, water.relay, live=True),
        "sitrep": Shows(READERS, IncidentQuery, scene.sitrep, reads=scene.SITREP_READS),
        "sitreps": Shows(READERS, IncidentQuery, scene.sitreps, reads=("field_sitrep", "vault_erasure")),
        "media": Shows(READERS, IncidentQuery, scene.media, reads=("field_media", "vault_erasure")),
        "medium": Shows(WITNESSES, scene.MediumQuery, scene.medium, reads=("field_media",), reveals=True),
    },
    schema=tables.SCHEMA,
    kept=part.KEPT,
    folds=(crewfold, commandfold, deadlines),
)
