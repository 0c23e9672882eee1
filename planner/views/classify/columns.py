"""Columns of the wide lists: on a narrow screen their cells stand beneath each other, each with what it is."""

from __future__ import annotations

from wagtail.admin.ui.tables import Column, NumberColumn


class LabelledColumn(Column):
    """Text, with the column's label in front where the heads of the columns are gone."""

    cell_template_name = "planner/classify/labelled_cell.html"


class LabelledNumber(NumberColumn):
    cell_template_name = "planner/classify/labelled_cell.html"


class LinksColumn(Column):
    """Several links beneath each other."""

    cell_template_name = "planner/classify/links_cell.html"
