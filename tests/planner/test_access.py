"""Who sees what: the cast against pages, private pages, moved pages, reviews, snippets and content off the site."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupApprovalTask, GroupPagePermission, PageViewRestriction, Workflow, WorkflowTask

from planner.access import (
    editable_items,
    may_edit,
    may_tag,
    may_use_planner,
    paths_of,
    sees_everything,
    taggable_items,
    visible_items,
)
from planner.models import ContentItem
from planner.rows import row_of
from tests import factories
from tests.benchmarks.building import make_pages
from tests.factories import make_card, make_item, make_page, make_section, make_user, root_page

pytestmark = pytest.mark.django_db

NAMES = ("page a", "private a", "page b", "row a", "row b", "row", "snippet")


@pytest.fixture
def site() -> SimpleNamespace:
    """Two sections with a page and a row each, a private page, a row of no section, and a snippet."""
    a, b = make_section("A"), make_section("B")
    pages = {"page a": make_page("page a", parent=a), "page b": make_page("page b", parent=b)}
    pages["private a"] = make_page("private a", parent=a)
    PageViewRestriction.objects.create(page=pages["private a"], restriction_type=PageViewRestriction.LOGIN)
    rows = {
        "row a": make_item("row a", section=a),
        "row b": make_item("row b", section=b),
        "row": make_item("row", section=None),
    }
    rows["snippet"] = row_of(make_card("snippet"))
    rows |= {name: ContentItem.objects.get(page=page) for name, page in pages.items()}
    return SimpleNamespace(a=a, b=b, pages=pages, rows=rows)


def seen(user: Any, site: SimpleNamespace) -> set[str]:
    keys = set(visible_items(user).values_list("pk", flat=True))
    return {name for name, row in site.rows.items() if row.pk in keys}


IN_A = {"page a", "private a", "row a"}
IN_B = {"page b", "row b"}


def test_the_command_without_a_user_sees_everything(site: SimpleNamespace) -> None:
    assert seen(None, site) == set(NAMES)


def test_a_superuser_sees_everything(site: SimpleNamespace) -> None:
    assert seen(factories.marieke(), site) == set(NAMES)


def test_an_editor_sees_their_section_private_pages_included(site: SimpleNamespace) -> None:
    assert seen(factories.erik(site.a), site) == IN_A
    assert seen(factories.bea(site.b), site) == IN_B


def test_a_publisher_sees_their_section(site: SimpleNamespace) -> None:
    assert seen(factories.mo(site.a), site) == IN_A


def test_whoever_has_no_page_permission_sees_nothing(site: SimpleNamespace) -> None:
    nina = factories.nina()
    assert seen(nina, site) == set()
    assert not may_use_planner(nina)


@pytest.mark.parametrize("superuser", [False, True])
def test_a_deactivated_user_sees_nothing(site: SimpleNamespace, superuser: bool) -> None:  # noqa: FBT001
    dirk = factories.dirk(site.a)
    dirk.is_superuser = superuser
    assert seen(dirk, site) == set()
    assert not may_use_planner(dirk)
    assert not sees_everything(dirk)


def test_nobody_sees_anything_without_logging_in(site: SimpleNamespace) -> None:
    assert seen(AnonymousUser(), site) == set()
    assert not sees_everything(AnonymousUser())


def test_content_without_a_section_belongs_to_the_sites_root(site: SimpleNamespace) -> None:
    rosa = make_user("rosa", section=root_page(), can=("change",))
    assert seen(rosa, site) == set(NAMES) - {"snippet"}
    assert may_tag(rosa, site.rows["row"])


def test_content_stays_visible_when_its_section_is_deleted(site: SimpleNamespace) -> None:
    rosa = make_user("rosa", section=root_page(), can=("change",))
    site.b.delete()
    assert "row b" in seen(rosa, site)


def test_a_snippet_follows_its_own_permissions(site: SimpleNamespace) -> None:
    nina = factories.nina()
    nina.user_permissions.add(Permission.objects.get(codename="change_carecard"))
    assert seen(nina, site) == {"snippet"}
    assert may_tag(nina, site.rows["snippet"])


def test_a_moved_page_follows_its_new_section(site: SimpleNamespace) -> None:
    erik, bea = factories.erik(site.a), factories.bea(site.b)
    site.pages["page a"].move(site.b, pos="last-child")
    assert (seen(erik, site), seen(bea, site)) == (IN_A - {"page a"}, IN_B | {"page a"})


def test_whoever_has_a_page_to_review_sees_it_and_nothing_else(site: SimpleNamespace) -> None:
    rosa = factories.nina()
    task = GroupApprovalTask.objects.create(name="Review")
    task.groups.set(rosa.groups.all())
    workflow = Workflow.objects.create(name="Review")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    page = site.pages["page b"]
    page.save_revision()
    workflow.start(page, factories.bea(site.b))
    assert seen(rosa, site) == {"page b"}
    assert may_use_planner(rosa)
    assert may_tag(rosa, site.rows["page b"])


def test_an_alias_is_nobodys_item(site: SimpleNamespace) -> None:
    alias = site.pages["page a"].create_alias(update_slug="alias")
    assert not visible_items(None).filter(page_id=alias.pk).exists()


def test_only_the_whole_tree_is_everything(site: SimpleNamespace) -> None:
    assert sees_everything(None)
    assert sees_everything(factories.marieke())
    assert not sees_everything(factories.erik(site.a))
    tree = make_user("tree", section=root_page().get_parent(), can=("add",))
    assert not sees_everything(tree)  # the snippet is hidden from them
    site.rows["snippet"].delete()
    assert sees_everything(tree)


def test_to_tag_takes_edit_permission_or_the_right_to_tag_what_is_seen(site: SimpleNamespace) -> None:
    erik, adder = factories.erik(site.a), make_user("adder", section=site.a, can=("add",))
    assert may_tag(erik, site.rows["page a"]) and may_tag(erik, site.rows["row a"])
    assert not may_tag(erik, site.rows["page b"]) and not may_tag(erik, site.rows["row b"])
    assert not may_tag(adder, site.rows["row a"])
    adder.user_permissions.add(Permission.objects.get(codename="tag_content"))
    adder = type(adder).objects.get(pk=adder.pk)
    assert may_tag(adder, site.rows["row a"]) and may_tag(adder, site.rows["page a"])
    assert not may_tag(adder, site.rows["row b"])


def test_a_locked_page_can_still_be_tagged(site: SimpleNamespace) -> None:
    page = site.pages["page a"]
    page.locked, page.locked_by = True, factories.marieke()
    page.save()
    assert may_tag(factories.erik(site.a), site.rows["page a"])


def test_paths_are_the_fewest_that_cover_all_permissions(site: SimpleNamespace) -> None:
    user = make_user("both", section=site.a, can=("add", "change"))
    group = user.groups.get()
    for page in (site.pages["page a"], site.pages["page b"]):
        permission = GroupPagePermission.objects.filter(group=group).first().permission
        GroupPagePermission.objects.create(group=group, page=page, permission=permission)
    assert paths_of(user) == sorted([site.a.path, site.pages["page b"].path])


def test_six_hundred_permissions_neither_break_the_query_nor_multiply_it(site: SimpleNamespace) -> None:
    user = make_user("many", section=site.a, can=("change",))
    permission = GroupPagePermission.objects.get(group__user=user).permission
    pages = [item.page for item in make_pages(600)]
    group = Group.objects.create(name="Many")
    user.groups.add(group)
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page=page, permission=permission) for page in pages
    )
    assert len(paths_of(user)) == 601
    assert visible_items(user).on_pages().count() == 600 + 3
    assert seen(user, site) == IN_A


def test_what_a_user_may_see_takes_the_same_few_queries_however_much_it_is(
    site: SimpleNamespace, connection_of_tests: Any
) -> None:
    def queries(user: Any) -> int:
        with CaptureQueriesContext(connection_of_tests) as captured:
            list(visible_items(user))
        return len(captured)

    few = queries(factories.erik(site.a))
    for _number in range(50):
        make_page(parent=site.b)
        make_item(section=site.b)
    assert queries(factories.bea(site.b)) == few
    assert few <= 8


@pytest.fixture
def connection_of_tests() -> Any:
    from django.db import connection

    return connection


def owner(site: SimpleNamespace) -> Any:
    """Somebody who may only add pages in A, and owns one page and the section itself."""
    user = make_user("owner", section=site.a, can=("add",))
    for page in (site.a, site.pages["page a"]):
        page.owner = user
        page.save()
    return user


def publisher(site: SimpleNamespace) -> Any:
    return make_user("publisher", section=site.a, can=("publish",))


def tagger(site: SimpleNamespace) -> Any:
    user = publisher(site)
    user.user_permissions.add(Permission.objects.get(codename="tag_content"))
    return user


def reviewer(site: SimpleNamespace) -> Any:
    user = make_user("reviewer")
    task = GroupApprovalTask.objects.create(name="Approve")
    task.groups.add(user.groups.get())
    workflow = Workflow.objects.create(name="Approval")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    site.pages["page b"].save_revision()
    workflow.start(site.pages["page b"], factories.bea(site.b))
    return user


def librarian(site: SimpleNamespace) -> Any:
    """Somebody who may change the one snippet there is, and no page."""
    user = make_user("librarian")
    user.user_permissions.add(Permission.objects.get(codename="change_carecard"))
    return user


def of_the_root(site: SimpleNamespace) -> Any:
    """Somebody who may edit everything below the tree's root, where a row has its section too."""
    root = site.a.get_root()
    site.rows["row b"].section = root
    site.rows["row b"].save()
    return make_user("everywhere", section=root, can=("change",))


