"""“Tag” among the bulk actions of the planner's own lists: the report of untagged content, and a coverage cell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from planner.models import ContentItem
from planner.rows import row_of
from tests import factories
from tests.factories import (
    make_card,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    make_user,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ADDRESS = "/admin/bulk/planner/contentitem/planner_tag/"
REPORT = "/admin/planner/untagged/"
CELL = "/admin/planner/coverage/buy/florist/see/"


@pytest.fixture
def site() -> SimpleNamespace:
    """A page and content off the site without tags in section A, a page in section B, and one page in the cell."""
    a, b = make_section("Section A"), make_section("Section B")
    ContentItem.objects.all().delete()
    florist = make_persona("florist")
    see = make_journey("buy", personas=(florist,), phases=("see",)).phases.get()
    page = make_page("Tulips", parent=a)
    return SimpleNamespace(
        a=a,
        b=b,
        florist=florist,
        see=see,
        tulips=ContentItem.objects.get(page=page),
        stand=make_item("Stand at the fair", section=a),
        bulbs=ContentItem.objects.get(page=make_page("Bulbs", parent=b)),
        roses=tag(make_page("Roses", parent=a), personas=florist, phases=see),
    )


@pytest.fixture
def erik(client: Client, site: SimpleNamespace) -> Client:
    client.force_login(factories.erik(site.a))
    return client


@pytest.fixture
def marieke(client: Client, site: SimpleNamespace) -> Client:
    client.force_login(factories.marieke())
    return client


def address(*items: Any, **others: Any) -> str:
    query = [f"id={item.pk}" for item in items] + [f"{name}={value}" for name, value in others.items()]
    return f"{ADDRESS}?{'&'.join(query)}&next={REPORT}"


def titles(client: Client, chosen: str) -> set[str]:
    response = client.get(chosen)
    assert response.status_code == 200
    return set(response.context["titles"])


def personas_of(item: ContentItem) -> set[str]:
    return set(item.personas.values_list("slug", flat=True))


@pytest.mark.parametrize("page", [REPORT, CELL])
def test_the_list_offers_it_with_and_without_javascript(erik: Client, page: str) -> None:
    html = erik.get(page).content.decode()
    assert f'href="{ADDRESS}"' in html
    assert f'action="{ADDRESS}"' in html
    assert 'name="id"' in html


def test_it_tags_pages_and_content_off_the_site_alike(erik: Client, site: SimpleNamespace) -> None:
    response = erik.post(address(site.tulips, site.stand), {"personas": site.florist.pk, "themes": "spring, bulbs"})
    assert response["Location"] == REPORT
    assert (personas_of(site.tulips), personas_of(site.stand)) == ({"florist"}, {"florist"})
    assert set(site.stand.themes.names()) == {"spring", "bulbs"}
    assert [str(one).strip() for one in get_messages(response.wsgi_request)] == ["2 items have new tags."]


def test_themes_are_replaced_and_removed(erik: Client, site: SimpleNamespace) -> None:
    site.tulips.themes.set(["Old", "spring"])
    site.stand.themes.set(["Old"])
    erik.post(address(site.tulips), {"themes_way": "replace", "themes": "new"})
    erik.post(address(site.stand), {"themes_way": "remove", "themes": "old, unheard of"})
    assert (set(site.tulips.themes.names()), set(site.stand.themes.names())) == ({"new"}, set())


@pytest.mark.parametrize(("answer", "before", "after"), [("yes", False, True), ("no", True, False)])
def test_it_is_said_whether_they_are_for_everyone(
    erik: Client, site: SimpleNamespace, answer: str, *, before: bool, after: bool
) -> None:
    ContentItem.objects.update(for_everyone=before)
    response = erik.post(address(site.tulips, site.stand), {"for_everyone": answer})
    assert [str(one).strip() for one in get_messages(response.wsgi_request)] == ["2 items have new tags."]
    changed = ContentItem.objects.filter(for_everyone=after)
    assert set(changed) == {site.tulips, site.stand}


def test_for_everyone_is_left_as_it_is_unless_chosen(erik: Client, site: SimpleNamespace) -> None:
    chosen = BeautifulSoup(erik.get(address(site.tulips)).content, "html.parser").select_one("#id_for_everyone")
    assert [option.text for option in chosen.select("option")] == ["Leave as it is", "For everyone", "Not for everyone"]
    assert not chosen.select_one("[selected]") or chosen.select_one("[selected]")["value"] == ""
    response = erik.post(address(site.tulips), {"for_everyone": ""})
    assert "Nothing would change." in response.content.decode()


def test_an_answer_that_is_none_of_the_three_is_refused(erik: Client, site: SimpleNamespace) -> None:
    response = erik.post(address(site.tulips), {"for_everyone": "maybe", "personas": site.florist.pk})
    assert response.context["form"].errors.keys() == {"for_everyone"}
    assert not personas_of(site.tulips)


def test_it_says_when_nothing_changed(erik: Client, site: SimpleNamespace) -> None:
    response = erik.post(address(site.roses), {"personas": site.florist.pk})
    assert "Nothing changed" in str(next(iter(get_messages(response.wsgi_request))))


def test_nothing_ticked_is_said(erik: Client) -> None:
    assert "Nothing is ticked." in erik.get(address()).content.decode()


def test_what_may_be_seen_but_not_tagged_is_named_and_left_out(client: Client, site: SimpleNamespace) -> None:
    user = make_user("publisher", section=site.b, can=("publish",))
    user.groups.add(factories.erik(site.a).groups.get())
    client.force_login(user)
    chosen = address(site.tulips, site.bulbs)
    page = client.get(chosen)
    assert page.context["titles"] == ["Tulips"]
    link = f'href="/admin/planner/items/{site.bulbs.pk}/">Bulbs</a></li>'
    assert link in page.content.decode()
    client.post(chosen, {"personas": site.florist.pk})
    assert (personas_of(site.tulips), personas_of(site.bulbs)) == ({"florist"}, set())


def test_what_may_not_be_seen_is_neither_named_nor_tagged(erik: Client, site: SimpleNamespace) -> None:
    chosen = address(site.tulips, site.bulbs)
    assert "Bulbs" not in erik.get(chosen).content.decode()
    erik.post(chosen, {"personas": site.florist.pk})
    assert personas_of(site.bulbs) == set()


def test_who_sees_nothing_of_it_tags_nothing(client: Client, site: SimpleNamespace) -> None:
    client.force_login(factories.nina())
    assert "Tulips" not in client.get(address(site.tulips)).content.decode()
    client.post(address(site.tulips), {"personas": site.florist.pk})
    assert personas_of(site.tulips) == set()


def test_all_of_the_report_keeps_to_its_search_filters_and_reader(erik: Client, site: SimpleNamespace) -> None:
    everything = address(id="all", childOf="untagged")
    assert titles(erik, everything) == {"Tulips", "Stand at the fair"}
    assert titles(erik, address(id="all", childOf="untagged", q="tulip")) == {"Tulips"}
    assert titles(erik, address(id="all", childOf="untagged", type="off-site")) == {"Stand at the fair"}
    erik.post(everything, {"personas": site.florist.pk, "phases": site.see.pk})
    assert erik.get(REPORT).context["object_list"] == []


def test_all_of_a_cell_keeps_to_its_filters_and_its_group(marieke: Client, site: SimpleNamespace) -> None:
    tag(make_page("Coming", parent=site.a, live=False), personas=site.florist, phases=site.see)
    everything = {"id": "all", "childOf": "cell:buy/florist/see"}
    assert titles(marieke, address(**everything)) == {"Roses", "Coming"}
    assert titles(marieke, address(**everything, show="aiming")) == {"Coming"}
    assert titles(marieke, address(**everything, channel="letter")) == set()


@pytest.mark.parametrize("name", ["", "nonsense", "cell", "cell:buy", "cell:buy/florist/nowhere", "cell:a/b/c/d"])
def test_all_of_a_list_that_does_not_exist_is_not_found(marieke: Client, name: str) -> None:
    assert marieke.get(address(id="all", childOf=name)).status_code == 404


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, "٣"])
def test_a_forged_key_chooses_nothing(marieke: Client, key: str) -> None:
    assert titles(marieke, address(id=key)) == set()


def test_a_long_group_shows_its_first_items_and_leads_to_the_others(marieke: Client, site: SimpleNamespace) -> None:
    for number in range(60):
        make_item(f"Item {number}", personas=site.florist, phases=site.see)
    html = marieke.get(CELL).content.decode()
    assert html.count('name="id"') == 50 + 1  # the plain form's button for all is called so too
    assert "Show all 61" in html
    page = marieke.get(f"{CELL}?show=live&p=2").content.decode()
    assert page.count('name="id"') == 11 + 1
    assert "Page 2 of 2" in page


def test_more_items_cost_no_more_queries(marieke: Client, site: SimpleNamespace) -> None:
    chosen = address(id="all", childOf="untagged")
    marieke.get(chosen)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            marieke.get(chosen)
        return len(found)

    few = queries()
    for number in range(10):
        make_page(parent=site.a)
        make_item(f"Item {number}")
    assert queries() == few


def test_who_may_tag_nothing_makes_no_theme(client: Client, site: SimpleNamespace) -> None:
    client.force_login(factories.nina())
    client.post(address(site.stand), {"themes": "nina was here", "themes_way": "add"})
    assert not Tag.objects.exists()


def test_a_theme_that_was_typed_twice_is_made_once(marieke: Client, site: SimpleNamespace) -> None:
    marieke.post(address(site.stand), {"themes": "Ünï, ünï, roses, Roses"})
    assert sorted(site.stand.themes.names()) == ["Roses", "Ünï"]
    assert Tag.objects.count() == 2


def test_too_many_themes_are_refused_with_a_word(
    marieke: Client, site: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40):
        response = marieke.post(
            address(site.stand), {"themes": " ".join(chr(0x4E00 + number) for number in range(999))}
        )
    assert "These are 999 themes. Type 50 at most." in response.content.decode()
    assert not Tag.objects.exists()


@pytest.mark.parametrize("field", ["personas", "phases", "channels"])
def test_a_key_that_no_member_can_have_is_no_choice(marieke: Client, site: SimpleNamespace, field: str) -> None:
    response = marieke.post(address(site.stand), {field: "1" * 30})
    assert "is not one of the available choices" in response.content.decode()


@pytest.mark.parametrize("place", ["untagged&journey=%00", "cell:a%00/b/c", "cell:a/b/%00"])
def test_an_address_with_nul_is_no_error_of_the_server(marieke: Client, place: str) -> None:
    assert marieke.get(f"{ADDRESS}?id=all&childOf={place}").status_code in (200, 404)


def test_drafts_of_snippets_are_named_without_a_query_for_each(
    marieke: Client, site: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    cards = []
    for number in range(12):
        card = make_card(f"Card {number}")
        card.title += " in new words"
        card.save_revision()
        cards.append(row_of(card))
    chosen = address(*cards)
    marieke.get(chosen)
    with django_assert_max_num_queries(22):
        assert "Card 3 in new words" in titles(marieke, chosen)


def test_many_channels_are_grouped_and_can_be_narrowed(marieke: Client, site: SimpleNamespace) -> None:
    for _number in range(13):
        make_channel()
    html = marieke.get(address(site.stand)).content.decode()
    assert "planner/narrow-boxes.js" in html
    assert 'id="id_channels_narrow"' in html
