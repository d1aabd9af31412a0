"""The compiled loops of the roads engine: search, snapping and connected parts. The only file that imports numba.

Numba: loading it costs 0.6 s, so nothing imports this file before it is needed. Compiled code is cached where
NUMBA_CACHE_DIR points, and the loops run without the interpreter's lock, so that several requests run side by side.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from siaga.engine.geo import DEGREE_M, Floats
from siaga.engine.roads.network import Ints, Longs

F = TypeVar("F", bound=Callable[..., Any])
Indices = NDArray[np.uint32]

NOWHERE = -1
END_M = 1.0  # without it a unit at a junction could be held to the one-way street that it snaps to by chance
ZERO, ONE, TWO, FOUR = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(4)
NOT_REACHED, DIRECT, BY_FROM, BY_TO = -1, 0, 1, 2  # how a source leaves its link


def compiled(function: F) -> F:
    """The function as machine code, cached on disk; the plain one stays at `.py_func`."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


@compiled
def _push(keys: Floats, items: Indices, size: int, key: float, item: int | np.uint32) -> None:
    """Sift a new entry up a heap of four children per entry (fewer cache misses than two; Johnson 1975)."""
    at = np.uint64(size)
    while at > ZERO:
        above = (at - ONE) >> TWO
        if keys[above] <= key:
            break
        keys[at] = keys[above]
        items[at] = items[above]
        at = above
    keys[at] = key
    items[at] = item


@compiled
def _drop_first(keys: Floats, items: Indices, size: int) -> None:
    """Take the first of `size` entries away: the last one sinks from the top."""
    last = np.uint64(size - 1)
    key, item = keys[last], items[last]
    at = ZERO
    while True:
        child = (at << TWO) + ONE
        if child >= last:
            break
        least, least_key = child, keys[child]
        other, beyond = child + ONE, min(child + FOUR, last)
        while other < beyond:
            if keys[other] < least_key:
                least, least_key = other, keys[other]
            other += ONE
        if least_key >= key:
            break
        keys[at] = least_key
        items[at] = items[least]
        at = least
    keys[at] = key
    items[at] = item


@compiled
def _kth(values: Floats, k: int) -> float:
    """The k-th smallest value, inf if there are fewer than k."""
    if k > len(values) or k < 1:
        return np.inf
    return float(np.partition(values, k - 1)[k - 1])


@compiled
def _waiting(nodes: int, exit_node: Ints, exit_cost: Floats) -> tuple[Ints, Ints]:
    """The first usable exit at each node (N,) and the next one at the same node after each exit (2n,)."""
    first = np.full(nodes if len(exit_node) else 0, NOWHERE, np.int32)
    following = np.full(len(exit_node), NOWHERE, np.int32)
    for e in range(len(exit_node)):
        if exit_cost[e] < np.inf:
            following[e] = first[exit_node[e]]
            first[exit_node[e]] = e
    return first, following


@compiled
def search(
    start: Ints,
    node: Ints,
    weight: Floats,
    seed_node: Ints,
    seed_cost: Floats,
    exit_node: Ints,
    exit_cost: Floats,
    direct: Floats,
    k: int,
    limit: float,
) -> tuple[Floats, Ints, Floats, NDArray[np.int8], bool]:
    """Shortest times from the seeds over the CSR arcs to every exit, until the k soonest sources are certain.

    The graph is start (N + 1,), node (A,), weight (A,) in seconds, inf = closed. Source i leaves by exits 2i and
    2i + 1 (node, further seconds) or needs `direct[i]` alone. Searching the reverse arcs from the two ends of an
    incident's link gives the times of units *to* it. Without sources it is a plain sweep to all nodes, up to limit.

    Returns seconds per node (N,), the arc by which each node was reached (N,) (NOWHERE: a seed; meaningful where
    seconds are finite), seconds per source (n,) (inf: not among them), the exit used (n,), and whether the search
    stopped early. Dijkstra 1959 with a heap that keeps outdated entries until they come up. Numbers of arcs and
    heap places are unsigned: numba then leaves out the test for Python's negative indices (a third of the time).
    """
    seconds = np.full(len(start) - 1, np.inf)
    via = np.empty(len(start) - 1, np.int32)
    best = direct.copy()
    used = np.where(np.isfinite(direct), DIRECT, NOT_REACHED).astype(np.int8)
    waiting, following = _waiting(len(seconds), exit_node, exit_cost)
    bound = min(limit, _kth(best, k)) if len(best) else limit

    keys = np.empty(len(node) + len(seed_node) + 1)  # every arc pushes once at most; untouched memory costs nothing
    items = np.empty(len(keys), np.uint32)
    size = 0
    for s in range(len(seed_node)):
        if seed_cost[s] < seconds[seed_node[s]]:
            seconds[seed_node[s]] = seed_cost[s]
            via[seed_node[s]] = NOWHERE
            _push(keys, items, size, seed_cost[s], seed_node[s])
            size += 1

    stopped = False
    while size > 0:
        now, at = keys[0], items[0]
        if now > bound:
            stopped = True
            break
        _drop_first(keys, items, size)
        size -= 1
        if now > seconds[at]:
            continue  # an older, longer entry of the same node
        if len(waiting) and waiting[at] != NOWHERE:
            e = waiting[at]
            while e != NOWHERE:
                if now + exit_cost[e] < best[e >> 1]:
                    best[e >> 1] = now + exit_cost[e]
                    used[e >> 1] = BY_FROM + (e & 1)
                e = following[e]
            bound = min(limit, _kth(best, k))
        for arc in range(np.uint32(start[at]), np.uint32(start[at + ONE])):
            then = now + weight[arc]
            there = np.uint32(node[arc])
            if then < seconds[there]:
                seconds[there] = then
                via[there] = arc
                _push(keys, items, size, then, there)
                size += 1
    for i in range(len(best)):  # what lies beyond the bound was not searched to its end
        if best[i] > bound:
            stopped = stopped or best[i] < np.inf
            best[i] = np.inf
            used[i] = NOT_REACHED
    return seconds, via, best, used, stopped


