"""The API's parts as its documentation groups them. Settings read this, so nothing here needs Django."""

from __future__ import annotations

OWN = "Viewprint"
COLLECT = "Collecting"
CATALOG = "Catalog"
REPORTS = "Reports"
EXPORTS = "Exports"
WEBHOOKS = "Webhooks"
WISTIA = "Wistia"
WISTIA_ALIASES = "Wistia: further addresses"
KINESCOPE = "Kinescope"
SIXTYSECONDS = "SixtySeconds"
EVENTS = "Event sessions"

# In the order of the page.
TAGS = [
    {
        "name": OWN,
        "description": "The one question that the dashboard itself asks, a visitor's data, this description.",
    },
    {"name": COLLECT, "description": "How viewing sessions come in: from players one by one, from elsewhere in bulk."},
    {"name": CATALOG, "description": "What is measured: create, list, show, change and delete it."},
    {
        "name": REPORTS,
        "description": "Reports as ZIP files: order one, take its link, cancel it; or have one mailed again and again.",
    },
    {"name": EXPORTS, "description": "Files that are sent at once: viewing sessions themselves, and referrers."},
    {
        "name": WEBHOOKS,
        "description": "Your servers are told what happens: signed, and again until they hear.",
    },
    {"name": WISTIA, "description": "Wistia's Stats API, and what its clients call of the Data API."},
    {
        "name": WISTIA_ALIASES,
        "description": "The same calls without `.json`, and under `/modern`: same parameters, same answers.",
    },
    {"name": KINESCOPE, "description": "Kinescope's analytics: an overview, and rows by a group of your choice."},
    {
        "name": SIXTYSECONDS,
        "description": "SixtySeconds' videos, and analytics of a video, the account and a template, also as files.",
    },
    {"name": EVENTS, "description": "Analytics of an event's sessions, and the sign-in for it."},
]
