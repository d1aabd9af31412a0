"""What all commands of the command line share: the node, who asks, the language, how results and noes are printed."""

import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO, cast

import typer

from ...settings import Settings, read_settings

if TYPE_CHECKING:
    from ...app import Node
    from ...kernel.desk import Shown
    from ...kernel.records import Accepted, Ask, Command, Query, Refusal
    from ...kernel.texts import Language

Json = Annotated[bool, typer.Option("--json", help="Satu objek JSON di baris terakhir (one JSON object, last line).")]
Actor = Annotated[str, typer.Option("--as", help="Akun pelaku (account the ask is by).")]
ACTOR = "cli"
_DRIVES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
ROLES = ("administrator", "dispatcher")
DEMO_DATA = Path(".siaga/demo")
DEMO_MARK = "demo"  # a file that says: this folder is a demo's and may be thrown away


class Chosen:
    """What was given before the command's name."""

    data: Path | None = None
    trace: bool = False


chosen = Chosen()


class No(Exception):
    """A reasoned no for who sits at the keyboard: exit code 1. Without a point `code` is a sentence `cli.<code>`."""

    def __init__(self, code: str, overridable: bool = False, /, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts, self.overridable = code, facts, overridable

    def reason(self, language: "Language") -> str:
        """The sentence for people."""
        from ...kernel.texts import say

        return say(self.code if "." in self.code else f"cli.{self.code}", self.facts, language)


class Refused(No):
    """The node's own refusal."""

    def __init__(self, refusal: "Refusal") -> None:
        super().__init__(f"refusal.{refusal.code}", refusal.overridable, **refusal.facts)

    def reason(self, language: "Language") -> str:
        """The sentence for people, with how to overrule it where that is possible."""
        from ...kernel.texts import say

        sentence = super().reason(language)
        return f"{sentence} {say('cli.overrule', {}, language)}" if self.overridable else sentence


def language() -> "Language":
    """The reader's language, from the environment: English where it asks for English, else Indonesian."""
    wanted = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "")
    return "en" if wanted.startswith("en") else "id"


def harmless(text: str) -> str:
    """The text without what would drive a terminal instead of being read: people can type anything."""
    return _DRIVES.sub("\N{REPLACEMENT CHARACTER}", text)


def sentence(code: str, /, **facts: Any) -> str:
    """`cli.<code>` in the reader's language."""
    from ...kernel.texts import say

    return harmless(say(f"cli.{code}", facts, language()))


def tell(code: str, /, **facts: Any) -> None:
    """Say something beside the result: on standard error, so that pipes stay clean."""
    print(sentence(code, **facts), file=sys.stderr, flush=True)


def result(value: Any, as_json: bool, text: str | Callable[[], str]) -> None:
    """The result: one JSON object as the last line, or the text for people."""
    if as_json:
        import msgspec

        print(msgspec.json.encode(value).decode(), flush=True)
    else:
        print(text() if callable(text) else text, flush=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> str:
    """Rows as a Rich table, as wide as the screen (or as the rows, when nobody looks)."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title, title_justify="left")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text("" if cell is None else harmless(_cell(cell))) for cell in row))  # never markup
    console = Console(width=None if sys.stdout.isatty() else 160, no_color=not sys.stdout.isatty())
    with console.capture() as captured:
        console.print(drawn)
    return captured.get().rstrip()


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, dict | list | tuple):
        import msgspec

        return msgspec.json.encode(value).decode() if value else ""
    return str(value)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar on standard error for long work; gets (stage, done, total or None). Silent where nobody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda stage, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


def settings(**given: Any) -> Settings:
    """The node's settings; what was typed wins over the environment."""
    return read_settings(**({"data": chosen.data} | given))


@contextmanager
def node(known: Settings | None = None, *, new: bool = False, demo: bool | None = None) -> Iterator["Node"]:
    """The node of the settings, opened beside a running server if there is one. `new` may make its store.

    Where nothing is set and there is no store yet, the demo of this folder is meant, if there is one (`demo`)."""
    wanted = known or settings()
    if not store_is_there(wanted):
        if (not new if demo is None else demo) and (own := _demo_here()) is not None:
            wanted = own
        elif not new:
            raise No("no-store", data=str(wanted.data))
    quiet()
    from ...app import open_node

    opened = open_node(wanted)
    try:
        yield opened
    finally:
        opened.close()


def store_is_there(known: Settings) -> bool:
    """Whether there is a store to open, without making one."""
    return bool(known.store) or (known.data / "siaga.db").exists()


def data_was_named() -> bool:
    """Whether it was said which data is meant."""
    return chosen.data is not None or bool(os.environ.get("SIAGA_DATA"))


def _demo_here() -> Settings | None:
    """The demo that was started in this folder, unless it was said which data is meant."""
    if data_was_named() or not (DEMO_DATA / DEMO_MARK).exists():
        return None
    own = settings(data=DEMO_DATA, vault_key_file=Path())
    if not store_is_there(own):
        return None
    tell("demo-meant", data=str(DEMO_DATA))
    return own


def quiet() -> None:
    """Only warnings of the node's own log, on standard error: standard output is for results."""
    import structlog

    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=lambda *_: structlog.PrintLogger(cast(TextIO, _StandardError())),
    )


