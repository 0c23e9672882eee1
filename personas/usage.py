"""Who depends on a persona, journey, phase or channel: asked before one is deleted, and shown in each list.

Other apps register what they know; this room never imports them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.db.models import Count, Q, QuerySet
from django.utils.translation import ngettext

from personas.models import Persona, Phase, PhaseLink, Vocabulary

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser
    Counts = dict[int, int]


class UsageSource(Protocol):
    """One kind of thing that may depend on a member of a vocabulary."""

    may_hide: bool  # Whether a user may be unable to see some of these things.

    def label(self, count: int) -> str:
        """`count` of these things in words, such as "12 content items that you may see"."""

    def __call__(self, user: User, model: type[Vocabulary], pks: Iterable[int]) -> Counts:
        """How many of these things that `user` may see depend on each member: 0 may be left out. A fixed number of
        queries, whatever the number of members."""

    def in_use(self, model: type[Vocabulary], pk: int) -> bool:
        """Whether anything at all depends on this member, seen or not."""


_sources: list[UsageSource] = []


def register(source: UsageSource) -> None:
    """Adds a source for good. Call it from `AppConfig.ready()`; a second time changes nothing."""
    if source not in _sources:
        _sources.append(source)


@dataclass(frozen=True)
class Usage:
    """What depends on one member, as far as one user may know."""

    dependents: tuple[str, ...]  # In words, one per source.
    elsewhere: bool  # Something that the user may not see depends on it too. How much stays untold.

    def __bool__(self) -> bool:
        return bool(self.dependents) or self.elsewhere


def visible_usage(user: User, model: type[Vocabulary], pks: Iterable[int]) -> dict[int, list[str]]:
    """Per member what depends on it that `user` may see, in words. As many queries as the sources need for one."""
    pks = list(pks)
    counted = [(source, source(user, model, pks)) for source in _sources]
    return {pk: [source.label(counts[pk]) for source, counts in counted if counts.get(pk)] for pk in pks}


def usage_of(user: User, member: Vocabulary) -> Usage:
    """All that depends on one member, whoever asks: it is false only where nothing does."""
    model, pk = type(member), member.pk
    counted = [(source, source(user, model, [pk]).get(pk, 0)) for source in _sources]
    return Usage(
        dependents=tuple(source.label(count) for source, count in counted if count),
        elsewhere=any(source.may_hide and not count and source.in_use(model, pk) for source, count in counted),
    )


class JourneysOfPersona:
    """The journeys that are judged for a persona."""

    may_hide = False

    def label(self, count: int) -> str:
        return ngettext("%(count)s journey", "%(count)s journeys", count) % {"count": count}

    def __call__(self, user: User, model: type[Vocabulary], pks: Iterable[int]) -> Counts:
        if model is not Persona:
            return {}
        personas = Persona.objects.filter(pk__in=pks).order_by()
        return dict(personas.annotate(count=Count("journeys")).values_list("pk", "count"))

    def in_use(self, model: type[Vocabulary], pk: int) -> bool:
        return model is Persona and Persona.objects.filter(pk=pk, journeys__isnull=False).exists()


class LinksOfPhase:
    """The links that lead to a phase or away from it."""

    may_hide = False

    def label(self, count: int) -> str:
        return ngettext("%(count)s link to another phase", "%(count)s links to other phases", count) % {"count": count}

    def __call__(self, user: User, model: type[Vocabulary], pks: Iterable[int]) -> Counts:
        if model is not Phase:
            return {}
        wanted = set(pks)
        ends = _links_of(wanted).values_list("from_phase_id", "to_phase_id")
        return Counter(pk for link in ends for pk in link if pk in wanted)

    def in_use(self, model: type[Vocabulary], pk: int) -> bool:
        return model is Phase and _links_of([pk]).exists()


def _links_of(phases: Iterable[int]) -> QuerySet[PhaseLink]:
    return PhaseLink.objects.filter(Q(from_phase__in=phases) | Q(to_phase__in=phases))


register(JourneysOfPersona())
register(LinksOfPhase())
