from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from hypothesis import given
from hypothesis import strategies as st
from taggit.models import Tag

from personas.models import Persona, Phase
from planner import classify
from planner.classify import matching
from planner.models import ClassificationRun, ClassifiedTag, ContentItem, TagRule
from planner.models.classification import normalise_tag
from tests.factories import (
    NOW,
    make_channel,
    make_item,
    make_journey,
    make_page,
    make_persona,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def developer() -> Persona:
    return make_persona("developer")


@pytest.fixture
def phase() -> Phase:
    return make_journey("stdc", phases=("see",)).phases.get()


def themed(*themes: str, **fields: Any) -> ContentItem:
    item = make_item(**fields)
    item.themes.add(*themes)
    return item


def run_rules(*rules: TagRule) -> ClassificationRun | None:
    return classify.apply(ContentItem.objects.all(), rules, user=None, at=NOW, note="test")


@pytest.mark.parametrize(("tag", "normal"), [
    ("Social_Media", "social-media"),
    (" social  media ", "social-media"),
    ("social - media", "social-media"),
    ("ÉTÉ", "été"),
])  # fmt: skip
def test_tags_are_compared_in_one_form(tag: str, normal: str) -> None:
    assert classify.normalise(tag) == normal


@given(st.text())
def test_a_normal_tag_is_its_own_normal_form(text: str) -> None:
    assert normalise_tag(normalise_tag(text)) == normalise_tag(text)


def test_a_rule_adds_what_its_tag_means(developer: Persona) -> None:
    item = themed("Open_Source")
    run = run_rules(TagRule(tag="open-source", persona=developer))
    assert list(item.personas.all()) == [developer]
    assert [(added.item, added.persona) for added in run.added.all()] == [(item, developer)]


def test_a_rule_is_compared_as_tags_are(developer: Persona) -> None:
    item = themed("open-source")
    run_rules(TagRule(tag="Open Source", persona=developer))
    assert item.personas.exists()


def test_a_page_s_own_tags_count_too(developer: Persona) -> None:
    page = make_page("Code")
    page.tags.add("Open source")
    page.save()
    run_rules(TagRule(tag="open-source", persona=developer))
    assert list(page.planner_item.personas.all()) == [developer]


def test_a_tag_of_a_page_is_never_read_as_that_of_an_item_with_the_same_key(developer: Persona) -> None:
    page = make_page("Code")
    page.tags.add("open-source")
    page.save()
    other = make_item(pk=page.pk + 1000)
    run_rules(TagRule(tag="open-source", persona=developer))
    assert not other.personas.exists()


def test_all_three_dimensions_are_filled(developer: Persona, phase: Phase) -> None:
    item, mail = themed("a"), make_channel("mail")
    run_rules(TagRule(tag="a", persona=developer), TagRule(tag="a", phase=phase), TagRule(tag="a", channel=mail))
    assert (item.personas.get(), item.phases.get(), item.channels.get()) == (developer, phase, mail)


def test_what_a_person_set_is_never_changed(developer: Persona, phase: Phase) -> None:
    item = themed("a", personas_by_hand=True)
    run_rules(TagRule(tag="a", persona=developer), TagRule(tag="a", phase=phase))
    assert not item.personas.exists()
    assert item.phases.get() == phase


def test_two_rules_that_say_the_same_add_once(developer: Persona) -> None:
    item = themed("a", "b")
    run = run_rules(TagRule(tag="a", persona=developer), TagRule(tag="b", persona=developer))
    assert (item.personas.count(), run.added.count()) == (1, 1)


def test_what_is_there_already_is_not_an_addition_of_the_run(developer: Persona) -> None:
    themed("a", personas=developer)
    assert run_rules(TagRule(tag="a", persona=developer)) is None
    assert not ClassificationRun.objects.exists()


def test_a_second_run_has_nothing_to_add(developer: Persona) -> None:
    themed("a")
    rule = TagRule(tag="a", persona=developer)
    run_rules(rule)
    assert run_rules(rule) is None


def test_only_the_given_items_are_touched(developer: Persona) -> None:
    chosen, other = themed("a"), themed("a")
    rules = [TagRule(tag="a", persona=developer)]
    classify.apply(ContentItem.objects.filter(pk=chosen.pk), rules, user=None, at=NOW)
    assert not other.personas.exists()


def test_the_preview_counts_per_rule_and_in_total_and_writes_nothing(developer: Persona) -> None:
    themed("a"), themed("a", "b"), themed("b", personas_by_hand=True), themed("a", personas=developer), themed("c")
    rules = [
        TagRule(tag="a", persona=developer),
        TagRule(tag="b", persona=developer),
        TagRule(tag="z", persona=developer),
    ]
    found = classify.preview(ContentItem.objects.off_site(), rules)
    counts = [(one.matches, one.would_add, one.by_hand) for one in found.rules]
    assert counts == [(3, 2, 0), (2, 1, 1), (0, 0, 0)]
    assert (found.items, len(found.additions), found.items_changed, len(found.by_hand)) == (5, 2, 2, 1)
    assert not ClassifiedTag.objects.exists()


def test_the_preview_foretells_the_run(developer: Persona, phase: Phase) -> None:
    themed("a"), themed("b"), themed("a", "b")
    rules = [TagRule(tag="a", persona=developer), TagRule(tag="b", phase=phase)]
    found = classify.preview(ContentItem.objects.all(), rules)
    assert run_rules(*rules).added.count() == len(found.additions)


def test_a_run_can_be_gone_on_with(developer: Persona, phase: Phase) -> None:
    themed("a"), themed("b")
    first = run_rules(TagRule(tag="a", persona=developer))
    rules = [TagRule(tag="b", phase=phase)]
    again = classify.apply(ContentItem.objects.all(), rules, user=None, at=NOW, run=first)
    assert again == first
    assert first.added.count() == 2


@pytest.mark.parametrize("dimension", ["personas", "phases", "channels"])
def test_no_combination_of_rules_changes_a_dimension_set_by_hand(
    dimension: str, developer: Persona, phase: Phase
) -> None:
    item = themed("a", **{f"{dimension}_by_hand": True})
    run_rules(
        TagRule(tag="a", persona=developer),
        TagRule(tag="a", phase=phase),
        TagRule(tag="a", channel=make_channel("mail")),
    )
    assert not getattr(item, dimension).exists()
    assert ClassifiedTag.objects.count() == 2


def make_tagged_items(number: int) -> None:
    theme, _created = Tag.objects.get_or_create(name="a", slug="a")
    for item in [make_item() for _ in range(number)]:
        item.themes.add(theme)
    page = make_page()
    page.planner_item.themes.add(theme)


@pytest.mark.parametrize("number", [3, 60])
def test_the_number_of_queries_does_not_depend_on_the_number_of_items(
    number: int, developer: Persona, phase: Phase, django_assert_num_queries: Any
) -> None:
    make_tagged_items(number)
    rules = [TagRule(tag="a", persona=developer), TagRule(tag="a", phase=phase)]
    items = ContentItem.objects.all()
    ContentType.objects.get_for_model(ContentItem)  # kept from here on, whichever test ran before
    with django_assert_num_queries(6):  # one of them for the tags of a snippet type
        classify.preview(items, rules)
    with django_assert_num_queries(16):
        run = classify.apply(items, rules, user=None, at=NOW)
    assert run.added.count() == 2 * (number + 1)
    with django_assert_num_queries(15):
        classify.undo(run, user=None, at=NOW)


def test_an_item_made_between_two_queries_waits_for_the_next_preview(
    developer: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    themed("a")
    read_plans = matching._read_plans

    def and_one_more(*args: Any) -> Any:
        plans = read_plans(*args)
        themed("a")
        return plans

    monkeypatch.setattr(matching, "_read_plans", and_one_more)
    preview = classify.preview(ContentItem.objects.all(), [TagRule(tag="a", persona=developer)])
    assert (preview.rules[0].matches, len(preview.additions)) == (1, 1)


def test_an_item_deleted_between_two_queries_is_in_no_preview(
    developer: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = themed("a", url="https://example.org/x")
    tags_of = matching.tags_of

    def and_one_less(*args: Any, **kwargs: Any) -> Any:
        tags = tags_of(*args, **kwargs)
        item.delete()
        return tags

    monkeypatch.setattr(matching, "tags_of", and_one_less)
    preview = classify.preview(ContentItem.objects.all(), [TagRule(tag="a", url="example.org", persona=developer)])
    assert not preview.additions
