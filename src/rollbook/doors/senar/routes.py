"""The SENAR API at a glance. Source: ``seeds/senar.txt``; quirks and choices in README.md."""

from rollbook.core.kernel.principal import Permission as P
from rollbook.doors.senar.auth import NAME, authenticate
from rollbook.doors.senar.endpoints import activities, sessions, users, webhooks
from rollbook.doors.senar.errors import render_fault
from rollbook.doors.senar.wire.activities import ActivityOut
from rollbook.doors.senar.wire.users import UserOut
from rollbook.web.routes import Door, Login, Row

ROWS = (
    Row("POST", "/api/auth/login", sessions.create, is_public=True, opens_own_work=True, see="Authentication"),
    Row("GET", activities.PATH, activities.index, needs=P.SIMULATION_READ, answers=ActivityOut, see="Activity"),
    Row(
        "POST",
        "/integration/data/user_assign",
        users.assign,
        needs=P.SIMULATION_WRITE,
        opens_own_work=True,
        see="user_assign",
    ),
    Row("GET", users.PATH, users.index, needs=P.PEOPLE_READ, answers=UserOut, see="Users"),
    Row(
        "POST",
        "/integration/data/webhook_register",
        webhooks.create,
        needs=P.WEBHOOKS_WRITE,
        see="Webhook Registration",
    ),
    Row(
        "DELETE",
        "/integration/data/webhook_register/{id:str}",
        webhooks.delete,
        needs=P.WEBHOOKS_WRITE,
        status=204,
        see="Webhook Registration",
    ),
)

DOOR = Door(
    name=NAME,
    title="SENAR",
    rows=ROWS,
    authenticate=authenticate,
    render_fault=render_fault,
    takes_numbers_as_text=True,
    security={"type": "http", "scheme": "bearer"},
    credential="Send Authorization: Bearer with the Token from POST /api/auth/login.",
    login=Login("/api/auth/login", "username", "password", ("Token",)),
    source="SENAR API Documentation",
)
