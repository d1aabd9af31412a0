"""Who may sign in and do what: accounts, roles per agency, tokens, devices, the security log."""

from ...kernel.slice import Does, Shows, Slice
from . import events, rules, tables
from .tables import admin, service, views

ADMINISTRATOR = "administrator"
ANYBODY = events.ROLES

SLICE = Slice(
    name="access",
    events=(
        events.AccountAdded,
        events.AccountRenamed,
        events.PasswordSet,
        events.RolesSet,
        events.AccountDisabled,
        events.AccountEnabled,
        events.ServiceStated,
        events.SessionsEnded,
        events.TokenIssued,
        events.TokenRevoked,
        events.EnrolmentOffered,
        events.EnrolmentWithdrawn,
        events.DeviceEnrolled,
        events.DeviceAssigned,
        events.DeviceRevoked,
    ),
    commands={
        rules.AddAccount: Does(
            ADMINISTRATOR, admin.known_new, rules.add_account, keep=admin.keep_account, prepare=admin.hashed
        ),
        rules.RenameAccount: Does(ADMINISTRATOR, admin.known_name, rules.rename_account, keep=admin.keep_name),
        rules.SetPassword: Does(
            ADMINISTRATOR, admin.known, rules.set_password, keep=admin.keep_password, prepare=admin.hashed
        ),
        rules.ChangePassword: Does(
            rules.DOOR, admin.known, rules.set_password, keep=admin.keep_password, prepare=admin.hashed
        ),
        rules.SetRoles: Does(ADMINISTRATOR, admin.known_roles, rules.set_roles, keep=admin.keep_roles),
        rules.StateService: Does(ADMINISTRATOR, admin.known, rules.state_service),
        rules.DisableAccount: Does(ADMINISTRATOR, admin.known, rules.disable_account, keep=admin.keep_disabled),
        rules.EnableAccount: Does(ADMINISTRATOR, admin.known, rules.enable_account, keep=admin.keep_disabled),
        rules.EndSessions: Does(ADMINISTRATOR, admin.known, rules.end_sessions, keep=admin.keep_ended),
        rules.IssueToken: Does(ADMINISTRATOR, admin.known_token, rules.issue_token, keep=admin.keep_token),
        rules.RevokeToken: Does(ADMINISTRATOR, admin.known_token, rules.revoke_token, keep=admin.keep_token_revoked),
        rules.OfferEnrolment: Does(ADMINISTRATOR, admin.known_offer, rules.offer_enrolment, keep=admin.keep_offer),
        rules.WithdrawEnrolment: Does(
            ADMINISTRATOR, admin.known_withdrawal, rules.withdraw_enrolment, keep=admin.keep_withdrawn
        ),
        rules.EnrolDevice: Does(rules.DOOR, admin.known_code, rules.enrol_device, keep=admin.keep_device),
        rules.AssignDevice: Does(
            (ADMINISTRATOR, "shift-leader"), admin.known_device, rules.assign_device, keep=admin.keep_assigned
        ),
        rules.RevokeDevice: Does(
            (ADMINISTRATOR, "shift-leader"), admin.known_device, rules.revoke_device, keep=admin.keep_device_revoked
        ),
    },
    projections={events.ServiceStated: service.service_stated},
    views={
        "accounts": Shows(
            ADMINISTRATOR,
            views.AccountsQuery,
            views.accounts,
            reads=("access_account", "access_role", "access_session"),
            scoped=True,
        ),
        "tokens": Shows(
            ADMINISTRATOR, views.TokensQuery, views.tokens, reads=("access_token", "access_seen"), scoped=True
        ),
        "devices": Shows(
            (ADMINISTRATOR, "shift-leader"),
            views.DevicesQuery,
            views.devices,
            reads=("access_device", "access_seen"),
            scoped=True,
        ),
        "offers": Shows(ADMINISTRATOR, views.OffersQuery, views.offers, reads=("access_offer",), scoped=True),
        "security": Shows(ADMINISTRATOR, views.SecurityQuery, views.security, reads=("access_security",)),
        "clocks": Shows(
            (ADMINISTRATOR, "shift-leader"),
            views.ClocksQuery,
            views.clocks,
            reads=("access_clock", "access_account", "access_token", "access_device"),
            scoped=True,
        ),
        "me": Shows(
            ANYBODY,
            views.MeQuery,
            views.me,
            reads=("access_account", "access_token", "access_device"),
            scoped=True,
        ),
        "service": Shows(
            (ADMINISTRATOR, service.NODE),
            service.ServiceQuery,
            service.service,
            reads=("access_service", "access_account", "vault_erasure"),
            scoped=True,
            reveals=True,
        ),
        "names": Shows(
            ANYBODY, views.NamesQuery, views.names, reads=("access_account", "access_token", "access_device")
        ),
    },
    schema=service.SCHEMA,
    kept=tables.KEPT,
)
