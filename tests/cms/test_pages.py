"""The public site: what visitors see of a home, a section, an article and an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from cms.models import ArticlePage, ContentPage, EventPage, HomePage, SectionPage
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home() -> HomePage:
    home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Plants", slug="plants"))
    Site.objects.update(root_page=home)
    Site.clear_site_root_paths_cache()
    return home


@pytest.fixture
def section(home: HomePage) -> SectionPage:
    return home.add_child(instance=SectionPage(title="Ideas", intro="For balconies.", show_in_menus=True))


def add_article(parent: Page, title: str = "Bulbs", **fields: object) -> ArticlePage:
    return parent.add_child(instance=ArticlePage(title=title, **({"first_published_at": NOW} | fields)))


def add_event(parent: Page, title: str = "Open day", **fields: object) -> EventPage:
    return parent.add_child(instance=EventPage(title=title, **fields))


def read(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_home_page_leads_to_the_sections_in_its_menu(section: SectionPage) -> None:
    assert '<a href="/ideas/">Ideas</a>' in read("/")
    assert "For balconies." in read("/")


def test_a_section_outside_the_menu_is_not_on_the_home_page(home: HomePage) -> None:
    home.add_child(instance=SectionPage(title="Press", show_in_menus=False))
    assert "Press" not in read("/")


def test_the_home_page_shows_the_newest_articles_first(section: SectionPage) -> None:
    add_article(section, "Old bulbs", first_published_at=datetime(2025, 1, 1, tzinfo=UTC))
    add_article(section, "New bulbs")
    assert read("/").index("New bulbs") < read("/").index("Old bulbs")


def test_drafts_are_not_listed(section: SectionPage) -> None:
    add_article(section, "Secret bulbs", live=False)
    assert "Secret bulbs" not in read("/") + read("/ideas/")


def test_events_that_are_over_are_not_listed(section: SectionPage) -> None:
    over = datetime(2026, 2, 1, 9, tzinfo=UTC)
    add_event(section, "Over", starts_at=over, ends_at=over + timedelta(hours=2))
    add_event(section, "Ahead", starts_at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    assert "Ahead" in read("/")
    assert "Over" not in read("/")


def test_a_section_has_pages_of_twelve_articles(section: SectionPage) -> None:
    for number in range(13):
        add_article(section, f"Bulb {number}")
    assert read("/ideas/").count('class="card"') == 12
    assert read("/ideas/?page=2").count('class="card"') == 1


def test_a_page_number_that_is_no_number_shows_the_first_page(section: SectionPage) -> None:
    add_article(section)
    assert "Bulbs" in read("/ideas/?page=next")


def test_the_number_of_queries_does_not_grow_with_the_articles(section: SectionPage) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            read("/ideas/")
        return len(captured)

    add_article(section)
    read("/ideas/")
    few = queries()
    for number in range(11):
        add_article(section, f"Bulb {number}")
    assert queries() == few


def test_an_article_shows_its_blocks_and_tags(section: SectionPage) -> None:
    article = ArticlePage(
        title="Bulbs",
        body=[("heading", "In autumn"), ("paragraph", "<p>Plant them deep.</p>"), ("quote", {"text": "Deeper!"})],
    )
    article.tags.add("balcony")
    section.add_child(instance=article)
    text = read("/ideas/bulbs/")
    for part in ("<h2>In autumn</h2>", "Plant them deep.", "Deeper!", "<li>balcony</li>"):
        assert part in text


def test_titles_are_escaped_everywhere(section: SectionPage) -> None:
    add_article(section, "<b>Bulbs</b>", slug="bulbs", intro="<i>deep</i>")
    for address in ("/", "/ideas/", "/ideas/bulbs/"):
        assert "<b>Bulbs" not in read(address)
        assert "<i>deep" not in read(address)


def test_an_event_tells_when_in_the_sites_time_zone_and_where(section: SectionPage) -> None:
    add_event(section, starts_at=datetime(2026, 4, 1, 12, tzinfo=UTC), location="The nursery")
    text = read("/ideas/open-day/")
    assert "14:00" in text or "2 p.m." in text
    assert "The nursery" in text


def test_an_event_without_a_date_says_that_it_follows(section: SectionPage) -> None:
    add_event(section)
    assert "The date follows" in read("/ideas/open-day/")


def test_an_event_cannot_end_before_it_starts() -> None:
    event = EventPage(title="Open day", starts_at=NOW, ends_at=NOW)
    with pytest.raises(ValidationError, match="ends before it starts"):
        event.clean()


def test_an_event_with_an_end_needs_a_start() -> None:
    with pytest.raises(ValidationError, match="Give its start"):
        EventPage(title="Open day", ends_at=NOW).clean()


def test_the_page_is_in_the_language_of_its_locale(home: HomePage) -> None:
    home.locale.language_code = "nl"
    home.locale.save()
    assert '<html lang="nl">' in read("/")


def test_an_unknown_address_gets_the_sites_own_404(section: SectionPage) -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert "This page is not here" in answer.content.decode()
    assert '<a href="/ideas/">' in answer.content.decode()


def test_a_fault_gets_the_sites_own_500(home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ContentPage, "get_context", None)
    monkeypatch.setattr(HomePage, "get_context", None)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()


def test_an_article_leads_to_the_phase_that_follows_its_own(section: SectionPage) -> None:
    journey = factories.make_journey(phases=("verleiden", "veroveren"))
    first, second = journey.phases.order_by("sort_order")
    florist = factories.make_persona("florist")
    factories.tag(add_article(section, "Dream", slug="dream"), personas=florist, phases=first)
    factories.tag(add_article(section, "Order", slug="order"), personas=florist, phases=second)
    following = BeautifulSoup(read("/ideas/dream/"), "html.parser").find(attrs={"aria-labelledby": "following"})
    assert [link["href"] for link in following.find_all("a")] == ["/ideas/order/"]


def test_the_home_page_starts_new_visitors_in_the_first_phase(section: SectionPage) -> None:
    journey = factories.make_journey(phases=("verleiden", "veroveren"))
    first, second = journey.phases.order_by("sort_order")
    factories.tag(add_article(section, "Dream", slug="dream"), phases=first)
    factories.tag(add_article(section, "Order", slug="order"), phases=second)
    welcome = BeautifulSoup(read("/"), "html.parser").find(attrs={"aria-labelledby": "welcome"})
    assert [link.text for link in welcome.find_all("a")] == ["Dream"]
