"""The OpenAPI 3.1 document of everything the node answers, made from the desk's commands and views."""

import inspect
import sys
from collections.abc import Iterable
from typing import Any

import msgspec

from .. import __version__
from ..documents.forms import FORMS
from ..documents.papers import PAPERS, PERIODS
from ..kernel.desk import Desk
from ..kernel.records import schema_custom
from ..kernel.slice import Does, Shows
from ..slices.access.rules import DOOR
from ..slices.paging.tables import views
from . import install, maps, openapi_exports, paging, positions, session
from .forms import AskForm

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"
_ABOUT = """One node of Siaga. Every change is a command, every screen a view; both doors are described here.

Sign in with `POST /api/session` (a cookie; changes then carry the answer's `csrf` in `X-CSRF-Token`) or send
`Authorization: Bearer` with a program's or device's token. An ask may be sent again with the same id: it is recorded
once. Refusals come in the language of `Accept-Language`, Indonesian first.
`Siaga-Clock` (ISO 8601 with offset) says what the asker's own clock shows: a wrong one is found, also the node's."""


class Refused(msgspec.Struct, frozen=True):
    """A reasoned no: a code with its facts, and the sentence for people. `field` says what could not be read."""

    code: str
    reason: str
    overridable: bool
    facts: dict[str, Any]
    field: str | None = None


class Recorded(msgspec.Struct, frozen=True):
    """Everything the ask caused is in the log up to this position."""

    position: int


class SetAside(msgspec.Struct, frozen=True):
    """Kept with its bytes until a person decides; it must not be sent again."""

    kept: str
    reason: str


class Health(msgspec.Struct, frozen=True):
    """The node works."""

    status: str
    version: str
    position: int
    at: str


def document(desk: Desk) -> Json:
    """The document."""
    asked = {name: (c, desk.does[c]) for name, c in sorted(desk.commands.items()) if desk.does[c].role != DOOR}
    rows = {name: _rows_of(shows) for name, shows in desk.views.items()}
    fixed = [Refused, Recorded, SetAside, Health, AskForm, *_FORMS]
    types = [*fixed, *(c for c, _ in asked.values()), *(row for row in rows.values() if row is not None)]
    params = {name: shows.params for name, shows in desk.views.items()}
    outs, schemas = msgspec.json.schema_components(
        [*types, *params.values()], schema_hook=schema_custom, ref_template=_REF
    )
    by_type: dict[Any, Json] = {}
    for kind, out in zip([*types, *params.values()], outs, strict=True):
        by_type[_key(kind)] = out
    paths: Json = {}
    for name, (command, does) in asked.items():
        paths[f"/api/commands/{name}"] = {"post": _command(name, command, does, by_type[_key(command)])}
    for name, shows in sorted(desk.views.items()):
        queried = by_type[_key(shows.params)]["$ref"].rpartition("/")[2]
        row = rows[name]
        shown = by_type[_key(row)] if row is not None else {}
        paths[f"/api/views/{name}"] = {"get": _view(name, shows, schemas[queried], schemas, shown)}
    paths |= _fixed()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Siaga",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"session": [], "mark": []}, {"bearer": []}],
        "tags": [{"name": s.name, "description": _slice_says(s)} for s in desk.slices]
        + [{"name": "node", "description": "Sign-in, feed, trackers, state of the node."}],
        "paths": paths,
        "components": {
            "schemas": {name: _tidy(schema) for name, schema in sorted(schemas.items())},
            "responses": _RESPONSES,
            "parameters": {"language": _LANGUAGE},
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "siaga_session",
                    "description": "Over TLS its name begins with `__Host-`: no neighbouring site can set it.",
                },
                "mark": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-CSRF-Token",
                    "description": "`csrf` of the session; changes by cookie only.",
                },
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Token of a program or of an enrolled device.",
                },
            },
        },
    }


def _key(kind: Any) -> Any:
    return kind if isinstance(kind, type) else repr(kind)


def _rows_of(shows: Shows) -> Any:
    """The type of a view's rows, from its annotation; None if it says nothing more than `Any`."""
    hints = inspect.get_annotations(shows.view, eval_str=True)
    found = hints.get("return")
    return None if found in (None, Any) else found


def _slice_says(s: Any) -> str:
    """The first line of the slice's package, found by its views and commands."""
    functions = [*(d.decide for d in s.commands.values()), *(v.view for v in s.views.values())]
    for module in filter(None, map(inspect.getmodule, functions)):
        home = sys.modules[".".join(module.__name__.split(".")[:3])]
        if home.__doc__:
            return home.__doc__.strip().splitlines()[0]
    return str(s.name)


