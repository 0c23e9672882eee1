"""The plan as an .ics file, for whoever needs it without a subscription."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser
from django.utils import timezone

from personas.management.base import OneLineCommand
from personas.models import Channel, Persona, Phase
from planner import ical
from planner.access import visible_items
from planner.entries import entries_between
from planner.feeds import calendar_of, site_name
from planner.schedule import FOREVER, midnight

BEGINNING = datetime(1000, 1, 1, tzinfo=UTC)
END = FOREVER - timedelta(days=2)


class Command(OneLineCommand):
    help = "Write the plan as a calendar (.ics): every kind of event, the whole plan unless a window is given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", metavar="FILE", help="Where to write it. Default: standard output.")
        parser.add_argument("--user", metavar="NAME", help="Only what this user may see. Default: the whole site.")
        parser.add_argument("--from", dest="first", metavar="DATE", help="First day, as 2026-03-31.")
        parser.add_argument("--to", dest="last", metavar="DATE", help="Last day, itself included.")
        parser.add_argument(
            "--persona", dest="personas", metavar="SLUG", action="append", default=[], help="May be repeated."
        )
        parser.add_argument(
            "--phase",
            dest="phases",
            metavar="SLUG",
            action="append",
            default=[],
            help="Also as journey/phase. May be repeated.",
        )
        parser.add_argument(
            "--channel", dest="channels", metavar="SLUG", action="append", default=[], help="May be repeated."
        )

    def handle(self, **options: Any) -> None:
        start, end = self._window(options["first"], options["last"])
        items = visible_items(self._user(options["user"])).tagged(**self._filters(options))
        now = timezone.now()
        entries = ical.shown(
            entries_between(items, start=start, end=end, now=now, zone=timezone.get_default_timezone())
        )
        self._deliver(
            calendar_of(entries, name=site_name(), language=settings.LANGUAGE_CODE, now=now), options["output"]
        )

    def _window(self, first: str | None, last: str | None) -> tuple[datetime, datetime]:
        """From the first moment of the first day up to the end of the last, in the site's zone."""
        zone = timezone.get_default_timezone()
        start = midnight(self._day("--from", first), zone) if first is not None else BEGINNING
        end = midnight(self._day("--to", last) + timedelta(days=1), zone) if last is not None else END
        if end <= start:
            self.fail(f"--to {last} lies before --from {first}. Swap them.")
        return start, end

    def _day(self, option: str, text: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.fail(f"{option} {text} is no date. Write it as 2026-03-31.")
        if not BEGINNING.date() < day < END.date():
            self.fail(f"{option} {text} is out of reach. Choose a year between 1001 and 9998.")
        return day

    def _user(self, name: str | None) -> Any:
        if name is None:
            return None
        users = get_user_model()
        try:
            return users._default_manager.get_by_natural_key(name)
        except users.DoesNotExist:
            self.fail(f"There is no user “{name}”.")

    def _filters(self, options: dict[str, Any]) -> dict[str, list[str]]:
        """The slugs asked for, by dimension; one that does not exist is refused by name."""
        known = {
            "personas": set(Persona.objects.values_list("slug", flat=True)),
            "phases": self._phases(),
            "channels": set(Channel.objects.values_list("slug", flat=True)),
        }
        for dimension, slugs in known.items():
            unknown = [slug for slug in options[dimension] if slug not in slugs]
            if unknown:
                offered = ", ".join(sorted(slugs)) or "none yet"
                self.fail(f"There is no {dimension.removesuffix('s')} “{unknown[0]}”. Known: {offered}.")
        return {dimension: options[dimension] for dimension in known}

    def _phases(self) -> set[str]:
        pairs = list(Phase.objects.values_list("journey__slug", "slug"))
        return {slug for _journey, slug in pairs} | {f"{journey}/{slug}" for journey, slug in pairs}

    def _deliver(self, calendar: bytes, output: str | None) -> None:
        if output is not None:
            try:
                write_whole(Path(output), calendar)
            except OSError as error:
                self.fail(f"{output} cannot be written: {error.strerror}.")
        elif buffer := getattr(self.stdout, "buffer", None):
            buffer.write(calendar)
        else:
            self.stdout.write(calendar.decode(), ending="")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file at once: whoever reads it meanwhile finds the old one or the new one, never half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
