"""The words every slice speaks: commands, events, queries, asks, refusals, and what a person typed."""

import re
from binascii import a2b_base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

import msgspec

NOT_PERMITTED = "not-permitted"
Share = Literal["none", "partner", "region"]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
LONGEST_TOLD = 4000
LONGEST_MEDIA = 1_600_000
ASK_ID = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$"


def wire_name(cls: type) -> str:
    """`NoteAdded` is written `note-added`."""
    return _CAMEL.sub("-", cls.__name__).lower()


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A wish, imperative. Defaults are not written, so that a field added later changes no digest of an older ask."""


class Event(msgspec.Struct, frozen=True):
    """A fact, past tense. `share` says who outside this node may receive it."""

    share: ClassVar[Share] = "none"


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that is replaced, not remembered, such as where something is now."""


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a view may be asked for."""


class Told:
    """What a person typed freely: the log holds a reference and a salted digest, the vault holds the text."""

    __slots__ = ("digest", "person", "ref", "salt", "text")
    longest: ClassVar[int] = LONGEST_TOLD
    form: ClassVar[str] = r"^[^\x00]*$"

    def __init__(self, text: str | None = None, *, ref: str = "", digest: str = "", salt: str = "", person: str = ""):
        self.text, self.ref, self.digest, self.salt, self.person = text, ref, digest, salt, person

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Told) or type(self) is not type(other):
            return False
        return self.ref == other.ref if self.ref and other.ref else self.text == other.text

    def __hash__(self) -> int:
        return hash(self.ref or self.text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ref or '…'})"  # never the text: reprs end in logs


class Personal(Told):
    """A value about a person: encrypted with that person's key, every read is logged."""

    __slots__ = ()


class Media(Personal):
    """A small picture or recording in which people may be, as base64: kept, read and erased as other personal values,
    each under a key of its own."""

    __slots__ = ()
    longest = LONGEST_MEDIA
    form = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$"


class Secret:
    """A password or token on its way in: never logged, never shown."""

    __slots__ = ("text",)
    longest: ClassVar[int] = LONGEST_TOLD
    form: ClassVar[str] = Told.form

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "Secret(…)"


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """The envelope of a command: who, when, and why they overrule. `at` is the asker's clock, `received` ours."""

    id: str
    at: datetime
    actor: str
    roles: frozenset[str]
    agency: str = ""
    device: str | None = None
    seen_at: datetime | None = None
    override: Told | None = None
    received: datetime | None = None

    @property
    def when(self) -> datetime:
        """When it happened, as far as the asker knows."""
        return self.seen_at or self.at

    @property
    def now(self) -> datetime:
        """When this node got it: what rules count from when they plan ahead."""
        return self.received or self.at


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A reasoned no, as a value; the edge renders the reason in the reader's language from code and facts."""

    code: str
    facts: Mapping[str, Any] = {}
    overridable: bool = False
    later_s: int = 0
    """Not now: ask the same again after so many seconds, it may well be answered then."""


class Due(msgspec.Struct, frozen=True):
    """A command the kernel's timer asks at a time, once. `id` is deterministic: after `due/` it is the ask's id.

    No asker outside may use that form, so nobody can take a due entry's place before its time."""

    id: str
    at: datetime
    command: Command


Decision = list[Event | Due] | list[Event] | list[Any] | Refusal


class Accepted(msgspec.Struct, frozen=True):
    """Recorded; everything the ask caused is in the log up to this position."""

    position: int


class Kept(msgspec.Struct, frozen=True):
    """Neither accepted nor refused: set aside with its bytes until a person decides."""

    kept: str


Answer = Accepted | Refusal | Kept


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the log, decoded: the event and the circumstances of its ask."""

    position: int
    kind: str
    event: Event | None
    ask: str
    command: str
    at: datetime
    seen_at: datetime | None
    recorded: datetime
    actor: str
    agency: str
    device: str | None
    stamp: str
    """`when`, as tables write it."""
    origin: str | None = None
    origin_position: int | None = None

    @property
    def when(self) -> datetime:
        """When it happened: as seen if somebody saw it, else as asked."""
        return self.seen_at or self.at


def written(moment: datetime) -> str:
    """UTC, microseconds, offset: one form, so that text sorts as time does."""
    # msgspec writes a time twenty times as quickly as Python, with Z and without microseconds that are none
    text: str = msgspec.to_builtins(moment if moment.tzinfo is UTC else moment.astimezone(UTC))
    return f"{text[:26]}+00:00" if moment.microsecond else f"{text[:19]}.000000+00:00"


def read_time(text: str) -> datetime:
    """The inverse of `written`."""
    return datetime.fromisoformat(text)


def encode_custom(value: Any) -> Any:
    """msgspec hook for log and digest: references instead of words."""
    if isinstance(value, Told):
        body = {"ref": value.ref, "digest": value.digest}
        return body | {"person": value.person} if value.person else body
    raise NotImplementedError(f"{type(value).__name__} cannot be written")


def decode_logged(kind: type, value: Any) -> Any:
    """msgspec hook for the log."""
    if issubclass(kind, Told):
        return kind(ref=value["ref"], digest=value["digest"], person=value.get("person", ""))
    raise NotImplementedError(f"{kind.__name__} cannot be read")


def decode_asked(kind: type, value: Any) -> Any:
    """msgspec hook for what comes in from outside: text only, never a reference to somebody else's words."""
    if not isinstance(value, str):
        raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
    if not issubclass(kind, Told | Secret):
        raise NotImplementedError(f"{kind.__name__} cannot be asked")
    if len(value) > kind.longest:
        raise ValueError(f"Expected at most {kind.longest} characters")
    if "\x00" in value:
        raise ValueError("Expected text without NUL characters")
    if issubclass(kind, Media):
        _check_base64(value)
    return kind(value)


def read_json(raw: bytes, kind: Any = Any) -> Any:
    """What came from outside. Raises msgspec.DecodeError, also for bytes that are no text and for endless nesting."""
    try:
        return msgspec.json.decode(raw, type=kind, dec_hook=decode_asked)
    except UnicodeDecodeError as error:
        raise no_text(error) from error
    except RecursionError as error:
        raise msgspec.DecodeError("Nested too deeply") from error


def no_text(error: UnicodeDecodeError) -> msgspec.DecodeError:
    """Bytes that are no text, as any other complaint of a decoder."""
    return msgspec.DecodeError(f"Expected text in UTF-8: {error.reason}")


def _check_base64(value: str) -> None:
    try:
        content = a2b_base64(value, strict_mode=True)
    except ValueError as error:
        raise ValueError("Expected base64") from error
    if not content:
        raise ValueError("Expected some content")


def schema_custom(kind: type) -> dict[str, Any]:
    """msgspec hook for JSON Schema: outside, words are plain text."""
    if not issubclass(kind, Told | Secret):
        raise NotImplementedError(kind.__name__)
    text = {"type": "string", "maxLength": kind.longest, "pattern": kind.form}
    if issubclass(kind, Media):
        text["contentEncoding"] = "base64"
    return text | {"format": "password"} if issubclass(kind, Secret) else text
