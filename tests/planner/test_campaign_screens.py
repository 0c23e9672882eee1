"""The admin pages of campaigns, series and occasions, and their fields in a plan."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.translation import trans_real
from wagtail.models import ModelLogEntry, PageLogEntry

from planner.models import Campaign, ContentItem, Occasion, Series
from planner.starter_occasions import STARTERS, load_starters
from tests import factories
from tests.factories import (
    NOW,
    days,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    make_user,
    root_page,
    tag,
)
from tests.planner.test_campaigns import make_campaign, make_series
from tests.planner.test_import_occasions import calendar, event
from tests.planner.test_plan import address, save, submitted

pytestmark = pytest.mark.django_db

LISTS = ("campaigns", "series", "occasions")
CHRISTMAS = {"name": "Christmas", "rule": "yearly", "day": "25", "month": "12", "days": "2", "lead_days": "42"}


@pytest.fixture(autouse=True)
def now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def may(user: Any, *codenames: str) -> Any:
    wanted = Permission.objects.filter(content_type__app_label="planner", codename__in=codenames)
    user.user_permissions.add(*wanted)
    return user


def make_occasion(name: str = "Christmas", **fields: Any) -> Occasion:
    defaults = {} if "rule" in fields else {"rule": "yearly", "month": 12, "day": 25}
    return Occasion.objects.create(name=name, **(defaults | fields))


def in_plan(page: Any, **fields: Any) -> ContentItem:
    return tag(page, **fields)


# Who gets in.


@pytest.mark.parametrize("name", LISTS)
def test_who_has_no_permission_is_sent_away(name: str) -> None:
    client = logged_in(factories.erik(make_section("A")))
    response = client.get(f"/admin/planner/{name}/new/")
    assert (response.status_code, response.url) == (302, "/admin/")


@pytest.mark.parametrize("name", LISTS)
def test_everybody_in_the_planner_reads_the_lists_and_only_reads_them(name: str) -> None:
    one = {"campaigns": make_campaign, "series": make_series, "occasions": make_occasion}[name]()
    seen = logged_in(factories.erik(make_section("A"))).get(f"/admin/planner/{name}/").text
    assert f'href="/admin/planner/{name}/{one.pk}/"' in seen
    for part in ("new", "edit", "delete", "starter-set", "import"):
        assert f"/admin/planner/{name}/{part}/" not in seen
    assert f'"url": "/admin/planner/{name}/"' in seen
    assert logged_in(factories.nina()).get(f"/admin/planner/{name}/").status_code == 302


@pytest.mark.parametrize("page", ["starter-set/", "import/"])
def test_who_may_not_add_occasions_gets_none_from_elsewhere(page: str) -> None:
    client = logged_in(may(factories.erik(make_section("A")), "change_occasion"))
    assert client.get(f"/admin/planner/occasions/{page}").status_code == 302


def test_an_import_needs_the_right_to_change_as_well() -> None:
    client = logged_in(may(factories.erik(make_section("A")), "add_occasion"))
    assert client.get("/admin/planner/occasions/import/").status_code == 302


def test_everybody_in_the_planner_reads_the_pages_of_each() -> None:
    client = logged_in(factories.erik(make_section("A")))
    addresses = [
        f"campaigns/{make_campaign().pk}/",
        f"series/{make_series().pk}/",
        f"occasions/{make_occasion().pk}/",
    ]
    for one in addresses:
        page = client.get(f"/admin/planner/{one}")
        assert page.status_code == 200
        assert "/edit/" not in page.text


def test_who_has_nothing_to_do_in_the_planner_reads_none() -> None:
    client = logged_in(factories.nina())
    assert client.get(f"/admin/planner/campaigns/{make_campaign().pk}/").status_code == 302


@pytest.mark.parametrize("name", LISTS)
def test_one_that_does_not_exist_is_not_found(marieke: Client, name: str) -> None:
    assert marieke.get(f"/admin/planner/{name}/4711/").status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_titles_of_content_in_another_section_are_told_to_nobody(name: str) -> None:
    mine, other = make_section("A"), make_section("B")
    secret = make_page("Secret", parent=other)
    one = {"campaigns": make_campaign, "series": make_series, "occasions": make_occasion}[name]()
    field = {"campaigns": "campaign", "series": "series", "occasions": "occasion"}[name]
    tag(secret, **({field: one} | ({"series_part": 1} if name == "series" else {})))
    seen = logged_in(factories.erik(mine)).get(f"/admin/planner/{name}/{one.pk}/").text
    assert "Secret" not in seen
    assert "Only content that you may see is listed." in seen
    assert "Secret" in logged_in(factories.bea(other)).get(f"/admin/planner/{name}/{one.pk}/").text


@pytest.mark.parametrize("name", ["campaigns", "occasions"])
def test_where_content_may_be_hidden_nothing_yet_is_not_said(name: str) -> None:
    one = {"campaigns": make_campaign, "occasions": make_occasion}[name]()
    address = f"/admin/planner/{name}/{one.pk}/"
    seen = logged_in(factories.erik(make_section("A"))).get(address).text
    assert "Nothing that you may see." in seen
    assert "Nothing yet." not in seen
    assert "Nothing yet." in logged_in(factories.marieke()).get(address).text


# Occasions.


def test_a_new_occasion_asks_for_its_rule_first(marieke: Client) -> None:
    page = marieke.get("/admin/planner/occasions/new/")
    assert "How are its days found?" in page.text
    assert '<form id="w-editor-form"' not in page.text


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("rule=yearly", {"day", "month", "days"}),
        ("rule=weekday", {"nth", "weekday", "month", "days"}),
        ("rule=easter", {"easter_offset", "days"}),
        ("rule=holiday&country=NL", {"country", "holiday"}),
        ("rule=dates", {"first_day", "last_day"}),
        ("rule=customer", {"customer_event", "customer_offset"}),
    ],
)
def test_a_form_asks_only_for_what_its_rule_needs(marieke: Client, query: str, fields: set[str]) -> None:
    form = marieke.get(f"/admin/planner/occasions/new/?{query}").context["form"]
    common = {"name", "rule", "lead_days", "personas", "phases", "channels", "themes", "blackout", "active"}
    if query == "rule=customer":
        common -= {"lead_days", "blackout"}
    assert set(form.fields) == common | fields


@pytest.mark.parametrize("query", ["rule=holiday", "rule=holiday&country=XX", "rule=lunar", "rule="])
def test_a_rule_that_is_not_settled_is_asked_for(marieke: Client, query: str) -> None:
    assert "How are its days found?" in marieke.get(f"/admin/planner/occasions/new/?{query}").text


def test_an_occasion_is_made_with_its_tags_and_themes(marieke: Client) -> None:
    florist = make_persona("florist")
    phase = make_journey(phases=("see",)).phases.get()
    channel = make_channel("web")
    tags = {"personas": [florist.pk], "phases": [phase.pk], "channels": [channel.pk], "themes": "gifts, winter rose"}
    marieke.post("/admin/planner/occasions/new/", CHRISTMAS | tags | {"active": "on"})
    one = Occasion.objects.get()
    assert (one.month, one.day, one.days, one.lead_days, one.active) == (12, 25, 2, 42, True)
    assert (one.personas.get(), one.phases.get(), one.channels.get()) == (florist, phase, channel)
    assert set(one.themes.names()) == {"gifts", "winter rose"}
    assert ModelLogEntry.objects.get(action="wagtail.create").user.username == "marieke"


def test_an_edit_keeps_the_themes_that_the_form_showed(marieke: Client) -> None:
    one = make_occasion()
    one.themes.set(["gifts", "winter rose"])
    form = marieke.get(f"/admin/planner/occasions/edit/{one.pk}/").context["form"]
    marieke.post(f"/admin/planner/occasions/edit/{one.pk}/", CHRISTMAS | {"themes": form["themes"].value()})
    assert set(one.themes.names()) == {"gifts", "winter rose"}


def test_the_next_three_days_are_shown(marieke: Client) -> None:
    page = marieke.get(f"/admin/planner/occasions/edit/{make_occasion().pk}/").text
    for year in ("Friday 25 December 2026", "Saturday 25 December 2027", "Monday 25 December 2028"):
        assert year in page
    assert "plan its content from 27 November 2026" in page


def test_the_next_days_can_be_looked_at_before_saving(marieke: Client) -> None:
    page = marieke.post("/admin/planner/occasions/new/", CHRISTMAS | {"preview": "1"})
    assert "25 to 26 December 2026" in page.text
    assert not Occasion.objects.exists()
    one = make_occasion()
    page = marieke.post(f"/admin/planner/occasions/edit/{one.pk}/", CHRISTMAS | {"day": "24", "preview": "1"})
    assert "24 to 25 December 2026" in page.text
    one.refresh_from_db()
    assert one.day == 25


def test_a_day_that_does_not_exist_is_refused_at_its_field(marieke: Client) -> None:
    page = marieke.post("/admin/planner/occasions/new/", CHRISTMAS | {"month": "2", "day": "30"})
    assert page.context["form"].errors == {"day": ["February has no day 30."]}


def test_a_day_outside_the_years_is_refused(marieke: Client) -> None:
    data = {"name": "Fair", "rule": "dates", "first_day": "0026-05-12", "lead_days": "1"}
    page = marieke.post("/admin/planner/occasions/new/", data)
    assert page.context["form"].errors == {"first_day": ["Choose a day from 1970 to 2100."]}


def test_another_rule_replaces_the_first(marieke: Client) -> None:
    one = make_occasion()
    data = {"name": "Easter", "rule": "easter", "easter_offset": "0", "days": "1", "lead_days": "28"}
    assert "easter_offset" in marieke.get(f"/admin/planner/occasions/edit/{one.pk}/?rule=easter").context["form"].fields
    marieke.post(f"/admin/planner/occasions/edit/{one.pk}/", data)
    one.refresh_from_db()
    assert (one.rule, one.easter_offset, one.month, one.day) == ("easter", 0, None, None)


def test_the_country_of_the_site_is_chosen_and_stands_first(marieke: Client) -> None:
    page = marieke.get("/admin/planner/occasions/new/").text
    offered = page[page.index('<select name="country"') :]
    assert offered.index('<optgroup label="Near this site">') < offered.index('<option value="NL" selected>')
    assert offered.index('<option value="NL" selected>') < offered.index("Other countries") < offered.index("Belgium")


def test_a_holiday_is_chosen_from_those_of_its_country(marieke: Client) -> None:
    form = marieke.get("/admin/planner/occasions/new/?rule=holiday&country=NL").context["form"]
    assert ("Koningsdag", "Koningsdag") in form.fields["holiday"].choices
    data = {"name": "King", "rule": "holiday", "country": "NL", "holiday": "Thanksgiving Day", "lead_days": "1"}
    assert "holiday" in marieke.post("/admin/planner/occasions/new/", data).context["form"].errors


def test_the_list_says_when_each_comes_next_and_what_uses_it(marieke: Client) -> None:
    one = make_occasion(lead_days=10)
    make_occasion("Contract", rule="customer", customer_event="contract_end", customer_offset=-30)
    make_item(occasion=one)
    page = marieke.get("/admin/planner/occasions/").text
    for text in ("25 December 2026", "10 days", "1 content item", "At any time", "30 days before: End of the contract"):
        assert text in page


def test_an_occasion_with_content_is_not_deleted_but_may_be_made_inactive(marieke: Client) -> None:
    one = make_occasion()
    make_item(occasion=one)
    page = marieke.post(f"/admin/planner/occasions/delete/{one.pk}/")
    assert page.status_code == 409
    assert "1 content item" in page.text
    marieke.post(f"/admin/planner/occasions/deactivate/{one.pk}/")
    one.refresh_from_db()
    assert not one.active


def test_content_that_nobody_may_see_still_keeps_a_campaign(client: Client) -> None:
    mine, other = make_section("A"), make_section("B")
    one = make_campaign()
    tag(make_page(parent=other), campaign=one)
    client = logged_in(may(factories.erik(mine), "delete_campaign"))
    page = client.post(f"/admin/planner/campaigns/delete/{one.pk}/")
    assert page.status_code == 409
    assert "Used in parts of the site that you cannot see." in page.text


def test_a_persona_says_which_occasions_and_campaigns_are_for_it(marieke: Client) -> None:
    florist = make_persona("florist")
    make_occasion().personas.add(florist)
    make_campaign().personas.add(florist)
    page = marieke.get("/admin/planner/personas/").text
    assert "1 campaign" in page
    assert "1 occasion" in page
    assert marieke.post(f"/admin/planner/personas/delete/{florist.pk}/").status_code == 409


# The starter set.


def test_the_starter_set_is_added_as_ticked(marieke: Client) -> None:
    page = marieke.post("/admin/planner/occasions/starter-set/", {"code": ["easter", "christmas"]}, follow=True)
    assert "2 occasions added." in page.text
    assert set(Occasion.objects.values_list("name", flat=True)) == {"Easter", "Christmas"}


def test_every_starter_is_a_valid_occasion() -> None:
    for one in load_starters("nl"):
        one.full_clean()
    assert Occasion.objects.count() == len(STARTERS)


def test_a_second_load_adds_nothing_and_changes_nothing(capsys: Any) -> None:
    call_command("load_occasions", "--language", "nl")
    Occasion.objects.filter(origin="starter:christmas").update(name="Kerstmis")
    call_command("load_occasions", "--language", "en")
    assert "0 occasions added." in capsys.readouterr().out
    assert Occasion.objects.filter(name="Kerstmis").exists()


def test_a_language_without_a_starter_set_is_refused() -> None:
    with pytest.raises(CommandError, match="Choose one of: nl, en"):
        call_command("load_occasions", "--language", "fr")


# The import.


def upload(client: Client, data: bytes, **others: str) -> Any:
    file = SimpleUploadedFile("fairs.ics", data, content_type="text/calendar")
    return client.post("/admin/planner/occasions/import/", {"file": file, **others})


def test_an_upload_reports_each_event(marieke: Client) -> None:
    page = upload(marieke, calendar(event(), event("RRULE:FREQ=DAILY", uid="2", title="<b>Daily</b>")))
    assert "1 new, 0 changed, 0 unchanged, 1 refused." in page.text
    assert "&lt;b&gt;Daily" in page.text
    assert Occasion.objects.get().name == "Fair"
    assert ModelLogEntry.objects.get(action="wagtail.create").user.username == "marieke"


def test_a_file_that_is_only_checked_writes_nothing(marieke: Client) -> None:
    page = upload(marieke, calendar(event()), check="1")
    assert "1 new" in page.text
    assert "Nothing was written." in page.text
    assert not Occasion.objects.exists()


def carried_by(page: Any) -> dict[str, str]:
    return {"checked": page.context["carried"], "import_checked": "1"}


def test_a_checked_file_is_imported_without_choosing_it_again(marieke: Client) -> None:
    checked = upload(marieke, calendar(event()), check="1")
    assert f'name="checked" value="{checked.context["carried"]}"' in checked.text
    page = marieke.post("/admin/planner/occasions/import/", carried_by(checked))
    assert "1 new, 0 changed" in page.text
    assert Occasion.objects.get().name == "Fair"


@pytest.mark.parametrize("case", ["another user", "changed", "too late"])
def test_a_checked_file_is_nobody_elses_and_cannot_be_changed(marieke: Client, case: str, time_machine: Any) -> None:
    data = carried_by(upload(marieke, calendar(event()), check="1"))
    if case == "another user":
        marieke = logged_in(make_user("sam", is_superuser=True))
    elif case == "changed":
        data["checked"] = data["checked"][:-1]
    else:
        time_machine.move_to(NOW + days(1), tick=False)
    page = marieke.post("/admin/planner/occasions/import/", data)
    assert "Choose the file again." in page.text
    assert not Occasion.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"id,title\n", "no calendar file"), (b"x" * (1024 * 1024 + 1), "1024 kB"), (b"", "empty")],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(marieke: Client, data: bytes, words: str) -> None:
    page = upload(marieke, data)
    assert words in str(page.context["form"].errors["file"])


def test_an_upload_without_a_file_is_refused(marieke: Client) -> None:
    assert "file" in marieke.post("/admin/planner/occasions/import/", {}).context["form"].errors


# Campaigns.


def test_a_campaign_is_made_and_its_name_makes_its_slug(marieke: Client) -> None:
    data = {"name": "Spring sale", "kind": "performance", "first_day": "2026-03-02", "last_day": "2026-03-15"}
    marieke.post("/admin/planner/campaigns/new/", data)
    assert Campaign.objects.get(slug="spring-sale").kind == "performance"


def test_a_campaign_that_ends_before_it_starts_is_refused_at_its_field(marieke: Client) -> None:
    data = {"name": "Spring", "kind": "branding", "first_day": "2026-03-02", "last_day": "2026-03-01"}
    page = marieke.post("/admin/planner/campaigns/new/", data)
    assert page.context["form"].errors == {"last_day": ["It ends before it starts. Choose a later last day."]}


def test_a_campaigns_page_shows_its_message_its_items_and_the_gaps_of_its_cells(marieke: Client) -> None:
    florist, gardener = make_persona("florist"), make_persona("gardener")
    journey = make_journey("buy", personas=(florist, gardener), phases=("see", "do"))
    see = journey.phases.get(slug="see")
    one = make_campaign(core_message="Four square metres are enough.")
    one.personas.set([florist])
    one.phases.set([see])
    tag(make_page("For gardeners"), personas=gardener, phases=see)
    tag(make_page("Balcony"), personas=gardener, phases=see, campaign=one)
    page = marieke.get(f"/admin/planner/campaigns/{one.pk}/")
    assert "Four square metres are enough." in page.text
    assert "2 to 15 March 2026" in page.text
    assert "Balcony" in page.text
    assert "For gardeners" not in page.text
    assert [(gap.code, gap.persona.slug, gap.phase.slug) for gap in page.context["gaps"] if gap.persona] == [
        ("EMPTY", "florist", "see")
    ]


def test_a_campaign_without_personas_and_phases_is_not_judged(marieke: Client) -> None:
    assert "names no personas or phases" in marieke.get(f"/admin/planner/campaigns/{make_campaign().pk}/").text


@pytest.mark.parametrize("number", [2, 30])
def test_the_number_of_queries_of_a_campaigns_page_does_not_grow(
    marieke: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    florist = make_persona("florist")
    see = make_journey("buy", personas=(florist,), phases=("see",)).phases.get()
    one = make_campaign()
    one.phases.set([see])
    for _number in range(number):
        make_item(campaign=one, personas=florist, phases=see)
    marieke.get(f"/admin/planner/campaigns/{one.pk}/")
    with django_assert_max_num_queries(45):
        marieke.get(f"/admin/planner/campaigns/{one.pk}/")


# Series.


def promises(*rows: dict[str, str]) -> dict[str, str]:
    data = {"promises-TOTAL_FORMS": str(len(rows)), "promises-INITIAL_FORMS": "0"}
    return data | {f"promises-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}


def test_a_series_is_made_with_its_promises(marieke: Client) -> None:
    rows = promises({"number": "1", "promised_on": "2026-05-12", "title": "Roots"}, {"number": "2"}, {})
    marieke.post("/admin/planner/series/new/", {"name": "Grow your own", "active": "on"} | rows)
    one = Series.objects.get(slug="grow-your-own")
    assert list(one.promises.values_list("number", "promised_on", "title")) == [
        (1, date(2026, 5, 12), "Roots"),
        (2, None, ""),
    ]


def test_the_plural_of_series_is_translated_apart_from_the_singular(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"series": "reeks", "more than one\x04series": "reeksen"}
    monkeypatch.setattr(trans_real, "gettext", lambda text: words.get(text, text))
    assert str(Series._meta.verbose_name_plural) == "reeksen"


def test_a_part_that_is_promised_twice_is_refused_and_nothing_is_stored(marieke: Client) -> None:
    rows = promises({"number": "1"}, {"number": "1"})
    page = marieke.post("/admin/planner/series/new/", {"name": "Grow", "active": "on"} | rows)
    assert page.status_code == 200
    assert not Series.objects.exists()


def test_a_series_page_shows_each_part_and_what_is_late(marieke: Client) -> None:
    one = make_series(cadence="weekly", first_part_on=date(2026, 2, 16), parts=3)
    tag(make_page("Seeds"), series=one, series_part=1)
    parts = marieke.get(f"/admin/planner/series/{one.pk}/").context["parts"]
    assert [(part.number, bool(part.lines), part.missing, part.is_late) for part in parts] == [
        (1, True, False, False),
        (2, False, True, True),
        (3, False, True, False),  # promised for today
    ]


def test_the_list_of_series_says_how_many_parts_are_not_planned(marieke: Client) -> None:
    make_series(cadence="weekly", first_part_on=date(2026, 2, 16), parts=7)
    assert [one.missing_parts for one in marieke.get("/admin/planner/series/").context["object_list"]] == ["7"]


def test_a_missing_part_leads_to_the_form_that_plans_it(marieke: Client) -> None:
    one = make_series(cadence="weekly", first_part_on=date(2026, 2, 16), parts=4)
    tag(make_page("Seeds"), series=one, series_part=1)
    parts = marieke.get(f"/admin/planner/series/{one.pk}/").context["parts"]
    assert [bool(part.plan_url) for part in parts] == [False, True, True, True]
    initial = marieke.get(parts[3].plan_url).context["form"].initial
    assert (initial["series"], initial["series_part"], initial["target_date"]) == (one, 4, date(2026, 3, 9))
    marieke.post(parts[3].plan_url, {"title": "Mulch", "section": root_page().pk, "series": one.pk, "series_part": "4"})
    assert ContentItem.objects.get(title="Mulch").series_part == 4


def test_a_new_idea_without_a_number_becomes_the_next_missing_part_of_its_series(marieke: Client) -> None:
    one = make_series(cadence="weekly", first_part_on=date(2026, 2, 16), parts=2)
    tag(make_page("Seeds"), series=one, series_part=1)
    for title in ("Mulch", "Compost"):
        marieke.post("/admin/planner/items/new/", {"title": title, "section": root_page().pk, "series": one.pk})
    assert list(one.items.order_by("series_part").values_list("title", "series_part"))[1:] == [
        ("Mulch", 2),
        ("Compost", 3),
    ]


def test_a_number_is_asked_of_whoever_would_learn_from_it_what_others_planned() -> None:
    section, one = make_section("A"), make_series()
    tag(make_page("Seeds", parent=make_section("B")), series=one, series_part=1)
    data = {"title": "Mulch", "section": section.pk, "series": one.pk}
    answer = logged_in(factories.erik(section)).post("/admin/planner/items/new/", data)
    assert answer.text.count("Which part of") == 1


def test_a_part_planned_where_the_reader_may_not_look_is_not_called_late() -> None:
    one = make_series(cadence="weekly", first_part_on=date(2026, 2, 16), parts=2)
    tag(make_page("Seeds", parent=make_section("B")), series=one, series_part=1)
    client = logged_in(may(factories.erik(make_section("A")), "change_series"))
    page = client.get(f"/admin/planner/series/{one.pk}/")
    assert page.text.count("Nothing that you may see") == 2
    assert "Seeds" not in page.text
    assert "not planned" not in page.text.lower()
    assert page.text.index("Only content that you may see is listed") < page.text.index("jp-list--content")
    assert "2 without content that you may see" in client.get("/admin/planner/series/").text


# In the plan of an item.


def test_a_plan_names_campaign_part_and_occasion(marieke: Client) -> None:
    page, campaign, series, occasion = make_page("News"), make_campaign(), make_series(), make_occasion()
    save(marieke, address(page), campaign=campaign.pk, series=series.pk, series_part=2, occasion=occasion.pk)
    item = ContentItem.objects.get(page=page)
    assert (item.campaign, item.series, item.series_part, item.occasion) == (campaign, series, 2, occasion)
    line = PageLogEntry.objects.get(page=page.pk, action="planner.plan").message
    assert "Campaign set to Spring." in line
    assert "Part set to 2." in line


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [({"series": True}, "series_part", "Which part of"), ({"series_part": 2}, "series", "Part 2 of what?")],
)
def test_a_part_and_its_series_go_together(marieke: Client, fields: dict[str, Any], field: str, words: str) -> None:
    if "series" in fields:
        fields = {"series": make_series().pk}
    response = save(marieke, address(make_page()), **fields)
    assert words in str(response.context["form"].errors[field])


def test_a_form_that_does_not_show_the_campaign_does_not_wipe_it(marieke: Client) -> None:
    page = make_page()
    in_plan(page, campaign=make_campaign(), series=make_series(), series_part=1, occasion=make_occasion())
    data = submitted(marieke, address(page), review_due="2026-05-01")
    for name in ("campaign", "series", "series_part", "occasion"):
        del data[name]
    marieke.post(address(page), data)
    item = ContentItem.objects.get(page=page)
    assert item.review_due == date(2026, 5, 1)
    assert None not in (item.campaign, item.series, item.series_part, item.occasion)


def test_a_campaign_is_taken_off_where_the_form_shows_it(marieke: Client) -> None:
    page = make_page()
    in_plan(page, campaign=make_campaign())
    marieke.post(address(page), submitted(marieke, address(page)) | {"campaign": ""})
    assert ContentItem.objects.get(page=page).campaign is None


def test_two_tabs_that_change_series_and_part_end_with_a_whole(marieke: Client) -> None:
    page, one = make_page(), make_series()
    in_plan(page, series=one, series_part=1)
    first = submitted(marieke, address(page)) | {"series": "", "series_part": ""}
    second = submitted(marieke, address(page)) | {"series": one.pk, "series_part": "3"}
    marieke.post(address(page), first)
    marieke.post(address(page), second)
    item = ContentItem.objects.get(page=page)
    assert (item.series, item.series_part) == (one, 3)


def test_an_inactive_campaign_is_offered_only_where_it_is_chosen_already(marieke: Client) -> None:
    old = make_campaign("old", active=False)
    page = make_page()
    offered = marieke.get(address(page)).context["form"].fields["campaign"].queryset
    assert old not in offered
    in_plan(page, campaign=old)
    assert old in marieke.get(address(page)).context["form"].fields["campaign"].queryset


def test_who_may_only_read_a_plan_reads_its_campaign() -> None:
    section = make_section("A")
    page = make_page("News", parent=section)
    in_plan(page, campaign=make_campaign(), occasion=make_occasion())
    client = logged_in(make_user("vera", section=section, can=("publish",)))
    seen = client.get(address(page)).text
    assert "Spring" in seen
    assert "Christmas" in seen


def test_the_calendar_is_filtered_by_campaign(marieke: Client) -> None:
    make_item("In it", campaign=make_campaign(), starts_at=NOW)
    make_item("Not in it", starts_at=NOW + days(1))
    page = marieke.get("/admin/planner/calendar/?month=2026-03&campaign=spring").text
    assert "In it" in page
    assert "Not in it" not in page
    assert "Spring" in page


def test_a_filter_on_a_campaign_that_does_not_exist_matches_nothing(marieke: Client) -> None:
    make_item("Anything", starts_at=NOW)
    assert "Anything" not in marieke.get("/admin/planner/calendar/?month=2026-03&campaign=gone").text


def test_an_entry_names_its_campaign() -> None:
    from planner.entries import entries_between

    make_item("In it", campaign=make_campaign(), starts_at=NOW)
    window = {"start": NOW - days(1), "end": NOW + days(1), "now": NOW, "zone": factories.ZONE}
    assert [one.campaign for one in entries_between(ContentItem.objects.all(), **window)] == ["Spring"]


def test_what_the_form_showed_names_keys_and_no_names(marieke: Client) -> None:
    page = make_page()
    campaign = make_campaign()
    in_plan(page, campaign=campaign)
    shown = json.loads(marieke.get(address(page)).context["form"].initial["shown"])
    assert shown["values"]["campaign"] == campaign.pk
