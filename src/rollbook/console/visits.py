"""One request of someone at the console: who they are, what they typed, and how to answer them.

Pages read in the dispatcher's unit of work. Actions (POST) check the form's token and open a writing unit of work of
their own, so that a refused form is rolled back and shown again with what was typed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from rollbook.console import cookies, rendering, rooms, words
from rollbook.console.cookies import Flash
from rollbook.core.access import sessions
from rollbook.core.access.sessions import Session
from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import policy
from rollbook.web import decoding
from rollbook.web.routes import Call, Reply, Services

PASSWORD_PAGE = "/console/account/password"  # noqa: S105 - an address
FLASH_LIVES_S = 60
STALE_FORM = "This form was open for too long, or came from somewhere else. Please look it over and send it again."
_SHOWN_AGAIN = {
    FaultCode.INVALID: 422,
    FaultCode.MISSING: 422,
    FaultCode.UNKNOWN_REFERENCE: 422,
    FaultCode.DUPLICATE: 409,
    FaultCode.CONFLICT: 409,
    FaultCode.PROTECTED: 409,
    FaultCode.FORBIDDEN: 403,
    FaultCode.TOO_LARGE: 413,
    FaultCode.UNSUPPORTED_TYPE: 415,
    FaultCode.MALFORMED: 400,
}
"""The faults after which the form is shown again, with the status of that answer. Others are pages of their own."""


class Visit:
    """A request with the session it came in. ``errors`` and ``status`` are set when a refused form is shown again."""

    def __init__(self, call: Call[Any, Any], session: Session | None = None) -> None:
        self.call = call
        self.work: Work = call.work
        self.session_or_none = session
        self.errors: dict[str, str] = {}
        self.status = 200
        parts = urlsplit(call.target)
        self.location = parts.path
        self.query_pairs = parse_qsl(parts.query, max_num_fields=200) if parts.query else []
        self.query = dict(self.query_pairs)
        self._form: Mapping[str, Any] | None = None

    # --- Who -----------------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session. Faults: UNAUTHENTICATED."""
        if self.session_or_none is None:
            raise Fault(FaultCode.UNAUTHENTICATED, "Sign in first.")
        return self.session_or_none

    @property
    def principal(self) -> Principal:
        """The caller."""
        return self.work.principal

    @property
    def services(self) -> Services:
        """What handlers may use beside the record."""
        return self.call.services

    def may(self, permission: Permission) -> bool:
        """Whether the caller holds a permission."""
        return self.work.has_principal and self.principal.may(permission)

    @property
    def form_key(self) -> str | None:
        """What form tokens are made from: the session's secret, or the visitor's before signing in."""
        return self.cookie_of(cookies.VISITOR if self.session_or_none is None else cookies.SESSION)

    # --- What they typed -----------------------------------------------------------------------------------------

    @property
    def form(self) -> Mapping[str, Any]:
        """The form's fields; a list where a name is repeated. Faults: MALFORMED."""
        if self._form is None:
            content = self.call.content
            fields = content.fields if content is not None else None
            self._form = fields if fields is not None else _decoded(content.data if content else b"")
        return self._form

    def text(self, name: str) -> str | None:
        """A field of the form, trimmed; blank is None."""
        value = self.form.get(name)
        last = value[-1] if isinstance(value, list) and value else value
        return last.strip() or None if isinstance(last, str) else None

    def texts(self, name: str) -> list[str]:
        """Every value of a field."""
        value = self.form.get(name, [])
        return [str(item) for item in (value if isinstance(value, list) else [value])]

    def number(self, name: str) -> int | None:
        """A whole number in the form; blank is None. Faults: INVALID naming the field."""
        return _whole(self.text(name), name)

    def numbers(self, name: str) -> list[int]:
        """Every whole number of a field. Faults: INVALID naming the field."""
        return [number for text in self.texts(name) if (number := _whole(text, name)) is not None]

    def is_ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self.form

    def asked_number(self, name: str) -> int | None:
        """A whole number in the address; None when it is not one, for an address may say anything."""
        try:
            return _whole(self.query.get(name), name)
        except Fault:
            return None

    # --- How to answer -------------------------------------------------------------------------------------------

    def render(self, template: str, *, status: int | None = None, **context: Any) -> Reply:
        """A page from ``templates/``, in the frame that the session wants."""
        flash, ended = self._flash()
        extra = (ended,) if ended else ()
        frame = frame_of(self.work, self.session_or_none) if self.session_or_none else {}
        flashes = [flash] if flash else []
        if notice := self.errors.get(""):
            flashes.append(Flash(notice, "bad"))
        given = {
            "csrf_token": cookies.form_token(self.form_key) if self.form_key else "",
            "flashes": flashes,
            "errors": {name: text for name, text in self.errors.items() if name},
            "page": {"path": self.location, "query": self.query_pairs},
            "may": {permission.name.lower(): self.may(permission) for permission in Permission},
        }
        return rendering.page(template, {**frame, **given, **context}, status or self.status, extra)

    def redirect(self, to: str, text: str | None = None, kind: str = "good", **flash: str) -> Reply:
        """Go on to another page of the console, which says what was done."""
        reply = Reply(b"", 303, {**rendering.HEADERS, "location": to}, "text/html")
        if text:
            packed = cookies.pack_flash(Flash(text, kind, **flash))
            reply.cookies = (self.cookie(cookies.FLASH, packed, FLASH_LIVES_S),)
        return reply

    def cookie(self, name: str, value: str, max_age_s: int) -> str:
        """A Set-Cookie value."""
        return cookies.write(name, value, is_https=self.services.is_https, max_age_s=max_age_s)

    def cookie_of(self, name: str) -> str | None:
        """What the browser has in a cookie."""
        return cookies.read(self.call.headers, name, is_https=self.services.is_https)

    def _flash(self) -> tuple[Flash | None, str | None]:
        """The message for this page, and the cookie that ends it."""
        packed = self.cookie_of(cookies.FLASH)
        if packed is None:
            return None, None
        return cookies.unpack_flash(packed), self.cookie(cookies.FLASH, "", 0)

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A writing unit of work for the same caller; the visit works in it meanwhile."""
        with self._other(self.services.database.writing()) as work:
            yield work

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A reading unit of work for the same caller; the visit works in it meanwhile."""
        with self._other(self.services.database.reading()) as work:
            yield work

    @contextmanager
    def _other(self, opened: Any) -> Iterator[Work]:
        earlier = self.work
        with opened as work:
            if earlier.has_principal:
                work.act_as(earlier.principal)
            self.work = work
            try:
                yield work
            finally:
                self.work = earlier


