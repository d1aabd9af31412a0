"""Who is alerted, by which way, delivered, seen, answered."""

from ...kernel.desk import TIMER
from ...kernel.fields import All
from ...kernel.slice import Does, Shows, Slice
from ..access.events import ROLES, AccountDisabled, AccountEnabled
from ..dispatch import events as dispatch
from ..intake import events as intake
from . import events, rules, tables
from .rules import NODE
from .tables import loads, projections, views

KEEPERS = ("administrator", "shift-leader")
SENDERS = ("dispatcher", "shift-leader", "commander")
DESK = ("call-taker", "dispatcher", "shift-leader", "administrator")
ANYBODY = (*ROLES, NODE)

_ALERTS = ("paging_alert", "paging_alert_unit", "paging_try", "paging_unit", "paging_station")
_ABOUT = (*_ALERTS, "paging_incident", "vault_erasure")
_RECEIVERS = ("paging_receiver", "paging_push", "paging_closed_account")

SLICE = Slice(
    name="paging",
    events=(
        events.ReceiverSet,
        events.ReceiverRemoved,
        events.DutySet,
        events.PushSubscribed,
        events.PushUnsubscribed,
        events.ReceiversRecalled,
        events.AlertRaised,
        events.AlertRouted,
        events.AlertSent,
        events.AlertFailed,
        events.AlertDelivered,
        events.AlertSeen,
        events.AlertAnswered,
        events.AlertUnanswered,
    ),
    commands={
        rules.SetReceiver: Does(KEEPERS, loads.setting_receiver, rules.set_receiver, keep=projections.keep_receiver),
        rules.RemoveReceiver: Does(KEEPERS, loads.receiver, rules.remove_receiver, keep=projections.keep_receiver),
        rules.SetDuty: Does(ROLES, loads.receiver, rules.set_duty),
        rules.SubscribePush: Does(ROLES, loads.subscribing, rules.subscribe_push, keep=projections.keep_push),
        rules.UnsubscribePush: Does(ROLES, loads.unsubscribing, rules.unsubscribe_push, keep=projections.keep_push),
        rules.RaiseAlert: Does(NODE, loads.raising, rules.raise_alert),
        rules.Recall: Does(SENDERS, loads.recalling, rules.recall),
        rules.TryAlert: Does(KEEPERS, loads.trying, rules.try_alert),
        rules.ReportSent: Does(NODE, loads.alert, rules.report_sent, keep=projections.keep_push),
        rules.ReportFailed: Does(NODE, loads.alert, rules.report_failed, keep=projections.keep_push),
        rules.ReportDelivered: Does(ANYBODY, loads.alert, rules.report_delivered, observation=True),
        rules.SeeAlert: Does(ANYBODY, loads.alert, rules.see_alert, observation=True),
        rules.AnswerAlert: Does(ANYBODY, loads.alert, rules.answer_alert, observation=True),
        rules.TimerEscalate: Does(TIMER, loads.alert, rules.timer_escalate),
    },
    projections={
        events.ReceiverSet: projections.receiver_set,
        events.ReceiverRemoved: projections.receiver_removed,
        events.DutySet: projections.duty_set,
        AccountDisabled: projections.account_disabled,
        AccountEnabled: projections.account_enabled,
        events.PushSubscribed: projections.push_subscribed,
        events.PushUnsubscribed: projections.push_unsubscribed,
        events.ReceiversRecalled: projections.receivers_recalled,
        events.AlertRaised: projections.alert_raised,
        events.AlertRouted: projections.alert_routed,
        events.AlertSent: projections.alert_sent,
        events.AlertFailed: projections.alert_failed,
        events.AlertDelivered: projections.alert_delivered,
        events.AlertSeen: projections.alert_seen,
        events.AlertAnswered: projections.alert_answered,
        events.AlertUnanswered: projections.alert_unanswered,
        dispatch.StationRegistered: projections.station_registered,
        dispatch.UnitRegistered: projections.unit_registered,
        dispatch.UnitWithdrawn: projections.unit_withdrawn,
        dispatch.UnitMoved: projections.unit_moved,
        dispatch.CrewSet: projections.crew_set,
        dispatch.UnitsDispatched: projections.units_dispatched,
        dispatch.UnitPulled: projections.unit_left,
        dispatch.UnitCancelled: projections.unit_left,
        dispatch.UnitStatusReported: projections.unit_status_reported,
        dispatch.IncidentClosed: projections.incident_over,
        intake.IncidentOpened: projections.incident_opened,
        intake.IncidentClassified: projections.incident_classified,
        intake.LifeAtRisk: projections.life_at_risk,
        intake.PlaceCorrected: projections.place_corrected,
        intake.ExerciseMarked: projections.exercise_marked,
        intake.IncidentCancelled: projections.incident_over,
        intake.IncidentReopened: projections.incident_reopened,
    },
    views={
        "alerts": Shows(ROLES, views.AlertsQuery, views.alerts, reads=_ALERTS),
        "station": Shows(ROLES, views.StationQuery, views.station, reads=_ABOUT),
        "mine": Shows(
            ROLES,
            views.MineQuery,
            views.mine,
            reads=(*_ABOUT, *_RECEIVERS, "paging_setting"),
            scoped=True,
        ),
        "receivers": Shows((*DESK, "commander"), All, views.receivers, reads=(*_RECEIVERS, "paging_station")),
        "addresses": Shows(
            "administrator", views.AddressesQuery, views.addresses, reads=("paging_receiver",), reveals=True
        ),
        "ways": Shows(KEEPERS, All, views.ways, reads=("paging_way", "paging_setting")),
    },
    schema=tables.SCHEMA,
    kept=tables.KEPT,
)
