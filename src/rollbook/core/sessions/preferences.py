"""What users set in programs, one preference for each program."""

import json

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import policy, queries, store
from rollbook.core.sessions.entities import USER, USER_PREFERENCE, Record


def save(work: Work, person_id: int, app: str, preference: str | None) -> Record | None:
    """Set a user's preference in a program; nothing, or blank, deletes it. Faults: FORBIDDEN; INVALID for no JSON."""
    if person_id != work.principal.person_id:
        policy.seen(work, USER, person_id, only_admin=True)
    present = queries.first(work, USER_PREFERENCE, person_id=person_id, app=app)
    if not preference:
        if present is not None:
            store.remove(work, USER_PREFERENCE, present)
        return None
    try:
        json.loads(preference)
    except (ValueError, RecursionError) as problem:
        raise Fault(FaultCode.INVALID, str(problem)) from None
    if present is None:
        return store.add(work, USER_PREFERENCE, person_id=person_id, app=app, preference=preference)
    return store.change(work, USER_PREFERENCE, present, preference=preference)
