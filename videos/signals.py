"""What the catalog tells the parts above it, which it must not import."""

from __future__ import annotations

from django.dispatch import Signal

# Sent after the commit with `workspace_id` and `video_id` (relational keys): the video's viewing sessions are to go.
video_deleted = Signal()

# Sent with `workspace_id` and `cutoff`; whoever keeps viewing sessions answers how many are older, and of how many
# people nothing would be left without them.
retention_asked = Signal()
