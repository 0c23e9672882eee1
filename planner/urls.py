"""Addresses outside the admin: calendar clients cannot log in. Mount at "planner/"."""

from __future__ import annotations

from django.urls import path

from planner import feeds

urlpatterns = [
    path("feeds/<str:token>.ics", feeds.serve, name="planner_feed"),
    # A link that was typed off, with a slash after it say, still holds a token: Django would log it as not found.
    path("feeds/<path:mistyped>", feeds.nothing),
]
