"""The one statement that counts coverage.

Django's ORM decides how each item stands (the conditions of `schedule.moments`, compiled here); the counting around it
is written by hand, because the ORM would repeat those conditions in every count of every group. Pages with an approved
revision were decided in Python and come in as literal rows. SQLite and PostgreSQL.

What an item counts as is one integer, its mask, and the answer says how many items have which mask in which place:
sorting integers is what keeps 100,000 items within the budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, TruncDate

from personas.models import Persona, Phase
from planner.models import ContentItem
from planner.schedule import moments

if TYPE_CHECKING:
    from planner.coverage import Question, Standing
    from planner.models.content_item import ContentItemQuerySet

FLAGS = ("live", "fresh", "confirmed", "tentative", "at_horizon", "expired")
DAYS = ("end_day", "start_day", "aim_day")
TRAITS = ("everyone", "no_persona", "no_phase", "no_channel", "no_owner")

COUNTED = {
    "live": "live = 1",
    "fresh": "fresh = 1",
    "confirmed": "confirmed = 1",
    "tentative": "tentative = 1",
    "at_horizon": "at_horizon = 1 AND (live = 1 OR confirmed = 1)",
    "kept": "at_horizon = 1 AND (fresh = 1 OR confirmed = 1)",
    "ending": "live = 1 AND end_day IS NOT NULL",
    "generic": "live = 1 AND everyone = 1",
    "expired": "expired = 1",
    "live_without_persona": "live = 1 AND no_persona = 1",
    "live_without_phase": "live = 1 AND no_phase = 1",
    "live_without_channel": "live = 1 AND no_channel = 1",
    "live_without_owner": "live = 1 AND no_owner = 1",
    "live_unclassified": "live = 1 AND (no_phase = 1 OR no_persona = 1)",
}
"""What an item may count as. Each is one bit of its mask."""

BITS = {name: 1 << position for position, name in enumerate(COUNTED)}
MASKS = 1 << len(COUNTED)
PHASES = 1 << 24
"""A cell is one number as well: its persona's key times this, plus its phase's key."""


class Row(NamedTuple):
    """One row of the answer: so many items (`number`) have this mask in this place, and, in the sections of days, on this day.

    The key is place * MASKS + mask; a place is a cell, or the key of a phase, channel or journey.
    """

    section: str
    day: str | None
    key: int
    number: int


class Statement:
    """Builds the statement for the given items. `approved`: the standing of items with an approval, by their key."""

    def __init__(
        self,
        items: ContentItemQuerySet,
        question: Question,
        approved: dict[int, Standing],
        phases: list[int] | None,
        *,
        several_locales: bool,
    ) -> None:
        self.items = items
        self.question = question
        self.approved = approved
        self.phases = phases
        # In one locale every page is its own translation: nothing has to be merged before it is counted.
        self.merging = several_locales

    def compile(self) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its parameters; for no items at all a statement without rows."""
        judged = standings(self.items, self.question, self.phases, by_translation=self.merging)
        try:
            sql, parameters = judged.query.get_compiler(self.items.db).as_sql()
        except EmptyResultSet:
            return "SELECT NULL, NULL, NULL, NULL WHERE 1 = 0", ()
        columns = ", ".join(("item", "identity", *FLAGS, *DAYS, *TRAITS))
        sections = "\nUNION ALL ".join(self._sections())
        return (
            f"""
            WITH judged ({columns}) AS MATERIALIZED ({sql}),
            {self._facts()},
            placed AS ({PLACED})
            {sections}""",  # noqa: S608 (compiled by the ORM, or constants of this file)
            parameters,
        )

    def _facts(self) -> str:
        """The table `facts`: each item that counts at all, with its mask, as judged in SQL or, where approved, in Python."""
        decided = "SELECT * FROM judged"
        known = ""
        if self.approved:
            flags_and_days, traits = (*FLAGS, *DAYS), [f"judged.{name}" for name in TRAITS]
            literals = ", ".join(_literal(item, standing) for item, standing in self.approved.items())
            known = f"approved (item, {', '.join(flags_and_days)}) AS (VALUES {literals}),"
            replaced = ", ".join((*(f"approved.{name}" for name in flags_and_days), *traits))
            decided = f"""SELECT * FROM judged WHERE item NOT IN (SELECT item FROM approved) UNION ALL
                SELECT judged.item, identity, {replaced} FROM judged JOIN approved ON approved.item = judged.item"""  # noqa: S608
        mask = " + ".join(f"CASE WHEN {condition} THEN {BITS[name]} ELSE 0 END" for name, condition in COUNTED.items())
        return f"""{known}
            facts AS MATERIALIZED (
                SELECT item, identity, {mask} AS mask, everyone, {", ".join(DAYS)} FROM ({decided}) AS decided
                WHERE live + confirmed + tentative + expired > 0)"""  # noqa: S608 (keys, flags and ISO dates of ours)

    def _sections(self) -> list[str]:
        phases, channels = (getattr(ContentItem, name).through._meta.db_table for name in ("phases", "channels"))
        in_phases = f"facts JOIN {phases} tagged ON tagged.contentitem_id = facts.item"
        in_channels = f"facts JOIN {channels} tagged ON tagged.contentitem_id = facts.item"
        in_journeys = f"{in_phases} JOIN {Phase._meta.db_table} phase ON phase.id = tagged.phase_id"
        told = BITS["live_without_persona"] | BITS["live_without_owner"]
        return [
            self._count("total", "0", "facts"),
            self._count("cell", CELL, "placed"),
            self._count("phase", "tagged.phase_id", in_phases),
            self._count("channel", "tagged.channel_id", in_channels),
            # An item may lie in several phases of a journey.
            self._count("journey", "phase.journey_id", f"{in_journeys} WHERE mask & {told} > 0", merging=True),
            self._count("end", CELL, "placed WHERE end_day IS NOT NULL", day="end_day"),
            self._count("start", CELL, "placed WHERE start_day IS NOT NULL", day="start_day"),
            self._count("aim", CELL, "placed WHERE aim_day IS NOT NULL", day="aim_day"),
            self._count("phase start", "tagged.phase_id", f"{in_phases} WHERE start_day IS NOT NULL", day="start_day"),
        ]

    def _count(self, section: str, place: str, source: str, *, day: str = "NULL", merging: bool = False) -> str:
        """How many items have which mask in which place. `merging`: what has one identity is one item with all their bits."""
        rows = f"SELECT {day} AS day, {place} AS place, mask FROM {source}"  # noqa: S608
        if merging or self.merging:
            bits = " + ".join(f"MAX(mask & {bit})" for bit in BITS.values())
            # By number, not by name: PostgreSQL would take a name for a column of the source.
            rows = f"SELECT {day} AS day, {place} AS place, {bits} AS mask FROM {source} GROUP BY 1, 2, identity"  # noqa: S608
        key = f"CAST(place AS BIGINT) * {MASKS} + mask"
        return f"SELECT '{section}', day, {key}, COUNT(*) FROM ({rows}) AS rows_of_it GROUP BY 2, 3"  # noqa: S608


