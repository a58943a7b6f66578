"""Schemas of wire types, with what their docstrings say."""

from enum import Enum

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.web.docstrings import field_docs, paragraphs
from rollbook.web.samples import sample_body
from rollbook.web.schemas import Schemas, parameters_of, schema_of_value


class Shade(Enum):
    """How dark."""

    LIGHT = "light"
    DARK = "dark"


class Query(msgspec.Struct, rename="camel"):
    """What to look for.

    As in ``GET /lamps``.
    """

    shade: Shade | None = None
    """The ``shade`` wanted."""
    old_names: list[str] | None = None
    limit: int = 20


class Part(msgspec.Struct):
    """A part of it."""

    name: str


class Lamp(msgspec.Struct):
    """A lamp."""

    email: str
    """Whom to ask."""
    parts: list[Part]
    shade: Shade | UnsetType = UNSET


class TallLamp(Lamp, kw_only=True):
    """A tall one."""

    height_cm: int
    """Height in centimetres."""


def test_query_fields_are_parameters_without_null_or_references() -> None:
    shade, names, limit = parameters_of(Query)
    assert shade["description"] == "The `shade` wanted."
    assert shade["schema"]["enum"] == ["dark", "light"]
    assert (names["name"], names["schema"]) == ("oldNames", {"type": "array", "items": {"type": "string"}})
    assert (limit["required"], limit["schema"]) == (False, {"type": "integer", "default": 20})


def test_structs_and_what_they_hold_are_described_once() -> None:
    schemas = Schemas([list[TallLamp], Lamp])
    assert set(schemas.components) == {"TallLamp", "Lamp", "Part", "Shade"}
    tall = schemas.components["TallLamp"]
    assert tall["description"] == "A tall one."
    assert tall["properties"]["email"]["description"] == "Whom to ask."
    assert tall["properties"]["height_cm"]["description"] == "Height in centimetres."
    assert "shade" not in tall["required"]


def test_a_sample_holds_what_is_required() -> None:
    schemas = Schemas([TallLamp])
    sample = sample_body(schemas, schemas.of(TallLamp))
    assert sample == {"email": "ana@example.org", "parts": [{"name": "Example"}], "height_cm": 1}
    assert msgspec.convert(sample, TallLamp).email == "ana@example.org"


def test_an_example_suggests_its_schema() -> None:
    found = schema_of_value({"n": 1, "f": 1.5, "b": True, "t": "x", "l": [1], "e": [], "none": None})
    kinds = {name: schema.get("type") for name, schema in found["properties"].items()}
    assert kinds == {
        "n": "integer",
        "f": "number",
        "b": "boolean",
        "t": "string",
        "l": "array",
        "e": "array",
        "none": None,
    }


def test_docstrings_become_markdown_in_paragraphs() -> None:
    assert paragraphs(Query) == ["What to look for.", "As in `GET /lamps`."]
    assert field_docs(dict) == {}
