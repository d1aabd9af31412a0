"""The promises every slice keeps, checked for all slices at once, on the demonstration's night where it takes data."""

import ast
import inspect
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from msgspec import inspect as types

from conftest import BOTH_STORES, SATURDAY, Clock, ask
from siaga.adapters.postgres import PostgresTx
from siaga.adapters.sqlite import SqliteTx
from siaga.app import SLICES, Node, open_node
from siaga.demo import prepare
from siaga.kernel import chain
from siaga.kernel.copies import _plain
from siaga.kernel.desk import TIMER, Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Command, Event, Query, Reading, Told, decode_asked, schema_custom
from siaga.kernel.slice import Roles, Shows, Slice, primary_key
from siaga.kernel.texts import LANGUAGES, catalogue
from siaga.settings import read_settings
from siaga.slices.access.events import ROLES

HOME = Path(__file__).parents[1] / "src" / "siaga"
NOBODYS = {"door", "node", "tracker"}  # of the node itself, its doors and trackers, never of a person
EVERYBODY = frozenset({*ROLES, TIMER, *NOBODYS})
COLUMN_TYPES = {"text", "integer", "bigint", "real", "double precision"}
CODES = {  # named as somebody's told words are, but a code of ours, or what the office prints on its letters
    ("UnclearPlaceNoted", "reason"),
    ("LetterheadSet", "name"),
    ("LetterheadSet", "phone"),
}

by_slice = pytest.mark.parametrize("each", SLICES, ids=lambda s: s.name)


def modules(each: Slice) -> list[ModuleType]:
    """Every loaded module of a slice."""
    home = f"siaga.slices.{each.name}"
    return [m for name, m in sorted(sys.modules.items()) if name == home or name.startswith(home + ".")]


def classes(each: Slice, kind: type) -> set[type]:
    """The classes of a kind that a slice defines, without shared bases."""
    found = {
        value
        for module in modules(each)
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, kind) and value.__module__ == module.__name__
    }
    return {c for c in found if not any(c in other.__mro__[1:] for other in found)}


# ── the table of contents ────────────────────────────────────────────────────────────────────────────────────────


@by_slice
def test_the_table_of_contents_is_complete(each: Slice) -> None:
    assert classes(each, Event) == set(each.events)
    assert classes(each, Command) == set(each.commands)
    assert classes(each, Reading) == set(each.readings)
    assert classes(each, Query) >= {shows.params for shows in each.views.values()} - {All}


