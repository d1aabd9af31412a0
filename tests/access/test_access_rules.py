"""Who may sign in and do what: every refusal and every event."""

from datetime import timedelta

from conftest import SATURDAY, ask
from siaga.kernel.records import Refusal, Secret
from siaga.slices.access import events, rules
from siaga.slices.access.rules import Account, AccountKnown, Thing, ThingKnown

NOBODY = AccountKnown(account=None)
RINI = Account(name="rini", agency="bontang", disabled=False, roles=frozenset({"dispatcher"}), last_administrator=False)
CHIEF = Account(
    name="chief", agency="bontang", disabled=False, roles=frozenset({"administrator"}), last_administrator=True
)
ADD = rules.AddAccount(name="rini", account="a1", roles=("dispatcher",), agency="bontang")
HASH = "ab" * 32
LATER = SATURDAY + timedelta(days=1)
NOTHING = ThingKnown(thing=None)


def test_an_account_is_added_with_its_roles_and_without_its_name() -> None:
    assert rules.add_account(ADD, NOBODY, ask()) == [events.AccountAdded("a1", "bontang", ("dispatcher",))]


def test_an_account_without_an_id_gets_the_one_of_the_ask() -> None:
    cmd = rules.AddAccount(name="rini", roles=())
    assert rules.add_account(cmd, NOBODY, ask(id="x7")) == [events.AccountAdded("x7", "bontang", ())]


def test_adding_the_same_account_again_changes_nothing_and_a_different_one_is_refused() -> None:
    assert rules.add_account(ADD, AccountKnown(account=RINI), ask()) == []
    other = rules.AddAccount(name="rini", account="a1", roles=("crew",), agency="bontang")
    assert rules.add_account(other, AccountKnown(account=RINI), ask()) == Refusal(
        code="account-exists", facts={"account": "a1"}
    )


def test_a_name_that_somebody_has_is_refused() -> None:
    taken = AccountKnown(account=None, name_taken=True)
    assert rules.add_account(ADD, taken, ask()) == Refusal(code="name-taken", facts={"name": "rini"})
    rename = rules.RenameAccount(account="a1", name="sari")
    known = AccountKnown(account=RINI, name_taken=True)
    assert rules.rename_account(rename, known, ask()) == Refusal(code="name-taken", facts={"name": "sari"})


def test_an_administrator_of_one_agency_has_no_say_in_another_but_one_of_the_node_has() -> None:
    elsewhere = Refusal(code="other-agency", facts={"agency": "bontang"})
    known = AccountKnown(account=RINI)
    assert rules.add_account(ADD, NOBODY, ask(agency="pkt")) == elsewhere
    assert rules.disable_account(rules.DisableAccount(account="a1"), known, ask(agency="pkt")) == elsewhere
    assert rules.set_roles(rules.SetRoles("a1", ("administrator",), "bontang"), known, ask(agency="pkt")) == elsewhere
    assert rules.disable_account(rules.DisableAccount(account="a1"), known, ask(agency="")) == [
        events.AccountDisabled("a1")
    ]


def test_the_last_administrator_stays_one() -> None:
    stays = Refusal(code="last-administrator", facts={"account": "a0"})
    known = AccountKnown(account=CHIEF)
    assert rules.set_roles(rules.SetRoles("a0", ("crew",)), known, ask()) == stays
    assert rules.disable_account(rules.DisableAccount("a0"), known, ask()) == stays


def test_roles_that_are_held_already_change_nothing() -> None:
    assert rules.set_roles(rules.SetRoles("a1", ("dispatcher",)), AccountKnown(account=RINI), ask()) == []


def test_a_password_that_was_too_short_to_be_hashed_is_refused() -> None:
    cmd = rules.SetPassword("a1", Secret(""))
    refusal = rules.set_password(cmd, AccountKnown(account=RINI), ask())
    assert refusal == Refusal(code="password-too-short", facts={"least": 10})
    known = rules.set_password(rules.SetPassword("a1", Secret("$argon2id$…")), AccountKnown(account=RINI), ask())
    assert known == [events.PasswordSet("a1")]


def test_a_password_that_opens_another_agency_is_set_by_that_agency_or_the_node_alone() -> None:
    there = Account(
        name="rini",
        agency="bontang",
        disabled=False,
        roles=frozenset({"crew"}),
        last_administrator=False,
        agencies=frozenset({"bontang", "kaltim"}),
    )
    known = AccountKnown(account=there)
    setting = rules.SetPassword("a1", Secret("x" * 12))
    refused = rules.set_password(setting, known, ask("administrator", agency="bontang"))
    assert isinstance(refused, Refusal)
    assert refused.code == "other-agency"
    assert rules.set_password(setting, known, ask("administrator", agency="")) == [events.PasswordSet("a1")]
    own = rules.ChangePassword("a1", Secret("x" * 12), "s1")
    assert rules.set_password(own, known, ask(rules.DOOR, agency="kaltim")) == [events.PasswordSet("a1")]


