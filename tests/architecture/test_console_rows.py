"""Every row of the console as someone whose role may not, as a stranger, and with hostile values.

What each role sees in each room is in tests/console; here no row is left out, the forms included.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollbook.app import DOORS
from rollbook.console import cookies
from rollbook.core.access.policy import permissions_of
from rollbook.core.kernel.principal import Role
from rollbook.web.routes import Door, Row
from tests.architecture.test_access import each, key_of
from tests.architecture.test_hostile_values import TEXTS, as_query, path_of
from tests.architecture.world import SURNAME, World
from tests.conftest import Organisation

CONSOLE = next(door for door in DOORS if door.name == "console")
ROWS = [(CONSOLE, row) for row in CONSOLE.rows if "static" not in row.path]
GUARDED = [(door, row) for door, row in ROWS if row.needs is not None]
WITH_NUMBERS = [(door, row) for door, row in GUARDED if "{id:int}" in row.path]
WEAK = permissions_of(frozenset({Role.LEARNER}))
FIELDS = (
    "action", "amount", "code", "collection", "confirm", "content", "description", "due", "email", "external_id",
    "file", "first_name", "group", "id", "kind", "language", "last_name", "location", "name", "note", "overlap",
    "parent", "password", "people", "qualification", "role", "roles", "source", "start", "time_zone", "title",
    "topics", "url", "username", "workplace", "part", "other", "as", "member", "event", "text", "site_id", "project_id",
    "service_id", "device_type_id", "session_type_id", "category", "config", "color", "started_at", "status", "port",
)  # fmt: skip
PLACES = ("address", "at", "file", "id", "kind", "language", "number", "secret", "token", "uuid")
ASKED = (
    "q",
    "before",
    "after",
    "cursor",
    "limit",
    "sort",
    "status",
    "state",
    "role",
    "group",
    "from",
    "to",
    "kind",
    "site_id",
)


def send(world: World, row: Row, path: str, session: str, form: dict[str, Any] | None = None) -> Any:
    """A page asked for, or a form sent with the session's own token; redirects are not followed."""
    fields = {"csrf_token": cookies.form_token(session), **(form or {})}
    client = world.organisation.client
    answer = client.request(
        row.method,
        path,
        headers={"cookie": f"{cookies.SESSION}={session}", "accept": "text/html"},
        data=fields if row.method == "POST" else None,
        follow_redirects=False,
    )
    client.cookies.clear()  # all tests share the client, and it keeps what it was given
    return answer


def filled(row: Row, number: object = 1) -> str:
    """The row's path with something in each place."""
    parts = [
        part if not part.startswith("{") else str(number if ":int" in part else "x") for part in row.path.split("/")
    ]
    return "/".join(parts)


@each([(door, row) for door, row in GUARDED if row.needs not in WEAK])
def test_a_learner_gets_no_further_than_their_role_may(organisation: Organisation, door: Door, row: Row) -> None:
    world = World(organisation)
    session = world.secret(door, Role.LEARNER)
    before = world.count_events()
    answer = send(world, row, filled(row), session)
    assert answer.status_code == 403, (key_of(row), answer.status_code)
    assert world.count_events() == before


@each(WITH_NUMBERS)
def test_a_stranger_finds_nothing_under_another_organisations_numbers(
    organisation: Organisation, other_organisation: Organisation, door: Door, row: Row
) -> None:
    world = World(organisation)
    thing = next((name for prefix, name in NUMBERED.items() if row.path.startswith(prefix)), None)
    assert thing is not None, f"say in NUMBERED what {row.path} is about"
    number = world[thing]
    before = world.count_events()
    answer = send(
        World(other_organisation), row, filled(row, number), World(other_organisation).secret(door, Role.OWNER)
    )
    assert answer.status_code < 500
    assert SURNAME not in answer.text
    assert world.count_events() == before
    if row.method == "GET":
        assert answer.status_code == 404, answer.status_code


NUMBERED = {
    "/console/activities/": "activity number",
    "/console/assignments/": "assignment number",
    "/console/audit/": "event number",
    "/console/certificates/": "certificate row",
    "/console/classes/": "class number",
    "/console/courses/": "course number",
    "/console/device-subtypes/": "device subtype number",
    "/console/device-types/": "device type number",
    "/console/devices/": "device number",
    "/console/groups/": "group number",
    "/console/imports/": "import number",
    "/console/keys/": "credential number",
    "/console/lessons/": "lesson number",
    "/console/locations/": "location number",
    "/console/mail/": "mail number",
    "/console/participant-groups/": "participant group number",
    "/console/participants/": "participant number",
    "/console/people/": "person number",
    "/console/projects/": "project number",
    "/console/qualifications/": "qualification number",
    "/console/service-configs/": "service config number",
    "/console/services/": "service number",
    "/console/session-types/": "session type number",
    "/console/sessions/": "live session number",
    "/console/simulators/": "simulator number",
    "/console/sites/": "site number",
    "/console/test-types/": "test type number",
    "/console/user-groups/": "user group number",
    "/console/users/": "person number",
    "/console/webhooks/": "webhook number",
    "/console/workplaces/": "workplace number",
}
"""What the number in a page's address is of."""


@each(ROWS)
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_no_form_or_address_is_a_mistake_of_ours(
    organisation: Organisation, door: Door, row: Row, data: st.DataObject
) -> None:
    world = SESSIONS.setdefault(organisation.founded.api_key, World(organisation))
    if "session" not in world.made:
        world.made["session"] = world.secret(door, Role.OWNER)
    text = st.sampled_from([text for text in TEXTS if text.isprintable() or "\x00" in text])
    asked = data.draw(st.dictionaries(st.sampled_from(ASKED), text, max_size=3))
    typed = data.draw(st.dictionaries(st.sampled_from(FIELDS), text, max_size=5))
    path = path_of(data, world, row, dict.fromkeys(PLACES, "1"))
    answer = send(world, row, f"{path}?{as_query(asked)}", world["session"], typed)
    assert answer.status_code < 500, f"{key_of(row)} {path} {asked} {typed}"


SESSIONS: dict[str, World] = {}
"""One per test: hypothesis runs a test many times on one organisation."""


def test_every_public_page_needs_no_permission() -> None:
    assert [key_of(row) for _, row in ROWS if row.is_public and row.needs is not None] == []


@pytest.mark.parametrize("thing", sorted(set(NUMBERED.values())))
def test_the_things_can_be_made(organisation: Organisation, thing: str) -> None:
    assert int(World(organisation)[thing]) > 0
