"""The room of sessions: planning one, who takes part, what happened in order, and finding sessions again."""

import io
import re
from html import unescape
from typing import Any

import msgspec
import pytest

from rollbook.core.kernel.clock import MINUTE, parse_instant
from rollbook.core.sessions import asset_files, kept, live, managing
from rollbook.core.sessions import entities as e
from tests.conftest import Organisation
from tests.console.records import Clinic, made, open_clinic
from tests.console.signed_in import Visitor

BEGINS = parse_instant("2026-03-02T08:30:00Z", "at")


@pytest.fixture
def clinic(organisation: Organisation, owner_hash: str) -> Clinic:
    return open_clinic(organisation, owner_hash)


def said(visitor: Visitor, path: str) -> str:
    """What a page says."""
    return unescape(visitor.get(path).text)


def act(visitor: Visitor, session: int, **fields: Any) -> Any:
    """A button of a session's page."""
    return visitor.post(f"/console/sessions/{session}/act", fields)


def test_a_session_is_planned_and_stays_planned(clinic: Clinic) -> None:
    number = clinic.session("Next week", status=0)
    page = said(clinic.owner, f"/console/sessions/{number}")
    assert "Not started" in page
    assert "Cas Jansen" in page
    assert "Exercises" in page
    assert "Nothing yet" in page


def test_what_happened_stands_in_the_order_in_which_it_did(clinic: Clinic) -> None:
    number = clinic.session()
    told = ((managing.STOP, 30, ""), (managing.JOIN, 1, "Cas Jansen"), (managing.START, 0, ""), (7, 20, "Robot one"))
    with clinic.organisation.writing() as work:
        for kind, minutes, text in told:
            event = {"session_id": number, "kind": kind, "at": BEGINS + minutes * MINUTE, "text": text}
            live.save_event(work, 0, event)
    page = said(clinic.owner, f"/console/sessions/{number}")
    words = ["Started", "Joined", "Battery low", "Stopped"]
    places = [page.index(f"<p>{word}") for word in words]
    assert places == sorted(places)


def test_a_file_that_is_kept_here_is_had_from_the_sessions_page(clinic: Clinic) -> None:
    number, other = clinic.session(), clinic.session()
    organisation = clinic.organisation
    services = organisation.server.services
    person = clinic.person("Ana Kovač")
    with organisation.writing() as work:
        sender = msgspec.structs.replace(work.principal, person_id=person.id)
    intake = asset_files.Intake(services.database, services.files, sender)
    wanted = {"session_id": number, "participant_id": clinic.participant, "name": "Walk", "media_type": "text/plain"}
    asset = asset_files.take_in(intake, wanted, io.BytesIO(b"ten metres"), "walk.txt")
    path = f"/console/sessions/{number}/files/{asset['uuid']}"
    assert f'<a href="{path}">Walk</a>' in clinic.owner.get(f"/console/sessions/{number}").text
    file = clinic.owner.get(path)
    assert (file.status_code, file.content) == (200, b"ten metres")
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''walk.txt"
    assert clinic.owner.get(path.replace(f"/{number}/", f"/{other}/")).status_code == 404
    assert clinic.owner.get(f"/console/sessions/{number}/files/nothing").status_code == 404


def test_what_is_left_is_listed_with_who_it_is_from(clinic: Clinic) -> None:
    number = clinic.session()
    scale = made(clinic.owner, "test-types", name="Pain scale", service_id=clinic.service)
    own = {"session_id": number, "participant_id": clinic.participant}
    with clinic.organisation.writing() as work:
        film = {"name": "call.webm", "media_type": "video/webm", "keeper_uuid": "0" * 36}
        kept.save(work, e.ASSET, 0, own | film)
        kept.save(work, e.TEST, 0, own | {"name": "Pain after", "test_type_id": scale, "status": 2})
    page = said(clinic.owner, f"/console/sessions/{number}")
    for word in ("call.webm", "video/webm", "Pain after", "Pain scale"):
        assert word in page


def test_people_join_and_leave_and_the_last_may_leave_too(clinic: Clinic) -> None:
    number = clinic.session()
    path = f"/console/sessions/{number}"
    assert act(clinic.owner, number, action="join", **{"as": "device", "member": clinic.device}).status_code == 303
    assert "Take Robot one out" in said(clinic.owner, path)
    assert (
        act(clinic.owner, number, action="leave", **{"as": "participant", "member": clinic.participant}).status_code
        == 303
    )
    assert "Take Cas Jansen out" not in said(clinic.owner, path)
    stranger = act(clinic.owner, number, action="join", **{"as": "participant", "member": 77777777})
    assert stranger.status_code == 303
    assert "doesn't have access" in said(clinic.owner, path)


def test_a_note_is_written_into_what_happened_and_taken_out(clinic: Clinic) -> None:
    number = clinic.session()
    path = f"/console/sessions/{number}"
    act(clinic.owner, number, action="note", kind=2, text="Shoulder <b>hurts</b>")
    assert "Shoulder &lt;b&gt;hurts" in clinic.owner.get(path).text
    event = re.search(r'name="event" value="(\d+)"', clinic.owner.get(path).text)
    assert event is not None
    act(clinic.owner, number, action="forget", event=event[1])
    assert "hurts" not in said(clinic.owner, path)
    empty = act(clinic.owner, number, action="note", text=" ")
    assert empty.headers["location"] == path
    assert "Write what happened." in said(clinic.owner, path)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"action": "x"},
        {"action": "join"},
        {"action": "join", "as": "king", "member": "1"},
        {"action": "forget", "event": "77777777"},
        {"action": "note", "text": "\x00"},
        {"action": "join", "as": "user", "member": "99999999999999999999"},
    ],
)
def test_a_button_that_means_nothing_changes_nothing(clinic: Clinic, fields: dict[str, str]) -> None:
    number = clinic.session()
    assert act(clinic.owner, number, **fields).status_code in (303, 404)
    assert "Nothing yet" in said(clinic.owner, f"/console/sessions/{number}")


