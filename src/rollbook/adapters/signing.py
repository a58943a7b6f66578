"""Signed addresses of S3 objects (AWS Signature Version 4, "Authenticating Requests: Using Query Parameters")."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import msgspec

ALGORITHM = "AWS4-HMAC-SHA256"
UNRESERVED = "-_.~"


class S3Key(msgspec.Struct, frozen=True):
    """Who signs. ``token`` is that of a session."""

    access_key: str
    secret_key: str
    token: str = ""


class S3Request(msgspec.Struct, frozen=True):
    """What is signed: ``path`` is quoted already, ``headers`` (in lower case) must be sent along."""

    method: str
    host: str
    path: str
    region: str
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)


def quoted_key(key: str) -> str:
    """An object's key as it stands in a path."""
    return quote(key, safe=f"/{UNRESERVED}")


def presigned(request: S3Request, key: S3Key, *, at: datetime, expires_s: int) -> str:
    """The query that makes an address open for some seconds from ``at``, which is in UTC."""
    stamp, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    scope = f"{day}/{request.region}/s3/aws4_request"
    headers = {"host": request.host} | dict(request.headers)
    names = ";".join(sorted(headers))
    fields = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{key.access_key}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(expires_s),
        "X-Amz-SignedHeaders": names,
    }
    if key.token:
        fields["X-Amz-Security-Token"] = key.token
    query = "&".join(f"{name}={quote(value, safe=UNRESERVED)}" for name, value in sorted(fields.items()))
    said = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    canonical = "\n".join([request.method, request.path, query, said, names, "UNSIGNED-PAYLOAD"])
    text = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    signing = f"AWS4{key.secret_key}".encode()
    for part in (day, request.region, "s3", "aws4_request"):
        signing = _hmac(signing, part)
    return f"{query}&X-Amz-Signature={_hmac(signing, text).hex()}"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
