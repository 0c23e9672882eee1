"""“No persona or phase” among the editor's checks: what Wagtail's checker is told. That it works: tests/browser."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import ArticlePage
from planner.content_check import CHECK, RULE, add_content_check, is_classified, with_plan_check
from planner.models import LeftOutType
from tests.factories import make_journey, make_page, make_persona, make_section, tag

pytestmark = pytest.mark.django_db

PREVIEW = SimpleNamespace(in_preview_panel=True)
VISIT = SimpleNamespace(in_preview_panel=False)


@pytest.fixture
def journey() -> Any:
    persona = make_persona("florist", name="Florist")
    return make_journey("buy", name="I want to buy", personas=(persona,), phases=("see", "do"))


def checker(request: Any, page: Any, *, in_editor: bool = False) -> dict[str, Any]:
    """The configuration of the one checker, after ours was added."""
    item = ContentCheckerItem(in_editor=in_editor)
    add_content_check(request, [item], page)
    return item.get_axe_configuration(request)


def passes(configuration: dict[str, Any]) -> bool:
    (check,) = [one for one in configuration["spec"]["checks"] if one["id"] == CHECK]
    return check["options"] == {"matcher": {"nodeName": "body"}}


def test_it_fails_where_the_page_has_no_persona_or_no_phase(journey: Any) -> None:
    page = make_page()
    assert not passes(checker(PREVIEW, page))
    tag(page, personas=journey.personas.get())
    assert not passes(checker(PREVIEW, page))
    tag(page, personas=journey.personas.get(), phases=journey.phases.first())
    assert passes(checker(PREVIEW, page))


def test_content_for_everyone_needs_no_persona(journey: Any) -> None:
    page = make_page()
    tag(page, for_everyone=True, phases=journey.phases.first())
    assert is_classified(page)


def test_the_panel_of_the_editor_knows_the_rule_and_what_to_say() -> None:
    configuration = checker(VISIT, make_page(), in_editor=True)
    assert RULE in configuration["options"]["runOnly"]
    assert configuration["messages"][RULE]["error_name"] == "No persona or phase"


def test_a_visit_to_the_site_has_no_such_check() -> None:
    assert RULE not in checker(VISIT, make_page())["messages"]


def test_a_page_that_does_not_count_is_not_checked() -> None:
    page = make_page()
    LeftOutType.objects.create(content_type=ContentType.objects.get_for_model(ArticlePage))
    assert RULE not in checker(PREVIEW, page)["messages"]


def test_wagtails_own_checks_stay_and_its_classes_are_not_touched() -> None:
    own = ContentCheckerItem().get_axe_configuration(PREVIEW)
    configuration = checker(PREVIEW, make_page())
    assert set(own["options"]["runOnly"]) < set(configuration["options"]["runOnly"])
    assert ContentCheckerItem().get_axe_configuration(PREVIEW) == own


@pytest.mark.parametrize("only", [None, ["wcag2a", "best-practice"]])
def test_a_site_that_chose_tags_or_everything_runs_it_too(only: Any) -> None:
    item = ContentCheckerItem()
    item.axe_run_only = only
    options = with_plan_check(item.get_axe_configuration(PREVIEW), passes=False)["options"]
    assert options["rules"] == {RULE: {"enabled": True}} and options.get("runOnly") == only


def test_the_preview_judges_what_the_open_editor_would_save(marieke: Client, journey: Any) -> None:
    page = make_page()
    data = querydict_from_html(marieke.get(f"/admin/pages/{page.pk}/edit/").content.decode(), form_id="page-edit-form")
    data._mutable = True
    data["body-count"] = "0"
    address = f"/admin/pages/{page.pk}/edit/preview/"
    marieke.post(address, data)
    assert not passes(previewed(marieke, address))
    data.setlist("plan-personas", [str(journey.personas.get().pk)])
    data.setlist("plan-phases", [str(journey.phases.first().pk)])
    marieke.post(address, data)
    assert passes(previewed(marieke, address))
    assert not is_classified(page)  # looking saves nothing


def test_a_new_page_is_judged_in_its_preview(marieke: Client, journey: Any) -> None:
    section = make_section("A")
    new = f"/admin/pages/add/cms/articlepage/{section.pk}/"
    data = querydict_from_html(marieke.get(new).content.decode(), form_id="page-edit-form")
    data._mutable = True
    data.update({"title": "New", "slug": "new"})
    data["body-count"] = "0"
    address = f"{new}preview/"
    marieke.post(address, data)
    assert not passes(previewed(marieke, address))


def previewed(client: Client, address: str) -> dict[str, Any]:
    html = client.get(f"{address}?in_preview_panel=true").content.decode()
    return json.loads(re.search(r'id="checker-axe-configuration"[^>]*>(.*?)</script>', html, re.DOTALL)[1])


def test_a_preview_costs_three_queries(journey: Any, django_assert_max_num_queries: Any) -> None:
    page = make_page()
    ContentType.objects.get_for_model(ArticlePage)
    with django_assert_max_num_queries(4):
        checker(PREVIEW, page)
