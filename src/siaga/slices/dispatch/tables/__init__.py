"""All the SQL of dispatch, by what it is about."""

from . import fleet, guidance, incidents, proposal, views
from .schema import KEPT, SCHEMA

__all__ = ["KEPT", "SCHEMA", "fleet", "guidance", "incidents", "proposal", "views"]
