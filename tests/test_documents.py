"""The documents are true: commands parse, files exist, settings are those of the program, links lead somewhere."""

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.main

from siaga.app import SLICES
from siaga.edges.cli import app, run
from siaga.edges.cli.common import DEMO_DATA
from siaga.edges.cli.doors import read_fields
from siaga.settings import read_settings

TOP = Path(__file__).parents[1]
WORDS = TOP / "docs" / "words.md"
PAGES = sorted(
    [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md"), TOP / "web" / "README.md"],
    key=lambda page: str(page.relative_to(TOP)),
)
COMMANDS = {s.wire(c): c for s in SLICES for c in s.commands}
VIEWS = {f"{s.name}.{name}": shows.params for s in SLICES for name, shows in s.views.items()}
BY_LAUNCHER = {"test", "check"}  # words of ./siaga that never reach the program
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(r"\.?[\w<>*][\w<>.*-]*(?:/[\w<>.*-]+)*/?")
_FILE = re.compile(r"\.(?:py|md|toml|tsx?|mjs|json|lock|npz|key|db|jsonl|css)$")
_PROGRAM = re.compile(r"(?:\S*/)?siaga")
by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def spans(page: Path) -> Iterator[str]:
    """Every piece of inline code, on one line."""
    return (" ".join(found.split()) for found in _SPAN.findall(prose(page)))


def asked(line: str) -> list[str] | None:
    """The words after `siaga` when a line of a shell runs it, whoever runs it and with whatever settings."""
    line = re.sub(r"\$\([^)]*\)", "2026-03-07T21:00:00Z", line)
    line = re.sub(r"<([^<>]*)>", lambda found: found.group(1).replace(" ", "-"), line)
    words = shlex.split(line.removeprefix("ExecStart="), comments=True)
    while words and (words[0] in ("sudo", "env", "exec", "-u") or re.fullmatch(r"[A-Z_]+=.*", words[0])):
        words = words[2:] if words[0] == "-u" else words[1:]
    if not words or not _PROGRAM.fullmatch(words[0]):
        return None
    return [word for word in words[1:] if "…" not in word]


def lines(page: Path) -> Iterator[str]:
    """Lines of shell and unit files, those continued by a backslash put together."""
    for kind, block in _FENCE.findall(page.read_text("utf-8")):
        if kind in ("sh", "ini"):
            for line in block.replace("\\\n", " ").splitlines():
                yield from re.split(r"\s(?:&&|\|)\s", line)


def shown() -> Iterator[tuple[str, list[str], bool]]:
    """Every use of the program in the documents: page, words, and whether it stands there in full."""
    for page in PAGES:
        if page == WORDS:
            continue
        name = str(page.relative_to(TOP))
        for line in lines(page):
            if "siaga" in line and (words := asked(line)):
                yield name, words, True
        for span in spans(page):
            if re.match(r"(?:\./)?siaga\s", span) and (words := asked(span)):
                yield name, words, False


def follow(words: list[str]) -> tuple[Any, list[str]]:
    """The command that words lead to, and the words left for it."""
    command: Any = typer.main.get_command(app)
    left = list(words)
    while hasattr(command, "commands") and left and not left[0].startswith("-"):
        command = command.commands.get(left[0])
        assert command is not None, f"there is no {left[0]!r} in: siaga {' '.join(words)}"
        left.pop(0)
    return command, left


SHOWN = list(shown())


def test_the_documents_show_how_the_program_is_used() -> None:
    assert len(SHOWN) > 40
    assert {name for name, _, _ in SHOWN} >= {"README.md", "CONTRIBUTING.md", "docs/start.md", "docs/operate.md"}


@pytest.mark.parametrize(("page", "words", "whole"), SHOWN, ids=[f"{p}:{' '.join(w)}" for p, w, _ in SHOWN])
def test_a_command_line_in_the_documents_is_understood(
    page: str, words: list[str], whole: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if words[0] in BY_LAUNCHER:
        assert f"\n  {words[0]})" in (TOP / "siaga").read_text()
        return
    command, left = follow(words)
    assert run([*words[: len(words) - len(left)], "--help"]) == 0
    assert "Usage: siaga" in capsys.readouterr().out
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    options = {word.partition("=")[0] for word in left if word.startswith("--")}
    assert options <= known | {"--help"}
    if whole and "--help" not in left and not hasattr(command, "commands"):
        parsed = command.make_context(command.name, list(left))
        names_what_it_asks(words[0], parsed.params)


def names_what_it_asks(door: str, typed: dict[str, Any]) -> None:
    """A line of `do` or `show` names a command or view that is there, with fields it takes."""
    doors: dict[str, dict[str, Any]] = {"do": {**COMMANDS}, "show": {**VIEWS}}
    kinds = doors.get(door, {})
    name = typed.get("kind") or typed.get("name")
    if kinds and name:
        pairs = [pair for pair in typed.get("fields") or typed.get("params") or () if pair != "?"]
        assert name in kinds
        if pairs:
            read_fields(pairs, kinds[name])


def test_a_command_line_that_is_wrong_would_be_noticed() -> None:
    for wrong in (["users", "add"], ["log", "check"]):
        with pytest.raises(AssertionError, match="there is no"):
            follow(wrong)
    with pytest.raises(Exception, match="statu"):
        names_what_it_asks("do", {"kind": "dispatch.report-status", "fields": ["unit=A", "statu=arrived"]})
    assert asked("sudo -u siaga env SIAGA_DATA=/x siaga log verify   # why") == ["log", "verify"]
    assert asked("sudo systemctl restart siaga") is None


def stands(name: str, page: Path) -> bool:
    """Whether a path a page names is there: from the root, the page, the package, the web, or in some slice.

    A file that has grown too long is a folder of the same name."""
    pattern = re.sub(r"<[^>]*>", "*", name).rstrip("/")
    product, web = TOP / "src" / "siaga", TOP / "web"
    homes = (TOP, page.parent, product, web, web / "src", *(product / "slices").iterdir(), *(web / "src").iterdir())
    forms = {pattern, pattern.removesuffix(".py")}
    return any(next(home.glob(form), None) for home in homes if home.is_dir() for form in forms)


def kept_by_a_node() -> str:
    """The program's own text, in which the names of a node's files stand."""
    return "\n".join(file.read_text("utf-8") for file in (TOP / "src" / "siaga").rglob("*.py"))


@pytest.mark.parametrize("page", [page for page in PAGES if page != WORDS], ids=lambda page: str(page.relative_to(TOP)))
def test_every_file_a_page_names_is_there(page: Path) -> None:
    program = kept_by_a_node()
    missing = []
    for span in spans(page):
        in_a_folder = span.startswith(("src/", "docs/", "tests/", "tools/", "web/", ".ci/"))
        if not _PATH.fullmatch(span) or not (_FILE.search(span) or span.endswith("/") or in_a_folder):
            continue
        of_the_node = span == str(DEMO_DATA) or f'"{span.rstrip("/").rpartition("/")[2]}"' in program
        if not stands(span, page) and not of_the_node:
            missing.append(span)
    assert missing == []


def test_a_file_that_is_not_there_would_be_noticed() -> None:
    page = TOP / "CONTRIBUTING.md"
    assert stands("src/siaga/slices/<slice>/rules.py", page)
    assert stands("tables.py", page)
    assert not stands("src/siaga/slices/<slice>/services.py", page)
    assert not stands("kernel/bus.py", page)


def headings(page: Path) -> set[str]:
    """The anchors of a page, as its headings make them."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@by_page
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file) if file else page
        if not found.exists() or (anchor and anchor not in headings(found)):
            lost.append(target)
    assert lost == []


def test_every_setting_named_is_one_of_the_program() -> None:
    known = {name for name, _, _ in read_settings({}).shown()}
    for page in PAGES:
        named = set(re.findall(r"SIAGA_[A-Z_]+", page.read_text("utf-8")))
        assert named <= known, page


def test_how_to_operate_names_every_setting() -> None:
    known = {name for name, _, _ in read_settings({}).shown()}
    table = (TOP / "docs" / "operate.md").read_text("utf-8").partition("## 3. Settings")[2].partition("\n## ")[0]
    assert set(re.findall(r"SIAGA_[A-Z_]+", table)) == known


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = TOP / "docs" / "decisions"
    listed = set(_LINK.findall((folder / "README.md").read_text("utf-8")))
    assert listed >= {page.name for page in folder.glob("0*.md")}


@pytest.mark.parametrize("name", ["start.md", "operate.md"])
def test_pages_for_services_begin_with_a_summary_in_indonesian(name: str) -> None:
    first = (TOP / "docs" / name).read_text("utf-8").splitlines()[:4]
    assert any(line.startswith("> **Ringkasan.**") for line in first)


@pytest.fixture(scope="module")
def words() -> ModuleType:
    """The tool that writes `docs/words.md`."""
    found = importlib.util.spec_from_file_location("siaga_words", TOP / "tools" / "words.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_page_of_words_is_what_the_slices_say(words: ModuleType) -> None:
    assert WORDS.read_text("utf-8") == words.page()


def test_the_page_of_words_leaves_nothing_out() -> None:
    text = WORDS.read_text("utf-8")
    events = {s.wire(e) for s in SLICES for e in s.events}
    readings = {s.wire(r) for s in SLICES for r in s.readings}
    assert [name for name in (COMMANDS.keys() | VIEWS.keys() | events | readings) if f"**`{name}`** " not in text] == []


def test_a_stale_page_of_words_is_noticed(
    words: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(words, "FILE", tmp_path / "words.md")
    assert words.main(["--check"]) == 1
    assert words.main([]) == 0
    assert words.main(["--check"]) == 0
    (tmp_path / "words.md").write_text("# Words\n")
    assert words.main(["--check"]) == 1
    assert "tools/words.py" in capsys.readouterr().err


def test_nothing_in_the_documents_names_a_registry_or_a_place_of_this_machine() -> None:
    for page in PAGES:
        assert not re.search(r"/work/|/root/|/tmp/", page.read_text("utf-8")), page
