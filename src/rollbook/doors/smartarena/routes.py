"""The Smart Arena API at a glance. Source: ``seeds/smartarena.txt``; quirks and choices in README.md."""

from rollbook.core.kernel.principal import Permission as P
from rollbook.core.people.structure import GROUPS, LOCATIONS, QUALIFICATIONS, WORKPLACES, Catalogue
from rollbook.doors.smartarena.auth import NAME, authenticate
from rollbook.doors.smartarena.endpoints import catalogues, contents, courses, enrolments, tokens, usercourses, users
from rollbook.doors.smartarena.errors import TOKEN_PATH, render_fault, show_refused
from rollbook.doors.smartarena.wire.catalogues import EntryOut, TreeEntryOut
from rollbook.doors.smartarena.wire.contents import ContentOut
from rollbook.doors.smartarena.wire.courses import CourseOut
from rollbook.doors.smartarena.wire.tokens import TokenOut
from rollbook.doors.smartarena.wire.usercourses import UserCourseOut
from rollbook.doors.smartarena.wire.users import UserOut
from rollbook.web.routes import Door, Row, Runs

ENROLMENT_BYTES = 8_000_000
"""Enough for the mapping codes of everyone in a large organisation."""


def _catalogue(path: str, catalogue: Catalogue, noun: str, section: str) -> tuple[Row, ...]:
    see = f'Smart Arena, "{section}"'
    return (
        Row(
            "DELETE",
            path,
            catalogues.delete(catalogue),
            needs=P.STRUCTURE_WRITE,
            see=see,
            summary=f"Delete a {noun} that nothing uses.",
        ),
        Row(
            "GET",
            path,
            catalogues.index(catalogue),
            needs=P.STRUCTURE_READ,
            see=see,
            summary=f"Every {noun}, or the one with the code.",
            answers=TreeEntryOut if catalogue.is_tree else EntryOut,
        ),
        Row(
            "POST",
            path,
            catalogues.create(catalogue),
            needs=P.STRUCTURE_WRITE,
            status=201,
            see=see,
            summary=f"Add a {noun}.",
        ),
        Row(
            "PUT",
            path,
            catalogues.update(catalogue),
            needs=P.STRUCTURE_WRITE,
            see=see,
            summary=f"Change a {noun}.",
        ),
    )


ROWS = (
    *_catalogue("/api/branches", GROUPS, "branch", "ORGANIZATIONAL UNITS"),
    Row("GET", "/api/content", contents.index, needs=P.LEARNING_READ, answers=ContentOut),
    Row("POST", "/api/coursemappingcode", courses.recode, needs=P.LEARNING_WRITE),
    Row("DELETE", "/api/courses", courses.delete, needs=P.LEARNING_WRITE, runs=Runs.POOL),
    Row("GET", "/api/courses", courses.index, needs=P.LEARNING_READ, runs=Runs.POOL, answers=list[CourseOut]),
    Row(
        "POST",
        "/api/courses",
        courses.create,
        needs=P.LEARNING_WRITE,
        status=201,
        runs=Runs.POOL,
        limit_bytes=ENROLMENT_BYTES,
    ),
    Row("PUT", "/api/courses", courses.update, needs=P.LEARNING_WRITE, runs=Runs.POOL),
    Row(
        "POST",
        "/api/courses/addusers",
        enrolments.add,
        needs=P.LEARNING_WRITE,
        runs=Runs.POOL,
        limit_bytes=ENROLMENT_BYTES,
    ),
    Row(
        "POST",
        "/api/courses/removeusers",
        enrolments.remove,
        needs=P.LEARNING_WRITE,
        runs=Runs.POOL,
        limit_bytes=ENROLMENT_BYTES,
    ),
    *_catalogue("/api/locations", LOCATIONS, "location", "LOCATIONS"),
    *_catalogue("/api/qualifications", QUALIFICATIONS, "qualification group", "QUALIFICATIONS"),
    Row(
        "GET",
        "/api/usercourses",
        usercourses.index,
        needs=P.LEARNING_READ,
        runs=Runs.POOL,
        answers=list[UserCourseOut],
    ),
    Row("DELETE", "/api/users", users.delete, needs=P.PEOPLE_WRITE),
    Row("GET", "/api/users", users.index, needs=P.PEOPLE_READ, answers=UserOut),
    Row("POST", "/api/users", users.create, needs=P.PEOPLE_WRITE, status=201, opens_own_work=True),
    Row("PUT", "/api/users", users.update, needs=P.PEOPLE_WRITE, opens_own_work=True),
    *_catalogue("/api/workplaces", WORKPLACES, "workplace", "WORKPLACES"),
    Row("POST", TOKEN_PATH, tokens.create, is_public=True, answers=TokenOut),
)

DOOR = Door(
    name=NAME,
    title="Smart Arena",
    rows=ROWS,
    authenticate=authenticate,
    render_fault=render_fault,
    show_refused=show_refused,
    merges_parameters=True,
    credential="Send Authorization: Bearer with an access token from POST /oauth/access_token.",
    security={
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/access_token", "scopes": {}}},
    },
)
