"""Running a node on this machine: serve, demo, settings, version."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Json, progress, result, sentence, settings, table, tell

if TYPE_CHECKING:
    import socket

    from ...app import Node
    from ...settings import Settings

DEMO_DATA = Path(".siaga/demo")
MARK = "demo"  # a file that says: this folder may be thrown away
Host = Annotated[str | None, typer.Option(help="Alamat untuk mendengar (address to listen on).")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 dipilih sistem (0: any free one).")]


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.command("serve")(serve)
    app.command("demo")(demo)
    app.command("settings")(show_settings)
    app.command("version")(version)


def serve(host: Host = None, port: Port = None, as_json: Json = False) -> None:
    """Jalankan node ini (run this node) until told to stop."""
    wanted = settings(listen=_listen(host, port))
    bound = _bound(wanted)
    run(wanted, bound, lambda opened: None, lambda address: _say_address(address, as_json))


def _listen(host: str | None, port: int | None) -> str | None:
    """What was typed, put together with the settings; None when nothing was."""
    if host is None and port is None:
        return None
    known = settings()
    name = host or known.host
    return f"{f'[{name}]' if ':' in name else name}:{known.port if port is None else port}"


def _bound(wanted: "Settings") -> "socket.socket":
    from ..serve import listening
    from .common import No

    try:
        return listening(wanted)
    except OSError as taken:
        raise No("port-taken", listen=wanted.listen, why=taken.strerror) from taken


def run(
    wanted: "Settings",
    bound: "socket.socket",
    begin: Callable[["Node"], Any],
    ready: Callable[[str], None],
    end: Callable[[], None] = lambda: None,
) -> None:
    """Open the node, `begin`, answer until told to stop, `end`, close in order."""
    from ...app import open_node
    from ..http import Door
    from ..serve import log_json
    from ..serve import serve as answer

    log_json()
    opened = open_node(wanted, rebuild=False)
    try:
        if opened.desk.behind:  # the others serve meanwhile
            threading.Thread(target=opened.desk.catch_up, name="siaga-rebuild", daemon=True).start()
        begin(opened)

        def answers(address: str) -> None:
            opened.start()  # not before: loading the engine would hold up the first page
            ready(address)

        answer(Door(opened.desk, wanted), bound=bound, ready=answers)
    finally:
        end()
        opened.close()


def _say_address(address: str, as_json: bool) -> None:
    result({"address": address}, as_json, lambda: sentence("serving", address=address))


def demo(
    speed: Annotated[float, typer.Option(min=0.1, max=600.0, help="Berapa kali lebih cepat (times faster).")] = 1.0,
    host: Host = None,
    port: Port = None,
    data: Annotated[Path | None, typer.Option(help=f"Folder data demo ({DEMO_DATA}).")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Mulai lagi dari kosong (start from nothing).")] = False,
    still: Annotated[bool, typer.Option("--still", help="Tanpa giliran jaga otomatis (no live shift).")] = False,
    as_json: Json = False,
) -> None:
    """Jalankan kota contoh dengan giliran jaga (a schematic city with a live shift), untuk mencoba semuanya."""
    from .common import chosen

    named = os.environ.get("SIAGA_DATA")
    folder = data or chosen.data or (Path(named).expanduser() if named else DEMO_DATA)
    wanted = settings(data=folder, store="", vault_key_file=Path(), listen=_listen(host, port))
    bound = _bound(wanted)  # before anything is thrown away: another demo may be running there
    _check_demo(folder)
    if fresh:
        _throw_away(folder)
    running: list[Any] = []

    def begin(opened: "Node") -> None:
        from ...demo import Shift, prepare

        (folder / MARK).touch()
        opened.desk.catch_up()
        with progress() as report:
            running.append(prepare(opened, report))
        if not still:
            running.append(Shift(opened, speed=speed))

    def ready(address: str) -> None:
        for shift in running[1:]:
            shift.start()
        sign_ins = [{"name": s.name, "password": s.password, "roles": list(s.roles)} for s in running[0]]
        rows = [(s["name"], s["password"], " ".join(s["roles"])) for s in sign_ins]
        columns = (sentence("name"), sentence("password"), sentence("roles"))
        result(
            {"address": address, "sign_ins": sign_ins},
            as_json,
            lambda: f"{sentence('demo', address=address, data=folder)}\n{table(columns, rows)}",
        )

    def end() -> None:
        for shift in running[1:]:
            shift.stop()

    run(wanted, bound, begin, ready, end)


def _check_demo(folder: Path) -> None:
    """A demo never enters a folder that holds something else, least of all a real service's data."""
    from .common import No

    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise No("not-a-demo", data=str(folder))


def _throw_away(folder: Path) -> None:
    """Remove what an earlier demo kept."""
    import shutil

    if folder.exists():
        shutil.rmtree(folder)
        tell("thrown-away", data=str(folder))


def show_settings(as_json: Json = False) -> None:
    """Tampilkan pengaturan yang berlaku (the settings in force)."""
    shown = list(settings().shown())
    columns = (sentence("name"), sentence("value"), sentence("meaning"))
    result({name: value for name, value, _ in shown}, as_json, lambda: table(columns, shown))


def version(as_json: Json = False) -> None:
    """Tampilkan versi (the version)."""
    from ... import __version__

    result({"version": __version__}, as_json, f"Siaga {__version__}")
