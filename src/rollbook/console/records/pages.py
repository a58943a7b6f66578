"""The pages of every kind of record: a list, one record, and the form that makes or changes one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rollbook.console import listing, times
from rollbook.console.listing import crumbs
from rollbook.console.records import form, parts, phrases, sessions
from rollbook.console.records.kinds import BY_COLUMN, KINDS
from rollbook.console.records.shape import Filter, Kind, Row
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.sessions import forms, policy, queries, registering
from rollbook.core.sessions.entities import DEVICE, SESSION, USER, Record
from rollbook.core.sessions.pages import NEWEST_FIRST, list_page, orders_of, sought
from rollbook.core.sessions.ties import called
from rollbook.web.routes import Reply

SECTION = "Live sessions"
NO_PLACE = (
    "It needs a role at a site or in a project. An owner or administrator of your organisation can give it to you."
)


def kind_of(visit: Visit) -> Kind:
    """The kind of record that the address names. Faults: FORBIDDEN for who has nothing to do with any."""
    if not policy.sees_places(visit.work):
        raise Fault(FaultCode.FORBIDDEN, NO_PLACE, details={"why": NO_PLACE})
    return _named(visit)


def _named(visit: Visit) -> Kind:
    return KINDS[visit.location.split("/")[2]]


def find(visit: Visit, kind: Kind) -> Record:
    """The record in the address. Faults: NOT_FOUND."""
    found = queries.first(visit.work, kind.entity, id=int(visit.call.path["id"]), **kind.always)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, f"There is no such {kind.one}, or you do not see it.")
    return found


# --- The list ----------------------------------------------------------------------------------------------------


def index(visit: Visit) -> Reply:
    """Records of a kind, searched, filtered and sorted as the address says."""
    kind = kind_of(visit)
    wanted = _wanted(visit, kind)
    order, is_descending = _order(visit, kind)

    def read(after: Any, before: Any, limit: int) -> list[Record]:
        way = {"after": after, "before": before, "order": order, "is_descending": is_descending}
        return list_page(visit.work, kind.entity, limit=limit, **way, **wanted)

    key_type = int if order.endswith(("_at", "_s")) else str
    page = listing.sliced(visit, read, lambda one: (one["position"], one["id"]), key_type, int)
    return visit.render(
        "rooms/records/index.html",
        title=kind.many,
        room=kind.key,
        breadcrumbs=crumbs(SECTION, kind.many),
        kind=kind,
        columns=[column.drawn() for column in kind.columns],
        rows=kind.rows_of(visit.work, page.rows),
        slice=page,
        total=queries.count(visit.work, kind.entity, **wanted),
        fields=_fields(visit, kind),
        sort=f"-{order}" if is_descending else order,
        shown=listing.shown(visit),
        dense=listing.is_dense(visit),
        may_add=kind.ability.add(visit.work),
        register_key=_register_key(visit, kind),
    )


def _order(visit: Visit, kind: Kind) -> tuple[str, bool]:
    """What the list is sorted by, and whether downwards."""
    known = orders_of(kind.entity)
    asked = visit.query.get("sort", "")
    if asked.removeprefix("-") in known:
        return asked.removeprefix("-"), asked.startswith("-")
    return known[0], kind.entity.name in NEWEST_FIRST


def _wanted(visit: Visit, kind: Kind) -> Row:
    """The filters in the address, as the core takes them."""
    wanted: Row = {**kind.always, "searched": sought(visit.query.get("q"))}
    for one in kind.filters:
        number = visit.asked_number(one.name)
        wanted[one.name] = None if number is None else bool(number) if one.is_flag else number
    if kind.entity is SESSION:
        zone = visit.session.time_zone
        wanted["from_at"] = times.day(visit.query.get("from"), zone)
        wanted["to_at"] = times.day(visit.query.get("to"), zone, is_end=True)
    return wanted


def _fields(visit: Visit, kind: Kind) -> list[Row]:
    """The filters as the page draws them."""
    drawn = [listing.field(visit, "q", "Search", "search", placeholder=f"Find a {kind.one}")]
    for one in kind.filters:
        if one.is_given_only and visit.asked_number(one.name) is None:
            continue
        drawn.append(listing.field(visit, one.name, one.label, options=_options(visit, one)))
    if kind.entity is SESSION:
        drawn += [listing.field(visit, "from", "From", "date"), listing.field(visit, "to", "Until", "date")]
    return drawn


def _options(visit: Visit, one: Filter) -> list[tuple[int, str]]:
    if one.entity is None:
        return list(one.options)
    asked = visit.asked_number(one.name)
    chosen = queries.find(visit.work, one.entity, id=asked) if asked is not None else []
    others = [] if one.is_given_only else queries.find(visit.work, one.entity, limit=forms.MOST_CHOICES)
    found = [*(record for record in chosen if record["id"] not in {other["id"] for other in others}), *others]
    return [(record["id"], called(record)) for record in found]


def _register_key(visit: Visit, kind: Kind) -> str | None:
    """What devices register themselves with, for those who may let them in."""
    if kind.entity is not DEVICE or not kind.ability.add(visit.work):
        return None
    return registering.key_of(visit.services.sealer, visit.principal.organisation_id)


# --- One record --------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Reply:
    """One record with what belongs to it."""
    kind = kind_of(visit)
    record = find(visit, kind)
    may_change = kind.save is not None and kind.ability.change(visit.work, record)
    more = sessions.context(visit, record, may_change=may_change) if kind.entity is SESSION else {}
    return visit.render(
        "rooms/records/session.html" if kind.entity is SESSION else "rooms/records/show.html",
        title=_title(kind, record),
        room=kind.key,
        breadcrumbs=crumbs(SECTION, (kind.many, kind.href), _title(kind, record)),
        kind=kind,
        one=record,
        href=f"{kind.href}/{record['id']}",
        note=_note(visit, kind, record),
        facts=form.facts(visit, kind, record, lambda column, number: link_to(visit, column, number)),
        texts=form.long_texts(kind, record),
        parts=parts.drawn(visit, kind, record),
        may_change=may_change,
        may_remove=kind.remove is not None and kind.ability.remove(visit.work, record),
        record_href=_person_href(visit, record) if kind.entity is USER else None,
        **more,
    )


def _title(kind: Kind, record: Record) -> str:
    return str(record["service_name"]) if kind.key == "service-configs" else called(record)


def _note(visit: Visit, kind: Kind, record: Record) -> str:
    """What stands below the title: what it is, and where."""
    around = record.get("project_name") or record.get("site_name")
    if kind.key == "service-configs":
        return str(kind.rows_of(visit.work, [record])[0]["owner"])
    return (
        f"{kind.one.capitalize()} {'in' if 'project_name' in record else 'at'} {around}"
        if around
        else kind.one.capitalize()
    )


def link_to(visit: Visit, column: str, number: int) -> Row:
    """The name of the record that a column names, with the address of its page where the caller sees it."""
    kind = BY_COLUMN[column]
    found = queries.first(visit.work, kind.entity, viewer=queries.anyone(visit.work), id=number)
    if found is None:
        return {"value": "Deleted"}
    is_seen = queries.first(visit.work, kind.entity, id=number, **kind.always) is not None
    return {"value": called(found), "href": f"{kind.href}/{number}" if is_seen else None}


def _person_href(visit: Visit, user: Record) -> str | None:
    """The person's record, for those who open it."""
    sees = visit.principal.people_scope is PeopleScope.EVERYONE or user["id"] == visit.principal.person_id
    return f"/console/people/{user['id']}" if sees and visit.may(P.PEOPLE_READ) else None


