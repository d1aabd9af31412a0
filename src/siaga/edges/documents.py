"""Printed papers over HTTP: a form or an official paper of an incident, a paper of a period; a PDF made now."""

import re

from ..documents import forms, papers
from ..kernel.desk import Desk
from ..kernel.records import NOT_PERMITTED, Refusal
from ..kernel.texts import Language
from .call import Call, Reply, Stopped
from .limits import PRINTS
from .security import Security, Who

UNDER = "/api/documents/"
_PATH = re.compile(r"(?P<of>incidents|periods)/(?P<subject>[^/]{1,100})/(?P<form>[a-z0-9-]{1,40})\.pdf")


class Documents:
    """The door of the forms: roles as the views they are filled from; setting one costs a process, so not in a loop."""

    def __init__(self, desk: Desk, security: Security) -> None:
        self._desk, self._security = desk, security

    async def form(self, call: Call) -> Reply:
        """`/api/documents/incidents/{incident}/{form}.pdf`; forms take `?bahasa=en`, and `?pelapor=1` for who called.
        `/api/documents/periods/{period}/{form}.pdf`: a day, a month, a quarter (2026-Q4) or a year.

        Official papers are Indonesian and name no caller, whatever is asked."""
        who = await self._security.signed_in(call)
        named = _PATH.fullmatch(call.path.removeprefix(UNDER))
        if named is None or (named["of"] == "periods") != (named["form"] in papers.PERIODS):
            return self._no_such(call, named)
        self._not_in_a_loop(call, who)
        asked = dict(call.query())
        wanted = asked.get("bahasa")
        language: Language = call.language if wanted not in ("id", "en") else "en" if wanted == "en" else "id"
        now = self._desk.clock()
        reader = who.ask(at=now, received=now)
        subject, form, callers = named["subject"], named["form"], asked.get("pelapor") == "1"

        def printed() -> bytes | Refusal:
            if form in papers.PAPERS or form in papers.PERIODS:
                return papers.pdf_of(self._desk, form, subject, reader)
            return forms.pdf_of(self._desk, form, subject, reader, language, callers=callers)

        made = await self._security.off_loop(printed)
        if isinstance(made, Refusal):
            return self._refused(call, who, made)
        shown = f'inline; filename="{form}.pdf"'.encode()
        return Reply(200, made, [(b"content-type", b"application/pdf"), (b"content-disposition", shown)])

    def _no_such(self, call: Call, named: re.Match[str] | None) -> Reply:
        """No such address; a form that is not of what was asked for is named with those that are."""
        if named is None:
            return call.no(404, Refusal(code="no-such-page"))
        there = papers.PERIODS if named["of"] == "periods" else (*forms.FORMS, *papers.PAPERS)
        return call.no(404, Refusal(code="no-such-form", facts={"form": named["form"], "forms": ", ".join(there)}))

    def _not_in_a_loop(self, call: Call, who: Who) -> None:
        wait = self._security.limits.take(f"prints {who.holder.kind} {who.holder.actor}", PRINTS)
        if wait:
            raise Stopped(call.later("too-many", wait))

    def _refused(self, call: Call, who: Who, refusal: Refusal) -> Reply:
        if refusal.code == NOT_PERMITTED:
            self._security.note(call, NOT_PERMITTED, who.holder, "documents")
            return call.no(403, refusal)
        return call.no(404, refusal)
