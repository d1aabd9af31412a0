"""Places in links: the maps people share, read from the address alone; nothing is ever fetched.

Order inside one link (what the sender pointed at comes before what the map happened to show): `!3d!4d` of the place,
pair or code in the path, what was asked for (q, query, destination …), `ll`, the middle of the map.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import msgspec

from siaga.engine.locate.grids import osm_short
from siaga.engine.locate.records import Doubt, Found, Piece, spread

Reader = Callable[[str], Piece | None]
"""Reads a piece of a link as if it were typed."""

_SHORT = frozenset(
    """
    maps.app.goo.gl goo.gl g.co g.page share.google bit.ly bitly.com j.mp tinyurl.com t.co is.gd v.gd ow.ly buff.ly
    cutt.ly rb.gy rebrand.ly shorturl.at shorturl.gg s.id t.ly lnkd.in maps.apple her.is binged.it w.wiki tiny.cc
    """.split()  # noqa: SIM905  (a list of forty strings would fill a screen)
)
_KNOWN = (
    r"(?:[a-z0-9\-]{1,40}\.){0,4}(?:google(?:\.[a-z]{2,3}){1,2}|goo\.gl|apple\.com|openstreetmap\.org|osm\.org|waze\.com|here\.com|"
    r"bing\.com|yandex(?:\.[a-z]{2,3}){1,2}|plus\.codes|what3words\.com|w3w\.co|wikimapia\.org|"
    + "|".join(re.escape(host) for host in sorted(_SHORT))
    + ")"
)
_LINK = re.compile(
    r"(?<![\w@])(?:(?:geo|google\.navigation):(?=[^\s])|[a-z][a-z0-9+.\-]{1,20}://|www\.(?=[a-z0-9])|(?="
    + _KNOWN
    + r"(?:/|\?)))"
    r"[^\s<>\x01]{1,3000}(?:(?<=[0-9],) -?[0-9]{1,3}\.[0-9]{1,15})?",
    re.IGNORECASE | re.ASCII,
)
_W3W = re.compile(
    r"(?:(?<![\w/:])/{3}|(?<!\w)(?:what3words|w3w)[ :]{1,3})\w{2,30}[.。]\w{2,30}[.。]\w{2,30}", re.IGNORECASE
)

_NUMBER = r"[-+]?[0-9]{1,3}(?:\.[0-9]{1,20})?"
_PAIR = re.compile(rf"\s?({_NUMBER})\s?[,~;_ ]\s?({_NUMBER})(?![0-9.])", re.ASCII)
_PIN = re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})(?![0-9.])", re.ASCII)
_STOP = re.compile(rf"!2m2!1d({_NUMBER})!2d({_NUMBER})(?![0-9.])", re.ASCII)  # longitude, latitude
_EMBED_STOP = re.compile(rf"!3m2!1d({_NUMBER})!2d({_NUMBER})(?![0-9.])", re.ASCII)  # latitude, longitude
_EMBED = re.compile(rf"!2d({_NUMBER})!3d({_NUMBER})(?![0-9.])", re.ASCII)  # longitude, latitude
_AT = re.compile(rf"/@({_NUMBER}),({_NUMBER})(?:,([0-9.]{{1,6}})([zam]))?", re.ASCII)
_HASH_MAP = re.compile(rf"\bmap=([0-9.]{{1,5}})/({_NUMBER})/({_NUMBER})", re.ASCII)

SCREEN_M = 128 * 156_543.03
"""Metres from the middle of a map tile to its edge at zoom 0: how far a place may be from the middle of a view."""


class Link(msgspec.Struct, frozen=True):
    """A link taken apart: lower-case host, path, parameters with their last value, fragment, the whole unescaped."""

    host: str
    path: str
    params: dict[str, str]
    fragment: str
    whole: str


def links(text: str, read: Reader) -> Iterator[Piece]:
    """Every link of a text with the place it names, or why it names none."""
    for match in _W3W.finditer(text):
        yield Doubt(*match.span(), "what3words", {"text": match[0]})
    for match in _LINK.finditer(text):
        written = match[0].rstrip(".,;:!?*_>]}|~").rstrip("'\"" if match[0].count('"') % 2 else "'")
        while written.endswith(")") and written.count(")") > written.count("("):
            written = written[:-1]
        start, end = match.start(), match.start() + len(written)
        piece = _one_link(written, read, depth=0)
        if piece is not None:
            facts = {**piece.facts, "link": written[:200]} if isinstance(piece, Doubt) else None
            changed = {"start": start, "end": end} | ({"facts": facts} if facts else {"text": written})
            yield msgspec.structs.replace(piece, **changed)
        else:
            # Numbers inside an unknown address are no coordinates: the link is taken out of the text all the same.
            yield Doubt(start, end, "no-coordinates")


def _apart(written: str) -> Link:
    """A link as its parts; never fails, whatever is written."""
    body = re.sub(r"^[a-z][a-z0-9+.\-]{1,20}://", "", written, count=1, flags=re.IGNORECASE)
    body, _, fragment = body.partition("#")
    body, _, query = body.partition("?")
    host, slash, path = body.partition("/")
    params = {}
    for item in query.split("&"):
        name, _, value = item.partition("=")
        params[_plain(name).lower()] = _plain(value)
    whole = written
    for _ in range(3):  # a link sent through two programs is escaped twice
        whole = unquote(whole)
    return Link(host.lower().partition(":")[0].removeprefix("www."), slash + path, params, fragment, whole)


def _plain(escaped: str) -> str:
    plain = unquote(escaped.replace("+", " "))
    return unquote(plain) if re.search("%[0-9A-Fa-f]{2}", plain) else plain


def _one_link(written: str, read: Reader, depth: int) -> Piece | None:
    if re.match(r"geo:", written, re.IGNORECASE):
        return _geo(written, read)
    if match := re.match(r"google\.navigation:q=", written, re.IGNORECASE):
        return _asked(_plain(written[match.end() :].partition("&")[0]), "google", read) or _placeless()
    link = _apart(written)
    for inner in ("continue", "link", "url", "u", "q"):
        nested = link.params.get(inner, "")
        if depth < 2 and re.match(r"https?://|geo:", nested, re.IGNORECASE):
            return _one_link(nested, read, depth + 1)
    if link.host in ("what3words.com", "w3w.co") or link.host.endswith(".what3words.com"):
        return Doubt(0, 0, "what3words", {"text": written[:200]})
    if _is_short(link):
        return Doubt(0, 0, "short-link")
    return _place_in(link, read)


def _is_short(link: Link) -> bool:
    if link.host in _SHORT or link.host in ("on-map.here.com",):
        return True
    return bool(
        (link.host.endswith("waze.com") and re.match(r"/ul/h\w", link.path) and not {"ll", "q"} & link.params.keys())
        or (link.host.endswith("here.com") and link.path.startswith(("/r/", "/p/")))
        or (_yandex(link) and re.match(r"/maps/-/", link.path))
    )


def _yandex(link: Link) -> bool:
    return bool(re.search(r"(?:^|\.)yandex(?:\.[a-z]{2,3}){1,2}$", link.host))


def _place_in(link: Link, read: Reader) -> Piece | None:
    """The place of an unshortened link, by whose map it is."""
    host = link.host
    if re.search(r"(?:^|\.)google(?:\.[a-z]{2,3}){1,2}$", host) or host.startswith("comgooglemaps"):
        is_map = host.startswith("maps.") or link.path.startswith(("/maps", "/local"))
        return _google(link, read) or (_placeless() if is_map else None)
    if host.endswith(("openstreetmap.org", "osm.org")):
        return _osm(link, read) or _placeless()
    if host.endswith("apple.com") and ("map" in host or "map" in link.path):
        wanted = _first(link, ("coordinate", "daddr", "destination", "q", "ll", "address"), "apple", read)
        return wanted or _first(link, ("center", "sll"), "apple", read, view=16.0) or _placeless()
    if host.endswith("waze.com") or link.whole.lower().startswith("waze:"):
        to = re.sub(r"^ll\.", "", link.params.get("to", ""))
        return _asked(to, "waze", read) or _first(link, ("ll", "latlng", "q"), "waze", read) or _placeless()
    if host.endswith("here.com"):
        return _here(link, read) or _placeless()
    if host.endswith("bing.com") and link.path.startswith("/maps"):
        return _bing(link, read) or _placeless()
    if _yandex(link) and "maps" in link.path + host:
        return _yandex_place(link, read) or _placeless()
    if host == "plus.codes":
        return read(unquote(link.path.strip("/"))) or _placeless()
    return _other(link, read)


def _placeless() -> Doubt:
    return Doubt(0, 0, "link-without-place")


def _found(lat: str | float, lon: str | float, kind: Any, zoom: float | None = None) -> Piece | None:
    """The place of two numbers of a link; with `zoom` it is the middle of a map and only as good as that."""
    north, east = float(lat), float(lon)
    if north == 0 == east:
        return None  # a link without a fix
    if abs(north) > 90 or abs(east) > 180:
        field, value = ("lat", north) if abs(north) > 90 else ("lon", east)
        return Doubt(0, 0, "out-of-range", {"field": field, "value": value})
    units = [10.0 ** -len(str(number).partition(".")[2]) for number in (lat, lon)]
    precision = spread(north, *units)
    if zoom is not None:
        precision = max(precision, round(SCREEN_M / 2.0 ** min(max(zoom, 0.0), 24.0), 2))
        kind = f"{kind}-view"
    return Found(0, 0, north, east, kind, precision, "")


def _asked(value: str, kind: Any, read: Reader) -> Piece | None:
    """The place in a parameter that says what is wanted: a pair, a code, or anything a person could type."""
    value = re.sub(r"^\s?(?:loc|point|pos)[:.]", "", value.strip())
    if match := _PAIR.match(value):
        return _found(match[1], match[2], kind)
    piece = read(value) or (read(value.replace(" ", "+")) if value.count(" ") else None)
    if isinstance(piece, Found):
        return msgspec.structs.replace(piece, kind=kind if piece.kind in ("decimal", "dms") else piece.kind)
    return piece if piece and piece.reason in ("out-of-range", "short-plus-code") else None


def _first(link: Link, names: tuple[str, ...], kind: Any, read: Reader, view: float | None = None) -> Piece | None:
    """The first of these parameters that holds a place; `view`: they are the middle of a map at this zoom."""
    doubt: Piece | None = None
    for name in names:
        piece = _asked(link.params.get(name, ""), kind, read)
        if isinstance(piece, Found):
            return piece if view is None else _found(str(piece.lat), str(piece.lon), kind, view)
        doubt = doubt or piece
    return doubt


def _zoom(link: Link, *names: str) -> float:
    """The zoom a link gives, or 14 (a kelurahan on the screen) if it gives none."""
    for name in names:
        if re.fullmatch(r"[0-9]{1,2}(?:\.[0-9]{1,4})?z?", link.params.get(name, "")):
            return float(link.params[name].rstrip("z"))
    return 14.0


def _geo(written: str, read: Reader) -> Piece:
    """A geo: address (RFC 5870); what Android puts into `?q=` is the place, and 0,0 before it is none."""
    body, _, query = written[4:].lstrip("/").partition("?")
    name = {item.partition("=")[0].lower(): item.partition("=")[2] for item in query.split("&")}
    if name.get("q") and (piece := _asked(_plain(name["q"]), "geo", read)):
        return piece
    coordinates, *extras = unquote(body).split(";")
    settings = dict(extra.lower().partition("=")[::2] for extra in extras)
    if not (match := _PAIR.match(coordinates)) or settings.get("crs", "wgs84") != "wgs84":
        return _placeless()
    piece = _found(match[1], match[2], "geo")
    if isinstance(piece, Found) and re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", settings.get("u", "")):
        return msgspec.structs.replace(piece, precision_m=max(piece.precision_m, float(settings["u"])))
    return piece or _placeless()


def _google(link: Link, read: Reader) -> Piece | None:
    """A link of Google Maps: place, search, directions, embedded map, street view."""
    if "/maps/dir" in link.path or {"daddr", "destination"} & link.params.keys():
        return _google_way(link, read)
    if pins := _PIN.findall(link.whole):
        return _found(pins[-1][0], pins[-1][1], "google")
    if "/embed" in link.path or "!1m" in link.params.get("pb", ""):
        if stops := _EMBED_STOP.findall(link.whole):
            return _found(stops[-1][0], stops[-1][1], "google")
        if middle := _EMBED.search(link.whole):
            return _found(middle[2], middle[1], "google", zoom=17.0)
    if match := re.search(r"/maps/(?:place|search)/([^/@][^/]{0,500})", link.path):
        piece = _asked(_plain(match[1]), "google", read) or _asked(unquote(match[1]), "google", read)
        if piece:
            return piece
    asked = ("query", "q", "viewpoint", "cbll", "near")
    return _first(link, asked, "google", read) or _google_view(link, read)


def _google_view(link: Link, read: Reader) -> Piece | None:
    """What the map showed when it was shared: `ll` or `@lat,lon,zoom`, the weakest reading."""
    if piece := _first(link, ("ll", "center", "sll"), "google", read, view=_zoom(link, "z", "zoom")):
        return piece
    if match := _AT.search(link.whole):
        value, mark = float(match[3] or 14) if (match[3] or "14").count(".") < 2 else 14.0, match[4] or "z"
        if mark == "z":
            return _found(match[1], match[2], "google", zoom=value)
        # "…,35a" is a street view: the camera's own place; "…,900m" the height of the satellite view.
        view = _found(match[1], match[2], "google", zoom=24.0)
        reach = value / 2 if mark == "m" else 0.0
        return _at_least(view, reach)
    return None


def _at_least(piece: Piece | None, metres: float) -> Piece | None:
    if isinstance(piece, Found):
        return msgspec.structs.replace(piece, precision_m=max(piece.precision_m, metres))
    return piece


def _google_way(link: Link, read: Reader) -> Piece | None:
    """Directions: the place is where they end; the middle of the map is somewhere on the way and never it."""
    if last := link.params.get("daddr") or link.params.get("destination"):
        return _asked(re.split(r"\bto:", last)[-1], "google", read)
    stops = link.path.partition("/maps/dir")[2].lstrip("/").partition("/@")[0].partition("/data=")[0]
    *before, last = stops.rstrip("/").split("/") if "/@" not in link.path else stops.split("/")
    if before or link.path.startswith("/maps/dir//"):
        piece = _asked(_plain(last), "google", read) or _asked(unquote(last), "google", read)
        if piece or not last:
            return piece
    stop = _last_waypoint(link.whole)
    return _found(stop[1], stop[0], "google") if stop else None


def _last_waypoint(whole: str) -> tuple[str, str] | None:
    """Longitude and latitude of the last waypoint in the data of directions; None if that one has no coordinates.

    The data is a tree: `!FIELDmCOUNT` holds the COUNT items behind it. Waypoints are the `1m` in the first `4m4m`.
    """
    items = re.findall(r"!([0-9]{1,3})([a-z])([^!/?&#]{0,300})", whole)
    at = next((n + 2 for n in range(len(items) - 1) if all(i[:2] == ("4", "m") for i in items[n : n + 2])), len(items))
    last = ""
    while at < len(items):
        field, sort, value = items[at]
        inside = int(value) if sort == "m" and value.isascii() and value.isdigit() and len(value) < 4 else 0
        if (field, sort) == ("1", "m"):
            last = "".join(f"!{''.join(item)}" for item in items[at + 1 : at + 1 + inside])
        at += 1 + inside
    match = _STOP.search(last)
    return (match[1], match[2]) if match else None


def _osm(link: Link, read: Reader) -> Piece | None:
    """A link of OpenStreetMap: marker, short code, directions, view."""
    if match := re.match(r"/go/(?:[a-z]{2}/)?([A-Za-z0-9_~@]{3,10}[-=]{0,2})$", link.path):
        if place := osm_short(match[1]):
            # Without `m` the code says what the map showed: 128 pixels to a side, and its cell is one pixel.
            side = place[2] * (1 if "m" in link.params else 256)
            return Found(
                0,
                0,
                *place[:2],
                "osm-short" if "m" in link.params else "osm-view",
                spread(place[0], side, 2 * side),
                "",
            )
        return Doubt(0, 0, "short-link")
    if {"mlat", "mlon"} <= link.params.keys():
        return _asked(f"{link.params['mlat']},{link.params['mlon']}", "osm", read)
    if way := link.params.get("route") or link.params.get("to"):
        return _asked(way.split(";")[-1], "osm", read)
    if piece := _first(link, ("marker", "query", "q"), "osm", read):
        return piece
    if match := _HASH_MAP.search(unquote(link.fragment)):
        return _found(
            match[2], match[3], "osm", zoom=float(match[1]) if match[1].count(".") < 2 and match[1] != "." else 14
        )
    if {"lat", "lon"} <= link.params.keys():
        pair = _PAIR.match(f"{link.params['lat']},{link.params['lon']}")
        return _found(pair[1], pair[2], "osm", zoom=_zoom(link, "zoom")) if pair else None
    return None


def _here(link: Link, read: Reader) -> Piece | None:
    if link.path.startswith(("/l/", "/directions/")) and (
        ends := re.findall(rf"[:/]({_NUMBER}),({_NUMBER})", link.whole)
    ):
        return _found(ends[-1][0], ends[-1][1], "here")
    if match := re.match(rf"({_NUMBER}),({_NUMBER})(?:,([0-9]{{1,2}}))?", link.params.get("map", "")):
        return _found(match[1], match[2], "here", zoom=float(match[3] or 14))
    return _first(link, ("q", "pos"), "here", read)


def _bing(link: Link, read: Reader) -> Piece | None:
    if match := re.match(rf"point\.({_NUMBER})_({_NUMBER})", link.params.get("sp", "")):
        return _found(match[1], match[2], "bing")
    if match := re.search(rf"~pos\.({_NUMBER})_({_NUMBER})[^~]{{0,300}}$", link.params.get("rtp", "")):
        return _found(match[1], match[2], "bing")
    if piece := _first(link, ("where1", "q"), "bing", read):
        return piece
    match = _PAIR.match(link.params.get("cp", ""))
    return _found(match[1], match[2], "bing", zoom=_zoom(link, "lvl")) if match else None


def _yandex_place(link: Link, read: Reader) -> Piece | None:
    """A link of Yandex, where `pt` and `ll` give the longitude first and `rtext` and `text` do not."""
    if way := link.params.get("rtext"):
        return _asked(way.split("~")[-1], "yandex", read)
    for name in ("whatshere[point]", "pt"):
        if match := _PAIR.match(link.params.get(name, "").split("~")[0]):
            return _found(match[2], match[1], "yandex")
    if piece := _first(link, ("text",), "yandex", read):
        return piece
    match = _PAIR.match(link.params.get("ll", ""))
    return _found(match[2], match[1], "yandex", zoom=_zoom(link, "z")) if match else None


def _other(link: Link, read: Reader) -> Piece | None:
    """A link of a map we do not know: its lat and lon, if it names both."""
    named = {**link.params, **dict(item.partition("=")[::2] for item in unquote(link.fragment).lstrip("?/").split("&"))}
    for lat, lon in (("mlat", "mlon"), ("lat", "lon"), ("lat", "lng"), ("lat", "long"), ("latitude", "longitude")):
        if match := _PAIR.match(f"{named.get(lat, '')},{named.get(lon, '')}"):
            return _found(match[1], match[2], "link")
    for name in ("ll", "latlng", "latlon", "q", "query", "loc", "location", "coordinates", "daddr", "destination"):
        if match := _PAIR.match(named.get(name, "")):
            return _found(match[1], match[2], "link")
    if match := _AT.search(link.whole):
        return _found(match[1], match[2], "link", zoom=float(match[3]) if (match[3] or ".").count(".") == 0 else 14)
    return None