# --- The form ----------------------------------------------------------------------------------------------------


def new(visit: Visit) -> Reply:
    """The empty form, or a refused one; the address may name what the record belongs to. Faults: FORBIDDEN."""
    kind = kind_of(visit)
    if not kind.ability.add(visit.work):
        raise Fault(FaultCode.FORBIDDEN, phrases.NOT_YOURS, details={"why": phrases.NOT_YOURS})
    return _form(visit, kind, None)


def edit(visit: Visit) -> Reply:
    """The form with what is known. Faults: FORBIDDEN, NOT_FOUND."""
    kind = kind_of(visit)
    record = find(visit, kind)
    if not kind.ability.change(visit.work, record):
        raise Fault(FaultCode.FORBIDDEN, phrases.NOT_YOURS, details={"why": phrases.NOT_YOURS})
    return _form(visit, kind, record)


def _form(visit: Visit, kind: Kind, record: Record | None) -> Reply:
    title = f"Edit {_title(kind, record)}" if record else f"Add a {kind.one}"
    here = ((_title(kind, record), f"{kind.href}/{record['id']}"), "Edit") if record else (title,)
    fields = form.drawn(visit, kind, record)
    return visit.render(
        "rooms/records/form.html",
        title=title,
        room=kind.key,
        breadcrumbs=crumbs(SECTION, (kind.many, kind.href), *here),
        kind=kind,
        fields=fields,
        first=_first(fields) if record is None else None,
        action=f"{kind.href}/{record['id']}/edit" if record else f"{kind.href}/new",
        back=f"{kind.href}/{record['id']}" if record else kind.href,
    )


