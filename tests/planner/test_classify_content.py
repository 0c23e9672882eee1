from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from personas.models import Persona
from planner.models import ClassificationRun, ContentItem, LeftOutType, TagRule
from tests.factories import bea, erik, make_item, make_journey, make_page, make_persona, make_section, make_user, nina

pytestmark = pytest.mark.django_db

NO_RULES = "rules.json holds no tag rules. Expected are the parts persona, phase, channel, each with tags by slug."


@pytest.fixture
def developer() -> Persona:
    return make_persona("developer")


@pytest.fixture
def rule(developer: Persona) -> TagRule:
    return TagRule.objects.create(tag="code", persona=developer)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        call_command("classify_content", *arguments)
        return capsys.readouterr().out

    return run


@pytest.fixture
def refusal() -> Callable[..., str]:
    def refusal(*arguments: str) -> str:
        with pytest.raises(CommandError) as refused:
            call_command("classify_content", *arguments)
        assert refused.value.returncode == 2
        assert not ClassificationRun.objects.filter(undone_at__isnull=False).exists()
        return str(refused.value)

    return refusal


def about_code(title: str = "", **fields: Any) -> ContentItem:
    item = make_item(title, **fields)
    item.themes.add("Code")
    return item


def write_rules(folder: Path, content: Any) -> str:
    path = folder / "rules.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_without_an_option_it_shows_what_it_would_do(rule: TagRule, run: Callable[..., str]) -> None:
    about_code(), about_code(personas_by_hand=True)
    assert run().splitlines() == [
        "rule              matches  would add  by hand",
        "code → Developer        2          1        1",
        "Items: 3, of which would change: 1. Additions: 1. Left alone because a person set them: 1.",
        "Nothing was written. Use --apply to add them.",
    ]
    assert not ClassificationRun.objects.exists()


def test_a_dry_run_is_the_same_as_no_option(rule: TagRule, run: Callable[..., str]) -> None:
    about_code()
    assert run("--dry-run") == run()


def test_apply_adds_and_says_how_to_take_it_back(rule: TagRule, developer: Persona, run: Callable[..., str]) -> None:
    item = about_code()
    said = run("--apply")
    number = ClassificationRun.objects.get().pk
    assert said == f"Run {number} made 1 addition. Take it back with --undo {number}.\n"
    assert item.personas.get() == developer


def test_apply_with_nothing_to_add_says_so(rule: TagRule, run: Callable[..., str]) -> None:
    assert run("--apply") == "The rules had nothing to add.\n"


def test_undo_takes_a_run_back(rule: TagRule, run: Callable[..., str]) -> None:
    item = about_code()
    run("--apply")
    number = ClassificationRun.objects.get().pk
    said = run("--undo", str(number))
    assert said == f"Run {number} is taken back. Removed: 1. Kept because a person set them since: 0.\n"
    assert not item.personas.exists()


def test_rules_may_come_from_a_file(run: Callable[..., str], developer: Persona, tmp_path: Path) -> None:
    item, see = about_code(), make_journey("stdc", phases=("see",)).phases.get()
    run("--apply", "--rules", write_rules(tmp_path, {"persona": {"developer": ["CODE"]}, "phase": {"see": ["code"]}}))
    assert (item.personas.get(), item.phases.get()) == (developer, see)
    assert not TagRule.objects.exists()


def test_a_phase_that_several_journeys_have_needs_its_journey(
    run: Callable[..., str], refusal: Callable[..., str], tmp_path: Path
) -> None:
    item = about_code()
    make_journey("one", phases=("see",))
    two = make_journey("two", phases=("see",)).phases.get()
    said = refusal("--apply", "--rules", write_rules(tmp_path, {"phase": {"see": ["code"]}}))
    assert said == "The phase “see” is in several journeys. Name the journey, or write one of: one/see, two/see."
    run("--apply", "--rules", write_rules(tmp_path, {"phase": {"two/see": ["code"]}}))
    assert item.phases.get() == two


def test_unknown_slugs_are_all_named_and_nothing_is_written(
    refusal: Callable[..., str], developer: Persona, tmp_path: Path
) -> None:
    item = about_code()
    rules = {"persona": {"developer": ["code"], "ghost": ["code"]}, "phase": {"nowhere": ["code"]}}
    said = refusal("--apply", "--rules", write_rules(tmp_path, rules))
    assert said == "rules.json names what does not exist here: persona “ghost”, phase “nowhere”."
    assert not item.personas.exists()


