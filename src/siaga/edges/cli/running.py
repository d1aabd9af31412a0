"""Running a node on this machine: serve, demo, settings, version."""

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import DEMO_DATA, DEMO_MARK, Json, progress, result, sentence, settings, table, tell
from .nodes import about_field
from .tls import addresses

if TYPE_CHECKING:
    import socket

    from ...app import Node
    from ...settings import Settings

ENGINE_LOADED_S = 6.0  # by then the engine stands
WHOLE = "whole\n"  # what stands in the demo's mark once its city does
Host = Annotated[str | None, typer.Option(help="Alamat untuk mendengar (address to listen on).")]
Tls = Annotated[bool, typer.Option("--tls", help="TLS dengan otoritas sendiri (by the node's own authority).")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 dipilih sistem (0: any free one).")]


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.command("serve")(serve)
    app.command("demo")(demo)
    app.command("settings")(show_settings)
    app.command("version")(version)


def serve(
    host: Host = None,
    port: Port = None,
    tls: Tls = False,
    field: Annotated[
        bool, typer.Option("--field", help="Node mobil komando; mendengar di semua alamat (a command-car node).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Jalankan node ini (run this node) until told to stop."""
    everywhere = "0.0.0.0" if field and settings().host == "127.0.0.1" else None  # noqa: S104  (the car's Wi-Fi)
    listen = _listen(host or everywhere, port)
    wanted = settings(listen=listen, tls="own" if tls else None, field="yes" if field else None)
    bound = _bound(wanted)
    about: dict[str, Any] = {}

    def begin(opened: "Node") -> None:
        if wanted.field:
            about.update(about_field(opened))

    run(wanted, bound, begin, lambda address: _say_address(address, about, as_json))


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
    from ...app import open_node, settle_memory
    from ..http import Door
    from ..serve import log_json
    from ..serve import serve as answer
    from .tls import bound_plain, guide_at, protected

    plain = bound_plain(wanted)
    log_json()
    opened = open_node(wanted, rebuild=False)
    try:
        wanted, renew = protected(wanted)
        if opened.desk.behind:  # the others serve meanwhile
            threading.Thread(target=opened.desk.catch_up, name="siaga-rebuild", daemon=True).start()
        begin(opened)

        def answers(address: str) -> None:
            opened.start()  # not before: loading the engine would hold up the first page
            later = threading.Timer(ENGINE_LOADED_S, settle_memory)
            later.daemon = True
            later.start()
            ready(address)
            if plain is not None:
                tell("guide", guide=guide_at("{}:{}".format(*plain.getsockname())))

        answer(Door(opened.desk, wanted), bound=bound, plain=plain, ready=answers, renew=renew)
    finally:
        end()
        opened.close()


def _say_address(address: str, about: dict[str, Any], as_json: bool) -> None:
    """Where it answers; of a field node also by which addresses tablets reach it, and what is still missing."""
    if about:
        scheme, _, rest = address.partition("://")
        port = rest.rpartition(":")[2]
        about["tablets"] = [f"{scheme}://{f'[{a}]' if ':' in a else a}:{port}" for a in addresses()]
    result({"address": address} | about, as_json, lambda: sentence("serving", address=address))
    if about and not as_json:
        tell("field-node", node=about["node"], home=about["home"] or "–", tablets=" ".join(about["tablets"]))
        if not about["home"]:
            tell("field-alone")


def demo(
    speed: Annotated[float, typer.Option(min=0.1, max=600.0, help="Berapa kali lebih cepat (times faster).")] = 1.0,
    host: Host = None,
    port: Port = None,
    data: Annotated[Path | None, typer.Option(help=f"Folder data demo ({DEMO_DATA}).")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Mulai lagi dari kosong (start from nothing).")] = False,
    tls: Tls = False,
    still: Annotated[bool, typer.Option("--still", help="Tanpa giliran jaga otomatis (no live shift).")] = False,
    as_json: Json = False,
) -> None:
    """Jalankan kota contoh dengan giliran jaga (a schematic city with a live shift), untuk mencoba semuanya."""
    from .common import chosen

    named = os.environ.get("SIAGA_DATA")
    folder = data or chosen.data or (Path(named).expanduser() if named else DEMO_DATA)
    own = "own" if tls else None
    wanted = settings(data=folder, store="", vault_key_file=Path(), listen=_listen(host, port), tls=own)
    bound = _bound(wanted)  # before anything is thrown away: another demo may be running there
    _check_demo(folder)
    if fresh:
        _throw_away(folder)
    city = City(folder, None if still else speed, lambda address, found: _say_demo(address, found, folder, as_json))
    run(wanted, bound, city.begin, city.ready, city.end)


class City:
    """The demo's city: filled before the first answer, at a later start behind it; then the shift begins."""

    def __init__(self, folder: Path, speed: float | None, say: Callable[[str, Any], None]) -> None:
        self._mark, self._speed, self._say = folder / DEMO_MARK, speed, say
        self._shift: Any = None
        self._living = threading.Thread(target=self._live, name="siaga-demo", daemon=True)

    def begin(self, opened: "Node") -> None:
        """Know who may sign in; the first time that takes a whole city."""
        from ...demo import prepare, sign_ins

        self._node = opened
        self._mark.touch()
        self._held = self._mark.open()
        fcntl.flock(self._held, fcntl.LOCK_SH)  # while it lives, nobody throws it away
        if self._mark.read_text() == WHOLE:
            self._sign_ins = sign_ins(opened)
            return
        opened.desk.catch_up()
        with progress() as report:
            self._sign_ins = prepare(opened, report)
        self._mark.write_text(WHOLE)

    def ready(self, address: str) -> None:
        """The node answers: say so, and let the city live."""
        self._say(address, self._sign_ins)
        self._living.start()

    def _live(self) -> None:
        from ...demo import Shift, prepare

        self._node.desk.catch_up()
        prepare(self._node)  # what a newer version draws otherwise, and who is on duty now
        if self._speed is not None:
            self._shift = Shift(self._node, speed=self._speed)
            self._shift.start()

    def end(self) -> None:
        """Stop the shift before the node is closed."""
        if self._living.ident is not None:
            self._living.join()
        if self._shift is not None:
            self._shift.stop()


def _say_demo(address: str, found: Any, folder: Path, as_json: bool) -> None:
    sign_ins = [{"name": s.name, "password": s.password, "roles": list(s.roles)} for s in found]
    rows = [(s["name"], s["password"], " ".join(s["roles"])) for s in sign_ins]
    columns = (sentence("name"), sentence("password"), sentence("roles"))
    result(
        {"address": address, "sign_ins": sign_ins},
        as_json,
        lambda: f"{sentence('demo', address=address, data=folder)}\n{table(columns, rows)}",
    )


def _check_demo(folder: Path) -> None:
    """A demo never enters a folder that holds something else, least of all a real service's data."""
    from .common import No

    if folder.exists() and any(folder.iterdir()) and not (folder / DEMO_MARK).exists():
        raise No("not-a-demo", data=str(folder))


def _throw_away(folder: Path) -> None:
    """Remove what an earlier demo kept; never under one that still runs, which would go on answering into nothing."""
    import shutil

    from .common import No

    if (folder / DEMO_MARK).exists():
        with (folder / DEMO_MARK).open() as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                raise No("demo-runs", data=str(folder)) from held
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
