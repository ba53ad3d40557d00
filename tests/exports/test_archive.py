from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest

from analytics.context import Context
from analytics.periods import period_of_dates
from exports.archive import readme_text, write_archive
from exports.fields import FIELDS, breakdown_named, fields_named
from exports.models import Breakdown, Report
from exports.rows import report_table, selected_contents
from tests.exports.conftest import DATABASES
from tests.exports.tables import table_of
from videos.models import Folder, Project, Workspace

pytestmark = pytest.mark.django_db(databases=DATABASES)
MADE_AT = datetime(2026, 2, 1, 8, 30, 5)


def readme(workspace: Workspace, **more: object) -> str:
    period = period_of_dates(date(2026, 1, 1), date(2026, 1, 31), workspace.zone)
    report = Report(
        **{  # type: ignore[arg-type]
            "public_id": "export_1",
            "workspace": workspace,
            "period_name": period.name,
            "period_start": period.start,
            "period_end": period.end,
            "timezone": workspace.timezone,
            "format": "csv",
            **more,
        }
    )
    context = Context(workspace)
    contents = selected_contents(context, report.folders, report.projects)
    table = report_table(context, period, contents, fields_named(report.fields), breakdown_named(report.breakdown))
    return readme_text(report, context.maps, table, 1234, MADE_AT)


@pytest.mark.parametrize("breakdown", Breakdown.values)
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_readme_says_what_it_is_about_and_what_every_column_means(
    workspace: Workspace, format: str, breakdown: str
) -> None:
    text = readme(workspace, format=format, breakdown=breakdown)
    facts = dict(line.split(":", 1) for line in text.splitlines()[2:9])
    assert {name: value.strip() for name, value in facts.items()} == {
        "Workspace": "Acme",
        "Period": "2026-01-01 to 2026-01-31",
        "Time zone": "Europe/Berlin",
        "Selection": "the whole workspace",
        "Broken down": f"by {breakdown}" if breakdown else "no",
        "Rows": "1234",
        "Made": "2026-02-01 08:30:05",
    }
    columns = text[text.index("\nColumns\n") :]
    for field in FIELDS.values():
        assert f"\n{field.name} " in columns
        assert field.definition in columns
    added = {"day": ["date"], "viewer": ["viewer", "viewer_name", "viewer_email"]}.get(breakdown, [breakdown])
    assert all(f"\n{name} " in columns for name in added if name)
    assert ("a row for every" in text) == bool(breakdown)
    assert ("The row Total" in text, "report-2.csv" in text) == (format == "xlsx", format == "csv")
    assert ("in seconds" if format == "csv" else "in hours, minutes and seconds") in columns
    assert max(len(line) for line in text.splitlines()) < 240


def test_the_readme_names_folders_and_projects_and_only_the_columns_there_are(workspace: Workspace) -> None:
    project = Project.objects.create(workspace=workspace, name="Films")
    folder = Folder.objects.create(workspace=workspace, project=project, name="Drama\nand more")
    text = readme(workspace, folders=[folder.public_id], projects=[project.public_id], fields=["title", "engagement"])
    lines = text.splitlines()
    at = lines.index(f"Folders:     Drama and more ({folder.public_id})")
    assert lines[at + 1].strip() == "What is in folders nested in these is included."
    assert lines[at + 2] == f"Projects:    Films ({project.public_id})"
    assert "peak_concurrent_viewers" not in text
    assert "No column can be added up." in text


def test_a_table_of_several_files_is_in_one_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exports.writers.write_csv.__defaults__", (3,))
    target = io.BytesIO()
    table = table_of([(f"video {number}", number, 1.5, None) for number in range(5)])
    assert write_archive(target, "csv", table, str, MADE_AT) == 5
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["report.csv", "report-2.csv", "report-3.csv", "README.txt"]
        assert archive.read("report-3.csv").decode("utf-8-sig").splitlines()[1] == "video 4,4,1.5,"
        assert archive.read("README.txt") == b"5"
