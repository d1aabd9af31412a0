"""The public page and its data: the figures of a year as everybody may read them, in two languages, no script."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from html import escape
from string import Template
from typing import Any

import msgspec

from .. import standards
from ..kernel.texts import Language, say
from ..slices.report.rules.public import SMALLEST
from ..slices.report.tables.figures.public import PublicRow
from .pages import OWN

PAGE, DATA = "/publik", "/publik.json"
_LANGUAGES: tuple[tuple[Language, str], ...] = (("id", "Indonesia"), ("en", "English"))
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober"),
        *("November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
        *("November", "December"),
    ),
}
_WIDE = 200  # of a bar, in its own measure


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """A year's public figures, whose they are, the names of areas, the years beside it, when this was made."""

    agency: str
    row: PublicRow
    areas: Mapping[str, str]
    years: tuple[int, ...]
    made: datetime

    @property
    def months(self) -> dict[str, int | str | None]:
        """Every month that has begun; `no-data` where nothing is known of it, which is not zero."""
        year = self.row.year
        last = self.made.month if self.made.year == year else 12
        return {name: self.row.months.get(name, "no-data") for name in (f"{year}-{n:02}" for n in range(1, last + 1))}


def data(of: Year) -> bytes:
    """The figures as JSON; null is withheld, or too few to tell."""
    said = msgspec.to_builtins(of.row)
    months = {name: value for name, value in of.months.items() if value != "no-data"}
    named = [{"code": code or None, "name": of.areas.get(code), "incidents": n} for code, n in of.row.areas.items()]
    more = {"agency": of.agency, "made": of.made.isoformat(timespec="minutes"), "withheld_below": SMALLEST}
    return msgspec.json.format(msgspec.json.encode(more | said | {"months": months, "areas": named}))


def page(of: Year, language: Language) -> bytes:
    """The page."""
    told = _Told(of, language)
    text = _template().substitute(
        language=language,
        title=told.t("title", year=of.row.year),
        agency=escape(of.agency) or told.t("some-agency"),
        lead=told.lead(),
        languages=told.t("languages"),
        choices="".join(
            _link(f"{PAGE}?tahun={of.row.year}&bahasa={code}", name, code == language, f' lang="{code}"')
            for code, name in _LANGUAGES
        ),
        years_label=told.t("years"),
        years="".join(
            _link(f"{PAGE}?tahun={year}&bahasa={language}", str(year), year == of.row.year) for year in of.years
        ),
        body="\n".join(told.body()),
        made=told.t("made", at=told.moment(of.made)),
        data=f"{DATA}?tahun={of.row.year}",
        data_label=told.t("data"),
    )
    return text.encode()


@cache
def _template() -> Template:
    return Template((OWN / "publik.html").read_text("utf-8"))


def _link(to: str, name: str, here: bool, more: str = "") -> str:
    current = ' aria-current="page"' if here else ""
    return f'<a href="{escape(to)}"{more}{current}>{name}</a>'


