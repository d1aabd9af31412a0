"""Pen and ruler of the schematic city: bends, natural-looking borders, rows of streets, roads joined at crossings."""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Km: TypeAlias = tuple[float, float]  # kilometres east and north of the city's origin
GRAIN = 1e-4  # km: places nearer than 10 cm are the same

NO_TRUCK = ("alley", "weak_bridge", "footway", "boat")


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One drawn line of a street, in kilometres."""

    street: str
    name: str | None
    road: str
    points: tuple[Km, ...]
    private: bool = False


def smooth(points: Sequence[Km], steps: int = 7) -> tuple[Km, ...]:
    """A curve through every point (Catmull-Rom, uniform), so that roads that share a point still share it."""
    if len(points) < 3:
        return tuple(points)
    closed = points[0] == points[-1]
    before = points[-2] if closed else points[0]
    after = points[1] if closed else points[-1]
    padded = [before, *points, after]
    drawn = [points[0]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for n in range(1, steps + 1):
            t = n / steps
            drawn.append((_through(a[0], b[0], c[0], d[0], t), _through(a[1], b[1], c[1], d[1], t)))
        drawn[-1] = c
    return tuple(drawn)


def _through(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def wander(a: Km, b: Km, share: float, depth: int) -> list[Km]:
    """From a to before b along a natural-looking line; the same line, whichever of its ends one starts from."""
    first, last = sorted((a, b))
    line = [first, *_displaced(first, last, share, depth, random.Random(f"{first}{last}")), last]
    return line[:-1] if (a, b) == (first, last) else line[:0:-1]


def _displaced(a: Km, b: Km, share: float, depth: int, chance: random.Random) -> list[Km]:
    if depth == 0:
        return []
    off = chance.gauss(0.0, share)
    middle = ((a[0] + b[0]) / 2 - (b[1] - a[1]) * off, (a[1] + b[1]) / 2 + (b[0] - a[0]) * off)
    return [*_displaced(a, middle, share, depth - 1, chance), middle, *_displaced(middle, b, share, depth - 1, chance)]


def ring(corners: Sequence[Km], share: float, depth: int) -> list[Km]:
    """A closed wandering outline through the corners."""
    around = [p for a, b in pairwise([*corners, corners[0]]) for p in wander(a, b, share, depth)]
    return [*around, around[0]]


def line_through(corners: Sequence[Km], share: float, depth: int) -> list[Km]:
    """An open wandering line through the corners."""
    return [p for a, b in pairwise(corners) for p in wander(a, b, share, depth)] + [corners[-1]]


def blot(at: Km, reach: float, name: str, corners: int = 11) -> list[Km]:
    """A roundish outline around a place."""
    chance = random.Random(name)
    turns = [2 * math.pi * n / corners for n in range(corners)]
    reaches = [reach * chance.uniform(0.8, 1.15) for _ in turns]
    return ring(
        [(at[0] + r * math.cos(t), at[1] + r * math.sin(t)) for t, r in zip(turns, reaches, strict=True)], 0.06, 2
    )


def rows_of_streets(
    at: Km, size: Km, turn: float, block: Km, ground: BaseGeometry, chance: random.Random
) -> list[list[list[Km]]]:
    """Streets of a quarter: two families of gently bent lines across its ground, each cut into pieces that exist."""
    phase = [chance.uniform(0, 2 * math.pi) for _ in range(4)]
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    width, height = size

    def placed(u: float, v: float) -> Km:
        du = 0.045 * math.sin(v * 4.1 + phase[0]) + 0.02 * math.sin(v * 9.7 + phase[1])
        dv = 0.045 * math.sin(u * 3.7 + phase[2]) + 0.02 * math.sin(u * 8.9 + phase[3])
        u, v = u + du, v + dv
        return at[0] + u * cos - v * sin, at[1] + u * sin + v * cos

    streets = []
    for along, across, gap, other in ((width, height, block[0], block[1]), (height, width, block[1], block[0])):
        lengthwise = gap == block[0]
        offset = -across / 2
        while offset <= across / 2:
            streets.append(_row(along, offset, other / 1000, lengthwise, placed, ground, chance))
            offset += gap / 1000 * chance.uniform(0.8, 1.3)
    return [pieces for pieces in streets if pieces]


def _row(
    along: float,
    offset: float,
    step: float,
    lengthwise: bool,
    placed: Callable[[float, float], Km],
    ground: BaseGeometry,
    chance: random.Random,
) -> list[list[Km]]:
    """One street: whole blocks of it are left out here and there, and what lies off the ground is cut away."""
    pieces: list[list[Km]] = []
    run: list[Km] = []
    u = -along / 2
    while u < along / 2:
        stretch = [u + step * n / 3 for n in range(4)]
        points = [placed(p, offset) if lengthwise else placed(offset, p) for p in stretch]
        if chance.random() < (0.14 if run else 0.3):
            pieces.append(run)
            run = []
        else:
            run = [*run[:-1], *points] if run else points
        u += step
    pieces.append(run)
    kept = []
    for piece in pieces:
        if len(piece) > 1:
            inside = shapely.intersection(shapely.linestrings(piece), ground)
            kept += [list(part.coords) for part in shapely.get_parts(inside) if part.length > 0.055]
    return kept


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The same lines with a shared vertex wherever two of them cross or touch; overlaps stay as they are."""
    lines = [shapely.linestrings(p.points) for p in pieces]
    tree = shapely.STRtree(lines)
    a, b = tree.query(lines, predicate="intersects")
    once = a < b
    a, b = a[once], b[once]
    shapes = np.array(lines, object)
    crossings = shapely.intersection(shapes[a], shapes[b])
    added: dict[int, list[Km]] = {}
    for i, j, crossing in zip(a.tolist(), b.tolist(), crossings, strict=True):
        for x, y in shapely.get_coordinates(crossing).tolist():
            added.setdefault(i, []).append((x, y))
            added.setdefault(j, []).append((x, y))
    return [
        msgspec.structs.replace(piece, points=_with(lines[n], piece.points, added.get(n, [])))
        for n, piece in enumerate(pieces)
    ]