def _first(fields: list[Row]) -> Kind | None:
    """What there has to be before a record can be made: something to choose where a choice is needed."""
    for one in fields:
        is_needed = one["control"] == "choice" and one["is_required"]
        if is_needed and not one["options"] and not one["groups"] and one["name"] in BY_COLUMN:
            return BY_COLUMN[one["name"]]
    return None


def create(visit: Visit) -> Reply:
    """Make the record. Faults: those of making it."""
    kind = _named(visit)
    values = _typed(visit, kind, is_new=True)
    with visit.writing() as work, _plainly():
        assert kind.save is not None
        record = kind.save(work, 0, values)
    return visit.redirect(f"{kind.href}/{record['id']}", f"{_title(kind, record)} is added.")


def update(visit: Visit) -> Reply:
    """Change the record. Faults: those of changing it."""
    kind = _named(visit)
    values = _typed(visit, kind, is_new=False)
    with visit.writing() as work, _plainly():
        record = find(visit, kind)
        assert kind.save is not None
        changed = kind.save(work, record["id"], values)
    return visit.redirect(f"{kind.href}/{record['id']}", f"{_title(kind, changed)} is saved.")


def _typed(visit: Visit, kind: Kind, *, is_new: bool) -> Record:
    """What was typed; a password as its hash, which takes its time and so is made before the record is held."""
    values = form.read(visit, kind, is_new=is_new)
    if (password := values.pop("password", None)) is not None:
        values["password_hash"] = visit.services.hasher.hash(password)
    return values


@contextmanager
def _plainly() -> Iterator[None]:
    """Refusals below it say what they say as these pages say it."""
    try:
        yield
    except Fault as fault:
        said = phrases.refusal(fault.message)
        raise Fault(fault.code, said, fields=_fields_of(fault), details=fault.details) from None


def _fields_of(fault: Fault) -> dict[str, list[str]]:
    """The fields of a fault by the names that the form has for them."""
    own = {"participant_name": "name", "participant_username": "username"}
    return {own.get(name, name): list(texts) for name, texts in fault.fields.items()}


# --- Buttons -----------------------------------------------------------------------------------------------------


def remove(visit: Visit) -> Reply:
    """Delete the record. Faults: those of deleting it."""
    kind = kind_of(visit)
    record = find(visit, kind)
    assert kind.remove is not None
    with _plainly():
        kind.remove(visit.work, record["id"])
    return visit.redirect(kind.href, f"{_title(kind, record)} is deleted.")


def act(visit: Visit) -> Reply:
    """A button of a record's page: taking something in or out, giving a role. Faults: those of doing it."""
    kind = kind_of(visit)
    record = find(visit, kind)
    with _plainly():
        done = (sessions.act if kind.entity is SESSION else parts.acting(kind))(visit, record)
    return visit.redirect(f"{kind.href}/{record['id']}", done)
