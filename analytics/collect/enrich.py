"""From a snapshot and what the server knows of its sender to a row of the fact table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from analytics.collect.addresses import address_kept
from analytics.collect.derive import derive, milliseconds
from analytics.collect.devices import Device
from analytics.collect.facts import FactRow
from analytics.collect.pages import NO_PAGE, page_of
from analytics.collect.places import Place
from analytics.collect.snapshot import Action, Quality, Snapshot

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The longest language tag that RFC 5646 asks software to hold; the rest of a longer text is no language.
LONGEST_LANGUAGE = 35
_NO_QUALITY = Quality()


class VideoFacts(NamedTuple):
    """What collecting needs to know of a video: its keys, its duration (ms), what its workspace says of privacy."""

    id: int
    workspace_id: int
    duration: int | None
    address_kept: str
    consent_required: bool = False


class Sender(NamedTuple):
    """Who sent a snapshot, as the server sees it. `address` is '' where it is unknown or must not be kept."""

    address: str
    place: Place
    device: Device


class Viewer(NamedTuple):
    """Whose session it is: `visitor` is the key of a browser or a known person, `visit` of a device session."""

    visitor: str
    visit: UUID


def agreed(snapshot: Snapshot, video: VideoFacts) -> bool:
    """Say whether identifiers may be stored: the viewer agreed, and the player names a visitor.

    Who was not asked has agreed, unless the workspace requires consent to be said.
    """
    has_consent = snapshot.consent is True if video.consent_required else snapshot.consent is not False
    return has_consent and bool(snapshot.visitor)


def fact_row(snapshot: Snapshot, video: VideoFacts, sender: Sender, viewer: Viewer, received_at: datetime) -> FactRow:
    """Return the row for a snapshot whose bounds have been checked. The address is reduced as the workspace says."""
    plays = snapshot.plays or 0
    derived = derive(snapshot.stretches or (), plays, video.duration, snapshot.duration)
    page = page_of(snapshot.page) if snapshot.page else None
    page = page or NO_PAGE
    source = page_of(snapshot.referrer) if snapshot.referrer else None
    actions: list[Action] = snapshot.actions or []
    quality = snapshot.quality or _NO_QUALITY
    width, height = snapshot.screen or (0, 0)
    place, device = sender.place, sender.device
    return FactRow(
        workspace_id=video.workspace_id,
        video_id=video.id,
        started_at=EPOCH + timedelta(milliseconds=snapshot.started_ms),
        id=snapshot.session,
        seq=snapshot.seq,
        received_at=received_at,
        visitor=viewer.visitor,
        visit=viewer.visit,
        page=page.page,
        domain=page.domain,
        referrer=snapshot.referrer or "",
        source=source.domain if source else "",
        utm_source=page.utm_source,
        utm_medium=page.utm_medium,
        utm_campaign=page.utm_campaign,
        live=bool(snapshot.live),
        starts=derived.starts,
        ends=derived.ends,
        watch_time=derived.watch_time,
        watched=derived.watched,
        longest_run=derived.longest_run,
        duration=derived.duration,
        elapsed=milliseconds(snapshot.elapsed or 0),
        plays=plays,
        played=derived.played,
        viewed=derived.viewed,
        completed=derived.completed,
        watched_30=derived.watched_30,
        quarters=derived.quarters,
        action_type=[action.type for action in actions],
        action_name=[action.name or "" for action in actions],
        action_at=[milliseconds(action.at or 0) for action in actions],
        action_converted=[bool(action.converted) for action in actions],
        startup=None if quality.startup is None else milliseconds(quality.startup),
        rebuffers=quality.rebuffers or 0,
        rebuffering=milliseconds(quality.rebuffering or 0),
        error=quality.error or "",
        screen_width=width,
        screen_height=height,
        language=(snapshot.language or "")[:LONGEST_LANGUAGE],
        country=place.country,
        region=place.region,
        city=place.city,
        lat=place.lat,
        lon=place.lon,
        network=place.network,
        ip=address_kept(sender.address, video.address_kept) if agreed(snapshot, video) else "",
        device=device.device,
        os=device.os,
        os_version=device.os_version,
        browser=device.browser,
        browser_version=device.browser_version,
        bot=device.bot,
    )
