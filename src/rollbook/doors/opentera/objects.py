"""The objects of the API, field by field."""

from rollbook.doors.opentera.shapes import Shape

SITE = Shape("site", {"id_site": "id:i", "site_2fa_required": "needs_second_factor:b", "site_name": "name"})
PROJECT = Shape(
    "project",
    {
        "id_project": "id:i",
        "id_site": "site_id:i",
        "project_description": "description",
        "project_enabled": "is_enabled:b",
        "project_name": "name",
        "site_name": "site_name",
    },
    frozenset({"site_name"}),
)
GROUP = Shape(
    "participant_group",
    {
        "id_participant_group": "id:i",
        "id_project": "project_id:i",
        "participant_group_name": "name",
        "project_name": "project_name",
    },
    frozenset({"project_name"}),
)
PARTICIPANT = Shape(
    "participant",
    {
        "id_participant": "id:i",
        "id_participant_group": "participant_group_id:i",
        "id_project": "project_id:i",
        "participant_email": "email",
        "participant_enabled": "is_enabled:b",
        "participant_lastonline": "last_online_at:t",
        "participant_login_enabled": "may_sign_in:b",
        "participant_name": "name",
        "participant_token_enabled": "has_token:b",
        "participant_username": "username",
        "participant_uuid": "uuid",
    },
    frozenset({"participant_lastonline", "participant_uuid", "participant_token"}),
)
DEVICE_TYPE = Shape("device_type", {"device_type_key": "key", "device_type_name": "name", "id_device_type": "id:i"})
DEVICE_SUBTYPE = Shape(
    "device_subtype",
    {"device_subtype_name": "name", "id_device_subtype": "id:i", "id_device_type": "device_type_id:i"},
)
DEVICE = Shape(
    "device",
    {
        "device_config": "config",
        "device_enabled": "is_enabled:b",
        "device_infos": "infos",
        "device_lastonline": "last_online_at:t",
        "device_name": "name",
        "device_notes": "notes",
        "device_onlineable": "goes_online:b",
        "device_uuid": "uuid",
        "id_device": "id:i",
        "id_device_subtype": "device_subtype_id:i",
        "id_device_type": "device_type_id:i",
    },
    frozenset({"device_lastonline", "device_uuid", "device_token", "device_certificate"}),
)
SERVICE = Shape(
    "service",
    {
        "id_service": "id:i",
        "service_clientendpoint": "client_endpoint",
        "service_default_config": "default_config",
        "service_editable_config": "has_editable_config:b",
        "service_enabled": "is_enabled:b",
        "service_endpoint": "endpoint",
        "service_endpoint_device": "device_endpoint",
        "service_endpoint_participant": "participant_endpoint",
        "service_endpoint_user": "user_endpoint",
        "service_has_assets": "has_assets:b",
        "service_has_tests": "has_tests:b",
        "service_hostname": "hostname",
        "service_key": "key",
        "service_name": "name",
        "service_port": "port:i",
        "service_system": "is_system:b",
        "service_uuid": "uuid",
    },
    frozenset({"service_uuid"}),
)
SERVICE_ROLE = Shape(
    "service_role",
    {
        "id_project": "project_id:i",
        "id_service": "service_id:i",
        "id_service_role": "id:i",
        "id_site": "site_id:i",
        "service_role_name": "name",
    },
)
SESSION_TYPE = Shape(
    "session_type",
    {
        "id_service": "service_id:i",
        "id_session_type": "id:i",
        "session_type_category": "category:i",
        "session_type_color": "color",
        "session_type_config": "config",
        "session_type_name": "name",
        "session_type_online": "is_online:b",
    },
)
SESSION = Shape(
    "session",
    {
        "id_creator_device": "creator_device_id:i",
        "id_creator_participant": "creator_participant_id:i",
        "id_creator_service": "creator_service_id:i",
        "id_creator_user": "creator_person_id:i",
        "id_session": "id:i",
        "id_session_type": "session_type_id:i",
        "session_comments": "comments",
        "session_duration": "duration_s:i",
        "session_name": "name",
        "session_parameters": "parameters",
        "session_start_datetime": "started_at:t",
        "session_status": "status:i",
        "session_uuid": "uuid",
    },
    frozenset({"session_uuid"}),
)
SESSION_EVENT = Shape(
    "session_event",
    {
        "id_session": "session_id:i",
        "id_session_event": "id:i",
        "id_session_event_type": "kind:i",
        "session_event_context": "context",
        "session_event_datetime": "at:t",
        "session_event_text": "text",
    },
)
ASSET = Shape(
    "asset",
    {
        "asset_datetime": "at:t",
        "asset_expiration_datetime": "expires_at:t",
        "asset_name": "name",
        "asset_service_uuid": "keeper_uuid",
        "asset_type": "media_type",
        "asset_uuid": "uuid",
        "id_asset": "id:i",
        "id_device": "device_id:i",
        "id_participant": "participant_id:i",
        "id_service": "service_id:i",
        "id_session": "session_id:i",
        "id_user": "person_id:i",
    },
    frozenset({"asset_uuid"}),
)
TEST_TYPE = Shape(
    "test_type",
    {
        "id_service": "service_id:i",
        "id_test_type": "id:i",
        "test_type_description": "description",
        "test_type_has_json_format": "has_json_format:b",
        "test_type_has_web_editor": "has_web_editor:b",
        "test_type_has_web_format": "has_web_format:b",
        "test_type_key": "key",
        "test_type_name": "name",
        "test_type_uuid": "uuid",
    },
    frozenset({"test_type_uuid"}),
)
TEST = Shape(
    "test",
    {
        "id_device": "device_id:i",
        "id_participant": "participant_id:i",
        "id_service": "service_id:i",
        "id_session": "session_id:i",
        "id_test": "id:i",
        "id_test_type": "test_type_id:i",
        "id_user": "person_id:i",
        "test_datetime": "at:t",
        "test_name": "name",
        "test_status": "status:i",
        "test_summary": "summary",
        "test_uuid": "uuid",
    },
    frozenset({"test_uuid"}),
)
INVITATION = Shape(
    "test_invitation",
    {
        "id_device": "device_id:i",
        "id_participant": "participant_id:i",
        "id_project": "project_id:i",
        "id_session": "session_id:i",
        "id_test_invitation": "id:i",
        "id_test_type": "test_type_id:i",
        "id_user": "person_id:i",
        "test_invitation_count": "used:i",
        "test_invitation_creation_date": "created_at:t",
        "test_invitation_expiration_date": "expires_at:t",
        "test_invitation_key": "key",
        "test_invitation_max_count": "most:i",
        "test_invitation_message": "message",
    },
    frozenset({"test_invitation_key", "test_invitation_count", "test_invitation_creation_date"}),
)
USER = Shape(
    "user",
    {
        "id_user": "id:i",
        "user_2fa_email_enabled": "has_mail_factor:b",
        "user_2fa_enabled": "has_second_factor:b",
        "user_2fa_otp_enabled": "has_app_factor:b",
        "user_email": "email",
        "user_enabled": "is_active:b",
        "user_firstname": "first_name",
        "user_force_password_change": "must_change_password:b",
        "user_lastname": "last_name",
        "user_lastonline": "last_online_at:t",
        "user_notes": "notes",
        "user_profile": "profile",
        "user_superadmin": "is_super:b",
        "user_username": "username",
        "user_uuid": "uuid",
    },
    frozenset({"user_lastonline", "user_uuid", "user_name"}),
)
USER_GROUP = Shape("user_group", {"id_user_group": "id:i", "user_group_name": "name"})
PREFERENCE = Shape(
    "user_preference",
    {
        "id_user": "person_id:i",
        "id_user_preference": "id:i",
        "user_preference_app_tag": "app",
        "user_preference_preference": "preference",
    },
)
