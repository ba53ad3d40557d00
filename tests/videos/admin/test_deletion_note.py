"""Before anything is deleted, the page says what becomes of the videos."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.videos.admin.conftest import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("project", "in no project and no folder"),
        ("folder", "they move to the folder around it"),
        ("video", "ever watched of it is erased too"),
        ("template", "The videos stay."),
        ("event", "The videos stay."),
        ("talk", "The videos stay."),
        ("stream", "The videos stay, and all that was ever watched of them."),
        ("registration", "Nothing else changes."),
    ],
)
def test_the_page_says_what_becomes_of_the_videos(as_editor: Client, shelf: Shelf, kind: str, words: str) -> None:
    row = shelf.inner if kind == "folder" else getattr(shelf, kind)
    one = as_editor.get(f"/admin/videos/{kind}/{row.pk}/delete/")
    several = as_editor.post(f"/admin/videos/{kind}/", {"action": "delete_selected", "_selected_action": [row.pk]})
    for page in (one, several):
        assert page.status_code == 200
        assert words in page.content.decode()
