"""Cards: loads of what the rules must know, and the views of the library."""

from datetime import date
from functools import lru_cache

import msgspec

from .... import standards
from ....kernel.fields import Id
from ....kernel.records import Ask, Query
from ....kernel.slice import Look
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from .. import rules
from ..rules.card import Card, Change, Front, Link, Problem, Step, Trigger, changes, read_card


@lru_cache(512)
def _saved(source: str) -> Card:
    """A card that stands in the log, so that it could be read when it was saved; the same few are read again and
    again."""
    card = read_card(source, kept=True)
    if isinstance(card, Problem):
        raise ValueError(f"a saved card cannot be read: {card.code} at {card.where}")
    return card


def front(source: str) -> Front:
    """The front matter of a saved card."""
    return _saved(source).front


def body(source: str) -> str:
    """The text for people of a saved card."""
    return _saved(source).body


def _version(tx: Tx, card: str, version: int) -> Row | None:
    rows = tx.rows("select * from sop_version where card = :c and version = :v", c=card, v=version)
    return rows[0] if rows else None


def _card(tx: Tx, card: str) -> Row | None:
    rows = tx.rows("select * from sop_card where card = :c", c=card)
    return rows[0] if rows else None


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def saving(tx: Tx, cmd: rules.SaveCard) -> rules.Saving:
    """What a new version is compared with."""
    there = _card(tx, cmd.card)
    last = _version(tx, cmd.card, there["latest"]) if there else None
    card = read_card(cmd.source)
    known, differs = True, False
    if isinstance(card, Card) and card.front.template is not None:
        base = _version(tx, card.front.template.card, card.front.template.version)
        known = base is not None and base["published_at"] is not None
        differs = base is not None and bool(changes(front(base["source"]), card.front))
    return rules.Saving(
        version=there["latest"] if there else 0,
        source=last["source"] if last else "",
        card=card,
        types=frozenset(standards.incident_types()),
        objects=frozenset(kind.id for kind in standards.standards().places.object),
        template=known,
        differs=differs,
    )


def version(tx: Tx, cmd: rules.ApproveCard | rules.PublishCard) -> rules.VersionKnown | None:
    """What is known of a version."""
    row, there = _version(tx, cmd.card, cmd.version), _card(tx, cmd.card)
    if row is None or there is None:
        return None
    return rules.VersionKnown(
        author=row["author"],
        approved=row["approved_at"] is not None,
        published=there["holds"] == cmd.version,
        readers=tuple(row["readers"].split()),
    )


def holds(tx: Tx, cmd: rules.WithdrawCard) -> bool | None:
    """Whether a version of the card holds; None: no such card."""
    there = _card(tx, cmd.card)
    return None if there is None else there["holds"] is not None


def read_before(tx: Tx, cmd: rules.ConfirmRead, ask: Ask) -> bool | None:
    """Whether who asks has confirmed it before; None: that version never held."""
    row = _version(tx, cmd.card, cmd.version)
    if row is None or row["published_at"] is None:
        return None
    return bool(
        tx.rows(
            "select 1 as x from sop_read where card = :c and version = :v and account = :a",
            c=cmd.card,
            v=cmd.version,
            a=ask.actor,
        )
    )


# ── views ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class CardRow(msgspec.Struct, frozen=True):
    """A card of the library: what holds, what is newer, when it is to be reviewed, and who has read it.

    `reads` counts accounts that confirmed the version that holds; `changed` the steps that differ from the template."""

    card: str
    title: str
    title_en: str
    scope: str
    latest: int
    holds: int | None
    state: str
    review: date | None
    template: str | None
    changed: int
    reads: int
    readers: tuple[str, ...]
    at: str
    author: str


class VersionRow(msgspec.Struct, frozen=True):
    """A version of a card and what became of it."""

    version: int
    at: str
    author: str
    approved_at: str | None
    approved_by: str | None
    published_at: str | None


