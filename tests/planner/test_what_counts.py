"""Which types count: the page, the effect that it shows, what saving does, and what leaving out means elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from wagtail.models import ModelLogEntry
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import ArticlePage, EventPage, SectionPage
from planner import access, conf, rows
from planner.models import ContentItem, LeftOutType
from planner.what_counts import ChangedMeanwhile, Numbers, change_what_counts, countable_types
from planner.what_counts_effect import Total, effect_of
from tests import factories
from tests.factories import NOW, days, make_channel, make_journey, make_page, make_persona, make_section, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

INDEX = "/admin/planner/what-counts/"
EFFECT = "/admin/planner/what-counts/effect/"
QUESTION = conf.question(at=NOW, now=NOW)


@pytest.fixture
def journey() -> Any:
    persona = make_persona("florist", name="Florist")
    return make_journey("buy", name="I want to buy", personas=(persona,), phases=("see", "do"))


def key_of(model: type) -> int:
    return ContentType.objects.get_for_model(model, for_concrete_model=False).pk


def leave_out(*models: type) -> None:
    LeftOutType.objects.bulk_create([LeftOutType(content_type_id=key_of(model)) for model in models])


def in_the_journey(page: Any, journey: Any, phase: str = "see") -> ContentItem:
    return tag(page, personas=journey.personas.get(), phases=journey.phases.get(slug=phase))


def chosen(user: Any, *left_out: type, **more: Any) -> dict[str, Any]:
    """What the browser sends where all types but these are ticked."""
    types = [one.key for one in countable_types(user, QUESTION) if not one.fixed]
    out = {key_of(model) for model in left_out}
    return {"type": types, "counts": [key for key in types if key not in out], **more}


def seen() -> list[int]:
    return list(LeftOutType.objects.values_list("pk", flat=True))


def texts_of(client: Client, address: str, data: Any = None) -> str:
    response = client.get(address, data or {})
    assert response.status_code == 200, response.headers
    return " ".join(BeautifulSoup(response.content, "html.parser").select_one("main").get_text(" ").split())


# The page


def test_each_type_stands_there_with_its_numbers(user: Any, journey: Any) -> None:
    in_the_journey(make_page("Tagged"), journey)
    make_page("Untagged")
    make_page("Old and untagged", first_published_at=NOW - days(400))
    make_page("Draft", live=False)
    make_page("Event", model=EventPage)
    found = {one.name: one for one in countable_types(user, QUESTION)}
    assert found["Article"].numbers == Numbers(total=4, live=3, fresh=2, unclassified=2)
    assert found["Event"].numbers == Numbers(total=1, live=1, fresh=1, unclassified=1)
    assert (found["Article"].app, found["Article"].counts) == ("Reference site", True)


def test_an_approved_page_is_live_from_its_day_on_in_these_numbers_too(user: Any) -> None:
    factories.schedule_page(make_page("Soon", live=False), NOW + days(1))
    late = conf.question(at=NOW + days(2), now=NOW + days(2))
    assert [one.numbers.live for one in countable_types(user, QUESTION) if one.name == "Article"] == [0]
    assert [one.numbers.live for one in countable_types(user, late) if one.name == "Article"] == [1]


def test_translations_count_once_and_aliases_never(user: Any) -> None:
    from wagtail.models import Locale

    page = make_page("News")
    page.create_alias(update_slug="alias")
    make_page("Nieuws", locale=Locale.objects.create(language_code="nl"), translation_key=page.translation_key)
    assert [one.numbers.total for one in countable_types(user, QUESTION) if one.name == "Article"] == [1]


def test_content_for_everyone_lacks_no_persona(user: Any, journey: Any) -> None:
    tag(make_page(), phases=journey.phases.first(), for_everyone=True)
    assert [one.numbers.unclassified for one in countable_types(user, QUESTION) if one.name == "Article"] == [0]


def test_pages_made_while_their_type_was_left_out_are_in_the_numbers(user: Any) -> None:
    leave_out(ArticlePage)
    make_page("Live")
    make_page("Old", first_published_at=NOW - days(400))
    make_page("Expired meanwhile", expire_at=NOW - days(1))
    make_page("Draft", live=False)
    (article,) = [one for one in countable_types(user, QUESTION) if one.name == "Article"]
    assert article.numbers == article.without_row == Numbers(total=4, live=2, fresh=1, unclassified=2)
    assert not article.counts


def test_a_type_that_the_settings_leave_out_is_fixed(marieke: Client, settings: Any) -> None:
    settings.PLANNER_EXCLUDED_TYPES = ["cms.EventPage"]
    assert "Left out by the site's settings (PLANNER_EXCLUDED_TYPES)" in texts_of(marieke, INDEX)
    page = BeautifulSoup(marieke.get(INDEX).content, "html.parser")
    ticks = {tick["aria-label"]: tick for tick in page.select("input[name=counts]")}
    assert ticks["Event counts"].has_attr("disabled") and not ticks["Event counts"].has_attr("checked")
    assert str(key_of(EventPage)) not in [field["value"] for field in page.select("input[name=type]")]


def test_a_posted_tick_cannot_undo_the_settings(marieke: Client, user: Any, settings: Any) -> None:
    settings.PLANNER_EXCLUDED_TYPES = ["cms.EventPage"]
    data = chosen(user, ArticlePage)
    data["counts"].append(key_of(EventPage))
    data["type"].append(key_of(EventPage))
    marieke.post(EFFECT, data)
    assert seen() == [key_of(ArticlePage)]


def test_the_page_needs_a_fixed_number_of_queries(marieke: Client, django_assert_max_num_queries: Any) -> None:
    factories.schedule_page(make_page(live=False), NOW + days(1))
    for _number in range(12):
        make_page()
        make_page(model=EventPage)
    marieke.get(INDEX)
    with django_assert_max_num_queries(24):
        marieke.get(INDEX)


def test_an_effect_on_no_cell_is_one_sentence(marieke: Client, user: Any) -> None:
    make_page()
    words = texts_of(marieke, EFFECT, chosen(user, EventPage))
    assert "No cell of the coverage changes, and no gap opens or closes." in words
    assert not re.search("Gaps that|Cells of the coverage that", words)


def test_the_effect_costs_two_reports(
    marieke: Client, user: Any, journey: Any, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        in_the_journey(make_page(), journey)
    data = chosen(user, ArticlePage)
    marieke.get(EFFECT, data)
    with django_assert_max_num_queries(60):
        marieke.get(EFFECT, data)


# Who may


@pytest.mark.parametrize("address", [INDEX, EFFECT])
def test_it_refuses_whoever_may_not_change_it(client: Client, address: str) -> None:
    client.force_login(factories.erik(make_section("A")))
    response = client.post(address)
    assert (response.status_code, response.url) == (302, "/admin/")
    assert client.get(address).status_code == 302


def test_the_menu_shows_it_to_whoever_may(client: Client, user: Any) -> None:
    section = make_section("A")
    client.force_login(factories.erik(section))
    assert INDEX not in client.get("/admin/").content.decode()
    client.force_login(user)
    assert INDEX in client.get("/admin/").content.decode()


def may_change(user: Any) -> Any:
    user.groups.first().permissions.add(
        Permission.objects.get(content_type__app_label="planner", codename="change_leftouttype")
    )
    return user


def test_the_permission_can_be_given_to_a_group() -> None:
    from planner.wagtail_hooks import register_permissions

    assert "change_leftouttype" in register_permissions().values_list("codename", flat=True)


def test_numbers_are_of_what_the_reader_may_see(client: Client, journey: Any) -> None:
    own, other = make_section("A"), make_section("B")
    in_the_journey(make_page("Mine", parent=own), journey)
    in_the_journey(make_page("Theirs", parent=other), journey)
    make_page("Secret event", parent=other, model=EventPage)
    erik = may_change(factories.erik(own))
    found = {one.name: one.numbers.total for one in countable_types(erik, QUESTION)}
    assert (found["Article"], found["Event"]) == (1, 0)
    client.force_login(erik)
    text = texts_of(client, EFFECT, chosen(erik, ArticlePage))
    assert "Only content that you may see is counted here" in text
    assert "Live 2 1" in text  # section A and one article


def test_pages_without_row_in_another_section_are_not_counted_either() -> None:
    own, other = make_section("A"), make_section("B")
    leave_out(ArticlePage)
    make_page(parent=own)
    make_page(parent=other)
    erik = may_change(factories.erik(own))
    assert {one.name: one.numbers.total for one in countable_types(erik, QUESTION)}["Article"] == 1


def test_overdue_items_of_others_are_not_named_in_the_effect(client: Client, journey: Any) -> None:
    own, other = make_section("A"), make_section("B")
    late = make_page("Secret plan", parent=other, live=False)
    in_the_journey(late, journey).save()
    tag(late, target_at=NOW - days(3))
    make_page("Mine", parent=own)
    client.force_login(may_change(factories.erik(own)))
    assert "Secret plan" not in texts_of(client, EFFECT, chosen(factories.marieke(), ArticlePage))


# The effect


def test_the_effect_of_leaving_out_is_what_coverage_says_afterwards(user: Any, journey: Any) -> None:
    in_the_journey(make_page("Only article"), journey)
    in_the_journey(make_page("Event", model=EventPage), journey)
    in_the_journey(make_page("Other event", model=EventPage), journey, "do")
    make_page("Untagged")
    out = {key_of(ArticlePage)}
    effect = effect_of(out, countable_types(user, QUESTION), user=user, question=QUESTION)
    assert (effect.live, effect.unclassified) == (Total(5, 3), Total(2, 1))
    (cell,) = effect.cells
    assert (cell.phase.slug, cell.now.live, cell.then.live) == ("see", 2, 1)
    assert [(gap.code, gap.phase.slug) for gap in effect.opened] == [("THIN", "see")]
    assert effect.closed == []


def test_nothing_is_written_by_looking(marieke: Client, user: Any) -> None:
    leave_out(EventPage)
    make_page(model=EventPage)
    before = ContentItem.objects.count()
    texts_of(marieke, EFFECT, chosen(user, ArticlePage))
    assert (seen(), ContentItem.objects.count()) == ([key_of(EventPage)], before)


def test_the_effect_of_counting_again_is_what_coverage_says_afterwards(user: Any, journey: Any) -> None:
    in_the_journey(make_page("Tagged before"), journey)
    leave_out(ArticlePage)
    make_page("Made meanwhile")
    make_page("Old, made meanwhile", first_published_at=NOW - days(400))
    foreseen = effect_of(set(), countable_types(user, QUESTION), user=user, question=QUESTION)
    assert (foreseen.live, foreseen.fresh) == (Total(1, 4), Total(1, 3))
    assert foreseen.new_rows == 2
    assert [cell.phase.slug for cell in foreseen.cells] == ["see"]
    change_what_counts([], among=[key_of(ArticlePage)], seen=seen(), user=user)
    after = effect_of(set(), countable_types(user, QUESTION), user=user, question=QUESTION)
    assert (after.live.now, after.fresh.now, after.unclassified.now) == (
        foreseen.live.then,
        foreseen.fresh.then,
        foreseen.unclassified.then,
    )


def test_the_effect_page_says_it_in_numbers_cells_and_gaps(marieke: Client, user: Any, journey: Any) -> None:
    in_the_journey(make_page("Only article"), journey)
    text = texts_of(marieke, EFFECT, chosen(user, ArticlePage))
    assert "Would be left out: Article" in text
    assert "Live 2 1" in text and "Unclassified 1 (50%) 1 (100%)" in text
    assert "Cells of the coverage that change: 1. Gaps that open: 1, gaps that close: 3." in text
    assert "Nothing is saved yet." in text


def test_back_brings_the_ticks_along(marieke: Client, user: Any) -> None:
    page = BeautifulSoup(marieke.get(EFFECT, chosen(user, ArticlePage)).content, "html.parser")
    back = page.find("a", string="Back, change nothing")["href"]
    ticks = BeautifulSoup(marieke.get(back).content, "html.parser").select("input[name=counts]")
    assert [tick["aria-label"] for tick in ticks if not tick.has_attr("checked")] == ["Article counts"]


def test_a_choice_that_changes_nothing_is_said_to(marieke: Client, user: Any) -> None:
    response = marieke.get(EFFECT, chosen(user), follow=True)
    assert response.redirect_chain == [(INDEX, 302)]
    assert "Nothing would change" in response.content.decode()


@pytest.mark.parametrize("query", ["", "?type=x", "?type=99999999999999999999", "?counts=1"])
def test_nonsense_leads_back(marieke: Client, query: str) -> None:
    assert marieke.get(EFFECT + query).url == INDEX


# Saving


def test_it_saves_what_was_shown_and_says_so(marieke: Client, user: Any) -> None:
    response = marieke.post(EFFECT, chosen(user, ArticlePage), follow=True)
    assert seen() == [key_of(ArticlePage)]
    assert "What counts is saved. Left out: Article." in response.content.decode()


def test_a_get_never_saves(marieke: Client, user: Any) -> None:
    marieke.get(EFFECT, chosen(user, ArticlePage, confirm="1"))
    assert seen() == []


def test_types_that_did_not_stand_in_the_list_stay_as_they_are(marieke: Client) -> None:
    leave_out(EventPage)
    marieke.post(EFFECT, {"type": [key_of(ArticlePage)], "seen": seen()})
    assert set(seen()) == {key_of(EventPage), key_of(ArticlePage)}


def test_a_type_that_counts_again_gets_its_rows_and_its_tags_are_back(marieke: Client, user: Any, journey: Any) -> None:
    page = make_page("Tagged before")
    in_the_journey(page, journey)
    leave_out(ArticlePage)
    made = make_page("Made meanwhile")
    assert not ContentItem.objects.filter(page=made.pk).exists()
    response = marieke.post(EFFECT, chosen(user, seen=seen()), follow=True)
    assert "Counts again: Article. 1 page got an empty plan." in response.content.decode()
    assert ContentItem.objects.filter(page=made.pk).count() == 1
    assert ContentItem.objects.counted().get(page=page.pk).phases.get().slug == "see"
    assert not rows.pages_without_row().exists()


def test_rows_are_made_in_two_queries_per_batch(
    user: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    leave_out(ArticlePage)
    for _number in range(30):
        make_page()
    monkeypatch.setattr(rows.pages, "BATCH", 10)
    with django_assert_max_num_queries(28):  # four times two for the rows; the lock, the snippets, what may be told
        assert change_what_counts([], among=[key_of(ArticlePage)], seen=seen(), user=user) == 30


def test_the_change_stands_in_the_sites_history_with_who_and_when(marieke: Client, user: Any) -> None:
    marieke.post(EFFECT, chosen(user, ArticlePage))
    marieke.post(EFFECT, chosen(user, seen=seen()))
    entries = ModelLogEntry.objects.filter(action__startswith="planner.").order_by("pk")
    assert [(one.action, one.label, one.user, one.timestamp) for one in entries] == [
        ("planner.leave_out", "Article", user, NOW),
        ("planner.count_again", "Article", user, NOW),
    ]
    assert "Article: Counts again marieke, 2 March 2026, 09:00" in texts_of(marieke, INDEX)
    assert "Left out of the plan" in marieke.get("/admin/reports/site-history/").content.decode()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(marieke: Client, user: Any) -> None:
    data = chosen(user, ArticlePage, seen=seen())
    leave_out(EventPage)
    response = marieke.post(EFFECT, data)
    assert "Somebody else changed what counts meanwhile" in response.content.decode()
    assert seen() == [key_of(EventPage)]


def test_a_failure_leaves_everything_as_it_was(user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out(ArticlePage)
    monkeypatch.setattr(rows, "make_missing_rows", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        change_what_counts([key_of(EventPage)], among=[key_of(ArticlePage), key_of(EventPage)], seen=seen(), user=user)
    assert seen() == [key_of(ArticlePage)]
    assert not ModelLogEntry.objects.filter(action__startswith="planner.").exists()


def test_the_write_itself_refuses_what_is_out_of_date(user: Any) -> None:
    with pytest.raises(ChangedMeanwhile):
        change_what_counts([], among=[], seen=[key_of(ArticlePage)], user=user)


# What leaving out means elsewhere


def test_a_new_page_of_a_type_left_out_gets_no_row() -> None:
    leave_out(ArticlePage)
    assert not ContentItem.objects.filter(page=make_page().pk).exists()


@pytest.mark.parametrize("out", [False, True])
def test_its_editor_has_no_plan_tab(marieke: Client, *, out: bool) -> None:
    page, section = make_page(), make_section("A")
    if out:
        leave_out(ArticlePage)
    for address in (f"/admin/pages/{page.pk}/edit/", f"/admin/pages/add/cms/articlepage/{section.pk}/"):
        html = BeautifulSoup(marieke.get(address).content, "html.parser")
        assert bool(html.select_one("#tab-plan")) is not out


def test_saving_its_page_leaves_a_tampered_plan_alone(marieke: Client, journey: Any) -> None:
    page = make_page()
    leave_out(ArticlePage)
    marieke.post(
        f"/admin/pages/{page.pk}/edit/",
        {
            "title": "New",
            "slug": page.slug,
            "body-count": 0,
            "plan-shown": "",
            "plan-phases": journey.phases.first().pk,
        },
    )
    assert not ContentItem.objects.get(page=page.pk).phases.exists()


@pytest.mark.parametrize("out", [False, True])
def test_its_pages_have_no_plan_button(marieke: Client, *, out: bool) -> None:
    page = make_page(parent=make_section("A"))
    if out:
        leave_out(ArticlePage)
    plan = f"/admin/planner/items/page/{page.pk}/"
    assert (plan in marieke.get(f"/admin/pages/{page.pk}/edit/").content.decode()) is not out
    assert (plan in marieke.get(f"/admin/pages/{page.get_parent().pk}/").content.decode()) is not out


def test_the_bulk_action_leaves_them_out_with_a_word(marieke: Client) -> None:
    page, other = make_page("Ferns"), make_page("Open day", model=EventPage)
    leave_out(ArticlePage)
    address = f"/admin/bulk/wagtailcore/page/planner_tag/?id={page.pk}&id={other.pk}"
    text = texts_of(marieke, address)
    assert "Left out, because pages of this type are not counted: Ferns" in text
    assert "Tags for 1 page Open day" in text


def test_the_explorer_shows_no_tags_of_them(marieke: Client, journey: Any) -> None:
    section = make_section("A")
    in_the_journey(make_page(parent=section), journey)
    address = f"/admin/pages/{section.pk}/"
    columns = BeautifulSoup(marieke.get(address).content, "html.parser").select_one("table.listing")
    assert "Florist" in columns.get_text()
    leave_out(ArticlePage)
    columns = BeautifulSoup(marieke.get(address).content, "html.parser").select_one("table.listing")
    assert "Florist" not in columns.get_text()


def test_the_plan_screen_says_that_the_type_does_not_count(marieke: Client) -> None:
    page = make_page("Ferns")
    item = ContentItem.objects.get(page=page.pk)
    leave_out(ArticlePage)
    for address in (f"/admin/planner/items/page/{page.pk}/", f"/admin/planner/items/{item.pk}/"):
        text = texts_of(marieke, address)
        assert "“Ferns” has no plan: pages of the type Article do not count." in text
        assert "Change what counts" in text


def test_the_plan_screen_says_so_to_an_editor_without_naming_what_they_may_not_do(client: Client) -> None:
    section = make_section("A")
    page = make_page("Ferns", parent=section)
    leave_out(ArticlePage)
    client.force_login(factories.erik(section))
    text = texts_of(client, f"/admin/planner/items/page/{page.pk}/")
    assert "An administrator can let this type count again" in text and "Change what counts" not in text


def test_the_plan_screen_of_a_page_in_another_section_is_simply_not_there(client: Client) -> None:
    page = make_page("Secret", parent=make_section("B"))
    leave_out(ArticlePage)
    client.force_login(factories.erik(make_section("A")))
    assert client.get(f"/admin/planner/items/page/{page.pk}/").status_code == 404


def test_a_plan_cannot_be_posted_to_a_page_that_does_not_count(marieke: Client) -> None:
    page = make_page()
    leave_out(ArticlePage)
    assert marieke.post(f"/admin/planner/items/page/{page.pk}/", {"owner": ""}).status_code == 404


def test_its_pages_are_in_no_count() -> None:
    page = make_page()
    tag(page, channels=make_channel("site"))
    leave_out(ArticlePage)
    assert not access.visible_items(None).filter(page=page.pk).exists()
    assert access.visible_items(None).filter(page__in=SectionPage.objects.values("pk")).count() == 0


def test_nobody_learns_how_many_pages_got_a_plan_elsewhere(client: Client) -> None:
    mine, other = make_section("A"), make_section("B")
    leave_out(ArticlePage)
    for _number in range(7):
        make_page(parent=other)
    make_page(parent=mine)
    erik = factories.erik(mine)
    erik.user_permissions.add(Permission.objects.get(codename="change_leftouttype"))
    client.force_login(erik)
    key = key_of(ArticlePage)
    response = client.post(EFFECT, {"type": [key], "counts": [key], "seen": [key]}, follow=True)
    assert "1 page got an empty plan." in response.content.decode()
    assert ContentItem.objects.filter(page__in=other.get_children()).count() == 7


def test_an_open_editor_says_that_its_plan_was_not_saved(marieke: Client, journey: Any) -> None:
    page = make_page()
    data = querydict_from_html(
        marieke.get(f"/admin/pages/{page.pk}/edit/").content.decode(), form_id="page-edit-form"
    ).copy()
    data["body-count"] = "0"
    data.setlist("plan-phases", [str(journey.phases.first().pk)])
    leave_out(ArticlePage)
    marieke.post(f"/admin/pages/{page.pk}/edit/", data)
    assert "The Plan tab is not saved: Article does not count any more." in marieke.get("/admin/").content.decode()
