"""What the "Export report" form begins with, and how it stands in a dialog."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from analytics.periods import period_named
from exports.models import Report, Schedule
from exports.services.reports import ReportOrder, report_create
from tests.exports.conftest import DATABASES
from tests.exports.scheduling import scheduled
from videos.models import Folder, Project, Role, User, Workspace
from videos.services import member_add

pytestmark = pytest.mark.django_db(databases=DATABASES)
SignedIn = Callable[[User], Client]
DIALOG = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def folders(workspace: Workspace) -> list[Folder]:
    """Four levels of folders, each in the one before, under a name that means harm."""
    project = Project.objects.create(workspace=workspace, name='"><script>alert(1)</script>')
    found: list[Folder] = []
    for name in ("Films", "Drama", "Old ones", "مقاطع"):
        parent = found[-1] if found else None
        found.append(Folder.objects.create(workspace=workspace, project=project, parent=parent, name=name))
    return found


@pytest.fixture
def browser(owner: User, signed_in: SignedIn) -> Client:
    return signed_in(owner)


def order(workspace: Workspace, user: User | None, **more: Any) -> Report:
    period = period_named("last_year", workspace.zone, datetime.now(UTC))
    values = {"period": period, "fields": ("title", "clicks"), "breakdown": "country", "format": "xlsx"}
    return report_create(workspace, ReportOrder(**{**values, "emails": ("me@example.com",), **more}), user=user)


def begun(client: Client, query: str = "", **headers: str) -> str:
    response = client.get(f"/reports/new{query}", **headers)  # type: ignore[arg-type]
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def chosen(page: str) -> dict[str, list[str]]:
    """What is ticked and selected, by input."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*checked[^>]*>", page):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        assert name and value
        found.setdefault(name[1], []).append(value[1])
    found["period"] = re.findall(r'<option value="(\w+)" selected>', page)
    return found


def filled(**more: Any) -> dict[str, Any]:
    form = {"period": "last_month", "columns": ["title", "views"], "format": "csv", "email": "me@example.com"}
    return {**form, **more}


def test_periods_say_their_days(browser: Client) -> None:
    year = datetime.now(UTC).year - 1
    assert f"Last year · 1 January – 31 December {year}" in begun(browser)


def test_the_form_begins_as_the_members_last_report(
    browser: Client, workspace: Workspace, owner: User, folders: list[Folder]
) -> None:
    order(workspace, owner, folders=(folders[0].public_id,), fields=("title",))
    order(workspace, owner, folders=(folders[1].public_id,), projects=(folders[0].project.public_id,))
    page = begun(browser)
    assert chosen(page) == {
        "folders": [folders[1].public_id],
        "projects": [folders[0].project.public_id],
        "columns": ["title", "clicks"],
        "breakdown": ["country"],
        "format": ["xlsx"],
        "period": ["last_year"],
    }
    assert 'value="me@example.com"' in page
    assert "Filled in like your last report" in page


def test_what_the_page_names_wins_over_the_last_report(
    browser: Client, workspace: Workspace, owner: User, folders: list[Folder]
) -> None:
    order(workspace, owner, folders=(folders[0].public_id,), projects=(folders[0].project.public_id,))
    page = begun(browser, f"?period=yesterday&folder={folders[2].public_id}")
    found = chosen(page)
    assert found["folders"] == [folders[2].public_id]
    assert "projects" not in found
    assert (found["period"], found["columns"]) == (["yesterday"], ["title", "clicks"])
    afresh = begun(browser, f"?period=yesterday&folder={folders[2].public_id}&afresh=1")
    assert f'href="/reports/new?period=yesterday&amp;folder={folders[2].public_id}&amp;afresh=1"' in page
    assert (chosen(afresh)["period"], chosen(afresh)["folders"]) == (["yesterday"], [folders[2].public_id])
    assert chosen(afresh)["breakdown"] == [""]
    assert "Filled in like your last report" not in afresh


def test_a_period_that_does_not_exist_is_not_taken(browser: Client) -> None:
    assert chosen(begun(browser, "?period=fortnight"))["period"] == ["last_month"]


