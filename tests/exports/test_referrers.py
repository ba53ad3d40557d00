"""The referrers at once: all domains and pages of a period and scope, over the API and from the dashboard's pages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from rest_framework.test import APIClient

from analytics.context import Context
from analytics.periods import period_named
from exports import referrers
from tests.analytics.api.conftest import History, history, kept_history
from tests.analytics.worlds import sessions_load
from tests.exports.conftest import DATABASES
from tests.oracle import breakdowns, facts, periods
from tests.oracle.sampling import uuid4, uuid7
from videos.models import Folder, Project, User, Video, Workspace
from videos.services.workspaces import member_add, user_invited

__all__ = ["history", "kept_history"]
pytestmark = [pytest.mark.django_db(databases=DATABASES)]
ClientOf = Callable[..., APIClient]
PATH = "/v1/export/referrers"
HEADER = ["domain", "url", "views", "player_loads", "view_rate"]
WINTER = {"from": "2024-12-24", "to": "2025-04-06"}


@pytest.fixture
def video(workspace: Workspace) -> Video:
    project = Project.objects.create(workspace=workspace, name="P")
    folder = Folder.objects.create(workspace=workspace, project=project, name="F")
    return Video.objects.create(workspace=workspace, title="V", project=project, folder=folder, duration=60)


def load(video: Video, *pages: str, begin: int = 0, **more: Any) -> None:
    """Import a load of the player on each of these pages on 3 February 2025; all but the last are views."""
    at = int(datetime(2025, 2, 3, 12, tzinfo=UTC).timestamp() * 1000)
    lines = [
        {
            "v": 1, "video": video.public_id, "session": uuid7(at + begin + number, begin + number), "seq": 1,
            "visit": uuid4(begin + number), "visitor": f"v{begin + number}", "page": page, "plays": 1,
            "stretches": [[0, 30]] if number < len(pages) - 1 else [], **more,
        }
        for number, page in enumerate(pages)
    ]  # fmt: skip
    sessions_load(video.workspace, {video.public_id: video.public_id}, lines)


def content(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig"), newline="")))


def sheet(answer: Any) -> list[list[Any]]:
    workbook = load_workbook(io.BytesIO(content(answer)))
    return [list(row) for row in workbook.active.iter_rows(values_only=True)]


def expected(sessions: list[facts.Session], history: History) -> list[list[Any]]:
    """Return the oracle's rows: each domain in front of its pages, most views first."""
    measured = {
        by: breakdowns.table(sessions, by, ["views", "loads", "view_rate"], history.catalog)
        for by in (("domain",), ("domain", "page"))
    }

    def ordered(table: dict[Any, dict[str, Any]]) -> list[tuple[Any, dict[str, Any]]]:
        return sorted(table.items(), key=lambda pair: (-pair[1]["views"], -pair[1]["loads"], pair[0][-1] or ""))

    def cells(row: dict[str, Any]) -> list[Any]:
        return [row["views"], row["loads"], pytest.approx(float(row["view_rate"]), abs=1e-6)]

    rows: list[list[Any]] = []
    for (domain,), total in ordered(measured[("domain",)]):
        rows.append([domain or "unknown", None, *cells(total)])
        pages = {key: row for key, row in measured[("domain", "page")].items() if key[0] == domain}
        rows += ([domain or "unknown", page or "unknown", *cells(row)] for (_, page), row in ordered(pages))
    return rows


def test_each_number_is_the_oracles_in_both_formats(history: History) -> None:
    first, last = (date.fromisoformat(day) for day in WINTER.values())
    span = periods.days(first, last, history.catalog.zone)
    sessions = [one for one in history.sessions if span.holds(one.started_at)]
    header, *rows = sheet(history.client.get(PATH, {**WINTER, "format": "xlsx"}))
    assert header == HEADER
    assert rows == expected(sessions, history)
    assert len({row[0] for row in rows}) > 1
    header, *table = lines(history.client.get(PATH, WINTER))
    assert header == HEADER
    assert [[*row[:2], int(row[2]), int(row[3]), float(row[4])] for row in table] == [
        [row[0], row[1] or "", *row[2:]] for row in rows
    ]


