"""Objects that hold more than a record does: the lasting tokens of participants and devices."""

from rollbook.core.kernel.ids import is_uuid
from rollbook.core.sessions import tokens
from rollbook.core.sessions.entities import Record
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.auth import DEVICE, PARTICIPANT, key
from rollbook.doors.opentera.bodies import Document
from rollbook.doors.opentera.shapes import moment
from rollbook.web.routes import Services

__all__ = ["device_document", "device_token", "moment", "participant_document", "participant_token"]


def participant_token(record: Record, services: Services) -> str | None:
    """A participant's lasting token; the same each time it is shown."""
    if record["token_name"] is None:
        return None
    about = (("participant_uuid", record["uuid"]), ("id_participant", record["id"]))
    return tokens.lasting(about, key(services, PARTICIPANT), record["token_name"])


def device_token(record: Record, services: Services) -> str | None:
    """A device's lasting token, or the text that someone set in its place, which opens nothing."""
    if record["token_name"] is None or not is_uuid(record["token_name"]):
        return None if record["token_name"] is None else str(record["token_name"])
    about = (("device_uuid", record["uuid"]), ("id_device", record["id"]))
    return tokens.lasting(about, key(services, DEVICE), record["token_name"])


def participant_document(record: Record, services: Services) -> Document:
    """A participant with their token."""
    return objects.PARTICIPANT.shown(record) | {
        "participant_token": participant_token(record, services),
        "participant_project_enabled": record["project_is_enabled"],
    }


def device_document(record: Record, services: Services) -> Document:
    """A device with its token."""
    return objects.DEVICE.shown(record) | {"device_token": device_token(record, services)}
