"""A persona: who it is, what moves them, and where they look."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.images import get_image_model_string

from personas.fields import LinesField, PicksField

from .vocabulary import WEIGHT_LIMITS, Market, Vocabulary


class Relationship(models.TextChoices):
    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer")
    AMBASSADOR = "ambassador", _("Ambassador")
    STAKEHOLDER = "stakeholder", _("Stakeholder")
    EMPLOYEE = "employee", _("Employee")


class Motive(models.TextChoices):
    RECOGNITION = "recognition", _("To feel special")
    DISCOUNT = "discount", _("Discounts")
    REVIEWS = "reviews", _("Reviews of others")
    DIRECT = "direct", _("A direct line to you")


class Source(models.TextChoices):
    BRAND = "brand", _("The brand itself")
    PRESS = "press", _("Press")
    ANALYST = "analyst", _("Analysts")
    EXPERT = "expert", _("Experts")
    PEERS = "peers", _("Other customers")
    FRIENDS = "friends", _("Friends and family")


class Device(models.TextChoices):
    PHONE = "phone", _("Phone")
    TABLET = "tablet", _("Tablet")
    COMPUTER = "computer", _("Computer")
    TELEVISION = "television", _("Television")
    PAPER = "paper", _("Paper")


class PersonaTheme(ItemBase):
    """A free theme that interests a persona: the same tags as on content."""

    content_object = models.ForeignKey("personas.Persona", on_delete=models.CASCADE, related_name="themed")
    tag = models.ForeignKey("taggit.Tag", verbose_name=_("theme"), on_delete=models.CASCADE, related_name="personas")

    class Meta:
        verbose_name = _("theme of a persona")
        verbose_name_plural = _("themes of personas")
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="personas_theme_once")]


class Persona(Vocabulary):
    """A kind of person that content is for.

    What other work needs as rows stands beside it: needs, pains, pleasures, the favourite route, evidence, and per
    phase the key message and the questions.
    """

    class Kind(models.TextChoices):
        CURRENT = "current", _("Current audience")
        DESIRED = "desired", _("Desired audience")
        SECONDARY = "secondary", _("Secondary audience")
        ANTI = "anti", _("Not for them")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CURRENT)
    market = models.CharField(_("market"), max_length=4, choices=Market, default=Market.BOTH)
    language = models.CharField(
        _("language"),
        max_length=100,
        blank=True,
        help_text=_("The language that they want to read. Empty: any will do."),
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=4,
        decimal_places=2,
        default=1,
        validators=WEIGHT_LIMITS,
        help_text=_("How heavily this persona's gaps count. 1 is normal, 2 counts double."),
    )
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("Two or three sentences by which a colleague recognises this person.")
    )
    relationships = PicksField(
        _("relationship"), options=Relationship, help_text=_("What these people are to you, along the journey.")
    )
    share = models.PositiveSmallIntegerField(
        _("share of the audience"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("In percent, as well as you know."),
    )
    photo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    quote = models.TextField(
        _("quote"), blank=True, help_text=_("What somebody really said, in their own words. Never invent one.")
    )
    background = models.TextField(
        _("background"), blank=True, help_text=_("Work, home, experience: what shapes how they decide.")
    )
    demographics = models.TextField(
        _("demographics"),
        blank=True,
        help_text=_("Age, household, place, occupation, size of the company: only what makes a difference."),
    )
    goals = LinesField(_("goals"), help_text=_("What they try to achieve. One per line."))
    motives = PicksField(_("motives"), options=Motive, help_text=_("Why they seek contact with a brand."))
    considerations = LinesField(_("considerations"), help_text=_("What they weigh before they decide. One per line."))
    objections = LinesField(_("objections"), help_text=_("What keeps them from it. One per line."))
    sources = PicksField(
        _("trusted sources"), options=Source, help_text=_("Whom they believe when they inform themselves.")
    )
    media = LinesField(_("media"), help_text=_("What they read, watch and listen to. One per line."))
    devices = PicksField(_("devices"), options=Device, help_text=_("On what they meet your content."))
    competitors = LinesField(
        _("competitors"), help_text=_("Where else they go, and what is offered to them there. One per line.")
    )
    themes = TaggableManager(
        _("themes"),
        through=PersonaTheme,
        blank=True,
        help_text=_("What interests them, separated by commas: the same themes as on content."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="personas_owned",
        help_text=_("Who keeps this portrait up to date."),
    )
    team = models.CharField(_("team"), max_length=100, blank=True)
    review_due = models.DateField(
        _("review due"), null=True, blank=True, help_text=_("People change. Look again at least once a year.")
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
