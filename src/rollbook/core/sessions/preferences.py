"""What users set in programs, one preference for each program."""

import json
from typing import Any

from sqlalchemy import func, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import policy, queries, store
from rollbook.core.sessions.entities import USER, USER_PREFERENCE, Record
from rollbook.core.sessions.tables.users import user_preferences

_NEXT = Statement[tuple[Any, ...]](select(func.coalesce(func.max(user_preferences.c.id), 0) + 1))
"""Numbers of preferences are given again once the last is deleted, as clients of the vendor's server know them."""


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
        number = work.value(_NEXT)
        return store.add(work, USER_PREFERENCE, id=number, person_id=person_id, app=app, preference=preference)
    return store.change(work, USER_PREFERENCE, present, preference=preference)
