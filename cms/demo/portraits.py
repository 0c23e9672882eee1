"""Who De Lindehof writes for: four portraits and what they rest on. Data only; days count from the day of loading.

All of it is invented. One persona was counted and asked; one was asked most; one was only counted, and what is known
of the fourth is old: the last two are shown as assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

COUNTED, SAID = "quantitative", "qualitative"


class Line(NamedTuple):
    """A need, pain or pleasure, with the phase ("journey/phase") where there is one."""

    text: str
    phase: str = ""


class Found(NamedTuple):
    """One piece of evidence."""

    kind: str
    finding: str
    source: str
    on: int
    sample: str = ""
    value: Decimal | None = None
    unit: str = ""
    phase: str = ""


@dataclass(frozen=True)
class PortraitPlan:
    persona: str
    fields: dict[str, Any]
    themes: tuple[str, ...]
    review_in: int
    colours: tuple[str, str, str, str]  # background, clothes, skin, hair
    long_hair: bool = False
    needs: tuple[Line, ...] = ()
    pains: tuple[Line, ...] = ()
    pleasures: tuple[Line, ...] = ()
    route: tuple[tuple[str, str], ...] = ()
    evidence: tuple[Found, ...] = field(default=())


PORTRAITS = (
    PortraitPlan(
        "inkoper-tuincentrum",
        {
            "relationships": ["prospect", "customer"],
            "share": 45,
            "quote": "Ik heb geen tijd voor mooie verhalen. Zeg me wat er maandag op de tafel staat.",
            "background": "Begon als verkoper op de plantenafdeling en koopt nu in voor zes winkels. Plant per "
            "kwartaal, stuurt per week bij en wordt beoordeeld op omloop en uitval.",
            "demographics": "38 tot 55 jaar, hbo, keten met vijf tot tien winkels in Noord- en Oost-Nederland.",
            "goals": [
                "Omloop per meter schap verhogen",
                "Minder uitval",
                "Een leverancier die belt vóór er iets misgaat",
            ],
            "motives": ["direct", "discount"],
            "considerations": ["Leverbetrouwbaarheid", "Marge na uitval", "Schapmateriaal dat erbij zit"],
            "objections": ["Weer een leverancier erbij", "Kweker kan de piek van april niet aan"],
            "sources": ["peers", "expert", "press"],
            "media": ["Vakblad voor de groene detailhandel", "Nieuwsbrief van de inkoopvereniging"],
            "devices": ["computer", "phone"],
            "competitors": ["Grote kwekers met eigen vrachtwagens: vandaag besteld, morgen op de kar"],
            "team": "Verkoop",
        },
        ("omloop", "winkelvloer", "seizoen"),
        review_in=120,
        colours=("#dfe8d8", "#33523d", "#e3b58f", "#4a3a2c"),
        needs=(
            Line("Weten wat de planten per meter schap opbrengen", "verkopen/verleiden"),
            Line("Eén winkel kunnen proberen zonder contract", "verkopen/veroveren"),
            Line("Verzorging die het personeel in een minuut snapt", "verkopen/vasthouden"),
        ),
        pains=(
            Line("Een levering die een dag te laat komt, is een leeg weekend", "verkopen/vasthouden"),
            Line("De prijs is pas te zien na inloggen", "verkopen/veroveren"),
            Line("Elke kweker heeft een ander bestelformulier"),
        ),
        pleasures=(
            Line("De kweker zelf aan de lijn krijgen", "verkopen/veroveren"),
            Line("Een tafel die zichzelf verkoopt", "verkopen/vasthouden"),
        ),
        route=(
            ("verkopen/verleiden", "trade-fair"),
            ("verkopen/veroveren", "website"),
            ("verkopen/veroveren", "account-manager"),
            ("verkopen/vasthouden", "email"),
        ),
        evidence=(
            Found(COUNTED, "Bestelt op dinsdag en donderdag", "Orderdata", -60, "412 orders"),
            Found(
                COUNTED,
                "Opent de nieuwsbrief",
                "Nieuwsbriefcijfers",
                -40,
                "186 abonnees",
                Decimal("41.5"),
                "%",
                "verkopen/vasthouden",
            ),
            Found(
                SAID, "Leverbetrouwbaarheid weegt zwaarder dan de prijs", "Interviews met inkopers", -95, "9 interviews"
            ),
        ),
    ),
    PortraitPlan(
        "zelfstandig-bloemist",
        {
            "relationships": ["prospect", "customer", "ambassador"],
            "share": 25,
            "quote": "Als ik voer wat de supermarkt ook heeft, kom ik er niet meer tussen.",
            "background": "Heeft een eigen winkel met twee medewerkers, koopt twee keer per week in en kiest op "
            "uitstraling, houdbaarheid en marge.",
            "demographics": "30 tot 60 jaar, winkel van 60 tot 120 m² in een wijk of dorp.",
            "goals": ["Iets voeren wat niemand anders heeft", "Ook na Kerst omzet halen"],
            "motives": ["recognition", "direct"],
            "considerations": ["Houdbaarheid in de etalage", "Kleinste bestelling"],
            "objections": ["Potplanten nemen te veel ruimte in"],
            "sources": ["peers", "brand"],
            "media": ["Appgroep van bloemisten in de regio", "Instagram"],
            "devices": ["phone"],
            "competitors": ["De bloemenveiling: ruimste keus, maar per bak", "De cash-and-carry: meteen mee"],
            "team": "Verkoop",
        },
        ("bijzondere soorten", "etalage"),
        review_in=200,
        colours=("#f3e3e6", "#7b3f52", "#f0c8a8", "#8c4a22"),
        long_hair=True,
        needs=(
            Line("Zien hoe een plant na twee weken etalage staat", "verkopen/veroveren"),
            Line("Ideeën voor de stille weken na Kerst", "verkopen/vasthouden"),
        ),
        pains=(
            Line("De aanmaning komt vóór de creditnota", "verkopen/vasthouden"),
            Line("Staat om zes uur op en leest geen lange mails"),
        ),
        pleasures=(
            Line("Het handgeschreven kaartje in de doos", "verkopen/vasthouden"),
            Line("De kweker zelf spreken op de open dag", "verkopen/verleiden"),
        ),
        route=(
            ("verkopen/verleiden", "social-organic"),
            ("verkopen/veroveren", "website"),
            ("verkopen/vasthouden", "brochure"),
            ("verkopen/verhogen", "email"),
        ),
        evidence=(
            Found(SAID, "Stapt over na één slechte levering", "Gesprekken op de open dag", -150, "14 gesprekken"),
            Found(SAID, "Leest berichten vóór openingstijd", "Meegelopen in drie winkels", -170, "3 dagen"),
            Found(
                COUNTED,
                "Bezoekt de site op de telefoon",
                "Webstatistiek",
                -30,
                "1.260 bezoeken",
                Decimal(78),
                "%",
                "verkopen/veroveren",
            ),
        ),
    ),
    PortraitPlan(
        "balkontuinier",
        {
            "relationships": ["prospect", "customer"],
            "share": 20,
            "summary": "Vier vierkante meter op drie hoog. Wil kleur, en geen gedoe.",
            "background": "Werkt op kantoor, woont op een appartement zonder lift en tuiniert sinds twee zomers.",
            "demographics": "25 tot 40 jaar, stad, huurt, huishouden van een of twee.",
            "goals": ["Een balkon waar je wilt zitten", "Dat er iets overleeft"],
            "motives": ["reviews", "recognition"],
            "considerations": ["Hoeveel zon er is", "Of het de vakantie overleeft"],
            "objections": ["Ik heb geen groene vingers"],
            "sources": ["friends", "peers"],
            "media": ["Instagram", "YouTube"],
            "devices": ["phone", "tablet"],
            "competitors": ["De bouwmarkt om de hoek: goedkoop, zonder uitleg"],
            "team": "Marketing",
        },
        ("balkon", "beginners", "water geven"),
        review_in=-20,
        colours=("#dde7f2", "#2f5d8a", "#c98d63", "#231a15"),
        needs=(Line("Weten wat er op het noorden groeit", "verkopen/verleiden"),),
        pains=(
            Line("Gele bladeren, en niemand die zegt waarom", "verkopen/vasthouden"),
            Line("Zakken potgrond drie trappen op", "verkopen/veroveren"),
        ),
        pleasures=(Line("De eerste bloem van het jaar", "verkopen/vasthouden"),),
        route=(("verkopen/verleiden", "social-organic"), ("verkopen/veroveren", "webshop")),
        evidence=(
            Found(
                COUNTED,
                "Komt binnen via een zoekmachine",
                "Webstatistiek",
                -30,
                "8.400 bezoeken",
                Decimal(63),
                "%",
                "verkopen/verleiden",
            ),
            Found(
                COUNTED,
                "Haakt af bij de bezorgkosten",
                "Cijfers van de webshop",
                -45,
                "390 winkelmandjes",
                Decimal("27.5"),
                "%",
                "verkopen/veroveren",
            ),
        ),
    ),
    PortraitPlan(
        "cadeaukoper",
        {
            "relationships": ["prospect"],
            "share": 10,
            "quote": "Het moet er morgen zijn, en het mag er niet uitzien als een noodgreep.",
            "goals": ["Vandaag regelen, morgen indruk maken"],
            "motives": ["reviews"],
            "considerations": ["Bezorging op de dag zelf", "Een kaartje in eigen woorden"],
            "objections": ["Een plant is een verplichting voor wie hem krijgt"],
            "sources": ["brand", "peers"],
            "devices": ["phone", "computer"],
            "competitors": ["Bloemen per post: door de brievenbus"],
            "team": "Marketing",
        },
        ("cadeau",),
        review_in=60,
        colours=("#f2ead7", "#8a6a1f", "#edc9ad", "#b58a3c"),
        long_hair=True,
        needs=(Line("Zekerheid dat het op tijd komt", "cadeau/do"),),
        pains=(Line("Te laat aan gedacht"),),
        pleasures=(Line("Een foto van de plant op de nieuwe plek", "cadeau/care"),),
        route=(("cadeau/see", "search-engine"), ("cadeau/do", "webshop")),
        evidence=(
            Found(
                COUNTED,
                "Bestelt binnen een dag voor de bezorging",
                "Cijfers van de webshop",
                -460,
                "720 orders",
                Decimal(58),
                "%",
                "cadeau/do",
            ),
            Found(SAID, "Kiest op de foto, niet op de soort", "Gesprekken aan de kassa", -510, "20 gesprekken"),
        ),
    ),
)
