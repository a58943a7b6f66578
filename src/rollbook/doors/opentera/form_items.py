"""What the forms of the API hold, section by section. Labels are the vendor's English ones."""

from collections.abc import Mapping
from typing import Any

from rollbook.doors.opentera.bodies import Document

Item = tuple[str, str, str, Document]
Section = tuple[str, str, tuple[Item, ...]]
_NEEDED = {"required": True}
_ON = {"required": True, "default": True}
_SEEN = {"readonly": True}
_CHANGEABLE = {"readonly": False}


def _when(item: str, value: Any, **more: Any) -> Document:
    return {"condition": {"item": item, "op": "=", "condition": value} | more}


def _id(name: str, label: str) -> Item:
    return (name, label, "hidden", _NEEDED)


def _only(name: str, *items: Item) -> tuple[Section, ...]:
    """A form of one section."""
    return ((name, "Information", items),)


_LOGIN = _when("participant_login_enabled", True)
FORMS: Mapping[str, tuple[Section, ...]] = {
    "user": _only(
        "informations",
        _id("id_user", "User ID"),
        _id("user_uuid", "User UUID"),
        ("user_name", "User Full Name", "hidden", {}),
        ("user_username", "Username", "text", _NEEDED),
        ("user_enabled", "User Enabled", "boolean", _ON),
        ("user_force_password_change", "Force Password Change", "boolean", {"default": False}),
        ("user_2fa_enabled", "2FA Enabled", "boolean", {"default": False}),
        ("user_password", "Password", "password", {"confirm": True}),
        ("user_firstname", "First Name", "text", _NEEDED),
        ("user_lastname", "Last Name", "text", _NEEDED),
        ("user_email", "Email", "text", {}),
        ("user_superadmin", "User Is Super Administrator", "boolean", _NEEDED),
        ("user_notes", "Notes", "longtext", {}),
        ("user_profile", "Profile", "hidden", {}),
        ("user_lastonline", "Last Connection", "datetime", _SEEN),
    ),
    "user_group": (
        (
            "informations",
            "Information",
            (_id("id_user_group", "User Group ID"), ("user_group_name", "User Group Name", "text", _NEEDED)),
        ),
    ),
    "site": _only(
        "informations",
        _id("id_site", "Site ID"),
        ("site_name", "Site Name", "text", _NEEDED),
        ("site_2fa_required", "Users Require 2FA", "boolean", {}),
        ("site_role", "Site Role", "hidden", {}),
    ),
    "project": _only(
        "informations",
        _id("id_project", "Project ID"),
        ("project_name", "Project Name", "text", _NEEDED),
        ("project_enabled", "Project Enabled?", "boolean", _NEEDED),
        ("id_site", "Site", "array", _NEEDED),
        ("project_description", "Description", "longtext", {}),
        ("project_role", "Role", "hidden", {}),
        ("site_name", "Site Name", "hidden", {}),
    ),
    "group": _only(
        "informations",
        _id("id_participant_group", "Participant Group ID"),
        ("participant_group_name", "Participant Group Name", "text", _NEEDED),
        ("id_project", "Project", "array", _NEEDED),
        ("project_name", "Project Name", "hidden", {}),
    ),
    "participant": _only(
        "informations",
        _id("id_participant", "Participant ID"),
        _id("id_project", "Projet ID"),
        _id("participant_uuid", "Participant UUID"),
        ("participant_name", "Participant Name", "text", _NEEDED),
        ("participant_email", "Participant Email", "text", {}),
        ("id_participant_group", "Participant Group", "array", {}),
        ("participant_enabled", "Participant Enabled", "boolean", _ON),
        ("participant_token_enabled", "Participant Token Login Enabled", "boolean", _NEEDED),
        ("participant_token", "Participant Token", "label", _CHANGEABLE),
        ("participant_login_enabled", "Participant Login Enabled", "boolean", _NEEDED),
        ("participant_username", "Participant Username", "text", _NEEDED | _LOGIN),
        ("participant_password", "Participant Password", "password", _LOGIN | {"confirm": True}),
        ("participant_lastonline", "Last Connection", "datetime", _SEEN),
        ("participant_lastsession", "Last Session", "datetime", _SEEN),
    ),
    "device": (
        (
            "details",
            "Parameters",
            (
                _id("id_device", "Device ID"),
                _id("device_uuid", "Device UUID"),
                ("device_name", "Device Name", "text", _NEEDED),
                ("id_device_type", "Device Type ID", "array", _NEEDED),
                (
                    "id_device_subtype",
                    "Device Sub-Type",
                    "array",
                    _when("id_device_type", "changed", hook="/api/user/devicesubtypes?id_device_type="),
                ),
                ("device_token", "Access Token", "longlabel", _CHANGEABLE),
                ("device_certificate", "Certificate", "hidden", _SEEN),
                ("device_enabled", "Device Enabled?", "boolean", _NEEDED),
                ("device_onlineable", "Device Onlineable?", "boolean", _NEEDED),
                ("device_lastonline", "Last Connection", "datetime", _SEEN),
            ),
        ),
        ("infos", "Information", (("device_infos", "Device Information", "longtext", {}),)),
        ("config", "Configuration", (("device_config", "Device Configuration", "longtext", {}),)),
        ("notes", "Notes", (("device_notes", "Notes", "longtext", {}),)),
    ),
    "device_type": _only(
        "infos",
        _id("id_device_type", "Device Type ID"),
        ("device_type_name", "Device Type Name", "text", _NEEDED),
        ("device_type_key", "Device Type Key", "text", _NEEDED),
    ),
    "device_subtype": _only(
        "infos",
        _id("id_device_subtype", "Device Subtype ID"),
        ("id_device_type", "Device Type", "array", _NEEDED),
        ("device_subtype_name", "Device Subtype Name", "text", _NEEDED),
    ),
    "session_type": _only(
        "informations",
        _id("id_session_type", "Session Type ID"),
        ("session_type_name", "Session Type Name", "text", _NEEDED),
        ("session_type_category", "Category", "array", _NEEDED),
        ("id_service", "Service", "array", _when("session_type_category", 1)),
        ("session_type_service_key", "Session Type Service Key", "hidden", {}),
        ("session_type_online", "Session Type Online", "boolean", _NEEDED),
        ("session_type_color", "Session Type Display Color", "color", _NEEDED),
        ("session_type_config", "Session Type Configuration", "longtext", {}),
    ),
    "session": (
        (
            "general",
            "General Information",
            (
                _id("id_session", "Session ID"),
                _id("session_uuid", "Session UUID"),
                ("id_session_type", "Session Type", "array", _NEEDED),
                ("session_name", "Session Name", "text", _NEEDED),
                ("session_start_datetime", "Start Date-time", "datetime", _NEEDED),
                ("session_status", "Status", "array", _NEEDED),
                ("session_duration", "Duration", "duration", {"default": 0, "readonly": True}),
                ("session_comments", "Comments", "longtext", {}),
                ("session_parameters", "Parameters", "hidden", {}),
            ),
        ),
    ),
    "service": _only(
        "infos",
        _id("id_service", "Service ID"),
        ("service_uuid", "Service UUID", "label", _CHANGEABLE),
        ("service_name", "Service Name", "text", _NEEDED),
        ("service_key", "Service Key", "text", _NEEDED),
        ("service_hostname", "Service Hostname", "text", _NEEDED),
        ("service_port", "Service Internal Port", "numeric", _NEEDED),
        ("service_endpoint", "Service Internal URL", "text", _NEEDED),
        ("service_clientendpoint", "Service External Endpoint", "text", _NEEDED),
        ("service_endpoint_user", "Service User Endpoint", "text", {}),
        ("service_endpoint_participant", "Service Participant Endpoint", "text", {}),
        ("service_endpoint_device", "Service Device Endpoint", "text", {}),
        ("service_system", "System Service", "boolean", _NEEDED),
        ("service_enabled", "Service Enabled", "boolean", _NEEDED),
        ("service_has_assets", "Service Contains Assets", "boolean", _NEEDED),
        ("service_has_tests", "Service Contains Tests", "boolean", _NEEDED),
        ("service_editable_config", "Service has editable config", "boolean", {}),
        ("service_default_config", "Service Default Configuration", "longtext", {}),
    ),
    "test_type": _only(
        "informations",
        _id("id_test_type", "Test Type ID"),
        _id("test_type_uuid", "Test Type UUID"),
        ("id_service", "Service", "array", _NEEDED),
        ("test_type_name", "Test Type Name", "text", _NEEDED),
        ("test_type_key", "Test Type Unique Key", "text", {}),
        ("test_type_description", "Description", "longtext", {}),
        ("test_type_has_json_format", "Expose JSON format", "boolean", {}),
        ("test_type_has_web_format", "Expose Web format", "boolean", {}),
        ("test_type_has_web_editor", "Expose Web editor", "boolean", {}),
    ),
    "versions": _only(
        "informations",
        ("version_string", "Version", "label", {}),
        ("clients", "Clients", "label", {}),
    ),
    "session_type_config": (),
}
