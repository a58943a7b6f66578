"""Every table of the record, gathered for migrations."""

from rollbook.core.access import tables as access
from rollbook.core.analytics import tables as analytics
from rollbook.core.classes import tables as classes
from rollbook.core.events import tables as events
from rollbook.core.kernel.schema import metadata
from rollbook.core.learning import tables as learning
from rollbook.core.mail import tables as mail
from rollbook.core.people import tables as people
from rollbook.core.playing import tables as playing
from rollbook.core.sessions import tables as sessions
from rollbook.core.simulation import tables as simulation
from rollbook.core.webhooks import tables as webhooks

__all__ = [
    "access",
    "analytics",
    "classes",
    "events",
    "learning",
    "mail",
    "metadata",
    "people",
    "playing",
    "sessions",
    "simulation",
    "webhooks",
]
