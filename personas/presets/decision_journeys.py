"""Models of the decision journey: customers go round, and what they tell others matters."""

from __future__ import annotations

from personas.presets.model import JourneyModel, LinkPreset, PhasePreset, Text, chain

FOUR_V = JourneyModel(
    code="4v",
    name=Text("4V-verkoopfasenmodel", "4V sales phases"),
    year=None,
    source="Dutch practice: verleiden, veroveren, vasthouden, verhogen",
    market="both",
    phases=(
        PhasePreset(
            "verleiden",
            Text("Verleiden", "Seduce"),
            "pre",
            ("awareness", "consideration", "trigger"),
            Text("Wat is er mogelijk, en is dat iets voor mij?", "What is possible, and is it something for me?"),
            entry=True,
        ),
        PhasePreset(
            "veroveren",
            Text("Veroveren", "Win over"),
            "pre",
            ("consideration", "evaluation"),
            Text("Waarom zou ik juist bij jullie kopen?", "Why should I buy from you of all people?"),
        ),
        PhasePreset(
            "vasthouden",
            Text("Vasthouden", "Retain"),
            "post",
            ("use", "support"),
            Text("Hoe haal ik eruit wat mij beloofd is?", "How do I get out of it what I was promised?"),
        ),
        PhasePreset(
            "verhogen",
            Text("Verhogen", "Increase value"),
            "post",
            ("loyalty", "advocacy"),
            Text("Wat kunnen jullie nog meer voor mij doen?", "What else can you do for me?"),
        ),
    ),
    # The model has no phase for the purchase: it is the step from Veroveren to Vasthouden. A renewal goes through it.
    links=(
        LinkPreset("verleiden", "veroveren"),
        LinkPreset("veroveren", "vasthouden", condition=Text("Er is gekocht", "A purchase was made")),
        LinkPreset("vasthouden", "verhogen"),
        LinkPreset(
            "vasthouden",
            "veroveren",
            "renewal",
            Text("Contract loopt af of product is op", "The contract ends or the product is used up"),
        ),
        LinkPreset(
            "verhogen",
            "veroveren",
            "loop",
            Text("Een volgende aankoop wordt vergeleken", "A next purchase is compared"),
        ),
        LinkPreset("verhogen", "verleiden", "loop", Text("Een nieuwe behoefte ontstaat", "A new need arises")),
        LinkPreset(
            "vasthouden",
            "veroveren",
            "influence",
            Text("Klanten vertellen het aan wie nog vergelijkt", "Customers tell those who still compare"),
        ),
        LinkPreset(
            "verhogen",
            "verleiden",
            "influence",
            Text("Klanten bevelen aan bij anderen", "Customers recommend to others"),
        ),
    ),
)

MCKINSEY_2009 = JourneyModel(
    code="mckinsey-2009",
    name=Text("McKinsey-beslisreis (2009)", "McKinsey consumer decision journey (2009)"),
    year=2009,
    source="Court, Elzinga, Mulder and Vetvik, McKinsey Quarterly 2009 no. 3",
    market="b2c",
    phases=(
        PhasePreset(
            "trigger",
            Text("Aanleiding", "Trigger"),
            "pre",
            ("trigger",),
            Text("Waarom voldoet het niet meer zoals het nu is?", "Why is what I have no longer good enough?"),
            entry=True,
        ),
        PhasePreset(
            "initial-consideration",
            Text("Eerste overweging", "Initial consideration"),
            "pre",
            ("consideration", "awareness"),
            Text("Welke merken komen bij mij op?", "Which brands come to my mind?"),
        ),
        PhasePreset(
            "active-evaluation",
            Text("Actieve evaluatie", "Active evaluation"),
            "pre",
            ("evaluation",),
            Text("Welke past het best, en wie valt af?", "Which fits best, and which do I drop?"),
        ),
        PhasePreset(
            "purchase",
            Text("Aankoopmoment", "Moment of purchase"),
            "buy",
            ("purchase",),
            Text("Waar koop ik het, en onder welke voorwaarden?", "Where do I buy it, and on which terms?"),
        ),
        # The loyalty loop is a link, not a phase: content on loyalty belongs where that loop begins.
        PhasePreset(
            "postpurchase",
            Text("Ervaring na aankoop", "Postpurchase experience"),
            "post",
            ("use", "support", "loyalty", "advocacy"),
            Text("Maakt het waar wat ik ervan verwachtte?", "Does it live up to what I expected?"),
        ),
    ),
    links=(
        *chain("trigger", "initial-consideration", "active-evaluation", "purchase", "postpurchase"),
        LinkPreset("postpurchase", "purchase", "loop", Text("De ervaring was goed", "The experience was good")),
        LinkPreset("postpurchase", "initial-consideration", "loop", Text("De band is zwak", "The bond is weak")),
    ),
)

EDELMAN_2010 = JourneyModel(
    code="edelman-2010",
    name=Text("Beslisreis van Edelman (2010)", "Edelman decision journey (2010)"),
    year=2010,
    source="Edelman, Harvard Business Review, December 2010",
    market="b2c",
    phases=(
        PhasePreset(
            "consider",
            Text("Overwegen", "Consider"),
            "pre",
            ("consideration",),
            Text("Wat zou hiervoor in aanmerking komen?", "What could be an option for this?"),
            entry=True,
        ),
        PhasePreset(
            "evaluate",
            Text("Evalueren", "Evaluate"),
            "pre",
            ("evaluation",),
            Text("Wat vinden anderen ervan die het al hebben?", "What do others think who already have it?"),
        ),
        PhasePreset(
            "buy",
            Text("Kopen", "Buy"),
            "buy",
            ("purchase",),
            Text("Hoe regel ik het snel en zonder risico?", "How do I get it quickly and without risk?"),
        ),
        PhasePreset(
            "enjoy",
            Text("Genieten", "Enjoy"),
            "post",
            ("use",),
            Text("Hoe begin ik, en wat kan ik er allemaal mee?", "How do I start, and what can I all do with it?"),
        ),
        PhasePreset(
            "advocate",
            Text("Aanbevelen", "Advocate"),
            "post",
            ("advocacy",),
            Text("Waar kan ik vertellen hoe het bevalt?", "Where can I tell how I like it?"),
        ),
        PhasePreset(
            "bond",
            Text("Binden", "Bond"),
            "post",
            ("loyalty",),
            Text("Waarom zou ik de volgende keer nog vergelijken?", "Why would I compare again next time?"),
        ),
    ),
    links=(
        *chain("consider", "evaluate", "buy", "enjoy", "advocate", "bond"),
        LinkPreset(
            "bond",
            "buy",
            "loop",
            Text("De band is sterk: vergelijken is niet meer nodig", "The bond is strong: no need to compare"),
        ),
    ),
)
