"""How a version is passed, its picture and what is noted of it; and the organisation's own fields for that."""

from typing import Any

import msgspec

from rollbook.console.listing import crumbs
from rollbook.console.pages.lesson_draft import frame, href_of, the_version
from rollbook.console.pages.lessons import HOME
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.learning import content_queries, custom_fields, media, versions
from rollbook.core.learning.custom_fields import FIELD_KINDS
from rollbook.core.learning.lesson_records import VersionChanges
from rollbook.core.learning.lessons import IMAGE
from rollbook.core.learning.questions import questionnaire_of
from rollbook.core.learning.records import DRAFT
from rollbook.web.routes import Reply

FIELDS = f"{HOME}/fields"
KIND_WORDS = {"string": "Text", "number": "Number", "date": "Date", "boolean": "Yes or no"}


def show(visit: Visit) -> Reply:
    """The settings, or refused ones."""
    content, version = the_version(visit)
    questionnaire = questionnaire_of(version.questionnaire)
    noted: dict[str, str | None] = {
        value.key: value.value for value in custom_fields.list_values(visit.work, [version.id])[version.id]
    }
    values: dict[str, Any] = {
        "pass_percent": "" if version.pass_percent is None else f"{version.pass_percent:g}",
        "attempts_allowed": questionnaire.attempts_allowed,
        "is_shuffled": questionnaire.is_shuffled,
        "shows_answers": questionnaire.shows_answers,
        "thumbnail": version.thumbnail,
    }
    if visit.errors:
        values |= {name: visit.text(name) for name in ("pass_percent", "attempts_allowed", "thumbnail")}
        values |= {name: visit.is_ticked(name) for name in ("is_shuffled", "shows_answers")}
        noted = {name.removeprefix("note_"): visit.text(name) for name in visit.form if name.startswith("note_")}
    pictures = [
        (file.uuid, file.name)
        for file in content_queries.list_files(visit.work, version)
        if media.fits(IMAGE, file.media_type)
    ]
    return visit.render(
        "rooms/lessons/settings.html",
        **frame(visit, content, version, "settings"),
        values=values,
        pictures=pictures,
        notes=custom_fields.list_fields(visit.work),
        noted=noted,
    )


def update(visit: Visit) -> Reply:
    """Save the settings; of a version that is out, only what is noted of it. Faults: those of changing a draft."""
    content, version = the_version(visit)
    if version.state == DRAFT:
        questionnaire = msgspec.structs.replace(
            questionnaire_of(version.questionnaire),
            attempts_allowed=visit.number("attempts_allowed"),
            is_shuffled=visit.is_ticked("is_shuffled"),
            shows_answers=visit.is_ticked("shows_answers"),
        )
        changes = VersionChanges(
            pass_percent=_per_cent(visit), questionnaire=questionnaire, thumbnail=visit.text("thumbnail")
        )
        _renamed(lambda: versions.redraft(visit.work, content, version, changes))
    notes = {field.key: visit.text(f"note_{field.key}") for field in custom_fields.list_fields(visit.work)}
    _renamed(lambda: custom_fields.set_values(visit.work, content, version, notes))
    return visit.redirect(f"{href_of(content, version)}/settings", "The settings are saved.")


def _per_cent(visit: Visit) -> float | None:
    text = visit.text("pass_percent")
    try:
        return float(text) if text else None
    except ValueError:
        raise field_fault(FaultCode.INVALID, "pass_percent", "pass_percent must be a number") from None


def _renamed(write: Any) -> None:
    """Faults name the fields as the form has them."""
    try:
        write()
    except Fault as fault:
        fields = {}
        for name, texts in fault.fields.items():
            short = name.removeprefix("questionnaire.").replace("custom_fields.", "note_")
            said = name.rpartition(".")[2]
            fields[short] = [text.replace(name, said) for text in texts]
        raise Fault(fault.code, fault.message, fields=fields, details=fault.details) from None


# --- The organisation's own fields --------------------------------------------------------------------------------


def list_fields(visit: Visit) -> Reply:
    """The fields, and a form for another."""
    typed = {name: visit.text(name) for name in ("key", "description", "kind")} if visit.errors else {}
    return visit.render(
        "rooms/lessons/fields.html",
        title="Custom fields",
        room="lessons",
        breadcrumbs=crumbs("Learning", ("Lessons", HOME), "Custom fields"),
        rows=[(field, KIND_WORDS[field.kind]) for field in custom_fields.list_fields(visit.work)],
        kinds=[(kind, KIND_WORDS[kind]) for kind in FIELD_KINDS],
        values=typed,
    )


def define(visit: Visit) -> Reply:
    """Make a field. Faults: those of defining one."""
    key, kind = visit.text("key") or "", visit.text("kind") or ""
    made = custom_fields.define(visit.work, key, visit.text("description") or "", kind)
    return visit.redirect(FIELDS, f"{made.description} can be filled in now.")


def remove_field(visit: Visit) -> Reply:
    """Delete a field, with what is in it. Faults: NOT_FOUND."""
    field = custom_fields.get_field(visit.work, visit.call.path["uuid"])
    custom_fields.remove(visit.work, field)
    return visit.redirect(FIELDS, f"{field.description} is deleted.")
