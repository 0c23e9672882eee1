"""What `load_demo` refuses and what it keeps secret. Apart from test_load_demo: these need a site without the demo."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site

from personas.models import Persona

pytestmark = pytest.mark.django_db


def test_it_refuses_a_site_with_pages() -> None:
    Site.objects.get().root_page.add_child(instance=Page(title="Ours"))
    with pytest.raises(CommandError, match="has pages already") as refusal:
        call_command("load_demo")
    assert refusal.value.returncode == 2
    assert not Persona.objects.exists()


def test_outside_debug_it_makes_up_a_password() -> None:
    call_command("load_demo")
    assert not get_user_model().objects.get(username="marieke").check_password("lindehof")


def test_in_debug_the_password_is_the_one_of_the_readme(settings: Any) -> None:
    settings.DEBUG = True
    call_command("load_demo")
    assert get_user_model().objects.get(username="marieke").check_password("lindehof")
