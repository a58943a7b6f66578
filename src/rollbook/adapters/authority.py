"""Our own certificate authority, which signs the certificates of devices, and the list of those that are revoked."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rollbook.core.kernel.certifying import AuthorityPair, RequestUnreadable, Revocation, SignedCertificate
from rollbook.core.kernel.clock import from_datetime, to_datetime

AUTHORITY_YEARS = 20
DEVICE_YEARS = 10
_YEAR = dt.timedelta(days=365)
LIST_LIVES = dt.timedelta(days=1)
"""How long a list of revoked certificates is good; whoever checks them gets a new one before."""
_REASONS = {
    "superseded": x509.ReasonFlags.superseded,
    "certificate_hold": x509.ReasonFlags.certificate_hold,
    "cessation_of_operation": x509.ReasonFlags.cessation_of_operation,
}


class P256Authority:
    """`CertificateAuthority` by an elliptic key on the curve P-256. Its own certificate is PEM, as is its key, which
    is opened when something is first to be signed.
    """

    def __init__(self, certificate: str, open_key: Callable[[], bytes]) -> None:
        self._pem = certificate
        self._open_key = open_key
        self._own = x509.load_pem_x509_certificate(certificate.encode())

    @cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self._open_key(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the authority has a key of another kind")
        return key

    def sign(self, request: bytes, name: str, *, list_url: str) -> SignedCertificate:
        """A certificate for the key in a request; see `CertificateAuthority.sign`. Raises `RequestUnreadable`."""
        try:
            wanted = x509.load_pem_x509_csr(request)
            is_signed = wanted.is_signature_valid
        except (ValueError, TypeError) as problem:
            raise RequestUnreadable("this is no certificate signing request in PEM") from problem
        if not is_signed:
            raise RequestUnreadable("the request is not signed by its own key")
        key, own = self._key, self._own
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        ends, list_at = now + DEVICE_YEARS * _YEAR, [x509.UniformResourceIdentifier(list_url)]
        made = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(own.subject)
            .public_key(wanted.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
            .add_extension(x509.CRLDistributionPoints([x509.DistributionPoint(list_at, None, None, None)]), False)
            .sign(key, hashes.SHA256())
        )
        return SignedCertificate(_pem(made), self._pem, f"{made.serial_number:x}", from_datetime(ends))

    def certificate(self) -> str:
        """Our own certificate, PEM."""
        return self._pem

    def revocation_list(self, revoked: Iterable[Revocation], at: int, *, as_pem: bool) -> bytes:
        """The signed list of revoked certificates; see `CertificateAuthority.revocation_list`."""
        key, own = self._key, self._own
        now = to_datetime(at).replace(microsecond=0)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
        made = (
            x509.CertificateRevocationListBuilder(revoked_certificates=[_revoked(one) for one in revoked])
            .issuer_name(own.subject)
            .last_update(now)
            .next_update(now + LIST_LIVES)
            .add_extension(x509.CRLNumber(at), critical=False)
            .add_extension(issuer, critical=False)
            .sign(key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM if as_pem else serialization.Encoding.DER)


def make_authority() -> AuthorityPair:
    """A new authority, which signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Rollbook devices")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + AUTHORITY_YEARS * _YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return AuthorityPair(_pem(made), pem)


def _revoked(one: Revocation) -> x509.RevokedCertificate:
    return (
        x509.RevokedCertificateBuilder()
        .serial_number(int(one.serial, 16))
        .revocation_date(to_datetime(one.since).replace(microsecond=0))
        .add_extension(x509.CRLReason(_REASONS[one.reason]), critical=False)
        .build()
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
