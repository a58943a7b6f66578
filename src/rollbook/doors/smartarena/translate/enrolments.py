"""Users on courses, by their mapping codes and by the vendor's numbers."""

from collections.abc import Sequence

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.learning.queries import CourseMember
from rollbook.core.learning.status import Stage
from rollbook.core.people import queries as people
from rollbook.doors.smartarena.wire.courses import CourseUser
from rollbook.doors.smartarena.wire.values import Codes

STAGES = {
    Stage.NOT_STARTED.value: 0,
    Stage.STARTED.value: 1,
    Stage.FINISHED.value: 2,
    Stage.CERTIFIED.value: 3,
    Stage.CONDITIONS_MET.value: 4,
}
MOST_NAMED = 100
"""How many unknown codes an error names."""


def to_core_people(work: Work, given: Codes) -> dict[int, str]:
    """The people behind mapping codes, each once, in the order given. Faults: those that are unknown, by position."""
    codes = [str(code).strip() for code in given]
    found = people.find_person_ids(work, "external_id", codes)
    unknown = [position for position, code in enumerate(codes) if code not in found]
    if unknown:
        fields = {
            f"users_mapping_codes[{position}]": [f"There is no user with the mapping code {codes[position][:100]!r}."]
            for position in unknown[:MOST_NAMED]
        }
        raise Fault(
            FaultCode.UNKNOWN_REFERENCE,
            f"{len(unknown)} of the users_mapping_codes are unknown; nothing was changed.",
            fields=fields,
        )
    return {found[code]: code for code in codes}


def from_core_members(members: Sequence[CourseMember]) -> list[CourseUser]:
    """The users of a course."""
    return [CourseUser(m.external_id, m.first_name, m.last_name, m.email, STAGES[m.stage]) for m in members]
