"""Writes the weekly digest of a journey owner: what is missing in their journeys, of the content that they may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from wagtail.users.models import UserProfile

from planner import access, conf
from planner.gaps import Severity
from planner.hints import DATED
from planner.models import NotificationPreferences
from planner.notifications.message import Message, is_reachable
from planner.report import make_report
from planner.snapshots import site_address

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from personas.models import Journey
    from planner.gaps import Gap

MOST_LINES = 5
"""Gaps that a part names; of more it gives the number."""


@dataclass(frozen=True, slots=True)
class Line:
    severity: str
    place: str
    message: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """Gaps of one kind of news. Each gap stands in one part."""

    heading: str
    lines: list[Line]
    more: int


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one journey."""

    journey: Journey
    summary: str
    parts: list[Part]
    url: str


def may_receive(user: AbstractBaseUser) -> bool:
    """Whether a digest can reach this user, and its links are theirs to open. The queries of their rights."""
    return is_reachable(user) and access.may_use_planner(user)


def digest_for(user: AbstractBaseUser, journeys: Iterable[Journey], *, now: datetime) -> Message | None:
    """The e-mail for the owner of these journeys, in their language; None where nothing is open in any of them.

    As `make_report` twice per journey: now, and a week ago as it is known today, to tell what opened since.
    """
    profile = UserProfile.get_for_user(user)
    with override(profile.get_preferred_language()), timezone.override(profile.get_current_time_zone()):
        told = [one for journey in journeys if (one := _told(user, journey, now))]
        if not told:
            return None
        context = {
            "user": user,
            "told": told,
            "partly": not access.sees_everything(user),
            "list": f"{site_address()}{reverse('planner_gap:index')}",
            "account": f"{site_address()}{reverse('wagtailadmin_account')}",
        }
        text = render_to_string("planner/notifications/digest.txt", context)
        return Message(_subject(told), f"{text.strip()}\n")


def wants_digest(user: AbstractBaseUser) -> bool:
    preferences = getattr(user, "planner_notification_preferences", None) or NotificationPreferences()
    return preferences.gap_digest


def _told(user: AbstractBaseUser, journey: Journey, now: datetime) -> Told | None:
    report = make_report(user, conf.question(at=now, now=now), journeys=[journey.slug])
    # What is only worth knowing is no news: content without tags would keep the e-mail coming for ever.
    gaps = [gap for gap in report.gaps if gap.severity > Severity.INFO]
    if not gaps:
        return None
    before = make_report(user, conf.question(at=now - timedelta(days=7), now=now), journeys=[journey.slug])
    known = {gap.key for gap in (*before.gaps, *before.accepted)}
    opened = sum(gap.key not in known for gap in gaps)
    summary = ngettext("%(count)s gap is open", "%(count)s gaps are open", len(gaps)) % {"count": len(gaps)}
    if opened:
        new = ngettext("%(count)s of them since last week", "%(count)s of them since last week", opened)
        summary = f"{summary}, {new % {'count': opened}}"
    coverage = f"{site_address()}{reverse('planner_coverage:index')}?{urlencode({'journey': journey.slug})}"
    return Told(journey, summary, list(_parts(gaps, known, coverage)), coverage)


def _parts(gaps: list[Gap], known: set[str], coverage: str) -> Iterable[Part]:
    parts: dict[str, list[Gap]] = {
        _("Overdue:"): [],
        _("Runs out:"): [],
        _("Opened since last week:"): [],
        _("Most pressing of what was open before:"): [],
    }
    overdue, ending, opened, others = parts.values()
    for gap in gaps:
        if gap.code == "OVERDUE":
            overdue.append(gap)
        elif gap.code in DATED:
            ending.append(gap)
        else:
            (others if gap.key in known else opened).append(gap)
    for heading, found in parts.items():
        if found:
            lines = [_line(gap, coverage) for gap in found[:MOST_LINES]]
            yield Part(heading, lines, max(len(found) - MOST_LINES, 0))


def _line(gap: Gap, coverage: str) -> Line:
    url = coverage
    if gap.item_id:
        url = site_address() + reverse("planner_item:plan", args=[gap.item_id])
    elif gap.persona and gap.phase:
        slugs = [gap.phase.journey.slug, gap.persona.slug, gap.phase.slug]
        url = site_address() + reverse("planner_coverage:cell", args=slugs)
    return Line(str(gap.severity.label), gap.place, " ".join(gap.message.split()), url)


def _subject(told: list[Told]) -> str:
    if len(told) == 1:
        return _("Gaps in “%(journey)s” this week") % {"journey": told[0].journey}
    return _("Gaps in your %(count)s journeys this week") % {"count": len(told)}
