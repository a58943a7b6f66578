"""Associations, all of one pattern (OpenTera, "user"): listed and replaced by either side, added, undone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import links, queries
from rollbook.core.sessions.entities import DEVICE_PARTICIPANT, PROJECT, SERVICE_ROLE, SITE, Record
from rollbook.core.sessions.links import Link
from rollbook.doors.opentera.bodies import Document, document, number
from rollbook.doors.opentera.errors import bad
from rollbook.web.routes import Call

Documents = list[Document]


@dataclass(frozen=True)
class Pattern:
    """One association on the wire. ``thing`` and ``place`` are as the API spells them: ``session_type``."""

    link: Link
    thing: str
    place: str
    things: str
    """The list of things in a body about a place."""
    flag: str
    """The parameter that asks for the things that are not linked too."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What else is shown of the thing, by the record's names."""

    @property
    def id(self) -> str:
        """The id of a link."""
        return f"id_{self.thing}_{self.place}"


def shown(pattern: Pattern, row: Record, *, is_brief: bool) -> Document:
    """A link."""
    link = pattern.link
    out = {
        f"id_{pattern.thing}": row[link.thing_id],
        pattern.id: row["id"],
        f"id_{pattern.place}": row[link.place_id],
    }
    if is_brief:
        return out
    names = {name: row[column] for name, column in pattern.names.items()}
    return out | names | {f"{pattern.place}_name": row[f"{link.place.name}_name"]}


def _unlinked(pattern: Pattern, record: Record, *, is_thing: bool) -> Document:
    """A thing, or a place, that is not linked: everything of the other side is null."""
    link = pattern.link
    out: Document = {f"id_{pattern.thing}": None, pattern.id: None, f"id_{pattern.place}": None}
    out |= dict.fromkeys([*pattern.names, f"{pattern.place}_name"])
    if not is_thing:
        return out | {f"id_{pattern.place}": record["id"], f"{pattern.place}_name": record["name"]}
    prefix = f"{link.thing.name}_"
    own = {name: record[column.removeprefix(prefix)] for name, column in pattern.names.items()}
    return out | own | {f"id_{pattern.thing}": record["id"]}


def index(pattern: Pattern) -> Callable[[Any], Documents]:
    """The handler that lists the links of a thing or of a place."""

    def handle(call: Any) -> Documents:
        asked, work, link = call.query, call.work, pattern.link
        thing_id = getattr(asked, f"id_{pattern.thing}")
        place_id = getattr(asked, f"id_{pattern.place}")
        if thing_id is None and place_id is None:
            raise bad("Missing arguments")
        by_place = place_id is not None
        chosen = {link.place_id: place_id} if by_place else {link.thing_id: thing_id}
        rows = queries.find(work, link.entity, **chosen)
        others = _missing(pattern, work, asked, rows, place_id) if rows or by_place or thing_id else []
        is_brief = bool(getattr(asked, "list", None))
        named = f"{link.thing.name}_name" if by_place else f"{link.place.name}_name"
        out = [(str(row[named]), _whole(pattern, work, row, asked, is_brief=is_brief)) for row in rows]
        out += [(str(other["name"]), _other(pattern, work, other, asked, is_thing=by_place)) for other in others]
        if by_place or pattern.place != "service":
            out.sort(key=lambda one: one[0])
        return [shown for _, shown in out]

    return handle


def _missing(pattern: Pattern, work: Work, asked: Any, rows: list[Record], place_id: int | None) -> list[Record]:
    """The things or places that could be linked and are not, where they are asked for."""
    link = pattern.link
    if place_id is not None:
        if not (getattr(asked, pattern.flag, None) or getattr(asked, "with_tests_types", None)):
            return []
        present = {row[link.thing_id] for row in rows}
        return [thing for thing in _candidates(pattern, work, place_id) if thing["id"] not in present]
    if not getattr(asked, f"with_{pattern.place}s", None):
        return []
    present = {row[link.place_id] for row in rows}
    return [place for place in queries.find(work, link.place) if place["id"] not in present]


def _candidates(pattern: Pattern, work: Work, place_id: int) -> list[Record]:
    link = pattern.link
    if not queries.sees(work, link.place, place_id):
        return []
    if link.place is PROJECT:
        site_id = queries.get(work, PROJECT, place_id)["site_id"]
        return queries.find(work, link.thing, viewer=queries.anyone(work), site_id=site_id)
    seen = queries.find(work, link.thing)
    here = queries.find(work, link.thing, viewer=queries.anyone(work), site_id=place_id) if link.place is SITE else []
    known = {thing["id"] for thing in seen}
    return seen + [thing for thing in here if thing["id"] not in known]


