"""The import of 2,415 real items: once as pages, once as items, once with moved dates. Slow."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from wagtail.models import Page, PageLogEntry, Revision

from planner.models import ClassificationRun, ContentItem
from tests.factories import NOW, days
from tests.planner.importing import run_import
from tests.planner.real_content import CONTENT, RULES, coverage, for_now, lines, needs_real_content

pytestmark = needs_real_content

AS_OF = datetime(2022, 4, 15, tzinfo=UTC)
REFUSED = ["line 1945: refused, title is empty"]
WARNED = [f"line {line}: warning, it expires before it is published, so it is never live" for line in (267, 2104)]


@dataclass(frozen=True)
class Run:
    """One import: how it ended and what it said."""

    code: int
    out: list[str]
    err: list[str]
    before: dict[str, int]  # the totals of the report before anything was imported


def import_content(target: str, *, before: dict[str, int] | None = None) -> Run:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_import(str(CONTENT), "--rules", str(RULES), "--create-vocabulary", target=target)
    return Run(code, out.getvalue().splitlines(), err.getvalue().splitlines(), before or {})


@pytest.fixture(scope="module", params=["pages", "items"])
def imported(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[Run]:
    """The content, imported once for all tests of this module: anew for each would take minutes.

    They are not marked with django_db, which would close the connection after each of them.
    """
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), for_now():
        yield import_content(request.param, before=coverage(AS_OF)["totals"])


@pytest.fixture(scope="module")
def target(imported: Run) -> str:
    return "pages" if ContentItem.objects.filter(import_id__isnull=False, page__isnull=False).exists() else "items"


@pytest.mark.django_db
def test_a_dry_run_foretells_it_all() -> None:
    out, err = io.StringIO(), io.StringIO()
    with time_machine.travel(NOW, tick=False), redirect_stdout(out), redirect_stderr(err):
        code = run_import(str(CONTENT), "--create-vocabulary", "--dry-run")
    assert (code, err.getvalue().splitlines()) == (1, [*REFUSED, *WARNED])
    assert out.getvalue().startswith("2414 new, 0 changed, 0 unchanged, 1 refused.")
    assert not ContentItem.objects.filter(import_id__isnull=False).exists()


def test_exactly_one_row_is_refused_and_two_are_warned_of(imported: Run) -> None:
    assert (imported.code, imported.err) == (1, [*REFUSED, *WARNED])
    assert imported.out[0] == "2414 new, 0 changed, 0 unchanged, 1 refused."


def test_every_line_is_in_the_plan_once(imported: Run) -> None:
    ids = ContentItem.objects.filter(import_id__isnull=False).values_list("import_id", flat=True)
    assert sorted(ids) == sorted(line.id for line in lines())


def test_again_nothing_is_new_and_nothing_is_touched(imported: Run, target: str) -> None:
    def everything() -> list[Any]:
        tables = (Page, Revision, PageLogEntry, ClassificationRun)
        return [*(table.objects.count() for table in tables), list(ContentItem.objects.order_by("pk").values())]

    before = everything()
    with for_now():
        again = import_content(target)
        assert again.out == ["0 new, 0 changed, 2414 unchanged, 1 refused."]
        assert everything() == before


def test_the_report_counts_what_the_file_says(imported: Run) -> None:
    totals = coverage(AS_OF)["totals"]
    content, horizon = lines(), AS_OF + days(56)
    counted = {
        "live": sum(line.live(AS_OF) for line in content),
        "confirmed": sum(line.confirmed(AS_OF, horizon) for line in content),
        "expired": sum(line.expired(AS_OF) for line in content),
    }
    assert counted == {"live": 2078, "confirmed": 17, "expired": 19}
    assert {name: totals[name] - imported.before[name] for name in counted} == counted


def test_every_cell_of_the_report_equals_a_count_of_the_file(imported: Run) -> None:
    content, horizon = lines(), AS_OF + days(56)
    rules = json.loads(RULES.read_text(encoding="utf-8"))
    expected = {
        (persona, phase): (
            sum(line.live(AS_OF) for line in content if persona in line.personas and phase in line.phases),
            sum(
                line.confirmed(AS_OF, horizon) for line in content if persona in line.personas and phase in line.phases
            ),
        )
        for persona, phase in product(rules["persona"], rules["phase"])
    }
    cells = coverage(AS_OF)["cells"]
    assert {(cell["persona"], cell["phase"]): (cell["live"], cell["confirmed"]) for cell in cells} == expected


def test_the_rules_can_be_taken_back_and_leave_nothing(imported: Run) -> None:
    with for_now():
        call_command("classify_content", "--undo", str(ClassificationRun.objects.get().pk), stdout=io.StringIO())
        left = ContentItem.objects.filter(import_id__isnull=False)
        assert not left.filter(personas__isnull=False).exists()
        assert not left.filter(phases__isnull=False).exists()
        assert left.filter(channels__isnull=False).exists()
