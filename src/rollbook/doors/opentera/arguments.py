"""Reading a query as the vendor's server does: the first value of each name, and refusals in its own words."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.docstrings import field_docs

BODY = "body"
"""In a fault's details: the whole body of the answer."""
_FLAGS = {"true": True, "1": True, "on": True, "false": False, "0": False}
_FROM = "the JSON body or the post body or the query string"
TOKEN = "token"  # noqa: S105 - the name of the parameter that a token may come in


def query_decoder(kind: type[msgspec.Struct]) -> Callable[[Mapping[str, Any]], Any]:
    """A decoder of queries into a struct. Faults: INVALID or MISSING with the vendor's body in their details."""
    fields = msgspec.structs.fields(kind)
    texts = field_docs(kind)
    readers = {field.encode_name: _reader(field.type) for field in fields}
    required = [field.encode_name for field in fields if field.required]
    is_strict = kind.__struct_config__.forbid_unknown_fields

    def decode(values: Mapping[str, Any]) -> Any:
        given = {}
        for name, value in values.items():
            if (reader := readers.get(name)) is None:
                continue
            try:
                given[name] = reader(value[0] if isinstance(value, list) else value)
            except ValueError as problem:
                raise refused(name, f"{texts.get(name, name)} {problem}") from None
        for name in required:
            if name not in given:
                raise missing(name, texts.get(name, name))
        if is_strict and (unknown := values.keys() - readers.keys() - {TOKEN}):
            message = f"Unknown arguments: {', '.join(sorted(unknown))}"
            raise Fault(FaultCode.INVALID, message, details={BODY: {"message": message}})
        return kind(**given)

    return decode


def _reader(kind: Any) -> Callable[[str], Any]:
    wanted = next((arm for arm in (kind, *get_args(kind)) if arm in (int, bool, str)), str)
    readers: dict[type, Callable[[str], Any]] = {int: _whole_number, bool: _flag, str: _text}
    return readers[wanted]


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a null character")
    return text


def _whole_number(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{text[:40]} is too large")
    return number


def _flag(text: str) -> bool:
    if (flag := _FLAGS.get(text.lower())) is None:
        raise ValueError(f"Invalid literal for boolean(): {text[:40]}")
    return flag


def missing(name: str, about: str, place: str = _FROM) -> Fault:
    """A required parameter that is not there."""
    return refused(name, f"{about} Missing required parameter in {place}", FaultCode.MISSING)


def refused(name: str, text: str, code: FaultCode = FaultCode.INVALID) -> Fault:
    """A parameter that cannot be taken."""
    body = {"errors": {name: text}, "message": "Input payload validation failed"}
    return Fault(code, text, fields={name: [text]}, details={BODY: body})


def either(first: Any, second: Any) -> Any:
    """A parameter, or its alias where it is not given."""
    return second if first is None else first
