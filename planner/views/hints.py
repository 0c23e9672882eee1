"""What a plan's form says beside its boxes, asked for again whenever one is ticked.

For each cell chosen: what publishing would close, the key message and the open questions, and what serves it already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractBaseUser
from django.forms import Media
from django.http import QueryDict
from wagtail.permissions import policy_registry

from personas.models import Journey, Persona, Phase
from planner import access, conf
from planner.briefs import make_briefs
from planner.coverage import Place
from planner.hints import hints
from planner.models import ContentItem
from planner.report import make_report
from planner.schedule import read_day, read_items
from planner.views.base import PlannerView

if TYPE_CHECKING:
    from planner.forms import PlanForm

PLAN_MEDIA = Media(
    css={"all": ["planner/planner.css"]},
    js=["planner/plan-hints.js", "planner/narrow-boxes.js", "planner/next-steps.js"],
)
"""What a plan's form needs in the browser."""

MOST_KEYS = 200
OPEN_UP_TO = 2
"""With so many cells each shows all it has; with more it is folded away, or the page would grow without end."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen in a plan's form, saved or not."""

    personas: list[Persona]
    phases: list[Phase]
    target: date | None = None
    question: str = ""  # that the item answers


class HintsView(PlannerView):
    """The hints for what is chosen in the address, over what the reader may see."""

    template_name = "planner/editor/hints.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        everyone = "for_everyone" in query
        item = access.visible_items(self.request.user).filter(pk__in=keys_in(query, "item")).first()
        chosen = Choice(
            list(Persona.objects.active() if everyone else Persona.objects.filter(pk__in=keys_in(query, "personas"))),
            list(Phase.objects.filter(pk__in=keys_in(query, "phases"))),
            read_day(query.get("target_date", "")),
            query.get("customer_question", ""),
        )
        return super().get_context_data(**kwargs) | hints_for(chosen, item=item, user=self.request.user, now=self.now)


def hints_of_form(form: PlanForm, *, item: ContentItem, user: AbstractBaseUser, now: datetime) -> dict[str, Any]:
    """What the template of the hints needs for a form as it stands: as it was filled in where that is shown again.

    `item`: what the form will be saved on; not the form's own while a snippet is copied.
    """
    filled_in = getattr(form, "cleaned_data", {})
    values = form.initial | {name: filled_in[name] for name in form.initial if name in filled_in}
    chosen = Choice(
        list(Persona.objects.active() if values["for_everyone"] else values["personas"]),
        list(values["phases"]),
        values["target_date"],
        values["customer_question"],
    )
    return hints_for(chosen, item=item, user=user, now=now)


def hints_for(chosen: Choice, *, item: ContentItem | None, user: AbstractBaseUser, now: datetime) -> dict[str, Any]:
    """What the template of the hints needs. Where no cell is chosen no query at all; else those of a report and of
    the briefs, whatever the number of cells.
    """
    context: dict[str, Any] = {"hints": [], "closing": 0, "chosen": bool(chosen.personas and chosen.phases)}
    if not context["chosen"]:
        return context
    question = conf.question(at=now, now=now)
    live = _is_live(item, now)
    counted = _places_of(item) if live else set()
    found = hints(make_report(user, question), chosen.personas, chosen.phases, counted=counted)
    places = [Place(hint.persona.pk, hint.phase.pk) for hint in found]
    briefs = make_briefs(user, places, question, but=item.pk if item else None, answers=chosen.question)
    return context | {
        "hints": [replace(hint, brief=briefs[place]) for hint, place in zip(found, places, strict=True)],
        "closing": sum(hint.closes for hint in found),
        "open_questions": list(dict.fromkeys(asked for brief in briefs.values() for asked in brief.open_questions)),
        "live": live,
        "partly": not access.sees_everything(user),
        "unfolded": len(found) <= OPEN_UP_TO,
        "target": chosen.target,
        "may_write_messages": policy_registry.get_by_type(Journey).user_has_permission(user, "change"),
    }


def _is_live(item: ContentItem | None, now: datetime) -> bool:
    """Whether the item's tags count as soon as they are saved."""
    if item is None or item.pk is None:
        return False
    (record,) = read_items(ContentItem.objects.filter(pk=item.pk), now=now)
    return record.facts.is_live(now)


def _places_of(item: ContentItem) -> set[Place]:
    """The cells that the item is tagged for, as stored."""
    personas = Persona.objects.active() if item.for_everyone else item.personas.all()
    return {Place(persona.pk, phase.pk) for persona in personas for phase in item.phases.all()}


def keys_in(query: QueryDict, name: str) -> list[int]:
    return [
        int(value)
        for value in query.getlist(name)[:MOST_KEYS]
        if value.isascii() and value.isdigit() and len(value) < 19
    ]
