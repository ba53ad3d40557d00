"""A real Chromium beside the served product."""

from tests.browser import chromium, context, page  # noqa: F401
from tests.served import own_served, served  # noqa: F401
