"""The wheel: everything a node needs to run, the built web application included."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_wheel_carries_the_web_application_the_standards_and_the_texts(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("siaga-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "siaga/edges/web/index.html",
        "siaga/standards/incidents.toml",
        "siaga/texts/id.json",
        "siaga/texts/en.json",
        "siaga/exports/columns.toml",
        "siaga/exports/satu-data.toml",
        "siaga/demo/cards/permukiman-padat.md",
    } <= names
    assert any(name.startswith("siaga/edges/web/assets/") and name.endswith(".js") for name in names)
    assert not [name for name in names if "node_modules" in name or name.startswith("tests/")]
