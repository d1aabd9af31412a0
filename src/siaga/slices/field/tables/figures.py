"""The service's figures for crews: intervals and rest from standards/field.toml, air from standards/air.toml."""

from functools import cache

from .... import standards
from ....engine.air_rules import read_air_rules
from ..rules.crewfold import Rest
from ..rules.deadlines import Figures


@cache
def figures() -> Figures:
    """Read once; a service changes its standards with the program."""
    field, air = standards.field(), read_air_rules()
    return Figures(
        inside_s=field.par.inside_s,
        sector_s=field.par.sector_s,
        answer_s=field.par.answer_s,
        again_s=field.par.again_s,
        evacuation_s=field.evacuation.answer_s,
        rest=Rest(field.rest.rest_s, air.gauge.rise_bar),
        air=air,
    )
