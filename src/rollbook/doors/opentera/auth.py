"""Who calls: users and participants by HTTP Basic or a token, devices and services by a token.

A token comes as ``Authorization: OpenTera …``, or as ``?token=`` (OpenTera, "token").
"""

from dataclasses import replace
from urllib.parse import parse_qsl

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Actor, Principal
from rollbook.core.sessions import certificates, identity, tokens
from rollbook.core.sessions.signin import Known, Who, check, subject
from rollbook.doors.opentera.arguments import BODY, TOKEN
from rollbook.web.bearer import basic_pair
from rollbook.web.routes import Arrival, Headers, Knock, Services

NAME = "opentera"
SCHEME = "opentera"
VERIFIED = "SUCCESS"
"""What a proxy says of a certificate that is good; where it says nothing it only hands on those that are."""
USER, PARTICIPANT, DEVICE = "user", "participant", "device"
"""The kinds of token that the server itself signs."""


def token_in(headers: Headers, target: str) -> str | None:
    """The token of a request, from its header or its query."""
    scheme, _, token = (headers.get("authorization") or "").partition(" ")
    if scheme.lower() == SCHEME and token.strip():
        return token.strip()
    query = target.partition("?")[2]
    return (
        next((value for name, value in parse_qsl(query) if name == TOKEN and value), None) if TOKEN in query else None
    )


def key(services: Services, kind: str) -> bytes:
    """What tokens of a kind are signed with."""
    return tokens.key_of(services.sealer, kind)


def _claims(arrival: Arrival, signing_key: bytes) -> tokens.Claims | None:
    token = token_in(arrival.headers, arrival.target)
    return tokens.read(token, signing_key, arrival.work.at) if token else None


def signed_in(headers: Headers, services: Services, who: Who) -> Known | None:
    """Who showed the right password; None where there is none."""
    pair = basic_pair(headers)
    return check(services.database, services.hasher, who, *pair) if pair else None


def prove_user(knock: Knock) -> Known | None:
    """The user whose password is right."""
    return signed_in(knock.headers, knock.services, Who.USER)


def prove_participant(knock: Knock) -> Known | None:
    """The participant whose password is right."""
    return signed_in(knock.headers, knock.services, Who.PARTICIPANT)


def user(arrival: Arrival) -> Principal | None:
    """A user. Faults: UNAUTHENTICATED for a password where a token is wanted."""
    if isinstance(arrival.proof, Known):
        if arrival.proof.has_second_factor:
            raise _token_only("Unauthorized - 2FA is enabled, must login first and use token")
        if arrival.proof.must_change_password:
            raise _token_only("Unauthorized - User must login first to change password")
        return arrival.proof.principal(NAME)
    claims = _claims(arrival, key(arrival.services, USER))
    return identity.user_of(arrival.work, claims, NAME, claim="user_uuid") if claims else None


def _token_only(message: str) -> Fault:
    return Fault(FaultCode.UNAUTHENTICATED, message, details={BODY: {"message": message}})


def participant(arrival: Arrival) -> Principal | None:
    """A participant, by a password or a token."""
    if isinstance(arrival.proof, Known):
        known = arrival.proof
        return subject(Actor.PARTICIPANT, known.organisation_id, known.id, NAME, is_full=True)
    claims = _claims(arrival, key(arrival.services, PARTICIPANT))
    return identity.participant_of(arrival.work, claims, NAME) if claims else None


def device(arrival: Arrival) -> Principal | None:
    """A device by its certificate, else by its token. Faults: UNAUTHENTICATED for one that is disabled."""
    uuid = arrival.headers.get("x-device-uuid")
    if arrival.is_by_proxy and uuid:
        found = _certified(arrival, uuid)
    else:
        claims = _claims(arrival, key(arrival.services, DEVICE))
        found = identity.device_of(arrival.work, claims, NAME) if claims else None
    if found is None:
        return None
    if not found[1]:
        raise Fault(FaultCode.UNAUTHENTICATED, "Disabled device")
    return found[0]


def _certified(arrival: Arrival, uuid: str) -> tuple[Principal, bool] | None:
    """The device whose certificate the proxy before us has checked, and whether it is enabled."""
    if arrival.headers.get("x-ssl-client-verify", VERIFIED) != VERIFIED:
        return None
    holder = certificates.holder_of(arrival.work, uuid, arrival.headers.get("x-ssl-client-serial"))
    if holder is None:
        return None
    return subject(Actor.DEVICE, holder.organisation_id, holder.id, NAME), holder.is_enabled


def service(arrival: Arrival) -> Principal | None:
    """A service, by a token that it signed itself."""
    claims = _claims(arrival, arrival.services.service_key)
    return identity.service_of(arrival.work, claims, NAME) if claims else None


def prove_anyone(knock: Knock) -> tuple[Who, Known] | None:
    """The user or the participant whose password is right."""
    for who in Who:
        if (known := signed_in(knock.headers, knock.services, who)) is not None:
            return who, known
    return None


def anyone(arrival: Arrival) -> Principal | None:
    """A user, participant, device or service, as each comes in to its own API. Faults: as there."""
    if isinstance(arrival.proof, tuple):
        who, known = arrival.proof
        return (user if who is Who.USER else participant)(replace(arrival, proof=known))
    found = (find(arrival) for find in (user, participant, device, service))
    return next((principal for principal in found if principal is not None), None)
