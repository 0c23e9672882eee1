"""Generated plans for property tests: what is stored about items, written to the database without code of the planner.

A plan comes from a seed, its items from the seed and their place: a smaller plan is the start of a bigger one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import swapper
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, ModelLogEntry, PageLogEntry, Revision

from cms.models import CareCard
from personas.models import Channel, Journey
from planner.models import ContentItem
from tests.factories import NOW, ZONE

PERSONAS, PHASES, CHANNELS, SECTIONS = 3, 4, 2, ("a", "b")

MOMENTS = (
    *(
        NOW + timedelta(days=number)
        for number in (-800, -366, -365, -364, -57, -56, -55, -14, -1, 0, 1, 14, 55, 56, 57, 90)
    ),
    *(NOW + timedelta(days=days, hours=1) for days in (-366, -365, -57, -20, 0, 30, 56)),
    *(NOW + timedelta(minutes=minutes) for minutes in (-1, 1, 30)),
    datetime(2026, 3, 28, tzinfo=ZONE),
    datetime(2026, 3, 29, tzinfo=ZONE),
    datetime(2026, 3, 29, 2, 30, tzinfo=ZONE, fold=1),
    datetime(2026, 3, 30, tzinfo=ZONE),
    datetime(2025, 10, 26, tzinfo=ZONE),
    datetime(2025, 10, 27, tzinfo=ZONE),
    datetime(2024, 2, 29, 12, tzinfo=ZONE),
    datetime(2025, 12, 31, 23, 59, tzinfo=ZONE),
    datetime(2026, 1, 1, tzinfo=ZONE),
    datetime(2026, 4, 27, 9, tzinfo=ZONE),
    datetime(2026, 4, 27, 9, 30, tzinfo=ZONE),
)
"""Few, so that starts, ends, the moment asked about and its horizon often coincide."""


@dataclass
class Stored:
    """What the database holds about one item: where `page`, a page or a snippet; else content off the site."""

    number: int
    page: bool
    live: bool = False
    first_published_at: datetime | None = None
    last_published_at: datetime | None = None
    latest_revision_created_at: datetime | None = None
    go_live_at: datetime | None = None
    expire_at: datetime | None = None
    unpublished: list[datetime] = field(default_factory=list)
    approved_for: datetime | None = None
    approved_expiry: datetime | None = None
    alias: bool = False
    snippet: bool = False
    state: str = ""
    target_at: datetime | None = None
    target_has_time: bool = True
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    reviewed_on: date | None = None
    substantially_updated_on: date | None = None
    for_everyone: bool = False
    team: str = ""
    kind: str = ""
    personas: frozenset[int] = frozenset()
    phases: frozenset[int] = frozenset()
    channels: frozenset[int] = frozenset()
    identity: int = 0  # translations share one
    section: str = "a"
    item_id: int = 0
    page_id: int = 0
    snippet_id: int = 0


def make_plan(seed: int, size: int) -> list[Stored]:
    """`size` items of all kinds. Nothing is written yet."""
    plan = [_make(random.Random(f"{seed}/{number}"), number) for number in range(size)]
    for stored in plan:
        # The second of a pair is at times a translation of the first.
        original = plan[stored.number - 1]
        alike = stored.page and original.page and stored.snippet == original.snippet
        may_be = stored.number % 2 and alike and not stored.alias and not original.alias
        stored.identity = (
            original.number if may_be and random.Random(f"{seed}+{stored.number}").random() < 0.5 else stored.number
        )
    return plan


def _make(chance: random.Random, number: int) -> Stored:
    stored = Stored(number, page=chance.random() < 0.7)
    if stored.page:
        _schedule(stored, chance)
        stored.snippet = chance.random() < 0.2
        stored.alias = not stored.snippet and chance.random() < 0.08
        stored.state = "cancelled" if chance.random() < 0.08 else ""
    else:
        stored.state = chance.choice(("idea", "draft", "confirmed", "confirmed", "confirmed", "cancelled"))
        stored.starts_at = _maybe(chance, 0.8)
        stored.expires_at = _maybe(chance, 0.4)
    _plan(stored, chance)
    return stored


def _schedule(stored: Stored, chance: random.Random) -> None:
    """One of the ways in which a page may stand, each as Wagtail leaves it; and a few that only a script leaves."""
    past = [moment for moment in MOMENTS if moment <= NOW]
    coming = [moment for moment in MOMENTS if moment > NOW]
    way = chance.choice(
        ("live", "live", "live", "live with update", "draft", "scheduled", "ended", "ended", "ended, scheduled")
    )
    if way in {"live", "live with update"}:
        stored.live = True
        stored.expire_at = _maybe(chance, 0.5, among=coming if chance.random() < 0.9 else past)
        dated = chance.random()
        stored.first_published_at = chance.choice(past) if dated < 0.85 else None
        stored.last_published_at = chance.choice(past) if dated < 0.95 else None
        stored.latest_revision_created_at = _maybe(chance, 0.5, among=past)
    if way.startswith("ended"):
        stored.first_published_at, last = sorted((chance.choice(past), chance.choice(past)))
        # Wagtail writes an unpublish down, and cancels what was approved then; only a script leaves no trace.
        if way == "ended, scheduled" or chance.random() < 0.8:
            stored.unpublished = sorted((last, chance.choice([stored.first_published_at, last])))
        stored.expire_at = _maybe(chance, 0.5)
    if way == "draft":
        stored.go_live_at = _maybe(chance, 0.5)
        stored.expire_at = _maybe(chance, 0.2, among=coming)
    if way in {"scheduled", "ended, scheduled", "live with update"}:
        # At times the moment has passed: the scheduler is late.
        since = stored.unpublished[-1] if stored.unpublished else MOMENTS[0]
        late = [moment for moment in past if moment > since]
        stored.approved_for = chance.choice(late if late and chance.random() < 0.1 else coming)
        stored.approved_expiry = _maybe(chance, 0.5, among=coming)
        if not stored.live:
            stored.go_live_at, stored.expire_at = stored.approved_for, stored.approved_expiry


def _plan(stored: Stored, chance: random.Random) -> None:
    stored.target_at = _maybe(chance, 0.4)
    stored.target_has_time = chance.random() < 0.5
    if stored.target_at and not stored.target_has_time:
        stored.target_at = datetime.combine(stored.target_at.astimezone(ZONE), datetime.min.time(), tzinfo=ZONE)
    stored.reviewed_on, stored.substantially_updated_on = (
        moment and moment.astimezone(ZONE).date() for moment in (_maybe(chance, 0.1), _maybe(chance, 0.1))
    )
    stored.for_everyone = chance.random() < 0.1
    stored.team = chance.choice(("", "web"))
    stored.section = chance.choice(SECTIONS)
    stored.personas = frozenset(chance.sample(range(PERSONAS), chance.choice((0, 1, 1, 2))))
    stored.phases = frozenset(chance.sample(range(PHASES), chance.choice((0, 1, 1, 2))))
    stored.channels = frozenset(chance.sample(range(CHANNELS), chance.choice((0, 1, 1, 2))))


def _maybe(chance: random.Random, share: float, *, among: Any = MOMENTS) -> datetime | None:
    return chance.choice(among) if chance.random() < share else None


def write(plan: list[Stored], journey: Journey, sections: dict[str, Any]) -> None:
    """Put a plan into the database, in bulk, and note each item's keys in the plan."""
    _write_pages([stored for stored in plan if stored.page and not stored.snippet], sections)
    _write_snippets([stored for stored in plan if stored.snippet])
    rows = ContentItem.objects.bulk_create([_row(stored, sections) for stored in plan])
    for stored, row in zip(plan, rows, strict=True):
        stored.item_id = row.pk
    _write_tags(plan, "personas", list(journey.personas.all()))
    _write_tags(plan, "phases", list(journey.phases.all()))
    _write_tags(plan, "channels", list(Channel.objects.all()))


