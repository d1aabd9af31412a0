"""What the desk of these tests serves, and what it reads beside its tables; a module may say otherwise."""

from typing import Any

import pytest

from report.report_room import PORT
from siaga.app import SLICES


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def services() -> dict[type, Any]:
    return PORT
