"""Photos and voice notes: in the vault alone, each under its own key, read with a trace, erased without a trace."""

import sys
from base64 import b64decode, b64encode
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import BOTH_STORES, SATURDAY, VAULT_KEY, Clock, Opens, ask
from conftest import rows as rows_of
from edges.door_kit import Doors, asked, door, doors
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel import chain
from siaga.kernel.backup import backup, restore
from siaga.kernel.desk import Desk, EraseWords
from siaga.kernel.records import LONGEST_MEDIA, Accepted, Media, Refusal, Told, decode_asked, schema_custom
from siaga.kernel.words import carries_media
from siaga.slices.field.rules.scene import AttachMedia, ReportWind
from siaga.slices.field.tables.rows import IncidentQuery, MediaRow
from siaga.slices.field.tables.scene import MediumQuery
from siaga.slices.intake.rules import OpenIncident

__all__ = ["door", "doors"]

PHOTO = b64encode(Random(1).randbytes(30_000)).decode()
OTHER = b64encode(Random(2).randbytes(30_000)).decode()
ROLES = ("commander", "crew", "call-taker", "dispatcher", "administrator")


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


def photo(content: str = PHOTO, media: str = "m1") -> AttachMedia:
    return AttachMedia(media, "i1", "photo", "image/jpeg", Media(content), note=Told("halaman belakang"))


def with_fire(desk: Desk) -> Desk:
    assert isinstance(desk.handle(OpenIncident("i1", 117.49, 0.13), ask(*ROLES)), Accepted)
    return desk


def attach(desk: Desk, command: AttachMedia, id: str) -> None:
    assert isinstance(desk.handle(command, ask(*ROLES, id=id)), Accepted)


def listed(desk: Desk) -> list[MediaRow]:
    return list(rows_of(desk.show("field.media", IncidentQuery("i1"), ask(*ROLES))))


def content(desk: Desk, media: str = "m1", **more: Any) -> str | None:
    (row,) = rows_of(desk.show("field.medium", MediumQuery("i1", media), ask("commander", **more)))
    shown: str | None = row.content
    return shown


@pytest.fixture(params=BOTH_STORES)
def fire(request: pytest.FixtureRequest, tmp_path: Path, open_desk: Opens) -> Desk:
    """A desk with an incident and two photos, on both stores."""
    where = str(tmp_path / "both.db")
    if request.param == "postgres":
        where = request.getfixturevalue("postgres").database()
    opened = with_fire(open_desk(open_store(where), SLICES))
    attach(opened, photo(), "ask-1")
    attach(opened, photo(OTHER, "m2"), "ask-2")
    return opened


def test_a_photo_is_listed_without_its_content_and_shown_by_a_view_that_says_who_looked(fire: Desk) -> None:
    (row, _) = listed(fire)
    assert (row.media, row.kind, row.mime, row.note, row.erased) == (
        "m1",
        "photo",
        "image/jpeg",
        "halaman belakang",
        False,
    )
    assert content(fire, actor="danton-a", device="tablet-1") == PHOTO
    with fire.store.read() as tx:
        (reading,) = tx.rows("select actor, device, person, purpose from vault_reading")
    assert reading == {"actor": "danton-a", "device": "tablet-1", "person": row.subject, "purpose": "field.medium m1"}


def test_neither_log_nor_any_derived_table_holds_its_content_and_the_vault_only_locked(fire: Desk) -> None:
    piece = PHOTO[1000:1040]
    with fire.store.read() as tx:
        tables = ["log", "vault_word", "vault_person", *(t for s in fire.slices for t in (*s.tables, *s.kept_tables))]
        held = {table: "".join(str(row) for row in tx.rows(f"select * from {table}")) for table in tables}
    assert [table for table in held if piece in held[table]] == []
    assert b64decode(PHOTO)[100:140] not in b64decode(_locked(fire))


def _locked(desk: Desk) -> str:
    with desk.store.read() as tx:
        sealed: str = tx.rows("select value from vault_word where person = 'ask-1'")[0]["value"]
    return sealed


def test_each_photo_has_a_key_of_its_own_so_that_erasing_one_leaves_the_other(fire: Desk) -> None:
    subject = next(row.subject for row in listed(fire) if row.media == "m1")
    erased = fire.handle(EraseWords(subject, Told("diminta keluarga")), ask("administrator"))
    assert isinstance(erased, Accepted)
    assert (content(fire, "m1"), content(fire, "m2")) == (None, OTHER)
    assert {row.media: row.erased for row in listed(fire)} == {"m1": True, "m2": False}
    with fire.store.read() as tx:
        keys = {row["person"]: row["key"] for row in tx.rows("select person, key from vault_person")}
        values = tx.rows("select value, salt from vault_word where person = :p", p=subject)
        assert chain.verify(tx).broken_at is None
    assert keys[subject] is None
    assert keys["ask-2"] is not None
    assert values == [{"value": None, "salt": ""}]


def test_the_same_photo_sent_again_is_kept_once(fire: Desk) -> None:
    attach(fire, photo(), "ask-1")
    attach(fire, photo(), "ask-3")
    with fire.store.read() as tx:
        assert tx.rows("select count(*) as n from field_media")[0]["n"] == 2
        assert tx.rows("select count(*) as n from vault_word where sort = 'personal'")[0]["n"] == 2


