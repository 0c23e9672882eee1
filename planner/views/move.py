"""Moves one item to another moment: a plain form, and the same for whoever drags it onto a day."""

from __future__ import annotations

from datetime import time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.dateparse import parse_time
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner import access
from planner.aims import Aim, Means, Reason, Refusal, at_time, means_of, on_day, present_aim
from planner.collisions import in_blackouts
from planner.day_events import day_events_between
from planner.entries import ONE_DAY, Entry, Kind, entries_between, entry_at
from planner.fields import DayField, NativeTime
from planner.locked_rows import gone
from planner.reschedule import Moved, move, obstacle, version
from planner.schedule import midnight, read_day
from planner.views.calendar_spans import DayEvents, hints
from planner.views.moving import MovingView
from planner.views.notices import anchor, leave_notice, read_undo


class MoveForm(forms.Form):
    """A day, and a time where it has one."""

    date = DayField(label=gettext_lazy("New date"))
    time = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=NativeTime)

    def __init__(self, *args: Any, needs_time: bool, takes_time: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date"].widget.attrs["autofocus"] = True
        self.fields["time"].required = needs_time
        if not takes_time:
            del self.fields["time"]
        elif not needs_time:
            self.fields["time"].help_text = _("Leave empty for the whole day.")


class MoveView(MovingView):
    """Where an item stands, where it should go, and what that means, before anything is changed."""

    template_name = "planner/items/move.html"
    read_of_item = ("record", "means", "present")

    @cached_property
    def kind(self) -> Kind:
        asked = self.request.POST.get("kind") or self.request.GET.get("kind")
        return Kind.REVIEW if asked == Kind.REVIEW else Kind.PUBLICATION

    @cached_property
    def means(self) -> Means:
        return means_of(self.record, self.kind)

    @cached_property
    def present(self) -> Aim:
        return present_aim(self.record, self.means, self.site_zone)

    @cached_property
    def back_to(self) -> str:
        """Where the reader came from; else the calendar in the month where the item stands."""
        if self.next:
            return self.next
        day = self.present.day(self.zone, self.site_zone)
        return self.home + (f"?month={day:%Y-%m}" if day else "")

    def get_page_title(self) -> str:
        return _("Move the review") if self.kind == Kind.REVIEW else _("Move")

    def get_template_names(self) -> list[str]:
        is_piece = self.request.headers.get("X-Requested-With") == "XMLHttpRequest"
        return ["planner/items/move_outcome.html" if is_piece else self.template_name]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if "drop" in request.POST and (self.editors or self._drops_into_blackout()):
                return JsonResponse({"ask": self._address_with_drop()})
            form = None if {"drop", "undo", "take_off"} & request.POST.keys() else self.form(request.POST)
            if form and not form.is_valid():
                return self.render_to_response(self.get_context_data(form=form), status=422)
            done = self._move(form)
        except Http404:
            return self.refuse(gone())
        except Refusal as refusal:
            return self.refuse(refusal)
        leave_notice(request, done)
        if self.asks_for_json:
            return JsonResponse({"message": done.sentence, "anchor": anchor(done.item_id, done.kind)})
        return HttpResponseRedirect(f"{self.back_to.partition('#')[0]}#{anchor(done.item_id, done.kind)}")

    def _move(self, form: MoveForm | None) -> Moved:
        data = self.request.POST
        asked = {"user": self.request.user, "now": self.now, "kind": self.kind}
        if "undo" in data:
            to, token = read_undo(data["undo"], self.item.pk, self.kind)
            return move(self.item, to, token=token, back=True, **asked)
        token = data.get("token", "")
        if "take_off" in data:
            return move(self.item, Aim(), token=token, **asked)
        if form is None:
            day = read_day(data.get("date", ""))
            if day is None:
                raise Refusal(Reason.IMPOSSIBLE, _("Choose a day from 1970 to 2100."))
            return move(
                self.item, on_day(self.present, day, zone=self.zone, site_zone=self.site_zone), token=token, **asked
            )
        return move(self.item, self.aim_of(form.cleaned_data), token=token, **asked)

    @property
    def home(self) -> str:
        return reverse("planner_calendar:index")

    def fresh(self) -> dict[str, str]:
        return {"token": version(self.item), "stands": str(self.present)}

    def filled_in(self) -> dict[str, Any]:
        return {"form": self.form(self.request.POST) if "date" in self.request.POST else None}

    def _drops_into_blackout(self) -> bool:
        day = read_day(self.request.POST.get("date", ""))
        if day is None or self.kind != Kind.PUBLICATION:
            return False
        to = on_day(self.present, day, zone=self.zone, site_zone=self.site_zone)
        events = day_events_between(day, day + ONE_DAY)
        return bool(in_blackouts([self._entry_at(to)], events, self.zone))

    def _address_with_drop(self) -> str:
        """The address of this form with what a drop asks for: something has to be read before it is done."""
        day = read_day(self.request.POST.get("date", ""))
        query = {"kind": self.kind.value, "date": f"{day or ''}", "next": self.back_to}
        return f"{self.request.path}?{urlencode(query)}"

    def form(self, data: Any = None) -> MoveForm:
        needs_time = self.means in {Means.SCHEDULE, Means.START}
        return MoveForm(data, initial=self._initial(), needs_time=needs_time, takes_time=self.means != Means.REVIEW)

    def _initial(self) -> dict[str, Any]:
        """Where the item stands, with what the address asks for on top."""
        query = self.request.GET
        local = self.present.moment.astimezone(self.zone) if self.present and self.present.has_time else None
        day = read_day(query.get("date", "")) or self.present.day(self.zone, self.site_zone)
        clock = _clock(query["time"]) if "time" in query else local.time() if local else None
        return {"date": day, "time": clock}

    def aim_of(self, values: dict[str, Any]) -> Aim:
        """The moment that a day and a time stand for, on the reader's clock. Raises `Refusal`."""
        day, clock = values.get("date"), values.get("time")
        if day is None:
            return Aim()
        if clock is None:
            return Aim(midnight(day, self.site_zone))
        return at_time(day, clock, zone=self.zone)

    def get_context_data(self, form: MoveForm | None = None, refusal: str = "", **kwargs: Any) -> dict[str, Any]:
        user, item = self.request.user, self.item
        blocked = obstacle(item, self.record, self.means, user=user, now=self.now)
        to, doubt = self._wanted(form)
        if not blocked and not doubt and to and to != self.present:
            doubt = obstacle(item, self.record, self.means, to, user=user, now=self.now)
        others = self._others(to) if to and not doubt else []
        return super().get_context_data(
            item=item,
            status=self.record.facts.status(self.now, self.site_zone),
            late=self.record.facts.is_late,
            means=self.means.value,
            kind=self.kind.value,
            present=self.present,
            form=form or self.form(),
            refusal=refusal,
            blocked=blocked,
            to=to,
            doubt=doubt,
            changes=bool(to and to != self.present),
            others=len(others),
            hints=self._hints(to, others) if to and not doubt else [],
            editors=self.editors,
            may_take_off=self.means == Means.TARGET and item.target_at is not None,
            token=version(item),
            next=self.back_to,
            **kwargs,
        )

    def _wanted(self, form: MoveForm | None) -> tuple[Aim, str]:
        """What stands in the form, and why that is no moment."""
        if form is not None and not form.is_valid():
            return Aim(), ""
        try:
            return self.aim_of(form.cleaned_data if form else self._initial()), ""
        except Refusal as refusal:
            return Aim(), refusal.sentence

    def _others(self, to: Aim) -> list[Entry]:
        """The other entries that the reader sees on that day."""
        day = to.day(self.zone, self.site_zone)
        start = midnight(day, self.zone)
        found = entries_between(
            access.visible_items(self.request.user).exclude(pk=self.item.pk),
            start=start - ONE_DAY,
            end=start + 2 * ONE_DAY,
            now=self.now,
            zone=self.site_zone,
        )
        return [entry for entry in found if entry.day(self.zone) == day]

    def _hints(self, to: Aim, others: list[Entry]) -> list[str]:
        """What the calendar would say of the item on that day: a blackout, the same persona and channel."""
        day = to.day(self.zone, self.site_zone)
        if self.kind != Kind.PUBLICATION or day < self.local_day:
            return []
        events = DayEvents(day_events_between(day, day + ONE_DAY))
        moved = self._entry_at(to)
        return hints([*others, moved], events, self.zone).get(moved.item_id, [])

    def _entry_at(self, to: Aim) -> Entry:
        asked = {"all_day": not to.has_time, "now": self.now, "zone": self.site_zone}
        return entry_at(self.record, self.kind, to.moment, **asked)


def _clock(text: str) -> time | None:
    try:
        return parse_time(text)
    except ValueError:
        return None
