"""The number of each phase within its journey: what the coloured squares show."""

from __future__ import annotations

from collections import defaultdict

from personas.models import Phase


def phase_positions() -> dict[int, int]:
    """The number of each phase within its journey, counting from one, by the phase's key. One query."""
    counted: dict[int, int] = defaultdict(int)
    positions = {}
    for phase, journey in Phase.objects.order_by("sort_order", "pk").values_list("pk", "journey_id"):
        counted[journey] += 1
        positions[phase] = counted[journey]
    return positions
