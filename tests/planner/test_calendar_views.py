"""Week and agenda, and what stands in the calendar beside entries."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from planner.models import Campaign, Occasion, SavedView, Series
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_card,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    root_page,
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CALENDAR = "/admin/planner/calendar/"
MARCH = f"{CALENDAR}?month=2026-03"
WEEK = f"{CALENDAR}?view=week"
AGENDA = f"{CALENDAR}?view=agenda"
EMPTY_REPORT = "/admin/reports/aging-pages/?last_published_at_to=1970-01-01"


def text_of(client: Client, address: str) -> str:
    """The words of a page, as a browser would show them."""
    response = client.get(address)
    assert response.status_code == 200
    markup = re.sub(r"<(style|script|svg|title).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", markup)))


def days_with_entries(client: Client, address: str) -> list[str]:
    rows = client.get(address).context["weeks"]
    return [day.date.isoformat() for row in rows for day in row.days if day.entries]


def make_campaign(name: str = "Hellebores", **fields: Any) -> Campaign:
    defaults = {"kind": "branding", "first_day": date(2026, 3, 4), "last_day": date(2026, 3, 20)}
    return Campaign.objects.create(name=name, slug=name.lower(), **(defaults | fields))


def make_day(name: str, first: date, last: date | None = None, **fields: Any) -> Occasion:
    return Occasion.objects.create(name=name, rule="dates", first_day=first, last_day=last, **fields)


def make_cell(ends: datetime) -> Any:
    """A cell whose only live item ends at a moment, and that item."""
    persona = make_persona("florist", name="Florist")
    journey = make_journey("buying", personas=(persona,), phases=("care",))
    return make_item("Care card", personas=persona, phases=journey.phases.get(), expires_at=ends)


# Week and agenda


def test_a_week_shows_seven_days_and_unfolds_all_entries(marieke: Client) -> None:
    for number in range(9):
        make_item(f"Item {number}", starts_at=NOW)
    response = marieke.get(WEEK)
    (row,) = response.context["weeks"]
    assert [day.date.day for day in row.days] == [2, 3, 4, 5, 6, 7, 8]
    assert "jp-more" not in response.content.decode()
    assert response.content.decode().count('<li class="jp-entry') == 9


def test_a_week_is_named_by_its_number_and_days(marieke: Client) -> None:
    assert "Week 10, 2 to 8 March 2026" in text_of(marieke, WEEK)
    assert "Week 53, 28 December 2026 to 3 January 2027" in text_of(marieke, f"{WEEK}&day=2027-01-01")


def test_a_week_leads_to_the_weeks_beside_it(marieke: Client) -> None:
    markup = marieke.get(f"{WEEK}&day=2026-03-18").content.decode()
    for address in ("?view=week&amp;day=2026-03-09", "?view=week&amp;day=2026-03-23", "?view=week&amp;day=2026-03-02"):
        assert f'href="{address}"' in markup


def test_an_agenda_shows_today_and_the_days_with_something_for_31_days(marieke: Client) -> None:
    make_item("Tomorrow", starts_at=NOW + days(1))
    make_item("Last day", starts_at=NOW + days(30))
    make_item("Too late", starts_at=NOW + days(31))
    response = marieke.get(AGENDA)
    assert [day.date.isoformat() for day in response.context["agenda"]] == ["2026-03-02", "2026-03-03", "2026-04-01"]
    text = text_of(marieke, AGENDA)
    assert "Monday 2 March Today" in text
    assert "Nothing on this day." in text
    assert "Too late" not in text


def test_an_agenda_leads_to_the_31_days_beside_it(marieke: Client) -> None:
    markup = marieke.get(AGENDA).content.decode()
    for address in ("?view=agenda&amp;day=2026-01-30", "?view=agenda&amp;day=2026-04-02"):
        assert f'href="{address}"' in markup


@pytest.mark.parametrize("address", [WEEK, AGENDA])
def test_the_view_and_its_day_are_kept_by_filters_and_moves(marieke: Client, address: str) -> None:
    make_persona("florist")
    response = marieke.get(f"{address}&day=2026-03-18&persona=florist")
    view = response.context["period"].view
    assert response.context["filters"].without_any == f"?view={view}&day=2026-03-18"
    assert f'<input type="hidden" name="view" value="{view}">' in response.content.decode()
    assert response.context["here"] == f"{address}&day=2026-03-18&persona=florist"


def test_the_switch_keeps_day_and_filters_and_names_the_present_view(marieke: Client) -> None:
    markup = marieke.get(f"{WEEK}&day=2026-05-18&persona=florist").content.decode()
    assert 'href="?persona=florist&amp;month=2026-05">Month</a>' in markup
    assert 'href="?persona=florist&amp;view=agenda&amp;day=2026-05-18">Agenda</a>' in markup
    assert 'href="?persona=florist&amp;view=week&amp;day=2026-05-18" aria-current="page">Week</a>' in markup


def test_from_this_month_the_switch_leads_to_today(marieke: Client) -> None:
    markup = marieke.get(CALENDAR).content.decode()
    assert 'href="?view=week&amp;day=2026-03-02">Week</a>' in markup
    assert 'href="?view=agenda&amp;day=2026-03-02">Agenda</a>' in markup


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "0001-01-01", "9999-12-31", "x" * 5000, "a\0b"])
@pytest.mark.parametrize("address", [WEEK, AGENDA])
def test_a_day_that_does_not_exist_is_named_and_today_shown(marieke: Client, address: str, day: str) -> None:
    response = marieke.get(address, {"view": address.rpartition("=")[2], "day": day})
    assert "is no date" in response.content.decode()
    assert response.context["period"].is_about(NOW.date())


def test_a_view_that_does_not_exist_is_named_and_the_month_shown(marieke: Client) -> None:
    text = text_of(marieke, f"{CALENDAR}?view=decade")
    assert "“decade” is no view of the calendar" in text
    assert "March 2026" in text


@pytest.mark.parametrize("address", [WEEK, AGENDA])
def test_the_time_zone_is_named_in_every_view(marieke: Client, address: str) -> None:
    assert "Times in Europe/Amsterdam" in text_of(marieke, address)


@pytest.mark.parametrize("view", ["month", "week", "agenda"])
@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
def test_entries_of_a_night_when_the_clock_changes_stand_on_their_days(marieke: Client, view: str, night: date) -> None:
    for day, hour, minute in ((night - days(1), 23, 30), (night, 0, 0), (night, 23, 30), (night + days(1), 0, 0)):
        make_item(starts_at=datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE))
    place = f"month={night:%Y-%m}" if view == "month" else f"view={view}&day={night - days(6)}"
    counted = {
        day.date: len(day.entries)
        for row in marieke.get(f"{CALENDAR}?{place}").context["weeks"]
        for day in row.days
        if day.entries
    }
    expected = {night - days(1): 1, night: 2, night + days(1): 1}
    if view == "week":
        del expected[night + days(1)]  # a Monday
    assert counted == expected


@pytest.mark.parametrize("address", [f"{WEEK}&day=2026-03-18", f"{AGENDA}&day=2026-03-18"])
def test_half_past_eleven_at_night_stands_on_its_local_day(marieke: Client, address: str) -> None:
    make_item("Late", starts_at=datetime(2026, 3, 18, 23, 30, tzinfo=ZONE))
    assert days_with_entries(marieke, address) == ["2026-03-18"]


@pytest.mark.parametrize("address", [WEEK, AGENDA])
def test_week_and_agenda_show_only_what_the_reader_may_see(client: Client, address: str) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    tag(make_page("Secret of B", parent=section_b, live=False), target_at=NOW + days(2))
    tag(make_page("Plan of A", parent=section_a, live=False), target_at=NOW + days(2))
    client.force_login(factories.erik(section_a))
    text = text_of(client, address)
    assert "Plan of A" in text
    assert "Secret of B" not in text
    assert "1 entry" in text


def test_a_week_of_a_thousand_entries_on_a_day_says_what_it_leaves_out(marieke: Client) -> None:
    from planner.models import ContentItem

    ContentItem.objects.bulk_create(
        ContentItem(title=f"Item {number}", state="confirmed", starts_at=NOW) for number in range(250)
    )
    markup = marieke.get(WEEK).content.decode()
    assert markup.count('<li class="jp-entry') == 200
    assert "50 more are not shown" in markup


# Occasions, blackouts and campaigns


def test_a_campaign_is_a_bar_in_each_week_with_its_name_and_days(marieke: Client) -> None:
    campaign = make_campaign()
    assert text_of(marieke, MARCH).count("Campaign: Hellebores, 4 – 20 March") == 3
    markup = marieke.get(MARCH).content.decode()
    assert markup.count(f'<a href="/admin/planner/campaigns/{campaign.pk}/">Hellebores</a>') == 3
    spans = re.findall(r'<td class="jp-bars__bar[^"]*" colspan="(\d)">', markup)
    assert spans == ["5", "7", "5"]


def test_days_across_months_and_years_are_written_out(marieke: Client) -> None:
    make_campaign("Winter", first_day=date(2025, 12, 28), last_day=date(2026, 3, 3))
    make_campaign("Spring", first_day=date(2026, 3, 30), last_day=date(2026, 4, 2))
    text = text_of(marieke, MARCH)
    assert "Campaign: Winter, 28 December 2025 – 3 March 2026" in text
    assert "Campaign: Spring, 30 March – 2 April" in text


def test_an_occasion_of_one_day_stands_in_its_day_with_a_link(marieke: Client) -> None:
    occasion = make_day("Open day", date(2026, 3, 12))
    rows = marieke.get(MARCH).context["weeks"]
    assert [day.date.day for row in rows for day in row.days if day.events] == [12]
    assert f'<a href="/admin/planner/occasions/{occasion.pk}/">Open day</a>' in marieke.get(MARCH).content.decode()
    assert "Occasion: Open day" in text_of(marieke, MARCH)


def test_an_occasion_of_several_days_is_a_bar(marieke: Client) -> None:
    make_day("Fair", date(2026, 3, 4), date(2026, 3, 6))
    assert "Occasion: Fair, 4 – 6 March" in text_of(marieke, MARCH)


def test_a_blackout_is_said_in_a_word(marieke: Client) -> None:
    make_day("Stocktaking", date(2026, 3, 12), blackout=True)
    make_day("Closed", date(2026, 3, 16), date(2026, 3, 18), blackout=True)
    text = text_of(marieke, MARCH)
    assert "Blackout: Stocktaking" in text
    assert "Blackout: Closed, 16 – 18 March" in text
    assert "icon-jp-blackout" in marieke.get(MARCH).content.decode()


def promise(day: date) -> Series:
    series = Series.objects.create(slug="grow", name="Grow your own")
    series.promises.create(number=3, promised_on=day)
    return series


def test_a_promised_part_that_is_not_planned_stands_on_its_day(marieke: Client) -> None:
    series = promise(date(2026, 3, 12))
    assert "Promised, not planned Grow your own, part 3" in text_of(marieke, MARCH)
    make_item("Third", series=series, series_part=3, state="idea")
    assert "not planned" not in text_of(marieke, MARCH)


def test_a_promised_part_whose_day_has_passed_is_late(marieke: Client) -> None:
    promise(NOW.date() - days(1))
    assert "Late, not planned Grow your own, part 3" in text_of(marieke, MARCH)


def test_who_does_not_see_everything_is_told_of_no_missing_part(client: Client) -> None:
    promise(date(2026, 3, 12))
    client.force_login(factories.mo(make_section("A")))
    assert "not planned" not in text_of(client, MARCH)


def test_a_card_names_its_channels(marieke: Client) -> None:
    channels = [factories.make_channel(name=name) for name in ("Website", "Poster & flyer")]
    make_item("Spring", starts_at=NOW + days(1), channels=channels)
    assert "Website, Poster &amp; flyer</p>" in marieke.get(MARCH).content.decode()


def test_an_agenda_names_campaigns_first_and_occasions_on_their_days(marieke: Client) -> None:
    make_campaign()
    make_day("Fair", date(2026, 2, 28), date(2026, 3, 6))
    make_day("Open day", date(2026, 3, 12))
    text = text_of(marieke, AGENDA)
    places = [text.index(words) for words in ("Campaign: Hellebores", "Monday 2 March", "Fair", "12 March", "Open day")]
    assert places == sorted(places)


def test_occasions_and_campaigns_pass_the_filters(marieke: Client) -> None:
    florist, buyer = make_persona("florist"), make_persona("buyer")
    make_campaign("For florists").personas.add(florist)
    make_campaign("For buyers").personas.add(buyer)
    make_day("Day of buyers", date(2026, 3, 12)).personas.add(buyer)
    text = text_of(marieke, f"{MARCH}&persona=florist")
    assert "Campaign: For florists" in text
    assert "Campaign: For buyers" not in text
    assert "Day of buyers" not in text


def test_a_hostile_name_of_a_campaign_or_occasion_is_escaped(marieke: Client) -> None:
    make_campaign("<script>alert(1)</script>")
    make_day("<img src=x onerror=alert(1)>", date(2026, 3, 12), blackout=True)
    make_item(starts_at=datetime(2026, 3, 12, 9, tzinfo=ZONE))
    for address in (MARCH, AGENDA):
        markup = marieke.get(address).content.decode()
        assert "<script>alert(1)" not in markup
        assert "<img src=x" not in markup


# Collisions


def test_two_items_for_one_persona_through_one_channel_on_a_day_say_so(marieke: Client) -> None:
    persona, channel = make_persona(), make_channel()
    for title, day in (("One", 1), ("Two", 1), ("Alone", 3)):
        make_item(title, personas=persona, channels=channel, starts_at=NOW + days(day))
    for address in (MARCH, WEEK, AGENDA):
        assert text_of(marieke, address).count("Same persona and channel on this day") == 2


def test_a_collision_is_told_where_the_status_filter_hides_the_other(marieke: Client) -> None:
    persona, channel = make_persona(), make_channel()
    make_item("Approved", personas=persona, channels=channel, starts_at=NOW + days(1))
    tag(make_page("Plan", live=False), personas=persona, channels=channel, target_at=NOW + days(1))
    assert text_of(marieke, f"{MARCH}&status=planned").count("Same persona and channel on this day") == 1


def test_nobody_learns_of_a_collision_with_what_they_may_not_see(client: Client) -> None:
    persona, channel = make_persona(), make_channel()
    section_a, section_b = make_section("A"), make_section("B")
    for title, section in (("Mine", section_a), ("Secret", section_b)):
        page = make_page(title, parent=section, live=False)
        tag(page, personas=persona, channels=channel, target_at=NOW + days(2))
    client.force_login(factories.erik(section_a))
    text = text_of(client, MARCH)
    assert "Mine" in text
    assert "Same persona" not in text


def test_what_goes_out_in_a_blackout_says_so(marieke: Client) -> None:
    make_day("Stocktaking", date(2026, 3, 12), blackout=True)
    make_item("Post", starts_at=datetime(2026, 3, 12, 9, tzinfo=ZONE))
    make_item("Later", starts_at=datetime(2026, 3, 13, 9, tzinfo=ZONE))
    assert text_of(marieke, MARCH).count("In a blackout: Stocktaking") == 1


def test_nothing_is_said_of_what_collided_in_the_past(marieke: Client) -> None:
    persona, channel = make_persona(), make_channel()
    for title in ("One", "Two"):
        make_item(title, personas=persona, channels=channel, starts_at=NOW - days(1))
    make_day("Stocktaking", date(2026, 3, 1), blackout=True)
    text = text_of(marieke, MARCH)
    assert "One" in text
    assert "Same persona" not in text
    assert "In a blackout" not in text


# Cells that run empty


def test_the_day_on_which_a_cell_runs_empty_links_to_the_cell(marieke: Client) -> None:
    make_cell(datetime(2026, 3, 20, 9, tzinfo=ZONE))
    response = marieke.get(MARCH)
    assert [day.date.day for row in response.context["weeks"] for day in row.days if day.gaps] == [20]
    assert '<a href="/admin/planner/coverage/buying/florist/care/">' in response.content.decode()
    text = text_of(marieke, MARCH)
    assert "Runs empty 20 Mar Florist × Care" in text
    assert "1 cell runs empty" in text


def test_a_cell_that_runs_empty_in_another_month_is_not_shown(marieke: Client) -> None:
    make_cell(datetime(2026, 4, 20, 9, tzinfo=ZONE))
    assert "Runs empty" not in text_of(marieke, MARCH)
    assert "Runs empty" in text_of(marieke, f"{CALENDAR}?month=2026-04")
    assert "Runs empty" in text_of(marieke, f"{WEEK}&day=2026-04-20")
    assert "Runs empty" in text_of(marieke, f"{AGENDA}&day=2026-04-01")


def test_filters_on_persona_phase_and_channel_choose_the_cells(marieke: Client) -> None:
    make_cell(datetime(2026, 3, 20, 9, tzinfo=ZONE))
    for query, shown in (
        ("persona=florist", True),
        ("persona=somebody", False),
        ("phase=buying/care", True),
        ("phase=buying/other", False),
        ("channel=fair", False),
        ("status=live", False),
    ):
        assert ("Runs empty" in text_of(marieke, f"{MARCH}&{query}")) is shown, query


def test_cells_are_counted_from_what_the_reader_may_see(client: Client) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    item = make_cell(datetime(2026, 3, 20, 9, tzinfo=ZONE))
    item.section = section_b
    item.save()
    client.force_login(factories.erik(section_a))
    assert "Runs empty" not in text_of(client, MARCH)
    client.force_login(factories.bea(section_b))
    assert "Runs empty 20 Mar" in text_of(client, MARCH)


# What it costs


@pytest.mark.parametrize("address", [CALENDAR, WEEK, AGENDA])
@pytest.mark.parametrize("reader", ["marieke", "erik"])
def test_all_of_it_keeps_to_the_budget_of_queries(client: Client, reader: str, address: str) -> None:
    persona, channel = make_persona("florist"), make_channel()
    journey = make_journey("buying", personas=(persona,), phases=("see", "care"))
    see, care = journey.phases.all()
    client.force_login(factories.marieke() if reader == "marieke" else factories.erik(root_page()))
    section = make_section("A")
    for number in range(4):
        make_item(personas=persona, phases=see, channels=channel, starts_at=NOW + days(number))
        make_item(personas=persona, phases=care, expires_at=NOW + days(3 + number), state="confirmed")
        tag(make_page(live=False, parent=section), personas=persona, target_at=NOW + days(number))
        tag(make_page(live=False, parent=section), phases=see)
        schedule_page(make_page(live=False, parent=section), NOW + days(number + 1))
    schedule_page(make_card(live=False), NOW + timedelta(hours=5))
    for made in (make_campaign(), make_day("Open day", date(2026, 3, 5), blackout=True)):
        made.personas.add(persona)
        made.phases.add(see)
    Occasion.objects.get().channels.add(channel)
    user = get_user_model().objects.get(username=reader)
    owned = make_item("Owned", starts_at=NOW, owner=user, team="Web")
    owned.themes.add("Spring")
    SavedView.objects.create(owner=user, name="Mine", filters={"owner": ["me"]})
    Site.objects.create(hostname="shop.example", root_page=section)
    numbers = []
    for path in (EMPTY_REPORT, address):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        numbers.append(len(queries))
    assert numbers[1] - numbers[0] <= 30, numbers


def test_an_agenda_from_today_folds_what_is_overdue_before_it(marieke: Client) -> None:
    for number, ago in enumerate((1, 1, 91, 93)):
        make_item(f"Late letter {number}", state="idea", target_at=NOW - days(ago), target_has_time=True)
    make_item("Went out", starts_at=NOW - days(2))
    page = marieke.get(AGENDA).content.decode()
    words = text_of(marieke, AGENDA)
    assert "3 overdue before today" in words
    assert "Went out" not in words
    assert [page.count(f">Late letter {number}</a>") for number in range(4)] == [1, 1, 1, 0]
    folded = page.partition('<details class="jp-more jp-agenda__overdue')[2].partition("</details>")[0]
    assert re.findall(r"<h3[^>]*><time datetime=.([0-9-]+)", folded) == ["2025-12-01", "2026-03-01"]


def test_what_is_overdue_can_be_moved_from_the_agenda(marieke: Client) -> None:
    item = make_item("Late letter", state="idea", target_at=NOW - days(3))
    assert f"/admin/planner/items/{item.pk}/move/" in marieke.get(AGENDA).content.decode()


@pytest.mark.parametrize("address", [f"{AGENDA}&day=2026-03-03", f"{AGENDA}&status=live", WEEK])
def test_no_other_days_and_no_other_status_tell_of_it(marieke: Client, address: str) -> None:
    make_item("Late letter", state="idea", target_at=NOW - days(3))
    assert "overdue before today" not in text_of(marieke, address)


def test_what_is_overdue_in_another_section_is_not_counted(client: Client) -> None:
    section = make_section("A")
    make_item("Secret", state="idea", section=make_section("B"), target_at=NOW - days(3))
    client.force_login(factories.erik(section))
    assert "overdue before today" not in text_of(client, AGENDA)


@pytest.mark.parametrize("address", [MARCH, WEEK])
def test_days_with_content_and_today_are_headings_below_the_period(marieke: Client, address: str) -> None:
    make_item("Letter", starts_at=NOW + days(2))
    page = marieke.get(address).content.decode()
    assert re.findall(r'<h3 class="jp-day__date">\s*<time datetime="([0-9-]+)"', page) == ["2026-03-02", "2026-03-04"]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
