from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from personas.management.base import OneLineCommand
from personas.models import Journey
from planner import conf
from planner.coverage_history import take_snapshot
from planner.management.arguments import check_slugs


class Command(OneLineCommand):
    help = "Keeps what each journey has and lacks today, for its history. Once a day; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--journey", metavar="SLUG", help="Only this journey (default: all active ones).")

    def handle(self, *args: Any, **options: Any) -> None:
        check_slugs(self, Journey, filter(None, [options["journey"]]))
        now = timezone.now()
        journeys = Journey.objects.filter(slug=options["journey"]) if options["journey"] else Journey.objects.active()
        taken = [take_snapshot(journey, conf.question(at=now, now=now)) for journey in journeys]
        written = sum(one is not None for one in taken)
        self.stdout.write(f"Snapshots: {written} written, {len(taken) - written} there already.")
