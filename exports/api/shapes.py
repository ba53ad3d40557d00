"""The bodies of the SixtySeconds dialect's exports, key by key in the reference's order."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

Moment = Annotated[str, Meta(description="UTC, to the second", examples=["2025-03-05T15:35:00Z"])]
ExportId = Annotated[str, Meta(examples=["export_12345abcde"])]
ExportFormat = Annotated[str, Meta(description="csv or json")]


class AnalyticsExportOrdered(TypedDict):
    """An export that was accepted."""

    export_id: ExportId
    status: Literal["processing"]
    type: Annotated[str, Meta(description="video, account or template")]
    format: ExportFormat
    estimated_completion: Moment


class AnalyticsExportProcessing(TypedDict):
    """An export that is being made."""

    export_id: ExportId
    status: Literal["processing"]
    progress: Annotated[int, Meta(description="per cent", ge=0, le=100)]
    estimated_completion: Moment


class AnalyticsExportCompleted(TypedDict):
    """An export whose link opens until `expires_at`, after which it is null."""

    export_id: ExportId
    status: Literal["completed"]
    format: ExportFormat
    size: Annotated[int, Meta(description="bytes", ge=0)]
    download_url: str | None
    expires_at: Moment


class AnalyticsExportStopped(TypedDict):
    """An export that will have no file: failed or canceled, and why."""

    export_id: ExportId
    status: Annotated[str, Meta(description="failed or canceled")]
    error: str
