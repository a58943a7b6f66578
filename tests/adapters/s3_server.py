"""A small S3 on loopback: whole objects, ranges, multipart uploads. It checks no signature."""

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest


class S3Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), S3Conversation)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[int, bytes] = {}
        self.verbs: list[str] = []
        self.refuses_with: int | None = None

    def set_in(self, environment: pytest.MonkeyPatch) -> None:
        """Make this the S3 that buckets are looked for at."""
        environment.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{self.server_port}")
        environment.setenv("AWS_ALLOW_HTTP", "true")
        environment.setenv("AWS_REGION", "eu-central-1")
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")


class S3Conversation(BaseHTTPRequestHandler):
    """Speaks what obstore says of the S3 REST API."""

    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        kept = cast(S3Server, self.server)
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        kept.verbs.append(self.command + ("".join(f"?{name}" for name in sorted(query))))
        if kept.refuses_with is not None:
            self.answer(kept.refuses_with, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
        elif self.command == "POST" and "uploads" in query:
            self.answer(200, b"<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>")
        elif self.command == "POST" and "delete" in query:
            key = body.decode().partition("<Key>")[2].partition("</Key>")[0]
            kept.objects.pop(f"{url.path}/{key}", None)
            self.answer(200, f"<DeleteResult><Deleted><Key>{key}</Key></Deleted></DeleteResult>".encode())
        elif self.command == "POST":
            kept.objects[url.path] = b"".join(part for _, part in sorted(kept.parts.items()))
            self.answer(200, b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>")
        elif self.command == "PUT" and "partNumber" in query:
            kept.parts[int(query["partNumber"][0])] = body
            self.answer(200, b"")
        elif self.command == "PUT":
            kept.objects[url.path] = body
            self.answer(200, b"")
        elif self.command == "DELETE":
            if "uploadId" in query:
                kept.parts.clear()
            else:
                kept.objects.pop(url.path, None)
            self.answer(204, b"")
        elif "list-type" in query:
            self.answer(200, self.listing(url.path, query.get("prefix", [""])[0]))
        elif url.path not in kept.objects:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self.answer_with(kept.objects[url.path])

    def listing(self, bucket: str, prefix: str) -> bytes:
        kept = cast(S3Server, self.server)
        began = f"{bucket}/"
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        found = [path.removeprefix(began) for path in kept.objects if path.startswith(began + prefix)]
        parts = [
            f"<Contents><Key>{key}</Key><LastModified>{at}</LastModified><Size>1</Size></Contents>" for key in found
        ]
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(parts)}</ListBucketResult>".encode()

    def answer_with(self, content: bytes) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted is None:
            return self.answer(200, content)
        start, end = int(wanted[1]), min(int(wanted[2]) + 1, len(content))
        return self.answer(206, content[start:end], f"bytes {start}-{end - 1}/{len(content)}")

    def answer(self, status: int, content: bytes, content_range: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("Last-Modified", "Wed, 21 Oct 2026 07:28:00 GMT")
        if content_range is not None:
            self.send_header("Content-Range", content_range)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def s3_server() -> Iterator[S3Server]:
    server = S3Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
