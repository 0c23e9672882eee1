"""Occasions, campaigns and a series of De Lindehof: data, and the few lines that store it.

Days count from the day of loading. The series promised a part every two weeks: its third is late, because nobody
planned it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from personas.models import Persona, Phase
from planner.models import Campaign, ContentItem, Occasion, PromisedPart, Series
from planner.models.occasion import Rule
from planner.starter_occasions import load_starters

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser
    from django.db.models import QuerySet

STARTERS = (
    "valentine",
    "easter",
    "mothers-day",
    "kings-day",
    "remembrance-day",
    "sinterklaas",
    "christmas",
    "year-end",
    "after-purchase",
    "contract-ends",
)
FAIR = "IPM Essen"
PLANNED_FOR = {
    "christmas": "Cadeaugids: een plant voor elke gelegenheid",
    "after-purchase": "De eerste week met je nieuwe plant",
}
"""Content by the starter that it is for."""


@dataclass(frozen=True)
class CampaignPlan:
    slug: str
    name: str
    kind: str
    message: str
    days: tuple[int, int]
    personas: str
    phases: str
    content: tuple[str, ...]


CAMPAIGNS = (
    CampaignPlan(
        "balkon-in-bloei",
        "Balkon in bloei",
        "branding",
        "Vier vierkante meter is genoeg voor een jaar vol kleur.",
        (-14, 32),
        "balkontuinier",
        "verleiden veroveren",
        ("Binnenkijken bij drie stadsbalkons", "Kleuren van het komende jaar", "Een moestuin in drie kratten"),
    ),
    CampaignPlan(
        "trouwe-winkels",
        "Trouwe winkels",
        "retention",
        "Wie met ons vooruit plant, verkoopt meer.",
        (5, 50),
        "inkoper-tuincentrum zelfstandig-bloemist",
        "vasthouden verhogen",
        ("Schappenplan voor het nieuwe seizoen", "Bloemistenbrief: nieuw deze maand", "Een eigen kleur voor uw winkel"),
    ),
)

SERIES = "Van stek tot struik"
FIRST_PART, PARTS = -32, 4
CONTENT_OF_PARTS = {1: "Een balkon dat het hele jaar bloeit", 2: "Binnenkijken bij drie stadsbalkons"}
LAST_TITLE = "Oogsten, en weer van voren af aan"


def make_occasions(today: date, owner: AbstractUser) -> None:
    """Store all of it, and name it in the plans of the content that belongs to it. A title that is not there fails."""
    occasions = {one.origin.partition(":")[2]: one for one in load_starters("nl", codes=STARTERS)}
    florists, buyers = (Persona.objects.get(slug=slug) for slug in ("zelfstandig-bloemist", "inkoper-tuincentrum"))
    fair = today + timedelta(days=65)
    essen = Occasion.objects.create(
        name=FAIR, rule=Rule.DATES, first_day=fair, last_day=fair + timedelta(days=3), lead_days=70
    )
    essen.personas.set([florists, buyers])
    for code, title in PLANNED_FOR.items():
        _rows(title).update(occasion=occasions[code])
    for plan in CAMPAIGNS:
        _make_campaign(plan, today, owner)
    _make_series(today, owner)


def _make_campaign(plan: CampaignPlan, today: date, owner: AbstractUser) -> None:
    first, last = (today + timedelta(days=day) for day in plan.days)
    campaign = Campaign.objects.create(
        slug=plan.slug,
        name=plan.name,
        kind=plan.kind,
        core_message=plan.message,
        first_day=first,
        last_day=last,
        owner=owner,
    )
    campaign.personas.set(Persona.objects.filter(slug__in=plan.personas.split()))
    campaign.phases.set(Phase.objects.filter(slug__in=plan.phases.split()))
    for title in plan.content:
        _rows(title).update(campaign=campaign)


def _make_series(today: date, owner: AbstractUser) -> None:
    series = Series.objects.create(
        slug="van-stek-tot-struik",
        name=SERIES,
        cadence=Series.Cadence.TWO_WEEKLY,
        first_part_on=today + timedelta(days=FIRST_PART),
        parts=PARTS,
        owner=owner,
    )
    PromisedPart.objects.create(series=series, number=PARTS, title=LAST_TITLE)
    for number, title in CONTENT_OF_PARTS.items():
        _rows(title).update(series=series, series_part=number)


def _rows(title: str) -> QuerySet[ContentItem]:
    rows = ContentItem.objects.filter(page__draft_title=title)
    if not rows.exists():
        raise LookupError(f"The demo has no page “{title}”.")
    return rows