CAST = {
    "marieke": lambda site: factories.marieke(),
    "erik": lambda site: factories.erik(site.a),
    "bea": lambda site: factories.bea(site.b),
    "mo": lambda site: factories.mo(site.a),
    "nina": lambda site: factories.nina(),
    "dirk": lambda site: factories.dirk(site.a),
    "owner": owner,
    "publisher": publisher,
    "tagger": tagger,
    "reviewer": reviewer,
    "librarian": librarian,
    "of the root": of_the_root,
}


@pytest.mark.parametrize("who", CAST)
def test_the_list_of_what_may_be_tagged_agrees_with_each_items_answer(site: SimpleNamespace, who: str) -> None:
    user = CAST[who](site)
    one_by_one = {name for name, row in site.rows.items() if may_tag(user, ContentItem.objects.get(pk=row.pk))}
    listed = set(taggable_items(user).values_list("pk", flat=True))
    assert {name for name, row in site.rows.items() if row.pk in listed} == one_by_one


@pytest.mark.parametrize("who", CAST)
def test_the_list_of_what_may_be_edited_agrees_with_each_items_answer(site: SimpleNamespace, who: str) -> None:
    user = CAST[who](site)
    visible = set(visible_items(user).values_list("pk", flat=True))
    rows = {name: ContentItem.objects.get(pk=row.pk) for name, row in site.rows.items() if row.pk in visible}
    listed = set(editable_items(user).values_list("pk", flat=True))
    assert {name for name, row in rows.items() if row.pk in listed} == {
        name for name, row in rows.items() if may_edit(user, row)
    }


def test_an_owner_who_may_only_add_tags_their_own_pages(site: SimpleNamespace) -> None:
    keys = set(taggable_items(owner(site)).values_list("pk", flat=True))
    assert {name for name, row in site.rows.items() if row.pk in keys} == {"page a", "row a"}
