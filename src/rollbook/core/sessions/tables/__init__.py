"""The domain's tables, gathered for migrations."""

from rollbook.core.sessions.tables import devices, materials, places, services, sessions, users

__all__ = ["devices", "materials", "places", "services", "sessions", "users"]
