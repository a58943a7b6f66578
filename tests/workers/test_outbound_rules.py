"""Webhooks over the real guarded connections: what a name says today is not what it said yesterday."""

import asyncio
from collections.abc import Sequence

from rollbook.adapters.outbound import GuardedOutbound
from tests.adapters.loopback import answering, http_server
from tests.conftest import Organisation
from tests.workers.post_office import PostOffice


def test_a_name_that_comes_to_lead_inside_is_refused_from_then_on(organisation: Organisation, post: PostOffice) -> None:
    """Loopback stands for the outside here, as nothing further may be reached; 10.0.0.8 is inside."""
    api = organisation.native()
    leads_to = ["127.0.0.1"]
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return leads_to

    async def deliver() -> int:
        async with (
            http_server(answering("204 No Content", "Connection: close")) as target,
            GuardedOutbound(["127.0.0.0/8"], resolve=resolve) as outbound,
        ):
            url = f"http://hooks.example.com:{target.port}/a"
            await asyncio.to_thread(api.post, "/v1/webhooks", json={"url": url, "topics": ["person.created"]})
            post.post = outbound.post  # type: ignore[method-assign]
            for number, address in enumerate(("127.0.0.1", "10.0.0.8", "169.254.169.254")):
                leads_to[:] = [address]
                person = {"first_name": "A", "last_name": "B", "username": f"p{number}"}
                await asyncio.to_thread(api.post, "/v1/people", json=person)
                await post.work_here()
            return len(target.received)

    assert asyncio.run(deliver()) == 1
    found = api.get("/v1/deliveries").json()["deliveries"]
    assert [delivery["state"] for delivery in found] == ["failed", "failed", "delivered"]
    assert found[0]["last_error"] == "Not sent: hooks.example.com is not at a public address."
    assert asked.count("hooks.example.com") == 3
