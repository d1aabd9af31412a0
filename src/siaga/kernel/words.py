"""Sealing: what a person typed gets a reference and a salted digest before any rule sees it."""

import hashlib
import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from .records import Media, Personal, Told


def carries_words(cls: Any) -> bool:
    """Whether a record can hold told or personal values, at any depth."""
    return bool(_wordy(cls))


@cache
def carries_media(cls: Any) -> bool:
    """Whether a record can hold a picture or a recording, at any depth."""
    return any(_mentions(f.type, set(), Media) for f in msgspec.inspect.type_info(cls).fields)  # type: ignore[attr-defined]


@cache
def _wordy(cls: Any) -> tuple[str, ...]:
    """The fields of a record that can hold such values: the others need no look, ask after ask."""
    fields = msgspec.inspect.type_info(cls).fields  # type: ignore[attr-defined]
    return tuple(f.name for f in fields if _mentions(f.type, set()))


def _mentions(info: Any, seen: set[int], what: type[Told] = Told) -> bool:
    if isinstance(info, msgspec.inspect.CustomType):
        return issubclass(info.cls, what)
    if id(info) in seen:
        return False
    seen.add(id(info))
    if isinstance(info, msgspec.inspect.StructType):
        return any(_mentions(f.type, seen, what) for f in info.fields)
    inner = [getattr(info, name, None) for name in ("item_type", "value_type")]
    inner += [*getattr(info, "item_types", ()), *getattr(info, "types", ())]
    return any(_mentions(part, seen, what) for part in inner if part is not None)


def _mapped(value: Any, change: Callable[[Told, str], Told], path: str) -> Any:
    """The same record with every told value changed. Values of one inner record share its path: one person's."""
    if isinstance(value, Told):
        return change(value, path)
    if isinstance(value, msgspec.Struct):
        changes = {}
        for name in _wordy(type(value)):
            old = getattr(value, name)
            if old is None:
                continue
            where = path if isinstance(old, Personal) else f"{path}.{name}"
            if (new := _mapped(old, change, where)) is not old:
                changes[name] = new
        return msgspec.structs.replace(value, **changes) if changes else value
    if isinstance(value, (list, tuple)):
        return type(value)(_mapped(item, change, f"{path}.{n}") for n, item in enumerate(value))
    if isinstance(value, dict):
        return {key: _mapped(item, change, f"{path}.{key}") for key, item in value.items()}
    return value


def seal(record: Any, ask: str) -> Any:
    """The record with references: `<ask>.<n>`; personal values also name their person, `<ask>.<field path>`,
    unless the record says whose they are by a field `person`."""
    if not carries_words(type(record)):
        return record
    count = 0

    def change(word: Told, path: str) -> Told:
        nonlocal count
        if word.text is None:
            return word
        count += 1
        salt = secrets.token_hex(8)
        digest = hashlib.sha256((salt + word.text).encode()).hexdigest()[:32]
        person = (word.person or f"{ask}{path}") if isinstance(word, Personal) else ""
        return type(word)(word.text, ref=f"{ask}.{count}", digest=digest, salt=salt, person=person)

    return _mapped(record, change, "")


def blank(said: Any) -> bool:
    """Whether a word was given in which nothing is said: as good as none."""
    return isinstance(said, Told) and said.text is not None and not said.text.strip()


@cache
def must_give(cls: Any, name: str) -> bool:
    """Whether a field of a record may not be left out."""
    fields = msgspec.inspect.type_info(cls).fields  # type: ignore[attr-defined]
    return any(field.required for field in fields if field.name == name)


def strip(record: Any) -> tuple[Any, list[Told]]:
    """The record as the log holds it: references only, so that tables never learn more than a rebuild would; and the
    sealed values that still have their text."""
    found: list[Told] = []
    if not carries_words(type(record)):
        return record, found

    def bare(word: Told, _: str) -> Told:
        if word.ref and word.text is not None:
            found.append(word)
        return type(word)(ref=word.ref, digest=word.digest, person=word.person)

    return _mapped(record, bare, ""), found


def refs_of(record: Any) -> list[str]:
    """The references of a record as the log holds it."""
    found: list[str] = []
    if carries_words(type(record)):

        def note(word: Told, _: str) -> Told:
            found.extend([word.ref] if word.ref else [])
            return word

        _mapped(record, note, "")
    return found
