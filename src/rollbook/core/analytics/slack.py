"""Messages to an organisation's Slack, by an incoming webhook whose address is kept sealed.

Source: Slack's documentation of incoming webhooks; other chat servers that take the same messages work as well.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from rollbook.core.analytics import policy
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ports import (
    OutboundFailed,
    OutboundRefused,
    OutboundReply,
    Poster,
    SealBroken,
    Sealer,
    TargetCheck,
)
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.values import checked_line, checked_prose, required_line
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.queries import get_organisation
from rollbook.core.people.settings import SettingsChanges, change_settings, get_settings

LONGEST_ADDRESS = 500
LONGEST_TEXT = 40_000
"""What Slack takes."""
MOST_ATTACHMENTS = 100
TIMEOUT_S = 15.0
HINT = 4
SHOWN = 200
"""Of what Slack answers."""


class Message(msgspec.Struct, frozen=True):
    """A message; without a channel it goes to the webhook's own. ``attachments`` are Slack's, passed on as they are."""

    channel: str | None
    text: str | None
    attachments: Sequence[dict[str, Any]] = ()


def set_webhook(work: Work, sealer: Sealer, check_target: TargetCheck, address: str) -> None:
    """Keep the address of the organisation's incoming webhook. Faults: FORBIDDEN; MISSING or INVALID."""
    url = required_line(address, "address", LONGEST_ADDRESS)
    try:
        check_target(url)
    except OutboundRefused as refused:
        raise field_fault(FaultCode.INVALID, "address", f"The address cannot be used: {refused.reason}.") from None
    sealed = sealer.seal(url.encode(), _sealed_for(work.principal)).hex()
    change_settings(work, SettingsChanges(slack_sealed=sealed, slack_hint=url[-HINT:]))


def remove_webhook(work: Work) -> None:
    """Have nothing posted any more. Faults: FORBIDDEN."""
    change_settings(work, SettingsChanges(slack_sealed=None, slack_hint=None))


def _sealed_for(principal: Principal) -> bytes:
    return f"slack:{principal.organisation_id}".encode()


def post(database: Database, sealer: Sealer, poster: Poster, caller: Principal, message: Message) -> None:
    """Post a message and wait for Slack's answer. Blocks.

    Faults: FORBIDDEN; MISSING or INVALID; CONFLICT without a webhook; INVALID, RATE_LIMITED or UNAVAILABLE with what
    Slack said.
    """
    policy.require_may_write(caller)
    body = _body(message)
    with database.writing() as work:
        work.act_as(caller)
        url = _webhook(work, sealer)
        one = get_organisation(work)
        after = {"channel": message.channel, "text": (message.text or "")[:SHOWN]}
        work.record("organisation.slack_posted", "organisation", one.id, one.uuid, after=after)
    try:
        reply = poster.post(url, body, {"content-type": "application/json"}, timeout_s=TIMEOUT_S)
    except OutboundRefused as refused:
        raise Fault(FaultCode.INVALID, f"Slack was not called: {refused.reason}.") from None
    except OutboundFailed as failed:
        raise Fault(FaultCode.UNAVAILABLE, f"Slack could not be reached: {failed.reason}.") from None
    _judge(reply)


def _webhook(work: Work, sealer: Sealer) -> str:
    sealed = get_settings(work).slack_sealed
    if sealed is None:
        message = "No Slack webhook is set; an administrator sets one in the console, under Settings, Slack."
        raise Fault(FaultCode.CONFLICT, message)
    try:
        return sealer.unseal(bytes.fromhex(sealed), _sealed_for(work.principal)).decode()
    except SealBroken:
        message = "The Slack webhook cannot be read with this server's key; an administrator sets it anew."
        raise Fault(FaultCode.CONFLICT, message) from None


def _body(message: Message) -> bytes:
    channel = checked_line(message.channel, "channel")
    text = checked_prose(message.text, "text", LONGEST_TEXT)
    if text is None and not message.attachments:
        raise field_fault(FaultCode.MISSING, "text", "text is required, where there are no attachments")
    if len(message.attachments) > MOST_ATTACHMENTS:
        problem = f"attachments may be at most {MOST_ATTACHMENTS}"
        raise field_fault(FaultCode.INVALID, "attachments", problem)
    given = {"channel": channel, "text": text, "attachments": message.attachments}
    return msgspec.json.encode({name: value for name, value in given.items() if value})


def _judge(reply: OutboundReply) -> None:
    """Faults unless Slack took it."""
    if 200 <= reply.status < 300:
        return
    said = "".join(filter(str.isprintable, reply.body.decode("utf-8", "replace")))[:SHOWN].strip()
    told = f"Slack answered {reply.status}{f': {said}' if said else ''}."
    if reply.status == 429:
        details = {"retry_after_s": reply.retry_after_s} if reply.retry_after_s else {}
        raise Fault(FaultCode.RATE_LIMITED, told, details=details)
    raise Fault(FaultCode.UNAVAILABLE if reply.status >= 500 else FaultCode.INVALID, told)