def test_what_concerns_an_unknown_account_is_refused() -> None:
    unknown = Refusal(code="account-unknown", facts={"account": "a9"})
    assert rules.disable_account(rules.DisableAccount("a9"), NOBODY, ask()) == unknown
    assert rules.end_sessions(rules.EndSessions("a9"), NOBODY, ask()) == unknown
    assert rules.set_roles(rules.SetRoles("a9", ()), NOBODY, ask()) == unknown


def test_a_token_must_end_later_and_have_a_secret_of_its_own() -> None:
    issue = rules.IssueToken("t1", HASH, "replay", ("dispatcher",), LATER)
    assert rules.issue_token(issue, NOTHING, ask()) == [events.TokenIssued("t1", "bontang", ("dispatcher",), LATER)]
    over = rules.IssueToken("t1", HASH, "replay", ("dispatcher",), SATURDAY)
    assert rules.issue_token(over, NOTHING, ask()) == Refusal(code="already-expired")
    assert rules.issue_token(issue, ThingKnown(thing=None, secret_taken=True), ask()) == Refusal(code="secret-used")


def test_issuing_the_same_token_again_changes_nothing() -> None:
    there = ThingKnown(thing=Thing(id="t1", agency="bontang", secret_hash=HASH), secret_taken=True)
    issue = rules.IssueToken("t1", HASH, "replay", ("dispatcher",), LATER)
    assert rules.issue_token(issue, there, ask()) == []


def test_revoking_twice_is_once() -> None:
    there = ThingKnown(thing=Thing(id="t1", agency="bontang"))
    gone = ThingKnown(thing=Thing(id="t1", agency="bontang", ended=True))
    assert rules.revoke_token(rules.RevokeToken("t1"), there, ask()) == [events.TokenRevoked("t1")]
    assert rules.revoke_token(rules.RevokeToken("t1"), gone, ask()) == []
    assert rules.revoke_device(rules.RevokeDevice("d1"), gone, ask()) == []


def test_a_one_time_code_works_once_and_not_after_its_time() -> None:
    cmd = rules.EnrolDevice("d1", HASH, "cd" * 32)
    offer = Thing(id="o1", agency="bontang", roles=("crew",), unit="btg-1", expires_at=LATER)
    enrolled = [events.DeviceEnrolled("d1", "o1", "bontang", ("crew",), "btg-1")]
    assert rules.enrol_device(cmd, ThingKnown(thing=offer), ask()) == enrolled
    no = Refusal(code="enrolment-not-valid")
    assert rules.enrol_device(cmd, NOTHING, ask()) == no
    used = Thing(id="o1", agency="bontang", expires_at=LATER, ended=True)
    assert rules.enrol_device(cmd, ThingKnown(thing=used), ask()) == no
    assert rules.enrol_device(cmd, ThingKnown(thing=offer), ask(at=LATER)) == no


def test_a_link_is_taken_back_once_and_not_from_who_used_it() -> None:
    cmd = rules.WithdrawEnrolment("o1")
    offer = Thing(id="o1", agency="bontang", expires_at=LATER)
    assert rules.withdraw_enrolment(cmd, ThingKnown(thing=offer), ask()) == [events.EnrolmentWithdrawn("o1")]
    gone = Thing(id="o1", agency="bontang", expires_at=LATER, ended=True)
    assert rules.withdraw_enrolment(cmd, ThingKnown(thing=gone), ask()) == []
    used = Thing(id="o1", agency="bontang", expires_at=LATER, ended=True, device="d1")
    assert rules.withdraw_enrolment(cmd, ThingKnown(thing=used), ask()) == Refusal(
        code="offer-used", facts={"device": "d1"}
    )
    assert rules.withdraw_enrolment(cmd, NOTHING, ask()) == Refusal(code="offer-unknown", facts={"offer": "o1"})


def test_a_tracker_id_names_one_device() -> None:
    offer = rules.OfferEnrolment("o1", HASH, "tablet", ("crew",), LATER, tracker="867")
    taken = ThingKnown(thing=None, tracker_taken=True)
    assert rules.offer_enrolment(offer, taken, ask()) == Refusal(code="tracker-taken", facts={"tracker": "867"})


def test_a_device_moves_to_another_unit() -> None:
    known = ThingKnown(thing=Thing(id="d1", agency="bontang", unit="btg-1"))
    assert rules.assign_device(rules.AssignDevice("d1", "btg-2"), known, ask()) == [
        events.DeviceAssigned("d1", "btg-2")
    ]
    assert rules.assign_device(rules.AssignDevice("d1", "btg-1"), known, ask()) == []
