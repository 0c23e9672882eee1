"""Content for a site's visitors: what the querysets and template tags give, and what they must never give."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Locale, PageViewRestriction

from planner.models import ContentItem
from tests.factories import (
    NOW,
    days,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "only_our_items")]

ADDRESS = "https://example.com/read"


@pytest.fixture
def tags() -> dict[str, Any]:
    florist = make_persona("florist")
    journey = make_journey("buy", personas=(florist,), phases=("see", "do"))
    return {"personas": florist, "phases": journey.phases.get(slug="see"), "channels": make_channel("website")}


def rendered(call: str, **context: Any) -> list[str]:
    """The titles that a template gets from a tag."""
    text = "{% load planner_content %}{% " + call + " as items %}{% for item in items %}{{ item.title }}|{% endfor %}"
    with translation.override("en"):
        answer = Template(text).render(Context({"request": RequestFactory().get("/"), **context}))
    return answer.split("|")[:-1]


FOR_FLORISTS = 'content_for persona="florist" phase="see"'


def test_it_gives_live_content_of_the_persona_in_the_phase(tags: dict[str, Any]) -> None:
    tag(make_page("Bulbs"), **tags)
    tag(make_page("For others"), **tags | {"personas": make_persona("buyer")})
    tag(make_page("Another phase"), **tags | {"phases": []})
    assert rendered(FOR_FLORISTS) == ["Bulbs"]


def test_content_for_everyone_is_for_each_persona(tags: dict[str, Any]) -> None:
    tag(make_page("Bulbs"), phases=tags["phases"], for_everyone=True)
    assert rendered(FOR_FLORISTS) == ["Bulbs"]


@pytest.mark.parametrize(("phase", "found"), [("buy/see", ["Bulbs"]), ("stay/see", []), ("see", ["Bulbs"])])
def test_a_phase_may_be_named_with_its_journey(tags: dict[str, Any], phase: str, found: list[str]) -> None:
    tag(make_page("Bulbs"), **tags)
    assert rendered(f'content_for phase="{phase}"') == found


def test_a_channel_narrows_it_down(tags: dict[str, Any]) -> None:
    tag(make_page("Bulbs"), **tags)
    tag(make_page("Elsewhere"), **tags | {"channels": []})
    assert rendered('content_for channel="website"') == ["Bulbs"]


def test_a_variable_that_is_not_set_finds_nothing(tags: dict[str, Any]) -> None:
    tag(make_page("Bulbs"), **tags)
    assert rendered("content_for persona=visitor.persona") == []


def test_it_gives_a_title_and_an_address(tags: dict[str, Any]) -> None:
    page = tag(make_page("Bulbs"), **tags).page
    make_item("Newsletter", url=ADDRESS, starts_at=NOW - days(20), **tags)
    loop = "{% for one in all %}{{ one.title }} {{ one.url }};{% endfor %}"
    tagged = "{% load planner_content %}{% " + FOR_FLORISTS + " as all %}" + loop
    with translation.override("en"):
        answer = Template(tagged).render(Context({"request": RequestFactory().get("/")}))
    assert answer == f"Bulbs {page.get_url()};Newsletter {ADDRESS};"


def test_the_newest_come_first_and_no_more_than_asked(tags: dict[str, Any]) -> None:
    for age in (3, 1, 2):
        tag(make_page(f"{age} days", first_published_at=NOW - days(age)), **tags)
    assert rendered(f"{FOR_FLORISTS} limit=2") == ["1 days", "2 days"]


def test_a_live_page_with_a_draft_shows_its_published_title(tags: dict[str, Any]) -> None:
    page = tag(make_page("Bulbs"), **tags).page.specific
    page.title = "Secret plans"
    page.save_revision()
    assert rendered(FOR_FLORISTS) == ["Bulbs"]


def never_draft(tags: dict[str, Any]) -> None:
    tag(make_page(live=False), **tags)


def never_scheduled(tags: dict[str, Any]) -> None:
    page = make_page(live=False)
    tag(page, **tags)
    schedule_page(page, NOW + days(1))


def never_expired_though_the_scheduler_is_late(tags: dict[str, Any]) -> None:
    tag(make_page(expire_at=NOW), **tags)


def never_unpublished(tags: dict[str, Any]) -> None:
    page = make_page()
    tag(page, **tags)
    page.unpublish()


def never_private(tags: dict[str, Any]) -> None:
    page = make_page()
    tag(page, **tags)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def never_below_a_private_page(tags: dict[str, Any]) -> None:
    section = make_section("Members")
    tag(make_page(parent=section), **tags)
    PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.PASSWORD, password="x")


def never_of_a_private_section(tags: dict[str, Any]) -> None:
    section = make_section("Members")
    make_item(url=ADDRESS, section=section, **tags)
    PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.GROUPS)


def never_without_address(tags: dict[str, Any]) -> None:
    make_item(**tags)


def never_with_a_script_for_an_address(tags: dict[str, Any]) -> None:
    make_item(url="javascript:alert(1)", **tags)


def never_an_idea_off_the_site(tags: dict[str, Any]) -> None:
    make_item(url=ADDRESS, state=ContentItem.State.IDEA, **tags)


def never_cancelled_off_the_site(tags: dict[str, Any]) -> None:
    make_item(url=ADDRESS, state=ContentItem.State.CANCELLED, **tags)


def never_coming_off_the_site(tags: dict[str, Any]) -> None:
    make_item(url=ADDRESS, starts_at=NOW + days(1), **tags)


def never_over_off_the_site(tags: dict[str, Any]) -> None:
    make_item(url=ADDRESS, expires_at=NOW, **tags)


def never_an_alias(tags: dict[str, Any]) -> None:
    page = make_page(live=False)
    tag(page, **tags)
    alias = page.create_alias(update_slug="mirror")
    type(page).objects.filter(pk=alias.pk).update(live=True)
    ContentItem.objects.filter(page=alias.pk).update(for_everyone=True)


@pytest.mark.parametrize("make", [value for name, value in list(globals().items()) if name.startswith("never_")])
def test_it_never_gives(make: Any, tags: dict[str, Any]) -> None:
    make(tags)
    assert rendered("content_for") == []
    assert rendered(FOR_FLORISTS) == []


def test_a_page_beside_a_private_one_is_public(tags: dict[str, Any]) -> None:
    private = make_section("Members")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    tag(make_page("Bulbs"), **tags)
    assert rendered(FOR_FLORISTS) == ["Bulbs"]


def test_visitors_read_pages_in_their_own_language(tags: dict[str, Any]) -> None:
    dutch, _made = Locale.objects.get_or_create(language_code="nl")
    tag(make_page("Bollen", locale=dutch), **tags)
    tag(make_page("Bulbs"), **tags)
    assert rendered(FOR_FLORISTS) == ["Bulbs"]


def test_the_queries_do_not_grow_with_the_content(tags: dict[str, Any]) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            rendered(f"{FOR_FLORISTS} limit=50")
        return len(queries)

    tag(make_page(), **tags)
    cost()
    few = cost()
    for _ in range(20):
        tag(make_page(), **tags)
    assert cost() == few <= 5


def test_the_querysets_chain(tags: dict[str, Any]) -> None:
    item = tag(make_page("Bulbs"), **tags)
    found = ContentItem.objects.for_persona("florist").in_phase("buy/see").in_channel("website").live()
    assert list(found) == [item]


def test_what_ends_before_the_moment_asked_about_is_not_live_then(tags: dict[str, Any]) -> None:
    make_item(url=ADDRESS, expires_at=NOW + days(2), **tags)
    assert [ContentItem.objects.live(NOW + days(day)).off_site().count() for day in (1, 3)] == [1, 0]


@pytest.mark.parametrize("name", ["for_persona", "in_phase", "in_channel"])
def test_naming_nothing_finds_nothing(tags: dict[str, Any], name: str) -> None:
    tag(make_page(), **tags)
    assert not getattr(ContentItem.objects, name)().exists()


def test_like_gives_what_serves_the_same_people_in_the_same_phase(tags: dict[str, Any]) -> None:
    page = tag(make_page("Bulbs"), **tags).page
    tag(make_page("Roses"), **tags)
    tag(make_page("For others"), **tags | {"personas": make_persona("buyer")})
    assert rendered("content_like page", page=page) == ["Roses"]


@pytest.mark.parametrize("missing", ["personas", "phases"])
def test_nothing_is_like_an_untagged_page(tags: dict[str, Any], missing: str) -> None:
    page = tag(make_page(), **tags | {missing: []}).page
    tag(make_page("Roses"), **tags)
    assert rendered("content_like page", page=page) == []


def test_the_next_step_is_the_next_active_phase_of_the_journey(tags: dict[str, Any]) -> None:
    journey = make_journey("stay", personas=(tags["personas"],), phases=("first", "retired", "last"))
    journey.phases.filter(slug="retired").update(active=False)
    first, retired, last = journey.phases.order_by("sort_order")
    page = tag(make_page(), **tags | {"phases": first}).page
    tag(make_page("Retired"), **tags | {"phases": retired})
    tag(make_page("Last"), **tags | {"phases": last})
    assert rendered("next_steps page", page=page) == ["Last"]
    assert rendered("next_steps page", page=ContentItem.objects.get(phases=last).page) == []


def test_an_article_leads_to_more_for_its_readers(tags: dict[str, Any]) -> None:
    page = tag(make_page("Bulbs"), **tags).page
    assert "More for you" not in Client().get(page.get_url()).content.decode()
    other = tag(make_page("Roses"), **tags).page
    html = Client().get(page.get_url()).content.decode()
    assert "More for you" in html
    assert f'<a href="{other.get_url()}">Roses</a>' in html


def test_the_next_steps_that_a_plan_names_come_in_place_of_those_of_the_journey(tags: dict[str, Any]) -> None:
    item = tag(make_page(), **tags)
    tag(make_page("Follows"), **tags | {"phases": tags["phases"].journey.phases.get(slug="do")})
    assert rendered("next_steps page", page=item.page) == ["Follows"]
    named = tag(make_page("Named"))
    item.leads_to.add(named, make_item("Order", url=ADDRESS, starts_at=NOW - days(20)))
    assert rendered("next_steps page", page=item.page) == ["Named", "Order"]
    assert rendered("next_steps page", page=named.page) == []


def test_a_named_next_step_that_no_visitor_may_read_is_as_if_it_were_not_named(tags: dict[str, Any]) -> None:
    item = tag(make_page(), **tags)
    tag(make_page("Follows"), **tags | {"phases": tags["phases"].journey.phases.get(slug="do")})
    private, draft = make_page("Private"), make_page("Draft", live=False)
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    item.leads_to.add(tag(private), tag(draft))
    assert rendered("next_steps page", page=item.page) == ["Follows"]


def test_a_named_next_step_is_found_in_the_visitors_language(tags: dict[str, Any]) -> None:
    dutch, _made = Locale.objects.get_or_create(language_code="nl")
    named = make_page("Bollen", locale=dutch)
    make_page("Bulbs", translation_key=named.translation_key)
    item = tag(make_page(), **tags)
    item.leads_to.add(tag(named))
    assert rendered("next_steps page", page=item.page) == ["Bulbs"]
