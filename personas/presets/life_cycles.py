"""Models of the customer's life cycle: one chain from the first contact to what comes after the purchase."""

from __future__ import annotations

from personas.presets.model import JourneyModel, LinkPreset, PhasePreset, Text, chain

ALTIMETER = JourneyModel(
    code="altimeter",
    name=Text("Dynamische klantreis (Altimeter)", "Dynamic customer journey (Altimeter)"),
    year=2012,
    source="Solis, Altimeter Group",
    market="both",
    phases=(
        PhasePreset(
            "bewustzijn",
            Text("Bewustzijn", "Awareness"),
            "pre",
            ("awareness",),
            Text("Wat is dit, en waarom zie ik het nu?", "What is this, and why do I see it now?"),
            entry=True,
        ),
        PhasePreset(
            "overweging",
            Text("Overweging", "Consideration"),
            "pre",
            ("consideration",),
            Text("Lost dit mijn probleem op?", "Does this solve my problem?"),
        ),
        PhasePreset(
            "afweging",
            Text("Afweging", "Evaluation"),
            "pre",
            ("evaluation",),
            Text(
                "Wie vertrouw ik: de pers, kenners of andere klanten?",
                "Whom do I trust: the press, experts or other customers?",
            ),
        ),
        PhasePreset(
            "aankoop",
            Text("Aankoop", "Purchase"),
            "buy",
            ("purchase",),
            Text("Doe ik het, of toch niet?", "Do I go for it, or not?"),
        ),
        PhasePreset(
            "ervaring",
            Text("Ervaring", "Experience"),
            "post",
            ("use", "support"),
            Text("Wie helpt mij als het anders loopt?", "Who helps me when things go differently?"),
        ),
        PhasePreset(
            "loyalty",
            Text("Loyaliteit", "Loyalty"),
            "post",
            ("loyalty", "advocacy"),
            Text("Merken zij dat ik al klant ben?", "Do they notice that I am a customer already?"),
        ),
    ),
    links=(
        *chain("bewustzijn", "overweging", "afweging", "aankoop", "ervaring"),
        LinkPreset("ervaring", "loyalty", condition=Text("De ervaring is positief", "The experience is positive")),
        LinkPreset("loyalty", "overweging", "loop", Text("Een andere behoefte", "Another need")),
        LinkPreset(
            "loyalty",
            "afweging",
            "loop",
            Text("Dezelfde behoefte, opnieuw vergeleken", "The same need, compared again"),
        ),
        LinkPreset(
            "loyalty", "aankoop", "loop", Text("Heraankoop zonder vergelijken", "Bought again without comparing")
        ),
    ),
)

OWYANG_2012 = JourneyModel(
    code="owyang-2012",
    name=Text("Dynamische klantreis (Owyang, 2012)", "Dynamic customer journey (Owyang, 2012)"),
    year=2012,
    source="Owyang, Altimeter Group, research theme of May 2012",
    market="both",
    phases=(
        PhasePreset(
            "awareness",
            Text("Bewustwording", "Awareness"),
            "pre",
            ("awareness",),
            Text("Bestaat er iets voor wat ik wil?", "Is there something for what I want?"),
            entry=True,
        ),
        PhasePreset(
            "consideration",
            Text("Overweging", "Consideration"),
            "pre",
            ("consideration",),
            Text("Welke soorten oplossingen zijn er?", "Which kinds of solution are there?"),
        ),
        PhasePreset(
            "intent",
            Text("Intentie", "Intent"),
            "pre",
            ("evaluation",),
            Text("Wat houdt mij nog tegen?", "What still holds me back?"),
        ),
        PhasePreset(
            "purchase",
            Text("Aankoop", "Purchase"),
            "buy",
            ("purchase",),
            Text("Hoe rond ik het af?", "How do I complete this?"),
        ),
        PhasePreset(
            "support",
            Text("Ondersteuning", "Support"),
            "post",
            ("support", "use"),
            Text("Hoe werkt het, en wat doe ik als het hapert?", "How does it work, and what if it fails?"),
        ),
        PhasePreset(
            "loyalty",
            Text("Loyaliteit", "Loyalty"),
            "post",
            ("loyalty",),
            Text("Wat levert het mij op om te blijven?", "What do I gain by staying?"),
        ),
        PhasePreset(
            "advocacy",
            Text("Aanbeveling", "Advocacy"),
            "post",
            ("advocacy",),
            Text("Wie zou hier ook iets aan hebben?", "Who else would benefit from this?"),
        ),
    ),
    links=chain("awareness", "consideration", "intent", "purchase", "support", "loyalty", "advocacy"),
)

