from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from exports.fields import FIELDS, REFERENCE_FIELDS
from exports.links import download_token, download_url
from exports.models import Report, Status, report_storage
from exports.services.reports import report_cancel
from tests.exports.conftest import DATABASES, build
from videos.models import Folder, Membership, Project, Role, User, Video, Workspace
from videos.services.workspaces import member_add, user_invited

pytestmark = [pytest.mark.django_db(databases=DATABASES)]
Order = Callable[..., Report]


@pytest.fixture
def owner(workspace: Workspace, client: Client) -> Client:
    client.force_login(User.objects.get(email="owner@example.com"))
    return client


@pytest.fixture
def viewer(workspace: Workspace) -> Client:
    user, _ = user_invited("viewer@example.com", "correct horse battery")
    member_add(workspace, user, Role.VIEWER)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def outsider(other_workspace: Workspace) -> Client:
    client = Client()
    client.force_login(User.objects.get(email="outsider@example.com"))
    return client


@pytest.fixture
def nested(workspace: Workspace) -> list[Folder]:
    project = Project.objects.create(workspace=workspace, name="Films")
    outer = Folder.objects.create(workspace=workspace, project=project, name="Drama <b>")
    return [outer, Folder.objects.create(workspace=workspace, project=project, parent=outer, name="Old ones")]


@pytest.fixture
def finished(workspace: Workspace, order_all: Order) -> Report:
    Video.objects.create(workspace=workspace, title="A")
    report = order_all()
    build(report)
    return report


def link(report: Report) -> str:
    return f"/reports/download/{download_token(report)}"


def filled(**more: Any) -> dict[str, Any]:
    form = {"period": "last_month", "columns": ["title", "views"], "format": "csv", "email": "me@example.com"}
    return {**form, **more}


def test_the_link_opens_without_signing_in_as_long_as_it_lasts(client: Client, finished: Report) -> None:
    assert download_url(finished) == f"http://127.0.0.1:8000{link(finished)}"
    response = client.get(link(finished))
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="report-all-time.zip"'
    assert response["Cache-Control"] == "private, no-store"
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["report.csv", "README.txt"]
    head = client.head(link(finished))
    head.close()
    assert int(head["Content-Length"]) == len(content)


def test_an_expired_link_says_so_and_offers_members_to_make_it_again(
    client: Client, owner: Client, outsider: Client, finished: Report
) -> None:
    Report.objects.filter(pk=finished.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    again = f'action="/reports/{finished.public_id}/again"'
    for someone, offered in ((Client(), False), (outsider, False), (owner, True)):
        response = someone.get(link(finished))
        assert response.status_code == 410
        page = response.content.decode()
        assert "This link has expired" in page
        assert (again in page) == offered
    assert owner.post(f"/reports/{finished.public_id}/again").status_code == 302
    assert Report.objects.count() == 2
    assert outsider.post(f"/reports/{finished.public_id}/again").status_code == 404


def test_a_link_that_was_taken_back_says_so_and_offers_members_to_make_it_again(
    owner: Client, finished: Report, order_all: Order
) -> None:
    unfinished = order_all()
    for report, words in ((finished, "This report was deleted"), (unfinished, "This report was canceled")):
        report_cancel(report)
        for someone, offered in ((Client(), False), (owner, True)):
            response = someone.get(link(report))
            assert response.status_code == 410
            assert words in response.content.decode()
            assert (f'action="/reports/{report.public_id}/again"' in response.content.decode()) == offered


def test_a_lost_file_is_said_to_be_gone(client: Client, finished: Report) -> None:
    report_storage().delete(str(finished.file.name))
    response = client.get(link(finished))
    assert response.status_code == 410
    assert b"no longer exists" in response.content


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: token + "x", lambda token: "export_1.abc"])
def test_a_tampered_link_opens_nothing(client: Client, finished: Report, change: Callable[[str], str]) -> None:
    response = client.get(f"/reports/download/{change(download_token(finished))}")
    assert response.status_code == 404
    assert b"This link is not valid" in response.content


def test_one_reports_token_does_not_open_another(client: Client, finished: Report, order_all: Order) -> None:
    other = order_all()
    token = download_token(finished).replace(finished.public_id, other.public_id)
    assert client.get(f"/reports/download/{token}").status_code == 404
    assert client.get(link(other)).status_code == 404  # not built yet


def test_the_pages_ask_whoever_is_not_signed_in_to_do_so(client: Client) -> None:
    for path in ("/reports/", "/reports/new"):
        response = client.get(path)
        assert response.status_code == 302
        assert "/login/" in response["Location"]


def test_the_list_shows_only_the_workspaces_own_reports(owner: Client, outsider: Client, finished: Report) -> None:
    assert finished.public_id in owner.get("/reports/").content.decode()
    page = outsider.get("/reports/").content.decode()
    assert finished.public_id not in page
    assert "No reports yet" in page


def test_the_list_shows_progress_and_asks_for_news_while_there_are_any(
    owner: Client, finished: Report, order_all: Order
) -> None:
    page = owner.get("/reports/").content.decode()
    assert link(finished) in page
    assert "hx-trigger" not in page
    report = order_all()
    Report.objects.filter(pk=report.pk).update(progress=40)
    response = owner.get("/reports/", HTTP_HX_REQUEST="true")
    fragment = response.content.decode()
    assert fragment.strip().startswith('<div id="reports"')
    assert 'hx-get="/reports/" hx-trigger="every 2s"' in fragment
    assert 'value="40"' in fragment
    assert "HX-Request" in response["Vary"]


