"""Every table of a page as a file, under the page's own address."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.analytics.pages.conftest import World
from tests.oracle import breakdowns, metrics
from videos.models import Video

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


def rows_of(response: HttpResponse) -> list[dict[str, str]]:
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def links_in(response: HttpResponse) -> dict[str, str]:
    """Return the addresses of the page's files by name of their part."""
    found = re.findall(r'id="([\w-]+)-csv"\s+href="([^"]+)"', response.content.decode())
    return {name: url.replace("&amp;", "&") for name, url in found}


def test_each_table_of_a_page_has_a_link_that_answers_its_rows(world: World, viewer: Client) -> None:
    for path in ("/?period=all_time&filter=live%3Ain%3Afalse", f"/videos/{world.video(0).public_id}/?period=all_time"):
        links = links_in(viewer.get(path))
        assert {"series", "depth", "country", "device", "os", "browser", "source"} <= set(links)
        for name, url in links.items():
            assert url == f"{path}&csv={name}"
            assert rows_of(viewer.get(url)), name


def test_a_file_has_raw_values_that_add_up_to_the_pages(world: World, viewer: Client) -> None:
    rows = rows_of(viewer.get("/?period=all_time&grain=month&csv=series"))
    expected = metrics.measure(world.sessions, ["views", "watch_time"])
    assert sum(int(row["Views"]) for row in rows) == expected["views"]
    assert sum(float(row["Watch time (s)"]) for row in rows) == pytest.approx(expected["watch_time"])
    assert re.fullmatch(r"\d{4}-\d\d-01", rows[0]["Month"])
    assert {row["In part"] for row in rows} <= {"true", "false"}


def test_a_breakdowns_file_has_every_row_with_the_apis_codes(world: World, viewer: Client) -> None:
    rows = rows_of(viewer.get("/?period=all_time&csv=country"))
    expected = breakdowns.table(world.sessions, ["country"], ["views"], world.catalog)
    known = {key or "": row["views"] for (key,), row in expected.items() if row["views"]}
    assert {row["Code"]: int(row["Views"]) for row in rows} == known
    assert sum(float(row["Share (0–1)"]) for row in rows) == pytest.approx(1)


def test_a_files_name_says_what_and_when(world: World, viewer: Client) -> None:
    response = viewer.get("/?from=2025-03-01&to=2025-05-31&csv=series")
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="overview-2025-03-01-to-2025-05-31-series.csv"'
    )
    response = viewer.get("/?period=all_time&csv=device")
    assert response.headers["Content-Disposition"] == 'attachment; filename="overview-all-time-device.csv"'


def test_titles_that_begin_like_formulas_stay_text(world: World, viewer: Client) -> None:
    Video.objects.filter(workspace=world.workspace).update(title='=HYPERLINK("https://evil.example")')
    titles = {row["Video"] for row in rows_of(viewer.get("/?period=all_time&csv=videos"))}
    assert titles == {'\'=HYPERLINK("https://evil.example")'}


def test_a_name_that_the_page_has_not_is_not_found(world: World, viewer: Client) -> None:
    assert viewer.get("/?period=all_time&csv=horoscope").status_code == 404
    assert viewer.get("/?period=all_time&csv=").status_code == 404


def test_who_is_not_signed_in_gets_no_file(world: World) -> None:
    assert Client().get("/?csv=series").status_code == 302