def _doc(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


def _roles(roles: str | Iterable[str]) -> list[str]:
    return [roles] if isinstance(roles, str) else sorted(roles)


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _ref(kind: type) -> Json:
    return {"$ref": _REF.format(name=kind.__name__)}


def _no(*statuses: int) -> Json:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


_LANGUAGE: Json = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "Language of reasons: `id` (first) or `en`.",
    "schema": {"type": "string", "pattern": "^[ -~]*$"},
}
_SAYS = {
    400: "Malformed: `field` names what could not be read.",
    401: "Not signed in.",
    403: "The role is missing, or the session's mark.",
    404: "There is no such thing.",
    405: "This method does not apply here.",
    408: "The request was not sent to its end in time.",
    409: "Refused, with the reason.",
    412: "The file is another one by now.",
    413: "Too large.",
    416: "There is nothing that far.",
    429: "Later: see `Retry-After`.",
    500: "A part is broken; nothing was recorded.",
    503: "Not now; nothing was recorded. Ask again.",
}
_RESPONSES: Json = {
    str(status): {"description": says, "content": _json(_ref(Refused))}
    | ({"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if status in (429, 503) else {})
    for status, says in _SAYS.items()
}
_LANGUAGES: list[Json] = [{"$ref": "#/components/parameters/language"}]
_SESSION = (session.SignIn, session.Session, session.NewPassword, session.Code, session.Enrolled, positions.Position)
_FORMS = (*_SESSION, *paging.FORMS, maps.MapFile)


def _command(name: str, command: type, does: Does, schema: Json) -> Json:
    more = (
        " What it reports was seen: from an enrolled device it is kept (202) when it cannot be decided."
        if does.observation
        else ""
    )
    body = {
        "type": "object",
        "required": ["ask", "command"],
        "additionalProperties": False,
        "properties": {"ask": _ref(AskForm), "command": schema},
    }
    return {
        "operationId": name,
        "tags": [name.partition(".")[0]],
        "summary": _doc(command).splitlines()[0] if _doc(command) else name,
        "description": f"{_doc(command)}{more}\n\nRoles: {', '.join(_roles(does.role))}.",
        "x-roles": _roles(does.role),
        "parameters": _LANGUAGES,
        "requestBody": {"required": True, "content": _json(body)},
        "responses": {
            "200": {"description": "Recorded.", "content": _json(_ref(Recorded))},
            "202": {"description": "Set aside; a person decides.", "content": _json(_ref(SetAside))},
            **_no(400, 401, 403, 404, 405, 408, 409, 413, 429, 500, 503),
        },
    }


def _view(name: str, shows: Shows, query: Json, schemas: Json, row: Json) -> Json:
    required = set(query.get("required", ()))
    params: list[Json] = []
    for field, schema in query.get("properties", {}).items():
        params.append(
            {
                "name": field,
                "in": "query",
                "required": field in required,
                "schema": {k: v for k, v in _flat(schema, schemas).items() if k != "default" or v is not None},
            }
        )
    says = _doc(shows.view) or _doc(shows.params)
    body = {
        "type": "object",
        "required": ["position", "rows"],
        "properties": {"position": {"type": "integer"}, "rows": row},
    }
    marks = {
        "ETag": {"schema": {"type": "string"}},
        "Siaga-Position": {"description": "The node's position.", "schema": {"type": "integer"}},
    }
    return {
        "operationId": name,
        "tags": [name.partition(".")[0]],
        "summary": says.splitlines()[0] if says else name,
        "description": f"{says}\n\n{_doc(shows.params)}\n\nRoles: {', '.join(_roles(shows.role))}.",
        "x-roles": _roles(shows.role),
        "parameters": [
            *params,
            {
                "name": "If-None-Match",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "pattern": "^[ -~]*$"},
            },
            *_LANGUAGES,
        ],
        "responses": {
            "200": {
                "description": "The rows, and the position they are true at.",
                "headers": marks,
                "content": _json(body),
            },
            "304": {"description": "As the client holds it.", "headers": marks},
            **_no(400, 401, 403, 404, 405, 409, 429, 500, 503),
        },
    }


def _flat(schema: Json, schemas: Json) -> Json:
    """A parameter's schema as a query can carry it: text, so that an empty optional one is simply left out."""
    if "anyOf" in schema:
        some = [part for part in schema["anyOf"] if part.get("type") != "null"]
        return some[0] if len(some) == 1 else {"anyOf": some}
    return schema


def _tidy(schema: Json) -> Json:
    return {key: value for key, value in schema.items() if key != "title"} | {"title": schema.get("title", "")}


def _fixed() -> Json:
    public: list[Json] = []

    def says(text: str, body: type | None = None, status: str = "200") -> Json:
        return {status: {"description": text} | ({"content": _json(_ref(body))} if body else {})}

    def takes(body: type) -> Json:
        return {"required": True, "content": _json(_ref(body))}

    def does(name: str, summary: str, responses: Json, *no: int, **more: Any) -> Json:
        return {
            "operationId": name,
            "tags": ["node"],
            "summary": summary,
            "responses": responses | _no(405, 429, 500, 503, *no),
        } | more

    text = {"type": "string"}
    sheet = {"200": {"description": "PDF.", "content": {"application/pdf": {"schema": text}}}}
    stream = {
        "200": {
            "description": 'Event `stale`: `{"position", "views": […]}`; `id` is the position; comments are beats.',
            "content": {"text/event-stream": {"schema": text}},
        }
    }
    anything = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    osmand = [
        {"name": n, "in": "query", "required": n == "id", "schema": text}
        for n in ("id", "lat", "lon", "timestamp", "speed", "bearing", "accuracy", "batt")
    ]
    understood = {
        "200": {
            "description": "Understood; stale and invalid fixes are dropped and counted.",
            "content": {"text/plain": {"schema": text}},
        }
    }
    by_token: list[Json] = [{}, {"bearer": []}]
    return openapi_exports.paths(does) | {
        "/api/session": {
            "get": does("session.show", "Who am I.", says("Signed in.", session.Session), 401),
            "post": does(
                "session.open",
                "Sign in; answers a cookie.",
                says("Signed in.", session.Session),
                400,
                401,
                403,
                408,
                413,
                security=public,
                requestBody=takes(session.SignIn),
            ),
            "delete": does("session.close", "Sign out.", says("Signed out.", status="204"), 401, 403),
        },
        "/api/session/password": {
            "put": does(
                "session.password",
                "A new password of one's own.",
                says("Set.", Recorded),
                400,
                401,
                403,
                408,
                409,
                413,
                requestBody=takes(session.NewPassword),
            )
        },
        "/api/devices/enrol": {
            "post": does(
                "devices.enrol",
                "Take up a one-time link: the device gets its token, once.",
                says("Enrolled.", session.Enrolled),
                400,
                403,
                408,
                409,
                413,
                security=public,
                requestBody=takes(session.Code),
            )
        },
        "/api/devices/qr": {
            "post": does(
                "devices.qr",
                "A one-time link as a QR code.",
                {
                    "200": {
                        "description": "SVG.",
                        "headers": {"Siaga-Address": {"description": "Where the link leads to.", "schema": text}},
                        "content": {"image/svg+xml": {"schema": text}},
                    }
                },
                400,
                401,
                403,
                408,
                413,
                requestBody=takes(session.Code),
            )
        },
        "/api/paper/pack": {
            "get": does("paper.pack", "The newest print pack.", sheet, 401, 403, 404),
            "post": does("paper.new-pack", "A print pack made now.", sheet, 401, 403),
        },
        "/api/documents/incidents/{incident}/{form}.pdf": {
            "get": does(
                "documents.form",
                "A printed form of an incident, made from what the reader may see now.",
                sheet,
                401,
                403,
                404,
                parameters=[
                    {"name": "incident", "in": "path", "required": True, "schema": text},
                    {"name": "form", "in": "path", "required": True, "schema": text | {"enum": [*FORMS, *PAPERS]}},
                    {"name": "bahasa", "in": "query", "required": False, "schema": text | {"enum": ["id", "en"]}},
                    {"name": "pelapor", "in": "query", "required": False, "schema": text | {"enum": ["1"]}},
                ],
            )
        },
        "/api/documents/periods/{period}/{form}.pdf": {
            "get": does(
                "documents.period",
                "An official paper of a day, a month, a quarter (2026-Q4) or a year.",
                sheet,
                401,
                403,
                404,
                parameters=[
                    {"name": "period", "in": "path", "required": True, "schema": text},
                    {"name": "form", "in": "path", "required": True, "schema": text | {"enum": list(PERIODS)}},
                ],
            )
        },
        install.GUIDE: {
            "get": does(
                "install.guide",
                "How a tablet is set up, as a page.",
                {"200": {"description": "HTML.", "content": {"text/html": {"schema": text}}}},
                400,
                security=public,
                parameters=[{"name": "bahasa", "in": "query", "required": False, "schema": text}],
            )
        },
        install.CERTIFICATE: {
            "get": does(
                "install.certificate",
                "The certificate of the node's own authority (DER).",
                {"200": {"description": "DER.", "content": {"application/x-x509-ca-cert": {"schema": text}}}},
                404,
                security=public,
            )
        },
        "/api/map": {
            "get": does("map.about", "Whether there is a base map, how large.", says("It is.", maps.MapFile), 401, 404)
        },
        "/api/map/tiles": {
            "get": does(
                "map.piece",
                "A range of the base map (PMTiles with vector tiles), at most 4 MiB.",
                {"206": {"description": "The bytes.", "content": {"application/vnd.pmtiles": {"schema": text}}}},
                400,
                401,
                404,
                412,
                416,
                parameters=[
                    {"name": "Range", "in": "header", "required": True, "schema": text},
                    {"name": "If-Match", "in": "header", "required": False, "schema": text},
                ],
            )
        },
        "/api/feed": {
            "get": does(
                "feed",
                "Notices of stale views (server-sent events).",
                stream,
                401,
                parameters=[
                    {
                        "name": "Last-Event-ID",
                        "in": "header",
                        "required": False,
                        "schema": {"type": "string", "pattern": "^[0-9]*$"},
                    }
                ],
            )
        },
        "/api/positions": {
            "post": does(
                "positions",
                "Where a unit is, by the device of its crew.",
                says("Understood; what is stale or of no known unit is dropped and counted.", status="204"),
                400,
                401,
                403,
                408,
                409,
                413,
                requestBody=takes(positions.Position),
            )
        },
        "/api/paging/gateway": {
            "post": does(
                "paging.gateway",
                "A delivery report of the SMS gateway, in the form the node is set to; token of the role `gateway`.",
                says("Understood; a number the node does not know is passed over.", status="204"),
                400,
                401,
                403,
                408,
                413,
                requestBody=anything,
            )
        },
        "/api/paging/arrived": {
            "post": does(
                "paging.arrived",
                "An alert reached a device; by the proof of its link, without signing in.",
                says("Recorded.", status="204"),
                400,
                403,
                408,
                409,
                413,
                security=public,
                requestBody=takes(paging.AlertArrived),
            )
        },
        "/api/paging/look": {
            "post": does(
                "paging.look",
                "The alert of a link, without signing in; the first look is recorded.",
                says("The alert.", views.MyAlert),
                400,
                403,
                408,
                409,
                413,
                security=public,
                requestBody=takes(paging.AlertLink),
            )
        },
        "/api/paging/answer": {
            "post": does(
                "paging.answer",
                "Answer the alert of a link, without signing in.",
                says("Recorded.", status="204"),
                400,
                403,
                408,
                409,
                413,
                security=public,
                requestBody=takes(paging.AlertReply),
            )
        },
        "/api/trackers/osmand": {
            "get": does(
                "trackers.osmand",
                "OsmAnd and Traccar Client: `id` is the device's token. Speed in knots.",
                understood,
                400,
                401,
                403,
                409,
                security=by_token,
                parameters=osmand,
            ),
            "post": does(
                "trackers.osmand-post",
                "As GET, as a form or as Traccar Client's JSON.",
                understood,
                400,
                401,
                403,
                408,
                409,
                413,
                security=by_token,
                requestBody={
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"type": "object"}},
                        "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
                    },
                },
            ),
        },
        "/api/trackers/owntracks": {
            "post": does(
                "trackers.owntracks",
                "OwnTracks in HTTP mode; Basic sign-in, the password is the device's token.",
                {"200": {"description": "Understood.", "content": _json({"type": "array"})}},
                400,
                401,
                403,
                408,
                409,
                413,
                requestBody=anything,
            )
        },
        "/api/trackers/traccar": {
            "post": does(
                "trackers.traccar",
                "Traccar server's forward (`forward.type=json`).",
                understood,
                400,
                401,
                403,
                408,
                409,
                413,
                requestBody=anything,
            )
        },
        "/health": {"get": does("health", "Whether the node works.", says("It works.", Health), security=public)},
        "/metrics": {
            "get": does(
                "metrics",
                "Figures for Prometheus, for administrators.",
                {"200": {"description": "Figures.", "content": {"text/plain": {"schema": text}}}},
                401,
                403,
            )
        },
    }
