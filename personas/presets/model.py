"""What a preset is made of: a journey model with its phases and links, in Dutch and English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import get_language, gettext

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")


def active_language() -> Language:
    """The one of these languages that is nearest to the active one."""
    return "nl" if (get_language() or "").startswith("nl") else "en"


Group = Literal["pre", "buy", "post"]
LinkType = Literal["next", "loop", "skip", "influence", "renewal"]
MarketCode = Literal["b2c", "b2b", "both"]


@dataclass(frozen=True)
class Text:
    """One text in both languages that presets hold."""

    nl: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.nl if language == "nl" else self.en


NOTHING = Text("", "")


@dataclass(frozen=True)
class PhasePreset:
    code: str  # The slug of the phase, the same in both languages.
    name: Text
    group: Group
    spine: tuple[str, ...]  # Stages of `personas.spine.SPINE`: those that match exactly, then those folded in.
    question: Text  # What a customer asks here.
    entry: bool = False  # Whether a journey may start here.


@dataclass(frozen=True)
class LinkPreset:
    from_phase: str
    to_phase: str
    type: LinkType = "next"
    condition: Text = NOTHING


@dataclass(frozen=True)
class JourneyModel:
    code: str
    name: Text
    year: int | None  # None where no publication dates the model.
    source: str
    market: MarketCode
    phases: tuple[PhasePreset, ...]  # In their order.
    links: tuple[LinkPreset, ...]

    @property
    def warnings(self) -> list[str]:
        """Translated sentences on what content planned along this model would miss, as its phases and links show."""
        return [gettext(text) for holds, text in WARNINGS if holds(self)]


def chain(*codes: str) -> tuple[LinkPreset, ...]:
    """Links that lead from each phase to the next."""
    return tuple(LinkPreset(here, there) for here, there in zip(codes, codes[1:], strict=False))


def has_no_loop(model: JourneyModel) -> bool:
    return not any(link.type in ("loop", "renewal") for link in model.links)


def ends_at_the_purchase(model: JourneyModel) -> bool:
    return not any(phase.group == "post" for phase in model.phases)


def _(text: str) -> str:
    """The text unchanged: marks it for translation, which happens when a warning is shown."""
    return text


WARNINGS: tuple[tuple[Callable[[JourneyModel], bool], str], ...] = (
    (has_no_loop, _("No loop: the model is a straight line, and customers do not return in it.")),
    (ends_at_the_purchase, _("No phase after the purchase: content for customers who bought has no place in it.")),
)
