"""Which store a setting means: a postgresql:// address, or the path of a SQLite file."""

from pathlib import Path

from ..kernel.storage import Store
from .sqlite import SqliteStore


def open_store(where: str | Path) -> Store:
    """Open it. PostgreSQL needs the extra `postgres`; an ImportError says so."""
    if str(where).startswith(("postgresql://", "postgres://")):
        from .postgres import PostgresStore  # imported here: a node on SQLite needs no psycopg

        return PostgresStore(str(where))
    return SqliteStore(Path(where))
