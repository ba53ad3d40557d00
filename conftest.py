"""Fixtures for every test: real services, the whole product served, a real browser."""

import pytest

pytest_plugins = ("tests.services", "tests.served", "tests.browser")

# Folders and fixtures of tests that take seconds, most of them waiting for programs of their own.
LONG = {"quality", "proof", "own_served"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep in one process what shares something expensive: the served product, a module's browser.

    What takes long by itself begins early, so that no process waits for another at the end.
    """
    items.sort(key=lambda item: not (LONG & {*getattr(item, "fixturenames", ()), item.nodeid.split("/")[1]}))
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("xdist_group"):
            continue
        if "served" in fixtures:
            item.add_marker(pytest.mark.xdist_group("served"))
        elif "chromium" in fixtures:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
