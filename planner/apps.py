from __future__ import annotations

import swapper
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# A site may bring its own base page model. Must come before the first `swapper.get_model_name("wagtailcore", ...)`.
swapper.set_app_prefix("wagtailcore", "wagtail")


class PlannerConfig(AppConfig):
    name = "planner"
    verbose_name = _("Journey planner")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from personas.pages import register_page
        from personas.usage import register
        from planner import checks, plan_version, rows  # noqa: F401  (checks registers itself)
        from planner.models import Campaign, Occasion
        from planner.notifications import noting
        from planner.usage import ContentItems, Planned, Rules

        rows.connect()
        noting.connect()
        plan_version.connect()
        register_page("planner_persona:page")
        for source in (ContentItems(), Planned(Campaign), Planned(Occasion), Rules()):
            register(source)
