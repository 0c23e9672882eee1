"""“No persona or phase” among the checks of Wagtail's editor.

The checks run in the preview, by axe, which takes a rule as data. So the server decides: it writes the rule into the
preview with a condition that the page's body meets or does not. No script of ours is needed, and no policy forbids it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import AbstractPage

from planner.editor import WAITING
from planner.models import ContentItem, is_left_out
from planner.requirements import present_after

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

RULE = "planner-no-persona-or-phase"
CHECK = "planner-has-persona-and-phase"


def add_content_check(request: HttpRequest, items: list[Any], page: Model | None) -> None:
    """Add the check to the editor's panel and to the preview that it runs in; visitors' pages have none.

    Three queries at most.
    """
    in_preview = getattr(request, "in_preview_panel", False)
    checkers = [one for one in items if isinstance(one, ContentCheckerItem) and (in_preview or one.in_editor)]
    if not checkers or not _has_plan(page):
        return
    # Only the preview's own copy is judged; the panel has to know the rule, and what to say.
    passes = not in_preview or is_classified(page)
    for item in checkers:
        _extend(item, passes=passes)


def is_classified(page: AbstractPage) -> bool:
    """Whether a page has a persona and a phase, with what its open editor would save."""
    item = (page.pk and ContentItem.objects.filter(page=page.pk).first()) or ContentItem()
    change, _user = page.__dict__.get(WAITING, (None, None))
    return {"personas", "phases"} <= present_after(item, change, among=("personas", "phases"))


def with_plan_check(configuration: dict[str, Any], *, passes: bool) -> dict[str, Any]:
    """The configuration of a checker with our rule in it. The one given is not changed: its lists are the class's."""
    spec, options = configuration["spec"], configuration["options"]
    rule = {
        "id": RULE,
        "impact": "moderate",
        "selector": "body",
        "tags": ["planner"],
        "any": [CHECK],
        "enabled": True,
    }
    # One of axe's own functions, so that nothing has to be evaluated: the body is a body, or is asked to be another.
    matcher = {"nodeName": "body" if passes else "planner-classified"}
    check = {"id": CHECK, "evaluate": "matches-definition-evaluate", "options": {"matcher": matcher}}
    message = {
        "error_name": _("No persona or phase"),
        "help_text": _("Without both, the page counts in no cell of the coverage. Choose them on the Plan tab."),
    }
    return configuration | {
        "spec": spec | {"rules": [*spec["rules"], rule], "checks": [*spec["checks"], check]},
        "options": options | _running(options, {one["id"] for one in spec["rules"]} | set(configuration["messages"])),
        "messages": configuration["messages"] | {RULE: message},
    }


def _running(options: dict[str, Any], rules: set[str]) -> dict[str, Any]:
    """What makes axe run our rule as well: its name among the rules, or switched on beside a choice of tags."""
    only = options.get("runOnly")
    if only and rules.intersection(only):
        return {"runOnly": [*only, RULE]}
    return {"rules": options.get("rules", {}) | {RULE: {"enabled": True}}}


def _has_plan(page: Model | None) -> bool:
    return isinstance(page, AbstractPage) and page.alias_of_id is None and not is_left_out(type(page))


def _extend(item: ContentCheckerItem, *, passes: bool) -> None:
    configure = item.get_axe_configuration
    item.get_axe_configuration = lambda request: with_plan_check(configure(request), passes=passes)
