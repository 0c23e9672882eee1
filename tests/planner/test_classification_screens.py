"""The screens of guided classification: what is there, the rules, the preview, runs and undo, and who sees what."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.models import EventPage
from personas.models import Persona
from planner import classify
from planner.admin_urls import planner_group
from planner.classify import batches
from planner.models import ClassificationRun, ContentItem, LeftOutType, TagRule
from planner.rows import row_of
from tests import factories
from tests.factories import (
    NOW,
    make_item,
    make_journey,
    make_page,
    make_persona,
    make_section,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TAGS = "/admin/planner/classify/"
TYPES = "/admin/planner/classify/types/"
SECTIONS = "/admin/planner/classify/sections/"
PREVIEW = "/admin/planner/classify/preview/"
RUNS = "/admin/planner/classify/runs/"
NEW_RULE = "/admin/planner/rules/new/"


@pytest.fixture
def florist() -> Any:
    return make_persona("florist", name="Florist")


def classifier(user: Any, *actions: str) -> Any:
    """The user with permissions on rules; all of them where none is named."""
    codenames = [f"{action}_tagrule" for action in actions or ("add", "change", "delete")]
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def two_sections(florist: Any) -> dict[str, Any]:
    """A section for Erik and one for Bea, a tagged page in each, and a rule for that tag."""
    mine, other = make_section("Mine"), make_section("Hidden section")
    pages = {"mine": make_page("My roses", parent=mine), "other": make_page("Foreign roses", parent=other)}
    for page in pages.values():
        page.planner_item.themes.add("roses")
    pages["other"].planner_item.themes.add("secret-theme")
    rule = TagRule.objects.create(tag="roses", persona=florist)
    return {"mine": mine, "other": other, "rule": rule, **{f"{name} page": page for name, page in pages.items()}}


@pytest.fixture
def erik(client: Client, two_sections: dict[str, Any]) -> Client:
    client.force_login(classifier(factories.erik(two_sections["mine"])))
    return client


def themed(*themes: str, **fields: Any) -> ContentItem:
    item = make_item(**fields)
    item.themes.add(*themes)
    return item


def lines(client: Client, address: str = TAGS) -> list[tuple[str, int]]:
    response = client.get(address)
    assert response.status_code == 200
    return [(line.label, line.count) for line in response.context["object_list"]]


def html_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def apply(client: Client, *rules: TagRule, follow: bool = True, **fields: Any) -> Any:
    """Press Apply with these rules ticked as the preview showed them; at once, as without JavaScript."""
    data = {"apply": "1", "at_once": "1"} | previewed(*rules) | fields
    return client.post(PREVIEW, data, follow=follow)


def previewed(*rules: TagRule) -> dict[str, Any]:
    """What the form of a preview of these rules sends back."""
    keys = [str(rule.pk) for rule in rules]
    return {"rule": keys, "previewed": ",".join(keys), "fingerprint": classify.fingerprint(rules)}


# What is there


def test_it_counts_tags_as_rules_compare_them(marieke: Client) -> None:
    themed("Open Source", "mobile"), themed("open_source")
    page = make_page("Code")
    page.tags.add("open-source")
    page.save()
    page.planner_item.themes.add("Open-Source")
    assert lines(marieke) == [("open-source", 3), ("mobile", 1)]


def test_a_tag_shows_the_newest_three_items_and_what_it_means(marieke: Client, florist: Any) -> None:
    for number in range(4):
        themed("roses", title=f"Rose {number}")
    TagRule.objects.create(tag="roses", persona=florist)
    (line,) = marieke.get(TAGS).context["object_list"]
    assert [sample.title for sample in line.samples] == ["Rose 3", "Rose 2", "Rose 1"]
    assert [rule.title for rule in line.rules] == ["roses → Florist"]


@pytest.mark.parametrize("address", [TAGS, f"{TAGS}results/"])
@pytest.mark.parametrize(
    ("query", "tags"),
    [
        ("?q=ros", {"roses", "rose-garden"}),
        ("?q=Rose Garden", {"rose-garden"}),
        ("?rules=none", {"rose-garden", "moss"}),
        ("?rules=some", {"roses"}),
        ("?rules=none&q=moss", {"moss"}),
        ("?rules=nonsense", set()),
        ("?q=%00", {"roses", "rose-garden", "moss"}),
    ],
)
def test_tags_are_searched_and_filtered(
    marieke: Client, florist: Any, address: str, query: str, tags: set[str]
) -> None:
    themed("roses", "rose-garden", "moss")
    TagRule.objects.create(tag="roses", persona=florist)
    assert {label for label, _count in lines(marieke, address + query)} == tags


def test_tags_are_listed_by_name_too_fifty_at_a_time(marieke: Client) -> None:
    themed(*(f"tag-{number:02}" for number in range(60)))
    assert [label for label, _count in lines(marieke, f"{TAGS}?ordering=-label")][:2] == ["tag-59", "tag-58"]
    assert len(lines(marieke, f"{TAGS}?p=2")) == 10


def test_types_and_sections_are_counted(marieke: Client) -> None:
    ContentItem.objects.all().delete()
    section = make_section("Section")
    make_page("Deep", parent=make_page("Story", parent=section)), make_item("Mail", section=section)
    assert lines(marieke, TYPES) == [("Article", 2), ("Off-site", 1), ("Page", 1)]
    assert lines(marieke, SECTIONS) == [("Section", 4)]


def test_a_page_without_pages_below_is_no_section(marieke: Client) -> None:
    make_page("Alone")
    assert lines(marieke, SECTIONS) == [("Directly below the home page", 1)]


@pytest.mark.parametrize(("address", "query"), [(TAGS, "tag=roses"), (TYPES, "content_type="), (SECTIONS, "section=")])
def test_one_click_leads_to_a_new_rule_with_its_first_condition(marieke: Client, address: str, query: str) -> None:
    make_page("Story", parent=make_section("Section")).planner_item.themes.add("roses")
    found = re.search(rf'href="({NEW_RULE}\?{query}[^"]*)"', html_of(marieke, address))
    initial = marieke.get(found[1]).context["form"].initial
    assert f"{next(iter(initial))}=" in query + "="


def test_a_new_rule_shows_the_condition_that_its_address_brings(marieke: Client) -> None:
    make_page("Story", parent=make_section("Section"))
    section = ContentItem.objects.get(page__title="Section").page
    html = html_of(marieke, f"{NEW_RULE}?section={section.pk}&tag=roses&url=/a&content_type=x")
    assert 'value="roses"' in html
    assert f'<option value="{section.pk}" selected>' in html


def test_it_says_how_much_counts_nowhere_and_leads_there(marieke: Client) -> None:
    make_item("Bulbs")
    html = html_of(marieke, TAGS)
    assert "live items count in no cell" in html
    assert 'href="/admin/reports/' in html or 'href="/admin/planner/untagged/"' in html


def test_the_report_of_untagged_content_leads_here(marieke: Client) -> None:
    make_item("Bulbs")
    assert f'href="{TAGS}"' in html_of(marieke, "/admin/planner/untagged/")


def test_an_empty_site_says_so(marieke: Client) -> None:
    ContentItem.objects.all().delete()
    assert "There are no tags to display" in html_of(marieke, TAGS)
    assert "There are no rules yet" in html_of(marieke, PREVIEW)
    assert "There are no runs to display" in html_of(marieke, RUNS)


# Preview


def test_the_preview_counts_and_writes_nothing(marieke: Client, florist: Any) -> None:
    themed("roses", title="Red"), themed("roses", personas_by_hand=True)
    TagRule.objects.create(tag="roses", persona=florist)
    response = marieke.get(PREVIEW)
    (line,) = response.context["lines"]
    assert (line.found.matches, line.found.would_add, line.found.by_hand) == (2, 1, 1)
    assert [sample.title for sample in line.samples] == ["Red"]
    assert "1 item would change" in response.content.decode()
    assert not ClassificationRun.objects.exists()


def test_only_the_ticked_rules_are_counted(marieke: Client, florist: Any) -> None:
    themed("roses"), themed("moss")
    roses, moss = (TagRule.objects.create(tag=name, persona=florist) for name in ("roses", "moss"))
    response = marieke.post(PREVIEW, {"rule": [roses.pk]}, follow=True)
    assert response.redirect_chain[-1][0] == f"{PREVIEW}?rule={roses.pk}"
    assert [line.rule for line in response.context["lines"] if line.chosen] == [roses]
    assert response.context["found"].items_changed == 1
    assert marieke.post(PREVIEW, {"rule": [roses.pk, moss.pk]}).url == PREVIEW
    assert marieke.post(PREVIEW, {}, follow=True).context["found"].items_changed == 0


def test_rules_ticked_after_the_preview_are_counted_before_they_are_applied(marieke: Client, florist: Any) -> None:
    themed("roses")
    rule = TagRule.objects.create(tag="roses", persona=florist)
    response = apply(marieke, rule, previewed="")
    assert "the rules that you ticked just now" in response.content.decode()
    assert not ClassificationRun.objects.exists()


# Apply


def test_apply_adds_in_one_request_without_javascript(marieke: Client, florist: Any) -> None:
    item = themed("roses")
    response = apply(marieke, TagRule.objects.create(tag="roses", persona=florist))
    run = ClassificationRun.objects.get()
    assert list(item.personas.all()) == [florist]
    assert (run.finished, run.user.username, run.created_at) == (True, "marieke", NOW)
    html = response.content.decode()
    assert f"Run {run.pk} is done: 1 addition to 1 item." in html
    assert 'href="/admin/planner/coverage/"' in html
    assert f'href="{RUNS}{run.pk}/undo/"' in html


def test_apply_with_javascript_leads_to_a_page_that_goes_on(
    marieke: Client, florist: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ITEMS_PER_BATCH", 2)
    for _number in range(3):
        themed("roses")
    total = ContentItem.objects.counted().count()
    rule = TagRule.objects.create(tag="roses", persona=florist)
    response = marieke.post(PREVIEW, {"apply": "1", **previewed(rule)})
    run = ClassificationRun.objects.get()
    assert response.url == f"{RUNS}{run.pk}/#go-on"
    assert "0 of" in html_of(marieke, f"{RUNS}{run.pk}/")
    script = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
    state = marieke.post(f"{RUNS}{run.pk}/go-on/", **script).json()
    assert (state["done"], state["total"], state["finished"]) == (2, total, False)
    assert state["words"] == f"2 of {total} items looked at."
    while not state["finished"]:
        state = marieke.post(f"{RUNS}{run.pk}/go-on/", **script).json()
    assert ContentItem.objects.filter(personas=florist).count() == 3


def test_a_run_broken_off_is_gone_on_with_by_a_plain_form(
    marieke: Client, florist: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ITEMS_PER_BATCH", 1)
    themed("roses"), themed("roses")
    rule = TagRule.objects.create(tag="roses", persona=florist)
    marieke.post(PREVIEW, {"apply": "1", **previewed(rule)})
    run = ClassificationRun.objects.get()
    assert "Broken off" in html_of(marieke, RUNS)
    assert "This run is not finished" in html_of(marieke, f"{RUNS}{run.pk}/")
    html = marieke.post(f"{RUNS}{run.pk}/go-on/", follow=True).content.decode()
    assert f"Run {run.pk} is done: 2 additions to 2 items." in html


def test_the_same_press_twice_is_one_run(marieke: Client, florist: Any) -> None:
    themed("roses")
    rule = TagRule.objects.create(tag="roses", persona=florist)
    data = {"apply": "1", **previewed(rule), "key": "a" * 32}
    assert marieke.post(PREVIEW, data).url == marieke.post(PREVIEW, data).url


def shown(client: Client, *rules: TagRule) -> dict[str, Any]:
    """The form of a preview as the browser has it, with all these rules ticked."""
    context = client.get(PREVIEW).context
    names = {"previewed": "chosen", "fingerprint": "fingerprint", "key": "key"}
    return {"rule": [rule.pk for rule in rules]} | {field: str(context[name]) for field, name in names.items()}


@pytest.mark.parametrize("began", [{"at_once": "1"}, {}])
def test_a_preview_applied_and_undone_is_not_applied_again(
    marieke: Client, florist: Any, began: dict[str, str]
) -> None:
    themed("roses")
    form = shown(marieke, TagRule.objects.create(tag="roses", persona=florist)) | {"apply": "1"}
    marieke.post(PREVIEW, form | began)
    run = ClassificationRun.objects.get()
    marieke.post(f"{RUNS}{run.pk}/undo/", follow=True)
    answer = marieke.post(PREVIEW, form | {"at_once": "1"}, follow=True)
    html = answer.content.decode()
    assert f"That preview was applied before, as Run {run.pk}, which was undone. Nothing is applied now." in html
    assert f"Run {run.pk} is done" not in html
    assert not ContentItem.objects.filter(personas=florist).exists()
    marieke.post(PREVIEW, form | {"at_once": "1", "key": str(answer.context["key"])})
    assert ContentItem.objects.filter(personas=florist).exists()


def test_a_rule_changed_since_the_preview_is_previewed_again(marieke: Client, florist: Any) -> None:
    themed("roses"), themed("tulips")
    rule = TagRule.objects.create(tag="roses", persona=florist)
    form = shown(marieke, rule) | {"apply": "1", "at_once": "1"}
    TagRule.objects.filter(pk=rule.pk).update(tag="tulips")
    answer = marieke.post(PREVIEW, form, follow=True)
    assert "A rule was changed since you looked, and nothing is applied." in answer.content.decode()
    assert not ClassificationRun.objects.exists()
    marieke.post(PREVIEW, form | {"fingerprint": answer.context["fingerprint"]})
    assert ClassificationRun.objects.get().added.count() == 1


def test_a_persona_renamed_since_the_preview_changes_no_rule(marieke: Client, florist: Any) -> None:
    themed("roses")
    form = shown(marieke, TagRule.objects.create(tag="roses", persona=florist)) | {"apply": "1", "at_once": "1"}
    Persona.objects.filter(pk=florist.pk).update(name="Bloemist")
    marieke.post(PREVIEW, form)
    assert ClassificationRun.objects.exists()


def test_a_run_undone_while_it_goes_is_told_as_such(
    marieke: Client, florist: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    themed("roses")
    form = shown(marieke, TagRule.objects.create(tag="roses", persona=florist)) | {"apply": "1", "at_once": "1"}
    go_on = classify.go_on

    def undone_first(run: ClassificationRun, *args: Any, **kwargs: Any) -> ClassificationRun:
        classify.undo(run, user=None, at=NOW)
        return go_on(run, *args, **kwargs)

    monkeypatch.setattr(classify, "go_on", undone_first)
    assert "Nothing is applied now." in marieke.post(PREVIEW, form, follow=True).content.decode()


def test_the_same_press_after_the_run_is_done_leads_to_that_run(marieke: Client, florist: Any) -> None:
    themed("roses")
    form = shown(marieke, TagRule.objects.create(tag="roses", persona=florist)) | {"apply": "1", "at_once": "1"}
    assert marieke.post(PREVIEW, form).url == marieke.post(PREVIEW, form).url


def test_the_key_of_somebody_else_s_preview_reaches_no_run_of_theirs(
    client: Client, two_sections: dict[str, Any], florist: Any
) -> None:
    erik, bea = (
        classifier(user) for user in (factories.erik(two_sections["mine"]), factories.bea(two_sections["other"]))
    )
    client.force_login(erik)
    form = shown(client, two_sections["rule"]) | {"apply": "1"}
    client.post(PREVIEW, form)
    client.force_login(bea)
    client.post(PREVIEW, form | {"at_once": "1"})
    of_bea, of_erik = ClassificationRun.objects.all()
    assert (of_bea.user, of_bea.finished, of_erik.user, of_erik.finished) == (bea, True, erik, False)
    assert [one.item.display_title for one in of_bea.added.all()] == ["Foreign roses"]


def test_rules_with_nothing_to_add_make_no_run(marieke: Client, florist: Any) -> None:
    themed("roses", personas=florist)
    response = apply(marieke, TagRule.objects.create(tag="roses", persona=florist))
    assert "The rules had nothing to add." in response.content.decode()
    assert not ClassificationRun.objects.exists()


def test_apply_refuses_a_request_from_elsewhere(florist: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.marieke())
    themed("roses")
    rule = TagRule.objects.create(tag="roses", persona=florist)
    assert apply(client, rule, follow=False).status_code == 403
    assert not ClassificationRun.objects.exists()


# Runs and undo


def run_of(florist: Any, items: Any = None, *, user: Any = None) -> ClassificationRun:
    rules = [TagRule(tag="roses", persona=florist)]
    return classify.apply(ContentItem.objects.all() if items is None else items, rules, user=user, at=NOW)


def test_the_list_says_who_did_what_when(marieke: Client, florist: Any) -> None:
    themed("roses")
    run = run_of(florist, user=factories.make_user("nora", first_name="Nora"))
    html = html_of(marieke, RUNS)
    for text in (f"Run {run.pk}", "Nora", "1 addition to 1 item", "roses → Florist", "Applied"):
        assert text in html


def test_a_run_s_page_shows_what_it_added_to_which_item(marieke: Client, florist: Any) -> None:
    themed("roses", title="Red")
    response = marieke.get(f"{RUNS}{run_of(florist).pk}/")
    assert [(one.item.title, one.personas) for one in response.context["object_list"]] == [("Red", "Florist")]


def test_undo_asks_first_and_says_what_goes_and_what_stays(marieke: Client, florist: Any) -> None:
    themed("roses"), themed("roses")
    kept = themed("roses")
    run = run_of(florist)
    ContentItem.objects.filter(pk=kept.pk).update(personas_by_hand=True)
    html = html_of(marieke, f"{RUNS}{run.pk}/undo/")
    assert "2 additions will be removed" in html
    assert "1 stays as it is, because a person chose there since" in html
    assert ContentItem.objects.filter(personas=florist).count() == 3
    html = marieke.post(f"{RUNS}{run.pk}/undo/", follow=True).content.decode()
    assert f"Run {run.pk} is undone. Removed: 2. Kept because a person set them since: 1." in html
    assert list(ContentItem.objects.filter(personas=florist)) == [kept]
    run.refresh_from_db()
    assert (run.undone_by.username, run.undone_at) == ("marieke", NOW)
    assert "Undone by marieke" in html_of(marieke, RUNS)


def test_undo_says_that_other_rules_may_give_the_same(marieke: Client, florist: Any) -> None:
    item = themed("roses")
    run = run_of(florist)
    told = "What another rule gives as well is removed too. Apply the rules again, and it comes back."
    assert told in html_of(marieke, f"{RUNS}{run.pk}/undo/")
    ContentItem.objects.filter(pk=item.pk).update(personas_by_hand=True)
    assert told not in html_of(marieke, f"{RUNS}{run.pk}/undo/")


@pytest.mark.parametrize("address", [TAGS, TYPES, SECTIONS])
def test_each_line_says_how_many_count_in_no_cell(marieke: Client, florist: Any, address: str) -> None:
    journey = make_journey("buy", personas=(florist,), phases=("see",))
    section = make_section("Section")
    ContentItem.objects.all().delete()
    done = themed("roses", section=section)
    done.personas.add(florist)
    done.phases.add(journey.phases.get())
    themed("roses", section=section)
    ContentItem.objects.filter(pk=themed("roses", section=section).pk).update(state=ContentItem.State.CANCELLED)
    response = marieke.get(f"{address}?ordering=-unclassified")
    line = response.context["object_list"][0]
    assert (line.count, line.unclassified) == (3, 1)
    assert response.context["share"].live_unclassified == 1


def test_pages_right_below_the_home_page_have_a_line_without_a_rule(marieke: Client) -> None:
    ContentItem.objects.all().delete()
    make_page("Contact", parent=factories.root_page())
    lines = marieke.get(SECTIONS).context["object_list"]
    assert [(line.label, line.count, line.new_rule) for line in lines] == [("Directly below the home page", 1, "")]


def test_undo_says_nothing_of_what_stays_where_nothing_does(marieke: Client, florist: Any) -> None:
    themed("roses")
    run = run_of(florist)
    assert "because a person chose there since" not in html_of(marieke, f"{RUNS}{run.pk}/undo/")
    html = marieke.post(f"{RUNS}{run.pk}/undo/", follow=True).content.decode()
    assert f"Run {run.pk} is undone. Removed: 1." in html
    assert "Kept because" not in html


@pytest.mark.parametrize(("address", "footer"), [(TAGS, "1 tag"), (TYPES, "1 type"), (RUNS, "1 run")])
def test_a_list_counts_what_it_lists(marieke: Client, florist: Any, address: str, footer: str) -> None:
    ContentItem.objects.all().delete()
    themed("roses")
    run_of(florist)
    end = html_of(marieke, address).partition('class="pagination__end"')[2]
    assert re.match(rf">\s*{footer}\s*<", end)


def test_undo_a_second_time_is_refused(marieke: Client, florist: Any) -> None:
    themed("roses")
    run = run_of(florist)
    classify.undo(run, user=None, at=NOW)
    for answer in (
        marieke.get(f"{RUNS}{run.pk}/undo/", follow=True),
        marieke.post(f"{RUNS}{run.pk}/undo/", follow=True),
    ):
        assert f"Run {run.pk} was undone already." in answer.content.decode()


def test_who_waits_for_another_undo_is_told_that_it_is_done(
    marieke: Client, florist: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    themed("roses")
    run = run_of(florist)

    def undone_after_reading(source: Any, pk: int) -> ClassificationRun:
        monkeypatch.undo()
        read = source.get(pk=pk)
        classify.undo(read, user=None, at=NOW)
        return read

    monkeypatch.setattr("planner.views.classify.run.get_object_or_404", undone_after_reading)
    html = marieke.post(f"{RUNS}{run.pk}/undo/", follow=True).content.decode()
    assert f"Run {run.pk} was undone already." in html


def test_a_run_undone_meanwhile_is_not_gone_on_with(marieke: Client, florist: Any) -> None:
    themed("roses")
    rule = TagRule.objects.create(tag="roses", persona=florist)
    marieke.post(PREVIEW, {"apply": "1", **previewed(rule)})
    run = ClassificationRun.objects.get()
    classify.undo(run, user=None, at=NOW)
    answer = marieke.post(f"{RUNS}{run.pk}/go-on/", HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert (answer.status_code, answer.json()["refused"].split(".")[0]) == (409, f"Run {run.pk} was undone")


def test_only_who_started_a_run_goes_on_with_it(client: Client, florist: Any) -> None:
    themed("roses")
    starter = factories.make_user("starter", is_superuser=True)
    rule = TagRule.objects.create(tag="roses", persona=florist)
    client.force_login(starter)
    client.post(PREVIEW, {"apply": "1", **previewed(rule)})
    run = ClassificationRun.objects.get()
    client.force_login(factories.marieke())
    html = client.post(f"{RUNS}{run.pk}/go-on/", follow=True).content.decode()
    assert f"Only who started Run {run.pk} can go on with it" in html
    assert not ContentItem.objects.filter(personas=florist).exists()


# What rules give is not deleted


@pytest.mark.parametrize("part", ["personas", "phases", "channels", "journeys"])
def test_what_a_rule_gives_is_not_deleted(marieke: Client, florist: Any, part: str) -> None:
    journey = factories.make_journey("stdc", phases=("see",))
    phase, channel = journey.phases.get(), factories.make_channel("mail")
    for given in ({"persona": florist}, {"phase": phase}, {"channel": channel}):
        TagRule.objects.create(tag="roses", **given)
    member = {"personas": florist, "phases": phase, "channels": channel, "journeys": journey}[part]
    address = f"/admin/planner/{part}/delete/{member.pk}/"
    assert "1 classification rule" in html_of(marieke, address)
    assert marieke.post(address).status_code == 409
    assert TagRule.objects.count() == 3


# Who sees what


def test_an_editor_of_one_section_sees_the_tags_and_sections_of_that_one(erik: Client) -> None:
    assert lines(erik) == [("roses", 1)]
    assert lines(erik, SECTIONS) == [("Mine", 2)]
    assert lines(erik, f"{TAGS}?q=secret") == []
    assert lines(erik, TYPES) == [("Article", 1), ("Page", 1)]
    for address in (TAGS, SECTIONS, TYPES):
        html = html_of(erik, address)
        assert "Foreign" not in html
        assert "Hidden" not in html
        assert "Only content that you may see is counted." in html


def test_an_editor_of_part_of_a_section_sees_that_part(client: Client) -> None:
    top = make_section("Top")
    part = make_page("Part", parent=top)
    make_page("Story", parent=part)
    client.force_login(classifier(factories.erik(part)))
    assert lines(client, SECTIONS) == [("Part", 2)]


def test_a_preview_counts_only_what_its_reader_may_tag(erik: Client, two_sections: dict[str, Any]) -> None:
    response = erik.get(PREVIEW)
    (line,) = response.context["lines"]
    assert (line.found.matches, line.found.would_add) == (1, 1)
    assert "Foreign" not in response.content.decode()


def test_what_may_only_be_seen_is_not_in_a_preview(client: Client, two_sections: dict[str, Any]) -> None:
    client.force_login(classifier(factories.make_user("reader", section=two_sections["mine"], can=("lock",))))
    assert client.get(PREVIEW).context["found"].items == 0
    assert "Only content that you may tag is looked at." in html_of(client, PREVIEW)
    apply(client, two_sections["rule"])
    assert not ContentItem.objects.filter(personas__isnull=False).exists()


def test_apply_touches_only_what_its_user_may_tag(erik: Client, two_sections: dict[str, Any], florist: Any) -> None:
    apply(erik, two_sections["rule"])
    assert [item.display_title for item in ContentItem.objects.filter(personas=florist)] == ["My roses"]


def test_a_run_counts_only_what_its_reader_sees(erik: Client, two_sections: dict[str, Any], florist: Any) -> None:
    run = run_of(florist)
    assert "1 addition to 1 item" in html_of(erik, RUNS)
    html = html_of(erik, f"{RUNS}{run.pk}/")
    assert "1 addition to 1 item" in html
    assert "Foreign" not in html


def test_how_far_a_run_of_somebody_else_got_is_not_told(
    erik: Client, two_sections: dict[str, Any], florist: Any
) -> None:
    run = run_of(florist)
    ClassificationRun.objects.filter(pk=run.pk).update(finished=False, items_total=4321, items_done=1234)
    html = html_of(erik, f"{RUNS}{run.pk}/")
    assert "This run is not finished. Only who started it can go on." in html
    assert "4321" not in html
    assert "1234" not in html


def test_a_run_elsewhere_is_not_there(erik: Client, two_sections: dict[str, Any], florist: Any) -> None:
    run = run_of(florist, ContentItem.objects.filter(page=two_sections["other page"]))
    assert "There are no runs to display" in html_of(erik, RUNS)
    for address in ("", "undo/"):
        assert erik.get(f"{RUNS}{run.pk}/{address}").status_code == 404
    assert erik.post(f"{RUNS}{run.pk}/undo/").status_code == 404
    assert erik.post(f"{RUNS}{run.pk}/go-on/").status_code == 404


def test_a_run_that_went_further_is_not_undone_and_nobody_learns_how_far(
    erik: Client, two_sections: dict[str, Any], florist: Any
) -> None:
    run = run_of(florist)
    for answer in (erik.get(f"{RUNS}{run.pk}/undo/", follow=True), erik.post(f"{RUNS}{run.pk}/undo/", follow=True)):
        html = answer.content.decode()
        assert f"Run {run.pk} changed content that you may not tag." in html
        assert "1 addition to 1 item" in html
        assert not re.search(r"2 (additions|items)", html)
    assert ContentItem.objects.filter(personas=florist).count() == 2


def test_a_run_within_one_section_is_undone_by_its_editor(
    erik: Client, two_sections: dict[str, Any], florist: Any
) -> None:
    run = run_of(florist, ContentItem.objects.filter(page=two_sections["mine page"]))
    erik.post(f"{RUNS}{run.pk}/undo/")
    assert not ContentItem.objects.filter(personas=florist).exists()


def leave_out(*models: Any) -> None:
    for model in models:
        LeftOutType.objects.create(content_type=ContentType.objects.get_for_model(model))


def test_a_run_is_undone_whole_though_a_type_was_left_out_since(
    erik: Client, two_sections: dict[str, Any], florist: Any
) -> None:
    event = make_page("My day of roses", model=EventPage, parent=two_sections["mine"])
    event.planner_item.themes.add("roses")
    apply(erik, two_sections["rule"])
    run = ClassificationRun.objects.get()
    leave_out(EventPage)
    assert erik.get(f"{RUNS}{run.pk}/undo/").status_code == 200
    erik.post(f"{RUNS}{run.pk}/undo/")
    run.refresh_from_db()
    assert run.undone_at
    assert not ContentItem.objects.filter(personas=florist).exists()


def test_a_type_left_out_does_not_open_a_run_that_went_further(
    erik: Client, two_sections: dict[str, Any], florist: Any
) -> None:
    event = make_page("Foreign day", model=EventPage, parent=two_sections["other"])
    event.planner_item.themes.add("roses")
    run = run_of(florist, ContentItem.objects.filter(page__in=[two_sections["mine page"], event]))
    leave_out(EventPage)
    html = erik.post(f"{RUNS}{run.pk}/undo/", follow=True).content.decode()
    assert f"Run {run.pk} changed content that you may not tag." in html
    assert "Foreign" not in html
    assert ContentItem.objects.filter(personas=florist).count() == 2


def test_a_section_that_may_not_be_seen_has_no_name(erik: Client, two_sections: dict[str, Any], florist: Any) -> None:
    rule = TagRule.objects.create(section=two_sections["other"], persona=florist)
    run_of(florist)
    themed("roses", section=two_sections["mine"])
    classify.apply(ContentItem.objects.all(), [TagRule(tag="roses", persona=florist), rule], user=None, at=NOW)
    run = ClassificationRun.objects.first()
    addresses = [
        "/admin/planner/rules/",
        f"/admin/planner/rules/edit/{rule.pk}/",
        f"/admin/planner/rules/delete/{rule.pk}/",
        f"/admin/planner/rules/history/{rule.pk}/",
        NEW_RULE,
        PREVIEW,
        RUNS,
        f"{RUNS}{run.pk}/",
    ]
    for address in addresses:
        assert "Hidden section" not in html_of(erik, address), address
    for address in (*addresses[:3], PREVIEW, f"{RUNS}{run.pk}/"):
        assert "a section you may not see" in html_of(erik, address), address


def test_a_hidden_section_of_a_rule_survives_an_edit(erik: Client, two_sections: dict[str, Any], florist: Any) -> None:
    rule = TagRule.objects.create(section=two_sections["other"], persona=florist)
    erik.post(f"/admin/planner/rules/edit/{rule.pk}/", {"tag": "moss", "section": "", "persona": florist.pk})
    rule.refresh_from_db()
    assert (rule.tag, rule.section_id) == ("moss", two_sections["other"].pk)


def test_a_section_that_may_not_be_seen_is_not_chosen(erik: Client, two_sections: dict[str, Any], florist: Any) -> None:
    key = two_sections["other"].pk
    html = erik.post(f"{NEW_RULE}?section={key}", {"section": key, "persona": florist.pk}).content.decode()
    assert "Hidden section" not in html
    assert TagRule.objects.count() == 1


def test_a_search_of_rules_does_not_look_at_sections(erik: Client, two_sections: dict[str, Any], florist: Any) -> None:
    TagRule.objects.create(section=two_sections["other"], persona=florist)
    assert "a section you may not see" not in html_of(erik, "/admin/planner/rules/?q=Hidden")


@pytest.mark.parametrize("address", [TAGS, TYPES, SECTIONS, PREVIEW, RUNS])
def test_without_rights_on_rules_nobody_enters(client: Client, two_sections: dict[str, Any], address: str) -> None:
    client.force_login(factories.erik(two_sections["mine"]))
    assert client.get(address).status_code == 302
    assert "Classify content" not in html_of(client, "/admin/")


def test_the_menu_leads_here_for_who_may_change_rules(erik: Client) -> None:
    assert "Classify content" in html_of(erik, "/admin/")


def test_the_menu_has_one_entry_for_classification_among_the_daily_screens(client: Client) -> None:
    client.force_login(factories.marieke())
    request = client.get("/admin/").wsgi_request
    shown = planner_group.get_menu_item().menu.menu_items_for_request(request)
    entries = [str(entry.label) for entry in sorted(shown, key=lambda entry: entry.order)]
    assert entries[:5] == ["Calendar", "Board", "Coverage", "Gaps", "Classify content"]
    assert "Classification rules" not in entries
    assert entries[-1] == "What counts"


def test_who_may_only_add_rules_looks_and_does_not_apply(
    client: Client, two_sections: dict[str, Any], florist: Any
) -> None:
    client.force_login(classifier(factories.erik(two_sections["mine"]), "add"))
    assert "Apply the ticked rules" not in html_of(client, PREVIEW)
    assert "takes the right to change them" in apply(client, two_sections["rule"]).content.decode()
    run = run_of(florist, ContentItem.objects.filter(page=two_sections["mine page"]))
    assert client.post(f"{RUNS}{run.pk}/undo/").status_code == 302
    assert ContentItem.objects.filter(personas=florist).count() == 1


# Queries


def many(number: int, florist: Any) -> None:
    section = ContentItem.objects.get(page__title="Section").page
    for count in range(number):
        themed(f"tag-{count}-{number}", "roses", section=section)
        TagRule.objects.create(tag=f"tag-{count}-{number}", section=section, persona=florist)


@pytest.mark.parametrize("address", [TAGS, TYPES, SECTIONS, PREVIEW, RUNS, "/admin/planner/rules/"])
def test_the_queries_of_a_screen_do_not_grow(marieke: Client, florist: Any, address: str) -> None:
    make_page("Story", parent=make_section("Section"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            html_of(marieke, address)
        return len(queries)

    many(3, florist)
    run_of(florist)
    cost()
    few = cost()
    many(40, florist)
    run_of(florist)
    assert cost() == few <= 32


def test_the_queries_of_a_batch_do_not_grow(marieke: Client, florist: Any) -> None:
    def cost(number: int) -> int:
        for _count in range(number):
            themed("roses")
        rule, _made = TagRule.objects.get_or_create(tag="roses", persona=florist)
        marieke.post(PREVIEW, {"apply": "1", **previewed(rule)})
        run = ClassificationRun.objects.first()
        with CaptureQueriesContext(connection) as queries:
            state = marieke.post(f"{RUNS}{run.pk}/go-on/", HTTP_X_REQUESTED_WITH="XMLHttpRequest").json()
        assert state["finished"]
        return len(queries)

    cost(1)
    # SQLite takes a limited number of values at once, so that lines of history go in by some hundreds.
    assert cost(200) <= cost(5) + 5 <= 35


def edited_cards(number: int, *themes: str) -> None:
    """Snippets with a draft, whose title stands in their revision."""
    for count in range(number):
        card = factories.make_card(f"Card {count}")
        card.title = f"Draft {count}"
        card.save_revision()
        row_of(card).themes.add("roses", *(f"{theme}-{number}-{count}" for theme in themes))


@pytest.mark.parametrize("address", [TAGS, PREVIEW, "the run"])
def test_the_titles_of_snippets_with_a_draft_are_read_together(marieke: Client, florist: Any, address: str) -> None:
    def cost() -> int:
        run = run_of(florist)
        TagRule.objects.create(tag="roses", persona=make_persona())
        marieke.get(TAGS)
        with CaptureQueriesContext(connection) as queries:
            html = html_of(marieke, f"{RUNS}{run.pk}/" if address == "the run" else address)
        assert "Draft 1" in html
        return len(queries)

    edited_cards(2, "sort")
    few = cost()
    edited_cards(12, "sort")
    assert cost() == few
