"""Spans of campaigns, promises of series, and content that stands in each other's way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from hypothesis import given
from hypothesis import strategies as st

from personas.models import Channel, Persona
from planner.campaigns import (
    campaigns_between,
    missing_parts,
    promised_parts,
)
from planner.collisions import collisions, in_blackouts
from planner.day_events import DayEvent, DayKind, day_events_between
from planner.entries import Entry, Kind
from planner.models import Campaign, Occasion, PromisedPart, Series
from planner.parts import missing_between, standing_of
from planner.schedule import Status
from tests import factories
from tests.factories import ZONE, make_channel, make_item, make_journey, make_page, make_persona, make_section

DAYS = st.dates(date(1970, 1, 1), date(2090, 12, 31))


def series(**fields: Any) -> Series:
    return Series(**({"name": "Grow your own", "slug": "grow"} | fields))


def make_campaign(slug: str = "spring", **fields: Any) -> Campaign:
    defaults = {
        "name": slug.capitalize(),
        "kind": "branding",
        "first_day": date(2026, 3, 2),
        "last_day": date(2026, 3, 15),
    }
    return Campaign.objects.create(slug=slug, **(defaults | fields))


def make_series(slug: str = "grow", **fields: Any) -> Series:
    return Series.objects.create(slug=slug, **({"name": "Grow your own"} | fields))


@given(st.lists(st.tuples(DAYS, st.integers(0, 400))), DAYS, st.integers(0, 400))
def test_a_campaign_is_found_on_each_of_its_days_and_on_no_other(
    spans: list[tuple[date, int]], start: date, length: int
) -> None:
    campaigns = [
        Campaign(pk=number, name="x", first_day=first, last_day=first + timedelta(days=days))
        for number, (first, days) in enumerate(spans)
    ]
    end = start + timedelta(days=length)
    window = {start + timedelta(days=day) for day in range(length)}
    running = {
        one.pk
        for one in campaigns
        if window & {one.first_day + timedelta(days=day) for day in range((one.last_day - one.first_day).days + 1)}
    }
    found = {one.pk for one in campaigns_between(campaigns, start, end)} if length else set()
    assert found == running


@given(DAYS, st.integers(1, 60))
def test_a_monthly_series_is_promised_for_the_same_day_of_each_month(first: date, parts: int) -> None:
    found = promised_parts(series(cadence="monthly", first_part_on=first, parts=parts), [])
    assert [part.promised_on for part in found] == [first + relativedelta(months=month) for month in range(parts)]


@pytest.mark.parametrize(("cadence", "days"), [("weekly", 7), ("2-weekly", 14), ("4-weekly", 28)])
def test_a_cadence_of_weeks_counts_from_the_first_part(cadence: str, days: int) -> None:
    found = promised_parts(series(cadence=cadence, first_part_on=date(2026, 3, 2), parts=3), [])
    assert [(part.promised_on - date(2026, 3, 2)).days for part in found] == [0, days, 2 * days]


def test_a_promise_takes_the_place_of_what_the_cadence_says() -> None:
    one = series(cadence="weekly", first_part_on=date(2026, 3, 2), parts=2)
    promises = [
        PromisedPart(number=2, title="Roots"),
        PromisedPart(number=5, promised_on=date(2026, 5, 12)),
    ]
    found = [(part.number, part.promised_on, part.title) for part in promised_parts(one, promises)]
    assert found == [
        (1, date(2026, 3, 2), ""),
        (2, date(2026, 3, 9), "Roots"),
        (5, date(2026, 5, 12), ""),
    ]


def test_a_promised_part_is_missing_until_something_has_its_number() -> None:
    parts = promised_parts(series(), [PromisedPart(number=4, promised_on=date(2026, 5, 12))])
    assert [part.number for part in missing_parts(parts, {1, 2, 3})] == [4]
    assert missing_parts(parts, {1, 2, 3, 4}) == []


def test_a_part_is_late_from_the_day_after_its_promise() -> None:
    parts = promised_parts(series(), [PromisedPart(number=1, promised_on=date(2026, 5, 12)), PromisedPart(number=2)])
    assert [part.is_late(date(2026, 5, 12)) for part in parts] == [False, False]
    assert [part.is_late(date(2026, 5, 13)) for part in parts] == [True, False]


FLORIST, GARDENER = Persona(pk=1, slug="florist", name="Florist"), Persona(pk=2, slug="gardener", name="Gardener")
WEBSITE, EMAIL = Channel(pk=1, slug="website", name="Website"), Channel(pk=2, slug="email", name="E-mail")
MORNING = datetime(2026, 6, 1, 7, tzinfo=UTC)


def entry(item: int, personas: Any = (FLORIST,), channels: Any = (WEBSITE,), **fields: Any) -> Entry:
    defaults: dict[str, Any] = {
        "uid": uuid4(),
        "item_id": item,
        "page_id": None,
        "kind": Kind.PUBLICATION,
        "moment": MORNING,
        "all_day": False,
        "ends_at": None,
        "title": f"Item {item}",
        "status": Status.SCHEDULED,
        "late": False,
        "phases": (),
        "for_everyone": False,
        "owner": "",
        "url": "",
    }
    return Entry(personas=personas, channels=channels, **(defaults | fields))


def told(found: list[Any]) -> list[tuple[Any, ...]]:
    return [(one.persona and one.persona.slug, one.channel.slug, one.items) for one in found]


def test_two_items_for_one_persona_through_one_channel_on_one_day_collide() -> None:
    assert told(collisions([entry(1), entry(2)], ZONE)) == [("florist", "website", (1, 2))]


@pytest.mark.parametrize(
    "other",
    [
        entry(2, personas=(GARDENER,)),
        entry(2, channels=(EMAIL,)),
        entry(2, moment=MORNING + timedelta(days=1)),
        entry(2, status=Status.CANCELLED),
        entry(2, kind=Kind.EXPIRY),
        entry(2, channels=()),
        entry(1),
    ],
)
def test_what_differs_in_any_of_these_does_not_collide(other: Entry) -> None:
    assert collisions([entry(1), other], ZONE) == []


def test_content_for_everyone_is_for_each_persona_of_that_day() -> None:
    everyone = entry(3, personas=(), for_everyone=True)
    found = collisions([entry(1), entry(2, personas=(GARDENER,)), everyone], ZONE)
    assert told(found) == [("florist", "website", (1, 3)), ("gardener", "website", (2, 3))]


def test_two_items_for_everyone_collide() -> None:
    found = collisions([entry(number, personas=(), for_everyone=True) for number in (1, 2)], ZONE)
    assert told(found) == [(None, "website", (1, 2))]


def test_the_day_is_that_of_the_zone() -> None:
    late = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)  # half past midnight on 1 June in Amsterdam
    assert collisions([entry(1), entry(2, moment=late)], ZONE)


@given(st.permutations([1, 2, 3, 4]))
def test_the_order_of_the_entries_makes_no_difference(order: list[int]) -> None:
    entries = {number: entry(number, personas=(FLORIST, GARDENER)[: number % 3]) for number in range(1, 5)}
    assert told(collisions([entries[number] for number in order], ZONE)) == told(collisions(entries.values(), ZONE))


def closed(first: date, last: date, **fields: Any) -> DayEvent:
    defaults: dict[str, Any] = {
        "uid": uuid4(),
        "kind": DayKind.OCCASION,
        "key": 1,
        "title": "Closed",
        "lead_from": first,
        "blackout": True,
        "personas": (),
        "phases": (),
        "channels": (),
    }
    return DayEvent(first_day=first, last_day=last, **(defaults | fields))


JUNE = (date(2026, 6, 1), date(2026, 6, 2))


def test_content_on_a_day_on_which_nothing_goes_out_is_told() -> None:
    found = in_blackouts([entry(1), entry(2, moment=MORNING + timedelta(days=2))], [closed(*JUNE)], ZONE)
    assert [(one.entry.item_id, one.day.title) for one in found] == [(1, "Closed")]


@pytest.mark.parametrize(
    ("day", "hit"),
    [
        (closed(*JUNE, blackout=False), False),
        (closed(*JUNE, personas=(GARDENER,)), False),
        (closed(*JUNE, personas=(FLORIST,)), True),
        (closed(*JUNE, channels=(EMAIL,)), False),
        (closed(*JUNE, personas=(FLORIST,), channels=(WEBSITE,)), True),
    ],
)
def test_a_blackout_is_about_its_own_personas_and_channels(day: DayEvent, *, hit: bool) -> None:
    assert bool(in_blackouts([entry(1)], [day], ZONE)) is hit


# What needs the database.


@pytest.mark.django_db
def test_the_database_refuses_a_campaign_that_ends_before_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_campaign(last_day=date(2026, 3, 1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"cadence": "weekly"},
        {"cadence": "weekly", "first_part_on": date(2026, 3, 2)},
        {"cadence": "weekly", "first_part_on": date(2026, 3, 2), "parts": 0},
        {"parts": 3},
    ],
)
def test_the_database_refuses_half_a_cadence(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_series(**fields)


@pytest.mark.parametrize("field", ["first_part_on", "parts"])
def test_half_a_cadence_is_refused_at_its_field(field: str) -> None:
    whole = {"cadence": "weekly", "first_part_on": date(2026, 3, 2), "parts": 3}
    with pytest.raises(ValidationError) as refusal:
        series(**whole | {field: None}).clean()
    assert list(refusal.value.message_dict) == [field]


@pytest.mark.django_db
@pytest.mark.parametrize("numbers", [{"series_part": 2}, {"series": True}, {"series": True, "series_part": 0}])
def test_the_database_refuses_a_part_of_nothing_and_a_series_without_a_part(numbers: dict[str, Any]) -> None:
    if "series" in numbers:
        numbers = numbers | {"series": make_series()}
    with pytest.raises(IntegrityError), transaction.atomic():
        make_item(**numbers)


@pytest.mark.django_db
def test_a_campaign_with_content_is_not_deleted() -> None:
    campaign = make_campaign()
    make_item(campaign=campaign)
    with pytest.raises(ProtectedError):
        campaign.delete()


@pytest.mark.django_db
def test_occasions_and_campaigns_of_a_month_stand_together() -> None:
    campaign = make_campaign(last_day=date(2026, 6, 1))
    Occasion.objects.create(name="Mother's Day", rule="weekday", nth=2, weekday=7, month=5)
    Occasion.objects.create(name="Over", rule="dates", first_day=date(2026, 5, 5), active=False)
    Occasion.objects.create(name="Contract", rule="customer", customer_event="contract_end", customer_offset=-30)
    found = day_events_between(date(2026, 5, 1), date(2026, 6, 1))
    assert [(one.kind, one.title, one.first_day, one.end) for one in found] == [
        (DayKind.CAMPAIGN, "Spring", date(2026, 3, 2), date(2026, 6, 2)),
        (DayKind.OCCASION, "Mother's Day", date(2026, 5, 10), date(2026, 5, 11)),
    ]
    assert found[0].uid == campaign.uid
    assert found[1].lead_from == date(2026, 4, 12)


@pytest.mark.django_db
def test_a_filter_leaves_what_is_about_everybody() -> None:
    florist, gardener = make_persona("florist"), make_persona("gardener")
    for name, personas in (("All", []), ("Florists", [florist]), ("Gardeners", [gardener])):
        Occasion.objects.create(name=name, rule="dates", first_day=date(2026, 5, 5)).personas.set(personas)
    found = day_events_between(date(2026, 5, 1), date(2026, 6, 1), personas=["florist"])
    assert [one.title for one in found] == ["All", "Florists"]


@pytest.mark.django_db
def test_an_occasion_keeps_its_identity_on_the_same_days() -> None:
    Occasion.objects.create(name="Christmas", rule="yearly", month=12, day=25)
    window = (date(2026, 12, 1), date(2028, 1, 1))
    first, second = ([one.uid for one in day_events_between(*window)] for _twice in range(2))
    assert first == second
    assert len(set(first)) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 20])
def test_the_number_of_queries_does_not_grow(number: int, django_assert_max_num_queries: Any) -> None:
    phase = make_journey(phases=("see",)).phases.get()
    for one in range(number):
        make_campaign(f"campaign-{one}").phases.set([phase])
        Occasion.objects.create(name=f"Day {one}", rule="yearly", month=3, day=one + 1).phases.set([phase])
    with django_assert_max_num_queries(7):
        assert len(day_events_between(date(2026, 3, 1), date(2026, 4, 1))) == 2 * number


@pytest.mark.django_db
def test_a_part_counts_as_planned_only_for_who_may_see_it() -> None:
    mine, other = make_section("A"), make_section("B")
    erik, bea = factories.erik(mine), factories.bea(other)
    one = make_series(cadence="weekly", first_part_on=date(2026, 3, 2), parts=2)
    page = make_page("Part one", parent=mine)
    page.planner_item.series, page.planner_item.series_part = one, 1
    page.planner_item.save()
    missing = {
        user: [part.number for part in standing_of(user, Series.objects.all())[0].missing] for user in (erik, bea, None)
    }
    assert missing == {erik: [2], bea: [1, 2], None: [2]}


@pytest.mark.django_db
def test_a_cancelled_part_is_missing() -> None:
    one = make_series(cadence="weekly", first_part_on=date(2026, 3, 2), parts=1)
    make_item(series=one, series_part=1, state="cancelled", starts_at=None)
    assert [part.number for part in missing_between(None, date(2026, 3, 1), date(2026, 4, 1))] == [1]


@pytest.mark.django_db
def test_nothing_of_an_inactive_series_is_missed() -> None:
    make_series(cadence="weekly", first_part_on=date(2026, 3, 2), parts=1, active=False)
    assert missing_between(None, date(2026, 3, 1), date(2026, 4, 1)) == []


@pytest.mark.django_db
def test_only_what_was_promised_for_these_days_is_missed() -> None:
    make_series(cadence="weekly", first_part_on=date(2026, 3, 2), parts=3)
    found = missing_between(None, date(2026, 3, 9), date(2026, 3, 16))
    assert [part.number for part in found] == [2]


@pytest.mark.django_db
def test_a_translation_is_the_same_part_and_a_copy_is_not() -> None:
    from planner.rows import copy_tags

    one, campaign = make_series(), make_campaign()
    source = make_item(series=one, series_part=2, campaign=campaign, channels=make_channel("web"))
    copy, translation = make_item(), make_item()
    copy_tags(source, copy)
    copy_tags(source, translation, same_content=True)
    assert (copy.campaign, copy.series, copy.series_part) == (campaign, None, None)
    assert (translation.campaign, translation.series, translation.series_part) == (campaign, one, 2)
