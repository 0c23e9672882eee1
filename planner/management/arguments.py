"""What several commands take as arguments, and the sentences they refuse it with."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from planner.schedule import YEARS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personas.management.base import OneLineCommand
    from personas.models import Vocabulary


def moment(text: str) -> datetime:
    """An ISO 8601 date or date and time; without a zone it is meant in the site's."""
    try:
        found = parse_datetime(text) or (day := parse_date(text)) and datetime.combine(day, time())
    except ValueError:
        found = None
    if not found or found.year not in YEARS:
        raise ArgumentTypeError(
            f"“{text}” is no date. Write it as 2026-03-02 or 2026-03-02T09:00:00+01:00, from 1970 to 2100."
        )
    return found if timezone.is_aware(found) else found.replace(tzinfo=timezone.get_default_timezone())


def whole_number(least: int, most: int = 36_500):  # noqa: ANN201  (what argparse calls a type)
    """A whole number of at least `least` and at most `most`."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:6]) <= most):
            raise ArgumentTypeError(f"“{text}” is no whole number from {least} to {most}.")
        return int(text)

    return parse


def check_slugs(command: OneLineCommand, model: type[Vocabulary], slugs: Iterable[str]) -> None:
    """Ends the command when one of the slugs does not exist, naming it and those that do. One query."""
    known = list(model.objects.values_list("slug", flat=True))
    for slug in slugs:
        if slug not in known:
            options = f"Known are: {', '.join(dict.fromkeys(known))}." if known else "There are none yet."
            command.fail(f"There is no {model._meta.verbose_name} “{slug}”. {options}")
