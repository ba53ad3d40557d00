"""drf-spectacular's settings: what /v1/schema says of the API as a whole."""

from __future__ import annotations

from typing import Any

from videos.api.tags import TAGS

DESCRIPTION = """\
Four dialects over one store of viewing sessions, beside Viewprint's own calls.

Every call but those of players needs an API token of the workspace, sent in any one of the places that "Authorize"
lists. The scope `read` suffices to read, `write` is for changes. Dates are days in the workspace's time zone, the first
and the last included.
"""

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Viewprint API",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": "1",
    "TAGS": TAGS,
    "SCHEMA_PATH_PREFIX": "/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENFORCE_NON_BLANK_FIELDS": True,
    # An enum's values stay where they are used: names of their own would be guesses.
    "POSTPROCESSING_HOOKS": [
        "videos.api.documentation.docs_described",
        "analytics.api.public_described.public_described",
        "videos.api.schema.components_add",
    ],
}
