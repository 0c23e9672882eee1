"""How statuses, gaps, phases and counts look: always a word, with an icon, then colour."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django import template
from django.forms import BoundField, CheckboxSelectMultiple, Form
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personas.models import Phase
from planner.coverage import Tally
from planner.fields import MANY
from planner.filters import Filters
from planner.gaps import Gap, Severity, Wanted
from planner.models import Applicability
from planner.schedule import Status

if TYPE_CHECKING:
    from planner.matrix import Cell

register = template.Library()

STATUS_ICONS = {
    Status.IDEA: "jp-idea",
    Status.PLANNED: "jp-planned",
    Status.DRAFT: "edit",
    Status.IN_REVIEW: "view",
    Status.SCHEDULED: "time",
    Status.LIVE: "success",
    Status.LIVE_UPDATE: "rotate",
    Status.OVERDUE: "warning",
    Status.EXPIRED: "circle-xmark",
    Status.UNPUBLISHED: "no-view",
    Status.CANCELLED: "cross",
}
GAP_ICONS = {"EMPTY": "jp-empty", "STALE_ONLY": "history", "CLIFF": "jp-cliff", "DROP": "jp-cliff", "THIN": "jp-thin"}
SEVERITY_ICONS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "warning",
    Severity.MEDIUM: "info-circle",
    Severity.LOW: "minus",
    Severity.INFO: "info-circle",
}
HUES = 4
SAME_HUES_UP_TO = 8


@cache
def small_icon(name: str) -> SafeString:
    """An icon beside a word, which says the same."""
    # Kept, because a full month shows hundreds, and an icon's markup depends on its name alone.
    return render_to_string("wagtailadmin/shared/icon.html", {"name": name, "classname": "default jp-icon"})


register.simple_tag(small_icon, name="small_icon")


@register.simple_tag
def status(value: str) -> SafeString:
    """A status as icon and word."""
    found = Status(value)
    return format_html(
        '<span class="jp-status jp-status--{}">{} {}</span>', found.value, small_icon(STATUS_ICONS[found]), found.label
    )


@register.simple_tag
def phase_chip(phase: Phase, positions: dict[int, int]) -> SafeString:
    """A phase: its number in its journey as a coloured square, and its name."""
    number = positions.get(phase.pk, phase.sort_order + 1)
    outlined = " jp-number--outlined" if HUES < number <= SAME_HUES_UP_TO else ""
    return format_html(
        '<span class="jp-phase"><span class="jp-number jp-number--{}{}" aria-hidden="true">{}</span> {}</span>',
        hue(number),
        outlined,
        number,
        phase.name,
    )


@register.simple_tag
def severity(value: str) -> SafeString:
    """A severity as icon and word."""
    found = Severity(value)
    return format_html(
        '<span class="jp-severity jp-severity--{}">{} {}</span>',
        found.value,
        small_icon(SEVERITY_ICONS[found]),
        found.label,
    )


@register.simple_tag
def hours_of_work(hours: int) -> str:
    return ngettext("%(count)s hour of work", "%(count)s hours of work", hours) % {"count": hours}


@register.simple_tag
def gap_words(gap: Gap | None) -> SafeString:
    """A cell's gap in two or three words, or that it is on target."""
    if gap is None:
        return format_html('<span class="jp-gap jp-gap--ok">{} {}</span>', small_icon("check"), _("On target"))
    icon = small_icon(GAP_ICONS.get(gap.code, "warning"))
    return format_html('<span class="jp-gap jp-gap--{}">{} {}</span>', gap.severity.value, icon, gap.words)


@register.simple_tag
def cell_words(cell: Cell) -> SafeString:
    """A cell's gap in two or three words; one that is accepted without its colour; or that nothing is wanted there."""
    if not cell.wanted.applies:
        return format_html(
            '<span class="jp-gap jp-gap--accepted">{} {}</span>', small_icon("minus"), _("Not applicable")
        )
    if cell.decision is None:
        return gap_words(cell.gap)
    return format_html('<span class="jp-gap jp-gap--accepted">{} {}</span>', small_icon("minus"), cell.gap.words)


