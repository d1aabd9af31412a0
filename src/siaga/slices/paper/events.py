"""What can have happened to the paper the control room falls back on: slips printed and copied in, the phone list; and
the head of official papers."""

from ...kernel.records import Event, Told


class SlipsPrinted(Event, frozen=True):
    """A pack was printed with the slips from `first` to `last`; unused slips of an older pack are the same slips."""

    pack: str
    first: int
    last: int


class SlipEntered(Event, frozen=True):
    """What stood on a slip was copied in, as this incident."""

    share = "partner"
    slip: int
    incident: str


class SlipVoided(Event, frozen=True):
    """A slip was written on and does not count: spoiled, a prank, lost."""

    slip: int
    reason: Told


class ContactSet(Event, frozen=True):
    """Somebody to call when it matters: an office or a post, never somebody's private number."""

    contact: str
    group: str
    name: Told
    phone: Told | None = None
    radio: str = ""
    note: Told | None = None


class ContactRemoved(Event, frozen=True):
    """Nobody is to be called there any more."""

    contact: str


class LetterheadSet(Event, frozen=True):
    """What official papers say at their head and foot: the institution, never a person. `number` is the pattern of a
    paper's number, `basis` the rules it rests on, `head` and `place` stand above the signature."""

    government: str
    name: str
    address: str
    phone: str = ""
    emergency: str = ""
    email: str = ""
    site: str = ""
    place: str = ""
    head: str = ""
    number: str = ""
    basis: tuple[str, ...] = ()


class LogoSet(Event, frozen=True):
    """The mark of the institution at the head of its papers: a drawing (base64) and what it shows, in words."""

    mime: str
    content: str
    text: str


class LogoRemoved(Event, frozen=True):
    """Papers carry no mark any more."""
