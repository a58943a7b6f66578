"""Registering people: whatever stands in the way is named, and several at the same moment do not get past it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.people import registration, structure
from rollbook.core.people.records import NewPerson, Person
from rollbook.core.people.structure import GROUPS, LOCATIONS, WORKPLACES, Catalogue
from tests.conftest import Organisation

PLACES = {"group_id": GROUPS, "location_id": LOCATIONS, "workplace_id": WORKPLACES}


def register(organisation: Organisation, **fields: object) -> Person | Fault:
    """The person, or what stands in the way."""
    given: dict[str, object] = {"first_name": "Ana", "last_name": "Novak", **fields}
    try:
        with organisation.writing() as work:
            return registration.register(work, NewPerson(**given))  # type: ignore[arg-type]
    except Fault as fault:
        return fault


@pytest.mark.parametrize(("field", "catalogue"), PLACES.items())
def test_a_place_of_another_organisation_is_none(
    organisation: Organisation, other_organisation: Organisation, field: str, catalogue: Catalogue
) -> None:
    with other_organisation.writing() as work:
        theirs = structure.add_entry(work, catalogue, name="Theirs")
    with organisation.writing() as work:
        ours = structure.add_entry(work, catalogue, name="Ours")
    for unknown in (theirs.id, 0, 2**40):
        fault = register(organisation, username="ana", **{field: unknown})
        assert isinstance(fault, Fault)
        assert (fault.code, list(fault.fields)) == (FaultCode.UNKNOWN_REFERENCE, [field])
    person = register(organisation, username="ana", **{field: ours.id})
    assert isinstance(person, Person)
    assert getattr(person, field) == ours.id


@pytest.mark.parametrize(
    ("field", "fields"),
    [("username", {"username": "ana"}), ("external_id", {"external_id": "hr-1"})],
)
def test_of_several_at_once_with_one_name_the_first_is_registered_and_the_others_are_told(
    organisation: Organisation, field: str, fields: dict[str, object]
) -> None:
    together = Barrier(4)

    def run(_: int) -> Person | Fault:
        together.wait()
        return register(organisation, **fields)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(run, range(4)))
    faults = [answer for answer in answers if isinstance(answer, Fault)]
    assert len(faults) == 3
    assert {(fault.code, *fault.fields) for fault in faults} == {(FaultCode.DUPLICATE, field)}
