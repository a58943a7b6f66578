"""Signing in (SENAR, "Authentication")."""

from rollbook.core.access import signin
from rollbook.core.kernel.values import required_line
from rollbook.doors.senar.auth import NAME, issue_token
from rollbook.doors.senar.wire.sessions import LoginIn, LoginOut
from rollbook.web.routes import Call


def create(call: Call[LoginIn, None]) -> LoginOut:
    r"""Give a token to someone who shows their user name and password ("POST /api/auth/login").

    On a server with several organisations the user name may be ``organisation/username`` or ``organisation\username``.
    """
    database, hasher = call.services.database, call.services.hasher
    username = required_line(call.body.username, "username")
    principal = signin.sign_in(database, hasher, username, call.body.password, door=NAME, address=call.address)
    with database.writing() as work:
        work.act_as(principal)
        return LoginOut(issue_token(work))
