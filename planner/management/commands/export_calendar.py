"""The plan as an .ics file, for whoever needs it without a subscription."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser
from django.utils import timezone

from personas.management.base import OneLineCommand
from personas.models import Channel, Persona, Phase
from planner.feed_filters import Selection
from planner.plan_file import BEGINNING, END, plan_file


class Command(OneLineCommand):
    help = "Write the plan as a calendar (.ics): every kind of event, the whole plan unless a window is given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", metavar="FILE", help="Where to write it. Default: standard output.")
        parser.add_argument("--user", metavar="NAME", help="Only what this user may see. Default: the whole site.")
        parser.add_argument("--from", dest="first", metavar="DATE", help="First day, as 2026-03-31.")
        parser.add_argument("--to", dest="last", metavar="DATE", help="Last day, itself included.")
        parser.add_argument("--language", metavar="CODE", help="Of the words, as en or nl. Default: the site's.")
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
        first, last = self._days(options["first"], options["last"])
        user, selection = self._user(options["user"]), Selection(**self._filters(options))
        language = self._language(options["language"])
        calendar = plan_file(user, first=first, last=last, language=language, now=timezone.now(), selection=selection)
        self._deliver(calendar, options["output"])

    def _language(self, code: str | None) -> str:
        known = dict(settings.LANGUAGES)
        if code is not None and code not in known:
            self.fail(f"There is no language “{code}” here. Known: {', '.join(known)}.")
        return code or settings.LANGUAGE_CODE

    def _days(self, first: str | None, last: str | None) -> tuple[date | None, date | None]:
        """The first and the last day, in the site's zone; None where no limit is given."""
        first_day = self._day("--from", first) if first is not None else None
        last_day = self._day("--to", last) if last is not None else None
        if first_day and last_day and last_day < first_day:
            self.fail(f"--to {last} lies before --from {first}. Swap them.")
        return first_day, last_day

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
