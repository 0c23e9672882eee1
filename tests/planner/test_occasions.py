"""The days of occasions: each rule against another way to find them, and what the database refuses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import dateutil.easter
import pytest
from dateutil.relativedelta import relativedelta
from dateutil.rrule import YEARLY, rrule, weekdays
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.models import Occasion
from planner.models.occasion import CustomerEvent, Rule
from planner.occasion_words import rule_in_words
from planner.occasions import (
    YEARS,
    easter,
    in_preparation,
    next_occurrences,
    nth_weekday,
    occurrences,
)
from planner.public_holidays import countries, countries_near, grouped_countries, holidays_of, names_of

FIRST, LAST = date(1970, 1, 1), date(2100, 12, 31)
DAYS = st.dates(FIRST, LAST)


def occasion(rule: str = Rule.YEARLY, **fields: Any) -> Occasion:
    defaults = {"month": 12, "day": 25} if rule == Rule.YEARLY else {}
    return Occasion(**({"name": "Occasion", "rule": rule} | defaults | fields))


CHRISTMAS = {"month": 12, "day": 25, "days": 2}
YEAR_END = {"month": 12, "day": 31, "days": 3}
LEAP_DAY = {"month": 2, "day": 29}

yearly = st.builds(
    lambda day, days: occasion(month=day.month, day=day.day, days=days),
    st.dates(date(2024, 1, 1), date(2024, 12, 31)),  # every date there is
    st.integers(1, 366),
)
by_weekday = st.builds(
    lambda nth, weekday, month, days: occasion(Rule.WEEKDAY, nth=nth, weekday=weekday, month=month, days=days),
    st.sampled_from([1, 2, 3, 4, -1]),
    st.integers(1, 7),
    st.integers(1, 12),
    st.integers(1, 366),
)
from_easter = st.builds(
    lambda offset, days: occasion(Rule.EASTER, easter_offset=offset, days=days),
    st.integers(-80, 200),
    st.integers(1, 366),
)
once = st.builds(
    lambda first, days: occasion(Rule.DATES, first_day=first, last_day=first + timedelta(days=days)),
    DAYS,
    st.integers(0, 400),
)
anything = st.one_of(yearly, by_weekday, from_easter, once)


def days_of(one: Occasion, start: date, end: date) -> list[tuple[date, date]]:
    return [(found.first_day, found.last_day) for found in occurrences([one], start, end)]


@given(st.integers(1583, 4099))
def test_easter_is_when_dateutil_has_it(year: int) -> None:
    assert easter(year) == dateutil.easter.easter(year)


@given(st.integers(1970, 2100), st.integers(1, 12), st.integers(1, 7), st.sampled_from([1, 2, 3, 4, -1]))
def test_a_weekday_of_a_month_is_when_a_repetition_rule_has_it(year: int, month: int, weekday: int, nth: int) -> None:
    day = weekdays[weekday - 1](nth)
    found = rrule(YEARLY, dtstart=date(year, 1, 1), bymonth=month, byweekday=day, count=1)[0]
    assert nth_weekday(year, month, weekday, nth) == found.date()


@given(yearly, st.integers(1970, 2098))
def test_a_yearly_date_falls_in_every_year_once(one: Occasion, year: int) -> None:
    begun = [first for first, _last in days_of(one, date(year, 1, 1), date(year + 1, 1, 1)) if first.year == year]
    # relativedelta, too, takes the last day of February where there is no 29th.
    assert begun == [date(2024, one.month, one.day) + relativedelta(year=year)]


@given(anything, DAYS, st.integers(0, 800))
def test_what_is_found_touches_the_window_and_nothing_that_does_is_left_out(
    one: Occasion, start: date, length: int
) -> None:
    end = start + timedelta(days=length)
    found = days_of(one, start, end)
    assert all(first < end and last >= start for first, last in found)
    wider = days_of(one, max(start - timedelta(days=800), FIRST), end + timedelta(days=800))
    assert found == [(first, last) for first, last in wider if first < end and last >= start and length]


@given(anything, DAYS, st.integers(1, 400), st.integers(1, 400))
def test_two_windows_find_together_what_one_finds(one: Occasion, start: date, length: int, more: int) -> None:
    middle = start + timedelta(days=length)
    end = middle + timedelta(days=more)
    assert set(days_of(one, start, middle)) | set(days_of(one, middle, end)) == set(days_of(one, start, end))


@given(st.lists(anything, max_size=5), DAYS, st.randoms())
def test_the_order_in_which_they_come_makes_no_difference(found: list[Occasion], start: date, luck: Any) -> None:
    for number, one in enumerate(found):
        one.pk = number
    mixed = luck.sample(found, len(found))
    end = start + timedelta(days=500)
    assert occurrences(mixed, start, end) == occurrences(found, start, end)


@given(anything, st.integers(0, 365), DAYS)
def test_what_is_in_preparation_has_begun_its_lead_time_and_is_not_over(one: Occasion, lead: int, day: date) -> None:
    one.lead_days = lead
    found = in_preparation([one], day)
    assert all(one.lead_from <= day <= one.last_day for one in found)
    assert all(one.first_day - one.lead_from == timedelta(days=lead) for one in found)


@settings(max_examples=30)
@given(anything, DAYS)
def test_the_next_times_are_the_first_that_are_not_over(one: Occasion, day: date) -> None:
    found = next_occurrences(one, day)
    assert found == occurrences([one], day, date(2101, 1, 1))[:3]


def test_a_leap_day_falls_on_the_last_of_february_in_other_years() -> None:
    found = days_of(occasion(**LEAP_DAY), date(2027, 1, 1), date(2029, 1, 1))
    assert [first for first, _last in found] == [date(2027, 2, 28), date(2028, 2, 29)]


def test_a_span_over_the_end_of_the_year_is_found_in_both_years() -> None:
    span = (date(2026, 12, 31), date(2027, 1, 2))
    assert span in days_of(occasion(**YEAR_END), date(2026, 12, 1), date(2027, 1, 1))
    assert span in days_of(occasion(**YEAR_END), date(2027, 1, 2), date(2027, 1, 3))
    assert span not in days_of(occasion(**YEAR_END), date(2027, 1, 3), date(2027, 2, 1))


def test_the_end_of_a_window_is_not_in_it() -> None:
    assert days_of(occasion(**CHRISTMAS), date(2026, 12, 1), date(2026, 12, 25)) == []


def test_an_easter_based_day_may_fall_before_easter() -> None:
    ash_wednesday = occasion(Rule.EASTER, easter_offset=-46)
    assert days_of(ash_wednesday, date(2026, 1, 1), date(2027, 1, 1))[0][0] == date(2026, 2, 18)


def test_nothing_happens_outside_the_years_that_are_known() -> None:
    assert days_of(occasion(), date(1900, 1, 1), date(1970, 1, 1)) == []
    assert len(days_of(occasion(), date.min, date.max)) == len(YEARS)


def test_a_moment_in_a_customers_life_has_no_days() -> None:
    contract = occasion(Rule.CUSTOMER, customer_event=CustomerEvent.CONTRACT_END, customer_offset=-30)
    assert next_occurrences(contract, date(2026, 3, 2)) == []


def test_kings_day_moves_when_it_would_fall_on_a_sunday() -> None:
    kings_day = occasion(Rule.HOLIDAY, country="NL", holiday="Koningsdag")
    found = days_of(kings_day, date(2025, 1, 1), date(2027, 1, 1))
    assert [first for first, _last in found] == [date(2025, 4, 26), date(2026, 4, 27)]


def test_a_holiday_is_the_day_itself_where_another_day_stands_in_for_it() -> None:
    boxing_day = occasion(Rule.HOLIDAY, country="GB", holiday="Boxing Day")
    assert [first for first, _last in days_of(boxing_day, date(2026, 1, 1), date(2027, 1, 1))] == [date(2026, 12, 26)]


def test_all_holidays_of_a_country_carry_their_own_names() -> None:
    found = occurrences([occasion(Rule.HOLIDAY, country="NL")], date(2026, 12, 1), date(2027, 1, 1))
    assert [one.title for one in found] == ["Eerste kerstdag", "Tweede kerstdag"]


def test_names_of_holidays_do_not_depend_on_who_asks(monkeypatch: Any) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    holidays_of.cache_clear()
    assert {"Nieuwjaarsdag", "Koningsdag", "Tweede kerstdag"} <= set(names_of("NL", 2026))


@pytest.mark.parametrize("country", ["", "XX", "nl", "HolidayBase", "__class__"])
def test_a_country_that_nobody_knows_has_no_holidays(country: str) -> None:
    assert holidays_of(country, 2026) == ()


def test_every_country_can_be_asked_for_its_holidays() -> None:
    assert [code for code in countries() if not isinstance(holidays_of(code, 2026), tuple)] == []
    assert {"NL", "BE", "DE"} <= set(countries())


@pytest.mark.parametrize(
    ("zone", "language", "codes"),
    [
        ("Europe/Brussels", "nl", ["BE", "NL"]),
        ("Europe/London", "en-us", ["GB", "US", "IE"]),
        ("UTC", "ja", []),
    ],
)
def test_the_countries_of_a_site_follow_its_clock_and_language(zone: str, language: str, codes: list[str]) -> None:
    assert countries_near(zone, language) == codes


def test_each_country_stands_in_one_group_and_english_names_stand_apart() -> None:
    with translation.override("nl"):
        groups = grouped_countries(["NL", "BE"])
    assert groups[0][1] == [("NL", "Nederland"), ("BE", "België")]
    assert ("DE", "Duitsland") in groups[1][1]
    assert ("JP", "Japan") in groups[2][1]
    codes = [code for _heading, found in groups for code, _name in found]
    assert sorted(codes) == sorted(countries())


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (occasion(**CHRISTMAS), "25 December, 2 days"),
        (occasion(Rule.WEEKDAY, nth=2, weekday=7, month=5), "Second Sunday of May"),
        (occasion(Rule.EASTER, easter_offset=0), "Easter Sunday"),
        (occasion(Rule.EASTER, easter_offset=39), "39 days after Easter"),
        (occasion(Rule.EASTER, easter_offset=-1), "1 day before Easter"),
        (occasion(Rule.HOLIDAY, country="NL"), "All public holidays (Netherlands)"),
        (occasion(Rule.DATES, first_day=date(2027, 1, 26)), "26 January 2027"),
        (
            occasion(Rule.DATES, first_day=date(2026, 12, 30), last_day=date(2027, 1, 2)),
            "30 December 2026 to 2 January 2027",
        ),
        (
            occasion(Rule.CUSTOMER, customer_event="contract_end", customer_offset=-30),
            "30 days before: End of the contract",
        ),
    ],
)
def test_a_rule_reads_in_words(one: Occasion, words: str) -> None:
    assert rule_in_words(one) == words


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"rule": "yearly", "month": 2, "day": 30},
        {"rule": "yearly", "month": 4, "day": 31},
        {"rule": "yearly", "month": 13, "day": 1},
        {"rule": "yearly", "month": 1, "day": 0},
        {"rule": "yearly", "month": 1},
        {"rule": "yearly", "month": 1, "day": 1, "country": "NL"},
        {"rule": "weekday", "month": 5, "weekday": 8, "nth": 1},
        {"rule": "weekday", "month": 5, "weekday": 1, "nth": 5},
        {"rule": "weekday", "month": 5, "weekday": 1},
        {"rule": "easter", "easter_offset": 300},
        {"rule": "holiday"},
        {"rule": "holiday", "country": "NL", "days": 2},
        {"rule": "dates", "first_day": date(2026, 3, 2), "last_day": date(2026, 3, 1)},
        {"rule": "customer", "customer_event": "moving", "customer_offset": 0, "blackout": True},
        {"rule": "lunar", "month": 1, "day": 1},
        {"rule": "yearly", "month": 1, "day": 1, "days": 367},
        {"rule": "yearly", "month": 1, "day": 1, "lead_days": 366},
    ],
)
def test_the_database_refuses_what_is_no_rule(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Occasion.objects.create(name="Occasion", **fields)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"rule": "yearly", "month": 2, "day": 30}, "day", "February has no day 30."),
        ({"rule": "yearly", "month": 1}, "day", "“The same date every year” needs this: fill in “day”."),
        (
            {"rule": "dates", "first_day": date(2026, 3, 2), "last_day": date(2026, 3, 1)},
            "last_day",
            "It ends before it starts. Choose a later last day.",
        ),
    ],
)
def test_a_form_refuses_it_in_a_sentence(fields: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Occasion(name="Occasion", **fields).clean()
    assert refusal.value.message_dict == {field: [sentence]}


def test_another_rule_forgets_what_the_one_before_knew() -> None:
    one = occasion(**CHRISTMAS, country="NL", customer_event="moving", blackout=True)
    one.rule, one.easter_offset = Rule.EASTER, 0
    one.clean()
    assert (one.month, one.day, one.country, one.customer_event, one.easter_offset) == (None, None, "", "", 0)