@compiled
def tail(start: Ints, arc: int) -> int:
    """The node whose arcs hold this one."""
    return int(np.searchsorted(start, arc, side="right")) - 1


@compiled
def chains(first: Ints, via: Ints, start: Ints, link: Ints, link_m: Floats) -> tuple[Floats, Ints]:
    """Metres (n,) from each first node along its found way to a seed, and that seed's node (n,); NOWHERE stays so."""
    metres = np.zeros(len(first))
    seed = np.full(len(first), NOWHERE, np.int32)
    for i in range(len(first)):
        at = first[i]
        if at == NOWHERE:
            continue
        while via[at] != NOWHERE:
            metres[i] += link_m[link[via[at]]]
            at = tail(start, via[at])
        seed[i] = at
    return metres, seed


@compiled
def fill_cells(
    lon: Floats, lat: Floats, first: Longs, origin: Floats, cell: Floats, shape: Ints, at: Ints, found: Ints
) -> None:
    """Put each piece (vertices first, first + 1) into every grid cell it passes: count (found empty) or write them.

    origin: west, south; cell: width, height in degrees; shape: columns, rows. Counting raises at[cell] by one,
    writing puts the piece at found[at[cell]] and moves it on.
    """
    columns, rows = shape[0], shape[1]
    for s in range(len(first)):
        x1, y1 = (lon[first[s]] - origin[0]) / cell[0], (lat[first[s]] - origin[1]) / cell[1]
        x2, y2 = (lon[first[s] + 1] - origin[0]) / cell[0], (lat[first[s] + 1] - origin[1]) / cell[1]
        if y1 > y2:
            x1, y1, x2, y2 = x2, y2, x1, y1
        for row in range(max(0, int(y1)), min(rows - 1, int(y2)) + 1):
            low, high = x1, x2
            if y2 > y1:  # only the part of the piece inside this row
                low = x1 + (x2 - x1) * (max(y1, float(row)) - y1) / (y2 - y1)
                high = x1 + (x2 - x1) * (min(y2, float(row + 1)) - y1) / (y2 - y1)
            if low > high:
                low, high = high, low
            for column in range(max(0, int(low - 1e-6)), min(columns - 1, int(high + 1e-6)) + 1):
                c = row * columns + column
                if len(found):
                    found[at[c]] = s
                at[c] += 1


