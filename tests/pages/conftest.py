"""What tests of every page have in common."""

from __future__ import annotations

from tests.analytics.pages.conftest import at_noon  # noqa: F401
