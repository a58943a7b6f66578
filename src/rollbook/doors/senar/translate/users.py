"""Users out of people, and people out of assignments."""

from rollbook.core.access.signin import checked_password
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.values import checked_email, checked_line, required_line
from rollbook.core.people.records import NewPerson, Organisation, Person
from rollbook.doors.senar.translate.profiles import from_core_creation, from_core_roles, guest_address
from rollbook.doors.senar.wire.assignments import AssignIn
from rollbook.doors.senar.wire.users import UserOut

SHORTEST_PASSWORD = 6


def from_core_person(person: Person, organisation: Organisation) -> UserOut:
    """A person as a user. Their account is the company they are of, else the organisation."""
    email = person.email
    if email is None and person.is_guest:
        email = guest_address(person.username, organisation.slug)
    return UserOut(
        id=person.uuid,
        first_name=person.first_name,
        last_name=person.last_name,
        email=email,
        language=person.language,
        account_name=person.company or organisation.name,
        country_name=person.country,
        creation_date=from_core_creation(person.created_at),
        profile=from_core_roles(person.role_set, is_guest=person.is_guest),
    )


def to_core_new_person(user: AssignIn) -> NewPerson:
    """Whom an assignment registers if need be, every field checked. Faults: MISSING or INVALID naming the field."""
    email = checked_email(required_line(user.email, "email"))
    to_core_password(user.password)
    return NewPerson(
        email=email,
        first_name=required_line(user.first_name, "first_name"),
        last_name=required_line(user.last_name, "last_name"),
        company=checked_line(user.organization, "company"),
    )


def to_core_password(password: str) -> str:
    """A password as the vendor wants it: letters and digits, six at least. Faults: INVALID naming ``password``."""
    checked = checked_password(password, shortest=SHORTEST_PASSWORD)
    if not (any(c.isalpha() for c in checked) and any(c.isdigit() for c in checked)):
        raise field_fault(FaultCode.INVALID, "password", "password must have at least one letter and one digit")
    return checked
