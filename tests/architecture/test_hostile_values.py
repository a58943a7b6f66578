"""Hostile values in every row of every door that programs call: refused, and never a mistake of ours."""

import json
from typing import Any
from urllib.parse import quote

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollbook.core.kernel.principal import Role
from rollbook.web.decoding import annotations_of
from rollbook.web.routes import Door, Row
from tests.architecture.test_access import ROWS, each, sample_of
from tests.architecture.world import World
from tests.conftest import Organisation

TEXTS = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e\u0000",
    "é" * 300,
    "x" * 70_000,
    "' OR 1=1 --",
    "%",
    "_%\\",
    "{{7*7}}",
    "../../etc/passwd",
    "9" * 40,
    "-1",
    "0",
    "1e999",
    "NaN",
    "0000-00-00",
    "9999-12-31T23:59:59.999999-14:00",
    "2026-02-30",
    "http://[::1",
    "javascript:alert(1)",
    "null",
    "*",
    '"',
    "eyJh",
    "AAAA====",
]
NUMBERS = [0, -1, 2**31, 2**63, -(2**63) - 1, 2**200, 1.5, -0.0, 1e308, True]
SHAPES: list[Any] = [None, [], {}, [[]], [None], [""], [2**63], {"": {"": []}}, ["\x00"] * 3]
BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"\xff\xfe\x00",
    b'{"a": 1e999}',
    b'{"a": "\\ud800"}',
    b"[" * 20_000,
    b'{"":' * 2_000 + b"1" + b"}" * 2_000,
    b"%00=%ff&a[=1&a[0=2&=",
    b"a=1&" * 12_000,
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff',
]
MEDIA_TYPES = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/x-ndjson",
    "text/csv",
    "text/plain; charset=nope",
    "",
]
WORLDS: dict[str, World] = {}
"""One per test: hypothesis runs a test many times on one organisation."""
nasty = st.sampled_from([*TEXTS, *NUMBERS, *SHAPES])


def names_in(kind: Any) -> list[str]:
    """The names of a struct's fields on the wire; of a list's items where the body is one."""
    found = [arm for arm in [kind, *getattr(kind, "__args__", ())] if hasattr(arm, "__struct_fields__")]
    return [field.encode_name for struct in found for field in msgspec.structs.fields(struct)]


def encoded(value: Any) -> bytes:
    """JSON as a hostile sender writes it: lone surrogates and NaN stay."""
    return json.dumps(value).encode()


def as_query(values: dict[str, Any]) -> str:
    """A query string; what UTF-8 cannot hold stays as bytes that it cannot read."""
    texts = ((name, value if isinstance(value, str) else json.dumps(value)) for name, value in values.items())
    return "&".join(f"{quote(name)}={quote(text[:3000], safe='', errors='surrogatepass')}" for name, text in texts)


def spoilt(data: st.DataObject, names: list[str], given_values: Any) -> dict[str, Any]:
    """The sample's values with one to three of the row's fields made hostile."""
    start = given_values if isinstance(given_values, dict) else {}
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)) if names else []
    return {**start, **{name: data.draw(nasty) for name in chosen}}


def path_of(data: st.DataObject, world: World, row: Row, path: dict[str, str]) -> str:
    """The row's path with the sample's values, or hostile ones."""
    parts = []
    for part in row.path.split("/"):
        if not part.startswith("{"):
            parts.append(part)
            continue
        name = part.strip("{}").partition(":")[0]
        value = world.filled(path[name]) if data.draw(st.booleans()) else data.draw(st.sampled_from(TEXTS))
        parts.append(quote(str(value)[:2000] or "-", safe="", errors="surrogatepass"))
    return "/".join(parts)


@each(ROWS)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_no_value_is_a_mistake_of_ours(organisation: Organisation, door: Door, row: Row, data: st.DataObject) -> None:
    world = WORLDS.setdefault(organisation.founded.api_key, World(organisation))
    sample = sample_of(row)
    body_type, query_type = annotations_of(row.handler)
    headers = dict(credential(world, door))
    query = spoilt(data, names_in(query_type), world.filled(sample.params or {})) if data.draw(st.booleans()) else {}
    if data.draw(st.integers(0, 3)) == 0:
        content = data.draw(st.sampled_from(BODIES))
        headers["content-type"] = data.draw(st.sampled_from(MEDIA_TYPES))
    else:
        spoilt_body = spoilt(data, names_in(body_type), world.filled(sample.json))
        content = encoded([spoilt_body] if isinstance(sample.json, list) else spoilt_body)
        headers["content-type"] = "application/json"
        if door.merges_parameters and data.draw(st.booleans()):
            query, content = spoilt_body, b""
    path = path_of(data, world, row, dict(sample.path))
    answer = organisation.client.request(
        row.method, f"{path}?{as_query(query)}", headers=headers, content=content if row.method != "GET" else None
    )
    assert answer.status_code < 500, f"{row.method} {path} {query} {content[:300]!r}: {answer.text}"


def credential(world: World, door: Door) -> dict[str, str]:
    """Every right on a door; one per organisation and door."""
    name = f"credential {door.name}"
    if name not in world.made:
        world.made[name] = world.credential(door, Role.OWNER)
    return dict(world.made[name])
