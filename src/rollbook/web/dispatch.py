"""The one dispatcher: every request of every door passes here.

It reads the body, opens the unit of work, authenticates, checks the row's permission, decodes, calls the handler,
commits and encodes. Faults and mistakes become the door's own error answers.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from litestar import Request, route
from litestar.exceptions import ClientException, HTTPException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import HTTPRouteHandler, WebsocketRouteHandler
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse

from rollbook.core.access.usage import UsageLog
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.web import decoding
from rollbook.web.answers import ALWAYS, Answer
from rollbook.web.bearer import unauthenticated
from rollbook.web.following import followed
from rollbook.web.lanes import Lanes
from rollbook.web.proxies import BY_PROXY
from rollbook.web.routes import (
    Arrival,
    Call,
    Content,
    Door,
    Following,
    Headers,
    Knock,
    Later,
    Listing,
    Refused,
    Reply,
    Row,
    Services,
    Stream,
    headers_of,
)
from rollbook.web.sockets import plain_handler, socket_handler

log = logging.getLogger("rollbook.web")
Incoming = Request[Any, Any, Any]

_LISTING_JOIN = b","
SPOOLED_BYTES = 1_000_000
"""How much of a body that spools is kept in memory; the rest goes to a temporary file."""


@dataclass(slots=True)
class _Asked:
    """A request, with what is looked at in it again and again."""

    request: Incoming
    headers: Headers
    target: str
    """The path and query as they were asked for."""
    address: str
    """Where it came from."""
    proof: Any = None
    """What the door's ``prove`` found out."""

    @classmethod
    def by(cls, request: Incoming) -> "_Asked":
        scope = request.scope
        query = scope["query_string"].decode("latin-1")
        target = f"{scope['path']}?{query}" if query else str(scope["path"])
        caller = scope.get("client")
        return cls(request, headers_of(scope["headers"]), target, caller[0] if caller else "")


