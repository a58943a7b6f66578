"""The domain's tables, gathered for migrations."""

from rollbook.core.sessions.tables import devices, files, materials, places, presence, services, sessions, users

__all__ = ["devices", "files", "materials", "places", "presence", "services", "sessions", "users"]
