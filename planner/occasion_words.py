"""What an occasion's rule says, in a few words of the active language."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planner.models.occasion import CustomerEvent, Month, Nth, Occasion, Rule, Weekday
from planner.public_holidays import country_name


def rule_in_words(occasion: Occasion) -> str:
    """Such as "Second Sunday of May" or "39 days after Easter"; no query."""
    words = {
        Rule.YEARLY: _yearly,
        Rule.WEEKDAY: _weekday,
        Rule.EASTER: _easter,
        Rule.HOLIDAY: _holiday,
        Rule.DATES: lambda one: days_in_words(one.first_day, one.last_day or one.first_day),
        Rule.CUSTOMER: _customer,
    }[Rule(occasion.rule)](occasion)
    if occasion.days == 1:
        return words
    many = ngettext("%(words)s, %(days)s day", "%(words)s, %(days)s days", occasion.days)
    return many % {"words": words, "days": occasion.days}


def days_in_words(first: date, last: date) -> str:
    """One day, or the first and the last."""
    if first == last:
        return date_format(first, "j F Y")
    return _("%(first)s to %(last)s") % {"first": _short(first, last), "last": date_format(last, "j F Y")}


def _short(first: date, last: date) -> str:
    """The first day, without what it has in common with the last."""
    if first.year != last.year:
        return date_format(first, "j F Y")
    return date_format(first, "j" if first.month == last.month else "j F")


def _yearly(occasion: Occasion) -> str:
    return _("%(day)s %(month)s") % {"day": occasion.day, "month": Month(occasion.month).label}


def _weekday(occasion: Occasion) -> str:
    return _("%(nth)s %(weekday)s of %(month)s") % {
        "nth": Nth(occasion.nth).label,
        "weekday": Weekday(occasion.weekday).label,
        "month": Month(occasion.month).label,
    }


def _easter(occasion: Occasion) -> str:
    offset = occasion.easter_offset
    if not offset:
        return _("Easter Sunday")
    if offset > 0:
        return ngettext("%(days)s day after Easter", "%(days)s days after Easter", offset) % {"days": offset}
    return ngettext("%(days)s day before Easter", "%(days)s days before Easter", -offset) % {"days": -offset}


def _holiday(occasion: Occasion) -> str:
    country = country_name(occasion.country)
    if occasion.holiday:
        return _("%(holiday)s (public holiday, %(country)s)") % {"holiday": occasion.holiday, "country": country}
    return _("All public holidays (%(country)s)") % {"country": country}


def _customer(occasion: Occasion) -> str:
    offset, event = occasion.customer_offset, CustomerEvent(occasion.customer_event).label
    if not offset:
        return _("On the day: %(event)s") % {"event": event}
    if offset > 0:
        text = ngettext("%(days)s day after: %(event)s", "%(days)s days after: %(event)s", offset)
    else:
        text = ngettext("%(days)s day before: %(event)s", "%(days)s days before: %(event)s", -offset)
    return text % {"days": abs(offset), "event": event}
