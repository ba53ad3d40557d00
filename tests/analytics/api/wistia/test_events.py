"""Events: every field of the reference, and how their list is narrowed, ordered and paged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.analytics.api.conftest import History
from tests.analytics.api.wistia.conftest import MOMENT, Stage, staged
from tests.oracle import facts, periods
from videos.models import Video

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
PLACE = {
    "country": "US", "region": "WA", "city": "Seattle", "lat": 47.6103, "lon": -122.334, "network": "Onvia.com",
    "ip": "64.95.172.26",
}  # fmt: skip
JEFF = {"email": "test@wistia.com", "name": "Jeff Vincent", "source": "turnstile"}
NOT_GIVEN = {"email": None, "first_name": None, "last_name": None}
ANNOTATION = {"type": "annotation", "at": 1, "converted": True}
GATE = {"email": "a@b.c", "source": "turnstile"}
PAGE = {"email": "a@b.c", "name": "Jo Li", "source": "embed"}
TURNSTILE = {"type": "turnstile", "at": 5, "converted": True}


def event_keys(rows: list[dict[str, Any]]) -> list[str]:
    return [row["event_key"] for row in rows]


def test_an_event_has_all_that_the_reference_shows(db: None) -> None:
    stage = staged("Keeps addresses", address_kept="full")
    stage.video.thumbnail_url = "https://cdn.example.com/stills/1.jpg?v=2"
    stage.video.save()
    key = stage.play(identity=JEFF, page="http://example.org/demobin/post-roll/", stretches=[[0, 15]], **PLACE)
    expected = {
        "received_at": "2025-05-06T07:08:09Z",
        "event_key": key,
        "ip": "64.95.172.26",
        "country": "US",
        "region": "WA",
        "city": "Seattle",
        "lat": 47.6103,
        "lon": -122.334,
        "org": "Onvia.com",
        "email": "test@wistia.com",
        "percent_viewed": 0.25,
        "embed_url": "http://example.org/demobin/post-roll/",
        "conversion_type": "",
        "conversion_data": {"email": "test@wistia.com", "first_name": "Jeff", "last_name": "Vincent"},
        "iframe_heatmap_url": (
            f"http://127.0.0.1:8000/v1/stats/events/{key}/iframe.html?public_token={stage.workspace.public_token}"
        ),
        "visitor_key": "anna",
        "media_id": stage.video.public_id,
        "media_name": "How They Work",
        "media_url": f"http://127.0.0.1:8000/videos/{stage.video.public_id}/",
        "thumbnail": {
            "url": "https://cdn.example.com/stills/1.jpg?v=2",
            "width": None,
            "height": None,
            "fileSize": None,
            "contentType": "image/jpeg",
            "type": "StillImageFile",
        },
    }
    (listed,) = stage.get("stats/events.json")
    assert listed == expected
    assert list(listed) == list(expected)
    assert stage.get(f"stats/events/{key}.json") == expected


def test_what_is_not_known_is_null(stage: Stage) -> None:
    stage.video.duration = None
    stage.video.save()
    stage.play()
    (row,) = stage.get("stats/events.json")
    unknown = ("ip", "country", "region", "city", "lat", "lon", "org", "email", "percent_viewed", "embed_url")
    assert {name: row[name] for name in unknown} == dict.fromkeys(unknown)
    assert (row["conversion_type"], row["conversion_data"]) == ("", NOT_GIVEN)
    assert row["thumbnail"] == {
        "url": None, "width": None, "height": None, "fileSize": None, "contentType": None, "type": "StillImageFile",
    }  # fmt: skip


@pytest.mark.parametrize(("kept", "shown"), [("none", None), ("truncated", "64.95.172.0"), ("full", "64.95.172.26")])
def test_an_address_is_shown_as_far_as_it_is_kept(db: None, kept: str, shown: str | None) -> None:
    stage = staged("Some", address_kept=kept)
    stage.play(ip="64.95.172.26")
    (row,) = stage.get("stats/events.json")
    assert row["ip"] == shown


def test_every_event_has_the_oracles_share_of_the_video(history: History) -> None:
    rows = []
    for page in (1, 2):
        rows += history.client.get("/v1/stats/events.json", {"page": page}).json()
    sessions = {session.id: session for session in history.sessions if not session.bot}
    assert sorted(event_keys(rows)) == sorted(sessions)
    starts = [sessions[key].started_at for key in event_keys(rows)]
    assert starts == sorted(starts, reverse=True)
    for row in rows:
        session = sessions[row["event_key"]]
        part = None if session.duration is None else pytest.approx(min(1, session.watched / session.duration))
        assert row["percent_viewed"] == part
        assert row["media_id"] == history.ids[session.video]
        assert row["embed_url"] == (session.page or None)
        assert (row["country"], row["city"]) == (session.country or None, session.city or None)
        assert row["visitor_key"] == session.visitor
        assert row == history.client.get(f"/v1/stats/events/{row['event_key']}").json()


@pytest.mark.parametrize(
    ("actions", "conversion"),
    [
        ([], ""),
        ([{"type": "cta", "at": 1, "converted": False}], ""),
        ([{"type": "click", "at": 1, "converted": True}], ""),
        ([{"type": "cta", "at": 1, "converted": True}, TURNSTILE], "turnstile"),
        ([ANNOTATION, {"type": "cta", "at": 2, "converted": True}], "annotation"),
    ],
)
def test_a_conversion_is_an_action_that_was_taken(stage: Stage, actions: list[dict[str, Any]], conversion: str) -> None:
    stage.play(actions=actions)
    (row,) = stage.get("stats/events.json")
    assert (row["conversion_type"], row["conversion_data"]) == (conversion, NOT_GIVEN)


@pytest.mark.parametrize(
    ("identity", "actions", "data"),
    [
        ({**GATE, "name": "Ludwig van Beethoven"}, [], ("a@b.c", "Ludwig", "van Beethoven")),
        ({**GATE, "name": "Cher"}, [], ("a@b.c", "Cher", None)),
        (GATE, [], ("a@b.c", None, None)),
        (PAGE, [], (None, None, None)),
        (PAGE, [TURNSTILE], ("a@b.c", "Jo", "Li")),
    ],
)
def test_conversion_data_is_what_was_given_at_a_turnstile(
    stage: Stage, identity: dict[str, str], actions: list[dict[str, Any]], data: tuple[str | None, ...]
) -> None:
    stage.play(identity=identity, actions=actions)
    (row,) = stage.get("stats/events.json")
    assert row["email"] == "a@b.c"
    assert tuple(row["conversion_data"].values()) == data
    assert list(row["conversion_data"]) == ["email", "first_name", "last_name"]


def asked(history: History, **parameters: str) -> list[str]:
    return event_keys(history.client.get("/v1/stats/events.json", parameters).json())


def newest(sessions: list[facts.Session]) -> list[str]:
    return [one.id for one in sorted(sessions, key=lambda one: one.started, reverse=True) if not one.bot][:100]


def inside(history: History, first: date, last: date) -> list[facts.Session]:
    span = periods.period("custom", MOMENT, history.catalog.zone, first, last)
    return [one for one in history.sessions if span.holds(one.started_at)]


def test_each_parameter_narrows_the_list_and_all_work_together(history: History) -> None:
    video = history.sessions[0].video
    of_video = [session for session in history.sessions if session.video == video]
    visitor = of_video[0].visitor
    assert asked(history) == newest(history.sessions)
    assert asked(history, media_id=history.ids[video]) == newest(of_video)
    assert asked(history, visitor_key=visitor) == newest([one for one in history.sessions if one.visitor == visitor])
    both = asked(history, media_id=history.ids[video], visitor_key=visitor)
    assert both == newest([one for one in of_video if one.visitor == visitor])
    first, last = date(2025, 2, 1), date(2025, 3, 31)
    assert asked(history, start_date=str(first), end_date=str(last)) == newest(inside(history, first, last))
    assert asked(history, start_date=str(first)) == newest(inside(history, first, date(2030, 1, 1)))
    assert asked(history, end_date=str(last)) == newest(inside(history, date(2000, 1, 1), last))
    all_of_them = asked(history, media_id=history.ids[video], start_date=str(first), end_date=str(last))
    assert all_of_them == newest([one for one in inside(history, first, last) if one.video == video])


def test_a_visitor_nobody_has_seen_has_no_events(stage: Stage) -> None:
    stage.play()
    assert stage.get("stats/events.json", visitor_key="nobody") == []


def test_dates_are_days_of_the_workspace_both_included(db: None) -> None:
    stage = staged("Kathmandu", timezone="Asia/Kathmandu")
    moments = [datetime(2025, 3, 9, 18, 14, 59), datetime(2025, 3, 9, 18, 15), datetime(2025, 3, 10, 18, 14, 59)]
    keys = [stage.play(moment.replace(tzinfo=UTC)) for moment in moments]
    one_day = {"start_date": "2025-03-10", "end_date": "2025-03-10"}
    assert event_keys(stage.get("stats/events.json", **one_day)) == [keys[2], keys[1]]
    assert event_keys(stage.get("stats/events.json", end_date="2025-03-09")) == [keys[0]]


def test_pages_hold_a_hundred_at_most_and_end_in_an_empty_array(history: History) -> None:
    everything = asked(history, page="1") + asked(history, page="2")
    assert len(asked(history)) == 100
    assert asked(history, per_page="1000") == everything[:100]
    assert asked(history, per_page="7", page="3") == everything[14:21]
    assert asked(history, page="3") == asked(history, page="999999999") == []


def test_sessions_of_one_moment_are_paged_without_gaps(stage: Stage) -> None:
    made = {stage.play(visitor=f"v{number}") for number in range(7)}
    seen = [key for page in range(1, 5) for key in event_keys(stage.get("stats/events", per_page=2, page=page))]
    assert len(seen) == 7
    assert set(seen) == made


def test_a_bots_event_is_none(stage: Stage) -> None:
    key = stage.play(bot=True)
    assert stage.get("stats/events.json") == []
    assert stage.client.get(f"/v1/stats/events/{key}.json").status_code == 404


def test_an_event_of_a_video_that_left_the_catalog_names_none(stage: Stage) -> None:
    key = stage.play(MOMENT + timedelta(days=1))
    Video.objects.all().delete()
    row = stage.get(f"stats/events/{key}.json")
    assert (row["media_id"], row["media_name"], row["media_url"]) == (None, None, None)
