"""The progress of people as a file: what the page shows, readable by a spreadsheet, harmless in it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from analytics.models import PeopleList
from analytics.viewers.lists import people_list_create
from tests.analytics.api.wistia.conftest import Stage, staged
from tests.analytics.pages.conftest import member
from tests.exports.conftest import DATABASES
from videos.models import Video

pytestmark = [pytest.mark.django_db(databases=DATABASES)]
HEADER = ["email", "name", "seen", "finished", "started", "never", "watched", "last_seen"]


@pytest.fixture
def school(db: None) -> Stage:
    stage = staged("School", timezone="Europe/Berlin")
    stage.video.title = "=HYPERLINK(1)\x07"
    stage.video.save()
    Video.objects.create(workspace=stage.workspace, title="finished", duration=100)
    return stage


@pytest.fixture
def people(school: Stage) -> PeopleList:
    other = Video.objects.get(title="finished").public_id
    ada = {"email": "ada@example.com", "name": "@Ada"}
    school.play(visitor="ada", identity=ada, stretches=[[0, 60]])
    school.play(visitor="ada", identity=ada, video=other, stretches=[[0, 45]])
    return people_list_create(school.workspace, "+Class", ["never@example.com", "ada@example.com"])


@pytest.fixture
def viewer(school: Stage) -> Client:
    return member(school.workspace)


def path(people: PeopleList, form: str, query: str = "") -> str:
    return f"/reports/progress.{form}?list={people.public_id}{query}"


def content(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def test_the_csv_has_a_row_a_person_and_the_totals_of_each_video(viewer: Client, people: PeopleList) -> None:
    answer = viewer.get(path(people, "csv"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="progress-class-all-time.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig"), newline="")))
    assert rows == [
        [*HEADER, "'=HYPERLINK(1)\x07", "finished"],
        ["never@example.com", "", "never", "0", "0", "2", "0", "", "never", "never"],
        ["ada@example.com", "'@Ada", "yes", "1", "1", "0", "0.725", "2025-05-06 07:08:09", "finished, 100 %",
         "started, 45 %"],
        ["All 2 people: finished", "", "", "", "", "", "", "", "1", "0"],
        ["All 2 people: started", "", "", "", "", "", "", "", "0", "1"],
        ["All 2 people: never", "", "", "", "", "", "", "", "1", "1"],
    ]  # fmt: skip


def test_the_workbook_has_numbers_and_no_formula(viewer: Client, people: PeopleList) -> None:
    book = load_workbook(io.BytesIO(content(viewer.get(path(people, "xlsx", "&sort=-progress")))))
    rows = [list(row) for row in book.active.iter_rows()]
    assert [cell.value for cell in rows[0]] == [*HEADER, "=HYPERLINK(1)\N{REPLACEMENT CHARACTER}", "finished"]
    assert [cell.value for cell in rows[1]][:7] == ["ada@example.com", "@Ada", "yes", 1, 1, 0, 0.725]
    totals = [cell.value for cell in rows[4]]
    assert (totals[0], totals[-2:]) == ("All 2 people: started", [0, 1])
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert book.active.freeze_panes == "A2"


def test_the_file_has_who_the_page_shows_of_the_videos_that_it_shows(viewer: Client, people: PeopleList) -> None:
    first = Video.objects.exclude(title="finished").get().public_id
    text = content(viewer.get(path(people, "csv", f"&video={first}&show=never"))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[0] for row in rows[1:]] == [
        "never@example.com", "All 2 people: finished", "All 2 people: started", "All 2 people: never",
    ]  # fmt: skip
    assert len(rows[0]) == len(HEADER) + 1


@pytest.mark.parametrize(
    ("query", "said"),
    [("&of=fold_x", "There is no project or folder"), ("&show=x", "cannot be narrowed"), ("&period=eon", "eon")],
)
def test_an_address_that_is_not_understood_has_no_file(
    viewer: Client, people: PeopleList, query: str, said: str
) -> None:
    answer = viewer.get(path(people, "csv", query))
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_no_list_another_workspaces_list_and_other_formats_have_no_file(viewer: Client, people: PeopleList) -> None:
    theirs = people_list_create(staged("Other").workspace, "Theirs", ["x@example.com"])
    assert viewer.get("/reports/progress.csv").status_code == 400
    answer = viewer.get(path(theirs, "csv"))
    assert (answer.status_code, b"x@example.com" in answer.content) == (400, False)
    assert viewer.get(path(people, "pdf")).status_code == 404
    assert viewer.post(path(people, "csv")).status_code == 405
    assert Client().get(path(people, "csv")).status_code == 302
