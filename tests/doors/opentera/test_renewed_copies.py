"""What changes at sites and in sessions is renewed in the warehouse's copies, and little more is read again."""

from typing import Any

import pytest

from tests.doors.opentera.conftest import Tera, Ways
from tests.doors.opentera.test_files import FILES, uploaded
from tests.record_copies import copied_whole, differing

SESSION = {
    "id_session": 0,
    "id_session_type": 1,
    "session_name": "Gait",
    "session_start_datetime": "2026-03-01T10:00:00Z",
    "session_status": 2,
    "session_participants_ids": [1],
    "session_users_ids": [],
    "id_creator_user": 1,
}
QUIET = {"devices", "webhook_deliveries"}
"""They change without events, so that they are copied whole."""


def saved(admin: Tera, what: str, **values: Any) -> dict[str, Any]:
    """Something that was saved."""
    answer = admin.post(f"/user/{what}s", {what: values})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()[0])


def test_copies_follow_a_session_from_its_start_to_the_bin_and_back(
    tera: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, organisation_id = tera.user("admin"), tera.system.organisation_id
    copied = copied_whole(monkeypatch)

    def require_same() -> None:
        assert differing(tera.server, organisation_id) == []

    require_same()
    copied.clear()
    session = saved(admin, "session", **SESSION)
    require_same()
    changed = {"id_session": session["id_session"], "session_name": "Walk", "session_participants_ids": [1, 2]}
    saved(admin, "session", **changed)
    require_same()
    event = {"id_session_event": 0, "id_session": session["id_session"], "id_session_event_type": 1}
    assert admin.post("/user/sessions/events", {"session_event": event}).status_code == 200
    require_same()
    asset = uploaded(admin, id_session=session["id_session"])
    require_same()
    saved(admin, "participant", id_participant=1, participant_name="Renamed")
    require_same()
    answer = admin.post("/user/users", {"user": {"id_user": 1, "user_firstname": "Renamed"}})
    assert answer.status_code == 200, answer.text
    require_same()
    named = {"uuid": asset["asset_uuid"]}
    assert tera.client.delete(FILES, params=named, headers=admin.headers).status_code == 200
    require_same()
    assert admin.delete("/user/sessions", id=session["id_session"]).status_code == 200
    require_same()
    assert set(copied) <= QUIET


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("session_type", {"id_session_type": 1, "session_type_name": "Renamed"}),
        ("project", {"id_project": 1, "project_name": "Renamed"}),
        ("site", {"id_site": 1, "site_name": "Renamed"}),
        ("device", {"id_device": 1, "device_name": "Renamed"}),
    ],
)
def test_what_rows_show_by_the_way_is_renewed_too(tera: Ways, what: str, values: dict[str, Any]) -> None:
    organisation_id = tera.system.organisation_id
    assert differing(tera.server, organisation_id) == []
    answer = tera.user("admin").post(f"/user/{what.replace('_', '')}s", {what: values})
    assert answer.status_code == 200, answer.text
    assert differing(tera.server, organisation_id) == []
