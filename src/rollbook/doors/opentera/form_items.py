"""What the forms of the API hold, section by section: names and labels are the vendor's, rules the core's."""

from collections.abc import Mapping
from typing import NamedTuple

from rollbook.core.sessions.forms import FORMS as CORE
from rollbook.core.sessions.forms import Control, Field
from rollbook.doors.opentera.bodies import Document

CONTROLS: Mapping[Control, str] = {
    "text": "text",
    "long_text": "longtext",
    "flag": "boolean",
    "choice": "array",
    "number": "numeric",
    "password": "password",
    "moment": "datetime",
    "colour": "color",
    "length": "duration",
    "document": "longtext",
}


class Item(NamedTuple):
    """One line of a form: how it is drawn, and the core's field behind it, unless it only carries a value."""

    name: str
    label: str
    control: str
    more: Document
    field: Field | None = None


Section = tuple[str, str, tuple[Item, ...]]
_HOOKS = {"device_subtype_id": "/api/user/devicesubtypes?id_device_type="}
"""Where a client asks again for what a field may be chosen from."""


def _more(field: Field, wire: Mapping[str, str]) -> Document:
    """The rules of a field; ``wire`` has the vendor's names of the form's other fields."""
    more: Document = {"required": True} if field.is_required else {}
    if field.default:
        more["default"] = field.default
    if field.is_shown_only:
        more["readonly"] = True
    if field.control == "password":
        more["confirm"] = True
    if field.only_when is not None:
        other, value = field.only_when
        more["condition"] = {"item": wire[other], "op": "=", "condition": value}
    if field.name in _HOOKS and field.depends_on is not None:
        on = {"item": wire[field.depends_on], "op": "=", "condition": "changed", "hook": _HOOKS[field.name]}
        more["condition"] = on
    return more


_Line = tuple[str, str, str] | Item
"""The vendor's name, its label and the core's name of a field; or a line that is no field."""


def _hidden(name: str, label: str) -> Item:
    return Item(name, label, "hidden", {})


def _id(name: str, label: str) -> Item:
    return Item(name, label, "hidden", {"required": True})


def _shown(name: str, label: str, control: str, **more: bool) -> Item:
    return Item(name, label, control, dict(more))


def _form(kind: str, *sections: tuple[str, str, tuple[_Line, ...]]) -> tuple[Section, ...]:
    """A form of the core's fields of a kind."""
    fields = {field.name: field for field in CORE[kind]}
    lines = [line for _, _, drawn in sections for line in drawn if not isinstance(line, Item)]
    wire = {column: name for name, _, column in lines}

    def item(line: _Line) -> Item:
        if isinstance(line, Item):
            return line
        name, label, column = line
        field = fields[column]
        return Item(name, label, CONTROLS[field.control], _more(field, wire), field)

    return tuple((name, label, tuple(map(item, drawn))) for name, label, drawn in sections)


def _only(kind: str, name: str, *lines: _Line) -> tuple[Section, ...]:
    """A form of one section."""
    return _form(kind, (name, "Information", lines))


