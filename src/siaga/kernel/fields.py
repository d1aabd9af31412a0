"""Fields that every slice's commands and queries share: ids, names, places, and the query without a question."""

from datetime import timedelta
from typing import Annotated

from msgspec import Meta

from .records import Query

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", description="letters, digits, . _ : -")]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9 ._-]{0,40}$", description="a short code, never a name of a person")]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Lon = Annotated[float, Meta(ge=-180, le=180, description="degrees WGS84")]
Lat = Annotated[float, Meta(ge=-90, le=90, description="degrees WGS84")]

FUTURE_SLACK = timedelta(minutes=10)
"""How far ahead of ours another clock may be before a time counts as not yet come."""


class All(Query, frozen=True):
    """Everything."""
