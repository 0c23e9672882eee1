"""The reference site: a home, its sections, the articles and events in those, and care cards beside the articles."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.paginator import Page as PaginatedPage
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, LockableMixin, Page, RevisionMixin, TranslatableMixin, WorkflowMixin
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from planner import public

from .blocks import BodyBlock

ON_HOME = 6
PER_SECTION = 12
BESIDE_ARTICLE = 2


class ContentPage(Page):
    """What every page of this site has: an introduction and a body."""

    intro = models.TextField(
        _("introduction"),
        blank=True,
        max_length=500,
        help_text=_("One or two sentences. Shown under the title and wherever the page is listed."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]

    class Meta:
        abstract = True


class HomePage(ContentPage):
    """The front door: the newest articles and the next events of the whole site."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.SectionPage", "cms.ArticlePage", "cms.EventPage"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        context = super().get_context(request, *args, **kwargs)
        context["sections"] = SectionPage.objects.child_of(self).live().public().in_menu()
        context["articles"] = newest_articles(self)[:ON_HOME]
        context["events"] = coming_events(self)[:ON_HOME]
        return context


class SectionPage(ContentPage):
    """A part of the site with its own readers. Lists its articles page by page, and its coming events."""

    parent_page_types = ["cms.HomePage", "cms.SectionPage"]
    subpage_types = ["cms.SectionPage", "cms.ArticlePage", "cms.EventPage"]

    class Meta:
        verbose_name = _("section page")
        verbose_name_plural = _("section pages")

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        context = super().get_context(request, *args, **kwargs)
        context["articles"] = self.articles(request)
        context["events"] = coming_events(self)
        return context

    def articles(self, request: HttpRequest) -> PaginatedPage:
        """One page of the section's articles, newest first. A page number that does not exist gives the nearest one."""
        return Paginator(newest_articles(self), PER_SECTION).get_page(request.GET.get("page"))


class ArticleTag(TaggedItemBase):
    content_object = ParentalKey("cms.ArticlePage", on_delete=models.CASCADE, related_name="tagged_items")


class ArticlePage(ContentPage):
    """Something to read."""

    tags = ClusterTaggableManager(verbose_name=_("tags"), through=ArticleTag, blank=True)

    parent_page_types = ["wagtailcore.Page", "cms.HomePage", "cms.SectionPage"]
    subpage_types = []
    promote_panels = [*ContentPage.promote_panels, FieldPanel("tags")]

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        context = super().get_context(request, *args, **kwargs)
        context["cards"] = CareCard.objects.beside(self)[:BESIDE_ARTICLE]
        return context

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")


class EventPage(ContentPage):
    """Something to come to. Its dates are the visit's own; when the page goes live is Wagtail's schedule.

    The start may be empty: an event can be announced, or imported, before its date is known.
    """

    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    location = models.CharField(_("location"), max_length=255, blank=True)

    parent_page_types = ["wagtailcore.Page", "cms.HomePage", "cms.SectionPage"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]), FieldPanel("location")],
            heading=_("When and where"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [*ContentPage.search_fields, index.SearchField("location"), index.FilterField("starts_at")]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def clean(self) -> None:
        super().clean()
        if self.ends_at and not self.starts_at:
            raise ValidationError({"starts_at": gettext("The event has an end. Give its start as well.")})
        if self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": gettext("The event ends before it starts. Choose a later end.")})


class CareCardQuerySet(models.QuerySet):
    def beside(self, page: Page) -> CareCardQuerySet:
        """The live cards in the page's language that are for the same personas in the same phases as the page."""
        items = public.like(page).live().filter(content_type=ContentType.objects.get_for_model(CareCard))
        keys = [int(key) for key in items.values_list("object_id", flat=True)]
        return self.filter(pk__in=keys, locale=page.locale_id).order_by("-first_published_at", "pk")


@register_snippet
class CareCard(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, TranslatableMixin, models.Model):
    """A hint on looking after a plant, as small as the card in the pot. Articles for the same readers show it."""

    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), max_length=400)

    objects = CareCardQuerySet.as_manager()

    panels = [FieldPanel("title"), FieldPanel("text"), PublishingPanel()]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("care card")
        verbose_name_plural = _("care cards")

    def __str__(self) -> str:
        return self.title


def newest_articles(page: Page) -> PageQuerySet:
    """The public articles below a page, newest first."""
    articles = ArticlePage.objects.live().public().descendant_of(page)
    return articles.order_by(F("first_published_at").desc(nulls_last=True), "-pk")


def coming_events(page: Page) -> PageQuerySet:
    """The public events below a page that are not over yet, next one first. Those without a date come last."""
    events = EventPage.objects.live().public().descendant_of(page)
    now = timezone.now()
    over = models.Q(ends_at__lt=now) | models.Q(ends_at__isnull=True, starts_at__lt=now - timedelta(days=1))
    return events.exclude(over).order_by(F("starts_at").asc(nulls_last=True), "pk")
