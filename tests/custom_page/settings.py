"""A site whose pages do not descend from Wagtail's own page model. It brings no reference site: that one does."""

from __future__ import annotations

from cms.settings.test import *  # noqa: F403
from cms.settings.test import INSTALLED_APPS as REFERENCE_APPS

WAGTAIL_PAGE_MODEL = "basepage.BasePage"
INSTALLED_APPS = ["wagtail.test.basepage", *(app for app in REFERENCE_APPS if app != "cms")]
PLANNER_IMPORT_PAGE_TYPES = {}
