"""Assignments as lesson schedules."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.learning import content_queries, reminders, scheduling
from rollbook.core.learning.lesson_records import ContentFile
from rollbook.core.learning.records import OPEN, Assignment, Content, ContentVersion
from rollbook.core.learning.scheduling import Grace, Voucher
from rollbook.core.mail import ledger
from rollbook.core.people import membership, standing
from rollbook.core.people.queries import get_organisation, get_person
from rollbook.core.playing.queries import list_question_results
from rollbook.core.playing.records import Answered
from rollbook.doors.velpic.translate import lookups, times
from rollbook.doors.velpic.translate.lessons import duration_ms, questionnaire_type
from rollbook.doors.velpic.wire.schedules import (
    ListedSchedule,
    QuestionResult,
    ReminderOut,
    ScheduleIn,
    ScheduleOut,
    UserRef,
)


class _Around(msgspec.Struct):
    """What some schedules refer to, read at once."""

    contents: dict[int, Content]
    versions: dict[int, ContentVersion]
    """By their own ids."""
    shown: dict[int, ContentVersion]
    """By their contents' ids, of what is learnt in no version yet."""
    vouchers: dict[int, Voucher]
    thumbnails: dict[str, int]
    base_url: str

    def version_of(self, assignment: Assignment) -> ContentVersion | None:
        """The version that is learnt, or that would be."""
        chosen = assignment.content_version_id
        return self.versions.get(chosen) if chosen is not None else self.shown.get(assignment.content_id)


def _around(work: Work, found: Sequence[Assignment], base_url: str) -> _Around:
    ids = sorted({assignment.content_id for assignment in found})
    unchosen = sorted({a.content_id for a in found if a.content_version_id is None})
    chosen = sorted({a.content_version_id for a in found if a.content_version_id is not None})
    versions = content_queries.list_versions_by_id(work, chosen)
    shown = content_queries.list_shown_versions(work, unchosen)
    pictures = {version.thumbnail for version in (*versions.values(), *shown.values()) if version.thumbnail}
    return _Around(
        content_queries.list_contents_by_id(work, ids),
        versions,
        shown,
        scheduling.list_vouchers(work, [one.id for one in found if one.completed_at is not None]),
        content_queries.ids_of_files(work, sorted(pictures)),
        base_url,
    )


def to_core_grace(given: ScheduleIn) -> Grace | None:
    """The grace period; None for the organisation's own. Faults: MISSING or INVALID naming the field."""
    count, unit = given.grace_period, given.grace_period_unit
    if count is UNSET or count is None or count == "":
        return None
    if unit is UNSET or not unit:
        raise field_fault(FaultCode.MISSING, "gracePeriodUnit", "gracePeriodUnit is required with gracePeriod")
    text = str(count).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(scheduling.MOST_GRACE))):
        raise field_fault(FaultCode.INVALID, "gracePeriod", "gracePeriod must be a whole number such as 14")
    return scheduling.checked_grace(int(text), unit)


def from_core_schedules(work: Work, found: Sequence[Assignment], base_url: str) -> list[ListedSchedule]:
    """Assignments of people as the list shows them, with all that they refer to read at once."""
    around = _around(work, found, base_url)
    return [ListedSchedule(**_facts(assignment, around)) for assignment in found]


def _facts(found: Assignment, around: _Around) -> dict[str, Any]:
    content, version = around.contents[found.content_id], around.version_of(found)
    length = duration_ms(content, version)
    thumbnail = around.thumbnails.get(version.thumbnail or "") if version else None
    kind, type_id = lookups.SCHEDULE_TYPES[found.assigned_by]
    return {
        "lesson_name": found.title,
        "lesson_id": found.content_id,
        "lesson_version_id": version.id if version else UNSET,
        "version": version.number if version else UNSET,
        "user_id": found.person_id,
        "start_date": times.zulu(found.start_at),
        "end_date": _time(found.due_at),
        "lesson_started_date": _time(found.started_at),
        "lesson_completed_date": _time(found.completed_at),
        "user_first_name": found.person_first_name,
        "user_last_name": found.person_last_name,
        "lesson_duration": length,
        "progress": round(length * found.progress / 100),
        "chapter_count": version.step_count if version else 0,
        "questionnaire_type": questionnaire_type(version),
        "question_count": version.question_count if version else 0,
        "schedule_type": kind,
        "type_id": type_id,
        "thumbnail_id": thumbnail if thumbnail is not None else UNSET,
        "lesson_thumbnail": _thumbnail(around.base_url, version) if version and thumbnail is not None else UNSET,
        "status": found.status,
        "status_id": lookups.STATUSES[found.status],
        "lesson_evolution": lookups.EVOLUTIONS[version.evolution if version else "module"],
        "id": found.id,
        "created_date": times.zulu(found.created_at),
        "modified_date": times.zulu(found.updated_at),
        **_completion(found, around.vouchers.get(found.id)),
    }


