"""The questions of a version: made, changed, moved and removed while it is a draft."""

from typing import Any

import msgspec

from rollbook.console.pages.lesson_draft import about, frame, href_of, moved, placed, the_draft, the_version
from rollbook.console.visits import Visit
from rollbook.core.kernel.ids import new_short_id
from rollbook.core.learning import versions
from rollbook.core.learning.lesson_records import VersionChanges
from rollbook.core.learning.lessons import SINGLE, WRITTEN, Option, Question
from rollbook.core.learning.questions import questionnaire_of
from rollbook.core.learning.records import Content, ContentVersion
from rollbook.web.routes import Reply

KINDS = (("single", "One answer is right"), ("multiple", "Several answers may be right"), ("text", "Written answer"))
LEAST_ROWS, SPARE_ROWS = 4, 1


def show(visit: Visit) -> Reply:
    """The questions in their order."""
    content, version = the_version(visit)
    return visit.render(
        "rooms/lessons/questions.html",
        **frame(visit, content, version, "questions"),
        questions=questionnaire_of(version.questionnaire).questions,
        kinds=dict(KINDS),
    )


def new(visit: Visit) -> Reply:
    """The empty form, or a refused one."""
    kind = visit.query.get("kind")
    question = Question(id="", text="", kind=kind if kind in dict(KINDS) else SINGLE)
    return _form(visit, None, _given(visit, "") if visit.errors else question)


def edit(visit: Visit) -> Reply:
    """A question's form."""
    _, version = the_version(visit)
    questions = questionnaire_of(version.questionnaire).questions
    at = placed(questions, visit.call.path["at"])
    return _form(visit, at, _given(visit, questions[at].id) if visit.errors else questions[at])


def _form(visit: Visit, at: int | None, question: Question) -> Reply:
    content, version = the_version(visit)
    blank = Option(id="", text="")
    spare = max(SPARE_ROWS, LEAST_ROWS - len(question.options))
    return visit.render(
        "rooms/lessons/question.html",
        **frame(visit, content, version, "questions", "Edit the question" if at is not None else "Add a question"),
        at=at,
        question=question,
        options=[*question.options, *[blank] * spare],
        accepted="\n".join(question.accepted),
        kinds=KINDS,
    )


def _given(visit: Visit, question_id: str) -> Question:
    """The question as it was typed. A row of an option without text is none."""
    kind = visit.text("kind") or SINGLE
    right = set(visit.texts("right"))
    rows = zip(visit.texts("option_id"), visit.texts("option_text"), strict=False)
    options = tuple(
        Option(id=option_id or new_short_id(), text=text.strip(), is_right=str(row) in right)
        for row, (option_id, text) in enumerate(rows)
        if text.strip()
    )
    accepted = tuple(line.strip() for line in (visit.text("accepted") or "").splitlines() if line.strip())
    points = visit.text("points") or "1"
    return Question(
        id=question_id or new_short_id(),
        text=visit.text("text") or "",
        kind=kind,
        options=() if kind == WRITTEN else options,
        accepted=accepted if kind == WRITTEN else (),
        points=int(points) if points.isascii() and points.isdigit() and len(points) < 10 else 0,
        explanation=visit.text("explanation"),
    )


def add(visit: Visit) -> Reply:
    """Put a question at the end. Faults: those of changing a draft."""
    content, version = the_draft(visit)
    questions = list(questionnaire_of(version.questionnaire).questions)
    _write(visit, content, version, [*questions, _given(visit, "")], f"questionnaire.questions[{len(questions)}]")
    return visit.redirect(f"{href_of(content, version)}/questions#question-{len(questions)}", "The question is added.")


def change(visit: Visit) -> Reply:
    """Change a question. Faults: those of changing a draft."""
    content, version = the_draft(visit)
    questions = list(questionnaire_of(version.questionnaire).questions)
    at = placed(questions, visit.call.path["at"])
    questions[at] = _given(visit, questions[at].id)
    _write(visit, content, version, questions, f"questionnaire.questions[{at}]")
    return visit.redirect(f"{href_of(content, version)}/questions#question-{at}", "The question is saved.")


def move(visit: Visit) -> Reply:
    """Put a question elsewhere. Faults: those of changing a draft."""
    content, version = the_draft(visit)
    to = visit.number("to") or 0
    questions = moved(questionnaire_of(version.questionnaire).questions, visit.call.path["at"], to)
    _write(visit, content, version, questions, "questionnaire.questions")
    at = max(0, min(to, len(questions) - 1))
    return visit.redirect(f"{href_of(content, version)}/questions#question-{at}")


def remove(visit: Visit) -> Reply:
    """Take a question out. Faults: those of changing a draft."""
    content, version = the_draft(visit)
    questions = list(questionnaire_of(version.questionnaire).questions)
    questions.pop(placed(questions, visit.call.path["at"]))
    _write(visit, content, version, questions, "questionnaire.questions")
    return visit.redirect(f"{href_of(content, version)}/questions", "The question is taken out.")


def _write(visit: Visit, content: Content, version: ContentVersion, questions: list[Question], part: str) -> None:
    wanted: Any = msgspec.structs.replace(questionnaire_of(version.questionnaire), questions=tuple(questions))
    about(part, lambda: versions.redraft(visit.work, content, version, VersionChanges(questionnaire=wanted)))
