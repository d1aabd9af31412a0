"""The command line: both doors, what is done at the machine, its exit codes, and a server beside it."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import apsw
import pytest

from siaga import region
from siaga.app import SLICES
from siaga.edges.cli import run

DATA = Path(__file__).parents[2].parent / "shared" / "data"
AGENCY = ("do", "dispatch.register-agency", "agency=bontang", "name=Disdamkartan", "kind=fire")
STATION = ("do", "dispatch.register-station", "station=mako", "agency=bontang", "name=Mako", "lon=117.5", "lat=0.13")
UNIT = ("do", "dispatch.register-unit", "unit=BTG-1", "agency=bontang", "station=mako", "vehicle_type=pump")
OPEN = ("do", "intake.open-incident", "incident=i7", "lon=117.48", "lat=0.12", "type=fire.housing")


class Siaga:
    """The command line on a data folder of its own, in this process."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self._capsys = data, capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        code = run(["--data", str(self.data), *arguments])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *arguments: str, code: int = 0) -> Any:
        """The object on the last line of standard output."""
        assert self(*arguments, "--json") == code, self.err
        return json.loads(self.out.splitlines()[-1])


def opened(siaga: Siaga) -> "closing[apsw.Connection]":
    """The database as somebody opens it who goes past the program."""
    return closing(apsw.Connection(str(siaga.data / "siaga.db")))


