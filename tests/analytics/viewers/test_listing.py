"""The list of viewers: every number and every order against plain counting; search and who is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from analytics.context import all_time
from analytics.countries import country_name
from analytics.sessions import viewing_sessions
from analytics.viewers import listing
from analytics.viewers.listing import ANONYMOUS, IDENTIFIED, SORTS, Activity, Wanted, activities_page
from analytics.viewers.marks import mark_of
from tests.analytics.viewers.conftest import Audience
from tests.analytics.worlds import sessions_load
from tests.oracle.facts import Session
from tests.oracle.sampling import uuid4, uuid7

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]


def listed(audience: Audience, **wanted: Any) -> tuple[list[Activity], int]:
    sessions = viewing_sessions(audience.context, all_time(audience.context))
    return activities_page(audience.context, sessions, Wanted(**{"size": 1000, **wanted}))


def keys(audience: Audience, **wanted: Any) -> list[str]:
    found, in_all = listed(audience, **wanted)
    assert in_all == len(found)
    return [activity.key for activity in found]


def values(own: list[Session]) -> dict[str, Any]:
    """Return the columns of one viewer by plain counting."""
    played, last = [one for one in own if one.played], own[-1]
    parts = [min(1, one.watched / one.duration) for one in played if one.duration]
    return {
        "loads": len(own),
        "plays": len(played),
        "videos": len({one.video for one in played}),
        "finished": len({one.video for one in own if one.completed}),
        "watch_time": sum(one.watch_time for one in own) / 1000,
        "engagement": sum(parts) / len(parts) if parts else None,
        "first_at": own[0].started_at,
        "last_at": last.started_at,
        "country": last.country,
        "city": last.city,
        "device": last.device,
        "os": last.os,
        "browser": last.browser,
    }


def test_every_viewers_columns_are_the_oracles(audience: Audience) -> None:
    found, in_all = listed(audience)
    assert in_all == len(found) == len({one.visitor for one in audience.sessions}) > 20
    for activity in found:
        expected = values(audience.of(activity.key))
        found_of = {name: getattr(activity, name) for name in expected}
        means = [each.pop("engagement") for each in (found_of, expected)]
        assert found_of == expected, activity.key
        assert means[0] == (None if means[1] is None else pytest.approx(means[1]))


def sorted_by(audience: Audience, sort: str, called: dict[str, str]) -> list[str]:
    """Return all keys in the order that the list should have."""
    rows = {key: values(audience.of(key)) for key in {one.visitor for one in audience.sessions}}
    for key, row in rows.items():
        place = f"{country_name(row['country']) if row['country'] else ''} {row['city']}"
        client = f"{row['device']} {row['os']} {row['browser']}"
        row |= {"place": place if place != " " else None, "device": client, "name": called.get(key)}
        # Means of many plays may differ in the last digit.
        row["engagement"] = row["engagement"] if row["engagement"] is None else round(row["engagement"], 9)
    name = sort.removeprefix("-")
    ordered = sorted(rows, key=lambda key: (-rows[key]["last_at"].timestamp(), key))
    known = [key for key in ordered if rows[key][name] is not None]
    known.sort(key=lambda key: rows[key][name], reverse=sort.startswith("-"))
    return known + [key for key in ordered if rows[key][name] is None]


def test_every_column_sorts_both_ways_with_the_unknown_last(audience: Audience) -> None:
    some = sorted({one.visitor for one in audience.sessions})[:4]
    audience.introduce(some[0], name="Berta", email="z@example.com")
    audience.introduce(some[1], name="adam")
    audience.introduce(some[2], email="carl@example.com")
    audience.introduce(some[3], external_id="4711")
    called = dict(zip(some, ("berta", "adam", "carl@example.com", "4711"), strict=True))
    for sort in [f"{sign}{name}" for name in SORTS for sign in ("", "-")]:
        assert keys(audience, sort=sort) == sorted_by(audience, sort, called), sort


def test_pages_are_parts_of_the_list(audience: Audience) -> None:
    whole = keys(audience, sort="-plays")
    paged = []
    for begin in range(0, len(whole), 7):
        found, in_all = listed(audience, sort="-plays", begin=begin, size=7)
        assert in_all == len(whole)
        paged += [activity.key for activity in found]
    assert paged == whole
    assert listed(audience, begin=len(whole), size=7) == ([], 0)


def test_who_is_known_and_who_is_not(audience: Audience) -> None:
    everyone = keys(audience)
    known = everyone[::3]
    for number, key in enumerate(known):
        audience.introduce(key, external_id=str(number))
    # Somebody known who watched nothing is in no list.
    audience.introduce("never-came", name="Nobody")
    assert keys(audience, who=IDENTIFIED) == known
    assert keys(audience, who=ANONYMOUS) == [key for key in everyone if key not in known]


def test_a_search_finds_parts_of_all_that_is_known(
    audience: Audience, audience_of: Callable[[int, int], Audience]
) -> None:
    first, second, third = keys(audience)[:3]
    audience.introduce(first, name="Ada Lovelace", email="ada@example.com", org_name="Engines")
    audience.introduce(second, name="Özlem ŞAHİN 100%", external_id="user-4711", org_name="Engines & Söhne")
    audience.introduce(third, email="ada_b@example.org")
    expected = {
        "lovelace": [first],
        "ADA": [first, third],
        "engines": [first, second],
        "4711": [second],
        "özlem": [second],
        "SÖHNE": [second],
        "ada example.com": [first],
        "engines ada": [first],
        "%": [second],
        "a_b": [third],
        "' OR 1=1 --": [],
        "nobody": [],
    }
    for search, found in expected.items():
        assert sorted(keys(audience, search=search)) == sorted(found), search
        assert keys(audience, search=search, who=ANONYMOUS) == []
    other = audience_of(6, 20)
    assert keys(other, search="ada") == []


def test_a_mark_finds_its_anonymous_viewers_alone(audience: Audience) -> None:
    key, known, *_ = keys(audience)
    audience.introduce(known, name="Known")
    mark = mark_of(key)
    assert key in keys(audience, search=mark.lower())
    assert key in keys(audience, search=mark.rsplit(" ", 1)[0], who=ANONYMOUS)
    assert keys(audience, search=mark, who=IDENTIFIED) == []
    assert known not in keys(audience, search=mark_of(known))
    assert all(mark_of(each) == mark for each in keys(audience, search=mark))


def test_whatever_a_key_looks_like_it_is_told_apart(audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = ["a'b", 'q"u\\o', "line\nend", "%s %d {x}", "काठ", "'; DROP TABLE viewing_session; --"]
    video = next(iter(audience.videos.values())).public_id
    lines = [
        {"v": 1, "video": video, "session": uuid7(1_750_000_000_000 + number, number), "seq": 1, "visitor": key,
         "visit": uuid4(number), "plays": 1, "stretches": [[0, 3]]}
        for number, key in enumerate(strange)
    ]  # fmt: skip
    sessions_load(audience.workspace, {video: video}, lines)
    for key in strange:
        audience.introduce(key, name=key)
    assert sorted(keys(audience, who=IDENTIFIED)) == sorted(strange)
    assert not set(strange) & set(keys(audience, who=ANONYMOUS))
    assert keys(audience, who=IDENTIFIED, sort="name") == sorted(strange, key=str.lower)
    monkeypatch.setattr(listing, "MOST_MARKED", 1)
    assert keys(audience, search="Nobody Such 11") == []


def test_the_number_of_statements_is_the_same_however_many_viewers(
    audience: Audience, django_assert_num_queries: Any
) -> None:
    audience.introduce(audience.sessions[0].visitor, name="Known")
    context = audience.context
    sessions = viewing_sessions(context, all_time(context))
    for wanted, relational in (({}, 0), ({"who": IDENTIFIED}, 1), ({"sort": "name"}, 1), ({"search": "known"}, 1)):
        with django_assert_num_queries(relational), django_assert_num_queries(2, using="clickhouse"):
            activities_page(context, sessions, Wanted(**wanted))
