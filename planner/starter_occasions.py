"""A starter set of occasions, Dutch and European, as data. Nothing is stored until somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from wagtail.log_actions import log

from personas.presets import Language
from personas.presets.model import Text
from planner.models import Occasion
from planner.models.occasion import LAST, CustomerEvent, Rule

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AbstractBaseUser

THURSDAY, SUNDAY = 4, 7


@dataclass(frozen=True)
class Starter:
    """One occasion to start with. Loaded once: who changes or renames it keeps that."""

    code: str
    name: Text
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"starter:{self.code}"

    def occasion(self, language: Language) -> Occasion:
        """The occasion, not stored."""
        return Occasion(name=self.name.in_language(language), origin=self.origin, **self.values)


def yearly(code: str, nl: str, en: str, day: int, month: int, **others: Any) -> Starter:
    return Starter(code, Text(nl, en), {"rule": Rule.YEARLY, "day": day, "month": month, **others})


def weekday(code: str, nl: str, en: str, which: tuple[int, int, int], **others: Any) -> Starter:
    nth, day, month = which
    return Starter(code, Text(nl, en), {"rule": Rule.WEEKDAY, "nth": nth, "weekday": day, "month": month, **others})


def easter(code: str, nl: str, en: str, offset: int, **others: Any) -> Starter:
    return Starter(code, Text(nl, en), {"rule": Rule.EASTER, "easter_offset": offset, **others})


def customer(code: str, nl: str, en: str, event: CustomerEvent, offset: int) -> Starter:
    values = {"rule": Rule.CUSTOMER, "customer_event": event, "customer_offset": offset}
    return Starter(code, Text(nl, en), values)


STARTERS: tuple[Starter, ...] = (
    yearly("new-year", "Nieuwjaar", "New Year", 1, 1),
    easter("carnival", "Carnaval", "Carnival", -49, days=3),
    yearly("valentine", "Valentijnsdag", "Valentine's Day", 14, 2),
    yearly("womens-day", "Internationale Vrouwendag", "International Women's Day", 8, 3),
    easter("good-friday", "Goede Vrijdag", "Good Friday", -2),
    easter("easter", "Pasen", "Easter", 0, days=2, lead_days=42),
    weekday("secretaries-day", "Secretaressedag", "Secretaries' Day (Netherlands)", (3, THURSDAY, 4)),
    Starter(
        "kings-day",
        Text("Koningsdag", "King's Day (Netherlands)"),
        {"rule": Rule.HOLIDAY, "country": "NL", "holiday": "Koningsdag"},
    ),
    yearly("labour-day", "Dag van de Arbeid", "Labour Day", 1, 5),
    yearly("remembrance-day", "Dodenherdenking", "Remembrance Day (Netherlands)", 4, 5, lead_days=0, blackout=True),
    yearly("liberation-day", "Bevrijdingsdag", "Liberation Day (Netherlands)", 5, 5),
    weekday("mothers-day", "Moederdag", "Mother's Day", (2, SUNDAY, 5), lead_days=42),
    easter("ascension", "Hemelvaart", "Ascension Day", 39),
    easter("whitsun", "Pinksteren", "Whitsun", 49, days=2),
    weekday("fathers-day", "Vaderdag", "Father's Day", (3, SUNDAY, 6), lead_days=42),
    yearly("animal-day", "Dierendag", "World Animal Day", 4, 10),
    yearly("teachers-day", "Dag van de Leraar", "World Teachers' Day", 5, 10),
    weekday("summer-time-ends", "Wintertijd gaat in", "Summer time ends", (LAST, SUNDAY, 10), lead_days=14),
    yearly("halloween", "Halloween", "Halloween", 31, 10),
    yearly("saint-martin", "Sint-Maarten", "Saint Martin's Day", 11, 11),
    # Black Friday follows the fourth Thursday: the fourth Friday may be a week too early.
    weekday("black-friday", "Black Friday tot Cyber Monday", "Black Friday to Cyber Monday", (4, THURSDAY, 11), days=5),
    yearly("sinterklaas", "Sinterklaas", "Saint Nicholas' Eve", 5, 12, lead_days=42),
    yearly("christmas", "Kerst", "Christmas", 25, 12, days=2, lead_days=56),
    yearly("year-end", "Jaarafsluiting", "End of the year", 31, 12, lead_days=42),
    customer(
        "after-purchase",
        "Na de aankoop: vraag om een beoordeling",
        "After the purchase: ask for a review",
        CustomerEvent.PURCHASE,
        14,
    ),
    customer("contract-ends", "Het contract loopt af", "The contract ends", CustomerEvent.CONTRACT_END, -30),
    customer("birthday", "Verjaardag van een klant", "A customer's birthday", CustomerEvent.BIRTHDAY, -7),
    customer("family", "Gezinsuitbreiding", "An addition to the family", CustomerEvent.FAMILY, 0),
    customer("moving", "Verhuizing", "Moving house", CustomerEvent.MOVING, -14),
)


def missing_starters() -> list[Starter]:
    """The starters that nobody loaded yet, or that were deleted since. One query."""
    loaded = set(Occasion.objects.filter(origin__startswith="starter:").values_list("origin", flat=True))
    return [starter for starter in STARTERS if starter.origin not in loaded]


@transaction.atomic
def load_starters(
    language: Language, *, codes: Collection[str] | None = None, user: AbstractBaseUser | None = None
) -> list[Occasion]:
    """Store the starters that are missing (`codes`: only these), and return them. What is there is not touched."""
    wanted = [one for one in missing_starters() if codes is None or one.code in codes]
    made = [starter.occasion(language) for starter in wanted]
    for occasion in made:
        occasion.save()
        log(occasion, "wagtail.create", user=user, content_changed=True)
    return made
