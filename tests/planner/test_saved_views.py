"""Saved views: kept, opened, renamed, replaced, shared and deleted, each by whoever may."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from planner.models import SavedView
from tests import factories
from tests.factories import NOW, make_item, make_section, root_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CALENDAR = "/admin/planner/calendar/"
BOARD = "/admin/planner/board/"
VIEWS = "/admin/planner/views/"


@pytest.fixture
def erik() -> Any:
    return factories.erik(root_page())


@pytest.fixture
def editor(client: Client, erik: Any) -> Client:
    client.force_login(erik)
    return client


@pytest.fixture
def marieke() -> Any:
    return factories.marieke()


def make_view(owner: Any, name: str = "Spring", **fields: Any) -> SavedView:
    return SavedView.objects.create(owner=owner, name=name, **({"filters": {"theme": ["spring"]}} | fields))


def save(client: Client, name: str, address: str = CALENDAR, **data: str) -> Any:
    return client.post(f"{VIEWS}new/", {"name": name, "next": address, **data})


def menu(client: Client, query: str = "") -> Any:
    return client.get(f"{CALENDAR}?{query}").context["view_menu"]


def names(links: list[Any]) -> list[str]:
    return [link.view.name for link in links]


# Saving


def test_it_keeps_filters_and_view_and_no_dates(editor: Client, erik: Any) -> None:
    response = save(editor, "Spring", f"{CALENDAR}?view=week&day=2026-05-04&theme=spring&theme=bulbs&q=tulip&x=1")
    saved = SavedView.objects.get()
    assert (saved.owner, saved.name, saved.shared, saved.view) == (erik, "Spring", False, "week")
    assert saved.filters == {"theme": ["spring", "bulbs"], "q": ["tulip"]}
    assert response.url == (
        f"{CALENDAR}?view=week&day=2026-05-04&theme=spring&theme=bulbs&q=tulip&x=1&saved={saved.pk}"
    )


def test_the_screen_says_that_it_was_saved_and_shows_it_open(editor: Client) -> None:
    response = editor.post(f"{VIEWS}new/", {"name": "Spring", "next": f"{CALENDAR}?theme=spring"}, follow=True)
    html = response.content.decode()
    assert "The view “Spring” is saved." in html
    assert response.context["view_menu"].opened.name == "Spring"


def test_a_view_without_filters_may_be_saved(editor: Client) -> None:
    save(editor, "The weeks", f"{CALENDAR}?view=week")
    assert SavedView.objects.get().filters == {}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Give the view a name."),
        ("   ", "Give the view a name."),
        ("spring", "You have a view “spring” already."),
        ("x" * 61, "at most 60 characters"),
        ("a\0b", "Null characters"),
    ],
)
def test_a_name_that_will_not_do_is_refused_and_nothing_typed_is_lost(
    editor: Client, erik: Any, name: str, words: str
) -> None:
    make_view(erik, "Spring")
    response = save(editor, name, f"{CALENDAR}?theme=bulbs", shared="on")
    html = response.content.decode()
    assert response.status_code == 200
    assert words in html
    assert f'value="{CALENDAR}?theme=bulbs"' in html
    assert response.context["form"]["shared"].value() is True
    assert SavedView.objects.count() == 1
    assert not ModelLogEntry.objects.exists()


def test_a_name_that_was_taken_meanwhile_is_refused_too(
    editor: Client, erik: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_view(erik, "Spring")
    monkeypatch.setattr("planner.views.saved_views.SavedViewForm.clean_name", lambda form: form.cleaned_data["name"])
    assert "You have a view “Spring” already." in save(editor, "Spring").content.decode()
    assert SavedView.objects.count() == 1


def test_two_people_may_use_one_name(editor: Client, marieke: Any) -> None:
    make_view(marieke, "Spring", shared=True)
    save(editor, "Spring")
    assert SavedView.objects.count() == 2


def test_too_many_filters_are_refused(editor: Client) -> None:
    query = "&".join(f"team={number}-{'x' * 200}" for number in range(8))
    assert "too many filters for one view" in save(editor, "All", f"{CALENDAR}?{query}").content.decode()
    assert not SavedView.objects.exists()


def test_it_leads_nowhere_else(editor: Client) -> None:
    response = save(editor, "Spring", "https://evil.example/?theme=spring")
    assert response.url == f"{CALENDAR}?theme=spring&saved={SavedView.objects.get().pk}"


def test_what_is_asked_beyond_the_filters_does_not_stand_in_the_way(editor: Client) -> None:
    response = save(editor, "Spring", f"{CALENDAR}?theme=spring&x={'x' * 3000}")
    assert SavedView.objects.get().filters == {"theme": ["spring"]}
    assert response.url == f"{CALENDAR}?theme=spring&saved={SavedView.objects.get().pk}"


def test_saving_is_logged_with_its_user(editor: Client, erik: Any) -> None:
    save(editor, "Spring")
    entry = ModelLogEntry.objects.get()
    assert (entry.action, entry.label, entry.user) == ("wagtail.create", "Spring", erik)


# The menu


def test_the_menu_lists_mine_and_what_others_share(editor: Client, erik: Any, marieke: Any) -> None:
    make_view(erik, "Zinnias")
    make_view(erik, "asters", shared=True)
    make_view(marieke, "Shared by Marieke", shared=True)
    make_view(marieke, "Private")
    found = menu(editor)
    assert names(found.mine) == ["asters", "Zinnias"]
    assert names(found.shared) == ["Shared by Marieke"]
    assert "Private" not in editor.get(CALENDAR).content.decode()
    assert "Private" not in editor.get(VIEWS).content.decode()


def test_a_view_opens_on_the_days_that_are_shown(editor: Client, erik: Any) -> None:
    saved = make_view(erik, view="week")
    (link,) = menu(editor, "month=2026-05").mine
    assert link.address == f"?view=week&day=2026-05-01&theme=spring&saved={saved.pk}"
    (link,) = menu(editor, "view=agenda&day=2026-03-01").mine
    assert link.address == f"?view=week&day=2026-03-02&theme=spring&saved={saved.pk}"


def test_opening_a_view_only_sets_filters(client: Client, marieke: Any) -> None:
    section_a, section_b = make_section("A"), make_section("B")
    make_item("Secret", section=section_b, starts_at=NOW, team="Web")
    make_item("Open", section=section_a, starts_at=NOW, team="Web")
    saved = make_view(marieke, "Web", filters={"team": ["Web"]}, shared=True)
    client.force_login(factories.bea(section_a))
    html = client.get(CALENDAR + menu(client).shared[0].address).content.decode()
    assert f"saved={saved.pk}" in menu(client).shared[0].address
    assert "Open" in html
    assert "Secret" not in html


def test_a_view_of_the_board_opens_the_board_from_wherever_one_is(editor: Client, erik: Any) -> None:
    response = save(editor, "Spring", f"{BOARD}?view=week&show=idea&theme=spring")
    saved = SavedView.objects.get()
    assert (saved.view, saved.filters) == ("board", {"theme": ["spring"]})
    opened = editor.get(response.url).context["view_menu"]
    assert (opened.opened, opened.may_replace) == (saved, False)
    (link,) = menu(editor).mine
    assert (link.address, link.screen) == (f"{BOARD}?theme=spring&saved={saved.pk}", "Board")
    assert f'href="{BOARD}?theme=spring&amp;saved={saved.pk}"' in editor.get(VIEWS).content.decode()


def test_a_view_of_the_board_keeps_the_way_back_to_the_days(editor: Client, erik: Any) -> None:
    saved = make_view(erik, view="board")
    (link,) = editor.get(f"{BOARD}?month=2026-05").context["view_menu"].mine
    assert link.address == f"?month=2026-05&theme=spring&saved={saved.pk}"


def test_a_view_of_the_calendar_is_neither_open_nor_gone_on_the_board(editor: Client, erik: Any) -> None:
    saved = make_view(erik, view="week")
    found = editor.get(f"{BOARD}?saved={saved.pk}&theme=bulbs").context["view_menu"]
    assert (found.opened, found.may_replace, found.is_gone) == (None, False, False)
    assert found.mine[0].address == f"{CALENDAR}?view=week&theme=spring&saved={saved.pk}"


def test_a_view_that_names_something_deleted_opens_and_says_so(editor: Client, erik: Any) -> None:
    make_view(erik, filters={"persona": ["gone"], "theme": ["gone too"]})
    html = editor.get(CALENDAR + menu(editor).mine[0].address).content.decode()
    assert "Nothing matches the filter Persona: gone." in html
    assert "Nothing matches the filter Theme: gone too." in html


def test_a_view_that_is_gone_or_no_longer_shared_is_said_to_be_gone(editor: Client, marieke: Any) -> None:
    private = make_view(marieke, "Private")
    for key in (private.pk, 999, "x"):
        html = editor.get(f"{CALENDAR}?saved={key}").content.decode()
        assert "The saved view of this address does not exist" in html
        assert "Private" not in html


def test_a_menu_of_many_costs_no_more(editor: Client, erik: Any, django_assert_num_queries: Any) -> None:
    from planner.saved_views import seen_by

    for number in range(20):
        make_view(erik, f"View {number}")
    with django_assert_num_queries(1):
        assert len([saved.owner_name for saved in seen_by(erik)]) == 20


# Replacing


def test_an_open_view_whose_filters_changed_can_be_replaced(editor: Client, erik: Any) -> None:
    saved = make_view(erik)
    assert not menu(editor, f"theme=spring&saved={saved.pk}").may_replace
    assert not menu(editor, f"theme=spring&month=2027-01&saved={saved.pk}").may_replace
    assert menu(editor, f"theme=bulbs&saved={saved.pk}").may_replace
    assert menu(editor, f"theme=spring&view=week&saved={saved.pk}").may_replace


def test_replacing_keeps_the_name_and_logs_the_former_filters(editor: Client, erik: Any) -> None:
    saved = make_view(erik, shared=True)
    address = f"{CALENDAR}?theme=bulbs&view=agenda&saved={saved.pk}"
    assert editor.post(f"{VIEWS}{saved.pk}/replace/", {"next": address}).url == address
    saved.refresh_from_db()
    assert (saved.name, saved.shared, saved.filters, saved.view) == ("Spring", True, {"theme": ["bulbs"]}, "agenda")
    assert ModelLogEntry.objects.get().data == {"before": {"filters": {"theme": ["spring"]}, "view": ""}}


def test_replacing_by_nothing_changes_nothing(editor: Client, erik: Any) -> None:
    saved = make_view(erik)
    assert editor.get(f"{VIEWS}{saved.pk}/replace/").status_code == 405
    assert editor.post(f"{VIEWS}{saved.pk}/replace/").status_code == 404
    saved.refresh_from_db()
    assert saved.filters == {"theme": ["spring"]}


# Renaming, sharing, deleting


def test_a_view_is_renamed_and_shared(editor: Client, erik: Any) -> None:
    saved = make_view(erik)
    editor.post(f"{VIEWS}{saved.pk}/edit/", {"name": "Lente", "shared": "on"})
    saved.refresh_from_db()
    assert (saved.name, saved.shared, saved.filters) == ("Lente", True, {"theme": ["spring"]})
    entry = ModelLogEntry.objects.get()
    assert (entry.action, entry.data) == ("wagtail.edit", {"before": {"name": "Spring", "shared": False}})


def test_a_view_keeps_its_own_name_and_cannot_take_that_of_another(editor: Client, erik: Any) -> None:
    saved = make_view(erik)
    make_view(erik, "Bulbs")
    assert editor.post(f"{VIEWS}{saved.pk}/edit/", {"name": "SPRING"}).status_code == 302
    response = editor.post(f"{VIEWS}{saved.pk}/edit/", {"name": "bulbs"})
    assert "You have a view “bulbs” already." in response.content.decode()
    saved.refresh_from_db()
    assert saved.name == "SPRING"


def test_deleting_asks_first_and_is_logged(editor: Client, erik: Any) -> None:
    saved = make_view(erik, shared=True)
    html = editor.get(f"{VIEWS}{saved.pk}/delete/").content.decode()
    assert "It goes for everybody who uses it." in html
    assert SavedView.objects.exists()
    editor.post(f"{VIEWS}{saved.pk}/delete/")
    assert not SavedView.objects.exists()
    assert ModelLogEntry.objects.get().action == "wagtail.delete"


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("what", ["edit", "replace", "delete"])
def test_nobody_changes_the_view_of_somebody_else(editor: Client, marieke: Any, what: str, shared: Any) -> None:
    saved = make_view(marieke, shared=shared)
    response = editor.post(f"{VIEWS}{saved.pk}/{what}/", {"name": "Mine", "next": f"{CALENDAR}?theme=bulbs"})
    assert response.status_code == 404
    saved.refresh_from_db()
    assert (saved.name, saved.filters) == ("Spring", {"theme": ["spring"]})
    assert not ModelLogEntry.objects.exists()


def test_a_superuser_deletes_shared_views_and_no_private_ones(client: Client, erik: Any, marieke: Any) -> None:
    shared, private = make_view(erik, shared=True), make_view(erik, "Private")
    client.force_login(marieke)
    assert f"{VIEWS}{shared.pk}/delete/" in client.get(VIEWS).content.decode()
    assert client.post(f"{VIEWS}{shared.pk}/delete/").status_code == 302
    assert client.post(f"{VIEWS}{private.pk}/delete/").status_code == 404
    assert list(SavedView.objects.all()) == [private]
    assert client.post(f"{VIEWS}{private.pk}/edit/", {"name": "Mine"}).status_code == 404


@pytest.mark.parametrize("path", ["", "new/", "1/edit/", "1/delete/"])
def test_whoever_may_not_use_the_planner_is_turned_away(client: Client, path: str) -> None:
    client.force_login(factories.nina())
    assert client.get(VIEWS + path, follow=True).redirect_chain[-1][0] == "/admin/"


def test_hostile_names_are_escaped(editor: Client, erik: Any) -> None:
    make_view(erik, '"><script>alert(1)</script>', shared=True)
    for address in (CALENDAR, VIEWS):
        assert "<script>alert" not in editor.get(address).content.decode()


def test_views_go_with_their_owner(erik: Any) -> None:
    make_view(erik, shared=True)
    erik.delete()
    assert not SavedView.objects.exists()
