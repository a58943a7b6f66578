"""Lessons: the list, one lesson with its versions, making one, changing what is said of it, archiving it."""

from typing import Any

from rollbook.console import listing, words
from rollbook.console.listing import crumbs, field
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.kernel.principal import Permission
from rollbook.core.learning import content_queries, contents, versions
from rollbook.core.learning.lesson_status import LessonStatus
from rollbook.core.learning.records import DRAFT, Content, ContentChanges, ContentFilter, ContentVersion, NewContent
from rollbook.web.routes import Reply

HOME = "/console/lessons"
TEXTS = (
    "title", "short_description", "description", "goals", "requirements", "target_audience", "external_id",
)  # fmt: skip
NUMBERS = ("duration_min", "certificate_months")
TICKS = ("issues_certificate", "is_public")
STATUSES = [
    (LessonStatus.ACTIVE.value, "Published"),
    (LessonStatus.NEVER.value, "Never published"),
    (LessonStatus.INACTIVE.value, "Taken back or archived"),
    (LessonStatus.ERROR.value, "A film cannot be read"),
    (LessonStatus.RENDERING.value, "A film is being read"),
]


def index(visit: Visit) -> Reply:
    """The lessons, by a part of the title and by status."""
    status = visit.query.get("status")
    wanted = ContentFilter(
        q=visit.query.get("q") or None,
        statuses=frozenset({status}) if status in dict(STATUSES) else None,
        is_archived=None if status == LessonStatus.INACTIVE.value else False,
    )

    def read(after: Any, limit: int) -> list[Content]:
        return content_queries.list_contents(visit.work, wanted, limit=limit, after=after[0] if after else 0).rows

    page = listing.forward(visit, read, lambda content: (content.id,), int)
    shown = content_queries.list_shown_versions(visit.work, [content.id for content in page.rows])
    return visit.render(
        "rooms/lessons/index.html",
        title="Lessons",
        room="lessons",
        breadcrumbs=crumbs("Learning", "Lessons"),
        rows=[_row(content, shown.get(content.id)) for content in page.rows],
        slice=page,
        fields=[field(visit, "q", "Search lessons", "search"), field(visit, "status", "Status", options=STATUSES)],
        dense=listing.is_dense(visit),
    )


def _row(content: Content, version: ContentVersion | None) -> dict[str, Any]:
    return {
        "id": content.id,
        "title": {"label": content.title, "href": f"{HOME}/{content.id}"},
        "status": content.status,
        "version": version and version.number,
        "steps": version and version.step_count,
        "questions": version and (version.question_count or None),
        "updated": iso(content.updated_at),
    }


def show(visit: Visit) -> Reply:
    """One lesson and its versions."""
    content = the_lesson(visit)
    found = content_queries.list_versions(visit.work, content)
    return visit.render(
        "rooms/lessons/show.html",
        title=content.title,
        room="lessons",
        breadcrumbs=crumbs("Learning", ("Lessons", HOME), content.title),
        lesson=content,
        href=f"{HOME}/{content.id}",
        draft=next((version for version in found if version.state == DRAFT), None),
        rows=[_version_row(content, version, is_open=visit.may(Permission.CONTENT_WRITE)) for version in found],
        certificate=_certificate(content),
    )


