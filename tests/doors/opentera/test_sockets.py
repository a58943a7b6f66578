"""Websockets and presence, over a live server (OpenTera's recorded transcript)."""

import json
import re

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.doors.opentera.live import PATIENCE_S, Live

DISCONNECTED = (4000, "CMD_CLIENT_DISCONNECT")


def test_an_address_opens_one_socket_once(live: Live) -> None:
    url = live.ways.user("admin").get("/user/login", with_websocket=True).json()["websocket_url"]
    assert re.fullmatch(r"ws://127\.0\.0\.1:\d+/wss/user\?id=[A-Za-z0-9_-]{40,}", url)
    ear = live.socket(url)
    told = ear.next()
    assert told == {
        "kind": "UserEvent",
        "topic": "module.TeraServer.UserManagerModule.events",
        "userUuid": told["userUuid"],
        "type": "USER_CONNECTED",
        "userFullname": "Super Admin",
    }
    for refused in (url, url.replace("/user?", "/device?"), url.partition("?")[0], f"{url}x"):
        with pytest.raises(InvalidStatus) as seen:
            connect(refused, open_timeout=PATIENCE_S, legacy=True)
        assert seen.value.response.status_code == 403


def test_an_address_of_one_kind_opens_nothing_of_another(live: Live) -> None:
    url = live.ways.user("admin").get("/user/login", with_websocket=True).json()["websocket_url"]
    with pytest.raises(InvalidStatus):
        connect(url.replace("/wss/user", "/wss/participant"), open_timeout=PATIENCE_S, legacy=True)
    assert live.socket(url).next()["type"] == "USER_CONNECTED", "it was not used up"


def test_an_address_is_good_for_a_minute(live: Live) -> None:
    from rollbook.core.kernel.statements import Statement
    from rollbook.core.sessions.tables.presence import socket_keys

    url = live.ways.user("admin").get("/user/login", with_websocket=True).json()["websocket_url"]
    with live.server.database.writing() as work:
        lives = work.value(Statement(socket_keys.select().with_only_columns(socket_keys.c.expires_at))) - work.at
        assert 50_000_000 < lives <= 60_000_000
        work.run(Statement(socket_keys.update().values(expires_at=socket_keys.c.expires_at - 61_000_000)))
    with pytest.raises(InvalidStatus):
        connect(url, open_timeout=PATIENCE_S, legacy=True)


def test_who_has_a_socket_is_online_until_it_is_closed(live: Live) -> None:
    admin = live.ways.user("admin")
    assert admin.get("/user/users/online").json() == []
    ear = live.user("admin")
    (shown,) = admin.get("/user/users/online").json()
    assert (shown["id_user"], shown["user_online"], shown["user_busy"]) == (1, True, False)
    assert admin.get("/user/users", id_user=1, with_status=True, list=True).json()[0]["user_online"] is True
    refused = admin.get("/user/login", with_websocket=True)
    assert (refused.status_code, refused.json()) == (403, "User already logged in.")
    assert "websocket_url" not in admin.get("/user/login").json()
    watching = live.user("siteadmin")
    assert watching.socket.protocol.state.name == "OPEN"
    ear.socket.close()
    live.user("user").socket.close()
    heard = [(told["type"], told["userFullname"]) for told in watching.until_kind("USER_DISCONNECTED")]
    assert heard == [("USER_CONNECTED", "Site User"), ("USER_DISCONNECTED", "Site User")], "not the admin"
    assert [one["id_user"] for one in admin.get("/user/users/online").json()] == [2]


def test_a_client_that_talks_is_told_not_to(live: Live) -> None:
    ear = live.user("admin")
    ear.socket.send("hello")
    assert ear.socket.recv(timeout=PATIENCE_S) == "Not allowed to send message"


def test_a_participant_is_seen_by_those_who_reach_the_project(live: Live) -> None:
    admin, site, project, stranger = map(live.user, ("admin", "siteadmin", "user3", "user4"))
    device, own = live.device(1), live.participant()
    expected = {
        "kind": "ParticipantEvent",
        "topic": "module.TeraServer.UserManagerModule.events",
        "type": "PARTICIPANT_CONNECTED",
        "participantName": "Participant #1",
        "participantProjectName": "Default Project #1",
        "participantSiteName": "Default Site",
    }
    for ear in (admin, site, project, device):
        told = ear.until_kind("PARTICIPANT_CONNECTED")[-1]
        assert told == expected | {"participantUuid": told["participantUuid"]}
    shown = live.ways.user("admin").get("/user/participants", id_participant=1).json()[0]
    assert (shown["participant_online"], shown["participant_busy"]) == (True, False)
    assert [one["id_participant"] for one in live.ways.user("user").get("/user/participants/online").json()] == [1]
    assert live.ways.user("user4").get("/user/participants/online").json() == []
    own.socket.close()
    device.until_kind("PARTICIPANT_DISCONNECTED")
    live.ways.user("user4").get("/user/logout")
    assert stranger.rest() == []


def test_users_without_access_hear_of_nobody(live: Live) -> None:
    stranger, seeing = live.user("user4"), live.user("admin")
    live.participant().socket.close()
    live.device(1).socket.close()
    seeing.until_kind("DEVICE_DISCONNECTED")
    live.ways.user("admin").get("/user/disconnect", id_user=6)
    assert stranger.rest() == []


