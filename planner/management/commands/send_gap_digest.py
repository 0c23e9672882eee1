from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from personas.management.base import OneLineCommand
from planner import conf
from planner.notifications.digest import digest_for
from planner.notifications.digest_sending import due, owned_journeys, queue_digest, week_of


class Command(OneLineCommand):
    help = "Sends each owner of a journey the gaps in it, by e-mail, once a week. Run it weekly, or every day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Show the e-mails; send nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not conf.get("PLANNER_NOTIFICATIONS_ENABLED"):
            self.stdout.write("Notifications are off (PLANNER_NOTIFICATIONS_ENABLED).")
            return
        now, owned = timezone.now(), owned_journeys()
        for journey in owned.pop(None, []):
            self.stderr.write(f"Nobody owns the journey “{journey.slug}”: its digest goes to nobody.")
        for owner, journeys in owned.items():
            reason = "is inactive" if not owner.is_active else "has no e-mail address" if not owner.email else ""
            if reason:
                slugs = ", ".join(journey.slug for journey in journeys)
                self.stderr.write(f"{owner.get_username()}, who owns {slugs}, {reason} and is sent no digest.")
        receivers = due(list(owned), week_of(now))
        if options["dry_run"]:
            for receiver in receivers:
                self._show(receiver.email, digest_for(receiver, owned[receiver], now=now))
            return
        for receiver in receivers:
            queue_digest(receiver.pk, week_of(now))
        self.stdout.write(f"Digests queued: {len(receivers)}.")

    def _show(self, address: str, message: Any) -> None:
        if message:
            self.stdout.write(f"To: {address}\nSubject: {message.subject}\n\n{message.text}\n")
