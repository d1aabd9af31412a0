"""Real incidents and measurements: replay, bench."""

from pathlib import Path
from typing import Annotated, Any

import typer

from .common import Json, No, existing, progress, result, sentence, table, tell, usage
from .history import flattened

Mapping = Annotated[
    str, typer.Option(help="san-francisco, pittsburgh, atau berkas TOML (a shipped mapping or a TOML file).")
]


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.command("replay")(replay)
    app.command("bench")(bench)


def _mapping(name: str) -> Any:
    from ...replay.mapping import WrongMapping, read_mapping

    try:
        return read_mapping(name)
    except WrongMapping as wrong:
        usage(str(wrong))


def _counts(body: dict[str, Any]) -> str:
    rows = [(name, value) for name, value in flattened(body)]
    return table((sentence("name"), sentence("value")), rows)


def replay(
    file: Annotated[Path, typer.Argument(help="Berkas CSV (a CSV file of unit responses).")],
    mapping: Mapping = "san-francisco",
    data: Annotated[Path | None, typer.Option(help="Folder data kosong; tanpa ini sementara (empty data folder).")] = (
        None
    ),
    speed: Annotated[
        float, typer.Option(min=0.0, help="Berapa kali lebih cepat; 0 secepatnya (0: as fast as it goes).")
    ] = 0.0,
    limit: Annotated[int | None, typer.Option(min=1, help="Hanya sekian baris pertama (first rows only).")] = None,
    unused: Annotated[
        Path | None, typer.Option("--unused", help="Tulis baris yang tidak terpakai ke CSV (list unused rows).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Putar ulang kejadian nyata lewat node sungguhan (replay real incidents through a real node)."""
    from ... import replay as replaying
    from ...replay.mapping import WrongMapping

    wanted = _mapping(mapping)
    with progress() as report:
        try:
            body = replaying.run(
                existing(file), wanted, data=data, speed=speed, limit=limit, unused=unused, progress=report
            )
        except replaying.NotEmpty as no:
            raise No("not-empty", data=str(data)) from no
        except WrongMapping as wrong:
            usage(str(wrong))
    result(body, as_json, lambda: _counts(body))


def bench(
    names: Annotated[list[str] | None, typer.Argument(help="log feed proposal roads start search rebuild")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Kecil dan cepat, bukan angka resmi (tiny run).")] = False,
    as_json: Json = False,
) -> None:
    """Ukur kinerja (measure); without a name all benches in one run."""
    from ...bench import BENCHES, run, run_apart

    for name in names or ():
        if name not in BENCHES:
            usage(sentence("no-such-bench", name=name, benches=" ".join(BENCHES)))
    chosen = list(names or BENCHES)
    measured: dict[str, dict[str, Any]] = {}
    with progress() as report:
        for n, name in enumerate(chosen):
            report("bench", n, len(chosen))
            measured[name] = (run if len(chosen) == 1 else run_apart)(name, quick=quick)
            if not as_json:
                print(_figures(name, measured[name]), flush=True)
    if as_json:
        result(measured[chosen[0]] if len(chosen) == 1 else measured, True, "")
    elif quick:
        tell("bench-quick")


def _figures(name: str, figures: dict[str, Any]) -> str:
    from ...bench import met, target

    marks = {True: "✓", False: "✗", None: ""}
    rows = [(f, value, target(name, f), marks[met(name, f, value)]) for f, value in figures.items()]
    return table((sentence("figure"), sentence("value"), sentence("target"), ""), rows, title=name)
