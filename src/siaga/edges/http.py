"""The node over HTTP: one handler for every command, one for every view; sign-in, feed, trackers, pages around them."""

import re
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec
import structlog

from .. import __version__
from ..documents.pack import Packs
from ..kernel.desk import Desk, Rebuilding, not_permitted
from ..kernel.records import NOT_PERMITTED, Accepted, Answer, Ask, Kept, Refusal
from ..kernel.slice import Roles, may
from ..kernel.storage import StorageFull
from ..kernel.texts import say
from ..kernel.writer import Closed
from ..settings import Settings
from ..slices.paper.rules import PrintSlips
from . import openapi
from .call import JSON, ORDINARY, Around, Call, Gone, Headers, Receive, Reply, Scope, Send, Stopped, encode, spot
from .documents import UNDER, Documents
from .exports import UNDER as UNDER_EXPORTS
from .exports import Exports
from .features import Features, ours
from .feed import Feed
from .forms import AskForm, CommandForm, Impossible, ViewForm, loosely, seen, unreadable
from .install import CERTIFICATE, GUIDE, Install
from .maps import Maps
from .pages import Pages, guards
from .paging import Paging
from .positions import Positions
from .public import Public
from .public_page import DATA, PAGE
from .security import Security, Who, route
from .session import Sessions
from .trackers import Trackers
from .turns import Turns

COMPRESS_FROM = 8 * 1024
FRESH: Headers = [(b"cache-control", b"no-store")]  # of every answer that does not say otherwise
KEPT_BY_OWNER: Headers = [(b"cache-control", b"private, no-cache")]
_NAME = re.compile(r"[a-z0-9.-]{1,100}")
_log = structlog.get_logger("siaga.http")
Handler = Callable[[Call], Awaitable[Reply]]