def test_a_photo_of_an_incident_nobody_knows_is_refused(fire: Desk) -> None:
    answer = fire.handle(msgspec.structs.replace(photo(), incident="i9"), ask("crew"))
    assert isinstance(answer, Refusal)
    assert answer.code == "incident-unknown"


def test_who_only_plans_or_trains_sees_that_there_is_a_photo_and_not_the_photo(fire: Desk) -> None:
    for role in ("planner", "trainer", "coordinator"):
        assert not isinstance(fire.show("field.media", IncidentQuery("i1"), ask(role)), Refusal)
        assert isinstance(fire.show("field.medium", MediumQuery("i1", "m1"), ask(role)), Refusal)


# ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("wrong", ["", "hallo", "aGFsbG8", "aGFsbG8=\n", "aGFs bG8=", "aGFsbG8\x00", "====", "%%%%"])
def test_what_is_no_base64_is_not_taken(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"Expected"):
        decode_asked(Media, wrong)


def test_a_photo_has_its_limit_and_words_keep_theirs() -> None:
    longest = "A" * LONGEST_MEDIA
    assert decode_asked(Media, longest).text == longest
    with pytest.raises(ValueError, match="at most 1600000 characters"):
        decode_asked(Media, longest + "AAAA")
    with pytest.raises(ValueError, match="at most 4000 characters"):
        decode_asked(Told, "A" * 4001)


def test_only_commands_that_carry_pictures_may_be_that_large() -> None:
    assert carries_media(AttachMedia)
    assert not carries_media(ReportWind)
    outside = schema_custom(Media)
    assert (outside["maxLength"], outside["contentEncoding"]) == (LONGEST_MEDIA, "base64")


def test_a_photo_of_a_megabyte_comes_in_by_the_door_and_a_larger_one_and_other_large_asks_do_not(doors: Doors) -> None:
    with_fire(doors.desk)
    crew = doors.person("rini", "crew", "commander")
    large = b64encode(Random(3).randbytes(1_190_000)).decode()
    fields: dict[str, Any] = {"media": "m1", "incident": "i1", "kind": "photo", "mime": "image/jpeg"}
    assert crew.command("field.attach-media", "ask-1", **fields, content=large).status_code == 200
    shown = crew.get("/api/views/field.medium", params={"incident": "i1", "media": "m1"})
    assert shown.json()["rows"][0]["content"] == large
    assert shown.headers["cache-control"] == "no-store"
    over = crew.command("field.attach-media", **fields, content="A" * (LONGEST_MEDIA + 4))
    assert over.status_code == 400
    huge = crew.command("field.attach-media", **fields, content="A" * (LONGEST_MEDIA + 300_000))
    assert huge.status_code == 413
    body = msgspec.json.encode(asked(incident="i1", note="x" * 300_000))
    kind = {"content-type": "application/json"}
    assert crew.post("/api/commands/intake.note-incident", content=body, headers=kind).status_code == 413


def test_a_page_may_show_photos_and_play_voice_notes_that_it_has_read_and_none_of_other_servers(doors: Doors) -> None:
    policy = doors.client().get("/").headers["content-security-policy"]
    allowed = {part.split()[0]: set(part.split()[1:]) for part in policy.split(";")}
    assert allowed["media-src"] == {"'self'", "blob:"}
    assert allowed["img-src"] == {"'self'", "blob:", "data:"}


def test_what_calls_itself_a_photo_must_be_of_a_kind_that_no_browser_runs(doors: Doors) -> None:
    with_fire(doors.desk)
    crew = doors.person("rini", "crew")
    for mime in ("image/svg+xml", "text/html", "image/jpeg; x=y"):
        fields: dict[str, Any] = {"media": "m1", "incident": "i1", "kind": "photo", "mime": mime, "content": "aGFsbG8="}
        assert crew.command("field.attach-media", **fields).status_code == 400


# ── backup ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_photos_are_in_a_backup_and_never_many_of_them_in_memory(
    desk: Desk, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_fire(desk)
    for n in range(60):
        attach(desk, photo(PHOTO, f"m{n}"), f"ask-{n}")
    most = 0
    store = type(desk.store.read().__enter__())
    real = store.rows

    def counting(tx: Any, sql: str, **params: Any) -> Any:
        nonlocal most
        found = real(tx, sql, **params)
        if "from vault_word" in sql:
            most = max(most, sum(sys.getsizeof(row["value"] or "") for row in found if "value" in row))
        return found

    monkeypatch.setattr(store, "rows", counting)
    key = Ed25519PrivateKey.generate()
    backup(desk, tmp_path / "a.zip", key)
    assert 0 < most < 30 * len(PHOTO) * 2
    restored = open_store(str(tmp_path / "new.db"))
    restore(tmp_path / "a.zip", restored, SLICES, vault_key=VAULT_KEY, clock=clock)
    again = Desk(open_store(str(tmp_path / "new.db")), SLICES, vault_key=VAULT_KEY, clock=lambda: SATURDAY)
    assert content(again, "m59") == PHOTO
    again.close()
