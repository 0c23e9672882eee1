"""Tag rules in a file: {"persona": {slug: [tags]}, "phase": {slug: [tags]}, "channel": {slug: [tags]}}."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext

from personas.models import Channel, Persona, Phase
from planner.models import TagRule
from planner.models.classification import TARGETS, normalise_tag

from .tables import FileError


class UnknownSlugs(ValueError):
    """The rules name what does not exist, or what is not clear. The message names each of them."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The tags of each slug, as the file orders them. A phase may be written “journey/phase”."""

    name: str = ""
    persona: dict[str, list[str]] = field(default_factory=dict)
    phase: dict[str, list[str]] = field(default_factory=dict)
    channel: dict[str, list[str]] = field(default_factory=dict)


def read_rules(path: str | Path) -> RuleFile:
    """The rules in a JSON file. Raises FileError in one line. No query."""
    path = Path(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = gettext("%(file)s cannot be read: %(reason)s.")
        raise FileError(message % {"file": path.name, "reason": error.strerror}) from None
    except (ValueError, RecursionError):
        raise FileError(gettext("%(file)s is not a JSON file in UTF-8.") % {"file": path.name}) from None
    _refuse_other_shapes(content, path.name)
    return RuleFile(path.name, **content)


def _refuse_other_shapes(content: Any, file: str) -> None:
    if not isinstance(content, dict) or not set(content) <= set(TARGETS):
        message = gettext("%(file)s holds no tag rules. Expected are the parts %(parts)s, each with tags by slug.")
        raise FileError(message % {"file": file, "parts": ", ".join(TARGETS)})
    for part, slugs in content.items():
        if not isinstance(slugs, dict) or not all(_is_list_of_tags(tags) for tags in slugs.values()):
            message = gettext("%(file)s: the part %(part)s must give a list of tags for each slug.")
            raise FileError(message % {"file": file, "part": part})
        for slug in slugs:
            _refuse_impossible(slug, part, file)


def _is_list_of_tags(tags: Any) -> bool:
    return isinstance(tags, list) and all(isinstance(tag, str) and tag.strip() and len(tag) <= 100 for tag in tags)


LONGEST_SLUG = 100


def _refuse_impossible(slug: str, part: str, file: str) -> None:
    try:
        for piece in slug.split("/", 1) if part == "phase" else [slug]:
            validate_slug(piece[:101])
            if len(piece) > LONGEST_SLUG:
                raise ValidationError("too long")
    except ValidationError:
        message = gettext(
            "%(file)s: “%(slug)s” cannot be the slug of a %(part)s. Use at most 100 letters, digits, - and _."
        )
        raise FileError(message % {"file": file, "slug": slug[:40], "part": part}) from None


def resolve(rules: RuleFile, *, journey: str = "") -> list[TagRule]:
    """The rules as unsaved TagRules, in the order of the file. Three queries at most.

    Phases are looked up in `journey`; without one, wherever a single journey has a phase of that slug. Raises
    UnknownSlugs, which names all that do not exist.
    """
    targets = {
        "persona": Persona.objects.by_slugs(list(rules.persona)),
        "phase": _phases(list(rules.phase), journey),
        "channel": Channel.objects.by_slugs(list(rules.channel)),
    }
    _refuse_unknown(rules, targets, journey)
    return [
        TagRule(tag=tag, **{target: targets[target][slug]})
        for target in TARGETS
        for slug, tags in getattr(rules, target).items()
        for tag in dict.fromkeys(map(normalise_tag, tags))
    ]


def _refuse_unknown(rules: RuleFile, targets: dict[str, dict], journey: str) -> None:
    unknown = [
        f"{target} “{slug}”" for target in TARGETS for slug in getattr(rules, target) if slug not in targets[target]
    ]
    if not unknown:
        return
    where = gettext("in the journey “%(journey)s”") % {"journey": journey} if journey else gettext("here")
    message = gettext("%(file)s names what does not exist %(where)s: %(unknown)s.")
    raise UnknownSlugs(message % {"file": rules.name, "where": where, "unknown": ", ".join(unknown)})


def _phases(names: list[str], journey: str) -> dict[str, Phase]:
    """Phases by the name that the rules use. A name with a journey in it means that one, whatever `journey` is."""
    slugs = {name.rpartition("/")[2] for name in names}
    phases = list(Phase.objects.filter(slug__in=slugs).select_related("journey"))
    by_name = {f"{phase.journey.slug}/{phase.slug}": phase for phase in phases}
    eligible = [phase for phase in phases if not journey or phase.journey.slug == journey]
    times = Counter(phase.slug for phase in eligible)
    _refuse_ambiguous([name for name in names if times[name] > 1], eligible)
    by_name |= {phase.slug: phase for phase in eligible}
    return {name: by_name[name] for name in names if name in by_name}


def _refuse_ambiguous(names: list[str], phases: list[Phase]) -> None:
    for name in names:
        journeys = ", ".join(f"{phase.journey.slug}/{name}" for phase in phases if phase.slug == name)
        message = gettext(
            "The phase “%(phase)s” is in several journeys. Name the journey, or write one of: %(choices)s."
        )
        raise UnknownSlugs(message % {"phase": name, "choices": journeys})
