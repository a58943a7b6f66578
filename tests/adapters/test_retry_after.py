"""Reading Retry-After."""

import pytest

from rollbook.adapters.outbound import GuardedOutbound, read_retry_after
from tests.adapters.loopback import answering, http_server

NOW_S = 1_772_355_600.0
"""2026-03-01T09:00:00Z."""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 01 Mar 2026 09:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 08:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("9" * 40, None),
        ("Sun, 01 Mar 99999 08:00:00 GMT", None),
    ],
)
def test_it_holds_seconds_or_a_date(value: str, seconds: int | None) -> None:
    assert read_retry_after(value, NOW_S) == seconds


@pytest.mark.anyio
async def test_a_reply_tells_it() -> None:
    answer = answering("503 Service Unavailable", "Retry-After: 7")
    async with http_server(answer) as server, GuardedOutbound(["127.0.0.0/8"]) as outbound:
        reply = await outbound.post(f"http://127.0.0.1:{server.port}/", b"{}", {}, timeout_s=10)
    assert (reply.status, reply.retry_after_s) == (503, 7)
