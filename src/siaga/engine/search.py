"""Type-ahead over the names of a city: every word a prefix, misspelt, abbreviated or out of order, in memory."""

import zlib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from siaga.engine.geo import distance_m
from siaga.engine.search_words import LONGEST, RELATIONS, TYPES, Address, address, core, key, name_words, numeral, plain

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

EXACT, PREFIX, IN_CONTEXT, OF_KIND, INITIAL = 1.0, 0.8, 0.6, 0.9, 0.6
"""How well a word of the query fits the same word, one that begins so, one of the area, of the kind, an initial."""

EDITS = {1: 0.75, 2: 0.6}
"""How well a word fits that is one or two edits away (Damerau-Levenshtein, restricted)."""

LEAST = 0.4
"""A match that fits no better is not shown."""

NEAR_M = 3_000.0
"""Distance (metres) at which nearness counts half."""

SHORT_LIST = 64
"""Entries that are compared letter by letter."""

KIND_WORDS = {
    "street": ("jalan", "gang"),
    "area": ("kelurahan", "kecamatan", "desa", "kampung"),
    "hydrant": ("hidran",),
}
"""Words of a query that every entry of a kind fits, whether its name has them or not."""


class Entry(msgspec.Struct, frozen=True):
    """One name of one place: degrees WGS84; `weight` (0 or more) says how much it is asked for.

    A place of several names has several entries with the same id and kind, and is found once.
    """

    id: str
    kind: str
    name: str
    lon: float
    lat: float
    context: str = ""
    weight: float = 0.0


class Match(msgspec.Struct, frozen=True):
    """An entry that fits a query; `score` 0 to 1, `rest` what the query says beyond the name ("RT 12/RW 3")."""

    entry: Entry
    score: float
    rest: str = ""


class Postings(msgspec.Struct, frozen=True):
    """For every number below `len(starts) - 1` the ascending list of things that have it."""

    starts: Ints
    things: Ints

    def of(self, first: int, end: int | None = None) -> Ints:
        """What has one of the numbers from `first` up to `end` (not itself; one number if left out)."""
        return self.things[self.starts[first] : self.starts[first + 1 if end is None else end]]