def test_a_session_that_goes_on_is_not_deleted(clinic: Clinic) -> None:
    number = clinic.session(status=1)
    path = f"/console/sessions/{number}"
    assert "Delete…" not in said(clinic.owner, path)
    assert clinic.owner.post(f"{path}/remove").headers["location"] == path
    assert "in progress" in said(clinic.owner, path)


def test_sessions_are_found_by_what_they_are_and_when(clinic: Clinic) -> None:
    clinic.session("Early", started_at="2026-03-01T10:00")
    clinic.session("Late", started_at="2026-03-09T10:00", status=3)
    other = made(clinic.owner, "session-types", name="Films", category=3, color="#112233", project_id=clinic.project)
    clinic.session("Other", started_at="2026-03-05T10:00", session_type_id=other, participant_id="")

    def found(asked: str) -> list[str]:
        return re.findall(r">(Early|Late|Other)</a>", said(clinic.owner, f"/console/sessions?{asked}"))

    said(clinic.owner, "/console/sessions")
    assert found("") == ["Late", "Other", "Early"]
    assert found("sort=started_at") == ["Early", "Other", "Late"]
    assert found("sort=name") == ["Early", "Late", "Other"]
    assert found("status=3") == ["Late"]
    assert found(f"session_type_id={other}") == ["Other"]
    assert found(f"participant_id={clinic.participant}") == ["Late", "Early"]
    assert found(f"project_id={clinic.project}") == ["Late", "Early"]
    assert found(f"project_id={clinic.other_project}") == []
    assert found(f"site_id={clinic.site}") == ["Late", "Early"]
    assert found("from=2026-03-05") == ["Late", "Other"]
    assert found("to=2026-03-05") == ["Other", "Early"]
    assert found("q=earl") == ["Early"]


def test_who_does_not_see_all_of_a_session_does_not_change_it(clinic: Clinic) -> None:
    number = clinic.session()
    path = f"/console/sessions/{number}"
    there = made(clinic.owner, "participants", name="From Rotterdam", project_id=clinic.other_project, is_enabled=1)
    act(clinic.owner, number, action="join", **{"as": "participant", "member": there})
    user = clinic.with_role("Us Er", "project", clinic.project, "user")
    page = said(user, path)
    assert "First call" in page
    assert "/edit" not in page
    assert user.get(f"{path}/edit").status_code == 403
    act(user, number, action="leave", **{"as": "participant", "member": clinic.participant})
    assert "doesn't have access to at least one participant" in said(user, path)
    assert "Take Cas Jansen out" in said(clinic.owner, path)
    nobody = clinic.with_role("Ro Tterdam", "site", clinic.site, "admin")
    assert nobody.get(path).status_code == 200


def test_the_search_finds_participants_devices_and_sessions(clinic: Clinic) -> None:
    clinic.session()
    page = said(clinic.owner, "/console/search?q=robot")
    assert f'href="/console/devices/{clinic.device}"' in page
    assert f'href="/console/participants/{clinic.participant}"' in said(clinic.owner, "/console/search?q=jansen")
    user = clinic.with_role("Ro Tterdam", "site", clinic.other_site, "admin")
    assert f'href="/console/devices/{clinic.device}"' not in said(user, "/console/search?q=robot")


def test_who_is_beyond_the_list_is_found_by_name(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Bo Smit", "Di Vos"):
        made(clinic.owner, "participants", name=name, project_id=clinic.project, is_enabled=1)
    number = clinic.session()
    path = f"/console/sessions/{number}"
    assert "find_participant" not in said(clinic.owner, path), "all are listed"
    monkeypatch.setattr("rollbook.console.records.sessions.MOST_CANDIDATES", 2)
    page = said(clinic.owner, path)
    assert ">Di Vos</option>" not in page
    assert "The first of many are listed above." in page
    found = said(clinic.owner, f"{path}?find_participant=vos")
    assert clinic.owner.get(f"{path}?find_participant=%25_%5C").status_code == 200
    (option,) = re.findall(r'<option value="(\d+)">Di Vos</option>', found)
    assert ">Bo Smit</option>" not in found
    act(clinic.owner, number, **{"action": "join", "as": "participant", "member": option})
    assert "Di Vos" in said(clinic.owner, path)


def test_a_choice_that_is_not_whole_says_so_and_begins_elsewhere(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = made(clinic.owner, "participants", name="Di Vos", project_id=clinic.project, is_enabled=1)
    assert "are listed" not in said(clinic.owner, "/console/sessions/new")
    for module in ("core.sessions.forms", "console.records.form"):
        monkeypatch.setattr(f"rollbook.{module}.MOST_CHOICES", 1)
    page = said(clinic.owner, "/console/sessions/new")
    assert ">Di Vos</option>" not in page
    assert "For another, begin on the page of that participant." in page
    add = re.search(r'href="(/console/sessions/new\?[^"]+)"', said(clinic.owner, f"/console/participants/{last}"))
    assert add is not None
    assert f'<option value="{last}" selected>Di Vos</option>' in said(clinic.owner, add[1])
