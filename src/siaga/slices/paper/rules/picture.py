"""Whether a file is a picture that may stand at the head of every paper: drawn alone, whole, and asking for nothing.

A logo that cannot be set would stop every official paper, and one that fetches or runs something would do so wherever
it is shown: so what is not plainly a drawing is refused, with what is wrong."""

import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

MOST_BYTES = 150_000
MOST_PX = 1500
_SVG = "{http://www.w3.org/2000/svg}"
_DRAWS = re.compile(
    r"svg|g|defs|title|desc|metadata|style|path|rect|circle|ellipse|line|polyline|polygon"
    r"|linearGradient|radialGradient|stop|clipPath|mask|use|symbol"
)
_EDITORS = ("inkscape.org", "sodipodi.sourceforge.net", "w3.org/1999/02/22-rdf", "creativecommons.org", "purl.org/dc")
"""What drawing programs write about themselves; nothing of it is drawn."""
_MOST_ELEMENTS, _DEEPEST = 4000, 40
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|@font-face", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*(\d+\.?\d*|\.\d+)\s*(px|pt|pc|mm|cm|in|em|ex|%)?\s*$")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))

Wrong = tuple[str, str]
"""What is wrong (the end of a refusal's code), and what it is about."""


def wrong_with(mime: str, content: bytes) -> Wrong | None:
    """Why this may not stand at the head of papers; None: it may."""
    if len(content) > MOST_BYTES:
        return "too-large", str(MOST_BYTES // 1000)
    if mime == "image/png":
        return None if _is_png(content) else ("broken", "PNG")
    return _wrong_svg(content)


# ── SVG ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _wrong_svg(content: bytes) -> Wrong | None:
    try:
        text = content.decode("utf-8-sig")
        # Entities and style sheets of its own come in by these, and are refused before anything is read.
        if found := re.search(r"<!(?!--)\[?\w*|<\?(?!xml\s)[\w-]*", text):
            return "element", found[0].strip("<")
        root = ElementTree.fromstring(text)  # noqa: S314  (no entities in it, and of limited size)
    except (UnicodeDecodeError, ElementTree.ParseError):
        return "broken", "SVG"
    if root.tag != f"{_SVG}svg" or not _has_size(root):
        return "broken", "SVG"
    return _wrong_elements(root)


def _has_size(root: ElementTree.Element) -> bool:
    """Whether it says how large it is; without that it cannot be set."""
    sides = [root.get(side) for side in ("width", "height")]
    if not all(side is None or _positive(side) for side in sides):
        return False
    box = root.get("viewBox")
    if box is None:
        return all(side is not None and "%" not in side for side in sides)
    numbers = re.split(r"[\s,]+", box.strip())
    return len(numbers) == 4 and all(_positive(side) and "%" not in side for side in numbers[2:])


def _positive(side: str) -> bool:
    found = _NUMBER.match(side)
    return found is not None and 0 < float(found[1]) < 1e6


def _wrong_elements(root: ElementTree.Element) -> Wrong | None:
    found = list(_walk(root))
    if len(found) > _MOST_ELEMENTS or any(depth > _DEEPEST for _, depth in found):
        return "element", "…"
    using = {each.get("id") for each, _ in found if any(True for _ in each.iter(f"{_SVG}use"))}
    for each, _ in found:
        if not _DRAWS.fullmatch(each.tag.removeprefix(_SVG)) and not _of_an_editor(each.tag):
            return "element", each.tag.rpartition("}")[2][:40]
        if _OUTSIDE.search(each.text or ""):
            return "outside", each.tag.removeprefix(_SVG)
        for name, value in each.attrib.items():
            bare = name.rpartition("}")[2]
            if bare.lower().startswith("on"):
                return "element", bare[:40]
            if _OUTSIDE.search(value) or (bare == "href" and not value.startswith("#")):
                return "outside", bare
            # A copy of a copy of a copy grows without end.
            if bare == "href" and each.tag == f"{_SVG}use" and value[1:] in using:
                return "element", "use"
    return None


def _of_an_editor(tag: str) -> bool:
    return any(editor in tag for editor in _EDITORS)


def _walk(root: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, int]]:
    """Every element, with how deep it lies."""
    left = [(root, 0)]
    while left:
        each, depth = left.pop()
        yield each, depth
        left += [(inner, depth + 1) for inner in each]


# ── PNG ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_png(content: bytes) -> bool:
    """Whether every chunk is whole and every line of the picture there."""
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        return False
    width, height, depth, colour, packed, filtered, laced = struct.unpack(">IIBBBBB", chunks[0][1])
    if not (0 < width <= MOST_PX and 0 < height <= MOST_PX and depth in _DEPTHS.get(colour, ())):
        return False
    if packed or filtered or laced > 1 or (colour == 3 and not any(kind == b"PLTE" for kind, _ in chunks)):
        return False
    lines = [(w, h) for w, h in (_passes(width, height) if laced else [(width, height)]) if w and h]
    strides = [1 + (w * depth * _CHANNELS[colour] + 7) // 8 for w, h in lines for _ in range(h)]
    return _holds(b"".join(data for kind, data in chunks if kind == b"IDAT"), strides)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks until one is not whole."""
    at = 8 if content.startswith(b"\x89PNG\r\n\x1a\n") else len(content)
    while at + 12 <= len(content):
        size, kind = struct.unpack(">I4s", content[at : at + 8])
        data, mark = content[at + 8 : at + 8 + size], content[at + 8 + size : at + 12 + size]
        if len(mark) != 4 or struct.unpack(">I", mark)[0] != zlib.crc32(kind + data):
            return
        yield kind, data
        at += 12 + size


def _passes(width: int, height: int) -> list[tuple[int, int]]:
    return [((width - x + dx - 1) // dx, (height - y + dy - 1) // dy) for x, y, dx, dy in _ADAM7]


def _holds(packed: bytes, strides: list[int]) -> bool:
    """Whether it unpacks to just these lines, each with a way of filtering that there is."""
    whole = sum(strides)
    unpack = zlib.decompressobj()
    try:
        raw = unpack.decompress(packed, whole + 1)
    except zlib.error:
        return False
    at = 0
    for stride in strides:
        if at >= len(raw) or raw[at] > 4:
            return False
        at += stride
    return len(raw) == whole