class Dispatcher:
    """Makes a Litestar handler of each row."""

    def __init__(self, services: Services, lanes: Lanes, usage: UsageLog) -> None:
        self._services = services
        self._lanes = lanes
        self._usage = usage

    def handlers(self, door: Door) -> list[HTTPRouteHandler | WebsocketRouteHandler]:
        """The door's rows as route handlers, and its websockets."""
        opening = (socket_handler(self._services, self._lanes, row) for row in door.sockets)
        return [*(self._handler(door, row) for row in door.rows), *opening, *map(plain_handler, door.sockets)]

    def _handler(self, door: Door, row: Row) -> HTTPRouteHandler:
        decode = _decoder(door, row)
        answer = self._answer

        async def handle(request: Incoming) -> ASGIResponse:
            return await answer(door, row, decode, request)

        methods: Any = [row.method, "HEAD"] if row.method == "GET" else [row.method]
        as_handler = route(
            row.path,
            http_method=methods,
            status_code=200,  # the response itself carries the status
            request_max_body_size=row.limit_bytes,
            name=f"{door.name} {row.method} {row.path}",
        )
        return as_handler(handle)

    async def _answer(self, door: Door, row: Row, decode: Callable[..., Any], request: Incoming) -> ASGIResponse:
        asked = _Asked.by(request)
        try:
            asked.proof = await self._prove(door, row, asked)
            if row.spools:
                await self._lanes.in_pool(lambda: self._knock(door, row, asked))
            content, form = await _read(asked, row)
            result = await self._lanes.run(row, lambda: self._work(door, row, decode, asked, content, form))
            if isinstance(result, Later):
                result = await self._awaited(result)
            if isinstance(result, Following):
                return followed(self._services, self._lanes, result, is_head=request.method == "HEAD")
            if isinstance(result, Listing):
                return await self._listed(door, result, is_head=request.method == "HEAD")
            return self._respond(door, row, result, is_head=request.method == "HEAD")
        except Fault as fault:
            return await self._refuse(door, row, asked, fault)
        except Exception:
            log.exception("%s %s failed", row.method, row.path)
            mistake = Fault(FaultCode.INTERNAL, "Something went wrong here; the server's log has the details.")
            return await self._refuse(door, row, asked, mistake)

    async def _awaited(self, later: Later) -> Any:
        """What came of looking for an answer again and again."""
        deadline = asyncio.get_running_loop().time() + later.longest_s
        while True:
            is_last = asyncio.get_running_loop().time() >= deadline
            found = await self._lanes.in_pool(partial(self._look, later, is_last))
            if found is not None:
                return found
            await asyncio.sleep(later.every_s)

    def _look(self, later: Later, is_last: bool) -> Any:
        with self._services.database.reading() as work:
            return later.look(work, is_last)

    async def _refuse(self, door: Door, row: Row, asked: _Asked, fault: Fault) -> ASGIResponse:
        show = door.show_refused
        if show is None:
            return respond(door, row, door.render_fault(fault))
        refused = Refused(fault, asked.request.method, asked.target, asked.headers, self._services)
        return respond(door, row, await self._lanes.in_pool(lambda: show(refused)))

    def _work(
        self, door: Door, row: Row, decode: Callable[..., Any], asked: _Asked, content: Content, form: Any
    ) -> Any:
        """The part that touches the database, in its lane."""
        database = self._services.database
        with database.writing() if row.is_writing and not row.opens_own_work else database.reading() as work:
            self._admit(door, row, asked, work)
            body, query = decode(asked.request, content, form)
            path = asked.request.path_params
            _refuse_impossible(path)
            call = Call(body, query, path, asked.headers, work, self._services, asked.address, content, asked.target)
            if not row.opens_own_work:
                return row.handler(call)
        return row.handler(call)

    async def _prove(self, door: Door, row: Row, asked: _Asked) -> Any:
        """What the door finds out about a password, in the pool."""
        prove = door.prove
        if prove is None or row.is_public or not asked.headers.get("authorization", "").lower().startswith("basic "):
            return None
        knock = Knock(asked.headers, asked.target, asked.address, self._services)
        return await self._lanes.in_pool(lambda: prove(knock))

    def _knock(self, door: Door, row: Row, asked: _Asked) -> None:
        """Refuse strangers before a large body is taken from them."""
        with self._services.database.reading() as work:
            self._admit(door, row, asked, work)

    def _admit(self, door: Door, row: Row, asked: _Asked, work: Work) -> None:
        """Authenticate and check the row's permission. Faults: UNAUTHENTICATED, FORBIDDEN."""
        is_by_proxy = bool(asked.request.scope.get(BY_PROXY))
        arrival = Arrival(asked.headers, work, self._services, asked.target, asked.proof, is_by_proxy)
        principal = door.authenticate(arrival)
        if principal is not None:
            work.act_as(principal)
            if principal.credential_id is not None:
                self._usage.note(principal.credential_id, work.at)
        if row.is_public or (row.opens_with and asked.request.query_params.get(row.opens_with)):
            return
        if principal is None:
            raise unauthenticated(asked.headers, door.credential)
        if row.needs is not None and not principal.may(row.needs):
            message = f"This needs the permission {row.needs.value}, which none of the caller's roles gives."
            raise Fault(FaultCode.FORBIDDEN, message, details={"needs": row.needs.value})

    def _respond(self, door: Door, row: Row, result: Any, *, is_head: bool) -> ASGIResponse:
        match result:
            case Reply():
                return respond(door, row, result)
            case Stream():
                chunks = self._chunks(result)
                headers = {**ALWAYS, **result.headers}
                return ASGIStreamingResponse(
                    iterator=chunks,
                    media_type=result.media_type,
                    headers=headers,
                    status_code=result.status,
                    is_head_response=is_head,
                )
            case _:
                body = b"" if row.status == 204 else door.encode(result)
                return Answer(body, row.status)

    async def _listed(self, door: Door, listing: Listing, *, is_head: bool) -> ASGIResponse:
        """A listing. Its first page is read before anything is sent, so that a fault in it can still be answered."""
        rows, position = await self._lanes.in_pool(lambda: self._page(listing, None))
        if position is None or not rows:
            return Answer(door.encode(rows), headers=listing.headers)
        pages = self._pages(door, listing, rows, position)
        headers = {**ALWAYS, **listing.headers}
        return ASGIStreamingResponse(
            iterator=pages, media_type="application/json", headers=headers, is_head_response=is_head
        )

    def _page(self, listing: Listing, position: Any) -> tuple[list[Any], Any]:
        with self._services.database.reading() as work:
            return listing.next_rows(work, position)

    async def _pages(self, door: Door, listing: Listing, rows: list[Any], position: Any) -> AsyncIterator[bytes]:
        """A JSON array, a page at a time, each page from a reading of its own."""
        yield b"[" + door.encode(rows)[1:-1]
        while position is not None:
            rows, position = await self._lanes.in_pool(partial(self._page, listing, position))
            if not rows:
                break
            yield _LISTING_JOIN + door.encode(rows)[1:-1]
        yield b"]"

    async def _chunks(self, stream: Stream) -> AsyncIterator[bytes]:
        while (chunk := await self._lanes.in_pool(lambda: next(stream.chunks, None))) is not None:
            yield chunk


