"""The credentials file: JSON of mode 600 with the secrets that scripts need to start, one part per door."""

import os
from pathlib import Path
from typing import Any

import msgspec

from rollbook.cli.refusals import Refusal
from rollbook.core.access.founding import Founded


class Login(msgspec.Struct, frozen=True):
    """A user name and a password."""

    username: str
    password: str


class OAuthClient(msgspec.Struct, frozen=True):
    """An OAuth client that gets tokens by its own name."""

    client_id: str
    client_secret: str


class ApiKey(msgspec.Struct, frozen=True):
    """A key for the Authorization header."""

    api_key: str


class LoginWithKey(Login, frozen=True):
    """A user name and a password, and a key that does without them."""

    api_key: str


class AccessKey(msgspec.Struct, frozen=True):
    """A key for the AccessKey header."""

    access_key: str


class Credentials(msgspec.Struct, frozen=True):
    """Everything that a fresh organisation can be used with; a part per door that this version has."""

    base_url: str
    senar: Login
    smartarena: OAuthClient
    velpic: AccessKey
    serenytics: LoginWithKey
    native: ApiKey
    console: Login


def credentials_of(base_url: str, founded: Founded, username: str, password: str) -> Credentials:
    """The credentials of an organisation that was just founded."""
    login = Login(username, password)
    client = OAuthClient(founded.client_id, founded.client_secret)
    access_key = AccessKey(founded.access_key)
    serenytics = LoginWithKey(username, password, founded.api_key)
    return Credentials(base_url, login, client, access_key, serenytics, ApiKey(founded.api_key), login)


def encoded(credentials: Credentials) -> bytes:
    """As the file holds them."""
    return msgspec.json.format(msgspec.json.encode(credentials), indent=2) + b"\n"


def read(path: Path) -> Credentials | None:
    """What a file holds; None when there is no such file, or it is none of ours."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Credentials)
    except (OSError, msgspec.MsgspecError):
        return None


def write(path: Path, credentials: Credentials) -> None:
    """Write the file whole, readable by its owner alone. Refuses where the folder cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(encoded(credentials))
        draft.replace(path)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        raise Refusal(f"Cannot write {path}: {problem.strerror}.", "Choose another --credentials FILE.") from None


def lines(credentials: Credentials) -> list[tuple[str, Any]]:
    """What to show a person: labels and values."""
    return [
        ("Console", credentials.base_url),
        ("  user name", credentials.console.username),
        ("  password", credentials.console.password),
        ("Native API", f"{credentials.base_url}/v1"),
        ("  API key", credentials.native.api_key),
        ("Smart Arena API", f"{credentials.base_url}/api"),
        ("  client id", credentials.smartarena.client_id),
        ("  client secret", credentials.smartarena.client_secret),
        ("Velpic API", f"{credentials.base_url}/api/v2"),
        ("  access key", credentials.velpic.access_key),
        ("Serenytics API", f"{credentials.base_url}/api"),
        ("  API key", credentials.serenytics.api_key),
        ("SENAR API", f"{credentials.base_url}/api/auth/login"),
        ("  user name", credentials.senar.username),
        ("  password", credentials.senar.password),
    ]