class _Told:
    """The figures of a year in words of a language."""

    def __init__(self, of: Year, language: Language) -> None:
        self.of, self.row, self.language = of, of.row, language

    def t(self, code: str, **facts: Any) -> str:
        """A sentence, safe inside the page."""
        return escape(say(f"public.{code}", facts, self.language))

    def lead(self) -> str:
        """What this is, and whether the year is over."""
        said = self.t("lead", agency=self.of.agency or say("public.some-agency", {}, self.language))
        return f"{said} {self.t('so-far')}" if self.of.made.year == self.row.year else said

    def body(self) -> Iterator[str]:
        """In short, by kind, month and area, and how it was counted."""
        if not self.row.months:
            yield f"<p>{self.t('nothing')}</p>"
        else:
            yield f"<h2>{self.t('in-short')}</h2><dl>{''.join(self._short())}</dl>"
            kinds: list[tuple[str, int | str | None]] = [(self._kind(code), n) for code, n in self.row.kinds.items()]
            kinds += [(self._kind(code), "unrecorded") for code in self._never()]
            yield self._table("by-kind", "kind", kinds)
            yield self._table("by-month", "month", ((self._month(m), n) for m, n in self.of.months.items()))
            named = sorted((self.of.areas.get(code, code).casefold(), code) for code in self.row.areas if code)
            last = [code for code in self.row.areas if not code]
            areas = [*(code for _, code in named), *last]
            yield self._table("by-area", "area", ((self._area(code), self.row.areas[code]) for code in areas))
        yield f"<h2>{self.t('how')}</h2><ul>{''.join(f'<li>{rule}</li>' for rule in self._rules())}</ul>"

    def _never(self) -> Iterator[str]:
        """Kinds of which nobody recorded anything in any month that is known, and none was found all the same."""
        for code, months in self.row.unrecorded.items():
            if code not in self.row.kinds and set(months) >= set(self.row.months):
                yield code

    def moment(self, at: datetime) -> str:
        """A time of the service, to the minute."""
        return f"{at.day} {_MONTHS[self.language][at.month - 1]} {at.year} {at:%H:%M}"

    def _plain(self, code: str) -> str:
        return say(f"public.{code}", {}, self.language)

    def _short(self) -> Iterator[str]:
        row = self.row
        yield self._fact(self.t("incidents"), self._number(row.incidents), self.t("withheld"))
        note = ""
        if row.share is not None and row.low is not None and row.high is not None:
            counted = self._number(row.counted) or ""
            note = self.t("in-time-of", counted=counted, low=self._percent(row.low), high=self._percent(row.high))
        without = self.t("withheld" if row.counted is None else "too-few")
        limit = self._span(row.rules.limit_s)
        share = None if row.share is None else self._percent(row.share)
        yield self._fact(self.t("in-time", limit=limit), share, without, note)
        half = None if row.median_s is None else escape(self._span(row.median_s))
        yield self._fact(self.t("half"), half, without)

    def _fact(self, name: str, value: str | None, without: str, note: str = "") -> str:
        shown = f'<dd class="value none">{without}</dd>' if value is None else f'<dd class="value">{value}</dd>'
        return f"<div><dt>{name}</dt>{shown}" + (f'<dd class="note">{note}</dd>' if note else "") + "</div>"

    def _table(self, title: str, head: str, cells: Iterable[tuple[str, int | str | None]]) -> str:
        listed = list(cells)
        most = max((n for _, n in listed if isinstance(n, int)), default=0)
        lines = "".join(self._line(name, n, most) for name, n in listed)
        columns = f'<th scope="col">{self.t(head)}</th><th scope="col" class="n">{self.t("number")}</th><td></td>'
        return (
            f'<h2 id="{title}">{self.t(title)}</h2><table aria-labelledby="{title}">'
            f"<thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table>"
        )

    def _line(self, name: str, n: int | str | None, most: int) -> str:
        number, bar = "", ""
        if isinstance(n, int):
            number = f'<td class="n">{self._number(n)}</td>'
            width = round(_WIDE * n / most) if most else 0
            bar = (
                f'<svg class="bar" viewBox="0 0 {_WIDE} 12" preserveAspectRatio="none" aria-hidden="true">'
                f'<rect width="{width}" height="12" /></svg>'
            )
        else:
            number = f'<td class="n none">{self.t(n or "withheld")}</td>'
        return f'<tr><th scope="row">{escape(name)}</th>{number}<td class="b">{bar}</td></tr>'

    def _rules(self) -> Iterator[str]:
        by = self.row.rules
        ready = by.pair == "answered:ready-to-serve"
        yield self.t("rule-ready" if ready else "rule-arrived", limit=self._span(by.limit_s))
        yield self.t("rule-land" if by.land_fires else "rule-no-land")
        yield self.t("rule-outside" if by.outside_area else "rule-inside")
        if by.left_out:
            known = standards.incident_types()
            names = [getattr(known[x].name, self.language) if x in known else x for x in by.left_out]
            yield self.t("rule-left-out", types=", ".join(names))
        yield self.t("rule-missing")
        if not self.row.chosen:
            yield self.t("rule-default")
        for code, months in self.row.unrecorded.items():
            when = ", ".join(self._month(month) for month in months)
            yield self.t("rule-unrecorded", kind=self._kind(code), months=when)
        if "no-data" in self.of.months.values() and self.row.months:
            yield self.t("rule-no-data")
        yield self.t("rule-withheld", smallest=SMALLEST)
        yield self.t("rule-never")

    def _kind(self, code: str) -> str:
        known = standards.kinds().get(code)
        return str(getattr(known.name, self.language)) if known else self._plain("no-kind")

    def _area(self, code: str) -> str:
        return self.of.areas.get(code, code) or self._plain("no-area")

    def _month(self, name: str) -> str:
        return _MONTHS[self.language][int(name[5:]) - 1]

    def _number(self, n: int | None) -> str | None:
        if n is None:
            return None
        return f"{n:,}".replace(",", ".") if self.language == "id" else f"{n:,}"

    def _percent(self, share: float) -> str:
        said = f"{share * 100:.0f}"
        return f"{said} %" if self.language == "id" else f"{said}%"

    def _span(self, seconds: float) -> str:
        minutes, rest = divmod(round(seconds), 60)
        code = "public.minutes-seconds" if rest else "public.minutes"
        return say(code, {"minutes": minutes, "seconds": rest}, self.language)
