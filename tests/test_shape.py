"""The dependency rule, checked: arrows point inwards, rules are pure, the kernel is ignorant of the service."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SRC = Path(__file__).parents[1] / "src"
HOME = SRC / "siaga"
ALLOWED = {  # package: what it may import of ours, besides itself
    "kernel": set[str](),
    "engine": set[str](),
    "standards": set[str](),
    "settings": set[str](),
    "adapters": {"kernel", "engine"},
    "slices": {"kernel", "engine", "standards"},
    "documents": {"kernel", "standards", "slices"},
    "exports": {"kernel", "standards", "slices", "documents"},
    "app": {"kernel", "engine", "standards", "settings", "adapters", "slices", "documents"},
    # works over a whole node, from the command line
    "region": {"kernel", "engine", "standards", "settings", "adapters", "slices", "app"},
    "replay": {"kernel", "engine", "standards", "settings", "slices", "app"},
    "procedures": {"kernel", "standards", "slices"},
    "demo": {"kernel", "engine", "standards", "settings", "slices", "app", "procedures"},
    "bench": {"kernel", "engine", "standards", "settings", "adapters", "slices", "documents", "app", "demo"},
    "edges": {
        "kernel",
        "engine",
        "standards",
        "settings",
        "slices",
        "documents",
        "exports",
        "app",
        "region",
        "procedures",
        "replay",
        "bench",
        "demo",
    },
}
CLI_TOO = {"adapters"}  # the command line also works on stores and files that no node has open
EVERYWHERE = {"__version__"}
PUBLIC = (["events"], ["responses"])  # of a slice: what happened, and the port that another slice fills
CLOCKS_AND_CHANCE = {
    "apsw",
    "sqlite3",
    "psycopg",
    "os",
    "time",
    "random",
    "secrets",
    "uuid",
    "pathlib",
    "threading",
    "socket",
    "asyncio",
}
SERVICE_WORDS = re.compile(
    r"fire|incident|\bunits?\b|unit[-_]|dispatch|station|hydrant|alarm|crew|vehicle|siren|ambulance|sector|mayday"
    r"|brigade|triage|pump|rescue|pemadam|kebakaran|damkar|armada|\bregu\b|pos\b|komandan",
    re.IGNORECASE,
)


def imports(file: Path, src: Path = SRC) -> Iterator[str]:
    """Every name a file imports, in full."""
    package = ".".join(file.relative_to(src).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level else ""
            origin = ".".join(part for part in (base, node.module) if part)
            yield from (f"{origin}.{name.name}" for name in node.names)


def breaches(src: Path = SRC) -> Iterator[str]:
    """Imports that turn back."""
    home = src / "siaga"
    for file in home.rglob("*.py"):
        here = file.relative_to(home).with_suffix("").parts
        if here == ("__init__",):
            continue
        allowed = ALLOWED[here[0]] | EVERYWHERE | (CLI_TOO if here[:2] == ("edges", "cli") else set())
        for target in imports(file, src):
            there = target.split(".")[1:] if target.startswith("siaga.") else None
            if not there:
                continue
            if there[0] != here[0] and there[0] not in allowed:
                yield f"{'/'.join(here)} imports {target}"
            other_slice = here[0] == there[0] == "slices" and list(here[1:2]) != there[1:2]
            if other_slice and there[2:3] not in PUBLIC:
                yield f"{'/'.join(here)} imports {target}: only its events and its port are public"


def test_imports_point_inwards() -> None:
    assert list(breaches()) == []


def test_every_package_is_in_the_picture() -> None:
    parts = {path.stem for path in HOME.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert parts - {"__init__"} <= ALLOWED.keys()


def test_an_arrow_that_turns_back_is_noticed(tmp_path: Path) -> None:
    wrong = {
        "kernel/a.py": "from ..slices import b",
        "engine/b.py": "import siaga.kernel.records",
        "adapters/c.py": "from ..app import open_node",
        "slices/one/rules.py": "from ..two.rules import Command\nfrom ...adapters.sqlite import SqliteStore",
        "slices/one/tables.py": "from ..two.events import Fine\nfrom . import rules\nfrom ...kernel.storage import Tx",
        "slices/one/effects.py": "from ..two import SLICE",
        "edges/http.py": "from ..adapters.sqlite import SqliteStore",
        "edges/cli/up.py": "from ...adapters.sqlite import SqliteStore",
        "app.py": "from . import demo",
    }
    for name, text in wrong.items():
        file = tmp_path / "siaga" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert sorted(found.split(" imports")[0] for found in breaches(tmp_path)) == [
        "adapters/c",
        "app",
        "edges/http",
        "engine/b",
        "kernel/a",
        "slices/one/effects",
        "slices/one/rules",
        "slices/one/rules",
    ]


def pure_files() -> list[Path]:
    """Rules (a file or a folder of that name), events, the engine's arithmetic, standards as read."""
    rules = [*HOME.glob("slices/*/rules.py"), *HOME.glob("slices/*/rules/*.py"), *HOME.glob("slices/*/events.py")]
    assert len(rules) >= 8
    return rules


def test_rules_and_events_are_pure() -> None:
    for file in pure_files():
        roots = {name.split(".")[0] for name in imports(file) if not name.startswith("siaga.")}
        assert not roots & CLOCKS_AND_CHANCE, file


def test_rules_never_ask_what_time_it_is() -> None:
    """The clock arrives in the ask."""
    for file in pure_files():
        asked = {
            node.attr
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
        }
        receivers = {
            ast.unparse(node.value)
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Attribute) and node.attr in asked
        }
        assert not receivers & {"datetime", "date", "datetime.datetime"}, file


def test_rules_hold_no_sql_and_never_touch_a_transaction() -> None:
    for file in pure_files():
        names = {name.rsplit(".", 1)[-1] for name in imports(file)}
        assert not names & {"Tx", "Store", "Desk"}, file


def test_the_engine_knows_no_database_and_no_network() -> None:
    for file in HOME.glob("engine/**/*.py"):
        roots = {name.split(".")[0] for name in imports(file)}
        assert not roots & {"apsw", "sqlite3", "psycopg", "socket", "asyncio"}, file


def test_the_kernel_contains_no_word_of_the_service() -> None:
    found = [
        f"{file.name}:{number}: {line.strip()}"
        for file in sorted(HOME.glob("kernel/*.py"))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if SERVICE_WORDS.search(line.replace("fire-service word", ""))
    ]
    assert found == []


def test_nothing_imports_the_demo_but_edges_and_the_bench() -> None:
    assert {package for package, may in ALLOWED.items() if "demo" in may} == {"edges", "bench"}


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    silent = [
        str(file.relative_to(SRC))
        for file in HOME.rglob("*.py")
        if file.stat().st_size and not ast.get_docstring(ast.parse(file.read_text()))
    ]
    assert silent == []


def test_the_product_never_reads_the_shared_data_nor_names_a_registry() -> None:
    for file in HOME.rglob("*.py"):
        text = file.read_text()
        assert "/work/" not in text, file
        assert not re.search(r"https?://[\w.-]*(pypi|npmjs|registry)", text), file
