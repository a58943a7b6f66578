"""The secret of someone's app for codes: kept sealed, checked a few times at most."""

from typing import Any

from sqlalchemy import bindparam, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import from_address, to_address
from rollbook.core.kernel.ports import Sealer
from rollbook.core.kernel.statements import Lookup
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import second_factor, users
from rollbook.core.sessions.tables.users import user_profiles

_SECRET = Lookup[tuple[Any, ...]](
    select(user_profiles.c.sealed_app_secret).where(
        user_profiles.c.person_id == bindparam("person_id"), user_profiles.c.has_app_factor
    )
)


def _bound_to(person_id: int) -> bytes:
    return f"app secret:{person_id}".encode()


def subject_of(person_id: int) -> str:
    """What wrong codes count against."""
    return f"code of person {person_id}"


def set_up(work: Work, sealer: Sealer, person_id: int, secret: str, code: str, *, with_mail: bool) -> None:
    """Take an app for someone's second factor. Faults: UNAUTHENTICATED for a code that is not the secret's."""
    if not second_factor.is_code(secret, code, work.at):
        raise Fault(FaultCode.UNAUTHENTICATED, "Invalid OTP code")
    sealed = to_address(sealer.seal(secret.encode(), _bound_to(person_id)))
    users.set_app_factor(work, person_id, sealed, with_mail=with_mail)


def has_app(work: Work, person_id: int) -> bool:
    """Whether someone set an app up."""
    return work.first(_SECRET, person_id=person_id) is not None


def is_right(work: Work, sealer: Sealer, person_id: int, code: str) -> bool:
    """Whether a code is that of someone's app now."""
    sealed = work.value(_SECRET, person_id=person_id)
    if sealed is None:
        return False
    secret = sealer.unseal(from_address(sealed), _bound_to(person_id)).decode()
    return second_factor.is_code(secret, code, work.at)
