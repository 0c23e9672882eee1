"""Rules that classify content, and what their runs added, so that a run can be taken back."""

from __future__ import annotations

import re

import swapper
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personas.models import Channel, Persona, Phase

from .address_pattern import is_address, normalise_address

PAGE_MODEL = swapper.get_model_name("wagtailcore", "Page")

TARGETS = ("persona", "phase", "channel")


def exactly_one_target(prefix: str) -> list[models.CheckConstraint]:
    """The database's own word that a rule or an addition names one persona, one phase or one channel."""
    one = Q()
    for chosen in TARGETS:
        one |= Q(**{f"{name}__isnull": name != chosen for name in TARGETS})
    return [models.CheckConstraint(condition=one, name=f"{prefix}_one_target")]


def normalise_tag(tag: str) -> str:
    """The form in which tags are compared: lower case, with `_`, blanks and runs of them read as one `-`."""
    return re.sub(r"[\s_-]+", "-", tag.strip()).lower()


class TagRule(models.Model):
    """“Tag `onboarding` in the section News means phase Vasthouden.” All conditions of a rule hold at once.

    A form keeps the tag as `normalise_tag` reads it and the address as `normalise_address` does. Whoever deletes a type
    or a section deletes its rules: without that condition they would mean more than somebody said.
    """

    CONDITIONS = ("tag", "content_type", "section", "url")

    tag = models.CharField(
        _("tag"),
        max_length=100,
        blank=True,
        help_text=_("A theme or one of the page's own tags. Capitals do not matter, and “_”, “-” and a blank are one."),
    )
    content_type = models.ForeignKey(
        ContentType, verbose_name=_("type"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    section = models.ForeignKey(
        PAGE_MODEL,
        verbose_name=_("section"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("This page and everything below it, and content off the site that belongs there."),
    )
    url = models.CharField(
        _("address"),
        max_length=500,
        blank=True,
        help_text=_(
            "“/news” means that page of this site and everything below it, below the home page and without a language "
            "prefix; “example.org/blog” the same of another site. “*” stands for any text, and then the whole address "
            "must fit: “/news/*/agenda”. Capitals, “https://”, the last “/” and what follows “?” do not matter."
        ),
    )
    persona = models.ForeignKey(
        Persona, verbose_name=_("persona"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    phase = models.ForeignKey(
        Phase, verbose_name=_("phase"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    channel = models.ForeignKey(
        Channel, verbose_name=_("channel"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("classification rule")
        verbose_name_plural = _("classification rules")
        ordering = ["tag", "pk"]
        constraints = [
            *exactly_one_target("planner_tagrule"),
            models.CheckConstraint(
                condition=~Q(tag="") | ~Q(url="") | Q(content_type__isnull=False) | Q(section__isnull=False),
                name="planner_tagrule_one_condition",
            ),
            # NULL is unlike any other NULL, so that a constraint on the fields themselves would let the same rule in.
            models.UniqueConstraint(
                "tag",
                "url",
                *(Coalesce(name, 0) for name in ("content_type", "section", *TARGETS)),
                name="planner_tagrule_once",
                violation_error_message=_(
                    "There is such a rule already: it has the same conditions and gives the same."
                ),
            ),
        ]

    def __str__(self) -> str:
        # Read by people who may not see the section: its title is for screens that know their reader.
        return self.in_words(gettext("section %(number)s") % {"number": self.section_id} if self.section_id else "")

    def in_words(self, section: str) -> str:
        """The rule as a line of text. `section` is what this reader may call the section. No query if all is loaded."""
        kind = gettext("type %(type)s") % {"type": capfirst(self.content_type.name)} if self.content_type_id else ""
        conditions = " + ".join(filter(None, [self.tag, kind, section, self.url]))
        return f"{conditions} → {self.target}"

    @property
    def target(self) -> Persona | Phase | Channel | None:
        return self.persona or self.phase or self.channel

    @property
    def target_id(self) -> int | None:
        """The key of the target. No query, whatever is loaded."""
        return self.persona_id or self.phase_id or self.channel_id

    @property
    def dimension(self) -> str:
        """The field of a content item that this rule fills: "personas", "phases" or "channels"."""
        return next(f"{name}s" for name in TARGETS if getattr(self, f"{name}_id") is not None)

    def clean(self) -> None:
        super().clean()
        self.tag, self.url = normalise_tag(self.tag), normalise_address(self.url)
        for name in ("tag", "url"):
            self._refuse_too_long(name)
        # Each is told at a field, so that the constraints do not say the same again in the database's words.
        if self.url and not is_address(self.url):
            message = gettext(
                "“%(address)s” is no address. Start with “/” for a page of this site, or with the host of another one: "
                "“example.org/blog”."
            )
            raise ValidationError({"url": message % {"address": self.url}})
        if not (self.tag or self.url or self.content_type_id or self.section_id):
            message = gettext("Say what the rule is about: a tag, a type, a section, an address, or several of them.")
            raise ValidationError({"tag": message})
        if sum(getattr(self, f"{name}_id") is not None for name in TARGETS) != 1:
            message = gettext("Choose one persona, one phase or one channel.")
            if self.tag:
                message = gettext("Choose one persona, one phase or one channel for “%(tag)s”.") % {"tag": self.tag}
            raise ValidationError({"persona": message})

    def _refuse_too_long(self, name: str) -> None:
        # Lower case may be longer than what was typed: the Turkish capital I becomes two characters.
        length, most = len(getattr(self, name)), self._meta.get_field(name).max_length
        if length > most:
            message = gettext(
                "In lower case, as rules are compared, this has %(length)s characters. Shorten it to %(most)s at most."
            )
            raise ValidationError({name: message % {"length": length, "most": most}})


class ClassificationRun(models.Model):
    """One application of the rules: who, when, how far it got, and whether it was taken back."""

    created_at = models.DateTimeField(_("run at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.CharField(_("note"), max_length=255, blank=True)
    rules = models.JSONField(default=list, blank=True, editable=False)  # as `classify.recorded` writes them
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)  # one per press of a button

    # Of a run in batches: the items it has to look at, how many it has looked at, and the key of the last of them.
    finished = models.BooleanField(default=True, editable=False)
    items_total = models.PositiveIntegerField(default=0, editable=False)
    items_done = models.PositiveIntegerField(default=0, editable=False)
    reached = models.PositiveBigIntegerField(default=0, editable=False)

    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("classification run")
        verbose_name_plural = _("classification runs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return gettext("Run %(number)s") % {"number": self.pk}


class ClassifiedTag(models.Model):
    """One persona, phase or channel that a run added to one item."""

    run = models.ForeignKey(ClassificationRun, on_delete=models.CASCADE, related_name="added")
    item = models.ForeignKey("planner.ContentItem", on_delete=models.CASCADE, related_name="+")
    persona = models.ForeignKey(Persona, null=True, on_delete=models.CASCADE, related_name="+")
    phase = models.ForeignKey(Phase, null=True, on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        # Not on ContentItem, where it would belong: whoever has any permission on a model reads all of its history, and
        # the history of content off the site is kept there.
        permissions = [("tag_content", _("Can plan and tag any content they can see"))]
        verbose_name = _("tag added by a run")
        verbose_name_plural = _("tags added by a run")
        constraints = exactly_one_target("planner_classifiedtag")

    def __str__(self) -> str:
        return f"{self.item_id} + {self.persona or self.phase or self.channel}"
