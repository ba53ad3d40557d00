"""Why a viewing session counts in a metric or does not: what METRICS.md's definitions ask of a session, in words.

The conditions repeat what the metrics' SQL says; tests hold each against its metric.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, IntegerField, Q, Value, When
from django.db.models.expressions import RawSQL

from analytics.context import Context, Scope
from analytics.metrics import ACTION_TYPES
from analytics.periods import Period
from analytics.sessions import Filter, viewing_sessions

COUNTED, BOT, TEAM = "counted", "bot", "team"


@dataclass(frozen=True)
class Reason:
    """What keeps a session out of a metric: a name for addresses, a label, a sentence, and the condition."""

    name: str
    label: str
    sentence: str
    meets: Q


def _without(*kinds: str) -> Q:
    """Return the condition of sessions in which no action of these types happened."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return Q(RawSQL(f"NOT hasAny(action_type, [{listed}])", [], BooleanField()))  # noqa: S611  # our own words


_UNPLAYED = Reason("unplayed", "Never started", "The player was loaded, but playback did not start.", Q(played=False))
# A player may report what it played without saying that playback started, and that is a view all the same.
_UNPLAYED_UNSEEN = Reason(_UNPLAYED.name, _UNPLAYED.label, _UNPLAYED.sentence, Q(played=False, viewed=False))
_SHORT = Reason(
    "short",
    "Under 5 seconds",
    "Less than 5 seconds played without a break (95 % of the video where it is shorter).",
    Q(viewed=False),
)
_UNKNOWN_LENGTH = Reason(
    "unknown_length",
    "Unknown duration",
    "Neither the library nor the player said how long the video is.",
    Q(duration__isnull=True),
)
_RECORDED = Reason("recorded", "Not live", "A recording was watched.", Q(live=False))
_LIVE = Reason("live", "Live", "The live stream was watched.", Q(live=True))
_UNDER_30 = Reason(
    "under_30",
    "Under 30 seconds",
    "Less than 30 seconds of the video were watched (99 % of it where it is shorter).",
    Q(watched_30=False),
)
_UNTIMED = Reason(
    "untimed", "Startup not told", "The player did not say how long playback took to start.", Q(startup=None)
)
_SMOOTH = Reason("smooth", "Never interrupted", "Playback never waited for data.", Q(rebuffers=0))
_SOUND = Reason("sound", "Without an error", "The player told of no error.", Q(error=""))
_LEFT_AT_ONCE = Reason("left_at_once", "No time passed", "The viewer left in the moment of the load.", Q(elapsed=0))


def _no_action(words: str, *kinds: str) -> tuple[Reason, ...]:
    return (Reason("no_action", f"Without {words}", f"No {words} happened in the session.", _without(*kinds)),)


# In this order a session that several reasons concern is told the first one. A metric of two parts, such as a rate,
# counts every session that either part counts.
_REASONS: dict[str, tuple[Reason, ...]] = {
    "loads": (),
    "plays": (_UNPLAYED,),
    "play_rate": (),
    "views": (_UNPLAYED_UNSEEN, _SHORT),
    "view_rate": (),
    "unique_views": (_UNPLAYED,),
    "visitors": (),
    "unique_viewers": (_UNPLAYED_UNSEEN, _SHORT),
    "watch_time": (),
    "average_watch_time": (),
    "engagement": (_UNPLAYED, _UNKNOWN_LENGTH),
    "watch_depth": (_UNKNOWN_LENGTH,),
    "completion_rate": (_UNPLAYED_UNSEEN, _SHORT, _UNKNOWN_LENGTH),
    "quarter_reach": (_UNPLAYED_UNSEEN, _SHORT),
    "clicks": _no_action("click", "click"),
    "shares": _no_action("share", "share"),
    "reactions": _no_action("reaction", "reaction"),
    "interactions": _no_action("click, share or reaction", "click", "share", "reaction"),
    "engagement_score": (),
    "actions": _no_action("call to action, annotation or turnstile", *ACTION_TYPES),
    "peak_concurrent": (_UNPLAYED, _LEFT_AT_ONCE),
    "live_views": (_RECORDED, _UNDER_30),
    "recording_views": (_LIVE, _UNDER_30),
    "attendees": (_UNPLAYED, _RECORDED),
    "average_attended": (_RECORDED,),
    "startup_median": (_UNPLAYED, _UNTIMED),
    "startup_p95": (_UNPLAYED, _UNTIMED),
    "rebuffered_plays": (_UNPLAYED, _SMOOTH),
    "rebuffer_rate": (_UNPLAYED,),
    "rebuffering_ratio": (_UNPLAYED,),
    "errors": (_SOUND,),
    "error_rate": (),
}


def reasons_of(metric: str, context: Context) -> tuple[Reason, ...]:
    """Return what can keep a session out of the metric, in the order in which it is looked at."""
    bots = Reason(BOT, "Bots", "A recognised bot loaded the player: search engines, previews, monitors.", Q(bot=True))
    if not context.team:
        return (bots, *_REASONS[metric])
    sentence = "One of your own team watched; the workspace leaves its own people out."
    return (bots, Reason(TEAM, "Your own team", sentence, Q(visitor__in=context.team)), *_REASONS[metric])


@dataclass(frozen=True)
class Judged:
    """The sessions of a question, bots and own people included. Each has as `reason` the place among `reasons` of what
    keeps it out, and one beyond them where it counts."""

    sessions: Any
    reasons: tuple[Reason, ...]

    def counts(self) -> dict[str, int]:
        """Return how many sessions count and how many each reason leaves out, by name."""
        rows = self.sessions.order_by().values("reason").annotate(number=Count("*"))
        found = {self._names[row["reason"]]: row["number"] for row in rows}
        return {name: found.get(name, 0) for name in (COUNTED, *self._names[:-1])}

    def of(self, name: str) -> Any:
        """Return the queryset of the sessions that count, or of those that a reason leaves out, newest first."""
        return self.sessions.filter(reason=self._names.index(name)).order_by("-started_at", "id")

    @property
    def _names(self) -> tuple[str, ...]:
        return (*(each.name for each in self.reasons), COUNTED)


def sessions_judged(
    metric: str, context: Context, period: Period, scope: Scope | None, filters: tuple[Filter, ...]
) -> Judged:
    """Return the sessions of period, scope and filters, judged by the metric. Raises Invalid and Unknown."""
    sessions = viewing_sessions(context, period, scope, filters, with_bots=True, with_team=True)
    reasons = reasons_of(metric, context)
    whens = [When(each.meets, then=Value(place)) for place, each in enumerate(reasons)]
    reason = Case(*whens, default=Value(len(reasons)), output_field=IntegerField())
    return Judged(sessions.annotate(reason=reason), reasons)
