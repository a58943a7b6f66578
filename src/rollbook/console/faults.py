"""Faults as pages: in the frame of the session when there is one, as a plain card when there is none."""

import logging
from collections.abc import Mapping
from typing import Any

from rollbook.console import cookies, rendering
from rollbook.console.cookies import Flash
from rollbook.console.sessions import authenticate
from rollbook.console.visits import FLASH_LIVES_S, frame_of, sign_in_href
from rollbook.core.access import sessions
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.routes import Arrival, Refused, Reply, Services
from rollbook.web.statuses import status_of

log = logging.getLogger("rollbook.console")

_OWN_PAGES = (403, 404, 429, 500)


def render_fault(fault: Fault) -> Reply:
    """A fault where nothing is known of the request, as at an address that is no page."""
    return _page(fault, {"csrf_token": ""})


def show_refused(refused: Refused) -> Reply:
    """A fault with its request: to the sign-in page and back, or a page that says what is wrong."""
    if refused.fault.code is FaultCode.UNAUTHENTICATED:
        return _to_sign_in(refused)
    try:
        frame = _frame(refused.services, refused.headers)
    except Exception:  # the page about a failure must not fail itself
        log.exception("no frame for the page about a fault")
        frame = {}
    return _page(refused.fault, frame)


def _to_sign_in(refused: Refused) -> Reply:
    if "application/json" in (refused.headers.get("accept") or ""):
        return Reply({"groups": []}, 401)
    is_https = refused.services.is_https
    headers = {**rendering.HEADERS, "location": sign_in_href(refused.target if refused.method == "GET" else "")}
    made: tuple[str, ...] = ()
    if cookies.read(refused.headers, cookies.SESSION, is_https=is_https):
        flash = cookies.pack_flash(Flash("Your session has ended. Sign in to go on.", "info"))
        made = (cookies.write(cookies.FLASH, flash, is_https=is_https, max_age_s=FLASH_LIVES_S),)
    return Reply(b"", 303, headers, "text/html", made)


def _frame(services: Services, headers: Mapping[str, str]) -> dict[str, Any]:
    with services.database.reading() as work:
        principal = authenticate(Arrival(headers, work, services))
        if principal is None:
            return {}
        work.act_as(principal)
        secret = cookies.read(headers, cookies.SESSION, is_https=services.is_https) or ""
        return {**frame_of(work, sessions.get_session(work)), "csrf_token": cookies.form_token(secret)}


def _page(fault: Fault, frame: dict[str, Any]) -> Reply:
    status = status_of(fault.code)
    context = {
        **frame,
        "needs": fault.message.rpartition("permission ")[2].rstrip(".") if "permission " in fault.message else None,
        "why": fault.details.get("why"),
        "retry_after": fault.details.get("retry_after_s"),
        "room": None,
        "flashes": [],
    }
    template = f"errors/{status}.html"
    if status not in _OWN_PAGES or fault.details.get("is_stale_form"):
        template = "errors/error.html"
        context["problem"] = {"heading": "This did not work", "icon": "st-warn", "text": fault.message}
    reply = rendering.page(template, context, status)
    if retry := fault.details.get("retry_after_s"):
        reply.headers = {**reply.headers, "retry-after": str(retry)}
    return reply
