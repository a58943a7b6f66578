"""Completions and certificates, with what documents about them say. Instants are microseconds."""

import msgspec


class Completion(msgspec.Struct, frozen=True):
    """A completed assignment with what a document about it says. ``zone`` is the one that the person lives by."""

    assignment_id: int
    assignment_uuid: str
    completed_at: int | None
    score: float | None
    person_id: int
    person_uuid: str
    first_name: str
    last_name: str
    language: str
    zone: str
    content_title: str
    course_title: str | None
    organisation_id: int
    organisation_name: str

    @property
    def title(self) -> str:
        """The course's title, or the content's where there is no course."""
        return self.course_title or self.content_title

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Certificate(Completion, frozen=True):
    """A certificate with what is printed on it. Its state at an instant is :func:`status.certificate_state`."""

    id: int
    uuid: str
    number: str
    issued_at: int
    expires_at: int | None
    revoked_at: int | None
    revoke_reason: str | None
    pdf_key: str | None


class CertificateFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which certificates; None means any. ``state`` is a value of ``CertificateState``, ``q`` a part of the name of the
    person or of what was completed, in any case."""

    state: str | None = None
    q: str | None = None
    person_id: int | None = None
