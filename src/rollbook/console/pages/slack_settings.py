"""Where messages to Slack go."""

from rollbook.console.listing import crumbs
from rollbook.console.visits import Visit
from rollbook.core.analytics import slack
from rollbook.core.people.settings import get_settings
from rollbook.web.routes import Reply

HREF = "/console/settings/slack"


def form(visit: Visit) -> Reply:
    """The form; the address itself is never shown again."""
    return visit.render(
        "rooms/settings_slack.html",
        title="Slack",
        room="settings",
        breadcrumbs=crumbs(("Settings", "/console/settings"), "Slack"),
        hint=get_settings(visit.work).slack_hint,
        href=HREF,
    )


def save(visit: Visit) -> Reply:
    """Keep the webhook's address. Faults: FORBIDDEN; MISSING or INVALID naming ``address``."""
    services = visit.services
    slack.set_webhook(visit.work, services.sealer, services.check_target, visit.text("address") or "")
    return visit.redirect(HREF, "The webhook is saved.")


def remove(visit: Visit) -> Reply:
    """Forget it."""
    slack.remove_webhook(visit.work)
    return visit.redirect(HREF, "Nothing is posted to Slack any more.")
