"""What sockets carry as a stream of server-sent events, from wherever a client left off. Ours; OpenTera has none."""

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import following, queries
from rollbook.core.sessions.viewers import Kind, viewer_of
from rollbook.doors.opentera.messages import written
from rollbook.doors.opentera.wire.live import EventsQuery
from rollbook.web.routes import Call, Following


def follow(call: Call[None, EventsQuery]) -> Following:
    """What the caller is told, as it happens, or since an event ("Last-Event-ID"). Faults: INVALID."""
    work, base_url, principal = call.work, call.services.base_url(), call.principal
    viewer = viewer_of(principal)
    kind = Kind.USER if viewer.is_super else viewer.kind
    own = queries.get(work, queries.ENTITY_OF[kind], viewer.id)

    def look(work: Work, cursor: str) -> list[tuple[str, str]]:
        work.act_as(principal)
        found = following.list_since(work, cursor)
        return [(after, written(event, kind, own["uuid"], base_url)) for event, after in found]

    cursor = call.headers.get("last-event-id") or call.query.last_event_id
    if cursor:
        following.list_since(work, cursor)
    return Following((kind, viewer.id), principal.organisation_id, cursor or following.cursor_now(work), look)
