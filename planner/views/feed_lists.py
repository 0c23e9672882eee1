"""Lists about feeds: what one of them contains now, the plan as a file, and for superusers everybody's feeds."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from planner import conf
from planner.feed_contents import Plan, events_of, selection_of, variety_of, window_at
from planner.feed_forms import DaysForm
from planner.models import Feed
from planner.plan_file import plan_file
from planner.subscriptions import Names
from planner.views.subscriptions import RevokeView, SubscriptionsView

EVENTS_SHOWN = 100
FEEDS_SHOWN = 50


class ContentsView(SubscriptionsView):
    """What one of my feeds contains now, in its own words, as a calendar program would be told it."""

    template_name = "planner/subscriptions/contents.html"
    page_subtitle = gettext_lazy("What it contains")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        selection = selection_of(self.feed)
        plan = Plan(self.request.user, window_at(self.now), now=self.now, selection=selection)
        cap = conf.get("PLANNER_FEED_CAP")
        events, total = events_of(plan, selection, variety_of(self.feed), cap=cap)
        page = WagtailPaginator(events, EVENTS_SHOWN).get_page(self.request.GET.get("p"))
        line = self.line(self.feed, Names(), total)
        return super().get_context_data(
            feed=self.feed, line=line, events=page, cap=cap if total > cap else None, window=plan.window, **kwargs
        )


class DownloadView(SubscriptionsView):
    """The plan of the chosen days as a file, as `export_calendar --user --from --to --language` writes it."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = DaysForm(request.GET)
        if not form.is_valid():
            faults = [str(fault) for found in form.errors.values() for fault in found]
            messages.error(request, _("Nothing was downloaded. %(faults)s") % {"faults": " ".join(faults)})
            return redirect("planner_feeds:index")
        language = translation.get_language()
        file = plan_file(request.user, **form.cleaned_data, language=language, now=self.now)
        headers = {"Content-Disposition": 'attachment; filename="plan.ics"', "Cache-Control": "private, no-store"}
        return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)


class EverybodysView(SubscriptionsView):
    """Mixed into what superusers do with feeds of others."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def feeds(self) -> QuerySet[Feed]:
        return Feed.objects.kept().select_related("user").order_by("user__pk", "-pk")


class AllFeedsView(EverybodysView):
    """Everybody's feeds: whose they are, and what fetches them."""

    template_name = "planner/subscriptions/all.html"
    page_subtitle = gettext_lazy("Everybody's feeds")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, names = WagtailPaginator(self.feeds, FEEDS_SHOWN).get_page(self.request.GET.get("p")), Names()
        lines = [self.line(feed, names) for feed in page]
        return super().get_context_data(page=page, lines=lines, **kwargs)


class RevokeAnyView(EverybodysView, RevokeView):
    """Ends a feed of anybody."""

    list_name = "planner_feeds:all"

    def crumbs(self) -> list[dict[str, str]]:
        return [*super().crumbs(), {"url": reverse("planner_feeds:all"), "label": _("Everybody's feeds")}]
