"""An idea that becomes a page: one row, one uid, one history, and nothing entered twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from wagtail import hooks
from wagtail.models import ModelLogEntry, Page, PageLogEntry, PageSubscription, PageViewRestriction
from wagtail.signals import init_new_page

from cms.models import ArticlePage, EventPage, HomePage
from planner.entries import entries_between
from planner.idea_pages import make_page
from planner.ideas import plan_idea
from planner.models import ContentItem, LeftOutType
from planner.plan import PlanChange
from planner.refused import Refused
from tests import factories
from tests.factories import NOW, ZONE, days, make_item, make_journey, make_persona, make_section, root_page

pytestmark = pytest.mark.django_db

ARTICLE = "cms.articlepage"


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def marieke() -> Any:
    return factories.marieke()


@pytest.fixture
def admin(client: Client, marieke: Any) -> Client:
    client.force_login(marieke)
    return client


@pytest.fixture
def section() -> Any:
    return make_section("Section A")


@pytest.fixture
def idea(section: Any) -> ContentItem:
    journey = make_journey("buy", personas=(make_persona("florist", name="Florist"),), phases=("see", "do"))
    change = PlanChange(
        add={"personas": list(journey.personas.all()), "phases": [journey.phases.first()]},
        values={"brief": "Short.", "target_at": NOW + days(3), "target_has_time": True},
        themes={"roses"},
    )
    return plan_idea("Pruning in March", change, section=section, user=None)


def address(item: ContentItem) -> str:
    return f"/admin/planner/items/{item.pk}/create-page/"


def create(client: Client, item: ContentItem, parent: Any, type_: str = ARTICLE, **more: Any) -> Any:
    return client.post(address(item), {"parent": parent.pk, "type": type_} | more)


def words_of(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_the_ideas_row_becomes_the_pages_row(admin: Client, idea: ContentItem, section: Any) -> None:
    answer = create(admin, idea, section)
    page = ArticlePage.objects.get()
    assert answer.url == f"/admin/pages/{page.pk}/edit/"
    assert (page.title, page.draft_title, page.slug, page.live) == (
        "Pruning in March",
        "Pruning in March",
    ) + (
        "pruning-in-march",
        False,
    )
    row = ContentItem.objects.get(page=page)
    assert (row.pk, row.uid) == (idea.pk, idea.uid)
    assert (row.title, row.state, row.section) == ("", "", None)
    assert (row.brief, row.target_at) == ("Short.", NOW + days(3))
    assert (row.personas.get().slug, row.phases.get().slug, row.themes.get().name) == ("florist", "see", "roses")


def test_the_page_is_made_as_wagtail_makes_it(admin: Client, marieke: Any, idea: ContentItem, section: Any) -> None:
    create(admin, idea, section)
    page = ArticlePage.objects.get()
    assert page.get_parent().pk == section.pk
    assert page.owner == marieke
    assert page.latest_revision.user == marieke
    assert PageSubscription.objects.get(page=page, user=marieke).comment_notifications
    actions = list(PageLogEntry.objects.filter(page=page.pk).order_by("pk").values_list("action", flat=True))
    assert {"wagtail.create", "wagtail.edit", "planner.page"} <= set(actions)


def test_its_history_goes_on(admin: Client, idea: ContentItem, section: Any) -> None:
    create(admin, idea, section)
    page = ArticlePage.objects.get()
    text = admin.get(f"/admin/pages/{page.pk}/history/").content.decode()
    for words in ("Planned as an idea", "Personas: Florist added.", "The idea became this page", "Created"):
        assert words in text
    assert not ModelLogEntry.objects.for_instance(idea).exists()


def test_the_editor_opens_with_title_and_plan(admin: Client, idea: ContentItem, section: Any) -> None:
    editor = admin.get(create(admin, idea, section).url)
    form = editor.context["form"]
    assert form["title"].value() == "Pruning in March"
    assert [persona.slug for persona in form.plan.initial["personas"]] == ["florist"]
    assert form.plan["brief"].value() == "Short."


def test_the_calendar_and_the_export_keep_one_event(
    admin: Client, idea: ContentItem, section: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    create(admin, idea, section)
    window = {"start": NOW, "end": NOW + days(9), "now": NOW, "zone": ZONE}
    (entry,) = entries_between(ContentItem.objects.all(), **window)
    assert (entry.uid, entry.title, entry.status) == (idea.uid, "Pruning in March", "planned")
    call_command("export_calendar")
    summaries = [line for line in capsys.readouterr().out.splitlines() if line.startswith("SUMMARY")]
    assert sum("Pruning in March" in summary for summary in summaries) == 1


def test_a_plan_of_its_own_moment_becomes_the_target(admin: Client, section: Any) -> None:
    item = make_item(
        "Post",
        section=section,
        state="draft",
        starts_at=NOW + days(2),
        expires_at=NOW + days(9),
        url="https://x.example/",
    )
    create(admin, item, section)
    page = ArticlePage.objects.get()
    row = ContentItem.objects.get(page=page)
    assert (row.target_at, row.target_has_time) == (NOW + days(2), True)
    assert (row.starts_at, row.expires_at, row.url) == (None, None, "")
    assert page.expire_at == page.latest_revision.as_object().expire_at == NOW + days(9)
    line = PageLogEntry.objects.get(page=page.pk, action="planner.page")
    assert line.message == "The idea became this page; its address was https://x.example/"


def test_fields_that_publishing_requires_may_be_empty(
    admin: Client, idea: ContentItem, section: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ArticlePage._meta.get_field("intro"), "blank", False)
    monkeypatch.setattr(ArticlePage._meta.get_field("body"), "blank", False)
    create(admin, idea, section)
    assert ArticlePage.objects.get().intro == ""


def test_what_the_database_needs_is_asked_for(
    admin: Client, idea: ContentItem, section: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EventPage._meta.get_field("starts_at"), "null", False)
    asked = create(admin, idea, section, "cms.eventpage")
    assert "page-starts_at" in asked.content.decode()
    assert not EventPage.objects.exists()
    create(admin, idea, section, "cms.eventpage", **{"page-starts_at": "2026-03-20T10:00"})
    assert EventPage.objects.get().starts_at.isoformat() == "2026-03-20T09:00:00+00:00"
    assert EventPage.objects.get().planner_item.uid == idea.uid


def test_a_type_that_needs_a_relation_is_not_offered(
    admin: Client, idea: ContentItem, section: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EventPage._meta.get_field("starts_at"), "null", False)
    monkeypatch.setattr(EventPage._meta.get_field("starts_at"), "is_relation", True)
    assert "It needs starts first." in admin.get(address(idea)).content.decode()
    create(admin, idea, section, "cms.eventpage")
    assert not EventPage.objects.exists()


@pytest.mark.parametrize("title", ["???", "x" * 255, "Pruning <b>now</b>", "Snoeien: één, twéé"])
def test_any_title_will_do(admin: Client, section: Any, title: str) -> None:
    item = make_item(title, section=section, state="idea")
    create(admin, item, section)
    page = ArticlePage.objects.get()
    assert (page.title, bool(page.slug)) == (title, True)


def test_a_title_that_is_taken_gets_another_slug(admin: Client, idea: ContentItem, section: Any) -> None:
    section.add_child(instance=ArticlePage(title="Other", slug="pruning-in-march"))
    create(admin, idea, section)
    assert ArticlePage.objects.get(title="Pruning in March").slug == "pruning-in-march-2"


def test_only_what_the_parent_takes_is_offered(admin: Client, idea: ContentItem) -> None:
    home = root_page().add_child(instance=HomePage(title="Home", slug="front"))
    page = admin.get(address(idea), {"parent": home.pk})
    assert [one.label for one in page.context["types"]] == [ARTICLE, "cms.eventpage", "cms.sectionpage"]


def test_a_type_that_is_left_out_is_not_offered(admin: Client, idea: ContentItem, section: Any) -> None:
    from django.contrib.contenttypes.models import ContentType

    LeftOutType.objects.create(content_type=ContentType.objects.get_for_model(ArticlePage))
    assert ARTICLE not in [one.label for one in admin.get(address(idea)).context["types"]]
    create(admin, idea, section)
    assert not ArticlePage.objects.exists()


def test_a_full_type_is_not_offered(
    admin: Client, idea: ContentItem, section: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ArticlePage, "max_count", 0)
    create(admin, idea, section)
    assert not ArticlePage.objects.exists()
    assert ContentItem.objects.get(pk=idea.pk).page_id is None


def test_an_editor_makes_pages_in_their_own_section_only(client: Client, idea: ContentItem, section: Any) -> None:
    other = make_section("Section B")
    client.force_login(factories.erik(section))
    page = client.get(address(idea))
    assert [parent.pk for parent, _label in page.context["parents"]] == [section.pk]
    assert "Section B" not in page.content.decode()
    create(client, idea, other)
    assert not ArticlePage.objects.exists()
    create(client, idea, section)
    assert ArticlePage.objects.get().get_parent().pk == section.pk


def test_the_only_place_there_is_needs_no_choosing(client: Client, idea: ContentItem, section: Any) -> None:
    client.force_login(factories.erik(section))
    page = client.get(address(idea)).text
    assert f'<input type="hidden" name="parent" value="{section.pk}">' in page
    assert 'name="show"' not in page


def test_the_first_button_of_the_form_makes_the_page(admin: Client, idea: ContentItem, section: Any) -> None:
    make_section("Another")
    page = admin.get(address(idea)).text
    form = page[page.index('<form method="post" novalidate') :]
    assert form.index('<button type="submit" hidden>') < form.index('name="show"')


def test_the_section_is_the_first_choice(admin: Client, idea: ContentItem, section: Any) -> None:
    assert admin.get(address(idea)).context["parent"].pk == section.pk


def test_parents_are_searched_where_there_are_many(
    admin: Client, idea: ContentItem, section: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.views.create_page.MOST_PARENTS", 2)
    for title in ("Ferns", "Mosses", "Roses"):
        make_section(title)
    page = admin.get(address(idea))
    assert page.context["too_many"]
    assert section.pk in [parent.pk for parent, _label in page.context["parents"]]
    found = admin.get(address(idea), {"q": "moss"})
    assert [parent.title for parent, _label in found.context["parents"]] == ["Mosses"]
    assert "has “kelp” in its title" in admin.get(address(idea), {"q": "kelp"}).content.decode()


def test_showing_the_types_of_another_parent_makes_nothing(admin: Client, idea: ContentItem) -> None:
    home = root_page().add_child(instance=HomePage(title="Home", slug="front"))
    page = admin.post(address(idea), {"parent": home.pk, "type": ARTICLE, "show": "types"})
    assert page.context["parent"].pk == home.pk
    assert not ArticlePage.objects.exists()


@pytest.mark.parametrize(
    "values", [{"parent": "9" * 30}, {"parent": "x"}, {"type": "cms.nothing"}, {}, {"parent": "²"}]
)
def test_nonsense_makes_nothing(admin: Client, idea: ContentItem, values: dict[str, str]) -> None:
    assert admin.post(address(idea), values).status_code == 200
    assert not ArticlePage.objects.exists()


@pytest.mark.parametrize(
    ("state", "words"), [("cancelled", "Restore it first"), ("confirmed", "confirmed content off the site")]
)
def test_only_a_plan_becomes_a_page(admin: Client, section: Any, state: str, words: str) -> None:
    item = make_item("Fair", section=section, state=state)
    assert words in words_of(admin.get(address(item), follow=True))
    create(admin, item, section)
    assert not ArticlePage.objects.exists()


def test_an_idea_becomes_a_page_once(admin: Client, idea: ContentItem, section: Any) -> None:
    create(admin, idea, section)
    answer = admin.post(address(idea), {"parent": section.pk, "type": ARTICLE}, follow=True)
    assert "“Pruning in March” is a page already." in words_of(answer)
    assert ArticlePage.objects.count() == 1


def test_of_two_at_once_the_second_is_refused(marieke: Any, idea: ContentItem, section: Any) -> None:
    stale = ContentItem.objects.get(pk=idea.pk)
    make_page(idea, section, ArticlePage, user=marieke, now=NOW)
    with pytest.raises(Refused, match="is a page already"):
        make_page(stale, section, ArticlePage, user=marieke, now=NOW)
    assert ArticlePage.objects.count() == 1


def test_a_parent_that_went_meanwhile_is_named(marieke: Any, idea: ContentItem, section: Any) -> None:
    Page.objects.get(pk=section.pk).delete()
    with pytest.raises(Refused, match="“Section A” was deleted meanwhile"):
        make_page(idea, section, ArticlePage, user=marieke, now=NOW)


def test_a_failure_leaves_the_idea_as_it_was(marieke: Any, idea: ContentItem, section: Any) -> None:
    def fail(page: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        make_page(idea, section, ArticlePage, user=marieke, now=NOW, protect=fail)
    row = ContentItem.objects.get(uid=idea.uid)
    assert (row.title, row.page_id) == ("Pruning in March", None)
    assert ModelLogEntry.objects.for_instance(row).exists()
    assert not ArticlePage.objects.exists()


def test_the_hooks_of_the_site_are_asked(admin: Client, idea: ContentItem, section: Any) -> None:
    seen: list[Any] = []

    def after(request: Any, page: Any) -> HttpResponse:
        seen.append(page.planner_item.pk)
        return HttpResponse("after")

    with hooks.register_temporarily("after_create_page", after):
        assert create(admin, idea, section).content == b"after"
    assert seen == [idea.pk]


def test_a_hook_may_forbid_the_page(admin: Client, idea: ContentItem, section: Any) -> None:
    with hooks.register_temporarily("before_create_page", lambda request, parent, model: HttpResponse("no")):
        assert create(admin, idea, section).content == b"no"
    assert not ArticlePage.objects.exists()


def test_the_site_may_fill_in_and_protect_the_page(
    admin: Client, idea: ContentItem, section: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(sender: Any, page: Any, **kwargs: Any) -> None:
        page.intro = "From the site"

    monkeypatch.setattr(ArticlePage, "get_default_privacy_setting", lambda page, request: {"type": "login"})
    init_new_page.connect(fill)
    try:
        create(admin, idea, section)
    finally:
        init_new_page.disconnect(fill)
    page = ArticlePage.objects.get()
    assert page.intro == "From the site"
    assert PageViewRestriction.objects.get(page=page).restriction_type == "login"


def test_it_leads_back_from_the_editor_to_where_one_came_from(admin: Client, idea: ContentItem, section: Any) -> None:
    back = "/admin/planner/calendar/?month=2026-03"
    answer = create(admin, idea, section, next=back)
    assert answer.url.endswith("/edit/?next=%2Fadmin%2Fplanner%2Fcalendar%2F%3Fmonth%3D2026-03")