def _completion(found: Assignment, voucher: Voucher | None) -> dict[str, Any]:
    """How it was completed, and by whose doing: who vouched for it, else the trainee."""
    if found.completed_at is None:
        return dict.fromkeys(("completion_type_id", "lesson_completed_by", "lesson_completed_by_name"), UNSET)
    trainee = f"{found.person_first_name} {found.person_last_name}".strip()
    return {
        "completion_type_id": lookups.COMPLETION_TYPES.get(found.completed_via or "person", UNSET),
        "lesson_completed_by": voucher.person_id if voucher else found.person_id,
        "lesson_completed_by_name": voucher.full_name if voucher else trainee,
    }


def _time(instant: int | None) -> str | UnsetType:
    return times.zulu(instant) if instant is not None else UNSET


def _thumbnail(base_url: str, version: ContentVersion) -> str:
    return f"{base_url}/downloads/lessons/{version.id}/thumbnail"


def from_core_schedule(work: Work, found: Assignment, base_url: str) -> ScheduleOut:
    """An assignment with all that is known of it."""
    around = _around(work, [found], base_url)
    version, person = around.version_of(found), get_person(work, found.person_id)
    organisation = get_organisation(work)
    mails = ledger.list_about(work, reminders.ABOUT, found.id)
    passes_at = version.pass_percent if version else None
    return ScheduleOut(
        active=found.outcome == OPEN,
        client_id=organisation.id,
        client_name=organisation.name,
        reminders=[_reminder(mail) for mail in mails if mail.kind == reminders.REMINDER],
        question_results=[from_core_answered(one) for one in list_question_results(work, found.id)],
        user_user_name=person.username,
        user_employee_number=person.external_id or "",
        user_groups=[{"id": id_} for id_ in standing.groups_of(work, standing.MEMBERS, [person.id]).get(person.id, ())],
        supervisors=[
            UserRef(id=one.id, first_name=one.first_name, last_name=one.last_name)
            for one in membership.list_leaders_of(work, person)
        ],
        published=lookups.PUBLISHED if around.contents[found.content_id].is_published else lookups.UNPUBLISHED,
        questionnaire_pass_rate=passes_at if passes_at is not None else UNSET,
        schedule_over_email_attempted=any(mail.kind == reminders.SCHEDULED for mail in mails),
        overdue_email_attempted=any(mail.kind == reminders.OVERDUE for mail in mails),
        **_movie(found, content_queries.list_files(work, version) if version else []),
        **_facts(found, around),
    )


def from_core_answered(one: Answered) -> QuestionResult:
    """A question of the last attempt."""
    return QuestionResult(
        question_id=one.id,
        question=one.text,
        question_type=one.kind,
        points=one.points,
        answers=list(one.given),
        correct_answers=list(one.right),
        correct=one.is_right,
    )


def _reminder(mail: ledger.LedgerEntry) -> ReminderOut:
    return ReminderOut(
        id=mail.id,
        email_address=mail.recipient,
        state=mail.state,
        reason=mail.error,
        sent_date=times.zulu(mail.sent_at) if mail.sent_at is not None else None,
        created_date=times.zulu(mail.created_at),
    )


def _movie(found: Assignment, files: Sequence[ContentFile]) -> dict[str, Any]:
    """The first film of the lesson."""
    film = next((file for file in files if file.media_type.startswith("video/")), None)
    if film is None:
        return dict.fromkeys(("movie_id", "movie_physical_uri", "movie_size_in_bytes"), UNSET)
    return {
        "movie_id": film.id,
        "movie_physical_uri": f"download/lessons/{found.content_id}/{film.uuid}",
        "movie_size_in_bytes": film.size,
    }
