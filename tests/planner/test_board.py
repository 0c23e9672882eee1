"""The board: which item stands in which column, and who sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planner.board import column_of
from planner.models import ContentItem
from planner.schedule import Approval, Facts, Status
from tests import factories
from tests.factories import (
    NOW,
    ZONE,
    days,
    make_card,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    make_user,
    schedule_page,
    tag,
)
from tests.planner.boards import BOARD, columns, text_of
from tests.planner.moves import start_workflow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

EMPTY_REPORT = "/admin/reports/aging-pages/?last_published_at_to=1970-01-01"
SOON = NOW + days(5)


@pytest.fixture
def section() -> Any:
    return make_section("A", first_published_at=NOW - days(400))


@pytest.fixture
def erik(client: Client, section: Any) -> Client:
    client.force_login(factories.erik(section))
    return client


def decisions(client: Client, query: str = "") -> list[tuple[str, str]]:
    return [(one.card.title, one.why.value) for one in client.get(BOARD + query).context["board"].decisions]


def in_review(section: Any, user: Any, **plan: Any) -> ContentItem:
    page = make_page("In review", parent=section, live=False)
    page.save_revision()
    start_workflow(page, user)
    return tag(page, **plan)


# Which column


def facts(**stored: Any) -> Facts:
    return Facts(**({"now": NOW, "on_page": True} | stored))


@pytest.mark.parametrize(
    ("stored", "column"),
    [
        ({}, Status.DRAFT),
        ({"target_at": SOON}, Status.PLANNED),
        ({"go_live_at": SOON}, Status.PLANNED),
        ({"target_at": NOW - days(3)}, Status.PLANNED),
        ({"in_review": True}, Status.IN_REVIEW),
        ({"in_review": True, "target_at": SOON}, Status.IN_REVIEW),
        ({"in_review": True, "target_at": NOW - days(3)}, Status.IN_REVIEW),
        ({"approval": Approval(SOON, None)}, Status.SCHEDULED),
        ({"approval": Approval(NOW - days(1), None)}, Status.SCHEDULED),
        ({"live": True, "first_published_at": NOW - days(9)}, Status.LIVE),
        ({"live": True, "first_published_at": NOW - days(9), "approval": Approval(SOON, None)}, Status.LIVE),
        ({"live": True, "first_published_at": NOW - days(9), "expire_at": NOW - days(1)}, Status.LIVE),
        ({"first_published_at": NOW - days(9), "unpublished_at": NOW - days(1)}, Status.DRAFT),
        (
            {"first_published_at": NOW - days(9), "unpublished_at": NOW - days(1), "target_at": SOON},
            Status.PLANNED,
        ),
        (
            {"first_published_at": NOW - days(9), "unpublished_at": NOW - days(1), "in_review": True},
            Status.IN_REVIEW,
        ),
        ({"first_published_at": NOW - days(9), "expire_at": NOW - days(1)}, None),
        ({"first_published_at": NOW - days(9), "expire_at": NOW - days(1), "target_at": SOON}, Status.PLANNED),
        ({"state": "cancelled"}, None),
        ({"on_page": False, "state": "idea"}, Status.IDEA),
        ({"on_page": False, "state": "idea", "target_at": SOON}, Status.PLANNED),
        ({"on_page": False, "state": "draft"}, Status.DRAFT),
        ({"on_page": False, "state": "confirmed", "starts_at": SOON}, Status.SCHEDULED),
        ({"on_page": False, "state": "confirmed", "starts_at": NOW - days(1)}, Status.LIVE),
        ({"on_page": False, "state": "confirmed", "starts_at": NOW - days(9), "expires_at": NOW - days(1)}, None),
    ],
)
def test_each_item_stands_in_the_column_of_what_it_is_now(stored: dict[str, Any], column: Status | None) -> None:
    assert column_of(facts(**stored), ZONE) == column


def test_it_shows_what_is_not_out_yet_and_what_went_live_lately(marieke: Client, section: Any) -> None:
    make_item("Idea", state="idea")
    tag(make_page("Planned", parent=section, live=False), target_at=SOON)
    make_page("Draft", parent=section, live=False)
    make_card("Card", live=False)
    in_review(section, factories.make_user("writer"))
    schedule_page(make_page("Scheduled", parent=section, live=False), SOON)
    make_item("Stand", starts_at=SOON)
    make_page("Live", parent=section, first_published_at=NOW - days(13))
    make_page("Old", parent=section, first_published_at=NOW - days(15))
    make_item("Cancelled", state="cancelled", starts_at=None)
    assert columns(marieke) == {
        "idea": ["Idea"],
        "planned": ["Planned"],
        "draft": ["Card", "Draft"],
        "in_review": ["In review"],
        "scheduled": ["Stand", "Scheduled"],
        "live": ["Live"],
    }


def test_an_old_page_is_shown_for_its_update_its_late_expiry_or_a_new_plan(marieke: Client, section: Any) -> None:
    old = NOW - days(300)
    update = make_page("Update", parent=section, first_published_at=old)
    update.save_revision().publish()
    update.refresh_from_db()
    schedule_page(update, SOON)
    make_page("Late", parent=section, first_published_at=old, expire_at=NOW - days(40))
    again = make_page("Again", parent=section, live=False, first_published_at=old, expire_at=NOW - days(200))
    tag(again, target_at=SOON)
    make_page("Never again", parent=section, live=False, first_published_at=old, expire_at=NOW - days(200))
    assert columns(marieke) == {"planned": ["Again"], "live": ["Late", "Update"]}


def test_what_was_taken_off_the_site_lately_is_a_draft_again(marieke: Client, section: Any, time_machine: Any) -> None:
    time_machine.move_to(NOW - days(40), tick=False)
    make_page("Long ago", parent=section, first_published_at=NOW - days(90)).unpublish()
    time_machine.move_to(NOW - days(20), tick=False)
    make_page("Lately", parent=section, first_published_at=NOW - days(90)).unpublish()
    time_machine.move_to(NOW, tick=False)
    assert columns(marieke) == {"draft": ["Lately"]}
    assert "Unpublished" in text_of(marieke)


def test_what_is_overdue_stands_first_and_says_by_how_much(marieke: Client, section: Any) -> None:
    tag(make_page("In time", parent=section, live=False), target_at=SOON)
    tag(make_page("Missed", parent=section, live=False), target_at=NOW - days(3))
    assert columns(marieke)["planned"] == ["Missed", "In time"]
    assert "Overdue 3 days" in text_of(marieke)


def test_it_lists_what_needs_a_decision_the_most_pressing_first(marieke: Client, section: Any) -> None:
    old = NOW - days(300)
    make_page("Ended", parent=section, live=False, first_published_at=old, expire_at=NOW - days(2))
    make_page("Forgotten", parent=section, live=False, first_published_at=old, expire_at=NOW - days(40))
    tag(make_page("Look", parent=section, first_published_at=old), review_due=(NOW + days(9)).date())
    tag(make_page("Later", parent=section, first_published_at=old), review_due=(NOW + days(30)).date())
    tag(make_page("Missed", parent=section, live=False), target_at=NOW - days(3))
    tag(make_page("Missed long ago", parent=section, live=False), target_at=NOW - days(9))
    assert decisions(marieke) == [
        ("Missed long ago", "overdue"),
        ("Missed", "overdue"),
        ("Ended", "expired"),
        ("Look", "review"),
    ]
    text = text_of(marieke)
    for words in ("Needs a decision 4", "2 overdue", "1 expired", "Off the site since 28 February. No owner."):
        assert words in text


def test_nothing_to_decide_leaves_the_list_out(marieke: Client) -> None:
    assert "Needs a decision" not in text_of(marieke)


def test_an_empty_board_says_so(client: Client, section: Any) -> None:
    client.force_login(factories.erik(section))
    assert "Nothing is planned, written or waiting yet." in text_of(client)
    assert "Nothing on the board passes the filters." in text_of(client, f"{BOARD}?status=idea")


def test_cards_stand_by_date_and_live_ones_the_latest_first(marieke: Client) -> None:
    make_item("Third", state="idea", target_at=NOW + days(9))
    make_item("Second", state="idea", target_at=NOW + days(5))
    make_item("Older", starts_at=NOW - days(9))
    make_item("Newer", starts_at=NOW - days(2))
    assert columns(marieke) == {"planned": ["Second", "Third"], "live": ["Newer", "Older"]}


# Who sees what


def test_nobody_sees_a_card_of_another_section(erik: Client, section: Any) -> None:
    elsewhere = make_section("B")
    make_page("Secret draft", parent=elsewhere, live=False)
    make_item("Secret idea", section=elsewhere, state="idea")
    tag(make_page("Secret delay", parent=elsewhere, live=False), target_at=NOW - days(3))
    make_page("Secret end", parent=elsewhere, live=False, first_published_at=NOW - days(99), expire_at=NOW - days(1))
    make_page("Open draft", parent=section, live=False)
    response = erik.get(BOARD)
    assert columns(erik) == {"draft": ["Open draft"]}
    assert (response.context["board"].count, response.context["board"].to_decide) == (1, 0)
    assert "Secret" not in response.content.decode()


def test_the_same_filters_hold_as_in_the_calendar(marieke: Client) -> None:
    florist = make_persona("florist")
    make_item("For florists", state="idea", personas=florist)
    make_item("For others", state="idea")
    make_item("Dated", state="idea", personas=florist, target_at=SOON)
    assert columns(marieke, "?persona=florist") == {"idea": ["For florists"], "planned": ["Dated"]}
    assert columns(marieke, "?persona=florist&status=planned") == {"planned": ["Dated"]}
    assert columns(marieke, "?status=none") == {}
    assert columns(marieke, "?persona=a%00b") == {}


def test_it_filters_by_theme_and_owner_and_searches_titles_too(client: Client, section: Any) -> None:
    erik = factories.erik(section)
    client.force_login(erik)
    make_item("Letter on tulips", section=section, state="idea", owner=erik).themes.add("Spring")
    make_item("Letter on moss", section=section, state="idea")
    for query in ("theme=spring", "owner=me", "q=tulips+letter"):
        assert columns(client, f"?{query}") == {"idea": ["Letter on tulips"]}


def test_a_filter_offers_nothing_of_another_section(erik: Client, section: Any) -> None:
    make_item("Secret", section=make_section("B"), state="idea", team="Hidden").themes.add("Secret theme")
    make_item("Open", section=section, state="idea", team="Shops")
    response = erik.get(BOARD)
    offered = {option.label for group in response.context["filters"].groups for option in group.options}
    assert "Shops" in offered
    assert not {"Hidden", "Secret theme"} & offered


def test_wagtails_script_gets_the_board_without_the_page_around_it(marieke: Client) -> None:
    florist = make_persona("florist")
    make_item("For florists", state="idea", personas=florist)
    make_item("For others", state="idea")
    response = marieke.get(f"{BOARD}results/?persona=florist&month=2026-05&_w_filter_fragment=1")
    found = response.content.decode()
    assert "<html" not in found
    assert "For florists" in found
    assert "For others" not in found
    assert f'name="next" value="{BOARD}?persona=florist' in found


def test_calendar_and_board_lead_to_each_other_with_the_filters(marieke: Client) -> None:
    make_persona("florist")
    there = marieke.get("/admin/planner/calendar/?month=2026-05&persona=florist").content.decode()
    assert 'href="/admin/planner/board/?month=2026-05&amp;persona=florist"' in there
    back = marieke.get(f"{BOARD}?month=2026-05&persona=florist&show=draft").content.decode()
    assert 'href="/admin/planner/calendar/?month=2026-05&amp;persona=florist"' in back


def test_the_menu_leads_to_the_board(marieke: Client) -> None:
    assert '"url": "/admin/planner/board/"' in marieke.get("/admin/").content.decode().replace("&quot;", '"')


@pytest.mark.parametrize("who", ["nina", "nobody"])
def test_somebody_without_rights_is_refused(client: Client, who: str) -> None:
    if who == "nina":
        client.force_login(factories.nina())
    assert client.get(BOARD).status_code == 302


def test_only_whoever_may_work_on_a_card_is_offered_its_move(client: Client, section: Any) -> None:
    item = tag(make_page("Draft", parent=section, live=False))
    for can, offered in ((("lock",), 0), (("change",), 1), (("publish",), 1)):
        client.force_login(make_user("-".join(can), section=section, can=can))
        markup = client.get(BOARD).content.decode()
        assert markup.count(f'data-url="/admin/planner/items/{item.pk}/column/"') == offered
        assert markup.count("Move “Draft”") == offered


def test_hostile_titles_are_escaped(marieke: Client) -> None:
    make_item("<script>alert(1)</script>", state="idea", target_at=NOW - days(3))
    assert "<script>alert(1)" not in marieke.get(BOARD).content.decode()


# Long columns


def test_a_long_column_folds_and_shows_all_on_demand(marieke: Client) -> None:
    for number in range(9):
        make_item(f"Idea {number}", state="idea")
    assert len(columns(marieke)["idea"]) == 6
    assert "Show all 9" in text_of(marieke)
    assert len(columns(marieke, "?show=idea")["idea"]) == 9
    assert "Show fewer" in text_of(marieke, f"{BOARD}?show=idea")


def test_one_card_more_is_not_folded_away(marieke: Client) -> None:
    for number in range(7):
        make_item(f"Idea {number}", state="idea")
    assert len(columns(marieke)["idea"]) == 7


def test_a_column_of_many_hundreds_is_not_all_written_out(marieke: Client) -> None:
    ContentItem.objects.bulk_create(ContentItem(title=f"Idea {number}", state="idea") for number in range(300))
    markup = marieke.get(f"{BOARD}?show=idea").content.decode()
    assert markup.count('<li class="jp-entry') == 200
    assert "100 more are not shown" in markup


def test_many_decisions_fold_and_are_all_shown_on_demand(marieke: Client) -> None:
    for number in range(9):
        make_item(f"Idea {number}", state="idea", target_at=NOW - days(3))
    assert len(decisions(marieke)) == 6
    assert len(decisions(marieke, "?show=decisions")) == 9


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is remembered between answers, such as content types
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert client.get(address).status_code == 200
    return len(context)


def test_the_number_of_queries_does_not_grow(client: Client, section: Any) -> None:
    persona = make_persona()
    journey = make_journey(personas=(persona,), phases=("see",))
    make_card("Card", live=False)
    schedule_page(make_page("Scheduled", parent=section, live=False), SOON)
    in_review(section, factories.make_user("writer"))
    counted = {}
    for who in (factories.marieke(), factories.erik(section)):
        client.force_login(who)
        for number in (10, 100, 675):
            have = ContentItem.objects.off_site().count()
            items = ContentItem.objects.bulk_create(
                ContentItem(
                    title=f"Item {index}",
                    section=section,
                    state=("idea", "draft", "confirmed")[index % 3],
                    starts_at=datetime(2026, 3, 5, tzinfo=UTC) if index % 3 == 2 else None,
                    target_at=NOW + timedelta(days=index % 40 - 20) if index % 2 else None,
                )
                for index in range(have, number)
            )
            for dimension, member in (("personas", persona), ("phases", journey.phases.get())):
                through = ContentItem._meta.get_field(dimension).remote_field.through
                key = f"{member._meta.model_name}_id"
                through.objects.bulk_create(through(contentitem_id=item.pk, **{key: member.pk}) for item in items)
            counted[who.username, number] = queries(client, BOARD) - queries(client, EMPTY_REPORT)
            assert client.get(BOARD).context["board"].count >= number
        ContentItem.objects.off_site().delete()
    assert len({counted["marieke", number] for number in (10, 100, 675)}) == 1
    assert len({counted["erik", number] for number in (10, 100, 675)}) == 1
    assert max(counted.values()) <= 30
