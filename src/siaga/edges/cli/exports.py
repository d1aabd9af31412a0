"""Exports from the command line: the same files as by the doors, of any length of time."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import ACTOR, Actor, Json, Refused, moment, node, operator, result, sentence, usage

if TYPE_CHECKING:
    from ...kernel.records import Ask, Refusal

export = typer.Typer(no_args_is_help=True, help="Ekspor ke format lain (exports in other people's formats).")
ROLES = ("administrator", "dispatcher", "reporter", "commander")
Quarter = Annotated[str, typer.Argument(help="Triwulan atau tahun (quarter or year): 2026-Q3, 2026.")]
To = Annotated[Path | None, typer.Option("--to", help="Simpan di berkas ini (keep it in this file).")]
Since = Annotated[str, typer.Option("--since", help="Dibuka sejak, ISO 8601 (opened from).")]
Until = Annotated[str | None, typer.Option("--until", help="Sampai sebelum; bawaan sekarang (until; default now).")]
Incident = Annotated[str, typer.Argument(help="Id kejadian (id of the incident).")]


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(export, name="export")
    for sort in ("csv", "xlsx", "parquet", "json", "geojson"):
        export.command(sort, help=f"Kejadian satu masa sebagai {sort.upper()} (incidents of a period).")(_period(sort))


def _reader(actor: str) -> "Ask":
    return operator(actor=actor, roles=ROLES)


def _period(sort: str) -> Any:
    def command(since: Since, until: Until = None, to: To = None, actor: Actor = ACTOR, as_json: Json = False) -> None:
        from ...exports.incidents import file_of

        first, last = moment(since), moment(until)
        assert first is not None
        with node() as opened:
            made = file_of(opened.desk, sort, first, last or opened.desk.clock(), _reader(actor))
        _keep(made, to or Path(f"kejadian.{sort}"), as_json)

    return command


@export.command("satu-data")
def satu_data(
    year: Annotated[int, typer.Argument(min=1990, max=2200, help="Tahun (the year).")],
    to: To = None,
    actor: Actor = ACTOR,
    as_json: Json = False,
) -> None:
    """Tabel setahun dengan standar dan metadata Satu Data (the table of a year for Satu Data, as ZIP)."""
    from ...exports.satu_data import satu_data as made_of

    with node() as opened:
        made = made_of(opened.desk, year, _reader(actor))
    _keep(made, to or Path(f"satu-data-{year}.zip"), as_json)


@export.command("espm")
def espm(period: Quarter, to: To = None, actor: Actor = ACTOR, as_json: Json = False) -> None:
    """Lembar ketik e-SPM sebagai XLSX (what e-SPM is typed from), dengan setiap kejadian di baliknya."""
    from ...exports.espm import espm as made_of

    with node() as opened:
        made = made_of(opened.desk, period, _reader(actor))
    _keep(made, to or Path(f"espm-{period}.xlsx"), as_json)


@export.command("sipadam")
def sipadam(period: Quarter, to: To = None, actor: Actor = ACTOR, as_json: Json = False) -> None:
    """Daftar kejadian untuk SIPADAM sebagai XLSX (the incidents for SIPADAM)."""
    from ...exports.sipadam import sipadam as made_of

    with node() as opened:
        made = made_of(opened.desk, period, _reader(actor))
    _keep(made, to or Path(f"sipadam-{period}.xlsx"), as_json)


@export.command("neris")
def neris(
    incident: Incident,
    department: Annotated[str, typer.Option(help="Nomor dinas NERIS (department id): FD########.")] = "FD00000000",
    to: To = None,
    actor: Actor = ACTOR,
    as_json: Json = False,
) -> None:
    """Muatan NERIS sebuah kejadian (the NERIS payload of an incident); what nobody recorded is named."""
    import msgspec

    from ...exports.neris import neris_of
    from ...exports.neris_rules import broken
    from ...kernel.records import Refusal

    with node() as opened:
        made = neris_of(opened.desk, incident, department, _reader(actor))
    if isinstance(made, Refusal):
        raise Refused(made)
    more = {"unsaid": list(made.unsaid), "broken": broken(made.payload)}
    _keep(msgspec.json.format(msgspec.json.encode(made.payload)), to or Path("neris.json"), as_json, **more)


@export.command("cap")
def cap(
    incident: Incident,
    action: Annotated[str, typer.Option(help="evacuate, shelter, avoid, all-clear.")] = "avoid",
    message: Annotated[str, typer.Option(help="Alert, Update, Cancel.")] = "Alert",
    reference: Annotated[
        list[str] | None, typer.Option(help="Peringatan sebelumnya (earlier message): sender,identifier,sent.")
    ] = None,
    radius_m: Annotated[float | None, typer.Option(help="Radius bahaya dalam meter (radius).")] = None,
    hours: Annotated[float, typer.Option(help="Berlaku berapa jam (valid for hours).")] = 3,
    issued: Annotated[
        str | None, typer.Option(help="Id peringatan yang sudah diterbitkan (an issued warning): ia, bukan rancangan.")
    ] = None,
    to: To = None,
    actor: Actor = ACTOR,
    as_json: Json = False,
) -> None:
    """Peringatan umum CAP 1.2: rancangan, atau yang sudah diterbitkan (a public warning: drafted, or as issued)."""
    import msgspec

    from ...exports.cap import Warning, drafted
    from ...exports.cap_issued import Issued
    from ...exports.cap_issued import issued as as_issued

    if issued:
        with node() as opened:
            made = as_issued(opened.desk, incident, Issued(issued), _reader(actor))
        return _keep(made, to or Path("peringatan.xml"), as_json)

    wanted = {"action": action, "message": message, "references": reference or [], "hours": hours}
    try:
        warning = msgspec.convert(wanted | ({"radius_m": radius_m} if radius_m else {}), Warning)
    except msgspec.ValidationError as error:
        usage(str(error))
    with node() as opened:
        made = drafted(opened.desk, incident, warning, _reader(actor))
    _keep(made, to or Path("peringatan.xml"), as_json)


def _keep(made: "bytes | Refusal", file: Path, as_json: bool, **more: Any) -> None:
    """Into a file only its owner reads: whole periods are not for every account of a machine."""
    from ...kernel.records import Refusal

    if isinstance(made, Refusal):
        raise Refused(made)
    file.touch(mode=0o600)
    file.write_bytes(made)
    body = {"file": str(file), "bytes": len(made)} | more
    result(body, as_json, lambda: sentence("export-made", file=file))
