"""Answers on the wire: status, headers and body as ASGI wants them, encoded once."""

from collections.abc import Iterable, Mapping

from litestar.datastructures.headers import MutableScopeHeaders
from litestar.response.base import ASGIResponse

ALWAYS = {"x-content-type-options": "nosniff", "cache-control": "no-store"}
"""Headers of every answer that does not set them itself."""
_ALWAYS = [(name.encode(), value.encode()) for name, value in ALWAYS.items()]


class Answer(ASGIResponse):
    """A whole body with its headers. Litestar's own class looks through the headers each time it adds one."""

    def __init__(
        self,
        body: bytes,
        status: int = 200,
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        cookies: Iterable[str] = (),
    ) -> None:
        self.status_code = status
        self.body = b"" if status in (204, 304) else body
        self.content_length = len(self.body)
        self.encoding = "utf-8"
        self.background = None
        self.is_head_response = False
        self._encoded_cookies = tuple((b"set-cookie", cookie.encode("latin-1")) for cookie in cookies)
        self.headers = MutableScopeHeaders()
        self.headers.headers = self._encode(media_type, headers or {})

    def _encode(self, media_type: str, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        given = {name.lower().encode("latin-1"): value.encode("latin-1") for name, value in headers.items()}
        encoded = [*(header for header in _ALWAYS if header[0] not in given), *given.items()]
        if self.status_code in (204, 304):
            return encoded
        charset = "; charset=utf-8" if media_type.startswith("text/") and "charset" not in media_type else ""
        kind = (b"content-type", f"{media_type}{charset}".encode("latin-1"))
        return [*encoded, kind, (b"content-length", str(self.content_length).encode())]