def test_an_expired_report_is_listed_as_such_without_its_link(owner: Client, finished: Report) -> None:
    Report.objects.filter(pk=finished.pk).update(expires_at=timezone.now())
    page = owner.get("/reports/").content.decode()
    assert "Expired" in page
    assert link(finished) not in page


def test_the_number_of_questions_does_not_grow_with_the_reports(
    owner: Client, order_all: Order, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    order_all()
    with django_assert_max_num_queries(12) as few:
        owner.get("/reports/")
    for _ in range(10):
        order_all()
    with django_assert_num_queries(len(few)):
        owner.get("/reports/")


def test_the_form_offers_every_period_folder_field_and_format(owner: Client, nested: list[Folder]) -> None:
    page = owner.get("/reports/new").content.decode()
    for name in (
        "today",
        "yesterday",
        "last_24_hours",
        "this_week",
        "last_week",
        "this_month",
        "last_month",
        "last_year",
        "all_time",
        "custom",
    ):
        assert f'<option value="{name}"' in page
    for field in FIELDS.values():
        assert f'value="{field.name}"' in page
    assert all(group in page for group in ("Content identification", "Analytics metrics", "Stream metrics"))
    assert page.count('name="columns"') == len(FIELDS)
    assert len(re.findall(r'name="columns"\s+value="\w+"\s+checked', page)) == len(REFERENCE_FIELDS)
    outer, inner = nested
    assert f'data-node="f{inner.pk}" data-above="f{outer.pk}"' in " ".join(page.split())
    assert "Drama &lt;b&gt;" in page
    assert 'value="owner@example.com"' in page
    assert 'value="xlsx"' in page


def test_the_form_begins_with_what_the_page_that_leads_to_it_names(owner: Client, nested: list[Folder]) -> None:
    page = owner.get(f"/reports/new?folder={nested[1].public_id}&period=custom&from=2026-01-01&to=2026-01-31").content
    text = " ".join(page.decode().split())
    assert f'data-above="f{nested[0].pk}" checked' in text
    assert '<option value="custom" selected>' in text
    assert 'value="2026-01-31"' in text


def test_generating_orders_the_report_as_the_member(owner: Client, workspace: Workspace, nested: list[Folder]) -> None:
    form = filled(
        period="custom",
        first_on="2026-01-01",
        last_on="2026-01-31",
        folders=[nested[0].public_id],
        columns=["views", "title"],
        format="xlsx",
    )
    response = owner.post("/reports/new", form, follow=True)
    assert response.redirect_chain == [("/reports/", 302)]
    report = Report.objects.get()
    assert report.created_by is not None
    assert report.created_by.email == "owner@example.com"
    assert report.fields == ["title", "views"]
    assert (report.folders, report.format) == ([nested[0].public_id], "xlsx")
    assert report.deliveries.get().email == "me@example.com"
    assert (str(report.period.first_on), str(report.period.last_on)) == ("2026-01-01", "2026-01-31")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": []}, "Choose at least one field."),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"email": ""}, "This field is required."),
        ({"period": "custom"}, "A custom period needs both dates."),
        ({"period": "custom", "first_on": "2026-02-01", "last_on": "2026-01-01"}, "before it begins"),
        ({"format": "pdf"}, "pdf is not one of the available choices"),
        ({"folders": ["fold_unknown"]}, "fold_unknown is not one of the available choices"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_there(owner: Client, change: dict[str, Any], words: str) -> None:
    response = owner.post("/reports/new", filled(**change))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Report.objects.exists()


def test_another_workspaces_folders_are_not_offered_and_not_taken(outsider: Client, nested: list[Folder]) -> None:
    assert nested[0].public_id not in outsider.get("/reports/new").content.decode()
    outsider.post("/reports/new", filled(folders=[nested[0].public_id]))
    assert not Report.objects.exists()


def test_a_viewer_orders_reports_and_cancels_only_own_ones(viewer: Client, owner: Client, finished: Report) -> None:
    assert viewer.post(f"/reports/{finished.public_id}/cancel").status_code == 403
    viewer.post("/reports/new", filled())
    own = Report.objects.get(created_by__email="viewer@example.com")
    assert viewer.post(f"/reports/{own.public_id}/cancel").status_code == 302
    assert owner.post(f"/reports/{finished.public_id}/cancel").status_code == 302
    assert set(Report.objects.values_list("status", flat=True)) == {Status.CANCELED}


def test_a_report_is_not_made_again_where_its_folder_has_gone(
    owner: Client, order_all: Order, nested: list[Folder]
) -> None:
    report = order_all(folders=(nested[1].public_id,))
    nested[1].delete()
    page = owner.post(f"/reports/{report.public_id}/again", follow=True).content.decode()
    assert "cannot be made again" in page
    assert Report.objects.count() == 1


def test_a_member_who_left_no_longer_sees_the_reports(owner: Client, finished: Report) -> None:
    Membership.objects.all().delete()
    assert finished.public_id not in owner.get("/reports/").content.decode()
