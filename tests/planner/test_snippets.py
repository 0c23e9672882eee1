"""Snippets count like pages: which types, one row each, their facts from Wagtail's own fields, and where they show."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from wagtail.models import GroupApprovalTask, Locale, Workflow, WorkflowTask
from wagtail.permission_policies.base import OwnershipPermissionPolicy
from wagtail.permissions import policy_registry

from cms.models import CareCard
from planner import access, rows
from planner.classify import tags_of
from planner.coverage import Place, Question, count
from planner.entries import Kind, entries_between
from planner.models import ContentItem, LeftOutType
from planner.models.counted import counted_snippets
from planner.report import overdue_items
from planner.rows import row_of
from planner.rows.snippets import content_type_of
from planner.schedule import ItemRecord, Status, approvals, read_items
from planner.snippets import countable_snippets, planned_snippet
from planner.untagged import Rank, read_untagged, untagged_items
from tests import factories
from tests.factories import NOW, ZONE, days, make_card, make_journey, make_page, make_persona, schedule_page, tag
from tests.notes.models import DraftNote, PlainNote, RevisedNote, UncountedNote

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

QUESTION = Question(at=NOW, now=NOW, zone=ZONE)


@pytest.fixture
def journey() -> Any:
    return make_journey("buy", personas=(make_persona("florist"),), phases=("see", "do"))


def record_of(snippet: Any) -> ItemRecord:
    (record,) = read_items(ContentItem.objects.filter(pk=row_of(snippet).pk), now=NOW)
    return record


def status_of(snippet: Any) -> Status:
    return record_of(snippet).facts.status(NOW, ZONE)


# Which types count


def test_types_with_drafts_count_and_others_by_their_one_line() -> None:
    assert {CareCard, DraftNote, PlainNote, RevisedNote} <= set(countable_snippets())
    assert UncountedNote not in countable_snippets()


def test_a_page_type_is_no_snippet_type_whatever_it_can_publish() -> None:
    assert all(model.__name__ not in {"ArticlePage", "Page"} for model in countable_snippets())


def test_a_setting_or_an_editor_leaves_a_type_out(settings: Any) -> None:
    settings.PLANNER_EXCLUDED_TYPES = ["notes.PlainNote"]
    LeftOutType.objects.create(content_type=content_type_of(RevisedNote))
    assert not {PlainNote, RevisedNote} & set(counted_snippets())
    assert CareCard in counted_snippets()


def test_the_line_may_stand_on_a_viewset_and_come_after_the_start() -> None:
    from wagtail.snippets.views.snippets import SnippetViewSet

    from planner import snippets

    class UncountedNoteViewSet(SnippetViewSet):
        model = UncountedNote

    try:
        assert planned_snippet(UncountedNoteViewSet) is UncountedNoteViewSet
        assert UncountedNote in countable_snippets()
        assert row_of(UncountedNote.objects.create(title="Now it counts"))
    finally:
        snippets._added.discard(UncountedNote)


def test_rows_of_a_type_that_lost_its_line_are_not_counted() -> None:
    note = UncountedNote.objects.create(title="Old")
    row = ContentItem.objects.create(content_type=content_type_of(UncountedNote), object_id=str(note.pk))
    assert not ContentItem.objects.counted().filter(pk=row.pk).exists()
    assert row in rows.rows_too_many()


# Rows


@pytest.mark.parametrize("model", [CareCard, DraftNote, RevisedNote, PlainNote])
def test_a_new_snippet_gets_one_row_and_keeps_it(model: type) -> None:
    snippet = model.objects.create(title="News")
    snippet.save()
    assert ContentItem.objects.filter(content_type=content_type_of(model), object_id=str(snippet.pk)).count() == 1


@pytest.mark.parametrize("model", [CareCard, DraftNote, RevisedNote, PlainNote])
def test_deleting_a_snippet_deletes_its_row(model: type) -> None:
    model.objects.create(title="News")
    model.objects.all().delete()
    assert not ContentItem.objects.filter(content_type=content_type_of(model)).exists()


def test_a_snippet_of_a_type_that_is_left_out_gets_none_until_it_counts_again() -> None:
    left_out = LeftOutType.objects.create(content_type=content_type_of(CareCard))
    card = make_card("News")
    assert row_of(card) is None
    assert rows.make_missing_rows() == 0
    left_out.delete()
    assert rows.make_missing_rows() == 1
    assert row_of(card)


def test_a_migration_makes_the_missing_rows() -> None:
    card, note = make_card(), DraftNote.objects.create(title="News")
    ContentItem.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert row_of(card) and row_of(note)


def test_many_missing_rows_take_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    CareCard.objects.bulk_create(CareCard(title=str(n), locale=Locale.get_default()) for n in range(50))
    with django_assert_max_num_queries(12):  # which types, which tables, two for each of four types, one insert
        assert rows.snippets.make_missing_rows() == 50


def test_the_check_counts_missing_rows_and_makes_them() -> None:
    card = make_card()
    ContentItem.objects.filter(pk=row_of(card).pk).delete()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("planner_check", stdout=out)
    assert "Snippets without a row: 1." in out.getvalue()
    call_command("planner_check", "--fix-rows", stdout=StringIO())
    assert row_of(card)


def test_a_translation_starts_with_the_tags_of_its_source(journey: Any) -> None:
    card = make_card()
    tag(card, personas=journey.personas.get(), for_everyone=True)
    translated = card.copy_for_translation(Locale.objects.create(language_code="nl"))
    translated.save()
    assert row_of(translated).personas.exists()
    assert row_of(translated).for_everyone


# Facts


def test_a_draft_a_live_one_and_one_that_is_scheduled() -> None:
    draft, live, scheduled = make_card(live=False), make_card(), make_card(live=False)
    schedule_page(scheduled, NOW + days(3))
    assert [status_of(one) for one in (draft, live, scheduled)] == [Status.DRAFT, Status.LIVE, Status.SCHEDULED]


def test_a_scheduled_update_of_a_live_one() -> None:
    card = make_card()
    card.save_revision().publish()
    card.refresh_from_db()
    schedule_page(card, NOW + days(3))
    assert status_of(card) == Status.LIVE_UPDATE


@pytest.mark.parametrize("make", [make_card, lambda live=True: DraftNote.objects.create(title="News", live=live)])
def test_the_scheduler_takes_it_live_and_down_as_the_facts_said(make: Any, time_machine: Any) -> None:
    snippet = make(live=False)
    schedule_page(snippet, NOW + days(2), NOW + days(5))
    facts = record_of(snippet).facts
    said = [facts.is_live(NOW + days(day)) for day in (1, 3, 6)]
    seen = []
    for day in (1, 3, 6):
        time_machine.move_to(NOW + days(day), tick=False)
        call_command("publish_scheduled", verbosity=0)
        seen.append(type(snippet).objects.get(pk=snippet.pk).live)
    assert seen == said == [False, True, False]


def test_what_was_unpublished_ended_on_that_day(time_machine: Any) -> None:
    card = make_card()
    time_machine.move_to(NOW - days(1), tick=False)
    card.unpublish()
    time_machine.move_to(NOW, tick=False)
    facts = record_of(card).facts
    assert facts.unpublished_at == NOW - days(1)
    assert (facts.is_live(NOW - days(2)), facts.is_live(NOW)) == (True, False)
    assert status_of(card) == Status.UNPUBLISHED


def test_a_snippet_in_a_workflow_is_in_review() -> None:
    card = make_card(live=False)
    card.save_revision()
    start_review(card, factories.nina())
    assert status_of(card) == Status.IN_REVIEW


def test_without_drafts_it_is_live_since_it_was_created(time_machine: Any, client: Client) -> None:
    time_machine.move_to(NOW - days(30), tick=False)
    note = PlainNote.objects.create(title="By script")
    client.force_login(factories.marieke())
    client.post("/admin/snippets/notes/plainnote/add/", {"title": "By hand"})
    by_hand = PlainNote.objects.get(title="By hand")
    time_machine.move_to(NOW, tick=False)
    ContentItem.objects.filter(pk=row_of(by_hand).pk).update(created_at=NOW)  # as a migration would have made it
    assert record_of(note).facts.start == NOW - days(30)
    assert record_of(by_hand).facts.start == NOW - days(30)
    assert status_of(note) == Status.LIVE


def test_the_title_is_the_drafts() -> None:
    card = make_card("Old words")
    card.title = "New words"
    card.save_revision()
    assert record_of(card).title == row_of(card).display_title == "New words"
    assert CareCard.objects.get().title == "Old words"


def test_what_was_deleted_behind_our_back_counts_as_a_draft() -> None:
    row = row_of(make_card())
    CareCard.objects.all()._raw_delete("default")
    (record,) = read_items(ContentItem.objects.filter(pk=row.pk), now=NOW)
    assert (record.title, record.facts.status(NOW, ZONE)) == ("", Status.DRAFT)


# Where they count and show


def test_coverage_counts_live_fresh_and_coming_ones(journey: Any) -> None:
    persona, phase = journey.personas.get(), journey.phases.first()
    coming = make_card(live=False)
    for snippet in (make_card(), coming, PlainNote.objects.create(title="News"), make_card(live=False)):
        tag(snippet, personas=persona, phases=phase)
    schedule_page(coming, NOW + days(3))
    tally = count(ContentItem.objects.counted(), QUESTION).cells[Place(persona.pk, phase.pk)]
    assert (tally.live, tally.fresh, tally.confirmed) == (2, 2, 1)


@pytest.mark.parametrize("model", [CareCard, DraftNote])
def test_translations_count_once(journey: Any, model: type) -> None:
    snippet = model.objects.create(title="News", first_published_at=NOW - days(3))
    tag(snippet, personas=journey.personas.get(), phases=journey.phases.first())
    translated = snippet.copy_for_translation(Locale.objects.create(language_code="nl"))
    # Wagtail copies a key that is no number, too.
    translated.pk = uuid4() if model is DraftNote else None
    translated.save()
    page = make_page()
    tag(page, phases=journey.phases.first())
    coverage = count(ContentItem.objects.counted(), QUESTION)
    assert coverage.phases[journey.phases.first().pk].live == 2
    assert coverage.cells[Place(journey.personas.get().pk, journey.phases.first().pk)].live == 1


def test_the_calendar_shows_publication_and_expiry() -> None:
    card = make_card("News", live=False)
    schedule_page(card, NOW + days(2), NOW + days(5))
    note = PlainNote.objects.create(title="Note")
    found = entries_between(ContentItem.objects.counted(), start=NOW - days(1), end=NOW + days(9), now=NOW, zone=ZONE)
    snippets = {(entry.title, entry.kind, entry.moment) for entry in found if entry.page_id is None}
    assert snippets == {
        ("News", Kind.PUBLICATION, NOW + days(2)),
        ("News", Kind.EXPIRY, NOW + days(5)),
        ("Note", Kind.PUBLICATION, row_of(note).created_at),
    }


def test_a_plan_that_missed_its_date_is_overdue() -> None:
    aimed, dated, live = make_card("Aimed", live=False), make_card("Dated", live=False), make_card("Live")
    tag(aimed, target_at=NOW - days(2))
    tag(live, target_at=NOW - days(2))
    CareCard.objects.filter(pk=dated.pk).update(go_live_at=NOW - days(1))
    found = overdue_items(ContentItem.objects.counted(), QUESTION)
    assert {record.title for record, _tags in found} == {"Aimed", "Dated"}


def test_the_untagged_report_ranks_and_dates_them_like_pages(journey: Any) -> None:
    make_page("Older page", first_published_at=NOW - days(20))
    make_page("Newer page", first_published_at=NOW - days(5))
    make_card("Card between", first_published_at=NOW - days(8))
    make_card("Draft", live=False)
    scheduled = make_card("Scheduled", live=False)
    schedule_page(scheduled, NOW + days(3))
    items = ContentItem.objects.counted().exclude(page=factories.root_page().pk)
    found = untagged_items(items, QUESTION, phases=[1], approved=approvals())
    assert [row.title for row in read_untagged(found, QUESTION)] == [
        "Newer page",
        "Card between",
        "Older page",
        "Scheduled",
        "Draft",
    ]
    assert found.get(pk=row_of(scheduled).pk).rank == Rank.SCHEDULED


def test_the_untagged_report_finds_a_snippet_by_its_name(client: Client) -> None:
    make_card("Vingerproef")
    make_card("Something else")
    client.force_login(factories.marieke())
    html = client.get("/admin/planner/untagged/?q=vinger").content.decode()
    assert "Vingerproef" in html
    assert "Something else" not in html
    assert "Care card" in html


def test_visitors_may_read_live_ones_only() -> None:
    live, note = make_card("Live"), PlainNote.objects.create(title="Note")
    make_card("Draft", live=False)
    make_card("Past its expiry", expire_at=NOW - timedelta(minutes=1))
    uuid = DraftNote.objects.create(title="Other keys")
    found = ContentItem.objects.filter(content_type__isnull=False).live()
    assert set(found) == {row_of(live), row_of(note), row_of(uuid)}


def test_a_missed_go_live_tells_of_a_dead_scheduler(time_machine: Any) -> None:
    schedule_page(make_card("Stuck", live=False), NOW + timedelta(hours=1))
    time_machine.move_to(NOW + timedelta(hours=1, minutes=16), tick=False)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("planner_check", stdout=out)
    assert "“Stuck” should have gone live or expired" in out.getvalue()


def test_its_own_tags_are_read_by_the_tag_rules() -> None:
    note = RevisedNote.objects.create(title="News")
    note.tags.add("Tulip Mania")
    assert tags_of(ContentItem.objects.counted()) == {row_of(note).pk: {"tulip-mania"}}


# Who sees what


def allow(user: Any, *codenames: str) -> Any:
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def start_review(card: CareCard, reviewer: Any) -> None:
    task = GroupApprovalTask.objects.create(name="Approve")
    task.groups.set(reviewer.groups.all())
    workflow = Workflow.objects.create(name="Approval")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    workflow.start(card, None)


def test_who_may_only_view_a_type_sees_its_items_and_may_not_tag_them() -> None:
    row, nina = row_of(make_card()), factories.nina()
    assert row not in access.visible_items(nina)
    allow(nina, "view_carecard")
    nina = type(nina).objects.get(pk=nina.pk)
    assert row in access.visible_items(nina)
    assert access.may_use_planner(nina)
    assert not access.may_tag(nina, row)
    assert row not in access.taggable_items(nina)


def test_whoever_has_a_snippet_to_review_sees_and_tags_it_and_no_other() -> None:
    card, other, nina = make_card(live=False), make_card(), factories.nina()
    card.save_revision()
    start_review(card, nina)
    assert list(access.visible_items(nina)) == list(access.taggable_items(nina)) == [row_of(card)]
    assert access.may_tag(nina, row_of(card))
    assert not access.may_tag(nina, row_of(other))
    assert access.may_use_planner(nina)


def test_a_policy_that_tells_objects_apart_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    class FloristsOnly(OwnershipPermissionPolicy):
        def check_model(self, model: type) -> None:
            pass

        def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
            return CareCard.objects.filter(title="Mine")

        def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
            return instance.title == "Mine"

    mine, other = row_of(make_card("Mine")), row_of(make_card("Other"))
    nina = allow(factories.nina(), "add_carecard")
    policy = FloristsOnly(CareCard)
    original = policy_registry.get_by_type
    monkeypatch.setattr(policy_registry, "get_by_type", lambda model: policy if model is CareCard else original(model))
    assert list(access.visible_items(nina)) == list(access.taggable_items(nina)) == [mine]
    assert access.may_tag(nina, mine)
    assert not access.may_tag(nina, other)


def test_the_plan_screen_of_a_snippet_leads_to_its_editor(client: Client) -> None:
    card = make_card("Vingerproef")
    client.force_login(factories.marieke())
    html = client.get(f"/admin/planner/items/{row_of(card).pk}/").content.decode()
    assert f"/admin/snippets/cms/carecard/edit/{card.pk}/" in html
    assert "Vingerproef" in html


def test_the_plan_screen_saves_and_stays_closed_to_others(client: Client, journey: Any) -> None:
    row = row_of(make_card())
    address = f"/admin/planner/items/{row.pk}/"
    client.force_login(factories.nina())
    assert client.post(address, {"personas": [journey.personas.get().pk]}).status_code in {302, 404}
    assert not row.personas.exists()
    client.force_login(factories.marieke())
    assert client.post(address, {"personas": [journey.personas.get().pk]}).status_code == 302
    assert row.personas.exists()


# What it costs


@pytest.mark.parametrize("number", [2, 20])
def test_the_number_of_queries_does_not_grow_with_the_snippets(
    number: int, journey: Any, django_assert_max_num_queries: Any
) -> None:
    for _number in range(number):
        tag(make_card(), phases=journey.phases.first())
        tag(PlainNote.objects.create(title="Note"), phases=journey.phases.first())
    items = access.visible_items(None)
    count(items, QUESTION)
    with django_assert_max_num_queries(4 + 2 + 1):  # what pages cost, two types, their log
        count(items, QUESTION)
    with django_assert_max_num_queries(8 + 2 * 2 + 1):  # and their titles
        window(items)


def test_a_site_without_counted_snippets_pays_nothing(
    journey: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr("planner.snippets.get_snippet_models", list)
    tag(make_page(), phases=journey.phases.first())
    items = access.visible_items(None)
    count(items, QUESTION)
    with django_assert_max_num_queries(4):
        count(items, QUESTION)
    with django_assert_max_num_queries(8):
        window(items)


def window(items: Any) -> list[Any]:
    start: datetime = NOW - days(30)
    return entries_between(items, start=start, end=NOW + days(30), now=NOW, zone=ZONE)
