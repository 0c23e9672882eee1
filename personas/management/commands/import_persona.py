"""Makes or changes a persona from a file that export_persona wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from personas.management.base import OneLineCommand
from personas.transfer import PersonaFileError, restore_persona


class Command(OneLineCommand):
    help = "Makes a persona from a JSON file, or changes the one with its slug into what the file says. All or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="A file that export_persona wrote.")
        parser.add_argument("--user", metavar="NAME", help="Whom the history names. Without it, nobody.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = json.loads(Path(options["file"]).read_text(encoding="utf-8"))
            persona = restore_persona(data, user=self.user_named(options["user"]))
        except OSError as error:
            message = gettext("%(file)s cannot be read: %(reason)s.")
            self.fail(message % {"file": options["file"], "reason": error.strerror})
        except ValueError as error:
            # What json and decoding raise speaks of bytes and columns; what we raise speaks of personas.
            told = str(error) if isinstance(error, PersonaFileError) else gettext("This is no JSON file in UTF-8.")
            self.fail(f"{options['file']}: {told}")
        self.stdout.write(gettext("Persona “%(name)s” is as the file says.") % {"name": persona})
