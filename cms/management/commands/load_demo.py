"""Fills an empty site with the demo, and says how to log in."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from cms.demo import loader
from personas.management.base import OneLineCommand

PUBLIC_PASSWORD = "lindehof"  # noqa: S105 (of a demo on one's own machine; elsewhere a secret one is made)


class Command(OneLineCommand):
    help = "Loads the demo into an empty site. Where there is a home page already, everything stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", default="", help="The password of both users. Without it, one is chosen.")

    def handle(self, *args: Any, **options: Any) -> None:
        if loader.has_home_page():
            self.stdout.write(gettext("There is a home page already: nothing was changed."))
            self._print_logins(PUBLIC_PASSWORD)
            return
        password = options["password"] or (PUBLIC_PASSWORD if settings.DEBUG else secrets.token_urlsafe(12))
        try:
            demo = loader.load(timezone.now(), password)
        except loader.SiteHasContent:
            self.fail(gettext("This site has pages already. The demo only fills an empty site: use a new database."))
        counts = {"pages": demo.pages, "cards": demo.cards, "items": demo.items}
        text = gettext("The demo is loaded: %(pages)s pages, %(cards)s care cards and %(items)s items off the site.")
        self.stdout.write(text % counts)
        self._print_logins(password)

    def _print_logins(self, password: str) -> None:
        """The logins that this password still opens; whoever chose another one knows it."""
        for user in get_user_model().objects.filter(username__in=[loader.PUBLISHER, loader.EDITOR]).order_by("pk"):
            shown = password if user.check_password(password) else gettext("the password that was set")
            self.stdout.write(gettext("Log in as %(user)s with: %(password)s") % {"user": user, "password": shown})
