"""Settings for the test suite: fast hashing, inline tasks, nothing leaves the process."""

from __future__ import annotations

from .base import *  # noqa: F403
from .base import INSTALLED_APPS as SITE_APPS

# A preview in Wagtail 8, so the reference site has it not; the tests hold that writing through it leaves plans alone.
INSTALLED_APPS = [*SITE_APPS, "wagtail.api.v3"]

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WAGTAILADMIN_BASE_URL = "https://cms.example.com"
TIME_ZONE = "Europe/Amsterdam"
LANGUAGE_CODE = "en"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
INSTALLED_APPS = [*INSTALLED_APPS, "tests.notes"]
