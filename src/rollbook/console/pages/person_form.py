"""Adding a person, and changing one."""

from typing import Any

from rollbook.console import words
from rollbook.console.listing import crumbs
from rollbook.console.pages.people import options
from rollbook.console.visits import Visit
from rollbook.core.access import welcome
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.kernel.principal import Role
from rollbook.core.people import queries, registration, structure
from rollbook.core.people.records import NewPerson, Person, PersonChanges
from rollbook.web.routes import Reply

TEXTS = (
    "external_id", "username", "email", "phone", "mobile", "birth_date", "time_zone", "country", "company",
    "cost_center",
)  # fmt: skip
LANGUAGES = (
    ("en", "English"), ("de", "German"), ("fr", "French"), ("es", "Spanish"), ("it", "Italian"), ("pt", "Portuguese"),
    ("nl", "Dutch"), ("pl", "Polish"), ("sl", "Slovenian"), ("hr", "Croatian"), ("sv", "Swedish"), ("da", "Danish"),
    ("nb", "Norwegian"), ("fi", "Finnish"), ("cs", "Czech"), ("sk", "Slovak"), ("hu", "Hungarian"), ("ro", "Romanian"),
    ("el", "Greek"), ("tr", "Turkish"), ("uk", "Ukrainian"), ("ru", "Russian"), ("ar", "Arabic"), ("ja", "Japanese"),
    ("zh", "Chinese"),
)  # fmt: skip


def new(visit: Visit) -> Reply:
    """The empty form, or a refused one."""
    blank = {"language": queries.get_organisation(visit.work).language, "roles": ["learner"], "welcome": "sent"}
    return _form(visit, None, blank | _typed(visit))


def edit(visit: Visit) -> Reply:
    """The form with what is known."""
    person = queries.get_person(visit.work, visit.call.path["id"])
    known: dict[str, Any] = {name: getattr(person, name) for name in ("first_name", "last_name", "language", *TEXTS)}
    known |= {name: getattr(person, name) for name in ("group_id", "location_id", "workplace_id", "is_sync_protected")}
    known["roles"] = [role.value for role in person.role_set]
    return _form(visit, person, known | _typed(visit))


def _typed(visit: Visit) -> dict[str, Any]:
    """What was typed into a form that was refused."""
    if not visit.errors:
        return {}
    typed: dict[str, Any] = {name: visit.form.get(name) for name in visit.form}
    return typed | {"roles": visit.texts("roles"), "is_sync_protected": visit.is_ticked("is_sync_protected")}


def _form(visit: Visit, person: Person | None, values: dict[str, Any]) -> Reply:
    href = f"/console/people/{person.id}" if person else "/console/people"
    here = (("People", "/console/people"), *(((person.full_name, href), "Edit") if person else ("Add a person",)))
    return visit.render(
        "rooms/people/form.html",
        title=f"Edit {person.full_name}" if person else "Add a person",
        room="people",
        breadcrumbs=crumbs(*here),
        one=person,
        href=href,
        values=values,
        languages=_languages(values.get("language")),
        groups=options(structure.list_entries(visit.work, structure.GROUPS)),
        locations=options(structure.list_entries(visit.work, structure.LOCATIONS)),
        workplaces=options(structure.list_entries(visit.work, structure.WORKPLACES)),
        roles=[(role.value, name, words.DUTIES[role]) for role, name in words.ROLES.items()],
    )


def _languages(present: str | None) -> list[tuple[str, str]]:
    known = dict(LANGUAGES)
    return [*LANGUAGES, *([(present, present)] if present and present not in known else [])]


def create(visit: Visit) -> Reply:
    """Add the person, and send or show an invitation. Faults: those of registering."""
    texts: dict[str, Any] = {name: visit.text(name) for name in TEXTS}
    person = registration.register(
        visit.work,
        NewPerson(
            first_name=visit.text("first_name") or "",
            last_name=visit.text("last_name") or "",
            language=visit.text("language"),
            group_id=visit.number("group_id"),
            location_id=visit.number("location_id"),
            workplace_id=visit.number("workplace_id"),
            is_sync_protected=visit.is_ticked("is_sync_protected"),
            roles=_roles(visit) or frozenset({Role.LEARNER}),
            welcome="sent" if visit.text("welcome") == "sent" else "never",
            **texts,
        ),
    )
    said = f"{person.full_name} is added."
    if visit.text("welcome") == "sent":
        welcome.send(visit.work, person)
        said += (
            " An invitation is on its way." if person.email else " Without an e-mail address no invitation was sent."
        )
    return visit.redirect(f"/console/people/{person.id}", said)


def update(visit: Visit) -> Reply:
    """Change the person. Faults: those of changing."""
    person = queries.get_person(visit.work, visit.call.path["id"])
    changes = PersonChanges(
        first_name=visit.text("first_name") or "",
        last_name=visit.text("last_name") or "",
        language=visit.text("language") or person.language,
        group_id=visit.number("group_id"),
        location_id=visit.number("location_id"),
        workplace_id=visit.number("workplace_id"),
        is_sync_protected=visit.is_ticked("is_sync_protected"),
        **{name: visit.text(name) for name in TEXTS},  # type: ignore[arg-type]
    )
    changes.username = visit.text("username") or ""
    if visit.may(P.ROLES_WRITE):
        changes.roles = _roles(visit)
    changed = registration.change(visit.work, person, changes)
    said = "Nothing had changed." if changed == person else f"{changed.full_name} is saved."
    return visit.redirect(f"/console/people/{person.id}", said, "info" if changed == person else "good")


def _roles(visit: Visit) -> frozenset[Role]:
    """The ticked roles. Faults: INVALID naming ``roles``."""
    try:
        return frozenset(Role(name) for name in visit.texts("roles") if name)
    except ValueError:
        raise field_fault(FaultCode.INVALID, "roles", "There is no such role.") from None
