"""Documents: a contract (plain data, as its template describes it) becomes a PDF; Typst sets it, fonts come with it.

The templates never decide: they print what the contract says, and a missing value prints its word."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .press import WITHIN_S, NotSet, Pictures, Press

__all__ = ["NotSet", "Pictures", "Press", "pdf"]


def pdf(template: str, contract: Mapping[str, Any], at: datetime, pictures: Pictures | None = None) -> bytes:
    """The PDF of a contract set with a template of this folder, in a process of its own; NotSet when it cannot be."""
    with Press() as press:
        return press.submit(template, contract, at, pictures).result(WITHIN_S)