Handler = Callable[[Visit], Any]
CallHandler = Callable[[Call[None, None]], Any]
_KEPT = ("__module__", "__name__", "__qualname__", "__doc__")
"""What a wrapper takes over from its handler: all but the annotations, which tell the dispatcher what to decode."""


def frame_of(work: Work, session: Session) -> dict[str, Any]:
    """What the layout says on every page of a session."""
    strongest = words.roles(",".join(role.value for role in work.principal.roles))
    detail = " · ".join(part for part in (session.email or session.username, *strongest[:1]) if part)
    return {
        "rail": rooms.rail_for(work.principal, sees_places=policy.sees_places(work)),
        "organisation": session.organisation_name,
        "person": {"name": session.full_name, "detail": detail, "href": "/console/account"},
        "time_zone": session.time_zone,
    }


def page(handler: Handler) -> CallHandler:
    """A page for those signed in; a use of it puts the session's end off."""

    @wraps(handler, assigned=_KEPT)
    def run(call: Call[None, None]) -> Any:
        session = sessions.get_session(call.work)
        visit = Visit(call, session)
        if session.must_change_password and visit.location != PASSWORD_PAGE:
            return visit.redirect(PASSWORD_PAGE, "Choose a password of your own first.", "info")
        reply = handler(visit)
        if isinstance(reply, Reply):
            reply.cookies += _slid(visit, session)
        return reply

    return run


