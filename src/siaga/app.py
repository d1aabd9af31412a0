"""The one place that knows every part: picks adapters, lists slices, opens a node."""

import gc
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from .adapters.stores import open_store
from .documents.pack import Packs
from .engine import compile as compiler
from .engine import proposal
from .engine.cover import CoverMap, Demand
from .engine.gazetteer import Gazetteer
from .engine.heat import Moving
from .engine.roads import Network, Travel, read_speeds
from .kernel import chain, parcel
from .kernel.desk import Desk, utc_now
from .kernel.follow import Duties, follow
from .kernel.link import Link, NoLink
from .kernel.records import Ask, Refusal
from .kernel.slice import Slice
from .kernel.storage import Tx
from .kernel.timer import timer
from .kernel.vault import VaultKeyMissing, load_key
from .settings import Settings, named_pairs, secret_of
from .slices import access, dispatch, field, intake, liaison, paging, paper, places, report, review, sop, warning
from .slices.access.effects import compare_clocks
from .slices.access.tables import borrowed
from .slices.dispatch.tables import lines, responses
from .slices.field.effects import FieldCargo, watching_reopened
from .slices.liaison.effects import Cargos, Courier, Exchange, People
from .slices.liaison.tables import Partner
from .slices.paging.effects import Sender, raising
from .slices.report.responses import Responses
from .slices.review.effects import LessonCargo

SLICES: tuple[Slice, ...] = (
    access.SLICE,
    places.SLICE,
    intake.SLICE,
    dispatch.SLICE,
    liaison.SLICE,
    field.SLICE,
    paper.SLICE,
    sop.SLICE,
    report.SLICE,
    review.SLICE,
    paging.SLICE,
    warning.SLICE,
)
DATABASE = "siaga.db"
ROADS = "roads.npz"
TILES = "tiles.pmtiles"
SEARCH_AFTER = 50_000
_log = structlog.get_logger("siaga.app")


def cargo(desk: Desk) -> Cargos:
    """What flows between nodes: the field part of incidents, and lessons."""
    return Cargos(FieldCargo(desk), LessonCargo(desk))


