"""The Velpic API at a glance. Source: ``seeds/velpic.txt``; quirks and choices in README.md."""

from rollbook.core.kernel.principal import Permission as P
from rollbook.doors.velpic.auth import NAME, authenticate
from rollbook.doors.velpic.endpoints import bulk, groups, ilt_sessions, lessons, schedules, users
from rollbook.doors.velpic.errors import render_fault
from rollbook.web.routes import Door, Row, Runs

BULK_BYTES = 20_000_000
"""Ten thousand users and more."""

ROWS: tuple[Row, ...] = (
    Row("POST", "/api/v2/bulkUserImport", bulk.create, needs=P.PEOPLE_WRITE, runs=Runs.POOL, limit_bytes=BULK_BYTES),
    Row("GET", "/api/v2/embed_player", schedules.embed, needs=P.LEARNING_WRITE, writes=True),
    Row(
        "GET",
        "/api/v2/embed_player/version/{lessonScheduleId:int}",
        schedules.embed_any,
        needs=P.LEARNING_WRITE,
        writes=True,
    ),
    Row("GET", "/api/v2/group", groups.index, needs=P.STRUCTURE_READ),
    Row("POST", "/api/v2/group", groups.create, needs=P.STRUCTURE_WRITE),
    Row("GET", "/api/v2/group/{groupId:int}", groups.show, needs=P.STRUCTURE_READ),
    Row("POST", "/api/v2/group/{groupId:int}", groups.update, needs=P.STRUCTURE_WRITE),
    Row("POST", "/api/v2/group/{groupId:int}/add_members", groups.add_members, needs=P.STRUCTURE_WRITE),
    Row("POST", "/api/v2/group/{groupId:int}/add_supervisors", groups.add_supervisors, needs=P.STRUCTURE_WRITE),
    Row("POST", "/api/v2/group/{groupId:int}/inactivate", groups.inactivate, needs=P.STRUCTURE_WRITE),
    Row("GET", "/api/v2/group/{groupId:int}/member", groups.list_members, needs=P.STRUCTURE_READ),
    Row("POST", "/api/v2/group/{groupId:int}/remove_members", groups.remove_members, needs=P.STRUCTURE_WRITE),
    Row("POST", "/api/v2/group/{groupId:int}/remove_supervisors", groups.remove_supervisors, needs=P.STRUCTURE_WRITE),
    Row("GET", "/api/v2/group/{groupId:int}/supervisor", groups.list_supervisors, needs=P.STRUCTURE_READ),
    Row("GET", "/api/v2/ilt_session", ilt_sessions.index, needs=P.LEARNING_READ),
    Row("POST", "/api/v2/ilt_session", ilt_sessions.create, needs=P.LEARNING_WRITE),
    Row("GET", "/api/v2/ilt_session/{iltSessionId:int}", ilt_sessions.show, needs=P.LEARNING_READ),
    Row("PATCH", "/api/v2/ilt_session/{iltSessionId:int}", ilt_sessions.update, needs=P.LEARNING_WRITE),
    Row("GET", "/api/v2/ilt_session/{iltSessionId:int}/attendees", ilt_sessions.list_attendees, needs=P.LEARNING_READ),
    Row(
        "POST",
        "/api/v2/ilt_session/{iltSessionId:int}/bulk_deregister",
        ilt_sessions.deregister,
        needs=P.LEARNING_READ,
        runs=Runs.POOL,
    ),
    Row(
        "POST",
        "/api/v2/ilt_session/{iltSessionId:int}/bulk_register",
        ilt_sessions.register,
        needs=P.LEARNING_READ,
        runs=Runs.POOL,
    ),
    Row(
        "POST",
        "/api/v2/ilt_session/{iltSessionId:int}/cancel_session",
        ilt_sessions.cancel,
        needs=P.LEARNING_WRITE,
        runs=Runs.POOL,
    ),
    Row(
        "POST",
        "/api/v2/ilt_session/{iltSessionId:int}/complete",
        ilt_sessions.complete,
        needs=P.LEARNING_READ,
        runs=Runs.POOL,
    ),
    Row(
        "POST",
        "/api/v2/ilt_session/{iltSessionId:int}/save_progress",
        ilt_sessions.save_progress,
        needs=P.LEARNING_READ,
        runs=Runs.POOL,
    ),
    Row("GET", "/api/v2/lesson", lessons.index, needs=P.LEARNING_READ, runs=Runs.POOL),
    Row("GET", "/api/v2/lesson_schedule/{lessonScheduleId:int}", schedules.show, needs=P.LEARNING_READ),
    Row(
        "GET",
        "/api/v2/lesson_schedule/{lessonScheduleId:int}/certificate",
        schedules.certificate,
        needs=P.LEARNING_READ,
        runs=Runs.POOL,
        opens_own_work=True,
        answers="application/pdf",
    ),
    Row("POST", "/api/v2/lesson_schedule/{userId:int}/complete_lesson", schedules.complete, needs=P.LEARNING_WRITE),
    Row("GET", "/api/v2/lessondetails", lessons.index_details, needs=P.LEARNING_READ, runs=Runs.POOL),
    Row("GET", "/api/v2/user", users.index, needs=P.PEOPLE_READ),
    Row("POST", "/api/v2/user", users.create, needs=P.PEOPLE_WRITE, runs=Runs.POOL, opens_own_work=True),
    Row("GET", "/api/v2/user/{userId:int}", users.show, needs=P.PEOPLE_READ),
    Row("POST", "/api/v2/user/{userId:int}", users.update, needs=P.PEOPLE_WRITE, runs=Runs.POOL, opens_own_work=True),
    Row("PUT", "/api/v2/user/{userId:int}", users.update, needs=P.PEOPLE_WRITE, runs=Runs.POOL, opens_own_work=True),
    Row("POST", "/api/v2/user/{userId:int}/activate", users.activate, needs=P.PEOPLE_WRITE),
    Row("POST", "/api/v2/user/{userId:int}/generate_login_url", users.generate_login_url, needs=P.PEOPLE_WRITE),
    Row("POST", "/api/v2/user/{userId:int}/inactivate", users.inactivate, needs=P.PEOPLE_WRITE),
    Row("GET", "/api/v2/user/{userId:int}/lesson_schedule", schedules.index, needs=P.LEARNING_READ),
    Row("POST", "/api/v2/user/{userId:int}/lesson_schedule", schedules.create, needs=P.LEARNING_WRITE),
    Row(
        "GET",
        "/download/lessons/{lessonId:int}/{file:str}",
        schedules.movie,
        needs=P.LEARNING_READ,
        runs=Runs.POOL,
        answers="video/mp4",
    ),
    Row(
        "GET",
        "/downloads/lessons/{lessonVersionId:int}/thumbnail",
        schedules.thumbnail,
        needs=P.LEARNING_READ,
        runs=Runs.POOL,
        answers="image/png",
    ),
)

DOOR = Door(
    name=NAME,
    title="Velpic (Damstra Learning)",
    rows=ROWS,
    authenticate=authenticate,
    render_fault=render_fault,
    takes_numbers_as_text=True,
    security={"type": "apiKey", "in": "header", "name": "AccessKey"},
    credential="Send AccessKey with a key that was made in the console's room for keys.",
    source="Damstra Learning Public API, version 2.0",
)
