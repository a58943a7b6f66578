"""The OpenAPI 3.1 document of a door, read from its rows, its handlers' annotations and its way of showing faults."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, get_args

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.decoding import annotations_of
from rollbook.web.docstrings import details_of, return_type, summary_of
from rollbook.web.routes import Door, Listing, Reply, Row, Stream
from rollbook.web.samples import sample_body
from rollbook.web.schemas import Schema, Schemas, parameters_of, schema_of_value, without_null

_PARAMETER = re.compile(r"\{(?P<name>\w+)(?::(?P<kind>\w+))?\}")
_PATH_KINDS: dict[str | None, Schema] = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "uuid": {"type": "string", "format": "uuid"},
}
_BINARY: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOTHING = type(None)
MERGED = "Parameters are taken from the query, a form or a JSON body alike."
ANY_FAULT = frozenset({FaultCode.INTERNAL, FaultCode.UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class _Types:
    """The types one row reads and answers; None where there is nothing, or nothing that JSON can show."""

    body: Any
    query: Any
    answer: Any


def openapi_document(door: Door, version: str) -> Schema:
    """The whole document, ready to be encoded."""
    types = {row: _types_of(door, row) for row in _distinct(door.rows)}
    schemas = Schemas(kind for t in types.values() for kind in (t.body, t.answer) if kind is not None)
    paths: dict[str, Schema] = {}
    for row, row_types in types.items():
        operation = _operation(door, row, row_types, schemas)
        paths.setdefault(path_of(row), {})[row.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{door.title} API",
            "version": version,
            "description": _introduction(door),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in sorted({tag_of(row, door.rows) for row in door.rows})],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": _fault_responses(door),
            **({"securitySchemes": {door.name: dict(door.security)}} if door.security else {}),
        },
    }


def path_of(row: Row) -> str:
    """The row's path as OpenAPI writes it: parameters without their type."""
    return _PARAMETER.sub(r"{\g<name>}", row.path)


def tag_of(row: Row, rows: Iterable[Row]) -> str:
    """The first part of a path at which something lives: ``users`` of /api/users/{id}."""
    inhabited = {other.path for other in rows}
    tag, place = "", ""
    for part in row.path.strip("/").split("/"):
        place = f"{place}/{part}"
        if part.startswith("{"):
            break
        tag = part
        if place in inhabited:
            break
    return tag


def fault_codes(door: Door, row: Row) -> frozenset[FaultCode]:
    """The faults that a row can answer with, as far as its shape tells."""
    body, query = annotations_of(row.handler)
    codes = set(ANY_FAULT)
    if not row.is_public:
        codes |= {FaultCode.UNAUTHENTICATED, FaultCode.FORBIDDEN}
    if body is not _NOTHING or query is not _NOTHING or row.reads_raw:
        codes |= {FaultCode.MALFORMED, FaultCode.MISSING, FaultCode.INVALID, FaultCode.UNKNOWN_REFERENCE}
    if "{" in row.path or (door.merges_parameters and row.method in ("PUT", "DELETE")):
        codes.add(FaultCode.NOT_FOUND)
    if row.method not in ("GET", "HEAD"):
        codes |= {FaultCode.TOO_LARGE, FaultCode.RATE_LIMITED}
        codes |= set() if row.is_public else {FaultCode.DUPLICATE, FaultCode.CONFLICT, FaultCode.PROTECTED}
    return frozenset(codes)


def statuses_of_faults(door: Door) -> dict[FaultCode, int]:
    """The HTTP status that a door gives each fault, by asking the door itself."""
    return {code: _shown(door, code).status or 200 for code in FaultCode}


def _distinct(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.path, row.method))


def _introduction(door: Door) -> str:
    lines = [f"One of the APIs of this Rollbook server. {MERGED if door.merges_parameters else ''}".strip()]
    if door.source:
        lines.append(f"Source: {door.source}.")
    return "\n\n".join(lines)


def _types_of(door: Door, row: Row) -> _Types:
    body, query = annotations_of(row.handler)
    answer = _answer_of(row)
    body, query = (None if kind is _NOTHING else kind for kind in (body, query))
    if door.merges_parameters and row.method in ("GET", "DELETE"):
        return _Types(None, body, answer)
    return _Types(body, query, answer)


def _answer_of(row: Row) -> Any:
    """The type of the body of a row's good answer; None where JSON cannot show it or there is nothing to show."""
    returned = return_type(row.handler)
    arms = [arm for arm in (get_args(returned) or [returned]) if arm in (Listing, Reply, Stream)]
    if isinstance(row.answers, str) or (arms and row.answers is None):
        return None
    if Listing in arms:
        return list[row.answers]  # type: ignore[name-defined]
    return returned if row.answers is None else row.answers


