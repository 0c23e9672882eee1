"""Subscriptions: a person's own calendar links. Made here, shown once, revoked here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import LogActionRegistry, log

from planner import conf
from planner.access import may_use_planner
from planner.feeds import counts_of
from planner.models import Feed
from planner.subscriptions import FeedForm, Names, address_of, client_name, ways_to_add
from planner.views.base import PlannerView

UNUSED_AFTER = timedelta(days=3)
"""A calendar that nobody fetched for so long was probably never added, or was removed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One feed in the list."""

    feed: Feed
    contents: str
    entries: int
    client: str
    unused: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A feed that was just made, with the link that nobody can show again."""

    feed: Feed
    address: str
    ways: list[tuple[str, str]]


class SubscriptionsView(PlannerView):
    """What the screens of this room share. A person sees and touches their own feeds only."""

    page_title = gettext_lazy("Subscriptions")
    header_icon = "calendar-check"
    media = PlannerView.media + Media(css={"all": ["planner/subscriptions.css"]})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not conf.get("PLANNER_FEEDS_ENABLED"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def feeds(self) -> Any:
        return Feed.objects.of(self.request.user).alive()

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": reverse("planner_feeds:index"), "label": _("Subscriptions")}]


class IndexView(SubscriptionsView):
    """My feeds: what each contains now, and whether a calendar still fetches it.

    Entries and names are read once for all feeds. `ready` is the feed that was just made, with its link.
    """

    template_name = "planner/subscriptions/index.html"
    page_subtitle = gettext_lazy("My feeds")
    ready: Ready | None = None

    def crumbs(self) -> list[dict[str, str]]:
        return []

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("New feed"), url=reverse("planner_feeds:new"), icon_name="plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        everything = _("Everything I may see")
        return super().get_context_data(lines=self._lines(), ready=self.ready, everything=everything, **kwargs)

    def _lines(self) -> list[Line]:
        feeds, names = list(self.feeds), Names()
        counts = counts_of(feeds, self.request.user, now=self.now) if feeds else {}
        return [
            Line(
                feed=feed,
                contents=names.in_words(feed.filters),
                entries=counts[feed.pk],
                client=client_name(feed.last_client),
                unused=self.now - (feed.last_fetched_at or feed.created_at) > UNUSED_AFTER,
            )
            for feed in feeds
        ]


class NewView(SubscriptionsView):
    """Makes a feed. The answer to its POST shows the link, and is the only page that ever does."""

    template_name = "planner/subscriptions/new.html"
    page_subtitle = gettext_lazy("New feed")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", FeedForm(user=self.request.user))
        return super().get_context_data(**kwargs)

    @sensitive_variables()
    def post(self, request: HttpRequest) -> HttpResponse:
        form = FeedForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        feed, token = self._make(form)
        address = address_of(token)
        # Not a redirect: the link would have to wait in a session or an address, where others could find it.
        index = IndexView(ready=Ready(feed, address, ways_to_add(address, feed.name)))
        index.setup(request)
        response = index.get(request)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    def _make(self, form: FeedForm) -> tuple[Feed, str]:
        with transaction.atomic():
            feed, token = Feed.objects.create_with_token(
                user=self.request.user,
                name=form.cleaned_data["name"],
                filters=form.filters,
                language=translation.get_language() or settings.LANGUAGE_CODE,
                now=self.now,
            )
            log(feed, "planner.feed.create", user=self.request.user)
        return feed, token


class RevokeView(SubscriptionsView):
    """Ends one of my feeds, after a question that names the calendar."""

    template_name = "planner/subscriptions/revoke.html"
    page_subtitle = gettext_lazy("Revoke")

    @cached_property
    def feed(self) -> Feed:
        return get_object_or_404(self.feeds, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(feed=self.feed, client=client_name(self.feed.last_client), **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            self.feed.revoke(now=self.now)
            log(self.feed, "planner.feed.revoke", user=request.user)
        messages.success(request, _("Feed “%(name)s” is revoked. Its link is dead.") % {"name": self.feed.name})
        return redirect("planner_feeds:index")


class SubscriptionsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return conf.get("PLANNER_FEEDS_ENABLED") and may_use_planner(request.user)


class SubscriptionsViewSet(ViewSet):
    icon = "calendar-check"
    menu_label = gettext_lazy("Subscriptions")
    menu_item_class = SubscriptionsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", IndexView.as_view(), name="index"),
            path("new/", NewView.as_view(), name="new"),
            path("<int:pk>/revoke/", RevokeView.as_view(), name="revoke"),
        ]


subscriptions_viewset = SubscriptionsViewSet("planner_feeds", url_prefix="planner/subscriptions")


def register_feed_log_actions(actions: LogActionRegistry) -> None:
    """Teach Wagtail's history the two things that happen to a feed."""
    actions.register_action(
        "planner.feed.create", gettext_lazy("Make a calendar feed"), gettext_lazy("Calendar feed made")
    )
    actions.register_action(
        "planner.feed.revoke", gettext_lazy("Revoke a calendar feed"), gettext_lazy("Calendar feed revoked")
    )
