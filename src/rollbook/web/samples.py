"""A plausible request body for a schema, so that a person trying an API starts from something to send."""

import re
from typing import Any

from rollbook.web.schemas import Schema, Schemas

_TEXTS = (
    (re.compile(r"e_?mail|user_?name", re.I), "ana@example.org"),
    (re.compile(r"url", re.I), "https://example.org/hook"),
    (re.compile(r"first_?name", re.I), "Ana"),
    (re.compile(r"last_?name", re.I), "Novak"),
    (re.compile(r"_at$|date_?time|since|until", re.I), "2026-03-01T09:30:00Z"),
    (re.compile(r"date|_on$|^from$|^to$", re.I), "2026-03-01"),
    (re.compile(r"name|title", re.I), "Example"),
    (re.compile(r"code|_id$", re.I), "example-1"),
)


def sample_body(schemas: Schemas, schema: Schema, name: str = "", depth: int = 0) -> Any:
    """A value that a schema allows: of objects what is required, of lists one item."""
    schema = schemas.resolved(schema)
    if "default" in schema:
        return schema["default"]
    if arms := schema.get("anyOf", schema.get("oneOf")):
        return sample_body(schemas, arms[0], name, depth)
    if choices := schema.get("enum", schema.get("examples")):
        return choices[0]
    match schema.get("type"):
        case "object":
            required = schema.get("required", [])
            return {n: sample_body(schemas, schema["properties"][n], n, depth + 1) for n in required if depth < 6}
        case "array":
            return [sample_body(schemas, schema["items"], name, depth + 1)] if schema.get("items") else []
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "string":
            return next((text for pattern, text in _TEXTS if pattern.search(name)), "example")
    return None
