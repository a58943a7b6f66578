"""JSON schemas of wire types: what msgspec knows of them, with what the docstrings under their fields say."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from rollbook.web.docstrings import field_docs, paragraphs

Schema = dict[str, Any]
REFERENCE = "#/components/schemas/"


class Schemas:
    """The schemas of a document's types, each struct once."""

    def __init__(self, kinds: Iterable[Any]) -> None:
        self._kinds = list(dict.fromkeys(kinds))
        structs = _structs_in(self._kinds)
        found, self.components = msgspec.json.schema_components(
            [*self._kinds, *structs], ref_template=REFERENCE + "{name}"
        )
        self.components = msgspec.json.decode(msgspec.json.encode(self.components))  # defaults may be tuples
        self._found: list[Schema] = list(found)
        for struct, reference in zip(structs, self._found[len(self._kinds) :], strict=True):
            _describe(struct, self.components[reference["$ref"].removeprefix(REFERENCE)])

    def of(self, kind: Any) -> Schema:
        """A type's schema; structs are references."""
        return self._found[self._kinds.index(kind)]

    def resolved(self, schema: Schema) -> Schema:
        """The schema itself where this is a reference."""
        name = schema.get("$ref", "").removeprefix(REFERENCE)
        return self.components[name] if name else schema


def parameters_of(kind: Any) -> list[Schema]:
    """A struct's fields as OpenAPI query parameters."""
    schemas = Schemas([kind])
    schema = schemas.resolved(schemas.of(kind))
    return [
        _parameter(name, _inlined(field, schemas), name in schema["required"])
        for name, field in schema["properties"].items()
    ]


def _inlined(schema: Schema, schemas: Schemas) -> Schema:
    """The schema without references, for what stands outside of the components."""
    found = {**schemas.resolved(schema), **{key: value for key, value in schema.items() if key != "$ref"}}
    if "anyOf" in found:
        found["anyOf"] = [_inlined(arm, schemas) for arm in found["anyOf"]]
    if found.get("items"):
        found["items"] = _inlined(found["items"], schemas)
    return found


def _parameter(name: str, schema: Schema, is_required: bool) -> Schema:
    field = dict(schema)
    parameter: Schema = {"name": name, "in": "query"}
    if description := field.pop("description", None):
        parameter["description"] = description
    return {**parameter, "required": is_required, "schema": without_null(field)}


def without_null(schema: Schema) -> Schema:
    """The schema of a value that cannot be null where it stands, as in a query or a form."""
    field = {key: value for key, value in schema.items() if key != "default" or value is not None}
    arms = [arm for arm in field.get("anyOf", ()) if arm != {"type": "null"}]
    if arms and len(arms) < len(field["anyOf"]):
        del field["anyOf"]
        field.update(arms[0] if len(arms) == 1 else {"anyOf": arms})
    return field


def schema_of_value(value: Any) -> Schema:
    """The schema that an example suggests; for error bodies, which have no type."""
    match value:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case str():
            return {"type": "string"}
        case Mapping():
            properties = {name: schema_of_value(held) for name, held in value.items()}
            return {"type": "object", "properties": properties, "additionalProperties": True}
        case list() | tuple():
            return {"type": "array", "items": schema_of_value(value[0]) if value else {}}
        case _:
            return {}


def _structs_in(kinds: Iterable[Any]) -> list[type]:
    """Every struct that the types are or hold."""
    found: dict[type, None] = {}

    def walk(node: Any) -> None:
        if isinstance(node, msgspec.inspect.StructType):
            if node.cls in found:
                return
            found[node.cls] = None
        if isinstance(node, list | tuple):
            for part in node:
                walk(part)
        elif isinstance(node, msgspec.Struct):
            for name in node.__struct_fields__:
                walk(getattr(node, name))

    walk(msgspec.inspect.multi_type_info(kinds))
    return list(found)


def _describe(struct: Any, component: Schema) -> None:
    """Put in what the docstrings say; msgspec has the class's first, with its line breaks."""
    texts = paragraphs(struct)
    if texts:
        component["description"] = "\n\n".join(texts)
    names = {field.name: field.encode_name for field in msgspec.structs.fields(struct)}
    for name, text in field_docs(struct).items():
        if names.get(name) in component.get("properties", {}):
            component["properties"][names[name]].setdefault("description", text)
