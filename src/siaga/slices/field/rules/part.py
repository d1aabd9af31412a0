"""Which node decides about the field part of an incident: the guard of every order, and the hand-over between nodes.

The part is always with one node: held, or in transit from its holder to another. Each hand-over and each recall begins
a new epoch. An order is valid if its node held the part in its own log and no recall ended that before."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from ....kernel.fields import Id
from ....kernel.records import Ask, Command, Decision, Due, Refusal, Told, written
from .. import events
from . import crews, safety

AGAIN_S = 5
"""In transit: how soon a device shall ask its order again."""
Role = Literal["home", "field"]
Conflict = Annotated[str, Meta(min_length=1, max_length=300)]


class OfferField(Command, frozen=True):
    """Offer the field part of an incident to another node; orders wait until it takes it."""

    incident: Id
    node: Id


class TakeField(Command, frozen=True):
    """Take a field part that was offered to this node."""

    incident: Id
    epoch: int


class RecallField(Command, frozen=True):
    """Take the field part back without an answer from the node that has it; needs a reason."""

    incident: Id
    reason: Told


class SettleLateOrder(Command, frozen=True):
    """Say what becomes of an order that came late from another node."""

    incident: Id
    conflict: Conflict
    stands: bool
    note: Told | None = None


class DropRepeated(Command, frozen=True):
    """Asked by the city for itself: a late order that its device has asked here as well, where it was so already."""

    incident: Id
    conflict: Conflict


class WatchScene(Command, frozen=True):
    """Asked by the node for itself when it got the field part, or news of it: watch the clocks of every crew."""

    incident: Id


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The field part of an incident: which node it is with, whether it is on its way, and under which epoch."""

    incident_known: bool
    number: str = ""
    state: str = "open"
    here: str = ""
    home: str = ""
    node: str = ""
    phase: Literal["held", "transit"] = "held"
    to: str = ""
    epoch: int = 0
    since: str = ""


class Guarded(msgspec.Struct, frozen=True):
    """What an order must know besides its own: who decides."""

    part: Part
    known: Any


class Offering(msgspec.Struct, frozen=True):
    """What an offer must know: the field part, and the nodes this one is paired with, with what each is to it."""

    part: Part
    partners: Mapping[str, Role]


class Recalling(msgspec.Struct, frozen=True):
    """What a recall must know: the field part, and up to where the log of the node that has it is known here."""

    part: Part
    seen: int


class Settling(msgspec.Struct, frozen=True):
    """What settling must know: whether there is such a late order, and what was said of it before."""

    there: bool
    stands: bool | None


class Watching(msgspec.Struct, frozen=True):
    """What this node needs to watch a scene: its crews, its evacuation orders, and the clocks that run already."""

    crews: tuple[crews.CrewKnown, ...]
    evacuations: tuple[tuple[str, safety.EvacuationKnown], ...]
    running: frozenset[str]


def elsewhere(incident: str, part: Part) -> Refusal | None:
    """Why this node may not take an order about the incident's field part, if it may not."""
    if not part.incident_known:
        return Refusal(code="incident-unknown", facts={"incident": incident})
    facts = {"incident": part.number or incident, "since": part.since}
    if part.phase == "transit":
        return Refusal(code="field-in-transit", facts=facts | {"node": part.to}, later_s=AGAIN_S)
    if part.node != part.here:
        return Refusal(code="field-elsewhere", facts=facts | {"node": part.node})
    return None


def order(rule: Callable[[Any, Any, Ask], Decision]) -> Callable[[Any, Guarded, Ask], Decision]:
    """The rule of an order: asked only where the field part is decided, and only of an incident that exists."""

    def decide(cmd: Any, guarded: Guarded, ask: Ask) -> Decision:
        return elsewhere(cmd.incident, guarded.part) or rule(cmd, guarded.known, ask)

    decide.__doc__, decide.__name__ = rule.__doc__, rule.__name__
    return decide


def offer_field(cmd: OfferField, known: Offering, ask: Ask) -> Decision:
    """The city offers to any field node it is paired with; a field node only gives back to the city."""
    part = known.part
    if part.phase == "transit" and part.node == part.here and part.to == cmd.node:
        return []
    if no := elsewhere(cmd.incident, part):
        return no
    if cmd.node not in known.partners:
        return Refusal(code="node-unknown", facts={"node": cmd.node})
    if part.home != part.here and cmd.node != part.home:
        return Refusal(code="field-goes-home", facts={"home": part.home})
    return [events.FieldOffered(cmd.incident, cmd.node, part.epoch + 1)]


