"""The one statement that counts coverage.

Django's ORM decides how each item stands (`standing.standings`, compiled here); the counting around it is written by
hand, because the ORM would repeat those conditions in every count of every group. Snippets, and pages with an approved
revision, were decided in Python and come in as literal rows. SQLite and PostgreSQL.

What an item counts as is one integer, its mask, and the answer says how many items have which mask in which place:
sorting integers is what keeps 100,000 items within the budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, UUIDField

from personas.models import Channel, Persona, Phase
from planner.item_traits import format_of, language_of
from planner.models import ContentItem
from planner.standing import DAYS, FLAGS, TRAITS, standings

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from planner.coverage import Question
    from planner.models.content_item import ContentItemQuerySet
    from planner.standing import Standing

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

PAGES = ContentItem._meta.get_field("page").related_model._meta.db_table
ITEMS = ContentItem._meta.db_table

BITS = {name: 1 << position for position, name in enumerate(COUNTED)}
TALLIED = ("live", "fresh", "confirmed", "tentative", "at_horizon", "kept", "ending", "generic")
"""What is told of each cell, phase and channel."""

MASKS = 1 << len(COUNTED)
PHASES = 1 << 24
"""A cell is one number as well: its persona's key times this, plus its phase's key."""


class Row(NamedTuple):
    """One row of the answer: `number` items have this mask in this place, in the sections of days on this day.

    The key is place * MASKS + mask; a place is a cell, or the key of a phase, channel or journey.
    """

    section: str
    day: str | None
    key: int
    number: int


class Decided(NamedTuple):
    """What Python knows of an item: how it stands, and the identity that a snippet shares with its translations."""

    standing: Standing
    identity: UUID | None = None


class Statement:
    """Builds the statement for the given items.

    `decided`: those of them that Python decided, by their key. `sections`: what is to be told of them, and `apart`:
    names of the sections of APART to tell as well.
    """

    def __init__(
        self,
        items: ContentItemQuerySet,
        question: Question,
        decided: dict[int, Decided],
        phases: list[int] | None,
        *,
        several_locales: bool,
        apart: Collection[str] = (),
        sections: tuple[Section, ...],
    ) -> None:
        self.items = items
        self.question = question
        self.decided = decided
        self.phases = phases
        self.several_locales = several_locales
        self.sections = (*sections, *(APART[name] for name in sorted(apart)))
        labels = {label for one in self.sections for label in one.labels}
        self.labels = {label: LABELS[label]() for label in sorted(labels)}

    def compile(self) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its parameters; for no items at all a statement without rows."""
        judged = standings(
            self.items, self.question, self.phases, by_translation=self.several_locales, labels=self.labels
        )
        try:
            sql, parameters = judged.query.get_compiler(self.items.db).as_sql()
        except EmptyResultSet:
            return "SELECT NULL, NULL, NULL, NULL WHERE 1 = 0", ()
        columns = ", ".join(("item", "identity", *FLAGS, *DAYS, *TRAITS, *self.labels))
        return (
            f"""
            WITH judged ({columns}) AS MATERIALIZED ({sql}),
            {self._facts()},
            placed AS ({PLACED})
            {" UNION ALL ".join(self._counts())}""",  # noqa: S608 (compiled by the ORM, or constants of this file)
            parameters,
        )

    def _facts(self) -> str:
        """The table `facts`: each item that counts, with its mask, as judged in SQL or, where decided, in Python."""
        all_items, known, shared = "SELECT * FROM judged", "", "0"
        if self.several_locales:
            shared = f"CASE WHEN identity IN ({TRANSLATED}) THEN 1 ELSE 0 END"
        if self.decided:
            flags_and_days, traits = (*FLAGS, *DAYS), [f"judged.{name}" for name in (*TRAITS, *self.labels)]
            literals = ", ".join(self._literal(item, *decided) for item, decided in self.decided.items())
            known = f"decided (item, known_as, {', '.join(flags_and_days)}) AS (VALUES {literals}),"
            replaced = ", ".join((*(f"decided.{name}" for name in flags_and_days), *traits))
            all_items = f"""SELECT * FROM judged WHERE item NOT IN (SELECT item FROM decided) UNION ALL
                SELECT judged.item, COALESCE(known_as, identity), {replaced}
                FROM judged JOIN decided ON decided.item = judged.item"""  # noqa: S608
            if self.several_locales:
                snippets = "SELECT known_as FROM decided WHERE known_as IS NOT NULL"  # noqa: S608
                shared = f"CASE WHEN identity IN ({TRANSLATED}) OR identity IN ({snippets}) THEN 1 ELSE 0 END"
        mask = " + ".join(f"CASE WHEN {condition} THEN {BITS[name]} ELSE 0 END" for name, condition in COUNTED.items())
        carried = ("everyone", *DAYS, *self.labels)
        return f"""{known}
            facts AS MATERIALIZED (
                SELECT item, identity, {mask} AS mask, {", ".join(carried)}, {shared} AS shared
                FROM ({all_items}) AS every WHERE live + confirmed + tentative + expired > 0)"""  # noqa: S608 (ours)

    def _literal(self, item: int, standing: Standing, identity: UUID | None) -> str:
        *flags, end_day, start_day, aim_day = standing
        days = (f"'{day.isoformat()}'" if day else "NULL" for day in (end_day, start_day, aim_day))
        known_as = self._identity(identity)
        return f"({int(item)}, {known_as}, {', '.join(str(int(flag)) for flag in flags)}, {', '.join(days)})"

    def _identity(self, identity: UUID | None) -> str:
        """A literal of the type that `standings` has for identities: the item's key where no translation shares one."""
        field = UUIDField() if self.several_locales else BigIntegerField()
        connection = connections[self.items.db]
        kind = field.cast_db_type(connection)
        if identity is None or not self.several_locales:
            return f"CAST(NULL AS {kind})"
        return f"CAST('{UUIDField().get_db_prep_value(identity, connection)}' AS {kind})"

    def _counts(self) -> list[str]:
        if not self.several_locales:
            return [_count(section) for section in self.sections]
        # Most items are their own only translation: sums will do for them, and only the others have to be merged first.
        alone = [_count(section, "shared = 0") for section in self.sections]
        return alone + [_count(section, "shared = 1", merging=True) for section in self.sections]


