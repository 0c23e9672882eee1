"""Writes one e-mail of what was noted for a user: only what holds now, and only of items that they may see now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from wagtail.users.models import UserProfile

from planner import access
from planner.aims import Aim, means_of, present_aim
from planner.entries import Kind
from planner.models import Notification, NotificationPreferences
from planner.notifications.overdue import missed_date
from planner.schedule import ItemRecord, midnight, read_items
from planner.snapshots import site_address

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

About = Notification.About

MOST_LINES = 50
"""Items that one e-mail names; of more it gives the number."""

LONGEST_TITLE = 80
"""Characters of a title in a subject."""


@dataclass(frozen=True, slots=True)
class Message:
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one item."""

    about: str
    title: str
    text: str
    url: str
    actor: str  # the name of who did it, or ""


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    lines: list[Line]


def is_reachable(user: AbstractBaseUser) -> bool:
    """Whether an e-mail can reach this user, and its links are theirs to open."""
    return bool(user.is_active and user.email and user.has_perm("wagtailadmin.access_admin"))


def message_for(user: AbstractBaseUser, notes: list[Notification], *, now: datetime) -> Message | None:
    """The e-mail for one user, in their language and time zone; None where there is nothing to tell them.

    Nothing is told to whoever is inactive, may not enter the admin, has no address or switched it off; nor of an item
    that they do not own, or may not see. The queries of their rights, and five for all items together.
    """
    if not is_reachable(user):
        return None
    preferences = getattr(user, "planner_notification_preferences", None) or NotificationPreferences()
    notes = [note for note in notes if preferences.wants(note.about)]
    items = access.visible_items(user).filter(owner=user, pk__in={note.item_id for note in notes})
    records = {record.item_id: record for record in read_items(items, now=now)}
    profile = UserProfile.get_for_user(user)
    with override(profile.get_preferred_language()), timezone.override(profile.get_current_time_zone()):
        lines = _lines(notes, records, now)
        return _written(user, lines) if lines else None


def _lines(notes: list[Notification], records: dict[int, ItemRecord], now: datetime) -> list[Line]:
    """A line per item, whatever happened to it: to whom it is new, its dates are new too."""
    told: dict[int, Line] = {}
    for note in sorted(notes, key=lambda note: (list(About).index(About(note.about)), note.pk)):
        record = records.get(note.item_id)
        if record and note.item_id not in told and (line := _line(note, record, now)):
            told[note.item_id] = line
    return list(told.values())


def _line(note: Notification, record: ItemRecord, now: datetime) -> Line | None:
    """What is to be said, as things stand now; None where it is not so any more."""
    zone = timezone.get_default_timezone()
    said = {"title": " ".join(record.title.split())}
    if note.about == About.OWNER:
        said["day"] = present_aim(record, means_of(record, Kind.PUBLICATION), zone)
        text = _("“%(title)s”: %(day)s") if said["day"] else _("“%(title)s”: no date yet")
    elif note.about == About.OVERDUE:
        missed = missed_date(record, now, zone)
        if missed is None:
            return None
        said["day"] = _aim_that_was_missed(record, missed)
        text = _("“%(title)s” was due on %(day)s")
    else:
        before, after = Aim(note.before, has_time=note.before_has_time), _present(note.about, record)
        if after is None or before == after:
            return None
        said |= {"before": before, "day": after}
        text = _("“%(title)s”: %(day)s (was: %(before)s)")
        if note.about == About.REVIEW:
            text = _("Review of “%(title)s”: %(day)s (was: %(before)s)")
    url = site_address() + reverse("planner_item:plan", args=[note.item_id])
    actor = (note.actor.get_full_name() or note.actor.get_username()) if note.actor else ""
    return Line(note.about, said["title"], text % said, url, actor)


def _aim_that_was_missed(record: ItemRecord, missed: datetime) -> Aim:
    facts = record.facts
    if facts.approval or facts.aim_has_time:
        return Aim(missed, has_time=True)
    return Aim(facts.aim)  # a whole day: the day itself, not the midnight that ended it


def _present(about: str, record: ItemRecord) -> Aim | None:
    """Where that date stands now; None where there is no such thing any more, as once it is live."""
    facts, zone = record.facts, timezone.get_default_timezone()
    if about == About.SCHEDULE:
        if facts.approval:
            return Aim(facts.approval.go_live_at, has_time=True)
        return None if facts.live else Aim()
    if about == About.REVIEW:
        return Aim(midnight(record.review_due, zone)) if record.review_due else Aim()
    if about == About.START:
        return Aim(facts.starts_at, has_time=facts.starts_at is not None) if not record.page_id else None
    return Aim(facts.target_at, has_time=facts.target_has_time and facts.target_at is not None)


def _written(user: AbstractBaseUser, lines: list[Line]) -> Message:
    context = {
        "user": user,
        "sections": list(_sections(lines[:MOST_LINES])),
        "more": max(len(lines) - MOST_LINES, 0),
        "calendar": site_address() + reverse("planner_calendar:index"),
        "zone": timezone.get_current_timezone_name(),
    }
    text = render_to_string("planner/notifications/message.txt", context)
    return Message(_subject(lines), f"{text.strip()}\n")


def _sections(lines: list[Line]) -> Iterable[Section]:
    headings = {
        About.OWNER: _("You are the owner of:"),
        About.OVERDUE: _("Not published by its date:"),
    }
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(headings.get(line.about, _("Moved:")), []).append(line)
    return (Section(heading, of_it) for heading, of_it in grouped.items())


def _subject(lines: list[Line]) -> str:
    if len(lines) > 1:
        text = ngettext("%(count)s notice about your content", "%(count)s notices about your content", len(lines))
        return text % {"count": len(lines)}
    texts = {
        About.OWNER: _("You are the owner of “%(title)s”"),
        About.OVERDUE: _("“%(title)s” is overdue"),
        About.REVIEW: _("The review of “%(title)s” was moved"),
    }
    text = texts.get(lines[0].about, _("“%(title)s” was moved"))
    return text % {"title": Truncator(lines[0].title).chars(LONGEST_TITLE)}
