"""Reading the documents that are posted: an object under a name, or a list of them."""

from typing import Any

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.nesting import DEEPEST, is_deep, levels
from rollbook.doors.opentera.errors import bad
from rollbook.web.routes import Call

Document = dict[str, Any]


def document(call: Call[Any, Any]) -> Any:
    """The JSON of the body. Faults: UNSUPPORTED_TYPE, MALFORMED, INVALID for what cannot be kept."""
    content = call.content
    if content is None or content.media_type != "application/json":
        raise Fault(
            FaultCode.UNSUPPORTED_TYPE,
            "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
        )
    data = content.data
    try:
        given = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Fault(
            FaultCode.MALFORMED, "The browser (or proxy) sent a request that this server could not understand."
        ) from None
    if data.count(b"[") + data.count(b"{") > DEEPEST and is_deep(given):
        raise Fault(FaultCode.MALFORMED, f"Lists and objects may be at most {DEEPEST} levels deep.")
    if b"\\u0000" in data and any("\0" in one for level in levels(given) for one in level if isinstance(one, str)):
        raise bad("A text holds a null character, which cannot be stored.")
    return given


def wrapped(call: Call[Any, Any], name: str) -> Document:
    """The object under a name. Faults: INVALID where there is none."""
    given = document(call)
    held = given.get(name) if isinstance(given, dict) else None
    if not isinstance(held, dict):
        raise bad(f"Missing {name}")
    return held


def listed(call: Call[Any, Any], name: str) -> list[Document]:
    """The objects under a name, of which there may be one without a list. Faults: INVALID."""
    given = document(call)
    held = given.get(name) if isinstance(given, dict) else None
    several: list[Any] = held if isinstance(held, list) else [held]
    if held is None or not all(isinstance(one, dict) for one in several):
        raise bad(f"Missing {name}")
    return several


def number(value: Any, name: str) -> int:
    """A whole number, which may be written as text. Faults: INVALID."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise bad(f"Bad parameter: {name} must be a whole number")
    try:
        found = int(value)
    except ValueError:
        raise bad(f"Bad parameter: {name} must be a whole number") from None
    if not -(2**63) <= found < 2**63:
        raise bad(f"Bad parameter: {name} is too large")
    return found
