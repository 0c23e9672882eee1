"""`manage.py export_calendar`: the plan as a file."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import icalendar
import pytest
import time_machine
from django.core.management import CommandError, call_command

from planner.models import EventSnapshot
from tests.factories import (
    NOW,
    days,
    erik,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
    tag,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def export(*arguments: str) -> bytes:
    stdout = io.StringIO(newline="")
    call_command("export_calendar", *arguments, stdout=stdout)
    return stdout.getvalue().encode()


def titles(calendar: bytes) -> list[str]:
    return sorted(str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(calendar).walk("VEVENT"))


def test_it_holds_the_whole_plan_however_old(settings: Any) -> None:
    settings.PLANNER_FEED_CAP = 1
    make_page("Old", first_published_at=NOW - days(9000))
    make_item("Far", state="idea", target_at=NOW + days(9000))
    shown = titles(export())
    assert {"Live: Old", "Planned: Far"} <= set(shown)


def test_it_is_the_same_when_repeated(clock: Any) -> None:
    make_page()
    first = export()
    clock.shift(3600)
    assert export() == first


def test_a_window_holds_its_first_and_its_last_day() -> None:
    for day in ("2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01"):
        make_item(day, state="idea", target_at=f"{day}T00:00:00+02:00")
    assert titles(export("--from", "2026-05-01", "--to", "2026-05-31")) == [
        "Planned: 2026-05-01",
        "Planned: 2026-05-31",
    ]


def test_with_a_user_it_holds_what_they_may_see() -> None:
    erik(section := make_section("Section A"))
    make_page("Inside", parent=section)
    make_page("Outside")
    assert titles(export("--user", "erik")) == ["Live: Inside", "Live: Section A"]


def test_options_repeat_within_a_dimension_and_narrow_across() -> None:
    florist, gardener, website = make_persona("florist"), make_persona("gardener"), make_channel("website")
    tag(make_page("Both"), personas=florist, channels=website)
    tag(make_page("Other persona"), personas=gardener, channels=website)
    tag(make_page("No channel"), personas=florist)
    assert titles(export("--persona", "florist", "--persona", "gardener", "--channel", "website")) == [
        "Live: Both",
        "Live: Other persona",
    ]


@pytest.mark.parametrize("slug", ["keep", "klant/keep"])
def test_a_phase_goes_by_its_slug_or_with_its_journey(slug: str) -> None:
    journey = make_journey("klant", phases=("keep",))
    tag(make_page("Tulpen"), phases=journey.phases.get())
    assert titles(export("--phase", slug)) == ["Live: Tulpen"]


def test_it_writes_a_file_with_the_same_bytes(tmp_path: Path) -> None:
    make_page()
    export("--output", str(tmp_path / "plan.ics"))
    assert (tmp_path / "plan.ics").read_bytes() == export()
    assert [path.name for path in tmp_path.iterdir()] == ["plan.ics"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--persona", "nobody"], "There is no persona “nobody”. Known: florist."),
        (["--phase", "klant/nowhere"], "There is no phase “klant/nowhere”. Known: none yet."),
        (["--channel", "fax"], "There is no channel “fax”. Known: none yet."),
        (["--user", "nobody"], "There is no user “nobody”."),
        (["--from", "yesterday"], "--from yesterday is no date. Write it as 2026-03-31."),
        (["--to", "2026-02-30"], "--to 2026-02-30 is no date. Write it as 2026-03-31."),
        (["--to", "9999-12-31"], "--to 9999-12-31 is out of reach. Choose a year between 1001 and 9998."),
        (["--from", ""], "--from  is no date. Write it as 2026-03-31."),
        (["--from", "2026-05-02", "--to", "2026-05-01"], "--to 2026-05-01 lies before --from 2026-05-02. Swap them."),
    ],
)
def test_bad_input_ends_in_one_line_with_nothing_written(arguments: list[str], message: str, tmp_path: Path) -> None:
    make_persona("florist")
    make_page()
    file = tmp_path / "plan.ics"
    with pytest.raises(CommandError) as refusal:
        export(*arguments, "--output", str(file))
    assert (str(refusal.value), refusal.value.returncode) == (message, 2)
    assert not file.exists()
    assert not EventSnapshot.objects.exists()


def test_a_folder_that_is_not_there_ends_in_one_line() -> None:
    with pytest.raises(CommandError, match="/nowhere/plan.ics cannot be written: No such file or directory."):
        export("--output", "/nowhere/plan.ics")


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "plan.ics"
    target.mkdir()
    with pytest.raises(CommandError, match="cannot be written"):
        export("--output", str(target))
    assert list(tmp_path.iterdir()) == [target]


def test_from_a_shell_a_bad_option_is_one_line_and_exit_code_2(project_folder: Path) -> None:
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", "export_calendar", "--nonsense"],
        cwd=project_folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
