"""The names a node searches: one index for what an import brought, one for what people register, swapped whole."""

import threading
from collections.abc import Callable, Collection, Iterable

from siaga.engine.search import Entry, Index, Match


class Gazetteer:
    """Several indexes searched as one; each is built anew when its stamp changes. Safe for many threads."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, Index]] = {}
        self._building = threading.Lock()

    def refresh(self, group: str, stamp: str, entries: Callable[[], Iterable[Entry]]) -> None:
        """Build the group's index if it was built from something else; searches go on with the old one meanwhile."""
        held = self._held.get(group)
        if held is not None and held[0] == stamp:
            return
        if held is not None and not self._building.acquire(blocking=False):
            return  # somebody is at it; the old index is good enough until then
        if held is None:
            self._building.acquire()
        try:
            held = self._held.get(group)
            if held is None or held[0] != stamp:
                self._held = {**self._held, group: (stamp, Index(entries()))}
        finally:
            self._building.release()

    def search(
        self, text: str, limit: int = 8, near: tuple[float, float] | None = None, kinds: Collection[str] | None = None
    ) -> list[Match]:
        """The best of all groups, best first; equal scores keep the order of their index."""
        found = [match for _, index in self._held.values() for match in index.search(text, limit, near, kinds)]
        return sorted(found, key=lambda match: -match.score)[:limit]
