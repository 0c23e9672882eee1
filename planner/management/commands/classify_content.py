"""Previews, applies and takes back the tag rules."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from personas.management.base import OneLineCommand
from planner import access, classify
from planner.importing import FileError, UnknownSlugs, read_rules, resolve
from planner.models import ClassificationRun, TagRule


class Command(OneLineCommand):
    help = (
        "Shows what the tag rules would add to the content, adds it, or takes a run back. Never over what a person set."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rules", metavar="RULES.json", default="", help="Rules from a file, not from the admin.")
        parser.add_argument("--user", metavar="NAME", help="Only what this person may see and tag.")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="Only show what would be added. This is the default.")
        what.add_argument("--apply", action="store_true", help="Add it.")
        what.add_argument("--undo", metavar="RUN", type=int, help="Take back what a run added.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = self.user_named(options["user"])
        if options["undo"] is not None:
            self._undo(options["undo"], user)
            return
        rules = self._rules(options["rules"])
        items = self._items(user)
        if options["apply"]:
            self._apply(items, rules, user, note=options["rules"])
        else:
            self._preview(items, rules)

    def _rules(self, path: str) -> list[TagRule]:
        try:
            rules = (
                resolve(read_rules(path))
                if path
                else list(TagRule.objects.select_related("persona", "phase", "channel", "content_type"))
            )
        except (FileError, UnknownSlugs) as refusal:
            self.fail(str(refusal))
        if not rules:
            self.fail(gettext("There are no tag rules. Make them in the admin, or name a file with --rules."))
        return rules

    def _items(self, user: AbstractBaseUser | None) -> Any:
        return access.visible_items(None) if user is None else access.taggable_items(user)

    def _preview(self, items: Any, rules: list[TagRule]) -> None:
        found = classify.preview(items, rules)
        heading = [gettext("rule"), gettext("matches"), gettext("would add"), gettext("by hand")]
        lines = [[str(one.rule), str(one.matches), str(one.would_add), str(one.by_hand)] for one in found.rules]
        self._table([heading, *lines])
        totals = gettext(
            "Items: %(items)s, of which would change: %(changed)s. Additions: %(additions)s. "
            "Left alone because a person set them: %(by_hand)s."
        )
        self.stdout.write(
            totals
            % {
                "items": found.items,
                "additions": len(found.additions),
                "changed": found.items_changed,
                "by_hand": len(found.by_hand),
            }
        )
        self.stdout.write(gettext("Nothing was written. Use --apply to add them."))

    def _table(self, lines: list[list[str]]) -> None:
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for first, *numbers in lines:
            cells = [number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)]
            self.stdout.write("  ".join([first.ljust(widths[0]), *cells]))

    def _apply(self, items: Any, rules: list[TagRule], user: AbstractBaseUser | None, *, note: str) -> None:
        run = classify.apply(items, rules, user=user, at=timezone.now(), note=note)
        if run is None:
            self.stdout.write(gettext("The rules had nothing to add."))
            return
        added = run.added.count()
        message = ngettext(
            "Run %(run)s made %(count)s addition. Take it back with --undo %(run)s.",
            "Run %(run)s made %(count)s additions. Take them back with --undo %(run)s.",
            added,
        )
        self.stdout.write(message % {"run": run.pk, "count": added})

    def _undo(self, number: int, user: AbstractBaseUser | None) -> None:
        run = ClassificationRun.objects.filter(pk=number).first()
        if run is None:
            self.fail(gettext("There is no run %(number)s.") % {"number": number})
        if user is not None and not classify.lies_within(run, access.ever_taggable_items(user)):
            message = gettext("Run %(number)s changed items that %(user)s may not tag. Nothing was taken back.")
            self.fail(message % {"number": number, "user": user})
        try:
            undone = classify.undo(run, user=user, at=timezone.now())
        except classify.AlreadyUndone as refusal:
            self.fail(str(refusal))
        message = gettext(
            "Run %(number)s is taken back. Removed: %(removed)s. Kept because a person set them since: %(kept)s."
        )
        self.stdout.write(message % {"number": number, "removed": undone.removed, "kept": undone.kept})
