"""Live streams and their recordings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from videos import services
from videos.access import current_workspace
from videos.admin.event_forms import StreamAddForm, StreamForm
from videos.admin.scoped import ScopedAdmin, count_of
from videos.models import Stream, Talk


@admin.register(Stream)
class StreamAdmin(ScopedAdmin):
    """Streams under their videos' titles, which are changed at the videos."""

    form, add_form = StreamForm, StreamAddForm
    fields, add_fields = ("video", "recording", "public_id", "created_at"), ("video", "recording", "own_id")
    readonly_fields = ("video", "public_id", "created_at")
    autocomplete_fields = ("video", "recording")
    list_display = ("summary", "recording", "talk_count", "pages", "created_at")
    search_fields = ("video__title", "public_id", "video__public_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stream]:
        rows = super().get_queryset(request).select_related("video", "recording")
        return rows.annotate(talk_count=count_of(Talk, "stream"))

    @display(description="stream", header=True, ordering="video__title")
    def summary(self, stream: Stream) -> list[Any]:
        picture = {"path": stream.video.thumbnail_url, "width": 80, "height": 45, "squared": True, "borderless": True}
        return [stream.video.title, stream.public_id, None, picture if stream.video.thumbnail_url else None]

    @display(description="talks", ordering="talk_count")
    def talk_count(self, stream: Any) -> int:
        return stream.talk_count

    @display(description="pages")
    def pages(self, stream: Stream) -> SafeString:
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="/videos/{}/">Statistics</a>',
            stream.video.public_id,
        )

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> Stream:
        return services.stream_create(current_workspace(request), **values)

    def row_change(self, row: Stream, changed: dict[str, Any]) -> None:
        if "recording" in changed:
            services.stream_record(row, changed["recording"])

    def row_delete(self, row: Stream) -> None:
        services.stream_delete(row)
