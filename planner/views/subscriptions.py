"""Subscriptions: a person's own calendar links. Made and renewed here, shown once, changed, looked at, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log

from planner import conf
from planner.feed_access import may_have_feeds
from planner.feed_contents import Plan, selection_of, window_at
from planner.feed_forms import DaysForm, EditForm, FeedForm, LinkForm
from planner.feed_from_view import initial_from
from planner.models import Feed
from planner.subscriptions import PRESETS, Names, address_of, client_name, qr_code, ways_to_add
from planner.views.base import PlannerView

UNUSED_AFTER = timedelta(days=3)
"""A calendar that nobody fetched for so long was probably never added, or was removed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One feed in a list."""

    feed: Feed
    contents: str
    kinds: str
    client: str
    unused: bool
    expired: bool
    entries: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A feed that was just made or renewed, with the link that nobody can show again."""

    feed: Feed
    address: str
    ways: list[tuple[str, str]]
    code: SafeString
    renewed: bool


class SubscriptionsView(PlannerView):
    """What the screens of this room share. A person sees and touches their own feeds only."""

    page_title = gettext_lazy("Subscriptions")
    header_icon = "calendar-check"
    media = PlannerView.media + Media(css={"all": ["planner/subscriptions.css"]})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not conf.get("PLANNER_FEEDS_ENABLED"):
            raise Http404
        if not may_have_feeds(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def feeds(self) -> QuerySet[Feed]:
        return Feed.objects.of(self.request.user).kept()

    @cached_property
    def feed(self) -> Feed:
        return get_object_or_404(self.feeds, pk=self.kwargs["pk"])

    def line(self, feed: Feed, names: Names, entries: int | None = None) -> Line:
        expired = feed.has_expired(self.now)
        fetched_or_made = feed.last_fetched_at or feed.renewed_at or feed.created_at
        return Line(
            feed=feed,
            contents=names.in_words(feed.filters),
            kinds=names.kinds_in_words(feed.filters),
            client=client_name(feed.last_client),
            unused=not expired and self.now - fetched_or_made > UNUSED_AFTER,
            expired=expired,
            entries=entries,
        )

    @sensitive_variables("token", "address")
    def show_link(self, feed: Feed, token: str, *, renewed: bool = False) -> HttpResponse:
        """The list with the link on top. Not a redirect: the link would have to wait in a session or an address, where
        others could find it."""
        address = address_of(token)
        index = IndexView(ready=Ready(feed, address, ways_to_add(address, feed.name), qr_code(address), renewed))
        index.setup(self.request)
        response = index.get(self.request)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    def crumbs(self) -> list[dict[str, str]]:
        return [{"url": reverse("planner_feeds:index"), "label": _("Subscriptions")}]


class IndexView(SubscriptionsView):
    """My feeds: what each contains now, and whether a calendar still fetches it.

    The plan and the names are read once for all feeds. `ready` is the feed that was just made, with its link.
    """

    template_name = "planner/subscriptions/index.html"
    page_subtitle = gettext_lazy("My feeds")
    ready: Ready | None = None

    def crumbs(self) -> list[dict[str, str]]:
        return []

    @property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = [HeaderButton(_("New feed"), url=reverse("planner_feeds:new"), icon_name="plus")]
        if self.request.user.is_superuser:
            buttons.append(HeaderButton(_("Everybody's feeds"), url=reverse("planner_feeds:all"), icon_name="group"))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        presets = [(name, label) for name, (label, _selection) in PRESETS.items()]
        return super().get_context_data(
            lines=self._lines(), ready=self.ready, presets=presets, days=DaysForm(auto_id="download-%s"), **kwargs
        )

    def _lines(self) -> list[Line]:
        plan = Plan(self.request.user, window_at(self.now), now=self.now)
        names = Names(plan.members)
        return [self.line(feed, names, len(plan.contents(selection_of(feed)))) for feed in self.feeds]


class NewView(SubscriptionsView):
    """Makes a feed. The answer to its POST shows the link, and is the only page that ever does.

    An address with the filters of a screen fills in the form; a POST that names a preset needs no form.
    """

    template_name = "planner/subscriptions/new.html"
    page_subtitle = gettext_lazy("New feed")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "form" not in kwargs:
            form = FeedForm(user=self.request.user, now=self.now)
            form.initial, lost = initial_from(self.request.GET, form)
            kwargs |= {"form": form, "lost": lost}
        return super().get_context_data(**kwargs)

    @sensitive_variables("token")
    def post(self, request: HttpRequest) -> HttpResponse:
        form = FeedForm(self._asked(), user=request.user, now=self.now)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        with transaction.atomic():
            feed, token = Feed.objects.create_with_token(
                user=request.user, now=self.now, filters=form.selection.stored(), **form.chosen
            )
            log(feed, "planner.feed.create", user=request.user)
        return self.show_link(feed, token)

    def _asked(self) -> QueryDict:
        """What was posted; of a preset, and of what a short form leaves out, the choices behind it."""
        asked = self.request.POST.copy()
        if preset := PRESETS.get(asked.get("preset", "")):
            label, selection = preset
            asked["name"] = str(label)
            for name, value in selection.stored().items():
                asked.setlist(name, value if isinstance(value, list) else [value])
        empty = FeedForm(user=self.request.user, now=self.now)
        for name in ("language", "detail", "reminders"):
            asked.setdefault(name, empty[name].initial)
        return asked


class EditView(SubscriptionsView):
    """Changes what one of my feeds is about. Its link stays."""

    template_name = "planner/subscriptions/edit.html"
    page_subtitle = gettext_lazy("Edit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", EditForm(user=self.request.user, now=self.now, instance=self.feed))
        return super().get_context_data(feed=self.feed, **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = EditForm(request.POST, user=request.user, now=self.now, instance=self.feed)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        with transaction.atomic():
            feed = form.save(commit=False)
            feed.filters, feed.expires_at = form.selection.stored(), form.expires_at
            feed.save(update_fields=["name", "filters", "expires_at"])
            log(feed, "planner.feed.edit", user=request.user)
        messages.success(request, _("Feed “%(name)s” is changed. Its link stays the same.") % {"name": feed.name})
        return redirect("planner_feeds:index")


class RenewView(SubscriptionsView):
    """Gives one of my feeds a new link, and with it a new choice of language, detail and reminders."""

    template_name = "planner/subscriptions/renew.html"
    page_subtitle = gettext_lazy("Renew link")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", LinkForm(now=self.now, instance=self.feed))
        return super().get_context_data(feed=self.feed, client=client_name(self.feed.last_client), **kwargs)

    @sensitive_variables("token")
    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = LinkForm(request.POST, now=self.now, instance=self.feed)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        with transaction.atomic():
            token = self.feed.renew(now=self.now, **form.chosen)
            log(self.feed, "planner.feed.renew", user=request.user)
        return self.show_link(self.feed, token, renewed=True)


class RevokeView(SubscriptionsView):
    """Ends one of my feeds, after a question that names the calendar."""

    template_name = "planner/subscriptions/revoke.html"
    page_subtitle = gettext_lazy("Revoke")
    list_name = "planner_feeds:index"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            feed=self.feed, client=client_name(self.feed.last_client), list_name=self.list_name, **kwargs
        )

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            self.feed.revoke(now=self.now)
            log(self.feed, "planner.feed.revoke", user=request.user)
        messages.success(request, _("Feed “%(name)s” is revoked. Its link is dead.") % {"name": self.feed.name})
        return redirect(self.list_name)
