"""Reading from somebody's bucket: signed as S3 wants it, and never from inside our own network."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from rollbook.adapters.buckets import GuardedBuckets
from rollbook.adapters.signing import S3Key, S3Request, presigned, quoted_key
from rollbook.core.kernel.ports import FileMissing, FileTooLarge, OutboundFailed, OutboundRefused, S3Object
from tests.adapters.s3_server import S3Server, s3_server

WANTED = S3Object(bucket="sales", key="2026/März.csv", region="eu-west-1", access_key="id", secret_key="secret")


@pytest.fixture
def s3() -> Iterator[S3Server]:
    """An S3 on loopback with one object in it."""
    with s3_server() as server:
        server.objects["/sales/2026/M%C3%A4rz.csv"] = b"a\n" * 1000
        yield server


def buckets(s3: S3Server, *allowed: str) -> GuardedBuckets:
    """A reader of that S3."""
    return GuardedBuckets(allowed, endpoint=f"http://127.0.0.1:{s3.server_port}")


def test_a_signature_is_that_of_amazons_own_example() -> None:
    """AWS, "Authenticating Requests: Using Query Parameters", the example of a GET."""
    asked = S3Request("GET", "examplebucket.s3.amazonaws.com", "/test.txt", "us-east-1")
    key = S3Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    query = presigned(asked, key, at=datetime(2013, 5, 24, tzinfo=UTC), expires_s=86400)
    assert query.endswith("X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")


def test_keys_are_quoted_as_s3_quotes_them() -> None:
    assert quoted_key("a b/ü+~%?.csv") == "a%20b/%C3%BC%2B~%25%3F.csv"


def test_an_object_is_read(s3: S3Server) -> None:
    opened = buckets(s3, "127.0.0.0/8").open(WANTED, limit=2000)
    assert opened.size == 2000
    assert b"".join(opened.chunks) == b"a\n" * 1000


def test_an_s3_inside_our_network_is_not_asked(s3: S3Server) -> None:
    with pytest.raises(OutboundRefused, match="not at a public address"):
        buckets(s3).open(WANTED, limit=2000)
    assert s3.verbs == []


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.8", "::1", "fd00::1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_inside_is_not_followed(address: str) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["52.218.0.1", address]

    with pytest.raises(OutboundRefused):
        GuardedBuckets(resolve=resolve).open(WANTED, limit=10)
    assert asked == ["sales.s3.eu-west-1.amazonaws.com"]


def test_what_is_too_large_missing_or_refused_is_told_apart(s3: S3Server) -> None:
    reader = buckets(s3, "127.0.0.0/8")
    with pytest.raises(FileTooLarge):
        reader.open(WANTED, limit=1999)
    missing = S3Object(bucket="sales", key="none", region="eu-west-1")
    with pytest.raises(FileMissing):
        reader.open(missing, limit=10)
    s3.refuses_with = 403
    with pytest.raises(OutboundRefused, match="403"):
        reader.open(WANTED, limit=2000)


def test_a_redirect_is_not_followed(s3: S3Server) -> None:
    s3.refuses_with = 307
    with pytest.raises(OutboundRefused, match="307"):
        buckets(s3, "127.0.0.0/8").open(WANTED, limit=2000)
    assert len(s3.verbs) == 1


def test_a_name_that_is_not_there_is_said() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(OutboundFailed, match="could not be resolved"):
        GuardedBuckets(resolve=resolve).open(WANTED, limit=10)
