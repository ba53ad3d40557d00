"""Templates compared: numbers against the API's, the oracle's and plain counting."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from django.test import Client

from tests.analytics.pages.conftest import World, member
from tests.analytics.pages.test_pages import figure, inside, text, words
from tests.oracle import breakdowns
from videos.models import Role, Template, Video, Workspace
from videos.tokens import token_create

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
FROM, TO = date(2025, 2, 1), date(2025, 8, 31)
DAYS = f"from={FROM}&to={TO}"
MEASURES = ["views", "engagement", "completion_rate", "engagement_score", "average_watch_time"]


@pytest.fixture
def sorted_world(world: World) -> World:
    """The world with its videos made from two templates, and with one from which nothing was made."""
    Template.objects.filter(workspace=world.workspace).delete()
    first, second = (Template.objects.create(workspace=world.workspace, name=name) for name in ("First", "Second <b>"))
    Template.objects.create(workspace=world.workspace, name="Unused")
    for place in range(len(world.catalog.videos)):
        video = world.video(place)
        video.template = second if place == 0 else first
        video.save()
    return world


def by_template(world: World) -> dict[str, list[dict[str, Any]]]:
    """Return the oracle's measures of each viewed video, with its id, by the name of its template."""
    table = breakdowns.table(inside(world, FROM, TO), ["video"], MEASURES, world.catalog)
    found = defaultdict(list)
    for (key,), row in table.items():
        if row["views"]:
            video = Video.objects.select_related("template").get(public_id=world.ids[str(key)])
            found[str(video.template)].append({**row, "video": video.public_id})
    return found


def quartile(values: list[float], part: int) -> float:
    place = Fraction(part, 4) * (len(values) - 1)
    below, above = sorted(values)[floor(place)], sorted(values)[ceil(place)]
    return below + float(place - floor(place)) * (above - below)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_box_is_five_values_of_the_templates_videos(sorted_world: World, measure: str) -> None:
    response = member(sorted_world.workspace).get(f"/templates/?{DAYS}&of={measure}")
    expected = {}
    for name, rows in by_template(sorted_world).items():
        values = [row[measure] for row in rows if row[measure] is not None]
        expected[name] = [len(values), *(quartile(values, part) for part in range(5))]
    shown = {record[0]: list(record[1:]) for record in response.context["page"].spread.table.records}
    assert set(shown) == set(expected) == {"First", "Second <b>"}
    for name, values in expected.items():
        assert shown[name] == pytest.approx(values), name
    drawn = figure(response, "spread")["data"][0]
    assert [drawn[part] for part in ("lowerfence", "q3")] != [[], []]
    assert "<b>" not in text(response).replace("\\u003Cb\\u003E", "")


def test_the_numbers_are_those_of_the_templates_api(sorted_world: World) -> None:
    client = member(sorted_world.workspace)
    _, token = token_create(sorted_world.workspace, "tests", ["read"])
    page = client.get(f"/templates/?{DAYS}&of=completion_rate").context["page"]
    totals = {record[1]: record for record in page.templates.table.records}
    spreads = {record[0]: record[2:] for record in page.spread.table.records}
    for template in Template.objects.exclude(name="Unused"):
        dates = {"start_date": str(FROM), "end_date": str(TO)}
        header = f"Bearer {token}"
        body = client.get(f"/v1/analytics/templates/{template.public_id}", dates, HTTP_AUTHORIZATION=header).json()
        name, _, videos, views, _, completion, score, _ = totals[template.public_id]
        assert (name, videos, views) == (body["name"], body["total_videos"], body["total_views"])
        assert (completion, score) == (body["average_completion_rate"], body["average_engagement_score"])
        least, first, median, third, most = spreads[name]
        assert body["metrics_distribution"]["completion_rate"] == {
            "min": least, "max": most, "median": median, "quartiles": [first, median, third],
        }  # fmt: skip
        one = client.get(f"/templates/{template.public_id}/?{DAYS}&of=views").context["page"]
        ranked = [(record[1], record[2]) for record in one.videos.table.records]
        assert ranked[:10] == [(each["video_id"], each["views"]) for each in body["top_performing_videos"]]


