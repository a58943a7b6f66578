"""The search of the top bar: people, courses, places and more, as JSON for the drop-down and as a page."""

from typing import Any

from rollbook.console.listing import crumbs
from rollbook.console.records.places import PARTICIPANTS, PROJECTS, SITES
from rollbook.console.records.sessions import SESSIONS
from rollbook.console.records.things import DEVICES
from rollbook.console.visits import Visit
from rollbook.core.kernel.matching import part_of
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.learning.content_queries import search_lessons
from rollbook.core.learning.statistics import search_courses
from rollbook.core.people import queries, structure
from rollbook.core.people.records import PeopleFilter
from rollbook.core.sessions.pages import list_page
from rollbook.core.sessions.policy import sees_places
from rollbook.core.sessions.ties import called
from rollbook.web.routes import Reply

SOME, MORE = 6, 30


def search(visit: Visit) -> Reply:
    """What the words find of what the caller may see."""
    sought = visit.query.get("q", "").strip()[:200]
    as_json = "application/json" in (visit.call.headers.get("accept") or "")
    groups = _groups(visit, sought, SOME if as_json else MORE) if sought else []
    if as_json:
        return Reply({"groups": groups})
    return visit.render("search.html", room=None, breadcrumbs=crumbs("Search"), query=sought, groups=groups)


def _groups(visit: Visit, sought: str, limit: int) -> list[dict[str, Any]]:
    found = [{"title": "People", "items": _people(visit, sought, limit)}]
    if visit.may(P.STRUCTURE_READ):
        courses = search_courses(visit.work, sought, limit=limit)
        items = [{"label": c.title, "detail": c.external_id or "", "href": f"/console/courses/{c.id}"} for c in courses]
        found.append({"title": "Courses", "items": items})
        lessons = search_lessons(visit.work, sought, limit=limit)
        items = [{"label": one.title, "detail": "", "href": f"/console/lessons/{one.id}"} for one in lessons]
        found.append({"title": "Lessons", "items": items})
        groups = structure.search_entries(visit.work, structure.GROUPS, sought, limit=limit)
        items = [{"label": g.name, "detail": g.external_id or "", "href": f"/console/groups/{g.id}"} for g in groups]
        found.append({"title": "Groups", "items": items})
    return found + (_places(visit, sought, limit) if sees_places(visit.work) else [])


def _places(visit: Visit, sought: str, limit: int) -> list[dict[str, Any]]:
    """Sites, participants, devices and sessions, for those who have something to do with them."""
    found = []
    for kind in (SITES, PROJECTS, PARTICIPANTS, DEVICES, SESSIONS):
        records = list_page(visit.work, kind.entity, limit=limit, searched=part_of(sought))
        items = [{"label": called(one), "detail": "", "href": f"{kind.href}/{one['id']}"} for one in records]
        found.append({"title": kind.many, "items": items})
    return found


def _people(visit: Visit, sought: str, limit: int) -> list[dict[str, str]]:
    page = queries.list_people(visit.work, PeopleFilter(q=sought), limit=limit, order="name")
    return [
        {"label": one.full_name, "detail": one.group_name or one.email or "", "href": f"/console/people/{one.id}"}
        for one in page.rows
    ]
