"""Contents on the wire (Smart Arena, "COURSE", "GET Content")."""

import msgspec


class ContentFilter(msgspec.Struct):
    """GET /api/content."""

    content_type: int | None = None
    """Null: all available content; 0: only internal; 1: only public."""


class ContentOut(msgspec.Struct):
    """A content. Flags are 0 or 1; the duration is ``duration_hour`` hours and ``duration_minute`` minutes."""

    id: int
    title: str
    description: str | None
    short_description: str | None
    is_published: int
    duration_hour: int
    duration_minute: int
    publish_date: str | None
    content_requirements: str | None
    content_goals: str | None
    target_audience: str | None
    step_count: int
