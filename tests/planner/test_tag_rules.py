from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planner.models import TagRule
from tests.factories import erik, make_channel, make_journey, make_persona, make_section, marieke

pytestmark = pytest.mark.django_db


def test_a_rule_reads_as_a_sentence() -> None:
    assert str(TagRule(tag="code", persona=make_persona("developer"))) == "code → Developer"


def test_a_form_keeps_the_tag_as_tags_are_compared() -> None:
    rule = TagRule(tag="Open_Source ", persona=make_persona())
    rule.full_clean()
    assert rule.tag == "open-source"


def test_the_same_rule_written_otherwise_is_refused() -> None:
    persona = make_persona()
    TagRule.objects.create(tag="open-source", persona=persona)
    with pytest.raises(ValidationError):
        TagRule(tag="Open Source", persona=persona).full_clean()


@pytest.mark.parametrize("both", [True, False])
def test_a_rule_means_exactly_one_thing(both: bool) -> None:  # noqa: FBT001
    rule = TagRule(tag="a")
    if both:
        rule.persona, rule.channel = make_persona(), make_channel()
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert refused.value.messages == ["Choose one persona, one phase or one channel for “a”."]
    with pytest.raises(IntegrityError), transaction.atomic():
        rule.save()


def test_rules_are_made_in_the_admin_and_found_by_what_they_mean(client: Client) -> None:
    client.force_login(marieke())
    see = make_journey("stdc", phases=("see",)).phases.get()
    client.post("/admin/planner/rules/new/", {"tag": "Open Source", "phase": see.pk})
    assert TagRule.objects.get().tag == "open-source"
    assert "open-source" in client.get("/admin/planner/rules/?q=see").content.decode()
    assert "open-source" not in client.get("/admin/planner/rules/?q=mail").content.decode()


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("tag", "İ" * 99, "198 characters. Shorten it to 100"),
        ("url", "/" + "İ" * 450, "901 characters. Shorten it to 500"),
    ],
)
def test_what_grows_too_long_in_lower_case_is_refused(client: Client, field: str, text: str, told: str) -> None:
    client.force_login(marieke())
    response = client.post("/admin/planner/rules/new/", {field: text, "persona": make_persona().pk})
    assert told in response.content.decode()
    assert not TagRule.objects.exists()


def test_the_list_names_the_journey_of_a_phase(client: Client) -> None:
    client.force_login(marieke())
    TagRule.objects.create(tag="a", phase=make_journey("stdc", phases=("see",)).phases.get())
    assert "Stdc · See" in client.get("/admin/planner/rules/").content.decode()


def test_the_admin_says_once_what_is_missing(client: Client) -> None:
    client.force_login(marieke())
    page = client.post("/admin/planner/rules/new/", {"tag": "code"}).content.decode()
    assert page.count("Choose one persona, one phase or one channel for “code”.") == 1
    assert "planner_tagrule_one_target" not in page


def test_rules_need_their_own_permission(client: Client) -> None:
    client.force_login(erik(make_section("A")))
    assert client.get("/admin/planner/rules/").status_code == 302
    assert client.post("/admin/planner/rules/new/", {"tag": "a", "persona": make_persona().pk}).status_code == 302
    assert not TagRule.objects.exists()


def queries_of_list(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/planner/rules/")
    return len(queries)


def test_the_list_asks_no_query_per_rule(client: Client) -> None:
    client.force_login(marieke())
    TagRule.objects.create(tag="a", persona=make_persona())
    queries_of_list(client)
    few = queries_of_list(client)
    for phase in make_journey("stdc", phases=("see", "think", "do")).phases.all():
        TagRule.objects.create(tag="b", phase=phase)
    assert queries_of_list(client) == few
