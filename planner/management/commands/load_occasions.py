"""Loads the starter set of occasions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext, ngettext

from personas.management.base import OneLineCommand
from personas.presets import LANGUAGES
from planner.starter_occasions import load_starters


class Command(OneLineCommand):
    help = "Loads the occasions of the starter set that are not there yet. What is there stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", required=True, help="The language of their names: nl or en.")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["language"]
        if language not in LANGUAGES:
            message = gettext("There is no starter set in “%(language)s”. Choose one of: %(known)s.")
            self.fail(message % {"language": language, "known": ", ".join(LANGUAGES)})
        made = load_starters(language)
        for occasion in made:
            self.stdout.write(occasion.name)
        text = ngettext("%(count)s occasion added.", "%(count)s occasions added.", len(made))
        self.stdout.write(text % {"count": len(made)})
