"""The organisation's own settings."""

from rollbook.console.listing import crumbs
from rollbook.console.pages.person_form import LANGUAGES
from rollbook.console.visits import Visit
from rollbook.core.people import organisations, queries
from rollbook.core.people.settings import SettingsChanges, change_settings, get_settings
from rollbook.web.routes import Reply

NAMES = ("name", "language", "time_zone")


def form(visit: Visit) -> Reply:
    """The form."""
    present = queries.get_organisation(visit.work)
    values = {name: getattr(present, name) for name in NAMES}
    values["embedding_sites"] = get_settings(visit.work).embedding_sites
    if visit.errors:
        values |= {name: visit.text(name) for name in values}
    return visit.render(
        "rooms/settings.html",
        title="Settings",
        room="settings",
        breadcrumbs=crumbs("Settings"),
        values=values,
        languages=LANGUAGES,
        present=present,
        base_url=visit.services.base_url(),
    )


def update(visit: Visit) -> Reply:
    """Save them. Faults: FORBIDDEN; MISSING or INVALID naming the field."""
    organisations.change(
        visit.work,
        name=visit.text("name") or "",
        language=visit.text("language") or "",
        time_zone=visit.text("time_zone") or "",
    )
    change_settings(visit.work, SettingsChanges(embedding_sites=visit.text("embedding_sites")))
    return visit.redirect("/console/settings", "The settings are saved.")
