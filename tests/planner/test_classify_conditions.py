"""What a rule asks of an item: its tag, its type, its section, its address, and all of them at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Site

from cms.models import ArticlePage, EventPage
from personas.models import Persona
from planner import classify
from planner.models import ContentItem, TagRule
from planner.models.address_pattern import address_matches, is_address, normalise_address
from tests.factories import make_channel, make_item, make_page, make_persona, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def florist() -> Persona:
    return make_persona("florist", name="Florist")


def type_of(model: type) -> ContentType:
    return ContentType.objects.get_for_model(model)


def named(titles: str, **rule: Any) -> bool:
    """Whether exactly the items with these titles meet a rule, and each once."""
    found = classify.additions(ContentItem.objects.counted(), [TagRule(**rule)])
    items = ContentItem.objects.filter(pk__in=[one.item for one in found])
    return sorted(item.display_title for item in items) == sorted(titles.split())


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("https://Example.org/News/?page=2", "example.org/news"),
        ("/News/", "/news"),
        (" /caf%C3%A9/ ", "/café"),
        ("/", "/"),
        ("https://", ""),
        ("", ""),
        ("/a#part", "/a"),
        ("/a%00b", "/ab"),
    ],
)
def test_addresses_are_compared_in_one_form(written: str, compared: str) -> None:
    assert normalise_address(written) == compared


@given(st.text(alphabet="aB/.*?#: %é", max_size=20))
def test_a_normal_address_is_its_own_normal_form_unless_it_was_escaped_twice(text: str) -> None:
    normal = normalise_address(text)
    assert "%" in normal or "://" in normal or normalise_address(normal) == normal


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/news", "/news", True),
        ("/news", "/news/2026", True),
        ("/news", "/newsletter", False),
        ("/", "/", True),
        ("/", "/anything", True),
        ("/news/*", "/news/2026", True),
        ("/news/*", "/news", False),
        ("/news/*/agenda", "/news/2026/agenda", True),
        ("/news/*/agenda", "/news/2026/agenda/old", False),
        ("*agenda*", "/news/2026/agenda/old", True),
        ("/a*a", "/a", False),
        ("/*a*b*", "/xbxaxb", True),
        ("/*a*b", "/xb", False),
        ("example.org", "/news", False),
    ],
)
def test_a_pattern_means_a_part_of_the_site_or_a_whole_address(pattern: str, path: str, matches: bool) -> None:  # noqa: FBT001
    assert address_matches(pattern, path=path, address=f"site.test{path}") is matches


def test_a_pattern_with_a_host_is_compared_with_the_whole_address() -> None:
    assert address_matches("example.org/blog", path="", address="example.org/blog/one")
    assert address_matches("site.test/news", path="/news", address="site.test/news")
    assert not address_matches("/blog", path="", address="example.org/blog")
    assert not address_matches("*", path="", address="")


@pytest.mark.parametrize(("pattern", "possible"), [("news", False), ("/news", True), ("a.nl/x", True), ("*x", True)])
def test_a_bare_word_is_no_address(pattern: str, possible: bool) -> None:  # noqa: FBT001
    assert is_address(pattern) is possible


def test_many_stars_take_no_time() -> None:
    assert not address_matches("/" + "*a" * 200, path="/" + "a" * 199 + "b" * 2000, address="")


def test_a_rule_by_type_means_that_type_only(florist: Persona) -> None:
    make_page("Article"), make_page("Event", model=EventPage), make_item("Mail")
    assert named("Article", content_type=type_of(ArticlePage), persona=florist)


def test_a_rule_by_section_means_the_page_and_all_below_it(florist: Persona) -> None:
    section, other = make_section("Section"), make_section("Other")
    deep = make_page("Deep", parent=section)
    make_page("Deeper", parent=deep), make_page("Elsewhere", parent=other)
    make_item("Mail", section=section), make_item("Flyer", section=other)
    assert named("Section Deep Deeper Mail", section=section, persona=florist)


def test_a_rule_by_address_reads_the_path_below_the_home_page(florist: Persona) -> None:
    news = make_section("News")
    type(news).objects.filter(pk=news.pk).update(slug="news")
    news.refresh_from_db()
    news.set_url_path(news.get_parent())
    news.save()
    make_page("Story", parent=news), make_page("Other"), make_item("Post", url="https://partner.example/news/1")
    assert named("News Story", url="/news", persona=florist)
    assert named("Post", url="partner.example/news", persona=florist)


def test_a_page_outside_every_site_has_no_address(florist: Persona) -> None:
    make_page("Story")
    Site.objects.all().delete()
    assert named("", url="*", persona=florist)


def test_all_conditions_of_a_rule_hold_at_once(florist: Persona) -> None:
    section = make_section("Section")
    both, one = make_page("Both", parent=section), make_page("Outside")
    make_page("Untagged", parent=section)
    for page in (both, one):
        page.planner_item.themes.add("roses")
    assert named("Both", tag="roses", section=section, content_type=type_of(ArticlePage), persona=florist)


def test_rules_with_and_without_a_tag_go_together(florist: Persona) -> None:
    page, mail = make_page("Story"), make_channel("mail")
    page.planner_item.themes.add("roses")
    rules = [TagRule(tag="roses", persona=florist), TagRule(content_type=type_of(ArticlePage), channel=mail)]
    found = classify.preview(ContentItem.objects.filter(page=page), rules)
    assert [(one.matches, one.would_add) for one in found.rules] == [(1, 1), (1, 1)]


def test_the_preview_names_some_items_that_would_change(florist: Persona) -> None:
    items = [make_item() for _ in range(5)]
    for item in items:
        item.themes.add("roses")
    (found,) = classify.preview(ContentItem.objects.off_site(), [TagRule(tag="roses", persona=florist)]).rules
    assert found.samples == [item.pk for item in items[:3]]


def test_a_rule_reads_as_a_sentence_without_the_title_of_its_section(florist: Persona) -> None:
    section = make_section("Secret plans")
    rule = TagRule(tag="a", content_type=type_of(EventPage), section=section, url="/b", persona=florist)
    assert str(rule) == f"a + type Event + section {section.pk} + /b → Florist"
    assert rule.in_words("section “Secret plans”") == "a + type Event + section “Secret plans” + /b → Florist"


def refusals(**rule: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        TagRule(**rule).full_clean()
    return refused.value.messages


def test_a_rule_needs_a_condition(florist: Persona) -> None:
    assert refusals(persona=florist) == [
        "Say what the rule is about: a tag, a type, a section, an address, or several of them."
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        TagRule.objects.create(persona=florist)


def test_a_rule_without_a_tag_says_what_it_lacks() -> None:
    assert refusals(url="/news") == ["Choose one persona, one phase or one channel."]


def test_an_address_that_can_never_match_is_refused(florist: Persona) -> None:
    (message,) = refusals(url="news", persona=florist)
    assert message.startswith("“news” is no address.")


def test_the_same_rule_is_refused_and_another_section_is_another_rule(florist: Persona) -> None:
    here, there = make_section("Here"), make_section("There")
    TagRule.objects.create(tag="a", section=here, persona=florist)
    TagRule(tag="a", section=there, persona=florist).full_clean()
    TagRule(tag="a", persona=florist).full_clean()
    assert refusals(tag="A", section=here, persona=florist) == [
        "There is such a rule already: it has the same conditions and gives the same."
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        TagRule.objects.create(tag="a", section=here, persona=florist)


def test_a_rule_goes_with_its_section(florist: Persona) -> None:
    section = make_section("Section")
    TagRule.objects.create(tag="a", section=section, persona=florist)
    section.delete()
    assert not TagRule.objects.exists()


@pytest.mark.parametrize("number", [5, 200])
def test_the_queries_of_a_preview_do_not_grow(number: int, florist: Persona) -> None:
    section = make_section("Section")
    ContentItem.objects.bulk_create(
        ContentItem(title=f"Item {count}", state="confirmed", section=section, url=f"https://a.example/{count}")
        for count in range(number)
    )
    rules = [TagRule(section_id=section.pk, persona=florist), TagRule(url="a.example", channel=make_channel())]
    rules += [TagRule(tag=f"tag-{count}", section_id=section.pk, persona=florist) for count in range(number)]
    Site.get_site_root_paths()
    with CaptureQueriesContext(connection) as queries:
        found = classify.preview(ContentItem.objects.off_site(), rules)
    assert len(found.additions) == 2 * number
    assert len(queries) <= 8
