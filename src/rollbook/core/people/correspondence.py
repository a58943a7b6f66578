"""The mail ledger as people read it: what was sent to whom, what was not and why, and sending it again."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.matching import holds, part_of
from rollbook.core.kernel.principal import PeopleScope, Permission
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.mail import ledger, messages
from rollbook.core.mail.tables import mails
from rollbook.core.people import policy
from rollbook.core.people.queries import scope_params, visible_to
from rollbook.core.people.tables import people

Rows = Statement[tuple[Any, ...]]

PENDING = ledger.PENDING
STATES = (PENDING, "sent", "failed", "skipped")


class Letter(msgspec.Struct, frozen=True):
    """A mail as the ledger tells of it. ``subject`` is empty until it is sent; ``error`` says why it was not."""

    id: int
    person_id: int | None
    kind: str
    recipient: str
    subject: str
    state: str
    error: str | None
    attempts: int
    about: str | None
    about_id: int | None
    due_at: int
    created_at: int
    sent_at: int | None
    first_name: str | None
    last_name: str | None
    email: str | None

    @property
    def full_name(self) -> str | None:
        """Whose it is; None for a mail to nobody in the record."""
        return None if self.first_name is None else f"{self.first_name} {self.last_name or ''}".strip()


class LetterFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which mails; None means any. ``q`` is a part of the address, in any case."""

    state: str | None = None
    kind: str | None = None
    person_id: int | None = None
    q: str | None = None


_own = mails.c
_COLUMNS = (
    _own.id, _own.person_id, _own.kind, _own.recipient, _own.subject, _own.state, _own.error, _own.attempts,
    _own.about, _own.about_id, _own.due_at, _own.created_at, _own.sent_at,
    people.c.first_name, people.c.last_name, people.c.email,
)  # fmt: skip


def _letter() -> Select[Any]:
    return select(*_COLUMNS).select_from(mails.outerjoin(people, people.c.id == _own.person_id))


def _visible(scope: PeopleScope) -> ColumnElement[bool]:
    """The mails to people whom the caller sees; who sees everyone sees those to nobody in the record, too."""
    mine = _own.organisation_id == bindparam("organisation_id")
    if scope is PeopleScope.EVERYONE:
        return mine
    return and_(mine, _own.person_id.in_(select(people.c.id).where(visible_to(scope))))


@shapes
def _conditions(scope: PeopleScope, names: frozenset[str]) -> ColumnElement[bool]:
    sought = [or_(holds(_own.recipient, "q"), holds(_own.subject, "q"))] if "q" in names else []
    return and_(_visible(scope), *sought, *(_own[name] == bindparam(name) for name in sorted(names - {"q"})))


@shapes
def _list(scope: PeopleScope, names: frozenset[str], is_first: bool) -> Statement[Letter]:
    query = _letter().where(_conditions(scope, names))
    if not is_first:
        query = query.where(_own.id < bindparam("after_id"))
    return Statement(query.order_by(_own.id.desc()).limit(bindparam("limit")), Letter)


def list_letters(work: Work, wanted: LetterFilter, *, limit: int, after: int | None = None) -> list[Letter]:
    """Mails to people the caller sees, the newest first, after one's id."""
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    names = frozenset(given)
    if wanted.q is not None:
        given["q"] = part_of(wanted.q)
    scope = work.principal.people_scope
    position = {} if after is None else {"after_id": after}
    statement = _list(scope, names, after is None)
    return work.all(statement, limit=limit, **position, **given, **scope_params(work.principal))


@shapes
def _one(scope: PeopleScope) -> Statement[Letter]:
    return Lookup(_letter().where(_visible(scope), _own.id == bindparam("id")), Letter)


def get_letter(work: Work, mail_id: int) -> Letter:
    """One mail. Faults: NOT_FOUND."""
    found = work.first(_one(work.principal.people_scope), id=mail_id, **scope_params(work.principal))
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such mail.")
    return found


_COUNT = Rows(
    select(_own.state, func.count())
    .where(_own.organisation_id == bindparam("organisation_id"), _own.created_at > bindparam("since"))
    .group_by(_own.state)
)


def count_by_state(work: Work, since: int) -> dict[str, int]:
    """How many of the organisation's mails since an instant are in each state."""
    return dict(work.all(_COUNT, organisation_id=work.principal.organisation_id, since=since))


_AGAIN = Rows(
    update(mails)
    .where(_own.id == bindparam("mail"), _own.state != PENDING)
    .values(state=PENDING, recipient=bindparam("to"), due_at=bindparam("now"), attempts=0, error=None, sent_at=None)
)


def send_again(work: Work, letter: Letter) -> None:
    """Send a mail once more, to the person's present address; what it says is composed anew.

    Faults: FORBIDDEN; CONFLICT when it is still to be sent, there is no address, or what it said is not kept.
    """
    policy.require(work.principal, Permission.PEOPLE_WRITE)
    if letter.kind == messages.KIND:
        message = messages.find_message(work, letter.id)
        if message is None or not message.is_whole(work.at):
            raise Fault(FaultCode.CONFLICT, f"It cannot be sent. {messages.NOT_KEPT}")
    address = letter.email if letter.person_id is not None else letter.recipient
    if not address:
        raise Fault(FaultCode.CONFLICT, f"It cannot be sent. {ledger.NO_ADDRESS}")
    if not work.run(_AGAIN, mail=letter.id, to=address, now=work.at):
        raise Fault(FaultCode.CONFLICT, "It is still to be sent.")
    work.wakes.add("mails")
