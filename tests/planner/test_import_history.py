"""What the first import of a row makes: pages with their history, items off the site, themes, channels, tags."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from taggit.models import Tag
from wagtail.models import Page, PageLogEntry

from cms.models import ArticlePage, EventPage
from personas.models import Journey
from planner.models import ClassificationRun, ContentItem
from tests.factories import (
    NOW,
    days,
    make_channel,
    make_journey,
    make_page,
    make_persona,
    make_section,
    root_page,
    schedule_page,
)
from tests.planner.importing import run_import, write_content, write_rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def iso(number: float) -> str:
    return (NOW + days(number)).isoformat()


def imported(number: int = 1) -> ContentItem:
    return ContentItem.objects.get(import_id=f"id-{number}")


def test_a_page_published_in_the_past_is_live_since_then(tmp_path: Path) -> None:
    assert run_import(write_content(tmp_path, {"publish_at": iso(-400), "expires_at": iso(30)})) == 0
    page = imported().page.specific
    assert isinstance(page, ArticlePage)
    assert (page.title, page.slug, page.draft_title, page.get_parent()) == (
        "Title 1",
        "title-1",
        "Title 1",
        root_page(),
    )
    assert (page.live, page.expired, page.has_unpublished_changes) == (True, False, False)
    assert page.first_published_at == page.last_published_at == NOW - days(400)
    assert page.expire_at == NOW + days(30)


def test_a_live_page_has_the_revision_that_was_published_then(tmp_path: Path) -> None:
    run_import(write_content(tmp_path, {"publish_at": iso(-400)}))
    page = imported().page
    assert page.live_revision == page.latest_revision
    assert page.latest_revision.created_at == page.latest_revision_created_at == NOW - days(400)


def test_a_live_page_stays_live_when_an_editor_schedules_an_update(tmp_path: Path) -> None:
    run_import(write_content(tmp_path, {"publish_at": iso(-400)}))
    page = imported().page.specific
    page.go_live_at = NOW + days(3)
    page.save_revision().publish()
    page.refresh_from_db()
    assert (page.live, page.approved_schedule) == (True, True)


def test_a_page_whose_end_has_passed_is_expired(tmp_path: Path) -> None:
    run_import(write_content(tmp_path, {"publish_at": iso(-400), "expires_at": iso(-30)}))
    page = imported().page
    assert (page.live, page.expired, page.live_revision) == (False, True, None)
    assert (page.first_published_at, page.expire_at) == (NOW - days(400), NOW - days(30))
    assert page.status_string == "expired"


def test_a_page_to_come_is_scheduled_with_an_approved_revision(tmp_path: Path) -> None:
    run_import(write_content(tmp_path, {"publish_at": iso(5), "expires_at": iso(50)}))
    page = imported().page
    assert (page.live, page.first_published_at, page.status_string) == (False, None, "scheduled")
    assert page.scheduled_revision.approved_go_live_at == NOW + days(5)
    assert page.scheduled_revision.as_object().expire_at == NOW + days(50)


def test_a_scheduled_page_is_what_wagtail_s_own_scheduling_makes(tmp_path: Path) -> None:
    run_import(write_content(tmp_path, {"publish_at": iso(5), "expires_at": iso(50)}))
    own = make_page("Title 1", live=False)
    schedule_page(own, NOW + days(5), NOW + days(50))
    differs = {"id", "path", "translation_key", "slug", "url_path", "latest_revision"}

    def facts(page: Page) -> dict[str, Any]:
        return {
            field.name: getattr(page, field.name) for field in Page._meta.concrete_fields if field.name not in differs
        }

    def content(page: Page) -> dict[str, Any]:
        content = page.get_latest_revision().content
        return {name: content[name] for name in ("title", "go_live_at", "expire_at", "live", "expired")}

    def lines(page: Page) -> list[tuple[str, Any]]:
        lines = PageLogEntry.objects.filter(page=page, action__startswith="wagtail").order_by("pk")
        return [(line.action, set(line.data), line.content_changed) for line in lines]

    ours, theirs = imported().page, Page.objects.get(pk=own.pk)
    assert facts(ours) == facts(theirs)
    assert content(ours) == content(theirs)
    assert lines(ours) == lines(theirs)


def test_a_scheduled_page_is_really_published_by_wagtail(tmp_path: Path, time_machine: Any) -> None:
    run_import(write_content(tmp_path, {"publish_at": iso(5), "expires_at": iso(50)}))
    time_machine.move_to(NOW + days(5.1))
    call_command("publish_scheduled")
    assert imported().page.live
    time_machine.move_to(NOW + days(50.1))
    call_command("publish_scheduled")
    assert imported().page.expired


def test_a_draft_has_a_revision_and_its_date_is_a_target(tmp_path: Path) -> None:
    run_import(
        write_content(tmp_path, {"publish_at": iso(5), "draft": "1"}, {"publish_at": "2026-05-01", "draft": "1"})
    )
    item, page = imported(), imported().page
    assert (page.live, page.has_unpublished_changes, page.status_string) == (False, True, "draft")
    assert page.latest_revision is not None
    assert (item.target_at, item.target_has_time) == (NOW + days(5), True)
    assert not imported(2).target_has_time


def test_without_a_date_it_is_a_draft(tmp_path: Path) -> None:
    run_import(write_content(tmp_path, {}))
    assert (imported().page.status_string, imported().target_at) == ("draft", None)


def test_the_row_keeps_what_a_page_cannot(tmp_path: Path) -> None:
    row = {"team": "web", "url": "https://example.com/a", "ends_at": iso(2), "publish_at": iso(-1), "kind": "event"}
    run_import(write_content(tmp_path, row))
    item = imported()
    assert isinstance(item.page.specific, EventPage)
    assert (item.kind, item.team, item.url, item.ends_at) == ("event", "web", "https://example.com/a", NOW + days(2))
    assert len(item.import_digest) == 64


def test_items_off_the_site_keep_their_own_dates(tmp_path: Path) -> None:
    file = write_content(
        tmp_path,
        {"publish_at": iso(-2), "expires_at": iso(9)},
        {"publish_at": iso(3), "draft": "1"},
        {},
    )
    assert run_import(file, target="items") == 0
    live, draft, idea = imported(1), imported(2), imported(3)
    assert (live.title, live.state, live.starts_at, live.expires_at) == (
        "Title 1",
        "confirmed",
        NOW - days(2),
        NOW + days(9),
    )
    assert (draft.state, draft.starts_at, draft.target_at) == ("draft", None, NOW + days(3))
    assert (idea.state, idea.target_at) == ("draft", None)
    assert live.section == draft.section == root_page()


def test_themes_are_tags_and_case_makes_no_difference(tmp_path: Path) -> None:
    Tag.objects.create(name="Code", slug="code")
    run_import(write_content(tmp_path, {"themes": "code Social_Media"}, {"themes": "social_media CODE c++ C"}))
    assert sorted(tag.name for tag in imported(1).themes.all()) == ["Code", "Social_Media"]
    assert sorted(tag.name for tag in imported(2).themes.all()) == ["C", "Code", "Social_Media", "c++"]
    assert Tag.objects.count() == len({tag.slug for tag in Tag.objects.all()}) == 4


def test_rules_fill_personas_and_phases_in_one_run_that_can_be_taken_back(tmp_path: Path) -> None:
    file = write_content(tmp_path, {"themes": "Code"}, {"themes": "design code"}, {"themes": "other"})
    run_import(file, "--rules", write_rules(tmp_path), "--create-vocabulary")
    assert {persona.slug for persona in imported(2).personas.all()} == {"developer", "designer"}
    assert {phase.slug for phase in imported(1).phases.all()} == {"see"}
    assert not imported(3).personas.exists()
    run = ClassificationRun.objects.get()
    assert (run.note, run.added.count()) == ("Import of content.csv", 6)
    call_command("classify_content", "--undo", str(run.pk))
    assert not imported(2).personas.exists()


def test_the_vocabulary_of_the_rules_is_made_in_their_order(tmp_path: Path) -> None:
    run_import(write_content(tmp_path, {}), "--rules", write_rules(tmp_path), "--create-vocabulary")
    journey = Journey.objects.get(slug="imported")
    assert list(journey.phases.values_list("slug", "name")) == [("see", "See"), ("do", "Do")]
    assert {persona.slug for persona in journey.personas.all()} == {"developer", "designer"}


def test_what_exists_of_the_vocabulary_stays_as_it_is(tmp_path: Path) -> None:
    designer = make_persona("designer", name="Ontwerper")
    journey = make_journey("stdc", personas=(designer,), phases=("see",))
    arguments = ["--rules", write_rules(tmp_path), "--create-vocabulary", "--journey", "stdc"]
    run_import(write_content(tmp_path, {"themes": "design"}), *arguments)
    assert list(journey.phases.values_list("slug", flat=True)) == ["see", "do"]
    assert imported().personas.get() == designer
    assert (journey.personas.count(), Journey.objects.count()) == (2, 1)


def test_channels_are_found_by_slug_or_made(tmp_path: Path) -> None:
    mail = make_channel("e-mail")
    file = write_content(tmp_path, {"channel": "E-mail"}, {"channel": "LinkedIn"}, {"channel": "trade-fair"})
    assert run_import(file, "--create-vocabulary") == 0
    assert imported(1).channels.get() == mail
    assert imported(2).channels.get().name == "LinkedIn"
    assert imported(3).channels.get().name == "Trade fair"


def test_every_page_says_in_its_history_which_file_it_came_from(tmp_path: Path) -> None:
    run_import(write_content(tmp_path, {"publish_at": iso(-4)}))
    line = PageLogEntry.objects.get(page=imported().page_id, action="planner.import")
    assert (line.data, line.revision_id) == ({"file": "content.csv"}, imported().page.latest_revision_id)


def test_pages_with_one_title_get_slugs_of_their_own(tmp_path: Path) -> None:
    root_page().add_child(instance=ArticlePage(title="Old", slug="hello"))
    run_import(write_content(tmp_path, {"title": "Hello"}, {"title": "Hello!"}, {"title": "!!!", "id": "a/b"}))
    slugs = ContentItem.objects.filter(import_id__isnull=False).order_by("pk").values_list("page__slug", flat=True)
    assert list(slugs) == ["hello-2", "hello-3", "ab"]


def test_pages_go_under_the_parent_that_is_asked_for(tmp_path: Path) -> None:
    section = make_section("News")
    for number, path in enumerate([f"/{section.slug}/", section.slug, section.url_path, section.path], start=1):
        run_import(write_content(tmp_path, {"id": f"id-{number}", "title": str(number)}), "--parent", path)
        assert imported(number).page.get_parent().pk == section.pk
