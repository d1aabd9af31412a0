"""The doors of exports: whose eyes, how often, what is said to strangers; a served node read by GDAL and by OWSLib."""

import asyncio
import csv
import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from neris_api_client.models import IncidentPayload

from edges.door_kit import Doors, Live, door, doors
from exports.exports_kit import LON, clock, closed, load_workbook, opened, served, town, words
from exports.test_cap import SCHEMA
from siaga.exports.neris_rules import broken
from siaga.kernel.desk import Desk

PERIOD = "since=2026-03-01T00:00:00Z&until=2026-04-01T00:00:00Z"
ALL = (
    *(f"/api/exports/incidents.{sort}?{PERIOD}" for sort in ("csv", "xlsx", "parquet", "json", "geojson")),
    "/api/exports/satu-data.zip?year=2026",
    "/api/exports/incidents/i1/neris.json",
    "/api/exports/incidents/i1/cap.xml?action=avoid",
)
__all__ = ["door", "doors"]


@pytest.fixture
def town_with_fires(city: Desk) -> Desk:
    """Eleven days of one fire each, the first one served; nine of them more than a week ago."""
    town(city)
    opened(city, area="64.74.02.1002")
    served(city)
    closed(city)
    for day in range(1, 12):
        opened(city, f"d{day}", "fire.land", day * 86400)
        closed(city, f"d{day}", day * 86400 + 900)
    clock(city, 16 * 86400)
    return city


def test_every_door_gives_its_file_to_who_may(doors: Doors, town_with_fires: Desk) -> None:
    told = words(town_with_fires)
    reader = doors.person("kepala", "administrator")
    for path in ALL:
        answer = reader.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["cache-control"] == "no-store"
        assert [word for word in told if word.encode() in answer.content] == []
    lines = list(csv.DictReader(io.StringIO(reader.get(ALL[0]).content.decode("utf-8-sig"))))
    assert len(lines) == 12
    payload = reader.get(ALL[6])
    IncidentPayload.model_validate(payload.json())
    assert broken(payload.json()) == []
    assert "smoke_alarm" in payload.headers["siaga-unsaid"]
    warning = reader.get(ALL[7])
    assert warning.headers["content-type"] == "application/cap+xml"
    SCHEMA.assertValid(etree.fromstring(warning.content))


def test_strangers_and_other_roles_get_nothing(doors: Doors, town_with_fires: Desk) -> None:
    stranger, crew = doors.client(), doors.person("regu", "crew")
    for path in ALL:
        assert stranger.get(path).status_code == 401
        assert crew.get(path).status_code == 403
    assert {line["kind"] for line in doors.security()} >= {"not-permitted", "not-signed-in"}
    desk, reporter = doors.person("operator", "dispatcher"), doors.person("pelapor", "reporter")
    assert desk.get(ALL[7]).status_code == 200
    assert desk.get(ALL[0]).status_code == 403
    assert reporter.get(ALL[0]).status_code == 200
    assert reporter.get(ALL[7]).status_code == 403


def test_what_cannot_be_made_is_said(doors: Doors, town_with_fires: Desk) -> None:
    opened(town_with_fires, "drill", "exercise.drill", 20 * 86400, exercise=True)
    reader = doors.person("kepala", "administrator")
    asked = {
        "/api/exports/incidents.csv": 400,
        "/api/exports/incidents.csv?since=2026-03-01T00:00:00Z&until=2027-06-01T00:00:00Z": 400,
        "/api/exports/incidents.csv?since=2026-03-01T00:00:00Z&until=2026-02-01T00:00:00Z": 400,
        f"/api/exports/incidents.ods?{PERIOD}": 404,
        f"/api/exports/incidents.csv?{PERIOD}&warna=1": 400,
        "/api/exports/satu-data.zip?year=12": 400,
        "/api/exports/incidents/i9/neris.json": 404,
        "/api/exports/incidents/drill/neris.json": 409,
        "/api/exports/incidents/i1/neris.json?department=6474": 409,
        "/api/exports/incidents/i1/cap.xml?action=panic": 400,
        "/api/exports/incidents/i1/cap.xml?action=avoid&message=Update": 409,
    }
    assert {path: reader.get(path).status_code for path in asked} == asked
    assert reader.post(ALL[5], json={}).status_code == 405


def test_a_loop_that_exports_is_told_to_wait(doors: Doors, town_with_fires: Desk) -> None:
    reader = doors.person("kepala", "administrator")
    answers = [reader.get("/api/exports/incidents/i9/neris.json") for _ in range(25)]
    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429


