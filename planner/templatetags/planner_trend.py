"""The trend of a journey's coverage as a picture: the mean score, and beside it always the weakest cell."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from planner.gaps.gap import long_day
from planner.models import CoverageSnapshot

register = template.Library()

WIDTH, HEIGHT, EDGE = 1000, 100, 3


@register.simple_tag
def trend(snapshots: Sequence[CoverageSnapshot]) -> SafeString:
    """The scores over the days, the earliest first. At least one snapshot."""
    first, last = snapshots[0], snapshots[-1]
    words = _(
        "From %(from)s to %(to)s the mean score went from %(mean)s to %(now_mean)s, and the weakest cell from "
        "%(weakest)s to %(now_weakest)s."
    ) % {
        "from": long_day(first.day),
        "to": long_day(last.day),
        "mean": number_format(first.mean, 2),
        "now_mean": number_format(last.mean, 2),
        "weakest": number_format(first.weakest, 2),
        "now_weakest": number_format(last.weakest, 2),
    }
    return format_html(
        '<svg class="jp-trend" role="img" aria-labelledby="jp-trend-title jp-trend-words" viewBox="0 0 {} {}"'
        ' preserveAspectRatio="none"><title id="jp-trend-title">{}</title><desc id="jp-trend-words">{}</desc>'
        '<path class="jp-trend__frame" d="M0 {}h{}M0 {}h{}"/>'
        '<path class="jp-trend__weakest" d="{}"/><path class="jp-trend__mean" d="{}"/></svg>',
        WIDTH,
        HEIGHT,
        _("Trend"),
        words,
        _level(0),
        WIDTH,
        _level(1),
        WIDTH,
        _line(snapshots, "weakest"),
        _line(snapshots, "mean"),
    )


def _line(snapshots: Sequence[CoverageSnapshot], name: str) -> str:
    """A line through one score of every snapshot, each at its day; of a single one a line across."""
    start = snapshots[0].day
    days = (snapshots[-1].day - start).days
    if not days:
        return f"M0 {_level(getattr(snapshots[0], name))}h{WIDTH}"
    points = (f"{round(WIDTH * (one.day - start).days / days)} {_level(getattr(one, name))}" for one in snapshots)
    return "M" + "L".join(points)


def _level(score: float) -> int:
    return round(HEIGHT - EDGE - score * (HEIGHT - 2 * EDGE))