def test_a_scope_narrows_it(history: History) -> None:
    for kind in ("video", "folder", "project"):
        name = next(getattr(one, kind if kind != "video" else "id") for one in history.catalog.videos if one.folder)
        mine = {video.id for video in history.catalog.videos if kind == "video" and video.id == name}
        if kind == "project":
            mine = {video.id for video in history.catalog.videos if video.project == name}
        if kind == "folder":
            inside = nested(history, name)
            mine = {video.id for video in history.catalog.videos if video.folder in inside}
        sessions = [one for one in history.sessions if one.video in mine]
        rows = sheet(history.client.get(PATH, {kind: history.ids[name], "format": "xlsx"}))[1:]
        assert rows == expected(sessions, history)


def nested(history: History, folder: str) -> set[str]:
    inside = {folder}
    while more := {one.id for one in history.catalog.folders if one.parent in inside} - inside:
        inside |= more
    return inside


def test_what_is_unknown_is_said_and_texts_are_no_formulas(client_of: ClientOf, video: Video) -> None:
    load(video, "https://b.example/@x", "", "https://b.example/", "https://a.example/=1+1", "")
    expected = [
        ["b.example", "", "2", "2", "1"],
        ["b.example", "https://b.example/", "1", "1", "1"],
        ["b.example", "https://b.example/@x", "1", "1", "1"],
        ["unknown", "", "1", "2", "0.5"],
        ["unknown", "unknown", "1", "2", "0.5"],
        ["a.example", "", "1", "1", "1"],
        ["a.example", "https://a.example/=1+1", "1", "1", "1"],
    ]
    assert lines(client_of(video.workspace).get(PATH))[1:] == expected


def test_text_that_begins_like_a_formula_is_guarded(video: Video, monkeypatch: pytest.MonkeyPatch) -> None:
    # No page and no host of the collector's begins so; the table would still be safe.
    context = Context(video.workspace)
    period = period_named("all_time", context.zone, datetime.now(UTC))
    row = {"domain": "=cmd", "page": "+1", "views": 1, "loads": 1}
    monkeypatch.setattr(referrers, "_each", lambda question: iter([row]))
    table = referrers.referrers_file(context, period, "csv")
    assert lines(table)[1:] == [["'=cmd", "", "1", "1", "1"], ["'=cmd", "'+1", "1", "1", "1"]]
    workbook = referrers.referrers_file(context, period, "xlsx")
    book = load_workbook(io.BytesIO(content(workbook)))
    assert [cell.data_type for cell in book.active[3]][:2] == ["s", "s"]
    for answer in (table, workbook):
        answer.file_to_stream.close()


