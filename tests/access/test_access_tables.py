"""Accounts, tokens and devices through the desk, on a real store."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from conftest import SATURDAY, Clock, ask, rows
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Refusal, Secret
from siaga.slices import access
from siaga.slices.access import rules
from siaga.slices.access.tables import admin, gate, views

PASSWORD = "kuda-laut-42"
CODE = gate.new_secret("sge_")


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return (access.SLICE,)


def done(desk: Desk, command: Any, **more: Any) -> Accepted:
    answer = desk.handle(command, ask("administrator", **more))
    assert isinstance(answer, Accepted), answer
    return answer


def code_of(answer: Any) -> str:
    assert isinstance(answer, Refusal)
    return answer.code


def add(desk: Desk, name: str, *roles: Any, **more: Any) -> str:
    command = rules.AddAccount(name=name, account=f"a-{name}", roles=roles, password=Secret(PASSWORD))
    done(desk, command, **more)
    return f"a-{name}"


def test_an_added_account_is_shown_with_its_roles(desk: Desk) -> None:
    add(desk, "Rini", "dispatcher", "call-taker")
    [row] = rows(desk.show("access.accounts", views.AccountsQuery(), ask("administrator")))
    assert (row.name, row.roles, row.has_password) == ("Rini", {"bontang": ["call-taker", "dispatcher"]}, True)


def test_names_are_compared_without_capitals_and_are_unique(desk: Desk) -> None:
    add(desk, "Rini", "crew")
    again = rules.AddAccount(name=" RINI ", account="a2", roles=())
    assert code_of(desk.handle(again, ask("administrator"))) == "name-taken"


def test_names_and_hashes_are_never_in_the_log(desk: Desk) -> None:
    done(desk, rules.AddAccount(name="Sitorus", account="a1", roles=("crew",), password=Secret(PASSWORD)))
    with desk.store.read() as tx:
        log = str(tx.rows("select * from log"))
        kept = tx.rows("select hash from access_account")[0]["hash"]
    assert "sitorus" not in log.lower()
    assert kept.startswith("$argon2id$")
    assert kept not in log


def test_the_log_gives_no_quick_way_to_guess_a_password(desk: Desk) -> None:
    account = add(desk, "rini", "crew")
    with desk.store.read() as tx:
        [row] = tx.rows("select digest from log where command = 'access.add-account'")
    guess = rules.AddAccount(name="rini", account=account, roles=("crew",), password=Secret(PASSWORD))
    body = msgspec.json.encode(guess, enc_hook=lambda word: word.text)
    assert row["digest"] != desk.vault.digest(b"access.add-account\n" + body)
    stretched = msgspec.json.encode(guess, enc_hook=lambda word: desk.vault.stretched(word.text))
    assert row["digest"] == desk.vault.digest(b"access.add-account\n" + stretched)


def test_only_the_right_password_fits(desk: Desk) -> None:
    account = add(desk, "rini", "crew")
    with desk.store.read() as tx:
        kept = gate.hash_of_account(tx, account)
    assert admin.fits(PASSWORD, kept)
    assert not admin.fits(PASSWORD + "x", kept)
    assert not admin.fits("nobody has this password", None)


def test_a_short_password_is_refused_and_the_old_one_stays(desk: Desk) -> None:
    account = add(desk, "rini", "crew")
    assert (
        code_of(desk.handle(rules.SetPassword(account, Secret("pendek")), ask("administrator"))) == "password-too-short"
    )
    with desk.store.read() as tx:
        assert admin.fits(PASSWORD, gate.hash_of_account(tx, account))


def open_session(desk: Desk, name: str, secret: str) -> str:
    def keep(tx: Any) -> str:
        who = gate.candidate(tx, name)
        assert who is not None
        return gate.open_session(tx, who, "bontang", None, gate.hash_of(secret), desk.clock())

    return str(desk.work(keep))


def find(desk: Desk, secret: str) -> gate.Holder | None:
    with desk.store.read() as tx:
        return gate.find(tx, secret, desk.clock())


def test_a_session_has_the_roles_of_its_account_as_they_are_now(desk: Desk) -> None:
    account = add(desk, "rini", "crew")
    open_session(desk, "rini", "sgs_one")
    done(desk, rules.SetRoles(account, ("dispatcher",)))
    holder = find(desk, "sgs_one")
    assert holder is not None
    assert holder.roles == {"dispatcher"}
    assert holder.actor == account


@pytest.mark.parametrize("command", [rules.DisableAccount, rules.EndSessions])
def test_sessions_end_with_the_account_or_when_an_administrator_says_so(desk: Desk, command: Any) -> None:
    add(desk, "chief", "administrator")
    account = add(desk, "rini", "crew")
    open_session(desk, "rini", "sgs_one")
    done(desk, command(account))
    assert find(desk, "sgs_one") is None


def test_a_changed_password_ends_the_other_sessions_only(desk: Desk) -> None:
    account = add(desk, "rini", "crew")
    mine = open_session(desk, "rini", "sgs_mine")
    open_session(desk, "rini", "sgs_other")
    answer = desk.handle(rules.ChangePassword(account, Secret("baru-sekali-99"), mine), ask(rules.DOOR))
    assert isinstance(answer, Accepted)
    assert find(desk, "sgs_mine") is not None
    assert find(desk, "sgs_other") is None


def test_nobody_but_the_door_changes_a_password_without_the_old_one(desk: Desk) -> None:
    account = add(desk, "rini", "crew")
    roles = [role for role in access.events.ROLES if role != rules.DOOR]
    answer = desk.handle(rules.ChangePassword(account, Secret("baru-sekali-99"), "s"), ask(*roles))
    assert code_of(answer) == "not-permitted"


def seen(desk: Desk, holder: gate.Holder) -> None:
    desk.work(lambda tx: gate.note_seen(tx, holder, desk.clock()))


def test_an_unused_session_ends_after_a_shift_and_a_used_one_lives_until_its_week_is_over(
    desk: Desk, clock: Clock
) -> None:
    add(desk, "rini", "crew")
    open_session(desk, "rini", "sgs_used")
    open_session(desk, "rini", "sgs_left")
    for _ in range(13):
        clock.forward(3600)
        holder = find(desk, "sgs_used")
        assert holder is not None
        assert not holder.expired
        seen(desk, holder)
    left = find(desk, "sgs_left")
    assert left is not None
    assert left.expired
    for _ in range(160):
        clock.forward(3600)
        holder = find(desk, "sgs_used")
        assert holder is not None
        seen(desk, holder)
    last = find(desk, "sgs_used")
    assert last is not None
    assert last.expired


def test_a_token_is_known_by_the_hash_of_its_secret_until_it_is_revoked(desk: Desk, clock: Clock) -> None:
    secret = gate.new_secret("sgt_")
    done(desk, rules.IssueToken("t1", gate.hash_of(secret), "replay", ("dispatcher",), SATURDAY + timedelta(days=1)))
    holder = find(desk, secret)
    assert holder is not None
    assert holder.roles == {"dispatcher"}
    assert not holder.expired
    with desk.store.read() as tx:
        assert secret not in str(tx.rows("select * from access_token")) + str(tx.rows("select * from log"))
    done(desk, rules.RevokeToken("t1"))
    holder = find(desk, secret)
    assert holder is not None
    assert holder.revoked
    assert rows(desk.show("access.tokens", views.TokensQuery(), ask("administrator"))) == []
    assert len(rows(desk.show("access.tokens", views.TokensQuery(revoked=True), ask("administrator")))) == 1
    clock.forward(2 * 86400)
    holder = find(desk, secret)
    assert holder is not None
    assert holder.expired


def enrol(desk: Desk, device: str, secret: str, code: str = CODE) -> Any:
    command = rules.EnrolDevice(device, gate.hash_of(code), gate.hash_of(secret))
    return desk.handle(command, ask(rules.DOOR, actor=device, device=device))


def test_a_code_makes_one_device_with_its_own_token(desk: Desk) -> None:
    until = SATURDAY + timedelta(hours=1)
    offer = rules.OfferEnrolment("o1", gate.hash_of(CODE), "tablet", ("crew",), until, unit="btg-1", tracker="867")
    done(desk, offer)
    assert len(rows(desk.show("access.offers", views.OffersQuery(), ask("administrator")))) == 1
    assert isinstance(enrol(desk, "d1", "sgd_one"), Accepted)
    holder = find(desk, "sgd_one")
    assert holder is not None
    assert (holder.device, holder.unit, holder.tracker, holder.roles) == ("d1", "btg-1", "867", frozenset({"crew"}))
    assert code_of(enrol(desk, "d2", "sgd_two")) == "enrolment-not-valid"
    assert rows(desk.show("access.offers", views.OffersQuery(), ask("administrator"))) == []


def test_a_link_that_was_taken_back_lets_nobody_in(desk: Desk) -> None:
    until = SATURDAY + timedelta(hours=1)
    done(desk, rules.OfferEnrolment("o1", gate.hash_of(CODE), "tablet", ("crew",), until))
    done(desk, rules.WithdrawEnrolment("o1"))
    done(desk, rules.WithdrawEnrolment("o1"))
    assert code_of(enrol(desk, "d1", "sgd_one")) == "enrolment-not-valid"
    assert rows(desk.show("access.offers", views.OffersQuery(), ask("administrator"))) == []


def test_taking_back_a_used_link_leaves_its_device(desk: Desk) -> None:
    until = SATURDAY + timedelta(hours=1)
    done(desk, rules.OfferEnrolment("o1", gate.hash_of(CODE), "tablet", ("crew",), until))
    enrol(desk, "d1", "sgd_one")
    assert code_of(desk.handle(rules.WithdrawEnrolment("o1"), ask("administrator"))) == "offer-used"
    assert find(desk, "sgd_one") is not None


def test_the_tracker_id_of_a_revoked_device_goes_on_to_the_next(desk: Desk) -> None:
    until, other = SATURDAY + timedelta(hours=1), gate.new_secret("sge_")
    done(desk, rules.OfferEnrolment("o1", gate.hash_of(CODE), "tablet", ("crew",), until, tracker="867"))
    enrol(desk, "d1", "sgd_one")
    second = rules.OfferEnrolment("o2", gate.hash_of(other), "tablet", ("crew",), until, tracker="867")
    assert code_of(desk.handle(second, ask("administrator"))) == "tracker-taken"
    done(desk, rules.RevokeDevice("d1"))
    done(desk, second)
    assert isinstance(enrol(desk, "d2", "sgd_two", other), Accepted)
    shown = rows(desk.show("access.devices", views.DevicesQuery(), ask("administrator")))
    assert [(row.device, row.tracker) for row in shown] == [("d2", "867")]


def test_an_administrator_sees_the_own_agency_and_one_of_the_node_sees_all(desk: Desk) -> None:
    add(desk, "rini", "crew")
    done(desk, rules.AddAccount(name="joko", account="a2", roles=("crew",)), agency="pkt")
    shown = rows(desk.show("access.accounts", views.AccountsQuery(), ask("administrator", agency="pkt")))
    assert [row.name for row in shown] == ["joko"]
    assert len(rows(desk.show("access.accounts", views.AccountsQuery(), ask("administrator", agency="")))) == 2


def test_the_fifth_failure_locks_a_door_for_longer_each_time(desk: Desk, clock: Clock) -> None:
    def fail() -> Any:
        return desk.work(lambda tx: gate.note_failure(tx, "door", gate.FAILURES_FREE, clock()))

    assert [fail() for _ in range(4)] == [None] * 4
    assert fail() == clock() + timedelta(minutes=1)
    assert fail() == clock() + timedelta(minutes=2)
    for _ in range(8):
        fail()
    with desk.store.read() as tx:
        assert gate.locked_until(tx, ["other", "door"], clock()) == clock() + gate.LOCK_LONGEST
        assert gate.locked_until(tx, ["other"], clock()) is None
    clock.forward(16 * 60)
    with desk.store.read() as tx:
        assert gate.locked_until(tx, ["door"], clock()) is None


def test_who_i_am_names_me_and_the_unit_of_my_device(desk: Desk) -> None:
    account = add(desk, "rini", "crew")
    done(
        desk,
        rules.OfferEnrolment("o1", gate.hash_of(CODE), "tablet", ("crew",), SATURDAY + timedelta(hours=1), unit="u1"),
    )
    enrol(desk, "d1", "sgd_one")
    [me] = rows(desk.show("access.me", views.MeQuery(), ask("crew", actor=account, device="d1")))
    assert (me.name, me.unit, me.roles) == ("rini", "u1", ["crew"])


def test_accounts_outlive_a_rebuild(desk: Desk) -> None:
    add(desk, "rini", "crew")
    before = desk.show("access.accounts", views.AccountsQuery(), ask("administrator"))
    desk.rebuild()
    assert desk.show("access.accounts", views.AccountsQuery(), ask("administrator")) == before
