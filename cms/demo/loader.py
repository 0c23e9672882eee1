"""Makes the demo: people, vocabulary, pages, care cards and their tags. All or, where the site has content, nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Locale, Page, Site

from cms.demo import messages, plan
from cms.demo.cards import make_card
from cms.demo.occasions import make_occasions
from cms.demo.pages import Days, PageMaker
from cms.demo.painting import make_portraits
from cms.demo.plan import Content
from cms.demo.texts import PageText, read_texts
from cms.models import HomePage, SectionPage
from personas.journeys import create_default_channels, create_journey
from personas.messages import Cell, CellChange, write_texts
from personas.models import Channel, Journey, Persona, Phase
from planner.models import ContentItem
from planner.rows import row_of

PUBLISHER, EDITOR = "marieke", "editor"
LANGUAGE = "nl"
EDITORS_SECTION = "Voor bloemisten"


class SiteHasContent(Exception):
    """The site is not empty, and the demo would stand in its way."""


@dataclass
class Demo:
    """What loading made: counts for the report, nothing else."""

    pages: int = 0
    cards: int = 0
    items: int = 0
    people: list[str] = field(default_factory=list)


def has_home_page() -> bool:
    """Whether the demo, or a site of somebody's own, is here already. Its title may have changed since."""
    return HomePage.objects.exists()


@transaction.atomic
def load(now: datetime, password: str) -> Demo:
    """Fill an empty site. Raises SiteHasContent where there are pages already; then nothing was written."""
    _refuse_where_content_is()
    people = make_people(password)
    make_vocabulary(people[PUBLISHER])
    days = Days(now)
    make_portraits(days.at(0).date(), people[PUBLISHER])
    pages = make_pages(PageMaker(days, people[PUBLISHER], people[EDITOR]))
    tag_pages(pages, days, people)
    cards = make_cards(days, people)
    items = make_off_site_items(days, people)
    name_steps()
    write_messages(people[PUBLISHER])
    make_occasions(days.at(0).date(), people[PUBLISHER])
    return Demo(len(pages), len(cards), len(items), list(people))


def _refuse_where_content_is() -> None:
    """One page may be there: the welcome page of Wagtail's own migrations, with nothing below it."""
    if Page.objects.filter(depth__gt=1).count() > 1 or has_home_page():
        raise SiteHasContent


def make_people(password: str) -> dict[str, AbstractUser]:
    """A superuser, and an editor who will get a section of her own."""
    User = get_user_model()
    publisher = User.objects.create_superuser(PUBLISHER, "", password, first_name="Marieke", last_name="Linde")
    editor = User.objects.create_user(EDITOR, "", password, first_name="Eefje", last_name="de Boer")
    return {PUBLISHER: publisher, EDITOR: editor}


def make_vocabulary(owner: AbstractUser) -> None:
    """Four personas, the default channels, a journey that somebody owns and one that nobody does."""
    personas = {
        persona.slug: Persona.objects.create(
            slug=persona.slug,
            name=persona.name,
            market=persona.market,
            weight=persona.weight,
            summary=persona.summary,
            sort_order=place,
        )
        for place, persona in enumerate(plan.PERSONAS)
    }
    create_default_channels(LANGUAGE)
    for journey in plan.JOURNEYS:
        create_journey(
            journey.preset,
            language=LANGUAGE,
            name=journey.name,
            slug=journey.slug,
            owner=owner if journey.owned else None,
            personas=[personas[slug] for slug in journey.personas.split()],
        )


def make_pages(maker: PageMaker) -> list[tuple[Page, Content]]:
    """The page tree: a new home in place of the welcome page, its sections, and every page of the plan below them."""
    texts = read_texts()
    home = _make_home(texts[plan.HOME], maker)
    made = []
    for title, contents in plan.PAGES.items():
        parent = _make_section(home, title, texts[title], maker) if title else home
        made += [(maker.make(parent, content, texts[content.title]), content) for content in contents]
    return made


def _make_home(text: PageText, maker: PageMaker) -> HomePage:
    locale, _created = Locale.objects.get_or_create(language_code=LANGUAGE)
    home = HomePage(title=plan.HOME, slug="lindehof", locale=locale, intro=text.intro, body=text.body, live=False)
    Page.objects.get(depth=1).add_child(instance=home)
    maker.publish(home, plan.STRUCTURE)
    welcome = Page.objects.filter(depth=2).exclude(pk=home.pk)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"root_page": home, "hostname": "127.0.0.1", "port": 8000, "site_name": "De Lindehof"},
    )
    for page in welcome:
        page.delete()
    return home


