"""Evidence, and what a persona is worth without it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from personas.evidence import Doubt, trust, trust_of
from personas.models import Evidence, Persona
from tests.factories import NOW, days, make_evidence, make_journey, make_persona
from tests.personas.conftest import Allow

TODAY = NOW.date()
COUNTED, SAID = Evidence.Kind.QUANTITATIVE, Evidence.Kind.QUALITATIVE
DAYS = st.integers(min_value=0, max_value=2000)


def doubt(**ago: int) -> Doubt | None:
    """With the newest evidence of each kind so many days ago."""
    kinds = {"counted": COUNTED, "said": SAID}
    newest = {kinds[name].value: TODAY - timedelta(days=number) for name, number in ago.items()}
    return trust(newest, day=TODAY, old_after=365).doubt


def test_without_evidence_all_is_assumption() -> None:
    assert doubt() == Doubt.NOTHING


@pytest.mark.parametrize(("ago", "expected"), [({"counted": 1}, Doubt.ONLY_COUNTED), ({"said": 1}, Doubt.ONLY_SAID)])
def test_one_kind_of_evidence_is_not_enough(ago: dict[str, int], expected: Doubt) -> None:
    assert doubt(**ago) == expected


def test_both_kinds_make_it_more_than_an_assumption() -> None:
    assert doubt(counted=365, said=800) is None


def test_the_day_after_the_interval_all_of_it_is_old() -> None:
    assert doubt(counted=366, said=800) == Doubt.OLD


@given(DAYS, DAYS)
def test_only_both_kinds_with_something_recent_are_trusted(counted: int, said: int) -> None:
    assert (doubt(counted=counted, said=said) is None) == (min(counted, said) <= 365)


@given(DAYS, DAYS, DAYS)
def test_more_evidence_never_makes_a_persona_less_certain(counted: int, said: int, more: int) -> None:
    before, after = doubt(counted=counted, said=said), doubt(counted=min(counted, more), said=said)
    assert before is not None or after is None


@pytest.mark.django_db
def test_adding_the_other_kind_flips_it() -> None:
    florist = make_persona("florist")
    make_evidence(florist, kind=COUNTED)
    assert trust_of([florist.pk], day=TODAY, old_after=365)[florist.pk].is_assumption
    make_evidence(florist, kind=SAID)
    assert not trust_of([florist.pk], day=TODAY, old_after=365)[florist.pk].is_assumption


@pytest.mark.django_db
def test_what_is_found_later_is_not_known_yet() -> None:
    florist = make_persona("florist")
    make_evidence(florist, kind=COUNTED, date=TODAY)
    make_evidence(florist, kind=SAID, date=TODAY + days(1))
    assert trust_of([florist.pk], day=TODAY, old_after=365)[florist.pk].doubt == Doubt.ONLY_COUNTED


@pytest.mark.django_db
def test_the_trust_of_many_takes_one_query(django_assert_num_queries: Any) -> None:
    personas = [make_persona() for _number in range(5)]
    for persona in personas:
        make_evidence(persona)
    with django_assert_num_queries(1):
        trust_of([persona.pk for persona in personas], day=TODAY, old_after=365)


FORM = {"kind": "qualitative", "finding": "Hates paper", "source": "Interviews", "sample": "9 interviews"}


@pytest.fixture
def florist(db: None) -> Persona:
    return make_persona("florist")


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
class TestScreens:
    @pytest.fixture
    def frozen(self, time_machine: Any) -> None:
        time_machine.move_to(NOW, tick=False)

    def test_the_list_calls_a_persona_without_evidence_an_assumption(self, admin: Client, florist: Persona) -> None:
        assert "Assumption" in admin.get("/admin/planner/personas/").text

    def test_the_list_says_what_rests_on_evidence(self, admin: Client, florist: Persona) -> None:
        make_evidence(florist, kind=COUNTED)
        make_evidence(florist, kind=SAID)
        page = admin.get("/admin/planner/personas/").text
        assert "Based on evidence" in page
        assert "Assumption" not in page

    def test_the_site_says_when_evidence_is_old(self, admin: Client, florist: Persona, settings: Any) -> None:
        settings.PLANNER_EVIDENCE_DAYS = 5
        make_evidence(florist, kind=COUNTED)
        make_evidence(florist, kind=SAID)
        assert "Assumption" in admin.get("/admin/planner/personas/").text

    def test_new_evidence_starts_with_the_persona_it_was_asked_for(self, admin: Client, florist: Persona) -> None:
        page = admin.get(f"/admin/planner/evidence/new/?persona={florist.pk}")
        assert str(page.context["form"]["persona"].value()) == str(florist.pk)

    def test_saving_leads_back_to_the_persona(self, admin: Client, florist: Persona) -> None:
        data = FORM | {"persona": florist.pk, "date": "2026-02-01"}
        response = admin.post("/admin/planner/evidence/new/", data)
        assert response.url == "/admin/planner/persona/florist/"
        assert [(one.finding, one.date) for one in florist.evidence.all()] == [("Hates paper", date(2026, 2, 1))]

    def test_a_day_that_has_yet_to_come_is_refused(self, admin: Client, florist: Persona) -> None:
        response = admin.post("/admin/planner/evidence/new/", FORM | {"persona": florist.pk, "date": "2026-03-03"})
        assert "date" in response.context["form"].errors

    def test_who_has_no_permission_adds_nothing(self, allow: Allow, florist: Persona) -> None:
        data = FORM | {"persona": florist.pk, "date": "2026-02-01"}
        assert allow("change_persona").post("/admin/planner/evidence/new/", data).status_code == 302
        assert not Evidence.objects.exists()


@pytest.mark.django_db
def test_a_figure_is_shown_with_its_unit() -> None:
    figure = make_evidence(make_persona(), value="1250.5000", unit="euro")
    figure.refresh_from_db()
    assert figure.figure == "1250.5 euro"


@pytest.mark.django_db
def test_evidence_outlives_the_phase_that_it_was_about() -> None:
    journey = make_journey(phases=("see",))
    found = make_evidence(make_persona(), phase=journey.phases.get())
    journey.delete()
    found.refresh_from_db()
    assert found.phase is None