def take_field(cmd: TakeField, part: Part, ask: Ask) -> Decision:
    """Only what was offered to this node, under the epoch it was offered; from now on it decides and watches."""
    if not part.incident_known:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if part.phase == "held" and part.node == part.here and part.epoch == cmd.epoch:
        return []
    if part.phase != "transit" or part.to != part.here or part.epoch != cmd.epoch:
        return Refusal(code="field-not-offered", facts={"incident": part.number})
    return [events.FieldTaken(cmd.incident, part.here, cmd.epoch), _watch(cmd.incident, part, ask)]


def recall_field(cmd: RecallField, known: Recalling, ask: Ask) -> Decision:
    """Only the city, which opened the incident, and only what is not with it."""
    part = known.part
    if not part.incident_known:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if part.home != part.here:
        return Refusal(code="field-goes-home", facts={"home": part.home})
    if part.phase == "held" and part.node == part.here:
        return Refusal(code="field-is-here", facts={"incident": part.number})
    node = away(part)
    recalled = events.FieldRecalled(cmd.incident, part.epoch + 1, cmd.reason, node, known.seen)
    return [recalled, _watch(cmd.incident, part, ask)]


def away(part: Part) -> str:
    """The node that is not this one: the holder, or who it is on its way to."""
    return part.to if part.node == part.here else part.node


def _watch(incident: str, part: Part, ask: Ask) -> Due:
    return Due(f"scene.{incident}.{part.here}.{ask.id}", ask.now, WatchScene(incident))


def settle_late_order(cmd: SettleLateOrder, known: Settling, ask: Ask) -> Decision:
    """It stands as of its own time, or is left; what was said once holds."""
    if not known.there:
        return Refusal(code="late-order-unknown", facts={"conflict": cmd.conflict})
    if known.stands is not None:
        return (
            [] if known.stands == cmd.stands else Refusal(code="late-order-settled", facts={"conflict": cmd.conflict})
        )
    return [events.LateOrderSettled(cmd.incident, cmd.conflict, cmd.stands, cmd.note)]


def drop_repeated(cmd: DropRepeated, was_so: bool, ask: Ask) -> Decision:
    """It is left: what it wanted is so, and nobody need settle it."""
    if not was_so:
        return Refusal(code="late-order-unknown", facts={"conflict": cmd.conflict})
    return [events.LateOrderSettled(cmd.incident, cmd.conflict, stands=False)]


def watch_scene(cmd: WatchScene, known: Watching, ask: Ask) -> Decision:
    """Every clock of the scene that does not run here yet; what was said already is said again in its turn."""
    found: list[Due] = []
    for one in known.crews:
        found += _par_again(cmd.incident, one, ask, known.running)
        found += crews.watched(cmd.incident, one, one.state, ask)
    for evacuation, waits in known.evacuations:
        found += _evacuation(cmd.incident, evacuation, waits, ask, known.running)
    return [due for due in found if f"due/{due.id}" not in known.running]


def _par_again(incident: str, known: crews.CrewKnown, ask: Ask, running: frozenset[str]) -> list[Due]:
    """A crew that another node said is overdue is said again here after a while, if it still is."""
    said = known.overdue
    if said is None or not known.decides or said.times >= crews.PAR_STEPS:
        return []
    name = f"par.{incident}.{known.state.crew}.{said.since}."
    if any(one.startswith(f"due/{name}") for one in running):
        return []
    at = ask.now + timedelta(seconds=known.figures.again_s)
    again = crews.RemindPar(incident, known.state.crew, said.since, said.times + 1)
    return [Due(f"{name}{again.times}.{written(at)}", at, again)]


def _evacuation(
    incident: str, evacuation: str, known: safety.EvacuationKnown, ask: Ask, running: frozenset[str]
) -> list[Due]:
    if not known.decides or known.ended or not known.pending:
        return []
    name = f"evacuation.{evacuation}"
    if any(one == f"due/{name}" or one.startswith(f"due/{name}.") for one in running):
        return []
    at = ask.now + timedelta(seconds=known.answer_s)
    return [Due(f"{name}.{written(at)}", at, safety.RemindEvacuation(evacuation, incident))]
