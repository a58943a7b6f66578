"""Sites, projects, participants, devices, services, live sessions and what is kept of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, sa.Identity(), primary_key=True)


def _uuid() -> sa.Column[str]:
    return sa.Column("uuid", sa.String(36), nullable=False, unique=True)


def _tenant() -> Any:
    return _reference("organisation_id", "organisations.id", ondelete="CASCADE", nullable=False)


def _reference(
    name: str, target: str, *, ondelete: str | None = None, nullable: bool = True, **kw: Any
) -> sa.Column[int]:
    return sa.Column(name, ID, sa.ForeignKey(target, ondelete=ondelete), nullable=nullable, **kw)


def _owned_by(name: str, target: str, *, nullable: bool = False) -> Any:
    return _reference(name, target, ondelete="CASCADE", nullable=nullable, index=True)


def _line(name: str, length: int = 255, *, nullable: bool = True, **kw: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable, **kw)


def _prose(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text())


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))


def _instant(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _creators() -> list[Any]:
    return [
        _reference("device_id", "devices.id", index=True),
        _reference("participant_id", "participants.id", index=True),
        _reference("person_id", "people.id", index=True),
        _reference("service_id", "services.id", index=True),
    ]


def _table(name: str, *parts: Any) -> None:
    has_id = any(isinstance(part, sa.Column) and part.name == "id" for part in parts)
    op.create_table(name, *parts, sqlite_autoincrement=has_id)


def _kept(name: str, *parts: Any) -> None:
    index = sa.Index(f"ix_{name}_organisation_id", "organisation_id", "id")
    _table(name, _id(), _tenant(), *parts, _instant("deleted_at"), index)


def upgrade() -> None:
    """Make the tables, and the trigger that numbers memberships; each that is there gets a number."""
    _places()
    _devices()
    _services()
    _sessions()
    _materials()
    _users()
    _presence()
    _number_memberships()


def downgrade() -> None:
    """Drop them, last made first."""
    op.execute("DROP TRIGGER number_memberships" + ("" if _is_sqlite() else " ON memberships"))
    if not _is_sqlite():
        op.execute("DROP FUNCTION number_membership()")
    for name in reversed(TABLES):
        op.drop_table(name)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


_NUMBER = "INSERT INTO membership_numbers (person_id, group_id)"


def _number_memberships() -> None:
    op.execute(f"{_NUMBER} SELECT person_id, group_id FROM memberships ORDER BY joined_at, person_id, group_id")  # noqa: S608
    number = f"{_NUMBER} VALUES (NEW.person_id, NEW.group_id);"
    if _is_sqlite():
        op.execute(f"CREATE TRIGGER number_memberships AFTER INSERT ON memberships BEGIN {number} END")
        return
    op.execute(
        f"CREATE FUNCTION number_membership() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {number} RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER number_memberships AFTER INSERT ON memberships"
        " FOR EACH ROW EXECUTE FUNCTION number_membership()"
    )


def _places() -> None:
    _kept("sites", _line("name", nullable=False), _flag("needs_second_factor"))
    _kept(
        "projects",
        _owned_by("site_id", "sites.id"),
        _line("name", nullable=False),
        _flag("is_enabled"),
        _prose("description"),
    )
    _kept("participant_groups", _owned_by("project_id", "projects.id"), _line("name", nullable=False))
    _kept(
        "participants",
        _uuid(),
        _owned_by("project_id", "projects.id"),
        _owned_by("participant_group_id", "participant_groups.id", nullable=True),
        _line("name", nullable=False),
        _line("email", 254),
        _line("username"),
        _line("username_key"),
        _line("password_hash"),
        _line("token_name", 36),
        _flag("is_enabled"),
        _flag("may_sign_in"),
        _flag("has_token"),
        _instant("last_online_at"),
        sa.Index("ix_participants_username_key", "username_key"),
    )


def _devices() -> None:
    _table(
        "device_types",
        _id(),
        _tenant(),
        _line("name", nullable=False),
        _line("key", nullable=False),
        sa.Index("uq_device_types_key", "organisation_id", "key", unique=True),
    )
    _table(
        "device_subtypes",
        _id(),
        _tenant(),
        _owned_by("device_type_id", "device_types.id"),
        _line("name", nullable=False),
        sa.Index("ix_device_subtypes_organisation_id", "organisation_id", "id"),
    )
    _kept(
        "devices",
        _line("uuid", nullable=False, unique=True),
        _reference("device_type_id", "device_types.id", nullable=False, index=True),
        _reference("device_subtype_id", "device_subtypes.id", ondelete="SET NULL", index=True),
        _line("name", nullable=False),
        _line("token_name"),
        _prose("certificate"),
        _flag("is_enabled"),
        _flag("goes_online"),
        _prose("config"),
        _prose("infos"),
        _prose("notes"),
        _instant("last_online_at"),
    )
    _kept("device_sites", _owned_by("device_id", "devices.id"), _owned_by("site_id", "sites.id"))
    _kept("device_projects", _owned_by("device_id", "devices.id"), _owned_by("project_id", "projects.id"))
    _kept("device_participants", _owned_by("device_id", "devices.id"), _owned_by("participant_id", "participants.id"))


def _services() -> None:
    _kept(
        "services",
        _line("uuid", 36, nullable=False),
        _line("name", nullable=False),
        _line("key", nullable=False),
        _line("hostname", nullable=False),
        _count("port"),
        _line("endpoint", nullable=False),
        _line("client_endpoint", nullable=False),
        _line("user_endpoint"),
        _line("participant_endpoint"),
        _line("device_endpoint"),
        _flag("is_enabled"),
        _flag("is_system"),
        _flag("is_home"),
        _flag("has_editable_config"),
        _prose("default_config"),
        _flag("has_assets"),
        _flag("has_tests"),
        sa.Index("uq_services_uuid", "organisation_id", "uuid", unique=True),
        sa.Index("ix_services_uuid", "uuid"),
        sa.Index("ix_services_key", "organisation_id", "key"),
    )
    _kept(
        "service_roles",
        _owned_by("service_id", "services.id"),
        _owned_by("site_id", "sites.id", nullable=True),
        _owned_by("project_id", "projects.id", nullable=True),
        _line("name", 100, nullable=False),
    )
    _kept(
        "service_access",
        _owned_by("group_id", "groups.id", nullable=True),
        _owned_by("participant_group_id", "participant_groups.id", nullable=True),
        _owned_by("device_id", "devices.id", nullable=True),
        _owned_by("service_role_id", "service_roles.id"),
    )
    _kept("service_sites", _owned_by("service_id", "services.id"), _owned_by("site_id", "sites.id"))
    _kept("service_projects", _owned_by("service_id", "services.id"), _owned_by("project_id", "projects.id"))
    _kept(
        "service_configs",
        _owned_by("service_id", "services.id"),
        _owned_by("person_id", "people.id", nullable=True),
        _owned_by("participant_id", "participants.id", nullable=True),
        _owned_by("device_id", "devices.id", nullable=True),
        _prose("config"),
        _instant("updated_at", nullable=False),
    )
    _table(
        "service_config_specifics",
        _id(),
        _owned_by("service_config_id", "service_configs.id"),
        _line("name", nullable=False),
        _prose("config"),
    )


def _sessions() -> None:
    _kept(
        "session_types",
        _owned_by("service_id", "services.id", nullable=True),
        _line("name", nullable=False),
        _flag("is_online"),
        _prose("config"),
        _line("color", 20, nullable=False),
        _count("category"),
    )
    _kept("session_type_sites", _owned_by("session_type_id", "session_types.id"), _owned_by("site_id", "sites.id"))
    _kept(
        "session_type_projects",
        _owned_by("session_type_id", "session_types.id"),
        _owned_by("project_id", "projects.id"),
    )
    _kept(
        "session_type_services",
        _owned_by("session_type_id", "session_types.id"),
        _owned_by("service_id", "services.id"),
    )
    _kept(
        "sessions",
        _uuid(),
        _reference("session_type_id", "session_types.id", nullable=False, index=True),
        _reference("creator_person_id", "people.id", index=True),
        _reference("creator_device_id", "devices.id", index=True),
        _reference("creator_participant_id", "participants.id", index=True),
        _reference("creator_service_id", "services.id", index=True),
        _line("name", nullable=False),
        _instant("started_at", nullable=False),
        _count("duration_s"),
        _count("status"),
        _prose("comments"),
        _prose("parameters"),
        sa.Index("ix_sessions_started_at", "organisation_id", "started_at"),
    )
    _kept("session_people", _owned_by("session_id", "sessions.id"), _reference("person_id", "people.id", index=True))
    _kept(
        "session_participants",
        _owned_by("session_id", "sessions.id"),
        _reference("participant_id", "participants.id", index=True),
    )
    _kept("session_devices", _owned_by("session_id", "sessions.id"), _reference("device_id", "devices.id", index=True))
    _table(
        "session_events",
        _id(),
        _owned_by("session_id", "sessions.id"),
        _count("kind"),
        _instant("at", nullable=False),
        _prose("text"),
        _prose("context"),
        _instant("deleted_at"),
    )


def _materials() -> None:
    _kept(
        "assets",
        _uuid(),
        _owned_by("session_id", "sessions.id"),
        *_creators(),
        _line("keeper_uuid", 36, nullable=False),
        _line("name", nullable=False),
        _line("media_type", nullable=False),
        _instant("at"),
        _instant("expires_at"),
        sa.Index("ix_assets_keeper_uuid", "organisation_id", "keeper_uuid"),
    )
    _kept(
        "test_types",
        _uuid(),
        _owned_by("service_id", "services.id"),
        _line("name", nullable=False),
        _prose("description"),
        _line("key"),
        _flag("has_json_format"),
        _flag("has_web_format"),
        _flag("has_web_editor"),
    )
    _kept("test_type_sites", _owned_by("test_type_id", "test_types.id"), _owned_by("site_id", "sites.id"))
    _kept("test_type_projects", _owned_by("test_type_id", "test_types.id"), _owned_by("project_id", "projects.id"))
    _kept(
        "tests",
        _uuid(),
        _reference("test_type_id", "test_types.id", nullable=False, index=True),
        _owned_by("session_id", "sessions.id"),
        *_creators(),
        _line("name", nullable=False),
        _instant("at", nullable=False),
        _count("status"),
        _prose("summary"),
    )
    _kept(
        "test_invitations",
        _owned_by("test_type_id", "test_types.id"),
        _owned_by("session_id", "sessions.id", nullable=True),
        _owned_by("person_id", "people.id", nullable=True),
        _owned_by("participant_id", "participants.id", nullable=True),
        _owned_by("device_id", "devices.id", nullable=True),
        _owned_by("project_id", "projects.id", nullable=True),
        _line("key", 16, nullable=False, unique=True),
        _count("most"),
        _count("used"),
        _instant("created_at", nullable=False),
        _instant("expires_at", nullable=False),
        _prose("message"),
    )


def _users() -> None:
    _table(
        "user_profiles",
        _reference("person_id", "people.id", ondelete="CASCADE", nullable=False, primary_key=True),
        _prose("profile"),
        _prose("notes"),
        _flag("has_second_factor"),
        _flag("has_app_factor"),
        _flag("has_mail_factor"),
        _line("sealed_app_secret"),
        _instant("last_online_at"),
        _instant("deleted_at"),
    )
    _table(
        "user_preferences",
        _id(),
        _owned_by("person_id", "people.id"),
        _line("app", nullable=False),
        _prose("preference"),
        sa.UniqueConstraint("person_id", "app"),
    )
    _table(
        "membership_numbers",
        _id(),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "group_id"], ["memberships.person_id", "memberships.group_id"], ondelete="CASCADE"
        ),
        sa.UniqueConstraint("person_id", "group_id"),
        sa.Index("ix_membership_numbers_group_id", "group_id"),
    )
    _table(
        "ended_tokens",
        _line("name", 36, nullable=False, primary_key=True),
        _instant("expires_at", nullable=False),
        sa.Index("ix_ended_tokens_expires_at", "expires_at"),
    )
    _table(
        "client_versions",
        _id(),
        _tenant(),
        _prose("versions"),
        sa.UniqueConstraint("organisation_id"),
    )


def _presence() -> None:
    _table(
        "socket_keys",
        _line("secret_hash", 64, nullable=False, primary_key=True),
        _tenant(),
        _line("kind", 16, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        _instant("expires_at", nullable=False),
        sa.Index("ix_socket_keys_organisation_id", "organisation_id"),
        sa.Index("ix_socket_keys_expires_at", "expires_at"),
    )
    _table(
        "open_sockets",
        _id(),
        _tenant(),
        _line("kind", 16, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        _line("node", 36, nullable=False),
        _instant("leased_until", nullable=False),
        sa.Index("ix_open_sockets_subject", "organisation_id", "kind", "subject_id"),
        sa.Index("ix_open_sockets_leased_until", "leased_until"),
    )
    _table(
        "busy_subjects",
        _tenant(),
        _line("kind", 16, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        _owned_by("session_id", "sessions.id"),
        sa.PrimaryKeyConstraint("kind", "subject_id"),
        sa.Index("ix_busy_subjects_organisation_id", "organisation_id", "kind"),
    )
    _table(
        "device_statuses",
        _reference("device_id", "devices.id", ondelete="CASCADE", nullable=False, primary_key=True),
        _prose("status"),
        _instant("at", nullable=False),
    )


TABLES = (
    "sites",
    "projects",
    "participant_groups",
    "participants",
    "device_types",
    "device_subtypes",
    "devices",
    "device_sites",
    "device_projects",
    "device_participants",
    "services",
    "service_roles",
    "service_access",
    "service_sites",
    "service_projects",
    "service_configs",
    "service_config_specifics",
    "session_types",
    "session_type_sites",
    "session_type_projects",
    "session_type_services",
    "sessions",
    "session_people",
    "session_participants",
    "session_devices",
    "session_events",
    "assets",
    "test_types",
    "test_type_sites",
    "test_type_projects",
    "tests",
    "test_invitations",
    "user_profiles",
    "user_preferences",
    "membership_numbers",
    "ended_tokens",
    "client_versions",
    "socket_keys",
    "open_sockets",
    "busy_subjects",
    "device_statuses",
)