def test_wire_names_are_unique_and_in_the_form_partners_rest_on() -> None:
    names = [s.wire(c) for s in SLICES for c in (*s.events, *s.commands, *s.readings)]
    names += [f"{s.name}.{view}" for s in SLICES for view in s.views]
    assert all(re.fullmatch(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    for kind in ("events", "commands", "views"):
        own = [(s.name, getattr(c, "__name__", c)) for s in SLICES for c in getattr(s, kind)]
        assert len(own) == len(set(own))


@by_slice
def test_everything_in_it_is_documented(each: Slice) -> None:
    things = [*each.events, *each.commands, *each.readings]
    things += [shows.params for shows in each.views.values()]
    functions = [shows.view for shows in each.views.values()] + [does.decide for does in each.commands.values()]
    silent = [t.__name__ for t in things if not _own_words(t)] + [f.__name__ for f in functions if not f.__doc__]
    assert silent == []


def _own_words(cls: type) -> bool:
    return bool(cls.__doc__) and all(cls.__doc__ != base.__doc__ for base in cls.__mro__[1:])


@by_slice
def test_projections_follow_events_that_some_slice_publishes(each: Slice) -> None:
    published = {event for s in SLICES for event in s.events}
    assert set(each.projections) <= published


@by_slice
def test_roles_are_the_known_ones(each: Slice) -> None:
    asked: list[Roles] = [does.role for does in each.commands.values()]
    asked += [shows.role for shows in each.views.values()] + [takes.role for takes in each.readings.values()]
    named = {role for roles in asked for role in ((roles,) if isinstance(roles, str) else roles)}
    assert named <= EVERYBODY


@by_slice
def test_every_command_and_query_has_a_schema_for_the_outside(each: Slice) -> None:
    for kind in (*each.commands, *each.readings, *(shows.params for shows in each.views.values())):
        assert msgspec.json.schema(kind, schema_hook=schema_custom)


@by_slice
def test_commands_refuse_fields_they_do_not_have(each: Slice) -> None:
    for command in each.commands:
        with pytest.raises(msgspec.ValidationError, match=r"unknown field|missing required field"):
            msgspec.json.decode(b'{"certainly_no_such_field": 1}', type=command, dec_hook=decode_asked)


@by_slice
def test_what_is_left_due_may_be_asked_by_the_timer_and_carries_no_words(each: Slice) -> None:
    left = {
        node.args[2].func
        for module in modules(each)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Due") and len(node.args) == 3
        if isinstance(node.args[2], ast.Call)
    }
    by_name = {c.__name__: does for c, does in each.commands.items()}
    for function in left:
        role = by_name[ast.unparse(function).rsplit(".", 1)[-1]].role
        assert TIMER in ((role,) if isinstance(role, str) else role), ast.unparse(function)


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


@by_slice
def test_tables_are_named_after_their_slice(each: Slice) -> None:
    for table in (*each.tables, *each.kept_tables):
        assert table.startswith(f"{each.name}_")
    assert set(each.tables).isdisjoint(each.kept_tables)


def test_no_two_slices_have_a_table_of_the_same_name() -> None:
    names = [table for s in SLICES for table in (*s.tables, *s.kept_tables)]
    assert len(names) == len(set(names))


@by_slice
def test_kept_tables_have_a_primary_key_that_a_backup_pages_by(each: Slice) -> None:
    for table in each.kept_tables:
        assert primary_key(each.kept, table)


def columns(schema: str) -> Iterator[tuple[str, str, str]]:
    """Table, column, type of every column in a schema text."""
    for statement in schema.split(";"):
        found = re.search(r"create table (?:if not exists )?(\w+)\s*\((.*)\)\s*$", statement.strip(), re.DOTALL)
        if found is None:
            assert not statement.strip() or "create" in statement
            continue
        for part in re.split(r",(?![^(]*\))", found.group(2)):
            words = part.split()
            if words[0] not in ("primary", "unique", "foreign", "check", "constraint"):
                kind = "double precision" if words[1:3] == ["double", "precision"] else words[1]
                yield found.group(1), words[0], kind


@by_slice
def test_columns_have_types_that_mean_the_same_in_both_stores(each: Slice) -> None:
    odd = [c for c in (*columns(each.schema), *columns(each.kept)) if c[2] not in COLUMN_TYPES]
    assert odd == []


@by_slice
def test_indexes_live_and_die_with_their_table(each: Slice) -> None:
    for schema, own in ((each.schema, each.tables), (each.kept, each.kept_tables)):
        for table in re.findall(r"create (?:unique )?index (?:if not exists )?\w+ on (\w+)", schema):
            assert table in own


# ── words for people ─────────────────────────────────────────────────────────────────────────────────────────────


def refusals() -> Iterator[tuple[str, str, set[str] | None]]:
    """File, code and names of the facts of every refusal written in the kernel, the slices and the doors."""
    for file in (*HOME.glob("slices/**/*.py"), *HOME.glob("kernel/*.py"), *HOME.glob("edges/*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] == "Refusal"):
                continue
            named = {k.arg: k.value for k in node.keywords}
            code = named.get("code")
            if isinstance(code, ast.Constant):
                yield f"{file.name}:{node.lineno}", str(code.value), _names(named.get("facts"))


def _names(facts: ast.expr | None) -> set[str] | None:
    """The keys of a literal dict; None when they cannot be read from the text."""
    if facts is None:
        return set()
    if isinstance(facts, ast.Dict) and all(isinstance(k, ast.Constant) for k in facts.keys):
        return {str(k.value) for k in facts.keys if isinstance(k, ast.Constant)}
    return None


def holes(sentence: str) -> set[str]:
    """The facts a sentence wants."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_refusal_has_its_sentence_in_both_languages() -> None:
    codes = {code for _, code, _ in refusals()}
    assert len(codes) > 20
    for language in LANGUAGES:
        assert {f"refusal.{code}" for code in codes} - catalogue(language).keys() == set()


def test_every_fact_a_sentence_wants_is_given() -> None:
    wrong = [
        (where, code, language, holes(catalogue(language)[f"refusal.{code}"]) - facts)
        for where, code, facts in refusals()
        if facts is not None
        for language in LANGUAGES
        if holes(catalogue(language).get(f"refusal.{code}", "")) - facts
    ]
    assert wrong == []


def test_both_catalogues_hold_the_same_sentences_with_the_same_facts() -> None:
    indonesian, english = (catalogue(language) for language in LANGUAGES)
    assert indonesian.keys() == english.keys()
    assert [key for key in english if holes(indonesian[key]) != holes(english[key])] == []
    assert [key for key in english if not indonesian[key].strip() or not english[key].strip()] == []


# ── the demonstration's night ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module", params=BOTH_STORES)
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """The demonstration city with its two days of past, on a clock that stands; on both stores."""
    folder = tmp_path_factory.mktemp("night")
    store = "" if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    settings = read_settings({}, data=folder, store=store, vault_key_file=Path(), listen="127.0.0.1:0")
    opened = open_node(settings, clock=Clock(SATURDAY))
    prepare(opened)
    yield opened
    opened.close()


def dummy(field: types.Field) -> Any:
    """Some value a required field of a query takes."""
    kind = field.type
    while isinstance(kind, types.Metadata):
        kind = kind.type
    if isinstance(kind, types.UnionType):
        kind = kind.types[0]
    if isinstance(kind, types.IntType):
        return kind.ge or 1
    made = {types.StrType: "x", types.FloatType: 1.0, types.BoolType: False}
    if isinstance(kind, types.LiteralType):
        return kind.values[0]
    if isinstance(kind, types.DateTimeType):
        return SATURDAY.isoformat()
    if isinstance(kind, types.DateType):
        return SATURDAY.date().isoformat()
    if isinstance(kind, types.ListType | types.VarTupleType | types.SetType):
        return []
    if isinstance(kind, types.TupleType):
        return [1.0] * len(kind.item_types)
    return made[type(kind)]


def ids(desk: Desk) -> dict[str, list[str]]:
    """Real ids by the name of the field that may carry them."""
    known: dict[str, list[str]] = {}
    with desk.store.read() as tx:
        for table, column in (("dispatch_incident", "incident"), ("dispatch_unit", "unit"), ("intake_call", "call")):
            found = [row["v"] for row in tx.rows(f"select {column} as v from {table} order by 1 limit 8")]
            known[column] = found
    return known


def queries(shows: Shows, known: dict[str, list[str]]) -> Iterator[Query]:
    """Queries for a view: with dummies, and with real ids where a field is named so."""
    info = types.type_info(shows.params)
    assert isinstance(info, types.StructType)
    needed = {f.encode_name: dummy(f) for f in info.fields if f.required}
    yield msgspec.convert(needed, type=shows.params, strict=False)
    for field in info.fields:
        for real in known.get(field.encode_name, ()):
            yield msgspec.convert(needed | {field.encode_name: real}, type=shows.params, strict=False)


def shown(desk: Desk, name: str, query: Query) -> Any:
    """A view's rows as everybody at once would see them."""
    everything = ask(*EVERYBODY, actor="operator")
    return desk.show(name, query, everything)


_READ = re.compile(r"\b(?:from|join)\s+([a-z_]+)", re.IGNORECASE)
_WITH = re.compile(r"(?:with(?:\s+recursive)?|,)\s+([a-z_]+)\s*(?:\([^)]*\))?\s+as\s*\(", re.IGNORECASE)
OF_THE_DESK = {"log", "kernel_slice", "kernel_touch"}  # what the desk itself reads around a view


@by_slice
def test_a_view_names_every_table_it_reads(each: Slice, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    for adapter in (SqliteTx, PostgresTx):

        def recording(tx: Any, sql: str, real: Any = adapter.rows, **params: Any) -> Any:
            read.update(set(_READ.findall(sql)) - set(_WITH.findall(sql)))
            return real(tx, sql, **params)

        monkeypatch.setattr(adapter, "rows", recording)
    known = ids(node.desk)
    unsaid: dict[str, set[str]] = {}
    for view, shows in each.views.items():
        read.clear()
        for query in queries(shows, known):
            shown(node.desk, f"{each.name}.{view}", query)
        own = read - OF_THE_DESK if "log" not in shows.reads else read - OF_THE_DESK | {"log"}
        if "vault_erasure" in shows.reads:
            own -= {"vault_word"}  # words come with events and go with erasures; they never change in between
        if shows.reveals:
            own -= {"vault_word", "vault_person", "vault_reading"}  # computed each time, never from a copy
        if missing := own - set(shows.reads):
            unsaid[view] = missing
    assert unsaid == {}


@by_slice
def test_a_view_names_no_table_that_is_not_there(each: Slice, node: Node) -> None:
    there = {t for s in node.desk.slices for t in (*s.tables, *s.kept_tables)} | {"log"}
    for shows in each.views.values():
        assert set(shows.reads) <= there


@by_slice
def test_a_view_shows_the_same_twice_and_can_be_encoded(each: Slice, node: Node) -> None:
    known = ids(node.desk)
    for view, shows in each.views.items():
        for query in queries(shows, known):
            first, second = (shown(node.desk, f"{each.name}.{view}", query) for _ in range(2))
            assert msgspec.json.encode(first.rows, enc_hook=_plain) == msgspec.json.encode(second.rows, enc_hook=_plain)


def pictures(desk: Desk) -> dict[str, Any]:
    """Every derived table, and every view of every slice with real ids."""
    seen: dict[str, Any] = {}
    with desk.store.read() as tx:
        for s in desk.slices:
            for table in s.tables:
                rows = tx.rows(f"select * from {table}")
                seen[table] = sorted(rows, key=lambda row: str(list(row.values())))
    known = ids(desk)
    for s in SLICES:
        for view, shows in s.views.items():
            for query in queries(shows, known):
                answer = shown(desk, f"{s.name}.{view}", query)
                seen[f"{s.name}.{view} {query}"] = msgspec.json.encode(answer.rows, enc_hook=_plain)
    return seen


def test_after_a_rebuild_every_table_and_every_view_is_as_before(node: Node) -> None:
    before = pictures(node.desk)
    assert len(before["dispatch_unit"]) > 20
    assert before["dispatch_incident"]
    node.desk.rebuild()
    after = pictures(node.desk)
    assert {name for name in before if before[name] != after[name]} == set()


def test_the_nights_log_verifies(node: Node) -> None:
    with node.desk.store.read() as tx:
        verdict = chain.verify(tx)
    assert verdict.positions > 300
    assert verdict.broken_at is None


def test_no_words_of_the_night_stand_in_the_log_or_in_a_derived_table(node: Node) -> None:
    with node.desk.store.read() as tx:
        told = {row["value"] for row in tx.rows("select value from vault_word where sort = 'told'") if row["value"]}
        long_ones = [words for words in told if len(words) > 12]
        assert long_ones
        held = [str(row) for row in tx.rows("select body from log")]
        for s in SLICES:
            for table in s.tables:
                held += [str(list(row.values())) for row in tx.rows(f"select * from {table}")]
    whole = "\n".join(held)
    assert [words for words in long_ones if words in whole] == []


def test_events_hold_words_only_by_reference() -> None:
    """A command's told field must not become a plain text field of an event of the same name."""
    plain = []
    for s in SLICES:
        told = {f for c in s.commands for f in _fields(c, told=True)}
        plain += [(e.__name__, f) for e in s.events for f in _fields(e, told=False) & told]
    assert set(plain) <= CODES


def _fields(cls: type, *, told: bool) -> set[str]:
    info = types.type_info(cls)
    assert isinstance(info, types.StructType)
    return {f.name for f in info.fields if _mentions(f.type) == told and _mentions(f.type, str) != told}


def _mentions(kind: Any, what: type = Told) -> bool:
    if isinstance(kind, types.CustomType):
        return issubclass(kind.cls, what)
    if isinstance(kind, types.StrType):
        return what is str
    inner = [*getattr(kind, "types", ()), getattr(kind, "item_type", None)]
    return any(_mentions(part, what) for part in inner if part is not None)
