"""Freeze what the log may hold: adds new events and fields to tests/frozen_events.json, changes nothing else in it.

Run it after an event or a field was added; tests/test_frozen_events.py says when."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from siaga.app import SLICES
from siaga.kernel.log import KERNEL_EVENTS
from siaga.kernel.records import Event, wire_name

FROZEN = Path(__file__).parent.parent / "tests" / "frozen_events.json"


def events() -> dict[str, type[Event]]:
    """Every event class of this version by its wire name."""
    found = {f"kernel.{wire_name(e)}": e for e in KERNEL_EVENTS}
    return found | {s.wire(e): e for s in SLICES for e in s.events}


def too_late(frozen: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Fields that came to an event the log may already hold, and have no default."""
    for name, event in events().items():
        for field in msgspec.structs.fields(event):
            if name in frozen and field.name not in frozen[name] and field.required:
                yield f"{name}.{field.name}"


def main() -> None:
    """Add what is new."""
    frozen = json.loads(FROZEN.read_text()) if FROZEN.exists() else {}
    if wrong := list(too_late(frozen)):
        raise SystemExit(f"a new field needs a default, older rows have none: {', '.join(wrong)}")
    for name, event in events().items():
        frozen[name] = list(dict.fromkeys([*frozen.get(name, ()), *event.__struct_fields__]))
    FROZEN.write_text(json.dumps(dict(sorted(frozen.items())), indent=1) + "\n")


if __name__ == "__main__":
    main()
