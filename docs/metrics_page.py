"""Prints docs/metrics.md from the definitions themselves: `python docs/metrics_page.py > docs/metrics.md`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def lines() -> Iterator[str]:
    from analytics import actions, concurrency, curves, moments
    from analytics.dimensions import DIMENSIONS
    from analytics.metrics import METRICS
    from analytics.periods import LABELS
    from analytics.presence import MINUTES_RULE, RULE
    from analytics.viewers import history

    yield "# Metrics, dimensions, periods"
    yield ""
    yield "Made from the code by `python docs/metrics_page.py`. Bots are left out of every metric unless asked for."
    yield ""
    yield "## Metrics"
    yield ""
    yield "The SQL runs as it stands over `viewing_session`; a ratio over nothing is null."
    for metric in METRICS.values():
        yield ""
        yield f"### {metric.label} (`{metric.name}`, {metric.unit})"
        yield ""
        yield metric.definition
        yield ""
        yield "```sql"
        yield metric.sql
        yield "```"
    yield ""
    yield "## Curves and moments of a video"
    yield ""
    yield "What a video's page draws along the video; none of these is one number, so `/v1/query` does not know them."
    for title, definition in {**curves.DEFINITIONS, **moments.DEFINITIONS, **actions.DEFINITIONS}.items():
        yield ""
        yield f"### {title}"
        yield ""
        yield definition
    yield ""
    yield "## A viewer and a video"
    yield ""
    yield "What [the viewers' pages](viewers.md) say over all sessions of one viewer, or of a person on a list."
    for title, definition in history.DEFINITIONS.items():
        yield ""
        yield f"### {title}"
        yield ""
        yield definition
    yield ""
    yield "## Viewers at once"
    yield ""
    yield concurrency.DEFINITION
    yield ""
    yield "## Watching now"
    yield ""
    yield RULE
    yield "People are counted once, however many players they have open."
    yield ""
    yield MINUTES_RULE
    yield ""
    yield "## Dimensions"
    yield ""
    yield "| name | groups by |"
    yield "| --- | --- |"
    for dimension in DIMENSIONS.values():
        yield f"| `{dimension.name}` | {dimension.definition} |"
    yield ""
    yield "## Periods"
    yield ""
    yield f"{', '.join(f'`{name}`' for name in LABELS)}, or dates from and to, both inclusive;"
    yield "in the workspace's time zone."


def page() -> str:
    """Return the page's text."""
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(page(), end="")  # noqa: T201
