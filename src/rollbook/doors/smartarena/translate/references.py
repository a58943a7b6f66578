"""The records that a call is about, by their mapping codes. What is not there is a fault that names the parameter."""

from typing import TypeVar

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.learning import course_queries
from rollbook.core.learning.records import Course
from rollbook.core.people import queries as people
from rollbook.core.people import structure
from rollbook.core.people.records import Entry, Person
from rollbook.core.people.structure import Catalogue

T = TypeVar("T")

_NOUNS = {structure.GROUPS: "branch"}
"""What this API calls what core calls otherwise."""


def the_user(work: Work, code: str) -> Person:
    """The user with a mapping code. Faults: NOT_FOUND."""
    return _found(people.find_person(work, key="external_id", value=code), "user", "mapping_code")


def the_entry(work: Work, catalogue: Catalogue, code: str) -> Entry:
    """The entry of a catalogue with a mapping code. Faults: NOT_FOUND."""
    found = structure.find_entry(work, catalogue, key="external_id", value=code)
    return _found(found, _NOUNS.get(catalogue, catalogue.name), "mapping_code")


def the_course(work: Work, code: str, field: str = "mapping_code") -> Course:
    """The course with a mapping code. Faults: NOT_FOUND."""
    return _found(course_queries.find_course(work, key="external_id", value=code), "course", field)


def _found(record: T | None, noun: str, field: str) -> T:
    if record is None:
        raise field_fault(FaultCode.NOT_FOUND, field, f"{field}: there is no {noun} with this mapping code")
    return record