FORRESTER_2014 = JourneyModel(
    code="forrester-2014",
    name=Text("Klantlevenscyclus van Forrester (2014)", "Forrester customer life cycle (2014)"),
    year=2014,
    source="Forrester, April 2014",
    market="both",
    phases=(
        PhasePreset(
            "discover",
            Text("Ontdekken", "Discover"),
            "pre",
            ("awareness", "consideration"),
            Text("Wat is er nieuw dat voor mij telt?", "What is new that matters to me?"),
            entry=True,
        ),
        PhasePreset(
            "explore",
            Text("Verkennen", "Explore"),
            "pre",
            ("evaluation",),
            Text("Wat krijg ik precies, vergeleken met de rest?", "What exactly do I get, compared with the rest?"),
        ),
        PhasePreset(
            "buy",
            Text("Kopen", "Buy"),
            "buy",
            ("purchase",),
            Text("Kan het zoals mij dat uitkomt?", "Can I do it the way that suits me?"),
        ),
        PhasePreset(
            "use",
            Text("Gebruiken", "Use"),
            "post",
            ("use",),
            Text("Hoe krijg ik het vandaag aan de gang?", "How do I get it going today?"),
        ),
        PhasePreset(
            "ask",
            Text("Vragen", "Ask"),
            "post",
            ("support",),
            Text("Bij wie kan ik met mijn vraag terecht?", "Whom can I turn to with my question?"),
        ),
        PhasePreset(
            "engage",
            Text("Betrokken zijn", "Engage"),
            "post",
            ("loyalty", "advocacy"),
            Text("Hoe blijf ik op de hoogte en praat ik mee?", "How do I stay up to date and have a say?"),
        ),
    ),
    links=(
        *chain("discover", "explore", "buy", "use", "ask", "engage"),
        LinkPreset(
            "engage",
            "discover",
            "loop",
            Text("Betrokkenheid leidt tot een ontdekking", "Engagement leads to a discovery"),
        ),
    ),
)

SEE_THINK_DO_CARE = JourneyModel(
    code="see-think-do-care",
    name=Text("See-Think-Do-Care", "See-Think-Do-Care"),
    year=None,
    source="Kaushik, Occam's Razor",
    market="both",
    # Groups of people by what they intend, not steps: somebody may turn up in each of the first three.
    phases=(
        PhasePreset(
            "see",
            Text("See: onbewust", "See: unaware"),
            "pre",
            ("awareness", "trigger"),
            Text("Wat is er leuk of nuttig om te weten?", "What is nice or useful to know?"),
            entry=True,
        ),
        PhasePreset(
            "think",
            Text("Think: zoekt een oplossing", "Think: looks for a solution"),
            "pre",
            ("consideration", "evaluation"),
            Text("Waar moet ik op letten als ik kies?", "What should I look at when I choose?"),
            entry=True,
        ),
        PhasePreset(
            "do",
            Text("Do: kiest en koopt", "Do: chooses and buys"),
            "buy",
            ("purchase",),
            Text("Bij wie regel ik dit het best?", "With whom do I best arrange this?"),
            entry=True,
        ),
        PhasePreset(
            "care",
            Text("Care: is klant", "Care: is a customer"),
            "post",
            ("use", "support", "loyalty", "advocacy"),
            Text("Wat doen jullie voor mij nu ik klant ben?", "What do you do for me now that I am a customer?"),
        ),
    ),
    links=(
        *chain("see", "think", "do", "care"),
        LinkPreset("care", "think", "loop", Text("De klant zoekt iets nieuws", "The customer looks for something new")),
        LinkPreset("care", "see", "loop", Text("De klant blijft kijken", "The customer keeps watching")),
    ),
)
