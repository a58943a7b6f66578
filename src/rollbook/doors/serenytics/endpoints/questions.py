"""Questions about data (Serenytics, "Formatted Data")."""

from rollbook.core.analytics import reading
from rollbook.core.analytics.queries import get_source
from rollbook.doors.serenytics.translate.questions import from_core_answer, from_core_headers, to_core_question
from rollbook.doors.serenytics.wire.questions import AnswerOut, HeadersOut, QuestionIn
from rollbook.web.routes import Call


def ask(call: Call[QuestionIn, None]) -> HeadersOut | AnswerOut:
    """Rows of a data source: selected, filtered, grouped; or only its columns."""
    snapshots, asked = call.services.snapshots, call.body
    with call.services.database.reading() as work:
        work.act_as(call.principal)
        source = get_source(work, str(call.path["uuid"]))
        if asked.only_headers in (True, "true"):
            return from_core_headers(reading.columns_of(work, snapshots, source))
        prepared = reading.prepare(work, snapshots, source, to_core_question(asked))
    return from_core_answer(reading.answer(snapshots.warehouse, prepared, in_seconds=True), asked)
