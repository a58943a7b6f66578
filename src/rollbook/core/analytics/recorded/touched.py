"""Which tables an event tells of a change in, so that a copy of a source is renewed only where it must be."""

from collections.abc import Mapping

TOUCHED: Mapping[str, frozenset[str]] = {
    "activity": frozenset({"activities"}),
    "archive": frozenset({"archives"}),
    "asset": frozenset({"assets"}),
    "assignment": frozenset({"assignments"}),
    "certificate": frozenset({"certificates"}),
    "class": frozenset({"attendees", "class_sessions"}),
    "credential": frozenset({"credentials"}),
    "dashboard": frozenset({"dashboards"}),
    "data_source": frozenset({"data_sources"}),
    "import": frozenset({"imports"}),
    "message": frozenset({"mail_messages"}),
    "participant": frozenset({"participants"}),
    "person": frozenset({"memberships", "people", "person_roles"}),
    "script": frozenset({"scripts"}),
    "session": frozenset({"session_devices", "session_participants", "session_people", "sessions"}),
    "session_event": frozenset({"session_events"}),
    "test": frozenset({"tests"}),
    "test_invitation": frozenset({"test_invitations"}),
}
"""By what an event is about, those of the tables that it may have changed; of what is missing here, any."""

FAR_REACHING = frozenset({"person.deleted"})
"""Kinds of events that change more than that: much goes with a person."""
