"""The base map over HTTP: by ranges, for who is signed in, and never two maps mixed."""

import os
from pathlib import Path

from edges.door_kit import Doors
from siaga.app import TILES
from siaga.edges.maps import MOST

BYTES = bytes(range(256)) * 40


def kept(doors: Doors, content: bytes = BYTES) -> Path:
    path = doors.door.settings.data / TILES
    path.write_bytes(content)
    return path


def test_without_a_map_the_node_says_so(doors: Doors) -> None:
    rini = doors.person("rini", "crew")
    for path in ("/api/map", "/api/map/tiles"):
        answer = rini.get(path, headers={"Range": "bytes=0-9"})
        assert (answer.status_code, answer.json()["code"]) == (404, "no-map")


def test_the_map_is_for_who_is_signed_in(doors: Doors) -> None:
    kept(doors)
    for path in ("/api/map", "/api/map/tiles"):
        assert doors.client().get(path, headers={"Range": "bytes=0-9"}).status_code == 401


def test_a_device_takes_it_in_pieces(doors: Doors) -> None:
    kept(doors)
    rini = doors.person("rini", "crew")
    about = rini.get("/api/map").json()
    assert about["bytes"] == len(BYTES)
    taken = b""
    while len(taken) < about["bytes"]:
        piece = rini.get(
            "/api/map/tiles",
            headers={"Range": f"bytes={len(taken)}-{len(taken) + 2999}", "If-Match": f'"{about["mark"]}"'},
        )
        assert piece.status_code == 206
        end = len(taken) + len(piece.content) - 1
        assert piece.headers["content-range"] == f"bytes {len(taken)}-{end}/{len(BYTES)}"
        assert piece.headers["etag"] == f'"{about["mark"]}"'
        taken += piece.content
    assert taken == BYTES


def test_pieces_of_two_maps_are_never_mixed(doors: Doors) -> None:
    path = kept(doors)
    rini = doors.person("rini", "crew")
    mark = rini.get("/api/map").json()["mark"]
    kept(doors, BYTES[::-1])
    os.utime(path, (1, 1))
    answer = rini.get("/api/map/tiles", headers={"Range": "bytes=0-9", "If-Match": f'"{mark}"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "map-changed")


def test_ranges_that_are_none_are_refused_with_their_field(doors: Doors) -> None:
    kept(doors)
    rini = doors.person("rini", "crew")
    for wrong in ("", "bytes=5-", "bytes=-5", "bytes=9-3", "bytes=0-3,5-9", "lines=0-3", f"bytes=0-{MOST}"):
        answer = rini.get("/api/map/tiles", headers={"Range": wrong})
        assert (answer.status_code, answer.json()["field"]) == (400, "range"), wrong
    beyond = rini.get("/api/map/tiles", headers={"Range": "bytes=999999-1000000"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(BYTES)}")
