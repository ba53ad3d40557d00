"""Fixtures for every test: real services, and the whole product served."""

pytest_plugins = ("tests.services", "tests.served")
