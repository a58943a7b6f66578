"""Users of a course (Smart Arena, "POST Add Users", "POST Remove Users")."""

from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments
from rollbook.core.learning.records import Assigned, Course, NewAssignments
from rollbook.doors.smartarena.translate.enrolments import to_core_people
from rollbook.doors.smartarena.translate.references import the_course
from rollbook.doors.smartarena.wire.courses import CourseUsers, UsersAdded, UsersRemoved
from rollbook.doors.smartarena.wire.values import Codes
from rollbook.web.routes import Call


def add(call: Call[CourseUsers, None]) -> UsersAdded:
    """Put users on a course ("POST Add Users"): all of them, or none where a code is unknown."""
    course = the_course(call.work, call.body.mapping_code)
    done, codes = enrol(call.work, course, call.body.users_mapping_codes)
    return UsersAdded(course.external_id, [codes[i] for i in done.person_ids], [codes[i] for i in done.already_ids])


def remove(call: Call[CourseUsers, None]) -> UsersRemoved:
    """Take users off a course ("POST Remove Users"): all of them, or none where a code is unknown."""
    course = the_course(call.work, call.body.mapping_code)
    codes = to_core_people(call.work, call.body.users_mapping_codes)
    removed = set(assignments.unassign(call.work, course, list(codes)))
    return UsersRemoved(
        course.external_id,
        [code for person_id, code in codes.items() if person_id in removed],
        [code for person_id, code in codes.items() if person_id not in removed],
    )


def enrol(work: Work, course: Course, given: Codes) -> tuple[Assigned, dict[int, str]]:
    """Put users on a course; what that did, and the codes of the people."""
    codes = to_core_people(work, given)
    return assignments.assign(work, NewAssignments(person_ids=list(codes), course=course)), codes
