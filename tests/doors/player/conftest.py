"""Lessons to play, and learners with a player open."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, update

from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.statements import Statement
from rollbook.core.playing.tables import plays
from tests.conftest import Caller, Organisation
from tests.doors.velpic.conftest import add_user, answered

SINGLE = {
    "id": "q1",
    "text": "Who may enter?",
    "options": [{"id": "a", "text": "The trained", "is_right": True}, {"id": "b", "text": "Anyone"}],
    "explanation": "Section 4.",
}
MULTIPLE = {
    "id": "q2",
    "text": "What do you wear?",
    "kind": "multiple",
    "options": [
        {"id": "h", "text": "Helmet", "is_right": True},
        {"id": "g", "text": "Gloves", "is_right": True},
        {"id": "s", "text": "Sandals"},
    ],
    "points": 2,
}
WRITTEN = {"id": "q3", "text": "Who is in charge?", "kind": "text", "accepted": ["Ana Novak"]}
RIGHT = {"q1": ["a"], "q2": ["g", "h"], "q3": [" ana novak "]}
WRONG = {"q1": ["b"], "q2": ["h"], "q3": ["Bor"]}

_REWIND = Statement[tuple[Any, ...]](
    update(plays)
    .where(plays.c.assignment_id == bindparam("assignment_id"))
    .values(updated_at=plays.c.updated_at - bindparam("by", type_=plays.c.updated_at.type))
)


@dataclass
class Played:
    """One schedule with its player open."""

    organisation: Organisation
    api: Caller
    """The integration that scheduled it."""
    person_id: int
    schedule_id: int
    token: str
    page: Caller
    """What the player's page sends."""

    @property
    def lesson(self) -> Any:
        """The lesson as it is now."""
        return answered(self.page.get("/player/lesson"))

    def save(self, status: int = 200, **given: Any) -> Any:
        """Save progress, as the next save."""
        lesson = self.lesson
        body = {"version": lesson["version"], "number": lesson["standing"]["saves"] + 1, "step": 0, **given}
        return answered(self.page.post("/player/progress", json=body), status)

    def answer(self, answers: dict[str, list[str]], status: int = 200, **given: Any) -> Any:
        """Answer the questions, as the next attempt."""
        number = answered(self.page.get("/player/questions"))["number"] if "number" not in given else 0
        body = {"version": self.lesson["version"], "number": number, "answers": answers, **given}
        return answered(self.page.post("/player/answers", json=body), status)

    def wait(self, seconds: int) -> None:
        """Let so much time pass since the last save."""
        with self.organisation.writing() as work:
            work.run(_REWIND, assignment_id=self.schedule_id, by=seconds * SECOND)

    @property
    def schedule(self) -> Any:
        """The schedule as integrations see it."""
        return answered(self.api.get(f"/api/v2/lesson_schedule/{self.schedule_id}"))


def add_lesson(organisation: Organisation, *, film: bytes = b"", pages: int = 2, **version: Any) -> dict[str, Any]:
    """A published lesson: a film where one is given, and so many pages."""
    api = organisation.native()
    content = api.post("/v1/contents", json={"title": "Confined space", "issues_certificate": True}).json()
    path = f"/v1/contents/{content['id']}/versions"
    number = api.post(path, json={"steps": []}).json()["number"]
    steps: list[dict[str, Any]] = []
    if film:
        files = {"file": ("film", film, "application/octet-stream")}
        stored = answered(api.post(f"{path}/{number}/files", files=files), 201)
        steps.append({"title": "Watch", "kind": "video", "file": stored["id"]})
    steps += [{"title": f"Page {at}", "text": "Look first."} for at in range(1, pages + 1)]
    answered(api.patch(f"{path}/{number}", json={"steps": steps, **version}))
    answered(api.post(f"{path}/{number}/publish"))
    return {"number": content["number"], "id": content["id"], "versions": path, "version": f"{path}/{number}"}


def play(organisation: Organisation, lesson: dict[str, Any], **schedule: Any) -> Played:
    """Schedule a learner for a lesson, and open the player by its embedding address."""
    api = organisation.velpic()
    user = add_user(api, emailAddress=None)
    listed = answered(api.get("/api/v2/lesson", params={"lessonIds": str(lesson["number"])}))
    asked = {"lessonVersionIds": [listed["results"][0]["lessonVersionId"]], **schedule}
    (schedule_id,) = answered(api.post(f"/api/v2/user/{user['id']}/lesson_schedule", json=asked))["ids"]
    return opened(organisation, user["id"], schedule_id)


def opened(organisation: Organisation, person_id: int, schedule_id: int) -> Played:
    """The player of a schedule."""
    api = organisation.velpic()
    url = answered(api.get("/api/v2/embed_player", params={"lessonScheduleId": schedule_id}))["embedUrl"]
    token = url.partition("&token=")[2]
    page = Caller(organisation.client, {"authorization": f"Bearer {token}"})
    return Played(organisation, api, person_id, schedule_id, token, page)
