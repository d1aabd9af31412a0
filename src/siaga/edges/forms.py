"""What comes in by the two doors, decoded strictly: the ask with its command, the parameters of a view."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..kernel.records import ASK_ID, LONGEST_MEDIA, Ask, Command, Query, Told, decode_asked, no_text, read_json
from ..kernel.words import carries_media
from .call import ORDINARY, moment, read_error
from .security import Who

# Most requests are cleared by one look at their bytes; only what could hurt a database or a calendar is walked through.
_SUSPECT = re.compile(rb"\\u0000|(?:\\n|\\u000[aA])\"|\d{16}|\"(?:00|999)\d\d?-|T\d\d:?\d\d[:\d.,]*\"")
_ASK_ID = re.compile(ASK_ID.removesuffix("$") + r"\Z")
LARGEST = 2**63 - 1
CLOCK_SLACK = timedelta(seconds=2)  # so far ahead of ours a clock is believed


class AskForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The envelope of a command: its id (the same again is the same ask), when the person acted, when it was seen if it
    is an observation, and why they overrule. Who asks is known from the sign-in."""

    id: Annotated[str, Meta(pattern=ASK_ID)]
    at: Annotated[datetime, Meta(tz=True)]
    seen_at: Annotated[datetime, Meta(tz=True)] | None = None
    override: Told | None = None


class Loose(msgspec.Struct, frozen=True):
    """An ask of which no more is understood than that it is one."""

    ask: dict[str, Any]
    command: msgspec.Raw


class Impossible(ValueError):
    """A value of the right type that no store can hold; says where."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why


def unreadable(error: msgspec.DecodeError | Impossible) -> tuple[str, str]:
    """Field and reason of what could not be read."""
    return (error.field, error.why) if isinstance(error, Impossible) else read_error(error)


class CommandForm:
    """Decodes what is asked for one command; `most` is how many bytes it may take."""

    def __init__(self, name: str, command: type[Command]) -> None:
        self.command = command
        self.most = ORDINARY + (LONGEST_MEDIA if carries_media(command) else 0)
        self.shape = msgspec.defstruct(
            f"Asks{command.__name__}",
            [("ask", AskForm), ("command", command)],
            frozen=True,
            forbid_unknown_fields=True,
            namespace={"__doc__": f"An ask for {name}."},
        )
        self._decode = msgspec.json.Decoder(self.shape, dec_hook=decode_asked).decode

    def read(self, raw: bytes) -> tuple[Command, AskForm]:
        """The command and its envelope; raises msgspec.DecodeError or Impossible."""
        try:
            asked: Any = self._decode(raw)
        except UnicodeDecodeError as error:
            raise no_text(error) from error
        if _SUSPECT.search(raw):
            possible(asked, "")
        return asked.command, asked.ask


class ViewForm:
    """Reads the parameters of one view; what may be given several times becomes a list."""

    def __init__(self, params: type[Query]) -> None:
        self.params = params
        self._lists = {
            field.encode_name
            for field in msgspec.inspect.type_info(params).fields  # type: ignore[attr-defined]
            if _is_list(field.type)
        }

    def read(self, pairs: Sequence[tuple[str, str]]) -> Query:
        """The query; raises msgspec.ValidationError or Impossible."""
        values: dict[str, Any] = {}
        for name, value in pairs:
            if name in self._lists:
                values.setdefault(name, []).append(value)
            elif name in values:
                raise Impossible(name, f"`{name}` is given twice")
            else:
                values[name] = value
        query = msgspec.convert(values, type=self.params, strict=False, dec_hook=decode_asked)
        possible(query, "")
        return query


def _is_list(info: Any) -> bool:
    if isinstance(info, msgspec.inspect.UnionType):
        return any(_is_list(part) for part in info.types)
    kinds = (
        msgspec.inspect.ListType,
        msgspec.inspect.VarTupleType,
        msgspec.inspect.TupleType,
        msgspec.inspect.SetType,
        msgspec.inspect.FrozenSetType,
    )
    return isinstance(info, kinds)


def possible(value: Any, path: str) -> None:
    """Refuse what only fits its type: NUL characters, names that end in a line end (`$` of a pattern lets them pass),
    numbers that are none or beyond 64 bits, times nobody can place."""
    if isinstance(value, str):
        if "\x00" in value:
            raise Impossible(path, "Expected text without NUL characters")
        if value.endswith("\n"):
            raise Impossible(path, "Expected text that does not end in a line end")
    elif isinstance(value, bool | None | Told):
        return
    elif isinstance(value, float):
        if not isfinite(value):
            raise Impossible(path, "Expected a finite number")
    elif isinstance(value, int):
        if not -LARGEST <= value <= LARGEST:
            raise Impossible(path, "Expected a number of at most 64 bits")
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            raise Impossible(path, "Expected a time with its offset from UTC")
        if not 1900 <= value.year <= 9000:
            raise Impossible(path, "Expected a year between 1900 and 9000")
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            possible(getattr(value, name), f"{path}.{name}".removeprefix("."))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            possible(key, path)
            possible(item, f"{path}.{key}".removeprefix("."))
    elif isinstance(value, Sequence | set | frozenset):
        for n, item in enumerate(value):
            possible(item, f"{path}[{n}]")


def loosely(raw: bytes, who: Who, now: datetime) -> tuple[Ask, bytes] | None:
    """The ask id and the command's bytes of what is not understood any more; None if it is not even an ask."""
    try:
        loose = read_json(raw, Loose)
    except msgspec.DecodeError:
        return None
    ask = loose.ask.get("id")
    if not isinstance(ask, str) or not _ASK_ID.match(ask):
        return None
    at = moment(loose.ask.get("at")) or now
    seen_at = seen(at, moment(loose.ask.get("seen_at")), now)
    return who.ask(id=ask, at=at, seen_at=seen_at, received=now), bytes(loose.command)


def seen(at: datetime, seen_at: datetime | None, received: datetime) -> datetime | None:
    """When it was seen: not after it came, however fast the asker's clock is; what others report next would count as
    before it."""
    return received if (seen_at or at) > received + CLOCK_SLACK else seen_at
