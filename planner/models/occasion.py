"""Occasions: days worth content. Kept as rules, never as dates of people."""

from __future__ import annotations

import uuid
from functools import reduce
from operator import and_, or_

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from personas.models import Channel, Persona, Phase

LONGEST = 366
LONGEST_LEAD = 365
EASTER_OFFSETS = (-80, 200)
"""In days. Within these bounds what is counted from Easter always begins in Easter's own year."""
CUSTOMER_OFFSETS = (-3650, 3650)

SHORT_MONTHS = (4, 6, 9, 11)
LAST = -1


class Rule(models.TextChoices):
    """How an occasion's days are found."""

    YEARLY = "yearly", _("The same date every year")
    WEEKDAY = "weekday", _("A weekday of a month")
    EASTER = "easter", _("Counted from Easter")
    HOLIDAY = "holiday", _("Public holidays of a country")
    DATES = "dates", _("Our own date, once")
    CUSTOMER = "customer", _("A moment in a customer's life")


class Month(models.IntegerChoices):
    JANUARY = 1, _("January")
    FEBRUARY = 2, _("February")
    MARCH = 3, _("March")
    APRIL = 4, _("April")
    MAY = 5, _("May")
    JUNE = 6, _("June")
    JULY = 7, _("July")
    AUGUST = 8, _("August")
    SEPTEMBER = 9, _("September")
    OCTOBER = 10, _("October")
    NOVEMBER = 11, _("November")
    DECEMBER = 12, _("December")


class Weekday(models.IntegerChoices):
    """As ISO 8601 numbers them."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class Nth(models.IntegerChoices):
    FIRST = 1, pgettext_lazy("weekday of a month", "First")
    SECOND = 2, pgettext_lazy("weekday of a month", "Second")
    THIRD = 3, pgettext_lazy("weekday of a month", "Third")
    FOURTH = 4, pgettext_lazy("weekday of a month", "Fourth")
    LAST = LAST, pgettext_lazy("weekday of a month", "Last")


class CustomerEvent(models.TextChoices):
    """What happens to a customer. Only the kind of event is kept: whose and when is personal data, and not ours."""

    PURCHASE = "purchase", _("Purchase")
    CONTRACT_END = "contract_end", _("End of the contract")
    BIRTHDAY = "birthday", _("Birthday")
    FAMILY = "family", _("Addition to the family")
    MOVING = "moving", _("Moving house")


REQUIRED: dict[str, tuple[str, ...]] = {
    Rule.YEARLY: ("month", "day"),
    Rule.WEEKDAY: ("nth", "weekday", "month"),
    Rule.EASTER: ("easter_offset",),
    Rule.HOLIDAY: ("country",),
    Rule.DATES: ("first_day",),
    Rule.CUSTOMER: ("customer_event", "customer_offset"),
}
"""What each rule has to know."""

OPTIONAL: dict[str, tuple[str, ...]] = {Rule.HOLIDAY: ("holiday",), Rule.DATES: ("last_day",)}

TEXTS = {"country", "holiday", "customer_event"}
RULE_FIELDS = tuple(dict.fromkeys(name for names in (*REQUIRED.values(), *OPTIONAL.values()) for name in names))
LASTING_RULES = (Rule.YEARLY, Rule.WEEKDAY, Rule.EASTER)
"""Rules whose occasions may take several days; an own date has its last day, a public holiday is one day."""


def fields_of(rule: str) -> tuple[str, ...]:
    """The fields that a rule uses, the required ones first."""
    return REQUIRED[rule] + OPTIONAL.get(rule, ())


def _empty(name: str) -> Q:
    return Q(**{name: ""}) if name in TEXTS else Q(**{f"{name}__isnull": True})


def _whole(rule: str) -> Q:
    """All that the rule needs, and nothing of another rule."""
    own = fields_of(rule)
    parts = [~_empty(name) for name in REQUIRED[rule]] + [_empty(name) for name in RULE_FIELDS if name not in own]
    return reduce(and_, parts, Q(rule=rule))


class OccasionQuerySet(models.QuerySet):
    def active(self) -> OccasionQuerySet:
        return self.filter(active=True)

    def on_the_calendar(self) -> OccasionQuerySet:
        """Active ones that have days. A moment in a customer's life has none: it is a need at any time."""
        return self.active().exclude(rule=Rule.CUSTOMER)

    def evergreen(self) -> OccasionQuerySet:
        """Active ones that happen to some customer every day: their content has to be there always."""
        return self.active().filter(rule=Rule.CUSTOMER)


class ThemedOccasion(ItemBase):
    """A free theme on an occasion."""

    content_object = models.ForeignKey("planner.Occasion", on_delete=models.CASCADE, related_name="themed")
    tag = models.ForeignKey(
        "taggit.Tag", verbose_name=_("theme"), on_delete=models.CASCADE, related_name="planner_occasions"
    )

    class Meta:
        verbose_name = _("theme of an occasion")
        verbose_name_plural = _("themes of occasions")
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="planner_occasion_theme_once")]


