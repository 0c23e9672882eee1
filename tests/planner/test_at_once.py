"""Two people who press the same button at the same moment: one of them is told so, and nothing is done twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections

from cms.models import ArticlePage, EventPage
from planner.idea_pages import make_page
from planner.ideas import plan_idea
from planner.models import ContentItem
from planner.plan import PlanChange
from planner.refused import Refused
from planner.what_counts import ChangedMeanwhile, change_what_counts
from tests import factories
from tests.factories import NOW, make_section

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_two_people_at_once_make_one_page() -> None:
    marieke, section = factories.marieke(), make_section("Section A")
    idea = plan_idea("Pruning in March", PlanChange(), section=section, user=None)
    together, outcomes = threading.Barrier(2), []

    def press() -> None:
        try:
            stale = ContentItem.objects.get(pk=idea.pk)
            together.wait()
            make_page(stale, section, ArticlePage, user=marieke, now=NOW)
            outcomes.append("made")
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _person in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "“Pruning in March” is a page already. Open it in the editor."]
    assert ArticlePage.objects.count() == 1
    assert ContentItem.objects.filter(uid=idea.uid, page__isnull=False).count() == 1


def test_of_two_who_save_at_once_the_second_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    user, keys = (
        factories.marieke(),
        [ContentType.objects.get_for_model(model).pk for model in (ArticlePage, EventPage)],
    )
    second_is_done, outcomes = threading.Event(), {}

    def slowly(*args: Any, **kwargs: Any) -> None:
        second_is_done.wait(1)

    def save(key: int) -> None:
        try:
            change_what_counts([key], among=keys, seen=[], user=user)
            outcomes[key] = "saved"
        except ChangedMeanwhile:
            outcomes[key] = "refused"
        finally:
            connections.close_all()

    monkeypatch.setattr("planner.what_counts.log", slowly)
    threads = [threading.Thread(target=save, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes.values()) == ["refused", "saved"]
