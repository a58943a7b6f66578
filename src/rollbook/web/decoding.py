"""From a request's bytes to the structs that handlers are annotated with. What cannot be taken is in ``problems``."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from msgspec import UNSET

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.problems import problem_of, problems_in, unreadable
from rollbook.web.routes import Content, Handler

Values = dict[str, Any]

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 10_000
"""Parameters of one query or form."""
AS_TYPED = frozenset({"password", "client_secret"})
"""Texts whose blanks at either end mean something. All others are trimmed."""
_INDEX = re.compile(r"^(?P<name>[^\[]+)(\[[^\]]*\])+$")
_MARK = b"\xef\xbb\xbf"
"""The byte order mark that some editors and shells write before UTF-8."""
_FLAGS = {True: 1, False: 0, "true": 1, "false": 0}


def annotations_of(handler: Handler) -> tuple[Any, Any]:
    """The body and query types in a handler's ``call: Call[Body, Query]``; NoneType where there is none."""
    hint = get_type_hints(handler)["call"]
    body, query = get_args(hint) or (type(None), type(None))
    return body, query


def json_decoder(kind: Any, *, strict: bool = True) -> Callable[[bytes], Any]:
    """A decoder of JSON bodies into a type; not ``strict`` takes a number written as text. Faults: MALFORMED, MISSING,
    INVALID.
    """
    decoder = msgspec.json.Decoder(kind, strict=strict)

    def decode(data: bytes) -> Any:
        document = data.removeprefix(_MARK) or b"{}"
        try:
            try:
                return decoder.decode(document)
            except msgspec.ValidationError as problem:
                values = msgspec.json.decode(document)
                is_struct = isinstance(values, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct)
                found = problems_in(values, kind, strict=strict) if is_struct else None
                raise (found or problem_of(problem)) from None
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
            raise unreadable(problem) from None

    return decode


def values_decoder(kind: type[msgspec.Struct]) -> Callable[[Mapping[str, Any]], Any]:
    """A decoder of loose values, as from a query or form, into a struct. Faults: MISSING, INVALID.

    Text is trimmed, and becomes a number, a flag or a list where one is wanted. A blank is as good as nothing: what is
    required is missing, what may be left out is; only where leaving out and emptying differ (UNSET) it empties.
    """
    looseners = {field.encode_name: _loosener(field) for field in msgspec.structs.fields(kind)}
    forbids_unknown = kind.__struct_config__.forbid_unknown_fields

    def decode(values: Mapping[str, Any]) -> Any:
        loose: Values = {}
        for name, value in values.items():
            if (loosen := looseners.get(name)) is not None:
                if (loosened := loosen(value)) is not UNSET:
                    loose[name] = loosened
            elif forbids_unknown:
                loose[name] = value
        try:
            return msgspec.convert(loose, kind, strict=False)
        except msgspec.ValidationError as problem:
            raise (problems_in(loose, kind, strict=False) or problem_of(problem)) from None

    return decode


def _loosener(field: msgspec.structs.FieldInfo) -> Callable[[Any], Any]:
    """How a loose value of a field is made ready for its type; UNSET means that it counts as not given."""
    is_list, is_text = _holds(field.type, list, frozenset, set, tuple), _holds(field.type, str)
    is_flag, may_be_null = _is_flag(field.type), _holds(field.type, type(None))
    is_trimmed = is_text and field.encode_name not in AS_TYPED
    may_be_emptied = field.default is UNSET

    def loosen(value: Any) -> Any:
        if isinstance(value, str):
            if is_trimmed:
                value = value.strip()
            if not value.strip():
                return value if may_be_emptied and is_text else (None if may_be_emptied else UNSET)
            if is_list:
                return _listed(value)
            return _FLAGS.get(value.lower(), value) if is_flag else value
        if value is None:
            return None if may_be_null or may_be_emptied else (UNSET if field.required else None)
        if is_list:
            return value if isinstance(value, list) else [value]
        if is_flag and isinstance(value, bool):
            return int(value)
        return str(value) if is_text and isinstance(value, int | float) and not isinstance(value, bool) else value

    return loosen


def _listed(text: str) -> Any:
    """A list in one text: JSON, or parted by commas."""
    if text.lstrip().startswith("["):
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return [text]
    return [part for part in map(str.strip, text.split(",")) if part]


def _holds(kind: Any, *wanted: type) -> bool:
    """Whether a type, or a member of a union, is one of the wanted."""
    return (get_origin(kind) or kind) in wanted or any(
        (get_origin(arm) or arm) in wanted
        for arm in get_args(kind)
        if get_origin(kind) not in (list, frozenset, set, dict, Literal)
    )


def _is_flag(kind: Any) -> bool:
    """Whether a type is the numbers 0 and 1."""
    return get_args(kind) == (0, 1) if get_origin(kind) is Literal else any(map(_is_flag, get_args(kind)))


def query_values(query_string: bytes) -> Values:
    """A query string's values: text, or a list of texts where a name is repeated or ends in ``[]``."""
    return gather(_pairs(query_string))


def _pairs(encoded: bytes) -> list[tuple[str, Any]]:
    try:
        return parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise Fault(FaultCode.MALFORMED, "The parameters must be URL-encoded UTF-8.") from None
    except ValueError:
        raise Fault(
            FaultCode.TOO_LARGE, f"There are more than {MOST_FIELDS:,} parameters; send them as JSON."
        ) from None


def gather(pairs: list[tuple[str, Any]]) -> Values:
    """Name-value pairs as a mapping; PHP's ``name[]`` and ``name[0]`` are lists, as is a repeated name."""
    values: Values = {}
    for raw_name, value in pairs:
        indexed = _INDEX.match(raw_name)
        name = indexed["name"] if indexed else raw_name
        held = values.get(name)
        if isinstance(held, list):
            held.append(value)
        elif held is not None:
            values[name] = [held, value]
        else:
            values[name] = [value] if indexed else value
    return values


def merged_values(content: Content, query: Values, form: Values | None) -> Values:
    """Parameters from everywhere: the query, overridden by a form or a JSON object in the body."""
    if form is not None:
        return {**query, **form}
    data = content.data.removeprefix(_MARK).strip()
    if not data:
        return query
    # Who forgets to say that the body is JSON often says that it is a form: curl does. No form begins with a brace.
    if content.media_type == FORM and not data.startswith(b"{"):
        return {**query, **gather(_pairs(content.data))}
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise _neither(data, problem) from None
    if not isinstance(document, dict):
        raise Fault(FaultCode.MALFORMED, "The body must be a JSON object, not another kind of JSON.")
    return {**query, **document}


def _neither(data: bytes, problem: Exception) -> Fault:
    if data.startswith((b"{", b"[")):
        return unreadable(problem)
    return Fault(
        FaultCode.MALFORMED, f"The body must be a JSON object, or a form whose Content-Type says so, such as {FORM}."
    )
