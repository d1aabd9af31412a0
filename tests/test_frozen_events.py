"""The log is precious: an event is never taken away, a field never either, and a new field has a default."""

import json

import pytest
from freeze_events import FROZEN, events, too_late

STANDS: dict[str, list[str]] = json.loads(FROZEN.read_text())


@pytest.mark.parametrize("name", sorted(STANDS))
def test_what_the_log_may_hold_can_still_be_read(name: str) -> None:
    event = events().get(name)
    assert event is not None, f"{name} was taken away, but a log may hold it"
    assert set(STANDS[name]) <= set(event.__struct_fields__), f"{name} lost a field"


def test_a_new_field_has_a_default() -> None:
    assert list(too_late(STANDS)) == []


def test_what_is_new_is_frozen_too() -> None:
    new = {name: set(e.__struct_fields__) - set(STANDS.get(name, ())) for name, e in events().items()}
    missing = {name: fields for name, fields in new.items() if fields or name not in STANDS}
    assert not missing, "run tools/freeze_events.py"


def test_a_required_field_that_came_late_is_noticed() -> None:
    older = STANDS | {"intake.call-taken": ["call"]}  # as if its channel, which is required, had been added since
    assert list(too_late(older)) == ["intake.call-taken.channel"]