def _make_section(home: HomePage, title: str, text: PageText, maker: PageMaker) -> SectionPage:
    section = SectionPage(title=title, intro=text.intro, body=text.body, show_in_menus=True, live=False)
    home.add_child(instance=section)
    maker.publish(section, plan.STRUCTURE)
    if title == EDITORS_SECTION:
        _give_section(section, maker.editor)
    return section


def _give_section(section: SectionPage, editor: AbstractUser) -> None:
    """The editor may write in one section. Publishing is left to others."""
    group = Group.objects.create(name=f"Redactie {section.title}")
    entering = [("wagtailadmin", "access_admin"), ("planner", "use_feeds")]
    for app, codename in entering:
        group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    for codename in ("add_page", "change_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=group, page=section, permission=permission)
    editor.groups.add(group)


def tag_pages(pages: Iterable[tuple[Page, Content]], days: Days, people: dict[str, AbstractUser]) -> None:
    """Write each page's tags, target date and owner on its row."""
    vocabulary = Vocabulary()
    for page, content in pages:
        row = ContentItem.objects.get(page_id=page.pk)
        if content.when.state in ("planned", "in_review"):
            row.target_at = days.at(content.when.on)
        if content.event is not None:
            row.ends_at = page.ends_at
        vocabulary.tag(row, content, people)


def make_cards(days: Days, people: dict[str, AbstractUser]) -> list[ContentItem]:
    """The care cards and their tags. What comes back are their rows."""
    vocabulary, locale = Vocabulary(), Locale.objects.get(language_code=LANGUAGE)
    made = []
    for content, text in plan.CARDS:
        row = row_of(make_card(content, text, days=days, publisher=people[PUBLISHER], locale=locale))
        if content.when.state == "planned":
            row.target_at = days.at(content.when.on)
        vocabulary.tag(row, content, people)
        made.append(row)
    return made


def make_off_site_items(days: Days, people: dict[str, AbstractUser]) -> list[ContentItem]:
    """What is planned off the site: newsletters, a folder, ideas."""
    vocabulary = Vocabulary()
    made = []
    for content in plan.OFF_SITE:
        row = ContentItem(title=content.title, state=content.when.state)
        if content.when.on:
            moment = days.at(content.when.on)
            row.starts_at, row.target_at = (moment, None) if content.when.state == "confirmed" else (None, moment)
        vocabulary.tag(row, content, people)
        made.append(row)
    return made


def name_steps() -> None:
    """Let content lead to other content, all of it by its title."""
    rows = {row.display_title: row for row in ContentItem.objects.select_related("page") if row.content_type_id is None}
    for title, targets in plan.STEPS.items():
        rows[title].leads_to.add(*(rows[target] for target in targets))


def write_messages(user: AbstractUser) -> None:
    """What to say in each cell and what people ask there, and on the content that answers it which question that is."""
    personas = {persona.slug: persona for persona in Persona.objects.all()}
    for journey in Journey.objects.prefetch_related("phases"):
        phases = {phase.slug: phase for phase in journey.phases.all()}
        changes = {
            Cell(personas[cell.persona].pk, phases[cell.phase].pk): CellChange(
                cell.message, [question for question, _title in cell.questions]
            )
            for cell in messages.CELLS
            if cell.journey == journey.slug
        }
        write_texts(journey, changes, user=user)
    for question, title in (pair for cell in messages.CELLS for pair in cell.questions if pair[1]):
        ContentItem.objects.filter(page=Page.objects.get(title=title)).update(customer_question=question)


class Vocabulary:
    """Personas, phases and channels by slug, read once."""

    def __init__(self) -> None:
        self.personas = {persona.slug: persona for persona in Persona.objects.all()}
        self.phases = {phase.slug: phase for phase in Phase.objects.all()}
        self.channels = {channel.slug: channel for channel in Channel.objects.all()}

    def tag(self, row: ContentItem, content: Content, people: dict[str, AbstractUser]) -> None:
        """Save a row with its tags. A slug that does not exist is a fault in the plan: KeyError."""
        row.for_everyone = content.personas == plan.EVERYONE
        row.owner = people.get(content.owner)
        row.personas_by_hand, row.phases_by_hand = bool(content.personas), bool(content.phases)
        row.channels_by_hand = bool(content.channels)
        row.save()
        named = [] if row.for_everyone else content.personas.split()
        row.personas.set([self.personas[slug] for slug in named])
        row.phases.set([self.phases[slug] for slug in content.phases.split()])
        row.channels.set([self.channels[slug] for slug in content.channels.split()])
