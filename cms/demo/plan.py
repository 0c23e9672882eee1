"""What De Lindehof publishes, for whom and when: data only, one line per page. Days count from the day of loading.

What the plan shows, where the target is two fresh items and content ages after a year:

| journey and persona  | verleiden | veroveren              | vasthouden           | verhogen            |
|----------------------|-----------|------------------------|----------------------|---------------------|
| inkoper-tuincentrum  | on target | on target              | THIN, closes soon    | EMPTY, critical     |
| zelfstandig-bloemist | on target | on target              | CLIFF                | THIN                |
| balkontuinier        | on target | DROP                   | EMPTY, a draft aims  | STALE_ONLY          |
| cadeaukoper          | on target | EMPTY, closes on a day | on target            | on target           |

Nothing is scheduled in verhogen (NO_UPCOMING), and in the gift journey nothing is live in "do" (EMPTY_PHASE) and nobody
owns it (NO_OWNER). Two pages missed their date (OVERDUE), some carry no phase (UNCLASSIFIED).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class When:
    """How far a page is, and the days that go with it."""

    state: str
    on: int = 0  # it went live, goes live, or is meant for
    until: int | None = None  # it expires
    update: int = 0  # a scheduled change of what is live


@dataclass(frozen=True)
class Content:
    """One page, or one item off the site. Tags are slugs with blanks between."""

    title: str
    personas: str
    phases: str
    channels: str
    when: When
    event: int | None = None  # for an event page: the day it takes place
    owner: str = "marieke"


@dataclass(frozen=True)
class PersonaPlan:
    slug: str
    name: str
    market: str
    weight: Decimal
    summary: str


@dataclass(frozen=True)
class JourneyPlan:
    preset: str
    slug: str
    name: str
    personas: str
    owned: bool = True


def live(since: int, until: int | None = None, update: int = 0) -> When:
    return When("live", since, until, update)


def expired(since: int, until: int) -> When:
    return When("expired", since, until)


def scheduled(on: int, until: int | None = None) -> When:
    return When("scheduled", on, until)


def planned(on: int) -> When:
    """A draft that aims at a day. A day that has passed makes it overdue."""
    return When("planned", on)


def in_review(on: int) -> When:
    return When("in_review", on)


DRAFT = When("draft")
STRUCTURE = Content("", "", "", "", live(-900))
"""The home page and the sections: there for long, and for nobody in particular."""

PERSONAS = (
    PersonaPlan(
        "inkoper-tuincentrum",
        "Inkoper tuincentrum",
        "b2b",
        Decimal(3),
        "Koopt voor zes winkels in. Wil omloop, marge en een leverancier die doet wat hij zegt.",
    ),
    PersonaPlan(
        "zelfstandig-bloemist",
        "Zelfstandig bloemist",
        "b2b",
        Decimal(2),
        "Eén winkel, weinig ruimte. Zoekt bijzondere planten in kleine aantallen.",
    ),
    PersonaPlan(
        "balkontuinier",
        "Balkontuinier",
        "b2c",
        Decimal(2),
        "Vier vierkante meter op drie hoog. Wil kleur, en geen gedoe.",
    ),
    PersonaPlan(
        "cadeaukoper",
        "Cadeaukoper",
        "b2c",
        Decimal(1),
        "Zoekt vandaag iets wat morgen indruk maakt en langer meegaat dan een boeket.",
    ),
)

JOURNEYS = (
    JourneyPlan(
        "4v",
        "verkopen",
        "Ik wil jullie planten verkopen",
        "inkoper-tuincentrum zelfstandig-bloemist balkontuinier cadeaukoper",
    ),
    JourneyPlan("see-think-do-care", "cadeau", "Ik wil een plant cadeau doen", "cadeaukoper", owned=False),
)

HOME = "Planten met een verhaal"
EVERYONE = "*"

PAGES: dict[str, tuple[Content, ...]] = {
    "": (
        Content("Over De Lindehof", "", "", "website", live(-380)),
        Content("Contact en route", "", "", "website", live(-290)),
    ),
    "Inspiratie": (
        Content("Een balkon dat het hele jaar bloeit", "balkontuinier", "verleiden", "website social-organic", live(-35)),
        Content("Groen zonder gedoe: vijf planten voor beginners", "balkontuinier", "verleiden", "website", live(-120)),
        Content("Binnenkijken bij drie stadsbalkons", "balkontuinier", "verleiden", "website social-organic", live(-12)),
        Content("Kleur op het noorden", "balkontuinier", "verleiden", "website search-engine", live(-210)),
        Content("Van vensterbank tot kas", "balkontuinier", "verleiden", "website", live(-640)),
        Content("Kleuren van het komende jaar", "balkontuinier zelfstandig-bloemist", "verleiden", "website press", scheduled(9)),
        Content("Een moestuin in drie kratten", "balkontuinier", "verleiden", "website video", scheduled(30)),
        Content("Open dag op de kwekerij", EVERYONE, "verleiden", "website trade-fair", live(-30, 64), event=63),
        Content("Hangplanten vergeleken", "balkontuinier", "veroveren", "website comparison-site", live(-75)),
        Content("Welke pot bij welke plant", "balkontuinier", "veroveren", "website store", live(-150)),
        Content("Drie balkonplanten voor de prijs van twee", "balkontuinier", "veroveren", "webshop email", live(-20, 6)),
        Content("Workshop balkonbakken vullen", "balkontuinier", "veroveren", "website trade-fair", live(-14, 18), event=17),
        Content("Geranium of petunia?", "balkontuinier", "veroveren", "website", DRAFT, owner=""),
        Content("Waarom een plant meer zegt dan een boeket", "cadeaukoper", "verleiden see", "website", live(-60)),
        Content("Een plant cadeau: zo pak je hem in", "cadeaukoper", "see", "website video", live(-25)),
        Content("Welke plant past bij wie?", "cadeaukoper", "think", "website", live(-45)),
        Content("Cadeaugids: een plant voor elke gelegenheid", "cadeaukoper", "veroveren think", "website email", scheduled(11)),
        Content("Bestel een cadeauplant met kaartje", "cadeaukoper", "do", "webshop", planned(21)),
        Content("Elke vijfde cadeauplant voor de helft", "cadeaukoper", "verhogen", "webshop email", live(-50, 70)),
        Content("Bewaar je mooiste momenten in het plantenalbum", "cadeaukoper", "verhogen", "website app", live(-130)),
        Content("Een plantenabonnement geven", "cadeaukoper", "verhogen", "webshop", DRAFT, owner=""),
    ),
    "Verzorging": (
        Content("Zo blijft een cadeauplant mooi", "cadeaukoper", "vasthouden care", "website packaging", live(-80)),
        Content("De eerste week met je nieuwe plant", "cadeaukoper", "vasthouden care", "website email", live(-15)),
        Content("Water geven als je op vakantie bent", "balkontuinier", "vasthouden", "website", planned(14)),
        Content("Bladluis? Zo los je het op zonder gif", "balkontuinier", "vasthouden", "website", in_review(25)),
        Content("Gele bladeren: wat je plant je vertelt", "balkontuinier", "vasthouden", "website", planned(-6)),
        Content("Verzorgingskalender voor je balkon", "balkontuinier", "vasthouden", "website", expired(-420, -30)),
        Content("Verpotten in vier stappen", "balkontuinier", "verhogen", "website video", live(-500)),
        Content("Van stek naar plant", "balkontuinier", "verhogen", "website video", live(-730)),
        Content("Ruil je stekjes met de buren", "balkontuinier", "verhogen", "website community", live(-410)),
        Content("Licht, water en voeding: de basis", "", "", "website", live(-300)),
        Content("Planten en huisdieren", "", "", "website", live(-95)),
    ),
    "Voor tuincentra": (
        Content("Planten die vanzelf van de tafel gaan", "inkoper-tuincentrum", "verleiden", "website", live(-28)),
        Content("Het schap als showroom", "inkoper-tuincentrum", "verleiden", "website", live(-90)),
        Content("Wat potplanten dit jaar deden", "inkoper-tuincentrum zelfstandig-bloemist", "verleiden", "website email", live(-55, 200)),
        Content("Aan tafel met de teler", "inkoper-tuincentrum zelfstandig-bloemist", "verleiden", "trade-fair", live(-9), event=26),
        Content("Kijk mee in onze kas", "inkoper-tuincentrum", "verleiden", "website trade-fair", scheduled(13, 41), event=40),
        Content("Ons assortiment: 140 soorten op één lijst", "inkoper-tuincentrum", "veroveren", "website brochure", live(-180)),
        Content("Vandaag besteld, morgen in de winkel", "inkoper-tuincentrum zelfstandig-bloemist", "veroveren", "website", live(-100)),
        Content("Zo rekenen wij: staffels en voorwaarden", "inkoper-tuincentrum", "veroveren", "website", live(-240)),
        Content("Vraag een proefkar aan", "inkoper-tuincentrum", "veroveren", "website account-manager", live(-17)),
        Content("Wat een collega aan balkonplanten verdient", "inkoper-tuincentrum", "veroveren", "website sales-talk", scheduled(23)),
        Content("Vaste planten op bestelling", "inkoper-tuincentrum", "veroveren", "website", expired(-260, -12)),
        Content("Verzorgingskaarten voor bij de kassa", "inkoper-tuincentrum", "vasthouden", "website store", live(-66)),
        Content("Gezonde planten op de winkelvloer", "inkoper-tuincentrum", "vasthouden", "website", live(-540)),
        Content("Schappenplan voor het nieuwe seizoen", "inkoper-tuincentrum", "vasthouden", "website email", scheduled(16)),
        Content("Samen vooruit plannen: jaarafspraken", "inkoper-tuincentrum", "verhogen", "website", expired(-400, -40)),
        Content("Een eigen kleur voor uw winkel", "inkoper-tuincentrum", "verhogen", "website account-manager", DRAFT),
        Content("Pot, plant en potgrond in één bestelling", "inkoper-tuincentrum", "verhogen", "website", planned(-20)),
    ),
    "Voor bloemisten": (
        Content("Waarom bloemisten voor potplanten kiezen", "zelfstandig-bloemist", "verleiden", "website", live(-48)),
        Content("Kleine potten, grote marge", "zelfstandig-bloemist", "verleiden", "website email", live(-160)),
        Content("Drie generaties De Lindehof", "inkoper-tuincentrum zelfstandig-bloemist", "verleiden", "website", live(-77, update=19)),
        Content("Kleine aantallen, zonder toeslag", "zelfstandig-bloemist", "veroveren", "website", live(-33)),
        Content("Demonstratie: potplanten in bloemwerk", "zelfstandig-bloemist", "veroveren", "trade-fair", scheduled(27, 49), event=48),
        Content("Proefpakket voor bloemisten", "zelfstandig-bloemist", "veroveren", "website direct-mail", planned(33), owner="editor"),
        Content("Een ochtend in de kas", "inkoper-tuincentrum zelfstandig-bloemist", "veroveren", "trade-fair", DRAFT, event=70),
        Content("Bloemistenbrief: nieuw deze maand", "zelfstandig-bloemist", "vasthouden", "email website", live(-22, 8), owner="editor"),
        Content("Zo houdt u potplanten vitaal in de winkel", "zelfstandig-bloemist", "vasthouden", "website", live(-600)),
        Content("Klantenkaart voor bloemisten", "zelfstandig-bloemist", "verhogen", "website store", live(-40), owner="editor"),
        Content("Word ambassadeur van De Lindehof", "zelfstandig-bloemist", "verhogen", "website", planned(45), owner="editor"),
    ),
}  # fmt: skip

CARDS = (
    (
        Content("De vingerproef", "cadeaukoper", "vasthouden care", "website packaging", live(-45)),
        "Steek een vinger in de aarde. Is het droog tot je eerste knokkel? Geef dan water, en laat het weglopen.",
    ),
    (
        Content("Eerst even wennen", "cadeaukoper", "vasthouden care", "website packaging", live(-15)),
        "Zet een nieuwe plant de eerste week uit de zon en uit de tocht. Verpotten kan volgende maand.",
    ),
    (
        Content("Een maand zonder mest", "cadeaukoper", "vasthouden", "website", scheduled(12)),
        "In verse potgrond zit voeding voor vijf weken. Begin daarna met een halve dop per gieter.",
    ),
    (
        Content("Gieter of spuit", "balkontuinier", "vasthouden", "website", planned(18)),
        "Water bij de wortels, 's ochtends. Nat blad in de avond is waar schimmel op wacht.",
    ),
)  # fmt: skip
"""Care cards, which articles for the same readers show, with their words."""

OFF_SITE = (
    Content("Nieuwsbrief aan bloemisten", "zelfstandig-bloemist", "verleiden", "email", When("confirmed", 5)),
    Content("Nieuwsbrief aan plantenliefhebbers", "balkontuinier", "verleiden", "email", When("confirmed", -3)),
    Content("Folder potplanten voor de vakbeurs", "inkoper-tuincentrum", "veroveren", "brochure trade-fair", When("confirmed", -41)),
    Content("Bericht op LinkedIn over de proefkar", "inkoper-tuincentrum", "veroveren", "social-organic", When("draft", 7)),
    Content("Radiospot op de regionale zender", "balkontuinier", "verleiden", "tv-radio", When("cancelled", 20)),
    Content("Filmpjes over stekken", "balkontuinier", "verhogen", "social-organic video", When("idea"), owner=""),
    Content("Bedankkaart bij de pakbon", "cadeaukoper", "care", "packaging", When("idea", 40), owner=""),
)  # fmt: skip

STEPS = {
    "Planten die vanzelf van de tafel gaan": ("Vraag een proefkar aan",),
    "Het schap als showroom": ("Ons assortiment: 140 soorten op één lijst",),
    "Wat potplanten dit jaar deden": ("Vandaag besteld, morgen in de winkel",),
    "Aan tafel met de teler": ("Vandaag besteld, morgen in de winkel",),
    "Drie generaties De Lindehof": ("Vandaag besteld, morgen in de winkel",),
    "Ons assortiment: 140 soorten op één lijst": ("Verzorgingskaarten voor bij de kassa",),
    "Vandaag besteld, morgen in de winkel": (
        "Verzorgingskaarten voor bij de kassa",
        "Bloemistenbrief: nieuw deze maand",
    ),
    "Vraag een proefkar aan": ("Verzorgingskaarten voor bij de kassa",),
    "Folder potplanten voor de vakbeurs": ("Verzorgingskaarten voor bij de kassa",),
    "Verzorgingskaarten voor bij de kassa": ("Ons assortiment: 140 soorten op één lijst",),
    "Waarom bloemisten voor potplanten kiezen": ("Kleine aantallen, zonder toeslag",),
    "Kleine potten, grote marge": ("Kleine aantallen, zonder toeslag",),
    "Kleine aantallen, zonder toeslag": ("Bloemistenbrief: nieuw deze maand",),
    "Bloemistenbrief: nieuw deze maand": ("Klantenkaart voor bloemisten",),
    "Klantenkaart voor bloemisten": ("Waarom bloemisten voor potplanten kiezen",),
    "Een balkon dat het hele jaar bloeit": ("Drie balkonplanten voor de prijs van twee",),
    "Groen zonder gedoe: vijf planten voor beginners": ("Welke pot bij welke plant",),
    "Binnenkijken bij drie stadsbalkons": ("Workshop balkonbakken vullen",),
    "Nieuwsbrief aan plantenliefhebbers": ("Drie balkonplanten voor de prijs van twee",),
    "Hangplanten vergeleken": ("Verzorgingskalender voor je balkon",),
    "Verpotten in vier stappen": ("Een balkon dat het hele jaar bloeit",),
    "Waarom een plant meer zegt dan een boeket": ("Welke plant past bij wie?",),
    "Een plant cadeau: zo pak je hem in": ("Welke plant past bij wie?",),
    "Zo blijft een cadeauplant mooi": ("Elke vijfde cadeauplant voor de helft",),
    "De eerste week met je nieuwe plant": ("Bewaar je mooiste momenten in het plantenalbum",),
    "Elke vijfde cadeauplant voor de helft": ("Waarom een plant meer zegt dan een boeket",),
}
"""What leads to what. The terms for garden centres lead nowhere (DEAD_END), the hanging plants to a calendar that has
expired (BROKEN_NEXT)."""
