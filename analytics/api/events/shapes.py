"""What the dialect answers, and how it words errors."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from videos.api.envelopes import PROBLEM, Envelope, FieldFault, problem_example

Count = Annotated[int, Meta(ge=0)]
Seconds = Annotated[float, Meta(ge=0)]
Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class EventSession(TypedDict):
    """A talk of the event and what became of it. Times are in UTC, durations in seconds.

    What depends on watching is null for talks that Zoom, Facebook or Wistia streamed.
    """

    session_id: str
    title: str
    start_time: Instant | None
    end_time: Instant | None
    registered_user_count: Annotated[Count, Meta(description="Who registered for the session, or bookmarked it.")]
    attendee_count: Annotated[Count, Meta(description="Different visitors who played the live stream.")]
    avg_attended_duration: Annotated[
        Seconds | None, Meta(description="Watch time of the live stream divided by attendees; null without any.")
    ]
    recording_views: Annotated[
        Count | None, Meta(description="Views of the recording: 30 s watched, or all of what is shorter.")
    ]
    live_views: Annotated[Count | None, Meta(description="Views of the live stream, counted alike.")]
    duration: NotRequired[
        Annotated[Seconds | None, Meta(description="Of the video; null for workshops, networking and unknown ones.")]
    ]
    watch_time: NotRequired[Annotated[Seconds | None, Meta(description="Live and recorded, rewatching included.")]]


class EventSessions(TypedDict):
    """All sessions of the event, in the order in which they start."""

    data: list[EventSession]


class EventProblem(TypedDict):
    """An error as problem details (RFC 9457); `code` is a number where the reference has one."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    code: str | int
    errors: NotRequired[list[FieldFault]]


def event_problem_example(status: int) -> dict[str, Any]:
    """Return an example of a problem with this status."""
    own: dict[int, dict[str, Any]] = {
        400: {
            "detail": "expand: There is no expansion 'views'; there are duration, watch_time.",
            "code": "invalid",
            "errors": [
                {"field": "expand", "message": "There is no expansion 'views'; there are duration, watch_time."}
            ],
        },
        403: {"detail": "Not Event Host", "code": 4030201},
        404: {"detail": "Event Not Found", "code": 4040200},
    }
    return {**problem_example(status), **own.get(status, {})}


EVENTS_ERROR = Envelope(PROBLEM.content_type, EventProblem, event_problem_example)
