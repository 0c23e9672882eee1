"""Two web processes with one database: whoever is asked, and even when asked at once, the bytes are the same."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import icalendar
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from planner.models import ContentItem, EventSnapshot, Feed
from tests.factories import days, make_item, make_persona, marieke

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PROCESSES = 2
EVENTS = 60
PATIENCE = 60  # seconds that a process may take to start


@pytest.fixture
def web_processes() -> Iterator[list[str]]:
    """The addresses of web processes that run on the database of the test."""
    ports = [free_port() for _process in range(PROCESSES)]
    environment = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "cms.settings.test"}
    running = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for port in ports
    ]
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        for address in addresses:
            wait_for(address)
        yield addresses
    finally:
        for process in running:
            process.terminate()
            process.wait(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def database_url() -> str:
    used = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(used['NAME']).resolve()}"
    password = f":{used['PASSWORD']}" if used["PASSWORD"] else ""
    return f"postgres://{used['USER']}{password}@{used['HOST']}:{used['PORT']}/{used['NAME']}"


def wait_for(address: str) -> None:
    for _try in range(PATIENCE * 10):
        try:
            urlopen(f"{address}/planner/feeds/nobody.ics")  # noqa: S310
        except HTTPError as answer:
            assert answer.code == 404  # noqa: PT017
            return
        except URLError:
            time.sleep(0.1)
    pytest.fail(f"Nothing answers at {address}.")


@pytest.fixture
def fetch_at_once(web_processes: list[str]) -> Callable[[str], list[Any]]:
    """Asks all processes for a path at the same moment; body, ETag and Last-Modified of each answer."""
    start = Barrier(PROCESSES)

    def fetch(address: str) -> Any:
        start.wait()
        with urlopen(address) as answer:  # noqa: S310
            return answer.read(), answer.headers["ETag"], answer.headers["Last-Modified"]

    def fetch_all(path: str) -> list[Any]:
        with ThreadPoolExecutor(PROCESSES) as threads:
            return list(threads.map(fetch, [address + path for address in web_processes]))

    return fetch_all


@pytest.fixture
def path() -> str:
    """The link to a calendar that nobody ever fetched."""
    florist, start = make_persona("florist"), timezone.now()
    for number in range(EVENTS):
        make_item(f"Tulpen {number} 💐", section=None, personas=florist, starts_at=start + days(number))
    filters = {"personas": ["florist"], "kinds": ["publication"]}
    _feed, token = Feed.objects.create_with_token(
        user=marieke(), name="All", language="en", now=timezone.now(), filters=filters
    )
    return f"/planner/feeds/{token}.ics"


def sequences(body: bytes) -> list[int]:
    return [int(event["SEQUENCE"]) for event in icalendar.Calendar.from_ical(body).walk("VEVENT")]


def test_two_processes_answer_with_the_same_bytes(fetch_at_once: Callable[[str], list[Any]], path: str) -> None:
    first, second = fetch_at_once(path)
    assert first == second
    assert sequences(first[0]) == [0] * EVENTS

    ContentItem.objects.update(title="Rozen")
    first, second = fetch_at_once(path)
    assert first == second
    assert sequences(first[0]) == [1] * EVENTS
    assert EventSnapshot.objects.count() == EVENTS

    assert fetch_at_once(path) == [first, second]
