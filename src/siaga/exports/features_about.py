"""What OGC API Features says of itself: landing page, conformance, collections, and its API as OpenAPI 3.0."""

from typing import Any

from .. import __version__
from .features import COLLECTIONS, MOST, USUAL, Page
from .source import Around

GEOJSON = "application/geo+json"
JSON = "application/json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMS = tuple(f"{CORE}/{part}" for part in ("core", "oas30", "geojson"))
TITLES = {
    "kejadian": ("Kejadian", "Kejadian yang ditangani (incidents)"),
    "wilayah": ("Wilayah administrasi", "Kota, kecamatan, dan kelurahan (administrative areas)"),
    "pos": ("Pos", "Pos pemadam kebakaran dan penyelamatan (stations)"),
}
TERMS = "Untuk umum: kejadian ditampilkan per hari dan kelurahan, setelah tujuh hari."
Json = dict[str, Any]
SCHEMES: Json = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic", "description": "Token sebagai sandi (a token as the password)."},
}


def link(href: str, rel: str, kind: str = JSON, title: str = "") -> Json:
    """A link."""
    return {"href": href, "rel": rel, "type": kind} | ({"title": title} if title else {})


def landing(base: str, around: Around) -> Json:
    """The page where clients begin."""
    agency = around.agency.name if around.agency else "Siaga"
    links = [
        link(f"{base}/", "self"),
        link(f"{base}/api", "service-desc", OPENAPI),
        link(f"{base}/conformance", "conformance"),
        link(f"{base}/collections", "data"),
    ]
    return {"title": agency, "description": TERMS, "links": links}


def conformance() -> Json:
    """The parts of the standard that are kept."""
    return {"conformsTo": list(CONFORMS)}


def collections(base: str, around: Around) -> Json:
    """All collections."""
    listed = [collection(base, id, around) for id in COLLECTIONS]
    return {"links": [link(f"{base}/collections", "self")], "collections": listed}


def collection(base: str, id: str, around: Around) -> Json:
    """One collection: its name, how far it reaches, where its items are."""
    title, description = TITLES[id]
    extent: Json = {"temporal": {"interval": [[None, None]], "trs": GREGORIAN}} if id == "kejadian" else {}
    if id == "wilayah" and around.areas:  # an incident or a station may lie outside of them: no box is promised
        extent["spatial"] = {"bbox": [_bounds(around)], "crs": CRS84}
    home = f"{base}/collections/{id}"
    return {
        "id": id,
        "title": title,
        "description": description,
        "itemType": "feature",
        "crs": [CRS84],
        **({"extent": extent} if extent else {}),
        "links": [link(home, "self"), link(f"{home}/items", "items", GEOJSON, title)],
    }


def _bounds(around: Around) -> list[float]:
    """The box around all areas."""
    found = [p for area in around.areas.values() for p in _points(area.shape["coordinates"])]
    lons, lats = [p[0] for p in found], [p[1] for p in found]
    return [min(lons), min(lats), max(lons), max(lats)]


def _points(nested: Any) -> list[tuple[float, float]]:
    if isinstance(nested[0], int | float):
        return [(nested[0], nested[1])]
    return [point for part in nested for point in _points(part)]


def page(base: str, id: str, found: Page, here: str, following: str, at: str) -> Json:
    """A page of features with the way to itself and to the next one (`here`, `following`: their queries)."""
    home = f"{base}/collections/{id}"
    links = [link(f"{home}/items{'?' + here if here else ''}", "self", GEOJSON)]
    if found.after:
        links.append(link(f"{home}/items?{following}", "next", GEOJSON))
    links.append(link(home, "collection"))
    return {
        "type": "FeatureCollection",
        "timeStamp": at,
        "numberReturned": len(found.features),
        "links": links,
        "features": found.features,
    }


def feature(base: str, id: str, found: Json) -> Json:
    """One feature with its links."""
    home = f"{base}/collections/{id}"
    return found | {"links": [link(f"{home}/items/{found['id']}", "self", GEOJSON), link(home, "collection")]}


def api(base: str, open_to_all: bool) -> Json:
    """The API, as clients read it: GDAL takes the greatest page from here. `open_to_all`: also without a token."""
    said = {"default": {"description": "Tidak dapat dijawab (a reasoned no).", "content": {JSON: {"schema": {}}}}}

    def get(id: str, summary: str, kind: str, *parameters: str) -> Json:
        wanted = [{"$ref": f"#/components/parameters/{name}"} for name in parameters]
        schema = {"type": "object"}
        good = {"200": {"description": summary, "content": {kind: {"schema": schema}}}}
        return {"get": {"operationId": id, "summary": summary, "parameters": wanted, "responses": good | said}}

    paths: Json = {
        "/": get("getLandingPage", "Halaman awal (landing page)", JSON, "f"),
        "/conformance": get("getConformance", "Kesesuaian (conformance)", JSON, "f"),
        "/collections": get("getCollections", "Koleksi (collections)", JSON, "f"),
    }
    for id, (title, _) in TITLES.items():
        name = id.capitalize()
        paths[f"/collections/{id}"] = get(f"describe{name}", title, JSON, "f")
        items = get(f"get{name}", title, GEOJSON, "f", "limit", "bbox", "datetime", "after")
        paths[f"/collections/{id}/items"] = items
        paths[f"/collections/{id}/items/{{featureId}}"] = get(f"get{name}One", title, GEOJSON, "featureId", "f")
    return {
        "openapi": "3.0.3",
        "info": {"title": "Siaga: OGC API Features", "version": __version__, "description": TERMS},
        "servers": [{"url": base}],
        "paths": paths,
        "security": [*([{}] if open_to_all else []), {"bearer": []}, {"basic": []}],
        "components": {"parameters": _parameters(), "securitySchemes": SCHEMES},
    }


def _parameters() -> Json:
    number, text = {"type": "number"}, {"type": "string"}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    box = {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}], "items": number}
    plain: Json = {"in": "query", "required": False}
    return {
        "f": plain | {"name": "f", "schema": text | {"enum": ["json"]}},
        "limit": plain | {"name": "limit", "schema": limit, "style": "form", "explode": False},
        "bbox": plain | {"name": "bbox", "schema": box, "style": "form", "explode": False},
        "datetime": plain | {"name": "datetime", "schema": text, "style": "form", "explode": False},
        "after": plain | {"name": "after", "schema": text},
        "featureId": {"name": "featureId", "in": "path", "required": True, "schema": text},
    }
