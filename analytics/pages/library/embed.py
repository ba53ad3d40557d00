"""The code that puts a video on a page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html

from videos.models import Video


@dataclass(frozen=True)
class Codes:
    """HTML to copy, as plain text. `iframe` is '' where there is no file that it could play."""

    iframe: str
    sdk: str
    module: str


def codes_of(video: Video, public_url: str) -> Codes:
    """Return the code for a video of the product at this address; what the catalog says is escaped in it."""
    source = f"{public_url}{video.url}" if video.url.startswith("/") else video.url
    iframe = format_html(
        '<iframe src="{}/embed/{}" title="{}"\n'
        '  style="width: 100%; aspect-ratio: 16 / 9; border: 0" allow="autoplay; fullscreen"\n'
        '  referrerpolicy="no-referrer-when-downgrade"></iframe>',
        public_url,
        video.public_id,
        video.title,
    )
    sdk = format_html(
        '<script src="{}/viewprint.js" defer></script>\n<video data-viewprint="{}" src="{}" controls></video>',
        public_url,
        video.public_id,
        source or "…",
    )
    module = format_html(
        '<script type="module">\n  import viewprint from "{}/viewprint.mjs";\n</script>\n'
        '<video data-viewprint="{}" src="{}" controls></video>',
        public_url,
        video.public_id,
        source or "…",
    )
    # No longer marked as safe: a page shows it as text.
    return Codes(iframe + "" if video.url else "", sdk + "", module + "")
