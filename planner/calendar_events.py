"""What a calendar shows of entries, occasions, campaigns and gaps, in the active language. No request, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from planner.entries import Entry, Kind
from planner.ical import Event, clean, one_line
from planner.schedule import Status

if TYPE_CHECKING:
    from planner.day_events import DayEvent
    from planner.gaps import Gap

LENGTH_OF_A_MOMENT = timedelta(minutes=30)
"""What happens at a moment gets this length: without an end some clients show nothing, others an hour."""

TENTATIVE = {Status.OVERDUE, Status.IN_REVIEW, Status.PLANNED, Status.DRAFT, Status.IDEA}
"""Nothing approved stands behind these."""

GAPS = uuid5(NAMESPACE_URL, "wagtail-journey-planner/gaps")
MOST_KEPT = 4096
"""Lines and categories of names that are kept ready: the names of vocabularies, in the combinations that occur."""

SEPARATORS = re.compile(r"\s*[,;\\]\s*")


def event_of(entry: Entry, *, link: str, zone: ZoneInfo, titles_only: bool = False) -> Event:
    """What a calendar shows of an entry.

    `link`: the absolute address of the item's plan in the admin. `zone`: the site's, which decides on which date a
    whole day falls. `titles_only`: without persona, phase, channel, owner and address. Idea, target date, schedule and
    live page are one event: the UID depends on item and kind only.
    """
    start, end = _times(entry, zone)
    names = [] if titles_only else [member.name for member in (*entry.personas, *entry.channels)]
    return Event(
        uid=str(uuid5(entry.uid, entry.kind)),
        kind=entry.kind.value,
        start=start,
        end=end,
        summary=_summary(_state(entry), entry.title),
        description=_described(_lines(entry, titles_only=titles_only), _("Plan:"), link),
        url=link,
        categories=tuple(_categories([str(entry.kind.label), str(entry.status.label), *names])),
        status="TENTATIVE" if entry.status in TENTATIVE else "CONFIRMED",
    )


def event_of_day(day: DayEvent, *, link: str, titles_only: bool = False) -> Event:
    """What a calendar shows of an occasion on its days, or of a campaign. `link`: its page in the admin."""
    members = [] if titles_only else [*_members(day.personas, day.phases, day.channels)]
    notes = [_("Nothing should go out on these days.")] if day.blackout else []
    if day.lead_from and day.lead_from < day.first_day and not titles_only:
        lead = _("Plan its content from %(day)s.") % {"day": day.lead_from.isoformat()}
        notes.append(lead)
    return Event(
        uid=str(uuid5(day.uid, day.kind)),
        kind=day.kind.value,
        start=day.first_day,
        end=day.end,
        summary=_summary(str(day.kind.label), day.title),
        description=_described([*notes, *members], _("More:"), link),
        url=link,
        categories=(str(day.kind.label),),
        status="CONFIRMED",
    )


def event_of_gap(gap: Gap, *, reader: str, link: str, titles_only: bool = False) -> Event:
    """What a calendar shows of a cell that runs empty, on the day it does. `link`: the cell in the admin.

    `reader`: for whom it was counted. Another reader may see other content, and so another day: each has an event of
    their own, the same one when its day moves.
    """
    cell = f"{gap.phase.journey.slug}/{gap.phase.slug}/{gap.persona.slug}"
    names = {"persona": one_line(gap.persona.name), "phase": one_line(gap.phase.name)}
    return Event(
        uid=str(uuid5(GAPS, f"{reader}/{cell}")),
        kind="gap",
        start=gap.date,
        end=gap.date + timedelta(days=1),
        summary=_("Gap: no content for %(persona)s in %(phase)s") % names,
        description=_described([] if titles_only else [gap.message, *_journey(gap)], _("Coverage:"), link),
        url=link,
        categories=(_("Gap"),),
        status="CONFIRMED",
    )


def begin_of(entry: Entry, zone: ZoneInfo) -> date:
    """The start of an entry's event: whole seconds in UTC, or for a whole day its date in `zone`."""
    return entry.day(zone) if entry.all_day else _whole_second(entry.moment)


