"""The roads engine against independent judges: igraph and scipy on the same arrays, plain geometry for the rest."""

from itertools import pairwise

import igraph
import numpy as np
import pytest
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString, Point, Polygon

from roads_town import SPEEDS, imported, near
from siaga.engine.geo import DEGREE_M, box_around, segment_distance_m
from siaga.engine.roads import Closure, Network, Travel, closed_links, generated_network
from siaga.engine.roads import search as loops
from siaga.engine.roads.bench import bench_roads
from siaga.engine.roads.closures import holding_up
from siaga.engine.roads.grid import Snapped, part_of
from siaga.engine.roads.network import ONE_WAY, PRIVATE, segment_ends
from siaga.engine.roads.reach import LARGE, reach, usable_ends
from siaga.engine.roads.speeds import link_seconds

HOUR = 17
FILES = ["balikpapan_kota_drive.graphml", "liechtenstein.osm.pbf", "andorra.osm.pbf"]
NOTHING, NONE = np.empty(0, np.int32), np.empty(0)


def random_closures(network: Network, chance: np.random.Generator) -> tuple[Closure, ...]:
    """Single links, a circle and an area somewhere in the network, one of them passable for pumps."""
    links = tuple(sorted(chance.integers(0, network.links, max(3, network.links // 100)).tolist()))
    a, b = near(network, 2, chance)
    west, south, east, north = box_around((b[0], b[1]), float(chance.uniform(50, 300)))
    return (
        Closure(links=links),
        Closure(circle=(a[0], a[1], float(chance.uniform(50, 400)))),
        Closure(polygon=((west, south), (east, south), (b[0], north)), passable_for=("pump",)),
    )


def roadside(points: np.ndarray, at: Snapped) -> tuple[np.ndarray, Snapped]:
    """Without the points out in the wild, which get a straight line."""
    on = at.link >= 0
    return points[on], Snapped(at.link[on], at.share[on], at.gap_m[on])


def judged(network: Network, link_s: np.ndarray, from_: Snapped, to: Snapped) -> np.ndarray:
    """Seconds (n, m) between points on links by igraph, with every point as a vertex that cuts its link."""
    points: dict[int, list[tuple[float, int]]] = {}
    at = network.nodes
    for snapped in (from_, to):
        for link, share in zip(snapped.link.tolist(), snapped.share.tolist(), strict=True):
            points.setdefault(link, []).append((share, at))
            at += 1
    edges: list[tuple[int, int]] = []
    weights: list[float] = []
    for link in np.flatnonzero(np.isfinite(link_s)).tolist():
        chain = [(0.0, int(network.link_from[link])), *sorted(points.get(link, [])), (1.0, int(network.link_to[link]))]
        for (share_a, a), (share_b, b) in pairwise(chain):
            edges.append((a, b))
            weights.append((share_b - share_a) * float(link_s[link]))
            if not network.link_flags[link] & ONE_WAY or share_a == share_b:  # at an end it stands on the junction
                edges.append((b, a))
                weights.append(weights[-1])
    graph = igraph.Graph(n=at, edges=edges, directed=True)  # type: ignore[no-untyped-call]
    first = range(network.nodes, network.nodes + len(from_.link))
    second = range(network.nodes + len(from_.link), at)
    off = SPEEDS.rules.off_road_kmh / 3.6
    seconds = np.array(graph.distances(source=first, target=second, weights=weights))
    total: np.ndarray = seconds + (from_.gap_m[:, None] + to.gap_m[None, :]) / off
    return total


@pytest.mark.parametrize("name", FILES)
def test_a_thousand_pairs_with_random_closures_agree_with_igraph(name: str) -> None:
    network = imported(name)
    travel = Travel(network, SPEEDS)
    chance = np.random.default_rng(20)
    pairs, finite = 0, 0
    for turn in range(10):
        vehicle = ("pump", "motorcycle", "ladder", "light")[turn % 4]
        closures, permitted = random_closures(network, chance), bool(turn % 2)
        a, b = near(network, 13, chance), near(network, 13, chance)
        link_s = link_seconds(network, SPEEDS, vehicle, HOUR)
        if not permitted:
            link_s[network.link_flags & PRIVATE != 0] = np.inf
        for closure in holding_up(closures, vehicle):
            link_s[closed_links(network, closure)] = np.inf
        from_ = travel.snap(a, vehicle, HOUR, closures, permitted, at="begin")
        to = travel.snap(b, vehicle, HOUR, closures, permitted, at="end")
        (a, from_), (b, to) = roadside(a, from_), roadside(b, to)
        truth = judged(network, link_s, from_, to)
        situation = (vehicle, HOUR, closures, permitted)
        ours = np.stack([travel.to_incident(p[0], p[1], a, *situation).seconds for p in b], axis=1)
        assert ours == pytest.approx(truth, rel=1e-6)
        assert travel.matrix(a, b, *situation) == pytest.approx(truth, rel=1e-6)
        soonest = travel.to_incident(b[0, 0], b[0, 1], a, *situation, k=3)
        known = np.isfinite(soonest.seconds)
        assert known.sum() >= min(3, np.isfinite(truth[:, 0]).sum())
        assert soonest.seconds[known] == pytest.approx(truth[known, 0], rel=1e-6)
        route = travel.route((a[1, 0], a[1, 1]), (b[1, 0], b[1, 1]), *situation)
        assert (np.inf if route is None else route.seconds) == pytest.approx(truth[1, 1], rel=1e-6)
        pairs += truth.size
        finite += int(np.isfinite(truth).sum())
    assert pairs >= 1000
    assert finite >= 500


def plain_graph(start: np.ndarray, node: np.ndarray, weight: np.ndarray) -> csr_matrix:
    """The open arcs for scipy, of parallel ones the quickest (it would add them up)."""
    row = np.repeat(np.arange(len(start) - 1), np.diff(start))
    order = np.lexsort((weight, node, row))
    order = order[np.isfinite(weight[order])]
    row, node, weight = row[order], node[order], weight[order]
    first = np.ones(len(order), bool)
    first[1:] = (row[1:] != row[:-1]) | (node[1:] != node[:-1])
    size = (len(start) - 1, len(start) - 1)
    return csr_matrix((weight[first], (row[first], node[first])), shape=size)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("network_of", [*FILES, "generated"])
def test_sweeps_with_random_closures_agree_with_scipy(network_of: str) -> None:
    network = generated_network(20_000, 5) if network_of == "generated" else imported(network_of)
    chance = np.random.default_rng(21)
    for _ in range(5):
        link_s = link_seconds(network, SPEEDS, "pump", HOUR)
        for closure in random_closures(network, chance):
            link_s[closed_links(network, closure)] = np.inf
        start = np.array([chance.integers(0, network.nodes)], np.int32)
        for order in ("out", "in"):
            arcs = [getattr(network, f"{order}_{part}") for part in ("start", "node", "link")]
            weight = link_s[arcs[2]]
            found = loops.search(arcs[0], arcs[1], weight, start, np.zeros(1), NOTHING, NONE, NONE, 0, np.inf)[0]
            graph = plain_graph(arcs[0], arcs[1], weight)
            assert found == pytest.approx(dijkstra(graph, indices=int(start[0])), rel=1e-9)


@pytest.mark.parametrize("name", FILES)
def test_snapping_finds_what_looking_at_every_road_finds(name: str) -> None:
    network = imported(name)
    travel = Travel(network, SPEEDS)
    points = near(network, 60, np.random.default_rng(22), metres=700.0)
    found = travel.snap(points, "pump", HOUR)
    link_s = link_seconds(network, SPEEDS, "pump", HOUR)
    link_s[network.link_flags & PRIVATE != 0] = np.inf
    usable = np.isfinite(link_s) & usable_ends(network, reach(network, link_s))[1]
    pieces = np.flatnonzero(usable[network.segment_link])
    a, b = (ends[pieces] for ends in segment_ends(network))
    x, y = network.shape_lon, network.shape_lat
    for i, point in enumerate(points.tolist()):
        nearest = float(segment_distance_m((point[0], point[1]), x[a], y[a], x[b], y[b]).min())
        if nearest > SPEEDS.rules.snap_limit_m:
            assert found.link[i] == -1
            continue
        assert found.gap_m[i] == pytest.approx(nearest, rel=1e-9, abs=1e-9)
        on = part_of(network, int(found.link[i]), float(found.share[i]), float(found.share[i]))[0]
        away = float(np.hypot((on[0] - point[0]) * np.cos(np.radians(point[1])), on[1] - point[1])) * DEGREE_M
        assert away == pytest.approx(nearest, abs=1.5)  # a place within a metre of a junction counts as the junction


@pytest.mark.parametrize("name", FILES)
def test_the_body_of_a_network_is_what_igraph_finds_strongly_connected(name: str) -> None:
    network = imported(name)
    link_s = link_seconds(network, SPEEDS, "pump", HOUR)
    weight = link_s[network.out_link]
    tail = np.repeat(np.arange(network.nodes), np.diff(network.out_start))
    open_ = np.isfinite(weight)
    edges = np.stack([tail[open_], network.out_node[open_]], axis=1)
    graph = igraph.Graph(n=network.nodes, edges=edges, directed=True)  # type: ignore[no-untyped-call]
    truth = np.array(graph.connected_components(mode="strong").membership)  # type: ignore[no-untyped-call]
    label = loops.strong_parts(network.out_start, network.out_node, weight)
    pairs = set(zip(truth.tolist(), label.tolist(), strict=True))
    assert len(pairs) == truth.max() + 1 == label.max() + 1
    body = np.flatnonzero(np.bincount(truth)[truth] >= LARGE).tolist()
    found = reach(network, link_s)
    for mode, mask in (("out", found.into), ("in", found.out)):
        reached = set().union(*graph.neighborhood(body, order=network.nodes, mode=mode)[:1], body)
        assert reached <= set(np.flatnonzero(mask).tolist())
        across = tail if mode == "out" else network.out_node
        into = network.out_node if mode == "out" else tail
        assert not (mask[across[open_]] & ~mask[into[open_]]).any()  # nothing further can be reached


@pytest.mark.parametrize("name", FILES)
def test_circles_and_areas_close_the_links_that_shapely_finds(name: str) -> None:
    network = imported(name)
    chance = np.random.default_rng(23)
    lines = [LineString(network.shape(i)) for i in range(network.links)]  # type: ignore[no-untyped-call]
    for _ in range(4):
        _, circle, area = random_closures(network, chance)
        assert circle.circle is not None
        assert area.polygon is not None
        ring = Polygon(area.polygon)  # type: ignore[no-untyped-call]
        truth = [i for i, line in enumerate(lines) if line.intersects(ring)]  # type: ignore[no-untyped-call]
        assert closed_links(network, area).tolist() == truth
        lon, lat, radius = circle.circle
        scale = np.array([np.cos(np.radians(lat)), 1.0]) * DEGREE_M
        flat = [shapely.transform(line, lambda xy, c=(lon, lat), s=scale: (xy - c) * s) for line in lines]
        inside = [i for i, line in enumerate(flat) if line.distance(Point(0, 0)) <= radius]  # type: ignore[no-untyped-call]
        assert closed_links(network, circle).tolist() == inside


def test_the_bench_measures_every_figure_it_promises() -> None:
    figures = bench_roads(SPEEDS, nodes=900, requests=5, sweeps=3)
    assert set(figures) == {"nearest12_p50_ms", "nearest12_p99_ms", "sweep_ms", "scipy_sweep_ms", "ratio_to_scipy"}
    assert all(value > 0.0 for value in figures.values())


def test_the_detour_factor_is_that_of_the_neighbour_city() -> None:
    network = imported("balikpapan_kota_drive.graphml")
    travel = Travel(network, SPEEDS)
    chance = np.random.default_rng(24)
    points = near(network, 60, chance, metres=1.0)
    ratios = []
    for place in points[:20]:
        found = travel.to_incident(place[0], place[1], points[20:], "light", HOUR)
        straight = np.hypot(*((points[20:] - place) * DEGREE_M).T)
        ratios.extend((found.metres / straight)[straight > 1000.0].tolist())
    assert float(np.median([r for r in ratios if np.isfinite(r)])) == pytest.approx(SPEEDS.straight.detour, abs=0.25)
