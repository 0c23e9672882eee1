from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError

from personas.management.base import OneLineCommand


class Failing(OneLineCommand):
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("The file is\n  no CSV.")


@pytest.fixture(autouse=True)
def connections_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)


def test_any_command_error_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        Failing().run_from_argv(["manage.py", "import_content"])
    assert end.value.code == 2
    assert capsys.readouterr().err == "import_content: The file is no CSV.\n"


def test_traceback_shows_the_error_as_it_was_raised() -> None:
    with pytest.raises(CommandError):
        Failing().run_from_argv(["manage.py", "import_content", "--traceback"])