class CardShown(msgspec.Struct, frozen=True):
    """One version of a card, whole: as data, as text for people, and as the Markdown it was written in."""

    card: str
    version: int
    holds: int | None
    title: str
    title_en: str
    scope: str
    review: date | None
    triggers: tuple[Trigger, ...]
    steps: tuple[Step, ...]
    links: tuple[Link, ...]
    body: str
    source: str
    template: str | None
    template_version: int | None
    why: str
    changes: tuple[Change, ...]
    versions: tuple[VersionRow, ...]
    withdrawn: str | None = None


class CardQuery(Query, frozen=True):
    """One card, in the version named (0: the latest)."""

    card: Id
    version: int = 0


class ToRead(msgspec.Struct, frozen=True):
    """A version that the reader must read again."""

    card: str
    version: int
    title: str
    title_en: str
    published_at: str


def _changes(tx: Tx, own: Front) -> tuple[Change, ...]:
    if own.template is None:
        return ()
    base = _version(tx, own.template.card, own.template.version)
    return tuple(changes(front(base["source"]), own)) if base else ()


def _state(row: Row) -> str:
    if row["holds"] == row["latest"]:
        return "published"
    if row["withdrawn_at"] is not None:
        return "withdrawn"
    if row["holds"] is not None:
        return "revised"
    return "approved" if row["approved_at"] is not None else "draft"


def library(tx: Tx, q: Query) -> list[CardRow]:
    """All cards by title; a card whose newer version does not hold yet is shown in that newer version."""
    rows = tx.rows(
        "select c.*, v.source, v.at, v.author, v.approved_at, (select count(*) from sop_read r where r.card = c.card"
        " and r.version = c.holds) as reads, (select readers from sop_version h where h.card = c.card"
        " and h.version = c.holds) as readers from sop_card c join sop_version v on v.card = c.card"
        " and v.version = c.latest"
    )
    found = []
    for row in rows:
        head = front(row["source"])
        found.append(
            CardRow(
                card=row["card"],
                title=head.title,
                title_en=head.title_en,
                scope=head.scope,
                latest=row["latest"],
                holds=row["holds"],
                state=_state(row),
                review=head.review,
                template=head.template.card if head.template else None,
                changed=len(_changes(tx, head)),
                reads=row["reads"],
                readers=tuple((row["readers"] or "").split()),
                at=row["at"],
                author=row["author"],
            )
        )
    return sorted(found, key=lambda one: (one.title, one.card))


def card(tx: Tx, q: CardQuery) -> list[CardShown]:
    """The card in that version, or nothing."""
    there = _card(tx, q.card)
    row = _version(tx, q.card, q.version or there["latest"]) if there else None
    if there is None or row is None:
        return []
    head = front(row["source"])
    versions = tx.rows("select * from sop_version where card = :c order by version desc", c=q.card)
    return [
        CardShown(
            card=q.card,
            version=row["version"],
            holds=there["holds"],
            title=head.title,
            title_en=head.title_en,
            scope=head.scope,
            review=head.review,
            triggers=head.triggers,
            steps=head.steps,
            links=head.links,
            body=body(row["source"]),
            source=row["source"],
            template=head.template.card if head.template else None,
            template_version=head.template.version if head.template else None,
            why=head.template.why if head.template else "",
            changes=_changes(tx, head),
            versions=tuple(VersionRow(**{f: v[f] for f in VersionRow.__struct_fields__}) for v in versions),
            withdrawn=told(tx, [there["reason"]]).get(there["reason"]),
        )
    ]


def to_read(tx: Tx, q: Query, look: Look) -> list[ToRead]:
    """What holds for one of the reader's roles and the reader has not confirmed yet."""
    rows = tx.rows(
        "select v.card, v.version, v.source, v.published_at, v.readers from sop_card c join sop_version v"
        " on v.card = c.card and v.version = c.holds left join sop_read r on r.card = v.card"
        " and r.version = v.version and r.account = :a where r.account is null",
        a=look.reader.actor,
    )
    due = [row for row in rows if look.reader.roles & set(row["readers"].split())]
    due.sort(key=lambda row: (row["published_at"], row["card"]))
    return [
        ToRead(row["card"], row["version"], (head := front(row["source"])).title, head.title_en, row["published_at"])
        for row in due
    ]
