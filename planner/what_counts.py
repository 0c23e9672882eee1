"""Which types count: what there is of each, and the one write that leaves types out or lets them count again.

No request, no clock: `Question` brings the moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from wagtail.log_actions import log
from wagtail.models import get_page_models

from personas.models import Journey, Phase
from planner import access, rows
from planner.models import ContentItem, LeftOutType, excluded_types
from planner.schedule import approvals, beyond_sql, moments, read_facts
from planner.snippets import countable_snippets
from planner.standing import tagged

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model

    from planner.coverage import Question


@dataclass(slots=True)
class Numbers:
    """What there is of a type: all of it, what is live and fresh of it, and what of that counts in no cell."""

    total: int = 0
    live: int = 0
    fresh: int = 0
    unclassified: int = 0

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class CountableType:
    """A page or snippet type that counts, or could."""

    key: int  # of its content type
    name: str
    app: str
    icon: str
    counts: bool
    fixed: bool  # left out by the site's settings, which no editor can undo
    numbers: Numbers = field(default_factory=Numbers)
    without_row: Numbers = field(default_factory=Numbers)  # of `numbers`: made while left out


class ChangedMeanwhile(Exception):
    """Somebody else changed what counts after its effect was shown."""


def countable_types(user: AbstractBaseUser, question: Question) -> list[CountableType]:
    """All types with what the user may see of them, pages first, by name.

    A page type that can no longer be made is listed only where there is something of it. Costs the same number of
    queries however many types there are: five, those of the user's rights, and those of the approved pages.
    """
    models = [*get_page_models(), *countable_snippets()]
    types = ContentType.objects.get_for_models(*models, for_concrete_models=False)
    left_out, fixed = set(left_out_keys()), set(excluded_types())
    with_row, without_row = numbers_of_rows(user, question), numbers_without_row(user, question)
    found = []
    for model in models:
        key = types[model].pk
        numbers, rowless = with_row.get(key, Numbers()), without_row.get(key, Numbers())
        if not getattr(model, "is_creatable", True) and not (numbers + rowless).total:
            continue
        found.append(
            CountableType(
                key=key,
                name=capfirst(str(model._meta.verbose_name)),
                app=str(model._meta.app_config.verbose_name),
                icon=_icon(model),
                counts=key not in left_out and model not in fixed,
                fixed=model in fixed,
                numbers=numbers + rowless,
                without_row=rowless,
            )
        )
    return sorted(found, key=lambda one: (one.icon != PAGE_ICON, one.name.casefold(), one.app))


def left_out_keys() -> list[int]:
    """The keys of the content types that editors left out, whatever the settings say. One query."""
    return list(LeftOutType.objects.order_by("pk").values_list("pk", flat=True))


def keys_excluded() -> list[int]:
    """The keys of the content types that the settings leave out."""
    return [one.pk for one in ContentType.objects.get_for_models(*excluded_types(), for_concrete_models=False).values()]


def numbers_of_rows(user: AbstractBaseUser, question: Question) -> dict[int, Numbers]:
    """What the user may see of each type, by its content type's key, as coverage counts it: translations once.

    Of the types that are left out too. Two queries, and those of the approved pages.
    """
    items = access.visible_items(user, ContentItem.objects.counted(left_out=())).exclude(
        page__isnull=True, content_type__isnull=True
    )
    approved = approvals()
    facts = read_facts(items.filter(beyond_sql(approved)), now=question.now, approved=approved)
    live = {key for key, one in facts.items() if one.is_live(question.at)}
    fresh = {key for key, one in facts.items() if one.is_fresh(question.at, question.threshold, question.zone)}
    is_live, is_fresh = moments.live(question.at), moments.fresh(question.at, question.threshold, question.zone)
    phases = list(Phase.objects.filter(journey__in=Journey.objects.active()).values_list("pk", flat=True))
    unclassified = Q(for_everyone=False) & ~tagged("personas") | ~tagged("phases", phases)
    return _by_type(
        moments.with_moments(items, now=question.now, past=False).alias(
            is_live=_flag(is_live, decided=facts, true=live), is_fresh=_flag(is_fresh, decided=facts, true=fresh)
        ),
        kind=Coalesce("page__content_type", "content_type"),
        identity=Coalesce("page__translation_key", "uid"),
        unclassified=unclassified,
    )


def numbers_without_row(user: AbstractBaseUser, question: Question) -> dict[int, Numbers]:
    """The same of the pages that have no row, because they were made while their type was left out.

    From Wagtail's own fields: what was approved for later is not looked at. They have no tags, so what is live counts
    in no cell. One query.
    """
    pages = access.visible_pages(user).filter(alias_of__isnull=True, planner_item__isnull=True)
    start = Coalesce("first_published_at", "last_published_at", "latest_revision_created_at", Value(question.now))
    live = Q(live=True) & (Q(expire_at__isnull=True) | Q(expire_at__gt=question.at))
    fresh = Q(start__gt=question.threshold) if question.threshold else Q()
    flagged = pages.alias(start=start, is_live=_flag(live), is_fresh=_flag(fresh))
    return _by_type(flagged, kind=F("content_type"), identity=F("translation_key"), unclassified=Q())


def change_what_counts(
    leave_out: Collection[int], *, among: Collection[int], seen: Collection[int], user: AbstractBaseUser
) -> int:
    """Leave out the types of these keys and let the others of `among` count, and return how many rows were made.

    That number is of the whole site: nobody is to be told it who may not see all of that.

    `seen`: the keys that were left out when the effect was shown; raises ChangedMeanwhile where that is no longer so.
    One transaction; each change is logged. Types that count again get their missing rows: two queries per 1,000.
    """
    with transaction.atomic():
        _lock()
        present = {one.pk: one for one in LeftOutType.objects.select_related("content_type")}
        if set(present) != set(seen):
            raise ChangedMeanwhile
        for content_type in ContentType.objects.filter(pk__in=set(among) & set(leave_out) - set(present)):
            left_out, _created = LeftOutType.objects.get_or_create(content_type=content_type)
            log(left_out, "planner.leave_out", user=user)
        back = [one for key, one in present.items() if key in set(among) - set(leave_out)]
        for left_out in back:
            log(left_out, "planner.count_again", user=user)
            left_out.delete()
        return rows.make_missing_rows() if back else 0


def _lock() -> None:
    """Let one at a time change what counts, also where nothing is left out yet, so that there is no row of it to lock.

    An update that changes nothing: SQLite has no other way to make a transaction wait from its start.
    """
    about = ContentType.objects.get_for_model(LeftOutType)
    ContentType.objects.filter(pk=about.pk).update(model=F("model"))


PAGE_ICON = "doc-empty-inverse"


def _icon(model: type[Model]) -> str:
    viewset = getattr(model, "snippet_viewset", None)
    return viewset.icon if viewset else PAGE_ICON


def _flag(condition: Q, *, decided: Collection[int] = (), true: Collection[int] = ()) -> Case:
    """1 or 0: what was decided already, by the items' keys, and else the condition."""
    whens = [When(pk__in=list(true), then=Value(1)), When(pk__in=list(decided), then=Value(0))] if decided else []
    return (
        Case(*whens, When(condition, then=Value(1)), default=Value(0)) if condition else Case(*whens, default=Value(1))
    )


def _by_type(items: QuerySet, *, kind: Any, identity: Any, unclassified: Q) -> dict[int, Numbers]:
    live = Q(is_live=1)
    counted = (
        items.order_by()
        .values(its_type=kind)
        .annotate(
            all_of_it=Count(identity, distinct=True),
            live_of_it=Count(identity, distinct=True, filter=live),
            fresh_of_it=Count(identity, distinct=True, filter=live & Q(is_fresh=1)),
            unclassified_of_it=Count(identity, distinct=True, filter=live & unclassified),
        )
    )
    names = ("all_of_it", "live_of_it", "fresh_of_it", "unclassified_of_it")
    return {row["its_type"]: Numbers(*(row[name] for name in names)) for row in counted}
