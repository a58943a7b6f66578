"""Queries of the streams of events, which are ours."""

import msgspec


class EventsQuery(msgspec.Struct, kw_only=True):
    """What GET /…/events takes."""

    last_event_id: str | None = None
    """The id of the last event that came, to go on after it; the header Last-Event-ID says the same."""
