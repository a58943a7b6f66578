"""Who works on the record: services with what is set for them, groups of users and users, as rooms."""

from rollbook.console.records import saving
from rollbook.console.records.shape import (
    AT_SITE,
    ENABLED,
    IN_PROJECT,
    SHORT,
    Column,
    Filter,
    GroupRoles,
    HolderRoles,
    Kind,
    Listed,
    OwnRoles,
    Tied,
    UserRoles,
    given,
    name,
    seen,
    state,
    text,
)
from rollbook.console.rendering import iso
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import links, memberships, services, ties
from rollbook.core.sessions.ties import of_thing

SERVICES = Kind(
    "services",
    e.SERVICE,
    "service",
    "Services",
    "webhooks",
    "Programs that work on the record from outside: video rooms, file stores, questionnaires.",
    "Add a service, then say at which sites and in which projects it is used.",
    (
        name("services"),
        text("key", "Key", "code"),
        Column("host", "Server", lambda one: f"{one['hostname']}:{one['port']}", looks={"wide": True}),
        state(),
    ),
    saving.service,
    services.remove,
    "Its roles, and who has them, go with it. One that made sessions, assets or tests, or has types, stays.",
    filters=(AT_SITE, IN_PROJECT, ENABLED),
    parts=(
        OwnRoles(),
        Tied("sites", "Sites", of_thing(links.SERVICE_SITES), "site"),
        Tied("projects", "Projects", of_thing(links.SERVICE_PROJECTS), "project", "Of its sites"),
        Listed("session-types", "Session types that it leads", "service_id", ("name", "category")),
        Listed("test-types", "Test types", "service_id", ("name", "key")),
        Listed("service-configs", "Settings", "service_id", ("owner", "updated_at")),
    ),
    always={"is_home": False},
    defaults={"is_enabled": True, "default_config": "{}", "endpoint": "/", "port": 443},
    left_out=frozenset({"is_system"}),
)
SERVICE_CONFIGS = Kind(
    "service-configs",
    e.SERVICE_CONFIG,
    "setting",
    "Service settings",
    "settings",
    "What one user, participant or device has set for a service.",
    "Set something for a participant or a device from its page, or for yourself here.",
    (
        Column(
            "name",
            "Service",
            lambda one: {"label": one["service_name"], "href": f"/console/service-configs/{one['id']}"},
            "link",
            "service_name",
            {"lead": True},
        ),
        Column("owner", "For", saving.owner_kind),
        Column("updated_at", "Changed", lambda one: iso(one["updated_at"]), "relative", "updated_at"),
    ),
    saving.service_config,
    services.remove_config,
    "What it has for certain computers goes with it.",
    filters=(
        Filter("service_id", "Service", e.SERVICE),
        given("person_id", "User", e.USER),
        given("participant_id", "Participant", e.PARTICIPANT),
        given("device_id", "Device", e.DEVICE),
    ),
    rows=saving.owners,
)
USER_GROUPS = Kind(
    "user-groups",
    e.USER_GROUP,
    "user group",
    "User groups",
    "group",
    "Roles at sites, in projects and in services are given to groups; everyone in a group has them.",
    "Add a group such as “Physiotherapists, Ljubljana”, give it a role, and put users in.",
    (name("user-groups"), Column("roles", "Roles", lambda one: None, looks={"broad": True, "missing": "None"})),
    lambda work, number, values: memberships.save_group(work, number, values["name"]),
    memberships.remove_group,
    "Only a group that nobody is in can be deleted. Its roles go with it.",
    filters=(AT_SITE, IN_PROJECT),
    parts=(
        Tied("users", "Users", ties.USERS_OF_GROUP, "user"),
        GroupRoles("site"),
        GroupRoles("project"),
        HolderRoles("group_id"),
    ),
    rows=saving.group_roles,
)
USERS = Kind(
    "users",
    e.USER,
    "user",
    "Users",
    "people",
    "The organisation’s people as they work at sites and in projects.",
    "People appear here once they are in a group that has a role at one of your sites or in one of your projects.",
    (
        name("users", sort="last_name"),
        text("username", "User name"),
        Column(
            "is_super", "Sees", lambda one: "Everything" if one["is_super"] else "By their groups", looks={"wide": True}
        ),
        state("is_active", "Active", "Inactive"),
        seen("last_online_at"),
        text("email", "E-mail", hidden=True),
    ),
    filters=(
        AT_SITE,
        IN_PROJECT,
        given("group_id", "Group", e.USER_GROUP),
    ),
    parts=(
        UserRoles(),
        Tied("user-groups", "User groups", ties.GROUPS_OF_USER, "user group"),
        Listed("sessions", "Sessions", "person_id", SHORT, may_add=False),
        Listed("service-configs", "Service settings", "person_id", ("name", "updated_at"), may_add=False),
    ),
)
