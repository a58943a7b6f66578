"""Fixtures of the workers' tests."""

import pytest

from rollbook.app import Server
from tests.workers.post_office import Letters, PostOffice


@pytest.fixture
def post(server: Server) -> PostOffice:
    """A post office of the test's own."""
    return PostOffice(server)


@pytest.fixture
def letters(server: Server) -> Letters:
    """A mail worker of the test's own."""
    return Letters(server)
