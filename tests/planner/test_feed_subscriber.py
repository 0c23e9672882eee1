"""Real programs subscribe to a running server: vdirsyncer fetches, and khal shows what a person would see."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from planner.models import Feed
from tests.factories import days, make_item, marieke

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SYNC = """\
[general]
status_path = "{folder}/status"
[pair plan]
a = "there"
b = "here"
collections = null
[storage there]
type = "http"
url = "{url}"
[storage here]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"
"""
SHOW = """\
[calendars]
[[plan]]
path = {folder}/events
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
default_timezone = UTC
local_timezone = UTC
[sqlite]
path = {folder}/khal.db
"""


@pytest.fixture
def subscribe(tmp_path: Path, live_server: Any) -> Callable[[str], Callable[[], str]]:
    """Subscribes to a path, and gives what fetches it and shows its events, a line each."""
    if not shutil.which("vdirsyncer") or not shutil.which("khal"):
        pytest.skip("There is no vdirsyncer or no khal here: `apt-get install vdirsyncer khal`")
    (tmp_path / "events").mkdir()

    def run(*command: str) -> str:
        home = {"HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
        ended = subprocess.run(
            command, env=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def subscribe_to(path: str) -> Callable[[], str]:
        sync, show = tmp_path / "sync.conf", tmp_path / "show.conf"
        sync.write_text(SYNC.format(folder=tmp_path, url=live_server.url + path))
        show.write_text(SHOW.format(folder=tmp_path))
        run("vdirsyncer", "-c", str(sync), "discover")

        def fetch() -> str:
            run("vdirsyncer", "-c", str(sync), "sync")
            shape = "{start-long} {title}"
            return run("khal", "-c", str(show), "list", "--format", shape, "--day-format", "", "today", "60d")

        return fetch

    return subscribe_to


def test_added_moved_and_removed_events_arrive(subscribe: Callable[[str], Callable[[], str]]) -> None:
    moment = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) + days(5)
    tulips = make_item("Tulpen 💐", section=None, starts_at=moment)
    make_item("Rozen; en, komma's", section=None, starts_at=moment + days(1))
    _feed, token = Feed.objects.create_with_token(user=marieke(), name="All", language="en", now=timezone.now())
    fetch = subscribe(f"/planner/feeds/{token}.ics")
    assert fetch().split("\n")[:2] == [
        f"{moment:%Y-%m-%d %H:%M} Scheduled: Tulpen 💐",
        f"{moment + days(1):%Y-%m-%d %H:%M} Scheduled: Rozen; en, komma's",
    ]

    tulips.starts_at = moment + timedelta(days=2, hours=1)
    tulips.save()
    assert f"{tulips.starts_at:%Y-%m-%d %H:%M} Scheduled: Tulpen 💐" in (moved := fetch())
    assert moved.count("Tulpen") == 1

    tulips.delete()
    added = make_item("Lelies", section=None, starts_at=moment)
    assert "Tulpen" not in (left := fetch())
    assert f"{added.starts_at:%Y-%m-%d %H:%M} Scheduled: Lelies" in left
