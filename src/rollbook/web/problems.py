"""What is wrong with a request's values, as faults that name every field and say in plain words what it must be."""

import re
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode

MOST_SAID = 3
"""How many problems the message tells; ``fields`` has them all."""
LONGEST_SHOWN = 40
"""Characters of a value that an error shows."""

_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>\$.*)`)?$", re.S)
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]+)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>[^`]+)`$")
_MISMATCH = re.compile(r"^Expected `(?P<wanted>[^`]+)`, got `(?P<got>[^`]+)`$")
_BOUND = re.compile(r"^Expected `(?:int|float)` (?P<sign>[<>]=?) (?P<bound>\S+)$")
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}
_SIGNS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}

Problem = tuple[str, FaultCode, str]
"""A field, what kind of problem it is, and the sentence about it."""


def unreadable(problem: Exception) -> Fault:
    """JSON that is none."""
    what = str(problem).removeprefix("JSON is malformed: ")
    return Fault(FaultCode.MALFORMED, f"The body is not valid JSON: {what[:1].lower()}{what[1:]}")


def problem_of(problem: msgspec.ValidationError) -> Fault:
    """A decoding problem as a fault that names the place."""
    return _told([_read(problem)])


def problems_in(values: Mapping[str, Any], kind: type[msgspec.Struct], *, strict: bool) -> Fault | None:
    """All that is wrong with the values of a struct, where decoding stops at the first; None when it is not in a field.

    ``strict``: no text is taken for a number.
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    found = [
        problem
        for name, field in fields.items()
        for problem in (_of_field(field, values[name], strict) if name in values else _absent(field))
    ]
    if kind.__struct_config__.forbid_unknown_fields:
        found += [_unknown(name, fields) for name in values if name not in fields]
    return _told(found) if found else None


def _told(found: list[Problem]) -> Fault:
    """The code is MISSING only where nothing else is wrong."""
    fields: dict[str, list[str]] = {}
    for name, _, sentence in found:
        fields.setdefault(name, []).append(sentence)
    codes = {code for _, code, _ in found}
    said = [sentence for _, _, sentence in found]
    more = f"; and {len(said) - MOST_SAID} more" if len(said) > MOST_SAID else ""
    return Fault(
        codes.pop() if len(codes) == 1 else FaultCode.INVALID, "; ".join(said[:MOST_SAID]) + more, fields=fields
    )


def _absent(field: msgspec.structs.FieldInfo) -> list[Problem]:
    return [_missing(field.encode_name)] if field.required else []


def _missing(name: str) -> Problem:
    return name, FaultCode.MISSING, f"{name} is required"


def _unknown(name: str, known: Mapping[str, Any] | None = None) -> Problem:
    others = f"; there are {', '.join(sorted(known))}" if known else ""
    return name, FaultCode.INVALID, f"{name} is not known here{others}"


def _of_field(field: msgspec.structs.FieldInfo, value: Any, strict: bool) -> list[Problem]:
    try:
        msgspec.convert(value, field.type, strict=strict)
    except msgspec.ValidationError as problem:
        return [_read(problem, field.encode_name, field.type, value)]
    return []


def _read(problem: msgspec.ValidationError, within: str = "", kind: Any = None, value: Any = None) -> Problem:
    """One of msgspec's messages, about something within a field that has a type and a value."""
    parts = _AT.match(str(problem))
    what, path = (parts["what"], parts["path"] or "") if parts else (str(problem), "")
    place = within + path.removeprefix("$")
    name = f"rows{place}" if place.startswith("[") else place.removeprefix(".") or "body"
    if missing := _MISSING.match(what):
        return _missing(f"{name}.{missing['name']}" if place else missing["name"])
    if unknown := _UNKNOWN.match(what):
        return _unknown(f"{name}.{unknown['name']}" if place else unknown["name"])
    return name, FaultCode.INVALID, f"{name} {_must(what, kind, None if path else value)}"


def _must(what: str, kind: Any, value: Any) -> str:
    """What a value must be, from what msgspec says of it."""
    if choices := _choices(kind):
        return f"must be one of {', '.join(map(str, choices))}"
    if mismatch := _MISMATCH.match(what):
        if mismatch["got"] == "null":
            return "may not be empty"
        wanted = [_KINDS.get(name, name) for name in mismatch["wanted"].split(" | ") if name != "null"]
        return f"must be {' or '.join(wanted)}, not {_shown(mismatch['got'], value)}"
    if bound := _BOUND.match(what):
        return f"must be {_SIGNS[bound['sign']]} {bound['bound']}"
    return f"cannot be taken: {what[:1].lower()}{what[1:]}"


def _shown(got: str, value: Any) -> str:
    """What came instead. Text is shown only where none is wanted, so that no secret is."""
    if got == "str" and isinstance(value, str):
        return repr(value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…")
    return _KINDS.get(got, got)


def _choices(kind: Any) -> tuple[Any, ...]:
    """The values that a type allows, where it lists them."""
    if get_origin(kind) is Literal:
        return get_args(kind)
    arms = () if get_origin(kind) is list else get_args(kind)
    return next((found for arm in arms if (found := _choices(arm))), ())
