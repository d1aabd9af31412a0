"""The bench `roads`: nearest units and sweeps on a generated network, beside scipy on the same arrays."""

from collections.abc import Callable
from time import perf_counter

import numpy as np

from siaga.engine.roads.generated import generated_network, random_points
from siaga.engine.roads.speeds import Speeds
from siaga.engine.roads.travel import Travel

NODES, UNITS, WANTED, HOUR = 300_000, 400, 12, 8


def bench_roads(speeds: Speeds, nodes: int = NODES, requests: int = 500, sweeps: int = 9) -> dict[str, float]:
    """Milliseconds: 12 nearest of 400 units (p50, p99), a sweep to all nodes, scipy's sweep, and the ratio.

    Each request has another incident; the first ones, which compile and fill the caches, do not count. Sweeps of
    both libraries take turns, so that a busy machine slows them alike. Needs scipy (extra `dev`).
    """
    travel = Travel(generated_network(nodes), speeds)
    travel.warm()
    nearest = _nearest(travel, requests)
    ours, theirs = _sweeps(travel, speeds, sweeps)
    return {
        "nearest12_p50_ms": round(float(np.percentile(nearest, 50)), 3),
        "nearest12_p99_ms": round(float(np.percentile(nearest, 99)), 3),
        "sweep_ms": round(ours, 2),
        "scipy_sweep_ms": round(theirs, 2),
        "ratio_to_scipy": round(theirs / ours, 3),
    }


def _nearest(travel: Travel, requests: int) -> list[float]:
    assert travel.network is not None
    units = random_points(travel.network, UNITS, seed=2)
    incidents = random_points(travel.network, requests + 10, seed=3).tolist()
    times = [_ms(lambda at=at: travel.to_incident(at[0], at[1], units, "pump", HOUR, k=WANTED)) for at in incidents]  # type: ignore[misc]
    return times[10:]


def _sweeps(travel: Travel, speeds: Speeds, count: int) -> tuple[float, float]:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    from siaga.engine.roads import search as loops
    from siaga.engine.roads.speeds import link_seconds

    network = travel.network
    assert network is not None
    weight = link_seconds(network, speeds, "pump", HOUR)[network.out_link]
    arcs = (network.out_start, network.out_node, weight)
    size = (network.nodes, network.nodes)
    graph = csr_matrix((weight, network.out_node, network.out_start), shape=size)  # type: ignore[no-untyped-call]
    nothing, none = np.empty(0, np.int32), np.empty(0)
    ours, theirs = [], []
    for start in np.linspace(0, network.nodes - 1, count + 1).astype(np.int32):
        seed, cost = np.array([start], np.int32), np.zeros(1)
        ours.append(_ms(lambda s=seed, c=cost: loops.search(*arcs, s, c, nothing, none, none, 0, np.inf)))  # type: ignore[misc]
        theirs.append(_ms(lambda s=int(start): dijkstra(graph, indices=s)))  # type: ignore[misc]
    return float(np.median(ours[1:])), float(np.median(theirs[1:]))


def _ms(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return (perf_counter() - begin) * 1000.0