def _slid(visit: Visit, session: Session) -> tuple[str, ...]:
    """The session's cookie again when its end moved."""
    secret = visit.cookie_of(cookies.SESSION)
    end = sessions.slide(visit.services.database, session, visit.work.at) if secret else None
    return (visit.cookie(cookies.SESSION, secret, (end - visit.work.at) // SECOND),) if end and secret else ()


def open_page(handler: Handler) -> CallHandler:
    """A page for anyone; someone without a session gets a visitor's key, so that its form can be told from others'."""

    @wraps(handler, assigned=_KEPT)
    def run(call: Call[None, None]) -> Any:
        visit, made = _as_visitor(call)
        reply = handler(visit)
        if isinstance(reply, Reply):
            reply.cookies += made
        return reply

    return run


def _as_visitor(call: Call[None, None]) -> tuple[Visit, tuple[str, ...]]:
    visit = _Newcomer(call)
    if visit.cookie_of(cookies.VISITOR):
        return visit, ()
    visit.made_key = cookies.new_visitor()
    return visit, (visit.cookie(cookies.VISITOR, visit.made_key, 24 * 3600),)


class _Newcomer(Visit):
    """A visit without a session, perhaps the first of this browser."""

    made_key: str | None = None

    @property
    def form_key(self) -> str | None:
        return self.made_key or super().form_key


def action(handler: Handler, *, again: Handler | None = None, back: str = "/console") -> CallHandler:
    """A form's or button's POST, done in a writing unit of work.

    A refused one shows the page ``again`` with what was typed and the errors beside the fields; without such a page
    it leads ``back`` (an address with the row's path parameters in braces), which says why.
    """

    def inside(visit: Visit) -> Any:
        with visit.writing():
            return handler(visit)

    return own_action(wraps(handler, assigned=_KEPT)(inside), again=again, back=back)


def own_action(handler: Handler, *, again: Handler | None = None, back: str = "/console") -> CallHandler:
    """As :func:`action`, for handlers that open their units of work themselves, as around slow hashing."""

    @wraps(handler, assigned=_KEPT)
    def run(call: Call[None, None]) -> Any:
        session = _session_of(call)
        visit = Visit(call, session)
        try:
            _refuse_foreign(visit)
            return handler(visit)
        except Fault as fault:
            # An address holds what the caller typed; as it stands it could end the header.
            places = {name: quote(str(value), safe="") for name, value in call.path.items()}
            return _refused(visit, fault, again, back.format_map(places))

    return run


def open_action(handler: Handler, *, again: Handler) -> CallHandler:
    """A form's POST by someone without a session."""

    @wraps(handler, assigned=_KEPT)
    def run(call: Call[None, None]) -> Any:
        visit, made = _as_visitor(call)
        try:
            _refuse_foreign(visit)
            return handler(visit)
        except Fault as fault:
            reply = _refused(visit, fault, again, "/console")
            reply.cookies += made
            return reply

    return run


def _session_of(call: Call[None, None]) -> Session:
    """The session behind an action; its own reading has ended by now."""
    with call.services.database.reading() as work:
        work.act_as(call.principal)
        return sessions.get_session(work)


def _refuse_foreign(visit: Visit) -> None:
    """Faults: CONFLICT for a form that another site, or another session, made."""
    token = visit.text("csrf_token")
    is_cross_site = visit.call.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if is_cross_site or not visit.form_key or not token or not cookies.is_form_token(visit.form_key, token):
        raise Fault(FaultCode.FORBIDDEN, STALE_FORM, details={"is_stale_form": True})


def _refused(visit: Visit, fault: Fault, again: Handler | None, back: str) -> Reply:
    """The form again, or the page before, with what was wrong. Faults: those that are pages of their own."""
    if fault.code not in _SHOWN_AGAIN and fault.code not in (FaultCode.RATE_LIMITED, FaultCode.UNAUTHENTICATED):
        raise fault
    if again is None:
        if fault.details.get("is_stale_form") or fault.code not in _SHOWN_AGAIN:
            raise fault
        return visit.redirect(back, fault.message, "bad")
    if fault.code is FaultCode.UNAUTHENTICATED and visit.session_or_none is not None:
        raise fault
    visit.status = _SHOWN_AGAIN.get(fault.code, 429 if fault.code is FaultCode.RATE_LIMITED else 401)
    visit.errors = {name: words.sentence(texts[0]) for name, texts in fault.fields.items() if texts}
    if not visit.errors:
        visit.errors[""] = fault.message
    with visit.reading():
        reply = again(visit)
    assert isinstance(reply, Reply)
    if fault.code is FaultCode.RATE_LIMITED:
        reply.headers = {**reply.headers, "retry-after": str(fault.details.get("retry_after_s", 60))}
    return reply


def _decoded(data: bytes) -> Mapping[str, Any]:
    try:
        pairs = parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=decoding.MOST_FIELDS)
    except ValueError:
        raise Fault(FaultCode.MALFORMED, "The form could not be read.") from None
    return decoding.gather(list(pairs))


def _whole(text: str | None, name: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 18:
        raise field_fault(FaultCode.INVALID, name, f"{words.field(name)} must be a whole number")
    return int(text)


def safe_next(target: str | None) -> str:
    """Where to go after signing in: only a page of the console, whatever the address says."""
    if not target or not target.startswith("/console") or target.startswith("/console/sign-"):
        return "/console"
    parts = urlsplit(target)
    is_here = not parts.scheme and not parts.netloc and "\\" not in target and target.isprintable()
    is_page = parts.path == "/console" or parts.path.startswith("/console/")
    return target if is_here and is_page else "/console"


def sign_in_href(target: str) -> str:
    """The sign-in page, with where to go on to."""
    wanted = safe_next(target)
    return "/console/sign-in" if wanted == "/console" else f"/console/sign-in?next={quote(wanted, safe='/')}"
