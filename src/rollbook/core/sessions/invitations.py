"""Inviting users, participants and devices to answer tests, by a key."""

import secrets
import string

from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import policy, queries, store
from rollbook.core.sessions.entities import (
    DEVICE,
    PARTICIPANT,
    PROJECT,
    SESSION,
    TEST_INVITATION,
    TEST_TYPE,
    USER,
    Record,
)
from rollbook.core.sessions.fitting import changes

KEY_LENGTH = 16
LETTERS = string.ascii_letters + string.digits
HOLDERS = {"person_id": USER, "participant_id": PARTICIPANT, "device_id": DEVICE}
_SEEN = HOLDERS | {"test_type_id": TEST_TYPE, "session_id": SESSION, "project_id": PROJECT}


def _require_seen(work: Work, values: Record) -> None:
    """Faults: FORBIDDEN for something that the caller does not see."""
    for name, entity in _SEEN.items():
        wanted = values.get(name)
        if wanted is not None and not queries.sees(work, entity, wanted):
            raise policy.forbidden()


def _require_left(used: int, most: int) -> None:
    """Faults: INVALID for more uses than an invitation is good for."""
    if used < 0 or used > most > 0:
        raise Fault(FaultCode.INVALID, f"The invitation is good for {most} uses.")


def save(work: Work, invitation_id: int, values: Record) -> Record:
    """Invite someone (id 0), or change an invitation. Faults: FORBIDDEN, MISSING, INVALID."""
    present = policy.seen(work, TEST_INVITATION, invitation_id) if invitation_id else {}
    given = {name: value for name, value in values.items() if value is not None}
    values = changes(TEST_INVITATION, values) if invitation_id else given
    holders = sum((present | values).get(name) is not None for name in HOLDERS)
    if holders > 1:
        raise Fault(FaultCode.INVALID, "Name one user, one participant or one device alone.")
    if not invitation_id and "test_type_id" not in values:
        raise Fault(FaultCode.MISSING, "Missing id_test_type")
    _require_seen(work, values)
    if not holders:
        raise Fault(FaultCode.MISSING, "Name a user, a participant or a device.")
    if invitation_id:
        if "used" in values:
            _require_left(values["used"], (present | values)["most"])
        return store.change(work, TEST_INVITATION, present, **values)
    key = "".join(secrets.choice(LETTERS) for _ in range(KEY_LENGTH))
    made: Record = {"most": 1, "expires_at": work.at + DAY} | values
    return store.add(work, TEST_INVITATION, key=key, created_at=work.at, **made)


def remove(work: Work, invitation_id: int) -> None:
    """Take an invitation back. Faults: FORBIDDEN."""
    store.remove(work, TEST_INVITATION, policy.seen(work, TEST_INVITATION, invitation_id))
