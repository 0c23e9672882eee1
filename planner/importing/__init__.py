"""Content from a file into the plan: CSV or XLSX, as pages of the site or as content off the site."""

from __future__ import annotations

from .batches import Problem
from .items import ItemTarget
from .pages import PageTarget
from .rows import Refused, Row, parse_row
from .rules import RuleFile, UnknownSlugs, read_rules, resolve
from .run import Import, Report
from .tables import FileError, Record, Table, open_table
from .vocabulary import IMPORTED_JOURNEY, attach_personas, create_vocabulary, take_back

__all__ = [
    "IMPORTED_JOURNEY",
    "FileError",
    "Import",
    "ItemTarget",
    "PageTarget",
    "Problem",
    "Record",
    "Refused",
    "Report",
    "Row",
    "RuleFile",
    "Table",
    "UnknownSlugs",
    "attach_personas",
    "create_vocabulary",
    "open_table",
    "parse_row",
    "read_rules",
    "resolve",
    "take_back",
]
