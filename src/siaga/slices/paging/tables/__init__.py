"""All the SQL of paging, by what it is about."""

from . import loads, projections, said, sending, views
from .schema import KEPT, SCHEMA

__all__ = ["KEPT", "SCHEMA", "loads", "projections", "said", "sending", "views"]
