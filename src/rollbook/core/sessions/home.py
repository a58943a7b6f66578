"""The home service: this server as one of its services, whose roles are those of sites and projects."""

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import queries, store
from rollbook.core.sessions.entities import SERVICE, SERVICE_ROLE, Record

UUID = "00000000-0000-0000-0000-000000000001"
ROLES = ("admin", "user")


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
