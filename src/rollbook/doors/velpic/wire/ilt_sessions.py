"""ILT sessions and their attendees on the wire (Velpic, "ILT Session"). Times are in the organisation's zone."""

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.velpic.paging import Meta, PageQuery


class SessionQuery(PageQuery, rename="camel"):
    """GET /api/v2/ilt_session. ``state`` is 1 upcoming, 2 inprogress, 3 past; ``status`` 1 active, 2 completed,
    3 cancelled; ``lessonScheduleId`` finds the sessions that are attended for it."""

    lesson_schedule_id: int | None = None
    state: int | None = None
    status: int | None = None
    instructor_id: int | None = None


class SessionIn(msgspec.Struct, rename="camel", kw_only=True):
    """POST /api/v2/ilt_session. Without ``lessonId`` the session is itself what its attendees complete."""

    start_datetime: str
    end_datetime: str
    location: str
    instructor_id: int
    lesson_id: int | None = None
    notes: str | None = None
    number_of_places: int | None = None


class SessionChange(msgspec.Struct, rename="camel", kw_only=True):
    """PATCH /api/v2/ilt_session/{iltSessionId}. What is left out stays; ``statusId`` 2 completes it, 3 cancels it."""

    instructor_id: int | UnsetType = UNSET
    status_id: int | UnsetType = UNSET
    notes: str | None | UnsetType = UNSET
    number_of_places: int | None | UnsetType = UNSET
    location: str | UnsetType = UNSET
    start_datetime: str | UnsetType = UNSET
    end_datetime: str | UnsetType = UNSET


class SessionListed(msgspec.Struct, rename="camel", kw_only=True):
    """A session as lists have it. ``numberOfPlaces`` is left out where any number may come."""

    id: int
    status_id: int
    instructor_id: int
    instructor_first_name: str
    instructor_last_name: str
    lesson_id: int
    notes: str
    number_of_places: int | UnsetType
    start_datetime: str
    end_datetime: str
    location: str
    created_date: str
    modified_date: str


class SessionOut(msgspec.Struct, rename="camel", kw_only=True):
    """A session. The rates are per cent of its attendees, who are those with a seat."""

    id: int
    instructor_id: int
    status_id: int
    lesson_id: int
    lesson_name: str
    instructor_led: bool
    notes: str
    number_of_attendees: int
    number_of_places: int | UnsetType
    start_datetime: str
    end_datetime: str
    location: str
    state: str
    attendance_rate: float
    pass_rate: float
    ilt_session_cancellation_trainee_notification_enabled: bool
    ilt_session_cancellation_instructor_notification_enabled: bool
    created_date: str
    modified_date: str


class SessionPage(msgspec.Struct):
    """Sessions with where they stand in the whole."""

    results: list[SessionListed]
    meta: Meta


class Cancellation(msgspec.Struct, rename="camel", kw_only=True):
    """POST …/cancel_session. Whom the cancellation is mailed to."""

    ilt_session_cancellation_trainee_notification_enabled: bool
    ilt_session_cancellation_instructor_notification_enabled: bool


class AttendeeOut(msgspec.Struct, rename="camel", kw_only=True):
    """Someone with a seat. ``passed`` and ``attended`` are false until someone has said otherwise;
    ``lessonScheduleId`` and ``registeringUser…`` are left out where there is none."""

    id: int
    user_id: int
    session_id: int
    lesson_schedule_id: int | UnsetType
    user_name: str
    first_name: str
    last_name: str
    registering_user_id: int | UnsetType
    registering_user_first_name: str | UnsetType
    registering_user_last_name: str | UnsetType
    passed: bool
    attended: bool
    created_date: str
    modified_date: str


class AttendeePage(msgspec.Struct):
    """Attendees with where they stand in the whole."""

    results: list[AttendeeOut]
    meta: Meta


class AttendeeMark(msgspec.Struct, rename="camel", kw_only=True):
    """What is said of one attendee, by the id that the attendees' list gives; what is left out stays."""

    id: int
    passed: bool | None | UnsetType = UNSET
    attended: bool | None | UnsetType = UNSET


class Progress(msgspec.Struct, rename="camel"):
    """POST …/save_progress."""

    attendees: list[AttendeeMark]
