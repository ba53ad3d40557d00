"""The analytics' background jobs; config.celery says when each runs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from celery import shared_task
from django.db import close_old_connections

from analytics.collect.identity import old_salts_destroy
from analytics.erasure import orphaned_sessions_erase
from analytics.retention import retention_apply

logger = logging.getLogger(__name__)


@shared_task(name="analytics.old_salts_destroy", time_limit=60)
def destroy_old_salts_task() -> None:
    """Destroy the salts that have outlived their 48 hours: what was hashed with them can no longer be traced back."""
    close_old_connections()
    if destroyed := old_salts_destroy(datetime.now(UTC)):
        logger.info("identity: destroyed %d daily salts", destroyed)


@shared_task(name="analytics.orphaned_sessions_erase", time_limit=600)
def orphaned_sessions_erase_task() -> None:
    """Erase what was recorded of videos that have been deleted."""
    close_old_connections()
    orphaned_sessions_erase()


@shared_task(name="analytics.retention_apply", time_limit=3600)
def retention_apply_task() -> None:
    """Delete the viewing sessions that are older than their workspaces keep them."""
    close_old_connections()
    retention_apply(datetime.now(UTC))
