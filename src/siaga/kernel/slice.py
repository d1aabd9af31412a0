"""Slice: a capability's table of contents."""

import hashlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.abc import InspectLoader
from types import CodeType, ModuleType
from typing import Any, TypeVar

from .held import Held
from .records import Ask, Command, Decision, Entry, Event, Query, Reading, wire_name
from .storage import Tx
from .vault import Vault

T = TypeVar("T")
Roles = str | tuple[str, ...]
_TABLE = re.compile(r"create table (?:if not exists )?(\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class Does:
    """How one command is answered: who may ask, what the rule must know, the rule.

    `keep` writes kept tables in the deciding transaction (never replayed); `prepare` does slow work before the
    writer's turn, such as hashing a password; an `observation` of an enrolled device is never dropped."""

    role: Roles
    load: Callable[[Tx, Any], Any] | Callable[[Tx, Any, Ask], Any]
    decide: Callable[[Any, Any, Ask], Decision]
    keep: Callable[[Tx, Any, Ask], None] | None = None
    prepare: Callable[[Any], Any] | None = None
    observation: bool = False

    @cached_property
    def loads_with_ask(self) -> bool:
        """Whether `load` also wants the ask."""
        return len(inspect.signature(self.load).parameters) == 3


@dataclass(frozen=True)
class Shows:
    """How one view is answered: who may look, its query, its function, the tables it reads.

    `live` views depend on more than tables (the engine) and are computed, not cached; views that `reveals` read
    the vault and leave a line in its reading log; `scoped` ones differ with who reads."""

    role: Roles
    params: type[Query]
    view: Callable[..., Any]
    reads: tuple[str, ...] = ()
    live: bool = False
    reveals: bool = False
    scoped: bool = False

    @cached_property
    def looks(self) -> bool:
        """Whether the view also wants to know who looks, and the services."""
        return len(inspect.signature(self.view).parameters) == 3


@dataclass(frozen=True)
class Takes:
    """How one reading is taken in: who may send it, where it is kept. Returns False for what was dropped."""

    role: Roles
    take: Callable[[Tx, Any, Ask], bool]


@dataclass(frozen=True)
class Follows:
    """A follower: acts on entries after commit, at least once, from its own cursor."""

    name: str
    act: Callable[[Sequence[Entry]], None]


@dataclass(frozen=True)
class Look:
    """Who looks, and the services (the road network, the search index) the app lends to views."""

    reader: Ask
    services: Mapping[type, Any]
    vault: Vault | None = None
    findings: Held = field(default_factory=Held)

    def held(self, tx: Tx, name: str, tables: Sequence[str], make: Callable[[Tx], T]) -> T:
        """What `make` works out from these tables, kept until one of them changes; it must not be altered."""
        if self.vault is not None:  # a view that reveals looks from the writer's turn, where changes are not marked yet
            return make(tx)
        return self.findings.get(tx, name, tables, make)

    def reveal(self, tx: Tx, refs: Mapping[str, str | None], purpose: str) -> dict[str, str | None]:
        """Personal values by name, for a view that `reveals`; who read them is logged."""
        if self.vault is None:
            raise PermissionError("this view does not say that it reveals")
        return self.vault.reveal(tx, refs, self.reader, purpose)

    def use(self, kind: type[T]) -> T:
        """The service of that type."""
        found: T = self.services[kind]
        return found


@dataclass(frozen=True)
class Slice:
    """What one capability holds. Everything a newcomer wants to find starts here."""

    name: str
    events: tuple[type[Event], ...] = ()
    commands: Mapping[type[Command], Does] = field(default_factory=dict)
    projections: Mapping[type[Event], Callable[[Tx, Any, Entry], None]] = field(default_factory=dict)
    views: Mapping[str, Shows] = field(default_factory=dict)
    readings: Mapping[type[Reading], Takes] = field(default_factory=dict)
    schema: str = ""
    kept: str = ""
    followers: tuple[Follows, ...] = ()
    folds: tuple[ModuleType, ...] = ()
    """Pure modules whose meaning stands in derived tables: when one changes, the slice plays the log again."""

    def wire(self, cls: type) -> str:
        """The name of a command, event or reading outside Python."""
        return f"{self.name}.{wire_name(cls)}"

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Derived tables, dropped and replayed at a rebuild."""
        return tuple(_TABLE.findall(self.schema))

    @cached_property
    def kept_tables(self) -> tuple[str, ...]:
        """Tables a rebuild never touches."""
        return tuple(_TABLE.findall(self.kept))

    @cached_property
    def fingerprint(self) -> str:
        """Changes when the schema or the meaning of the tables' code changes, not with comments or formatting, and when
        Python's own version does, which compiles it."""
        known = hashlib.sha256(" ".join(self.schema.split()).encode())
        homes = {function.__module__ for function in self.projections.values()}
        parts = {home.rsplit(".tables", 1)[0] + ".tables." for home in homes if ".tables" in home}
        homes |= {name for name in sys.modules if name.startswith(tuple(parts))}
        homes |= {module.__name__ for module in self.folds}
        for home in sorted(homes):
            known.update(repr(_meaning(_code_of(home))).encode())
        return known.hexdigest()[:16]


def _code_of(name: str) -> CodeType:
    """The compiled code of a module, as Python keeps it beside the source: reading that takes a tenth of parsing."""
    module = sys.modules[name]
    loader = module.__spec__.loader if module.__spec__ else None
    code = loader.get_code(name) if isinstance(loader, InspectLoader) else None
    return code or compile(inspect.getsource(module), name, "exec", dont_inherit=True)


def _meaning(part: Any) -> Any:
    """What code does, without the lines it stands on; sets in one order."""
    if isinstance(part, CodeType):
        names = (part.co_name, part.co_names, part.co_varnames, part.co_freevars, part.co_cellvars)
        takes = (part.co_argcount, part.co_posonlyargcount, part.co_kwonlyargcount, part.co_flags)
        return part.co_code, part.co_exceptiontable, names, takes, _meaning(part.co_consts)
    if isinstance(part, tuple):
        return tuple(_meaning(one) for one in part)
    if isinstance(part, frozenset):
        return sorted(repr(_meaning(one)) for one in part)
    return part


def primary_key(schema: str, table: str) -> tuple[str, ...]:
    """The columns of a table's primary key, as its schema says; every kept table has one, a backup pages by it."""
    found = re.search(rf"create table (?:if not exists )?{table}\s*\((.*?)(?:;|\Z)", schema, re.IGNORECASE | re.DOTALL)
    body = found.group(1) if found else ""
    if several := re.search(r"primary key\s*\(([^)]*)\)", body, re.IGNORECASE):
        return tuple(column.strip() for column in several.group(1).split(","))
    if one := re.search(r"(\w+)\s+\w+\s+(?:not null\s+)?primary key", body, re.IGNORECASE):
        return (one.group(1),)
    raise LookupError(f"{table} has no primary key")


def may(roles: Roles, reader: Ask) -> bool:
    """Whether one of the roles is held."""
    return roles in reader.roles if isinstance(roles, str) else not reader.roles.isdisjoint(roles)
