"""The one row per content item: what Wagtail cannot know about a page, a snippet or content off the site."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import swapper
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from personas.models import Channel, Persona, Phase
from planner.snippets import countable_snippets, title_of

from .counted import left_out_types
from .series import MOST_PARTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

PAGE_MODEL = swapper.get_model_name("wagtailcore", "Page")

DIMENSIONS = ("personas", "phases", "channels")
"""The many-to-many fields of a row that a person or a tag rule may fill."""


class ThemedItem(ItemBase):
    """A free theme on a content item."""

    content_object = models.ForeignKey("planner.ContentItem", on_delete=models.CASCADE, related_name="themed")
    tag = models.ForeignKey(
        "taggit.Tag", verbose_name=_("theme"), on_delete=models.CASCADE, related_name="planner_items"
    )

    class Meta:
        verbose_name = _("theme of an item")
        verbose_name_plural = _("themes of items")
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="planner_theme_once")]


class ContentItemQuerySet(models.QuerySet):
    def counted(self, left_out: Collection[int] | None = None) -> ContentItemQuerySet:
        """Without aliases, which mirror their source, and without the types that are left out. No query of its own.

        `left_out`: the keys of the content types to leave out, where it is to be others than now.
        """
        out = left_out_types() if left_out is None else left_out
        of_a_type_left_out = Q(page__content_type__in=out) | Q(content_type__in=out)
        types = ContentType.objects.get_for_models(*countable_snippets(), for_concrete_models=False).values()
        # Once a site's developer takes back that a type counts, its rows stay behind, as those of a type left out. Said
        # as what is left out: SQLite would answer "has no type, or one of these" from the index, row by row.
        no_snippets = ContentType.objects.exclude(pk__in=[one.pk for one in types]).values("pk")
        of_a_type_left_out |= Q(content_type__in=no_snippets)
        return self.filter(page__alias_of__isnull=True).exclude(of_a_type_left_out)

    def on_pages(self) -> ContentItemQuerySet:
        return self.filter(page__isnull=False)

    def off_site(self) -> ContentItemQuerySet:
        return self.filter(page__isnull=True, content_type__isnull=True)

    def tagged(
        self,
        *,
        personas: Iterable[str] = (),
        phases: Iterable[str] = (),
        channels: Iterable[str] = (),
        journey: str = "",
    ) -> ContentItemQuerySet:
        """Items that carry one of the slugs of each dimension given: OR within a dimension, AND across.

        A phase is named by its slug, or as "journey/phase" where several journeys have one of that name. Content for
        everyone matches every existing persona. A slug that does not exist (any more) matches nothing; no slugs filter
        nothing. Exists-conditions, not joins: no item comes twice. No query of its own.
        """
        items = self
        if personas := list(personas):
            somebody = Persona.objects.filter(slug__in=personas)
            items = items.filter(
                _has("personas", Q(persona__slug__in=personas)) | Q(for_everyone=True) & Q(Exists(somebody))
            )
        if phases := list(phases):
            items = items.filter(_has("phases", _named_phases(phases)))
        if channels := list(channels):
            items = items.filter(_has("channels", Q(channel__slug__in=channels)))
        if journey:
            items = items.filter(_has("phases", Q(phase__journey__slug=journey)))
        return items

    def for_persona(self, *slugs: str) -> ContentItemQuerySet:
        """Items for one of these personas, content for everyone included. No query of its own."""
        return self.tagged(personas=slugs or [""])

    def for_audience(self, kinds: Collection[str]) -> ContentItemQuerySet:
        """Items for a persona of one of these kinds; for everyone, where there is such a persona. No query."""
        anybody = Persona.objects.filter(kind__in=kinds)
        return self.filter(_has("personas", Q(persona__kind__in=kinds)) | Q(for_everyone=True) & Q(Exists(anybody)))

    def in_phase(self, *names: str) -> ContentItemQuerySet:
        """Items in one of these phases: its slug, or "journey/phase" where several have that name. No query."""
        return self.tagged(phases=names or [""])

    def in_channel(self, *slugs: str) -> ContentItemQuerySet:
        """Items in one of these channels. No query."""
        return self.tagged(channels=slugs or [""])

    def live(self, at: datetime | None = None) -> ContentItemQuerySet:
        """What any visitor may read now, or still may at `at`. See `planner.public.public_items`. No query."""
        # Imported here: the schedule's rules know this model, not the other way round.
        from planner.public import public_items

        return public_items(self, at=at or timezone.now())


def _has(dimension: str, condition: Q) -> Exists:
    through = ContentItem._meta.get_field(dimension).remote_field.through
    return Exists(through.objects.filter(condition, contentitem=OuterRef("pk")))


def _named_phases(names: list[str]) -> Q:
    condition = Q(phase__slug__in=[name for name in names if "/" not in name])
    for journey, _slash, phase in (name.partition("/") for name in names if "/" in name):
        condition |= Q(phase__journey__slug=journey, phase__slug=phase)
    return condition


class ContentItem(models.Model):
    """One content item: a page, a snippet, or content that lives elsewhere.

    The row is never versioned: tags and plans are about the page, not part of it, so a draft cannot lose them and a
    locked or scheduled page can still be tagged. What Wagtail knows (live, scheduled, expired) is never stored here.
    """

    class State(models.TextChoices):
        IDEA = "idea", _("Idea")
        DRAFT = "draft", _("Draft")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")

    uid = models.UUIDField(_("identity"), default=uuid.uuid4, unique=True, editable=False)
    page = models.OneToOneField(
        PAGE_MODEL, verbose_name=_("page"), null=True, blank=True, on_delete=models.CASCADE, related_name="planner_item"
    )
    content_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # NULL, not "": only then may many rows have none beside the constraint that an object has one row.
    object_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    content_object = GenericForeignKey("content_type", "object_id", for_concrete_model=False)
    section = models.ForeignKey(
        PAGE_MODEL,
        verbose_name=_("section"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who may work in this section of the site may work on this item."),
    )

    title = models.CharField(
        _("title"), max_length=255, blank=True, help_text=_("Only for what is not a page: a page has its own.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, blank=True)
    kind = models.CharField(_("kind"), max_length=50, blank=True)
    url = models.URLField(_("address"), max_length=2000, blank=True)
    team = models.CharField(_("team"), max_length=100, blank=True)
    import_id = models.CharField(
        _("id in the import"), max_length=255, null=True, blank=True, unique=True, editable=False
    )
    import_digest = models.CharField(max_length=64, blank=True, editable=False)

    personas = models.ManyToManyField(Persona, verbose_name=_("personas"), related_name="planner_items", blank=True)
    phases = models.ManyToManyField(Phase, verbose_name=_("phases"), related_name="planner_items", blank=True)
    channels = models.ManyToManyField(Channel, verbose_name=_("channels"), related_name="planner_items", blank=True)
    themes = TaggableManager(verbose_name=_("themes"), through=ThemedItem, blank=True, related_name="+")
    leads_to = models.ManyToManyField(
        "self",
        verbose_name=_("leads to"),
        through="planner.NextStep",
        through_fields=("from_item", "to_item"),
        symmetrical=False,
        related_name="led_to_by",
        blank=True,
    )
    for_everyone = models.BooleanField(
        _("for everyone"), default=False, help_text=_("Serves every persona in its phases.")
    )

    campaign = models.ForeignKey(
        "planner.Campaign",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="items",
    )
    series = models.ForeignKey(
        "planner.Series",
        verbose_name=_("series"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="items",
    )
    series_part = models.PositiveSmallIntegerField(
        _("part"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_PARTS)]
    )
    occasion = models.ForeignKey(
        "planner.Occasion",
        verbose_name=_("occasion"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="items",
    )

    personas_by_hand = models.BooleanField(default=False, editable=False)
    phases_by_hand = models.BooleanField(default=False, editable=False)
    channels_by_hand = models.BooleanField(default=False, editable=False)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="planner_items",
    )
    target_at = models.DateTimeField(_("target date"), null=True, blank=True, db_index=True)
    target_has_time = models.BooleanField(default=False, editable=False)
    starts_at = models.DateTimeField(_("live from"), null=True, blank=True, db_index=True)
    ends_at = models.DateTimeField(_("event ends"), null=True, blank=True)
    expires_at = models.DateTimeField(_("live until"), null=True, blank=True)
    customer_question = models.CharField(
        _("customer's question"), max_length=255, blank=True, help_text=_("What the customer asks, in their own words.")
    )
    brief = models.TextField(_("brief"), blank=True, help_text=_("What it should say and why, for whoever makes it."))
    effort = models.PositiveSmallIntegerField(
        _("effort"), null=True, blank=True, help_text=_("Hours of work that it takes to make it.")
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    substantially_updated_on = models.DateField(_("substantially updated on"), null=True, blank=True)
    review_due = models.DateField(_("review due"), null=True, blank=True, db_index=True)
    overdue_told_for = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The missed date that the owner was told of last."
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ContentItemQuerySet.as_manager()

    # The rows follow their pages; listing them as a page's "usage" would only be noise.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("content item")
        verbose_name_plural = _("content items")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=Q(object_id__isnull=False),
                name="planner_row_once_per_object",
            ),
            models.CheckConstraint(
                condition=Q(page__isnull=True) | Q(object_id__isnull=True), name="planner_row_page_or_object"
            ),
            models.CheckConstraint(
                condition=Q(content_type__isnull=True, object_id__isnull=True)
                | Q(content_type__isnull=False, object_id__isnull=False),
                name="planner_row_whole_object",
            ),
            models.CheckConstraint(
                condition=Q(page__isnull=False) | Q(object_id__isnull=False) | ~Q(title="") & ~Q(state=""),
                name="planner_row_off_site_named",
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, series_part__isnull=True)
                | Q(series__isnull=False, series_part__isnull=False, series_part__range=(1, MOST_PARTS)),
                name="planner_row_numbered_in_its_series",
            ),
        ]

    def __str__(self) -> str:
        return self.display_title

    def clean(self) -> None:
        super().clean()
        if self.is_off_site and not self.title.strip():
            raise ValidationError({"title": gettext("Content off the site needs a title.")})
        if self.starts_at and self.expires_at and self.expires_at <= self.starts_at:
            raise ValidationError({"expires_at": gettext("It ends before it starts. Choose a later end.")})

    @property
    def is_off_site(self) -> bool:
        return self.page_id is None and self.content_type_id is None

    @property
    def display_title(self) -> str:
        """The title that editors work with: the draft's, where there is one. One query where it is not loaded."""
        if self.page_id is not None:
            return self.page.draft_title or self.page.title
        if self.content_type_id is not None:
            return title_of(self.content_object) if self.content_object else self.title
        return self.title
