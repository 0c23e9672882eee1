from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry, PageLogEntry

from personas.models import Persona, Phase
from planner import classify
from planner.models import ClassificationRun, ContentItem, TagRule
from planner.rows import row_of
from planner.tagging import tag_items
from tests.factories import (
    NOW,
    days,
    make_card,
    make_item,
    make_journey,
    make_page,
    make_persona,
    marieke,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def developer() -> Persona:
    return make_persona("developer")


@pytest.fixture
def phase() -> Phase:
    return make_journey("stdc", phases=("see",)).phases.get()


def themed(*themes: str, **fields: Any) -> ContentItem:
    item = make_item(**fields)
    item.themes.add(*themes)
    return item


def run_rules(*rules: TagRule) -> ClassificationRun | None:
    return classify.apply(ContentItem.objects.all(), rules, user=None, at=NOW, note="test")


def test_every_changed_page_has_one_line_in_its_history(developer: Persona, phase: Phase) -> None:
    page = make_page("Code")
    page.planner_item.themes.add("a")
    user = marieke()
    rules = [TagRule(tag="a", persona=developer), TagRule(tag="a", phase=phase)]
    run = classify.apply(ContentItem.objects.all(), rules, user=user, at=NOW)
    line = PageLogEntry.objects.get(page=page.pk, action="planner.classify")
    assert line.data == {
        "run": run.pk,
        "changes": {"personas": {"added": ["Developer"]}, "phases": {"added": ["See"]}},
    }
    assert (line.user, line.timestamp, line.label) == (user, NOW, "Code")


def test_an_item_off_the_site_has_its_line_too(developer: Persona) -> None:
    item = themed("a", title="Newsletter")
    run_rules(TagRule(tag="a", persona=developer))
    line = ModelLogEntry.objects.get(action="planner.classify")
    assert (line.object_id, line.label, line.content_type.model) == (str(item.pk), "Newsletter", "contentitem")


def test_undo_restores_exactly_what_was_there(developer: Persona, phase: Phase) -> None:
    one, two = themed("a", personas=make_persona("designer")), themed("a", phases=phase)
    before = [(set(item.personas.all()), set(item.phases.all())) for item in (one, two)]
    run = run_rules(TagRule(tag="a", persona=developer), TagRule(tag="a", phase=phase))
    undone = classify.undo(run, user=None, at=NOW + days(1))
    assert [(set(item.personas.all()), set(item.phases.all())) for item in (one, two)] == before
    assert (undone.removed, undone.kept) == (3, 0)


def test_undo_keeps_what_a_person_set_since(developer: Persona) -> None:
    item, other = themed("a"), themed("a")
    run = run_rules(TagRule(tag="a", persona=developer))
    ContentItem.objects.filter(pk=item.pk).update(personas_by_hand=True)
    undone = classify.undo(run, user=None, at=NOW)
    assert (item.personas.count(), other.personas.count()) == (1, 0)
    assert (undone.removed, undone.kept) == (1, 1)


def test_undo_leaves_what_another_run_added(developer: Persona, phase: Phase) -> None:
    item = themed("a")
    first = run_rules(TagRule(tag="a", persona=developer))
    run_rules(TagRule(tag="a", phase=phase))
    classify.undo(first, user=None, at=NOW)
    assert (item.personas.count(), item.phases.count()) == (0, 1)


def test_undo_is_signed_and_stands_in_the_history(developer: Persona) -> None:
    page, user = make_page("Code"), marieke()
    page.planner_item.themes.add("a")
    run = run_rules(TagRule(tag="a", persona=developer))
    classify.undo(run, user=user, at=NOW + days(1))
    run.refresh_from_db()
    assert (run.undone_by, run.undone_at) == (user, NOW + days(1))
    line = PageLogEntry.objects.get(page=page.pk, action="planner.classify", timestamp=NOW + days(1))
    assert line.data == {"run": run.pk, "changes": {"personas": {"removed": ["Developer"]}}}


def test_a_second_undo_is_refused_and_changes_nothing(developer: Persona) -> None:
    item = themed("a")
    run = run_rules(TagRule(tag="a", persona=developer))
    classify.undo(run, user=None, at=NOW)
    item.personas.add(developer)
    with pytest.raises(classify.AlreadyUndone, match=rf"Run {run.pk} was taken back already, on 2026-03-02 08:00 UTC"):
        classify.undo(run, user=None, at=NOW + days(1))
    assert item.personas.exists()


def test_the_history_of_snippets_with_a_draft_is_written_together(developer: Persona) -> None:
    def cost(number: int) -> int:
        for count in range(number):
            card = make_card(f"Card {count}")
            card.title = f"Draft {count}"
            card.save_revision()
            row_of(card).themes.add("a")
        with CaptureQueriesContext(connection) as queries:
            run_rules(TagRule(tag="a", persona=developer))
        return len(queries)

    cost(1)
    assert cost(2) == cost(12)
    labels = ModelLogEntry.objects.filter(action="planner.classify").values_list("label", "content_type__model")
    assert ("Draft 11", "carecard") in labels


def test_undo_keeps_what_a_person_asked_for_when_it_was_there_already(developer: Persona) -> None:
    asked, other = themed("a"), themed("a")
    run = run_rules(TagRule(tag="a", persona=developer))
    items = ContentItem.objects.filter(pk=asked.pk)
    assert tag_items(items, replace={"personas": [developer]}, user=None, at=NOW) == 0
    assert classify.undo(run, user=None, at=NOW) == classify.Undone(removed=1, kept=1)
    assert (asked.personas.count(), other.personas.count()) == (1, 0)
