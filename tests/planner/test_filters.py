"""The calendar's filters: what each leaves, what is offered to whom, and what a forged address does."""

from __future__ import annotations

from typing import Any

import pytest
import swapper
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Site

from planner.models import Campaign
from tests import factories
from tests.factories import (
    NOW,
    days,
    make_card,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CALENDAR = "/admin/planner/calendar/"
RESULTS = "/admin/planner/calendar/results/"


def shown(client: Client, query: str = "") -> set[str]:
    """The titles in the calendar and in its tray."""
    response = client.get(f"{CALENDAR}?{query}")
    assert response.status_code == 200
    html = BeautifulSoup(response.content, "html.parser")
    return {title.text for title in html.select(".jp-entry__title")}


def offered(client: Client, query: str = "") -> dict[str, list[str]]:
    """The labels of the options of each filter."""
    groups: dict[str, list[str]] = {}
    for group in client.get(f"{CALENDAR}?{query}").context["filters"].groups:
        groups.setdefault(group.name, []).extend(option.label for option in group.options)
    return groups


def planned(title: str, *, parent: Any = None, themes: tuple[str, ...] = (), **fields: Any) -> Any:
    """A draft page with a target date today."""
    item = tag(make_page(title, parent=parent, live=False), target_at=NOW, **fields)
    item.themes.add(*themes)
    return item


# What each filter leaves


def test_themes_combine_with_or(marieke: Client) -> None:
    planned("Tulips", themes=("Spring", "Bulbs"))
    planned("Roses", themes=("Summer",))
    planned("Moss")
    assert shown(marieke, "theme=spring") == {"Tulips"}
    assert shown(marieke, "theme=spring&theme=summer") == {"Tulips", "Roses"}


def test_the_tray_is_filtered_too(marieke: Client) -> None:
    tag(make_page("Undated, ours", live=False), team="Web")
    tag(make_page("Undated, theirs", live=False), team="Shops")
    assert shown(marieke, "team=Web") == {"Undated, ours"}


def test_an_owner_can_be_somebody_oneself_or_nobody(client: Client) -> None:
    section = make_section("A")
    erik, mo = factories.erik(section), factories.mo(section)
    tag(section, owner=erik)
    planned("Mine", parent=section, owner=erik)
    planned("His", parent=section, owner=mo)
    planned("Whose", parent=section)
    client.force_login(erik)
    assert shown(client, "owner=me") == {"Mine"}
    assert shown(client, f"owner={mo.pk}") == {"His"}
    assert shown(client, "owner=nobody") == {"Whose"}
    assert shown(client, f"owner=me&owner={mo.pk}") == {"Mine", "His"}


def test_the_type_is_a_page_type_a_snippet_or_off_the_site(marieke: Client) -> None:
    make_page("Article", first_published_at=NOW)
    make_item("Letter", starts_at=NOW)
    make_card("Card", first_published_at=NOW)
    assert shown(marieke, "type=cms.articlepage") == {"Article"}
    assert shown(marieke, "type=cms.carecard") == {"Card"}
    assert shown(marieke, "type=off-site&type=cms.carecard") == {"Letter", "Card"}


def test_the_locale_is_that_of_the_page_the_snippet_or_the_section(marieke: Client) -> None:
    dutch = Locale.objects.create(language_code="nl")
    page = make_page("Engels", first_published_at=NOW)
    translated = factories.root_page().copy_for_translation(dutch)
    make_page("Nederlands", parent=translated, first_published_at=NOW, locale=dutch)
    make_card("Kaart", first_published_at=NOW, locale=dutch)
    make_item("Brief", starts_at=NOW, section=translated)
    assert shown(marieke, "locale=nl") - {translated.title} == {"Nederlands", "Kaart", "Brief"}
    assert shown(marieke, "locale=en") == {page.title}


def test_a_site_holds_its_own_pages_and_their_translations_alone(marieke: Client) -> None:
    Page = swapper.load_model("wagtailcore", "Page")
    other_root = Page.get_first_root_node().add_child(instance=Page(title="Other", slug="other"))
    other = Site.objects.create(hostname="other.example", root_page=other_root, site_name="Shop")
    make_page("Here", first_published_at=NOW)
    make_page("There", parent=other_root, first_published_at=NOW)
    make_item("There, off the site", section=other_root, starts_at=NOW)
    make_card("Nowhere", first_published_at=NOW)
    assert shown(marieke, f"site={other.pk}") == {"There", "There, off the site"}
    assert "Shop" in offered(marieke)["site"]


def test_a_site_within_another_keeps_its_pages_to_itself(marieke: Client) -> None:
    section = make_section("Shop")
    inner = Site.objects.create(hostname="shop.example", root_page=section)
    outer = Site.objects.get(is_default_site=True)
    make_page("Outside", first_published_at=NOW)
    make_page("Inside", parent=section, first_published_at=NOW)
    assert shown(marieke, f"site={inner.pk}") == {"Inside"}
    assert "Inside" not in shown(marieke, f"site={outer.pk}")


def test_untagged_is_what_lacks_a_persona_or_a_phase(marieke: Client) -> None:
    persona = make_persona()
    journey = make_journey(personas=(persona,), phases=("see",))
    retired = make_journey(phases=("old",), active=False)
    see, old = journey.phases.get(), retired.phases.get()
    planned("Complete", personas=persona, phases=see)
    planned("For everyone", phases=see, for_everyone=True)
    planned("Without persona", phases=see)
    planned("Without phase", personas=persona)
    planned("In a retired journey", personas=persona, phases=old)
    assert shown(marieke, "untagged=persona") == {"Without persona"}
    assert shown(marieke, "untagged=phase") == {"Without phase", "In a retired journey"}
    assert shown(marieke, "untagged=persona&untagged=phase") == {
        "Without persona",
        "Without phase",
        "In a retired journey",
    }


@pytest.mark.parametrize("words", ["spring tul", "TULIPS", "  tulips  spring "])
def test_a_search_finds_titles_that_hold_every_word(marieke: Client, words: str) -> None:
    planned("Tulips for spring")
    planned("Tulips for autumn")
    make_item("Letter on spring tulips", starts_at=NOW)
    make_card("Spring tulips", first_published_at=NOW)
    found = shown(marieke, f"q={words}")
    assert {"Tulips for spring", "Letter on spring tulips", "Spring tulips"} <= found
    assert ("Tulips for autumn" in found) is (words == "TULIPS")


def test_a_search_looks_at_the_title_that_editors_see(marieke: Client) -> None:
    page = make_page("Old name", first_published_at=NOW)
    page.title = "New name"
    page.save_revision()
    assert shown(marieke, "q=new") == {"New name"}


def test_filters_of_several_dimensions_combine_with_and(marieke: Client) -> None:
    persona = make_persona("florist")
    planned("Both", personas=persona, themes=("Spring",))
    planned("Persona", personas=persona)
    planned("Theme", themes=("Spring",))
    assert shown(marieke, "persona=florist&theme=spring&q=bo") == {"Both"}


def test_the_reader_of_a_filter_on_oneself_is_who_reads(client: Client) -> None:
    section = make_section("A")
    erik, mo = factories.erik(section), factories.mo(section)
    planned("Erik's", parent=section, owner=erik)
    planned("Mo's", parent=section, owner=mo)
    for user, title in ((erik, "Erik's"), (mo, "Mo's")):
        client.force_login(user)
        assert shown(client, "owner=me") == {title}


# What is offered, and to whom


def test_options_tell_of_nothing_that_the_reader_may_not_see(client: Client) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    bea = factories.bea(section_b)
    erik = factories.erik(section_a)
    planned("Open", parent=section_a, owner=erik, team="Web", themes=("Spring",))
    hidden = planned("Hidden", parent=section_b, owner=bea, team="Merger", themes=("Takeover",))
    make_card("Card")
    client.force_login(erik)
    options = offered(client)
    assert options["theme"] == ["Spring"]
    assert options["owner"] == ["Me", "Nobody"]
    assert options["team"] == ["Web"]
    assert "type" not in options or "Care card" not in options["type"]
    html = client.get(f"{CALENDAR}?owner={bea.pk}&theme=takeover").content.decode()
    assert "bea" not in html.replace("beautiful", "")
    assert hidden.page.title not in html
    assert "Takeover" not in html


def test_what_leaves_nothing_to_choose_is_not_offered(marieke: Client) -> None:
    make_page("Article")
    make_page("Another")
    assert not {"locale", "site", "owner", "team", "theme"}.intersection(offered(marieke))


def test_the_types_and_locales_that_occur_are_offered(marieke: Client) -> None:
    make_page("Article")
    make_item("Letter")
    make_card("Card", locale=Locale.objects.create(language_code="nl"))
    options = offered(marieke)
    assert {"Article", "Care card", "Off-site"} <= set(options["type"])
    assert options["locale"] == ["English", "Nederlands"]


def test_of_many_themes_the_most_used_and_the_chosen_are_offered(marieke: Client) -> None:
    for number in range(3):
        planned(f"Page {number}", themes=("Often", *(f"Theme {number}-{index}" for index in range(40))))
    themes = offered(marieke, "theme=theme-2-39")["theme"]
    assert len(themes) == 100
    assert {"Often", "Theme 2-39"} <= set(themes)


def test_what_does_not_exist_any_more_matches_nothing_and_is_said(marieke: Client) -> None:
    planned("Anything")
    for query in ("theme=gone", "owner=999", "type=cms.gone", "locale=xx", "site=999", "team=Gone", "campaign=gone"):
        html = marieke.get(f"{CALENDAR}?{query}").content.decode()
        assert "Anything" not in html, query
        assert "Nothing matches the filter" in html, query
        assert "Take it away" in html, query


def test_what_is_retired_keeps_its_name(marieke: Client) -> None:
    campaign = Campaign.objects.create(
        name="Last year", slug="last", kind="branding", first_day=NOW, last_day=NOW, active=False
    )
    planned("In it", campaign=campaign)
    make_persona("florist", name="Florist", active=False)
    html = marieke.get(f"{CALENDAR}?campaign=last").content.decode()
    assert "Last year" in html
    assert "Nothing matches" not in html
    assert shown(marieke, "campaign=last") == {"In it"}
    assert "Florist" in offered(marieke, "persona=florist")["persona"]
    assert "persona" not in offered(marieke)


# The screen


def test_the_drilldown_keeps_view_and_day(marieke: Client) -> None:
    html = marieke.get(f"{CALENDAR}?view=week&day=2026-05-04&q=tulip").content.decode()
    header = html[html.index("data-search-form") : html.index("</form>")]
    assert '<input type="hidden" name="view" value="week">' in header
    assert '<input type="hidden" name="day" value="2026-05-04">' in header
    assert 'value="tulip"' in header


def test_the_results_alone_are_no_whole_page_and_lead_back_to_the_screen(marieke: Client) -> None:
    make_item("Letter", state="confirmed", starts_at=NOW + days(2))
    html = marieke.get(f"{RESULTS}?q=letter").content.decode()
    assert "Letter" in html
    assert "<html" not in html
    assert "/results/" not in html.replace(f'data-w-swap-src-value="{RESULTS}', "")
    assert "next=%2Fadmin%2Fplanner%2Fcalendar%2F%3Fq%3Dletter" in html


def test_a_pill_takes_one_filter_away_and_brings_the_drilldown_along(marieke: Client) -> None:
    planned("Tulips", themes=("Spring", "Bulbs"))
    html = marieke.get(f"{CALENDAR}?month=2026-03&theme=spring&theme=bulbs").content.decode()
    assert f"{RESULTS}?month=2026-03&amp;theme=bulbs&amp;_w_filter_fragment=1" in html
    fragment = marieke.get(f"{RESULTS}?theme=bulbs&_w_filter_fragment=1").content.decode()
    assert "w-drilldown__menu" in fragment
    assert "w-drilldown__menu" not in marieke.get(f"{RESULTS}?theme=bulbs").content.decode()


def test_all_filters_are_cleared_and_the_days_stay(marieke: Client) -> None:
    html = marieke.get(f"{CALENDAR}?view=week&day=2026-05-04&status=live&q=a").content.decode()
    assert '<a href="?view=week&amp;day=2026-05-04">Clear all' in html


def test_without_scripts_there_is_a_plain_form_with_the_same_fields(marieke: Client) -> None:
    planned("Tulips", themes=("Spring",), team="Web")
    html = marieke.get(f"{CALENDAR}?theme=spring&q=tulip&month=2026-03").content.decode()
    plain = html[html.index("<noscript><div") if "<noscript><div" in html else html.index("jp-filters__form") :]
    plain = plain[: plain.index("</noscript>")]
    assert 'name="theme" value="spring" checked' in plain
    assert 'name="team" value="Web"' in plain
    assert 'name="q" value="tulip"' in plain
    assert '<input type="hidden" name="month" value="2026-03">' in plain


def test_cells_that_run_empty_are_not_judged_by_a_part_of_the_content(marieke: Client) -> None:
    persona = make_persona()
    see = make_journey(personas=(persona,), phases=("see",)).phases.get()
    make_item(personas=persona, phases=see, expires_at=NOW + days(5))
    assert "Runs empty" in marieke.get(CALENDAR).content.decode()
    assert "Runs empty" not in marieke.get(f"{CALENDAR}?q=letter").content.decode()


# Forged addresses


@pytest.mark.parametrize(
    "name", ["theme", "owner", "type", "locale", "site", "team", "untagged", "q", "campaign", "saved"]
)
@pytest.mark.parametrize("value", ["a%00b", "x" * 5000, "-1", "9" * 40, "' OR 1=1", "<b>", "%F0%9F%8C%B7", "me/you"])
def test_a_forged_value_is_no_error_and_is_escaped(marieke: Client, name: str, value: str) -> None:
    make_item("Anything", starts_at=NOW)
    response = marieke.get(f"{CALENDAR}?{name}={value}")
    assert response.status_code == 200
    assert "<b>" not in response.content.decode()
    assert marieke.get(f"{RESULTS}?{name}={value}").status_code == 200


def test_more_values_than_anybody_ticks_are_not_read(marieke: Client) -> None:
    make_item("Anything", starts_at=NOW)
    query = "&".join(f"theme=theme-{number}" for number in range(5000))
    assert marieke.get(f"{CALENDAR}?{query}").context["filters"].chosen["theme"] == [f"theme-{n}" for n in range(100)]


# What it costs


@pytest.mark.parametrize("query", ["", "theme=spring&owner=me&type=cms.articlepage&locale=en&team=Web&untagged=phase"])
def test_queries_do_not_grow_with_themes_owners_and_items(client: Client, query: str) -> None:
    section = make_section("A")
    mo = factories.mo(section)
    channel = make_channel()
    client.force_login(mo)
    numbers = []
    for start in (0, 30):
        for number in range(start, start + (3 if start == 0 else 30)):
            owner = factories.make_user(f"user-{number}")
            planned(
                f"Page {number}", parent=section, owner=owner, team=f"T{number}", channels=channel, themes=("Spring",)
            )
        client.get(CALENDAR)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{CALENDAR}?{query}")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
