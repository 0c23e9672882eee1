from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from planner.models import ContentItem, CoverageTarget, JourneyJudgement
from tests import factories
from tests.factories import (
    NOW,
    days,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    schedule_page,
    tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

COVERAGE = "/admin/planner/coverage/"


@pytest.fixture
def journey() -> Any:
    florist = make_persona("florist", name="Florist", weight=2)
    return make_journey("buy", name="I want to buy", personas=(florist,), phases=("see", "do"))


@pytest.fixture
def cell(journey: Any) -> dict[str, Any]:
    """The tags of the cell Florist x See."""
    return {"personas": journey.personas.get(), "phases": journey.phases.get(slug="see")}


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_without_a_journey_it_says_what_to_do_first(marieke: Client) -> None:
    assert "There is no journey yet" in text_of(marieke, COVERAGE)


def test_an_empty_cell_says_so_in_words(marieke: Client, journey: Any) -> None:
    html = text_of(marieke, COVERAGE)
    assert "Empty" in html
    assert "<b>0</b> live, <b>0</b> fresh, <b>0</b> coming" in html


def test_the_cell_of_two_fresh_items_is_on_target(marieke: Client, cell: dict[str, Any]) -> None:
    make_item(**cell)
    make_item(**cell)
    html = text_of(marieke, COVERAGE)
    assert "On target" in html
    assert "<b>2</b> live, <b>2</b> fresh, <b>0</b> coming" in html


def test_content_for_everyone_is_told_apart(marieke: Client, cell: dict[str, Any]) -> None:
    make_item(phases=cell["phases"], for_everyone=True)
    assert "1 of them for everyone" in text_of(marieke, COVERAGE)


def test_the_verdict_names_the_weakest_cell_before_the_mean(marieke: Client, cell: dict[str, Any]) -> None:
    make_item(**cell)
    html = text_of(marieke, COVERAGE)
    assert "Journey broken" in html
    assert html.index("Florist × Do") < html.index("Mean 0.25")


def test_the_verdict_names_the_weakest_phase_before_the_mean(marieke: Client, cell: dict[str, Any]) -> None:
    make_item(**cell)  # one of two wanted in See, nothing in Do
    verdict = marieke.get(COVERAGE).context["verdict"]
    assert (verdict.weakest_phase.phase.slug, verdict.weakest_phase.mean) == ("do", 0)
    html = text_of(marieke, COVERAGE)
    assert html.index("Weakest phase <strong>Do</strong> 0.00") < html.index("Mean 0.25")


def test_a_phase_is_never_told_by_its_mean_alone(marieke: Client, journey: Any) -> None:
    light = make_persona("light", name="Light", weight=2)
    journey.personas.add(light)
    make_item(personas=light, phases=journey.phases.get(slug="see"))
    make_item(personas=light, phases=journey.phases.get(slug="see"))
    assert "Weakest <b>0.00</b>, mean 0.50" in text_of(marieke, COVERAGE)


def test_another_day_shows_the_plan_of_that_day(marieke: Client, cell: dict[str, Any]) -> None:
    page = make_page(live=False)
    tag(page, **cell)
    schedule_page(page, NOW + days(7))
    assert "<b>1</b> live" not in text_of(marieke, COVERAGE)
    html = text_of(marieke, f"{COVERAGE}?as_of=2026-03-10")
    assert "<b>1</b> live" in html
    assert "As of the end of 10 March 2026, as planned today." in html


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "0000-01-01", "9999-12-31", "9" * 4000])
def test_a_day_that_does_not_exist_is_named_and_today_shown(marieke: Client, journey: Any, day: str) -> None:
    assert f"“{day[:20]}” is no date" in text_of(marieke, f"{COVERAGE}?as_of={day}")


def test_the_channel_filter_counts_only_that_channel(marieke: Client, cell: dict[str, Any]) -> None:
    make_item(**cell, channels=make_channel("mail"))
    make_channel("web")
    assert "<b>1</b> live" in text_of(marieke, f"{COVERAGE}?channel=mail")
    assert "<b>1</b> live" not in text_of(marieke, f"{COVERAGE}?channel=web")


def test_phases_and_channels_tell_the_same_whole(marieke: Client, cell: dict[str, Any], journey: Any) -> None:
    mail, web = make_channel("mail"), make_channel("web")
    both = {**cell, "phases": list(journey.phases.all())}
    make_item(**both, channels=[mail, web])
    make_item(**cell)
    screens = [marieke.get(f"{COVERAGE}?by={by}") for by in ("persona-phase", "persona-channel", "phase-channel")]
    assert [screen.context["whole"].live for screen in screens] == [2, 2, 2]
    rows = screens[1].context["channel_rows"]
    assert [(row.channel and row.channel.slug, row.tally.live) for row in rows] == [("mail", 1), ("web", 1), (None, 1)]
    assert "No channel" in screens[2].content.decode()


