"""Commands of the paper fallback and the rules that decide them."""

from binascii import a2b_base64
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ....kernel.fields import Code, Id
from ....kernel.records import Ask, Command, Decision, Refusal, Told
from .. import events
from . import picture

Slip = Annotated[int, Meta(ge=1, le=9_999_999)]
SHEET = 4
"""Slips on a page."""


class PrintSlips(Command, frozen=True):
    """Reserve the numbers of a pack's slips, whole pages of four: from the first that was never used."""

    pack: Id
    count: Annotated[int, Meta(ge=4, le=200, multiple_of=4)] = 8


class EnterSlip(Command, frozen=True):
    """Say that a slip was copied in as this incident; its times are those of the asks that copied them."""

    slip: Slip
    incident: Id


class VoidSlip(Command, frozen=True):
    """Say that a slip does not count, and why; no number may simply be missing."""

    slip: Slip
    reason: Told


class SetContact(Command, frozen=True):
    """Put an office or a post on the phone list, or change it."""

    contact: Id
    group: Code
    name: Told
    phone: Told | None = None
    radio: Code = ""
    note: Told | None = None


class RemoveContact(Command, frozen=True):
    """Take somebody off the phone list."""

    contact: Id


Line = Annotated[str, Meta(max_length=200)]
Pattern = Annotated[
    str,
    Meta(
        pattern=r"^([A-Za-z0-9 ./_-]|\{(number|form|month|year)\}){0,100}$",
        description="text with {number}, {form}, {month} (roman) and {year}",
    ),
]


class SetLetterhead(Command, frozen=True):
    """Say what stands at the head and foot of official papers; what it replaces stays in the log."""

    government: Line
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    address: Line
    phone: Line = ""
    emergency: Line = ""
    email: Line = ""
    site: Line = ""
    place: Line = ""
    head: Line = ""
    number: Pattern = ""
    basis: Annotated[tuple[Line, ...], Meta(max_length=12)] = ()


class SetLogo(Command, frozen=True):
    """Put the mark of the institution at the head of its papers: an SVG or PNG (base64) and what it shows, in words
    for those who cannot see it."""

    mime: Literal["image/svg+xml", "image/png"]
    content: Annotated[str, Meta(min_length=4, max_length=240_000, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]
    text: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]


class RemoveLogo(Command, frozen=True):
    """Take the mark off the papers."""


class Packs(msgspec.Struct, frozen=True):
    """The highest slip that was ever used, and the slips of this pack if it was printed already."""

    used: int
    printed: bool


class SlipKnown(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a slip (printed, copied in as an incident, void), and whether the incident asked for exists."""

    printed: bool
    incident: str | None = None
    number: str = ""
    void: bool = False
    incident_known: bool = True


def print_slips(cmd: PrintSlips, known: Packs, ask: Ask) -> Decision:
    """Numbers go on after the last used one, so that a box of unused packs wastes none."""
    if known.printed:
        return []
    return [events.SlipsPrinted(cmd.pack, known.used + 1, known.used + cmd.count)]


def enter_slip(cmd: EnterSlip, known: SlipKnown, ask: Ask) -> Decision:
    """Each slip once; the same number on two sheets is said, not guessed."""
    if not known.incident_known:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if not known.printed:
        return Refusal(code="slip-unknown", facts={"slip": cmd.slip})
    if known.incident == cmd.incident:
        return []
    if (known.incident is not None or known.void) and not ask.override:
        return Refusal(code="slip-used", facts={"slip": cmd.slip, "incident": known.number}, overridable=True)
    return [events.SlipEntered(cmd.slip, cmd.incident)]


def void_slip(cmd: VoidSlip, known: SlipKnown, ask: Ask) -> Decision:
    """A slip that was copied in is not void."""
    if not known.printed:
        return Refusal(code="slip-unknown", facts={"slip": cmd.slip})
    if known.incident is not None:
        return Refusal(code="slip-used", facts={"slip": cmd.slip, "incident": known.number})
    return [] if known.void else [events.SlipVoided(cmd.slip, cmd.reason)]


def set_contact(cmd: SetContact, known: bool, ask: Ask) -> Decision:
    """The newest entry holds."""
    return [events.ContactSet(cmd.contact, cmd.group, cmd.name, cmd.phone, cmd.radio, cmd.note)]


def remove_contact(cmd: RemoveContact, known: bool, ask: Ask) -> Decision:
    """Removing who is not there is harmless."""
    return [events.ContactRemoved(cmd.contact)] if known else []


def set_letterhead(cmd: SetLetterhead, known: events.LetterheadSet | None, ask: Ask) -> Decision:
    """Saying the same again says nothing."""
    said = events.LetterheadSet(**{name: getattr(cmd, name) for name in cmd.__struct_fields__})
    return [] if said == known else [said]


def set_logo(cmd: SetLogo, known: events.LogoSet | None, ask: Ask) -> Decision:
    """Only a drawing that stands by itself; saying the same again says nothing."""
    said = events.LogoSet(cmd.mime, cmd.content, cmd.text.strip())
    if said == known:
        return []
    try:
        content = a2b_base64(cmd.content, strict_mode=True)
    except ValueError:
        return Refusal(code="logo-broken", facts={"field": "content", "what": "base64"})
    wrong = picture.wrong_with(cmd.mime, content)
    if wrong is None:
        return [said]
    code, what = wrong
    facts = {"field": "content", "what": what}
    if code == "too-large":
        return Refusal(code="logo-too-large", facts=facts)
    if code == "element":
        return Refusal(code="logo-element", facts=facts)
    if code == "outside":
        return Refusal(code="logo-outside", facts=facts)
    return Refusal(code="logo-broken", facts=facts)


def remove_logo(cmd: RemoveLogo, known: events.LogoSet | None, ask: Ask) -> Decision:
    """Removing what is not there is harmless."""
    return [events.LogoRemoved()] if known else []
