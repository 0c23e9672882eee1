from __future__ import annotations

import uuid

from django.db import models
from taggit.managers import TaggableManager
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.models import DraftStateMixin, RevisionMixin, TranslatableMixin
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from planner.snippets import planned_snippet


@register_snippet
@planned_snippet
class PlainNote(models.Model):
    """No drafts, no revisions: counted because of the one line."""

    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title


@planned_snippet
class RevisedNote(RevisionMixin, models.Model):
    """Revisions without drafts, and tags of its own; its editor stands on its viewset."""

    title = models.CharField(max_length=100)
    tags = TaggableManager(blank=True)

    def __str__(self) -> str:
        return self.title


class RevisedNoteViewSet(SnippetViewSet):
    model = RevisedNote
    edit_handler = TabbedInterface(
        [ObjectList([FieldPanel("title")], heading="Words"), ObjectList([FieldPanel("tags")], heading="Tags")]
    )


register_snippet(RevisedNoteViewSet)


@register_snippet
class DraftNote(DraftStateMixin, RevisionMixin, TranslatableMixin, models.Model):
    """Counted without a line, because it can be published. Its keys are no numbers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=100)

    panels = [FieldPanel("title")]

    class Meta(TranslatableMixin.Meta):
        pass

    def __str__(self) -> str:
        return self.title


@register_snippet
class UncountedNote(models.Model):
    """Neither drafts nor the one line."""

    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title
