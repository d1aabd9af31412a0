"""The codes a report may use, as the standards have them."""

from collections.abc import Mapping, Sequence
from functools import cache

from .... import standards
from ....standards import FormField, ObjectKind, Word

__all__ = ["FormField", "codes", "form_fields"]


@cache
def codes() -> Mapping[str, frozenset[str]]:
    """Every code by its sort."""
    places, report = standards.standards().places.object, standards.report()
    found: dict[str, Sequence[ObjectKind | Word]] = {
        "object_kind": places,
        "burnt_thing": places,
        "cause": standards.words().cause,
        "construction": report.construction,
        "agent": report.agent,
        "source": report.source,
        "measured": report.measured,
        "obstacle": report.obstacle,
        "victim_outcome": report.victim_outcome,
    }
    return {sort: frozenset(one.id for one in rows) for sort, rows in found.items()}


@cache
def form_fields(form: str) -> Mapping[str, FormField]:
    """The fields of a form by id; none for a form that is not known."""
    return {field.id: field for one in standards.report().form if one.id == form for field in one.fields}
