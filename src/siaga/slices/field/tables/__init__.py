"""All the SQL of the scene, by what it is about."""

from . import alarms, board, command, crews, incidents, journal, part, safety, views
from .schema import SCHEMA as CREWS

SCHEMA = ";".join((CREWS, command.SCHEMA))

__all__ = ["SCHEMA", "alarms", "board", "command", "crews", "incidents", "journal", "part", "safety", "views"]
