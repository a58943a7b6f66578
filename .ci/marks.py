"""A pytest plugin: write each test's marks and parameters into the JUnit report, for `.ci/verify.py`."""

import pytest

KINDS = ("browser", "clients")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell of each test which of the kinds it is that a machine can lack."""
    for item in items:
        kinds = {kind for kind in KINDS if item.get_closest_marker(kind)}
        callspec = getattr(item, "callspec", None)
        if callspec is not None and "postgres" in callspec.id:
            kinds.add("postgres")
        item.user_properties.extend(("kind", kind) for kind in sorted(kinds))