def _with(line: BaseGeometry, points: Sequence[Km], more: Sequence[Km]) -> tuple[Km, ...]:
    """The line's own points and the added ones in order along it, none of them twice."""
    own = [0.0, *np.cumsum([math.dist(p, q) for p, q in pairwise(points)]).tolist()]
    placed = list(zip(own, points, strict=True))
    if more:
        spots = shapely.points(np.array(more))
        placed += list(zip(shapely.line_locate_point(line, spots).tolist(), more, strict=True))
    placed.sort(key=lambda spot: spot[0])
    merged: list[Km] = []
    for _, (x, y) in placed:
        spot = (round(x, 4), round(y, 4))
        if not merged or math.dist(merged[-1], spot) > GRAIN / 2:
            merged.append(spot)
    return tuple(merged)


def parts(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces in groups that hang together by shared vertices, the largest group first."""
    every = list(pieces)
    parent = list(range(len(every)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    seen: dict[Km, int] = {}
    for n, piece in enumerate(every):
        for point in piece.points:
            if point in seen:
                parent[root(n)] = root(seen[point])
            else:
                seen[point] = n
    groups: dict[int, list[Piece]] = {}
    for n, piece in enumerate(every):
        groups.setdefault(root(n), []).append(piece)
    return sorted(groups.values(), key=lambda group: -sum(len(p.points) for p in group))


def connected(pieces: Sequence[Piece]) -> list[Piece]:
    """Joined lines of which trucks reach all that is not marked against them, and people all that is not an island."""
    found = joined(pieces)
    for usable in (lambda p: p.road not in NO_TRUCK and not p.private, lambda p: p.road not in ("boat",)):
        for _ in range(6):
            main, *loose = parts(p for p in found if usable(p))
            spots = [point for piece in main for point in piece.points]
            tree = shapely.STRtree(shapely.points(np.array(spots)))
            links = [_link(group, spots, tree) for group in loose]
            near = [link for link in links if math.dist(*link.points) < 0.6]
            if not near:
                break
            found = joined([*found, *near])
    return found


def _link(group: Sequence[Piece], spots: Sequence[Km], tree: shapely.STRtree) -> Piece:
    """The shortest new stretch that ties a loose group to the rest: it belongs to the street it begins at."""
    ours = [(point, piece) for piece in group for point in piece.points]
    found, away = tree.query_nearest(shapely.points(np.array([point for point, _ in ours])), return_distance=True)
    best = int(away.argmin())
    point, piece = ours[int(found[0][best])]
    return msgspec.structs.replace(piece, points=(point, spots[int(found[1][best])]))
