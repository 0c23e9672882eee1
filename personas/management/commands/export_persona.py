"""Writes a persona as JSON, with everything that belongs to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext

from personas.management.base import OneLineCommand
from personas.models import Persona
from personas.transfer import persona_as_data


class Command(OneLineCommand):
    help = "Writes a persona as JSON: its portrait, photo, evidence, messages and questions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="The persona's slug.")
        parser.add_argument("--output", metavar="FILE", default="", help="Where to. Without it, to the screen.")

    def handle(self, *args: Any, **options: Any) -> None:
        persona = Persona.objects.filter(slug=options["slug"]).first()
        if persona is None:
            known = ", ".join(Persona.objects.values_list("slug", flat=True)) or gettext("none")
            message = gettext("There is no persona “%(slug)s”. Known are: %(known)s.")
            self.fail(message % {"slug": options["slug"], "known": known})
        text = json.dumps(persona_as_data(persona), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        if not options["output"]:
            self.stdout.write(text)
            return
        try:
            Path(options["output"]).write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            message = gettext("%(file)s cannot be written: %(reason)s.")
            self.fail(message % {"file": options["output"], "reason": error.strerror})
