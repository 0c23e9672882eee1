"""Tags on many items at once: what is written, what is left alone, what history says, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag
from wagtail.models import ModelLogEntry, PageLogEntry, Revision

from planner.models import ContentItem
from planner.plan import PlanChange, change_plan
from planner.tagging import tag_items
from planner.themes import themes_named
from tests.factories import NOW, make_channel, make_item, make_journey, make_page, make_persona, marieke, tag

pytestmark = pytest.mark.django_db


def rows(*pages: Any) -> Any:
    return ContentItem.objects.filter(page__in=pages)


def personas_of(page: Any) -> set[str]:
    return set(ContentItem.objects.get(page=page).personas.values_list("slug", flat=True))


def write(items: Any, **what: Any) -> int:
    return tag_items(items, user=None, at=NOW, **what)


def test_it_adds_beside_what_is_there() -> None:
    florist, grower = make_persona("florist"), make_persona("grower")
    page, other = make_page(), make_page()
    tag(page, personas=florist)
    assert write(rows(page, other), add={"personas": [grower]}) == 2
    assert personas_of(page) == {"florist", "grower"}
    assert personas_of(other) == {"grower"}


def test_it_removes_only_what_is_named() -> None:
    florist, grower = make_persona("florist"), make_persona("grower")
    page = make_page()
    tag(page, personas=[florist, grower])
    assert write(rows(page), remove={"personas": [florist]}) == 1
    assert personas_of(page) == {"grower"}


def test_it_replaces_all_members_of_the_dimension() -> None:
    florist, grower = make_persona("florist"), make_persona("grower")
    page = make_page()
    tag(page, personas=florist)
    assert write(rows(page), replace={"personas": [grower]}) == 1
    assert personas_of(page) == {"grower"}


def test_replacing_by_nothing_empties_the_dimension_and_no_other() -> None:
    page = make_page()
    item = tag(page, personas=make_persona(), channels=make_channel())
    assert write(rows(page), replace={"personas": []}) == 1
    assert (item.personas.count(), item.channels.count()) == (0, 1)


def test_it_writes_all_three_dimensions() -> None:
    phase = make_journey(phases=("see",)).phases.get()
    persona, channel, page = make_persona(), make_channel(), make_page()
    write(rows(page), add={"personas": [persona], "phases": [phase], "channels": [channel]})
    item = rows(page).get()
    assert (item.personas.get(), item.phases.get(), item.channels.get()) == (persona, phase, channel)


def test_what_nobody_named_stays_on_other_items() -> None:
    florist, page, bystander = make_persona("florist"), make_page(), make_page()
    tag(bystander, personas=florist)
    write(rows(page), remove={"personas": [florist]})
    assert personas_of(bystander) == {"florist"}


def test_a_changed_dimension_is_a_persons_from_then_on() -> None:
    page, unchanged, persona = make_page(), make_page(), make_persona()
    tag(unchanged, personas=persona)
    write(rows(page, unchanged), add={"personas": [persona]})
    item = rows(page).get()
    assert (item.personas_by_hand, item.phases_by_hand) == (True, False)
    assert not rows(unchanged).get().personas_by_hand


def test_each_changed_item_gets_one_line_of_history_and_no_other() -> None:
    user, page, unchanged = marieke(), make_page(), make_page()
    old, new, channel = make_persona("old"), make_persona("new"), make_channel("mail")
    tag(page, personas=old)
    tag(unchanged, personas=new, channels=channel)
    items = rows(page, unchanged)
    assert tag_items(items, replace={"personas": [new]}, add={"channels": [channel]}, user=user, at=NOW) == 1
    line = PageLogEntry.objects.get(action="planner.plan")
    assert (line.page_id, line.user, line.timestamp) == (page.pk, user, NOW)
    changes = {"personas": {"added": ["New"], "removed": ["Old"]}, "channels": {"added": ["Mail"], "removed": []}}
    assert line.data == {"changes": changes}


def test_content_off_the_site_has_its_history_too() -> None:
    item = make_item()
    write(ContentItem.objects.filter(pk=item.pk), add={"personas": [make_persona()]})
    assert ModelLogEntry.objects.get(action="planner.plan").object_id == str(item.pk)


def test_nothing_asked_is_nothing_written() -> None:
    page = make_page()
    assert write(rows(page)) == 0
    assert not PageLogEntry.objects.filter(action="planner.plan").exists()


def test_pages_and_revisions_stay_as_they_are() -> None:
    page = make_page(live=True, locked=True)
    page.save_revision()
    page.refresh_from_db()
    before = {field.name: getattr(page, field.name) for field in page._meta.concrete_fields}
    theme = Tag.objects.create(name="roses")
    write(rows(page), add={"personas": [make_persona()], "themes": [theme]})
    write(rows(page), replace={"personas": [make_persona()]}, remove={"themes": [theme]})
    page.refresh_from_db()
    assert {field.name: getattr(page, field.name) for field in page._meta.concrete_fields} == before
    assert Revision.objects.for_instance(page).count() == 1


def queries_for(items: Any, **what: Any) -> int:
    """How many queries the writing takes, the transaction's own statements apart."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert write(items, **what) == items.count()
    own = [query for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]
    return len(own) - 1


