"""Tidy up behind calendar feeds. For a scheduler, once a week or so."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from personas.management.base import OneLineCommand
from planner import plan_version, snapshots


class Command(OneLineCommand):
    help = "Delete event versions that no calendar held for 400 days. Safe at any time; run it weekly."

    def handle(self, **options: Any) -> None:
        deleted = snapshots.clean(now=timezone.now())
        plan_version.fold()  # where no calendar is asked for, nothing else adds its rows up
        self.stdout.write(f"{deleted} event versions deleted.")