def _times(entry: Entry, zone: ZoneInfo) -> tuple[date, date]:
    start = begin_of(entry, zone)
    if not entry.all_day:
        end = _whole_second(entry.ends_at) if entry.ends_at else start
        return start, end if end > start else start + LENGTH_OF_A_MOMENT
    # An end at midnight belongs to the day before: DTEND is exclusive.
    last = (entry.ends_at - timedelta.resolution).astimezone(zone).date() if entry.ends_at else start
    return start, max(start, last) + timedelta(days=1)


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _summary(state: str, title: str) -> str:
    """The title after its state in words: Outlook shows nothing of STATUS."""
    return f"{state}: {one_line(title) or _('Untitled')}"


def _state(entry: Entry) -> str:
    if entry.kind == Kind.REVIEW:
        return _("Review due")
    if entry.kind == Kind.UPDATE:
        return _("Late update") if entry.late else pgettext("state of an entry", "Update")
    if entry.kind == Kind.EXPIRY:
        done = _("Expired") if entry.status == Status.EXPIRED else _("Expires")
        return _("Late expiry") if entry.late else done
    if entry.has_passed:
        return _("Went live")
    return pgettext("state of an entry", "Late") if entry.late else str(entry.status.label)


def _described(lines: Iterable[str], label: str, link: str) -> str:
    """One fact a line, the address last and alone on its line: Google and Outlook hide the URL property."""
    return clean("\n".join([*lines, label, link]))


def _lines(entry: Entry, *, titles_only: bool) -> Iterable[str]:
    if titles_only:
        return
    yield _("Status: %(status)s") % {"status": entry.status.label}
    if entry.late:
        yield _("Its moment has passed, but it was not published or taken down yet.")
    yield from _facts(entry)


def _facts(entry: Entry) -> Iterable[str]:
    """For whom, at which moment, where and by whom."""
    if entry.for_everyone:
        yield _listed(_("Persona: %(names)s"), [_("Everyone")])
    yield from _members(() if entry.for_everyone else entry.personas, entry.phases, entry.channels)
    if entry.campaign:
        yield _listed(_("Campaign: %(names)s"), [entry.campaign])
    if entry.owner:
        # Where people log in with their e-mail address it may stand for a name: a calendar provider need not learn it.
        yield _listed(_("Owner: %(names)s"), [entry.owner.partition("@")[0]])
    if entry.url:
        yield _listed(_("Address: %(names)s"), [entry.url])


def _listed(line: str, names: Sequence[str]) -> str:
    return line % {"names": ", ".join(map(one_line, names))}


def _members(personas: Iterable[Any], phases: Iterable[Any], channels: Iterable[Any]) -> Iterable[str]:
    """A line for each vocabulary that has any. No translation is looked up for what there is not."""
    language = get_language()
    if named := tuple(persona.name for persona in personas):
        yield _named("persona", named, language)
    if named := tuple(f"{phase.name} ({phase.journey.name})" for phase in phases):
        yield _named("phase", named, language)
    if named := tuple(channel.name for channel in channels):
        yield _named("channel", named, language)


@lru_cache(maxsize=MOST_KEPT)
def _named(kind: str, names: tuple[str, ...], _language: str | None) -> str:
    """The same few lines stand in thousands of events. `_language`: the active one, in which they are kept."""
    texts = {
        "persona": ngettext("Persona: %(names)s", "Personas: %(names)s", len(names)),
        "phase": ngettext("Phase: %(names)s", "Phases: %(names)s", len(names)),
        "channel": ngettext("Channel: %(names)s", "Channels: %(names)s", len(names)),
    }
    return _listed(texts[kind], names)


def _journey(gap: Gap) -> Iterable[str]:
    yield _listed(_("Journey: %(names)s"), [gap.phase.journey.name])


def _categories(names: Iterable[str]) -> Iterable[str]:
    return filter(None, map(_category, names))


@lru_cache(maxsize=MOST_KEPT)
def _category(name: str) -> str:
    """Without commas: some clients split at an escaped one all the same."""
    return SEPARATORS.sub(" / ", one_line(name)).strip(" /")
