"""Known persons: found again by id or address, one key each, stored when there is something new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.collect.persons import Claim, Persons
from analytics.collect.snapshot import Identity, Organisation
from analytics.models import Visitor
from tests.analytics.collect.examples import uuid7
from videos.models import Workspace

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Acme")


def claim(workspace: Workspace, browser: str, at: datetime = NOON, **who: Any) -> Claim:
    return Claim(workspace.pk, Identity(**who), browser, UUID(uuid7()), at)


def test_a_person_keeps_the_key_of_the_browser_first_seen_with(workspace: Workspace) -> None:
    persons = Persons()
    assert persons.settle([claim(workspace, "home", email="a@x.org")]) == ["home"]
    assert persons.settle(
        [claim(workspace, "work", email=" A@X.org "), claim(workspace, "phone", email="a@x.org")]
    ) == [
        "home",
        "home",
    ]
    assert Visitor.objects.count() == 1


def test_a_second_person_of_a_browser_gets_a_key_of_their_own(workspace: Workspace) -> None:
    first, second, third = Persons().settle(
        [claim(workspace, "shared", id="1"), claim(workspace, "shared", id="2"), claim(workspace, "", id="3")]
    )
    assert first == "shared"
    assert len({first, second, third}) == 3
    assert len(second) == len(third) == 32
    assert Persons().settle([claim(workspace, "elsewhere", id="2")]) == [second]


def test_a_workspace_knows_its_own_persons_only(workspace: Workspace) -> None:
    other = Workspace.objects.create(name="Other")
    keys = Persons().settle([claim(workspace, "a", email="a@x.org"), claim(other, "b", email="a@x.org")])
    assert keys == ["a", "b"]
    assert len(set(Visitor.objects.values_list("identity_digest", flat=True))) == 2


def test_who_was_known_by_address_is_recognised_with_an_id_and_by_either_afterwards(workspace: Workspace) -> None:
    persons = Persons()
    persons.settle([claim(workspace, "home", email="a@x.org")])
    assert persons.settle([claim(workspace, "work", id="7", email="a@x.org")]) == ["home"]
    assert persons.settle([claim(workspace, "phone", id="7")]) == ["home"]
    assert Persons().settle([claim(workspace, "tv", email="a@x.org")]) == ["home"]
    person = Visitor.objects.get()
    assert (person.external_id, person.email) == ("7", "a@x.org")


def test_two_ids_with_one_address_are_two_persons(workspace: Workspace) -> None:
    persons = Persons()
    keys = persons.settle([claim(workspace, "a", id="1", email="family@x.org")])
    keys += persons.settle([claim(workspace, "b", id="2", email="family@x.org")])
    assert keys == ["a", "b"]


def test_an_id_and_its_address_within_one_batch_are_one_person(workspace: Workspace) -> None:
    keys = Persons().settle(
        [
            claim(workspace, "a", email="a@x.org"),
            claim(workspace, "b", id="1", email="a@x.org"),
            claim(workspace, "c", id="1"),
        ]
    )
    assert keys == ["a", "a", "a"]
    assert Visitor.objects.count() == 1


def test_what_is_said_later_adds_and_corrects_and_silence_takes_nothing_away(workspace: Workspace) -> None:
    persons = Persons()
    early = NOON - timedelta(days=1)
    first = claim(workspace, "a", id="1", name="Ann", org=Organisation("Org", "Boss"), source="embed")
    persons.settle([first])
    later = claim(workspace, "b", at=early, id="1", name="Anne\0 ", email="Ann@X.org", source="turnstile")
    persons.settle([later, claim(workspace, "c", id="1", name="")])
    person = Visitor.objects.get()
    assert (person.name, person.email, person.org_name, person.org_title) == ("Anne", "ann@x.org", "Org", "Boss")
    assert (person.source, person.key) == ("turnstile", "a")
    assert (person.first_seen_at, person.identifying_session) == (early, later.session)


def test_who_once_entered_the_address_at_a_gate_stays_known_for_it(workspace: Workspace) -> None:
    persons = Persons()
    said = {"email": "a@x.org", "name": "Ann"}
    persons.settle([claim(workspace, "a", **said, source="embed")])
    assert persons.cached(claim(workspace, "a", **said, source="embed")) == "a"
    at_gate = claim(workspace, "a", **said, source="turnstile")
    assert persons.cached(at_gate) is None
    persons.settle([at_gate, claim(workspace, "a", **said, source="embed")])
    assert Visitor.objects.get().source == "turnstile"
    persons.settle([claim(workspace, "b", id="2", source="turnstile"), claim(workspace, "b", id="2", email="b@x.org")])
    assert Visitor.objects.get(external_id="2").source == "", "the gate was not given the address"


def test_nothing_new_costs_no_query_and_changes_nothing(workspace: Workspace) -> None:
    persons = Persons()
    first = claim(workspace, "a", id="1", name="Ann", email="a@x.org")
    persons.settle([first])
    updated_at = Visitor.objects.get().updated_at
    with CaptureQueriesContext(connection) as queries:
        assert (
            persons.keys([first, claim(workspace, "b", id="1"), claim(workspace, "b", id="1", name="Ann")]) == ["a"] * 3
        )
    assert len(queries) == 0
    assert persons.cached(claim(workspace, "b", id="1", name="Anna")) is None
    assert Persons().settle([first]) == ["a"]
    assert Visitor.objects.get().updated_at == updated_at


def test_many_persons_are_a_handful_of_queries(workspace: Workspace) -> None:
    claims = [claim(workspace, f"browser{number}", email=f"{number}@x.org") for number in range(300)]
    with CaptureQueriesContext(connection) as queries:
        assert Persons().settle(claims) == [one.browser for one in claims]
    assert len(queries) <= 10
    with CaptureQueriesContext(connection) as queries:
        assert Persons().settle(claims) == [one.browser for one in claims]
    assert len(queries) <= 5


def test_a_person_whom_another_process_stores_at_the_same_moment_is_the_same(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Visitor.objects.bulk_create

    def rival_first(rows: list[Visitor], **options: Any) -> Any:
        monkeypatch.setattr(Visitor.objects, "bulk_create", real)
        Visitor.objects.create(
            workspace=workspace,
            key="rival",
            identity_digest=rows[0].identity_digest,
            email="a@x.org",
            identifying_session=UUID(uuid7()),
            first_seen_at=NOON,
        )
        Visitor.objects.create(
            workspace=workspace,
            key="b",
            identity_digest="somebody else",
            identifying_session=UUID(uuid7()),
            first_seen_at=NOON,
        )
        return real(rows, **options)

    monkeypatch.setattr(Visitor.objects, "bulk_create", rival_first)
    first, second = Persons().settle([claim(workspace, "a", email="a@x.org"), claim(workspace, "b", email="b@x.org")])
    assert first == "rival"
    assert len(second) == 32
