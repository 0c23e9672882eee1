"""Settings for a developer's machine and the demo: no environment variable is needed."""

from __future__ import annotations

from .base import *  # noqa: F403
from .base import env

DEBUG = True
SECRET_KEY = env.str("SECRET_KEY", default="only-for-development-never-in-production")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
