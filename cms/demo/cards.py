"""Makes the demo's care cards, each in the state that the plan gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wagtail.log_actions import log
from wagtail.models import Locale, ModelLogEntry, Revision

from cms.demo.pages import Days
from cms.demo.plan import Content
from cms.models import CareCard

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractUser


def make_card(content: Content, text: str, *, days: Days, publisher: AbstractUser, locale: Locale) -> CareCard:
    """The new card: live since a day in the past, approved for one to come, or a draft."""
    card = CareCard.objects.create(title=content.title, text=text, live=False, locale=locale)
    log(instance=card, action="wagtail.create", user=publisher, content_changed=True)
    moment = days.at(content.when.on)
    if content.when.state == "live":
        card.first_published_at = moment
        card.save_revision(user=publisher).publish(user=publisher)
        _date_back(card, moment)
    elif content.when.state == "scheduled":
        card.go_live_at = moment
        card.save_revision(user=publisher, log_action=True).publish(user=publisher)
    else:
        card.save_revision(user=publisher, log_action=True)
    return card


def _date_back(card: CareCard, moment: datetime) -> None:
    """Publishing stamps the present moment; a demo needs a past."""
    CareCard.objects.filter(pk=card.pk).update(last_published_at=moment)
    Revision.objects.for_instance(card).update(created_at=moment)
    ModelLogEntry.objects.for_instance(card).update(timestamp=moment)
