"""Checks of single values: what any field of a kind must be, whoever writes it. Each fault names the field."""

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import FaultCode, field_fault

LINE_LIMIT, EMAIL_LIMIT = 255, 254
_EMAIL = re.compile(r"[^@\s,;<>()\"\\]+@[^@\s,;<>()\"\\.]+(\.[^@\s,;<>()\"\\.]+)+|[^@\s,;<>()\"\\]+@localhost")


def checked_line(value: str | None, field: str, limit: int = LINE_LIMIT) -> str | None:
    """One line of text, trimmed; blank is None. Faults: INVALID."""
    if value is None:
        return None
    cleaned = value.strip()
    if len(cleaned) > limit:
        raise field_fault(FaultCode.INVALID, field, f"{field} may have at most {limit} characters")
    if any(unicodedata.category(letter) == "Cc" for letter in cleaned):
        raise field_fault(FaultCode.INVALID, field, f"{field} may not hold line breaks or control characters")
    return cleaned or None


def required_line(value: str | None, field: str, limit: int = LINE_LIMIT) -> str:
    """One line of text that may not be blank. Faults: MISSING, INVALID."""
    cleaned = checked_line(value, field, limit)
    if cleaned is None:
        raise field_fault(FaultCode.MISSING, field, f"{field} is required")
    return cleaned


def checked_prose(value: str | None, field: str, limit: int) -> str | None:
    """Text that may have several lines, trimmed; blank is None. Faults: INVALID."""
    cleaned = (value or "").strip()
    if len(cleaned) > limit:
        raise field_fault(FaultCode.INVALID, field, f"{field} may have at most {limit} characters")
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\r\t" for letter in cleaned):
        raise field_fault(FaultCode.INVALID, field, f"{field} may not hold control characters")
    return cleaned or None


def checked_email(value: str | None) -> str | None:
    """An e-mail address. Faults: INVALID."""
    cleaned = checked_line(value, "email", EMAIL_LIMIT)
    if cleaned is not None and not _EMAIL.fullmatch(cleaned):
        raise field_fault(FaultCode.INVALID, "email", "email must be an address such as ana@example.org")
    return _comparable(cleaned, "email", EMAIL_LIMIT)


def checked_username(value: str | None) -> str | None:
    """A user name; blank is None. Faults: INVALID."""
    return _comparable(checked_line(value, "username"), "username", LINE_LIMIT)


def required_username(value: str | None) -> str:
    """A user name, which may not be blank. Faults: MISSING, INVALID."""
    return str(_comparable(required_line(value, "username"), "username", LINE_LIMIT))


def _comparable(value: str | None, field: str, limit: int) -> str | None:
    """What is told apart whatever its case, for which some letters become several, as ß becomes ss. Faults: INVALID."""
    if value is not None and len(value.casefold()) > limit:
        message = f"{field} may have at most {limit} characters, and some letters of this one count as several"
        raise field_fault(FaultCode.INVALID, field, message)
    return value


def checked_birth_date(value: str | None, now: int) -> str | None:
    """A date that has begun somewhere on earth; blank is None. Faults: INVALID."""
    if not value:
        return None
    day = clock.parse_date(value, "birth_date")
    if day > clock.to_datetime(now + clock.DAY).date().isoformat():
        raise field_fault(FaultCode.INVALID, "birth_date", "birth_date lies in the future")
    return day


def checked_language(value: str) -> str:
    """A language tag such as ``en`` or ``pt-BR``. Faults: INVALID."""
    cleaned = required_line(value, "language", 8)
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?", cleaned):
        raise field_fault(FaultCode.INVALID, "language", "language must be a tag such as en or pt-BR")
    return cleaned


def checked_time_zone(value: str | None) -> str | None:
    """An IANA time zone such as ``Australia/Perth``. Faults: INVALID."""
    if not value:
        return None
    if value not in _time_zones():
        raise field_fault(FaultCode.INVALID, "time_zone", "time_zone must be an IANA name such as Europe/Ljubljana")
    return value


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime"}  # another one on each machine
