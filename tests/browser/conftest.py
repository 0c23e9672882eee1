"""One browser for all of these tests, and a nursery's small site for them to look at.

The clock is not frozen here: a browser keeps its own time, and would drop a cookie that expired by its clock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Error, Page, expect

from personas.models import Need, Pain, Pleasure, Question, RouteStep
from planner import conf
from planner.coverage_history import take_snapshot
from planner.models import TagRule
from tests import factories
from tests.factories import (
    days,
    make_channel,
    make_evidence,
    make_item,
    make_journey,
    make_page,
    make_persona,
    schedule_page,
    tag,
)

PATIENCE = 20_000
"""Milliseconds until something that should be on a page counts as missing: a machine may run more than these tests."""

expect.set_options(timeout=PATIENCE)

OpenAs = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class Nursery:
    """The site's address, the people who may log in, and what the tests ask for by name."""

    url: str
    marieke: Any
    erik: Any
    reader: Any
    section: Any
    page: Any
    item: Any
    idea: Any
    persona: Any
    journey: Any
    channel: Any
    rule: Any


@pytest.fixture(scope="session")
def browser(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    """The browser at CHROMIUM, else the one this machine has. Without any these tests are skipped, but never in CI."""
    chosen = os.environ.get("CHROMIUM")
    try:
        launched = launch_browser(**({"executable_path": chosen} if chosen else {}))
    except Error as error:
        if os.environ.get("CI") == "true" or "Executable doesn't exist" not in str(error):
            raise
        pytest.skip("There is no browser. `make test` installs one; CHROMIUM names another.")
    yield launched
    launched.close()


def session_of(user: Any) -> str:
    """The key of a new session: logging in by form each time would take a second."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def open_as(browser: Browser, live_server: Any) -> Iterator[OpenAs]:
    """Opens a page for a user who is logged in already; `None` has yet to log in. Options go to the context."""
    contexts = []

    def open_page(user: Any, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if user:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": live_server.url}]
            )
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def nursery(live_server: Any) -> Nursery:
    """Two personas, one journey, and content in each state that the screens draw in a way of its own.

    Nothing is there for a florist or a gardener who renews: that gap is for the tests to close.
    """
    now = timezone.now()
    section, elsewhere = factories.make_section("For florists"), factories.make_section("For everybody")
    portrait = {"quote": "Not what the supermarket has.", "goals": ["Something special"], "motives": ["direct"]}
    florist = make_persona("florist", name="Florist", **portrait)
    gardener = make_persona("gardener", name="Balcony gardener")
    website, fair = make_channel("website", name="Website"), make_channel("fair", name="Trade fair")
    journey = make_journey(
        "buying", name="Buying plants", personas=(florist, gardener), phases=("discover", "choose", "care", "renew")
    )
    discover, choose, care, _renew = journey.phases.order_by("sort_order")
    fresh = {"parent": section, "first_published_at": now - days(2)}
    old = {"parent": section, "first_published_at": now - days(500)}
    draft = {"parent": section, "live": False}
    page = tag(make_page("Hellebores in winter", **fresh), personas=florist, phases=discover, channels=website).page
    tag(make_page("Three weeks of poinsettias", **fresh), personas=[florist, gardener], phases=[discover, choose])
    tag(make_page("Old catalogue", **old), personas=florist, phases=care)
    tag(make_page("Repotting", **draft), personas=gardener, phases=care, target_at=now - days(1))
    tag(make_page("Spring colours", **draft), personas=florist, phases=choose, target_at=now)
    approved = make_page("Bare root roses", **draft)
    schedule_page(approved, now + days(1), now + days(3))
    tag(approved, personas=gardener, phases=choose, channels=website)
    tag(make_page("The open day", parent=elsewhere, first_published_at=now), for_everyone=True, phases=discover)
    item = make_item("Stand at the fair", section=section, personas=florist, phases=choose, channels=fair)
    take_snapshot(journey, conf.question(at=now, now=now))
    idea = make_item("A film on grafting", section=section, state="idea", phases=care, brief="Two minutes.")
    make_evidence(florist, phase=choose, value=41.5, unit="%", url="https://example.com/", date=now.date() - days(9))
    make_evidence(florist, kind="qualitative", imported_from="talks.csv", imported_at=now, date=now.date() - days(30))
    Need.objects.create(persona=florist, phase=choose, text="To see how it stands after two weeks")
    Pain.objects.create(persona=florist, text="Early mornings")
    Pleasure.objects.create(persona=florist, phase=care, text="A card in the box")
    for place, (phase, channel) in enumerate([(choose, fair), (care, website)], start=1):
        RouteStep.objects.create(persona=florist, place=place, phase=phase, channel=channel)
    Question.objects.create(persona=florist, phase=choose, text="How few may I order?")
    return Nursery(
        url=live_server.url,
        marieke=factories.marieke(),
        erik=factories.erik(section),
        reader=factories.make_user("reader", section=section, can=("lock",)),
        section=section,
        page=page,
        item=item,
        idea=idea,
        persona=florist,
        journey=journey,
        channel=website,
        rule=TagRule.objects.create(tag="roses", persona=gardener),
    )


@pytest.fixture
def marieke(live_server: Any) -> Any:
    """The superuser of a site without content."""
    return factories.marieke()
