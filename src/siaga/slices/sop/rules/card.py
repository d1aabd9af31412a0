"""A card: a procedure as Markdown with front matter, read into its steps and checked.

The front matter (YAML between two lines of `---`) holds what the program needs: triggers, steps, review date. What
follows is for people: why it is so, drawings, sources."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Literal

import msgspec
import yaml
from msgspec import Meta

from ....kernel.fields import Code, Id

LONGEST = 60_000
"""Characters of a card."""

Who = Literal["call-taker", "dispatcher", "commander", "safety", "crew", "operator"]
Evidence = Literal["none", "note", "photo", "number"]
Moment = Literal["incident", "handover", "by-hand"]
Line = Annotated[str, Meta(min_length=1, max_length=400)]
Answer = Annotated[str, Meta(min_length=1, max_length=40)]
StepId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)(.*)\Z", re.DOTALL)


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every part of the front matter is: nothing may stand there that nobody reads."""


class Trigger(Form, frozen=True):
    """When a card opens by itself: everything that is named must hold; of a list, one.

    `types` are incident types, or their first part for all of a kind ("rescue"); `level` is the least alarm level;
    `areas` are codes of areas (kelurahan), `objects` kinds of object."""

    moment: Moment = "incident"
    types: tuple[Code, ...] = ()
    level: Annotated[int, Meta(ge=1, le=3)] = 1
    life_risk: bool = False
    areas: tuple[Code, ...] = ()
    objects: tuple[Code, ...] = ()


class When(Form, frozen=True):
    """A branch: the step counts only once an earlier step was answered so."""

    step: StepId
    answer: Answer


class Step(Form, frozen=True):
    """One thing to do: who, within how many seconds of the incident's opening, and what shows that it was done.

    `answers_en` are the `answers` in English, one for each in the same order, to be read: what is recorded and what a
    branch names is the word of `answers`."""

    id: StepId
    text: Line
    role: Who
    text_en: str = ""
    within_s: Annotated[int, Meta(ge=1, le=86_400)] | None = None
    evidence: Evidence = "none"
    unit: Annotated[str, Meta(max_length=12)] = ""
    answers: tuple[Answer, ...] = ()
    when: When | None = None
    critical: bool = False
    answers_en: tuple[Answer, ...] = ()


class Link(Form, frozen=True):
    """A document beside the card: its title, and where it lies (a reference of the service, never fetched)."""

    title: Line
    reference: Annotated[str, Meta(max_length=300)] = ""


class Template(Form, frozen=True):
    """The provincial card this one was made from, and why it differs."""

    card: Id
    version: Annotated[int, Meta(ge=1)]
    why: Annotated[str, Meta(max_length=1000)] = ""


class Front(Form, frozen=True):
    """The front matter of a card."""

    title: Annotated[str, Meta(min_length=1, max_length=120)]
    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=60)]
    title_en: Annotated[str, Meta(max_length=120)] = ""
    triggers: tuple[Trigger, ...] = ()
    review: date | None = None
    scope: Literal["city", "province"] = "city"
    template: Template | None = None
    links: tuple[Link, ...] = ()


class Card(msgspec.Struct, frozen=True):
    """A card that was read: its front matter, and the text for people."""

    front: Front
    body: str


class Problem(msgspec.Struct, frozen=True):
    """Why a card cannot be read: a code, where in the card, and the value found there."""

    code: str
    where: str
    value: str = ""


def read_card(source: str, *, kept: bool = False) -> Card | Problem:
    """The card in a text, or the first thing that is wrong with it.

    `kept`: it stands in the log already, maybe from when a key could stand twice in it; then the last one holds."""
    found = _FRONT.match(source)
    if found is None:
        return Problem("card-front-missing", "---")
    try:
        if any(
            isinstance(token, yaml.AnchorToken | yaml.AliasToken) for token in yaml.scan(found[1], yaml.CSafeLoader)
        ):
            return Problem("card-yaml-wrong", "&")  # a few lines of them can unfold into a million steps
        front = msgspec.convert(_data(found[1], once=not kept), Front, builtin_types=(date,))
    except _KeyTwice as twice:
        return Problem("card-key-twice", str(twice.line), twice.key)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        return Problem("card-yaml-wrong", f"{mark.line + 2}:{mark.column + 1}" if mark else "---")
    except msgspec.ValidationError as wrong:
        said, _, where = str(wrong).partition(" - at ")
        return Problem("card-field-wrong", where.strip("`").removeprefix("$.") or "---", said)
    except (ValueError, RecursionError):  # a day there is none of; brackets without end
        return Problem("card-yaml-wrong", "---")
    return next(_faults(front), None) or Card(front, found[2].strip())


