from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from personas.management.commands.load_journey import Command
from personas.models import Channel, Journey
from tests.factories import make_journey

pytestmark = pytest.mark.django_db

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command as a shell does: its exit code and what it wrote on stderr."""
    # A command that ends closes its connections, and with them the test's transaction.
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)

    def run(*arguments: str) -> tuple[int, str]:
        try:
            Command().run_from_argv(["manage.py", "load_journey", *arguments])
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return code, capsys.readouterr().err

    return run


def test_it_makes_a_journey_named_after_its_model(run: Run) -> None:
    assert run("4v", "--language", "nl") == (0, "")
    journey = Journey.objects.get()
    assert (journey.name, journey.slug) == ("4V-verkoopfasenmodel", "4v-verkoopfasenmodel")
    assert journey.phases.count() == 4
    assert not Channel.objects.exists()


def test_it_takes_a_name_and_a_slug(run: Run) -> None:
    run("aida", "--language", "en", "--name", "Become a customer", "--slug", "customer")
    journey = Journey.objects.get()
    assert (journey.name, journey.slug) == ("Become a customer", "customer")


def test_it_creates_the_default_channels_where_asked(run: Run) -> None:
    assert run("4v", "--language", "en", "--channels") == (0, "")
    assert Channel.objects.filter(slug="trade-fair", name="Trade fair and event").exists()


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["funnel", "--language", "nl"], "funnel"),
        (["4v", "--language", "fr"], "fr"),
        (["4v"], "--language"),
        (["4v", "--language", "nl", "--nmae", "x"], "--nmae"),
        ([], "PRESET"),
        (["4v", "--language", "nl", "--slug", "taken", "--channels"], "taken"),
        (["4v", "--language", "nl", "--slug", "no slug"], "no slug"),
        (["4v", "--language", "nl", "--name", "two\nlines", "--slug", "taken"], "taken"),
    ],
)
def test_bad_input_ends_in_one_line_and_exit_code_2_with_nothing_written(
    run: Run, arguments: list[str], names: str
) -> None:
    make_journey("taken")
    code, errors = run(*arguments)
    assert code == 2
    assert errors.startswith("load_journey: ")
    assert names in errors
    assert errors.count("\n") == 1
    assert (Journey.objects.count(), Channel.objects.count()) == (1, 0)


def test_from_python_bad_input_raises_a_command_error_with_exit_code_2() -> None:
    with pytest.raises(CommandError, match="funnel") as refusal:
        call_command("load_journey", "funnel", language="nl")
    assert refusal.value.returncode == 2


def test_from_python_a_missing_argument_raises_a_command_error_with_exit_code_2() -> None:
    with pytest.raises(CommandError, match="--language") as refusal:
        call_command("load_journey", "4v")
    assert refusal.value.returncode == 2
