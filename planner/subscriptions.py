"""What the subscriptions screens say about a feed: its contents in words, where to add it, what fetched it."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import quote

import segno
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from personas.models import Journey
from planner.feed_filters import CONTENT_KINDS, KINDS, Selection
from planner.feed_forms import slugs_and_names
from planner.members import Members
from planner.models import Campaign
from planner.schedule import Status
from planner.snapshots import site_address

CLIENTS = (
    ("google-calendar", "Google Calendar"),
    ("dataaccessd", "Apple Calendar"),
    ("calendaragent", "Apple Calendar"),
    ("ios/", "Apple Calendar"),
    ("macos/", "Apple Calendar"),
    ("exchange", "Outlook"),
    ("outlook", "Outlook"),
    ("microsoft office", "Outlook"),
    ("thunderbird", "Thunderbird"),
    ("evolution", "Evolution"),
    ("icsx5", "ICSx5"),
    ("nextcloud", "Nextcloud"),
    ("vdirsyncer", "vdirsyncer"),
)
"""Part of the User-Agent, in lower case, and what people call that program. The first that fits."""

PRESETS = {
    "everything": (gettext_lazy("Everything I may see"), Selection()),
    "mine": (gettext_lazy("My own work"), Selection(mine=True, kinds=CONTENT_KINDS)),
    "days": (gettext_lazy("Occasions and campaigns"), Selection(kinds=("occasion", "campaign"))),
}
"""Feeds that are made with one click."""


class Names:
    """The names behind what feeds filter on. A query for each vocabulary that is asked for, however many the feeds."""

    def __init__(self, members: Members | None = None) -> None:
        self.members = members or Members()

    def in_words(self, filters: dict[str, Any]) -> str:
        """What a feed contains, as a person would say it; something deleted goes by its slug, for it still filters."""
        parts = [_("Only what I own")] if filters.get("mine") else []
        for dimension in ("personas", "phases", "channels", "journey", "statuses", "campaigns", "owners"):
            if chosen := filters.get(dimension):
                names = getattr(self, dimension)
                slugs = [chosen] if isinstance(chosen, str) else chosen
                parts.append(", ".join(str(names.get(slug, slug)) for slug in slugs))
        return "; ".join(parts) or _("All personas, phases and channels")

    def kinds_in_words(self, filters: dict[str, Any]) -> str:
        """The kinds of events that a feed holds."""
        chosen = filters.get("kinds")
        return ", ".join(str(label) for kind, label in KINDS if kind in chosen) if chosen else _("All kinds of events")

    @property
    def personas(self) -> dict[str, str]:
        return dict(slugs_and_names(self.members.personas))

    @property
    def phases(self) -> dict[str, str]:
        return {f"{phase.journey.slug}/{phase.slug}": phase.name for phase in self.members.phases}

    @property
    def channels(self) -> dict[str, str]:
        return dict(slugs_and_names(self.members.channels))

    @property
    def statuses(self) -> dict[str, Any]:
        return dict(Status.choices)

    @cached_property
    def journey(self) -> dict[str, str]:
        return dict(slugs_and_names(Journey.objects.all()))

    @cached_property
    def campaigns(self) -> dict[str, str]:
        return dict(slugs_and_names(Campaign.objects.all()))

    @cached_property
    def owners(self) -> dict[int, str]:
        users = get_user_model()._default_manager.filter(planner_items__isnull=False).distinct()
        return {user.pk: user.get_full_name() or user.get_username() for user in users}


@sensitive_variables()
def address_of(token: str) -> str:
    """The absolute https address behind which a token opens its calendar. At most 250 characters: Google takes 256."""
    return site_address() + reverse("planner_feed", args=[token])


@sensitive_variables()
def ways_to_add(address: str, name: str) -> list[tuple[str, str]]:
    """Where to click to add a calendar: label and link. Undocumented by their makers, and in wide use."""
    parameters = f"url={quote(address, safe='')}&name={quote(name, safe='')}"
    return [
        ("Google Calendar", f"https://calendar.google.com/calendar/r?cid={quote(_webcal(address), safe='')}"),
        ("Outlook.com", f"https://outlook.live.com/calendar/0/addfromweb?{parameters}"),
        ("Microsoft 365", f"https://outlook.office.com/calendar/0/addfromweb?{parameters}"),
        (_("Apple Calendar, Thunderbird"), _webcal(address)),
    ]


@sensitive_variables()
def qr_code(address: str) -> SafeString:
    """The link as a QR code, an SVG that needs no style: phones subscribe to webcal:// and only import https://."""
    code = segno.make(_webcal(address), micro=False, error="m")
    # Black on white in every theme: cameras read nothing else for sure. What it holds is digits and paths, no text.
    svg = code.svg_inline(scale=4, dark="#000", light="#fff", svgclass="jp-qr", lineclass=None)
    return mark_safe(svg)  # noqa: S308


@sensitive_variables()
def _webcal(address: str) -> str:
    return "webcal" + address[address.index("://") :]


def client_name(user_agent: str) -> str:
    """What people call the program behind a User-Agent, or that program's own first word."""
    known = user_agent.lower()
    own = user_agent.split("/")[0].strip()
    return next((name for part, name in CLIENTS if part in known), own[:40] or _("an unnamed program"))
