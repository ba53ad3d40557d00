"""Lists of people: pasted, uploaded, kept by name, changed and deleted, by whom it is allowed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from analytics.models import PeopleList
from analytics.viewers.lists import people_list_create
from tests.analytics.api.wistia.conftest import staged
from tests.analytics.pages.viewers.conftest import Stage, member, words
from videos.models import Role

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]
NEW = "/viewers/lists/new"


def test_pasted_people_are_a_draft_of_ones_own_that_the_next_one_takes_the_place_of(
    school: Stage, viewer: Client, editor: Client
) -> None:
    answer = viewer.post(f"{NEW}?of=all&show=never&list=old&page=3", {"emails": "Ada@x.org, ada@x.org, ben@x.org"})
    draft = PeopleList.objects.get()
    assert (draft.emails, draft.name, draft.draft_of is None) == (["ada@x.org", "ben@x.org"], "", False)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/viewers/progress/?of=all&show=never&list={draft.public_id}"
    page = viewer.get(answer.headers["Location"])
    assert "2 people are on the list. 1 repetition was folded." in words(page)
    assert "Your latest list (2)" in words(page)
    assert "Change the list" in words(page)
    assert editor.get(f"/viewers/progress/?list={draft.public_id}").status_code == 404
    assert "Your latest list" not in words(editor.get("/viewers/progress/"))
    viewer.post(NEW, {"emails": "cora@x.org"})
    assert PeopleList.objects.get().emails == ["cora@x.org"]
    editor.post(NEW, {"emails": "dora@x.org"})
    assert PeopleList.objects.count() == 2


def test_bad_lines_are_named_and_the_others_taken(school: Stage, viewer: Client) -> None:
    text = "ada@x.org\nfoo <b>bar</b>\n\nx@@y\n" + "\n".join(f"bad{number}" for number in range(20))
    shown = words(viewer.post(NEW, {"emails": text}, follow=True))
    assert "1 person is on the list." in shown
    assert "line 2 “foo <b>bar</b>” (no e-mail address); line 4 “x@@y” (not a valid e-mail address)" in shown
    assert "and 10 more." in shown
    assert "<b>bar</b>" not in viewer.post(NEW, {"emails": text}, follow=True).content.decode()


def test_an_uploaded_file_adds_to_what_is_pasted(school: Stage, viewer: Client) -> None:
    file = SimpleUploadedFile("class.csv", "name;email\nBen;ben@x.org\nCora;nothing\n".encode("utf-16"))
    shown = words(viewer.post(NEW, {"emails": "ada@x.org", "file": file}, follow=True))
    assert PeopleList.objects.get().emails == ["ada@x.org", "ben@x.org"]
    assert "line 3 of the file “Cora nothing” (no e-mail address)" in shown


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"emails": ""}, "No e-mail address was found."),
        ({"emails": "foo"}, "No e-mail address was found. Left out: line 1 “foo” (no e-mail address)."),
        ({"emails": "a@x.org\0"}, "Null characters are not allowed."),
        ({"emails": "a@x.org", "name": "x" * 201}, "at most 200 characters"),
        ({"emails": "a@x.org", "file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04")}, "Save the sheet as CSV"),
        ({"emails": "a@x.org", "file": SimpleUploadedFile("a.csv", b"")}, "The submitted file is empty."),
        ({"emails": " ".join(f"p{n}@x.org" for n in range(5001))}, "A list may have 5,000 people; these are 5,001."),
    ],
)
def test_what_is_no_list_is_refused_at_its_input(school: Stage, editor: Client, data: Any, said: str) -> None:
    answer = editor.post(NEW, data)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "The list cannot be read like this yet" in words(answer)
    assert not PeopleList.objects.exists()


def test_an_editor_keeps_a_list_by_name_for_everybody(school: Stage, editor: Client, viewer: Client) -> None:
    answer = editor.post(NEW, {"emails": "ada@x.org", "name": " Class of 26 "})
    kept = PeopleList.objects.get()
    assert (kept.name, kept.draft_of) == ("Class of 26", None)
    assert viewer.get(answer.headers["Location"]).status_code == 200
    assert "Class of 26 (1)" in words(viewer.get("/viewers/progress/"))
    again = editor.post(NEW, {"emails": "ben@x.org", "name": "Class of 26"})
    assert again.status_code == 422
    assert "There is a list of this name already." in words(again)


def test_a_draft_becomes_a_list_when_it_gets_a_name(school: Stage, editor: Client) -> None:
    editor.post(NEW, {"emails": "ada@x.org"})
    draft = PeopleList.objects.get()
    form = editor.get(f"/viewers/lists/{draft.public_id}/")
    assert "ada@x.org</textarea>" in form.content.decode()
    editor.post(f"/viewers/lists/{draft.public_id}/", {"emails": "ada@x.org", "name": "Kept"})
    kept = PeopleList.objects.get()
    assert (kept.public_id, kept.name, kept.draft_of) == (draft.public_id, "Kept", None)


def test_a_list_is_changed_and_deleted_by_editors_after_a_question(school: Stage, editor: Client) -> None:
    kept = people_list_create(school.workspace, "Class", ["ada@x.org"])
    people_list_create(school.workspace, "Other", ["ada@x.org"])
    path = f"/viewers/lists/{kept.public_id}/"
    assert "There is a list of this name already." in words(editor.post(path, {"emails": "b@x.org", "name": "Other"}))
    assert "Give the list a name." in words(editor.post(path, {"emails": "b@x.org", "name": ""}))
    kept.refresh_from_db()
    assert (kept.name, kept.emails) == ("Class", ["ada@x.org"])
    answer = editor.post(f"{path}?of=all", {"emails": "ben@x.org", "name": "Class 2"})
    assert answer.headers["Location"] == f"/viewers/progress/?of=all&list={kept.public_id}"
    kept.refresh_from_db()
    assert (kept.name, kept.emails) == ("Class 2", ["ben@x.org"])
    assert "Delete “Class 2”?" in words(editor.get(f"{path}delete"))
    assert PeopleList.objects.count() == 2
    assert "“Class 2” is deleted." in words(editor.post(f"{path}delete", follow=True))
    assert PeopleList.objects.count() == 1


def test_viewers_use_lists_and_change_none(school: Stage, viewer: Client) -> None:
    kept = people_list_create(school.workspace, "Class", ["ada@x.org"])
    path = f"/viewers/lists/{kept.public_id}/"
    page = viewer.get(f"/viewers/progress/?list={kept.public_id}")
    assert page.status_code == 200
    assert "Change the list" not in words(page)
    assert "Name of the list" not in words(viewer.get(NEW))
    for method, address in (("get", path), ("post", path), ("get", f"{path}delete"), ("post", f"{path}delete")):
        assert getattr(viewer, method)(address, {"emails": "b@x.org", "name": "x"}).status_code == 403
    assert viewer.post(NEW, {"emails": "b@x.org", "name": "x"}).status_code == 403
    assert [(each.name, each.emails) for each in PeopleList.objects.all()] == [("Class", ["ada@x.org"])]
    viewer.post(NEW, {"emails": "b@x.org"})
    draft = PeopleList.objects.exclude(draft_of=None).get()
    assert viewer.post(f"/viewers/lists/{draft.public_id}/", {"emails": "c@x.org"}).status_code == 302
    assert viewer.post(f"/viewers/lists/{draft.public_id}/", {"emails": "c@x.org", "name": "x"}).status_code == 403
    assert viewer.post(f"/viewers/lists/{draft.public_id}/delete").status_code == 302
    assert PeopleList.objects.count() == 1


def test_another_workspaces_lists_are_unknown(school: Stage, editor: Client) -> None:
    theirs = people_list_create(staged("Other").workspace, "Theirs", ["ada@x.org"])
    for public_id in (theirs.public_id, "peop_nothing000", "x"):
        for path in (f"/viewers/lists/{public_id}/", f"/viewers/lists/{public_id}/delete"):
            assert editor.get(path).status_code == 404
            assert editor.post(path, {"emails": "b@x.org", "name": "Mine"}).status_code == 404
        page = editor.get(f"/viewers/progress/?list={public_id}")
        assert page.status_code == 404
        assert "There is no such list of people in this workspace, or not any more." in words(page)
        assert "Theirs" not in words(page)
    assert PeopleList.objects.get().name == "Theirs"


@pytest.mark.parametrize("path", [NEW, "/viewers/progress/", "/viewers/lists/peop_x/"])
def test_who_is_not_signed_in_or_in_no_workspace_stays_outside(db: None, path: str) -> None:
    assert Client().get(path).status_code == 302
    assert member(None).get(path).status_code == 403


def test_a_members_draft_goes_with_them(school: Stage) -> None:
    client = member(school.workspace, Role.EDITOR)
    client.post(NEW, {"emails": "ada@x.org"})
    draft = PeopleList.objects.get()
    assert draft.draft_of is not None
    draft.draft_of.delete()
    assert not PeopleList.objects.exists()