@register.simple_tag
def wanted_words(wanted: Wanted) -> str:
    """What is asked of a place, where it is not the usual: "Required, target 3"."""
    usual = wanted.applicability == Applicability.EXPECTED
    words = [] if usual else [str(wanted.applicability.label)]
    if wanted.target is not None and wanted.applies:
        words.append(_("target %(target)s") % {"target": wanted.target})
    return capfirst(", ".join(words))


@register.simple_tag
def gap_place(gap: Gap) -> str:
    """Where a gap is: a link to the item, the cell, the persona or the journey that it is about."""
    if gap.item_id:
        return format_html('<a href="{}">{}</a>', reverse("planner_item:plan", args=[gap.item_id]), _("Open the plan"))
    if gap.persona and gap.phase:
        slugs = [gap.journey.slug, gap.persona.slug, gap.phase.slug]
        return format_html(
            '<a href="{}">{} × {}</a>', reverse("planner_coverage:cell", args=slugs), gap.persona, gap.phase
        )
    if gap.persona:
        return format_html('<a href="{}">{}</a>', reverse("planner_persona:page", args=[gap.persona.slug]), gap.persona)
    if gap.journey:
        address = f"{reverse('planner_coverage:index')}?journey={gap.journey.slug}"
        return format_html('<a href="{}">{}</a>', address, gap.phase or gap.journey)
    return ""


@register.simple_tag
def tally_counts(tally: Tally) -> SafeString:
    """Counts in a sentence: never bare numbers."""
    counts = {"live": tally.live, "fresh": tally.fresh, "coming": tally.confirmed}
    bold = {name: format_html("<b>{}</b>", value) for name, value in counts.items()}
    return format_html(_("{live} live, {fresh} fresh, {coming} coming"), **bold)


@register.simple_tag
def hidden_filters(filters: Filters, *without: str) -> SafeString:
    """The present filters as hidden fields of a form that sets those in `without` itself."""
    pairs = [(name, value) for name, value in filters.kept if name not in without]
    pairs += [(name, value) for name, values in filters.chosen.items() for value in values]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag
def filters_with(filters: Filters, **others: object) -> str:
    """The query string of the present filters, with others set on top; empty ones are left out."""
    texts = {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in others.items()}
    return filters.query(**texts)


@register.filter
def in_weeks(day: date, weeks: int) -> date:
    return day + timedelta(weeks=weeks)


@register.filter
def fields_named(form: Form, names: str) -> list[BoundField]:
    """The fields of a form by their names, separated by blanks."""
    return [form[name] for name in names.split()]


@register.filter
def option_groups(
    widget: CheckboxSelectMultiple, field: BoundField
) -> list[tuple[str | None, list[dict[str, Any]], int]]:
    """The choices of a field as (group or None, options, index): what a widget's own template would loop over.

    Of many, the chosen ones come first; phases keep the order of their journey.
    """
    attrs = field.build_widget_attrs({"id": field.auto_id}, widget)
    context = widget.get_context(field.html_name, field.value(), attrs)
    choices = [(name, option) for name, options, _index in context["widget"]["optgroups"] for option in options]
    if len(choices) > MANY and field.name != "phases":
        choices = [(_("Chosen") if option["selected"] else name, option) for name, option in choices]
        choices.sort(key=lambda choice: not choice[1]["selected"])
    grouped: dict[str | None, list[dict[str, Any]]] = {}
    for name, option in choices:
        grouped.setdefault(name, []).append(option)
    return [(name, options, index) for index, (name, options) in enumerate(grouped.items())]


@register.filter
def are_many(groups: list[tuple[str | None, list[dict[str, Any]], int]]) -> bool:
    """Whether there are too many choices to find one at a glance."""
    return count_options(groups) > MANY


@register.filter
def with_chosen(
    groups: list[tuple[str | None, list[dict[str, Any]], int]],
    chosen: bool,  # noqa: FBT001  (a filter)
) -> list[tuple[str | None, list[dict[str, Any]], int]]:
    """Of many choices the group of the chosen ones, or the other groups."""
    return [group for group in groups if group[1][0]["selected"] is chosen]


@register.filter
def count_options(groups: list[tuple[str | None, list[dict[str, Any]], int]]) -> int:
    return sum(len(options) for _name, options, _index in groups)


def hue(number: int) -> int:
    """Phases 1 to 8 share four hues; later ones are grey (0)."""
    return (number - 1) % HUES + 1 if number <= SAME_HUES_UP_TO else 0
