"""What most tests of the planner start from: a clock that stands still, and somebody who is logged in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planner.models import ContentItem
from tests import factories
from tests.factories import NOW, make_section


@pytest.fixture
def clock(time_machine: Any) -> Any:
    """Stands at NOW; what is returned moves it."""
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def only_our_items() -> None:
    """The pages that a new site has need a plan as well; a test that counts wants only its own."""
    ContentItem.objects.all().delete()


@pytest.fixture
def section() -> Any:
    """A part of the site; whoever works in it alone sees nothing else."""
    return make_section("A")


@pytest.fixture
def user() -> Any:
    return factories.marieke()


@pytest.fixture
def marieke(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client
