"""Figures from a file become evidence: kept with where they come from, and never doubled."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import Workbook
from wagtail.models import ModelLogEntry

from personas.models import Evidence, Persona
from planner.importing import FileError, open_table
from planner.importing.figures import FIGURES, FigureReport, import_figures
from tests import factories
from tests.factories import NOW, days, make_evidence, make_journey, make_persona

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

HEADER = "persona,phase,kind,finding,value,unit,source,date,sample,url\n"
ROW = "florist,buy/see,,Opens mail,41.5,%,Mail tool,2026-02-01,186 readers,https://example.com/mail\n"
SCREEN = "/admin/planner/figures/import/"


@pytest.fixture
def florist() -> Persona:
    florist = make_persona("florist", name="Independent florist")
    make_journey("buy", personas=(florist,), phases=("see", "do"))
    return florist


@pytest.fixture
def take(tmp_path: Path, florist: Persona) -> Any:
    def take(rows: str, *, header: str = HEADER, name: str = "figures.csv", **options: Any) -> FigureReport:
        path = tmp_path / name
        path.write_text(header + rows, encoding="utf-8")
        return import_figures(open_table(path, FIGURES), name=name, at=NOW, today=NOW.date(), **options)

    return take


def reasons(report: FigureReport) -> list[tuple[int, str]]:
    return [(problem.line, problem.text) for problem in report.refused]


def test_a_row_becomes_evidence_that_knows_its_file(take: Any, florist: Persona) -> None:
    take(ROW)
    (found,) = florist.evidence.all()
    assert (found.finding, found.value, found.unit, found.source) == ("Opens mail", Decimal("41.5"), "%", "Mail tool")
    assert (found.phase.slug, found.sample, found.url) == ("see", "186 readers", "https://example.com/mail")
    assert (found.imported_from, found.imported_at) == ("figures.csv", NOW)


def test_a_second_import_changes_nothing(take: Any) -> None:
    take(ROW)
    report = take(ROW, name="again.csv")
    assert report.counts == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}
    assert Evidence.objects.get().imported_from == "figures.csv"


def test_a_corrected_figure_is_taken_over_with_its_new_file(take: Any) -> None:
    take(ROW)
    assert take(ROW.replace("41.5", "44"), name="corrected.csv").counts["changed"] == 1
    found = Evidence.objects.get()
    assert (found.value, found.imported_from) == (Decimal(44), "corrected.csv")


def test_another_source_or_another_day_is_another_finding(take: Any) -> None:
    take(ROW)
    take(ROW.replace("Mail tool", "Web statistics") + ROW.replace("2026-02-01", "2026-01-01"))
    assert Evidence.objects.count() == 3


def test_what_was_typed_by_hand_is_never_touched(take: Any, florist: Persona) -> None:
    phase = florist.journeys.get().phases.get(slug="see")
    by_hand = make_evidence(
        florist, phase=phase, finding="Opens mail", source="Mail tool", date=(NOW - days(29)).date(), value=1
    )
    take(ROW)
    by_hand.refresh_from_db()
    assert (by_hand.value, by_hand.imported_from, Evidence.objects.count()) == (1, "", 2)


def test_bad_rows_are_refused_with_their_line_and_the_others_go_in(take: Any) -> None:
    report = take(ROW + "nobody,,,Opens mail,1,,Mail tool,2026-02-01,,\n" + ROW.replace("Opens", "Reads"))
    assert reasons(report) == [(3, "there is no persona “nobody”")]
    assert report.new == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("buy/see", "buy/nowhere"), "there is no phase “buy/nowhere”"),
        (("Opens mail", ""), "its finding is empty"),
        (("41.5", "1,250"), "is no number that can be read"),
        (("41.5", "many"), "is no number that can be read"),
        (("2026-02-01", "1 February"), "is no date"),
        (("2026-02-01", "2026-03-03"), "its date has yet to come"),
        (("https://example.com/mail", "javascript:alert(1)"), "url: "),
        (("Opens mail", "x" * 256), "finding: "),
        ((",Opens", "opinion,Opens"), "kind: "),
        (("mail\n", "mail,more\n"), "it has more values than there are columns"),
    ],
)
def test_it_refuses_what_cannot_be_evidence(take: Any, change: tuple[str, str], reason: str) -> None:
    row = ROW.replace(",,Opens", ",,Opens").replace(*change)
    row = row.replace("41.5", "41.5").replace("1,250", '"1,250"')
    (problem,) = take(row).refused
    assert reason in problem.text
    assert not Evidence.objects.exists()


def test_a_phase_that_several_journeys_have_needs_its_journey(take: Any) -> None:
    make_journey("gift", phases=("see",))
    ((_line, reason),) = reasons(take(ROW.replace("buy/see", "see")))
    assert "several journeys" in reason


def test_the_same_finding_twice_in_a_file_is_refused(take: Any) -> None:
    assert reasons(take(ROW + ROW)) == [(3, "the same finding stands on line 2 already")]


def test_a_persona_may_be_named_and_numbers_written_the_dutch_way(take: Any, florist: Persona) -> None:
    header = "persona;finding;value;source;date\n"
    take("Independent Florist;Opens mail;41,5;Mail tool;2026-02-01\n", header=header)
    assert florist.evidence.get().value == Decimal("41.5")


def test_without_a_kind_what_has_no_value_was_said(take: Any) -> None:
    take(ROW + ROW.replace("Opens mail,41.5,%", "Hates paper,,"))
    assert dict(Evidence.objects.values_list("finding", "kind")) == {
        "Opens mail": "quantitative",
        "Hates paper": "qualitative",
    }


def test_a_dry_run_writes_nothing(take: Any) -> None:
    assert take(ROW, dry_run=True).new == 1
    assert not Evidence.objects.exists()


def test_a_file_without_a_needed_column_is_refused(take: Any) -> None:
    with pytest.raises(FileError, match="no column source"):
        take("", header="persona,finding,date\n")


def test_a_spreadsheet_is_read_too(tmp_path: Path, florist: Persona) -> None:
    book = Workbook()
    for row in (["persona", "finding", "value", "source", "date"], ["florist", "Orders", 12, "Shop", NOW.date()]):
        book.active.append(row)
    book.save(tmp_path / "figures.xlsx")
    table = open_table(tmp_path / "figures.xlsx", FIGURES)
    report = import_figures(table, name="figures.xlsx", at=NOW, today=NOW.date())
    assert (report.refused, florist.evidence.get().value) == ([], 12)


def test_the_history_of_the_persona_names_the_file(take: Any, florist: Persona) -> None:
    take(ROW, user=factories.marieke())
    entry = ModelLogEntry.objects.filter(object_id=str(florist.pk)).latest("timestamp")
    assert (entry.action, entry.data["file"], entry.user.username) == ("planner.figures", "figures.csv", "marieke")


def test_it_takes_a_fixed_number_of_queries(take: Any, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        take("".join(ROW.replace("Opens mail", f"Finding {number}") for number in range(60)))


class TestCommand:
    def test_it_says_what_it_did(self, tmp_path: Path, florist: Persona) -> None:
        (tmp_path / "figures.csv").write_text(HEADER + ROW)
        out = StringIO()
        call_command("import_figures", str(tmp_path / "figures.csv"), stdout=out)
        assert out.getvalue() == "1 new, 0 changed, 0 unchanged, 0 refused.\n"

    def test_refused_rows_end_in_1(self, tmp_path: Path, florist: Persona) -> None:
        (tmp_path / "figures.csv").write_text(HEADER + ROW.replace("florist", "nobody"))
        err = StringIO()
        with pytest.raises(SystemExit, match="1"):
            call_command("import_figures", str(tmp_path / "figures.csv"), stderr=err)
        assert err.getvalue() == "line 2: refused, there is no persona “nobody”\n"

    def test_a_file_that_is_not_there_ends_in_2(self) -> None:
        with pytest.raises(CommandError, match="does not exist") as refusal:
            call_command("import_figures", "nowhere.csv")
        assert refusal.value.returncode == 2


def upload(client: Client, rows: str, **data: str) -> Any:
    file = SimpleUploadedFile("web.csv", (HEADER + rows).encode(), "text/csv")
    return client.post(SCREEN, {"file": file} | data)


class TestScreen:
    def test_it_imports_and_shows_what_it_refused(self, marieke: Client, florist: Persona) -> None:
        page = upload(marieke, ROW + ROW.replace("florist", "nobody")).text
        assert "1 new, 0 changed, 0 unchanged, 1 refused." in page
        assert "There is no persona “nobody”" in page
        assert Evidence.objects.get().imported_from == "web.csv"

    def test_checking_writes_nothing(self, marieke: Client, florist: Persona) -> None:
        assert "Nothing was written." in upload(marieke, ROW, check="1").text
        assert not Evidence.objects.exists()

    def test_a_file_that_cannot_be_read_is_named_at_the_field(self, marieke: Client) -> None:
        response = marieke.post(SCREEN, {"file": SimpleUploadedFile("web.csv", b"\xff\xfe\x00", "text/csv")})
        assert "web.csv" in str(response.context["form"].errors["file"])

    def test_who_may_not_add_evidence_is_sent_away(self, client: Client) -> None:
        client.force_login(factories.nina())
        assert client.get(SCREEN).status_code == 302
