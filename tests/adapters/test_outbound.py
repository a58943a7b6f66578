"""Posting to typed-in URLs: what is reached, what is refused, and how long it may take."""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rollbook.adapters.outbound import AddressGuard, GuardedOutbound, Resolve, is_public, may_travel, read_url
from rollbook.core.kernel.ports import Outbound, OutboundFailed, OutboundRefused

from .loopback import Certificate, Received, answering, http_server, self_signed

pytestmark = pytest.mark.anyio
LOOPBACK = ["127.0.0.0/8"]


def resolving(**names: Sequence[str]) -> Resolve:
    """Resolve `a_test` in the arguments as `a.test`."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        try:
            return names[host.replace(".", "_")]
        except KeyError:
            raise socket.gaierror(socket.EAI_NONAME, "no such name") from None

    return resolve


async def refused(url: str, outbound: GuardedOutbound | None = None) -> str:
    with pytest.raises(OutboundRefused) as caught:
        async with outbound or GuardedOutbound(resolve=resolving()) as out:
            await out.post(url, b"", {}, timeout_s=5)
    return caught.value.reason


async def test_a_reply_of_any_status_is_given_back() -> None:
    async with http_server(answering("418 Teapot", body=b"short")) as server, GuardedOutbound(LOOPBACK) as out:
        port_typed: Outbound = out
        reply = await port_typed.post(
            f"http://127.0.0.1:{server.port}/a%20b/ü?q=1&r=[é]#part",
            b"{}",
            {"Content-Type": "application/json"},
            timeout_s=5,
        )
    assert (reply.status, reply.body) == (418, b"short")
    assert 0 <= reply.duration_ms < 5000
    (seen,) = server.received
    assert seen.path == "/a%20b/%C3%BC?q=1&r=[%C3%A9]"
    assert seen.body == b"{}"
    assert seen.headers["host"] == f"127.0.0.1:{server.port}"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.headers["user-agent"] == "Rollbook"


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254"),  # noqa: S104
        *("168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1"),
        *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1"),
        *(
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
        ),
        *("fec0::1", "100::1", "2001:db8::1", "2001::1", "2001:10::1", "3fff::1", "5f00::1", "64:ff9b:1::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::8.8.8.8"),
        *("::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1"),
        *("2001:0:4136:e378:8000:63bf:3fff:fdd2",),
    ],
)
async def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    reason = await refused("http://inside.test/", GuardedOutbound(resolve=resolving(inside_test=[address])))
    assert address not in reason


@pytest.mark.parametrize(
    "address",
    [
        *(
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.255",
        ),
        *(
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2001:200::1",
        ),
    ],
)
async def test_a_public_address_passes(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    assert len(AddressGuard().check("hooks.test", [address])) == 1


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0X7F.0.0.1",
            "0177.0.0.1",
            "017700000001",
        ),
        *("127.0.0.1。", "１２７.0.0.1", "①②⑦.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]"),
        *(
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[2002:7f00:0001::]",
            "0",
            "0x0",
            "169.254.169.254",
            "[fd00:ec2::254]",
        ),
    ],
)
async def test_an_address_spelt_any_way_is_seen_through(host: str) -> None:
    assert "not at a public address" in await refused(f"http://{host}/")


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.1", "[::ffff:127.0.0.1]", "127.0.0.1."])
async def test_the_address_connected_to_is_the_one_that_was_read(host: str) -> None:
    async with http_server(answering("204 No Content")) as server, GuardedOutbound(LOOPBACK) as out:
        assert (await out.post(f"http://{host}:{server.port}/", b"", {}, timeout_s=5)).status == 204


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "/relative",
            "ftp://hooks.test/",
            "file:///etc/passwd",
            "gopher://hooks.test/",
            "javascript:1",
            "http://",
        ),
        *("http:///path", "http://user@hooks.test/", "http://user:pass@hooks.test/", "http://@hooks.test/"),
        *(
            "http://1.1.1.1\\@hooks.test/",
            "http://hooks.test/a b",
            "http://hooks.test/\r\nX: 1",
            "http://hooks.test:0/",
        ),
        *(
            "http://hooks.test:99999/",
            "http://hooks.test:x/",
            "http://[::1",
            "http://[fe80::1%25eth0]/",
            "http://[v1.x]/",
        ),
        *(
            "http://1.2.3.4.5/",
            "http://256.1.1.1/",
            "http://1.2.3.0x/",
            "http://09.1.1.1/",
            "http://a..test/",
            "http://.test/",
        ),
        *(
            "http://" + "a" * 64 + ".test/",
            "http://" + "a." * 127 + "test/",
            "http://ho%6fks.test/",
            "http://a,b.test/",
        ),
    ],
)
async def test_a_url_that_is_odd_is_refused_before_anything_is_resolved(url: str) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise AssertionError(f"{host} was looked up")

    await refused(url, GuardedOutbound(resolve=resolve))


async def test_urls_are_read_into_one_spelling() -> None:
    assert str(read_url("HTTPS://Hooks.Test.:443/x?y#z")) == "https://hooks.test/x?y"
    assert str(read_url("http://bücher.test:8080")) == "http://xn--bcher-kva.test:8080/"
    assert str(read_url("http://[2606:4700:0::1111]")) == "http://[2606:4700::1111]/"
    assert read_url("https://a.test").port == 443


async def test_a_name_with_a_trailing_dot_is_the_same_name() -> None:
    resolve = resolving(hooks_internal=["127.0.0.1"])
    async with http_server(answering("200 OK")) as server, GuardedOutbound(["Hooks.Internal."], resolve=resolve) as out:
        assert (await out.post(f"http://hooks.internal.:{server.port}/", b"", {}, timeout_s=5)).status == 200
    assert server.received[0].headers["host"] == f"hooks.internal:{server.port}"


async def test_an_allowed_name_may_be_inside_and_another_may_not() -> None:
    resolve = resolving(hooks_internal=["127.0.0.1"], other_internal=["127.0.0.1"])
    out = GuardedOutbound(["hooks.internal"], resolve=resolve)
    async with http_server(answering("200 OK")) as server, out:
        assert (await out.post(f"http://hooks.internal:{server.port}/", b"", {}, timeout_s=5)).status == 200
        with pytest.raises(OutboundRefused):
            await out.post(f"http://other.internal:{server.port}/", b"", {}, timeout_s=5)
        with pytest.raises(OutboundRefused):
            await out.post(f"http://127.0.0.1:{server.port}/", b"", {}, timeout_s=5)
    assert len(server.received) == 1


async def test_an_allowed_network_opens_no_other() -> None:
    guard = AddressGuard(["127.0.0.0/8", "10.1.2.3", "fd12::/16"])
    assert guard.check("a", ["127.0.0.1", "10.1.2.3", "fd12::1", "::ffff:127.0.0.9", "127.0.0.1"]) == [
        *("127.0.0.1", "10.1.2.3", "fd12::1", "127.0.0.9")
    ]
    for address in ("10.1.2.4", "0.0.0.0", "::1", "169.254.169.254", "fd13::1"):  # noqa: S104
        with pytest.raises(OutboundRefused):
            guard.check("a", [address])


@pytest.mark.parametrize("entry", ["", "10.0.0.0/40", "*.internal", "http://hooks.internal", "a b"])
async def test_an_allow_list_entry_that_means_nothing_is_an_error_at_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match="neither an address"):
        GuardedOutbound([entry])


async def test_one_inside_answer_among_public_ones_refuses_the_name() -> None:
    await refused("http://mixed.test/", GuardedOutbound(resolve=resolving(mixed_test=["8.8.8.8", "10.0.0.1"])))


def changing(*answers: str) -> tuple[Resolve, Callable[[], int]]:
    left: Iterator[str] = iter(answers)
    asked = 0

    async def resolve(host: str, port: int) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return [next(left)]

    return resolve, lambda: asked


async def test_a_name_that_changes_its_answer_is_refused_at_its_next_connection() -> None:
    resolve, asked = changing("127.0.0.1", "127.0.0.2")
    out = GuardedOutbound(["127.0.0.1"], resolve=resolve)
    async with http_server(answering("200 OK", "Connection: close")) as server, out:
        url = f"http://rebind.test:{server.port}/"
        assert (await out.post(url, b"", {}, timeout_s=5)).status == 200
        assert asked() == 1, "a second look-up between check and connection could be answered differently"
        with pytest.raises(OutboundRefused):
            await out.post(url, b"", {}, timeout_s=5)
    assert len(server.received) == 1


async def test_a_kept_connection_goes_where_it_went() -> None:
    resolve, asked = changing("127.0.0.1", "127.0.0.2")
    out = GuardedOutbound(["127.0.0.1"], resolve=resolve)
    async with http_server(answering("200 OK", body=b"x")) as server, out:
        for _ in range(3):
            await out.post(f"http://rebind.test:{server.port}/", b"", {}, timeout_s=5)
    assert asked() == 1
    assert [request.connection for request in server.received] == [1, 1, 1]


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    resolve = resolving(two_test=["127.0.0.2", "127.0.0.1"])
    async with http_server(answering("200 OK")) as server, GuardedOutbound(LOOPBACK, resolve=resolve) as out:
        assert (await out.post(f"http://two.test:{server.port}/", b"", {}, timeout_s=5)).status == 200


async def test_an_ipv6_server_is_reached_with_brackets_in_its_host_header() -> None:
    try:
        serving = http_server(answering("200 OK"), host="::1")
        server = await serving.__aenter__()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    async with GuardedOutbound(["::1"]) as out:
        assert (await out.post(f"http://[::1]:{server.port}/", b"", {}, timeout_s=5)).status == 200
    await serving.__aexit__(None, None, None)
    assert server.received[0].headers["host"] == f"[::1]:{server.port}"


@pytest.mark.parametrize("status", ["307 Temporary Redirect", "308 Permanent Redirect"])
async def test_a_redirect_is_followed_with_its_body(status: str) -> None:
    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        if request.path == "/start":
            await answering(status, "Location: ../there?x=1")(request, writer)
        else:
            await answering("200 OK", body=b"arrived")(request, writer)

    async with http_server(answer) as server, GuardedOutbound(LOOPBACK) as out:
        reply = await out.post(f"http://127.0.0.1:{server.port}/start", b"data", {"Authorization": "t"}, timeout_s=5)
    assert (reply.status, reply.body) == (200, b"arrived")
    assert [(seen.path, seen.body) for seen in server.received] == [("/start", b"data"), ("/there?x=1", b"data")]
    assert server.received[1].headers["authorization"] == "t", "the same origin keeps its credentials"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "300 Choices"])
async def test_other_redirects_are_the_reply(status: str) -> None:
    async with http_server(answering(status, "Location: /elsewhere")) as server, GuardedOutbound(LOOPBACK) as out:
        reply = await out.post(f"http://127.0.0.1:{server.port}/", b"", {}, timeout_s=5)
    assert reply.status == int(status[:3])
    assert len(server.received) == 1


async def test_a_redirect_that_names_no_place_is_the_reply() -> None:
    async with http_server(answering("307 Temporary Redirect")) as server, GuardedOutbound(LOOPBACK) as out:
        assert (await out.post(f"http://127.0.0.1:{server.port}/", b"", {}, timeout_s=5)).status == 307


@pytest.mark.parametrize(
    "location",
    [
        *("http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "//192.168.0.1/", "http://inside.test/"),
        *(
            "http://[::ffff:10.0.0.1]/",
            "http://2852039166/",
            "ftp://hooks.test/",
            "file:///etc/passwd",
            "http://u:p@127.0.0.1/",
        ),
        *("http://[", "http://127.0.0.1:0/"),
    ],
)
async def test_a_redirect_into_the_inside_is_refused(location: str) -> None:
    resolve = resolving(inside_test=["10.0.0.1"])
    async with http_server(answering("307 Temporary Redirect", f"Location: {location}")) as server:
        await refused(f"http://127.0.0.1:{server.port}/", GuardedOutbound(LOOPBACK, resolve=resolve))
    assert len(server.received) == 1


async def test_a_fourth_redirect_is_refused() -> None:
    async with http_server(answering("308 Permanent Redirect", "Location: /again")) as server:
        assert "3 redirects" in await refused(f"http://127.0.0.1:{server.port}/", GuardedOutbound(LOOPBACK))
    assert len(server.received) == 4


async def test_only_harmless_headers_go_along_to_another_origin() -> None:
    sent = {
        "Authorization": "Bearer t",
        "X-Api-Key": "k",
        "Cookie": "c",
        "Content-Type": "application/json",
        "webhook-signature": "v1,s",
        "X-Velpic-Signature": "s",
    }
    async with http_server(answering("200 OK")) as there:
        location = f"Location: http://127.0.0.1:{there.port}/"
        async with http_server(answering("307 Temporary Redirect", location)) as here, GuardedOutbound(LOOPBACK) as out:
            assert (await out.post(f"http://127.0.0.1:{here.port}/", b"d", sent, timeout_s=5)).status == 200
    got = there.received[0].headers
    assert not {"authorization", "x-api-key", "cookie"} & got.keys()
    assert {"content-type", "webhook-signature", "x-velpic-signature"} <= got.keys()
    assert there.received[0].body == b"d"
    assert may_travel("Webhook-Id")
    assert not may_travel("Proxy-Authorization")


@pytest.mark.parametrize(
    "headers",
    [
        *({"X": "a\r\nB: c"}, {"X": "a\nb"}, {"X\r\nY": "a"}, {"X Y": "a"}, {"": "a"}, {"X": "\0"}, {"X": "日"}),
        *({"Host": "metadata"}, {"content-length": "1"}, {"Transfer-Encoding": "chunked"}, {"Connection": "close"}),
    ],
)
async def test_headers_that_would_change_the_request_are_refused(headers: dict[str, str]) -> None:
    async with http_server(answering("200 OK")) as server, GuardedOutbound(LOOPBACK) as out:
        with pytest.raises(OutboundRefused, match="header"):
            await out.post(f"http://127.0.0.1:{server.port}/", b"", headers, timeout_s=5)
    assert server.received == []


async def failed(url: str, outbound: GuardedOutbound, timeout_s: float = 5) -> OutboundFailed:
    with pytest.raises(OutboundFailed) as caught:
        async with outbound as out:
            await out.post(url, b"", {}, timeout_s=timeout_s)
    return caught.value


async def test_a_name_that_does_not_resolve_says_so() -> None:
    assert (await failed("http://nowhere.test/", GuardedOutbound(resolve=resolving()))).kind == "dns"
    assert (await failed("http://empty.test/", GuardedOutbound(resolve=resolving(empty_test=[])))).kind == "dns"


async def test_the_systems_resolver_is_asked_and_guarded() -> None:
    await refused("http://localhost/", GuardedOutbound())
    async with http_server(answering("200 OK")) as server, GuardedOutbound(["localhost"]) as out:
        assert (await out.post(f"http://localhost:{server.port}/", b"", {}, timeout_s=5)).status == 200


async def test_a_port_where_nobody_listens_is_a_failure_to_connect() -> None:
    async with http_server(answering("200 OK")) as server:
        port = server.port
    failure = await failed(f"http://127.0.0.1:{port}/", GuardedOutbound(LOOPBACK))
    assert failure.kind == "connect"
    assert failure.reason == "the server did not accept a connection"


async def test_a_slow_look_up_meets_the_deadline() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    assert (await failed("http://slow.test/", GuardedOutbound(resolve=resolve), timeout_s=0.05)).kind == "timeout"


async def test_a_server_that_never_answers_meets_the_deadline() -> None:
    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with http_server(answer) as server:
        failure = await failed(f"http://127.0.0.1:{server.port}/", GuardedOutbound(LOOPBACK), timeout_s=0.1)
    assert failure.kind == "timeout"


async def test_a_body_that_drips_meets_the_deadline_though_every_read_is_quick() -> None:
    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.01)  # the peer's pace, not a wait of ours

    started = time.monotonic()
    async with http_server(answer) as server, GuardedOutbound(LOOPBACK) as out:
        with pytest.raises(OutboundFailed) as caught:
            await out.post(f"http://127.0.0.1:{server.port}/", b"", {}, timeout_s=0.2)
    assert caught.value.kind == "timeout"
    assert 0.15 < time.monotonic() - started < 3


async def test_redirects_share_one_deadline() -> None:
    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.08)
        await answering("307 Temporary Redirect", "Location: /again")(request, writer)

    async with http_server(answer) as server:
        failure = await failed(f"http://127.0.0.1:{server.port}/", GuardedOutbound(LOOPBACK), timeout_s=0.2)
    assert failure.kind == "timeout"


async def test_a_deadline_that_passed_leaves_the_pool_usable() -> None:
    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        if request.path == "/slow":
            await asyncio.Event().wait()
        await answering("200 OK")(request, writer)

    async with http_server(answer) as server, GuardedOutbound(LOOPBACK) as out:
        late = [out.post(f"http://127.0.0.1:{server.port}/slow", b"", {}, timeout_s=0.1) for _ in range(110)]
        ended = await asyncio.gather(*late, return_exceptions=True)
        assert all(isinstance(end, OutboundFailed) and end.kind == "timeout" for end in ended)
        assert (await out.post(f"http://127.0.0.1:{server.port}/", b"", {}, timeout_s=5)).status == 200


async def test_an_endless_body_is_cut_at_64_kib() -> None:
    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"abcdefgh" * 1000)
            await writer.drain()

    async with http_server(answer) as server, GuardedOutbound(LOOPBACK) as out:
        reply = await out.post(f"http://127.0.0.1:{server.port}/", b"", {}, timeout_s=5)
    assert len(reply.body) == 64 * 1024
    assert reply.body.startswith(b"abcdefgh")


@pytest.mark.parametrize("reply", [b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000, b""])
async def test_a_reply_that_is_not_http_is_a_failure_of_the_protocol(reply: bytes) -> None:
    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        writer.close()

    async with http_server(answer) as server:
        assert (await failed(f"http://127.0.0.1:{server.port}/", GuardedOutbound(LOOPBACK))).kind == "protocol"


@pytest.fixture(scope="module")
def hooks_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder: Path = tmp_path_factory.mktemp("tls")
    return self_signed("hooks.test", folder)


async def test_tls_is_checked_against_the_name_in_the_url(hooks_certificate: Certificate) -> None:
    def outbound() -> GuardedOutbound:
        resolve = resolving(hooks_test=["127.0.0.1"], other_test=["127.0.0.1"])
        return GuardedOutbound(LOOPBACK, resolve=resolve, ssl_context=hooks_certificate.trusting)

    async with http_server(answering("200 OK"), tls=hooks_certificate.serving) as server:
        async with outbound() as out:
            assert (await out.post(f"https://hooks.test.:{server.port}/", b"", {}, timeout_s=5)).status == 200
        mismatch = await failed(f"https://other.test:{server.port}/", outbound())
        by_address = await failed(f"https://127.0.0.1:{server.port}/", outbound())
    assert mismatch.kind == by_address.kind == "tls"
    assert "certificate is not valid" in mismatch.reason
    assert len(server.received) == 1


async def test_a_certificate_nobody_vouches_for_is_a_failure_of_tls(hooks_certificate: Certificate) -> None:
    resolve = resolving(hooks_test=["127.0.0.1"])
    async with http_server(answering("200 OK"), tls=hooks_certificate.serving) as server:
        untrusted = await failed(f"https://hooks.test:{server.port}/", GuardedOutbound(LOOPBACK, resolve=resolve))
    assert untrusted.kind == "tls"


async def test_a_server_that_speaks_no_tls_is_a_failure_of_tls() -> None:
    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        failure = await failed(f"https://127.0.0.1:{port}/", GuardedOutbound(LOOPBACK))
    assert failure.kind == "tls"


async def test_a_redirect_from_https_to_http_is_refused(hooks_certificate: Certificate) -> None:
    away = answering("307 Temporary Redirect", "Location: http://hooks.test/")
    out = GuardedOutbound(LOOPBACK, resolve=resolving(hooks_test=["127.0.0.1"]), ssl_context=hooks_certificate.trusting)
    async with http_server(away, tls=hooks_certificate.serving) as server:
        assert "from https to http" in await refused(f"https://hooks.test:{server.port}/", out)


async def test_proxy_settings_of_the_environment_are_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with http_server(answering("200 OK")) as server, GuardedOutbound(LOOPBACK) as out:
        assert (await out.post(f"http://127.0.0.1:{server.port}/", b"", {}, timeout_s=5)).status == 200