def _write_pages(plan: list[Stored], sections: dict[str, Any]) -> None:
    Page = swapper.load_model("wagtailcore", "Page")
    page_type = ContentType.objects.get_for_model(Page)
    locales = list(Locale.objects.order_by("pk"))
    names = ("live", "first_published_at", "last_published_at", "latest_revision_created_at", "go_live_at", "expire_at")
    made = Page.objects.bulk_create(
        Page(
            title=f"Page {stored.number}",
            draft_title=f"Page {stored.number}",
            slug=f"plan-{stored.number}",
            path=f"{sections[stored.section].path}{stored.number + 100:04d}",
            depth=sections[stored.section].depth + 1,
            url_path=f"/plan-{stored.number}/",
            content_type=page_type,
            locale=locales[stored.identity != stored.number],
            translation_key=UUID(int=stored.identity + 1),
            alias_of=sections[stored.section] if stored.alias else None,
            **{name: getattr(stored, name) for name in names},
        )
        for stored in plan
    )
    for stored, page in zip(plan, made, strict=True):
        stored.page_id = page.pk
    types = {"content_type": page_type, "base_content_type": page_type}
    Revision.objects.bulk_create(
        Revision(
            **types,
            object_id=str(stored.page_id),
            created_at=NOW,
            approved_go_live_at=stored.approved_for,
            content={
                "expire_at": stored.approved_expiry.astimezone(UTC).isoformat() if stored.approved_expiry else None
            },
        )
        for stored in plan
        if stored.approved_for
    )
    PageLogEntry.objects.bulk_create(
        PageLogEntry(page_id=stored.page_id, content_type=page_type, action=action, timestamp=moment, uuid=None)
        for stored in plan
        for moment, action in zip(
            stored.unpublished, ("wagtail.unpublish", "wagtail.unpublish.scheduled"), strict=False
        )
    )


