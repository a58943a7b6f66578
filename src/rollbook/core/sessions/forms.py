"""What is asked for each kind of record: the fields of its form, which must be filled, and what they are chosen from.

Every form that the server draws or describes comes from here. What a field is called there is said where it is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import queries
from rollbook.core.sessions.entities import (
    DEVICE,
    DEVICE_SUBTYPE,
    DEVICE_TYPE,
    PARTICIPANT,
    PARTICIPANT_GROUP,
    PROJECT,
    SERVICE,
    SESSION_TYPE,
    SITE,
    Record,
)
from rollbook.core.sessions.types import LED_BY_SERVICE

Control = Literal["text", "long_text", "flag", "choice", "number", "password", "moment", "colour", "length", "document"]
MOST_CHOICES = 500
CATEGORIES = ("Service", "Data Collect", "File Transfer", "Protocol")
"""What a type of sessions is for, from number 1."""
STATUSES = ("Not started", "In progress", "Completed", "Cancelled", "Terminated")
"""What has become of a session, from number 0."""


class Asked(NamedTuple):
    """What a form is for: a record that is there, or places that limit what may be chosen."""

    id: int | None = None
    site_id: int | None = None
    project_id: int | None = None


class Choice(NamedTuple):
    """One of the things that a field may be set to."""

    id: int
    name: str


Choose = Callable[[Work, Asked], list[Choice]]
Grouped = list[tuple[str, list[Choice]]]


@dataclass(frozen=True, eq=False)
class Field:
    """One column of a record in its form."""

    name: str
    control: Control = "text"
    is_required: bool = False
    default: Any = None
    is_shown_only: bool = False
    """Whether it is told and never asked."""
    only_when: tuple[str, Any] | None = None
    """Another field, and the value of it with which this one has a meaning."""
    depends_on: str | None = None
    """The field whose value decides what this one may be chosen from."""
    choices: Choose | None = None
    is_limited: bool = False
    """Whether only the first :data:`MOST_CHOICES` are offered."""
    grouped: Callable[[Work], Grouped] | None = None
    """All that it may be chosen from, under what that depends on: for forms that cannot ask again."""


def _named(found: list[Record]) -> list[Choice]:
    return [Choice(one["id"], one["name"]) for one in found]


def _sites(work: Work, asked: Asked) -> list[Choice]:
    return _named(queries.find(work, SITE, id=asked.site_id))


def _projects(work: Work, asked: Asked) -> list[Choice]:
    """Projects with their site; a group of participants stays in its own."""
    project_id = asked.project_id
    if asked.id is not None:
        group = queries.first(work, PARTICIPANT_GROUP, id=asked.id)
        project_id = group["project_id"] if group else 0
    return _with_sites(queries.find(work, PROJECT, id=project_id, site_id=asked.site_id))


def _with_sites(found: list[Record]) -> list[Choice]:
    return [Choice(one["id"], f"{one['name']} [{one['site_name']}]") for one in found]


def _enabled_projects(work: Work, asked: Asked) -> list[Choice]:
    return _with_sites(queries.find(work, PROJECT, site_id=asked.site_id, is_enabled=True))


def _groups(work: Work, asked: Asked) -> list[Choice]:
    project_id = asked.project_id
    if asked.id is not None:
        participant = queries.first(work, PARTICIPANT, id=asked.id)
        project_id = participant["project_id"] if participant else 0
    return _named(queries.find(work, PARTICIPANT_GROUP, project_id=project_id))


def _device_types(work: Work, asked: Asked) -> list[Choice]:
    return _named(queries.find(work, DEVICE_TYPE))


def _device_subtypes(work: Work, asked: Asked) -> list[Choice]:
    """Of the type that the device has; a new one has none yet."""
    device = None if asked.id is None else queries.first(work, DEVICE, id=asked.id)
    return _named(queries.find(work, DEVICE_SUBTYPE, device_type_id=device["device_type_id"])) if device else []


def _grouped_groups(work: Work) -> Grouped:
    return _under(queries.find(work, PARTICIPANT_GROUP), "project_name")


def _grouped_subtypes(work: Work) -> Grouped:
    return _under(queries.find(work, DEVICE_SUBTYPE), "device_type_name")


def _under(found: list[Record], column: str) -> Grouped:
    groups: dict[str, list[Record]] = {}
    for one in found:
        groups.setdefault(one[column], []).append(one)
    return [(name, _named(rows)) for name, rows in sorted(groups.items())]


def _services(work: Work, asked: Asked) -> list[Choice]:
    return _named(queries.find(work, SERVICE))


def _session_types(work: Work, asked: Asked) -> list[Choice]:
    return _named(queries.find(work, SESSION_TYPE, project_id=asked.project_id))


def _administered_sites(work: Work, asked: Asked) -> list[Choice]:
    return _named(queries.find(work, SITE, only_admin=True))


def _administered(work: Work, asked: Asked) -> list[Choice]:
    return _with_sites(queries.find(work, PROJECT, only_admin=True))


def _participants(work: Work, asked: Asked) -> list[Choice]:
    found = queries.find(work, PARTICIPANT, project_id=asked.project_id, is_enabled=True, limit=MOST_CHOICES)
    return _named(found)


def _devices(work: Work, asked: Asked) -> list[Choice]:
    return _named(queries.find(work, DEVICE, limit=MOST_CHOICES))


def _numbered(names: tuple[str, ...], start: int) -> Choose:
    return lambda work, asked: [Choice(number, name) for number, name in enumerate(names, start)]


def _need(name: str, control: Control = "text", **more: Any) -> Field:
    return Field(name, control, is_required=True, **more)


_LAST_ONLINE = Field("last_online_at", "moment", is_shown_only=True)
_MAY_SIGN_IN = ("may_sign_in", True)

FORMS: Mapping[str, tuple[Field, ...]] = {
    "user": (
        _need("username"),
        _need("is_active", "flag", default=True),
        Field("must_change_password", "flag"),
        Field("has_second_factor", "flag"),
        Field("password", "password"),
        _need("first_name"),
        _need("last_name"),
        Field("email"),
        _need("is_super", "flag"),
        Field("notes", "long_text"),
        _LAST_ONLINE,
    ),
    "user_group": (_need("name"),),
    "site": (_need("name"), Field("needs_second_factor", "flag")),
    "project": (
        _need("name"),
        _need("is_enabled", "flag"),
        _need("site_id", "choice", choices=_sites),
        Field("description", "long_text"),
    ),
    "participant_group": (_need("name"), _need("project_id", "choice", choices=_projects)),
    "participant": (
        _need("name"),
        Field("email"),
        _need("project_id", "choice", choices=_enabled_projects),
        Field("participant_group_id", "choice", choices=_groups, depends_on="project_id", grouped=_grouped_groups),
        _need("is_enabled", "flag", default=True),
        _need("has_token", "flag"),
        _need("may_sign_in", "flag"),
        _need("username", only_when=_MAY_SIGN_IN),
        Field("password", "password", only_when=_MAY_SIGN_IN),
        _LAST_ONLINE,
        Field("last_session_at", "moment", is_shown_only=True),
    ),
    "device": (
        _need("name"),
        _need("device_type_id", "choice", choices=_device_types),
        Field(
            "device_subtype_id",
            "choice",
            choices=_device_subtypes,
            depends_on="device_type_id",
            grouped=_grouped_subtypes,
        ),
        _need("is_enabled", "flag"),
        _need("goes_online", "flag"),
        _LAST_ONLINE,
        Field("infos", "long_text"),
        Field("config", "long_text"),
        Field("notes", "long_text"),
    ),
    "device_type": (_need("name"), _need("key")),
    "device_subtype": (_need("device_type_id", "choice", choices=_device_types), _need("name")),
    "session_type": (
        _need("name"),
        _need("category", "choice", choices=_numbered(CATEGORIES, 1)),
        Field("service_id", "choice", choices=_services, only_when=("category", LED_BY_SERVICE)),
        _need("is_online", "flag"),
        _need("color", "colour"),
        Field("config", "long_text"),
    ),
    "session": (
        _need("session_type_id", "choice", choices=_session_types),
        _need("name"),
        _need("started_at", "moment"),
        _need("status", "choice", choices=_numbered(STATUSES, 0)),
        Field("duration_s", "length", is_shown_only=True),
        Field("comments", "long_text"),
    ),
    "service": (
        _need("name"),
        _need("key"),
        _need("hostname"),
        _need("port", "number"),
        _need("endpoint"),
        _need("client_endpoint"),
        Field("user_endpoint"),
        Field("participant_endpoint"),
        Field("device_endpoint"),
        _need("is_system", "flag"),
        _need("is_enabled", "flag"),
        _need("has_assets", "flag"),
        _need("has_tests", "flag"),
        Field("has_editable_config", "flag"),
        Field("default_config", "document"),
    ),
    "service_config": (_need("config", "document"),),
    "test_type": (
        _need("service_id", "choice", choices=_services),
        _need("name"),
        Field("key"),
        Field("description", "long_text"),
        Field("has_json_format", "flag"),
        Field("has_web_format", "flag"),
        Field("has_web_editor", "flag"),
    ),
}

_AT = (Field("site_id", "choice", choices=_administered_sites), Field("project_id", "choice", choices=_administered))
FIRST: Mapping[str, tuple[Field, ...]] = {
    "device": _AT,
    "session_type": _AT,
    "test_type": _AT,
    "session": (Field("participant_id", "choice", choices=_participants, is_limited=True),),
    "service_config": (
        _need("service_id", "choice", choices=_services),
        Field("participant_id", "choice", choices=_participants, is_limited=True),
        Field("device_id", "choice", choices=_devices, is_limited=True),
    ),
}
"""What is asked once, when a record is made: where it is used, or whose it is."""


def choices_of(work: Work, field: Field, asked: Asked) -> list[Choice]:
    """What the caller may set a field to; nothing for one that is typed."""
    return field.choices(work, asked) if field.choices else []
