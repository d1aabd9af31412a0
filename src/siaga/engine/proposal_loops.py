"""The compiled search for the best set of units: the only file of the proposal that imports numba, so loaded late."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Bools = NDArray[np.bool_]
CLOSE = 1e-9


def compiled(function: F) -> F:
    """The function as machine code, cached on disk; the plain one stays at `.py_func`."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


@compiled
def _sums(values: Floats, holds: Bools, most: int, largest: bool) -> Floats:
    """(n + 1, most + 1): the sum of the m smallest (or largest) values held at place i or later; inf beyond them."""
    n = len(values)
    sums = np.full((n + 1, most + 1), 0.0 if largest else np.inf)
    sums[:, 0] = 0.0
    kept = np.empty(most + 1)
    size = 0
    for i in range(n - 1, -1, -1):
        if holds[i]:
            at = min(size, most)
            while at > 0 and ((values[i] > kept[at - 1]) if largest else (values[i] < kept[at - 1])):
                kept[at] = kept[at - 1]
                at -= 1
            kept[at] = values[i]
            size = min(size + 1, most)
        for m in range(1, most + 1):
            if m <= size:
                sums[i, m] = sums[i, m - 1] + kept[m - 1]
            elif largest:
                sums[i, m] = sums[i, m - 1]
    return sums


@compiled
def _dominates(has: Bools, fixed: Floats, crew: Counts, crew_need: Counts, u: int, v: int) -> bool:
    """Whether unit u (sooner than v) does everything v does at no higher price: then v never goes without u."""
    if fixed[u] > fixed[v]:
        return False
    for c in range(has.shape[1]):
        if has[v, c] and not has[u, c]:
            return False
    for q in range(len(crew_need)):  # noqa: SIM110 (numba has no all() of a generator)
        if crew_need[q] > 0 and crew[u, q] < crew[v, q]:
            return False
    return True


@compiled
def best_set(
    has: Bools, eta: Floats, fixed: Floats, need: Counts, crew: Counts, crew_need: Counts, budget: int
) -> tuple[Bools, float, int]:
    """The set of units that meets every need at the least cost, by branch and bound (Land and Doig 1960).

    Units come in ascending order of eta (n,), seconds. has (n, c): what each brings; need (c,) how many; fixed (n,)
    above 0: the price of sending each; crew (n, q), crew_need (q,): people. Cost = the eta of the unit in every slot,
    each slot of a capability taken by the soonest of the set that has it, + the prices. Needs must be within what all
    units bring.

    Returns the set (n,), its cost and how many nodes were looked at; beyond the budget it is the best found, unproven.
    Bounds: every open slot costs at least the next eta of its capability; prices are either spread over what a unit can
    do, or at least those of as many units as the slots or the people still wanted.
    """
    n, caps = has.shape
    most = 1
    for c in range(caps):
        most = max(most, need[c])
    can = np.zeros(n)
    for u in range(n):
        for c in range(caps):
            if has[u, c] and need[c] > 0:
                can[u] += 1.0
    near = np.empty((caps, n + 1, most + 1))
    spread = np.empty((caps, n + 1, most + 1))
    price = np.empty((caps, n + 1, most + 1))
    for c in range(caps):
        near[c] = _sums(eta, has[:, c], most, False)
        spread[c] = _sums(eta + fixed / np.maximum(can, 1.0), has[:, c], most, False)
        price[c] = _sums(fixed, has[:, c], most, False)
    everyone = np.ones(n, np.bool_)
    cheapest = _sums(fixed, everyone, n, False)
    hands = np.empty((len(crew_need), n + 1, n + 1))
    for q in range(len(crew_need)):
        hands[q] = _sums(crew[:, q].astype(np.float64), everyone, n, True)
    over = np.zeros((n, n), np.bool_)
    for v in range(n):
        for u in range(v):
            over[u, v] = _dominates(has, fixed, crew, crew_need, u, v)

    left, crew_left = need.copy(), crew_need.copy()
    taken, fills = np.zeros(n, np.bool_), np.zeros((n, caps), np.bool_)
    stage, cost_at = np.zeros(n + 1, np.int8), np.zeros(n + 1)
    best, best_cost, nodes = np.zeros(n, np.bool_), np.inf, 0
    depth = 0
    while depth >= 0:
        if stage[depth] == 0:
            nodes += 1
            if nodes > budget:
                break
            cost = cost_at[depth]
            done = True
            slots, shared, at_least = 0.0, 0.0, 0.0
            for c in range(caps):
                if left[c] > 0:
                    done = False
                    slots += near[c, depth, left[c]]
                    shared += spread[c, depth, left[c]]
                    at_least = max(at_least, price[c, depth, left[c]])
            for q in range(len(crew_need)):
                if crew_left[q] > 0:
                    done = False
                    t = 1
                    while t <= n - depth and hands[q, depth, t] < crew_left[q]:
                        t += 1
                    at_least = max(at_least, cheapest[depth, t] if t <= n - depth else np.inf)
            if done:
                if cost < best_cost - CLOSE:
                    best_cost = cost
                    best[:] = taken
                depth -= 1
                continue
            if depth == n or cost + max(shared, slots + at_least) >= best_cost - CLOSE:
                depth -= 1
                continue
            stage[depth] = 1
            useful = False
            for c in range(caps):
                useful |= has[depth, c] and left[c] > 0
            for q in range(len(crew_need)):
                useful |= crew[depth, q] > 0 and crew_left[q] > 0
            for u in range(depth):
                if over[u, depth] and not taken[u]:
                    useful = False
                    break
            if useful:
                taken[depth] = True
                cost += fixed[depth]
                for c in range(caps):
                    fills[depth, c] = has[depth, c] and left[c] > 0
                    if fills[depth, c]:
                        cost += eta[depth]
                        left[c] -= 1
                for q in range(len(crew_need)):
                    crew_left[q] -= crew[depth, q]
                cost_at[depth + 1] = cost
                depth += 1
                stage[depth] = 0
                continue
        if stage[depth] == 1:
            if taken[depth]:
                taken[depth] = False
                for c in range(caps):
                    if fills[depth, c]:
                        left[c] += 1
                for q in range(len(crew_need)):
                    crew_left[q] += crew[depth, q]
            stage[depth] = 2
            cost_at[depth + 1] = cost_at[depth]
            depth += 1
            stage[depth] = 0
            continue
        depth -= 1
    return best, best_cost, nodes