class Node:
    """A running node: its desk, its services and its regular duties."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self.settings, self.desk = settings, desk
        self.duties: Duties | None = None
        self.sender: Sender | None = None
        self._key = chain.node_key(settings.data / "node.key")
        self._roads_stamp = 0
        self._areas_version = ""
        self.courier: Courier | None = None
        self._compiling: subprocess.Popen[bytes] | None = None
        self.exchange = Exchange(desk, parcel.identity(self._key), cargo(desk), People(borrowed.lend, borrowed.borrow))
        self.packs = Packs(desk, settings.data / "paper", self.sign_head)
        desk.services[Packs] = self.packs

    def start(self) -> None:
        """Load the engine behind the first page, and begin the duties nobody asks for."""
        loading = threading.Thread(target=self._load_engine, name="siaga-engine", daemon=True)
        loading.start()
        duties: dict[str, Callable[[], None]] = {"timer": timer(self.desk), "head": self._hourly_head()}
        duties |= {f"follow.{f.name}": follow(self.desk, f) for s in self.desk.slices for f in s.followers}
        duties["tracks"] = self._daily_thinning()
        duties["paper"] = every(timedelta(minutes=10), self.desk.clock, self.packs.nightly)
        duties["clock"] = every(timedelta(hours=1), self.desk.clock, lambda: compare_clocks(self.desk))
        self.sender = self._open_sender()
        duties["alerts"] = raising(self.desk)
        duties["reopened"] = watching_reopened(self.desk)
        duties["paging"] = self.sender.duty
        duties["demand"] = every(timedelta(seconds=10), self.desk.clock, self.load_demand)
        duties["roads"] = lambda: None if loading.is_alive() else self._watch_roads()
        self.duties = Duties(self.desk, duties)
        self.duties.start()
        self.courier = Courier(self.desk, self.exchange, self._open_link)
        self.courier.start()

    @property
    def card(self) -> parcel.Card:
        """What other nodes must know of this one."""
        return parcel.identity(self._key).card(self.exchange.here, self.settings.link)

    def _open_link(self, partners: dict[str, Partner]) -> Link:
        """The way to the partners: by a NATS server of our own in the data folder, or by the one of the settings."""
        try:
            from .adapters.nats import NatsLink  # only where there are partners
            from .adapters.nats.server import Peer, Server
        except ImportError as missing:
            raise NoLink("pip install siaga[liaison]") from missing
        peers = {name: Peer(p.card, dials=p.role == "home") for name, p in partners.items()}
        if self.settings.nats:
            return NatsLink(self.card, peers, None, self.settings.nats)
        own, folder = parcel.identity(self._key), self.settings.data / "link"
        return NatsLink(self.card, peers, Server(folder, own, self.card, peers, self.settings.link_listen))

    def _open_sender(self) -> Sender:
        """The ways out of this node as it is set up; only the serving process says which they are."""
        from .adapters.paging import carriers  # mail and TLS: not for a start that only reads

        s = self.settings
        ways, notes = carriers(
            push_key=s.data / "push.key",
            push_contact=s.contact,
            private=tuple(part.strip() for part in s.private_networks.split(",") if part.strip()),
            mail=(s.mail, s.mail_from, secret_of(s.mail_password_file)),
            gateway=(s.sms_url, secret_of(s.sms_token_file), named_pairs(s.sms_form)),
        )
        sender = Sender(self.desk, ways, address=s.address)
        sender.note_settings(notes)
        return sender

    def _load_engine(self) -> None:
        try:
            if self._compile_apart():
                self.load_engine()
        except Exception as broken:  # the node serves on by the stated straight-line way
            _log.error("engine-failed", error=f"{type(broken).__name__}: {broken}")

    def _compile_apart(self) -> bool:
        """The first time of a version; what the child could not compile is compiled here. False: the node is closed."""
        path = self.settings.data / ROADS
        try:
            self._compiling = compiler.begin(path if path.exists() else None)
        except OSError as broken:
            _log.warning("no-child-to-compile", error=type(broken).__name__)
        return self._compiling is None or self._compiling.wait() != -signal.SIGTERM

    def load_engine(self) -> None:
        """Read the road network if there is one, and compile the search; swapped in whole when it is ready."""
        proposal.warm()
        path = self.settings.data / ROADS
        self._roads_stamp = _stamp(path)
        network = Network.load(path) if path.exists() else None
        travel = Travel(network, read_speeds())
        travel.warm()
        self.load_demand()
        self.desk.services[Travel] = travel

    def load_demand(self) -> None:
        """Read where calls are expected, unless the areas are those that were read before."""
        with self.desk.store.read() as tx:
            _, version = self.desk.version(tx, self.desk.views["places.areas"])
            if version == self._areas_version:
                return
            areas = places.tables.demand(tx)
        self._areas_version = version
        self.desk.services[Demand] = Demand(
            areas=tuple(a.area for a in areas),
            lon=np.array([a.lon for a in areas]),
            lat=np.array([a.lat for a in areas]),
            weight=np.array([a.demand for a in areas]),
            kinds=tuple(a.kind or "ordinary" for a in areas),
        )

    def _watch_roads(self) -> None:
        if _stamp(self.settings.data / ROADS) != self._roads_stamp:  # `siaga region import` beside this server
            self.load_engine()

    def sign_head(self) -> chain.SignedHead:
        """Vouch for the log as it is now; the file lies beside the database."""
        with self.desk.store.read() as tx:
            head = self.desk.log.head(tx)
        signed = chain.sign(self._key, node_name(self.settings), head.position, head.hash, self.desk.clock())
        chain.write_head(self.settings.data / "heads", signed)
        return signed

    def _hourly_head(self) -> Callable[[], None]:
        return every(timedelta(hours=1), self.desk.clock, lambda: self.sign_head())

    def _daily_thinning(self) -> Callable[[], None]:
        def thin() -> None:
            self.desk.work(lambda tx: dispatch.tables.fleet.thin_tracks(tx, self.desk.clock()))

        return every(timedelta(days=1), self.desk.clock, thin)

    def close(self) -> None:
        """Stop the duties, finish what is queued, let go of the store."""
        if self._compiling is not None:
            self._compiling.terminate()
        if self.courier is not None:
            self.courier.stop()
        if self.duties is not None:
            self.duties.stop()
        if self.sender is not None:
            self.sender.close()
        self.desk.close()


def every(period: timedelta, clock: Callable[[], datetime], act: Callable[[], object]) -> Callable[[], None]:
    """A duty that acts once a period, the first time at once."""
    last: list[datetime] = []

    def duty() -> None:
        if not last or clock() - last[0] >= period:
            act()
            last[:] = [clock()]

    return duty


def _stamp(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def node_name(settings: Settings) -> str:
    """What a node calls itself in its signed heads."""
    return settings.data.name


def settle_memory() -> None:
    """Keep what was loaded for good out of Python's search for garbage, which stops everybody for 80 ms each time, and
    let it look at what is new less often than after each 700 objects: most of them are gone by then."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SEARCH_AFTER, *gc.get_threshold()[1:])


