"""`GET /v1/events/{event_id}/sessions/analytics`."""

from __future__ import annotations

from typing import cast

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.api.events.access import event_asked_for
from analytics.api.events.answers import event_sessions
from analytics.api.events.parameters import EXPAND, expand_of
from analytics.api.events.shapes import EVENTS_ERROR, EventSessions
from analytics.context import Context
from videos.api.people import IsPersonOrHasScope, PeopleAuthentication
from videos.api.schema import answers
from videos.api.tags import EVENTS
from videos.logins import Login
from videos.models import ApiToken

EXAMPLE = {
    "data": [
        {
            "session_id": "ses_opening",
            "title": "Opening keynote",
            "start_time": "2026-06-01T09:00:00Z",
            "end_time": "2026-06-01T09:45:00Z",
            "registered_user_count": 2,
            "attendee_count": 2,
            "avg_attended_duration": 1800.0,
            "recording_views": 1,
            "live_views": 2,
            "duration": 2700.0,
            "watch_time": 4200.0,
        },
        {
            "session_id": "ses_meeting",
            "title": "Meet the speakers",
            "start_time": "2026-06-01T10:00:00Z",
            "end_time": None,
            "registered_user_count": 1,
            "attendee_count": 0,
            "avg_attended_duration": None,
            "recording_views": None,
            "live_views": None,
            "duration": None,
            "watch_time": None,
        },
    ]
}


@method_decorator(conditional_page, name="dispatch")
class EventSessionsView(APIView):
    """Answers hosts of the event, who sign in, and API tokens of its workspace."""

    authentication_classes = [PeopleAuthentication]
    permission_classes = [IsPersonOrHasScope]

    @extend_schema(
        operation_id="event_sessions_analytics",
        summary="What became of each session of an event",
        description="For owners and editors of the workspace and admins of the event, with the token that signing in "
        "(`POST /v1/auth/login`) answered; and for API tokens that may read.",
        tags=[EVENTS],
        parameters=[EXPAND],
        responses=answers(EventSessions, example=EXAMPLE, errors=(400, 401, 403, 404), envelope=EVENTS_ERROR),
    )
    def get(self, request: Request, event_id: str) -> Response:
        event = event_asked_for(cast("ApiToken | Login", request.auth), event_id)
        return Response(event_sessions(Context(event.workspace), event, expand_of(request.query_params)))
