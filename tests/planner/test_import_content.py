"""The command import_content: its options, its exit codes, its messages, and what it refuses."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook
from taggit.models import Tag
from wagtail.models import Page, Revision, Site

from cms.models import ArticlePage
from personas.models import Channel, Journey, Persona, Phase
from planner.models import ClassificationRun, ContentItem
from tests.factories import (
    NOW,
    days,
    make_journey,
    make_page,
    make_persona,
)
from tests.planner.importing import RULES, run_import, write_content, write_rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def iso(number: float) -> str:
    return (NOW + days(number)).isoformat()


def imported(number: int = 1) -> ContentItem:
    return ContentItem.objects.get(import_id=f"id-{number}")


@pytest.fixture
def refusal() -> Callable[..., str]:
    """The one line with which the command ends when it does nothing; checks that it did nothing."""

    def refusal(*arguments: str) -> str:
        def everything() -> list[int]:
            models = (Page, ContentItem, Persona, Phase, Journey, Channel, Tag, ClassificationRun, Revision)
            return [model.objects.count() for model in models]

        before = everything()
        with pytest.raises(CommandError) as refused:
            call_command("import_content", *arguments)
        assert refused.value.returncode == 2
        assert everything() == before
        return str(refused.value)

    return refusal


def test_bad_rows_are_told_by_line_and_the_others_go_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_content(
        tmp_path,
        {"title": ""},
        {"kind": "podcast"},
        {},
        {"id": "id-3"},
        {"channel": "fax"},
        {"publish_at": iso(-1), "expires_at": iso(-2)},
    )
    assert run_import(file) == 1
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "line 2: refused, title is empty",
        "line 3: refused, the setting PLANNER_IMPORT_PAGE_TYPES has no page type for kind “podcast”; "
        "it has: news, event",
        "line 5: refused, its id, “id-3”, stands on line 4 already",
        "line 6: refused, there is no channel “fax”; make it in the admin, or use --create-vocabulary",
        "line 7: warning, it expires before it is published, so it is never live",
    ]
    assert said.out == "2 new, 0 changed, 0 unchanged, 4 refused.\n"


def test_a_row_that_the_database_refuses_does_not_take_its_batch_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("planner.importing.slugs.Slugs.free", lambda self, row: "same" if row.line < 4 else "other")
    assert run_import(write_content(tmp_path, {}, {}, {})) == 1
    assert capsys.readouterr().err.startswith("line 3: refused, slug: The slug 'same' is already in use")
    assert ContentItem.objects.filter(import_id__isnull=False).count() == 2


def test_a_page_type_that_cannot_stand_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = make_page("Article")
    assert run_import(write_content(tmp_path, {}), "--parent", article.slug) == 2
    assert "its page type, Article, cannot stand under “Article”; choose another --parent" in capsys.readouterr().err


def test_a_page_type_outside_the_plan_is_refused(tmp_path: Path, settings: Any, capsys: Any) -> None:
    settings.PLANNER_EXCLUDED_TYPES = ["cms.ArticlePage"]
    assert run_import(write_content(tmp_path, {})) == 2
    assert "its page type is left out of the plan" in capsys.readouterr().err


def test_a_row_of_a_type_that_was_left_out_since_is_refused_and_its_page_not_touched(
    tmp_path: Path, settings: Any, capsys: Any
) -> None:
    assert run_import(write_content(tmp_path, {"title": "Before"})) == 0
    settings.PLANNER_EXCLUDED_TYPES = ["cms.ArticlePage"]
    assert run_import(write_content(tmp_path, {"title": "After"})) == 2
    assert "let “Article” count under Planner > What counts" in capsys.readouterr().err
    assert ContentItem.objects.get(import_id__isnull=False).page.title == "Before"


@pytest.mark.parametrize("target", ["pages", "items"])
def test_a_dry_run_counts_the_same_and_writes_nothing(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_content(tmp_path, {"publish_at": iso(-1), "channel": "mail"}, {"title": ""}, {"publish_at": iso(5)})
    arguments = [file, "--rules", write_rules(tmp_path), "--create-vocabulary"]
    assert run_import(*arguments, "--dry-run", target=target) == 1
    foretold = capsys.readouterr()
    assert not ContentItem.objects.filter(import_id__isnull=False).exists()
    assert not Persona.objects.exists()
    assert not Channel.objects.filter(slug="mail").exists()
    assert run_import(*arguments, target=target) == 1
    told = capsys.readouterr()
    assert foretold.err == told.err
    assert foretold.out.splitlines()[0] == told.out.splitlines()[0]


def test_a_dry_run_finds_what_the_page_type_itself_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ArticlePage._meta.get_field("intro"), "blank", False)
    assert run_import(write_content(tmp_path, {"publish_at": iso(-1)}), "--dry-run") == 2
    assert capsys.readouterr().err == "line 2: refused, intro: This field cannot be blank.\n"


def test_progress_is_for_a_terminal_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_content(tmp_path, *({} for _ in range(150)))
    quiet, terminal = io.StringIO(), io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    for stderr in (quiet, terminal):
        call_command("import_content", file, "--as", "items", stderr=stderr)
    assert quiet.getvalue() == ""
    assert terminal.getvalue() == "\r100 / 150\r150 / 150\n"


def test_a_workbook_can_be_imported(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id", "title", "kind"])
    book.active.append(["id-1", "From a workbook", "news"])
    book.save(tmp_path / "content.xlsx")
    assert run_import(str(tmp_path / "content.xlsx")) == 0
    assert imported().page.title == "From a workbook"


def test_a_file_that_is_no_csv_changes_nothing(refusal: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "people.html").write_text("<!doctype html>", encoding="utf-8")
    arguments = ["--rules", write_rules(tmp_path), "--create-vocabulary"]
    said = refusal(str(tmp_path / "people.html"), "--as", "pages", *arguments)
    assert said == "people.html has no column id, title. It begins with: “<!doctype html>”."


def test_a_file_that_breaks_off_changes_nothing(refusal: Callable[..., str], tmp_path: Path) -> None:
    file = Path(write_content(tmp_path, *({} for _ in range(250))))
    file.write_bytes(file.read_bytes() + b"id-x,caf\xe9,news\n")
    assert "line 252 cannot be read" in refusal(str(file), "--as", "pages")


def test_unknown_personas_and_phases_are_refused_by_name(refusal: Callable[..., str], tmp_path: Path) -> None:
    make_persona("developer")
    said = refusal(write_content(tmp_path, {}), "--as", "pages", "--rules", write_rules(tmp_path))
    assert said == "rules.json names what does not exist here: persona “designer”, phase “see”, phase “do”."


def test_what_cannot_be_made_leaves_nothing_half_made(refusal: Callable[..., str], tmp_path: Path) -> None:
    rules = write_rules(tmp_path, {"persona": {"developer": ["a"]}, "phase": {"elsewhere/see": ["a"]}})
    said = refusal(write_content(tmp_path, {}), "--as", "pages", "--rules", rules, "--create-vocabulary")
    assert "phase “elsewhere/see”" in said


def test_an_unknown_journey_is_refused(refusal: Callable[..., str], tmp_path: Path) -> None:
    said = refusal(
        write_content(tmp_path, {}), "--as", "items", "--rules", write_rules(tmp_path, {"phase": {}}), "--journey", "x"
    )
    assert said == "There is no journey “x”. Make it in the admin, or use --create-vocabulary."


def test_a_journey_that_cannot_be_named_so_is_refused(refusal: Callable[..., str], tmp_path: Path) -> None:
    file = write_content(tmp_path, {})
    said = refusal(file, "--as", "items", "--rules", write_rules(tmp_path), "--journey", "a b", "--create-vocabulary")
    assert said == "“a b” cannot be the slug of a journey. Use letters, digits, - and _."


def test_an_unknown_parent_is_refused(refusal: Callable[..., str], tmp_path: Path) -> None:
    said = refusal(write_content(tmp_path, {}), "--as", "pages", "--parent", "/nowhere/")
    assert said == "There is no page at /nowhere/. Give its address on the site, such as /news/."


def test_it_has_to_be_told_what_rows_become(refusal: Callable[..., str], tmp_path: Path) -> None:
    assert "--as" in refusal(write_content(tmp_path, {}))


def test_a_site_without_pages_needs_a_parent(refusal: Callable[..., str], tmp_path: Path) -> None:
    Site.objects.all().delete()
    said = refusal(write_content(tmp_path, {}), "--as", "pages")
    assert said == "There is no default site to put pages in. Make one, or say where with --parent."


@pytest.mark.parametrize("target", ["pages", "items"])
def test_a_batch_costs_no_query_per_row_but_those_of_the_page_itself(
    tmp_path: Path, target: str, django_assert_max_num_queries: Any
) -> None:
    per_row = 45 if target == "pages" else 0
    rows = [{"publish_at": iso(-1), "themes": "code", "channel": "mail"} for _ in range(40)]
    file = write_content(tmp_path, *rows)
    arguments = ["--rules", write_rules(tmp_path, RULES), "--create-vocabulary"]
    with django_assert_max_num_queries(110 + per_row * len(rows)):
        run_import(file, *arguments, target=target)


def test_the_personas_of_the_rules_are_judged_in_the_journey_they_name(tmp_path: Path) -> None:
    journey = make_journey("known", phases=("see",))
    persona = make_persona("florist")
    rules = write_rules(tmp_path, {"persona": {"florist": ["flowers"]}, "phase": {"see": ["news"]}})
    run_import(write_content(tmp_path), "--rules", rules, "--journey", "known", target="items")
    assert journey.personas.get() == persona


def test_a_row_without_a_kind_becomes_the_first_page_type(tmp_path: Path) -> None:
    run_import(write_content(tmp_path, {"id": "1", "title": "Only these two"}))
    assert ArticlePage.objects.get(title="Only these two").planner_item.import_id == "1"


def test_a_site_without_page_types_is_told_before_the_first_row(
    refusal: Callable[..., str], tmp_path: Path, settings: Any
) -> None:
    settings.PLANNER_IMPORT_PAGE_TYPES = {}
    assert "PLANNER_IMPORT_PAGE_TYPES names no page type" in refusal(write_content(tmp_path), "--as", "pages")


def test_where_no_row_goes_in_no_vocabulary_stays_behind(refusal: Callable[..., str], tmp_path: Path) -> None:
    file = write_content(tmp_path, {"id": "1", "title": ""})
    message = refusal(file, "--as", "items", "--rules", write_rules(tmp_path), "--create-vocabulary")
    assert "No row could be imported: nothing was changed." in message
    assert not Persona.objects.exists()
    assert not Journey.objects.exists()
