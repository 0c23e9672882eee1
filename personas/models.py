"""WHO content is for, at which moment, and what to say there. No dates, no calendar."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Max, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personas.spine import SPINE

WEIGHT_LIMITS = [MinValueValidator(Decimal("0")), MaxValueValidator(Decimal("99"))]


class Market(models.TextChoices):
    B2C = "b2c", _("Consumers (B2C)")
    B2B = "b2b", _("Businesses (B2B)")
    BOTH = "both", _("Both")


class VocabularyQuerySet(models.QuerySet):
    """What every closed vocabulary can be asked for."""

    def active(self) -> VocabularyQuerySet:
        return self.filter(active=True)

    def by_slugs(self, slugs: list[str]) -> dict[str, models.Model]:
        """Members by slug. One query. Slugs that do not exist are absent: the caller names them."""
        return {member.slug: member for member in self.filter(slug__in=slugs)}

    def next_place(self) -> int:
        """The `sort_order` that puts a new member after all of these. One query."""
        last = self.aggregate(last=Max("sort_order"))["last"]
        return 0 if last is None else last + 1


class Vocabulary(models.Model):
    """A member of a closed vocabulary. Its slug never changes: gaps, addresses and rules are keyed by it."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(
        _("slug"), max_length=100, help_text=_("Used in addresses, reports and rules. Keep it once it is in use.")
    )
    active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Inactive ones keep their content but are not offered and never yield a gap."),
    )
    sort_order = models.PositiveIntegerField(_("order"), default=0, editable=False, db_index=True)

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.name


class Persona(Vocabulary):
    """A kind of person that content is for."""

    class Kind(models.TextChoices):
        CURRENT = "current", _("Current audience")
        DESIRED = "desired", _("Desired audience")
        SECONDARY = "secondary", _("Secondary audience")
        ANTI = "anti", _("Not for them")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CURRENT)
    market = models.CharField(_("market"), max_length=4, choices=Market, default=Market.BOTH)
    weight = models.DecimalField(
        _("weight"),
        max_digits=4,
        decimal_places=2,
        default=1,
        validators=WEIGHT_LIMITS,
        help_text=_("How heavily this persona's gaps count. 1 is normal, 2 counts double."),
    )
    summary = models.TextField(_("summary"), blank=True)
    language = models.CharField(
        _("language"),
        max_length=100,
        blank=True,
        help_text=_("The language that they want to read. Empty: any will do."),
    )

    class Meta(Vocabulary.Meta):
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        constraints = [models.UniqueConstraint(fields=["slug"], name="personas_persona_slug")]

    @property
    def initials(self) -> str:
        """Two capitals that stand for the persona where there is no room for the name."""
        words = self.name.split()
        letters = words[0][0] + words[-1][0] if len(words) > 1 else self.name[:2]
        return letters.upper()


