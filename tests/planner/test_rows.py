"""Exactly one row per page, however the page comes into being; and what a copy or a translation starts with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.test import Client
from wagtail.models import Locale, Page

from cms.models import SectionPage
from planner import rows
from planner.models import ContentItem, excluded_types
from tests.factories import make_channel, make_page, make_persona, make_section, marieke, root_page, tag

pytestmark = pytest.mark.django_db


def rows_of(page: Any) -> int:
    return ContentItem.objects.filter(page_id=page.pk).count()


def tags_of(page: Any) -> tuple[set[str], set[str]]:
    row = ContentItem.objects.get(page_id=page.pk)
    return {one.slug for one in row.personas.all()}, {one.slug for one in row.channels.all()}


def test_a_new_page_gets_a_row_and_saving_it_again_makes_no_second() -> None:
    page = make_page()
    page.save()
    page.save_revision().publish()
    assert rows_of(page) == 1


def test_the_trees_root_has_none_and_the_home_page_has_one() -> None:
    assert rows_of(Page.objects.get(depth=1)) == 0
    assert rows_of(root_page()) == 1


def test_deleting_a_page_deletes_its_row() -> None:
    page = make_page()
    key = page.pk
    page.delete()
    assert not ContentItem.objects.filter(page_id=key).exists()


def test_a_page_of_an_excluded_type_has_none(settings: Any) -> None:
    settings.PLANNER_EXCLUDED_TYPES = ["cms.ArticlePage"]
    page = make_page()
    assert rows_of(page) == 0
    assert rows.make_missing_rows() == 0
    assert rows_of(make_section("Section")) == 1


def test_a_type_that_is_excluded_later_leaves_rows_that_are_named_too_many(settings: Any) -> None:
    page = make_page()
    assert not rows.rows_too_many().exists()
    settings.PLANNER_EXCLUDED_TYPES = ["cms.ArticlePage"]
    assert [row.page_id for row in rows.rows_too_many()] == [page.pk]


def test_a_fixture_makes_no_row_and_the_missing_ones_are_made_once(tmp_path: Path) -> None:
    page = make_page("From a fixture")
    stored = json.loads(serializers.serialize("json", [page.page_ptr, page]))
    ContentItem.objects.filter(page_id=page.pk).delete()
    path = tmp_path / "pages.json"
    path.write_text(json.dumps(stored))
    call_command("loaddata", path, verbosity=0)
    assert rows_of(page) == 0
    assert (rows.make_missing_rows(), rows.make_missing_rows()) == (1, 0)
    assert rows_of(page) == 1


def test_a_migration_makes_the_missing_rows() -> None:
    page = make_page()
    ContentItem.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert rows_of(page) == 1
    assert not rows.pages_without_row().exists()


def test_many_missing_rows_take_two_queries_per_batch(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for _number in range(5):
        make_page()
    ContentItem.objects.all().delete()
    monkeypatch.setattr(rows.pages, "BATCH", 3)
    excluded_types()
    with django_assert_num_queries(5):  # two batches of a read and an insert, and a last read
        assert rows.pages.make_missing_rows() == 6


def test_an_alias_starts_with_the_tags_of_its_source() -> None:
    page = make_page()
    tag(page, personas=make_persona("anna"))
    alias = page.create_alias(update_slug="alias")
    assert (rows_of(alias), tags_of(alias)) == (1, ({"anna"}, set()))


def test_a_translation_starts_with_the_tags_of_its_source() -> None:
    page = make_page()
    tag(page, personas=make_persona("anna"), channels=make_channel("site"), for_everyone=True)
    locale = Locale.objects.create(language_code="nl")
    translated = page.copy_for_translation(locale, copy_parents=True)
    assert (rows_of(translated), tags_of(translated)) == (1, ({"anna"}, {"site"}))
    assert ContentItem.objects.get(page_id=translated.pk).for_everyone


def test_a_copy_gets_a_row_of_its_own_with_another_identity() -> None:
    page = make_page()
    copy = page.copy(update_attrs={"slug": "copy"})
    identities = set(ContentItem.objects.filter(page__in=[page.pk, copy.pk]).values_list("uid", flat=True))
    assert len(identities) == 2


def test_a_copied_tree_starts_with_the_tags_of_its_source() -> None:
    section = make_section("Section")
    first, second = make_page("First", parent=section), make_page("Second", parent=section)
    tag(section, personas=make_persona("anna"))
    tag(first, personas=make_persona("bo"))
    tag(second, channels=make_channel("site"))
    copy = section.copy(recursive=True, update_attrs={"slug": "copy", "title": "Copy"})
    rows.copy_tags_of_tree(section, copy)
    assert tags_of(copy) == ({"anna"}, set())
    assert [tags_of(child) for child in copy.get_children()] == [({"bo"}, set()), (set(), {"site"})]


def test_where_a_copy_left_pages_out_only_the_page_itself_is_followed() -> None:
    section = make_section("Section")
    tag(make_page("First", parent=section), personas=make_persona("bo"))
    tag(section, personas=make_persona("anna"))
    copy = section.copy(recursive=False, update_attrs={"slug": "copy"})
    rows.copy_tags_of_tree(section, copy)
    assert tags_of(copy) == ({"anna"}, set())


def test_copying_in_the_admin_copies_the_tags_of_the_whole_tree(client: Client) -> None:
    above = make_page("Above", model=SectionPage)
    section = make_page("Section", model=SectionPage, parent=above)
    tag(section, personas=make_persona("anna"))
    tag(make_page("First", parent=section), personas=make_persona("bo"))
    client.force_login(marieke())
    form = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": str(above.pk),
        "copy_subpages": "on",
        "publish_copies": "on",
    }
    response = client.post(f"/admin/pages/{section.pk}/copy/", form)
    assert response.status_code == 302
    copy = Page.objects.get(slug="copy")
    assert tags_of(copy) == ({"anna"}, set())
    assert [tags_of(child) for child in copy.get_children()] == [({"bo"}, set())]


def test_a_copy_remembers_what_people_chose_and_themes() -> None:
    page, target = make_page(), make_page()
    row = tag(page, personas=make_persona("anna"), personas_by_hand=True, team="web")
    row.themes.add("tulips")
    copied = ContentItem.objects.get(page_id=target.pk)
    rows.copy_tags(row, copied)
    copied = ContentItem.objects.get(pk=copied.pk)
    assert (copied.personas_by_hand, copied.team, list(copied.themes.names())) == (True, "web", ["tulips"])


def test_a_new_page_takes_a_fixed_number_of_queries_more(django_assert_max_num_queries: Callable[[int], Any]) -> None:
    page = make_page()
    ContentItem.objects.filter(page_id=page.pk).delete()
    with django_assert_max_num_queries(5):  # left out?, row?, savepoint, row, release
        rows.pages._follow_new_page(apps.get_model("cms.ArticlePage"), page, created=True, raw=False)


def test_a_type_that_is_left_out_later_is_no_longer_counted(settings: Any) -> None:
    page = make_page("News")
    settings.PLANNER_EXCLUDED_TYPES = ["cms.ArticlePage"]
    assert ContentItem.objects.filter(page=page.pk).exists()
    assert not ContentItem.objects.counted().filter(page=page.pk).exists()
