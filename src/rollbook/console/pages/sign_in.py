"""Signing in and out, by a password or a link, and the invitation that lets someone choose a password."""

from rollbook.console import cookies, words
from rollbook.console.sessions import NAME
from rollbook.console.visits import Visit, safe_next
from rollbook.core.access import choosing, credentials, login_links, sessions, signin
from rollbook.core.kernel.clock import DAY, SECOND
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.principal import Principal
from rollbook.core.people.organisations import slug_of
from rollbook.core.people.queries import get_organisation, get_person, has_several_organisations
from rollbook.web.routes import Reply

ORGANISATION_KEPT_S = 365 * DAY // SECOND


def form(visit: Visit) -> Reply:
    """The sign-in page."""
    wanted = safe_next(visit.text("next") if visit.errors else visit.query.get("next"))
    if visit.work.has_principal and not visit.errors:
        return visit.redirect(wanted)
    return visit.render(
        "rooms/sign_in.html",
        next=wanted,
        username=visit.text("username") if visit.errors else "",
        is_shared=has_several_organisations(visit.work),
        organisation=visit.text("organisation") if visit.errors else _usual_organisation(visit),
    )


def _usual_organisation(visit: Visit) -> str:
    """The one that a link names, else the one last signed in to by this browser."""
    named = visit.query.get("organisation") or visit.cookie_of(cookies.ORGANISATION)
    return slug_of(named) if named else ""


def sign_in(visit: Visit) -> Reply:
    """Check the password and begin a session. Faults: MISSING, UNAUTHENTICATED, RATE_LIMITED."""
    username, password = visit.text("username"), str(visit.form.get("password", ""))
    if username is None:
        raise field_fault(FaultCode.MISSING, "username", "Type your user name.")
    if not password:
        raise field_fault(FaultCode.MISSING, "password", "Type your password.")
    services = visit.services
    principal = signin.sign_in(
        services.database,
        services.hasher,
        username,
        password,
        door=NAME,
        address=visit.call.address,
        organisation=visit.text("organisation"),
    )
    return _begun(visit, principal, safe_next(visit.text("next")))


def _begun(visit: Visit, principal: Principal, href: str, text: str | None = None) -> Reply:
    """On to a page, in a new session."""
    with visit.services.database.writing() as work:
        secret = sessions.begin(work, principal, words.device(visit.call.headers.get("user-agent")))
        slug = get_organisation(work).slug if has_several_organisations(work) else None
    reply = visit.redirect(href, text)
    reply.cookies += (visit.cookie(cookies.SESSION, secret, sessions.IDLE_LIFE // SECOND), _forgotten(visit))
    if slug is not None:
        reply.cookies += (visit.cookie(cookies.ORGANISATION, slug, ORGANISATION_KEPT_S),)
    return reply


def _forgotten(visit: Visit) -> str:
    return visit.cookie(cookies.VISITOR, "", 0)


def sign_out(visit: Visit) -> Reply:
    """End the session."""
    credentials.end(visit.work, visit.session.id)
    reply = visit.redirect("/console/sign-in", "You are signed out.", "info")
    reply.cookies += (visit.cookie(cookies.SESSION, "", 0),)
    reply.headers = {**reply.headers, "clear-site-data": '"cache"'}
    return reply


def welcome(visit: Visit) -> Reply:
    """The page of an invitation; a plain word when it is over."""
    try:
        invited = choosing.open_invitation(visit.work, str(visit.call.path["secret"]), NAME)
    except Fault:
        return visit.render("rooms/welcome_over.html", status=404)
    return visit.render(
        "rooms/welcome.html",
        invited=invited.person,
        organisation=get_organisation(visit.work) if has_several_organisations(visit.work) else None,
        shortest=choosing.SHORTEST_CHOSEN,
        action=visit.location,
    )


def accept(visit: Visit) -> Reply:
    """Set the chosen password and sign in. Faults: MISSING or INVALID; NOT_FOUND once it was used."""
    secret = str(visit.call.path["secret"])
    services = visit.services
    with services.database.reading() as work:
        person = choosing.open_invitation(work, secret, NAME).person
    hashed = services.hasher.hash(choosing.chosen_password(_repeated(visit), person))
    with services.database.writing() as work:
        invited = choosing.open_invitation(work, secret, NAME)
        signin.set_password(work, invited.person, hashed)
    return _begun(visit, invited.principal, "/console", f"Welcome, {invited.person.first_name}.")


def link(visit: Visit) -> Reply:
    """The page of a login link. It signs nobody in, for programs that look at mails open every link in them."""
    found = login_links.find_owner(visit.work, str(visit.call.path["secret"]), NAME)
    if found is None:
        return visit.render("rooms/link_over.html", status=404)
    return visit.render(
        "rooms/link.html", person=found[1], organisation=get_organisation(visit.work).name, action=visit.location
    )


def follow(visit: Visit) -> Reply:
    """Sign in whom the link is for; a plain word when it is over."""
    with visit.services.database.reading() as work:
        found = login_links.find_owner(work, str(visit.call.path["secret"]), NAME)
    if found is None:
        with visit.reading():
            return visit.render("rooms/link_over.html", status=404)
    principal, person = found
    return _begun(visit, principal, "/console", f"Welcome, {person.first_name}.")


def account(visit: Visit) -> Reply:
    """One's own account: where one is signed in."""
    listed = sessions.list_sessions(visit.work, visit.session.person_id)
    return visit.render(
        "rooms/account.html", title="Your account", room="account", sessions=listed, current=visit.session
    )


def end_others(visit: Visit) -> Reply:
    """Sign out everywhere else."""
    ended = sessions.end_others(visit.work, visit.session)
    return visit.redirect("/console/account", f"{words.plural(ended, 'other session')} ended.")


def password(visit: Visit) -> Reply:
    """The form for a new password."""
    crumbs = [{"label": "Your account", "href": "/console/account"}, {"label": "Password"}]
    return visit.render(
        "rooms/password.html",
        title="Change your password",
        room="account",
        breadcrumbs=crumbs,
        shortest=choosing.SHORTEST_CHOSEN,
        must=visit.session.must_change_password,
    )


def change_password(visit: Visit) -> Reply:
    """Replace one's password; every other session ends. Faults: INVALID, MISSING, RATE_LIMITED."""
    services, session = visit.services, visit.session
    with visit.reading() as work:
        person = get_person(work, session.person_id)
    choosing.confirm_password(
        services.database, services.hasher, person, _typed(visit, "current"), address=visit.call.address
    )
    chosen = choosing.chosen_password(_repeated(visit), person)
    if chosen == _typed(visit, "current"):
        raise field_fault(FaultCode.INVALID, "password", "This is the one you have; choose another.")
    hashed = services.hasher.hash(chosen)
    with visit.writing() as work:
        signin.set_password(work, person, hashed)
    return _begun(visit, visit.principal, "/console/account", "Your password is changed. Other sessions have ended.")


def _typed(visit: Visit, name: str) -> str:
    value = visit.form.get(name, "")
    return value if isinstance(value, str) else ""


def _repeated(visit: Visit) -> str:
    """The new password, typed twice alike. Faults: INVALID naming ``repeated``."""
    chosen = _typed(visit, "password")
    if chosen != _typed(visit, "repeated"):
        raise field_fault(FaultCode.INVALID, "repeated", "The two do not match; type it again.")
    return chosen
