"""Contents (Smart Arena, "COURSE", "GET Content")."""

from rollbook.core.kernel.work import Work
from rollbook.core.learning import content_queries
from rollbook.doors.smartarena.translate.contents import from_core_content, to_core_content_filter
from rollbook.doors.smartarena.wire.contents import ContentFilter, ContentOut
from rollbook.web.routes import Call, Listing

CHUNK = 500


def index(call: Call[ContentFilter, None]) -> Listing:
    """Contents of the organisation that are not archived."""
    wanted = to_core_content_filter(call.body.content_type)
    principal = call.principal

    def next_contents(work: Work, after: int | None) -> tuple[list[ContentOut], int | None]:
        work.act_as(principal)
        found = content_queries.list_contents(work, wanted, limit=CHUNK, after=after or 0).rows
        return [from_core_content(content) for content in found], found[-1].id if len(found) == CHUNK else None

    return Listing(next_contents)
