"""Coverage of the real content at several moments of its life, against a count of the file alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from personas.models import Channel, Journey, Persona
from planner.coverage import Question
from planner.filters import Filters
from planner.models import ContentItem
from planner.pivots import Axes, Pivot
from planner.report import Report, as_json, make_report
from tests.factories import make_channel, make_journey, make_persona
from tests.planner.real_content import RULES, Line, lines, needs_real_content

pytestmark = [pytest.mark.django_db, needs_real_content]

UTC = ZoneInfo("UTC")
MOMENTS = ("2018-06-01T00:00Z", "2022-04-15T00:00Z", "2024-12-15T00:00Z", "2025-04-09T00:00Z")


@pytest.fixture
def content() -> list[Line]:
    """The lines of the file, and behind them one row each, tagged by the rules."""
    rules = json.loads(RULES.read_text(encoding="utf-8"))
    people = {slug: make_persona(slug) for slug in rules["persona"]}
    journey = make_journey("real", personas=tuple(people.values()), phases=tuple(rules["phase"]))
    ContentItem.objects.on_pages().delete()
    found = lines()
    rows = ContentItem.objects.bulk_create(
        ContentItem(
            title=line.id,
            state="draft" if line.draft else "confirmed",
            starts_at=line.starts,
            expires_at=line.ends,
        )
        for line in found
    )
    _tag(rows, found, "personas", people)
    _tag(rows, found, "phases", {phase.slug: phase for phase in journey.phases.all()})
    return found


def _tag(rows: list[ContentItem], found: list[Line], name: str, members: dict[str, Any]) -> None:
    field = ContentItem._meta.get_field(name)
    through, member = field.remote_field.through, field.m2m_reverse_field_name()
    through.objects.bulk_create(
        through(contentitem_id=row.pk, **{f"{member}_id": members[slug].pk})
        for row, line in zip(rows, found, strict=True)
        for slug in getattr(line, name)
    )


def made(text: str) -> Report:
    at = datetime.fromisoformat(text)
    return make_report(None, Question(at=at, now=datetime(2026, 3, 2, tzinfo=UTC), zone=UTC), ahead=True)


def report(text: str) -> dict[str, Any]:
    return as_json(made(text))


@pytest.mark.parametrize("text", MOMENTS)
def test_every_cell_equals_a_count_of_the_file(content: list[Line], text: str) -> None:
    at = datetime.fromisoformat(text)
    horizon = at + timedelta(days=56)  # UTC has no clock change
    counts: dict[str, Callable[[Line], bool]] = {
        "live": lambda line: line.live(at),
        "fresh": lambda line: line.live(at) and line.starts > at - timedelta(days=365),
        "confirmed": lambda line: line.confirmed(at, horizon),
        "at_horizon": lambda line: line.live(horizon) and (line.live(at) or line.confirmed(at, horizon)),
    }
    found = report(text)
    for cell in found["cells"]:
        here = [line for line in content if cell["persona"] in line.personas and cell["phase"] in line.phases]
        assert {name: cell[name] for name in counts} == {name: sum(map(holds, here)) for name, holds in counts.items()}
    for name in ("live", "fresh", "confirmed"):
        assert found["totals"][name] == sum(map(counts[name], content))
    assert found["totals"]["expired"] == sum(line.expired(at) for line in content)


def _in_some_way(line: Line, name: str) -> bool:
    """What the tests put on every second, third and fifth line: the file has no channels and no teams."""
    return crc32(line.id.encode()) % {"mail": 2, "web": 3, "desk": 5}[name] == 0


@pytest.mark.parametrize("text", MOMENTS)
@pytest.mark.parametrize("query", ["", "channel=mail", "team=desk", "audience=desired"])
def test_along_channels_every_count_equals_a_count_of_the_file(content: list[Line], text: str, query: str) -> None:
    at = datetime.fromisoformat(text)
    rows = dict(zip(ContentItem.objects.order_by("pk"), content, strict=True))
    desired = _mark(rows)
    filters = Filters(QueryDict(query), names=Filters.OF_COVERAGE)
    left = {
        "": content,
        "channel=mail": [line for line in content if _in_some_way(line, "mail")],
        "team=desk": [line for line in content if _in_some_way(line, "desk")],
        "audience=desired": [line for line in content if desired in line.personas],
    }[query]
    question = Question(at=at, now=datetime(2026, 3, 2, tzinfo=UTC), zone=UTC)
    inside = [line for line in left if line.phases and line.live(at)]
    for axes in Axes:
        found = make_report(None, question, journeys=["real"], filters=filters, axes=axes)
        assert Pivot(axes, found.coverage).whole.live == len(inside)
    pivot = Pivot(Axes.PHASE_CHANNEL, found.coverage)
    for phase in Journey.objects.get().phases.all():
        for channel in Channel.objects.all():
            here = [line for line in inside if phase.slug in line.phases and _in_some_way(line, channel.slug)]
            assert pivot.cell(phase, channel).live == len(here)


def _mark(rows: dict[ContentItem, Line]) -> str:
    """Channels, teams and a desired persona; the slug of the last."""
    for slug in ("mail", "web"):
        channel = make_channel(slug)
        channel.planner_items.set([row for row, line in rows.items() if _in_some_way(line, slug)])
    desk = [row.pk for row, line in rows.items() if _in_some_way(line, "desk")]
    ContentItem.objects.filter(pk__in=desk).update(team="desk")
    persona = Persona.objects.first()
    Persona.objects.filter(pk=persona.pk).update(kind="desired")
    return persona.slug


def test_the_spring_of_2022_counts_what_was_counted_by_hand(content: list[Line]) -> None:
    totals = report("2022-04-15T00:00Z")["totals"]
    assert (totals["live"], totals["confirmed"], totals["expired"]) == (2078, 17, 19)


def test_the_end_of_2024_drops_on_new_years_day_in_every_cell(content: list[Line]) -> None:
    found = report("2024-12-15T00:00Z")
    drops = [gap for gap in found["gaps"] if gap["code"] == "DROP"]
    assert Journey.objects.get().personas.count() * Journey.objects.get().phases.count() == len(drops) == 16
    assert {gap["date"] for gap in drops} == {"2025-01-01"}
    assert {cell["gap"] for cell in found["cells"]} == {"DROP"}


@pytest.mark.parametrize("text", [moment for moment in MOMENTS if moment != "2024-12-15T00:00Z"])
def test_no_other_moment_has_a_drop(content: list[Line], text: str) -> None:
    assert [gap for gap in report(text)["gaps"] if gap["code"] == "DROP"] == []


@pytest.mark.parametrize("text", MOMENTS)
def test_every_week_of_the_outlook_equals_a_count_of_the_file(content: list[Line], text: str) -> None:
    found, at = made(text), datetime.fromisoformat(text)
    for persona, phase in found.scopes[0].cells:
        here = [line for line in content if persona.slug in line.personas and phase.slug in line.phases]
        for number, week in enumerate(found.weeks(persona, phase), start=1):
            end = at + timedelta(weeks=number)
            live = [line for line in here if line.live(end)]
            assert week.day == end.date()
            assert week.live == len(live)
            assert week.fresh == sum(line.starts > end - timedelta(days=365) for line in live)
            assert week.confirmed == sum(line.confirmed(end, end + timedelta(days=56)) for line in here)


def test_the_outlook_from_the_end_of_2024_shows_the_drop_in_every_cell(content: list[Line]) -> None:
    found = made("2024-12-15T00:00Z")
    for persona, phase in found.scopes[0].cells:
        gap = found.cell_gaps(persona, phase)[0]
        weeks = {week.day.isoformat(): week for week in found.weeks(persona, phase)}
        before, after = weeks["2024-12-29"], weeks["2025-01-05"]
        ending = found.tally(persona, phase).ends[gap.date]
        assert before.live - after.live >= ending / 2 > 0
        assert 3 * (found.tally(persona, phase).live - after.live) >= found.tally(persona, phase).live
