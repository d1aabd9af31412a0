"""Bench `roads`: nearest units and whole sweeps on a generated network of 300,000 nodes, beside scipy."""

from typing import Any

from ..engine.roads import bench, read_speeds
from .common import folder


def run(quick: bool) -> dict[str, Any]:
    """All figures; `sweep_ms` and `scipy_sweep_ms` are medians, taken in turns on the same arrays."""
    with folder():
        if quick:
            return bench.bench_roads(read_speeds(), requests=20, sweeps=2, nodes=5_000)
        return bench.bench_roads(read_speeds())
