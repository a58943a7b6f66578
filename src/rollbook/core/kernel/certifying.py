"""The port to the authority that certifies devices, and the values that cross it."""

from collections.abc import Iterable
from typing import Literal, Protocol

import msgspec


class RequestUnreadable(Exception):
    """A certificate signing request that cannot be read, or is not signed by its own key."""


class AuthorityPair(msgspec.Struct, frozen=True):
    """A new authority's own certificate and its private key, both PEM."""

    certificate: str
    key: bytes


class SignedCertificate(msgspec.Struct, frozen=True):
    """A certificate and its authority's own, both PEM; the serial in lower-case hexadecimal, and when it ends."""

    certificate: str
    authority: str
    serial: str
    expires_at: int


RevocationReason = Literal["superseded", "certificate_hold", "cessation_of_operation"]
"""Why a certificate is good no more (RFC 5280, section 5.3.1)."""


class Revocation(msgspec.Struct, frozen=True):
    """A certificate that is good no more, since an instant."""

    serial: str
    since: int
    reason: RevocationReason


class CertificateAuthority(Protocol):
    """Signs the certificates by which devices prove who they are, and the list of those that do so no more."""

    def sign(self, request: bytes, name: str, *, list_url: str) -> SignedCertificate:
        """A certificate for the key in a PEM request, naming `name` and where the list of revoked ones is.

        Raises `RequestUnreadable`.
        """
        ...

    def certificate(self) -> str:
        """The authority's own certificate, PEM."""
        ...

    def revocation_list(self, revoked: Iterable[Revocation], at: int, *, as_pem: bool) -> bytes:
        """The signed list of revoked certificates (RFC 5280, section 5) as of an instant; DER unless `as_pem`."""
        ...