@pytest.mark.parametrize("whose", ["a colleague", "a token", "a schedule", "another workspace"])
def test_what_others_ordered_is_not_remembered(
    browser: Client, workspace: Workspace, other_workspace: Workspace, owner: User, editor: User, whose: str
) -> None:
    if whose == "a colleague":
        order(workspace, editor)
    elif whose == "a token":
        order(workspace, None)
    elif whose == "a schedule":
        Report.objects.filter(pk=order(workspace, owner).pk).update(schedule=scheduled(workspace, owner))
        assert Schedule.objects.exists()
    else:
        member_add(other_workspace, owner, Role.VIEWER)
        order(other_workspace, owner)
    page = begun(browser)
    assert "Filled in like your last report" not in page
    assert chosen(page)["period"] == ["last_month"]


def test_an_export_of_analytics_is_not_remembered(browser: Client, workspace: Workspace, owner: User) -> None:
    order(workspace, owner, about="account", fields=(), breakdown="", format="json")
    assert "Filled in like your last report" not in begun(browser)


def test_the_form_says_when_a_remembered_folder_has_gone(
    browser: Client, workspace: Workspace, owner: User, folders: list[Folder]
) -> None:
    order(workspace, owner, folders=(folders[3].public_id,))
    assert "are gone" not in begun(browser)
    folders[3].delete()
    assert "are gone" in begun(browser)


def test_the_form_says_that_other_filters_of_the_page_are_not_kept(browser: Client) -> None:
    assert "has filters" in begun(browser, "?period=today&narrowed=1")
    assert "has filters" not in begun(browser, "?period=today")


@pytest.mark.parametrize(
    ("filters", "query"),
    [
        ("", ""),
        ("filter=folder:in:{0}&filter=folder:in:{1}", "&folder={0}&folder={1}"),
        ("filter=project:in:{2}", "&project={2}"),
        ("filter=folder:in:{0}&filter=country:in:DE", "&folder={0}&narrowed=1"),
        ("filter=project:in:{2}&filter=folder:in:{0}", "&project={2}&narrowed=1"),
        ("filter=folder:not_in:{0}", "&narrowed=1"),
        ("filter=folder:in:", "&narrowed=1"),
    ],
)
def test_the_overview_hands_on_its_period_and_places(
    browser: Client, folders: list[Folder], filters: str, query: str
) -> None:
    ids = [folders[0].public_id, folders[1].public_id, folders[0].project.public_id]
    page = browser.get(f"/?period=last_month&{filters.format(*ids)}").content.decode()
    link = re.search(r'href="/reports/new\?([^"]*)"\s+data-dialog', page)
    assert link is not None
    assert link[1].replace("&amp;", "&") == f"period=last_month{query.format(*ids)}"


def test_names_in_the_tree_are_text(browser: Client, folders: list[Folder]) -> None:
    page = begun(browser)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'style="--depth: 4"' in page
    assert '<span class="vr-hidden">, in Old ones</span>' in page


def test_the_tree_takes_as_many_questions_however_large_it_is(
    browser: Client, folders: list[Folder], django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12) as few:
        begun(browser)
    for number in range(20):
        parent = folders[number % 4]
        Folder.objects.create(
            workspace=parent.workspace, project=parent.project, parent=parent, name=f"Number {number}"
        )
    with django_assert_num_queries(len(few)):
        begun(browser)


def test_the_dialog_is_the_form_alone(browser: Client) -> None:
    page = begun(browser, "?period=today", **DIALOG)
    assert page.lstrip().startswith("<form")
    assert "<html" not in page
    assert 'aria-label="Close"' in page
    assert 'action="/reports/new"' in page


def test_generating_in_the_dialog_leads_to_the_list(browser: Client) -> None:
    response = browser.post("/reports/new", filled(breakdown="viewer"), **DIALOG)  # type: ignore[arg-type]
    assert (response.status_code, response["HX-Redirect"]) == (200, "/reports/")
    assert Report.objects.get().breakdown == "viewer"
    assert "a mail with its link will go to me@example.com" in browser.get("/reports/").content.decode()


def test_what_is_wrong_is_said_in_the_dialog(browser: Client) -> None:
    response = browser.post("/reports/new", filled(columns=[]), **DIALOG)  # type: ignore[arg-type]
    assert response.status_code == 422
    page = response.content.decode()
    assert "Choose at least one field." in page
    assert "<html" not in page
    assert not Report.objects.exists()


def test_a_choice_of_personal_data_says_so(browser: Client) -> None:
    assert "Personal data" in begun(browser)


def test_only_who_may_make_schedules_is_led_there(browser: Client, viewer: User, signed_in: SignedIn) -> None:
    assert "Make it a schedule" in begun(browser)
    assert "Make it a schedule" not in begun(signed_in(viewer))