def test_a_missing_channel_is_told_in_its_row(marieke: Client, cell: dict[str, Any], journey: Any) -> None:
    mail = make_channel("mail")
    CoverageTarget.objects.create(phase=cell["phases"], channel=mail, applicability="required")
    assert "Missing for" not in text_of(marieke, f"{COVERAGE}?by=phase-channel")
    JourneyJudgement.objects.create(journey=journey, rules={"MISSING_CHANNEL": True})
    assert "Missing for 1 persona" in text_of(marieke, f"{COVERAGE}?by=phase-channel")
    assert "Missing in 1 phase" in text_of(marieke, f"{COVERAGE}?by=persona-channel")


def test_the_horizon_of_the_address_decides_what_is_coming(marieke: Client, cell: dict[str, Any]) -> None:
    make_item(starts_at=NOW + days(70), **cell)
    assert "<b>1</b> coming" not in text_of(marieke, COVERAGE)
    assert "<b>1</b> coming" in text_of(marieke, f"{COVERAGE}?horizon=90")
    assert "<b>1</b> coming" in text_of(marieke, f"{COVERAGE}buy/florist/see/?horizon=90")


@pytest.mark.parametrize("address", [COVERAGE, f"{COVERAGE}buy/florist/see/"])
def test_the_usual_horizon_stands_where_another_can_be_asked_for(
    marieke: Client, cell: dict[str, Any], address: str
) -> None:
    assert 'name="horizon" value="" placeholder="56"' in text_of(marieke, address)


@pytest.mark.parametrize("days_ahead", ["-1", "731", "soon", "9" * 4000, "²"])
def test_a_horizon_that_is_none_is_named_and_the_usual_one_taken(
    marieke: Client, journey: Any, days_ahead: str
) -> None:
    assert f"“{days_ahead[:20]}” is no number of days" in text_of(marieke, f"{COVERAGE}?horizon={days_ahead}")


def test_a_kind_of_persona_is_judged_alone(marieke: Client, journey: Any) -> None:
    journey.personas.add(make_persona("dreamer", name="Dreamer", kind="desired"))
    context = marieke.get(f"{COVERAGE}?audience=desired").context
    assert [row.persona.slug for row in context["rows"]] == ["dreamer"]
    assert {gap.persona.slug for gap in context["gaps"] if gap.persona} <= {"dreamer"}
    assert "No active persona of this journey is of that kind." in text_of(marieke, f"{COVERAGE}?audience=nope")


def test_nothing_is_accepted_of_a_part_of_the_content(marieke: Client, cell: dict[str, Any]) -> None:
    make_channel("mail")
    assert "Accept until…" in text_of(marieke, COVERAGE)
    for query in ("channel=mail", "audience=current", "horizon=90", "as_of=2026-03-10"):
        assert "Accept until…" not in text_of(marieke, f"{COVERAGE}?{query}")


@pytest.mark.parametrize("path", ["", "?by=persona-channel", "?by=phase-channel", "buy/florist/see/", "../gaps/"])
def test_nothing_of_another_section_shows_in_numbers_or_filters(
    client: Client, cell: dict[str, Any], path: str
) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    tag(make_page("Of A", parent=section_a), **cell)
    secret = tag(make_page("Of B", parent=section_b), **cell, team="Secret team", channels=make_channel("mail"))
    secret.themes.add("Secret theme")
    client.force_login(factories.erik(section_a))
    before = client.get(f"{COVERAGE}{path}").content.decode()
    assert "Secret" not in before
    assert "Of B" not in before
    secret.page.delete()
    assert _lasting(client.get(f"{COVERAGE}{path}").content.decode()) == _lasting(before)


def _lasting(html: str) -> str:
    """The screen without what differs between two answers: the token of its forms."""
    return re.sub(r"csrf\S+ value=\S+|csrfmiddlewaretoken\S*|\"CSRF_TOKEN\S+ \S+|[A-Za-z0-9]{64}", "", html)