@pytest.mark.parametrize(("content", "message"), [
    ("no json", "rules.json is not a JSON file in UTF-8."),
    ("[" * 100_000, "rules.json is not a JSON file in UTF-8."),
    ([], NO_RULES),
    ({"people": {}}, NO_RULES),
    ({"persona": {"a": "code"}}, "rules.json: the part persona must give a list of tags for each slug."),
    ({"persona": {"a": [1]}}, "rules.json: the part persona must give a list of tags for each slug."),
    ({"persona": {"a b": ["code"]}},
     "rules.json: “a b” cannot be the slug of a persona. Use at most 100 letters, digits, - and _."),
])  # fmt: skip
def test_a_file_without_rules_is_refused_in_one_line(
    refusal: Callable[..., str], tmp_path: Path, content: Any, message: str
) -> None:
    assert refusal("--rules", write_rules(tmp_path, content)) == message


def test_a_file_that_does_not_exist_is_refused(refusal: Callable[..., str], tmp_path: Path) -> None:
    assert refusal("--rules", str(tmp_path / "none.json")) == "none.json cannot be read: No such file or directory."


def test_without_rules_there_is_nothing_to_do(refusal: Callable[..., str]) -> None:
    assert refusal("--apply") == "There are no tag rules. Make them in the admin, or name a file with --rules."


def test_an_unknown_user_is_refused(rule: TagRule, refusal: Callable[..., str]) -> None:
    assert refusal("--apply", "--user", "nobody") == "There is no user “nobody”."


def test_an_unknown_run_is_refused(refusal: Callable[..., str]) -> None:
    assert refusal("--undo", "77") == "There is no run 77."


def test_a_second_undo_is_refused(rule: TagRule, run: Callable[..., str]) -> None:
    about_code()
    run("--apply")
    number = str(ClassificationRun.objects.get().pk)
    run("--undo", number)
    with pytest.raises(CommandError, match=f"Run {number} was taken back already"):
        call_command("classify_content", "--undo", number)


def test_only_one_thing_can_be_asked_for(refusal: Callable[..., str]) -> None:
    assert "not allowed with argument" in refusal("--apply", "--undo", "1")


def test_with_a_user_only_what_they_may_tag_is_classified(rule: TagRule, run: Callable[..., str]) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    own, other = make_page(parent=section_a), make_page(parent=section_b)
    for page in (own, other):
        page.planner_item.themes.add("code")
    off_site = about_code(section=section_a)
    erik(section_a)
    run("--apply", "--user", "erik")
    assert [item.personas.exists() for item in (own.planner_item, other.planner_item, off_site)] == [True, False, True]


def test_whoever_may_publish_but_not_edit_tags_nothing(rule: TagRule, run: Callable[..., str]) -> None:
    section = make_section("A")
    make_page(parent=section).planner_item.themes.add("code")
    make_user("pia", section=section, can=("publish",))
    assert run("--apply", "--user", "pia") == "The rules had nothing to add.\n"


def test_the_right_to_tag_is_enough_for_all_that_one_sees(rule: TagRule, run: Callable[..., str]) -> None:
    section = make_section("A")
    page, hidden = make_page(parent=section), about_code()
    page.planner_item.themes.add("code")
    pia = make_user("pia", section=section, can=("publish",))
    pia.user_permissions.add(Permission.objects.get(codename="tag_content"))
    run("--apply", "--user", "pia")
    assert (page.planner_item.personas.exists(), hidden.personas.exists()) == (True, False)


def test_a_user_without_pages_sees_no_item(rule: TagRule, run: Callable[..., str]) -> None:
    about_code()
    nina()
    assert "Items: 0," in run("--user", "nina")


def test_a_run_over_items_of_others_cannot_be_taken_back(rule: TagRule, run: Callable[..., str]) -> None:
    section = make_section("B")
    item = about_code()
    run("--apply")
    bea(section)
    number = ClassificationRun.objects.get().pk
    with pytest.raises(CommandError) as refused:
        call_command("classify_content", "--undo", str(number), "--user", "bea")
    assert str(refused.value) == f"Run {number} changed items that bea may not tag. Nothing was taken back."
    assert item.personas.exists()


def test_a_run_is_taken_back_though_a_type_was_left_out_since(rule: TagRule, run: Callable[..., str]) -> None:
    section = make_section("B")
    page = make_page(parent=section)
    page.planner_item.themes.add("code")
    run("--apply")
    bea(section)
    LeftOutType.objects.create(content_type=page.content_type)
    run("--undo", str(ClassificationRun.objects.get().pk), "--user", "bea")
    assert not page.planner_item.personas.exists()
