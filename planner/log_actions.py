"""How the planner's own entries read in Wagtail's history."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, DateField, DateTimeField, Field
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogActionRegistry, LogFormatter

from planner.models import ContentItem

SAID_BY_ANOTHER = {"target_has_time"}
"""Fields whose change reads in that of another: the target date says whether it has a time."""


class PlanFormatter(LogFormatter):
    """What changed in a plan, a sentence per field."""

    label = gettext_lazy("Plan")

    def format_message(self, log_entry: Any) -> str:
        # Sorted, because PostgreSQL keeps no order in JSON.
        changes = (log_entry.data or {}).get("changes", {})
        sentences = [_sentence(name, change) for name, change in sorted(changes.items()) if name not in SAID_BY_ANOTHER]
        return " ".join(sentences) or _("Plan changed")


class RulesFormatter(PlanFormatter):
    """The same of what tag rules added or took back."""

    label = gettext_lazy("Tag rules")


def register_plan_log_actions(actions: LogActionRegistry) -> None:
    """Teach Wagtail's history the planner's actions on items."""
    actions.register_action("planner.plan")(PlanFormatter)
    actions.register_action("planner.classify")(RulesFormatter)
    actions.register_action("planner.import", gettext_lazy("Import"), gettext_lazy("Imported"))


def _sentence(name: str, change: dict[str, Any]) -> str:
    field = ContentItem._meta.get_field(name)
    label = capfirst(str(field.verbose_name))
    if "now" in change:
        text = _("%(field)s set to %(value)s.") if change["now"] else _("%(field)s taken off.")
        return text % {"field": label, "value": _in_words(field, change["now"])}
    parts = []
    if change.get("added"):
        parts.append(_("%(names)s added") % {"names": ", ".join(change["added"])})
    if change.get("removed"):
        parts.append(_("%(names)s removed") % {"names": ", ".join(change["removed"])})
    return _("%(field)s: %(changes)s.") % {"field": label, "changes": ", ".join(parts)}


def _in_words(field: Field, value: str) -> str:
    """A stored value as people write it. It was stored as text, so that the log stays readable without our code."""
    if isinstance(field, DateTimeField) and (moment := parse_datetime(value)):
        return date_format(localtime(moment), "j F Y, H:i")
    if isinstance(field, DateField) and (day := parse_date(value)):
        return date_format(day, "j F Y")
    if isinstance(field, BooleanField):
        return _("yes") if value == "True" else _("no")
    return str(dict(field.flatchoices).get(value, value))