def _write_snippets(plan: list[Stored]) -> None:
    card_type, locales = ContentType.objects.get_for_model(CareCard), list(Locale.objects.order_by("pk"))
    names = ("live", "first_published_at", "last_published_at", "go_live_at", "expire_at")
    made = CareCard.objects.bulk_create(
        CareCard(
            title=f"Card {stored.number}",
            locale=locales[stored.identity != stored.number],
            translation_key=UUID(int=stored.identity + 1),
            **{name: getattr(stored, name) for name in names},
        )
        for stored in plan
    )
    for stored, card in zip(plan, made, strict=True):
        stored.snippet_id = card.pk
        # A snippet has the date of its latest revision from that revision alone.
        if stored.latest_revision_created_at:
            card.latest_revision = _revision(stored, card_type, created_at=stored.latest_revision_created_at)
            card.save(update_fields=["latest_revision"])
    Revision.objects.bulk_create(
        _revision(stored, card_type, approved_go_live_at=stored.approved_for, save=False)
        for stored in plan
        if stored.approved_for
    )
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            object_id=str(stored.snippet_id), content_type=card_type, action=action, timestamp=moment, uuid=None
        )
        for stored in plan
        for moment, action in zip(
            stored.unpublished, ("wagtail.unpublish", "wagtail.unpublish.scheduled"), strict=False
        )
    )


def _revision(stored: Stored, of_type: Any, *, save: bool = True, **fields: Any) -> Revision:
    expiry = stored.approved_expiry.astimezone(UTC).isoformat() if stored.approved_expiry else None
    revision = Revision(
        content_type=of_type,
        base_content_type=of_type,
        object_id=str(stored.snippet_id),
        content={"expire_at": expiry},
        **({"created_at": NOW} | fields),
    )
    if save:
        revision.save()
    return revision


def _row(stored: Stored, sections: dict[str, Any]) -> ContentItem:
    own = ("state", "target_at", "target_has_time", "starts_at", "expires_at", "for_everyone", "team", "kind")
    snippet = {"content_type": ContentType.objects.get_for_model(CareCard), "object_id": str(stored.snippet_id)}
    return ContentItem(
        page_id=stored.page_id or None,
        title="" if stored.page else f"Item {stored.number}",
        uid=UUID(int=stored.number + 1000),
        section=None if stored.page else sections[stored.section],
        reviewed_on=stored.reviewed_on,
        substantially_updated_on=stored.substantially_updated_on,
        **(snippet if stored.snippet else {}),
        **{name: getattr(stored, name) for name in own},
    )


def _write_tags(plan: list[Stored], name: str, members: list[Any]) -> None:
    dimension = ContentItem._meta.get_field(name)
    through, member = dimension.remote_field.through, dimension.m2m_reverse_field_name()
    through.objects.bulk_create(
        through(contentitem_id=stored.item_id, **{f"{member}_id": members[position].pk})
        for stored in plan
        for position in getattr(stored, name)
    )