def test_the_best_videos_come_first(sorted_world: World) -> None:
    page = member(sorted_world.workspace).get(f"/templates/?{DAYS}&of=average_watch_time").context["page"]
    rows = by_template(sorted_world)
    for best in page.best:
        expected = sorted(rows[best.template], key=lambda row: -row["average_watch_time"])[:5]
        assert [video.url.split("/")[2] for video in best.videos] == [row["video"] for row in expected]
        assert best.videos[0].url.endswith(f"/?{DAYS}")
    assert [record[3] for record in page.best_file.table.records if record[0] == page.best[0].template] == [
        video.url.split("/")[2] for video in page.best[0].videos
    ]


def test_one_template_shows_its_videos_and_their_spreads(sorted_world: World) -> None:
    template = Template.objects.get(name="First")
    client = member(sorted_world.workspace)
    response = client.get(f"/templates/{template.public_id}/?{DAYS}")
    page = response.context["page"]
    rows = by_template(sorted_world)["First"]
    assert len(page.spread.figure["data"][2]["x"]) == sum(row["engagement"] is not None for row in rows)
    assert [part[0] for part in page.spreads] == [
        "Views", "Engagement", "Completion rate", "Engagement score", "Average watch time",
    ]  # fmt: skip
    assert page.spreads[0][2][0] == f"{min(row['views'] for row in rows):,}"
    assert (
        len(text(client.get(f"/templates/{template.public_id}/?{DAYS}&csv=videos")).splitlines())
        == len(page.videos.lines) + 1
    )
    spreads = text(client.get(f"/templates/{template.public_id}/?{DAYS}&csv=spreads")).splitlines()
    assert spreads[1].startswith(f"Views,count,{min(row['views'] for row in rows)},")
    moved = client.get(f"/templates/{template.public_id}/?{DAYS}&of=views", headers={"HX-Request": "true"})
    assert moved.headers["HX-Push-Url"] == f"/templates/{template.public_id}/?{DAYS}&of=views"
    toolbar, _, _ = text(moved).partition('class="vp-filters"')
    assert 'name="of" value' not in toolbar


def test_templates_without_videos_or_views_say_so(sorted_world: World) -> None:
    client = member(sorted_world.workspace)
    assert "No video was made from this template." in words(client.get(f"/templates/?{DAYS}"))
    unused = Template.objects.get(name="Unused")
    assert "No video was made from this template" in words(client.get(f"/templates/{unused.public_id}/"))
    nothing = words(client.get("/templates/?from=2020-01-01&to=2020-01-02"))
    assert "Nothing to compare in this period" in nothing
    assert "Its videos have no views in this period." in nothing
    first = Template.objects.get(name="First")
    assert "Nothing in this period" in words(client.get(f"/templates/{first.public_id}/?from=2020-01-01&to=2020-01-02"))
    assert "Videos are not compared by “fame”" in words(client.get("/templates/?of=fame"))


def test_only_the_workspaces_own_templates_are_shown(sorted_world: World) -> None:
    other = Workspace.objects.create(name="Other")
    theirs = Template.objects.create(workspace=other, name="Secret")
    client: Client = member(sorted_world.workspace)
    assert "Secret" not in text(client.get("/templates/"))
    assert client.get(f"/templates/{theirs.public_id}/").status_code == 404
    assert client.get("/templates/tmpl_nothing00/").status_code == 404
    assert Client().get("/templates/").status_code == 302
    theirs.delete()
    for role in Role:
        said = words(member(other, role).get("/templates/"))
        assert "No templates yet" in said
        assert ("Add a template" in said) == (role != Role.VIEWER)


def test_the_pages_ask_as_often_whatever_the_number_of_templates(
    sorted_world: World, django_assert_num_queries: Any
) -> None:
    client = member(sorted_world.workspace)
    first = Template.objects.get(name="First")
    for more in (0, 15):
        for number in range(more):
            template = Template.objects.create(workspace=sorted_world.workspace, name=f"More {number}")
            Video.objects.create(workspace=sorted_world.workspace, title="More", template=template)
        for path, relational, engine in (
            (f"/templates/?{DAYS}", 11, 2),
            (f"/templates/{first.public_id}/?{DAYS}", 11, 2),
        ):
            client.get(path)
            with django_assert_num_queries(relational), django_assert_num_queries(engine, using="clickhouse"):
                client.get(path)
