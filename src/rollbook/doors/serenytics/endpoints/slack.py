"""Messages to Slack (the vendor's client: ``send_slack_msg``)."""

from rollbook.core.analytics import slack
from rollbook.doors.serenytics.wire.answers import Done
from rollbook.doors.serenytics.wire.slack import SlackIn
from rollbook.web.routes import Call


def post(call: Call[SlackIn, None]) -> Done:
    """Post a message by the organisation's incoming webhook; an error says what Slack answered."""
    given, services = call.body, call.services
    message = slack.Message(given.channel, given.text_msg, given.attachments or [])
    slack.post(services.database, services.sealer, services.poster, call.principal, message)
    return Done()
