"""Downloads that a spreadsheet opens as text: what an editor typed never runs as a formula on a colleague's machine."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db.models import QuerySet
from wagtail.admin.views.mixins import SpreadsheetExportMixin

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet calculate a cell of a CSV file (OWASP, CSV injection)."""

LINE_BREAKS_AND_TABS = "\t\n\r"


def without_controls(text: str) -> str:
    """The text without control characters, which XLSX cannot hold; tabs and line breaks stay."""
    return "".join(sign for sign in text if sign in LINE_BREAKS_AND_TABS or unicodedata.category(sign) != "Cc")


def as_plain_text(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would read as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class SafeSpreadsheetMixin(SpreadsheetExportMixin):
    """Wagtail's CSV and XLSX downloads, with every cell and heading as harmless text.

    Wagtail keeps formulas out of the cells of XLSX itself; its CSV and its headings pass them on.
    """

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        value = super().preprocess_field_value(field, value, export_format)
        if not isinstance(value, str):
            return value
        text = without_controls(value)
        return as_plain_text(text) if export_format == self.FORMAT_CSV else text

    def get_heading(self, queryset: QuerySet, field: str) -> str:
        # Wagtail guards the cells of XLSX, not its headings: those need the apostrophe in both formats.
        return as_plain_text(without_controls(super().get_heading(queryset, field)))
