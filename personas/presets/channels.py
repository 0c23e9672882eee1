"""The default channels: where people meet content, online and off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from personas.presets.model import NOTHING, Text

MediaType = Literal["owned", "earned", "paid", "shared"]

FINANCE = Text("Financiële afdeling", "Finance")
SALES = Text("Verkoop", "Sales")
SERVICE = Text("Klantenservice", "Customer service")


@dataclass(frozen=True)
class ChannelPreset:
    code: str  # The slug of the channel, the same in both languages.
    name: Text
    media_type: MediaType = "owned"
    online: bool = True
    human: bool = False
    team: Text = NOTHING
    influenceable: bool = True


CHANNELS: tuple[ChannelPreset, ...] = (
    ChannelPreset("website", Text("Website", "Website")),
    ChannelPreset("webshop", Text("Online-shop", "Online shop")),
    ChannelPreset("blog", Text("Blog", "Blog")),
    ChannelPreset("landing-page", Text("Landingspagina", "Landing page")),
    ChannelPreset("email", Text("E-mail en nieuwsbrief", "E-mail and newsletter")),
    ChannelPreset("social-organic", Text("Sociale media (organisch)", "Social media (organic)"), "shared"),
    ChannelPreset("social-paid", Text("Sociale media (betaald)", "Social media (paid)"), "paid"),
    ChannelPreset("webcare", Text("Webcare", "Webcare"), "shared", human=True),
    ChannelPreset("community", Text("Community en forum", "Community and forum"), "shared"),
    ChannelPreset("online-magazine", Text("Online magazine", "Online magazine"), "earned"),
    ChannelPreset("comparison-site", Text("Vergelijkingssite", "Comparison site"), "earned"),
    ChannelPreset("review-site", Text("Reviewsite", "Review site"), "earned"),
    ChannelPreset("search-engine", Text("Zoekmachine (SEO en SEA)", "Search engine (SEO and SEA)"), "earned"),
    ChannelPreset("display-ads", Text("Displayadvertentie", "Display advertising"), "paid"),
    ChannelPreset("app", Text("App en pushbericht", "App and push message")),
    ChannelPreset("webinar", Text("Webinar en livestream", "Webinar and livestream")),
    ChannelPreset("video", Text("Video", "Video")),
    ChannelPreset("podcast", Text("Podcast", "Podcast")),
    ChannelPreset("store", Text("Winkel", "Store"), online=False, human=True),
    ChannelPreset("in-store-promotion", Text("Instore-actie", "In-store promotion"), online=False),
    ChannelPreset("phone", Text("Telefoon (in en uit)", "Telephone (in and out)"), online=False, human=True),
    ChannelPreset("customer-service", SERVICE, online=False, human=True, team=SERVICE),
    ChannelPreset("sales-talk", Text("Verkoopgesprek", "Sales talk"), online=False, human=True, team=SALES),
    ChannelPreset("account-manager", Text("Accountmanager", "Account manager"), online=False, human=True, team=SALES),
    ChannelPreset("trade-fair", Text("Beurs en evenement", "Trade fair and event"), online=False, human=True),
    ChannelPreset(
        "network-drinks",
        Text("Netwerkborrel", "Network drinks"),
        "earned",
        online=False,
        human=True,
        influenceable=False,
    ),
    ChannelPreset("brochure", Text("Drukwerk en brochure", "Print and brochure"), online=False),
    ChannelPreset("direct-mail", Text("Direct mail", "Direct mail"), online=False),
    ChannelPreset("press", Text("Krant en tijdschrift", "Newspaper and magazine"), "earned", online=False),
    ChannelPreset("tv-radio", Text("Tv en radio", "TV and radio"), "paid", online=False),
    ChannelPreset("letter", Text("Brief en factuur", "Letter and invoice"), online=False, team=FINANCE),
    ChannelPreset("packaging", Text("Verpakking en pakbon", "Packaging and packing slip"), online=False),
    ChannelPreset(
        "word-of-mouth", Text("Mond-tot-mond", "Word of mouth"), "earned", online=False, human=True, influenceable=False
    ),
)
