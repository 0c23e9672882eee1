"""A second import: what did not change is not touched, what changed is updated, and nobody's work is overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Page, PageLogEntry, Revision, Workflow, WorkflowTask

from cms.models import ArticlePage
from planner.models import ClassificationRun, ContentItem
from tests.factories import NOW, days, make_channel, make_persona, marieke, root_page, schedule_page
from tests.planner.importing import run_import, write_content, write_rules

pytestmark = pytest.mark.django_db

LATER = NOW + days(1)


@pytest.fixture(autouse=True)
def _at_now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def again(tmp_path: Path, time_machine: Any, capsys: pytest.CaptureFixture[str]) -> Any:
    """Imports one row, lets something happen, and imports another version of it the next day; gives what was said."""

    def again(first: dict[str, str], second: dict[str, str], between: Any = None, target: str = "pages") -> str:
        run_import(write_content(tmp_path, first), "--create-vocabulary", target=target)
        if between:
            between(imported())
        time_machine.move_to(LATER, tick=False)
        capsys.readouterr()
        run_import(write_content(tmp_path, second), "--create-vocabulary", target=target)
        said = capsys.readouterr()
        return said.out + said.err

    return again


def iso(number: float) -> str:
    return (NOW + days(number)).isoformat()


def imported() -> ContentItem:
    return ContentItem.objects.get(import_id="id-1")


PAST, FUTURE = {"publish_at": iso(-9)}, {"publish_at": iso(9)}


@pytest.mark.parametrize("target", ["pages", "items"])
@pytest.mark.parametrize("row", [PAST, FUTURE, {"draft": "1"}, PAST | {"expires_at": iso(-2)}])
def test_the_same_file_touches_nothing(again: Any, target: str, row: dict[str, str]) -> None:
    counts = {}

    def count(item: ContentItem) -> None:
        counts.update(revisions=Revision.objects.count(), lines=PageLogEntry.objects.count())

    said = again(row, row, between=count, target=target)
    assert said == "0 new, 0 changed, 1 unchanged, 0 refused.\n"
    assert counts == {"revisions": Revision.objects.count(), "lines": PageLogEntry.objects.count()}


def test_the_same_file_touches_nothing_after_its_dates_have_passed(again: Any) -> None:
    row = {"publish_at": iso(0.5), "expires_at": iso(0.6)}
    assert again(row, row) == "0 new, 0 changed, 1 unchanged, 0 refused.\n"


def test_the_same_file_makes_no_second_run(tmp_path: Path) -> None:
    file, rules = write_content(tmp_path, {"themes": "code"}), write_rules(tmp_path)
    for _time in range(2):
        run_import(file, "--rules", rules, "--create-vocabulary")
    assert ClassificationRun.objects.count() == 1


def test_a_new_title_and_date_reach_the_live_page_and_its_history(again: Any) -> None:
    said = again(PAST, {"title": "New", "publish_at": iso(-8), "expires_at": iso(20)})
    page = imported().page
    assert said == "0 new, 1 changed, 0 unchanged, 0 refused.\n"
    assert (page.title, page.draft_title, page.slug) == ("New", "New", "title-1")
    assert (page.live, page.has_unpublished_changes, page.first_published_at) == (True, False, NOW - days(8))
    assert (page.expire_at, page.live_revision) == (NOW + days(20), page.latest_revision)
    assert page.revisions.count() == 2
    assert PageLogEntry.objects.filter(page=page, action="wagtail.publish").exists()


def test_only_the_title_and_dates_of_a_page_are_replaced(again: Any) -> None:
    def write_intro(item: ContentItem) -> None:
        page = item.page.specific
        page.intro = "Written by an editor"
        page.save_revision().publish()

    again(PAST, PAST | {"title": "New"}, between=write_intro)
    assert ArticlePage.objects.get(title="New").intro == "Written by an editor"


def test_an_end_that_has_passed_takes_the_page_offline(again: Any) -> None:
    again(PAST, PAST | {"expires_at": iso(0.5)})
    page = imported().page
    assert (page.live, page.expired, page.expire_at) == (False, True, NOW + days(0.5))


def test_an_end_that_moves_ahead_brings_an_expired_page_back(again: Any) -> None:
    again(PAST | {"expires_at": iso(-2)}, PAST | {"expires_at": iso(20)})
    page = imported().page
    assert (page.live, page.expired, page.first_published_at) == (True, False, NOW - days(9))


def test_a_scheduled_page_can_be_moved(again: Any) -> None:
    again(FUTURE, {"publish_at": iso(12), "title": "New"})
    page = imported().page
    approved = page.revisions.filter(approved_go_live_at__isnull=False)
    assert [revision.approved_go_live_at for revision in approved] == [NOW + days(12)]
    assert (page.live, page.scheduled_revision.as_object().title) == (False, "New")


def test_a_scheduled_page_can_become_a_draft_again(again: Any) -> None:
    again(FUTURE, FUTURE | {"draft": "1"})
    item = imported()
    assert (item.page.status_string, item.target_at) == ("draft", NOW + days(9))


def test_a_draft_of_the_import_itself_can_be_published(again: Any) -> None:
    again(PAST | {"draft": "1"}, PAST)
    page = imported().page
    assert (page.live, page.has_unpublished_changes, page.first_published_at) == (True, False, NOW - days(9))


def test_an_item_off_the_site_follows_its_row(again: Any) -> None:
    again(FUTURE | {"draft": "1"}, PAST | {"title": "New", "expires_at": iso(30)}, target="items")
    item = imported()
    assert (item.title, item.state, item.starts_at, item.expires_at) == (
        "New",
        "confirmed",
        NOW - days(9),
        NOW + days(30),
    )


def test_what_a_person_cancelled_stays_cancelled(again: Any) -> None:
    def cancel(item: ContentItem) -> None:
        ContentItem.objects.filter(pk=item.pk).update(state="cancelled")

    again(PAST, PAST | {"title": "New"}, between=cancel, target="items")
    assert (imported().title, imported().state) == ("New", "cancelled")


def edit(item: ContentItem) -> None:
    page = item.page.specific.get_latest_revision_as_object()
    page.title = "Edited"
    page.save_revision(user=marieke())


def schedule(item: ContentItem) -> None:
    schedule_page(item.page.specific.get_latest_revision_as_object(), NOW + days(3), user=marieke())


def lock(item: ContentItem) -> None:
    Page.objects.filter(pk=item.page_id).update(locked=True)


def submit(item: ContentItem) -> None:
    workflow = Workflow.objects.get()
    assert WorkflowTask.objects.filter(workflow=workflow).exists()
    workflow.start(item.page.specific, marieke())


def unpublish(item: ContentItem) -> None:
    item.page.specific.unpublish(user=marieke())


DRAFTED = "its page has a draft that is not published; publish or discard it first"


@pytest.mark.parametrize(("first", "between", "second", "reason"), [
    (PAST, edit, PAST, DRAFTED),
    (PAST, schedule, PAST, DRAFTED),
    (FUTURE, schedule, FUTURE, DRAFTED),
    ({"draft": "1"}, edit, PAST, DRAFTED),
    (PAST, lock, PAST, "its page is locked; unlock it first"),
    (PAST, submit, PAST, "its page is in review; finish the review first"),
    (PAST, None, FUTURE, "its page is live, and in the file it is not; unpublish it in the editor first"),
    (PAST, None, {"draft": "1"}, "its page is live, and in the file it is not; unpublish it in the editor first"),
    (PAST, unpublish, PAST, "its page was unpublished; publish it in the editor first"),
    (PAST, None, PAST | {"kind": "event"}, "its kind became “event”, and a page cannot change its type"),
])  # fmt: skip
def test_nobodys_work_is_overwritten(
    again: Any, first: dict[str, str], between: Any, second: dict[str, str], reason: str
) -> None:
    before = {}

    def remember(item: ContentItem) -> None:
        if between:
            between(item)
        before.update(Page.objects.filter(pk=item.page_id).values().get())

    said = again(first, second | {"title": "New"}, between=remember)
    assert said == f"0 new, 0 changed, 0 unchanged, 1 refused.\nline 2: refused, {reason}\n"
    assert Page.objects.filter(pk=imported().page_id).values().get() == before


@pytest.mark.parametrize(("target", "reason"), [
    ("items", "it is a page of this site by now; import it with --as pages"),
    ("pages", "it was imported as content off the site; import it with --as items"),
])  # fmt: skip
def test_pages_and_items_are_never_mixed_up(
    tmp_path: Path, target: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_content(tmp_path, PAST)
    run_import(file, target="pages" if target == "items" else "items")
    capsys.readouterr()
    assert run_import(file, target=target) == 2
    assert capsys.readouterr().err == f"line 2: refused, {reason}\n"


def test_a_page_that_was_deleted_comes_back_as_a_new_one(again: Any) -> None:
    def delete(item: ContentItem) -> None:
        item.page.specific.delete()

    assert again(PAST, PAST, between=delete) == "1 new, 0 changed, 0 unchanged, 0 refused.\n"


def test_a_page_is_updated_where_it_stands_now(again: Any) -> None:
    section = root_page().add_child(instance=Page(title="Section", slug="section"))

    def move(item: ContentItem) -> None:
        item.page.move(section, pos="last-child")

    again(PAST, PAST | {"title": "New"}, between=move)
    assert (imported().page.title, imported().page.get_parent().pk) == ("New", section.pk)


def test_another_channel_replaces_the_one_of_the_earlier_import(again: Any) -> None:
    again(PAST | {"channel": "mail"}, PAST | {"channel": "fair"})
    assert [channel.slug for channel in imported().channels.all()] == ["fair"]


def test_a_channel_that_a_person_chose_stays(again: Any) -> None:
    def choose(item: ContentItem) -> None:
        item.channels.set([make_channel("shop")])
        ContentItem.objects.filter(pk=item.pk).update(channels_by_hand=True)

    again(PAST | {"channel": "mail"}, PAST | {"channel": "fair"}, between=choose)
    assert [channel.slug for channel in imported().channels.all()] == ["shop"]


def test_a_channel_that_a_tag_rule_added_stays(tmp_path: Path) -> None:
    make_channel("shop")
    rules = write_rules(tmp_path, {"channel": {"shop": ["code"]}})
    run_import(write_content(tmp_path, {"channel": "mail", "themes": "code"}), "--rules", rules, "--create-vocabulary")
    run_import(write_content(tmp_path, {"channel": "fair", "themes": "code"}), "--create-vocabulary")
    assert {channel.slug for channel in imported().channels.all()} == {"shop", "fair"}


def test_themes_that_a_person_added_stay(again: Any) -> None:
    again(PAST | {"themes": "a"}, PAST | {"themes": "b"}, between=lambda item: item.themes.add("by-hand"))
    assert sorted(tag.name for tag in imported().themes.all()) == ["a", "b", "by-hand"]


def test_personas_that_a_person_set_stay_when_the_row_changes(tmp_path: Path) -> None:
    rules = write_rules(tmp_path)
    run_import(write_content(tmp_path, {"themes": "code"}), "--rules", rules, "--create-vocabulary")
    item, chosen = imported(), make_persona("chosen")
    item.personas.set([chosen])
    ContentItem.objects.filter(pk=item.pk).update(personas_by_hand=True)
    run_import(write_content(tmp_path, {"themes": "code design"}), "--rules", rules)
    assert item.personas.get() == chosen
    assert {phase.slug for phase in item.phases.all()} == {"see", "do"}