class _StandardError:
    """Standard error as it is when something is written, not as it was when the log was set up."""

    def write(self, text: str) -> None:
        """Write."""
        sys.stderr.write(text)

    def flush(self) -> None:
        """Flush."""
        sys.stderr.flush()


def new_id(prefix: str) -> str:
    """An id that sorts by time."""
    return f"{prefix}-{int(time.time() * 1000):011x}{secrets.token_hex(4)}"


def operator(
    *,
    actor: str = ACTOR,
    roles: Sequence[str] = ROLES,
    agency: str = "",
    id: str | None = None,
    at: datetime | None = None,
    seen_at: datetime | None = None,
    override: str | None = None,
) -> "Ask":
    """The envelope of who sits at this machine: whoever may read the node's files may act for it, by its roles."""
    from ...kernel.desk import utc_now
    from ...kernel.records import Ask, Told

    return Ask(
        id=id or new_id("cli"),
        at=at or utc_now(),
        seen_at=seen_at,
        actor=actor,
        roles=frozenset(roles),
        agency=agency,
        override=Told(override) if override else None,
    )


def ask(opened: "Node", command: "Command", envelope: "Ask") -> "Accepted":
    """Ask; a refusal is raised as a no, what HTTP would not take as a usage error."""
    from ...kernel.records import Accepted, Refusal

    _check_fields(command)
    answer = opened.desk.handle(command, envelope)
    if isinstance(answer, Refusal):
        raise Refused(answer)
    assert isinstance(answer, Accepted)  # only observations of devices are set aside
    return answer


def _check_fields(command: "Command") -> None:
    import msgspec

    from ...kernel.records import decode_asked
    from ..forms import unreadable

    try:
        typed = msgspec.to_builtins(command, enc_hook=lambda word: word.text)
        msgspec.convert(typed, type(command), dec_hook=decode_asked)
    except msgspec.ValidationError as wrong:
        usage(": ".join(part for part in unreadable(wrong) if part))


def show(opened: "Node", name: str, query: "Query", reader: "Ask | None" = None) -> "Shown":
    """Rows of a view; a refusal is raised as a no."""
    from ...kernel.records import Refusal

    shown = opened.desk.show(name, query, reader or operator())
    if isinstance(shown, Refusal):
        raise Refused(shown)
    return shown


def usage(message: str) -> NoReturn:
    """The command was typed wrongly: exit code 2."""
    raise typer.BadParameter(message)


def moment(text: str | None) -> datetime | None:
    """A time as typed: ISO 8601; without a zone it is this machine's local time."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        usage(sentence("wrong-time", text=text))


def builtins(value: Any) -> Any:
    """Rows as plain data, as they would be written in JSON."""
    import msgspec

    return msgspec.to_builtins(value)


def flat(facts: Mapping[str, Any]) -> str:
    """Facts on one line: `a 1, b 2`."""
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def existing(path: Path) -> Path:
    """A file that must be there."""
    if not path.exists():
        usage(sentence("no-file", file=str(path)))
    return path