class Index:
    """The names, made ready to be searched; it never changes, a change of the places builds a new one."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Build from entries of any order (about 10 µs each)."""
        rows = list(entries)
        self._ids = [row.id for row in rows]
        self._names = [row.name for row in rows]
        self._lon = np.array([row.lon for row in rows], np.float64)
        self._lat = np.array([row.lat for row in rows], np.float64)
        weight = np.array([row.weight for row in rows], np.float32)
        self._weights = weight
        self._shares: Floats = weight / max(float(weight.max(initial=0.0)), 1e-9)
        self._kinds, self._kind = _numbered(row.kind for row in rows)
        self._contexts, self._context = _numbered(row.context for row in rows)

        named = [name_words(name) for name in self._names]
        placed = [name_words(context) for context in self._contexts]
        self._vocabulary = sorted({word for group in (named, placed) for found in group for word in found})
        number = {word: at for at, word in enumerate(self._vocabulary)}
        self._by_word = _postings([[number[word] for word in found] for found in named], len(number))
        self._by_context_word = _postings([[number[word] for word in found] for found in placed], len(number))
        self._by_letters = _letter_pairs(self._vocabulary)
        self._word_lengths: Ints = np.array([len(word) for word in self._vocabulary], np.int32)
        self._word_weights = self._weigh_words()
        self._name_weights: Floats = np.zeros(len(rows), np.float32)
        per_word = np.diff(self._by_word.starts)
        np.add.at(self._name_weights, self._by_word.things, np.repeat(self._word_weights, per_word))
        checks: NDArray[np.uint32] = np.array([_check(" ".join(found)) for found in named], np.uint32)
        self._by_check = np.argsort(checks, kind="stable").astype(np.int32)
        self._checks = checks[self._by_check]

    def __len__(self) -> int:
        return len(self._ids)

    def entry(self, at: int) -> Entry:
        """The entry at a place of the index (0 to len - 1)."""
        return Entry(
            self._ids[at],
            self._kinds[self._kind[at]],
            self._names[at],
            float(self._lon[at]),
            float(self._lat[at]),
            self._contexts[self._context[at]],
            float(self._weights[at]),
        )

    def search(
        self,
        text: str,
        limit: int = 8,
        near: tuple[float, float] | None = None,
        kinds: Collection[str] | None = None,
    ) -> list[Match]:
        """The entries that fit a typed text best, at most `limit`, best first; `near` (lon, lat) breaks ties.

        Every word may be a beginning, one or two edits away, an abbreviation or in another place; an entry whose name
        is exactly the text comes first. Nothing that fits (or no entry of `kinds`) gives an empty list.
        """
        asked = address(text)
        if not len(self) or limit < 1 or not asked.words:
            return []
        fit, cover = self._fit(asked)
        # A name that is the whole text comes before one that is the text without its RT and house number.
        for exact, rank in ((key(" ".join(asked.words)), 2.0), (key(text[: 2 * LONGEST]), 3.0)):
            fit[self._named(exact)] = rank
        if kinds is not None:
            wanted = np.array([kind in kinds for kind in self._kinds])
            fit[~wanted[self._kind]] = 0.0
        best = float(fit.max())
        chosen = np.flatnonzero(fit >= max(LEAST - 0.05, min(best, 1.0) - 0.45))
        if not chosen.size:
            return []
        pull = self._pull(chosen, near)
        first = fit[chosen] + 0.15 * cover[chosen] + pull
        many = max(SHORT_LIST, 4 * limit)
        if chosen.size > many:
            kept = np.argpartition(-first, many)[:many]
            chosen, pull = chosen[kept], pull[kept]
        return list(self._ranked(asked, chosen, fit, cover, pull, limit))

    def _ranked(
        self, asked: Address, chosen: NDArray[np.intp], fit: Floats, cover: Floats, pull: Floats, limit: int
    ) -> Iterator[Match]:
        """The short list compared letter by letter, best first, each place once."""
        wanted = core(map(numeral, asked.words))
        ranked = []
        for at, extra in zip(chosen.tolist(), pull.tolist(), strict=True):
            name = core(name_words(self._names[at]))
            exact = float(fit[at]) if fit[at] > 1.5 else 0.0
            alike = _alike(wanted, name, self._contexts[self._context[at]])
            score = 1.0 if exact else min(0.62 * float(fit[at]) + 0.10 * float(cover[at]) + 0.27 * alike, 0.99)
            if score >= LEAST:
                ranked.append((-round(score + extra, 3), self._names[at], self._ids[at], at, round(score, 3), exact))
        ranked.sort(key=lambda row: (-row[5], *row[:4]))
        seen: set[tuple[str, int]] = set()
        for *_, at, score, _exact in ranked:
            place = (self._ids[at], int(self._kind[at]))
            if place not in seen and len(seen) < limit:
                seen.add(place)
                yield Match(self.entry(at), score, asked.rest)

    def _pull(self, chosen: NDArray[np.intp], near: tuple[float, float] | None) -> Floats:
        """What nearness and weight add (at most 0.05): enough to order equals, too little to beat a better name."""
        if near is None:
            return np.asarray(0.02 * self._shares[chosen], np.float32)
        away = distance_m(self._lon[chosen], self._lat[chosen], *near) / NEAR_M
        return np.asarray(0.005 * self._shares[chosen] + 0.045 / (1.0 + away), np.float32)

    def _fit(self, asked: Address) -> tuple[Floats, Floats]:
        """For every entry how much of the query it answers (0 to 1), and how much of its name the query covers."""
        fit = cover = None
        for reading in self._readings(list(asked.words)):
            answered: Floats = np.zeros(len(self), np.float32)
            covered: Floats = np.zeros(len(self), np.float32)
            total = 0.0
            for at, word in enumerate(reading):
                weight = self._weight(word)
                total += weight
                in_name, anyhow = self._word_fit(word, last=at == len(reading) - 1)
                covered += np.float32(weight) * in_name
                answered += np.float32(weight) * anyhow
            answered /= np.float32(total)
            covered = np.minimum(covered / np.maximum(self._name_weights, 1e-6), 1.0)
            fit = answered if fit is None else np.maximum(fit, answered)
            cover = covered if cover is None else np.maximum(cover, covered)
        assert fit is not None
        assert cover is not None
        return fit, cover

    def _readings(self, found: list[str]) -> list[list[str]]:
        """The query as typed, and with one word split or two joined where that gives words we know."""
        readings = [found]
        for at, word in enumerate(found):
            if at + 1 < len(found) and self._number(word + found[at + 1]) is not None and len(word) > 1:
                readings.append([*found[:at], word + found[at + 1], *found[at + 2 :]])
            if len(word) >= 6:
                cuts = ((word[:cut], word[cut:]) for cut in range(3, len(word) - 2))
                known = [
                    pair for pair in cuts if self._number(pair[0]) is not None and self._number(pair[1]) is not None
                ]
                readings += [[*found[:at], *pair, *found[at + 1 :]] for pair in known[:1]]
        return readings[:3]

    def _word_fit(self, word: str, last: bool) -> tuple[Floats, Floats]:
        """For every entry how well one word of the query fits its name, and its name, area or kind."""
        in_name: Floats = np.zeros(len(self), np.float32)
        in_context: Floats = np.zeros(len(self._contexts), np.float32)
        for first, end, score in self._like(word, last):
            in_name[self._by_word.of(first, end)] = score
            in_context[self._by_context_word.of(first, end)] = score * IN_CONTEXT
        anyhow = np.maximum(in_name, in_context[self._context]) if in_context.any() else in_name
        for kind, meaning in KIND_WORDS.items():
            if word in meaning and kind in self._kinds:
                anyhow = np.where(self._kind == self._kinds.index(kind), np.maximum(anyhow, OF_KIND), anyhow)
        return in_name, anyhow

    def _like(self, word: str, last: bool) -> list[tuple[int, int, float]]:
        """Stretches of the vocabulary that a word may mean, with their score, ascending."""
        found: list[tuple[int, int, float]] = []
        if not word.isdigit() or last:
            first, end = bisect_left(self._vocabulary, word), bisect_left(self._vocabulary, word + "\U0010ffff")
            if first < end:
                found.append((first, end, PREFIX if not word.isdigit() else 0.5))
        if word.isalpha() and len(word) >= 3 and (initial := self._number(word[0])) is not None:
            found.append((initial, initial + 1, INITIAL))
        if word.isalpha() and len(word) >= 4:
            # A word we know may still be another one with a slip ("gunung" for Guntung): behind those that have it.
            doubt = 1.0 if self._number(word) is None else 0.8
            found += [(start, stop, score * doubt) for start, stop, score in self._misspelt(word)]
        for same in {word, numeral(word)}:
            if (at := self._number(same)) is not None:
                found.append((at, at + 1, EXACT))
        return sorted(found, key=lambda stretch: stretch[2])

    def _misspelt(self, word: str) -> Iterator[tuple[int, int, float]]:
        """Words of the vocabulary one or two edits away, also from its beginning; letter pairs choose which."""
        pairs = _pairs(word)
        shared = np.bincount(
            np.concatenate([self._by_letters.of(pair) for pair in pairs]), minlength=len(self._vocabulary)
        )
        enough = np.flatnonzero(shared >= max(1, len(pairs) - 5))
        if enough.size > SHORT_LIST:
            closeness = shared[enough] - 0.1 * np.abs(self._word_lengths[enough] - len(word))
            enough = enough[np.argpartition(-closeness, SHORT_LIST)[:SHORT_LIST]]
        most = 1 if len(word) < 6 else 2
        for at in enough.tolist():
            known = self._vocabulary[at]
            edits = OSA.distance(word, known, score_cutoff=most)
            begun = min(
                OSA.distance(word, known[:size], score_cutoff=most) for size in range(len(word) - 1, len(word) + 2)
            )
            if edits <= most and edits:
                yield at, at + 1, EDITS[edits]
            elif begun <= most and begun and len(known) > len(word):
                yield at, at + 1, EDITS[begun] - 0.1

    def _number(self, word: str) -> int | None:
        """The place of a word in the vocabulary, None if no name has it."""
        at = bisect_left(self._vocabulary, word)
        return at if at < len(self._vocabulary) and self._vocabulary[at] == word else None

    def _weight(self, word: str) -> float:
        """How much one word of a query tells."""
        at = self._number(word)
        return float(self._word_weights[at]) if at is not None else _plain_weight(word)

    def _weigh_words(self) -> Floats:
        """Every word of the vocabulary by how much it tells: the rarer the more, sorts of places and numbers little."""
        often = np.diff(self._by_word.starts)
        rarity = 1.0 - 0.5 * np.log1p(often) / max(np.log1p(len(self)), 1e-9)
        given = np.array([_plain_weight(word) for word in self._vocabulary])
        return np.asarray(given * np.clip(rarity, 0.5, 1.0), np.float32)

    def _named(self, exact: str) -> Ints:
        """The entries whose whole name is this, compared in full."""
        check = _check(exact)
        first, end = np.searchsorted(self._checks, [check, check + 1])
        return np.array([at for at in self._by_check[first:end].tolist() if key(self._names[at]) == exact], np.int32)


