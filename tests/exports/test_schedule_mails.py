"""The mails about scheduled reports, and unsubscribing from them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from exports.links import download_token, unsubscribe_token, unsubscribe_url
from exports.models import Recipient, Report, Schedule, Status
from exports.services.schedule_runs import schedules_run
from exports.services.schedules import recipient_unsubscribe, schedule_delete
from exports.tasks import delivery_task
from tests.exports.building import Mailbox, eventually, finished
from tests.exports.conftest import DATABASES, build
from tests.exports.scheduling import due_at, mails, plain, scheduled
from videos.models import Folder, Project, User, Video, Workspace

pytestmark = pytest.mark.django_db(databases=DATABASES)
BASE = "http://127.0.0.1:8000"


def html(message: Any) -> str:
    return " ".join(message.get_body(("html",)).get_content().split())


@pytest.fixture
def schedule(workspace: Workspace, owner: User) -> Schedule:
    Video.objects.create(workspace=workspace, title="A")
    return scheduled(workspace, owner)


def path_of(recipient: Recipient) -> str:
    return f"/reports/unsubscribe/{unsubscribe_token(recipient)}"


@pytest.mark.django_db(databases=DATABASES, transaction=True)
class TestMails:
    def test_a_due_schedule_mails_everyone_once_in_a_mail_of_their_own(
        self, worker: None, mailbox: Mailbox, workspace: Workspace, schedule: Schedule, client: Client
    ) -> None:
        due_at(schedule, timezone.now())
        schedules_run(timezone.now())
        report = finished(Report.objects.get())
        messages = {
            message["To"]: message for message in eventually(lambda: len(mailbox.messages) > 1 and mailbox.messages)
        }
        assert set(messages) == {"anna@example.com", "ben@example.com"}
        links = set()
        for recipient in schedule.recipients.all():
            message = messages[recipient.email]
            assert message["From"] == "Acme <viewprint@localhost>"
            assert message["Subject"].startswith("Acme: Weekly numbers, Last week (")
            unsubscribe = unsubscribe_url(recipient)
            links.add(unsubscribe)
            assert message["List-Unsubscribe"].strip() == f"<{unsubscribe}>"
            assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            text = plain(message)
            for part in (text, html(message)):
                assert "You get this every Monday at 07:00 (Europe/Berlin)." in part
                for words in (unsubscribe, "Weekly numbers is ready", "Last week (", "ZIP with CSV", "Europe/Berlin"):
                    assert words in part
            [link] = [line for line in text.splitlines() if "/reports/download/" in line]
            content = b"".join(client.get(link.removeprefix(BASE)).streaming_content)  # type: ignore[attr-defined]
            assert "report.csv" in zipfile.ZipFile(io.BytesIO(content)).namelist()
        assert len(links) == 2
        assert len({message["Message-ID"] for message in mailbox.messages}) == 2
        assert report.status == Status.COMPLETED

    def test_a_mail_that_nobody_wants_any_more_is_not_sent(self, settings: Any, schedule: Schedule) -> None:
        due_at(schedule, timezone.now())
        schedules_run(timezone.now())
        report = Report.objects.get()
        build(report)
        recipient_unsubscribe(schedule.recipients.get(email="anna@example.com"))
        for delivery in report.deliveries.all():
            delivery_task(delivery.pk)
        assert [message["To"] for message in mails(settings)] == ["ben@example.com"]

    def test_a_failed_run_says_why_to_recipients_and_to_who_can_mend_it(
        self, settings: Any, workspace: Workspace, owner: User
    ) -> None:
        project = Project.objects.create(workspace=workspace, name="Films")
        folder, kept = (
            Folder.objects.create(workspace=workspace, project=project, name=name) for name in ("Drama", "Comedy")
        )
        folders = (folder.public_id, kept.public_id)
        schedule = scheduled(workspace, owner, folders=folders, emails=("anna@example.com",))
        folder.delete()
        due_at(schedule, timezone.now())
        schedules_run(timezone.now())
        for delivery in Report.objects.get().deliveries.all():
            delivery_task(delivery.pk)
        messages = {message["To"]: message for message in mails(settings)}
        assert set(messages) == {"anna@example.com", "owner@example.com"}
        for message in messages.values():
            assert message["Subject"] == "Acme: Weekly numbers could not be made"
            for part in (plain(message), html(message)):
                assert folder.public_id in part
                assert "Comedy and 1 that is gone" in part
                assert f"{BASE}/reports/schedules/{schedule.public_id}" in part
        assert "List-Unsubscribe" in messages["anna@example.com"]
        assert "List-Unsubscribe" not in messages["owner@example.com"]
        assert "You get this because you can change it." in plain(messages["owner@example.com"])


class TestUnsubscribing:
    @pytest.fixture
    def anna(self, schedule: Schedule) -> Recipient:
        return schedule.recipients.get(email="anna@example.com")

    def is_subscribed(self, recipient: Recipient) -> bool:
        recipient.refresh_from_db()
        return recipient.unsubscribed_at is None

    def test_opening_the_link_only_asks(self, client: Client, anna: Recipient) -> None:
        response = client.get(path_of(anna))
        page = " ".join(response.content.decode().split())
        assert "Unsubscribe?" in page
        assert "“Weekly numbers” to <strong>anna@example.com</strong>, every Monday at 07:00 (Europe/Berlin)." in page
        assert client.head(path_of(anna)).status_code == 200
        assert self.is_subscribed(anna)
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"

    def test_the_button_unsubscribes_and_can_be_undone(self, anna: Recipient) -> None:
        client = Client(enforce_csrf_checks=True)
        assert "You are unsubscribed" in client.post(path_of(anna)).content.decode()
        assert not self.is_subscribed(anna)
        before = anna.unsubscribed_at
        assert "You are unsubscribed" in client.get(path_of(anna)).content.decode()
        client.post(path_of(anna))
        anna.refresh_from_db()
        assert anna.unsubscribed_at == before
        assert "subscribed again" in client.post(path_of(anna), {"undo": "1"}).content.decode()
        assert self.is_subscribed(anna)

    def test_a_mail_program_unsubscribes_at_one_click(self, anna: Recipient) -> None:
        client = Client(enforce_csrf_checks=True)
        body = "List-Unsubscribe=One-Click"
        response = client.post(path_of(anna), body, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 200
        assert not self.is_subscribed(anna)

    def test_each_link_is_one_recipients(self, client: Client, schedule: Schedule, anna: Recipient) -> None:
        client.post(path_of(anna))
        assert self.is_subscribed(schedule.recipients.get(email="ben@example.com"))

    def test_a_link_that_was_tampered_with_is_none(self, client: Client, schedule: Schedule, anna: Recipient) -> None:
        pk, _, signature = unsubscribe_token(anna).partition(".")
        other = schedule.recipients.get(email="ben@example.com").pk
        for token in (f"{other}.{signature}", f"{pk}.{signature}x", pk, f"{pk}.", "x.y"):
            assert client.get(f"/reports/unsubscribe/{token}").status_code == 404
            assert client.post(f"/reports/unsubscribe/{token}").status_code == 404
        assert self.is_subscribed(anna)

    def test_a_report_links_signature_unsubscribes_nobody(
        self, client: Client, anna: Recipient, order_all: Callable[..., Report]
    ) -> None:
        assert client.post(f"/reports/unsubscribe/{download_token(order_all())}").status_code == 404

    def test_after_the_schedule_is_gone_the_link_says_that_nothing_more_comes(
        self, client: Client, schedule: Schedule, anna: Recipient
    ) -> None:
        path = path_of(anna)
        schedule_delete(schedule)
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 200
            assert "You get no more of these mails" in response.content.decode()
