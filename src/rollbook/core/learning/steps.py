"""What the steps of a lesson must be, and which files they may show. Each fault names the field."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.values import checked_line, required_line
from rollbook.core.learning import checks, media
from rollbook.core.learning.lesson_records import ContentFile
from rollbook.core.learning.lessons import LINK, MEDIA_KINDS, STEP_KINDS, Step, duration_ms_of, evolution_of

MOST_STEPS = 500
MOST_STEP_S = 1_000_000
MOST_DURATION_MS = 2_000_000_000
"""23 days, which every store can count."""

_WANTED = {"video": "a film (MP4 or WebM)", "image": "a picture", "pdf": "a PDF", "html": "an HTML page"}


def step_columns(steps: Sequence[Step], attached: Sequence[ContentFile]) -> dict[str, Any]:
    """The columns of a version that hold its steps. Faults: INVALID, UNKNOWN_REFERENCE or MISSING naming the field."""
    if len(steps) > MOST_STEPS:
        raise field_fault(FaultCode.INVALID, "steps", f"steps may be at most {MOST_STEPS}")
    by_uuid = {file.uuid: file for file in attached}
    cleaned = [_step(step, f"steps[{position}]", by_uuid) for position, step in enumerate(steps)]
    duration_ms = total_ms(cleaned, attached)
    if duration_ms > MOST_DURATION_MS:
        checks.refuse("steps", f"steps may take at most {MOST_DURATION_MS // 1000} seconds in all")
    return {
        "step_count": len(cleaned),
        "body": msgspec.json.encode(cleaned).decode(),
        "evolution": evolution_of(cleaned),
        "duration_ms": duration_ms,
    }


def total_ms(steps: Sequence[Step], attached: Sequence[ContentFile]) -> int:
    """How long the steps of a version with these files take."""
    return duration_ms_of(steps, {file.uuid: file.duration_ms for file in attached})


def _step(step: Step, place: str, attached: Mapping[str, ContentFile]) -> Step:
    kind = checks.one_of(step.kind, f"{place}.kind", STEP_KINDS)
    return Step(
        title=required_line(step.title, f"{place}.title"),
        kind=kind,
        text=checks.prose(step.text, f"{place}.text"),
        url=_url(step.url, kind, f"{place}.url"),
        file=_file(step.file, kind, f"{place}.file", attached),
        duration_s=checks.whole_number(step.duration_s, f"{place}.duration_s", most=MOST_STEP_S),
    )


def _url(given: str | None, kind: str, place: str) -> str | None:
    url = checked_line(given, place, 2000)
    if url is None and kind == LINK:
        raise field_fault(FaultCode.MISSING, place, f"{place} is required")
    if url is not None and not url.startswith(("https://", "http://")):
        checks.refuse(place, f"{place} must begin with https:// or http://")
    return url


def _file(uuid: str | None, kind: str, place: str, attached: Mapping[str, ContentFile]) -> str | None:
    if uuid is None:
        if kind in MEDIA_KINDS:
            raise field_fault(FaultCode.MISSING, place, f"{place} is required: attach a file and name it")
        return None
    if uuid not in attached:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, place, f"{place} must be a file attached to this version")
    if kind not in MEDIA_KINDS:
        checks.refuse(place, f"{place}: a step of kind {kind} shows no file")
    if not media.fits(kind, attached[uuid].media_type):
        checks.refuse(place, f"{place} must be {_WANTED[kind]}; this file is {attached[uuid].media_type}")
    return uuid