class Journey(Vocabulary):
    """A goal in the customer's own words, with its phases, personas and one owner."""

    goal = models.TextField(_("goal"), blank=True, help_text=_("What the customer wants to reach, in their own words."))
    model = models.CharField(_("journey model"), max_length=40, blank=True, editable=False)
    language = models.CharField(_("language of the phases"), max_length=10, default="en", editable=False)
    market = models.CharField(_("market"), max_length=4, choices=Market, default=Market.BOTH)
    personas = models.ManyToManyField(
        Persona,
        verbose_name=_("personas"),
        related_name="journeys",
        blank=True,
        help_text=_("Coverage is judged for these personas in each phase."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="journeys_owned",
        help_text=_("The one person who decides across all channels."),
    )

    class Meta(Vocabulary.Meta):
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        constraints = [models.UniqueConstraint(fields=["slug"], name="personas_journey_slug")]

    @property
    def has_active_owner(self) -> bool:
        """Whether somebody who can still log in owns this journey. One query where `owner` is not loaded."""
        return self.owner is not None and self.owner.is_active


class Phase(Vocabulary):
    """One step of a journey. Phases form a graph, not a funnel."""

    class Group(models.TextChoices):
        PRE = "pre", _("Before the purchase")
        BUY = "buy", _("Purchase")
        POST = "post", _("After the purchase")

    journey = models.ForeignKey(Journey, verbose_name=_("journey"), on_delete=models.CASCADE, related_name="phases")
    group = models.CharField(_("group"), max_length=4, choices=Group, default=Group.PRE)
    spine = models.JSONField(
        _("stages on the common spine"),
        default=list,
        blank=True,
        help_text=_(
            "The stages that all journey models share, first one first. "
            "They let content be looked at through another model."
        ),
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=4,
        decimal_places=2,
        default=1,
        validators=WEIGHT_LIMITS,
        help_text=_("How heavily gaps in this phase count. 1 is normal, 2 counts double."),
    )
    question = models.TextField(
        _("customer's question"), blank=True, help_text=_("What the customer asks in this phase.")
    )
    entry = models.BooleanField(_("journey may start here"), default=False)

    class Meta(Vocabulary.Meta):
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["journey__sort_order", "journey_id", "sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["journey", "slug"], name="personas_phase_slug_in_journey")]

    def clean(self) -> None:
        super().clean()
        unknown = [stage for stage in self.spine if stage not in SPINE]
        if unknown:
            raise ValidationError(
                {
                    "spine": gettext("“%(stage)s” is no stage of the spine. Choose from: %(known)s.")
                    % {"stage": unknown[0], "known": ", ".join(SPINE)}
                }
            )


class PhaseLink(models.Model):
    """A way from one phase to another: an edge of the journey's graph."""

    class Type(models.TextChoices):
        NEXT = "next", _("Next")
        LOOP = "loop", _("Loops back to")
        SKIP = "skip", _("Skips to")
        INFLUENCE = "influence", _("Influences others in")
        RENEWAL = "renewal", _("Renews through")

    from_phase = models.ForeignKey(Phase, verbose_name=_("from"), on_delete=models.CASCADE, related_name="links_out")
    to_phase = models.ForeignKey(Phase, verbose_name=_("to"), on_delete=models.CASCADE, related_name="links_in")
    type = models.CharField(_("type"), max_length=10, choices=Type, default=Type.NEXT)
    condition = models.CharField(_("condition"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("link between phases")
        verbose_name_plural = _("links between phases")
        ordering = ["from_phase__sort_order", "to_phase__sort_order", "type"]
        constraints = [
            models.UniqueConstraint(fields=["from_phase", "to_phase", "type"], name="personas_phaselink_once"),
            models.CheckConstraint(condition=~Q(from_phase=F("to_phase")), name="personas_phaselink_leads_elsewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.from_phase} → {self.to_phase}"

    def clean(self) -> None:
        super().clean()
        if self.from_phase_id and self.from_phase_id == self.to_phase_id:
            raise ValidationError({"to_phase": gettext("A link leads to another phase.")})
        if self.from_phase_id and self.to_phase_id and self.from_phase.journey_id != self.to_phase.journey_id:
            raise ValidationError({"to_phase": gettext("Both phases of a link belong to one journey.")})


class Channel(Vocabulary):
    """Where people meet the content."""

    class Media(models.TextChoices):
        OWNED = "owned", _("Owned")
        EARNED = "earned", _("Earned")
        PAID = "paid", _("Paid")
        SHARED = "shared", _("Shared")

    media_type = models.CharField(_("media type"), max_length=6, choices=Media, default=Media.OWNED)
    online = models.BooleanField(_("online"), default=True)
    human = models.BooleanField(_("people meet people"), default=False)
    team = models.CharField(_("team"), max_length=100, blank=True)
    influenceable = models.BooleanField(
        _("ours to steer"),
        default=True,
        help_text=_("Off for what can only be observed, such as word of mouth: it never yields a gap."),
    )

    class Meta(Vocabulary.Meta):
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [models.UniqueConstraint(fields=["slug"], name="personas_channel_slug")]


class Message(models.Model):
    """What to say to a persona in a phase, in one or two sentences: the key message of a cell."""

    persona = models.ForeignKey(Persona, verbose_name=_("persona"), on_delete=models.CASCADE, related_name="messages")
    phase = models.ForeignKey(Phase, verbose_name=_("phase"), on_delete=models.CASCADE, related_name="messages")
    text = models.TextField(_("key message"), max_length=500)

    class Meta:
        verbose_name = _("key message")
        verbose_name_plural = _("key messages")
        constraints = [models.UniqueConstraint(fields=["persona", "phase"], name="personas_message_once_per_cell")]

    def __str__(self) -> str:
        return self.text


class Question(models.Model):
    """What a persona asks in a phase, in their own words. Which content answers it, this room does not know."""

    persona = models.ForeignKey(Persona, verbose_name=_("persona"), on_delete=models.CASCADE, related_name="questions")
    phase = models.ForeignKey(Phase, verbose_name=_("phase"), on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(_("customer's question"), max_length=255)
    sort_order = models.PositiveIntegerField(_("order"), default=0, editable=False)

    class Meta:
        verbose_name = _("customer's question")
        verbose_name_plural = _("customer's questions")
        ordering = ["sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["persona", "phase", "text"], name="personas_question_once_per_cell")
        ]

    def __str__(self) -> str:
        return self.text
