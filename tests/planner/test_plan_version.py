"""The version of the plan: it rises with every write to what may show, however it is made, and with nothing else."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import isolate_apps
from wagtail.models import Task

from personas.models import Persona
from planner import plan_version
from planner.models import ContentItem, EventSnapshot, Feed, PlanChange
from tests.factories import NOW, erik, make_item, make_page, make_persona, make_section, marieke, tag

pytestmark = pytest.mark.django_db


class Watch:
    """Whether the version rose since it was last asked."""

    def __init__(self) -> None:
        self.version = plan_version.current()

    def rose(self) -> bool:
        before, self.version = self.version, plan_version.current()
        return self.version > before


def test_saving_a_page_raises_it() -> None:
    page, watch = make_page(), Watch()
    page.save()
    assert watch.rose()


def test_an_update_without_signals_raises_it() -> None:
    make_persona("florist")
    watch = Watch()
    Persona.objects.update(name="Bloemist")
    assert watch.rose()


def test_a_bulk_write_raises_it() -> None:
    watch = Watch()
    ContentItem.objects.bulk_create([ContentItem(title="Folder", state="idea")])
    assert watch.rose()


def test_tagging_raises_it() -> None:
    item, florist = make_item(), make_persona()
    watch = Watch()
    item.personas.add(florist)
    assert watch.rose()


def test_a_page_that_moves_raises_it() -> None:
    page, section = make_page(), make_section("Section B")
    watch = Watch()
    page.move(section, pos="last-child")
    assert watch.rose()


def test_raw_sql_raises_it() -> None:
    make_item()
    watch = Watch()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE planner_contentitem SET title = %s", ["Rozen"])
    assert watch.rose()


def test_a_right_that_is_taken_away_raises_it() -> None:
    user = erik(make_section("Section A"))
    watch = Watch()
    user.groups.get().page_permissions.all().delete()
    assert watch.rose()


def test_a_deactivation_raises_it() -> None:
    user = erik(make_section("Section A"))
    watch = Watch()
    user.is_active = False
    user.save()
    assert watch.rose()


def test_reading_leaves_it() -> None:
    tag(make_page(), personas=make_persona())
    watch = Watch()
    list(ContentItem.objects.select_for_update())
    call_command("coverage_report", verbosity=0)
    assert not watch.rose()


def test_logging_in_leaves_it() -> None:
    user = marieke()
    watch = Watch()
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=NOW)
    user.last_login = NOW
    user.save(update_fields=["last_login"])
    assert not watch.rose()


def test_what_feeds_write_leaves_it() -> None:
    user, watch = marieke(), None
    watch = Watch()
    feed, _token = Feed.objects.create_with_token(user=user, name="All", now=NOW)
    feed.record_fetch(client="curl", now=NOW)
    EventSnapshot.objects.create(uid="1", kind="gap", created_at=NOW, modified_at=NOW, used_on=NOW.date(), data=b"")
    assert not watch.rose()


def test_what_is_rolled_back_leaves_it() -> None:
    make_persona()
    watch = Watch()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Persona.objects.update(name="Bloemist")
        raise ZeroDivisionError
    assert not watch.rose()


def test_a_write_after_a_rolled_back_one_raises_it() -> None:
    make_persona()
    watch = Watch()
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Persona.objects.update(name="Bloemist")
            raise ZeroDivisionError
        Persona.objects.update(name="Tuinder")
    assert watch.rose()


def test_a_write_costs_no_query_of_its_own(django_assert_num_queries: object) -> None:
    make_persona()
    with django_assert_num_queries(1):
        Persona.objects.update(name="Bloemist")


def test_many_transactions_are_added_up_and_it_still_rises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_version, "MOST_ROWS", 3)
    watch = Watch()
    PlanChange.objects.bulk_create([PlanChange(transaction_id=10**12 + number, writes=2) for number in range(9)])
    assert watch.rose()
    assert PlanChange.objects.count() == 1


@pytest.mark.parametrize(
    ("statement", "counted"),
    [
        ('INSERT INTO "wagtailcore_page" ("title") VALUES (%s)', True),
        ("insert or ignore into wagtailcore_page values (1)", True),
        ('DELETE FROM "taggit_tag"', True),
        ("TRUNCATE wagtailcore_page", True),
        ("WITH gone AS (DELETE FROM wagtailcore_page RETURNING id) SELECT * FROM gone", True),
        ("WITH seen AS (SELECT 1) SELECT * FROM seen FOR UPDATE", False),
        ("(SELECT 1) UNION (SELECT 2)", False),
        ("SELECT 1", False),
        ('SAVEPOINT "s1"', False),
        ('INSERT INTO "django_session" VALUES (%s)', False),
        ('INSERT INTO "shop_order" VALUES (%s)', False),
        ('INSERT INTO "planner_notification" VALUES (%s)', False),
        ('UPDATE "cms_carecard" SET "title" = %s', True),
        ('UPDATE "public"."wagtailcore_page" SET "title" = %s', True),
        ('UPDATE ONLY "wagtailcore_page" SET "title" = %s', True),
        ("update or ignore wagtailcore_page set title = 1", True),
        ("DELETE FROM ONLY public.wagtailcore_page", True),
        ("UPDATE WagtailCore_Page SET title = %s", True),
        ('UPDATE "public"."shop_order" SET "paid" = %s', False),
        ('INSERT INTO "auth_user_groups" VALUES (%s)', True),
        ('INSERT INTO "wagtailcore_grouppagepermission" VALUES (%s)', True),
        ('UPDATE "wagtailsearch_indexentry" SET x = 1', False),
        ('UPDATE "auth_user" SET "last_login" = %s WHERE "auth_user"."id" = %s', False),
        ('UPDATE "auth_user" SET "last_login" = %s, "is_active" = %s WHERE "auth_user"."id" = %s', True),
    ],
)
def test_a_statement_counts_unless_it_is_known_not_to_matter(statement: str, counted: bool) -> None:  # noqa: FBT001
    assert plan_version.is_counted(statement) is counted


def test_a_site_that_has_not_migrated_yet_can_still_save(monkeypatch: pytest.MonkeyPatch) -> None:
    for watcher in plan_version._watchers(connection):
        monkeypatch.setattr(watcher, "ready", False)
    monkeypatch.setattr(connection.introspection, "table_names", lambda _cursor: [])
    assert make_persona().pk


def test_it_still_counts_where_somebody_else_watched_when_the_connection_opened() -> None:
    make_persona()
    (watcher,) = plan_version._watchers(connection)
    connection.execute_wrappers.remove(watcher)
    with connection.execute_wrapper(lambda execute, *args: execute(*args)):
        plan_version._watch(connection)
    watch = Watch()
    Persona.objects.update(name="Bloemist")
    assert watch.rose()


def test_what_somebody_else_is_adding_up_is_waited_for_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_version, "MOST_ROWS", 3)
    monkeypatch.setattr(plan_version, "fold", lambda: None)
    PlanChange.objects.bulk_create([PlanChange(transaction_id=10**12 + number, writes=2) for number in range(9)])
    assert plan_version.current() >= 18


@isolate_apps("cms")
def test_the_tables_of_a_sites_own_workflow_tasks_decide_who_sees_what(monkeypatch: pytest.MonkeyPatch) -> None:
    class LegalTask(Task):
        class Meta:
            app_label = "cms"

    monkeypatch.setattr(plan_version, "apps", LegalTask._meta.apps)
    assert "cms_legaltask" in set(plan_version._tables())
