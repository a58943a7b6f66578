"""A version of a lesson: its steps and files, made and moved while it is a draft; preview, publishing, taking back."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any, TypeVar

from rollbook.console.listing import crumbs
from rollbook.console.pages.lessons import HOME, the_lesson
from rollbook.console.rendering import SHOWING_HEADERS
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.learning import attachments, content_queries, media, uploads, versions
from rollbook.core.learning.lesson_records import ContentFile, VersionChanges
from rollbook.core.learning.lessons import FILE, LINK, MEDIA_KINDS, TEXT, Step
from rollbook.core.learning.questions import questionnaire_of
from rollbook.core.learning.records import DRAFT, Content, ContentVersion
from rollbook.web.files import Held, file_answer
from rollbook.web.routes import Reply, Stream

T = TypeVar("T")
KINDS = {
    "text": ("Text", "file"), "link": ("Link", "external"), "file": ("Download", "download"), "video": ("Film", "play"),
    "image": ("Picture", "lessons"), "pdf": ("PDF", "file"), "html": ("Page", "dashboards"),
}  # fmt: skip
"""What a kind of step is called, and its sign."""
CHANGED = "Somebody changed this draft since you opened it. Look at it again."


# --- What all pages of a version share ----------------------------------------------------------------------------


def the_version(visit: Visit) -> tuple[Content, ContentVersion]:
    """The lesson and version that the address names. Faults: NOT_FOUND."""
    content = the_lesson(visit)
    return content, content_queries.get_version(visit.work, content, visit.call.path["number"])


def href_of(content: Content, version: ContentVersion) -> str:
    """Where a version's pages begin."""
    return f"{HOME}/{content.id}/versions/{version.number}"


def seen(version: ContentVersion) -> str:
    """What tells one state of a draft from another, for forms that go by position."""
    return hashlib.sha256(f"{version.body}\n{version.questionnaire}".encode()).hexdigest()[:16]


def the_draft(visit: Visit) -> tuple[Content, ContentVersion]:
    """As :func:`the_version`, as the form's page showed it. Faults: NOT_FOUND; CONFLICT when it is another by now."""
    content, version = the_version(visit)
    if visit.text("seen") != seen(version):
        raise Fault(FaultCode.CONFLICT, CHANGED)
    return content, version


def frame(visit: Visit, content: Content, version: ContentVersion, tab: str, *further: str) -> dict[str, Any]:
    """What the pages of a version say around their own."""
    href = href_of(content, version)
    here = f"Version {version.number}"
    way: tuple[tuple[str, str] | str, ...] = ((here, href), *further) if further else (here,)
    return {
        "title": f"{further[0]} · {content.title}" if further else f"{content.title}, version {version.number}",
        "room": "lessons",
        "breadcrumbs": crumbs("Learning", ("Lessons", HOME), (content.title, f"{HOME}/{content.id}"), *way),
        "lesson": content,
        "version": version,
        "href": href,
        "tab": tab,
        "is_draft": version.state == DRAFT,
        "seen": seen(version),
    }


def moved(items: Sequence[T], at: int, to: int) -> list[T]:
    """The items with one put elsewhere. Faults: NOT_FOUND."""
    left = list(items)
    one = left.pop(placed(items, at))
    left.insert(max(0, min(to, len(left))), one)
    return left


def placed(items: Sequence[Any], at: int) -> int:
    """A position that is one of the items'. Faults: NOT_FOUND."""
    if not 0 <= at < len(items):
        raise Fault(FaultCode.NOT_FOUND, "There is no such part of this version.")
    return at


def about(part: str, write: Callable[[], T]) -> T:
    """Do what may refuse one part of a list, and name its fields as the part's own form does."""
    try:
        return write()
    except Fault as fault:
        fields = {}
        for name, texts in fault.fields.items():
            short = name.removeprefix(f"{part}.") if name != part else ""
            fields[short.partition("[")[0]] = [text.replace(name, short or "this") for text in texts]
        raise Fault(fault.code, fault.message.replace(f"{part}.", ""), fields=fields, details=fault.details) from None


