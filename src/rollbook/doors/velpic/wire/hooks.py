"""The bodies of the seven webhooks (Velpic, "Webhooks"). Ids are texts; ``userId`` and ``userID`` are as documented."""

import msgspec


class ScheduleCompleted(msgspec.Struct, rename="camel"):
    """A user completed a lesson schedule."""

    name: str
    lesson_schedule_id: str
    user_id: str
    time_stamp: str


class ScheduleChanged(msgspec.Struct, rename="camel"):
    """A lesson schedule was changed. ``scheduleDate`` is its start."""

    name: str
    schedule_date: str
    lesson_schedule_id: str
    user_id: str = msgspec.field(name="userID")
    time_stamp: str


class ScheduleCreated(msgspec.Struct, rename="camel"):
    """A lesson was scheduled."""

    name: str
    lesson_schedule_id: str
    user_id: str = msgspec.field(name="userID")
    time_stamp: str


class ScheduleCancelled(msgspec.Struct, rename="camel"):
    """A lesson schedule was cancelled, or taken away."""

    name: str
    lesson_schedule_id: str
    user_id: str = msgspec.field(name="userID")
    cancellation_reason: str
    time_stamp: str


class UserCreated(msgspec.Struct, rename="camel"):
    """A user was registered."""

    name: str
    first_name: str
    last_name: str
    user_name: str
    user_id: str
    time_stamp: str


class UserUpdated(msgspec.Struct, rename="camel"):
    """A user was changed. ``actingUserId`` is who did it; 0 for a key, which is nobody's."""

    name: str
    user_id: str
    acting_user_id: str
    time_stamp: str


class UserInactivated(msgspec.Struct, rename="camel"):
    """A user was inactivated."""

    name: str
    user_name: str
    user_id: str
    time_stamp: str


class Tested(msgspec.Struct, rename="camel"):
    """What is sent when someone asks for a test: none of the seven, so that nothing is done about it."""

    name: str
    time_stamp: str
