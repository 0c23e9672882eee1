"""How the planner's own entries read in Wagtail's history."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import BooleanField, DateField, DateTimeField, Field, TextField
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogActionRegistry, LogFormatter

from planner.gaps import CATALOGUE
from planner.models import ContentItem

SAID_BY_ANOTHER = {"target_has_time"}
"""Fields whose change reads in that of another: the target date says whether it has a time."""

LONGEST_QUOTE = 80
"""Characters of a long text that a line of history quotes."""


class PlanFormatter(LogFormatter):
    """What changed in a plan, a sentence per field."""

    label = gettext_lazy("Plan")

    def format_message(self, log_entry: Any) -> str:
        # Sorted, because PostgreSQL keeps no order in JSON.
        changes = (log_entry.data or {}).get("changes", {})
        timed = changes.get("target_has_time", {}).get("now") == "True"
        sentences = [
            _sentence(name, change, timed=timed)
            for name, change in sorted(changes.items())
            if name not in SAID_BY_ANOTHER
        ]
        return " ".join(sentences) or _("Plan changed")


class RulesFormatter(PlanFormatter):
    """The same of what tag rules added or took back."""

    label = gettext_lazy("Tag rules")


class CopyFormatter(LogFormatter):
    """What a plan was copied from."""

    label = gettext_lazy("Duplicate")

    def format_message(self, log_entry: Any) -> str:
        return _("Copied from “%(title)s”") % {"title": (log_entry.data or {}).get("of", "")}


class AcceptedGapFormatter(LogFormatter):
    """That a gap was accepted, until when and why."""

    label = gettext_lazy("Accept a gap")

    def format_message(self, log_entry: Any) -> str:
        text = _("Gap accepted until %(day)s: %(gap)s. Reason: %(reason)s")
        data = log_entry.data or {}
        return text % {
            "day": date_format(day, "j F Y") if (day := parse_date(data.get("until", ""))) else "",
            "gap": _gap_in_words(data),
            "reason": data.get("reason", ""),
        }


class ReopenedGapFormatter(LogFormatter):
    """That the acceptance of a gap was taken back."""

    label = gettext_lazy("Open a gap again")

    def format_message(self, log_entry: Any) -> str:
        return _("Gap opened again: %(gap)s.") % {"gap": _gap_in_words(log_entry.data or {})}


class TargetsFormatter(LogFormatter):
    """Of which places the targets changed, and what else of how a journey is judged."""

    label = gettext_lazy("Targets and rules")

    def format_message(self, log_entry: Any) -> str:
        changed = ", ".join((log_entry.data or {}).get("changed", []))
        return _("Targets and rules changed: %(changed)s.") % {"changed": changed}


class PageFormatter(LogFormatter):
    """That an idea became a page, and what it leaves behind: the address it was to have off the site."""

    label = gettext_lazy("Create page from idea")

    def format_message(self, log_entry: Any) -> str:
        address = (log_entry.data or {}).get("url")
        if not address:
            return _("The idea became this page")
        return _("The idea became this page; its address was %(address)s") % {"address": address}


def register_plan_log_actions(actions: LogActionRegistry) -> None:
    """Teach Wagtail's history the planner's actions on items."""
    actions.register_action("planner.plan")(PlanFormatter)
    actions.register_action("planner.classify")(RulesFormatter)
    actions.register_action("planner.import", gettext_lazy("Import"), gettext_lazy("Imported"))
    actions.register_action("planner.figures", gettext_lazy("Import figures"), gettext_lazy("Figures imported"))
    left_out, again = gettext_lazy("Left out of the plan"), gettext_lazy("Counts again")
    actions.register_action("planner.leave_out", gettext_lazy("Leave out of the plan"), left_out)
    actions.register_action("planner.count_again", gettext_lazy("Count again"), again)
    actions.register_action("planner.idea", gettext_lazy("Plan an idea"), gettext_lazy("Planned as an idea"))
    actions.register_action("planner.duplicate")(CopyFormatter)
    actions.register_action("planner.cancel", gettext_lazy("Cancel the plan"), gettext_lazy("Plan cancelled"))
    actions.register_action("planner.restore", gettext_lazy("Restore the plan"), gettext_lazy("Plan restored"))
    actions.register_action("planner.page")(PageFormatter)
    actions.register_action("planner.targets")(TargetsFormatter)
    actions.register_action("planner.accept_gap")(AcceptedGapFormatter)
    actions.register_action("planner.reopen_gap")(ReopenedGapFormatter)


def _gap_in_words(data: dict[str, Any]) -> str:
    code = data.get("code", "")
    name = str(CATALOGUE[code].name) if code in CATALOGUE else code
    return ", ".join(part for part in (name, data.get("place", "")) if part)


def _sentence(name: str, change: dict[str, Any], *, timed: bool) -> str:
    if name == "leads_to":
        return _("What it leads to was changed.")
    field = ContentItem._meta.get_field(name)
    label = capfirst(str(field.verbose_name))
    if "now" in change:
        text = _("%(field)s set to %(value)s.") if change["now"] else _("%(field)s taken off.")
        return text % {"field": label, "value": _in_words(field, change["now"], timed=timed)}
    parts = []
    if change.get("added"):
        parts.append(_("%(names)s added") % {"names": ", ".join(change["added"])})
    if change.get("removed"):
        parts.append(_("%(names)s removed") % {"names": ", ".join(change["removed"])})
    return _("%(field)s: %(changes)s.") % {"field": label, "changes": ", ".join(parts)}


def _in_words(field: Field, value: str, *, timed: bool) -> str:
    """A stored value as people write it. It was stored as text, so that the log stays readable without our code.

    `timed`: the target date was given a time with it. One query for an owner.
    """
    if isinstance(field, DateTimeField) and (moment := parse_datetime(value)):
        return _moment(moment, may_be_a_day=field.name == "target_at" and not timed)
    if field.related_model is get_user_model():
        return _person(value)
    if isinstance(field, DateField) and (day := parse_date(value)):
        return date_format(day, "j F Y")
    if isinstance(field, BooleanField):
        return _("yes") if value == "True" else _("no")
    if isinstance(field, TextField):
        return f"“{Truncator(value).chars(LONGEST_QUOTE)}”"
    return str(dict(field.flatchoices).get(value, value))


def _moment(moment: datetime, *, may_be_a_day: bool) -> str:
    """A moment on the reader's clock; a day without a time, which is kept as its midnight at the site, as a day."""
    at_the_site = localtime(moment, get_default_timezone())
    if may_be_a_day and at_the_site.time() == time():
        return date_format(at_the_site, "j F Y")
    return date_format(localtime(moment), "j F Y, H:i")


def _person(name: str) -> str:
    """What people call the user whose name was stored; that name where nobody has it any more."""
    User = get_user_model()
    user = User._default_manager.filter(**{User.USERNAME_FIELD: name}).first()
    return user.get_full_name() or name if user else name
