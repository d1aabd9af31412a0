"""The measurements behind docs/performance.md: each bench is a module with `run(quick)` that returns its figures.

`quick` is a small run for tests of the bench itself; its numbers mean nothing."""

from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import Any

BENCHES = ("log", "feed", "proposal", "roads", "start", "search", "rebuild", "field", "report")
TARGETS: dict[tuple[str, str], tuple[str, float]] = {
    ("log", "durable_per_s_64"): ("≥", 6000),
    ("log", "http_per_s_64"): ("≥", 2500),
    ("log", "ratio_64"): ("≥", 0.25),
    ("log", "pg_durable_per_s_64"): ("≥", 800),
    ("feed", "clients"): ("≥", 500),
    ("feed", "p99_ms"): ("≤", 150),
    ("proposal", "bontang_p99_ms"): ("≤", 3),
    ("proposal", "province_p99_ms"): ("≤", 15),
    ("proposal", "province_http_p99_ms"): ("≤", 40),
    ("roads", "nearest12_p99_ms"): ("≤", 5),
    ("roads", "ratio_to_scipy"): ("≥", 1),
    ("start", "seconds"): ("≤", 2),
    ("start", "rss_mb"): ("≤", 300),
    ("search", "p99_ms"): ("≤", 20),
    ("rebuild", "events_per_s"): ("≥", 20000),
    ("field", "seen_p99_ms"): ("≤", 250),
    ("field", "drain_s"): ("≤", 20),
    ("field", "lost"): ("≤", 0),
    ("field", "cold_s"): ("≤", 2.0),
    ("field", "warm_s"): ("≤", 1.0),
    ("field", "js_gz_kb"): ("≤", 150),
    ("field", "map_gz_kb"): ("≤", 470),
    ("field", "script_share"): ("≤", 0.35),
    ("field", "longest_task_ms"): ("≤", 100),
    ("report", "spm_city_p99_ms"): ("≤", 300),
    ("report", "spm_province_p99_ms"): ("≤", 1500),
    ("report", "pdf_s"): ("≤", 0.5),
    ("report", "batch_pdf_per_s"): ("≥", 8),
    ("report", "rss_mb"): ("≤", 500),
}


def run(name: str, *, quick: bool = False) -> dict[str, Any]:
    """Run one bench; returns its figures by name. A figure that could not be measured is None, and a note says why."""
    if name not in BENCHES:
        raise LookupError(name)
    figures: dict[str, Any] = import_module(f".{name}", __name__).run(quick)
    return figures


def run_apart(name: str, *, quick: bool = False) -> dict[str, Any]:
    """As `run`, in a process of its own: what other benches left in memory is not measured with it."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(run, name, quick=quick).result()


def target(name: str, figure: str) -> str:
    """What a figure should reach, in words; empty where nothing is asked."""
    found = TARGETS.get((name, figure))
    return f"{found[0]} {found[1]:g}" if found else ""


def met(name: str, figure: str, value: Any) -> bool | None:
    """Whether a figure reaches what it should; None where nothing is asked or measured."""
    found = TARGETS.get((name, figure))
    if found is None or not isinstance(value, int | float):
        return None
    return value >= found[1] if found[0] == "≥" else value <= found[1]