def _count(section: Section, condition: str = "1 = 1", *, merging: bool = False) -> str:
    """How many items have which mask in which place. `merging`: what shares an identity is one item with all bits."""
    day = section.day or "NULL"
    found = f"""SELECT {day} AS day, {section.place} AS place, {{mask}} AS mask FROM {section.source}
        WHERE {condition} AND {section.condition}"""  # noqa: S608 (constants of this file)
    if merging or section.merging:
        mask = " + ".join(f"MAX(mask & {BITS[name]})" for name in section.told)
        found = found.format(mask=mask) + " GROUP BY 1, 2, identity"
    else:
        found = found.format(mask="mask")
    key = f"CAST(place AS BIGINT) * {MASKS} + mask"
    if section.day and not section.first_day:
        return f"SELECT '{section.name}', day, {key}, COUNT(*) FROM ({found}) AS found GROUP BY day, 3"  # noqa: S608
    return f"SELECT '{section.name}', MIN(day), {key}, COUNT(*) FROM ({found}) AS found GROUP BY 3"  # noqa: S608


TRANSLATED = f"SELECT translation_key FROM {PAGES} GROUP BY translation_key HAVING COUNT(*) > 1"  # noqa: S608
"""The identities that several pages share."""

PLACED = f"""
    SELECT facts.*, who.persona_id AS persona, moment.phase_id AS phase
    FROM facts
    JOIN {ContentItem.personas.through._meta.db_table} who ON who.contentitem_id = facts.item
    JOIN {ContentItem.phases.through._meta.db_table} moment ON moment.contentitem_id = facts.item
    WHERE facts.everyone <> 1
    UNION ALL
    SELECT facts.*, who.id AS persona, moment.phase_id AS phase
    FROM facts
    CROSS JOIN {Persona._meta.db_table} who
    JOIN {ContentItem.phases.through._meta.db_table} moment ON moment.contentitem_id = facts.item
    WHERE facts.everyone = 1
"""  # noqa: S608 (table names)
"""Where each item counts: its personas x its phases, or all personas for content that is for everyone.

Most is not for everyone, and `<> 1` is how PostgreSQL hears of it: after `= 0` it expects next to nothing.
"""

