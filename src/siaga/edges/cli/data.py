"""What a city brings along: its region, its roads, places in a pasted text."""

from pathlib import Path
from typing import Annotated, Any

import typer

from .common import Json, No, existing, flat, node, progress, result, sentence, settings, show, table, usage

region = typer.Typer(no_args_is_help=True, help="Wilayah: jalan, tempat, air (the region).")
roads = typer.Typer(no_args_is_help=True, help="Jaringan jalan (the road network).")

NEGATIVE = {"ignore_unknown_options": True}  # a latitude south of the equator is no option


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(region, name="region")
    app.add_typer(roads, name="roads")
    app.command("locate", context_settings=NEGATIVE)(locate)


@region.command("import")
def import_region(
    file: Annotated[Path, typer.Argument(help=".osm.pbf, .osm, atau .graphml (an extract).")],
    clip: Annotated[str | None, typer.Option(help="Kode wilayah, misalnya 64.74 (area code to keep).")] = None,
    clip_file: Annotated[
        Path | None,
        typer.Option(help="GeoJSON batas wilayah; tanpa ini, batas di berkas OSM (polygons)."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Nama wilayah (its name).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hanya hitung (only look).")] = False,
    as_json: Json = False,
) -> None:
    """Impor wilayah dari OpenStreetMap (import a region): roads, streets, places, water, areas."""
    from ... import region as importing
    from ...adapters.osm import OsmError

    existing(file)
    written = None
    try:
        with progress() as report:
            read = importing.read(file, clip, existing(clip_file) if clip_file else None, name, report)
            if not dry_run:
                with node(settings(), new=True) as opened:
                    written = importing.keep(opened, read, report)
    except OsmError as wrong:
        raise No(f"region.{wrong.code}", False, **wrong.facts) from wrong
    figures = importing.figures(read) | (
        {} if written is None else {"map_tiles": written.tiles, "map_bytes": written.bytes}
    )
    result(figures, as_json, lambda: _region_text(dict(figures)))


def _region_text(figures: dict[str, Any]) -> str:
    warnings = figures.pop("warnings")
    skipped = figures.pop("skipped")
    lines = [table((sentence("name"), sentence("value")), list(figures.items()))]
    if skipped:
        lines.append(sentence("skipped", what=flat(skipped)))
    for w in warnings:
        at = "" if w["at"] is None else f" ({w['at'][1]:.5f}, {w['at'][0]:.5f})"
        lines.append(f"⚠ {w['text']}{at}")
    return "\n".join(lines)


@roads.command("eta", context_settings=NEGATIVE)
def eta(
    start: Annotated[str, typer.Argument(help='Dari: "lat, lon" atau armada/pos (place, unit or station).')],
    end: Annotated[str, typer.Argument(help='Ke: "lat, lon" atau kejadian (place or incident).')],
    vehicle: Annotated[str, typer.Option(help="Golongan kendaraan (vehicle class).")] = "pump",
    at: Annotated[str | None, typer.Option(help="Waktu berangkat, ISO 8601 (when).")] = None,
    as_json: Json = False,
) -> None:
    """Waktu tempuh di jalan (travel time from one place to another) with the closures in force."""
    from ... import region as importing
    from .common import moment

    with node() as opened:
        opened.load_engine()
        try:
            found = importing.travel_time(opened, start, end, vehicle, moment(at))
        except importing.NoWay as no:
            raise No(f"roads.{no.code}", **no.facts) from no
    result(found, as_json, lambda: sentence("eta", **(found | {"via": " → ".join(found["streets"][:12])})))


def locate(
    text: Annotated[str, typer.Argument(help="Teks yang ditempel (the pasted text).")],
    near: Annotated[str | None, typer.Option(help='"lat, lon" kota, untuk kode plus pendek (near).')] = None,
    as_json: Json = False,
) -> None:
    """Baca tempat dari teks (read the place in a pasted text), without internet and without guessing."""
    from ...engine.locate import NotLocated
    from ...engine.locate import locate as read

    if near is None:
        around = _own_city(text)
    else:
        centre = read(near)
        if isinstance(centre, NotLocated):
            usage(f"--near: {_why(centre).reason('id')}")
        around = (centre.lon, centre.lat)
    found = read(text, around)
    if isinstance(found, NotLocated):
        raise _why(found)
    body = {n: getattr(found, n) for n in ("lat", "lon", "kind", "precision_m", "text")}
    if found.others:
        body["others"] = found.others
    result(body, as_json, lambda: sentence("located", **body))


def _own_city(text: str) -> tuple[float, float] | None:
    """What short plus codes and bare numbers are read near: where the node here places them, if there is one, so that a
    code of another town is not read in ours."""
    from ...kernel.fields import All
    from ...slices.places.tables.views import LocateQuery

    try:
        with node() as opened:
            rows = show(opened, "places.region", All()).rows
            lon, lat = rows[0].centre or (None, None) if rows else (None, None)
            (here,) = show(opened, "places.locate", LocateQuery(text, lon, lat)).rows
    except No:  # no node here: a place is read all the same
        return None
    return None if here.lon is None else (here.lon, here.lat)


def _why(found: Any) -> No:
    return No(f"locate.{found.reason}", **found.facts)
