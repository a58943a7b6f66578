"""Nodes that share a database see each other's sockets and pass on each other's events."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.statements import Statement
from rollbook.core.sessions.tables.presence import open_sockets
from tests.doors.opentera.live import Live, living


@pytest.fixture
def other(live: Live, store: str, live_database: str, tmp_path: Path) -> Iterator[Live]:
    """A second node."""
    if store == "sqlite":
        pytest.skip("a record on SQLite has one node")
    for name in ("secret.key",):
        (tmp_path / name).write_bytes((live.server.settings.data / name).read_bytes())
    with living(tmp_path, live_database) as made, made.opened:
        yield made


def test_who_is_at_one_node_is_online_at_the_other_and_hears_of_it(live: Live, other: Live) -> None:
    admin = live.user("admin")
    participant = other.participant()
    admin.until_kind("PARTICIPANT_CONNECTED")
    for node in (live, other):
        assert [one["id_user"] for one in node.ways.user("admin").get("/user/users/online").json()] == [1]
        assert len(node.ways.user("admin").get("/user/participants/online").json()) == 1
        refused = node.ways.participant().get("/participant/login", with_websocket=True)
        assert refused.json() == "Participant already logged in."
    live.ways.user("admin").get("/user/disconnect", id_participant=1)
    assert participant.close_code() == (4000, "CMD_CLIENT_DISCONNECT")
    admin.until_kind("PARTICIPANT_DISCONNECTED")


def test_every_node_signs_certificates_by_the_same_authority(live: Live, other: Live) -> None:
    one, another = (httpx.get(f"{node.base_url}/pki/authority.pem").text for node in (live, other))
    assert one == another
    listed = x509.load_der_x509_crl(httpx.get(f"{other.base_url}/pki/devices.crl").content)
    key = x509.load_pem_x509_certificate(one.encode()).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert listed.is_signature_valid(key)


def test_an_address_from_one_node_opens_a_socket_at_the_other(live: Live, other: Live) -> None:
    url = live.ways.user("admin").get("/user/login", with_websocket=True).json()["websocket_url"]
    assert other.socket(url.replace(live.base_url[7:], other.base_url[7:])).next()["type"] == "USER_CONNECTED"


def test_a_node_that_stops_lets_its_listeners_go(live: Live, live_database: str, store: str, tmp_path: Path) -> None:
    if store == "sqlite":
        pytest.skip("a record on SQLite has one node")
    (tmp_path / "secret.key").write_bytes((live.server.settings.data / "secret.key").read_bytes())
    admin = live.user("admin")
    with living(tmp_path, live_database) as stopping, stopping.opened:
        ear = stopping.participant()
        admin.until_kind("PARTICIPANT_CONNECTED")
        stopping.server.services.hub.stop()
        assert ear.close_code()[0] == 1012
    admin.until_kind("PARTICIPANT_DISCONNECTED")


def test_the_sockets_of_a_node_that_died_end_with_their_lease(live: Live) -> None:
    admin = live.user("admin")
    with live.server.database.writing() as work:
        work.act_as(system_principal(1))
        given = {
            "organisation_id": 1,
            "kind": "participant",
            "subject_id": 1,
            "node": "dead",
            "leased_until": work.at + 1,
        }
        work.run(Statement(open_sockets.insert().values(given)))
    told = admin.until_kind("PARTICIPANT_DISCONNECTED")[-1]
    assert told["participantName"] == "Participant #1"
    assert live.ways.user("admin").get("/user/participants/online").json() == []
    assert len(live.ways.user("admin").get("/user/users/online").json()) == 1, "the living are renewed"
