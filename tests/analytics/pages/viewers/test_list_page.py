"""The list of viewers, as members of a workspace see it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from analytics.pages.viewers import listed
from analytics.viewers.marks import mark_of
from tests.analytics.api.wistia.conftest import staged
from tests.analytics.pages.viewers.conftest import ADA, MOMENT, Stage, member, words
from tests.analytics.viewers.conftest import introduce
from videos.models import Role, Video, Workspace
from videos.tokens import token_create

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]
ALL = "/viewers/?period=all_time"


def rows(client: Client, path: str = ALL) -> list[tuple[str, ...]]:
    """Return the rows of the list: what the viewer is called, then the cells."""
    page = client.get(path).context["page"]
    return [(row.face.label, *(value.replace("\u00a0", " ") for _, _, value in row.cells)) for row in page.viewers.rows]


def labels(client: Client, path: str = ALL) -> list[str]:
    return [row[0] for row in rows(client, path)]


def fill(school: Stage) -> None:
    """Ada watched both lessons, one of them twice; a stranger loaded one and never played it."""
    second = Video.objects.get(title="Lesson 2", workspace=school.workspace).public_id
    place = {"country": "GB", "city": "London", "device": "desktop", "os": "Linux", "browser": "Firefox"}
    school.play(MOMENT, visitor="ada", identity=ADA, **place)
    school.play(MOMENT + timedelta(hours=1), visitor="ada", identity=ADA, stretches=[[0, 60]], **place)
    school.play(MOMENT + timedelta(days=2), visitor="ada", identity=ADA, video=second, **place)
    school.play(MOMENT + timedelta(days=1), visitor="stranger", plays=0, stretches=[], country="", device="other")


def test_a_row_says_who_where_how_much_and_when(school: Stage, viewer: Client) -> None:
    fill(school)
    when = ("6 May 2025, 09:08", "8 May 2025, 09:08")
    assert rows(viewer) == [
        ("Ada Lovelace", "London, United Kingdom", "Desktop · Firefox on Linux", "2", "3", "2 m 00 s", "60 %", *when),
        (mark_of("stranger"), "–", "–", "0", "0", "0 s", "–", *["7 May 2025, 09:08"] * 2),
    ]
    shown = words(viewer.get(ALL))
    assert "ada@example.com · Engines" in shown
    assert "2 viewers in this period, by last seen." in shown
    assert "A L" not in shown
    assert "Different videos that were started." in viewer.get(ALL).content.decode()


def test_the_numbers_are_those_of_the_api_for_the_same_period_and_filters(school: Stage, viewer: Client) -> None:
    fill(school)
    _, token = token_create(school.workspace, "tests", ["read"])
    metrics = ["plays", "watch_time", "engagement"]
    body = {
        "metrics": metrics, "by": ["visitor"], "order": "-plays",
        "period": {"from": "2025-05-06", "to": "2025-05-06"},
        "filters": [{"dimension": "country", "op": "in", "values": ["GB"]}],
    }  # fmt: skip
    answer = viewer.post("/v1/query", body, "application/json", HTTP_AUTHORIZATION=f"Bearer {token}").json()
    page = viewer.get("/viewers/?from=2025-05-06&to=2025-05-06&filter=country:in:GB").context["page"]
    (ada,) = page.viewers.found
    assert [{"visitor": ada[0].key, **{name: getattr(ada[0], name) for name in metrics}}] == answer["rows"]
    assert (ada[0].plays, ada[0].watch_time) == (2, 90)


def test_the_list_is_searched_narrowed_and_sorted_by_its_address(school: Stage, viewer: Client) -> None:
    fill(school)
    mark = mark_of("stranger")
    for query, expected in {
        "q=LOVE": ["Ada Lovelace"],
        "q=engines": ["Ada Lovelace"],
        f"q={mark}": [mark],
        "q=nobody": [],
        "who=identified": ["Ada Lovelace"],
        "who=anonymous": [mark],
        "who=anonymous&q=ada": [],
        "sort=plays": [mark, "Ada Lovelace"],
        "sort=-name": ["Ada Lovelace", mark],
    }.items():
        assert labels(viewer, f"{ALL}&{query}") == expected, query
    page = viewer.get(f"{ALL}&q=love&who=identified&sort=-plays")
    assert '<input type="hidden" name="period" value="all_time">' in page.content.decode()
    assert 'aria-sort="descending"' in page.content.decode()
    headings = {heading.name: heading.url for heading in page.context["page"].viewers.headings}
    assert headings["plays"] == "/viewers/?period=all_time&q=love&who=identified&sort=plays"
    assert headings["name"] == "/viewers/?period=all_time&q=love&who=identified&sort=name"
    assert headings["last_at"] == "/viewers/?period=all_time&q=love&who=identified"
    hidden = dict(page.context["page"].toolbar.hidden)
    assert hidden == {"q": "love", "who": "identified", "sort": "-plays"}


def test_the_list_has_pages(school: Stage, viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.pages.viewers.views.PER_PAGE", 2)
    for number in range(5):
        school.play(MOMENT + timedelta(minutes=number), visitor=f"v{number}")
    first = viewer.get(ALL).context["page"].viewers.pager
    assert (first.shown, first.previous_url, first.next_url) == ("1–2 of 5", "", f"{ALL}&page=2")
    last = viewer.get(f"{ALL}&page=3").context["page"].viewers.pager
    assert (last.shown, last.previous_url, last.next_url) == ("5–5 of 5", f"{ALL}&page=2", "")
    assert labels(viewer, f"{ALL}&page=3") == [mark_of("v0")]
    beyond = viewer.get(f"{ALL}&page=9")
    assert "There is no page 9" in words(beyond)
    assert labels(viewer, f"{ALL}&page=9") == labels(viewer)


def test_a_file_has_more_than_a_page_and_no_formula(
    school: Stage, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.pages.viewers.views.PER_PAGE", 1)
    fill(school)
    introduce(school.workspace, "stranger", name="=HYPERLINK(1)", email="x@example.com")
    answer = viewer.get(f"{ALL}&csv=viewers")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line["Key"] for line in lines] == ["ada", "stranger"]
    ada, stranger = lines
    assert (ada["E-mail"], ada["Plays"], ada["Watch time (s)"], ada["Country"]) == ("ada@example.com", "3", "120", "GB")
    assert (ada["Last seen (UTC)"], ada["Engagement (0–1)"]) == ("2025-05-08 07:08:09", "0.6")
    assert stranger["Name"] == "'=HYPERLINK(1)"
    assert viewer.get(f"{ALL}&csv=nothing").status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("who=robots", "Viewers are identified or anonymous, not “robots”."),
        ("sort=fame", "The list is not sorted by “fame”"),
        ("page=x", "There is no page “x”"),
        ("page=0", "There is no page “0”"),
        ("page=99999999999999999999", "There is no page"),
        ("period=eon", "There is no period “eon”"),
    ],
)
def test_a_mistyped_address_shows_the_list_and_says_so(school: Stage, viewer: Client, query: str, said: str) -> None:
    school.play(datetime.now(UTC) - timedelta(days=1))
    response = viewer.get(f"/viewers/?{query}")
    assert said in words(response)
    assert len(response.context["page"].viewers.rows) == 1


def test_empty_lists_teach(school: Stage, viewer: Client) -> None:
    assert "Waiting for the first viewer" in words(viewer.get(ALL))
    assert "viewprint.identify({id:" in words(viewer.get(f"{ALL}&who=identified"))
    school.play()
    nobody = words(viewer.get(f"{ALL}&who=identified"))
    assert "Nobody has said who they are yet" in nobody
    assert "data-external-id" in nobody
    assert "Nothing in this period" in words(viewer.get("/viewers/?from=2020-01-01&to=2020-01-02"))
    assert "Everything is filtered out" in words(viewer.get(f"{ALL}&filter=country:in:AQ"))
    assert "Nobody found." in words(viewer.get(f"{ALL}&q=zzz"))
    introduce(school.workspace, "anna", name="Anna")
    assert "Nobody found." in words(viewer.get("/viewers/?from=2020-01-01&to=2020-01-02&who=identified"))


def test_hostile_names_and_keys_are_text(school: Stage, viewer: Client) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    key = '"/><script>x</script>?#%'
    school.play(visitor=key, city="<b>City", country="", browser="<i>", os="</td>")
    introduce(school.workspace, key, name=evil, email=evil, org_name=evil)
    for path in (ALL, f"{ALL}&q=script", f"{ALL}&q={evil}&who={evil}&sort={evil}"):
        body = viewer.get(path).content.decode()
        for harm in ("<script>alert", "<script>x", "<img src=x", "<b>City", "<i>", "</td> ·"):
            assert harm not in body, path
    (row,) = viewer.get(ALL).context["page"].viewers.rows
    assert row.face.url == "/viewers/%22%2F%3E%3Cscript%3Ex%3C%2Fscript%3E%3F%23%25/"
    assert viewer.get(row.face.url).status_code == 200


def test_another_workspaces_viewers_are_never_seen(school: Stage, viewer: Client) -> None:
    other = staged("Other")
    other.play(visitor="theirs", identity={"name": "Their Person", "email": "theirs@example.com"})
    school.play(visitor="ours")
    assert labels(viewer) == [mark_of("ours")]
    for query in ("who=identified", "q=Their", f"q={mark_of('theirs')}"):
        assert labels(viewer, f"{ALL}&{query}") == []
    assert "Their Person" not in viewer.get(f"{ALL}&q=Their").content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_every_member_may_look_and_finds_the_page(school: Stage, role: Role) -> None:
    client = member(school.workspace, role)
    assert client.get(ALL).status_code == 200
    assert 'href="/viewers/"' in client.get("/").content.decode()
    assert client.post(ALL).status_code == 405
    assert Client().get(ALL).status_code == 302
    assert member(None).get(ALL).status_code == 403


def test_htmx_gets_the_list_alone_under_its_tidy_address(school: Stage, viewer: Client) -> None:
    fill(school)
    address = "/viewers/?q=ada&who=&sort=-last_at&period=all_time&page=1"
    response = viewer.get(address, headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert response.headers["HX-Push-Url"] == f"{ALL}&q=ada"


@pytest.mark.parametrize("several", [1, 30])
def test_a_page_asks_as_often_whatever_the_number_of_viewers(
    school: Stage, viewer: Client, django_assert_num_queries: Any, several: int
) -> None:
    for number in range(several):
        school.play(visitor=f"v{number}", identity={"id": str(number)})
    for query in ("", "&q=0", "&who=identified&sort=name"):
        with django_assert_num_queries(8, exact=False), django_assert_num_queries(2, using="clickhouse"):
            viewer.get(f"{ALL}{query}")


def test_a_new_workspace_is_told_how_to_begin(db: None) -> None:
    client = member(Workspace.objects.create(name="New"))
    assert "Add one to the library first" in words(client.get("/viewers/"))
    assert "vid_…" in words(client.get("/viewers/?who=identified"))


def test_a_search_is_cut_where_it_is_longer_than_any_name(school: Stage, viewer: Client) -> None:
    school.play()
    page = viewer.get("/viewers/", {"period": "all_time", "q": f" a\0b   {'x' * 300} "}).context["page"]
    assert page.address.query == f"ab {'x' * 97}"
    assert len(page.address.query) == listed.LONGEST_SEARCH
