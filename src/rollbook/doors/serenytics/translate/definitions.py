"""What we understand of ``jsonContent``, whose every other field is kept untouched."""

from collections.abc import Mapping
from typing import Any

import msgspec

from rollbook.core.analytics.formulas.compiling import Choice, Measure
from rollbook.core.analytics.records import Definition, Join, RowPolicy
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.warehouse import KINDS, Kind

MOST_MEASURES = 1_000
LONGEST_SEPARATOR = 1


def to_core_definition(content: Mapping[str, Any]) -> Definition:
    """Faults: INVALID naming ``content`` and what in it."""
    return Definition(
        measures=tuple(_measures(content.get("measures"))),
        separator=_separator(content.get("separator")),
        kinds=_kinds(content.get("advanced_options")),
        policies=tuple(_policy(one) for one in _objects(content.get("row_policies"), "row_policies")),
        joins=tuple(_join(one) for one in _objects(content.get("joinConfig"), "joinConfig")),
    )


def _unfit(what: str) -> Exception:
    return field_fault(FaultCode.INVALID, "content", f"content: {what}")


def _objects(value: Any, name: str) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _unfit(f"{name} must be a list of objects")
    return value


def _text(holder: Mapping[str, Any], name: str, where: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str):
        raise _unfit(f"{where}.{name} must be text")
    return value


def _measures(value: Any) -> list[Measure]:
    if value is None:
        return []
    if not isinstance(value, dict) or len(value) > MOST_MEASURES:
        raise _unfit(f"measures must be an object of at most {MOST_MEASURES:,} formulas by their ids")
    return [made for uuid, one in value.items() if (made := _measure(uuid, one)) is not None]


def _measure(uuid: str, one: Any) -> Measure | None:
    """A formula; None for a kind of measure that we know nothing of."""
    where = f"measures.{uuid[:40]}"
    if not isinstance(one, dict) or not isinstance(one.get("data", {}), dict):
        raise _unfit(f"{where} must be an object with name, type and data")
    data = one.get("data", {})
    if one.get("type") == "conditional":
        given = _objects(data.get("conditions"), f"{where}.data.conditions")
        choices = tuple(Choice(_text(c, "condition", where), _text(c, "value", where)) for c in given)
        default = "" if data.get("default") is None else _text(data, "default", where)
        return Measure(uuid=uuid, name=_text(one, "name", where), formula=default, choices=choices)
    if "formula" not in data:
        return None
    return Measure(uuid=uuid, name=_text(one, "name", where), formula=_text(data, "formula", where))


def _separator(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if value == "\\t":
        return "\t"
    if not isinstance(value, str) or len(value) > LONGEST_SEPARATOR or value in '"\r\n\x00':
        raise _unfit("separator must be one character such as , or ;")
    return value


def _kinds(value: Any) -> dict[str, Kind]:
    """The types that columns are forced to, in JSON within the JSON."""
    if value is None or value == "":
        return {}
    try:
        options = msgspec.json.decode(value) if isinstance(value, str) else value
    except msgspec.MsgspecError:
        raise _unfit("advanced_options must be JSON, as text") from None
    forced = options.get("force_types") if isinstance(options, dict) else None
    if forced is None:
        return {}
    if not isinstance(forced, dict) or not all(kind in KINDS for kind in forced.values()):
        raise _unfit(f"advanced_options.force_types must give each column one of {', '.join(KINDS)}")
    return forced


def _policy(one: Mapping[str, Any]) -> RowPolicy:
    return RowPolicy(_text(one, "column", "row_policies"), _text(one, "metadata", "row_policies"))


def _join(one: Mapping[str, Any]) -> Join:
    if one.get("joinType") not in (None, "", "inner", "left"):
        raise _unfit("joinConfig.joinType must be inner or left")
    return Join(
        source=_text(one, "uuid", "joinConfig"),
        prefix=_text(one, "prefix", "joinConfig") if one.get("prefix") else "",
        is_left=one.get("joinType") == "left",
        left_column=str(one.get("leftColumn") or ""),
        column=str(one.get("rightColumn") or ""),
    )
