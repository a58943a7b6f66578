"""What can go wrong, in the record's own words. No code here knows HTTP: each door renders faults in its own shape."""

from collections.abc import Mapping
from enum import Enum


class FaultCode(Enum):
    """Every kind of refusal that core can give."""

    MALFORMED = "malformed"
    """The request could not be read at all: broken JSON, broken form, a body that is too deep."""
    INVALID = "invalid"
    """A field has a value that cannot be accepted: wrong type, range, format or length."""
    MISSING = "missing"
    """A required field is absent or blank."""
    UNKNOWN_REFERENCE = "unknown_reference"
    """A field names a record that does not exist in this organisation."""
    NOT_FOUND = "not_found"
    """The record the request is about does not exist, or the caller may not know that it does."""
    DUPLICATE = "duplicate"
    """A record with the same identifying value exists already."""
    CONFLICT = "conflict"
    """The record's present state does not allow the change."""
    PROTECTED = "protected"
    """The record is protected from being overwritten by a synchronisation."""
    UNAUTHENTICATED = "unauthenticated"
    """No valid credential was given."""
    FORBIDDEN = "forbidden"
    """The caller is known and may not do this."""
    METHOD_NOT_ALLOWED = "method_not_allowed"
    """The address exists, but not for this method."""
    TOO_LARGE = "too_large"
    """The body, a file or a list is over its limit."""
    UNSUPPORTED_TYPE = "unsupported_type"
    """The body's content type is not one that the endpoint reads."""
    RATE_LIMITED = "rate_limited"
    """Too many attempts; ``details['retry_after_s']`` says when to come back."""
    UNAVAILABLE = "unavailable"
    """Something this server depends on does not answer."""
    INTERNAL = "internal"
    """A mistake of ours; the log has it."""


class Fault(Exception):
    """A refusal. Raise it anywhere below the dispatcher; the unit of work is rolled back and the door renders it.

    ``message`` is one sentence for a person, saying what to change. ``fields`` maps a field, in the name core uses
    for it, to its own sentences; a door translates those names. ``details`` carries facts for programs.
    """

    def __init__(
        self,
        code: FaultCode,
        message: str,
        *,
        fields: Mapping[str, list[str]] | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields: Mapping[str, list[str]] = fields or {}
        self.details: Mapping[str, object] = details or {}


def field_fault(code: FaultCode, field: str, message: str) -> Fault:
    """A fault about one field; its message names the field too."""
    return Fault(code, message, fields={field: [message]})
