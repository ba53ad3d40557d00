"""Fixtures for every test: real services, the whole product served, a real browser."""

import gc
from collections.abc import Generator

import pytest

pytest_plugins = ("tests.services", "tests.served", "tests.browser")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare the collector of garbage what stays for the whole run, which is most of what there is."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Keep in one process what shares something expensive: the served product, a module's browser.

    It is said before the plugin looks that shares the tests out, and begins with the largest of these groups. The
    gates and browsers, of which some take long, come next, so that no process waits for another at the end.
    """
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("xdist_group"):
            continue
        if "served" in fixtures:
            item.add_marker(pytest.mark.xdist_group("served"))
        elif "chromium" in fixtures:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    yield
    items.sort(key=lambda item: not (item.nodeid.startswith("tests/quality/") or item.get_closest_marker("browser")))