@compiled
def snap(
    point_lon: Floats,
    point_lat: Floats,
    origin: Floats,
    cell: Floats,
    shape: Ints,
    cell_start: Ints,
    cell_piece: Ints,
    lon: Floats,
    lat: Floats,
    piece_link: Ints,
    piece_m: Floats,
    shape_start: Longs,
    link_m: Floats,
    usable: NDArray[np.bool_],
    limit_m: float,
) -> tuple[Ints, Floats, Floats]:
    """The nearest usable link of each point (n,): link or NOWHERE, share of it passed, metres away.

    Rings of grid cells around the point are looked at until nothing nearer can come, at most to limit_m. Within END_M
    of a link's end the point counts as standing on the junction, free to take any road there.
    """
    count = len(point_lon)
    links = np.full(count, NOWHERE, np.int32)
    shares = np.zeros(count)
    gaps = np.full(count, np.inf)
    for i in range(count):
        px, py = point_lon[i], point_lat[i]
        x_m = DEGREE_M * max(math.cos(math.radians(py)), 1e-3)
        reach = min(cell[0] * x_m, cell[1] * DEGREE_M)
        column, row = math.floor((px - origin[0]) / cell[0]), math.floor((py - origin[1]) / cell[1])
        best, piece, along = limit_m, NOWHERE, 0.0
        ring = 0
        while (ring - 1) * reach <= best:
            for r in range(max(0, row - ring), min(shape[1] - 1, row + ring) + 1):
                step = 1 if r == row - ring or r == row + ring else max(1, 2 * ring)
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= shape[0]:
                        continue
                    for entry in range(cell_start[r * shape[0] + c], cell_start[r * shape[0] + c + 1]):
                        s = cell_piece[entry]
                        link = piece_link[s]
                        if not usable[link]:
                            continue
                        v = s + link  # each link has one vertex more than pieces
                        ax, ay = (lon[v] - px) * x_m, (lat[v] - py) * DEGREE_M
                        dx, dy = (lon[v + 1] - lon[v]) * x_m, (lat[v + 1] - lat[v]) * DEGREE_M
                        square = dx * dx + dy * dy
                        t = 0.0
                        if square > 0.0:
                            t = min(1.0, max(0.0, -(ax * dx + ay * dy) / square))
                        gap = math.sqrt((ax + t * dx) ** 2 + (ay + t * dy) ** 2)
                        if gap < best or (gap == best and (piece == NOWHERE or s < piece)):
                            best, piece, along = gap, s, t
            ring += 1
        if piece != NOWHERE:
            link = piece_link[piece]
            passed = along * piece_m[piece]
            for s in range(shape_start[link] - link, piece):
                passed += piece_m[s]
            links[i] = link
            if passed > min(END_M, link_m[link] / 2.0):
                shares[i] = passed / link_m[link] if passed < link_m[link] - END_M else 1.0
            gaps[i] = best
    return links, shares, gaps


@compiled
def parts(nodes: int, tail: Ints, head: Ints) -> Ints:
    """A label (N,) per node, equal where links join them whatever their direction (union by path halving)."""
    label = np.arange(nodes).astype(np.int32)
    for i in range(len(tail)):
        a, b = tail[i], head[i]
        while label[a] != a:
            label[a] = label[label[a]]
            a = label[a]
        while label[b] != b:
            label[b] = label[label[b]]
            b = label[b]
        if a < b:
            label[b] = a
        else:
            label[a] = b
    for i in range(nodes):  # a label is never larger than its node, so those before are already final
        label[i] = label[label[i]]
    return label


@compiled
def strong_parts(start: Ints, node: Ints, weight: Floats) -> Ints:
    """A label (N,) per node, equal where open arcs lead there and back (Tarjan 1972, without recursion)."""
    nodes = len(start) - 1
    label, index = np.full(nodes, NOWHERE, np.int32), np.full(nodes, NOWHERE, np.int32)
    low, open_, path = np.empty(nodes, np.int32), np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    cursor = start[:-1].copy()
    seen, waiting, found = 0, 0, 0
    for root in range(nodes):
        top, there = 0, root
        while True:
            if there != NOWHERE and index[there] == NOWHERE:  # go down to a node seen for the first time
                index[there] = low[there] = seen
                seen += 1
                open_[waiting] = path[top] = there
                waiting += 1
                top += 1
            if top == 0:
                break
            at = path[top - 1]
            there = NOWHERE
            if cursor[at] < start[at + 1]:
                arc = cursor[at]
                cursor[at] += 1
                if weight[arc] < np.inf:
                    there = node[arc]
                    if index[there] != NOWHERE and label[there] == NOWHERE:
                        low[at] = min(low[at], index[there])
                continue
            top -= 1  # all its arcs are done
            if top:
                low[path[top - 1]] = min(low[path[top - 1]], low[at])
            if low[at] == index[at]:
                while label[at] == NOWHERE:
                    waiting -= 1
                    label[open_[waiting]] = found
                found += 1
    return label


def plain(function: Any) -> Any:
    """The uncompiled function behind a compiled one, for tests that compare the two."""
    return function.py_func
