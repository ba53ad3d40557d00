"""Where the demo's players are embedded, and what led viewers to those pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from analytics.demo.audience import Lot


@dataclass(frozen=True)
class Channel:
    """A site with players: how busy it is, and how likely a load there becomes a play.

    `signed_in` sites tell the player who is watching. `referrers` are drawn for the first page of a visit; an empty one
    is a direct visit.
    """

    key: str
    domain: str
    folder: str
    weight: float
    play_rate: float
    referrers: Lot[str]
    signed_in: bool = False


CHANNELS = {
    channel.key: channel
    for channel in (
        Channel(
            "learn", "learn.lumen.example", "/courses/", 4.2, 0.84, signed_in=True,
            referrers=Lot([("https://learn.lumen.example/my-courses", 6), ("https://sso.lumen.example/", 2), ("", 3)]),
        ),
        Channel(
            "docs", "docs.lumen.example", "/reference/", 1.7, 0.55,
            Lot([("https://www.google.com/", 6), ("https://duckduckgo.com/", 1), ("https://www.bing.com/", 1),
                 ("https://stackoverflow.com/", 1.2), ("https://docs.lumen.example/search", 2), ("", 2)]),
        ),
        Channel(
            "blog", "blog.lumen.example", "/", 1.5, 0.47,
            Lot([("https://www.google.com/", 4), ("https://news.ycombinator.com/", 1), ("https://www.linkedin.com/", 2),
                 ("https://www.reddit.com/", 1.3), ("https://t.co/", 0.8), ("", 2)]),
        ),
        Channel(
            "www", "www.lumen.example", "/", 2.1, 0.38,
            Lot([("https://www.google.com/", 5), ("https://www.bing.com/", 1), ("https://www.linkedin.com/", 1.5),
                 ("https://www.youtube.com/", 1), ("https://chatgpt.com/", 1), ("", 4)]),
        ),
        Channel(
            "mail", "www.lumen.example", "/letters/", 0.7, 0.62,
            Lot([("", 5), ("https://mail.google.com/", 3), ("https://outlook.live.com/", 2)]),
        ),
        Channel(
            "partner", "academy.northwind.example", "/training/", 0.8, 0.58,
            Lot([("https://intranet.northwind.example/", 5), ("", 2)]), signed_in=True,
        ),
    )
}  # fmt: skip
LIVE_CHANNEL = Channel(
    "live", "live.lumen.example", "/stage/", 1, 0.93,
    Lot([("https://www.lumen.example/live", 3), ("https://mail.google.com/", 2), ("", 4)]),
)  # fmt: skip

# What a link of ours carries where it is followed from one of these.
_TAGGED = {
    "https://www.linkedin.com/": "utm_source=linkedin&utm_medium=social",
    "https://t.co/": "utm_source=x&utm_medium=social",
    "https://www.youtube.com/": "utm_source=youtube&utm_medium=social",
}
_CAMPAIGNS = (
    (1, "new-year-new-skills"), (3, "spring-of-data"), (6, "summer-school"), (8, "back-to-school"),
    (11, "black-week"), (12, "winter-letters"),
)  # fmt: skip


def campaign_on(day: date) -> str:
    """Return the name of the campaign that ran on a day."""
    name = next((name for month, name in reversed(_CAMPAIGNS) if month <= day.month), _CAMPAIGNS[-1][1])
    return f"{name}-{day.year}"


def arrival_drawn(rng: Random, channel: Channel, slug: str, day: date) -> tuple[str, str]:
    """Return the page (with its campaign's parameters, where a campaign led there) and the referrer of a new visit."""
    page = f"https://{channel.domain}{channel.folder}{slug}"
    referrer = channel.referrers.draw(rng)
    if channel.key == "mail":
        return f"{page}?utm_source=newsletter&utm_medium=email&utm_campaign={campaign_on(day)}", referrer
    if (tags := _TAGGED.get(referrer)) and rng.random() < 0.7:
        return f"{page}?{tags}&utm_campaign={campaign_on(day)}", referrer
    if referrer == "https://www.google.com/" and channel.key == "www" and rng.random() < 0.3:
        return f"{page}?utm_source=google&utm_medium=cpc&utm_campaign={campaign_on(day)}", referrer
    return page, referrer
