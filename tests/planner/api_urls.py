"""The reference site's addresses with Wagtail's API v3 beside them."""

from __future__ import annotations

from django.urls import path
from wagtail.api.v3.urls import api

from cms.urls import urlpatterns as site

urlpatterns = [path("api/v3/", api.urls), *site]
