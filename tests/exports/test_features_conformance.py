"""OGC API Features 1.0, requirement by requirement of the classes that the conformance page claims.

Named after the standard's own identifiers (/req/core/…, /req/geojson/…, /req/oas30/…); clients of the world (GDAL,
OWSLib) are in test_doors."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from edges.door_kit import Doors, door, doors
from exports.conftest import square
from exports.exports_kit import LAT, LON, clock, closed, opened, town
from siaga.exports.features_about import CORE, CRS84
from siaga.kernel.desk import Desk
from siaga.slices.places import tables as places

__all__ = ["door", "doors"]
HOME = "/api/features"
ITEMS = f"{HOME}/collections/kejadian/items"
GEOJSON, OPENAPI = "application/geo+json", "application/vnd.oai.openapi+json;version=3.0"
OPERATIONS = (
    f"{HOME}/",
    f"{HOME}/api",
    f"{HOME}/conformance",
    f"{HOME}/collections",
    f"{HOME}/collections/kejadian",
    ITEMS,
    f"{ITEMS}/d1",
    f"{HOME}/collections/pos/items/MAKO",
)


@pytest.fixture
def reader(doors: Doors, city: Desk) -> Any:
    """Somebody who may read reports, in a town with seven incidents, a day apart."""
    town(city)
    for day in range(1, 8):
        opened(city, f"d{day}", "fire.land", day * 86400, area="64.74.02.1002")
        closed(city, f"d{day}", day * 86400 + 900)
    clock(city, 9 * 86400)
    return doors.person("pelapor", "reporter")


def get(reader: Any, path: str) -> Any:
    answer = reader.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()


def ids(reader: Any, query: str, collection: str = "kejadian") -> list[str]:
    return [f["id"] for f in get(reader, f"{HOME}/collections/{collection}/items?{query}")["features"]]


def links(body: Any, rel: str) -> list[Any]:
    return [one for one in body["links"] if one["rel"] == rel]


# ── core ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_root_op_and_root_success(reader: Any) -> None:
    for path in (HOME, f"{HOME}/"):
        body = get(reader, path)
        for rel in ("service-desc", "conformance", "data"):
            (only,) = links(body, rel)
            assert reader.get(only["href"].removeprefix("http://siaga")).status_code == 200
        assert body["title"]


def test_api_definition_op_and_success(reader: Any) -> None:
    (only,) = links(get(reader, f"{HOME}/"), "service-desc")
    answer = reader.get(only["href"].removeprefix("http://siaga"))
    assert answer.headers["content-type"] == only["type"] == OPENAPI
    assert answer.json()["openapi"].startswith("3.0.")


def test_conformance_op_and_success_and_html_is_not_claimed(reader: Any) -> None:
    claimed = get(reader, f"{HOME}/conformance")["conformsTo"]
    assert claimed == [f"{CORE}/core", f"{CORE}/oas30", f"{CORE}/geojson"]
    for path in OPERATIONS:
        answer = reader.get(path, headers={"Accept": "text/html"})
        assert "html" not in answer.headers["content-type"]
        assert reader.get(f"{path}?f=html").status_code == 400


def test_http(reader: Any) -> None:
    for path in OPERATIONS:
        head, whole = reader.ask("HEAD", path), reader.get(path)
        assert (head.status_code, head.content) == (200, b""), path
        assert head.headers["content-type"] == whole.headers["content-type"]
        refused = reader.ask("PUT", path, json={})
        assert (refused.status_code, "GET" in refused.headers["allow"]) == (405, True)


@pytest.mark.parametrize("path", OPERATIONS)
def test_query_param_unknown(reader: Any, path: str) -> None:
    for query in ("warna=merah", "Limit=1", "f=json&crs=x"):
        answer = reader.get(f"{path}?{query}")
        assert answer.status_code == 400, (path, query)
        assert answer.json()["field"]


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=-1", "limit=x", "limit=", "limit=1.5", "f=xml"),
        *("bbox=", "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=a,b,c,d", "bbox=1,4,3,2", "bbox=181,0,182,1", "bbox=0,0,1,91"),
        *("datetime=", "datetime=kemarin", "datetime=2026-13-01T00:00:00Z", "datetime=2026-03-08T25:00:00Z"),
        *("datetime=../..x", "datetime=2026-03-09T00:00:00Z/2026-03-08T00:00:00Z", "datetime=2026-W10-6"),
        *("datetime=20260308T000000Z", "datetime=2026-03-08T00:00:00", "datetime=2026-03-08T00Z", "after=zz"),
    ],
)
def test_query_param_invalid(reader: Any, query: str) -> None:
    answer = reader.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.json()["field"] == query.partition("=")[0]


def test_crs84(reader: Any) -> None:
    for collection in get(reader, f"{HOME}/collections")["collections"]:
        assert collection["crs"] == [CRS84]
    (first, *_) = get(reader, ITEMS)["features"]
    assert first["geometry"]["coordinates"] == [LON, LAT]


def test_fc_md_op_success_links_items_and_items_links(reader: Any) -> None:
    body = get(reader, f"{HOME}/collections")
    (own,) = links(body, "self")
    assert (own["href"], own["type"]) == (f"http://siaga{HOME}/collections", "application/json")
    assert [one["id"] for one in body["collections"]] == ["kejadian", "wilayah", "pos"]
    for collection in body["collections"]:
        (only,) = links(collection, "items")
        assert (only["href"].rsplit("/", 2)[1:], only["type"]) == ([collection["id"], "items"], GEOJSON)
        answer = reader.get(only["href"].removeprefix("http://siaga"))
        assert (answer.status_code, answer.headers["content-type"]) == (200, GEOJSON)


def test_fc_md_extent_holds_every_feature_where_one_is_given(reader: Any, city: Desk) -> None:
    opened(city, "far", "fire.land", 100)
    for collection in get(reader, f"{HOME}/collections")["collections"]:
        boxes = collection.get("extent", {}).get("spatial", {}).get("bbox", [])
        assert bool(boxes) == (collection["id"] == "wilayah")  # an incident or a station may lie anywhere
        for west, south, east, north in boxes:
            for found in get(reader, f"{HOME}/collections/{collection['id']}/items?limit=1000")["features"]:
                for lon, lat in found["geometry"]["coordinates"][0]:
                    assert west <= lon <= east
                    assert south <= lat <= north
    time = get(reader, f"{HOME}/collections/kejadian")["extent"]["temporal"]
    assert time["interval"] == [[None, None]]


def test_sfc_md_op_and_success(reader: Any) -> None:
    for collection in get(reader, f"{HOME}/collections")["collections"]:
        alone = get(reader, f"{HOME}/collections/{collection['id']}")
        assert alone == collection
        (own,) = links(alone, "self")
        assert own["href"] == f"http://siaga{HOME}/collections/{collection['id']}"
    assert reader.get(f"{HOME}/collections/rumah").status_code == 404


def test_fc_op_fc_response_and_fc_links(reader: Any) -> None:
    for collection in ("kejadian", "wilayah", "pos"):
        path = f"{HOME}/collections/{collection}/items?limit=2"
        body = get(reader, path)
        (own,) = links(body, "self")
        assert (own["href"], own["type"]) == (f"http://siaga{path}", GEOJSON)
        assert links(body, "alternate") == []  # there is no other media type
        assert get(reader, own["href"].removeprefix("http://siaga"))["features"] == body["features"]


def test_fc_rel_type(reader: Any) -> None:
    for path in OPERATIONS:
        body = get(reader, path)
        found = [*body.get("links", []), *(one for c in body.get("collections", []) for one in c["links"])]
        assert all(one["rel"] and one["type"] and one["href"].startswith("http") for one in found), path
    assert "next" in {one["rel"] for one in get(reader, f"{ITEMS}?limit=1")["links"]}


def test_fc_limit_definition_and_response(reader: Any) -> None:
    assert len(ids(reader, "limit=3")) == 3
    assert len(ids(reader, "limit=999999")) == 7  # more than the most is no error
    assert len(ids(reader, "")) == 7
    page, seen = f"{ITEMS}?limit=3", []
    while page:
        body = get(reader, page)
        seen.append(len(body["features"]))
        page = next((one["href"].removeprefix("http://siaga") for one in links(body, "next")), "")
    assert seen == [3, 3, 1]


def test_fc_number_returned_matched_and_time_stamp(reader: Any) -> None:
    for query in ("limit=2", "bbox=0,0,1,1", ""):
        body = get(reader, f"{ITEMS}?{query}")
        assert body["numberReturned"] == len(body["features"])
        assert "numberMatched" not in body  # it would read everything to count it
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["timeStamp"])


def test_fc_bbox_definition_and_response_of_points(reader: Any) -> None:
    whole = [f"d{day}" for day in range(1, 8)]
    assert ids(reader, f"bbox={LON},{LAT},{LON},{LAT}") == whole
    assert ids(reader, f"bbox={LON - 1},{LAT - 1},-100,{LON + 1},{LAT + 1},100") == whole
    assert ids(reader, f"bbox={LON + 0.001},{LAT},{LON + 1},{LAT + 1}") == []
    assert ids(reader, "bbox=100,-10,-170,10") == whole  # across the date line
    assert ids(reader, "bbox=170,-10,-170,10") == []


def test_fc_bbox_response_of_areas_is_by_their_shape_and_not_by_its_bounds(reader: Any, city: Desk) -> None:
    corner = [[117.0, 0.0], [117.3, 0.0], [117.3, 0.3], [117.2, 0.3], [117.2, 0.1], [117.0, 0.1], [117.0, 0.0]]
    ring = square(118.0, 0.0, 0.3)
    ring["coordinates"].append(square(118.1, 0.1, 0.1)["coordinates"][0])
    two = {
        "type": "MultiPolygon",
        "coordinates": [square(119, 0, 0.1)["coordinates"], square(119.5, 0, 0.1)["coordinates"]],
    }
    areas = [
        places.Area("corner", "Siku", "kota", 117.25, 0.05, {"type": "Polygon", "coordinates": [corner]}),
        places.Area("ring", "Cincin", "kota", 118.05, 0.05, ring),
        places.Area("two", "Dua", "kota", 119.05, 0.05, two),
    ]
    region = places.Region(region="x", name="X", digest="d2", schematic=True, areas=areas, streets=[], landmarks=[])
    city.work(lambda tx: places.keep_region(tx, region))

    def met(box: str) -> list[str]:
        return ids(reader, f"limit=1000&bbox={box}", "wilayah")

    assert met("117.05,0.15,117.15,0.25") == []  # in the bounds of the corner, beside it
    assert met("117.05,0.05,117.1,0.06") == ["corner"]  # wholly inside
    assert met("116,-1,117.5,1") == ["corner"]  # wholly around it
    assert met("117.15,0.15,117.25,0.16") == ["corner"]  # across a side
    assert met("118.12,0.12,118.18,0.18") == []  # in the hole
    assert met("118.05,0.12,118.18,0.18") == ["ring"]
    assert met("119.2,0,119.4,0.1") == []  # between the two parts
    assert met("119.55,0.05,119.58,0.06") == ["two"]


def test_fc_time_definition_and_response(reader: Any) -> None:
    at = datetime.fromisoformat(get(reader, ITEMS)["features"][2]["properties"]["dibuka"]).astimezone(UTC)
    exactly, before, later = (f"{x:%Y-%m-%dT%H:%M:%S}" for x in (at, at - timedelta(hours=1), at + timedelta(hours=1)))

    def when(text: str) -> list[str]:
        return ids(reader, f"datetime={quote(text)}")

    for only in (f"{exactly}Z", f"{before}Z/{later}Z", f"{exactly.lower()}z", f"{exactly}.0Z", f"{exactly}+00:00"):
        assert when(only) == ["d3"], only
    for start in ("", ".."):
        assert when(f"{start}/{exactly}Z") == ["d1", "d2", "d3"]
    for end in ("", ".."):
        assert when(f"{exactly}Z/{end}") == ["d3", "d4", "d5", "d6", "d7"]
    assert when(f"{later}Z/{later[:-2]}60Z") == []  # a leap second is one of RFC 3339
    for still in ("wilayah", "pos"):  # what has no time is found at any time
        assert ids(reader, f"datetime={before}Z", still) == ids(reader, "", still) != []


def test_f_op_f_success_and_f_links(reader: Any) -> None:
    for collection in ("kejadian", "wilayah", "pos"):
        for listed in get(reader, f"{HOME}/collections/{collection}/items")["features"]:
            path = f"{HOME}/collections/{collection}/items/{listed['id']}"
            body = get(reader, path)
            assert {name: body[name] for name in listed} == listed
            assert [(one["rel"], one["type"]) for one in body["links"]] == [
                ("self", GEOJSON),
                ("collection", "application/json"),
            ]
            assert links(body, "self")[0]["href"] == f"http://siaga{path}"


# ── geojson, oas30 ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_geojson_definition_and_content(reader: Any) -> None:
    for collection in ("kejadian", "wilayah", "pos"):
        answer = reader.get(f"{HOME}/collections/{collection}/items")
        assert answer.headers["content-type"] == GEOJSON
        assert (answer.json()["type"], type(answer.json()["links"])) == ("FeatureCollection", list)
        for found in answer.json()["features"]:
            assert (found["type"], type(found["properties"])) == ("Feature", dict)
            assert found["geometry"]["type"] in ("Point", "Polygon", "MultiPolygon")
        alone = reader.get(f"{HOME}/collections/{collection}/items/{answer.json()['features'][0]['id']}")
        assert alone.headers["content-type"] == GEOJSON
        assert (alone.json()["type"], type(alone.json()["links"])) == ("Feature", list)


def test_oas30_names_every_operation_every_parameter_and_who_may(doors: Doors, reader: Any) -> None:
    said = get(reader, f"{HOME}/api")
    assert {f"{HOME}{path}" for path in said["paths"]} >= {
        f"{HOME}/",
        f"{HOME}/conformance",
        f"{HOME}/collections",
        ITEMS,
    }
    parts = said["components"]["parameters"]
    assert (parts["limit"]["schema"]["minimum"], parts["limit"]["schema"]["default"]) == (1, 100)
    assert [one["minItems"] for one in parts["bbox"]["schema"]["oneOf"]] == [4, 6]
    assert (parts["datetime"]["schema"], parts["datetime"]["style"]) == ({"type": "string"}, "form")
    wanted = {
        one["$ref"].rsplit("/", 1)[1] for one in said["paths"]["/collections/kejadian/items"]["get"]["parameters"]
    }
    assert wanted == {"f", "limit", "bbox", "datetime", "after"}
    assert said["security"] == [{"bearer": []}, {"basic": []}]
    assert set(said["components"]["securitySchemes"]) == {"bearer", "basic"}
