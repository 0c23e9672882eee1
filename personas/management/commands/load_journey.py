"""Makes a journey from a published model, and the default channels where asked."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils.translation import gettext, ngettext

from personas.journeys import JourneyRefused, create_default_channels, create_journey, journey_model
from personas.management.base import OneLineCommand
from personas.models import Journey
from personas.presets import JOURNEY_MODELS


class Command(OneLineCommand):
    help = "Makes a journey with its phases and links from a published journey model."

    def add_arguments(self, parser: CommandParser) -> None:
        known = ", ".join(JOURNEY_MODELS)
        parser.add_argument("preset", metavar="PRESET", help=f"The model: {known}.")
        parser.add_argument("--language", required=True, help="The language of the phases: nl or en.")
        parser.add_argument("--name", default="", help="The journey's name. Without it, the model's.")
        parser.add_argument("--slug", default="", help="The journey's slug. Without it, one made from the name.")
        parser.add_argument("--channels", action="store_true", help="Create the default channels that are missing too.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                journey = self._create_journey(options)
                channels = create_default_channels(options["language"]) if options["channels"] else None
        except JourneyRefused as refusal:
            self.fail(str(refusal))
        self._report(journey)
        if channels is not None:
            created = ngettext("%(count)s channel created.", "%(count)s channels created.", len(channels))
            self.stdout.write(created % {"count": len(channels)})

    def _create_journey(self, options: dict[str, Any]) -> Journey:
        preset, language = options["preset"], options["language"]
        name = options["name"] or journey_model(preset).name.in_language(language)
        return create_journey(preset, language=language, name=name, slug=options["slug"])

    def _report(self, journey: Journey) -> None:
        message = gettext("Journey “%(name)s” created, slug %(slug)s, with these phases: %(phases)s.")
        phases = ", ".join(journey.phases.values_list("name", flat=True))
        self.stdout.write(message % {"name": journey.name, "slug": journey.slug, "phases": phases})
