"""Streets for the search: ways of one name that lie together, each with a point on it."""

import numpy as np

from siaga.adapters.osm.records import RoadLines, Street

CELL = 0.005  # degrees, about 550 m: pieces of one name farther apart are two streets


def streets(roads: RoadLines) -> tuple[Street, ...]:
    """The named streets, in order of their names."""
    of_name: dict[str, list[int]] = {}
    for i, name in enumerate(roads.name):
        if name:
            of_name.setdefault(name, []).append(i)
    found = [
        _street(name, group, roads) for name, lines in sorted(of_name.items()) for group in _together(lines, roads)
    ]
    return tuple(found)


def _together(lines: list[int], roads: RoadLines) -> list[list[int]]:
    """The lines in groups whose first, middle or last vertices share or neighbour a cell."""
    parent = {i: i for i in lines}
    first_in: dict[tuple[int, int], int] = {}

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i in lines:
        begin, end = int(roads.start[i]), int(roads.start[i + 1])
        for v in {begin, (begin + end) // 2, end - 1}:
            x, y = int(roads.lon[v] // CELL), int(roads.lat[v] // CELL)
            for cell in ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                if cell in first_in:
                    parent[root(i)] = root(first_in[cell])
            first_in.setdefault((x, y), i)
    groups: dict[int, list[int]] = {}
    for i in lines:
        groups.setdefault(root(i), []).append(i)
    return list(groups.values())


def _street(name: str, group: list[int], roads: RoadLines) -> Street:
    vertices = np.concatenate([np.arange(roads.start[i], roads.start[i + 1]) for i in group])
    lon, lat = roads.lon[vertices], roads.lat[vertices]
    middle = (float(lon.min() + lon.max()) / 2.0, float(lat.min() + lat.max()) / 2.0)
    nearest = int(np.argmin((lon - middle[0]) ** 2 + (lat - middle[1]) ** 2))  # a point that lies on the street
    return Street(
        name=name,
        also=tuple(dict.fromkeys(other for i in group for other in roads.also[i])),
        lon=float(lon[nearest]),
        lat=float(lat[nearest]),
        box=(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())),
        ways=tuple(sorted({int(roads.way[i]) for i in group if roads.way[i]})),
    )