FORMS: Mapping[str, tuple[Section, ...]] = {
    "user": _only(
        "user",
        "informations",
        _id("id_user", "User ID"),
        _id("user_uuid", "User UUID"),
        _hidden("user_name", "User Full Name"),
        ("user_username", "Username", "username"),
        ("user_enabled", "User Enabled", "is_active"),
        ("user_force_password_change", "Force Password Change", "must_change_password"),
        ("user_2fa_enabled", "2FA Enabled", "has_second_factor"),
        ("user_password", "Password", "password"),
        ("user_firstname", "First Name", "first_name"),
        ("user_lastname", "Last Name", "last_name"),
        ("user_email", "Email", "email"),
        ("user_superadmin", "User Is Super Administrator", "is_super"),
        ("user_notes", "Notes", "notes"),
        _hidden("user_profile", "Profile"),
        ("user_lastonline", "Last Connection", "last_online_at"),
    ),
    "user_group": _only(
        "user_group",
        "informations",
        _id("id_user_group", "User Group ID"),
        ("user_group_name", "User Group Name", "name"),
    ),
    "site": _only(
        "site",
        "informations",
        _id("id_site", "Site ID"),
        ("site_name", "Site Name", "name"),
        ("site_2fa_required", "Users Require 2FA", "needs_second_factor"),
        _hidden("site_role", "Site Role"),
    ),
    "project": _only(
        "project",
        "informations",
        _id("id_project", "Project ID"),
        ("project_name", "Project Name", "name"),
        ("project_enabled", "Project Enabled?", "is_enabled"),
        ("id_site", "Site", "site_id"),
        ("project_description", "Description", "description"),
        _hidden("project_role", "Role"),
        _hidden("site_name", "Site Name"),
    ),
    "group": _only(
        "participant_group",
        "informations",
        _id("id_participant_group", "Participant Group ID"),
        ("participant_group_name", "Participant Group Name", "name"),
        ("id_project", "Project", "project_id"),
        _hidden("project_name", "Project Name"),
    ),
    "participant": _only(
        "participant",
        "informations",
        _id("id_participant", "Participant ID"),
        _id("id_project", "Projet ID"),
        _id("participant_uuid", "Participant UUID"),
        ("participant_name", "Participant Name", "name"),
        ("participant_email", "Participant Email", "email"),
        ("id_participant_group", "Participant Group", "participant_group_id"),
        ("participant_enabled", "Participant Enabled", "is_enabled"),
        ("participant_token_enabled", "Participant Token Login Enabled", "has_token"),
        _shown("participant_token", "Participant Token", "label", readonly=False),
        ("participant_login_enabled", "Participant Login Enabled", "may_sign_in"),
        ("participant_username", "Participant Username", "username"),
        ("participant_password", "Participant Password", "password"),
        ("participant_lastonline", "Last Connection", "last_online_at"),
        ("participant_lastsession", "Last Session", "last_session_at"),
    ),
    "device": _form(
        "device",
        (
            "details",
            "Parameters",
            (
                _id("id_device", "Device ID"),
                _id("device_uuid", "Device UUID"),
                ("device_name", "Device Name", "name"),
                ("id_device_type", "Device Type ID", "device_type_id"),
                ("id_device_subtype", "Device Sub-Type", "device_subtype_id"),
                _shown("device_token", "Access Token", "longlabel", readonly=False),
                _shown("device_certificate", "Certificate", "hidden", readonly=True),
                ("device_enabled", "Device Enabled?", "is_enabled"),
                ("device_onlineable", "Device Onlineable?", "goes_online"),
                ("device_lastonline", "Last Connection", "last_online_at"),
            ),
        ),
        ("infos", "Information", (("device_infos", "Device Information", "infos"),)),
        ("config", "Configuration", (("device_config", "Device Configuration", "config"),)),
        ("notes", "Notes", (("device_notes", "Notes", "notes"),)),
    ),
    "device_type": _only(
        "device_type",
        "infos",
        _id("id_device_type", "Device Type ID"),
        ("device_type_name", "Device Type Name", "name"),
        ("device_type_key", "Device Type Key", "key"),
    ),
    "device_subtype": _only(
        "device_subtype",
        "infos",
        _id("id_device_subtype", "Device Subtype ID"),
        ("id_device_type", "Device Type", "device_type_id"),
        ("device_subtype_name", "Device Subtype Name", "name"),
    ),
    "session_type": _only(
        "session_type",
        "informations",
        _id("id_session_type", "Session Type ID"),
        ("session_type_name", "Session Type Name", "name"),
        ("session_type_category", "Category", "category"),
        ("id_service", "Service", "service_id"),
        _hidden("session_type_service_key", "Session Type Service Key"),
        ("session_type_online", "Session Type Online", "is_online"),
        ("session_type_color", "Session Type Display Color", "color"),
        ("session_type_config", "Session Type Configuration", "config"),
    ),
    "session": _form(
        "session",
        (
            "general",
            "General Information",
            (
                _id("id_session", "Session ID"),
                _id("session_uuid", "Session UUID"),
                ("id_session_type", "Session Type", "session_type_id"),
                ("session_name", "Session Name", "name"),
                ("session_start_datetime", "Start Date-time", "started_at"),
                ("session_status", "Status", "status"),
                ("session_duration", "Duration", "duration_s"),
                ("session_comments", "Comments", "comments"),
                _hidden("session_parameters", "Parameters"),
            ),
        ),
    ),
    "service": _only(
        "service",
        "infos",
        _id("id_service", "Service ID"),
        _shown("service_uuid", "Service UUID", "label", readonly=False),
        ("service_name", "Service Name", "name"),
        ("service_key", "Service Key", "key"),
        ("service_hostname", "Service Hostname", "hostname"),
        ("service_port", "Service Internal Port", "port"),
        ("service_endpoint", "Service Internal URL", "endpoint"),
        ("service_clientendpoint", "Service External Endpoint", "client_endpoint"),
        ("service_endpoint_user", "Service User Endpoint", "user_endpoint"),
        ("service_endpoint_participant", "Service Participant Endpoint", "participant_endpoint"),
        ("service_endpoint_device", "Service Device Endpoint", "device_endpoint"),
        ("service_system", "System Service", "is_system"),
        ("service_enabled", "Service Enabled", "is_enabled"),
        ("service_has_assets", "Service Contains Assets", "has_assets"),
        ("service_has_tests", "Service Contains Tests", "has_tests"),
        ("service_editable_config", "Service has editable config", "has_editable_config"),
        ("service_default_config", "Service Default Configuration", "default_config"),
    ),
    "service_config": _only(
        "service_config",
        "informations",
        _id("id_service_config", "Service Config ID"),
        _id("id_service", "Service ID"),
        _hidden("id_user", "User ID"),
        _hidden("id_participant", "Participant ID"),
        _hidden("id_device", "Device ID"),
        _hidden("service_config_specific_id", "Specific ID"),
        _shown("service_config_name", "Service Name", "label", readonly=True),
        ("service_config_config", "Configuration", "config"),
    ),
    "test_type": _only(
        "test_type",
        "informations",
        _id("id_test_type", "Test Type ID"),
        _id("test_type_uuid", "Test Type UUID"),
        ("id_service", "Service", "service_id"),
        ("test_type_name", "Test Type Name", "name"),
        ("test_type_key", "Test Type Unique Key", "key"),
        ("test_type_description", "Description", "description"),
        ("test_type_has_json_format", "Expose JSON format", "has_json_format"),
        ("test_type_has_web_format", "Expose Web format", "has_web_format"),
        ("test_type_has_web_editor", "Expose Web editor", "has_web_editor"),
    ),
    "versions": (
        (
            "informations",
            "Information",
            (_shown("version_string", "Version", "label"), _shown("clients", "Clients", "label")),
        ),
    ),
    "session_type_config": (),
}
