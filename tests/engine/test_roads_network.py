"""Networks: built from lines, kept in a file, surveyed."""

from pathlib import Path

import numpy as np
import pytest

from roads_town import SPEEDS, TOWN, at, town
from siaga.engine.geo import length_m
from siaga.engine.roads import Line, Network, NetworkError, build, generated_network
from siaga.engine.roads.network import BOAT, ONE_WAY, PRIVATE, street_names
from siaga.engine.roads.survey import survey


def of_way(network: Network, way: int) -> list[int]:
    """The links that came from one line."""
    return np.flatnonzero(network.link_way == way).tolist()


def test_lines_are_cut_where_they_share_a_vertex() -> None:
    network = build(TOWN)
    shapes = [network.shape(link) for link in of_way(network, 11)]
    assert len(shapes) == 3
    assert [s[0] for s in shapes] == [at(0, 0), at(1, 0), at(2, 0)]
    assert len(of_way(network, 13)) == 2
    assert network.nodes == 10


def test_a_bend_is_no_junction_but_part_of_the_shape() -> None:
    bend = Line(points=(at(0, 0), at(1, 0), at(1, 1)), road="tertiary")
    network = build([bend])
    assert (network.nodes, network.links) == (2, 1)
    assert network.shape(0) == list(bend.points)
    assert network.link_m[0] == pytest.approx(length_m(bend.points), rel=1e-12)


def test_lines_that_cross_without_a_shared_vertex_do_not_meet() -> None:
    over = build([Line(points=(at(0, 0), at(2, 2))), Line(points=(at(0, 2), at(2, 0)))])
    assert (over.nodes, over.links) == (4, 2)


def test_a_road_that_meets_itself_is_cut_there() -> None:
    network = build([Line(points=(at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0), at(-1, 0)))])
    assert network.links == 2
    assert sorted(zip(network.link_from.tolist(), network.link_to.tolist(), strict=True))[0][0] >= 0
    assert (network.link_from == network.link_to).sum() == 1


def test_a_closed_ring_alone_is_a_loop() -> None:
    network = build([Line(points=(at(0, 0), at(1, 0), at(1, 1), at(0, 0)), one_way=True)])
    assert (network.nodes, network.links) == (1, 1)


def test_repeated_vertices_and_lines_of_one_point_are_left_out() -> None:
    network = build([Line(points=(at(0, 0), at(0, 0), at(1, 0), at(1, 0))), Line(points=(at(5, 5), at(5, 5)))])
    assert (network.nodes, network.links) == (2, 1)
    assert len(network.shape(0)) == 2


def test_flags_classes_names_and_way_numbers_are_kept() -> None:
    network = build(TOWN)
    (one_way,), (plant,), (boat,) = of_way(network, 12), of_way(network, 14), of_way(network, 17)
    assert network.link_flags[[one_way, plant, boat]].tolist() == [ONE_WAY, PRIVATE, BOAT]
    assert network.roads[network.link_road[plant]] == "service"
    assert network.name(plant) == "Jalan Pabrik"
    assert network.name(boat) is None


def test_arcs_run_both_ways_except_on_one_way_streets() -> None:
    network = build(TOWN)
    (one_way,) = of_way(network, 12)
    assert len(network.out_link) == 2 * network.links - 1
    assert (network.out_link == one_way).sum() == 1
    tails = np.repeat(np.arange(network.nodes), np.diff(network.out_start))
    heads = np.repeat(np.arange(network.nodes), np.diff(network.in_start))
    forward = sorted(zip(tails.tolist(), network.out_node.tolist(), network.out_link.tolist(), strict=True))
    reverse = sorted(zip(network.in_node.tolist(), heads.tolist(), network.in_link.tolist(), strict=True))
    assert forward == reverse


def test_a_saved_network_reads_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "roads.npz"
    network = build(TOWN)
    network.save(path)
    network.save(path)  # over itself
    again = Network.load(path)
    for name, value in vars(network).items():
        assert np.array_equal(getattr(again, name), value), name
    assert [p.name for p in tmp_path.iterdir()] == ["roads.npz"]


@pytest.mark.parametrize("content", [b"", b"not a network", b"PK\x03\x04 cut short"])
def test_a_file_that_is_no_network_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "roads.npz"
    path.write_bytes(content)
    with pytest.raises(NetworkError, match="network-unreadable"):
        Network.load(path)


