"""Making the personas, phases and channels that an import names and that do not exist yet."""

from __future__ import annotations

from django.core.validators import slug_re
from django.db import transaction
from django.utils.translation import gettext
from wagtail.log_actions import log

from personas.models import Channel, Journey, Persona, Phase, Vocabulary, VocabularyQuerySet
from planner.models import TagRule

from .rules import LONGEST_SLUG, RuleFile, UnknownSlugs

IMPORTED_JOURNEY = "imported"


@transaction.atomic
def create_vocabulary(rules: RuleFile, *, journey: str = "") -> list[Vocabulary]:
    """The personas, phases and channels that were missing and are now made, in the order of the rules.

    Phases come last in the journey that `journey` names by slug ("imported" without one), which is made where it is
    missing. One transaction; queries depend on what is missing only.
    Raises UnknownSlugs where `journey` cannot be a slug.
    """
    if journey and (not slug_re.match(journey) or len(journey) > LONGEST_SLUG):
        message = gettext("“%(slug)s” cannot be the slug of a journey. Use letters, digits, - and _.")
        raise UnknownSlugs(message % {"slug": journey})
    made = _make_missing(Persona.objects.all(), list(rules.persona))
    if rules.phase:
        made += _extend(journey or IMPORTED_JOURNEY, rules)
    return made + _make_missing(Channel.objects.all(), list(rules.channel))


def attach_personas(rules: list[TagRule]) -> list[tuple[Journey, list[Persona]]]:
    """Have the personas of the rules judged in the journeys of their phases; what was new, by journey.

    One query, and three per journey.
    """
    personas = {rule.persona for rule in rules if rule.persona}
    attached = []
    for journey in Journey.objects.filter(phases__in=[rule.phase_id for rule in rules if rule.phase_id]).distinct():
        new = [persona for persona in personas if persona not in set(journey.personas.all())]
        journey.personas.add(*new)
        attached.append((journey, new))
    return attached


@transaction.atomic
def take_back(made: list[Vocabulary], attached: list[tuple[Journey, list[Persona]]]) -> None:
    """Undo `create_vocabulary` and `attach_personas`, for an import of which nothing went in."""
    for journey, personas in attached:
        journey.personas.remove(*personas)
    for member in reversed(made):
        member.delete()


def create_channels(names: dict[str, str]) -> list[Channel]:
    """The channels that were missing and are now made, from names by slug."""
    return _make_missing(Channel.objects.all(), list(names), names=names)


def _extend(journey_slug: str, rules: RuleFile) -> list[Vocabulary]:
    made = _make_missing(Journey.objects.all(), [journey_slug])
    journey = Journey.objects.get(slug=journey_slug)
    slugs = [slug for slug in rules.phase if "/" not in slug]
    return made + _make_missing(Phase.objects.filter(journey=journey), slugs, journey=journey)


def _make_missing(
    members: VocabularyQuerySet, slugs: list[str], *, names: dict[str, str] | None = None, **fields: Journey
) -> list[Vocabulary]:
    there = members.by_slugs(slugs)
    place = members.next_place()
    made = []
    for slug in slugs:
        if slug in there:
            continue
        given = (names or {}).get(slug, slug)
        name = named_by(slug) if given == slug else given
        member = members.model.objects.create(slug=slug, name=name, sort_order=place + len(made), **fields)
        log(instance=member, action="wagtail.create", content_changed=True)
        made.append(member)
    return made


def named_by(slug: str) -> str:
    """A name for people, made from a slug: “programme-manager” gives “Programme manager”."""
    return slug.replace("-", " ").replace("_", " ").strip().capitalize() or slug
