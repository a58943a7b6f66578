"""The Serenytics API at a glance. Source: ``seeds/serenytics.txt``; quirks and choices in README.md."""

from typing import Any

from rollbook.core.analytics.scripts.service import LARGEST_STORAGE
from rollbook.core.analytics.staging import MOST_FILE_BYTES
from rollbook.core.analytics.uploads import MOST_BYTES
from rollbook.core.kernel.principal import Permission as P
from rollbook.doors.serenytics.auth import NAME, authenticate
from rollbook.doors.serenytics.endpoints import (
    dashboards,
    data,
    groups,
    keys,
    mails,
    questions,
    scripts,
    slack,
    sources,
    tasks,
    tokens,
    uploads,
    users,
)
from rollbook.doors.serenytics.errors import render_fault, show_refused
from rollbook.doors.serenytics.wire.dashboards import WebAppOut
from rollbook.doors.serenytics.wire.questions import AnswerOut
from rollbook.doors.serenytics.wire.scripts import RunOut
from rollbook.web.routes import Door, Row, Runs

SOURCE = "/api/data_source/{uuid:str}"
SCRIPT = "/api/script/{uuid:str}"
WEB_APP = "/api/web_app/{uuid:str}"
USER = "/api/user/{uuid:uuid}"
GROUP = "/api/usersgroup/{uuid:str}"
DASHBOARD_BYTES = 4_000_000
CODE_BYTES = 4_000_000
"""Of a script as JSON."""
MAIL_BYTES = 4_000_000
"""A mail as JSON; files come by an upload."""
ROWS_BYTES = 64_000_000
"""A batch as JSON."""
PUSHED_BYTES = 8_000_000
"""Rows that are pushed by a token in the address, which is looked at when they have come."""
FILE_BYTES = MOST_FILE_BYTES

