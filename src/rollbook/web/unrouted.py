"""Answers for requests that reach no row: nothing at the address, not for the method, or asking for the methods."""

from collections.abc import Iterable
from typing import Any

from litestar import Request, Response, route
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.answers import Answer
from rollbook.web.dispatch import respond
from rollbook.web.routes import Door


class _Ready(Response[None]):
    """An answer that is made already: Litestar wants its own kind from exception handlers."""

    def __init__(self, answer: ASGIResponse) -> None:
        super().__init__(None)
        self._answer = answer

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """The answer as it is."""
        return self._answer


def unrouted(doors: Iterable[Door]) -> Any:
    """Answers for requests that reach no row, in the shape of the door whose path comes nearest."""
    doors = tuple(doors)

    def handle(request: Request[Any, Any, Any], problem: HTTPException) -> _Ready:
        door = _nearest(doors, request.url.path)
        if isinstance(problem, MethodNotAllowedException):
            allowed = allowed_at(doors, request.url.path)
            fault = Fault(FaultCode.METHOD_NOT_ALLOWED, f"This address takes {allowed}.")
            reply = door.render_fault(fault)
            reply.headers = {**reply.headers, "allow": allowed}
        else:
            reply = door.render_fault(Fault(FaultCode.NOT_FOUND, "There is nothing at this address."))
        return _Ready(respond(door, None, reply))

    return handle


def allowed_at(doors: Iterable[Door], path: str) -> str:
    """The methods that an address takes, as the Allow header lists them."""
    methods = {row.method for door in doors for row in door.rows if _matches(row.path, path)}
    return ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))


def options(doors: Iterable[Door]) -> HTTPRouteHandler:
    """OPTIONS for every address. Litestar's own answer knows only one of the handlers that share a path."""
    doors = tuple(doors)

    async def handle(request: Request[Any, Any, Any]) -> ASGIResponse:
        return Answer(b"", 204, headers={"allow": allowed_at(doors, request.url.path)})

    paths = sorted({row.path for door in doors for row in door.rows})
    return route(paths, http_method=["OPTIONS"], status_code=200, name="methods")(handle)


def _nearest(doors: tuple[Door, ...], path: str) -> Door:
    """The door with the longest beginning in common."""
    parts = path.split("/")

    def shared(door: Door) -> int:
        return max(_shared_parts(row.path.split("/"), parts) for row in door.rows)

    return max(doors, key=shared)


def _shared_parts(pattern: list[str], parts: list[str]) -> int:
    count = 0
    for wanted, given in zip(pattern, parts, strict=False):
        if wanted != given and not wanted.startswith("{"):
            break
        count += 1
    return count


def _matches(pattern: str, path: str) -> bool:
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    return len(wanted) == len(given) and _shared_parts(wanted, given) == len(wanted)
