"""The base of every command: whatever is wrong is told in one line, and the exit code says that nothing was done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser, SystemCheckError
from django.utils.translation import gettext

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

NOTHING_DONE = 2


class OneLineCommand(BaseCommand):
    """A command that ends bad input with one line "<command>: <message>" on stderr and exit code 2.

    From Python (`call_command`) the same input raises CommandError, with the exit code in `returncode`.
    """

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        self.name = subcommand
        # argparse would print the usage as well, on several lines, before it exits.
        parser.error = self._refuse_arguments  # type: ignore[method-assign]
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if not self._called_from_command_line or options.get("traceback") or isinstance(error, SystemCheckError):
                raise
            self._exit(str(error), code=max(error.returncode, NOTHING_DONE))

    def fail(self, message: str) -> NoReturn:
        """Never returns: raises CommandError with exit code 2."""
        raise CommandError(message, returncode=NOTHING_DONE)

    def user_named(self, name: str | None) -> AbstractBaseUser | None:
        """The user of that name; None where no name was given, which stands for the whole site. One query."""
        if name is None:
            return None
        User = get_user_model()
        user = User.objects.filter(**{User.USERNAME_FIELD: name}).first()
        return user or self.fail(gettext("There is no user “%(name)s”.") % {"name": name})

    def _refuse_arguments(self, message: str) -> NoReturn:
        # Arguments are read before `execute`, out of reach of its `except`.
        if self._called_from_command_line:
            self._exit(message, code=NOTHING_DONE)
        self.fail(message)

    def _exit(self, message: str, *, code: int) -> NoReturn:
        line = " ".join(message.split())
        self.stderr.write(f"{self.name}: {line}")
        sys.exit(code)