PHASE_TAGS, CHANNEL_TAGS = (
    ContentItem._meta.get_field(name).remote_field.through._meta.db_table for name in ("phases", "channels")
)
IN_PHASES = f"facts JOIN {PHASE_TAGS} tagged ON tagged.contentitem_id = facts.item"
IN_CHANNELS = f"facts JOIN {CHANNEL_TAGS} tagged ON tagged.contentitem_id = facts.item"
IN_JOURNEYS = f"{IN_PHASES} JOIN {Phase._meta.db_table} phase ON phase.id = tagged.phase_id"
CELL = f"CAST(persona AS BIGINT) * {PHASES} + phase"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the answer: what a place is in it, and which items it tells of."""

    name: str
    place: str
    source: str
    day: str = ""  # the day by which it counts
    first_day: bool = False  # whether only the first of those days is wanted
    told: tuple[str, ...] = TALLIED
    merging: bool = False  # whether an item may come twice in one place
    labels: tuple[str, ...] = ()  # what of each item it has to know beside how it stands

    @property
    def condition(self) -> str:
        """What need not be counted: items without the day, or with none of the bits that are told."""
        bits = sum(BITS[name] for name in self.told)
        return f"{self.day} IS NOT NULL" if self.day else f"mask & {bits} > 0"


SECTIONS = (
    Section("total", "0", "facts", told=tuple(COUNTED)),
    Section("cell", CELL, "placed"),
    Section("phase", "tagged.phase_id", IN_PHASES),
    Section("channel", "tagged.channel_id", IN_CHANNELS),
    Section(
        "journey", "phase.journey_id", IN_JOURNEYS, told=("live_without_persona", "live_without_owner"), merging=True
    ),
    Section("end", CELL, "placed", day="end_day"),
    Section("start", CELL, "placed", day="start_day"),
    Section("aim", CELL, "placed", day="aim_day", first_day=True),
    Section("phase start", "tagged.phase_id", IN_PHASES, day="start_day"),
)

LABELS = {"language": language_of, "format": format_of}
"""What may be told of each item beside how it stands: expressions of the ORM, made where a section asks for them."""

CHANNELS = Channel._meta.db_table
TEAMS = f"""(
    SELECT id AS contentitem_id, team FROM {ITEMS} WHERE team <> ''
    UNION
    SELECT tagged.contentitem_id, channel.team
    FROM {CHANNEL_TAGS} tagged
    JOIN {CHANNELS} channel ON channel.id = tagged.channel_id
    JOIN {ITEMS} own ON own.id = tagged.contentitem_id
    WHERE own.team = '' AND channel.team <> ''
)"""  # noqa: S608 (table names)
"""Whose each item is: its own team, else the teams of its channels. See `planner.teams`."""

IN_ACTIVE_PHASES = f"{IN_JOURNEYS} AND phase.active"
BY_CHANNEL = "CAST(channel.channel_id AS VARCHAR(20))"
CHANNEL_OR_NONE, TEAM_OR_NONE = f"COALESCE({BY_CHANNEL}, '')", "COALESCE(whose.team, '')"
"""Of phases and journeys is also told what has no channel and no team, under an empty name."""


def _channels_of(table: str) -> str:
    return f"{CHANNEL_TAGS} channel ON channel.contentitem_id = {table}.item"


def _teams_of(table: str) -> str:
    return f"{TEAMS} whose ON whose.contentitem_id = {table}.item"


APART = {
    one.name: one
    for one in (
        Section("cell channel", CELL, f"placed JOIN {_channels_of('placed')}", day=BY_CHANNEL),
        Section("cell team", CELL, f"placed JOIN {_teams_of('placed')}", day="whose.team"),
        Section("cell format", CELL, "placed", day="placed.format", labels=("format",)),
        Section("cell language", CELL, "placed", day="placed.language", labels=("language",)),
        Section(
            "phase channel", "tagged.phase_id", f"{IN_PHASES} LEFT JOIN {_channels_of('facts')}", day=CHANNEL_OR_NONE
        ),
        Section("phase team", "tagged.phase_id", f"{IN_PHASES} LEFT JOIN {_teams_of('facts')}", day=TEAM_OR_NONE),
        Section(
            "journey channel",
            "phase.journey_id",
            f"{IN_ACTIVE_PHASES} LEFT JOIN {_channels_of('facts')}",
            day=CHANNEL_OR_NONE,
            merging=True,
        ),
        Section(
            "journey team",
            "phase.journey_id",
            f"{IN_ACTIVE_PHASES} LEFT JOIN {_teams_of('facts')}",
            day=TEAM_OR_NONE,
            merging=True,
        ),
        Section("whole journey", "phase.journey_id", IN_ACTIVE_PHASES, day="''", merging=True),
    )
}
"""What is told only where it is asked for: places by channel, team, format or language, whose key or name stands where
other sections have a day. A third key would not fit in the number."""
