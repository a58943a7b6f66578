"""Lesson schedules (Velpic, "Lesson Schedule")."""

from typing import Any

from msgspec import UNSET

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.learning import certificate_queries, content_queries, queries, scheduling
from rollbook.core.learning.records import CANCELLED, OPEN, Assignment, AssignmentFilter, ContentVersion
from rollbook.core.people.queries import find_person, get_person
from rollbook.core.people.records import Person
from rollbook.core.playing import player, tokens
from rollbook.doors.velpic import paging
from rollbook.doors.velpic.errors import SCHEDULE_CANCELLED, SCHEDULE_COMPLETED, SCHEDULE_MISSING, coded
from rollbook.doors.velpic.translate import times
from rollbook.doors.velpic.translate.schedules import from_core_schedule, from_core_schedules, to_core_grace
from rollbook.doors.velpic.wire.schedules import (
    CompletionIn,
    EmbedOut,
    EmbedQuery,
    Ids,
    ScheduleIn,
    ScheduleOut,
    SchedulePage,
    ScheduleQuery,
)
from rollbook.web.documents import certificate_answer, statement_answer
from rollbook.web.files import Held, file_answer
from rollbook.web.routes import Call, Reply, Stream


def show(call: Call[None, None]) -> ScheduleOut:
    """One schedule ("Get lesson schedule by Id")."""
    return from_core_schedule(call.work, _schedule(call.work, call.path["lessonScheduleId"]), call.services.base_url())


def _schedule(work: Work, schedule_id: int) -> Assignment:
    found = queries.find_assignment(work, key="id", value=schedule_id)
    if found is None:
        missing = Fault(FaultCode.NOT_FOUND, "There is no lesson schedule with this id.")
        raise coded(missing, SCHEDULE_MISSING, "Lesson Schedule does not exist")
    return found


def index(call: Call[None, ScheduleQuery]) -> SchedulePage:
    """A user's schedules, all or those in a status ("Get User lesson schedules")."""
    offset, limit = paging.window(call.query)
    person = get_person(call.work, call.path["userId"])
    wanted = AssignmentFilter(person_id=person.id, status=None if call.query.status == "all" else call.query.status)
    found = queries.list_assignments(call.work, wanted, limit=limit, offset=offset, with_total=True)
    shown = from_core_schedules(call.work, found.rows, call.services.base_url())
    return SchedulePage(shown, paging.meta(found, call.query))


def create(call: Call[ScheduleIn, None]) -> Ids:
    """Schedule a user for lessons, all or none ("Schedule a User")."""
    given, person = call.body, get_person(call.work, call.path["userId"])
    start = given.schedule_date
    start_at = times.to_core_instant(start, "scheduleDate") if start is not UNSET and start else None
    grace = to_core_grace(given)
    try:
        return Ids(scheduling.schedule(call.work, person, given.lesson_version_ids, start_at=start_at, grace=grace))
    except Fault as fault:
        if scheduling.ALREADY_SCHEDULED not in fault.details:
            raise
        details = {**fault.details, "reason": "Lesson Schedule already exists"}
        raise Fault(fault.code, fault.message, fields=fault.fields, details=details) from None


def complete(call: Call[CompletionIn, None]) -> Ids:
    """Record that a user completed a lesson, on someone's word ("Manually Complete Lesson")."""
    given, work = call.body, call.work
    person = get_person(work, call.path["userId"])
    at = times.to_core_instant(given.completed_date, "completedDate")
    voucher = _voucher(work, given.manually_completed_by_user_id)
    done = scheduling.complete_manually(work, person, _version(work, given), at=at, voucher=voucher)
    return Ids([done.id])


def _voucher(work: Work, user_id: int) -> Person:
    found = find_person(work, key="id", value=user_id)
    if found is None:
        field = "manuallyCompletedByUserId"
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field}: there is no user {user_id}")
    return found


def _version(work: Work, given: CompletionIn) -> ContentVersion:
    """The version that is meant: the one named, else the published one of the lesson that is named."""
    version_id = given.lesson_version_id
    if version_id is UNSET or version_id is None:
        if given.lesson_id is UNSET or given.lesson_id is None:
            raise field_fault(FaultCode.MISSING, "lessonId", "lessonId or lessonVersionId is required")
        version_id = scheduling.published_version(work, given.lesson_id)
    found = content_queries.find_version(work, version_id)
    if found is None or given.lesson_id not in (UNSET, None, found.content_id):
        field = "lessonVersionId"
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field}: the lesson has no version {version_id}")
    return found


def embed(call: Call[None, EmbedQuery]) -> EmbedOut:
    """An address that plays a schedule in a frame ("Get Embed url for Player")."""
    return _embedded(call, call.query.lesson_schedule_id)


def embed_any(call: Call[None, None]) -> EmbedOut:
    """The same for lessons of every kind, as they all play alike here ("Get Embed url for all lesson")."""
    return _embedded(call, call.path["lessonScheduleId"])


def _embedded(call: Call[Any, Any], schedule_id: int) -> EmbedOut:
    found = _schedule(call.work, schedule_id)
    if found.outcome == CANCELLED:
        over = Fault(FaultCode.CONFLICT, "This lesson schedule is cancelled; schedule the lesson again.")
        raise coded(over, SCHEDULE_CANCELLED, "This lesson schedule is cancelled")
    if found.outcome != OPEN:
        over = Fault(FaultCode.CONFLICT, "This lesson schedule is completed; there is nothing left to play.")
        raise coded(over, SCHEDULE_COMPLETED, "This lesson schedule is completed")
    player.version_to_play(call.work, found)
    token = tokens.issue(call.work, found)
    return EmbedOut(f"{call.services.base_url()}/#player/{found.id}?embed=true&token={token}")


def certificate(call: Call[None, None]) -> Stream | Reply:
    """The certificate of a completed schedule ("Download a certificate for a passed completed lesson schedule").

    A lesson that gives none has a statement of completion. Faults: NOT_FOUND before it is completed; CONFLICT for a
    certificate that was revoked.
    """
    with call.services.database.reading() as work:
        work.act_as(call.principal)
        found = _schedule(work, call.path["lessonScheduleId"])
        completion = certificate_queries.find_completion(work, found.uuid)
        issued = certificate_queries.find_of(work, found.id)
    if completion is None:
        raise Fault(FaultCode.NOT_FOUND, "This lesson schedule is not completed, so that it has no certificate yet.")
    if issued is None:
        return statement_answer(call.services, completion)
    return certificate_answer(call.services, issued, call.headers)


def thumbnail(call: Call[None, None]) -> Stream | Reply:
    """The picture of a lesson version (``lessonThumbnail``)."""
    version = content_queries.find_version(call.work, call.path["lessonVersionId"])
    if version is None or version.thumbnail is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such picture.")
    return _file(call, version, version.thumbnail)


def movie(call: Call[None, None]) -> Stream | Reply:
    """A film of a lesson, or the range of it that is asked for (``moviePhysicalURI``)."""
    content = content_queries.get_content(call.work, key="id", value=call.path["lessonId"])
    uuid = str(call.path["file"]).lower()
    for version in content_queries.list_versions(call.work, content):
        if any(file.uuid == uuid for file in content_queries.list_files(call.work, version)):
            return _file(call, version, uuid)
    raise Fault(FaultCode.NOT_FOUND, "There is no such film.")


def _file(call: Call[None, None], version: ContentVersion, uuid: str) -> Stream | Reply:
    file = content_queries.get_file(call.work, version, uuid)
    held = Held(file.key, file.name, file.media_type, file.size, file.sha256)
    return file_answer(call.services.files, held, call.headers, is_shown=True)
