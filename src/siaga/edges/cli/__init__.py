"""The command line: the same two doors as HTTP, and what is done at the machine itself."""

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ...settings import WrongSetting
from . import (
    data,
    doors,
    exports,
    history,
    hydrants,
    measure,
    nodes,
    people,
    printing,
    procedures,
    reports,
    running,
    tls,
    upkeep,
)
from .common import No, chosen, harmless, language

app = typer.Typer(
    name="siaga",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Siaga: panggilan, pemberangkatan, komando, dan laporan (call, dispatch, command and report).",
)
BROKEN = 3


@app.callback()
def everywhere(
    data_folder: Annotated[
        Path | None, typer.Option("--data", help="Folder data node ini, menggantikan SIAGA_DATA (the data folder).")
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Jejak lengkap bila ada yang rusak (full traceback).")] = False,
) -> None:
    """Siaga: panggilan, pemberangkatan, komando, dan laporan (call, dispatch, command and report)."""
    chosen.data, chosen.trace = data_folder, trace


for part in (
    doors,
    running,
    people,
    nodes,
    data,
    upkeep,
    tls,
    printing,
    exports,
    reports,
    procedures,
    history,
    hydrants,
    measure,
):
    part.add(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 done, 1 a reasoned no, 2 typed wrongly, 3 broken."""
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """As `main`, returning the exit code."""
    as_json = "--json" in arguments
    chosen.data, chosen.trace = None, False
    try:
        app(list(arguments), prog_name="siaga", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except No as no:
        _say_no(no, as_json)
        return 1
    except WrongSetting as wrong:
        print(str(wrong), file=sys.stderr)
        return 2
    except Exception as broken:
        if chosen.trace:
            traceback.print_exc()
        _say_broken(broken, as_json)
        return BROKEN
    return 0


def _say_no(no: No, as_json: bool) -> None:
    reason = no.reason(language())
    if as_json:
        import msgspec

        code = no.code.partition(".")[2] if no.code.startswith(("refusal.", "locate.", "backup.")) else no.code
        body = {"code": code, "reason": reason, "overridable": no.overridable, "facts": no.facts}
        print(msgspec.json.encode(body, enc_hook=str).decode())
    else:
        print(harmless(reason), file=sys.stderr)


def _say_broken(broken: Exception, as_json: bool) -> None:
    from ...kernel.desk import NewerStore
    from ...kernel.log import UnknownEvents
    from ...kernel.texts import say
    from ...kernel.vault import VaultKeyMissing

    told = isinstance(broken, NewerStore | UnknownEvents | VaultKeyMissing)  # says what to do, needs no trace
    what = str(broken) if told else f"{type(broken).__name__}: {broken}"
    reason = say("cli.cannot" if told else "cli.broken", {"what": what}, language())
    if as_json:
        import msgspec

        print(msgspec.json.encode({"code": "broken", "reason": reason, "overridable": False, "facts": {}}).decode())
    print(harmless(reason), file=sys.stderr)
