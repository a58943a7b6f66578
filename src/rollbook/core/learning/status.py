"""Where statuses are derived, for every door: in SQL over ``assignments`` and ``:now``, and of one row in Python.

Two views of one record. *Status* asks when (Velpic's five): scheduled, due, overdue, completed, cancelled. *Stage* asks
how far (Smart Arena's 0 to 4): not started, started, finished, certified, conditions met.
"""

from enum import Enum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, String, and_, bindparam, case, exists, literal_column, or_

from rollbook.core.learning.records import CANCELLED, COMPLETED, CREDITED, OPEN
from rollbook.core.learning.tables import assignments, certificates


class Status(Enum):
    """When: what an assignment asks of the person at this moment."""

    SCHEDULED = "scheduled"
    """Its start lies ahead."""
    DUE = "due"
    """It may be done now."""
    OVERDUE = "overdue"
    """Its due instant has passed."""
    COMPLETED = "completed"
    """Done, or credited."""
    CANCELLED = "cancelled"
    """Taken back."""


class Stage(Enum):
    """How far the person has come. A cancelled assignment keeps the stage it had reached."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    FINISHED = "finished"
    CERTIFIED = "certified"
    """Finished, with a certificate that is live."""
    CONDITIONS_MET = "conditions_met"
    """Recognised as met without having been taken here (outcome ``credited``)."""


class CertificateState(Enum):
    """Whether a certificate still holds."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


class _Dated(Protocol):
    """What a status is derived from."""

    @property
    def outcome(self) -> str: ...
    @property
    def start_at(self) -> int: ...
    @property
    def due_at(self) -> int | None: ...


def status_of(assignment: _Dated, now: int) -> Status:
    """The status of one assignment at an instant."""
    match assignment.outcome:
        case "cancelled":
            return Status.CANCELLED
        case "completed" | "credited":
            return Status.COMPLETED
        case _ if assignment.start_at > now:
            return Status.SCHEDULED
        case _ if assignment.due_at is not None and assignment.due_at < now:
            return Status.OVERDUE
        case _:
            return Status.DUE


def stage_of(outcome: str, started_at: int | None, *, has_live_certificate: bool) -> Stage:
    """The stage of one assignment."""
    if outcome == CREDITED:
        return Stage.CONDITIONS_MET
    if outcome == COMPLETED:
        return Stage.CERTIFIED if has_live_certificate else Stage.FINISHED
    return Stage.NOT_STARTED if started_at is None else Stage.STARTED


def certificate_state(expires_at: int | None, revoked_at: int | None, now: int) -> CertificateState:
    """The state of one certificate at an instant."""
    if revoked_at is not None:
        return CertificateState.REVOKED
    return CertificateState.EXPIRED if expires_at is not None and expires_at <= now else CertificateState.VALID


def has_access(outcome: str, start_at: int, access_ends_at: int | None, archived_at: int | None, now: int) -> bool:
    """Whether the person may open the content at an instant: it has begun, has not run out, and nobody closed it."""
    is_open = outcome != CANCELLED and archived_at is None and start_at <= now
    return is_open and (access_ends_at is None or access_ends_at > now)


# --- The same in SQL. Constants are literals, so that a status can stand in GROUP BY. ---------------------------------

_a = assignments.c
_now: ColumnElement[Any] = bindparam("now")


def _word(value: str) -> ColumnElement[str]:
    """A constant of ours inside the statement."""
    return literal_column(f"'{value}'", String)


_is_open = _a.outcome == _word(OPEN)
_is_done = or_(_a.outcome == _word(COMPLETED), _a.outcome == _word(CREDITED))
_is_late = and_(_a.due_at.is_not(None), _a.due_at < _now)
_is_live = and_(
    certificates.c.revoked_at.is_(None),
    or_(certificates.c.expires_at.is_(None), certificates.c.expires_at > _now),
)


def has_certificate_state(state: CertificateState) -> ColumnElement[bool]:
    """The certificates with a state at ``:now``."""
    is_revoked, ends = certificates.c.revoked_at.is_not(None), certificates.c.expires_at
    match state:
        case CertificateState.REVOKED:
            return is_revoked
        case CertificateState.EXPIRED:
            return and_(~is_revoked, ends.is_not(None), ends <= _now)
        case CertificateState.VALID:
            return _is_live


_has_joined_certificate = and_(certificates.c.id.is_not(None), _is_live)
_has_certificate = exists().where(certificates.c.assignment_id == _a.id, _is_live)


def has_status(status: Status) -> ColumnElement[bool]:
    """The assignments with a status at ``:now``."""
    match status:
        case Status.SCHEDULED:
            return and_(_is_open, _a.start_at > _now)
        case Status.OVERDUE:
            return and_(_is_open, _a.start_at <= _now, _is_late)
        case Status.DUE:
            return and_(_is_open, _a.start_at <= _now, or_(_a.due_at.is_(None), _a.due_at >= _now))
        case Status.COMPLETED:
            return _is_done
        case Status.CANCELLED:
            return _a.outcome == _word(CANCELLED)


def has_stage(stage: Stage) -> ColumnElement[bool]:
    """The assignments that have reached a stage, and no further, at ``:now``; no join is needed."""
    is_completed, is_unfinished = _a.outcome == _word(COMPLETED), or_(_is_open, _a.outcome == _word(CANCELLED))
    match stage:
        case Stage.NOT_STARTED:
            return and_(is_unfinished, _a.started_at.is_(None))
        case Stage.STARTED:
            return and_(is_unfinished, _a.started_at.is_not(None))
        case Stage.FINISHED:
            return and_(is_completed, ~_has_certificate)
        case Stage.CERTIFIED:
            return and_(is_completed, _has_certificate)
        case Stage.CONDITIONS_MET:
            return _a.outcome == _word(CREDITED)


STATUS: ColumnElement[str] = case(
    (_a.outcome == _word(CANCELLED), _word(Status.CANCELLED.value)),
    (_is_done, _word(Status.COMPLETED.value)),
    (_a.start_at > _now, _word(Status.SCHEDULED.value)),
    (_is_late, _word(Status.OVERDUE.value)),
    else_=_word(Status.DUE.value),
)
"""The status at ``:now``."""

STAGE: ColumnElement[str] = case(
    (_a.outcome == _word(CREDITED), _word(Stage.CONDITIONS_MET.value)),
    (and_(_a.outcome == _word(COMPLETED), _has_joined_certificate), _word(Stage.CERTIFIED.value)),
    (_a.outcome == _word(COMPLETED), _word(Stage.FINISHED.value)),
    (_a.started_at.is_(None), _word(Stage.NOT_STARTED.value)),
    else_=_word(Stage.STARTED.value),
)
"""The stage at ``:now``, in a select whose ``assignments`` are outer-joined with ``certificates``."""