CELL = f"CAST(persona AS BIGINT) * {PHASES} + phase"

PLACED = f"""
    SELECT facts.*, who.persona_id AS persona, moment.phase_id AS phase
    FROM facts
    JOIN {ContentItem.personas.through._meta.db_table} who ON who.contentitem_id = facts.item
    JOIN {ContentItem.phases.through._meta.db_table} moment ON moment.contentitem_id = facts.item
    WHERE facts.everyone = 0
    UNION ALL
    SELECT facts.*, who.id AS persona, moment.phase_id AS phase
    FROM facts
    CROSS JOIN {Persona._meta.db_table} who
    JOIN {ContentItem.phases.through._meta.db_table} moment ON moment.contentitem_id = facts.item
    WHERE facts.everyone = 1
"""  # noqa: S608 (table names)
"""Where each item counts: its personas x its phases, or all personas for content that is for everyone."""


def standings(
    items: ContentItemQuerySet, question: Question, phases: list[int] | None = None, *, by_translation: bool = True
) -> ContentItemQuerySet:
    """How each item stands, as rows of (key, identity, FLAGS, DAYS, TRAITS); approvals are not known here.

    `by_translation`: whether translations share one identity.
    """
    at, now, horizon, zone = question.at, question.now, question.horizon, question.zone
    live, coming = moments.live(at), moments.confirmed(at, horizon, now=now)
    conditions = {
        "live": live,
        "fresh": live & moments.fresh(at, question.threshold, zone),
        "confirmed": coming,
        "tentative": moments.tentative(at, horizon, zone, now=now),
        "at_horizon": moments.live(horizon),
        "expired": moments.expired(at),
        "everyone": Q(for_everyone=True),
        "no_persona": Q(for_everyone=False) & ~Q(_tagged("personas")),
        "no_phase": ~Q(_tagged("phases", phases)),
        "no_channel": ~Q(_tagged("channels")),
        "no_owner": Q(owner__isnull=True, team=""),
    }
    days = {
        "end_day": ((live | coming) & Q(live_until__lte=horizon), "live_until"),
        "start_day": (coming, "live_from"),
        "aim_day": (conditions["tentative"], "aim"),
    }
    flags = {f"is_{name}": _flag(condition) for name, condition in conditions.items()}
    dates = {name: _day(condition, moment, zone) for name, (condition, moment) in days.items()}
    identity = Coalesce("page__translation_key", "uid") if by_translation else F("pk")
    return (
        moments.with_moments(items.order_by(), now=now, past=at < now)
        .annotate(identity=identity, **flags, **dates)
        .values_list("pk", "identity", *(f"is_{name}" for name in FLAGS), *DAYS, *(f"is_{name}" for name in TRAITS))
    )


def _tagged(dimension: str, keys: list[int] | None = None) -> Exists:
    field = ContentItem._meta.get_field(dimension)
    tags = field.remote_field.through.objects.filter(contentitem=OuterRef("pk"))
    return Exists(tags if keys is None else tags.filter(**{f"{field.m2m_reverse_field_name()}__in": keys}))


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _day(condition: Q, moment: str, zone: Any) -> Case:
    day = Cast(TruncDate(F(moment), tzinfo=zone), CharField())
    return Case(When(condition, then=day), default=Value(None, output_field=CharField()))


def _literal(item: int, standing: Standing) -> str:
    *flags, end_day, start_day, aim_day = standing
    days = (f"'{day.isoformat()}'" if day else "NULL" for day in (end_day, start_day, aim_day))
    return f"({int(item)}, {', '.join(str(int(flag)) for flag in flags)}, {', '.join(days)})"
