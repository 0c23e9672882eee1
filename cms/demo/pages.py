"""Makes the demo's pages, each in the state that the plan gives it, with a history that fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry, Revision

from cms.demo.plan import Content
from cms.demo.texts import PageText
from cms.models import ArticlePage, ContentPage, EventPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

OPENING = time(9)


@dataclass(frozen=True)
class Days:
    """Turns the plan's days into moments around the day of loading, in the site's time zone."""

    now: datetime

    def at(self, day: int, clock: time = OPENING) -> datetime:
        today = timezone.localdate(self.now)
        return timezone.make_aware(datetime.combine(today + timedelta(days=day), clock))


@dataclass(frozen=True)
class PageMaker:
    """Adds pages to the tree. The editors make them, and the publisher publishes."""

    days: Days
    publisher: AbstractUser
    editor: AbstractUser

    def make(self, parent: Page, content: Content, text: PageText) -> ContentPage:
        """The new page, in the state that its plan names."""
        page = self._page(content, text)
        parent.add_child(instance=page)
        log(instance=page, action="wagtail.create", user=self.editor, content_changed=True)
        enter_state = STATES.get(content.when.state, PageMaker.leave_as_draft)
        enter_state(self, page, content)
        return page

    def _page(self, content: Content, text: PageText) -> ContentPage:
        words = {"title": content.title, "intro": text.intro, "body": text.body, "live": False, "owner": self.editor}
        if content.event is None:
            page = ArticlePage(**words)
            page.tags.add(*text.tags)
            return page
        return EventPage(
            **words,
            starts_at=self.days.at(content.event, time(14)),
            ends_at=self.days.at(content.event, time(17)),
            location="Kwekerij De Lindehof, Lindelaan 12",
        )

    def leave_as_draft(self, page: ContentPage, content: Content) -> None:
        page.save_revision(user=self.editor, log_action=True)

    def publish(self, page: ContentPage, content: Content) -> None:
        """Live since a day in the past, with the update that the plan has scheduled for it."""
        page.first_published_at = self.days.at(content.when.on)
        if content.when.until is not None:
            page.expire_at = self.days.at(content.when.until)
        page.save_revision(user=self.publisher).publish(user=self.publisher)
        _date_back(page, page.first_published_at)
        if content.when.update:
            self._schedule_update(page, self.days.at(content.when.update))

    def _schedule_update(self, page: ContentPage, moment: datetime) -> None:
        page.refresh_from_db()
        page.go_live_at = moment
        page.body.append(("paragraph", "<p>De vierde generatie is negen, en heeft al een eigen bak.</p>"))
        page.save_revision(user=self.publisher, log_action=True).publish(user=self.publisher)

    def expire(self, page: ContentPage, content: Content) -> None:
        """Was live, until Wagtail's scheduler took it down on its day."""
        self.publish(page, content)
        page.refresh_from_db()
        page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        PageLogEntry.objects.filter(page=page.pk, action="wagtail.unpublish.scheduled").update(timestamp=page.expire_at)

    def schedule(self, page: ContentPage, content: Content) -> None:
        """Approved, and left to Wagtail's scheduler."""
        page.go_live_at = self.days.at(content.when.on)
        if content.when.until is not None:
            page.expire_at = self.days.at(content.when.until)
        page.save_revision(user=self.publisher, log_action=True).publish(user=self.publisher)

    def submit(self, page: ContentPage, content: Content) -> None:
        """A draft that waits for a moderator."""
        self.leave_as_draft(page, content)
        if workflow := page.get_workflow():
            workflow.start(page, self.editor)


STATES: dict[str, Callable[[PageMaker, ContentPage, Content], None]] = {
    "live": PageMaker.publish,
    "expired": PageMaker.expire,
    "scheduled": PageMaker.schedule,
    "in_review": PageMaker.submit,
}


def _date_back(page: Page, moment: datetime) -> None:
    """Publishing stamps the present moment; a demo needs a past."""
    Page.objects.filter(pk=page.pk).update(last_published_at=moment, latest_revision_created_at=moment)
    Revision.objects.for_instance(page).update(created_at=moment)
    PageLogEntry.objects.filter(page=page.pk).update(timestamp=moment)
