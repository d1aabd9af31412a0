"""All the SQL of dispatch, by what it is about."""

from . import fleet, incidents, views
from .schema import KEPT, SCHEMA

__all__ = ["KEPT", "SCHEMA", "fleet", "incidents", "views"]
