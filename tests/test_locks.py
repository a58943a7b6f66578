"""The lock files agree with pyproject.toml and with each other; `make lock` mends them."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ;]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """The version of each package that a lock file pins."""
    return {canonicalize_name(name): version for name, version in PIN.findall((ROOT / lock).read_text())}


def asked() -> tuple[list[str], list[str]]:
    """The requirements pyproject.toml states: at run time, and for development on top."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project["dependencies"], project["optional-dependencies"]["dev"]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_stated_requirement_is_pinned_at_a_version_it_allows(lock: str) -> None:
    runtime, development = asked()
    stated = [Requirement(text) for text in runtime + (development if "dev" in lock else [])]
    pinned = pins(lock)
    assert [r.name for r in stated if not r.specifier.contains(pinned.get(canonicalize_name(r.name), "0"))] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-build.lock"])
def test_the_dev_lock_holds_every_other_lock(lock: str) -> None:
    assert pins(lock).items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-build.lock", "requirements-dev.lock"])
def test_every_pin_carries_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.findall(r"^[a-z0-9][^\n]*[^\\]\n(?!    --hash)", text, re.MULTILINE) == []
    assert len(re.findall(r"\\\n    --hash=sha256:", text)) >= len(pins(lock)) > 0
