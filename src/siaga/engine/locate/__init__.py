"""Where a pasted text says it is: coordinates, codes of grids and links, read offline and never guessed."""

import html
import re
import unicodedata
from collections.abc import Iterable

from siaga.engine.locate.grids import mgrs_places, plus_codes, utm_places
from siaga.engine.locate.links import links
from siaga.engine.locate.pairs import bare_pairs, iso_pairs, named_pairs
from siaga.engine.locate.records import Doubt, Facts, Found, Kind, Located, NotLocated, Piece, Place, Reason

__all__ = ["LONGEST", "REASONS", "Facts", "Kind", "Located", "NotLocated", "Place", "Reason", "locate"]

LONGEST = 4_000
"""Characters of a text that are read; a chat pasted whole is cut here, so that no text takes long."""

COARSEST_M = 10_000.0
"""A place known no better than this (metres) names a district, not a scene."""

CONFIRMED_M = 100_000.0
"""A bare pair that may be something else is a place if it lies this close (metres) to the caller's own city."""

SAME_M = 50.0
"""Two places of one text closer than this (metres), beside their own precision, are the same place."""

REASONS: tuple[Reason, ...] = (
    "out-of-range",
    "hemisphere",
    "uncertain",
    "zero",
    "too-coarse",
    "short-plus-code",
    "utm-needs-zone",
    "short-link",
    "what3words",
    "live-location",
    "link-without-place",
    "too-long",
    "no-coordinates",
    "empty",
)
"""All reasons; of several in one text the first in this order is given."""

_ALIKE = {
    **dict.fromkeys(map(ord, "º˚∘ᵒ⁰゜"), "°"),
    **dict.fromkeys(map(ord, "′’‘‛ʹʼˊ´`‵＇"), "'"),
    **dict.fromkeys(map(ord, "″”“„‟ʺ˝〃＂"), '"'),
    **dict.fromkeys(map(ord, "−–—‐‑‒―﹣－"), "-"),
    **dict.fromkeys(
        map(
            ord,
            "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad",
        )
    ),
    **dict.fromkeys(map(ord, "،、，"), ","),
    ord("\x01"): " ",
}
_UNITS = (
    (re.compile(r"(?<=[0-9]) ?(?:derajat|degrees?|deg|der)\b\.?", re.IGNORECASE), "°"),
    (re.compile(r"(?<=[0-9]) ?(?:menit|minutes?|mnt|min)\b\.?", re.IGNORECASE), "'"),
    (re.compile(r"(?<=[0-9]) ?(?:detik|seconds?|dtk|det|sec)\b\.?", re.IGNORECASE), '"'),
    # English and Indonesian abbreviations with points: "L.U.", "B.T."
    (re.compile(r"\b([LB])\. ?([USTB])\.", re.IGNORECASE), r"\1\2"),
)
_ENTITY = re.compile(r"&#?\w{1,8};")  # with its semicolon only: "&center=" in a link is no cent sign
_LIVE = re.compile(
    r"live location|lokasi (?:langsung|terkini|real[- ]?time)|berbagi lokasi|membagikan lokasi", re.IGNORECASE
)


def locate(text: str, near: tuple[float, float] | None = None) -> Located | NotLocated:
    """Read the place a pasted text names, in degrees WGS84; `near` (lon, lat) completes short plus codes.

    Gives the first certain place of the text, with others that disagree; or the reason why there is none.
    Never raises, never guesses and never uses the internet. `precision_m` is how far (metres) the true place can be
    from the given one because of how it was written: half the diagonal of the cell that the digits, the code or the
    shared view stand for. Sources: ISO 6709, RFC 5870, Open Location Code, MGRS and UTM (NGA.STND.0037).
    """
    plain = _normal(text[:LONGEST])
    if not plain.strip():
        return NotLocated("empty")
    pieces = [_judged(piece, near) for piece in _read(plain, near, with_links=True)]
    found = [piece for piece in pieces if isinstance(piece, Found)]
    if found:
        first, *rest = sorted(found, key=lambda piece: piece.start)
        places = tuple(_place(piece) for piece in rest)
        return Located(
            first.lat,
            first.lon,
            first.kind,
            first.precision_m,
            first.text,
            _disagreeing(_place(first), places),
            first.place,
        )
    doubts = [piece for piece in pieces if isinstance(piece, Doubt)]
    if _LIVE.search(plain):
        doubts.append(Doubt(0, 0, "live-location"))
    if len(text) > LONGEST:
        doubts.append(Doubt(0, 0, "too-long", {"read": float(LONGEST)}))
    worst = min(doubts, key=lambda doubt: REASONS.index(doubt.reason), default=Doubt(0, 0, "no-coordinates"))
    return NotLocated(worst.reason, worst.facts)


def _normal(text: str) -> str:
    """The text with one sort of blank, quote, dash, degree sign and digit."""
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    text = unicodedata.normalize("NFKC", text.translate(_ALIKE)).translate(_ALIKE)
    text = re.sub(r"[^\S\n]+", " ", text[: 2 * LONGEST])
    for pattern, sign in _UNITS:
        text = pattern.sub(sign, text)
    return text


def _read(text: str, near: tuple[float, float] | None, with_links: bool) -> list[Piece]:
    """All places and doubts of a text; what one form has read is hidden from the next."""
    pieces: list[Piece] = []

    def take(read: Iterable[Piece]) -> None:
        nonlocal text
        for piece in list(read):
            if "\x01" not in text[piece.start : piece.end]:
                pieces.append(piece)
                text = text[: piece.start] + "\x01" * (piece.end - piece.start) + text[piece.end :]

    if with_links:
        take(links(text, lambda part: _first_of(_read(_normal(part[:500]), near, with_links=False))))
    text = text.replace("_", " ")  # the slant of a WhatsApp message, no part of a number
    take(plus_codes(text, near))
    for form in (utm_places, mgrs_places, named_pairs, iso_pairs, bare_pairs):
        take(form(text))
    return pieces


def _first_of(pieces: list[Piece]) -> Piece | None:
    """The first place of a part of a link, else its first doubt."""
    return next((piece for piece in pieces if isinstance(piece, Found)), next(iter(pieces), None))


def _judged(piece: Piece, near: tuple[float, float] | None) -> Piece:
    """A place too coarse becomes a doubt, a doubtful pair beside the own city a place."""
    if isinstance(piece, Found):
        if piece.precision_m > COARSEST_M:
            facts: Facts = {"text": piece.text, "precision_m": piece.precision_m}
            return Doubt(piece.start, piece.end, "too-coarse", facts)
        return piece
    if piece.reason != "uncertain" or near is None:
        return piece
    lat, lon = float(piece.facts["lat"]), float(piece.facts["lon"])
    if _metres((lon, lat), near) > CONFIRMED_M:
        return piece
    return Found(
        piece.start, piece.end, lat, lon, "decimal", float(piece.facts["precision_m"]), str(piece.facts["text"])
    )


def _place(found: Found) -> Place:
    return Place(found.lat, found.lon, found.kind, found.precision_m, found.text)


def _disagreeing(first: Place, rest: tuple[Place, ...]) -> tuple[Place, ...]:
    """Those of the further places that are somewhere else than the first."""
    here = (first.lon, first.lat)
    return tuple(
        other
        for other in rest
        if _metres(here, (other.lon, other.lat)) > SAME_M + first.precision_m + other.precision_m
    )


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two (lon, lat) points; the module of distances is loaded only when a text needs it."""
    from siaga.engine.geo import distance

    return distance(a, b)
