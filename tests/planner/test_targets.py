"""What a journey asks of its cells, and how that changes what is a gap."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from personas.models import Journey, Persona, Phase
from planner.coverage import Question
from planner.matrix import Verdict, columns_of, rows_of
from planner.models import CoverageTarget, JourneyJudgement
from planner.report import Report, as_json, make_report
from tests import factories
from tests.factories import NOW, ZONE, days, make_item, make_journey, make_page, make_persona, make_section, tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TARGETS, COVERAGE = "/admin/planner/coverage/buy/targets/", "/admin/planner/coverage/"


@pytest.fixture
def journey() -> Journey:
    florist, gardener = make_persona("florist", name="Florist"), make_persona("gardener", name="Gardener")
    return make_journey("buy", name="I want to buy", personas=(florist, gardener), phases=("see", "do"))


@pytest.fixture
def florist(journey: Journey) -> Persona:
    return journey.personas.get(slug="florist")


@pytest.fixture
def see(journey: Journey) -> Phase:
    return journey.phases.get(slug="see")


def report(**options: Any) -> Report:
    return make_report(None, Question(at=NOW, now=NOW, zone=ZONE), **options)


def gaps(*codes: str) -> list[tuple[str, str, str | None, str]]:
    """Code, severity, persona and phase of the gaps with these codes."""
    return [
        (gap.code, gap.severity.value, gap.persona and gap.persona.slug, gap.phase.slug)
        for gap in report().gaps
        if gap.code in codes
    ]


def want(phase: Phase, persona: Persona | None = None, **values: Any) -> None:
    CoverageTarget.objects.create(phase=phase, persona=persona, **values)


def judge(journey: Journey, **values: Any) -> None:
    JourneyJudgement.objects.create(journey=journey, **values)


# What a target does


def test_the_target_of_a_cell_replaces_that_of_its_phase_and_this_that_of_the_site(
    see: Phase, florist: Persona
) -> None:
    for persona in Persona.objects.all():
        make_item(personas=persona, phases=see)
    want(see, target=1)
    assert gaps("THIN") == []
    want(see, florist, target=3)
    assert gaps("THIN") == [("THIN", "medium", "florist", "see")]
    assert report().score(florist, see) == pytest.approx(1 / 3)


def test_where_nothing_is_wanted_nothing_is_missing(see: Phase, florist: Persona) -> None:
    make_item(personas=Persona.objects.get(slug="gardener"), phases=see)
    assert ("EMPTY", "critical", "florist", "see") in gaps("EMPTY")
    want(see, florist, applicability="n/a")
    assert gaps("EMPTY") == []
    (cell,) = [one for one in as_json(report())["cells"] if (one["persona"], one["phase"]) == ("florist", "see")]
    assert (cell["gap"], cell["score"], cell["applicability"]) == (None, None, "n/a")


def test_a_phase_that_does_not_apply_is_never_empty(see: Phase) -> None:
    assert ("EMPTY_PHASE", "critical", None, "see") in gaps("EMPTY_PHASE")
    want(see, applicability="n/a")
    assert gaps("EMPTY_PHASE", "EMPTY", "NO_UPCOMING") == [("EMPTY_PHASE", "critical", None, "do")]


def test_a_phase_applies_to_nobody_when_none_of_its_cells_does(journey: Journey, see: Phase) -> None:
    for persona in journey.personas.all():
        want(see, persona, applicability="n/a")
    assert [place[3] for place in gaps("EMPTY_PHASE")] == ["do"]


def test_optional_is_never_above_low(see: Phase, florist: Persona) -> None:
    make_item(personas=Persona.objects.get(slug="gardener"), phases=see)
    want(see, florist, applicability="optional")
    assert gaps("EMPTY") == [("EMPTY", "low", "florist", "see")]


def test_a_cell_may_be_wanted_in_a_phase_that_is_optional(see: Phase, florist: Persona) -> None:
    make_item(personas=Persona.objects.get(slug="gardener"), phases=see)
    want(see, applicability="optional")
    want(see, florist, applicability="required")
    assert gaps("EMPTY") == [("EMPTY", "critical", "florist", "see")]


def test_content_where_none_is_wanted_is_misplaced(see: Phase, florist: Persona) -> None:
    make_item(personas=florist, phases=see)
    assert gaps("MISPLACED") == []
    want(see, florist, applicability="n/a")
    judge(see.journey, rules={"MISPLACED": True})
    assert gaps("MISPLACED") == [("MISPLACED", "info", "florist", "see")]


def test_more_than_the_maximum_is_an_excess(see: Phase, florist: Persona) -> None:
    for _number in range(3):
        make_item(personas=florist, phases=see)
    judge(see.journey, rules={"EXCESS": True})
    assert gaps("EXCESS") == []
    want(see, florist, maximum=2)
    assert gaps("EXCESS") == [("EXCESS", "info", "florist", "see")]


def verdict() -> Verdict:
    found = report()
    (scope,) = found.scopes
    return Verdict.of(columns_of(found, rows_of(found, scope), scope))


def test_what_is_not_wanted_is_in_no_mean_and_no_verdict(journey: Journey, see: Phase, florist: Persona) -> None:
    for _number in range(2):
        make_item(personas=florist, phases=see)
    assert (verdict().word, verdict().mean, verdict().cells) == ("Journey broken", 0.25, 4)
    want(journey.phases.get(slug="do"), applicability="n/a")
    want(see, Persona.objects.get(slug="gardener"), applicability="n/a")
    assert (verdict().word, verdict().mean, verdict().cells) == ("Journey covered", 1.0, 1)


def test_only_required_cells_break_a_journey_that_has_them(journey: Journey, see: Phase, florist: Persona) -> None:
    for _number in range(2):
        make_item(personas=florist, phases=see)
    want(see, florist, applicability="required")
    assert (verdict().word, verdict().weakest.score) == ("Journey weak", 0)


def test_an_optional_cell_weakens_no_journey(journey: Journey, see: Phase, florist: Persona) -> None:
    for _number in range(2):
        make_item(personas=florist, phases=see)
    for phase in journey.phases.all():
        want(phase, applicability="optional")
    want(see, florist, applicability="expected")
    assert verdict().word == "Journey covered"


def test_the_mean_weighs_personas_and_phases(journey: Journey, see: Phase, florist: Persona) -> None:
    for _number in range(2):
        make_item(personas=florist, phases=see)
    Persona.objects.filter(slug="florist").update(weight=3)
    assert verdict().mean == pytest.approx(3 / 8)


# How a journey is judged


def test_a_journey_looks_as_far_ahead_as_it_says(see: Phase, florist: Persona) -> None:
    make_item(personas=florist, phases=see, starts_at=NOW + days(70))
    assert report().tally(florist, see).confirmed == 0
    judge(see.journey, horizon_days=80)
    assert report().tally(florist, see).confirmed == 1
    assert report(asked=["horizon_days"]).tally(florist, see).confirmed == 0


def test_each_journey_of_a_report_has_its_own_question(journey: Journey, see: Phase, florist: Persona) -> None:
    other = make_journey("stay", personas=(florist,), phases=("care",))
    make_item(personas=florist, phases=[see, other.phases.get()], starts_at=NOW - days(100))
    judge(other, stale_days=30)
    found = report()
    assert [found.tally(florist, phase).fresh for phase in (see, other.phases.get())] == [1, 0]
    assert found.coverage.total.fresh >= 1


def test_content_may_never_grow_old(see: Phase, florist: Persona) -> None:
    make_item(personas=florist, phases=see, starts_at=NOW - days(3000))
    assert report().tally(florist, see).fresh == 0
    judge(see.journey, never_stale=True)
    assert report().tally(florist, see).fresh == 1


def test_a_rule_can_be_switched_off(see: Phase, florist: Persona) -> None:
    make_item(personas=list(Persona.objects.all()), phases=see)
    assert {gap[0] for gap in gaps("THIN", "NO_UPCOMING")} == {"THIN", "NO_UPCOMING"}
    judge(see.journey, rules={"THIN": False, "NO_UPCOMING": False})
    assert gaps("THIN", "NO_UPCOMING") == []


def test_without_the_rule_of_empty_phases_the_cells_say_it(journey: Journey) -> None:
    judge(journey, rules={"EMPTY_PHASE": False})
    assert len(gaps("EMPTY")) == 4
    assert gaps("EMPTY_PHASE") == []


# The form


def fields(client: Client) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    form = client.get(TARGETS).context["form"]
    values = {field.html_name: field.value() for field in form}
    sent = {name: value for name, value in values.items() if value not in (None, False)}
    return {name: "on" if value is True else value for name, value in sent.items()} | {
        "seen": client.get(TARGETS).context["seen"]
    }


def test_the_form_saves_what_is_asked(marieke: Client, see: Phase, florist: Persona) -> None:
    sent = fields(marieke) | {
        f"applicability-{see.pk}-{florist.pk}": "required",
        f"target-{see.pk}-{florist.pk}": "4",
        f"applicability-{see.pk}": "optional",
        "horizon_days": "90",
    }
    del sent["rule-THIN"]
    assert marieke.post(TARGETS, sent).url == f"{COVERAGE}?journey=buy"
    row = CoverageTarget.objects.get(persona=florist)
    assert (row.applicability, row.target, row.maximum) == ("required", 4, None)
    assert CoverageTarget.objects.get(persona=None).applicability == "optional"
    judgement = JourneyJudgement.objects.get()
    assert (judgement.horizon_days, judgement.rules) == (90, {"THIN": False})
    assert ModelLogEntry.objects.get(action="planner.targets").message == (
        "Targets and rules changed: See, Florist × See, days to look ahead, rules."
    )


def test_what_is_emptied_is_no_longer_asked(marieke: Client, see: Phase, florist: Persona) -> None:
    want(see, florist, target=4)
    marieke.post(TARGETS, fields(marieke) | {f"target-{see.pk}-{florist.pk}": ""})
    assert not CoverageTarget.objects.exists()


def test_saving_without_a_change_writes_nothing(marieke: Client, journey: Journey) -> None:
    html = marieke.post(TARGETS, fields(marieke), follow=True).content.decode()
    assert "Nothing changed in “I want to buy”." in html
    assert not JourneyJudgement.objects.exists()
    assert not ModelLogEntry.objects.filter(action="planner.targets").exists()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("target-{see}-{florist}", "0", "greater than or equal to 1"),
        ("target-{see}-{florist}", "many", "Enter a whole number."),
        ("maximum-{see}-{florist}", "1", "The maximum of Florist × See, 1, is below its target, 2."),
        ("applicability-{see}", "sometimes", "not one of the available choices"),
        ("horizon_days", "99999999999999999999", "less than or equal to 3650"),
    ],
)
def test_bad_input_is_told_and_nothing_is_saved(
    marieke: Client, see: Phase, florist: Persona, name: str, value: str, told: str
) -> None:
    sent = fields(marieke) | {name.format(see=see.pk, florist=florist.pk): value, "upcoming": "3"}
    html = marieke.post(TARGETS, sent).content.decode()
    assert told in html
    assert 'value="3"' in html
    assert not CoverageTarget.objects.exists()
    assert not JourneyJudgement.objects.exists()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(marieke: Client, see: Phase, florist: Persona) -> None:
    sent = fields(marieke) | {f"target-{see.pk}-{florist.pk}": "4"}
    want(see, target=9)
    response = marieke.post(TARGETS, sent)
    assert "Somebody else changed these targets meanwhile" in response.content.decode()
    assert not CoverageTarget.objects.filter(persona=florist).exists()
    marieke.post(TARGETS, sent | {"seen": response.context["seen"]})
    assert CoverageTarget.objects.get(persona=florist).target == 4


def test_the_owner_and_whoever_has_the_permission_may_set_targets(client: Client, journey: Journey) -> None:
    section = make_section("A")
    erik, bea = factories.erik(section), factories.bea(section)
    for user in (erik, bea):
        client.force_login(user)
        assert client.get(TARGETS).status_code == 302
        assert "Targets and rules" not in client.get(COVERAGE).content.decode()
    Journey.objects.update(owner=erik)
    client.force_login(erik)
    assert client.get(TARGETS).status_code == 200
    bea.user_permissions.add(Permission.objects.get(codename="change_coveragetarget"))
    client.force_login(bea)
    assert "Targets and rules" in client.get(COVERAGE).content.decode()
    assert client.get(TARGETS).status_code == 200


@pytest.mark.parametrize("journey_slug", ["nope", "old"])
def test_the_targets_of_no_active_journey_are_not_found(marieke: Client, journey: Journey, journey_slug: str) -> None:
    make_journey("old", active=False)
    assert marieke.get(f"/admin/planner/coverage/{journey_slug}/targets/").status_code == 404


def test_the_matrix_says_where_nothing_is_wanted(marieke: Client, see: Phase, florist: Persona) -> None:
    want(see, florist, applicability="n/a")
    html = marieke.get(COVERAGE).content.decode()
    assert html.count("Not applicable") == 1


def test_an_editor_sees_no_number_of_others_through_a_target(client: Client, see: Phase, florist: Persona) -> None:
    tag(make_page(parent=make_section("B")), personas=florist, phases=see)
    want(see, florist, applicability="n/a")
    judge(see.journey, rules={"MISPLACED": True})
    client.force_login(factories.erik(make_section("A")))
    assert "MISPLACED" not in {gap.code for gap in client.get(COVERAGE).context["gaps"]}


def test_targets_cost_no_query_each(journey: Journey, django_assert_num_queries: Any) -> None:
    with CaptureQueriesContext(connection) as few:
        report()
    for phase in journey.phases.all():
        want(phase, target=3)
        for persona in journey.personas.all():
            want(phase, persona, target=4)
    judge(journey, horizon_days=80)
    with django_assert_num_queries(len(few)):
        report()
