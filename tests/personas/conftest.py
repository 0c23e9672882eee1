from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import make_user, marieke

Allow = Callable[..., Client]


ROWS = ("needs", "pains", "pleasures", "route")


def persona_form(rows: dict[str, list[dict[str, Any]]] | None = None, **fields: Any) -> dict[str, Any]:
    """What the browser posts for a persona, `rows` being those of its needs, pains, pleasures and route."""
    data = {"name": "Florist", "kind": "current", "market": "b2b", "weight": "1", "active": "on"} | fields
    for name in ROWS:
        found = (rows or {}).get(name, [])
        data |= {f"{name}-TOTAL_FORMS": len(found), f"{name}-INITIAL_FORMS": sum("id" in row for row in found)}
        data |= {f"{name}-{number}-{key}": value for number, row in enumerate(found) for key, value in row.items()}
    return data


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(marieke())
    return client


@pytest.fixture
def allow() -> Allow:
    """A client for somebody who may enter the admin and do just what is named, such as "change_persona"."""

    def allow(*permissions: str) -> Client:
        user = make_user("vera")
        user.user_permissions.set(
            Permission.objects.filter(content_type__app_label="personas", codename__in=permissions)
        )
        client = Client()
        client.force_login(user)
        return client

    return allow
