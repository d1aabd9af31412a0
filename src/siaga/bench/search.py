"""Bench `search`: type-ahead over 100,000 names through the view `places.search`, as a call-taker types.

Every request is a beginning of a name that exists, from its second letter on; one in three has a slip of the keys."""

import random
from functools import partial
from typing import Any

from ..engine.search_generated import generated
from ..slices.places import tables as places
from .common import envelope, folder, node, percentile, timed_ms

NAMES, REQUESTS = 100_000, 600
BONTANG = (117.49, 0.13)


def run(quick: bool) -> dict[str, Any]:
    """All figures."""
    names, requests = (2_000, 30) if quick else (NAMES, REQUESTS)
    entries = generated(names)
    dice = random.Random(7)  # noqa: S311  (a bench, not a secret)
    square = {
        "type": "Polygon",
        "coordinates": [[[117.3, 0.0], [117.7, 0.0], [117.7, 0.3], [117.3, 0.3], [117.3, 0.0]]],
    }
    area = places.Area("64.74.01.1001", "Bontang", "kelurahan", *BONTANG, square)
    with folder() as data, node(data) as opened:
        marks = [places.Landmark(e.id, e.kind, e.name, e.lon, e.lat) for e in entries]
        kept = places.Region(
            region="bench", name="Bench", digest="1", schematic=True, areas=[area], streets=[], landmarks=marks
        )
        opened.desk.work(lambda tx: places.keep_region(tx, kept))

        def ask(text: str) -> None:
            query = places.SearchQuery(text, *BONTANG)
            opened.desk.show("places.search", query, envelope("look"))

        built = timed_ms(lambda: ask("jalan"))  # the first search builds the index
        texts = [typed(dice, entries) for _ in range(requests)]
        times = [timed_ms(partial(ask, text)) for text in texts]
    return {
        "names": names,
        "p50_ms": round(percentile(times, 50), 2),
        "p99_ms": round(percentile(times, 99), 2),
        "build_ms": round(built),
    }


def typed(dice: random.Random, entries: list[Any]) -> str:
    """What somebody types on the way to a name."""
    name: str = dice.choice(entries).name.lower()
    text = name[: dice.randint(2, len(name))]
    if dice.random() < 1 / 3 and len(text) > 4:
        at = dice.randrange(1, len(text) - 1)
        text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text
