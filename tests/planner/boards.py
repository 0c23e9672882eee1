"""What tests of the board have in common: reading its columns and its words."""

from __future__ import annotations

import html
import re

from django.test import Client

BOARD = "/admin/planner/board/"


def columns(client: Client, query: str = "") -> dict[str, list[str]]:
    """The titles in each column that has any; without the page that every new site has."""
    found = client.get(BOARD + query).context["board"].columns
    titles = {one.status.value: [card.title for card in one.cards if "Welcome" not in card.title] for one in found}
    return {name: cards for name, cards in titles.items() if cards}


def text_of(client: Client, address: str = BOARD) -> str:
    """The words of a page, as a browser would show them."""
    response = client.get(address)
    assert response.status_code == 200
    markup = re.sub(r"<(style|script|svg|title).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", markup)))