def _alike(wanted: str, name: str, context: str) -> float:
    """How alike (0 to 1) the letters of a query are to a name, its beginning, or the name and its area."""
    whole = max(fuzz.ratio(wanted, name), fuzz.ratio(wanted, f"{name} {plain(context)}"))
    return max(whole, 0.97 * fuzz.ratio(wanted, name[: len(wanted) + 1])) / 100


def _plain_weight(word: str) -> float:
    if word in TYPES or word in RELATIONS:
        return 0.15
    return 0.45 if word.isdigit() else 1.0


def _check(text: str) -> int:
    return zlib.crc32(text.encode())


def _numbered(values: Iterable[str]) -> tuple[list[str], Ints]:
    """The different values, and for each value the place of its own among them."""
    places: dict[str, int] = {}
    numbers = np.array([places.setdefault(value, len(places)) for value in values], np.int32)
    return list(places), numbers


def _postings(numbers_of: list[list[int]], count: int) -> Postings:
    """Turn lists of numbers around: from thing → numbers to number → things."""
    sizes = np.array([len(numbers) for numbers in numbers_of], np.int32)
    numbers = np.fromiter((number for found in numbers_of for number in found), np.int32, int(sizes.sum()))
    things = np.repeat(np.arange(len(numbers_of), dtype=np.int32), sizes)
    return _turned(numbers, things, count)


def _turned(numbers: Ints, things: Ints, count: int) -> Postings:
    starts = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(numbers, minlength=count), out=starts[1:])
    return Postings(starts, things[np.argsort(numbers, kind="stable")])


def _pair_number(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> Ints:
    """Two letters as one of 4,096 numbers; letters beyond Latin may share theirs, which costs time and no match."""
    return ((first * np.uint32(61) + second) & np.uint32(4095)).astype(np.int32)


def _letters(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _pairs(word: str) -> list[int]:
    """The different letter pairs of a word, its beginning counted as a letter."""
    letters = _letters("\n" + word)
    return sorted(set(_pair_number(letters[:-1], letters[1:]).tolist()))


def _letter_pairs(vocabulary: list[str]) -> Postings:
    """For each letter pair the words that have it."""
    letters = _letters("\n" + "\n".join(vocabulary))
    inside = letters[1:] != ord("\n")
    owners = (np.cumsum(letters == ord("\n")) - 1).astype(np.int32)[:-1][inside]
    return _turned(_pair_number(letters[:-1], letters[1:])[inside], owners, 4096)
