"""Addresses outside the admin: calendar clients cannot log in. Mount at "planner/"."""

from __future__ import annotations

from django.urls import path

from planner import feeds

urlpatterns = [path("feeds/<str:token>.ics", feeds.serve, name="planner_feed")]
