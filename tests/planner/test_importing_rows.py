from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.importing import Record, Refused, Row, parse_row
from planner.importing.rows import LIMITS, Moment
from planner.importing.tables import COLUMNS

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def record(surplus: int = 0, **values: str) -> Record:
    return Record(7, dict.fromkeys(COLUMNS, "") | {"id": "a", "title": "A"} | values, surplus)


def row(**values: str) -> Row:
    return parse_row(record(**values), AMSTERDAM)


def refusal(**values: str) -> str:
    with pytest.raises(Refused) as refused:
        row(**values)
    return str(refused.value)


def test_a_row_needs_no_more_than_an_id_and_a_title() -> None:
    assert row(id="news/1", title="  Hello \n world ") == Row(line=7, id="news/1", title="Hello world")


@pytest.mark.parametrize(("values", "reason"), [
    ({"id": ""}, "id is empty"),
    ({"title": ""}, "title is empty"),
    ({"title": "x" * 256}, "title is 256 characters long, at most 255 are possible"),
    ({"id": "x" * 256}, "id is 256 characters long, at most 255 are possible"),
    ({"kind": "x" * 51}, "kind is 51 characters long, at most 50 are possible"),
    ({"draft": "yes"}, "draft is “yes”, it may be 0 or 1"),
    ({"publish_at": "tomorrow"}, "publish_at is “tomorrow”, write a time like 2026-03-02T09:00:00+01:00"),
    ({"expires_at": "2026-13-01"}, "expires_at is “2026-13-01”, write a time like 2026-03-02T09:00:00+01:00"),
    ({"publish_at": "2026-03-29T02:30"},
     "publish_at is 2026-03-29 02:30, a time that the clock skips in Europe/Amsterdam"),
    ({"url": "javascript:alert(1)"}, "url is “javascript:alert(1)”, which is no web address with http:// or https://"),
    ({"themes": "x" * 101}, f"the theme “{'x' * 40}…” is longer than 100 characters"),
    ({"channel": "!?"}, "the channel “!?” has no letter or digit to name it by"),
    ({"team": "a\0b"}, "team holds a character that is no text"),
])  # fmt: skip
def test_it_refuses_what_cannot_be_kept_and_says_why(values: dict[str, str], reason: str) -> None:
    assert refusal(**values) == reason


def test_it_refuses_a_row_with_more_values_than_columns() -> None:
    with pytest.raises(Refused, match="more values than the first line has columns"):
        parse_row(record(surplus=1), AMSTERDAM)


def test_a_time_without_a_zone_is_in_the_zone_of_the_site() -> None:
    assert row(publish_at="2026-07-01T09:00").publish_at == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_a_time_with_a_zone_keeps_its_moment() -> None:
    assert row(publish_at="2026-07-01T09:00:00-05:00").publish_at == datetime(2026, 7, 1, 14, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert row(publish_at="2026-10-25T02:30").publish_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_without_a_time_is_known_as_such() -> None:
    parsed = row(publish_at="2026-07-01")
    assert (parsed.publish_at, parsed.publish_has_time) == (datetime(2026, 6, 30, 22, tzinfo=UTC), False)


@pytest.mark.parametrize(("written", "taken"), [
    ("9999-12-31T23:59:59-05:00", datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("0001-01-01", datetime(1970, 1, 1, tzinfo=UTC)),
])  # fmt: skip
def test_a_year_no_calendar_knows_becomes_the_nearest_one_with_a_warning(written: str, taken: datetime) -> None:
    parsed = row(ends_at=written)
    assert parsed.ends_at == taken
    assert parsed.warnings == (f"ends_at is {written}, taken as {taken.date()}",)


def test_a_row_that_expires_before_it_is_published_goes_in_with_a_warning() -> None:
    parsed = row(publish_at="2026-02-02T00:00Z", expires_at="2026-02-01T00:00Z")
    assert parsed.warnings == ("it expires before it is published, so it is never live",)
    assert parsed.moment(AT) == Moment.EXPIRED


def test_an_end_before_the_publication_is_left_out_with_a_warning() -> None:
    parsed = row(publish_at="2026-02-02T00:00Z", ends_at="2026-02-01T00:00Z")
    assert (parsed.ends_at, parsed.warnings) == (None, ("it ends before it is published; its end is left out",))


@pytest.mark.parametrize(("values", "moment"), [
    ({"publish_at": "2026-03-02T08:00Z"}, Moment.LIVE),
    ({"publish_at": "2026-03-02T08:01Z"}, Moment.SCHEDULED),
    ({"publish_at": "2026-03-01T08:00Z", "expires_at": "2026-03-02T08:00Z"}, Moment.EXPIRED),
    ({"publish_at": "2026-03-01T08:00Z", "expires_at": "2026-03-02T08:01Z"}, Moment.LIVE),
    ({"publish_at": "2026-03-01T08:00Z", "draft": "1"}, Moment.DRAFT),
    ({"publish_at": "2026-04-02T08:00Z", "expires_at": "2026-04-01T08:00Z"}, Moment.DRAFT),
    ({}, Moment.DRAFT),
])  # fmt: skip
def test_its_dates_say_what_it_is_at_a_moment(values: dict[str, str], moment: Moment) -> None:
    assert row(**values).moment(AT) == moment


def test_themes_that_differ_only_by_case_are_one() -> None:
    assert row(themes="Design design social_media").themes == ("Design", "social_media")


def test_the_digest_is_about_the_content_and_not_about_the_line() -> None:
    values = record(publish_at="2026-03-01T08:00Z", themes="a b")
    same = Record(8, values.values | {"themes": "b  a", "publish_at": "2026-03-01T09:00+01:00"})
    assert parse_row(values, AMSTERDAM).digest() == parse_row(same, AMSTERDAM).digest()


@pytest.mark.parametrize("column", [column for column in COLUMNS if column != "id"])
def test_the_digest_changes_with_every_column(column: str) -> None:
    changed = {"draft": "1", "url": "https://example.com/"}.get(column) or (
        "2026-05-01" if "_at" in column else "other"
    )
    assert row(**{column: changed}).digest() != row().digest()


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, st.text())), st.integers(min_value=0, max_value=2))
def test_any_text_is_a_row_or_a_refusal(values: dict[str, str], surplus: int) -> None:
    try:
        parsed = parse_row(Record(2, values, surplus), AMSTERDAM)
    except Refused as refused:
        assert str(refused)
    else:
        assert all(len(getattr(parsed, name)) <= limit for name, limit in LIMITS.items())
        assert len(parsed.digest()) == 64


@given(st.datetimes(), st.sampled_from(["", "Z", "+05:45", "-23:59"]))
def test_any_date_is_a_moment_between_1970_and_2101_or_a_refusal(moment: datetime, offset: str) -> None:
    try:
        parsed = row(publish_at=moment.isoformat() + offset)
    except Refused as refused:
        assert "clock skips" in str(refused)
    else:
        assert datetime(1969, 12, 30, tzinfo=UTC) < parsed.publish_at < datetime(2101, 1, 2, tzinfo=UTC)
