"""Do the standards agree with each other: every id that one file uses stands in the file that owns it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

from .records import CardLevel, FieldFile, ReportFile, RunCard, Standards


class Named(Protocol):
    """A record with an id."""

    @property
    def id(self) -> str: ...


def ids(rows: Iterable[Named]) -> frozenset[str]:
    """The ids of some records."""
    return frozenset(row.id for row in rows)


def problems(s: Standards) -> Iterator[str]:
    """Every disagreement in the files, each sentence beginning with the file and the field it is about."""
    yield from _repeated(s)
    yield from _incidents(s)
    yield from _vehicles(s)
    yield from _cards(s)
    yield from _questions(s)
    yield from _advice(s)
    yield from _words(s)
    yield from _field(s)
    yield from _report(s.report)


def unknown(where: str, used: Iterable[str], owned: Collection[str], what: str) -> Iterator[str]:
    """A sentence for each id that is used but not owned."""
    for name in used:
        if name not in owned:
            yield f"{where}: there is no {what} {name}"


def card_problems(card: RunCard, s: Standards) -> Iterator[str]:
    """What is wrong with one run card, also one that a service has just edited."""
    where = f"runcards.toml, card {card.id}"
    if bool(card.types) == bool(card.kinds):
        yield f"{where}, types: name either types or kinds"
    yield from unknown(f"{where}, types", card.types, ids(s.incidents.type), "incident type")
    yield from unknown(f"{where}, kinds", card.kinds, ids(s.incidents.kind), "kind of incident")
    yield from unknown(f"{where}, areas", card.areas, ids(s.places.area), "kind of area")
    premises = [kind for kind in s.places.object if kind.group == "premises"]
    yield from unknown(f"{where}, objects", card.objects, ids(premises), "kind of premises")
    if [row.level for row in card.levels] != [1, 2, 3]:
        yield f"{where}, level: levels 1, 2 and 3 are needed, in this order"
    for row in card.levels:
        yield from _level_problems(f"{where}, level {row.level}", row, s)
    for low, high in zip(card.levels, card.levels[1:], strict=False):
        less = [name for name, count in low.units.items() if high.units.get(name, 0) < count]
        if less:
            yield f"{where}, level {high.level}, units: {', '.join(less)} fewer than at level {low.level}"
        if high.min_crew < low.min_crew:
            yield f"{where}, level {high.level}, min_crew: fewer than at level {low.level}"


def _level_problems(where: str, row: CardLevel, s: Standards) -> Iterator[str]:
    yield from unknown(f"{where}, units", row.units, ids(s.capabilities.capability), "capability")
    yield from unknown(f"{where}, crew", row.crew, ids(s.capabilities.competence), "competence")
    if row.units and not row.min_crew:
        yield f"{where}, min_crew: units need a crew"
    if any(count > row.min_crew for count in row.crew.values()):
        yield f"{where}, min_crew: fewer people than competences asked for"


def _repeated(s: Standards) -> Iterator[str]:
    tables: tuple[tuple[str, Iterable[Named]], ...] = (
        ("incidents.toml, kind", s.incidents.kind),
        ("incidents.toml, type", s.incidents.type),
        ("places.toml, area", s.places.area),
        ("places.toml, object", s.places.object),
        ("capabilities.toml, capability", s.capabilities.capability),
        ("capabilities.toml, vehicle", s.capabilities.vehicle),
        ("capabilities.toml, competence", s.capabilities.competence),
        ("runcards.toml, card", s.runcards.card),
        ("advice.toml, card", s.advice.card),
        ("questions.toml, question", s.questions.question),
        *((f"words.toml, {name}", getattr(s.words, name)) for name in s.words.__struct_fields__),
        *((f"field.toml, {name}", rows) for name, rows in _tables(s.field)),
        *((f"report.toml, {name}", rows) for name, rows in _tables(s.report)),
        *((f"report.toml, form {form.id}, field", form.fields) for form in s.report.form),
    )
    for where, rows in tables:
        for name, count in Counter(row.id for row in rows).items():
            if count > 1:
                yield f"{where} {name}, id: stands {count} times"


def _incidents(s: Standards) -> Iterator[str]:
    kinds, types = ids(s.incidents.kind), ids(s.incidents.type)
    for row in s.incidents.type:
        where = f"incidents.toml, type {row.id}"
        yield from unknown(f"{where}, kind", [row.kind], kinds, "kind of incident")
        if row.id.split(".")[0] != row.kind or "." not in row.id:
            yield f"{where}, id: must begin with its kind, {row.kind}."
        yield from unknown(f"{where}, likely_areas", row.likely_areas, ids(s.places.area), "kind of area")
        yield from unknown(f"{where}, others", row.others, ids(s.words.other_agency), "other agency")
        if any(start >= end for start, end in row.likely_hours):
            yield f"{where}, likely_hours: from must be before until; split the night in two"
        if len(set(row.search)) != len(row.search) or any(word != word.lower() for word in row.search):
            yield f"{where}, search: lower case, each word once"
        if row.land_fire and row.kind != "fire":
            yield f"{where}, land_fire: only a fire can be one"
    for code, name in s.incidents.nfirs.items():
        yield from unknown(f"incidents.toml, nfirs.{code}", [name], types, "incident type")
    for digit in "123456789":
        if digit not in s.incidents.nfirs:
            yield f"incidents.toml, nfirs.{digit}: the series has no type to fall back to"


def _vehicles(s: Standards) -> Iterator[str]:
    for row in s.capabilities.vehicle:
        where = f"capabilities.toml, vehicle {row.id}"
        yield from unknown(f"{where}, capabilities", row.capabilities, ids(s.capabilities.capability), "capability")
        if row.min_crew > row.crew:
            yield f"{where}, min_crew: more than the usual crew"
    brought = {name for row in s.capabilities.vehicle for name in row.capabilities}
    for name in sorted(ids(s.capabilities.capability) - brought):
        yield f"capabilities.toml, capability {name}: no vehicle brings it"


def _cards(s: Standards) -> Iterator[str]:
    taken: dict[tuple[str, str, str], str] = {}
    for card in s.runcards.card:
        yield from card_problems(card, s)
        for what in (*card.types, *card.kinds):
            # one key for each pair of area and object: two cards with the same key could not be told apart
            for key in [(what, a, o) for a in card.areas or ("",) for o in card.objects or ("",)]:
                if other := taken.get(key):
                    yield f"runcards.toml, card {card.id}: {' '.join(filter(None, key))} has the card {other} already"
                taken[key] = card.id
    for row in s.incidents.type:
        if (row.id, "", "") not in taken and (row.kind, "", "") not in taken:
            yield f"runcards.toml: no card for type {row.id} or kind {row.kind}"


def _questions(s: Standards) -> Iterator[str]:
    types, named = ids(s.incidents.type), ids(s.questions.question)
    yield from unknown("questions.toml, ask", s.questions.ask, types, "incident type")
    for row in s.incidents.type:
        asked = s.questions.ask.get(row.id, ())
        if not 2 <= len(asked) <= 5:
            yield f"questions.toml, ask.{row.id}: two to five questions, not {len(asked)}"
        if len(set(asked)) != len(asked):
            yield f"questions.toml, ask.{row.id}: a question stands twice"
    for type_id, asked in s.questions.ask.items():
        yield from unknown(f"questions.toml, ask.{type_id}", asked, named, "question")
    used = {name for asked in s.questions.ask.values() for name in asked}
    for name in sorted(named - used):
        yield f"questions.toml, question {name}: no type asks it"
    for question in s.questions.question:
        yield from unknown(
            f"questions.toml, question {question.id}, then.answer",
            (effect.answer for effect in question.effects),
            question.answers()[:-1],  # "unknown" must change nothing
            "answer",
        )
        where = f"questions.toml, question {question.id}, then"
        for effect in question.effects:
            yield from unknown(f"{where}.only", effect.only, types, "incident type")
            yield from unknown(f"{where}.becomes", [effect.becomes] if effect.becomes else [], types, "incident type")
            yield from unknown(f"{where}.adds", effect.adds, ids(s.capabilities.capability), "capability")
            yield from unknown(f"{where}.others", effect.others, ids(s.words.other_agency), "other agency")
            yield from unknown(
                f"{where}.advice", [effect.advice] if effect.advice else [], ids(s.advice.card), "advice card"
            )


def _advice(s: Standards) -> Iterator[str]:
    shown = {effect.advice for question in s.questions.question for effect in question.effects}
    covered: set[str] = set()
    for card in s.advice.card:
        where = f"advice.toml, card {card.id}"
        yield from unknown(f"{where}, types", card.types, ids(s.incidents.type), "incident type")
        yield from unknown(f"{where}, kinds", card.kinds, ids(s.incidents.kind), "kind of incident")
        if not card.types and not card.kinds and card.id not in shown:
            yield f"{where}: no type, kind or answer shows it"
        covered.update(card.types, card.kinds)
    for row in s.incidents.type:
        if row.id not in covered and row.kind not in covered:
            yield f"advice.toml: no card for type {row.id} or kind {row.kind}"


def _words(s: Standards) -> Iterator[str]:
    said = Counter(word for row in s.words.unit_status for word in {*row.say, row.id})
    for word, count in said.items():
        if count > 1:
            yield f"words.toml, unit_status, say: {word} means {count} statuses"


def _tables(file: FieldFile | ReportFile) -> Iterator[tuple[str, tuple[Named, ...]]]:
    """The tables of field.toml, or of report.toml, whose rows have ids."""
    for name in file.__struct_fields__:
        rows = getattr(file, name)
        if isinstance(rows, tuple):
            yield name, rows


def _field(s: Standards) -> Iterator[str]:
    f = s.field
    for row in f.sector_name:
        yield from unknown(f"field.toml, sector_name {row.id}, kind", [row.kind], ids(f.sector_kind), "kind of sector")
    for letter, count in Counter(row.letter for row in f.hazard).items():
        if count > 1:
            yield f"field.toml, hazard, letter: {letter} is the symbol of {count} dangers"
    taken = ids(s.capabilities.capability)
    for thing in f.thing:
        if thing.id in taken:
            yield f"field.toml, thing {thing.id}: is a capability already"
    if len({row.id for row in f.subject}) != 5:
        yield "field.toml, subject: the five subjects of a hand-over, each once"
    if f.span.best > f.span.most:
        yield "field.toml, span, best: more than most"
    yield from _posts(f)


def _posts(f: FieldFile) -> Iterator[str]:
    posts = ids(f.post)
    heads = [row.id for row in f.post if row.parent is None or row.ics_parent is None]
    if len(heads) != 1 or f.post[0].id != heads[0]:
        yield "field.toml, post: the first post, and no other, has no parent"
    for row in f.post[1:]:
        for parent in (row.parent, row.ics_parent):
            yield from unknown(f"field.toml, post {row.id}, parent", [parent] if parent else [], posts, "post")
    for parent_of in ({p.id: p.parent for p in f.post}, {p.id: p.ics_parent for p in f.post}):
        for row in f.post:
            yield from _in_a_circle(row.id, parent_of)
    for size, smaller in zip(f.structure, (None, *f.structure), strict=False):
        yield from unknown(f"field.toml, structure {size.id}, posts", size.posts, posts, "post")
        if smaller and (set(smaller.posts) - set(size.posts) or size.from_crews <= smaller.from_crews):
            yield f"field.toml, structure {size.id}: each is larger than the one before and holds its posts"
    if not f.structure or f.structure[0].from_crews != 0:
        yield "field.toml, structure: the first is for any number of crews"


def _in_a_circle(post: str, parent_of: Mapping[str, str | None]) -> Iterator[str]:
    seen, at = {post}, parent_of.get(post)
    while at is not None:
        if at in seen:
            yield f"field.toml, post {post}, parent: hangs below itself"
            return
        seen.add(at)
        at = parent_of.get(at)


def _report(r: ReportFile) -> Iterator[str]:
    for form in r.form:
        for field in form.fields:
            if (field.kind == "choice") != bool(field.choices):
                yield f"report.toml, form {form.id}, field {field.id}, choices: a choice has some, nothing else has"
