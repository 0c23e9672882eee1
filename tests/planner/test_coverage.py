"""Coverage in small: what counts where, as plain examples."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Revision

from personas.models import Phase
from planner.coverage import Coverage, Place, Question, Tally, count
from planner.models import ContentItem
from tests.factories import NOW, ZONE, days, make_channel, make_item, make_journey, make_page, make_persona, tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def phases() -> list[Phase]:
    return list(make_journey("klant", phases=("zien", "doen")).phases.all())


def coverage(items: Any = None, **changes: Any) -> Coverage:
    items = ContentItem.objects.counted() if items is None else items
    return count(items, Question(**{"at": NOW, "now": NOW, "zone": ZONE} | changes))


def test_an_item_counts_in_each_of_its_cells_and_once_in_all(phases: list[Phase]) -> None:
    anna, bo = make_persona("anna"), make_persona("bo")
    make_item(personas=[anna, bo], phases=phases)
    counted = coverage(ContentItem.objects.off_site())
    assert {place: tally.live for place, tally in counted.cells.items()} == {
        Place(persona.pk, phase.pk): 1 for persona in (anna, bo) for phase in phases
    }
    assert counted.total.live == 1


def test_content_for_everyone_counts_for_each_persona_and_is_shown_as_generic(phases: list[Phase]) -> None:
    anna, bo = make_persona("anna"), make_persona("bo")
    make_item(personas=anna, phases=phases[0], for_everyone=True)
    counted = coverage(ContentItem.objects.off_site())
    cells = [counted.cells[Place(persona.pk, phases[0].pk)] for persona in (anna, bo)]
    assert [(tally.live, tally.generic) for tally in cells] == [(1, 1), (1, 1)]
    assert counted.live_without_persona == 0


def test_translations_are_one_item_and_aliases_none(phases: list[Phase]) -> None:
    page = make_page()
    tag(page, personas=make_persona("anna"), phases=phases[0])
    page.copy_for_translation(Locale.objects.create(language_code="nl"), copy_parents=True)
    ContentItem.objects.filter(page__translation_key=page.translation_key).exclude(page=page)
    type(page).objects.filter(translation_key=page.translation_key).update(live=True, first_published_at=NOW - days(3))
    page.create_alias(update_slug="alias")
    (tally,) = coverage().cells.values()
    assert tally.live == 1


def test_an_item_without_tags_is_told_apart_from_one_that_counts(phases: list[Phase]) -> None:
    channel = make_channel("site")
    make_item()
    make_item(phases=phases[0])
    make_item(personas=make_persona("anna"), channels=channel)
    make_item(personas=make_persona("bo"), phases=phases[0], channels=channel)
    counted = coverage(ContentItem.objects.off_site())
    assert (counted.live_without_persona, counted.live_without_phase, counted.live_without_channel) == (2, 2, 2)
    assert (counted.live_unclassified, counted.unclassified_share) == (3, 0.75)


def test_a_phase_that_is_not_asked_about_is_no_phase(phases: list[Phase]) -> None:
    make_item(phases=phases[0])
    question = Question(at=NOW, now=NOW, zone=ZONE)
    assert count(ContentItem.objects.off_site(), question, phases=[phases[1].pk]).live_without_phase == 1
    assert count(ContentItem.objects.off_site(), question, phases=[phases[0].pk]).live_without_phase == 0
    assert count(ContentItem.objects.off_site(), question, phases=[]).live_without_phase == 1


def test_no_items_at_all_are_an_empty_answer() -> None:
    assert coverage(ContentItem.objects.none()).total == Tally()


def test_a_place_without_items_has_no_entry_even_where_something_expired(phases: list[Phase]) -> None:
    make_item(personas=make_persona("anna"), phases=phases[0], expires_at=NOW)
    counted = coverage(ContentItem.objects.off_site())
    assert (dict(counted.cells), dict(counted.phases), counted.expired) == ({}, {}, 1)


def test_the_days_of_a_cell_are_days_in_the_sites_zone(phases: list[Phase]) -> None:
    late_evening = NOW.astimezone(ZONE).replace(hour=23, minute=30)
    tags = {"personas": make_persona("anna"), "phases": phases[0]}
    make_item(starts_at=late_evening, **tags)
    make_item(expires_at=late_evening + days(3), **tags)
    make_item(state="idea", target_at=late_evening + days(5), target_has_time=True, **tags)
    (tally,) = coverage(ContentItem.objects.off_site()).cells.values()
    assert (tally.starts, tally.ends) == ({date(2026, 3, 2): 1}, {date(2026, 3, 5): 1})
    assert (tally.last_fresh_end, tally.first_aim) == (date(2026, 3, 5), date(2026, 3, 7))


def test_the_score_counts_old_items_half_up_to_the_target() -> None:
    scores = [Tally(live=live, fresh=fresh).score(2) for live, fresh in ((0, 0), (1, 0), (1, 1), (2, 1), (9, 9))]
    assert scores == [0, 0.25, 0.5, 0.75, 1]


def test_thousands_of_approvals_fit_into_the_statement(phases: list[Phase]) -> None:
    page = make_page(live=False)
    rows = [ContentItem(title=f"Item {number}", state="idea") for number in range(3000)]
    ContentItem.objects.bulk_create(rows)
    from planner import coverage_sql
    from planner.standing import Standing

    standing = Standing(
        live=False, fresh=False, confirmed=True, tentative=False, at_horizon=True, expired=False,
        end_day=None, start_day=date(2026, 3, 9), aim_day=None,
    )  # fmt: skip
    decided = {
        row.pk: coverage_sql.Decided(standing)
        for row in ContentItem.objects.exclude(page=page).exclude(page__live=True)
    }
    statement = coverage_sql.Statement(
        ContentItem.objects.counted(),
        Question(at=NOW, now=NOW, zone=ZONE),
        decided,
        None,
        several_locales=False,
        sections=coverage_sql.SECTIONS,
    )
    with connection.cursor() as cursor:
        cursor.execute(*statement.compile())
        found = [coverage_sql.Row(*row) for row in cursor.fetchall()]
    confirmed = coverage_sql.BITS["confirmed"]
    assert sum(row.number for row in found if row.section == "total" and row.key & confirmed) == 3000


def test_an_approval_is_read_from_its_revision_with_the_expiry_it_brings(
    phases: list[Phase], time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    page = make_page(live=False)
    tag(page, personas=make_persona("anna"), phases=phases[0])
    page.expire_at = NOW + days(9)
    revision = page.save_revision()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=NOW + days(2))
    (tally,) = coverage().cells.values()
    assert (tally.confirmed, tally.at_horizon, tally.starts) == (1, 0, {date(2026, 3, 4): 1})
    assert tally.last_fresh_end == date(2026, 3, 11)


def queries(number: int, phases: list[Phase]) -> int:
    persona = make_persona()
    rows = [
        ContentItem(title=f"Item {one}", state="confirmed", starts_at=NOW - timedelta(hours=one))
        for one in range(number)
    ]
    for row in ContentItem.objects.bulk_create(rows):
        row.personas.add(persona)
        row.phases.add(phases[0])
    with CaptureQueriesContext(connection) as captured:
        assert coverage().cells[Place(persona.pk, phases[0].pk)].live == number
    return len(captured)


def test_five_hundred_items_take_as_many_queries_as_ten(phases: list[Phase]) -> None:
    few = queries(10, phases)
    assert queries(500, phases) == few
    assert few <= 5
