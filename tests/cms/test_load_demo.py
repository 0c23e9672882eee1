"""The demo: every state is there, every gap shows, and nothing is ever loaded over somebody's work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction
from wagtail.models import Page, PageLogEntry, Revision, Site, WorkflowState

from cms.demo.messages import CELLS
from cms.demo.plan import CARDS, OFF_SITE, PAGES
from cms.demo.texts import read_texts
from cms.models import ArticlePage, CareCard, HomePage
from personas.evidence import Doubt, trust_of
from personas.models import Journey, Message, Persona, Question
from planner.models import ContentItem

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TITLES = [content.title for contents in PAGES.values() for content in contents]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The demo, loaded once for all tests of this module that take it: what the command printed."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        yield load(password="tulip-mania")
        transaction.set_rollback(True)


def load(**options: str) -> str:
    out = StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue()


def row_of(title: str) -> ContentItem:
    return ContentItem.objects.get(page__title=title)


def fingerprint() -> list[object]:
    pages = Page.objects.order_by("pk").values_list("pk", "title", "live", "latest_revision", "last_published_at")
    return [*pages, ContentItem.objects.count(), PageLogEntry.objects.count(), Revision.objects.count()]


def test_every_planned_page_has_its_own_words() -> None:
    texts = read_texts()
    assert [title for title in TITLES if not texts[title].intro or not texts[title].body] == []
    assert len(set(TITLES)) == len(TITLES)


def test_it_replaces_the_welcome_page(demo: str) -> None:
    home = HomePage.objects.get()
    assert Site.objects.get(is_default_site=True).root_page.specific == home
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_it_makes_each_page_and_item_of_the_plan_once(demo: str) -> None:
    assert sorted(Page.objects.filter(depth__gt=3).values_list("title", flat=True)) == sorted(
        content.title for section, contents in PAGES.items() if section for content in contents
    )
    assert ContentItem.objects.off_site().count() == len(OFF_SITE)


def test_each_care_card_is_in_the_state_of_its_plan(demo: str) -> None:
    found = {card.title: card.status_string for card in CareCard.objects.all()}
    assert found == {
        content.title: "draft" if content.when.state == "planned" else content.when.state for content, _text in CARDS
    }


def test_care_cards_carry_tags_and_count_where_they_say(demo: str) -> None:
    card = CareCard.objects.get(title="De vingerproef")
    row = ContentItem.objects.get(content_type__model="carecard", object_id=str(card.pk))
    assert list(row.personas.values_list("slug", flat=True)) == ["cadeaukoper"]
    assert card.first_published_at == datetime(2026, 1, 16, 8, tzinfo=UTC)


def test_a_second_run_changes_nothing(demo: str) -> None:
    before = fingerprint()
    assert "nothing was changed" in load()
    assert fingerprint() == before


def test_a_second_run_keeps_what_was_changed(demo: str) -> None:
    home = HomePage.objects.get()
    home.title = "Our plants"
    home.save_revision().publish()
    ArticlePage.objects.get(title="Contact en route").delete()
    load()
    assert HomePage.objects.get().title == "Our plants"
    assert not ArticlePage.objects.filter(title="Contact en route").exists()


def test_it_prints_logins_that_work(demo: str) -> None:
    assert "Log in as marieke with: tulip-mania" in demo
    assert get_user_model().objects.get(username="marieke").check_password("tulip-mania")


def test_the_editor_may_write_in_one_section_only(demo: str) -> None:
    editor = get_user_model().objects.get(username="editor")
    own, other = (Page.objects.get(title=title) for title in ("Voor bloemisten", "Inspiratie"))
    assert own.permissions_for_user(editor).can_add_subpage()
    assert not own.permissions_for_user(editor).can_publish()
    assert not other.permissions_for_user(editor).can_edit()


def test_what_is_scheduled_is_really_approved(demo: str) -> None:
    page = Page.objects.get(title="Kijk mee in onze kas")
    assert not page.live
    assert page.scheduled_revision.approved_go_live_at == datetime(2026, 3, 15, 8, tzinfo=UTC)


def test_the_scheduler_publishes_it_on_its_day(demo: str) -> None:
    with time_machine.travel(datetime(2026, 3, 15, 8, 1, tzinfo=UTC), tick=False):
        call_command("publish_scheduled")
    assert Page.objects.get(title="Kijk mee in onze kas").live


def test_what_has_expired_went_live_and_down_on_its_days(demo: str) -> None:
    page = Page.objects.get(title="Vaste planten op bestelling")
    assert (page.live, page.expired) == (False, True)
    assert page.first_published_at < page.expire_at < NOW
    assert PageLogEntry.objects.get(page=page.pk, action="wagtail.unpublish.scheduled").timestamp == page.expire_at


def test_a_live_page_waits_for_its_update(demo: str) -> None:
    page = Page.objects.get(title="Drie generaties De Lindehof")
    assert page.live
    assert page.scheduled_revision.approved_go_live_at > NOW
    assert "vierde generatie" not in str(page.specific.body)


def test_a_page_in_review_waits_for_its_moderator(demo: str) -> None:
    state = WorkflowState.objects.get()
    assert state.content_object.title == "Bladluis? Zo los je het op zonder gif"
    assert state.status == WorkflowState.STATUS_IN_PROGRESS


def test_history_is_dated_back(demo: str) -> None:
    page = Page.objects.get(title="Van stek naar plant")
    published = datetime(2024, 3, 2, 8, tzinfo=UTC)
    assert (page.first_published_at, page.last_published_at) == (published, published)
    assert {entry.timestamp for entry in PageLogEntry.objects.filter(page=page.pk)} == {published}


def test_rows_carry_tags_target_date_and_owner(demo: str) -> None:
    row = row_of("Proefpakket voor bloemisten")
    assert list(row.personas.values_list("slug", flat=True)) == ["zelfstandig-bloemist"]
    assert list(row.phases.values_list("slug", flat=True)) == ["veroveren"]
    assert set(row.channels.values_list("slug", flat=True)) == {"website", "direct-mail"}
    assert row.target_at == datetime(2026, 4, 4, 7, tzinfo=UTC)
    assert row.owner.username == "editor"


def test_what_is_for_everyone_says_so(demo: str) -> None:
    row = row_of("Open dag op de kwekerij")
    assert row.for_everyone
    assert not row.personas.exists()


def test_a_page_without_tags_is_left_for_the_tag_rules(demo: str) -> None:
    row = row_of("Planten en huisdieren")
    assert not (row.personas_by_hand or row.phases_by_hand)


def test_one_journey_has_an_owner_and_the_other_has_none(demo: str) -> None:
    assert {journey.slug: journey.has_active_owner for journey in Journey.objects.all()} == {
        "verkopen": True,
        "cadeau": False,
    }


def test_every_persona_has_a_portrait_and_half_of_them_rest_on_evidence(demo: str) -> None:
    personas = {persona.slug: persona for persona in Persona.objects.all()}
    trusted = trust_of([one.pk for one in personas.values()], day=NOW.date(), old_after=365)
    doubts = {slug: trusted[one.pk].doubt for slug, one in personas.items()}
    assert doubts == {
        "inkoper-tuincentrum": None,
        "zelfstandig-bloemist": None,
        "balkontuinier": Doubt.ONLY_COUNTED,
        "cadeaukoper": Doubt.OLD,
    }
    assert all(one.photo and one.goals and one.needs.exists() and one.route.exists() for one in personas.values())


@pytest.fixture(scope="module")
def report(demo: str) -> dict[str, Any]:
    out = StringIO()
    call_command("coverage_report", "--as-of", NOW.isoformat(), "--format", "json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize(
    ("persona", "gaps"),
    [
        ("inkoper-tuincentrum", [None, None, ("THIN", "low"), ("EMPTY", "critical")]),
        ("zelfstandig-bloemist", [None, None, ("CLIFF", "high"), ("THIN", "medium")]),
        ("balkontuinier", [None, ("DROP", "medium"), ("EMPTY", "high"), ("STALE_ONLY", "medium")]),
        ("cadeaukoper", [None, ("EMPTY", "medium"), None, None]),
    ],
)
def test_the_cells_of_the_main_journey_are_as_the_plan_says(
    report: dict[str, Any], persona: str, gaps: list[tuple[str, str] | None]
) -> None:
    cells = [cell for cell in report["cells"] if (cell["journey"], cell["persona"]) == ("verkopen", persona)]
    assert [cell["phase"] for cell in cells] == ["verleiden", "veroveren", "vasthouden", "verhogen"]
    assert [cell["gap"] and (cell["gap"], cell["severity"]) for cell in cells] == gaps


@pytest.mark.parametrize("code", ["EMPTY_PHASE", "NO_UPCOMING", "NO_OWNER", "OVERDUE", "UNCLASSIFIED"])
def test_the_other_kinds_of_gaps_show_too(report: dict[str, Any], code: str) -> None:
    assert code in {gap["code"] for gap in report["gaps"]}


def test_few_enough_items_are_unclassified_to_trust_the_report(report: dict[str, Any]) -> None:
    assert report["warnings"] == []


def test_cells_have_messages_and_questions_some_of_them_answered(demo: str) -> None:
    assert Message.objects.count() == len(CELLS)
    answered = ContentItem.objects.exclude(customer_question="").values_list("customer_question", flat=True)
    questions = set(Question.objects.values_list("text", flat=True))
    assert 0 < len(answered) < len(questions)
    assert set(answered) <= questions
