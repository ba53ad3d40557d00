"""The world map: from where people watch."""

from __future__ import annotations

from django.templatetags.static import static

from analytics.captions import world_caption
from analytics.charts import Chart, Country, steps_of, world_figure
from analytics.finders import WORLD
from analytics.formats import count_shown
from analytics.pages.breakdowns import Breakdown
from analytics.world import countries_drawn

HEIGHT = 380


def world_chart(countries: Breakdown) -> Chart:
    """Return the breakdown by country as a map."""
    bars = countries.everything or countries.bars
    known = set(countries_drawn())
    drawn = [bar for bar in bars if bar.code in known]
    steps = steps_of([bar.views for bar in drawn])
    places = [
        Country(
            bar.code,
            bar.views,
            f"{bar.label}<br>{bar.views_shown} {'view' if bar.views == 1 else 'views'} ({bar.share_shown})",
            bar.url,
        )
        for bar in drawn
    ]
    keys = [
        (f"step-{step.color}", "–".join(dict.fromkeys((count_shown(step.least), count_shown(step.most)))))
        for step in steps
    ]
    return Chart(
        name="world",
        title="Where viewers are",
        caption=world_caption(
            [(bar.label, bar.views) for bar in drawn],
            [(bar.label, bar.views) for bar in bars if bar.code not in known],
        ),
        figure=world_figure(static(WORLD), places, steps),
        table=countries.table,
        height=HEIGHT,
        keys=tuple(keys),
    )
