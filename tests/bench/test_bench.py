"""Benches: each runs, small, and yields the figures that are asked for under their names."""

import json
import math
import sys
from typing import Any

import pytest

from siaga import bench
from siaga.bench.common import percentile
from siaga.edges.cli import run

# issue section 9: names that tests, devices and partners rest on
NAMES = {
    "log": {
        "durable_per_s_1", "durable_per_s_8", "durable_per_s_64", "http_per_s_64", "raw_per_s", "ratio_64",
        "pg_durable_per_s_64",
    },
    "feed": {"clients", "p50_ms", "p99_ms"},
    "proposal": {"bontang_p99_ms", "province_p99_ms", "province_http_p99_ms"},
    "roads": {"nearest12_p99_ms", "sweep_ms", "scipy_sweep_ms", "ratio_to_scipy"},
    "start": {"seconds", "rss_mb"},
    "search": {"p99_ms"},
    "rebuild": {"events_per_s"},
    "field": {
        "drain_s",
        "lost",
        "seen_p99_ms",
        "cold_s",
        "warm_s",
        "js_gz_kb",
        "map_gz_kb",
        "script_share",
        "longest_task_ms",
    },
    "report": {"spm_city_p99_ms", "spm_province_p99_ms", "pdf_s", "batch_pdf_per_s", "rss_mb"},
}  # fmt: skip
MAY_BE_NOTHING = {"lost", "longest_task_ms"}  # nothing lost; no task long enough to be counted


@pytest.mark.server
@pytest.mark.parametrize("name", bench.BENCHES)
def test_a_bench_yields_its_figures_under_their_names(name: str) -> None:
    figures = bench.run(name, quick=True)
    assert set(figures) >= NAMES[name]
    for figure in NAMES[name]:
        assert isinstance(figures[figure], int | float), figure
        assert math.isfinite(figures[figure])
        assert figures[figure] >= 0 if figure in MAY_BE_NOTHING else figures[figure] > 0
    assert figures.get("lost", 0) == 0


def test_every_target_is_of_a_figure_that_exists() -> None:
    assert {name for name, _ in bench.TARGETS} == set(bench.BENCHES) == set(NAMES)
    assert all(figure in NAMES[name] for name, figure in bench.TARGETS)


def test_a_figure_meets_its_target_or_not() -> None:
    assert bench.met("search", "p99_ms", 20) is True
    assert bench.met("search", "p99_ms", 20.1) is False
    assert bench.met("log", "durable_per_s_64", 5999) is False
    assert bench.met("log", "pg_durable_per_s_64", None) is None
    assert bench.met("search", "names", 5) is None
    assert bench.target("log", "ratio_64") == "≥ 0.25"


def test_percentiles_are_linear_between_ranks() -> None:
    assert [percentile([4.0, 1.0, 3.0, 2.0], p) for p in (0, 50, 90, 100)] == [1.0, 2.5, 3.7, 4.0]


def _said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_one_bench_as_json_is_its_figures_several_are_by_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for way in ("run", "run_apart"):
        monkeypatch.setattr(
            bench, way, lambda name, quick: {"p99_ms": 1.5} if name == "search" else {"events_per_s": 2}
        )
    assert run(["bench", "search", "--json"]) == 0
    assert _said(capsys) == {"p99_ms": 1.5}
    assert run(["bench", "search", "rebuild", "--json"]) == 0
    assert _said(capsys) == {"search": {"p99_ms": 1.5}, "rebuild": {"events_per_s": 2}}
    assert run(["bench", "search"]) == 0
    assert "≤ 20" in capsys.readouterr().out


def test_of_several_benches_each_has_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "siaga.bench.search", raising=False)
    with pytest.raises(LookupError):  # told across the border of the process
        bench.run_apart("nothing", quick=True)
    assert bench.run_apart("search", quick=True)["names"] == 2000
    assert "siaga.bench.search" not in sys.modules


def test_a_bench_that_does_not_exist_is_typed_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "nothing"]) == 2
    assert "nothing" in capsys.readouterr().err