def test_a_damaged_network_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "roads.npz"
    generated_network(100).save(path)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(whole[: len(whole) - 40])
    with pytest.raises(NetworkError, match="network-unreadable"):
        Network.load(path)
    with pytest.raises(NetworkError, match="network-unreadable"):
        Network.load(tmp_path / "none.npz")


def test_a_file_of_another_format_is_refused_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "roads.npz"
    np.savez(path, format=np.int64(99))
    with pytest.raises(NetworkError) as refused:
        Network.load(path)
    assert (refused.value.code, refused.value.facts["format"]) == ("network-format", 99)


def test_no_road_at_all_and_impossible_places_are_refused() -> None:
    with pytest.raises(NetworkError, match="network-empty"):
        build([])
    with pytest.raises(NetworkError, match="network-empty"):
        build([Line(points=(at(0, 0),))])
    with pytest.raises(NetworkError, match="network-coordinates"):
        build([Line(points=((0.0, 0.0), (0.0, 95.0)))])
    with pytest.raises(NetworkError, match="network-coordinates"):
        build([Line(points=((0.0, 0.0), (float("nan"), 0.0)))])


def test_street_names_are_told_once_for_each_stretch() -> None:
    network = build(TOWN)
    chain = [*of_way(network, 11)[:2], *of_way(network, 17), *of_way(network, 13), of_way(network, 11)[2]]
    assert street_names(network, chain) == ("Jalan Ahmad Yani", "Jalan Kembali", "Jalan Ahmad Yani")


def test_the_survey_counts_what_the_town_has() -> None:
    network = town().network
    assert network is not None
    found = survey(network, SPEEDS)
    assert (found.nodes, found.links, found.parts) == (10, network.links, 1)
    assert found.km == pytest.approx(12.0, abs=0.001)
    assert found.km_by_road["primary"] == pytest.approx(3.0, abs=0.001)
    assert (found.km_private, found.km_boat, found.km_one_way) == pytest.approx((1.0, 3.0, 1.0), abs=0.001)
    assert found.warnings == ()


def test_the_survey_names_loose_parts_unknown_classes_and_classes_without_speed() -> None:
    loose = [
        Line(points=(at(9, 9), at(10, 9)), road="primary"),
        Line(points=(at(0, 0), at(-1, 0))),
        Line(points=(at(3, 0), at(4, 0)), road="runway"),
    ]
    warnings = {w.code: w for w in survey(build([*TOWN, *loose]), SPEEDS).warnings}
    assert warnings["roads-disconnected"].count == 1
    assert warnings["roads-disconnected"].at == at(9, 9)
    assert warnings["roads-without-class"].count == 1
    assert warnings["roads-class-without-speed"].facts == {"classes": "runway"}


def test_the_survey_names_one_way_traps_and_places_nobody_reaches() -> None:
    trap = Line(points=(at(2, 0), at(2, -0.5)), road="residential", one_way=True)
    source = Line(points=(at(1, -0.5), at(1, 0)), road="residential", one_way=True)
    warnings = {w.code: w for w in survey(build([*TOWN, trap, source]), SPEEDS).warnings}
    assert warnings["roads-no-way-out"].count == 1
    assert warnings["roads-no-way-out"].at == pytest.approx(at(2, -0.5))
    assert warnings["roads-no-way-in"].count == 1
    assert warnings["roads-no-way-in"].at == pytest.approx(at(1, -0.5))


@pytest.mark.parametrize("nodes", [4, 10, 1000, 5003])
def test_a_generated_network_has_as_many_nodes_as_asked(nodes: int) -> None:
    assert generated_network(nodes).nodes == nodes


def test_a_generated_network_is_the_same_for_the_same_seed_and_well_connected() -> None:
    one, same, other = generated_network(2500, 7), generated_network(2500, 7), generated_network(2500, 8)
    assert np.array_equal(one.shape_lon, same.shape_lon)
    assert not np.array_equal(one.node_lon, other.node_lon)
    found = survey(one, SPEEDS)
    assert set(found.km_by_road) == {"primary", "secondary", "residential"}
    assert found.km_one_way > 0
    assert sum(w.count for w in found.warnings) < 0.05 * one.nodes
    with pytest.raises(ValueError, match="4 nodes"):
        generated_network(3)
