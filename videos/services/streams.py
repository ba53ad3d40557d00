"""Live streams and their recordings."""

from __future__ import annotations

from videos.models import Stream, Video, Workspace
from videos.saving import save_cleaned


def stream_create(workspace: Workspace, *, video: Video, recording: Video | None = None, public_id: str = "") -> Stream:
    """Return a new stream; raises Invalid naming each field (a video is of one stream), NotFree for an id in use."""
    stream = Stream(workspace=workspace, video=video, recording=recording, public_id=public_id)
    save_cleaned(stream)
    return stream


def stream_record(stream: Stream, recording: Video | None) -> None:
    """Say what can be watched afterwards, or that nothing can; raises Invalid for another workspace's video."""
    stream.recording = recording
    save_cleaned(stream, ["recording"])


def stream_delete(stream: Stream) -> None:
    """Delete the stream; its videos and their viewing sessions stay, talks show it no more."""
    stream.delete()
