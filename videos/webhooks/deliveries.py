"""The background's part of webhooks: one attempt after the other, until a message has arrived or is given up.

Waiting is noted in the row (`due_at`), so it outlives a queue that forgets.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from videos.models import DeliveryState, HookDelivery, Webhook
from videos.webhooks.events import TEST
from videos.webhooks.sending import Answer, NotSent, post
from videos.webhooks.signing import headers_signed

logger = logging.getLogger(__name__)

# After the first attempt; together two days.
WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 15 * 3600, 24 * 3600)
)
DISABLED_AFTER = timedelta(days=3)
# One that fails this often in a row is left alone for a while, so that it holds up nobody else's messages.
PATIENCE = 5
LONGEST_REST = timedelta(minutes=15)
# Longer than an attempt takes, looking the name up included.
LEASE = timedelta(minutes=2)
FORGOTTEN_AFTER = timedelta(minutes=2)
KEPT_FOR = timedelta(days=30)
# A queue's clock and this one may disagree by a little.
TOLERANCE = timedelta(seconds=1)
SHOWN_TEXT = 1_000
GONE = 410


@dataclass(frozen=True)
class Outcome:
    """What one attempt came to: how long to wait for the next one, None for none; whether it ended the webhook."""

    wait: timedelta | None
    has_disabled: bool


def delivery_claim(delivery_id: int) -> HookDelivery | None:
    """Return the delivery for an attempt of this worker's own, None where it is finished, not due, or to wait.

    What waits for a webhook that rests is due when that is over.
    """
    now = timezone.now()
    due = HookDelivery.objects.filter(pk=delivery_id, due_at__lte=now + TOLERANCE)
    delivery = due.select_related("webhook__workspace").first()
    if delivery is None:
        return None
    hook, is_test = delivery.webhook, delivery.event == TEST
    if not is_test and (hook.is_paused or hook.disabled_at is not None):
        return None
    if not is_test and hook.rests_until is not None and hook.rests_until > now:
        due.update(due_at=hook.rests_until)
        return None
    if not due.update(due_at=now + LEASE, attempts=F("attempts") + 1, attempted_at=now):
        return None
    delivery.attempts += 1
    return delivery


def delivery_attempt(delivery: HookDelivery) -> Outcome:
    """Send the message once, and note what came of it."""
    hook, body = delivery.webhook, delivery.body.encode()
    error, answer = "", None
    try:
        answer = post(hook.url, body, headers_signed(hook, delivery.public_id, body, timezone.now()))
    except NotSent as reason:
        error = str(reason)
    if answer is not None and not answer.is_accepted:
        error = _words(answer)
    wait = _wait(delivery, answer) if error else None
    with transaction.atomic():
        _note(delivery, answer, error, wait)
        # A test that fails says nothing about what would have been told.
        has_disabled = (delivery.event != TEST or not error) and _health_note(hook, answer, error)
    logger.info(
        "webhook=%s message=%s attempt=%d status=%s %s",
        hook.public_id,
        delivery.public_id,
        delivery.attempts,
        answer.status if answer else "none",
        "failed" if error else "delivered",
    )
    return Outcome(wait, has_disabled)


def forgotten_deliveries(*, after_restart: bool = False) -> list[int]:
    """Return the deliveries that no queue seems to know of; after a restart of the only process, all that wait."""
    now = timezone.now()
    told = Q(webhook__is_paused=False, webhook__disabled_at=None) | Q(event=TEST)
    waiting = HookDelivery.objects.filter(told, due_at__lte=now if after_restart else now - FORGOTTEN_AFTER)
    ids = list(waiting.order_by("due_at").values_list("pk", flat=True))
    # Due from now on, so that the next look does not queue them once more while they wait for their turn.
    HookDelivery.objects.filter(pk__in=ids).update(due_at=now)
    return ids


def old_deliveries_delete() -> int:
    """Delete what was finished more than KEPT_FOR ago; return how many there were."""
    old = HookDelivery.objects.filter(created_at__lt=timezone.now() - KEPT_FOR, due_at__isnull=True)
    return old.delete()[0]


def _words(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return f"The server answered {answer.status}: redirects are not followed."
    return f"The server answered {answer.status}."


def _wait(delivery: HookDelivery, answer: Answer | None) -> timedelta | None:
    is_final = delivery.event == TEST or delivery.attempts > len(WAITS) or (answer and answer.status == GONE)
    return None if is_final else WAITS[delivery.attempts - 1]


def _note(delivery: HookDelivery, answer: Answer | None, error: str, wait: timedelta | None) -> None:
    """Note what came of the attempt, unless another worker has taken the delivery over."""
    now = timezone.now()
    state = DeliveryState.DELIVERED if not error else DeliveryState.PENDING if wait else DeliveryState.FAILED
    mine = HookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, due_at__isnull=False)
    mine.update(
        status=state,
        due_at=now + wait if wait else None,
        finished_at=None if wait else now,
        response_status=answer.status if answer else None,
        response_text=answer.text[:SHOWN_TEXT] if answer else "",
        milliseconds=answer.milliseconds if answer else None,
        error=error,
    )


def _health_note(hook: Webhook, answer: Answer | None, error: str) -> bool:
    """Note how the webhook does; let it rest when it has failed for long. Return whether that disabled it."""
    row = Webhook.objects.filter(pk=hook.pk)
    if not error:
        row.exclude(failures=0).update(failures=0, failing_since=None, rests_until=None)
        return False
    now = timezone.now()
    row.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", now))
    failing = row.only("failures", "failing_since").first()
    if failing is None or failing.failing_since is None:
        return False
    if failing.failures >= PATIENCE:
        row.update(rests_until=now + _rest(failing.failures))
    is_over = (answer is not None and answer.status == GONE) or now - failing.failing_since >= DISABLED_AFTER
    return is_over and _disable(hook, now)


def _rest(failures: int) -> timedelta:
    return min(timedelta(minutes=1) * 2 ** min(failures - PATIENCE, 10), LONGEST_REST)


def _disable(hook: Webhook, now: datetime) -> bool:
    """Send it nothing more and give up what waits; return whether nobody had done so before."""
    if not Webhook.objects.filter(pk=hook.pk, disabled_at=None).update(disabled_at=now):
        return False
    HookDelivery.objects.filter(webhook=hook.pk, due_at__isnull=False).exclude(event=TEST).update(
        status=DeliveryState.FAILED, due_at=None, finished_at=now, error="The webhook was disabled."
    )
    logger.warning("webhook=%s disabled after failing for long", hook.public_id)
    return True
