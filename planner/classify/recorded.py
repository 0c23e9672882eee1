"""The rules of a run as the run keeps them, so that it can be gone on with and read when the rules have changed."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from personas.models import Channel, Persona, Phase
from planner.models import TagRule
from planner.models.classification import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterable

CONDITIONS = ("tag", "content_type_id", "section_id", "url")
MODELS = {"persona": Persona, "phase": Phase, "channel": Channel}


def recorded(rules: Iterable[TagRule]) -> list[dict[str, Any]]:
    """What each rule asks and gives, for a field of JSON. No query where the rules' targets are loaded."""
    return [
        {name: getattr(rule, name) for name in CONDITIONS}
        | {"gives": rule.dimension[:-1], "target": rule.target_id, "name": str(rule.target)}
        for rule in rules
    ]


def fingerprint(rules: Iterable[TagRule]) -> str:
    """Changes whenever one of these saved rules asks or gives something else, not with names. No query."""
    contents = sorted(
        [rule.pk, *(getattr(rule, name) for name in CONDITIONS), rule.dimension, rule.target_id] for rule in rules
    )
    return sha256(json.dumps(contents).encode()).hexdigest()


def revived(records: Iterable[dict[str, Any]]) -> list[TagRule]:
    """The rules as they were, unsaved. Without those whose persona, phase or channel is gone. Three queries."""
    records = list(records)
    there = {
        kind: MODELS[kind].objects.in_bulk([one["target"] for one in records if one["gives"] == kind])
        for kind in TARGETS
    }
    return [
        TagRule(**{name: one[name] for name in CONDITIONS}, **{one["gives"]: there[one["gives"]][one["target"]]})
        for one in records
        if one["target"] in there[one["gives"]]
    ]


def in_words(record: dict[str, Any], *, types: dict[int, str], section: str) -> str:
    """One kept rule as a line of text, with the names that things had then. No query."""
    kind = types.get(record["content_type_id"])
    kind = gettext("type %(type)s") % {"type": kind} if kind else ""
    conditions = " + ".join(filter(None, [record["tag"], kind, section, record["url"]]))
    return f"{conditions} → {record['name']}"
