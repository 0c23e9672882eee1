"""A third of the real content with all dates moved, so that half is still to come, and Wagtail publishes it. Slow."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stderr
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from wagtail.models import Revision

from planner.models import ContentItem
from tests.factories import NOW, days
from tests.planner.importing import run_import
from tests.planner.real_content import RULES, coverage, for_now, lines, moved, needs_real_content

pytestmark = needs_real_content

FOREVER = NOW + days(36_500)
LATER = NOW + days(120)


@pytest.fixture(scope="module")
def half_ahead(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The file, imported as pages once for all tests of this module."""
    path = moved(tmp_path_factory.mktemp("moved"), NOW)
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), for_now(), redirect_stderr(io.StringIO()):
        run_import(str(path), "--rules", str(RULES), "--create-vocabulary")
        yield path


def live_ids() -> set[str]:
    return set(ContentItem.objects.filter(import_id__isnull=False, page__live=True).values_list("import_id", flat=True))


def ids_live_at(path: Path, at: datetime) -> set[str]:
    return {line.id for line in lines(path) if line.live(at)}


@pytest.mark.django_db
def test_half_of_the_moved_content_lies_ahead(tmp_path: Path) -> None:
    content = lines(moved(tmp_path, NOW))
    assert abs(sum(line.starts > NOW for line in content) - len(content) / 2) < 10


def test_what_lies_ahead_is_scheduled_and_the_rest_is_live(half_ahead: Path) -> None:
    assert live_ids() == ids_live_at(half_ahead, NOW)
    scheduled = Revision.objects.filter(approved_go_live_at__gt=NOW).count()
    assert scheduled == sum(line.confirmed(NOW, FOREVER) for line in lines(half_ahead)) > 300


def test_the_report_counts_what_the_moved_file_says(half_ahead: Path) -> None:
    for at in (NOW, LATER):
        confirmed = coverage(at)["totals"]["confirmed"]
        assert confirmed == sum(line.confirmed(at, at + days(56)) for line in lines(half_ahead))


def test_wagtail_publishes_each_page_when_its_time_comes(half_ahead: Path) -> None:
    foretold = coverage(LATER)["totals"]
    with for_now(), time_machine.travel(LATER, tick=False):
        call_command("publish_scheduled", stdout=io.StringIO())
        assert live_ids() == ids_live_at(half_ahead, LATER) != ids_live_at(half_ahead, NOW)
        assert coverage(LATER)["totals"] == foretold
