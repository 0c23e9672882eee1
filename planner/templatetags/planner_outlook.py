"""The coming weeks of a cell as a picture, with a sentence that says the same.

Drawn here and not by templates: a matrix has a bar for each week of each cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from planner.coverage import Tally
from planner.gaps.gap import long_day
from planner.outlook import Week
from planner.report import Report

if TYPE_CHECKING:
    from planner.matrix import Cell

register = template.Library()

STEP, BAR = 10, 8
"""How wide a week is, and its bar, in the picture's own units: it is as wide as its place on the screen."""

SMALL, LARGE, BASE = 20, 100, 2
"""Heights: of the picture in a cell of the matrix, on the cell's own page, and of the base where there is nothing."""


@register.simple_tag
def outlook_of_cell(report: Report, cell: Cell) -> SafeString | str:
    """The picture in a cell of the matrix; nothing where nothing is wanted."""
    weeks = report.weeks(cell.persona, cell.phase)
    if not weeks or not cell.wanted.applies:
        return ""
    target = cell.wanted.target_of(report.question)
    return format_html(
        '<svg class="jp-outlook" role="img" viewBox="0 0 {} {}" preserveAspectRatio="none"><title>{}</title>{}</svg>',
        STEP * len(weeks),
        SMALL,
        in_words(weeks, cell.tally),
        _drawing(weeks, target, SMALL, top=max(target, *(week.fresh for week in weeks))),
    )


@register.simple_tag
def large_outlook(weeks: list[Week], tally: Tally, target: int) -> SafeString:
    """The picture on the page of a cell, old content on top of the fresh."""
    top = max(target, *(week.live for week in weeks))
    old = ((number, week.fresh, week.live) for number, week in enumerate(weeks) if week.live > week.fresh)
    return format_html(
        '<svg class="jp-outlook jp-outlook--large" role="img" aria-labelledby="jp-outlook-title jp-outlook-words"'
        ' viewBox="0 0 {} {}" preserveAspectRatio="none">'
        '<title id="jp-outlook-title">{}</title><desc id="jp-outlook-words">{}</desc>{}{}</svg>',
        STEP * len(weeks),
        LARGE,
        _("Coming 26 weeks"),
        in_words(weeks, tally),
        _bars("old", old, LARGE, top),
        _drawing(weeks, target, LARGE, top=top),
    )


def in_words(weeks: list[Week], tally: Tally) -> str:
    """What the picture shows, in one sentence: where the fresh items go from what they are now."""
    fresh, now = [week.fresh for week in weeks], tally.fresh
    counts = {"now": now, "last": fresh[-1], "least": min(fresh), "weeks": len(weeks)}
    if not any(fresh) and not now:
        return _("Fresh items: none now, nor in the coming %(weeks)s weeks.") % counts
    if not now:
        first = next(week for week in weeks if week.fresh)
        return _("Fresh items: none now, %(count)s by %(day)s.") % {"count": first.fresh, "day": long_day(first.day)}
    if all(fresh):
        return _("Fresh items: %(now)s now, %(last)s in %(weeks)s weeks, at least %(least)s in between.") % counts
    empty = fresh.index(0)
    day = {"day": long_day(weeks[empty].day)}
    if any(fresh[empty:]):
        return _("Fresh items: %(now)s now, none in the week to %(day)s.") % (counts | day)
    return _("Fresh items: %(now)s now, none from the week to %(day)s on.") % (counts | day)


def _drawing(weeks: list[Week], target: int, height: int, *, top: int) -> SafeString:
    """Fresh items week by week, those below the target apart, the target as a line, and a base where there are none."""
    numbered = [(number, 0, week.fresh) for number, week in enumerate(weeks)]
    line = _level(target, height, top)
    return format_html(
        '{}{}{}<line class="jp-outlook__target" x1="0" x2="{}" y1="{}" y2="{}"/>',
        _bars("fresh", (bar for bar in numbered if bar[2] >= max(target, 1)), height, top),
        _bars("thin", (bar for bar in numbered if 0 < bar[2] < target), height, top),
        _bars("none", ((number, 0, 0) for number, _foot, head in numbered if not head), height, top),
        STEP * len(weeks),
        line,
        line,
    )


def _bars(name: str, bars: Iterable[tuple[int, int, int]], height: int, top: int) -> SafeString | str:
    """The bars of one kind as one path: each the number of its week, and the counts at which it begins and ends."""
    steps = []
    for week, foot, head in bars:
        high = _level(head, height, top) if head else height - BASE
        low = _level(foot, height, top)
        steps.append(f"M{STEP * week + (STEP - BAR) // 2} {high}h{BAR}V{low}h-{BAR}z")
    return format_html('<path class="jp-outlook__{}" d="{}"/>', name, "".join(steps)) if steps else ""


def _level(count: int, height: int, top: int) -> int:
    """Where a count stands: the drawing begins at the top. The bar of one item is never thinner than the base."""
    return min(height - round(height * count / top), height - BASE) if count and top else height
