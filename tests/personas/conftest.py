from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import make_user, marieke

Allow = Callable[..., Client]


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
