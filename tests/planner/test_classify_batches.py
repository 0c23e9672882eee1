"""A run in batches: it can be watched, broken off, gone on with and undone."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from personas.models import Persona
from planner import classify
from planner.classify import batches
from planner.models import ClassificationRun, ContentItem, TagRule
from tests.factories import NOW, days, make_item, make_persona, marieke

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ITEMS_PER_BATCH", 2)


@pytest.fixture
def florist() -> Persona:
    return make_persona("florist")


@pytest.fixture
def items() -> Any:
    for number in range(5):
        make_item(f"Item {number}").themes.add("roses")
    return ContentItem.objects.off_site()


def started(items: Any, *rules: TagRule) -> ClassificationRun:
    return classify.start(items, rules, user=marieke(), at=NOW, key=uuid4())


def carried(persona: Persona) -> int:
    return ContentItem.objects.filter(personas=persona).count()


def test_it_goes_on_from_where_it_was(items: Any, florist: Persona) -> None:
    run = started(items, TagRule(tag="roses", persona=florist))
    seen = []
    while not run.finished:
        run = classify.go_on(run, items, at=NOW)
        seen.append((run.items_done, run.items_total, carried(florist)))
    assert seen == [(2, 5, 2), (4, 5, 4), (5, 5, 5)]


def test_a_finished_run_stays_as_it_is(items: Any, florist: Persona) -> None:
    run = started(items, TagRule(tag="roses", persona=florist))
    while not run.finished:
        run = classify.go_on(run, items, at=NOW)
    make_item("Late").themes.add("roses")
    assert classify.go_on(run, items, at=NOW).items_done == 5
    assert carried(florist) == 5


def test_one_press_of_a_button_makes_one_run(items: Any, florist: Persona) -> None:
    rules, user, key = [TagRule(tag="roses", persona=florist)], marieke(), uuid4()
    runs = {classify.start(items, rules, user=user, at=NOW, key=key).pk for _press in range(2)}
    assert len(runs) == ClassificationRun.objects.count() == 1


def test_rules_changed_meanwhile_make_no_difference(items: Any, florist: Persona) -> None:
    rule = TagRule.objects.create(tag="roses", persona=florist)
    run = started(items, rule)
    run = classify.go_on(run, items, at=NOW)
    rule.delete()
    while not run.finished:
        run = classify.go_on(run, items, at=NOW)
    assert carried(florist) == 5


def test_a_persona_deleted_meanwhile_ends_what_it_would_be_given_to(items: Any, florist: Persona) -> None:
    gardener = make_persona("gardener")
    run = started(items, TagRule(tag="roses", persona=florist), TagRule(tag="roses", persona=gardener))
    florist.delete()
    while not run.finished:
        run = classify.go_on(run, items, at=NOW)
    assert carried(gardener) == 5


def test_a_run_broken_off_can_be_undone_and_not_gone_on_with(items: Any, florist: Persona) -> None:
    run = classify.go_on(started(items, TagRule(tag="roses", persona=florist)), items, at=NOW)
    assert classify.undo(run, user=None, at=NOW + days(1)).removed == 2
    with pytest.raises(classify.AlreadyUndone):
        classify.go_on(run, items, at=NOW)
    assert carried(florist) == 0


def test_what_undo_would_do_is_foretold(items: Any, florist: Persona) -> None:
    run = classify.apply(items, [TagRule(tag="roses", persona=florist)], user=None, at=NOW)
    items.filter(title="Item 1").update(personas_by_hand=True)
    foretold = classify.foresee_undo(run)
    assert foretold == classify.undo(run, user=None, at=NOW) == classify.Undone(removed=4, kept=1)


def test_every_run_keeps_its_rules(items: Any, florist: Persona) -> None:
    run = classify.apply(items, [TagRule(tag="roses", persona=florist)], user=None, at=NOW)
    run.refresh_from_db()
    (record,) = run.rules
    assert classify.in_words(record, types={}, section="") == "roses → Florist"
    assert [str(rule) for rule in classify.revived(run.rules)] == ["roses → Florist"]
