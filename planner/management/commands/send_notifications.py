from __future__ import annotations

from typing import Any

from django.utils import timezone

from personas.management.base import OneLineCommand
from planner import conf
from planner.notifications.overdue import note_overdue
from planner.notifications.sending import forget_old_news, receivers_waiting, send_waiting


class Command(OneLineCommand):
    help = "Tells owners of content, by e-mail, what was given to them, moved by others, or is overdue. Run it often."

    def handle(self, *args: Any, **options: Any) -> None:
        if not conf.get("PLANNER_NOTIFICATIONS_ENABLED"):
            self.stdout.write("Notifications are off (PLANNER_NOTIFICATIONS_ENABLED).")
            return
        now = timezone.now()
        forget_old_news(now)
        overdue = note_overdue(now)
        receivers = receivers_waiting(now)
        for receiver in receivers:
            send_waiting.enqueue(receiver)
        self.stdout.write(f"Newly overdue: {overdue}. E-mails queued: {len(receivers)}.")
