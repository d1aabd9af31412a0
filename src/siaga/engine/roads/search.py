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
ZERO, ONE = np.uint64(0), np.uint64(1)
NO_NODE = np.uint32(2**32 - 1)
PER_SECOND = 1.0  # buckets of what waits, narrower than most links take
BUCKETS = np.uint64(1024)
NOT_REACHED, DIRECT, BY_FROM, BY_TO = -1, 0, 1, 2  # how a source leaves its link


def compiled(function: F) -> F:
    """The function as machine code, cached on disk; the plain one stays at `.py_func`."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


@compiled
def _queue(at: int | np.uint32, bucket: int | np.uint64, first: Indices, ahead: Indices, behind: Indices) -> None:
    """Put a node in front of the others of its bucket."""
    other = first[bucket]
    ahead[at], behind[at] = other, NO_NODE
    if other != NO_NODE:
        behind[other] = at
    first[bucket] = at


@compiled
def _leave(at: int | np.uint32, bucket: int | np.uint64, first: Indices, ahead: Indices, behind: Indices) -> None:
    """Take a node out of its bucket."""
    if behind[at] == NO_NODE:
        first[bucket] = ahead[at]
    else:
        ahead[behind[at]] = ahead[at]
    if ahead[at] != NO_NODE:
        behind[ahead[at]] = behind[at]


@compiled
def _bucket(seconds: float) -> np.uint64:
    """The bucket of what is so many seconds from where the buckets begin now; the last one holds all beyond them."""
    return np.uint64(min(seconds * PER_SECOND, float(BUCKETS)))


@compiled
def _move_on(seconds: Floats, first: Indices, ahead: Indices, behind: Indices, bucket: Indices) -> float:
    """Begin the buckets anew at the soonest of what lay beyond them; inf if nothing did."""
    at = first[BUCKETS]
    first[BUCKETS] = NO_NODE
    begin = np.inf
    other = at
    while other != NO_NODE:
        begin = min(begin, seconds[other])
        other = ahead[other]
    while at != NO_NODE:
        other = ahead[at]
        bucket[at] = _bucket(seconds[at] - begin)
        _queue(at, bucket[at], first, ahead, behind)
        at = other
    return begin


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
    stopped early. Nodes wait in buckets of equal times (Dial 1969), each taken as a whole (Meyer and Sanders 2003):
    what becomes sooner within its own bucket is passed again. Numbers of nodes and arcs are unsigned: numba then
    leaves out the test for Python's negative indices (a third of the time).
    """
    nodes = len(start) - 1
    seconds = np.full(nodes, np.inf)
    via = np.empty(nodes, np.int32)
    best = direct.copy()
    used = np.where(np.isfinite(direct), DIRECT, NOT_REACHED).astype(np.int8)
    waiting, following = _waiting(nodes, exit_node, exit_cost)
    bound = min(limit, _kth(best, k)) if len(best) else limit

    first = np.full(BUCKETS + 1, NO_NODE, np.uint32)
    ahead, behind = np.empty(nodes, np.uint32), np.empty(nodes, np.uint32)  # untouched memory costs nothing
    bucket, batch = np.empty(nodes, np.uint32), np.empty(nodes, np.uint32)
    for s in range(len(seed_node)):
        at = np.uint32(seed_node[s])
        if seed_cost[s] < seconds[at]:
            if seconds[at] == np.inf:
                _queue(at, BUCKETS, first, ahead, behind)
            seconds[at] = seed_cost[s]
            via[at] = NOWHERE

    stopped = False
    begin, present = 0.0, np.uint64(BUCKETS)
    while True:
        if present == BUCKETS:
            begin, present = _move_on(seconds, first, ahead, behind, bucket), ZERO
            if begin == np.inf:
                break
        at = first[present]
        if at == NO_NODE:
            present += ONE
            continue
        if begin + float(present) / PER_SECOND > bound:
            stopped = True
            break
        first[present] = NO_NODE
        count = ZERO
        while at != NO_NODE:
            batch[count] = at
            count += ONE
            bucket[at] = NO_NODE
            at = ahead[at]
        for b in range(count):
            at = batch[b]
            now = seconds[at]
            if now > bound:
                stopped = True
                continue
            if len(waiting) and waiting[at] != NOWHERE:
                e = waiting[at]
                while e != NOWHERE:
                    then = now + exit_cost[e]
                    if then < best[e >> 1]:
                        best[e >> 1] = then
                        used[e >> 1] = BY_FROM + (e & 1)
                        if then < bound:
                            bound = min(limit, _kth(best, k))
                    e = following[e]
            for arc in range(np.uint32(start[at]), np.uint32(start[at + ONE])):
                then = now + weight[arc]
                there = np.uint32(node[arc])
                before = seconds[there]
                if then < before:
                    seconds[there] = then
                    via[there] = arc
                    goes = _bucket(then - begin)
                    if before < np.inf and bucket[there] != NO_NODE:
                        if bucket[there] == goes:
                            continue
                        _leave(there, bucket[there], first, ahead, behind)
                    bucket[there] = goes
                    other = first[goes]  # as in `_queue`: a call here, with its five arrays, takes a fifth of the time
                    ahead[there] = other
                    behind[there] = NO_NODE
                    if other != NO_NODE:
                        behind[other] = there
                    first[goes] = there
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
        x, y = (px - origin[0]) / cell[0], (py - origin[1]) / cell[1]
        column, row = math.floor(x), math.floor(y)
        best, piece, along = limit_m, NOWHERE, 0.0
        ring = 0
        while (ring - 1) * reach <= best:
            for r in range(max(0, row - ring), min(shape[1] - 1, row + ring) + 1):
                step = 1 if r == row - ring or r == row + ring else max(1, 2 * ring)
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= shape[0]:
                        continue
                    beside = max(c - x, x - (c + 1), 0.0) * cell[0] * x_m
                    above = max(r - y, y - (r + 1), 0.0) * cell[1] * DEGREE_M
                    if beside * beside + above * above > best * best * (1.0 + 1e-9) + 1e-6:
                        continue  # nothing in this cell can be nearer
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
