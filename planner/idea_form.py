"""The form of a new idea, filled in from the address that led to it: a day, a cell of the matrix, a gap, a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Min
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas.models import Channel, Persona, Phase
from planner import access
from planner.forms import PlanForm
from planner.models import ContentItem, Series
from planner.models.series import MOST_PARTS
from planner.parts import next_part
from planner.schedule import read_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model
    from django.http import HttpRequest, QueryDict
    from wagtail.models import AbstractPage

MOST_VALUES = 50
"""More slugs of one kind than anybody links to: the rest of a forged address is not read."""

LONGEST_SHOWN = 60


class SectionField(forms.ModelChoiceField):
    """Pages by their titles, those within another indented."""

    shallowest = 2

    def label_from_instance(self, page: AbstractPage) -> str:
        return indented(page, self.shallowest)


def indented(page: AbstractPage, shallowest: int) -> str:
    """The title of a page in a list that follows the tree and begins at the depth given."""
    return "\N{NO-BREAK SPACE}" * 4 * max(page.depth - shallowest, 0) + page.get_admin_display_title()


class IdeaForm(PlanForm):
    """A plan for something that does not exist yet: the title is all it needs."""

    title = forms.CharField(
        max_length=255,
        label=gettext_lazy("Title"),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    section = SectionField(
        queryset=None,
        empty_label=None,
        label=gettext_lazy("Section"),
        help_text=gettext_lazy("Who may work in this section of the site may work on this idea."),
    )

    def __init__(
        self, data: Any = None, *, user: AbstractBaseUser, filled_in: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, item=ContentItem(), user=user, **kwargs)
        # Who does not see everything would learn from the number what is planned out of sight.
        self.may_number = access.sees_everything(user)
        if self.may_number:
            self.fields["series_part"].help_text = _("Leave empty for the next part that is missing.")
        # What an address fills in counts as a change: nothing of a new idea is stored yet.
        sections = access.sections_of(user)
        self.fields["section"].queryset = sections
        self.fields["section"].shallowest = sections.aggregate(depth=Min("depth"))["depth"] or 0
        self.initial |= {"owner": user, "section": _first_choice(sections)} | (filled_in or {})

    def _check_series(self) -> None:
        series = self.cleaned_data.get("series")
        if series and self.cleaned_data.get("series_part") is None and self.may_number:
            self.cleaned_data["series_part"] = next_part(series)
        super()._check_series()


def filled_in_by(query: QueryDict) -> tuple[dict[str, Any], list[str]]:
    """What an address fills in (`day`; by slug `personas`, `phases`, `channels` and `series`, whose number is `part`),
    and a word on all it cannot.

    A phase is named by its slug, or as "journey/phase". Inactive members are not filled in. Four queries at most.
    """
    found: dict[str, Any] = {}
    unknown: list[str] = []
    for name, told, members in _VOCABULARIES:
        slugs = [slug.replace("\0", "") for slug in query.getlist(name)[:MOST_VALUES] if slug]
        if not slugs:
            continue
        by_slug = members(slugs)
        found[name] = list(dict.fromkeys(by_slug[slug] for slug in slugs if slug in by_slug))
        unknown += [told() % {"slug": slug[:LONGEST_SHOWN]} for slug in slugs if slug not in by_slug]
    if asked := query.get("series", "").replace("\0", ""):
        if series := Series.objects.active().filter(slug=asked).first():
            found |= {"series": series, "series_part": _part(query.get("part", ""))}
        else:
            text = _("There is no active series “%(slug)s”; it was left out.")
            unknown.append(text % {"slug": asked[:LONGEST_SHOWN]})
    if asked := query.get("day", ""):
        if day := read_day(asked):
            found["target_date"] = day
        else:
            text = _("“%(day)s” is no date, and was left out. Write it as 2026-11-30.")
            unknown.append(text % {"day": asked[:LONGEST_SHOWN]})
    return found, unknown


def new_idea_url(request: HttpRequest, **filled_in: str) -> str:
    """The address of the form for something new, filled in, that leads back to the present screen."""
    given = {name: value for name, value in filled_in.items() if value}
    return f"{reverse('planner_item:new')}?{urlencode(given | {'next': request.get_full_path()})}"


def _part(asked: str) -> int | None:
    """The number of a part as an address names it; None for what is none, which the form then asks for."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= len(str(MOST_PARTS)) else 0
    return number if 1 <= number <= MOST_PARTS else None


def _personas(slugs: list[str]) -> dict[str, Model]:
    return Persona.objects.active().by_slugs(slugs)


def _channels(slugs: list[str]) -> dict[str, Model]:
    return Channel.objects.active().by_slugs(slugs)


def _phases(slugs: list[str]) -> dict[str, Model]:
    names = {slug.rpartition("/")[2] for slug in slugs}
    phases = Phase.objects.active().filter(slug__in=names, journey__active=True).select_related("journey")
    by_name: dict[str, Model] = {}
    for phase in phases.order_by("journey__sort_order", "sort_order", "pk"):
        by_name[f"{phase.journey.slug}/{phase.slug}"] = phase
        by_name.setdefault(phase.slug, phase)
    return by_name


_VOCABULARIES: tuple[tuple[str, Callable[[], str], Callable[[list[str]], dict[str, Model]]], ...] = (
    ("personas", lambda: _("There is no active persona “%(slug)s”; it was left out."), _personas),
    ("phases", lambda: _("There is no active phase “%(slug)s”; it was left out."), _phases),
    ("channels", lambda: _("There is no active channel “%(slug)s”; it was left out."), _channels),
)


def _first_choice(sections: Any) -> AbstractPage | None:
    """The default section where the user may use it, else the first that they may."""
    default = access.default_section()
    usual = sections.filter(pk=default.pk).first() if default else None
    return usual or sections.first()
