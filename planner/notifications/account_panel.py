"""The switches in Wagtail's account settings: which notifications a user wants by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab
from wagtail.admin.widgets import SwitchInput

from planner import access, conf
from planner.models import NotificationPreferences

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest
    from wagtail.users.models import UserProfile


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = NotificationPreferences
        fields = ["owner_assigned", "date_moved", "overdue", "gap_digest"]
        widgets = dict.fromkeys(fields, SwitchInput())


class PlannerNotificationsPanel(BaseSettingsPanel):
    """Beside Wagtail's own, for whoever may use the planner."""

    name = "planner_notifications"
    title = _("Planner")
    tab = notifications_tab
    order = 200

    def is_active(self) -> bool:
        return conf.get("PLANNER_NOTIFICATIONS_ENABLED") and access.may_use_planner(self.user)

    def get_form(self) -> PreferencesForm:
        if self.request.method == "POST":
            # Two first saves at once would make two rows.
            kept, _made = NotificationPreferences.objects.get_or_create(user=self.user)
            return PreferencesForm(self.request.POST, instance=kept, prefix=self.name)
        kept = NotificationPreferences.objects.filter(user=self.user).first()
        return PreferencesForm(instance=kept or NotificationPreferences(user=self.user), prefix=self.name)


def account_panel(request: HttpRequest, user: AbstractBaseUser, profile: UserProfile) -> BaseSettingsPanel:
    """The panel, as Wagtail's hook asks for it."""
    return PlannerNotificationsPanel(request, user, profile)
