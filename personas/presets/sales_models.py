"""Models that began with selling: short, and most of them a straight line."""

from __future__ import annotations

from personas.presets.model import JourneyModel, LinkPreset, PhasePreset, Text, chain

AIDA = JourneyModel(
    code="aida",
    name=Text("AIDA", "AIDA"),
    year=None,
    source="Lewis",
    market="both",
    phases=(
        PhasePreset(
            "attention",
            Text("Aandacht", "Attention"),
            "pre",
            ("awareness",),
            Text("Waarom zou ik hier kijken?", "Why should I look at this?"),
            entry=True,
        ),
        PhasePreset(
            "interest",
            Text("Interesse", "Interest"),
            "pre",
            ("consideration",),
            Text("Wat heb ik hieraan?", "What is in it for me?"),
        ),
        PhasePreset(
            "desire",
            Text("Verlangen", "Desire"),
            "pre",
            ("evaluation",),
            Text("Waarom wil ik juist dit?", "Why do I want this one?"),
        ),
        PhasePreset(
            "action",
            Text("Actie", "Action"),
            "buy",
            ("purchase",),
            Text("Wat moet ik nu doen?", "What do I do now?"),
        ),
    ),
    links=chain("attention", "interest", "desire", "action"),
)

# The model's first letter, Plan, is the company's own work: no customer is ever in it.
RACE = JourneyModel(
    code="race",
    name=Text("RACE", "RACE"),
    year=2010,
    source="Chaffey, Smart Insights",
    market="both",
    phases=(
        PhasePreset(
            "reach",
            Text("Bereiken", "Reach"),
            "pre",
            ("awareness",),
            Text("Waar kom ik jullie tegen?", "Where do I come across you?"),
            entry=True,
        ),
        PhasePreset(
            "act",
            Text("Handelen", "Act"),
            "pre",
            ("consideration", "evaluation"),
            Text("Is het de moeite om verder te kijken?", "Is it worth a closer look?"),
        ),
        PhasePreset(
            "convert",
            Text("Converteren", "Convert"),
            "buy",
            ("purchase",),
            Text("Wat geeft mij het laatste zetje?", "What gives me the last push?"),
        ),
        PhasePreset(
            "engage",
            Text("Betrekken", "Engage"),
            "post",
            ("use", "support", "loyalty", "advocacy"),
            Text("Waarom kom ik terug?", "Why do I come back?"),
        ),
    ),
    links=(
        *chain("reach", "act", "convert", "engage"),
        LinkPreset("engage", "reach", "loop", Text("Klanten brengen het verder", "Customers spread the word")),
    ),
)

HUBSPOT = JourneyModel(
    code="hubspot",
    name=Text("Buyer's journey (HubSpot)", "Buyer's journey (HubSpot)"),
    year=None,
    source="HubSpot",
    market="both",
    phases=(
        PhasePreset(
            "awareness",
            Text("Bewustwording", "Awareness"),
            "pre",
            ("awareness",),
            Text("Wat is mijn probleem eigenlijk?", "What is my problem, really?"),
            entry=True,
        ),
        PhasePreset(
            "consideration",
            Text("Overweging", "Consideration"),
            "pre",
            ("consideration", "evaluation"),
            Text("Op welke manieren is het op te lossen?", "In which ways can it be solved?"),
        ),
        PhasePreset(
            "decision",
            Text("Beslissing", "Decision"),
            "buy",
            ("evaluation", "purchase"),
            Text("Met welke leverancier ga ik in zee?", "Which supplier do I choose?"),
        ),
        # "Evangelist" is a status of a contact, not a phase of content: what those people need is found here.
        PhasePreset(
            "delight",
            Text("Verrassen", "Delight"),
            "post",
            ("use", "advocacy"),
            Text("Krijg ik meer dan waar ik voor betaalde?", "Do I get more than I paid for?"),
        ),
    ),
    links=chain("awareness", "consideration", "decision", "delight"),
)

FIVE_A = JourneyModel(
    code="5a",
    name=Text("5A van Kotler", "Kotler's 5A"),
    year=None,
    source="Kotler, Kartajaya and Setiawan, Marketing 4.0",
    market="both",
    # People may come in anywhere and leave phases out, and who recommends need not have bought.
    phases=(
        PhasePreset(
            "aware",
            Text("Kennen", "Aware"),
            "pre",
            ("awareness",),
            Text("Waar heb ik hier eerder van gehoord?", "Where did I hear of this before?"),
            entry=True,
        ),
        PhasePreset(
            "appeal",
            Text("Aantrekken", "Appeal"),
            "pre",
            ("consideration",),
            Text("Wat spreekt mij hierin aan?", "What do I like about this?"),
            entry=True,
        ),
        PhasePreset(
            "ask",
            Text("Vragen", "Ask"),
            "pre",
            ("evaluation",),
            Text("Klopt het wat ze zeggen?", "Is it true what they say?"),
            entry=True,
        ),
        PhasePreset(
            "act",
            Text("Handelen", "Act"),
            "buy",
            ("purchase",),
            Text("Waar kan ik terecht?", "Where do I go?"),
            entry=True,
        ),
        PhasePreset(
            "advocate",
            Text("Aanbevelen", "Advocate"),
            "post",
            ("advocacy",),
            Text("Zou ik mijn naam hieraan verbinden?", "Would I put my name to this?"),
            entry=True,
        ),
    ),
    links=(
        *chain("aware", "appeal", "ask", "act", "advocate"),
        LinkPreset("aware", "ask", "skip", Text("Eerst zekerheid", "Certainty first")),
        LinkPreset("appeal", "act", "skip", Text("Een impuls", "On impulse")),
        LinkPreset("appeal", "advocate", "skip", Text("Een fan zonder aankoop", "A fan who did not buy")),
        LinkPreset("advocate", "aware", "influence", Text("Anderen horen ervan", "Others hear of it")),
    ),
)