def test_all_pages_are_there_however_many_are_read_at_once(
    client_of: ClientOf, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(video, *(f"https://{number % 3}.example/{number}" for number in range(20)))
    whole = lines(client_of(video.workspace).get(PATH))
    assert len(whole) == 1 + 3 + 20
    monkeypatch.setattr(referrers, "PAGES_AT_ONCE", 7)
    assert lines(client_of(video.workspace).get(PATH)) == whole


def test_the_engine_is_asked_once(client_of: ClientOf, video: Video) -> None:
    client = client_of(video.workspace)
    load(video, "https://a.example/")

    def statements() -> int:
        with CaptureQueriesContext(connections["clickhouse"]) as asked:
            lines(client.get(PATH, {"video": video.public_id}))
        return len(asked)

    assert statements() == 1
    load(video, *(f"https://{number}.example/" for number in range(30)), begin=100)
    assert statements() == 1


def test_the_file_has_a_name_and_is_kept_by_nobody(client_of: ClientOf, video: Video) -> None:
    client = client_of(video.workspace)
    answer = client.get(PATH, {"from": "2025-02-01", "to": "2025-02-28"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="referrers-2025-02-01-to-2025-02-28.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    assert content(answer).decode("utf-8-sig") == "domain,url,views,player_loads,view_rate\r\n"
    answer = client.get(PATH, {"format": "xlsx", "period": ""}, HTTP_ACCEPT="text/html")
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer["Content-Disposition"] == 'attachment; filename="referrers-all-time.xlsx"'
    assert sheet(answer) == [HEADER]


@pytest.mark.parametrize(
    ("parameters", "field", "words"),
    [
        ({"format": "pdf"}, "format", "there are csv, xlsx"),
        ({"period": "this_decade"}, "period", "there are today, yesterday"),
        ({"from": "2025-02-01"}, "to", "belong together"),
        ({"from": "2025-02-30", "to": "2025-03-01"}, "from", "YYYY-MM-DD"),
        ({"from": "2025-02-02", "to": "2025-02-01"}, "period", "before it begins"),
        ({"from": "2025-02-01", "to": "2025-02-02", "period": "today"}, "period", "either"),
        ({"video": "vid_1", "folder": "fold_1"}, "video", "folder is given too"),
        ({"vidio": "vid_1"}, "vidio", "there are format, period, from, to"),
        ({"format": ["csv", "xlsx"]}, "format", "once"),
    ],
)
def test_what_is_wrong_is_named(
    client_of: ClientOf, workspace: Workspace, parameters: dict[str, Any], field: str, words: str
) -> None:
    answer = client_of(workspace).get(PATH, parameters)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert words in error["message"]


def test_it_needs_a_token_that_may_read_and_knows_one_workspace(
    client_of: ClientOf, video: Video, other_workspace: Workspace
) -> None:
    load(video, "https://a.example/")
    assert APIClient().get(PATH).status_code == 401
    assert client_of(video.workspace, "write").get(PATH).status_code == 403
    assert len(lines(client_of(video.workspace, "read").get(PATH))) == 3
    other = client_of(other_workspace)
    assert len(lines(other.get(PATH))) == 1
    for kind, given in (("video", video), ("folder", video.folder), ("project", video.project)):
        answer = other.get(PATH, {kind: given.public_id})
        assert (answer.status_code, answer.json()["code"]) == (404, f"unknown_{kind}")


@pytest.fixture
def owner_client(video: Video) -> Client:
    client = Client()
    client.force_login(User.objects.get(email="owner@example.com"))
    return client


def test_the_table_of_a_page_links_to_its_own_file(owner_client: Client, video: Video) -> None:
    load(video, "https://a.example/1", "https://b.example/1", "https://a.example/2", country="DE")
    load(video, "https://a.example/3", "https://c.example/", begin=100, country="FR")
    state = "from=2025-02-01&to=2025-02-28&filter=country:in:DE"
    for path in ("/?", f"/videos/{video.public_id}/?tab=referrers&"):
        page = owner_client.get(f"{path}{state}&metric=loads&compare=none&grain=week").content.decode()
        found = re.findall(r'href="(/reports/referrers\.(?:csv|xlsx)[^"]*)"\s+download', page)
        addresses = [each.replace("&amp;", "&") for each in found]
        assert [each.partition("?")[0] for each in addresses] == ["/reports/referrers.csv", "/reports/referrers.xlsx"]
        assert all("metric" not in each and "grain" not in each for each in addresses)
        table = lines(owner_client.get(addresses[0]))
        assert [row[:4] for row in table[1:]] == [
            ["a.example", "", "1", "2"],
            ["a.example", "https://a.example/1", "1", "1"],
            ["a.example", "https://a.example/2", "0", "1"],
            ["b.example", "", "1", "1"],
            ["b.example", "https://b.example/1", "1", "1"],
        ]
        assert [
            [str(cell or "") if place < 2 else cell for place, cell in enumerate(row)][:2]
            for row in sheet(owner_client.get(addresses[1]))
        ] == [row[:2] for row in table]
    assert video.public_id in addresses[0]


def test_the_pages_file_is_for_members_of_the_workspace(
    owner_client: Client, video: Video, other_workspace: Workspace, workspace: Workspace
) -> None:
    load(video, "https://a.example/")
    path = f"/reports/referrers.csv?period=all_time&video={video.public_id}"
    assert len(lines(owner_client.get(path))) == 3
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")
    outsider = Client()
    outsider.force_login(User.objects.get(email="outsider@example.com"))
    assert outsider.get(path).status_code == 404
    assert len(lines(outsider.get("/reports/referrers.csv?period=all_time"))) == 1
    viewer, _ = user_invited("viewer@example.com", "correct horse battery")
    member_add(workspace, viewer, "viewer")
    reader = Client()
    reader.force_login(viewer)
    assert len(lines(reader.get(path))) == 3
    assert owner_client.post(path).status_code == 405


def test_an_address_that_was_not_understood_gives_no_file(owner_client: Client, video: Video) -> None:
    for query in ("period=this_decade", "filter=color:in:red", "from=2025-02-01", f"video={video.public_id}&folder=x"):
        answer = owner_client.get(f"/reports/referrers.csv?{query}")
        assert answer.status_code == 400, query
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.content
    assert owner_client.get("/reports/referrers.pdf").status_code == 404
    assert owner_client.get("/reports/referrers.csv?folder=fold_none").status_code == 404
