"""The doors of exports, of OGC API Features and of the public page, for the OpenAPI document."""

from collections.abc import Callable
from typing import Any, get_args

from ..exports.cap import ISSUERS, Action, Message
from ..exports.features import COLLECTIONS
from ..exports.features_about import GEOJSON, OPENAPI
from ..exports.incidents import EXPORTERS, FILES
from ..exports.quarter import SENDERS
from ..slices.warning import READERS
from .public_page import DATA, PAGE

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
TIME: Json = {"type": "string", "format": "date-time"}


def paths(does: Callable[..., Json]) -> Json:
    """Their paths; `does` describes an operation with the noes every door can give."""
    return _exports(does) | _features(does) | _public(does)


def _query(name: str, schema: Json, required: bool = False) -> Json:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _path(name: str, schema: Json = TEXT) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _file(says: str, *kinds: str) -> Json:
    """What is sent as JSON is read as JSON, whatever it holds; anything else is text to who reads the description."""
    content: Json = {kind: {"schema": {} if kind.endswith("json") else TEXT} for kind in kinds}
    return {"200": {"description": says, "content": content}}


def _exports(does: Callable[..., Json]) -> Json:
    whole = {"x-roles": list(EXPORTERS)}
    period = [_path("sort", TEXT | {"enum": list(FILES)}), _query("since", TIME, True), _query("until", TIME, True)]
    year = _query("year", {"type": "integer", "minimum": 1990, "maximum": 2200}, True)
    department = _query("department", TEXT)
    warning = [
        _path("incident"),
        _query("warning", TEXT),
        _query("action", TEXT | {"enum": list(get_args(Action))}),
        _query("message", TEXT | {"enum": list(get_args(Message))}),
        _query("references", {"type": "array", "items": TEXT}),
        _query("radius_m", {"type": "number"}),
        _query("hours", {"type": "number"}),
    ]
    kinds = [kind.partition(";")[0] for kind in FILES.values()]
    files = {
        "/api/exports/incidents.{sort}": (
            "exports.incidents",
            "The incidents of a period (at most a year) as a file.",
            _file("The file.", *kinds),
            period,
            whole,
        ),
        **{
            f"/api/exports/{to}/{{period}}.xlsx": (
                f"exports.{to}",
                f"What {name} is typed from: a quarter (2026-Q3) or a year (2026).",
                _file("The workbook.", FILES["xlsx"]),
                [_path("period", TEXT | {"pattern": r"^\d{4}(-Q[1-4])?$"})],
                {"x-roles": list(SENDERS)},
            )
            for to, name in (("espm", "e-SPM"), ("sipadam", "SIPADAM"))
        },
        "/api/exports/satu-data.zip": (
            "exports.satu-data",
            "The table of a year for Satu Data, with its standard and metadata.",
            _file("The sheets.", "application/zip"),
            [year],
            whole,
        ),
        "/api/exports/incidents/{incident}/neris.json": (
            "exports.neris",
            "The payload NERIS takes; `Siaga-Unsaid` names what nobody recorded.",
            _file("The payload.", "application/json"),
            [_path("incident"), department],
            whole,
        ),
        "/api/exports/incidents/{incident}/cap.xml": (
            "exports.cap",
            "A public warning as CAP 1.2: as somebody issued it (`warning`), or a draft (`action`), which "
            f"{', '.join(ISSUERS)} may ask for.",
            _file("The message.", "application/cap+xml"),
            warning,
            {"x-roles": list(READERS)},
        ),
    }
    return {
        path: {"get": does(name, says, answer, 400, 401, 403, 404, 409, parameters=wanted, **more)}
        for path, (name, says, answer, wanted, more) in files.items()
    }


def _public(does: Callable[..., Json]) -> Json:
    """The public page and its data: 404 while the administrator has not asked for them."""
    year, language = _query("tahun", TEXT | {"pattern": r"^\d{4}$"}), _query("bahasa", TEXT | {"enum": ["id", "en"]})
    doors: dict[str, tuple[str, str, str, list[Json]]] = {
        PAGE: ("public.page", "The figures of a year for everybody, as a page.", "text/html", [year, language]),
        DATA: ("public.data", "The figures of a year for everybody.", "application/json", [year]),
    }
    return {
        path: {"get": does(name, says, _file(says, kind), 400, 404, security=[], parameters=wanted)}
        for path, (name, says, kind, wanted) in doors.items()
    }


def _features(does: Callable[..., Json]) -> Json:
    """Without sign-in only where the node is set so (`open_data`)."""
    open_too: list[Json] = [{}, {"session": []}, {"bearer": []}]
    which = _path("collection", TEXT | {"enum": list(COLLECTIONS)})
    only_json = _query("f", TEXT | {"enum": ["json"]})
    page = [_query(name, TEXT) for name in ("bbox", "datetime", "after")]
    page.append(_query("limit", {"type": "integer", "minimum": 1}))
    home = "/api/features"
    doors = {
        home: ("features", "OGC API Features: where clients begin.", "application/json", []),
        f"{home}/conformance": ("features.conformance", "What is kept of the standard.", "application/json", []),
        f"{home}/api": ("features.api", "The API as OpenAPI 3.0.", OPENAPI, []),
        f"{home}/collections": ("features.collections", "The collections.", "application/json", []),
        f"{home}/collections/{{collection}}": ("features.collection", "One collection.", "application/json", [which]),
        f"{home}/collections/{{collection}}/items": ("features.items", "A page of features.", GEOJSON, [which, *page]),
        f"{home}/collections/{{collection}}/items/{{item}}": (
            "features.item",
            "One feature.",
            GEOJSON,
            [which, _path("item")],
        ),
    }
    return {
        path: {
            "get": does(
                name,
                says,
                {"200": {"description": says, "content": {kind: {"schema": {"type": "object"}}}}},
                *(400, 401, 403, 404),
                parameters=[*wanted, only_json],
                security=open_too,
            )
        }
        for path, (name, says, kind, wanted) in doors.items()
    }
