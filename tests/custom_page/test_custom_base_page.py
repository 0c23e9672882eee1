"""The planner on a site with a base page model of its own. Run with `--ds tests.custom_page.settings`: see .ci/run."""

from __future__ import annotations

from io import StringIO

import pytest
import swapper
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client

from personas.models import Persona
from planner.models import ContentItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> object:
    Page = swapper.load_model("wagtailcore", "Page")
    return Page.objects.get(depth=1).add_child(instance=Page(title="Bulbs", importance="high"))


def test_it_misses_no_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_it_passes_the_system_checks() -> None:
    call_command("check", fail_level="WARNING")


def test_a_page_of_the_sites_own_model_has_a_row(page: object) -> None:
    assert ContentItem.objects.get(page_id=page.pk).page == page


def test_the_row_takes_tags(page: object) -> None:
    florist = Persona.objects.create(name="Florist", slug="florist")
    page.planner_item.personas.add(florist)
    assert list(ContentItem.objects.tagged(personas=["florist"])) == [page.planner_item]


def test_the_editor_of_such_a_page_opens(page: object) -> None:
    browser = Client()
    browser.force_login(get_user_model().objects.create_superuser("marieke"))
    assert browser.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
