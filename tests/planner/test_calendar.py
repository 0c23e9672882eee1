from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from planner.models import ContentItem
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CALENDAR = "/admin/planner/calendar/"


def text_of(client: Client, address: str = CALENDAR) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def days_with_entries(response: Any) -> set[str]:
    return {day.date.isoformat() for row in response.context["weeks"] for day in row.days if day.entries}


def test_it_shows_a_scheduled_page_with_its_word_time_and_tags(marieke: Client) -> None:
    persona = make_persona("bloemist", name="Zelfstandig bloemist")
    journey = make_journey(personas=(persona,), phases=("vasthouden",))
    page = make_page("Kerststerren", live=False)
    tag(page, personas=persona, phases=journey.phases.get())
    schedule_page(page, datetime(2026, 3, 16, 9, 30, tzinfo=ZONE))
    html = text_of(marieke)
    entry = html[html.index('<li class="jp-entry') : html.index("Kerststerren") + 600]
    for text in ("Scheduled", "09:30", "Vasthouden", "Zelfstandig bloemist", "ZB"):
        assert text in entry


def test_an_unapproved_plan_looks_different_from_a_schedule(marieke: Client) -> None:
    tag(make_page("Only a plan", live=False), target_at=datetime(2026, 3, 20, tzinfo=ZONE))
    html = text_of(marieke)
    assert "jp-entry--planned jp-entry--unapproved" in html


def test_the_address_carries_the_month(marieke: Client) -> None:
    make_item("In July", starts_at=datetime(2026, 7, 1, 9, tzinfo=ZONE))
    assert "In July" in text_of(marieke, f"{CALENDAR}?month=2026-07")
    assert "In July" not in text_of(marieke, f"{CALENDAR}?month=2026-05")


@pytest.mark.parametrize("month", ["2026-13", "July", "0000-01", "9999-01", "2026-1x", "x" * 5000])
def test_a_month_that_does_not_exist_is_named_and_this_month_shown(marieke: Client, month: str) -> None:
    html = text_of(marieke, f"{CALENDAR}?month={month}")
    assert f"“{month[:20]}” is no month" in html
    assert "March 2026" in html


def test_an_entry_just_before_midnight_stands_on_its_local_day(marieke: Client) -> None:
    make_item("Late", starts_at=datetime(2026, 3, 10, 23, 30, tzinfo=ZONE))
    response = marieke.get(CALENDAR)
    days_with = days_with_entries(response)
    assert days_with == {"2026-03-10"}


def test_it_follows_the_clock_of_the_reader(client: Client) -> None:
    user = factories.marieke()
    user.wagtail_userprofile = None
    from wagtail.users.models import UserProfile

    UserProfile.objects.update_or_create(user=user, defaults={"current_time_zone": "Asia/Tokyo"})
    client.force_login(user)
    make_item("Late", starts_at=datetime(2026, 3, 10, 23, 30, tzinfo=ZoneInfo("Europe/Amsterdam")))
    html = text_of(client)
    assert "07:30" in html
    assert "Times in Asia/Tokyo" in html


def test_a_day_without_a_time_stays_the_same_day_for_everybody(client: Client) -> None:
    from wagtail.users.models import UserProfile

    user = factories.marieke()
    UserProfile.objects.update_or_create(user=user, defaults={"current_time_zone": "America/New_York"})
    client.force_login(user)
    plan = tag(make_page("Whole day", live=False), target_at=datetime(2026, 3, 20, tzinfo=ZONE))
    ContentItem.objects.filter(pk=plan.pk).update(target_has_time=False)
    response = client.get(CALENDAR)
    days_with = days_with_entries(response)
    assert days_with == {"2026-03-20"}


def test_filters_combine_across_dimensions(marieke: Client) -> None:
    florist, buyer = make_persona("florist"), make_persona("buyer")
    journey = make_journey(personas=(florist, buyer), phases=("see", "do"))
    see, do = journey.phases.all()
    make_item("Florist sees", personas=florist, phases=see)
    make_item("Florist does", personas=florist, phases=do)
    make_item("Buyer sees", personas=buyer, phases=see)
    html = text_of(marieke, f"{CALENDAR}?month=2026-02&persona=florist&phase={journey.slug}/see")
    assert "Florist sees" in html
    assert "Florist does" not in html
    assert "Buyer sees" not in html


def test_a_filter_on_something_deleted_matches_nothing(marieke: Client) -> None:
    make_item("Anything")
    assert "Anything" not in text_of(marieke, f"{CALENDAR}?month=2026-02&persona=gone")


def test_the_status_filter_keeps_only_that_status(marieke: Client) -> None:
    tag(make_page("Missed", live=False), target_at=NOW - days(1))
    make_item("Coming", starts_at=NOW + days(3))
    html = text_of(marieke, f"{CALENDAR}?status=overdue")
    assert "Missed" in html
    assert "Coming" not in html


