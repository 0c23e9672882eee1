"""Addresses outside the admin: calendar clients cannot log in. Mount at "planner/"."""

from __future__ import annotations

urlpatterns = []