def test_a_device_tells_how_it_is_while_it_is_online(live: Live) -> None:
    caller, said = live.ways.device(1), {"status": {"battery": 50}, "timestamp": 1234.5}
    refused = caller.post("/device/status", said)
    assert (refused.status_code, refused.json()) == (403, "Status update forbidden on offline device.")
    admin, participant, device = live.user("admin"), live.participant(), live.device(1)
    assert caller.get("/device/login").json() == "Device already logged in."
    assert caller.post("/device/status", said).json()["status"] == '{"battery": 50}'
    for ear in (admin, participant, device):
        told = ear.until_kind("DEVICE_STATUS_CHANGED")[-1]
        assert told["deviceName"] == "Apple Watch #W05P1"
        assert json.loads(told["deviceStatus"]) == {"status": '{"battery": 50}', "timestamp": 1234.5}
    shown = live.ways.user("admin").get("/user/devices/online").json()[0]
    nested = {"online": True, "busy": False, "status": {"status": '{"battery": 50}', "timestamp": 1234.5}}
    assert (shown["device_online"], shown["device_busy"], shown["device_status"]) == (True, False, nested)
    device.socket.close()
    admin.until_kind("DEVICE_DISCONNECTED")
    assert (
        live.ways.user("admin").get("/user/devices", id_device=1, with_status=True).json()[0]["device_status"] is None
    )
    live.device(1)
    again = live.ways.user("admin").get("/user/devices/online").json()[0]
    assert again["device_status"]["status"] is None, "it has said nothing since it came back"


def test_administrators_close_the_sockets_of_others(live: Live) -> None:
    admin, participant, device = live.user("admin"), live.participant(), live.device(1)
    ways = live.ways
    assert ways.user("user4").get("/user/disconnect", id_participant=1).status_code == 403
    assert ways.user("admin").get("/user/disconnect", id_participant=1).json() == "Success"
    assert participant.close_code() == DISCONNECTED
    assert device.until_kind("PARTICIPANT_DISCONNECTED")
    assert ways.user("admin").get("/user/disconnect", id_device=1).json() == "Success"
    assert device.close_code() == DISCONNECTED
    heard = admin.until_kind("DEVICE_DISCONNECTED")
    assert [one["type"] for one in heard if one["type"].endswith("_DISCONNECTED")] == [
        "PARTICIPANT_DISCONNECTED",
        "DEVICE_DISCONNECTED",
    ]
    assert ways.user("admin").get("/user/participants/online").json() == []


@pytest.mark.parametrize("who", ["user", "participant", "device"])
def test_whoever_signs_out_is_disconnected(live: Live, who: str) -> None:
    seeing = live.user("admin")
    ways = live.ways
    if who == "user":
        ear, caller = live.user("siteadmin"), ways.user("siteadmin")
    elif who == "participant":
        ear, caller = live.participant(), ways.participant()
    else:
        ear, caller = live.device(1), ways.device(1)
    assert caller.get(f"/{who}/logout").status_code == 200
    assert ear.close_code() == DISCONNECTED
    seeing.until_kind(f"{who.upper()}_DISCONNECTED")


def test_whoever_may_come_in_no_more_is_disconnected(live: Live) -> None:
    admin = live.ways.user("admin")
    user, participant, device = live.user("user3"), live.participant(), live.device(1)
    unused = live.ways.user("user2").get("/user/login", with_websocket=True).json()["websocket_url"]
    for path, body in (
        ("/user/users", {"user": {"id_user": 5, "user_enabled": False}}),
        ("/user/users", {"user": {"id_user": 4, "user_enabled": False}}),
        ("/user/participants", {"participant": {"id_participant": 1, "participant_login_enabled": False}}),
        ("/user/devices", {"device": {"id_device": 1, "device_enabled": False}}),
    ):
        assert admin.post(path, body).status_code == 200
    assert [ear.close_code() for ear in (user, participant, device)] == [DISCONNECTED] * 3
    with pytest.raises(InvalidStatus):
        connect(unused, open_timeout=PATIENCE_S, legacy=True)


def test_the_address_is_that_of_the_proxy_before_the_server(live: Live) -> None:
    headers = live.ways.user("admin").headers | {"x-externalserver": "tera.example.org", "x-externalport": "40443"}
    answer = httpx.get(f"{live.base_url}/api/user/login?with_websocket=true", headers=headers, timeout=PATIENCE_S)
    assert answer.json()["websocket_url"].startswith("wss://tera.example.org:40443/wss/user?id=")


@pytest.mark.parametrize("kind", ["user", "participant", "device"])
def test_who_does_not_ask_for_a_websocket_is_told_to(live: Live, kind: str) -> None:
    for query in ("", "?id=abc"):
        answer = live.client.get(f"/wss/{kind}{query}")
        assert (answer.status_code, answer.headers["upgrade"]) == (426, "websocket")
    assert live.client.post(f"/wss/{kind}").status_code == 405


def test_who_asked_for_an_archive_is_told_where_it_is_and_nobody_else(live: Live) -> None:
    ear, other = live.user("user"), live.user("siteadmin")
    user = live.ways.user("user")
    archive = user.get("/user/assets/archive", id_project=1).json()
    assert ear.until_kind("ArchiveEvent")[-1] == {
        "kind": "ArchiveEvent",
        "topic": "service.FileTransferService.events",
        "archiveUuid": archive["archive_uuid"],
        "ownerUuid": archive["archive_owner_uuid"],
        "status": "STATUS_COMPLETED",
        "archiveUrl": archive["archive_url"],
    }
    live.ways.user("admin").get("/user/disconnect", id_user=2)
    assert "ArchiveEvent" not in [told["kind"] for told in other.rest()]
