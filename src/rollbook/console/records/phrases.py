"""What the fields of these rooms are called, what is said beside them, and refusals in plainer words."""

from rollbook.console import words
from rollbook.core.sessions.forms import MOST_CHOICES

_LABELS = {
    "is_enabled": "In use",
    "is_active": "Active",
    "needs_second_factor": "Who works here signs in with two factors",
    "has_second_factor": "Signs in with two factors",
    "must_change_password": "Chooses a new password at the next sign-in",
    "is_super": "Sees and may do everything",
    "may_sign_in": "Signs in with a user name and a password",
    "has_token": "Has a lasting token, for a link that signs in",
    "goes_online": "Goes online by itself",
    "is_online": "Held online",
    "infos": "About the device",
    "config": "Configuration",
    "default_config": "What new settings begin with",
    "hostname": "Host name",
    "port": "Port",
    "endpoint": "Address on its server",
    "client_endpoint": "Address from outside",
    "user_endpoint": "Address for users",
    "participant_endpoint": "Address for participants",
    "device_endpoint": "Address for devices",
    "has_assets": "Keeps files of sessions",
    "has_tests": "Offers tests",
    "has_editable_config": "Users, participants and devices have settings of their own for it",
    "is_system": "Came with the server",
    "has_json_format": "Gives results as JSON",
    "has_web_format": "Shows results in the browser",
    "has_web_editor": "Is answered in the browser",
    "color": "Colour",
    "started_at": "Begins",
    "duration_s": "Length",
    "session_type_id": "Type",
    "device_type_id": "Type",
    "device_subtype_id": "Subtype",
    "participant_group_id": "Group",
    "comments": "Notes",
    "last_online_at": "Last online",
    "last_session_at": "Last session",
}
_HINTS = {
    ("device_type", "key"): "What devices name the type by when they register themselves.",
    ("service", "key"): "The name that programs know it by, such as VideoRehabService.",
    ("service", "client_endpoint"): "Such as / or /rehab; browsers and apps find it there.",
    ("session_type", "service_id"): "The service that leads such sessions; only for the category Service.",
    ("session_type", "config"): "What clients need to know to hold one; often JSON.",
    ("test_type", "key"): "A name that programs know it by; one of its kind.",
    ("participant", "password"): "Left empty, the one that they have stays.",
    ("participant", "username"): "Only for participants who sign in.",
    ("project", "is_enabled"): "Taken out of use, its participants are disabled and their devices are free.",
    ("site", "needs_second_factor"): "From the next sign-in, and for administrators of everything too.",
    ("session", "participant_id"): "More can join once the session is there.",
    ("service_config", "config"): 'A JSON object, such as {"volume": 80}.',
    ("service", "default_config"): 'A JSON object, such as {"volume": 80}.',
    ("service_config", "participant_id"): "Whose setting it is; your own where neither is chosen.",
    ("device", "site_id"): "Where the device stands. More sites can be added on its page.",
    ("device", "project_id"): "Where it is used first; its site comes along.",
    ("session_type", "site_id"): "Where it is held. More sites can be added on its page.",
    ("test_type", "site_id"): "Where it is used. More sites can be added on its page.",
}
NOT_YOURS = "Your roles at sites and in projects do not let you do this. Someone who administers the place can."
_PLAIN = {
    "Forbidden": NOT_YOURS,
    "Access denied": NOT_YOURS,
    "Unauthorized": NOT_YOURS,
    "Not found": "That is not there any more.",
    "Mismatch between id_project and group's project": "This group belongs to another project: choose one of the "
    "participant’s own project, or none.",
    "Database error: device_type_key is taken": "Another device type has this key.",
    "service_key is taken: another service has it.": "Another service has this key.",
    "Missing project(s) to associate that session type to": "Say at which site or in which project it is held.",
    "Missing project(s) to associate that test type to": "Say at which site or in which project it is used.",
    "Missing id_service for session type of type service": "Choose the service that leads these sessions.",
    "No admin access to project": "You may not put participants into this project.",
}


def label(name: str) -> str:
    """What a field is called."""
    return _LABELS.get(name) or words.field(name)


def hint(kind: str, name: str) -> str | None:
    """What is said below a field."""
    return _HINTS.get((kind, name))


def cut(name: str) -> str:
    """What is said below a choice of which the rest is not listed."""
    one = label(name).lower()
    return f"Only the first {MOST_CHOICES} are listed. For another, begin on the page of that {one}."


def refusal(message: str) -> str:
    """A refusal as these pages say it."""
    return _PLAIN.get(message) or words.sentence(message.removeprefix("Database error: "))