def _whole(pattern: Pattern, work: Work, row: Record, asked: Any, *, is_brief: bool) -> Document:
    out = shown(pattern, row, is_brief=is_brief)
    if is_brief:
        return out
    return out | _more(pattern, work, asked, row[pattern.link.thing_id], row.get("project_id"))


def _other(pattern: Pattern, work: Work, record: Record, asked: Any, *, is_thing: bool) -> Document:
    out = _unlinked(pattern, record, is_thing=is_thing)
    thing_id = record["id"] if is_thing else None
    project_id = record["id"] if not is_thing and pattern.place == "project" else None
    return out | _more(pattern, work, asked, thing_id, project_id)


def _more(pattern: Pattern, work: Work, asked: Any, thing_id: int | None, project_id: int | None) -> Document:
    """What the parameters add."""
    out: Document = {}
    if pattern.thing == "device":
        used = queries.count(work, DEVICE_PARTICIPANT, viewer=queries.anyone(work), device_id=thing_id)
        out["device_available"] = bool(thing_id) and not used
    if pattern.place == "project" and getattr(asked, "with_sites", None) and project_id:
        project = queries.get(work, PROJECT, project_id)
        out |= {"id_site": project["site_id"], "site_name": project["site_name"]}
    if getattr(asked, "with_roles", None) and thing_id:
        roles = queries.find(work, SERVICE_ROLE, viewer=queries.anyone(work), service_id=thing_id)
        out["service_roles"] = [role_shown(role) for role in roles]
    return out


def role_shown(role: Record) -> Document:
    """A role as it stands beside its service."""
    out = {
        "id_service_role": role["id"],
        "service_role_name": role["name"],
        "service_name": role["service_name"],
        "id_project": role["project_id"],
        "project_name": role["project_name"],
        "id_site": role["site_id"],
        "site_name": role["site_name"],
    }
    return {name: value for name, value in out.items() if value is not None}


def save(pattern: Pattern) -> Callable[[Any], Documents]:
    """The handler that replaces the links of a thing or of a place, or adds some."""
    thing, place = f"id_{pattern.thing}", f"id_{pattern.place}"

    def handle(call: Any) -> Documents:
        given = document(call)
        if not isinstance(given, dict):
            raise bad("Badly formatted request")
        if pattern.thing in given:
            made = _replaced(pattern, call.work, given[pattern.thing], thing, place, f"{pattern.place}s")
        elif pattern.place in given and pattern.place != "service":
            made = _replaced(pattern, call.work, given[pattern.place], place, thing, pattern.things)
        elif (several := given.get(pattern.link.entity.name)) is not None:
            several = several if isinstance(several, list) else [several]
            made = links.attach_all(call.work, pattern.link, [_pair(pattern, one) for one in several])
        else:
            raise bad("Badly formatted request")
        return [shown(pattern, row, is_brief=True) for row in made]

    return handle


def _pair(pattern: Pattern, given: Any) -> Record:
    thing, place = f"id_{pattern.thing}", f"id_{pattern.place}"
    if not isinstance(given, dict) or given.get(thing) is None or given.get(place) is None:
        raise bad("Badly formatted request")
    return {
        pattern.link.thing_id: number(given[thing], thing),
        pattern.link.place_id: number(given[place], place),
    }


def _replaced(pattern: Pattern, work: Work, given: Any, known: str, other: str, several: str) -> list[Record]:
    if not isinstance(given, dict) or given.get(known) is None:
        raise bad(f"Missing {known}")
    if not isinstance(given.get(several), list):
        raise bad(f"Missing {several}")
    known_id = number(given[known], known)
    pairs = [_pair(pattern, {known: known_id, other: _id_in(one, other)}) for one in given[several]]
    link = pattern.link
    column = link.thing_id if known == f"id_{pattern.thing}" else link.place_id
    if not _may_replace(work, link, column, known_id):
        raise link.refused()
    return links.replace(work, link, (column, known_id), pairs)


def _may_replace(work: Work, link: Link, column: str, known_id: int) -> bool:
    entity = link.thing if column == link.thing_id else link.place
    return queries.sees(work, entity, known_id, only_admin=True)


def _id_in(one: Any, name: str) -> Any:
    return one.get(name) if isinstance(one, dict) else one


def delete(pattern: Pattern) -> Callable[[Any], str]:
    """The handler that undoes a link."""

    def handle(call: Any) -> str:
        links.detach(call.work, pattern.link, call.query.id)
        return ""

    return handle


def handler(made: Callable[[Any], Any], query: Any, answer: Any, text: str) -> Callable[[Any], Any]:
    """A handler with the annotations and the text that the dispatcher and the documentation read."""
    made.__annotations__ = {"call": Call[None, query], "return": answer}
    made.__doc__ = text
    return made