ROWS = (
    Row("POST", "/api/api_key", tokens.create_key),
    Row("GET", "/api/data_api_key", keys.index, needs=P.ANALYTICS_ADMIN),
    Row("POST", "/api/data_api_key", keys.create, needs=P.ANALYTICS_ADMIN, status=201),
    Row("DELETE", "/api/data_api_key/{uuid:str}", keys.delete, needs=P.ANALYTICS_ADMIN, status=204),
    Row("GET", "/api/data_source", sources.index, needs=P.ANALYTICS_READ, runs=Runs.POOL, see="GET /api/data_source"),
    Row("POST", "/api/data_source", sources.create, needs=P.ANALYTICS_WRITE, status=201),
    Row(
        "POST",
        "/api/data_source/formatted_data/{uuid:str}",
        questions.ask,
        needs=P.ANALYTICS_READ,
        runs=Runs.POOL,
        writes=False,
        opens_own_work=True,
        answers=AnswerOut,
        see="Formatted Data",
    ),
    Row("GET", "/api/data_source/sign_s3", uploads.sign, needs=P.ANALYTICS_READ, runs=Runs.POOL, writes=True),
    Row(
        "DELETE",
        SOURCE,
        sources.delete,
        needs=P.ANALYTICS_WRITE,
        status=204,
        runs=Runs.POOL,
        opens_own_work=True,
        see="DELETE /api/data_source/:uuid",
    ),
    Row("GET", SOURCE, sources.show, needs=P.ANALYTICS_READ, see="GET /api/data_source/:uuid"),
    Row(
        "PUT",
        SOURCE,
        sources.update,
        needs=P.ANALYTICS_WRITE,
        see="PUT /api/data_source/:uuid",
        limit_bytes=DASHBOARD_BYTES,
    ),
    Row(
        "POST",
        f"{SOURCE}/batch",
        data.batch,
        needs=P.ANALYTICS_WRITE,
        runs=Runs.POOL,
        opens_own_work=True,
        limit_bytes=ROWS_BYTES,
        see="POST /api/data_source/:uuid/batch",
    ),
    Row(
        "POST",
        f"{SOURCE}/export_source_data",
        data.export,
        needs=P.ANALYTICS_READ,
        runs=Runs.POOL,
        opens_own_work=True,
    ),
    Row(
        "POST",
        f"{SOURCE}/file",
        data.attach,
        needs=P.ANALYTICS_WRITE,
        status=201,
        runs=Runs.POOL,
        opens_own_work=True,
        reads_raw=True,
        spools=True,
        limit_bytes=FILE_BYTES,
        accepts=("application/octet-stream", "text/csv", "application/gzip"),
    ),
    Row(
        "POST",
        f"{SOURCE}/invalidate_cache",
        sources.invalidate_cache,
        needs=P.ANALYTICS_READ,
        writes=False,
        see="POST /api/data_source/:uuid/invalidate_cache",
    ),
    Row(
        "POST",
        f"{SOURCE}/push/{{token:str}}",
        data.push,
        is_public=True,
        runs=Runs.POOL,
        opens_own_work=True,
        reads_raw=True,
        limit_bytes=PUSHED_BYTES,
        accepts=("application/json",),
    ),
    Row("POST", f"{SOURCE}/reload_from_file", data.reload_from_file, needs=P.ANALYTICS_WRITE),
    Row("POST", f"{SOURCE}/reload_from_s3", uploads.reload_from_s3, needs=P.ANALYTICS_WRITE),
    Row(
        "POST",
        f"{SOURCE}/reload_users_metadata",
        sources.reload_metadata,
        needs=P.ANALYTICS_ADMIN,
        runs=Runs.POOL,
        opens_own_work=True,
    ),
    Row("POST", f"{SOURCE}/sharings", sources.share, needs=P.ANALYTICS_WRITE, status=201),
    Row("POST", f"{SOURCE}/update_from_file", data.update_from_file, needs=P.ANALYTICS_WRITE),
    Row(
        "POST",
        "/api/email",
        mails.send,
        needs=P.ANALYTICS_WRITE,
        runs=Runs.POOL,
        opens_own_work=True,
        limit_bytes=MAIL_BYTES,
    ),
    Row(
        "GET", "/api/export/{id:str}/{secret:str}", data.show_export, is_public=True, answers="application/octet-stream"
    ),
    Row("GET", "/api/folder", groups.list_all_folders, needs=P.ANALYTICS_READ, see="GET /api/folder"),
    Row("POST", "/api/folder", groups.create_folder, needs=P.ANALYTICS_WRITE, status=201, see="POST /api/folder"),
    Row(
        "POST",
        "/api/formatted_data/{uuid:str}",
        questions.ask,
        needs=P.ANALYTICS_READ,
        runs=Runs.POOL,
        writes=False,
        opens_own_work=True,
        answers=AnswerOut,
        see="Formatted Data",
    ),
    Row(
        "POST",
        "/api/integrations/slack/post_msg",
        slack.post,
        needs=P.ANALYTICS_WRITE,
        runs=Runs.POOL,
        opens_own_work=True,
    ),
    Row("GET", "/api/script", scripts.index, needs=P.ANALYTICS_WRITE, runs=Runs.POOL, see="GET /api/script"),
    Row("POST", "/api/script", scripts.create, needs=P.ANALYTICS_WRITE, status=201, limit_bytes=CODE_BYTES),
    Row("DELETE", SCRIPT, scripts.delete, needs=P.ANALYTICS_WRITE, status=204),
    Row("GET", SCRIPT, scripts.show, needs=P.ANALYTICS_WRITE),
    Row("PUT", SCRIPT, scripts.update, needs=P.ANALYTICS_WRITE, limit_bytes=CODE_BYTES),
    Row("GET", f"{SCRIPT}/logs", scripts.list_logs, needs=P.ANALYTICS_WRITE, runs=Runs.POOL),
    Row(
        "POST",
        f"{SCRIPT}/run",
        scripts.run,
        is_public=True,
        reads_raw=True,
        answers=RunOut,
        accepts=("application/json", "application/x-www-form-urlencoded"),
        see="POST /api/script/:script_uuid/run",
    ),
    Row("GET", f"{SCRIPT}/state", scripts.show_state, needs=P.ANALYTICS_WRITE),
    Row("POST", f"{SCRIPT}/stop", scripts.stop, needs=P.ANALYTICS_WRITE),
    Row("GET", f"{SCRIPT}/storage", scripts.show_storage, needs=P.ANALYTICS_WRITE, answers=Any),
    Row(
        "PUT",
        f"{SCRIPT}/storage",
        scripts.keep_storage,
        needs=P.ANALYTICS_WRITE,
        reads_raw=True,
        limit_bytes=LARGEST_STORAGE,
        accepts=("application/json",),
    ),
    Row("DELETE", f"{SCRIPT}/token", scripts.delete_token, needs=P.ANALYTICS_WRITE, status=204),
    Row("POST", f"{SCRIPT}/token", scripts.create_token, needs=P.ANALYTICS_WRITE, status=201),
    Row("GET", "/api/sign_s3_file", uploads.sign_file, needs=P.ANALYTICS_READ),
    Row("DELETE", "/api/task/{task_id:str}", tasks.cancel, needs=P.ANALYTICS_WRITE, status=204),
    Row("GET", "/api/task/{task_id:str}", tasks.show, needs=P.ANALYTICS_READ, see="GET /api/task/:task_id"),
    Row("GET", "/api/token", tokens.show_token, is_public=True, runs=Runs.POOL, opens_own_work=True),
    Row(
        "POST",
        "/api/upload_file/{uuid:str}",
        uploads.upload,
        needs=P.ANALYTICS_READ,
        status=201,
        runs=Runs.POOL,
        opens_own_work=True,
        reads_raw=True,
        spools=True,
        limit_bytes=MOST_BYTES,
        accepts=("application/octet-stream",),
    ),
    Row("GET", "/api/user", users.index, needs=P.PEOPLE_READ, runs=Runs.POOL, see="GET /api/user"),
    Row("POST", "/api/user", users.create, status=201, runs=Runs.POOL, opens_own_work=True, see="POST /api/user"),
    Row("GET", "/api/user/byname", users.show_by_name, needs=P.PEOPLE_READ, see="GET /api/user/byname/"),
    Row("DELETE", USER, users.delete, needs=P.PEOPLE_WRITE, status=204, see="DELETE /api/user/<uuid>"),
    Row("GET", USER, users.show, needs=P.PEOPLE_READ, see="GET /api/user/<user_uuid>"),
    Row("PUT", USER, users.update, needs=P.PEOPLE_WRITE, see="PUT /api/user/<user_uuid>"),
    Row("GET", "/api/usersgroup", groups.index, needs=P.STRUCTURE_READ, see="GET /api/usersgroup"),
    Row("GET", "/api/usersgroup/byname", groups.show_by_name, needs=P.STRUCTURE_READ, see="Usersgroup"),
    Row("DELETE", GROUP, groups.delete, needs=P.STRUCTURE_WRITE, status=204, see="DELETE /api/usersgroup/<uuid>"),
    Row("GET", GROUP, groups.show, needs=P.STRUCTURE_READ, see="Usersgroup"),
    Row("POST", f"{GROUP}/adduser", groups.add_user, needs=P.STRUCTURE_WRITE, status=201, see="Usersgroup"),
    Row("GET", f"{GROUP}/list_of_users", groups.list_users, needs=P.PEOPLE_READ, runs=Runs.POOL, see="Usersgroup"),
    Row("POST", f"{GROUP}/removeuser", groups.remove_user, needs=P.STRUCTURE_WRITE, status=204, see="Usersgroup"),
    Row("GET", "/api/web_app", dashboards.index, needs=P.ANALYTICS_READ, runs=Runs.POOL, see="GET /api/web_app"),
    Row("POST", "/api/web_app", dashboards.create, needs=P.DASHBOARDS_WRITE, status=201, limit_bytes=DASHBOARD_BYTES),
    Row("DELETE", WEB_APP, dashboards.delete, needs=P.DASHBOARDS_WRITE, status=204, see="DELETE /api/web_app/:uuid"),
    Row(
        "GET",
        WEB_APP,
        dashboards.show,
        needs=P.ANALYTICS_READ,
        opens_with="embeddedPayload",
        answers=WebAppOut,
        see="GET /api/web_app/:uuid",
    ),
    Row(
        "PUT",
        WEB_APP,
        dashboards.update,
        needs=P.DASHBOARDS_WRITE,
        limit_bytes=DASHBOARD_BYTES,
        see="PUT /api/web_app/:uuid",
    ),
    Row("POST", f"{WEB_APP}/clone", dashboards.clone, needs=P.DASHBOARDS_WRITE, see="POST /api/web_app/:uuid/clone"),
    Row(
        "POST",
        f"{WEB_APP}/dashboard_variables",
        dashboards.set_variables,
        needs=P.DASHBOARDS_WRITE,
        status=201,
        see="POST /api/web_app/:uuid/dashboard_variables",
    ),
    Row("GET", f"{WEB_APP}/data_sources", dashboards.list_sources, needs=P.ANALYTICS_READ, runs=Runs.POOL),
    Row("POST", f"{WEB_APP}/embed", dashboards.embed, needs=P.ANALYTICS_READ, see="POST /api/web_app/:uuid/embed"),
    Row(
        "POST",
        f"{WEB_APP}/generate_pdf",
        dashboards.generate_pdf,
        needs=P.ANALYTICS_READ,
        runs=Runs.POOL,
        opens_own_work=True,
    ),
    Row("POST", f"{WEB_APP}/sharings", dashboards.share, needs=P.DASHBOARDS_WRITE, status=201),
    Row("GET", "/data-api/datasources_list", keys.list_opened),
    Row(
        "POST",
        "/data-api/query-data/{uuid:str}",
        keys.ask,
        runs=Runs.POOL,
        writes=False,
        opens_own_work=True,
        answers=AnswerOut,
    ),
    Row("POST", "/data-api/query-model/{uuid:str}", keys.show_model, runs=Runs.POOL, writes=False),
)

DOOR = Door(
    name=NAME,
    title="Serenytics",
    rows=ROWS,
    authenticate=authenticate,
    render_fault=render_fault,
    show_refused=show_refused,
    security={"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    credential="Send X-Api-Key with your key; POST /api/api_key gives it for a token of GET /api/token.",
    source="Serenytics REST API",
)
