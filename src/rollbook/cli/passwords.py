"""Passwords that commands make up or hash."""

import secrets

LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that look alike, for people read them off a screen."""


def made_up() -> str:
    """A password of 116 random bits: twenty letters and figures in groups of five."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def hashed(password: str) -> str:
    """The form in which a password is kept."""
    from rollbook.adapters.passwords import Argon2Passwords

    return Argon2Passwords().hash(password)
