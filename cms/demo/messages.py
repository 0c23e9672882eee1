"""What De Lindehof wants to say to whom and when, and what people ask there: data only.

Some questions are answered by a page of the plan, most are still open; one cell has neither message nor question.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CellPlan:
    """One persona in one phase. Questions with the title of the content that answers them, or nothing."""

    journey: str
    persona: str
    phase: str
    message: str
    questions: tuple[tuple[str, str], ...] = ()


CELLS = (
    CellPlan(
        "verkopen",
        "inkoper-tuincentrum",
        "verleiden",
        "Onze planten verkopen zichzelf: u ziet het aan de omloop per meter schap.",
        (
            ("Waarom zou ik van leverancier wisselen?", "Planten die vanzelf van de tafel gaan"),
            ("Wat doen potplanten dit jaar?", "Wat potplanten dit jaar deden"),
        ),
    ),
    CellPlan(
        "verkopen",
        "inkoper-tuincentrum",
        "veroveren",
        "Vandaag besteld is morgen in de winkel, en u kunt klein beginnen.",
        (
            ("Wat kost het, en vanaf hoeveel karren?", "Zo rekenen wij: staffels en voorwaarden"),
            ("Kan ik het eerst in één winkel proberen?", "Vraag een proefkar aan"),
            ("Wie is er bereikbaar als een levering misgaat?", ""),
        ),
    ),
    CellPlan(
        "verkopen",
        "inkoper-tuincentrum",
        "vasthouden",
        "Wij helpen u de plant mooi te houden tot hij verkocht is.",
        (
            ("Hoe houd ik de planten mooi zonder extra personeel?", "Gezonde planten op de winkelvloer"),
            ("Wat zet ik wanneer in het schap?", ""),
        ),
    ),
    CellPlan(
        "verkopen",
        "inkoper-tuincentrum",
        "verhogen",
        "Met jaarafspraken weet u wat er komt, en wij wat u nodig hebt.",
        (("Wat levert een jaarafspraak mij op?", ""), ("Kan ik een kleur krijgen die niemand anders heeft?", "")),
    ),
    CellPlan(
        "verkopen",
        "zelfstandig-bloemist",
        "verleiden",
        "Een plant in de etalage brengt klanten terug die voor een boeket kwamen.",
        (("Verdien ik iets aan potplanten?", "Kleine potten, grote marge"),),
    ),
    CellPlan(
        "verkopen",
        "zelfstandig-bloemist",
        "veroveren",
        "Bij ons bestelt u zes stuks, zonder toeslag en zonder contract.",
        (("Vanaf hoeveel stuks kan ik bestellen?", "Kleine aantallen, zonder toeslag"), ("Mag ik het eerst zien?", "")),
    ),
    CellPlan(
        "verkopen",
        "zelfstandig-bloemist",
        "vasthouden",
        "Wij helpen u de plant mooi te houden tot hij verkocht is.",
        (
            ("Hoe verkoop ik na Kerst nog een plant?", ""),
            ("Wat doe ik met planten die te lang staan?", "Zo houdt u potplanten vitaal in de winkel"),
        ),
    ),
    CellPlan(
        "verkopen",
        "zelfstandig-bloemist",
        "verhogen",
        "Wie vaker komt, krijgt de bijzondere soorten het eerst.",
        (("Wat krijg ik als ik meer bestel?", "Klantenkaart voor bloemisten"),),
    ),
    CellPlan(
        "verkopen",
        "balkontuinier",
        "verleiden",
        "Op vier vierkante meter past meer dan u denkt.",
        (
            ("Wat groeit er op het noorden?", "Kleur op het noorden"),
            ("Welke planten overleven mij?", "Groen zonder gedoe: vijf planten voor beginners"),
        ),
    ),
    CellPlan(
        "verkopen",
        "balkontuinier",
        "veroveren",
        "Kies de plant bij uw plek; wij zeggen eerlijk wat er niet past.",
        (
            ("Welke pot heb ik nodig?", "Welke pot bij welke plant"),
            ("Hoe krijg ik het naar drie hoog?", ""),
        ),
    ),
    CellPlan(
        "verkopen",
        "balkontuinier",
        "vasthouden",
        "U hoeft er geen groene vingers voor te hebben: wij zeggen wat de plant nodig heeft, en wanneer.",
        (
            ("Waarom worden de bladeren geel?", "Gele bladeren: wat je plant je vertelt"),
            ("Hoe overleeft mijn balkon de vakantie?", "Water geven als je op vakantie bent"),
            ("Moet ik ze in de winter binnenhalen?", ""),
        ),
    ),
    CellPlan(
        "verkopen",
        "cadeaukoper",
        "veroveren",
        "Vóór vijf uur besteld, morgen bezorgd, met een kaartje in uw eigen woorden.",
        (("Komt het op tijd aan?", ""), ("Kan er een kaartje bij?", "Bestel een cadeauplant met kaartje")),
    ),
    CellPlan(
        "cadeau",
        "cadeaukoper",
        "think",
        "Zeg ons voor wie, dan zeggen wij welke plant.",
        (("Welke plant past bij haar?", "Welke plant past bij wie?"), ("En als ze katten heeft?", "")),
    ),
)
