"""What an organisation has set for itself: defaults, reminders, and what its certificates say."""

import re
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import bindparam, select, update

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.values import checked_line
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.people.queries import get_organisation
from rollbook.core.people.tables import organisations

Rows = Statement[tuple[Any, ...]]

MOST_GRACE_DAYS = 3650
MOST_REMINDERS = 5
MOST_SITES = 50
_SITE = re.compile(r"https?://(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")
SILENCED = "The organisation has silenced mails of this kind."
"""Why the ledger says that such a mail was not sent."""


class OrganisationSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The settings of one organisation; what it never set has our default.

    ``reminder_days`` are how many days before the due day a reminder goes out; ``silenced_mails`` are the kinds of mail
    that are not sent. ``logo_key`` and ``logo_media_type`` say where the file store has the logo.
    ``embedding_sites`` are the sites (``https://host``, with spaces between) that may have its dashboards in their
    pages; None is every site. ``slack_sealed`` is the sealed address that messages to Slack are posted to,
    ``slack_hint`` its end.
    """

    grace_days: int = 14
    reminder_days: tuple[int, ...] = (3,)
    silenced_mails: frozenset[str] = frozenset()
    certificate_text: str | None = None
    certificate_signatory: str | None = None
    logo_key: str | None = None
    logo_media_type: str | None = None
    embedding_sites: str | None = None
    slack_sealed: str | None = None
    slack_hint: str | None = None


class SettingsChanges(msgspec.Struct, kw_only=True):
    """Changes to the settings; what is UNSET stays as it is."""

    grace_days: int | UnsetType = UNSET
    reminder_days: tuple[int, ...] | UnsetType = UNSET
    silenced_mails: frozenset[str] | UnsetType = UNSET
    certificate_text: str | None | UnsetType = UNSET
    certificate_signatory: str | None | UnsetType = UNSET
    logo_key: str | None | UnsetType = UNSET
    logo_media_type: str | None | UnsetType = UNSET
    embedding_sites: str | None | UnsetType = UNSET
    slack_sealed: str | None | UnsetType = UNSET
    slack_hint: str | None | UnsetType = UNSET


_decode = msgspec.json.Decoder(OrganisationSettings).decode
_ONE = Rows(select(organisations.c.settings).where(organisations.c.id == bindparam("organisation_id")))
_KEEP = Rows(
    update(organisations).where(organisations.c.id == bindparam("organisation_id")).values(settings=bindparam("kept"))
)


def get_settings(work: Work) -> OrganisationSettings:
    """The settings of the caller's organisation."""
    return settings_of(work, work.principal.organisation_id)


def settings_of(work: Work, organisation_id: int) -> OrganisationSettings:
    """The settings of an organisation, for what it shows to anyone."""
    stored = work.value(_ONE, organisation_id=organisation_id)
    return _decode(stored) if stored else OrganisationSettings()


def logo_key_in(stored: str | None) -> str | None:
    """Where the file store has the logo, by the settings as they are kept."""
    return _decode(stored).logo_key if stored else None


def change_settings(work: Work, changes: SettingsChanges) -> OrganisationSettings:
    """Change the settings; nothing is written when nothing changed. Faults: FORBIDDEN; INVALID naming the field."""
    policy.require(work.principal, Permission.SETTINGS_WRITE)
    present = get_settings(work)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    wanted = msgspec.structs.replace(present, **_checked(given))
    names = [name for name in given if getattr(wanted, name) != getattr(present, name)]
    if not names:
        return present
    organisation = get_organisation(work)
    work.run(_KEEP, organisation_id=organisation.id, kept=_beside(work, organisation.id, wanted))
    before, after = ({name: _told(name, getattr(one, name)) for name in names} for one in (present, wanted))
    work.record("organisation.updated", "organisation", organisation.id, organisation.uuid, before=before, after=after)
    return wanted


def _told(name: str, value: Any) -> Any:
    """A setting as events tell of it."""
    return bool(value) if name == "slack_sealed" else msgspec.to_builtins(value)


def _beside(work: Work, organisation_id: int, wanted: OrganisationSettings) -> str:
    """The settings as they are kept; what stands there beside them, such as the mark of a demo, stays."""
    stored = work.value(_ONE, organisation_id=organisation_id)
    others = msgspec.json.decode(stored, type=dict[str, Any]) if stored else {}
    for name in OrganisationSettings.__struct_fields__:
        others.pop(name, None)
    return msgspec.json.encode(others | msgspec.to_builtins(wanted)).decode()


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """The given settings, cleaned. Faults: INVALID naming the field."""
    if not 0 <= given.get("grace_days", 0) <= MOST_GRACE_DAYS:
        raise field_fault(FaultCode.INVALID, "grace_days", f"grace_days must lie between 0 and {MOST_GRACE_DAYS}")
    if "reminder_days" in given:
        days = tuple(sorted(set(given["reminder_days"]), reverse=True))
        if len(days) > MOST_REMINDERS or any(not 0 <= day <= MOST_GRACE_DAYS for day in days):
            message = f"reminder_days may be at most {MOST_REMINDERS} numbers of days, none below 0"
            raise field_fault(FaultCode.INVALID, "reminder_days", message)
        given["reminder_days"] = days
    if "certificate_signatory" in given:
        given["certificate_signatory"] = checked_line(given["certificate_signatory"], "certificate_signatory")
    if "certificate_text" in given:
        given["certificate_text"] = checked_line(given["certificate_text"], "certificate_text", 1000)
    if "embedding_sites" in given:
        given["embedding_sites"] = _checked_sites(given["embedding_sites"])
    return given


def _checked_sites(text: str | None) -> str | None:
    """Sites, each once, in the order given. Faults: INVALID."""
    sites = dict.fromkeys((text or "").lower().split())
    if len(sites) > MOST_SITES or any(len(site) > 255 or not _SITE.fullmatch(site) for site in sites):
        message = f"embedding_sites may be at most {MOST_SITES} sites such as https://intranet.example.org"
        raise field_fault(FaultCode.INVALID, "embedding_sites", message)
    return " ".join(sites) or None