def _operation(door: Door, row: Row, types: _Types, schemas: Schemas) -> Schema:
    operation: Schema = {
        "operationId": re.sub(r"\W+", "_", f"{row.method.lower()}{path_of(row)}").strip("_"),
        "tags": [tag_of(row, door.rows)],
        "summary": summary_of(row),
        "description": _description(row),
        "parameters": [*_path_parameters(row), *(parameters_of(types.query) if types.query else [])],
    }
    if content := _request_content(door, row, types, schemas):
        operation["requestBody"] = {"required": not _is_optional(schemas, types), "content": content}
    operation["responses"] = {**_success(row, types, schemas), **_faults(door, row)}
    operation["security"] = [] if row.is_public or not door.security else [{door.name: []}]
    return operation


def _description(row: Row) -> str:
    needs = f"Needs the permission `{row.needs.value}`." if row.needs is not None else ""
    return "\n\n".join(part for part in (details_of(row), needs) if part)


def _path_parameters(row: Row) -> list[Schema]:
    return [
        {"name": m["name"], "in": "path", "required": True, "schema": _PATH_KINDS.get(m["kind"], {"type": "string"})}
        for m in _PARAMETER.finditer(row.path)
    ]


def _request_content(door: Door, row: Row, types: _Types, schemas: Schemas) -> Schema:
    if row.reads_raw:
        return {media_type: _raw_content(media_type, types, schemas) for media_type in row.accepts or ("*/*",)}
    if types.body is None:
        return {}
    schema = schemas.of(types.body)
    content: Schema = {"application/json": {"schema": schema, "example": sample_body(schemas, schema)}}
    if door.merges_parameters:
        form = _form_schema(schemas.resolved(schema))
        content.update({media_type: {"schema": form} for media_type in _FORMS})
    return content


def _raw_content(media_type: str, types: _Types, schemas: Schemas) -> Schema:
    if media_type == "multipart/form-data":
        return {"schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}}
    if media_type == "application/json":
        return {"schema": schemas.of(types.body) if types.body is not None else {}}
    return {"schema": {"type": "string"} if media_type.startswith("text/") else _BINARY}


def _form_schema(schema: Schema) -> Schema:
    properties = {name: without_null(field) for name, field in schema["properties"].items()}
    return {"type": "object", "properties": properties, "required": schema["required"]}


def _is_optional(schemas: Schemas, types: _Types) -> bool:
    return types.body is not None and schemas.resolved(schemas.of(types.body)).get("required") == []


def _success(row: Row, types: _Types, schemas: Schemas) -> Schema:
    status = str(row.status)
    answer: Schema = {"description": HTTPStatus(row.status).phrase}
    if isinstance(row.answers, str):
        answer["content"] = {row.answers: {"schema": _BINARY}}
    elif types.answer is not None and row.status != HTTPStatus.NO_CONTENT:
        answer["content"] = {"application/json": {"schema": schemas.of(types.answer)}}
    elif return_type(row.handler) is None and row.status != HTTPStatus.NO_CONTENT:
        answer["content"] = {"application/json": {"schema": {"type": "null"}}}
    return {status: answer}


def _faults(door: Door, row: Row) -> Schema:
    statuses = statuses_of_faults(door)
    found = sorted({statuses[code] for code in fault_codes(door, row)} - {row.status})
    return {str(status): {"$ref": f"#/components/responses/Fault{status}"} for status in found}


def _fault_responses(door: Door) -> Schema:
    by_status: dict[int, list[FaultCode]] = {}
    for code, status in statuses_of_faults(door).items():
        by_status.setdefault(status, []).append(code)
    return {f"Fault{status}": _fault_response(door, codes) for status, codes in sorted(by_status.items())}


def _fault_response(door: Door, codes: list[FaultCode]) -> Schema:
    replies = {code.value: _shown(door, code) for code in codes}
    bodies = {name: msgspec.to_builtins(reply.body) for name, reply in replies.items()}
    content: Schema = {
        "schema": schema_of_value(next(iter(bodies.values()))),
        "examples": {name: {"value": body} for name, body in bodies.items()},
    }
    return {"description": ", ".join(bodies).replace("_", " "), "content": {"application/json": content}}


def _shown(door: Door, code: FaultCode) -> Reply:
    """How a door shows a fault; one about a field where the fault is of that kind."""
    about_field = code in {FaultCode.INVALID, FaultCode.MISSING, FaultCode.UNKNOWN_REFERENCE, FaultCode.DUPLICATE}
    message = "name says what is wrong with it" if about_field else "One sentence that says what to change."
    return door.render_fault(Fault(code, message, fields={"name": [message]} if about_field else {}))
