"""Marking what is live as reviewed, and the way to the screen where an end is changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageLogEntry

from planner.models import ContentItem, JourneyJudgement
from planner.reschedule import version
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_card,
    make_item,
    make_journey,
    make_page,
    make_section,
    make_user,
    tag,
)
from tests.planner.moves import lock, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

BOARD = "/admin/planner/board/"
TODAY = NOW.astimezone(ZONE).date()
OLD = NOW - days(400)


@pytest.fixture
def section() -> Any:
    return make_section("A", first_published_at=OLD)


@pytest.fixture
def erik(client: Client, section: Any) -> Client:
    client.force_login(factories.erik(section))
    return client


@pytest.fixture
def due(section: Any) -> ContentItem:
    """A live page whose review is due."""
    return tag(make_page("Catalogue", parent=section, first_published_at=OLD), review_due=TODAY)


def mark(client: Client, item: ContentItem, token: str | None = None) -> Any:
    data = {"token": version(item) if token is None else token, "next": BOARD}
    return client.post(f"/admin/planner/items/{item.pk}/reviewed/", data, follow=True)


def said(response: Any) -> list[str]:
    return [str(message).strip() for message in response.context["messages"]]


def dates(item: ContentItem) -> tuple[date | None, date | None]:
    item.refresh_from_db()
    return item.reviewed_on, item.review_due


# What it writes


def test_it_counts_as_reviewed_today_and_the_next_review_is_when_it_would_be_old(
    erik: Client, due: ContentItem
) -> None:
    response = mark(erik, due)
    assert dates(due) == (TODAY, date(2027, 3, 2))
    assert said(response) == ["“Catalogue” is marked as reviewed. The next review is due on 2 March 2027."]
    assert response.redirect_chain == [(BOARD, 302)]
    assert response.context["board"].decisions == []


def test_the_strictest_journey_that_it_serves_sets_the_next_review(erik: Client, due: ContentItem) -> None:
    for slug, age in (("a", 30), ("b", 90)):
        journey = make_journey(slug, phases=(f"see-{slug}",))
        JourneyJudgement.objects.create(journey=journey, stale_days=age)
        due.phases.add(journey.phases.get())
    mark(erik, due)
    assert dates(due) == (TODAY, TODAY + days(30))


def test_what_never_grows_old_is_due_no_more(erik: Client, due: ContentItem, settings: Any) -> None:
    settings.PLANNER_STALE_DAYS = None
    response = mark(erik, due)
    assert dates(due) == (TODAY, None)
    assert "no other review is due" in said(response)[0]


def test_it_stands_in_the_history_with_who_did_it(erik: Client, due: ContentItem) -> None:
    mark(erik, due)
    entry = PageLogEntry.objects.get(page=due.page, action="planner.plan")
    assert entry.user.username == "erik"
    assert "Reviewed on set to 2 March 2026." in entry.message


def test_snippets_and_content_off_the_site_are_reviewed_too(marieke: Client) -> None:
    card = ContentItem.objects.get(object_id=str(make_card("Card", first_published_at=OLD).pk))
    letter = make_item("Letter", starts_at=OLD)
    for item in (card, letter):
        mark(marieke, item)
        assert dates(item) == (TODAY, date(2027, 3, 2))


def test_pressing_twice_changes_nothing_the_second_time(erik: Client, due: ContentItem) -> None:
    token = version(due)
    mark(erik, due, token)
    before = stored()
    assert "is marked as reviewed" in said(mark(erik, due, token))[0]
    assert stored() == before


# What refuses it


def test_it_refuses_an_item_that_changed_since_the_screen_was_opened(erik: Client, due: ContentItem) -> None:
    token = version(due)
    due.page.specific.save_revision()
    before = stored()
    assert "was changed since you opened this screen" in said(mark(erik, due, token))[0]
    assert stored() == before


def test_it_refuses_a_page_that_somebody_else_locked(erik: Client, due: ContentItem, section: Any) -> None:
    lock(due, factories.mo(section))
    before = stored()
    assert "“Catalogue” is locked by" in said(mark(erik, due))[0]
    assert stored() == before


def test_it_refuses_what_is_not_live(erik: Client, section: Any) -> None:
    item = tag(make_page("Draft", parent=section, live=False), review_due=TODAY)
    before = stored()
    assert "“Draft” is not live." in said(mark(erik, item))[0]
    assert stored() == before


def test_it_refuses_whoever_may_only_look(client: Client, due: ContentItem, section: Any) -> None:
    client.force_login(make_user("reader", section=section, can=("lock",)))
    before = stored()
    assert mark(client, due).redirect_chain[0][0] == "/admin/"
    assert stored() == before
    assert "Mark reviewed" not in client.get(BOARD).content.decode()


def test_nobody_learns_of_an_item_of_another_section(erik: Client) -> None:
    secret = tag(make_page("Secret", parent=make_section("B"), first_published_at=OLD), review_due=TODAY)
    for name in ("reviewed", "renew"):
        assert erik.get(f"/admin/planner/items/{secret.pk}/{name}/").status_code == 404
    assert mark(erik, secret).status_code == 404
    assert dates(secret) == (None, TODAY)


# How it is offered


def test_the_board_offers_it_with_the_version_that_it_showed(erik: Client, due: ContentItem) -> None:
    markup = erik.get(BOARD).content.decode()
    assert f'action="/admin/planner/items/{due.pk}/reviewed/"' in markup
    assert f'name="token" value="{version(due)}"' in markup


def test_the_glance_offers_it_for_what_is_live_and_asks_first(erik: Client, due: ContentItem, section: Any) -> None:
    address = f"/admin/planner/items/{due.pk}/reviewed/"
    draft = tag(make_page("Draft", parent=section, live=False))
    assert address in erik.get(f"/admin/planner/items/{due.pk}/quick/").content.decode()
    assert "/reviewed/" not in erik.get(f"/admin/planner/items/{draft.pk}/quick/").content.decode()
    markup = erik.get(address).content.decode()
    assert "Is “Catalogue” right as it is?" in markup
    assert "the next review is due on 2 March 2027" in markup
    assert dates(due) == (None, TODAY)


# Another end


def test_what_expires_soon_needs_a_decision(erik: Client, section: Any) -> None:
    make_page("Soon", parent=section, first_published_at=OLD, expire_at=NOW + days(13))
    make_page("Later", parent=section, first_published_at=OLD, expire_at=NOW + days(15))
    make_item("Letter", section=section, starts_at=OLD, expires_at=NOW + days(3))
    response = erik.get(BOARD)
    found = [(one.card.title, one.why.value) for one in response.context["board"].decisions]
    assert found == [("Letter", "expiring"), ("Soon", "expiring")]
    assert "Live, and goes off the site on 15 March." in response.content.decode()


def test_an_end_is_changed_where_it_stands(marieke: Client, section: Any) -> None:
    page = make_page("Page", parent=section, first_published_at=OLD, expire_at=NOW + days(3))
    card = make_card("Card", first_published_at=OLD, expire_at=NOW + days(3))
    letter = make_item("Letter", section=section, starts_at=OLD, expires_at=NOW + days(3))
    row = ContentItem.objects.get(page=page)
    card_row = ContentItem.objects.get(object_id=str(card.pk))
    markup = marieke.get(BOARD).content.decode()
    for item, leads_to in (
        (row, f"/admin/pages/{page.pk}/edit/"),
        (card_row, f"/admin/snippets/cms/carecard/edit/{card.pk}/"),
        (letter, f"/admin/planner/items/{letter.pk}/"),
    ):
        address = f"/admin/planner/items/{item.pk}/renew/"
        assert f'href="{address}?' in markup
        response = marieke.get(address, {"next": BOARD})
        assert response.url == f"{leads_to}?next=%2Fadmin%2Fplanner%2Fboard%2F"


def test_whoever_may_not_edit_is_led_to_the_plan(client: Client, section: Any) -> None:
    page = make_page("Page", parent=section, first_published_at=OLD, expire_at=NOW + days(3))
    item = ContentItem.objects.get(page=page)
    client.force_login(make_user("reader", section=section, can=("lock",)))
    assert "/renew/" not in client.get(BOARD).content.decode()
    assert client.get(f"/admin/planner/items/{item.pk}/renew/").url == f"/admin/planner/items/{item.pk}/"
