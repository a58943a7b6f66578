"""Certificates on the wire of the native API. Times are RFC 3339 in UTC."""

from typing import Literal

import msgspec

CertificateState = Literal["valid", "expired", "revoked"]


class CertificatesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/certificates. ``person`` is an id; ``q`` a part of the person's name or of the title."""

    person: str | None = None
    state: CertificateState | None = None
    q: str | None = None
    limit: int = 50
    cursor: str | None = None
    total: bool = False


class CertificateOut(msgspec.Struct):
    """A certificate as anyone may see it who has its number. ``url`` is its page, ``pdf`` its document."""

    number: str
    state: CertificateState
    name: str
    title: str
    organisation: str
    issued_at: str
    completed_at: str | None
    expires_at: str | None
    revoked_at: str | None
    revoke_reason: str | None
    url: str
    pdf: str | None
    """None for one that was revoked."""


class CertificateListed(CertificateOut):
    """A certificate with whose it is. ``person`` and ``assignment`` are ids."""

    person: str
    assignment: str


class CertificatePage(msgspec.Struct):
    """A page of certificates, the newest first."""

    certificates: list[CertificateListed]
    next: str | None
    total: int | None


class RevokeIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST …/revoke. ``reason`` is a line for those who look the certificate up."""

    reason: str | None = None
