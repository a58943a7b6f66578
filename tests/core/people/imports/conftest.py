"""Fixtures of the tests of importing people."""

import time
from collections.abc import Callable

import pytest

from tests.conftest import Caller, Organisation


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    """The organisation's own API, with a key that may do all."""
    return organisation.native()


@pytest.fixture
def cpu_seconds() -> Callable[[], float]:
    """What this process has worked since the test began; a limit that only a wrong order of growth breaks."""
    began = time.process_time()
    return lambda: time.process_time() - began