def test_an_approved_moment_that_wagtail_missed_is_overdue(marieke: Client, time_machine: Any) -> None:
    page = make_page("Stuck", live=False)
    schedule_page(page, NOW + timedelta(hours=1))
    time_machine.move_to(NOW + timedelta(hours=2), tick=False)
    html = text_of(marieke)
    assert "jp-entry--overdue" in html


def test_an_editor_sees_only_their_section(client: Client) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    tag(make_page("Secret of B", parent=section_b, live=False), target_at=NOW + days(2))
    tag(make_page("Plan of A", parent=section_a, live=False), target_at=NOW + days(2))
    client.force_login(factories.erik(section_a))
    html = text_of(client)
    assert "Plan of A" in html
    assert "Secret of B" not in html
    assert "1 entry" in html


def test_somebody_without_page_rights_is_refused(client: Client) -> None:
    client.force_login(factories.nina())
    assert client.get(CALENDAR).status_code == 302


def test_hostile_titles_are_escaped(marieke: Client) -> None:
    make_item("<script>alert(1)</script>", starts_at=NOW)
    html = text_of(marieke)
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_full_day_folds(marieke: Client) -> None:
    for number in range(9):
        make_item(f"Item {number}", starts_at=NOW)
    assert "+ 5 more" in text_of(marieke)


def test_what_is_overdue_is_never_folded_away(marieke: Client) -> None:
    for number in range(9):
        make_item(f"Item {number}", starts_at=NOW - timedelta(hours=9))
    make_item("Forgotten", state="idea", target_at=NOW - timedelta(hours=1), target_has_time=True)
    day = BeautifulSoup(marieke.get(CALENDAR).content, "html.parser").select_one(".jp-day--today")
    assert [title.text for title in day.select(".jp-entry__title")].index("Forgotten") == 4
    assert day.summary.text == "+ 5 more"


def test_the_hours_of_work_of_a_month_are_those_of_what_goes_out_in_it(marieke: Client) -> None:
    make_item("Live", starts_at=NOW, expires_at=NOW + timedelta(days=3), effort=3)
    make_item("Idea", state="idea", target_at=NOW + timedelta(days=9), effort=4)
    make_item("Next month", state="idea", target_at=datetime(2026, 4, 1, 9, tzinfo=UTC), effort=50)
    make_item("Unknown", starts_at=NOW)
    assert "7 hours of work" in text_of(marieke)


def test_a_phone_begins_a_month_with_today(marieke: Client) -> None:
    html = BeautifulSoup(marieke.get(f"{CALENDAR}?month=2026-03").content, "html.parser")
    passed = [day["data-date"] for day in html.select(".jp-day--passed")]
    assert passed[-1] == "2026-03-01"
    (earlier,) = html.select(".jp-month__earlier a")
    assert earlier["href"] == "?view=agenda&day=2026-03-01"


def test_a_phone_shows_all_days_of_another_month_and_of_what_was_asked_for(marieke: Client) -> None:
    for query in ("?month=2026-04", "?month=2026-03&status=overdue"):
        assert "jp-day--passed" not in text_of(marieke, CALENDAR + query)


def test_ten_thousand_on_one_day_are_not_all_written_out(marieke: Client) -> None:
    ContentItem.objects.bulk_create(
        ContentItem(title=f"Item {number}", state="confirmed", starts_at=NOW) for number in range(1000)
    )
    html = text_of(marieke)
    assert html.count('<li class="jp-entry') == 200
    assert "800 more are not shown" in html


@pytest.mark.parametrize("number", [10, 500])
def test_the_number_of_queries_does_not_grow(marieke: Client, number: int, django_assert_max_num_queries: Any) -> None:
    persona = make_persona()
    journey = make_journey(personas=(persona,), phases=("see",))
    items = ContentItem.objects.bulk_create(
        ContentItem(
            title=f"Item {index}", state="confirmed", starts_at=datetime(2026, 3, 1 + index % 28, 9, tzinfo=UTC)
        )
        for index in range(number)
    )
    for dimension, member in (("personas", persona), ("phases", journey.phases.get())):
        through = ContentItem._meta.get_field(dimension).remote_field.through
        key = f"{member._meta.model_name}_id"
        through.objects.bulk_create(through(contentitem_id=item.pk, **{key: member.pk}) for item in items)
    marieke.get("/admin/reports/aging-pages/")
    with django_assert_max_num_queries(33):
        marieke.get(CALENDAR)


def test_what_has_ended_went_live_on_its_first_day_and_expired_on_its_last(marieke: Client) -> None:
    make_item("Over", starts_at=NOW - days(1), expires_at=NOW - timedelta(hours=1))
    html = text_of(marieke)
    assert "Went live" in html
    assert html.count("Expired") - html.count('value="expired"') >= 1


@pytest.mark.parametrize("name", ["persona", "phase", "channel", "status"])
def test_a_nul_in_a_filter_matches_nothing(marieke: Client, name: str) -> None:
    make_item("Anything", starts_at=NOW)
    assert "Anything" not in text_of(marieke, f"{CALENDAR}?{name}=a%00b")