# --- Steps --------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Reply:
    """The steps and the files."""
    content, version = the_version(visit)
    attached = content_queries.list_files(visit.work, version)
    steps = content_queries.steps_of(version)
    by_uuid = {file.uuid: file for file in attached}
    used = {step.file for step in steps}
    return visit.render(
        "rooms/lessons/steps.html",
        **frame(visit, content, version, "steps"),
        steps=[(step, *KINDS[step.kind], by_uuid.get(step.file or "")) for step in steps],
        files=[(file, file.uuid in used or file.uuid == version.thumbnail) for file in attached],
        most_mb=media.MOST_BYTES // 1_000_000,
    )


def new_step(visit: Visit) -> Reply:
    """The empty form of a step, or a refused one."""
    kind = visit.text("kind") if visit.errors else visit.query.get("kind")
    return _step_form(visit, None, Step(title="", kind=kind if kind in KINDS else TEXT))


def edit_step(visit: Visit) -> Reply:
    """A step's form."""
    _, version = the_version(visit)
    steps = content_queries.steps_of(version)
    return _step_form(visit, placed(steps, visit.call.path["at"]), steps[visit.call.path["at"]])


def _step_form(visit: Visit, at: int | None, step: Step) -> Reply:
    content, version = the_version(visit)
    values: dict[str, Any] = {name: getattr(step, name) for name in Step.__struct_fields__}
    if visit.errors:
        values |= {name: visit.text(name) for name in Step.__struct_fields__}
    fitting = [
        file for file in content_queries.list_files(visit.work, version) if media.fits(step.kind, file.media_type)
    ]
    word = KINDS[step.kind][0]
    return visit.render(
        "rooms/lessons/step.html",
        **frame(visit, content, version, "steps", "Edit the step" if at is not None else f"Add: {word}"),
        at=at,
        values=values,
        kind=step.kind,
        word=word,
        shows_file=step.kind in MEDIA_KINDS,
        shows_url=step.kind == LINK,
        files=[(file.uuid, file.name) for file in fitting],
    )


def _given_step(visit: Visit) -> Step:
    return Step(
        title=visit.text("title") or "",
        kind=visit.text("kind") or TEXT,
        text=visit.text("text"),
        url=visit.text("url"),
        file=visit.text("file"),
        duration_s=visit.number("duration_s"),
    )


def add_step(visit: Visit) -> Reply:
    """Put a step at the end. Faults: those of changing a draft."""
    content, version = the_draft(visit)
    steps = content_queries.steps_of(version)
    _write(visit, content, version, [*steps, _given_step(visit)], f"steps[{len(steps)}]")
    return visit.redirect(f"{href_of(content, version)}#step-{len(steps)}", "The step is added.")


def change_step(visit: Visit) -> Reply:
    """Change a step. Faults: those of changing a draft."""
    content, version = the_draft(visit)
    steps = content_queries.steps_of(version)
    at = placed(steps, visit.call.path["at"])
    steps[at] = _given_step(visit)
    _write(visit, content, version, steps, f"steps[{at}]")
    return visit.redirect(f"{href_of(content, version)}#step-{at}", "The step is saved.")


def move_step(visit: Visit) -> Reply:
    """Put a step elsewhere. Faults: those of changing a draft."""
    content, version = the_draft(visit)
    to = visit.number("to") or 0
    steps = moved(content_queries.steps_of(version), visit.call.path["at"], to)
    _write(visit, content, version, steps, "steps")
    return visit.redirect(f"{href_of(content, version)}#step-{max(0, min(to, len(steps) - 1))}")


def remove_step(visit: Visit) -> Reply:
    """Take a step out; its file stays until it is removed too. Faults: those of changing a draft."""
    content, version = the_draft(visit)
    steps = content_queries.steps_of(version)
    gone = steps.pop(placed(steps, visit.call.path["at"]))
    _write(visit, content, version, steps, "steps")
    return visit.redirect(href_of(content, version), f"“{gone.title}” is taken out.")


def _write(visit: Visit, content: Content, version: ContentVersion, steps: list[Step], part: str) -> None:
    about(part, lambda: versions.redraft(visit.work, content, version, VersionChanges(steps=steps)))