@pytest.fixture
def siaga(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Siaga:
    for name in ("LC_ALL", "LC_MESSAGES", "SIAGA_STORE", "SIAGA_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "id_ID.UTF-8")
    return Siaga(tmp_path / "data", capsys)


@pytest.fixture
def city(siaga: Siaga) -> Siaga:
    """A city of one unit and one incident."""
    for command in (AGENCY, STATION, UNIT, OPEN):
        assert siaga(*command) == 0, siaga.err
    return siaga


# ── the two doors ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_do_then_show(siaga: Siaga) -> None:
    assert siaga(*AGENCY) == 0
    assert "posisi 1" in siaga.out
    shown = siaga.json("show", "dispatch.agencies")
    assert shown["position"] == 1
    assert [row["agency"] for row in shown["rows"]] == ["bontang"]


def test_do_answers_with_the_position_as_one_object(siaga: Siaga) -> None:
    assert siaga.json(*AGENCY) == {"position": 1}


def test_what_somebody_typed_is_shown_and_drives_no_terminal(siaga: Siaga) -> None:
    typed = "[bold]Jl. [/x]Melati\x1b]0;judul\x07\x1b[2J\x9b31m"
    assert siaga(*OPEN, f"place={typed}") == 0
    assert siaga("show", "intake.incident", "incident=i7") == 0, siaga.err
    assert "[bold]Jl. [/x]Melati" in siaga.out.replace("\n", "")
    assert not {"\x1b", "\x07", "\x9b"} & set(siaga.out)
    assert siaga("do", "dispatch.register-agency", "agency=a", "name=a", "kind=fire", "zone=\x1b[2J") != 0
    assert "\x1b" not in siaga.out + siaga.err


def test_a_refusal_prints_its_reason_and_exits_1(city: Siaga) -> None:
    assert city("do", "dispatch.report-status", "unit=E9", "status=arrived") == 1
    assert city.err.strip() == "Tidak ada armada E9."


def test_a_refusal_speaks_the_readers_language(city: Siaga, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert city("do", "dispatch.report-status", "unit=E9", "status=arrived") == 1
    assert city.err.strip() == "There is no unit E9."


def test_a_refusal_as_json_has_code_reason_and_facts(city: Siaga) -> None:
    refused = city.json("do", "dispatch.report-status", "unit=E9", "status=arrived", code=1)
    assert refused == {
        "code": "unit-unknown",
        "reason": "Tidak ada armada E9.",
        "overridable": False,
        "facts": {"unit": "E9"},
    }


def test_an_advice_is_overruled_with_a_reason(city: Siaga) -> None:
    city("do", "dispatch.dispatch", "dispatch=d1", "incident=i7", "units=BTG-1")
    city("do", "intake.open-incident", "incident=i8", "lon=117.5", "lat=0.1")
    again = ("do", "dispatch.dispatch", "dispatch=d2", "incident=i8", "units=BTG-1")
    assert city(*again) == 1
    assert "--override" in city.err
    assert city(*again, "--override", "paling dekat") == 0
    assert city.json("show", "dispatch.board")["rows"][0]["incident"] == "i8"


@pytest.mark.parametrize(
    "wrong",
    [
        ("do", "dispatch.report-status", "unitt=E9"),
        ("do", "dispatch.report-status", "unit=E9"),
        ("do", "dispatch.report-status", "unit=E9", "status=gone"),
        ("do", "dispatch.report-status", "unit"),
        ("do", "dispatch.no-such-thing"),
        ("do", "dispatch.register-station", "station=x", "agency=a", "name=n", "lon=east", "lat=0"),
        ("do", "dispatch.set-crew", "unit=BTG-1", "people=4", "competences={"),
        ("show", "dispatch.no-such-view"),
        ("show", "dispatch.board", "stattion=mako"),
        ("frobnicate",),
        ("user", "add", "x", "--role", "king", "--generate"),
        ("rebuild", "nothing"),
    ],
)
def test_what_is_typed_wrongly_exits_2(city: Siaga, wrong: tuple[str, ...]) -> None:
    assert city(*wrong) == 2
    assert city.err


def test_the_fields_of_a_command_are_named_with_their_types(city: Siaga) -> None:
    fields = city.json("do", "dispatch.set-run-card", "?")["fields"]
    assert fields["card"] == {"required": True, "type": "str"}
    assert fields["types"] == {"required": False, "type": "str …"}
    assert fields["units"] == {"required": True, "type": "{str: int}"}


def test_nested_fields_are_json_lists_also_with_commas_and_files_by_their_name(city: Siaga, tmp_path: Path) -> None:
    (tmp_path / "skills.json").write_text('{"scba": 2}')
    crew = ("do", "dispatch.set-crew", "unit=BTG-1", "people=4")
    assert city(*crew, f"competences=@{tmp_path / 'skills.json'}") == 0
    assert city.json("show", "dispatch.board")["rows"][0]["competences"] == {"scba": 2}
    assert city(*crew, 'competences={"foam": 1}', "persons=") == 0
    assert city.json("show", "dispatch.board")["rows"][0]["competences"] == {"foam": 1}
    assert city("do", "dispatch.register-unit", "unit=BTG-2", "agency=bontang", "station=mako", "vehicle_type=pump",
                "capabilities=pump,foam") == 0  # fmt: skip
    assert city.json("show", "dispatch.board")["rows"][1]["capabilities"] == ["pump", "foam"]


def test_told_text_is_taken_as_it_is_typed(city: Siaga) -> None:
    for text in ("[bukan daftar]", "{bukan JSON", "satu, dua", "@@rumah"):
        assert city("do", "intake.note-incident", "incident=i7", f"note={text}") == 0
    notes = [row["note"] for row in city.json("show", "dispatch.journal", "incident=i7")["rows"] if row["note"]]
    assert notes == ["[bukan daftar]", "{bukan JSON", "satu, dua", "@rumah"]


def test_the_same_ask_id_is_recorded_once(siaga: Siaga) -> None:
    assert siaga.json(*AGENCY, "--id", "a1") == siaga.json(*AGENCY, "--id", "a1") == {"position": 1}


def test_the_roles_of_the_operator_can_be_narrowed(city: Siaga) -> None:
    assert city("do", "dispatch.withdraw-unit", "unit=BTG-1", "--role", "crew") == 1
    assert city.json("do", "dispatch.withdraw-unit", "unit=BTG-1", "--role", "crew", code=1)["code"] == "not-permitted"


def test_the_incident_number_is_of_the_only_own_agency(city: Siaga) -> None:
    assert city.json("show", "dispatch.incidents")["rows"][0]["agency"] == "bontang"


def test_every_command_and_view_is_listed_and_every_command_can_say_what_it_takes(siaga: Siaga) -> None:
    listed = siaga.json("do")["commands"]
    assert set(listed) == {s.wire(c) for s in SLICES for c in s.commands}
    assert set(siaga.json("show")["views"]) == {f"{s.name}.{v}" for s in SLICES for v in s.views}
    for name in listed:
        assert siaga.json("do", name, "?")["command"] == name


def test_the_openapi_document_is_written_without_a_store(siaga: Siaga, tmp_path: Path) -> None:
    assert siaga("openapi", str(tmp_path / "openapi.json")) == 0
    document = json.loads((tmp_path / "openapi.json").read_text())
    assert document["openapi"].startswith("3.1")
    assert not siaga.data.exists()


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_account_is_added_listed_and_closed(siaga: Siaga) -> None:
    added = siaga.json("user", "add", "Danton", "--role", "shift-leader", "--role", "administrator", "--generate")
    assert len(added["password"]) >= 20
    siaga.json("user", "add", "Kru", "--role", "crew", "--generate")
    assert [row["name"] for row in siaga.json("user", "list")["rows"]] == ["Danton", "Kru"]
    assert siaga("user", "disable", "kru") == 0
    assert [row["name"] for row in siaga.json("user", "list")["rows"]] == ["Danton"]
    assert siaga.json("user", "disable", "danton", code=1)["code"] == "last-administrator"


def test_at_the_machine_a_password_may_be_set_that_opens_several_agencies(siaga: Siaga) -> None:
    siaga.json("user", "add", "Rini", "--role", "crew", "--agency", "bontang", "--generate")
    siaga.json("user", "roles", "Rini", "--role", "coordinator", "--agency", "kaltim")
    assert len(siaga.json("user", "password", "Rini", "--generate")["password"]) >= 20


def test_a_password_comes_from_a_file_and_a_short_one_is_refused(siaga: Siaga, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("pendek\n")
    add = ("user", "add", "Kru", "--role", "crew", "--password-file", str(tmp_path / "password"))
    assert siaga.json(*add, code=1)["code"] == "password-too-short"
    (tmp_path / "password").write_text("panjang sekali\n")
    assert "password" not in siaga.json(*add)


def test_nobody_is_there_for_an_unknown_name(siaga: Siaga) -> None:
    siaga(*AGENCY)
    assert siaga.json("user", "password", "hantu", "--generate", code=1)["code"] == "account-unknown"


def test_a_token_is_issued_once_and_revoked(siaga: Siaga) -> None:
    issued = siaga.json("token", "issue", "statistik", "--role", "reporter", "--days", "30")
    assert issued["secret"].startswith("sgt_")
    assert issued["secret"] not in (siaga.data / "siaga.db").read_bytes().decode("latin-1")
    assert siaga("token", "revoke", issued["token"]) == 0
    assert siaga.json("token", "list")["rows"] == []


def test_what_http_would_not_take_is_not_taken_from_the_keyboard_either(siaga: Siaga) -> None:
    for name in ("", "x" * 5000, "dua\nbaris"):
        assert siaga("user", "add", name, "--role", "crew", "--generate") == 2
    assert siaga("token", "issue", "", "--role", "reporter") == 2
    assert siaga.json("user", "list")["rows"] == []


def test_a_device_belongs_to_the_nodes_agency_so_that_its_shift_leader_can_shut_it_out(siaga: Siaga) -> None:
    siaga(*AGENCY)
    offered = siaga.json("device", "offer", "tablet BTG-1", "--role", "crew")
    rows = siaga.json("show", "access.offers")["rows"]
    assert [(row["offer"], row["agency"]) for row in rows] == [(offered["offer"], "bontang")]


def test_a_device_is_offered_a_link(siaga: Siaga) -> None:
    offered = siaga.json("device", "offer", "tablet BTG-1", "--role", "crew", "--unit", "BTG-1")
    assert "#sge_" in offered["link"]
    assert siaga.json("device", "list")["rows"] == []
    assert siaga.json("device", "revoke", "none", code=1)["code"] == "device-unknown"


# ── keeping a node whole ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_chain_that_holds_and_one_that_does_not(city: Siaga) -> None:
    head = city.json("log", "head")
    assert city.json("log", "verify", "--head", head["file"]) == {
        "positions": 4,
        "broken_at": None,
        "head_signed_at": head["at"],
    }
    with opened(city) as db:
        db.execute("update log set actor = 'somebody else' where position = 3")
    verdict = city.json("log", "verify", code=1)
    assert (verdict["broken_at"], verdict["reason"]) == (3, "altered")


def test_a_cut_tail_shows_against_a_signed_head(city: Siaga) -> None:
    head = city.json("log", "head")["file"]
    with opened(city) as db:
        db.execute("delete from log where position = 4")
    assert city.json("log", "verify")["broken_at"] is None
    assert city.json("log", "verify", "--head", head, code=1)["broken_at"] == 4


def test_a_backup_is_restored_elsewhere_with_the_key_from_elsewhere(city: Siaga, tmp_path: Path) -> None:
    city("do", "intake.note-incident", "incident=i7", "note=asap hitam")
    made = city.json("backup", str(tmp_path / "b"))
    assert made["position"] == 5
    assert "Kunci brankas data TIDAK ada" in city.err
    assert city.json("backup", str(tmp_path / "b"), code=1)["code"] == "file-exists"
    assert city.json("restore", str(tmp_path / "b"), code=1)["code"] == "not-empty"
    before = city.json("show", "dispatch.journal", "incident=i7")["rows"]
    key = (city.data / "keys" / "vault.key").read_text()
    city.data = tmp_path / "other"
    (city.data / "keys").mkdir(parents=True)
    (city.data / "keys" / "vault.key").write_text(key)
    assert city.json("restore", str(tmp_path / "b"))["position"] == 5
    assert city.json("show", "dispatch.journal", "incident=i7")["rows"] == before


def test_a_restore_without_the_key_is_broken_and_says_what_is_missing(city: Siaga, tmp_path: Path) -> None:
    city("backup", str(tmp_path / "b"))
    city.data = tmp_path / "other"
    assert city("restore", str(tmp_path / "b")) == 3
    assert "vault.key" in city.err


def test_tables_are_rebuilt_to_the_same_rows(city: Siaga) -> None:
    before = city.json("show", "dispatch.incidents")
    assert city.json("rebuild", "dispatch", "intake") == {"events": 4, "slices": ["dispatch", "intake"]}
    assert city.json("show", "dispatch.incidents") == before


def test_what_was_told_is_erased_for_good(city: Siaga) -> None:
    city("do", "intake.note-incident", "incident=i7", "note=rahasia", "--id", "n1")
    assert city.json("vault", "erase", "n1.1", "--reason", "diminta")["subject"] == "n1.1"
    row = city.json("show", "dispatch.journal", "incident=i7")["rows"][-1]
    assert (row["note"], row["erased"]) == (None, True)
    assert city.json("vault", "erase", "n1.1", "--reason", "lagi", code=1)["code"] == "nothing-to-erase"


@pytest.mark.parametrize("command", [("show", "dispatch.board"), ("log", "verify"), ("rebuild",), ("backup", "b")])
def test_without_a_store_nothing_is_made(siaga: Siaga, command: tuple[str, ...]) -> None:
    assert siaga.json(*command, code=1)["code"] == "no-store"
    assert not siaga.data.exists()


def test_a_vault_key_that_is_gone_is_broken_not_refused(city: Siaga) -> None:
    (city.data / "keys" / "vault.key").unlink()
    broken = city.json("show", "dispatch.board", code=3)
    assert broken["code"] == "broken"
    assert "Traceback" not in city.err


def test_a_setting_that_cannot_be_understood_is_named(siaga: Siaga, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIAGA_LISTEN", "everywhere")
    assert siaga("settings") == 2
    assert "SIAGA_LISTEN" in siaga.err


def test_settings_hide_passwords(siaga: Siaga, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIAGA_STORE", "postgresql://siaga:rahasia@db/siaga")
    assert siaga.json("settings")["SIAGA_STORE"] == "postgresql://…@db/siaga"


# ── what a city brings along ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_pasted_place_is_read(siaga: Siaga) -> None:
    found = siaga.json("locate", "0.13330, 117.50012")
    assert {name: found[name] for name in ("lat", "lon", "kind")} == {
        "lat": 0.1333,
        "lon": 117.50012,
        "kind": "decimal",
    }
    assert set(found) == {"lat", "lon", "kind", "precision_m", "text"}
    assert not siaga.data.exists()


def test_a_latitude_south_of_the_equator_is_no_option(siaga: Siaga) -> None:
    assert siaga.json("locate", "-1.26540, 116.83120")["lat"] == -1.2654


def test_what_holds_no_place_says_why_and_exits_1(siaga: Siaga) -> None:
    said = siaga.json("locate", "https://maps.app.goo.gl/abc123", code=1)
    assert said["code"] == "short-link"
    assert "Tautan pendek" in said["reason"]


def test_a_region_is_imported_with_figures_and_the_roads_answer(siaga: Siaga) -> None:
    extract = DATA / "roads" / "balikpapan_kota_drive.graphml"
    outlines = DATA / "admin" / "wilayah_boundaries_kel_64.71.geojson"
    if not extract.exists():
        pytest.skip(f"{extract.name} is not there (shared/data)")
    wanted = ("region", "import", str(extract), "--clip", "64.71", "--clip-file", str(outlines), "--name", "Balikpapan")
    figures = siaga.json(*wanted)
    assert figures["areas"] == 34
    assert figures["links"] > 1000
    assert siaga.json("show", "places.region")["rows"][0]["name"] == "Balikpapan"
    assert abs(sum(a["demand"] for a in _areas(siaga)) - 1) < 1e-9
    eta = siaga.json("roads", "eta", "-1.27515, 116.80995", "-1.25730, 116.81888")
    assert eta["way"] == "network"
    assert 120 < eta["seconds"] < 1800
    position = siaga.json("show", "places.region")["position"]
    siaga.json(*wanted)
    assert siaga.json("show", "places.region")["position"] == position  # the same file again is nothing new


def _areas(siaga: Siaga) -> list[dict[str, Any]]:
    with opened(siaga) as db:
        return [{"area": a, "demand": d} for a, d in db.execute("select area, demand from places_area")]


def test_an_extract_that_is_none_is_refused_in_words(siaga: Siaga, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("nothing")
    assert siaga.json("region", "import", str(tmp_path / "x.txt"), code=1)["code"] == "region.format-unknown"
    assert siaga("region", "import", str(tmp_path / "absent.osm.pbf")) == 2


def test_travel_times_know_units_stations_and_incidents(city: Siaga) -> None:
    assert city.json("roads", "eta", "BTG-1", "i7") == city.json("roads", "eta", "mako", "i7")
    assert city.json("roads", "eta", "mako", "i7")["way"] == "straight-line"
    assert city.json("roads", "eta", "mako", "di mana-mana", code=1)["code"] == "roads.no-place"


def test_every_warning_of_a_survey_has_its_sentence() -> None:
    from siaga.engine.roads.survey import Notice
    from siaga.kernel.texts import catalogue

    for code in ("roads-disconnected", "roads-without-class", "roads-class-without-speed", "roads-without-length",
                 "roads-very-long", "roads-no-way-out", "roads-no-way-in"):  # fmt: skip
        assert f"region.{code}" in catalogue("id")
        said = region._notice(Notice(code=code, count=3, facts={"km": 1.0, "classes": "x", "vehicle_class": "pump"}))
        assert "?" not in said["text"]


# ── beside a running server ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def server(city: Siaga) -> Iterator[str]:
    """A server on the city's folder, as a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SIAGA_")} | {"SIAGA_DATA": str(city.data)}
    command = [sys.executable, "-m", "siaga.edges.cli", "serve", "--port", "0", "--json"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    address = json.loads(process.stdout.readline())["address"]
    yield address
    process.terminate()
    assert process.wait(20) == 0


@pytest.mark.server
def test_the_command_line_works_beside_a_running_server(city: Siaga, server: str) -> None:
    with urlopen(f"{server}/health") as answer:
        assert answer.status == 200
    before = city.json("show", "dispatch.board")["position"]
    assert city("do", "dispatch.report-status", "unit=BTG-1", "status=out-of-service", "reason=ban") == 0
    shown = city.json("show", "dispatch.board")
    assert shown["position"] > before  # the server may have recorded something of its own meanwhile
    assert shown["rows"][0]["status"] == "out-of-service"


@pytest.mark.server
def test_a_taken_port_is_said_in_words(city: Siaga, server: str) -> None:
    assert city.json("serve", "--port", server.rpartition(":")[2], code=1)["code"] == "port-taken"


@pytest.mark.server
def test_a_watched_view_is_shown_again_when_another_process_changes_it(city: Siaga) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SIAGA_")} | {"SIAGA_DATA": str(city.data)}
    command = [sys.executable, "-m", "siaga.edges.cli", "show", "dispatch.board", "--watch", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        first = json.loads(watch.stdout.readline())
        city("do", "dispatch.report-status", "unit=BTG-1", "status=out-of-service")
        second = json.loads(watch.stdout.readline())
        watch.terminate()
    assert [rows["rows"][0]["status"] for rows in (first, second)] == ["ready", "out-of-service"]


@pytest.mark.server
def test_the_demo_prints_one_object_once_it_answers_and_starts_again_with_the_same_sign_ins(tmp_path: Path) -> None:
    first = _demo(tmp_path / "demo")
    assert {"name", "password", "roles"} == set(first["sign_ins"][0])
    assert _demo(tmp_path / "demo")["sign_ins"] == first["sign_ins"]
    assert _demo(tmp_path / "demo", "--fresh")["sign_ins"] != first["sign_ins"]


def _demo(data: Path, *more: str) -> Any:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SIAGA_")}
    command = [sys.executable, "-m", "siaga.edges.cli", "demo", "--data", str(data), "--port", "0", "--json", *more]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as demo:
        assert demo.stdout is not None
        said = json.loads(demo.stdout.readline())
        with urlopen(f"{said['address']}/health") as answer:
            assert answer.status == 200
        demo.terminate()
    return said


def test_nobody_throws_a_demo_away_that_still_runs(siaga: Siaga, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "demo").touch()
    with (folder / "demo").open() as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        refused = siaga.json("demo", "--data", str(folder), "--port", "0", "--fresh", code=1)
    assert refused["code"] == "demo-runs"
    assert (folder / "demo").exists()


def test_a_demo_never_enters_the_folder_of_a_service(city: Siaga) -> None:
    assert city.json("demo", "--port", "0", code=1)["code"] == "not-a-demo"
    assert city.json("demo", "--port", "0", "--fresh", code=1)["code"] == "not-a-demo"
    assert city.json("show", "dispatch.agencies")["rows"]


def test_without_settings_the_demo_of_this_folder_is_meant(
    city: Siaga, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".siaga").mkdir()
    city.data.rename(tmp_path / ".siaga" / "demo")
    assert run(["show", "dispatch.board", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "no-store"  # nothing says that this folder is a demo's
    (tmp_path / ".siaga" / "demo" / "demo").touch()
    assert run(["show", "dispatch.board", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["rows"][0]["unit"] == "BTG-1"
    assert ".siaga/demo" in said.err
    assert run(["do", "dispatch.withdraw-unit", "unit=BTG-1"]) == 0
    assert (
        run(["user", "add", "x", "--role", "crew", "--generate"]) == 0
    )  # a new account is of a service, not of a demo
    assert (tmp_path / "home" / ".local" / "share" / "siaga" / "siaga.db").exists()


def test_help_starts_without_the_engine() -> None:
    code = (
        "import sys; from siaga.edges.cli import run; run(['--help']);"
        "print([m for m in ('numpy', 'polars', 'numba', 'shapely', 'cryptography', 'uvicorn') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "[]"


def test_completion_offers_names_of_commands_and_views() -> None:
    from siaga.edges.cli.doors import _kinds, _views

    assert "dispatch.report-status" in list(_kinds("dispatch.re"))
    assert list(_views("dispatch.boa")) == ["dispatch.board"]


def test_the_mark_of_papers_is_set_from_a_file_and_refused_when_it_is_no_drawing(city: Siaga, tmp_path: Path) -> None:
    mark = tmp_path / "lambang.svg"
    mark.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>')
    assert city("paper", "logo", str(mark), "--text", "Lingkaran") == 0, city.err
    assert city.json("show", "paper.logo")["rows"][0]["text"] == "Lingkaran"
    mark.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script/></svg>')
    assert city("paper", "logo", str(mark), "--text", "Lingkaran") != 0
    assert "script" in city.err
    assert city("paper", "logo", str(mark), "--text", " ") != 0