def _version_row(content: Content, version: ContentVersion, *, is_open: bool) -> dict[str, Any]:
    return {
        "id": version.id,
        "number": f"Version {version.number}"
        if not is_open
        else {"label": f"Version {version.number}", "href": f"{HOME}/{content.id}/versions/{version.number}"},
        "state": version.state,
        "steps": version.step_count,
        "questions": version.question_count or None,
        "minutes": words.minutes(version.duration_ms // 1000) if version.duration_ms else None,
        "created": iso(version.created_at),
        "published": iso(version.published_at),
    }


def _certificate(content: Content) -> str:
    if not content.issues_certificate:
        return "None: a statement of completion"
    return f"Holds for {content.certificate_months} months" if content.certificate_months else "Holds for good"


def the_lesson(visit: Visit) -> Content:
    """The lesson that the address names. Faults: NOT_FOUND."""
    return content_queries.get_content(visit.work, key="id", value=visit.call.path["id"])


def new(visit: Visit) -> Reply:
    """The empty form, or a refused one."""
    return _form(visit, None, _typed(visit))


def edit(visit: Visit) -> Reply:
    """The form with what is known."""
    content = the_lesson(visit)
    known: dict[str, Any] = {name: getattr(content, name) for name in (*TEXTS, *NUMBERS, *TICKS)}
    return _form(visit, content, known | _typed(visit))


def _typed(visit: Visit) -> dict[str, Any]:
    if not visit.errors:
        return {}
    typed: dict[str, Any] = {name: visit.text(name) for name in (*TEXTS, *NUMBERS)}
    return typed | {name: visit.is_ticked(name) for name in TICKS}


def _form(visit: Visit, content: Content | None, values: dict[str, Any]) -> Reply:
    here = ((content.title, f"{HOME}/{content.id}"), "Edit") if content else ("Make a lesson",)
    return visit.render(
        "rooms/lessons/form.html",
        title=f"Edit {content.title}" if content else "Make a lesson",
        room="lessons",
        breadcrumbs=crumbs("Learning", ("Lessons", HOME), *here),
        lesson=content,
        values=values,
        href=f"{HOME}/{content.id}" if content else HOME,
    )


def _given(visit: Visit) -> dict[str, Any]:
    """The form's fields as the core wants them. Faults: INVALID naming a field that is no number."""
    given: dict[str, Any] = {name: visit.text(name) for name in TEXTS} | {name: visit.number(name) for name in NUMBERS}
    given |= {name: visit.is_ticked(name) for name in TICKS}
    return given | {"title": given["title"] or "", "duration_min": given["duration_min"] or 0}


def create(visit: Visit) -> Reply:
    """Make the lesson, with a first draft. Faults: those of making one."""
    made = contents.create(visit.work, NewContent(**_given(visit)))
    versions.draft(visit.work, made, [])
    return visit.redirect(f"{HOME}/{made.id}/versions/1", f"{made.title} is made. Now give it its steps.")


def update(visit: Visit) -> Reply:
    """Change the lesson. Faults: those of changing one."""
    content = the_lesson(visit)
    changed = contents.change(visit.work, content, ContentChanges(**_given(visit)))
    said = "Nothing had changed." if changed == content else f"{changed.title} is saved."
    return visit.redirect(f"{HOME}/{content.id}", said, "info" if changed == content else "good")


def begin(visit: Visit) -> Reply:
    """Begin a version, with all that the newest has. Faults: those of drafting one."""
    content = the_lesson(visit)
    found = content_queries.list_versions(visit.work, content)
    made = versions.copy(visit.work, content, found[0]) if found else versions.draft(visit.work, content, [])
    said = f"Version {made.number} is a draft; learners see it once it is published."
    return visit.redirect(f"{HOME}/{content.id}/versions/{made.number}", said)


def archive(visit: Visit) -> Reply:
    """Put it away."""
    content = contents.change(visit.work, the_lesson(visit), ContentChanges(is_archived=True))
    return visit.redirect(f"{HOME}/{content.id}", f"{content.title} is archived; its record stays.")


def restore(visit: Visit) -> Reply:
    """Take it out again."""
    content = contents.change(visit.work, the_lesson(visit), ContentChanges(is_archived=False))
    return visit.redirect(f"{HOME}/{content.id}", f"{content.title} is back.")


def remove(visit: Visit) -> Reply:
    """Delete it, if nobody ever had it. Faults: CONFLICT."""
    content = the_lesson(visit)
    keys = contents.remove(visit.work, content)
    visit.work.after_commit += [lambda key=key: visit.services.files.delete(key) for key in keys]  # type: ignore[misc]
    return visit.redirect(HOME, f"{content.title} is deleted.")