class Door:
    """The node as an ASGI application."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self.desk, self.settings = desk, settings
        self.around = Around(settings.proxies, settings.control_room)
        self.security = Security(desk)
        self.feed = Feed(desk, self.security)
        self.pages = Pages()
        self.install = Install(settings, settings.port, int(settings.plain.rpartition(":")[2] or 0))
        self.measures = Measures(desk, self.feed)
        self._commands = {name: CommandForm(name, command) for name, command in desk.commands.items()}
        self._views = {name: ViewForm(shows.params) for name, shows in desk.views.items()}
        self._documents = Documents(desk, self.security)
        self._exports = Exports(desk, self.security)
        self._features = Features(desk, settings, self.security)
        self._public = Public(desk, self.security)
        self._turns = Turns(desk, self.security.off_loop)
        self._closed = False
        self._document: bytes | None = None
        self._routes = self._fixed_routes()

    def _fixed_routes(self) -> dict[str, dict[str, Handler]]:
        sessions = Sessions(self.desk, self.settings, self.security)
        trackers = Trackers(self.desk, self.security)
        maps = Maps(self.settings, self.security)
        paging = Paging(self.desk, self.settings, self.security)
        positions = Positions(self.desk, self.security)
        return {
            "/health": {"GET": self._health},
            "/metrics": {"GET": self._metrics},
            "/api/session": {"GET": sessions.show, "POST": sessions.open, "DELETE": sessions.close},
            "/api/session/password": {"PUT": sessions.change_password},
            "/api/devices/enrol": {"POST": sessions.enrol},
            "/api/devices/qr": {"POST": sessions.qr},
            "/api/trackers/osmand": {"GET": trackers.osmand, "POST": trackers.osmand},
            "/api/trackers/owntracks": {"POST": trackers.owntracks},
            "/api/trackers/traccar": {"POST": trackers.traccar},
            "/api/positions": {"POST": positions.take},
            "/api/paper/pack": {"GET": self._pack, "POST": self._new_pack},
            GUIDE: {"GET": self._guide},
            CERTIFICATE: {"GET": self._certificate},
            PAGE: {"GET": self._public.page},
            DATA: {"GET": self._public.data},
            "/api/map": {"GET": maps.about},
            "/api/map/tiles": {"GET": maps.piece},
            "/api/paging/gateway": {"POST": paging.gateway},
            "/api/paging/arrived": {"POST": paging.arrived},
            "/api/paging/look": {"POST": paging.look},
            "/api/paging/answer": {"POST": paging.answer},
            "/api/openapi.json": {"GET": self._openapi},
            "/api/docs": {"GET": self._docs},
        }

    def believes(self, address: str) -> bool:
        """Whether an address is one of our proxies or of the control room: no limit of strangers is for it."""
        return self.around.believes(address)

    def _guards(self, call: Call) -> Headers:
        """The guards of every answer; browsers are bound to TLS only where others vouch for the name.

        With an authority of our own a new one must be possible: a browser that was bound would show no way past the old
        one, and would not even open the guide in the clear, which has the same host."""
        return guards(secure=call.peer.secure and self.settings.tls != "own")

    def close(self) -> None:
        """End open streams and let go of the desk; once is enough."""
        if not self._closed:
            self._closed = True
            self.feed.close()
            self._exports.close()
            self._features.close()
            self._public.close()
            self.security.close()

    # ── ASGI ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await _lifespan(receive, send)
            return
        call = Call(scope, receive, self.around)
        began = time.perf_counter()
        try:
            if call.path == "/api/feed" and call.method == "GET":
                await self.feed.serve(call, send, self._guards(call))
                return
            reply = await self._answer(call)
        except Stopped as stopped:
            reply = stopped.reply
        except Gone:
            return
        except Exception as broken:
            reply = self._broken(call, broken)
        self.measures.note(call.path, reply.status, time.perf_counter() - began)
        length = (b"content-length", str(len(reply.body)).encode())
        headers = [length, *reply.headers, *self._guards(call)]
        if not any(name == b"cache-control" for name, _ in reply.headers):
            headers += FRESH
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else reply.body})

    async def _answer(self, call: Call) -> Reply:
        path = call.path
        if path.startswith("/api/commands/"):
            return await self.command(call, path[14:]) if call.method == "POST" else _method(call, "POST")
        if path.startswith("/api/views/"):
            return await self.view(call, path[11:]) if call.method in ("GET", "HEAD") else _method(call, "GET, HEAD")
        if path.startswith(UNDER):
            reads = call.method in ("GET", "HEAD")
            return await self._documents.form(call) if reads else _method(call, "GET, HEAD")
        if ours(path) or path.startswith(UNDER_EXPORTS):
            door = self._features if ours(path) else self._exports
            return await door.answer(call) if call.method in ("GET", "HEAD") else _method(call, "GET, HEAD")
        if path == "/api/feed":
            return _method(call, "GET")
        route = self._routes.get(path)
        if route is not None:
            handler = route.get("GET" if call.method == "HEAD" else call.method)
            if handler is None:
                return _method(call, ", ".join(route))
            return await handler(call)
        if path.startswith("/api/"):
            await self.security.signed_in(call)
            return call.no(404, Refusal(code="no-such-page"))
        if call.method not in ("GET", "HEAD"):
            return _method(call, "GET, HEAD")
        self.security.stranger(call)
        return await self.security.off_loop(self.pages.find, call)

    def _broken(self, call: Call, broken: Exception) -> Reply:
        """503 for what passes by itself, 500 for a bug; the log gets where it was, never the words in it."""
        passing = isinstance(broken, Rebuilding | StorageFull | Closed | TimeoutError)
        at = spot(broken.__traceback__)
        _log.error("broken", error=type(broken).__name__, at=at, door=route(call.path))
        status = 503 if passing else 500
        return call.no(status, Refusal(code="broken"), [(b"retry-after", b"2")] if passing else None)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def command(self, call: Call, name: str) -> Reply:
        """Ask for a command."""
        who = await self._asker(call)
        form = self._commands.get(name)
        raw = await call.json_body(ORDINARY if form is None else form.most)
        device = who.holder.device is not None and who.holder.kind != "token"
        if form is None:
            if (
                device
                and not who.holder.expired
                and (kept := await self._keep(call, name, raw, "unknown-command", who))
            ):
                return kept
            return self._no_such(call, "no-such-command", name)
        observes = device and self.desk.does[form.command].observation
        if who.holder.expired:
            if observes and (kept := await self._keep(call, name, raw, "token-expired", who)):
                return kept
            raise Stopped(self.security.signed_out(call, who))
        role, now = self.desk.does[form.command].role, self.desk.clock()
        if not may(role, who.ask(id="", at=now)):  # before its form: who may not ask learns nothing of it
            return await self._not_permitted(call, name, raw if observes else None, who, role)
        try:
            command, head = form.read(raw)
        except (msgspec.DecodeError, Impossible) as error:
            if observes and (kept := await self._keep(call, name, raw, "not-understood", who)):
                return kept
            return call.malformed(*unreadable(error))
        return _answered(call, await self._turns.answer(command, _envelope(who, head, now)))

    async def _not_permitted(self, call: Call, name: str, seen: bytes | None, who: Who, role: Roles) -> Reply:
        """Refuse for want of a role, in the security log; what a device has seen is kept all the same."""
        self.security.note(call, NOT_PERMITTED, who.holder, name)
        kept = None if seen is None else await self._keep(call, name, seen, "role-missing", who)
        return kept or call.no(403, not_permitted(role))

    async def _asker(self, call: Call) -> Who:
        """As `signed_in`, but a device whose token has expired comes through: what it saw is kept."""
        who = await self.security.identify(call)
        if who is None or who.holder.revoked or (who.holder.expired and who.holder.kind != "device"):
            raise Stopped(self.security.signed_out(call, who))
        self.security.within(call, who)
        if who.by_cookie:
            self.security.marked(call, who)
        if not who.holder.expired:
            self.security.used(call, who.holder)
        return who

    async def _keep(self, call: Call, name: str, raw: bytes, why: str, who: Who) -> Reply | None:
        """Set aside what cannot be decided, if it is an ask at all."""
        loose = loosely(raw, who, self.desk.clock())
        if loose is None:
            return None
        ask, command = loose
        kind = name if _NAME.fullmatch(name) else "?"  # what somebody typed stays in the locked bytes
        kept = await self.security.off_loop(lambda: self.desk.set_aside(kind=kind, raw=command, reason=why, ask=ask))
        return _answered(call, kept)

    def _no_such(self, call: Call, code: str, name: str) -> Reply:
        return call.no(404, Refusal(code=code, facts={"name": name[:100]}))

    # ── views ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def view(self, call: Call, name: str) -> Reply:
        """Show a view."""
        who = await self.security.signed_in(call)
        form = self._views.get(name)
        if form is None:
            return self._no_such(call, "no-such-view", name)
        now = self.desk.clock()
        reader = who.ask(at=now, received=now)
        role = self.desk.views[name].role
        if not may(role, reader):
            return await self._not_permitted(call, name, None, who, role)
        try:
            params = form.read(call.query())
        except (msgspec.ValidationError, Impossible) as error:
            return call.malformed(*unreadable(error))
        known = call.headers.get(b"if-none-match")
        compress = b"gzip" in call.headers.get(b"accept-encoding", b"")
        etag = known.decode("latin-1") if known else None

        def shown() -> Reply | Refusal:
            view = self.desk.encoded(name, params, reader, etag)
            if isinstance(view, Refusal):
                return view
            headers = [
                (b"etag", view.etag.encode()),
                (b"siaga-position", str(view.position).encode()),
                *(FRESH if self.desk.views[name].reveals else KEPT_BY_OWNER),
                (b"vary", b"Cookie, Authorization, Accept-Encoding"),
            ]
            if view.unchanged or (etag is not None and view.etag in etag):
                return Reply(304, b"", headers)
            body = view.body
            if compress and len(body) >= COMPRESS_FROM:
                body = self.pages.squeezed(body)
                headers.append((b"content-encoding", b"gzip"))
            return Reply(200, body, JSON + headers)

        reply = await self.security.off_loop(shown)
        if isinstance(reply, Refusal):
            return call.no(403, reply)
        return reply

    # ── about the node ───────────────────────────────────────────────────────────────────────────────────────────

    async def _health(self, call: Call) -> Reply:
        """Whether the node works: its store answers. Says nothing that a stranger may not know."""
        position = await self.security.off_loop(self.desk.position)
        body = {"status": "ok", "version": __version__, "position": position, "at": self.desk.clock()}
        return Reply(200, encode(body))

    async def _metrics(self, call: Call) -> Reply:
        """Figures for Prometheus: from the node's own machine, by a name of its own, or for an administrator.

        By another name it may be a page of somebody else's, whose name leads to this machine."""
        if not (call.peer.local and call.host_name in OWN_NAMES):
            who = await self.security.signed_in(call)
            if "administrator" not in who.holder.roles:
                self.security.note(call, NOT_PERMITTED, who.holder)
                return call.no(403, Refusal(code=NOT_PERMITTED, facts={"roles": "administrator"}))
        text = await self.security.off_loop(self.measures.text)
        return Reply(200, text, [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")])

    async def _pack(self, call: Call) -> Reply:
        """The newest print pack."""
        await self._printer(call)
        packs: Packs = self.desk.services[Packs]
        newest = await self.security.off_loop(packs.newest)
        return await self._sheet(newest) if newest else call.no(404, Refusal(code="no-pack"))

    async def _new_pack(self, call: Call) -> Reply:
        """A print pack made now."""
        who = await self._printer(call)
        if who.by_cookie:
            self.security.marked(call, who)
        packs: Packs = self.desk.services[Packs]
        return await self._sheet(await self.security.off_loop(packs.make))

    async def _printer(self, call: Call) -> Who:
        who = await self.security.signed_in(call)
        role = self.desk.does[PrintSlips].role
        if not may(role, who.ask(id="", at=self.desk.clock())):
            self.security.note(call, NOT_PERMITTED, who.holder, "paper")
            raise Stopped(call.no(403, not_permitted(role)))
        return who

    async def _sheet(self, file: Path) -> Reply:
        body = await self.security.off_loop(file.read_bytes)
        named = f'inline; filename="{file.name}"'.encode()
        return Reply(200, body, [(b"content-type", b"application/pdf"), (b"content-disposition", named)])

    async def _guide(self, call: Call) -> Reply:
        """How a tablet is set up: for everybody, since who reads it is not signed in yet."""
        self.security.stranger(call)
        return await self.security.off_loop(self.install.guide, call)

    async def _certificate(self, call: Call) -> Reply:
        """The certificate of the node's own authority: public by its nature."""
        self.security.stranger(call)
        return await self.security.off_loop(self.install.certificate, call)

    async def _openapi(self, call: Call) -> Reply:
        """The description of everything here."""
        await self.security.signed_in(call)
        if self._document is None:
            self._document = await self.security.off_loop(lambda: msgspec.json.encode(openapi.document(self.desk)))
        return Reply(200, self._document)

    async def _docs(self, call: Call) -> Reply:
        """The description as a page."""
        await self.security.signed_in(call)
        return await self.security.off_loop(self.pages.docs, call)


def _envelope(who: Who, head: AskForm, received: datetime) -> Ask:
    seen_at = seen(head.at, head.seen_at, received)
    return who.ask(id=head.id, at=head.at, seen_at=seen_at, override=head.override, received=received)


def _answered(call: Call, answer: Answer) -> Reply:
    if isinstance(answer, Accepted):
        return Reply(200, b'{"position":%d}' % answer.position)
    if isinstance(answer, Kept):
        return Reply(202, encode({"kept": answer.kept, "reason": say("http.kept", {}, call.language)}))
    if answer.later_s:  # not decided yet: devices keep it and ask again, as with a server that is away
        return call.no(503, answer, [(b"retry-after", str(answer.later_s).encode())])
    return call.no(403 if answer.code == NOT_PERMITTED else 409, answer)


def _method(call: Call, allowed: str) -> Reply:
    refusal = Refusal(code="method", facts={"method": call.method[:20]})
    return call.no(405, refusal, [(b"allow", allowed.encode())])


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


class Measures:
    """What Prometheus reads: figures of the doors and of the desk.

    Counted in plain lists; the library that writes them is imported when somebody asks, since it would take a tenth of
    a second of every start."""

    def __init__(self, desk: Desk, feed: Feed) -> None:
        self._desk, self._feed = desk, feed
        self._answers: Counter[tuple[str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def note(self, path: str, status: int, seconds: float) -> None:
        """Count an answer under its door; what a stranger typed is no name of a figure."""
        parts = path.split("/", 3)
        door = parts[2] if parts[1:2] == ["api"] and parts[2:3] and parts[2] in DOORS else "pages"
        self._answers[door, status] += 1
        self._buckets.setdefault(door, [0] * (len(BOUNDS) + 1))[bisect_left(BOUNDS, seconds)] += 1
        self._seconds[door] = self._seconds.get(door, 0.0) + seconds

    def text(self) -> bytes:
        """The figures in Prometheus' text format."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Any]:
        """Every figure, read when asked for."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        answers = CounterMetricFamily("siaga_http_answers", "HTTP answers", labels=["door", "status"])
        for (door, status), n in sorted(self._answers.items()):
            answers.add_metric([door, str(status)], n)
        yield answers
        times = HistogramMetricFamily("siaga_http_seconds", "time until an HTTP answer", labels=["door"])
        for door, counts in sorted(self._buckets.items()):
            names = [*map(str, BOUNDS), "+Inf"]
            times.add_metric([door], list(zip(names, accumulate(counts), strict=True)), self._seconds[door])
        yield times
        asks = CounterMetricFamily("siaga_desk", "what the desk counted", labels=["what"])
        for what, n in sorted(self._desk.counts.items()):
            asks.add_metric([what], n)
        yield asks
        yield GaugeMetricFamily("siaga_feed_streams", "open event streams", value=len(self._feed.clients))
        yield GaugeMetricFamily("siaga_position", "last position of the log", value=self._desk.position())


OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
DOORS = frozenset(
    {"commands", "views", "session", "devices", "trackers", "map", "paper", "documents", "paging"}
    | {"feed", "openapi.json", "docs"}
)
