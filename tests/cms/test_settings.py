"""Settings come from the environment, and production does not start half-configured."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHOW = "import django; django.setup(); from django.conf import settings; print({expression})"


def start(
    project_folder: Path, module: str, expression: str = "'started'", **variables: str
) -> subprocess.CompletedProcess[str]:
    """A fresh process with nothing in its environment but the given variables."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": module, **variables}
    return subprocess.run(
        [sys.executable, "-c", SHOW.format(expression=expression)],
        cwd=project_folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def value(project_folder: Path, expression: str, **variables: str) -> str:
    process = start(project_folder, "cms.settings.dev", f"settings.{expression}", **variables)
    assert process.returncode == 0, process.stderr
    return process.stdout.strip()


def test_production_refuses_to_start_without_a_secret_key(project_folder: Path) -> None:
    process = start(project_folder, "cms.settings.production", ALLOWED_HOSTS="example.com")
    assert process.returncode != 0
    assert "SECRET_KEY is not set" in process.stderr


def test_production_refuses_to_start_without_host_names(project_folder: Path) -> None:
    process = start(project_folder, "cms.settings.production", SECRET_KEY="x" * 60)
    assert process.returncode != 0
    assert "ALLOWED_HOSTS is not set" in process.stderr


def test_production_starts_with_both(project_folder: Path) -> None:
    process = start(project_folder, "cms.settings.production", SECRET_KEY="x" * 60, ALLOWED_HOSTS="example.com")
    assert process.stdout.strip() == "started", process.stderr


def test_development_needs_nothing(project_folder: Path) -> None:
    assert start(project_folder, "cms.settings.dev").stdout.strip() == "started"


def test_manage_uses_the_development_settings_unless_told_otherwise(project_folder: Path) -> None:
    process = subprocess.run(
        [sys.executable, "manage.py", "diffsettings"],
        cwd=project_folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "DEBUG = True" in process.stdout


@pytest.mark.parametrize(
    ("expression", "variables", "expected"),
    [
        ("TIME_ZONE", {}, "Europe/Amsterdam"),
        ("TIME_ZONE", {"TIME_ZONE": "UTC"}, "UTC"),
        ("LANGUAGE_CODE", {}, "en"),
        ("LANGUAGE_CODE", {"LANGUAGE_CODE": "nl"}, "nl"),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "a.example,b.example"}, "['a.example', 'b.example']"),
        ("CSRF_TRUSTED_ORIGINS", {"CSRF_TRUSTED_ORIGINS": "https://a.example"}, "['https://a.example']"),
        ("WAGTAILADMIN_BASE_URL", {"WAGTAILADMIN_BASE_URL": "https://a.example"}, "https://a.example"),
        ("EMAIL_HOST", {"EMAIL_URL": "smtp://mail.example:25"}, "mail.example"),
        ("DATABASES['default']['NAME']", {"DATABASE_URL": "sqlite:////srv/other.sqlite3"}, "/srv/other.sqlite3"),
        ("CACHES['default']['LOCATION']", {"REDIS_URL": "redis://cache.example/1"}, "redis://cache.example/1"),
    ],
)
def test_the_environment_decides(
    project_folder: Path, expression: str, variables: dict[str, str], expected: str
) -> None:
    assert value(project_folder, expression, **variables) == expected


def test_sqlite_waits_for_other_writers(project_folder: Path) -> None:
    options = value(project_folder, "DATABASES['default']['OPTIONS']")
    assert "'transaction_mode': 'IMMEDIATE'" in options
    assert "'timeout': 20" in options
    assert "journal_mode=WAL" in options
