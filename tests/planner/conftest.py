"""What most tests of the planner start from: a clock that stands still, and somebody who is logged in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planner.models import ContentItem
from tests import factories
from tests.factories import NOW


@pytest.fixture
def clock(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def only_our_items() -> None:
    """The pages that a new site has need a plan as well; a test that counts wants only its own."""
    ContentItem.objects.all().delete()


@pytest.fixture
def user() -> Any:
    return factories.marieke()


@pytest.fixture
def marieke(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client
