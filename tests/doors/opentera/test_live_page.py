"""The console's page of who and what is online."""

import re
from typing import Any

from rollbook.app import Server
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.clock import HOUR
from rollbook.core.kernel.statements import Statement
from rollbook.core.sessions.tables.presence import open_sockets
from tests.console.signed_in import Visitor
from tests.doors.opentera.conftest import Ways


def text_of(tera: Ways, username: str) -> str:
    """The page's words, to someone."""
    tera.client.cookies.clear()
    visitor = Visitor(tera.client)
    sent = {"username": username, "password": username}
    assert visitor.post("/console/sign-in", sent, page="/console/sign-in").status_code == 303
    page = visitor.get("/console/live").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def online(server: Server, **subjects: int) -> None:
    """Let these have a socket."""
    with server.database.writing() as work:
        work.act_as(system_principal(1))
        for kind, subject_id in subjects.items():
            given: dict[str, Any] = {"organisation_id": 1, "kind": kind, "subject_id": subject_id, "node": "n"}
            work.run(Statement(open_sockets.insert().values(leased_until=work.at + HOUR, **given)))


def test_the_page_shows_who_is_online_and_what_goes_on(tera: Ways, tera_server: Server) -> None:
    online(tera_server, user=2, participant=1, device=1)
    admin = tera.user("admin")
    uuid = admin.get("/user/participants", id_participant=1).json()[0]["participant_uuid"]
    asked = {"action": "start", "id_session_type": 1, "session_participants": [uuid], "session_name": "S"}
    assert admin.post("/user/sessions/manager", {"session_manage": asked}).status_code == 200
    shown = text_of(tera, "admin")
    for words in ("Site Admin Online", "Participant #1 Online Suivi vidéo", "Apple Watch #W05P1 Online"):
        assert words in shown
    assert "Suivi vidéo" in shown


def test_the_page_shows_nothing_of_sites_out_of_reach(tera: Ways, tera_server: Server) -> None:
    online(tera_server, user=2, participant=1, device=1)
    shown = text_of(tera, "user4")
    assert "Nobody is online" in shown
    assert "No device is online" in shown
    assert "No session goes on" in shown