def test_whatever_is_exported_views_go_on_and_who_comes_late_is_sent_away(
    doors: Doors, town_with_fires: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, begun = threading.Event(), threading.Event()

    def slow(*_: Any) -> bytes:
        begun.set()
        assert held.wait(30)
        return b""

    monkeypatch.setattr("siaga.edges.exports.satu_data", slow)
    reader = doors.person("kepala", "administrator")

    async def at_once() -> list[int]:
        asked = [asyncio.create_task(reader._http.get(ALL[5])) for _ in range(10)]
        await asyncio.to_thread(begun.wait, 30)
        view = await reader._http.get("/api/views/dispatch.stations")
        held.set()
        return [view.status_code, *sorted([(await one).status_code for one in asked])]

    assert doors.run(at_once()) == [200, *[200] * 8, 429, 429]


# ── OGC API Features ─────────────────────────────────────────────────────────────────────────────────────────────────


def opened_to_all(doors: Doors) -> None:
    """The node is set to open its data."""
    object.__setattr__(doors.door.settings, "open_data", "yes")


def test_features_are_for_who_is_signed_in_unless_the_node_opens_them(doors: Doors, town_with_fires: Desk) -> None:
    items = "/api/features/collections/kejadian/items"
    assert doors.client().get(items).status_code == 401
    assert doors.client().get("/api/features").status_code == 401
    opened_to_all(doors)
    everybody = doors.client().get(items)
    assert everybody.status_code == 200
    assert everybody.headers["content-type"] == "application/geo+json"
    assert everybody.json()["numberReturned"] == 9
    assert str(LON) not in everybody.text
    assert {tuple(f["geometry"]["coordinates"]) for f in everybody.json()["features"]} == {
        (117.48, 0.14),
        (117.49, 0.13),
    }
    assert doors.person("pelapor", "reporter").get(items).json()["numberReturned"] == 12
    assert doors.person("regu", "crew").get(items).status_code == 403
    for wrong in ("Bearer sgt_wrong", "Basic cWdpczpzZ3Rfd3Jvbmc=", "Basic ?"):
        assert doors.client(Authorization=wrong).get(items).status_code == 401


def test_pages_link_to_the_next_and_every_link_leads_somewhere(doors: Doors, town_with_fires: Desk) -> None:
    reader = doors.person("pelapor", "reporter")
    seen: set[str] = set()
    waiting = ["http://siaga/api/features/"]
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        answer = reader.get(url.removeprefix("http://siaga"))
        assert answer.status_code == 200, url
        body = answer.json()
        links = [*body.get("links", []), *(one for c in body.get("collections", []) for one in c["links"])]
        waiting += [one["href"] for one in links]
        for one in links:
            if one["href"] == url:
                assert answer.headers["content-type"] == one["type"]
    assert {url.removeprefix("http://siaga/api/features") for url in seen} >= {"/api", "/conformance", "/collections"}
    url, found = "/api/features/collections/kejadian/items?limit=5&datetime=2026-03-08T00%3A00%3A00Z%2F..", []
    while url:
        page = reader.get(url).json()
        found += [feature["id"] for feature in page["features"]]
        url = next((x["href"].removeprefix("http://siaga") for x in page["links"] if x["rel"] == "next"), "")
    assert found == [f"d{day}" for day in range(1, 12)]


def test_features_that_are_not_there_and_parameters_that_are_none(doors: Doors, town_with_fires: Desk) -> None:
    reader = doors.person("pelapor", "reporter")
    home = "/api/features"
    asked = {
        f"{home}/collections/rumah": 404,
        f"{home}/collections/rumah/items": 404,
        f"{home}/collections/kejadian/items/zz": 404,
        f"{home}/collections/kejadian/items?warna=merah": 400,
        f"{home}/collections/kejadian/items?bbox=1,2,3": 400,
        f"{home}/collections/kejadian/items?after=AAAA": 400,
        f"{home}/collections?f=html": 400,
        f"{home}/nothing": 404,
        f"{home}/collections/pos/items/MAKO": 200,
        f"{home}/collections/kejadian?f=json": 200,
    }
    assert {path: reader.get(path).status_code for path in asked} == asked
    assert reader.post(f"{home}/collections", json={}).status_code == 405


def test_everybody_is_slowed_down(doors: Doors, town_with_fires: Desk) -> None:
    opened_to_all(doors)
    stranger = doors.client("198.51.100.9")
    answers = [stranger.get("/api/features/conformance").status_code for _ in range(70)]
    assert answers[0] == 200
    assert answers[-1] == 429


@pytest.fixture
def served_node(doors: Doors, town_with_fires: Desk) -> Iterator[Live]:
    """The node as it ships, on a socket, open to everybody."""
    opened_to_all(doors)
    started = Live(doors.door)
    yield started
    started.stop()


def in_another_process(script: str, *arguments: str) -> Any:
    """What a client says; in a process of its own, since GDAL holds Python's lock while it waits for us."""
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


BY_GDAL = """
import json, sys, pyogrio
address, how, token = sys.argv[1:]
ways = {"": {}, "bearer": {"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": token},
  "basic": {"GDAL_HTTP_AUTH": "BASIC", "GDAL_HTTP_USERPWD": f"qgis:{token}"}}
pyogrio.set_gdal_config_options(ways[how])
source = f"OAPIF:{address}/api/features"
layers = [str(name) for name, _ in pyogrio.list_layers(source)]
meta, _, shapes, fields = pyogrio.raw.read(source, layer="kejadian")
info = pyogrio.read_info(source, layer="kejadian")
boxed = pyogrio.raw.read(source, layer="kejadian", bbox=(117.485, 0.125, 117.495, 0.135))
areas = pyogrio.raw.read(source, layer="wilayah")
print(json.dumps({"layers": layers, "count": len(shapes), "crs": info["crs"], "fields": list(map(str, meta["fields"])),
  "boxed": len(boxed[2]), "areas": len(areas[2]), "type": info["geometry_type"]}))
"""


@pytest.mark.server
def test_gdal_opens_it_as_qgis_does(doors: Doors, served_node: Live) -> None:
    coarse = in_another_process(BY_GDAL, served_node.address, "", "")
    assert coarse["layers"] == ["kejadian", "wilayah", "pos"]
    assert (coarse["count"], coarse["areas"], coarse["type"]) == (9, 3, "Point")
    assert "tanggal" in coarse["fields"]
    assert "nomor" not in coarse["fields"]
    assert coarse["crs"] in ("OGC:CRS84", "EPSG:4326")
    token = doors.program("reporter").bearer
    for how in ("bearer", "basic"):
        exact = in_another_process(BY_GDAL, served_node.address, how, token)
        assert (exact["count"], exact["boxed"]) == (12, 12)
        assert "nomor" in exact["fields"]


BY_OWSLIB = """
import json, sys
from owslib.ogcapi.features import Features
address, token = sys.argv[1:]
client = Features(address + "/api/features/", headers={"Authorization": f"Bearer {token}"} if token else {})
first = client.collection_items("kejadian", limit=4)
following = next(link["href"] for link in first["links"] if link["rel"] == "next")
one = client.collection_item("kejadian", first["features"][0]["id"])
boxed = client.collection_items("kejadian", bbox=[0, 0, 1, 1])
timed = client.collection_items("kejadian", datetime_="2026-03-09T00:00:00+08:00/2026-03-10T00:00:00+08:00")
print(json.dumps({"conforms": client.conformance()["conformsTo"], "features": client.feature_collections(),
  "api": client.api()["openapi"], "first": first["numberReturned"], "next": following, "one": one["id"],
  "boxed": boxed["numberReturned"], "timed": timed["numberReturned"], "links": len(client.links)}))
"""


@pytest.mark.server
def test_owslib_reads_it(doors: Doors, served_node: Live) -> None:
    for token in ("", doors.program("reporter").bearer):
        said = in_another_process(BY_OWSLIB, served_node.address, token)
        assert said["features"] == ["kejadian", "wilayah", "pos"]
        assert said["conforms"][0].endswith("ogcapi-features-1/1.0/conf/core")
        assert (said["first"], said["boxed"], said["api"]) == (4, 0, "3.0.3")
        assert said["next"].startswith(f"{served_node.address}/api/features/collections/kejadian/items?limit=4&after=")
        assert said["timed"] == (1 if token else 2)


def test_the_workbooks_of_a_quarter_are_for_who_sends_it(doors: Doors, town_with_fires: Desk) -> None:
    told = words(town_with_fires)
    paths = [f"/api/exports/{to}/{period}.xlsx" for to in ("espm", "sipadam") for period in ("2026-Q1", "2026")]
    for role in ("reporter", "planner", "administrator", "coordinator"):
        answer = doors.person(f"p-{role}", role).get(paths[0])
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"] == 'attachment; filename="espm-2026-Q1.xlsx"'
    reader, other = doors.person("pelapor", "reporter"), doors.person("regu", "commander")
    for path in paths:
        cells = load_workbook(io.BytesIO(reader.get(path).content))
        text = " ".join(str(cell.value) for sheet in cells for row in sheet.iter_rows() for cell in row)
        assert [word for word in told if word in text] == []
        assert (doors.client().get(path).status_code, other.get(path).status_code) == (401, 403)
    asked = {"espm/2026-03.xlsx": 404, "espm/2026-Q5.xlsx": 404, "espm/2026.csv": 404, "espm/2026.xlsx?a=1": 400}
    assert {path: reader.get(f"/api/exports/{path}").status_code for path in asked} == asked