def open_node(
    settings: Settings,
    *,
    slices: Sequence[Slice] = SLICES,
    clock: Callable[[], datetime] = utc_now,
    rebuild: bool = True,
) -> Node:
    """Open the store and the desk; `start` brings the engine and the duties."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("NUMBA_CACHE_DIR", str(settings.data / "compiled"))
    made = not settings.key_file.exists()
    key = load_key(settings.key_file, make=True)
    services: dict[type, Any] = {
        Gazetteer: Gazetteer(),
        Travel: Travel(None, read_speeds()),
        CoverMap: CoverMap(),
        Moving: Moving(),
        Responses: Responses(responses.between, responses.some, lines.lines),
    }
    try:
        desk = Desk(
            open_store(settings.store or settings.data / DATABASE),
            [at_the_scene(s) for s in slices] if settings.field else slices,
            vault_key=key,
            services=services,
            clock=clock,
            erasures=settings.data / "erasures.jsonl",
            rebuild=rebuild,
        )
    except VaultKeyMissing as wrong:
        if made:  # the store has a key, and it is not the one we have just made
            settings.key_file.unlink()
            raise VaultKeyMissing(f"{settings.key_file} is missing: restore the vault's key") from wrong
        raise
    _name(desk, settings)
    return Node(settings, desk)


def _name(desk: Desk, settings: Settings) -> None:
    """Keep what this node is called among others: by setting, or after its folder; for good once others know it."""
    with desk.store.read() as tx:
        known, paired = liaison.tables.own_name(tx), bool(liaison.tables.partners(tx))
    wanted = settings.node or re.sub(r"[^A-Za-z0-9._-]", "-", settings.data.resolve().name).lstrip("._-") or "siaga"
    if not known or (settings.node and known != wanted and not paired and "liaison" not in desk.behind):
        desk.work(lambda tx: liaison.tables.name_node(tx, wanted[:64]))
        if known:  # whose scenes are ours is told by the name
            desk.rebuild([field.SLICE.name])


def at_the_scene(whole: Slice) -> Slice:
    """A slice as a field node has it: of calls and units it records what was seen, and orders are the city's."""
    if whole.name not in ("intake", "dispatch"):
        return whole
    commands = {
        command: does if does.observation else replace(does, load=_nothing, decide=_city_decides, keep=None)
        for command, does in whole.commands.items()
    }
    return replace(whole, commands=commands)


def _nothing(tx: Tx, command: object) -> None:
    """A rule that answers without looking."""


def _city_decides(command: object, known: None, ask: Ask) -> Refusal:
    """Calls, units and sending them stay with the city."""
    return Refusal(code="city-decides")