@pytest.fixture
def thousand_pages() -> Any:
    first = make_page(model=ContentItem._meta.get_field("page").related_model)
    Page = type(first)
    copies = [
        Page(
            title=f"Copy {number}",
            draft_title=f"Copy {number}",
            slug=f"copy-{number}",
            depth=first.depth + 1,
            path=first._get_path(first.path, first.depth + 1, number),
            content_type=first.content_type,
            url_path=f"{first.url_path}copy-{number}/",
            locale=first.locale,
        )
        for number in range(1, 1001)
    ]
    Page.objects.bulk_create(copies)
    pages = Page.objects.filter(path__startswith=first.path, depth=first.depth + 1)
    ContentItem.objects.bulk_create(ContentItem(page=page) for page in pages)
    return ContentItem.objects.filter(page__in=pages)


@pytest.fixture
def members() -> dict[str, list[Any]]:
    """Two members of each kind of tag."""
    return {
        "personas": [make_persona(), make_persona()],
        "phases": list(make_journey(phases=("see", "do")).phases.all()),
        "channels": [make_channel(), make_channel()],
        "themes": [Tag.objects.create(name=name) for name in ("roses", "tulips")],
    }


@pytest.mark.parametrize("way", ["add", "replace", "remove"])
def test_all_tags_of_a_thousand_pages_take_at_most_twenty_queries(
    thousand_pages: Any, members: dict[str, list[Any]], way: str
) -> None:
    first = {kind: both[:1] for kind, both in members.items()}
    if way != "add":
        write(thousand_pages, add=first)
    what = {kind: both[1:] for kind, both in members.items()} if way == "replace" else first
    assert queries_for(thousand_pages, **{way: what}, for_everyone=True) <= 20


@pytest.mark.parametrize("for_everyone", [True, False])
def test_it_says_whether_items_are_for_everyone_and_leaves_their_personas(*, for_everyone: bool) -> None:
    page, already, bystander = make_page(), make_page(), make_page()
    tag(page, personas=make_persona("florist"), for_everyone=not for_everyone)
    tag(already, for_everyone=for_everyone)
    tag(bystander, for_everyone=not for_everyone)
    assert write(rows(page, already), for_everyone=for_everyone) == 1
    assert [rows(one).get().for_everyone for one in (page, already, bystander)] == [
        for_everyone,
        for_everyone,
        not for_everyone,
    ]
    assert personas_of(page) == {"florist"}


def test_for_everyone_stays_as_it_is_where_nobody_asks() -> None:
    page, other = make_page(), make_page()
    tag(page, for_everyone=True)
    write(rows(page, other), add={"personas": [make_persona()]})
    assert (rows(page).get().for_everyone, rows(other).get().for_everyone) == (True, False)


def test_for_everyone_stands_in_the_same_line_of_history_as_the_tags() -> None:
    page = make_page()
    write(rows(page), add={"personas": [make_persona("florist")]}, for_everyone=True)
    line = PageLogEntry.objects.get(action="planner.plan")
    assert line.data["changes"] == {
        "personas": {"added": ["Florist"], "removed": []},
        "for_everyone": {"now": "True"},
    }
    assert "For everyone set to yes." in line.message


def test_for_everyone_is_noted_as_the_plan_of_one_item_notes_it() -> None:
    one, many = make_page(), make_page()
    change_plan(rows(one).get(), PlanChange(values={"for_everyone": True}), user=None)
    write(rows(many), for_everyone=True)
    by_hand = [rows(page).get().personas_by_hand for page in (one, many)]
    assert by_hand[0] == by_hand[1]
    lines = [PageLogEntry.objects.get(action="planner.plan", page=page.pk).data for page in (one, many)]
    assert lines[0] == lines[1]


def test_a_database_that_takes_few_values_gets_more_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.inserting.MOST_ROWS", 2)
    persona, pages = make_persona(), [make_page() for _ in range(5)]
    assert write(rows(*pages), add={"personas": [persona]}) == 5
    assert PageLogEntry.objects.filter(action="planner.plan").count() == 5


def themes_of(page: Any) -> set[str]:
    return set(ContentItem.objects.get(page=page).themes.names())


def test_themes_are_added_replaced_and_removed() -> None:
    roses, tulips = (Tag.objects.create(name=name) for name in ("roses", "tulips"))
    page, bystander = make_page(), make_page()
    write(rows(page, bystander), add={"themes": [roses]})
    write(rows(page), replace={"themes": [tulips]})
    assert (themes_of(page), themes_of(bystander)) == ({"tulips"}, {"roses"})
    assert write(rows(page, bystander), remove={"themes": [tulips]}) == 1
    assert themes_of(page) == set()


def test_history_names_the_themes_that_went() -> None:
    roses, tulips = (Tag.objects.create(name=name) for name in ("roses", "tulips"))
    page = make_page()
    write(rows(page), add={"themes": [roses]})
    write(rows(page), replace={"themes": [tulips]})
    line = PageLogEntry.objects.filter(action="planner.plan").order_by("pk").last()
    assert line.data == {"changes": {"themes": {"added": ["tulips"], "removed": ["roses"]}}}


def test_a_theme_is_found_whatever_its_case_and_made_only_if_asked() -> None:
    roses = Tag.objects.create(name="Roses")
    assert themes_named(["roses"], make=False) == [roses]
    assert themes_named(["tulips"], make=False) == []
    assert [theme.name for theme in themes_named(["ROSES", "tulips"], make=True)] == ["Roses", "tulips"]
    assert Tag.objects.count() == 2
