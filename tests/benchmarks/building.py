"""Builds big plans quickly: rows by the thousand, without signals, revisions or one query per page."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import swapper
from django.contrib.contenttypes.models import ContentType

from personas.models import Channel, Journey
from planner.models import ContentItem
from tests.factories import NOW, days, make_channel, make_journey, make_persona, root_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PHASES = ("see", "hear", "think", "compare", "choose", "do", "care", "return", "tell")
BATCH = 2000
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def make_vocabulary(*, personas: int = 10, phases: int = 9, channels: int = 30) -> Journey:
    """One journey with its personas and phases, and the channels."""
    for number in range(channels):
        make_channel(f"channel-{number}")
    people = tuple(make_persona(f"persona-{number}") for number in range(personas))
    return make_journey("journey", personas=people, phases=PHASES[:phases])


def make_items(
    number: int, *, seed: int = 1, dated: Callable[[int], dict[str, Any]] | None = None
) -> list[ContentItem]:
    """Confirmed content off the site, live for up to three years, or going live soon, or ended; some ideas among it.

    `dated`: state and dates by position, where others are wanted.
    """
    random, section = Random(seed), root_page()  # noqa: S311 (no secret)
    rows = [
        ContentItem(
            title=f"Item {position}",
            section=section,
            uid=_uuid(random),
            **(dated(position) if dated else _off_site(random)),
        )
        for position in range(number)
    ]
    return ContentItem.objects.bulk_create(rows, batch_size=BATCH)


def make_pages(number: int, *, seed: int = 1) -> list[ContentItem]:
    """Pages below the site's root with their rows: live, expired, or drafts with a target date. None has a revision."""
    Page = swapper.load_model("wagtailcore", "Page")
    random, root = Random(seed), root_page()  # noqa: S311 (no secret)
    page_type = ContentType.objects.get_for_model(Page)
    first = root.numchild + 1
    pages = [
        Page(
            title=f"Page {position}",
            draft_title=f"Page {position}",
            slug=f"bulk-{position}",
            path=root.path + _step(position),
            depth=root.depth + 1,
            url_path=f"{root.url_path}bulk-{position}/",
            content_type=page_type,
            locale_id=root.locale_id,
            translation_key=_uuid(random),
            **_schedule(random),
        )
        for position in range(first, first + number)
    ]
    made = Page.objects.bulk_create(pages, batch_size=BATCH)
    Page.objects.filter(pk=root.pk).update(numchild=root.numchild + number)
    rows = [
        ContentItem(page=page, uid=_uuid(random), target_at=None if page.live else NOW + days(random.randint(-9, 90)))
        for page in made
    ]
    return ContentItem.objects.bulk_create(rows, batch_size=BATCH)


def tag_at_random(items: list[ContentItem], journey: Journey, *, seed: int = 1) -> None:
    """Two personas, two phases and one channel on each item, give or take one; every twentieth item has no tag."""
    random = Random(seed)  # noqa: S311 (no secret)
    for name, members, most in (
        ("personas", list(journey.personas.all()), 3),
        ("phases", list(journey.phases.all()), 3),
        ("channels", list(Channel.objects.all()), 1),
    ):
        field = ContentItem._meta.get_field(name)
        through, member = field.remote_field.through, field.m2m_reverse_field_name()
        links = (
            through(contentitem_id=item.pk, **{f"{member}_id": chosen.pk})
            for position, item in enumerate(items)
            if position % 20
            for chosen in random.sample(members, random.randint(1, most))
        )
        for batch in _batches(links):
            through.objects.bulk_create(batch)


def _off_site(random: Random) -> dict[str, Any]:
    if random.random() < 0.1:
        return {"state": "idea", "target_at": NOW + days(random.randint(-9, 90))}
    start = NOW + days(random.randint(-1000, 90))
    return {
        "state": "confirmed",
        "starts_at": start,
        "expires_at": start + days(random.randint(30, 900)) if random.random() < 0.3 else None,
    }


def _schedule(random: Random) -> dict[str, Any]:
    if random.random() < 0.1:
        return {"live": False}
    start = NOW - days(random.randint(1, 1000))
    expiry = start + days(random.randint(30, 1100)) if random.random() < 0.3 else None
    return {
        "live": not expiry or expiry > NOW,
        "first_published_at": start,
        "last_published_at": start,
        "expire_at": expiry,
    }


def _step(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits.zfill(4)


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def _batches(links: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(links, BATCH * 5)):
        yield batch