_WORDS = ("answer", "answers", "answers_en")


class _KeyTwice(Exception):
    """A key stands twice in one place: YAML would keep the last and silently drop what the first one said."""

    def __init__(self, key: yaml.ScalarNode) -> None:
        super().__init__(key.value)
        self.key, self.line = str(key.value)[:100], key.start_mark.line + 2


def _data(text: str, *, once: bool) -> object:
    """The front matter as data; an answer is the word that stands there, also where YAML reads a number or a yes."""
    loader = yaml.CSafeLoader(text)
    try:
        top = loader.get_single_node()
        if once:
            _each_once(top)
        _as_words(top)
        return loader.construct_document(top) if top is not None else None
    finally:
        loader.dispose()


def _each_once(node: yaml.Node | None) -> None:
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _each_once(one)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise _KeyTwice(key)
                seen.add(key.value)
            _each_once(value)


def _as_words(node: yaml.Node | None) -> None:
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _as_words(one)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in _WORDS:
                for word in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    if isinstance(word, yaml.ScalarNode):
                        word.tag = "tag:yaml.org,2002:str"
            else:
                _as_words(value)


def _faults(front: Front) -> Iterator[Problem]:
    """What its form alone does not say: step names are unique, a branch asks an earlier step for one of its answers,
    and answers in English stand for each answer or for none."""
    answers: dict[str, tuple[str, ...]] = {}
    for n, step in enumerate(front.steps):
        where = f"steps[{n}]"
        if step.id in answers:
            yield Problem("card-step-twice", f"{where}.id", step.id)
        if step.when is not None and step.when.answer not in answers.get(step.when.step, ()):
            yield Problem("card-branch-wrong", f"{where}.when", f"{step.when.step}: {step.when.answer}")
        if step.answers_en and len(step.answers_en) != len(step.answers):
            found = f"{len(step.answers)} / {len(step.answers_en)}"
            yield Problem("card-answers-differ", f"{where}.answers_en", found)
        answers[step.id] = step.answers


def unknown_types(front: Front, types: Collection[str]) -> list[str]:
    """Incident types a trigger names that there are none of; the first part alone stands for a whole kind."""
    kinds = {name.partition(".")[0] for name in types}
    return [name for trigger in front.triggers for name in trigger.types if name not in types and name not in kinds]


def unknown_objects(front: Front, kinds: Collection[str]) -> list[str]:
    """Kinds of object a trigger names that there are none of."""
    return [name for trigger in front.triggers for name in trigger.objects if name not in kinds]


# ── which card applies ───────────────────────────────────────────────────────────────────────────────────────────────


class Situation(msgspec.Struct, frozen=True):
    """What triggers look at: the incident as far as it is known, and whether command is being handed over."""

    type: str | None = None
    level: int = 1
    life_risk: bool = False
    area: str | None = None
    object_kind: str | None = None
    handover: bool = False


def applies(front: Front, now: Situation) -> bool:
    """Whether one of the card's triggers holds."""
    return any(_holds(trigger, now) for trigger in front.triggers)


def _holds(trigger: Trigger, now: Situation) -> bool:
    if trigger.moment == "by-hand" or (trigger.moment == "handover" and not now.handover):
        return False
    return (
        (not trigger.types or _of_type(trigger.types, now.type))
        and now.level >= trigger.level
        and (now.life_risk or not trigger.life_risk)
        and (not trigger.areas or now.area in trigger.areas)
        and (not trigger.objects or now.object_kind in trigger.objects)
    )


def _of_type(types: tuple[str, ...], type: str | None) -> bool:
    return type is not None and (type in types or type.partition(".")[0] in types)


# ── what a city changed ──────────────────────────────────────────────────────────────────────────────────────────────


class Change(msgspec.Struct, frozen=True):
    """A step that differs from the template's: added, removed, or changed (with the names of what changed)."""

    step: str
    how: Literal["added", "removed", "changed", "moved"]
    fields: tuple[str, ...] = ()


def changes(template: Front, own: Front) -> list[Change]:
    """How the steps of a card differ from those of its template."""
    before, after = {s.id: s for s in template.steps}, {s.id: s for s in own.steps}
    found = [Change(name, "removed") for name in before if name not in after]
    kept_before, kept_after = [n for n in before if n in after], [n for n in after if n in before]
    for name, step in after.items():
        if name not in before:
            found.append(Change(name, "added"))
            continue
        fields = tuple(f for f in Step.__struct_fields__ if getattr(before[name], f) != getattr(step, f))
        if fields:
            found.append(Change(name, "changed", fields))
        elif kept_before.index(name) != kept_after.index(name):
            found.append(Change(name, "moved"))
    return found
