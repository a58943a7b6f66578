"""Films whose reading a server that ended has left undone, as the upkeep finds them."""

from rollbook.core.kernel.clock import MINUTE
from rollbook.core.learning import attachments, content_queries, contents, versions
from rollbook.core.learning.lesson_records import RENDERING
from rollbook.core.learning.lesson_status import LessonStatus
from rollbook.core.learning.records import Content, ContentVersion, NewContent
from rollbook.core.learning.uploads import read_left_over
from tests.conftest import Organisation
from tests.media import BROKEN_FILM, mp4


def left_over(organisation: Organisation, title: str, film: bytes | None) -> tuple[Content, ContentVersion]:
    """A draft with a film that was attached and not read; without bytes the store has lost it."""
    files = organisation.server.services.files
    stored = files.put(f"contents/test/{organisation.id}-{title}", film or b"x", limit=1_000_000)
    with organisation.writing() as work:
        content = contents.create(work, NewContent(title=title))
        version = versions.draft(work, content, [])
        made = attachments.attach_file(work, content, version, stored, name="film.mp4", media_type="video/mp4")
        assert made.state == RENDERING
        shown = content_queries.get_content(work, key="id", value=content.id)
        assert shown.status == LessonStatus.RENDERING.value
    if film is None:
        files.delete(stored.key)
    return content, version


def test_films_that_were_left_unread_are_read_once(organisation: Organisation) -> None:
    server = organisation.server
    good, broken = left_over(organisation, "good", mp4(4000)), left_over(organisation, "broken", BROKEN_FILM)
    lost = left_over(organisation, "lost", None)
    with server.database.reading() as work:
        now = work.at
    services = server.services
    assert read_left_over(server.database, services.files, services.films, before=now - MINUTE) == 0
    assert read_left_over(server.database, services.files, services.films, before=now + MINUTE) == 3
    assert read_left_over(server.database, services.files, services.films, before=now + MINUTE) == 0
    with organisation.writing() as work:
        made = (good, broken, lost)
        states = [content_queries.list_files(work, version)[0] for _, version in made]
        told = [content_queries.get_content(work, key="id", value=content.id).status for content, _ in made]
    assert [(file.state, file.duration_ms) for file in states] == [("ready", 4000), ("error", 0), ("error", 0)]
    assert told == ["never", "error", "error"]
