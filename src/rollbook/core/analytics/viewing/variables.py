"""Variables of dashboards: ``{{name}}`` in texts and filters, and where a reader's values come from.

A filter that names a variable makes a dashboard a template: without a value it is refused, never left out.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from rollbook.core.analytics.pipeline.requests import query_fault
from rollbook.core.analytics.queries import metadata_of
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work

_NAMED = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
MOST_PAYLOAD = 20_000
"""How many bytes of JSON a payload has at most."""


def for_reader(work: Work, values: dict[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """A dashboard's values for someone who is signed in: above them what the address says, above it their metadata."""
    return values | dict(payload) | metadata_of(work, work.principal.person_id)


def payload_in(text: str | None) -> dict[str, Any]:
    """Values in an address: a JSON object in base64. Faults: INVALID."""
    if not text:
        return {}
    try:
        padded = text + "=" * (-len(text) % 4)
        return checked_payload(msgspec.json.decode(base64.b64decode(padded, altchars=b"-_"), type=dict[str, Any]))
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError):
        raise Fault(FaultCode.INVALID, "embeddedPayload must be a JSON object in base64.") from None


def checked_payload(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Values that someone gives. Faults: INVALID for what is neither plain nor a list of plain values; TOO_LARGE."""
    for name, value in payload.items():
        plain = value if isinstance(value, list) else [value]
        if not all(one is None or isinstance(one, str | int | float | bool) for one in plain):
            message = f"payload: {name[:60]!r} must be a text, a number, true, false, or a list of these."
            raise Fault(FaultCode.INVALID, message, fields={"payload": [message]})
    if len(msgspec.json.encode(payload)) > MOST_PAYLOAD:
        raise Fault(FaultCode.TOO_LARGE, f"The payload may have at most {MOST_PAYLOAD:,} bytes.")
    return dict(payload)


def in_text(text: str, variables: Mapping[str, Any]) -> str:
    """A text with its variables; one without a value stays as it is written."""

    def said(found: re.Match[str]) -> str:
        value = variables.get(found[1])
        return found[0] if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    return _NAMED.sub(said, text)


def in_filter(value: Any, variables: Mapping[str, Any]) -> Any:
    """A filter's value with its variables. Faults: INVALID for one without a value."""
    if isinstance(value, list):
        filled = [in_filter(one, variables) for one in value]
        return [part for one in filled for part in (one if isinstance(one, list) else [one])]
    if not isinstance(value, str):
        return value
    if whole := _NAMED.fullmatch(value.strip()):
        return _value(whole[1], variables)
    return _NAMED.sub(lambda found: _plain(found[1], variables), value)


def _value(name: str, variables: Mapping[str, Any]) -> Any:
    value = variables.get(name)
    if value is None:
        raise query_fault(f"This needs a value for {name!r}, and none is given.")
    return value


def _plain(name: str, variables: Mapping[str, Any]) -> str:
    value = _value(name, variables)
    if isinstance(value, list):
        raise query_fault(f"{name!r} is a list, which can only be a filter's whole value.")
    return str(value)