class Occasion(models.Model):
    """A day or some days worth content, by a rule; or a moment in a customer's life, which has no day here."""

    uid = models.UUIDField(_("identity"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    rule = models.CharField(_("rule"), max_length=10, choices=Rule)

    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True, choices=Month)
    day = models.PositiveSmallIntegerField(
        _("day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("29 February falls on the 28th in other years."),
    )
    nth = models.SmallIntegerField(_("which one"), null=True, blank=True, choices=Nth)
    weekday = models.PositiveSmallIntegerField(_("weekday"), null=True, blank=True, choices=Weekday)
    easter_offset = models.SmallIntegerField(
        _("days from Easter Sunday"),
        null=True,
        blank=True,
        validators=[MinValueValidator(EASTER_OFFSETS[0]), MaxValueValidator(EASTER_OFFSETS[1])],
        help_text=_("0 is Easter Sunday, 39 Ascension Day, 49 Whit Sunday, -46 Ash Wednesday."),
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    holiday = models.CharField(
        _("holiday"), max_length=150, blank=True, help_text=_("Left empty: all public holidays of the country.")
    )
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True, help_text=_("Left empty: one day."))
    customer_event = models.CharField(_("customer event"), max_length=20, blank=True, choices=CustomerEvent)
    customer_offset = models.SmallIntegerField(
        _("days from the event"),
        null=True,
        blank=True,
        validators=[MinValueValidator(CUSTOMER_OFFSETS[0]), MaxValueValidator(CUSTOMER_OFFSETS[1])],
        help_text=_("-30 is thirty days before it, 14 two weeks after."),
    )
    days = models.PositiveSmallIntegerField(
        _("number of days"), default=1, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )

    lead_days = models.PositiveSmallIntegerField(
        _("lead time in days"),
        default=28,
        validators=[MaxValueValidator(LONGEST_LEAD)],
        help_text=_("How long before the first day its content should be planned."),
    )
    personas = models.ManyToManyField(Persona, verbose_name=_("personas"), related_name="occasions", blank=True)
    phases = models.ManyToManyField(Phase, verbose_name=_("phases"), related_name="occasions", blank=True)
    channels = models.ManyToManyField(Channel, verbose_name=_("channels"), related_name="occasions", blank=True)
    themes = TaggableManager(verbose_name=_("themes"), through=ThemedOccasion, blank=True, related_name="occasions")
    blackout = models.BooleanField(
        _("nothing goes out"),
        default=False,
        help_text=_("Content that is planned on these days gets a warning."),
    )
    active = models.BooleanField(
        _("active"), default=True, help_text=_("Inactive ones keep their content but are not shown in the calendar.")
    )
    # NULL, not "": only then may many occasions have none beside the constraint that each comes in once.
    origin = models.CharField(max_length=80, null=True, unique=True, editable=False)  # noqa: DJ001
    origin_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = OccasionQuerySet.as_manager()

    class Meta:
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, (_whole(rule) for rule in REQUIRED)), name="planner_occasion_rule_whole"
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=True)
                | Q(day__range=(1, 29))
                | Q(day=30) & ~Q(month=2)
                | Q(day=31) & ~Q(month__in=(2, *SHORT_MONTHS)),
                name="planner_occasion_day_exists",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__range=(1, 12)), name="planner_occasion_month_exists"
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__range=(1, 7)) & Q(nth__in=Nth.values),
                name="planner_occasion_weekday_exists",
            ),
            models.CheckConstraint(
                condition=Q(easter_offset__isnull=True) | Q(easter_offset__range=EASTER_OFFSETS),
                name="planner_occasion_near_easter",
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="planner_occasion_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(days=1) | Q(days__range=(2, LONGEST), rule__in=LASTING_RULES),
                name="planner_occasion_days",
            ),
            models.CheckConstraint(
                condition=Q(lead_days__range=(0, LONGEST_LEAD)), name="planner_occasion_lead_within_a_year"
            ),
            models.CheckConstraint(
                condition=~Q(rule=Rule.CUSTOMER.value, blackout=True), name="planner_occasion_blackout_has_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_evergreen(self) -> bool:
        """Whether it has no days: it happens to some customer every day."""
        return self.rule == Rule.CUSTOMER

    def clean(self) -> None:
        """Refuses an incomplete rule at its fields. What belongs to another rule is emptied: it says nothing here."""
        super().clean()
        self.name = " ".join(self.name.split())
        if self.rule not in REQUIRED:
            return
        self._forget_other_rules()
        errors = {}
        for name in REQUIRED[self.rule]:
            if getattr(self, name) in (None, ""):
                label = self._meta.get_field(name).verbose_name
                text = gettext("“%(rule)s” needs this: fill in “%(field)s”.")
                errors[name] = text % {"rule": Rule(self.rule).label, "field": label}
        if not errors and self.month and self.day and self.day > _longest(self.month):
            text = gettext("%(month)s has no day %(day)s.")
            errors["day"] = text % {"month": Month(self.month).label, "day": self.day}
        if self.first_day and self.last_day and self.last_day < self.first_day:
            errors["last_day"] = gettext("It ends before it starts. Choose a later last day.")
        if errors:
            raise ValidationError(errors)

    def _forget_other_rules(self) -> None:
        own = fields_of(self.rule)
        for name in RULE_FIELDS:
            if name not in own:
                setattr(self, name, "" if name in TEXTS else None)
        if self.rule not in LASTING_RULES:
            self.days = 1
        if self.rule == Rule.CUSTOMER:
            self.blackout = False


def _longest(month: int) -> int:
    if month == Month.FEBRUARY:
        return 29
    return 30 if month in SHORT_MONTHS else 31
