"""Reading the GraphML that osmnx writes: a directed graph whose edges carry OpenStreetMap tags and a shape."""

import ast
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from siaga.adapters.osm.records import LonLat, OsmError, Progress, RoadCollector, RoadTraits
from siaga.adapters.osm.tags import ROADS, road_traits

NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"
PAIR = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)\s+(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)")
STEP = 1_000
RANK = {road: i for i, road in enumerate(ROADS)}


def read_graphml(path: Path, progress: Progress) -> tuple[RoadCollector, Counter[str]]:
    """The roads of an osmnx graph, two opposite edges joined to one two-way line.

    OsmError: "file-unreadable" if it is no XML, "graphml-form" if it is not a graph in longitude and latitude.
    """
    nodes: dict[str, LonLat] = {}
    lines: dict[tuple[LonLat, ...], tuple[list[str], dict[str, str], bool]] = {}
    skipped: Counter[str] = Counter()
    try:
        for kind, ends, data in _elements(path, progress):
            if kind == "node":
                nodes[ends[0]] = (float(data["x"]), float(data["y"]))
            elif ends[0] not in nodes or ends[1] not in nodes:
                skipped["edge-without-node"] += 1
            else:
                _edge(lines, nodes, ends, data)
    except ET.ParseError as wrong:
        raise OsmError("file-unreadable", file=path.name, why=str(wrong)) from wrong
    except (KeyError, ValueError, SyntaxError) as wrong:
        raise OsmError("graphml-form", file=path.name, why=str(wrong)) from wrong
    roads = RoadCollector()
    number = {node: i + 1 for i, node in enumerate(nodes)}
    inner = 0
    for points, (ends, tags, both) in lines.items():
        traits = _traits(tags, both)
        if traits is None:
            skipped[f"highway={tags.get('highway', '')}"] += 1
            continue
        between = range(inner - 1, inner - len(points) + 1, -1)  # vertices inside an edge are nobody else's
        inner -= len(points) - 2
        roads.add(_first_way(tags), [number[ends[0]], *between, number[ends[1]]], points, traits)
    return roads, skipped


def _elements(path: Path, progress: Progress) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Nodes and edges with their data by name. The parser is expat 2.4 or newer: it bounds entity expansion itself."""
    size = path.stat().st_size
    names: dict[str, str] = {}
    with path.open("rb") as file:
        root: ET.Element | None = None
        for count, (event, element) in enumerate(ET.iterparse(file, ("start", "end"))):  # noqa: S314
            root = element if root is None else root
            if count % STEP == 0:
                progress("graph", file.tell(), size)
            tag = element.tag.removeprefix(NAMESPACE)
            if event == "start":
                continue
            if tag == "key":
                names[element.attrib["id"]] = element.attrib["attr.name"]
            elif tag in ("node", "edge"):
                data = {names[d.attrib["key"]]: d.text or "" for d in element.iter(f"{NAMESPACE}data")}
                ends = [element.attrib[k] for k in (("id",) if tag == "node" else ("source", "target"))]
                yield tag, ends, data
                element.clear()
        if root is None or root.tag != f"{NAMESPACE}graphml":
            raise ValueError("not a GraphML document")
    progress("graph", size, size)


def _edge(
    lines: dict[tuple[LonLat, ...], tuple[list[str], dict[str, str], bool]],
    nodes: dict[str, LonLat],
    ends: list[str],
    data: dict[str, str],
) -> None:
    """Keep an edge, or make the line two-way whose opposite it is."""
    points = [nodes[ends[0]], nodes[ends[1]]]
    shape = data.get("geometry")
    if shape:
        drawn = [(float(x), float(y)) for x, y in PAIR.findall(shape)]
        points[1:1] = drawn[1:-1]
    line, back = tuple(points), tuple(reversed(points))
    if back in lines and lines[back][0] == ends[::-1]:
        former = lines[back]
        lines[back] = (former[0], former[1], True)
    else:
        lines.setdefault(line, (ends, data, False))


def _traits(tags: dict[str, str], both: bool) -> RoadTraits | None:
    """As for any way, except that the direction is already in the edges, and that a merged edge has several values."""
    single = {key: _one(key, value) for key, value in tags.items()}
    for key in ("oneway", "junction", "reversed", "ref"):
        single.pop(key, None)
    single["oneway"] = "no" if both else "yes"
    return road_traits(single)


def _one(key: str, value: str) -> str:
    """One value for an edge that osmnx has merged from several ways: lesser road, lower limit, else the first."""
    if not value.startswith("["):
        return value
    values = [str(v) for v in ast.literal_eval(value)]
    if key == "highway":
        return max(values, key=lambda v: RANK.get(v, -1))
    if key in ("maxspeed", "width", "maxweight"):
        return min(values, key=lambda v: float(v) if v.replace(".", "", 1).isdigit() else float("inf"))
    if key == "access":
        return "private" if {"private", "no"} & set(values) else values[0]
    return values[0]


def _first_way(tags: dict[str, str]) -> int:
    text = _one("osmid", tags.get("osmid", ""))
    return int(text) if text.isdigit() else 0
