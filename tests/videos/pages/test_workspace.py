"""The workspace's settings: who sees them, what is saved, and what is asked before anything is deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from videos.models import User, Workspace
from videos.signals import retention_asked

pytestmark = pytest.mark.django_db
PATH = "/settings/workspace"
FORM = {
    "name": "Acme",
    "timezone": "Europe/Berlin",
    "address_kept": "none",
    "keeps_for_ever": "yes",
    "retention": "",
    "retention_unit": "months",
    "embed_domains": "",
}


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """How many sessions and people are said to be too old, and what was asked."""
    said: dict[str, Any] = {"answer": (12345, 1), "asked": []}

    def answer(workspace_id: int, cutoff: Any, **more: Any) -> tuple[int, int]:
        said["asked"].append((workspace_id, cutoff))
        return said["answer"]

    receivers = retention_asked.receivers
    monkeypatch.setattr(retention_asked, "receivers", [])
    retention_asked.sender_receivers_cache.clear()
    retention_asked.connect(answer, weak=False)
    yield said
    retention_asked.receivers = receivers


def test_owners_only(editor: User, viewer: User, client: Client, signed_in: Callable[[User], Client]) -> None:
    for member in (editor, viewer):
        assert signed_in(member).get(PATH).status_code == 403
        assert signed_in(member).post(PATH, FORM).status_code == 403
        assert PATH not in signed_in(member).get("/admin/videos/video/").content.decode()
    assert client.get(PATH)["Location"].startswith("/admin/login/")


def test_everything_is_saved_and_shown(
    as_owner: Client, workspace: Workspace, other_workspace: Workspace, old: Any
) -> None:
    old["answer"] = (0, 0)
    body = {
        "name": " Acme Ltd ",
        "timezone": "Asia/Kathmandu",
        "address_kept": "truncated",
        "consent_required": "on",
        "team_left_out": "on",
        "keeps_for_ever": "no",
        "retention": "13",
        "retention_unit": "months",
        "embed_domains": "Example.com\n*.bücher.example example.com",
    }
    assert as_owner.post(PATH, body)["Location"] == PATH
    workspace.refresh_from_db()
    assert (workspace.name, workspace.timezone, workspace.address_kept) == ("Acme Ltd", "Asia/Kathmandu", "truncated")
    assert (workspace.retention, workspace.retention_unit) == (13, "months")
    assert workspace.consent_required and workspace.team_left_out
    assert workspace.embed_domains == ["example.com", "*.xn--bcher-kva.example"]
    page = as_owner.get(PATH).content.decode()
    assert workspace.public_token in page
    assert "*.xn--bcher-kva.example" in page
    assert re.search(r'value="no"[^>]*checked', page)
    as_owner.post(PATH, {**body, "keeps_for_ever": "yes", "consent_required": ""})
    workspace.refresh_from_db()
    assert (workspace.retention, workspace.consent_required) == (None, False)
    other_workspace.refresh_from_db()
    assert other_workspace.name == "Umbrella"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "This field is required"),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"timezone": "Mars/Olympus"}, "is not one of the available choices"),
        ({"address_kept": "all"}, "not one of the available choices"),
        ({"keeps_for_ever": "no"}, "Say for how many days or months"),
        ({"keeps_for_ever": "perhaps"}, "not one of the available choices"),
        ({"keeps_for_ever": "no", "retention": "0"}, "greater than or equal to 1"),
        ({"keeps_for_ever": "no", "retention": "99999999"}, "less than or equal to 3650"),
        ({"retention_unit": "years"}, "not one of the available choices"),
        ({"embed_domains": "https://example.com/"}, "is not a domain"),
    ],
)
def test_a_bad_setting_is_told_and_nothing_is_saved(
    as_owner: Client, workspace: Workspace, change: dict[str, str], words: str
) -> None:
    answer = as_owner.post(PATH, {**FORM, "name": "Changed", **change})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    workspace.refresh_from_db()
    assert workspace.name == "Acme"


def test_a_shorter_retention_asks_with_what_would_go(as_owner: Client, workspace: Workspace, old: Any) -> None:
    body = {**FORM, "keeps_for_ever": "no", "retention": "30", "retention_unit": "days", "name": "Later"}
    page = as_owner.post(PATH, body).content.decode()
    assert "12,345 viewing sessions" in " ".join(page.split())
    assert "1 person" in " ".join(page.split())
    assert [workspace_id for workspace_id, _ in old["asked"]] == [workspace.pk]
    workspace.refresh_from_db()
    assert (workspace.retention, workspace.name) == (None, "Acme")
    carried = dict(re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page))
    assert carried.pop("csrfmiddlewaretoken")
    assert carried == {**body, "confirmed": "yes"}
    assert as_owner.post(PATH, carried).status_code == 302
    workspace.refresh_from_db()
    assert (workspace.retention, workspace.retention_unit, workspace.name) == (30, "days", "Later")


def test_what_deletes_nothing_more_is_not_asked_about(as_owner: Client, workspace: Workspace, old: Any) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(retention=30, retention_unit="days")
    for change in ({"keeps_for_ever": "no", "retention": "30", "retention_unit": "days"}, {"keeps_for_ever": "yes"}):
        assert as_owner.post(PATH, {**FORM, **change}).status_code == 302
    assert old["asked"] == []
    old["answer"] = (0, 0)
    assert as_owner.post(PATH, {**FORM, "keeps_for_ever": "no", "retention": "1"}).status_code == 302
    assert len(old["asked"]) == 1
