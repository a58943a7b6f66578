"""What keeps an association from being undone: sessions, assets and tests of participants at the place that need it.

Each statement takes ``thing`` and ``place``, and finds something where the link is in use.
"""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal, or_, select

from rollbook.core.kernel.statements import Statement
from rollbook.core.sessions.reach import Ids, ids, is_live
from rollbook.core.sessions.tables import devices as d
from rollbook.core.sessions.tables import materials as m
from rollbook.core.sessions.tables import places as p
from rollbook.core.sessions.tables import sessions as x

Rows = Statement[tuple[Any, ...]]
_thing: Any = bindparam("thing")
_place: Any = bindparam("place")
_of_project = p.participants.c.project_id == _place
_of_site = p.participants.c.project_id.in_(ids(p.projects.c.id, p.projects.c.site_id == _place))


def _participants(at: ColumnElement[bool]) -> Ids:
    return ids(p.participants.c.id, is_live(p.participants), at)


def _sessions(at: ColumnElement[bool], *conditions: ColumnElement[bool]) -> Ids:
    """Sessions of participants at a place."""
    taking_part = x.session_participants
    here = ids(taking_part.c.session_id, is_live(taking_part), taking_part.c.participant_id.in_(_participants(at)))
    return ids(x.sessions.c.id, is_live(x.sessions), x.sessions.c.id.in_(here), *conditions)


def _any(*found: Ids) -> Rows:
    return Rows(select(literal(1)).where(or_(*(query.exists() for query in found))))


def _device(at: ColumnElement[bool]) -> Rows:
    used = d.device_participants
    assigned = ids(used.c.id, is_live(used), used.c.device_id == _thing, used.c.participant_id.in_(_participants(at)))
    in_session = ids(
        x.session_devices.c.session_id, is_live(x.session_devices), x.session_devices.c.device_id == _thing
    )
    return _any(assigned, _sessions(at, x.sessions.c.id.in_(in_session)))


def _service(at: ColumnElement[bool]) -> Rows:
    own_types = ids(x.session_types.c.id, x.session_types.c.service_id == _thing)
    by_it = or_(x.sessions.c.creator_service_id == _thing, x.sessions.c.session_type_id.in_(own_types))
    assets = ids(
        m.assets.c.id, is_live(m.assets), m.assets.c.service_id == _thing, m.assets.c.session_id.in_(_sessions(at))
    )
    tests = ids(m.tests.c.id, is_live(m.tests), m.tests.c.service_id == _thing, m.tests.c.session_id.in_(_sessions(at)))
    return _any(_sessions(at, by_it), assets, tests)


def _session_type(at: ColumnElement[bool]) -> Rows:
    return _any(_sessions(at, x.sessions.c.session_type_id == _thing))


def _test_type(at: ColumnElement[bool]) -> Rows:
    return _any(
        ids(m.tests.c.id, is_live(m.tests), m.tests.c.test_type_id == _thing, m.tests.c.session_id.in_(_sessions(at)))
    )


def _text(thing: str, place: str, what: str) -> str:
    return f"Can't delete {thing} from {place}: please delete all {what} in the {place} beforehand."


USES: dict[str, tuple[Rows | None, str]] = {
    "device_site": (
        _device(_of_site),
        "Can't delete device from site. Please remove all participants associated with the device or all sessions in"
        " the site referring to the device before deleting.",
    ),
    "device_project": (
        _device(_of_project),
        "Can't delete device from project. Please remove all participants associated with the device or all sessions in"
        " the project referring to the device before deleting.",
    ),
    "service_site": (_service(_of_site), _text("service", "site", "sessions, assets and tests of that service")),
    "service_project": (
        _service(_of_project),
        _text("service", "project", "sessions, assets and tests of that service"),
    ),
    "session_type_site": (_session_type(_of_site), _text("session type", "site", "sessions of that type")),
    "session_type_project": (_session_type(_of_project), _text("session type", "project", "sessions of that type")),
    "session_type_service": (None, ""),
    "test_type_site": (_test_type(_of_site), _text("test type", "site", "tests of that type")),
    "test_type_project": (_test_type(_of_project), _text("test type", "project", "tests of that type")),
}