# --- Files --------------------------------------------------------------------------------------------------------


def upload(visit: Visit) -> Reply:
    """Take a file in, and add a step that shows it. To a script that asks for JSON it answers with where to go on."""
    body = visit.call.content
    try:
        if body is None or body.file is None or not body.file_name:
            raise field_fault(FaultCode.MISSING, "file", "Choose a file first.")
        services = visit.services
        intake = uploads.Intake(services.database, services.files, services.films, visit.principal)

        def find(work: Any) -> tuple[Content, ContentVersion]:
            lesson = content_queries.get_content(work, key="id", value=visit.call.path["id"])
            return lesson, content_queries.get_version(work, lesson, visit.call.path["number"])

        file = uploads.take_in(intake, find, body.file, PurePath(body.file_name).name)
        with visit.writing() as work:
            reply = _shown_in_a_step(visit, *find(work), file)
    except Fault as fault:
        if not _wants_json(visit) or fault.code in (FaultCode.UNAUTHENTICATED, FaultCode.NOT_FOUND):
            raise
        return Reply({"error": fault.message}, 422)
    return reply


def _shown_in_a_step(visit: Visit, content: Content, version: ContentVersion, file: ContentFile) -> Reply:
    steps = content_queries.steps_of(version)
    kind = next((kind for kind in media.FITTING if media.fits(kind, file.media_type)), FILE)
    step = Step(title=PurePath(file.name).stem.replace("_", " ").strip() or file.name, kind=kind, file=file.uuid)
    versions.redraft(visit.work, content, version, VersionChanges(steps=[*steps, step]))
    said = f"{file.name} is in, as a step at the end."
    if file.state == "error":
        said = f"{file.name} is in, but it is no film that plays. Take it out and upload another."
    reply = visit.redirect(
        f"{href_of(content, version)}#step-{len(steps)}", said, "bad" if file.state == "error" else "good"
    )
    return Reply({"next": reply.headers["location"]}, 200, cookies=reply.cookies) if _wants_json(visit) else reply


def _wants_json(visit: Visit) -> bool:
    return visit.call.headers.get("accept") == "application/json"


def remove_file(visit: Visit) -> Reply:
    """Take a file away that nothing shows. Faults: those of detaching one."""
    content, version = the_version(visit)
    file = content_queries.get_file(visit.work, version, visit.call.path["file"])
    if attachments.detach_file(visit.work, content, version, file):
        visit.work.after_commit.append(lambda: visit.services.files.delete(file.key))
    return visit.redirect(href_of(content, version), f"{file.name} is removed.")


def show_file(visit: Visit) -> Stream | Reply:
    """A file as a learner gets it: shown where its type may be, or offered for download."""
    _, version = the_version(visit)
    file = content_queries.get_file(visit.work, version, visit.call.path["file"])
    held = Held(file.key, file.name, file.media_type, file.size, file.sha256)
    return file_answer(visit.services.files, held, visit.call.headers, is_shown=True)


# --- Before the learners ------------------------------------------------------------------------------------------


def preview(visit: Visit) -> Reply:
    """What a learner will see."""
    content, version = the_version(visit)
    by_uuid = {file.uuid: file for file in content_queries.list_files(visit.work, version)}
    reply = visit.render(
        "rooms/lessons/preview.html",
        **frame(visit, content, version, "preview"),
        steps=[(step, by_uuid.get(step.file or "")) for step in content_queries.steps_of(version)],
        questionnaire=questionnaire_of(version.questionnaire),
    )
    reply.headers = SHOWING_HEADERS
    return reply


def publish(visit: Visit) -> Reply:
    """Put it before the learners. Faults: those of publishing."""
    content, version = the_version(visit)
    versions.publish(visit.work, content, version)
    return visit.redirect(f"{HOME}/{content.id}", f"Version {version.number} is published; learners begin with it now.")


def retire(visit: Visit) -> Reply:
    """Take it back. Faults: CONFLICT."""
    content, version = the_version(visit)
    versions.retire(visit.work, content, version)
    said = f"Version {version.number} is taken back; nobody can begin it any more."
    return visit.redirect(f"{HOME}/{content.id}", said)
