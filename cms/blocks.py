"""The blocks that a page's body is made of. Few, and each with a limit, so that no edit breaks the page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, RichTextBlock, StreamBlock, StructBlock, TextBlock
from wagtail.images.blocks import ImageBlock

FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


class QuoteBlock(StructBlock):
    text = TextBlock(label=_("Quote"), max_length=500)
    attribution = CharBlock(label=_("Who said it"), required=False, max_length=100)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "cms/blocks/quote.html"


class FigureBlock(StructBlock):
    image = ImageBlock(label=_("Image"))
    caption = CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "cms/blocks/figure.html"


class BodyBlock(StreamBlock):
    heading = CharBlock(label=_("Heading"), icon="title", max_length=120, template="cms/blocks/heading.html")
    paragraph = RichTextBlock(
        label=_("Paragraph"),
        icon="pilcrow",
        max_length=5000,
        features=FEATURES,
    )
    quote = QuoteBlock()
    image = FigureBlock()

    class Meta:
        max_num = 100
        block_counts = {"image": {"max_num": 20}}
        required = False
