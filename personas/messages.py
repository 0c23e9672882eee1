"""The key message and the customer's questions of each cell (persona x phase): read for many, written at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogActionRegistry, LogFormatter, log

from personas.models import Journey, Message, Persona, Phase, Question

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class Cell(NamedTuple):
    """A persona in a phase, by their keys."""

    persona: int
    phase: int


@dataclass(slots=True)
class CellText:
    """What is written down for one cell."""

    message: str = ""
    questions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class CellChange:
    """What somebody wants to be different in one cell. None leaves that part as it is."""

    message: str | None = None
    questions: list[str] | None = None
    shown: list[str] = field(default_factory=list)  # the questions they saw: only those can be meant to go
    shown_message: str | None = None  # the message they saw; None: whatever there is may be replaced


class Overtaken(Exception):
    """Somebody else wrote another key message meanwhile: `messages` has it, by cell."""

    def __init__(self, messages: dict[Cell, str]) -> None:
        super().__init__(messages)
        self.messages = messages


def comparable(question: str) -> str:
    """Two questions are the same where this is: case and white space do not count."""
    return " ".join(question.split()).casefold()


def distinct(questions: Iterable[str]) -> list[str]:
    """The questions in their order, each once; blank ones are left out."""
    found: dict[str, str] = {}
    for question in questions:
        if text := " ".join(question.split()):
            found.setdefault(comparable(text), text)
    return list(found.values())


def texts_of(personas: Collection[int], phases: Collection[int]) -> dict[Cell, CellText]:
    """What is written down for these personas in these phases; a cell without anything is empty. Two queries."""
    texts: dict[Cell, CellText] = defaultdict(CellText)
    wanted = {"persona__in": personas, "phase__in": phases}
    for persona, phase, text in Message.objects.filter(**wanted).values_list("persona_id", "phase_id", "text"):
        texts[Cell(persona, phase)].message = text
    for persona, phase, text in Question.objects.filter(**wanted).values_list("persona_id", "phase_id", "text"):
        texts[Cell(persona, phase)].questions.append(text)
    return texts


@transaction.atomic
def write_texts(journey: Journey, changes: Mapping[Cell, CellChange], *, user: AbstractBaseUser | None) -> list[Cell]:
    """Write what differs and return the cells that really changed; the journey's history gets one line.

    The caller has checked the permission, and that the cells are the journey's. A question that somebody else added
    meanwhile stays; a key message that they wrote meanwhile raises Overtaken, and nothing is written.
    One transaction with a lock on the journey; six queries, and up to two per cell that changed.
    """
    Journey.objects.select_for_update().get(pk=journey.pk)
    stored = texts_of({cell.persona for cell in changes}, {cell.phase for cell in changes})
    if overtaken := {cell: stored[cell].message for cell, change in changes.items() if _is_other(stored[cell], change)}:
        raise Overtaken(overtaken)
    changed = [cell for cell, change in changes.items() if _write(cell, stored[cell], change)]
    if changed:
        log(journey, "personas.messages", user=user, data={"cells": _names(changed)}, content_changed=True)
    return changed


def _is_other(present: CellText, change: CellChange) -> bool:
    """Whether there is another message than the one they saw, and than the one that they wrote."""
    if change.message is None or change.shown_message is None:
        return False
    return _plain(present.message) not in {_plain(change.shown_message), _plain(change.message)}


def _plain(text: str) -> str:
    # Browsers send other line ends than they were given.
    return text.replace("\r\n", "\n").strip()


def _write(cell: Cell, present: CellText, change: CellChange) -> bool:
    place = {"persona_id": cell.persona, "phase_id": cell.phase}
    message = present.message if change.message is None else change.message
    if message != present.message:
        if message:
            Message.objects.update_or_create(**place, defaults={"text": message})
        else:
            Message.objects.filter(**place).delete()
    questions = present.questions if change.questions is None else _merged(present.questions, change)
    if questions != present.questions:
        Question.objects.filter(**place).delete()
        Question.objects.bulk_create(
            Question(**place, text=text, sort_order=number) for number, text in enumerate(questions)
        )
    return message != present.message or questions != present.questions


def _merged(present: list[str], change: CellChange) -> list[str]:
    known = {comparable(question) for question in [*change.shown, *change.questions]}
    return distinct([*change.questions, *(question for question in present if comparable(question) not in known)])


def _names(cells: list[Cell]) -> list[str]:
    personas = Persona.objects.in_bulk({cell.persona for cell in cells})
    phases = Phase.objects.in_bulk({cell.phase for cell in cells})
    return [f"{personas[cell.persona]} × {phases[cell.phase]}" for cell in cells]


class MessagesFormatter(LogFormatter):
    """Which cells got another message or other questions."""

    label = gettext_lazy("Messages and questions")

    def format_message(self, log_entry: Any) -> str:
        cells = (log_entry.data or {}).get("cells", [])
        return _("Messages and questions changed: %(cells)s.") % {"cells": ", ".join(cells)}


def register_message_log_actions(actions: LogActionRegistry) -> None:
    """Teach Wagtail's history how a change of messages reads."""
    actions.register_action("personas.messages")(MessagesFormatter)
