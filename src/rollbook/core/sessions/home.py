"""This server as services of its own: the home service, whose roles are those of sites and projects, and the one for
files."""

from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import queries, store
from rollbook.core.sessions.entities import PARTICIPANT, SERVICE, SERVICE_PROJECT, SERVICE_ROLE, SERVICE_SITE, Record

UUID = "00000000-0000-0000-0000-000000000001"
ROLES = ("admin", "user")
FILES_KEY = "FileTransferService"


def home_service(work: Work) -> Record:
    """The organisation's home service, which is made when it is first needed."""
    found = queries.first(work, SERVICE, viewer=queries.anyone(work), is_home=True)
    return found or store.add(
        work,
        SERVICE,
        uuid=UUID,
        name="OpenTera Server",
        key="OpenTeraServer",
        hostname="127.0.0.1",
        port=0,
        endpoint="/",
        client_endpoint="/",
        user_endpoint="/user",
        participant_endpoint="/participant",
        device_endpoint="/device",
        is_enabled=True,
        is_system=True,
        is_home=True,
        has_editable_config=True,
        default_config="{}",
    )


def add_roles(work: Work, *, site_id: int | None = None, project_id: int | None = None) -> None:
    """The roles of a new site or project."""
    home = home_service(work)
    for name in ROLES:
        store.add(work, SERVICE_ROLE, service_id=home["id"], site_id=site_id, project_id=project_id, name=name)


def role_of(work: Work, name: str, *, site_id: int | None = None, project_id: int | None = None) -> Record | None:
    """The role of a name at a site or in a project."""
    home = home_service(work)
    place = {"site_id": site_id} if site_id is not None else {"project_id": project_id}
    return queries.first(work, SERVICE_ROLE, viewer=queries.anyone(work), service_id=home["id"], name=name, **place)


def find_file_service(work: Work) -> Record | None:
    """The organisation's service for files, which is this server too; None before there is a file."""
    return queries.first(work, SERVICE, viewer=queries.anyone(work), key=FILES_KEY, is_system=True)


def file_service(work: Work) -> Record:
    """As :func:`find_file_service`; made when it is first needed."""
    return find_file_service(work) or store.add(
        work,
        SERVICE,
        uuid=new_uuid(),
        name="File Transfer Service",
        key=FILES_KEY,
        hostname="127.0.0.1",
        port=0,
        endpoint="/",
        client_endpoint="/file",
        is_enabled=True,
        is_system=True,
        has_assets=True,
        default_config="{}",
    )


def use_in_session(work: Work, service: Record, session_id: int) -> None:
    """Let a service be used in the projects of a session's participants, or they would not see where its assets are."""
    everyone = queries.anyone(work)
    for participant in queries.find(work, PARTICIPANT, viewer=everyone, session_id=session_id):
        for entity, column in ((SERVICE_SITE, "site_id"), (SERVICE_PROJECT, "project_id")):
            pair = {"service_id": service["id"], column: participant[column]}
            if queries.first(work, entity, viewer=everyone, **pair) is None:
                store.add(work, entity, **pair)