def respond(door: Door, row: Row | None, reply: Reply) -> ASGIResponse:
    """A reply as a response."""
    status = reply.status or (row.status if row else 200)
    if reply.media_type is not None:
        body, media_type = reply.body or b"", reply.media_type
    else:
        body, media_type = (b"" if status == 204 else door.encode(reply.body)), "application/json"
    return Answer(body, status, media_type, reply.headers, reply.cookies)


def _refuse_impossible(path: Mapping[str, Any]) -> None:
    """Ids that nothing can have, as no store could look for them. Faults: NOT_FOUND."""
    parts = path.values()
    if any((isinstance(part, str) and "\0" in part) or (isinstance(part, int) and part >= 2**63) for part in parts):
        raise Fault(FaultCode.NOT_FOUND, "There is nothing at this address.")


async def _read(asked: _Asked, row: Row) -> tuple[Content, Any]:
    """The body, and the fields of a multipart form. Faults: TOO_LARGE, MALFORMED, UNSUPPORTED_TYPE."""
    request, headers = asked.request, asked.headers
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Fault(FaultCode.UNSUPPORTED_TYPE, "The body must be sent as it is, without a Content-Encoding.")
    if request.method in ("GET", "HEAD") and "content-length" not in headers and "transfer-encoding" not in headers:
        return Content(media_type, b""), None
    try:
        if media_type == "multipart/form-data":
            return await _read_form(request, media_type, spools=row.spools)
        if row.spools:
            return Content(media_type, b"", file=await _spooled(request)), None
        return Content(media_type, await request.body()), None
    except RequestEntityTooLarge:
        raise Fault(FaultCode.TOO_LARGE, f"The body may have at most {row.limit_bytes:,} bytes.") from None
    except (ClientException, HTTPException, ValueError):
        raise Fault(FaultCode.MALFORMED, "The body could not be read.") from None


async def _spooled(request: Incoming) -> BinaryIO:
    file = SpooledTemporaryFile(SPOOLED_BYTES)  # noqa: SIM115 - it ends with the last that refers to it
    async for chunk in request.stream():
        file.write(chunk)
    file.seek(0)
    return cast(BinaryIO, file)


async def _read_form(request: Incoming, media_type: str, *, spools: bool) -> tuple[Content, Any]:
    """A multipart form's fields; the first file in it is the content."""
    content, pairs = Content(media_type, b""), []
    for name, value in (await request.form()).multi_items():
        if hasattr(value, "read"):
            kind = value.content_type or "application/octet-stream"
            if spools:
                content = Content(kind, b"", value.filename, value.file)
            else:
                content = Content(kind, await value.read(), value.filename)
        else:
            pairs.append((name, value))
    content.fields = decoding.gather(pairs)
    return content, content.fields


def _decoder(door: Door, row: Row) -> Callable[..., tuple[Any, Any]]:
    """How this row's body and query are read; decided once."""
    body_type, query_type = decoding.annotations_of(row.handler)
    nothing = type(None)
    decoder_of = door.query_decoder or decoding.values_decoder
    read_query = decoder_of(query_type) if query_type is not nothing else None
    if door.merges_parameters:
        read_merged = decoding.values_decoder(body_type) if body_type is not nothing else None

        def merged(request: Incoming, content: Content, form: Any) -> tuple[Any, Any]:
            if read_merged is None:
                return None, None
            query = decoding.query_values(request.scope["query_string"])
            return read_merged(decoding.merged_values(content, query, form)), None

        return merged
    read_json = None
    if body_type is not nothing and not row.reads_raw:
        read_json = decoding.json_decoder(body_type, strict=not door.takes_numbers_as_text)

    def separate(request: Incoming, content: Content, form: Any) -> tuple[Any, Any]:
        query = read_query(decoding.query_values(request.scope["query_string"])) if read_query else None
        return read_json(content.data) if read_json else None, query

    return separate