@pytest.mark.parametrize("name", ["team", "theme", "locale", "campaign"])
def test_a_forged_filter_tells_nothing_of_another_section(client: Client, cell: dict[str, Any], name: str) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    secret = tag(make_page("Of B", parent=section_b), **cell, team="secret")
    secret.themes.add("secret")
    client.force_login(factories.erik(section_a))
    there, nowhere = (client.get(f"{COVERAGE}?{name}={value}") for value in ("secret", "nope"))
    assert [response.context["whole"].live for response in (there, nowhere)] == [0, 0]
    assert _lasting(there.content.decode()).replace("secret", "nope") == _lasting(nowhere.content.decode())


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_download_of_gaps_holds_what_its_reader_sees(client: Client, cell: dict[str, Any], format: str) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    tag(make_page("Of B", parent=section_b, live=False), **cell, target_at=NOW - days(3), team="Secret team")
    client.force_login(factories.erik(section_a))
    answer = client.get(f"/admin/planner/gaps/?export={format}&team=Secret+team")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    assert b"OVERDUE" not in content
    assert b"Secret" not in content


def test_an_unknown_journey_is_not_found(marieke: Client, journey: Any) -> None:
    assert marieke.get(f"{COVERAGE}?journey=nope").status_code == 404


def test_the_gap_list_is_ranked(marieke: Client, journey: Any) -> None:
    light = make_persona("light", name="Light", weight=1)
    journey.personas.add(light)
    make_item(personas=light, phases=list(journey.phases.all()))
    gaps = marieke.get(COVERAGE).context["gaps"]
    assert [gap.priority for gap in gaps] == sorted((gap.priority for gap in gaps), reverse=True)


def test_a_cell_lists_its_items_by_how_they_stand(marieke: Client, cell: dict[str, Any]) -> None:
    make_item("Out there", **cell)
    make_item("Approved", starts_at=NOW + days(3), **cell)
    make_item("Just an idea", state="idea", target_at=NOW + days(5), **cell)
    make_item("Over", starts_at=NOW - days(50), expires_at=NOW - days(5), **cell)
    groups = marieke.get(f"{COVERAGE}buy/florist/see/").context["groups"]
    assert [(str(group.label), [listed.record.title for listed in group.items]) for group in groups] == [
        ("Live now", ["Out there"]),
        ("Coming, approved", ["Approved"]),
        ("Aiming here, not approved", ["Just an idea"]),
        ("Ended", ["Over"]),
    ]


@pytest.mark.parametrize("path", ["buy/florist/nope/", "buy/nope/see/", "nope/florist/see/"])
def test_a_cell_that_does_not_exist_is_not_found(marieke: Client, journey: Any, path: str) -> None:
    assert marieke.get(f"{COVERAGE}{path}").status_code == 404


def test_an_editor_gets_the_numbers_of_their_section_only(client: Client, cell: dict[str, Any]) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    tag(make_page("Of A", parent=section_a), **cell)
    tag(make_page("Of B", parent=section_b), **cell)
    client.force_login(factories.erik(section_a))
    assert "<b>1</b> live" in text_of(client, COVERAGE)
    html = text_of(client, f"{COVERAGE}buy/florist/see/")
    assert "Of A" in html
    assert "Of B" not in html


def test_somebody_without_page_rights_is_refused(client: Client, journey: Any) -> None:
    client.force_login(factories.nina())
    assert client.get(COVERAGE).status_code == 302
    assert client.get(f"{COVERAGE}buy/florist/see/").status_code == 302


def test_hostile_names_are_escaped(marieke: Client) -> None:
    persona = make_persona("p", name='"><img src=x onerror=alert(1)>')
    make_journey("j", name="<script>1</script>", personas=(persona,), phases=("see",))
    html = text_of(marieke, COVERAGE)
    assert "<img src=x" not in html
    assert "<script>1<" not in html


@pytest.mark.parametrize("by", ["persona-phase", "persona-channel", "phase-channel"])
@pytest.mark.parametrize("number", [10, 500])
def test_the_number_of_queries_does_not_grow(
    marieke: Client, cell: dict[str, Any], number: int, by: str, django_assert_max_num_queries: Any
) -> None:
    items = ContentItem.objects.bulk_create(
        ContentItem(title=f"Item {index}", state="confirmed", starts_at=NOW - days(1)) for index in range(number)
    )
    for dimension, member in cell.items():
        through = ContentItem._meta.get_field(dimension).remote_field.through
        key = f"{member._meta.model_name}_id"
        through.objects.bulk_create(through(contentitem_id=item.pk, **{key: member.pk}) for item in items)
    marieke.get("/admin/reports/aging-pages/")
    marieke.get(f"{COVERAGE}?by={by}")  # what filters offer is kept until something is written
    with django_assert_max_num_queries(29):  # 20 more than that report
        marieke.get(f"{COVERAGE}?by={by}")
