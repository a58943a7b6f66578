"""The floor's ASGI callable. Run as ``python -m bench.floor_server sqlite|postgresql URL ORGANISATION PORT``."""

import sys
from typing import Any
from urllib.parse import parse_qs

import msgspec
import uvicorn

from bench import floor_enrolment, floor_tera, floor_velpic, floor_writes
from bench.floor import Store, shown

_JSON = (b"content-type", b"application/json")


def app(store: Store) -> Any:
    """The callable over a store."""

    async def call(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        if scope["method"] != "GET":
            while True:
                message = await receive()
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
        if scope["path"].startswith("/api/user/"):
            headers = dict(scope["headers"])
            status = 200
            answer = floor_tera.answer(store, scope["method"], scope["path"], scope["query_string"], headers, body)
        else:
            status, answer = _answer(store, scope["method"], scope["path"], scope["query_string"], body)
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [_JSON, length]})
        await send({"type": "http.response.body", "body": answer})

    return call


def _answer(store: Store, method: str, path: str, query: bytes, body: bytes) -> tuple[int, bytes]:
    match method:
        case "POST" if path == "/api/courses/addusers":
            return 200, floor_enrolment.enrol(store, body)
        case "POST" if path == "/api/v2/bulkUserImport":
            return 200, floor_velpic.import_users(store, body)
        case "POST":
            return 201, floor_writes.create(store, body)
        case "PUT":
            return 200, floor_writes.upsert(store, body)
    if path == "/api/v2/user":
        return 200, floor_velpic.users(store, parse_qs(query.decode())["q"][0])
    if path.startswith("/api/v2/user/"):
        return 200, floor_velpic.schedules(store, int(path.split("/")[4]))
    uuid = path.removeprefix("/v1/people").strip("/")
    if uuid:
        return 200, msgspec.json.encode(shown(store.rows(store.one, store.organisation_id, uuid)[0]))
    asked = parse_qs(query.decode())
    if "q" in asked:
        pattern = f'"{asked["q"][0]}"' if store.kind == "sqlite" else f"%{asked['q'][0]}%"
        return 200, _page(store.rows(store.search, store.organisation_id, pattern), None)
    group = asked["group"][0]
    total = store.rows(store.total, store.organisation_id, group)[0][0]
    return 200, _page(store.rows(store.page, store.organisation_id, group), total)


def _page(rows: list[tuple[Any, ...]], total: int | None) -> bytes:
    cursor = str(rows[19][1]) if len(rows) > 20 else None
    return msgspec.json.encode({"people": [shown(row) for row in rows[:20]], "next": cursor, "total": total})


if __name__ == "__main__":
    kind, url, organisation_id, port = sys.argv[1:]
    uvicorn.run(
        app(Store(kind, url, int(organisation_id))),
        port=int(port),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="error",
    )
