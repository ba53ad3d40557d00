"""Fixtures for every test: real services, the whole product served, a real browser."""

import pytest

pytest_plugins = ("tests.services", "tests.served", "tests.browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep in one process what shares something expensive: the served product, a module's browser."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("xdist_group"):
            continue
        if "served" in fixtures:
            item.add_marker(pytest.mark.xdist_group("served"))
        elif "chromium" in fixtures:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
