"""The domain's tables, gathered for migrations."""

from rollbook.core.sessions.tables import devices, materials, places, presence, services, sessions, users

__all__ = ["devices", "materials", "places", "presence", "services", "sessions", "users"]
