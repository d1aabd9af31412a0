"""OGC API Features over HTTP, read-only: exact for who is signed in, coarse for everybody where the node says so."""

import re
from collections.abc import Callable
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from ..exports import features_about as about
from ..exports.features import COLLECTIONS, Asked, Feature, Page, Unclear, item, items, read
from ..exports.source import Around, around
from ..kernel.desk import Desk
from ..kernel.records import NOT_PERMITTED, Ask, Refusal
from ..settings import Settings
from .aside import Aside
from .call import Call, Headers, Reply, Stopped, encode
from .limits import MAPS, OPEN
from .security import Security, Who

FEATURES = "/api/features"
_ITEMS = re.compile(r"/collections/(?P<id>[a-z]{1,20})(?P<items>/items(?:/(?P<item>[A-Za-z0-9._:-]{1,100}))?)?/?")


def ours(path: str) -> bool:
    """Whether a path belongs here."""
    return path == FEATURES or path.startswith(FEATURES + "/")


class Features:
    """The doors under /api/features."""

    def __init__(self, desk: Desk, settings: Settings, security: Security) -> None:
        self._desk, self._settings, self._security = desk, settings, security
        self._aside = Aside("features", threads=2, most=40)

    def close(self) -> None:
        """Begin nothing more."""
        self._aside.close()

    async def answer(self, call: Call) -> Reply:
        """Any of them."""
        who = await self._who(call)
        base, rest = self._base(call), call.path.removeprefix(FEATURES)
        reader = None if who is None else who.ask(at=self._desk.clock(), received=self._desk.clock())
        named = _ITEMS.fullmatch(rest)
        if named is None or not named["items"]:
            self._only_json(call)
            return await self._about(call, base, rest, named["id"] if named else "", reader, who)
        if named["id"] not in COLLECTIONS:
            return call.no(404, Refusal(code="no-such-page"))
        if named["item"]:
            return await self._item(call, base, (named["id"], named["item"]), reader, who)
        return await self._items(call, base, named["id"], reader, who)

    async def _item(self, call: Call, base: str, of: tuple[str, str], reader: Ask | None, who: Who | None) -> Reply:
        self._only_json(call)
        one: Feature | Refusal | None = await self._aside.do(call, item, self._desk, *of, reader)
        if one is None:
            return call.no(404, Refusal(code="no-such-page"))
        body = one if isinstance(one, Refusal) else about.feature(base, of[0], one)
        return self._told(call, who, body, lambda: body, about.GEOJSON)

    async def _items(self, call: Call, base: str, id: str, reader: Ask | None, who: Who | None) -> Reply:
        pairs = call.query()
        try:
            asked: Asked = read(pairs)
            found: Page | Refusal = await self._aside.do(call, items, self._desk, id, asked, reader)
        except Unclear as unclear:
            raise Stopped(call.malformed(unclear.field, unclear.why)) from unclear

        def page() -> dict[str, Any]:
            assert isinstance(found, Page)
            following = [(name, value) for name, value in pairs if name != "after"] + [("after", found.after)]
            at = self._desk.clock().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            return about.page(base, id, found, urlencode(pairs), urlencode(following), at)

        return self._told(call, who, found, page, about.GEOJSON)

    async def _about(self, call: Call, base: str, rest: str, id: str, reader: Ask | None, who: Who | None) -> Reply:
        eyes = reader or self._node()
        where: Around | Refusal = await self._aside.do(call, around, self._desk, eyes)
        if isinstance(where, Refusal):
            return self._told(call, who, where, dict, about.JSON)
        pages: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
            "": (lambda: about.landing(base, where), about.JSON),
            "/conformance": (about.conformance, about.JSON),
            "/api": (lambda: about.api(base, self._settings.open_data == "yes"), about.OPENAPI),
            "/collections": (lambda: about.collections(base, where), about.JSON),
        } | {f"/collections/{c}": (lambda c=c: about.collection(base, c, where), about.JSON) for c in COLLECTIONS}
        found = pages.get(rest.rstrip("/"))
        if found is None:
            return call.no(404, Refusal(code="no-such-page"))
        return self._told(call, who, {}, *found)

    def _told(self, call: Call, who: Who | None, found: Any, body: Callable[[], Any], kind: str) -> Reply:
        if not isinstance(found, Refusal):
            more: Headers = [(b"content-type", kind.encode())]
            if who is None:  # the same for everybody, and of a week ago
                more.append((b"cache-control", b"public, max-age=600"))
            return Reply(200, encode(body()), more)
        if found.code == NOT_PERMITTED and who is not None:
            self._security.note(call, NOT_PERMITTED, who.holder, "features")
        return call.no(403, found)

    async def _who(self, call: Call) -> Who | None:
        """Who is signed in; None is everybody, where this node is open to everybody."""
        named = b"authorization" in call.headers or b"cookie" in call.headers
        if named or self._settings.open_data != "yes":
            who = await self._signed_in(call)
            self._slowly(call, f"maps {who.holder.kind} {who.holder.actor}", MAPS)
            return who
        self._security.stranger(call)
        if not call.peer.own:
            self._slowly(call, f"open {call.peer.address}", OPEN)
        return None

    async def _signed_in(self, call: Call) -> Who:
        """As everywhere; also by HTTP Basic with a token as the password, which map programs can keep."""
        if not call.header(b"authorization").lower().startswith("basic "):
            return await self._security.signed_in(call)
        who = await self._security.basic(call)
        if who is None or who.holder.revoked or who.holder.expired:
            raise Stopped(self._security.signed_out(call, who))
        self._security.within(call, who)
        self._security.used(call, who.holder)
        return who

    def _slowly(self, call: Call, name: str, rate: Any) -> None:
        wait = self._security.limits.take(name, rate)
        if wait:
            raise Stopped(call.later("too-many", wait))

    def _only_json(self, call: Call) -> None:
        for name, value in call.query():
            if (name, value) != ("f", "json"):
                raise Stopped(call.malformed(name[:40], "there is no such parameter here"))

    def _base(self, call: Call) -> str:
        """The address clients follow our links by."""
        if self._settings.address:
            return self._settings.address.rstrip("/") + FEATURES
        if not call.host:
            raise Stopped(call.malformed("host", "Expected the name of a host"))
        return f"{'https' if call.peer.secure else 'http'}://{call.host}{FEATURES}"

    def _node(self) -> Ask:
        now = self._desk.clock()
        return Ask(id="open-data", at=now, received=now, actor="node", roles=frozenset({"reporter"}))
