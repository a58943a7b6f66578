"""Which column of a table holds which field: by what people call them, in several languages, or as they say."""

import re
import unicodedata

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.people.bulk_plan import MatchBy
from rollbook.core.people.imports.records import Column, ImportOptions
from rollbook.core.people.imports.synonyms import FULL_NAME, SYNONYMS

FIELDS = tuple(SYNONYMS)
_MATCHING: tuple[MatchBy, ...] = ("external_id", "username", "email")


def plain(text: str) -> str:
    """A head without accents, case, punctuation and doubled spaces, as synonyms are compared."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("đ", "d").replace("ł", "l"))
    return " ".join(re.sub(r"[\W_]+", " ", "".join(c for c in bare if not unicodedata.combining(c))).split())


def told_apart(heads: list[str]) -> list[str]:
    """The heads, each of another meaning than those before it: a blank one is numbered, a repeated one counted."""
    taken: dict[str, int] = {}
    named: list[str] = []
    for position, head in enumerate(heads, 1):
        wanted = name = head.strip() or f"Column {position}"
        key = first = plain(wanted)
        while key in taken:
            taken[first] += 1
            name = f"{wanted} ({taken[first]})"
            key = plain(name)
        taken[key] = 1
        named.append(name)
    return named


_COUNTED = re.compile(r" \(\d+\)$")
_FIELD_OF = {
    **{plain(name): field for field, names in SYNONYMS.items() for name in names.split(",")},
    **{plain(field): field for field in SYNONYMS},
}


def columns_of(heads: list[str], options: ImportOptions) -> list[Column]:
    """What each column holds. Faults: INVALID or MISSING naming ``mapping``."""
    said = {plain(head): field.strip() for head, field in options.mapping.items()}
    known = {plain(head) for head in heads}
    for head, field in options.mapping.items():
        if plain(head) not in known:
            raise field_fault(FaultCode.INVALID, "mapping", f"There is no column {head!r}; there is {_listed(heads)}.")
        if field.strip() and field.strip() not in FIELDS:
            raise field_fault(FaultCode.INVALID, "mapping", f"{field!r} is no field; there is {', '.join(FIELDS)}.")
    taken = set(said.values())
    columns = _without_full_name([Column(head, _field(head, said, taken)) for head in heads], said)
    _refuse_doubles(columns)
    _refuse_nameless(columns)
    return columns


def _field(head: str, said: dict[str, str], taken: set[str]) -> str | None:
    """What was said of the column, else what its head means, unless something else was said to be that."""
    if plain(head) in said:
        return said[plain(head)] or None
    meant = _meaning(head)
    return None if meant in taken else meant


def _without_full_name(columns: list[Column], said: dict[str, str]) -> list[Column]:
    """Beside a first name, a column called just "name" is the last name; beside both it says nothing new.

    What was said of a column stands.
    """
    fields = {column.field for column in columns}
    if "first_name" not in fields:
        return columns
    meant = None if "last_name" in fields else "last_name"
    return [
        Column(column.head, meant) if column.field == FULL_NAME and plain(column.head) not in said else column
        for column in columns
    ]


def _listed(heads: list[str]) -> str:
    shown = ", ".join(repr(head[:40]) for head in heads[:20])
    return f"{shown} and {len(heads) - 20} more" if len(heads) > 20 else shown


def _refuse_doubles(columns: list[Column]) -> None:
    holders: dict[str, str] = {}
    for column in columns:
        if column.field is None:
            continue
        if column.field in holders:
            raise field_fault(
                FaultCode.INVALID,
                "mapping",
                f"Two columns hold {column.field}: {holders[column.field]!r} and {column.head!r}."
                " Say which one does, and leave the other out.",
            )
        holders[column.field] = column.head


def _refuse_nameless(columns: list[Column]) -> None:
    fields = {column.field for column in columns}
    if not fields & set(_MATCHING):
        raise field_fault(
            FaultCode.MISSING,
            "mapping",
            "No column tells people apart: there must be an external id, a user name or an e-mail."
            f" The columns are {_listed([column.head for column in columns])}, by the first line of the file,"
            " or of a workbook's first sheet.",
        )


def match_by_of(columns: list[Column], options: ImportOptions) -> MatchBy:
    """The field that tells whether someone is there already. Faults: INVALID naming ``match_by``."""
    fields = {column.field for column in columns}
    if options.match_by is not None:
        if options.match_by not in fields:
            raise field_fault(FaultCode.INVALID, "match_by", f"No column holds {options.match_by}.")
        return options.match_by
    return next(field for field in _MATCHING if field in fields)


def meant_by(heads: list[str]) -> list[str | None]:
    """The fields that the columns' heads mean by themselves, for a form that lets people say otherwise."""
    return [column.field for column in _without_full_name([Column(head, _meaning(head)) for head in heads], {})]


def _meaning(head: str) -> str | None:
    return _FIELD_OF.get(plain(_COUNTED.sub("", head)))
