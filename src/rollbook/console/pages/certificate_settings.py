"""What an organisation's certificates say beside the facts: a text, who signs, the logo."""

from tempfile import SpooledTemporaryFile
from typing import Any, cast

from rollbook.console.listing import crumbs
from rollbook.console.pages.paper import logo_answer
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.learning import papers
from rollbook.core.learning.certificate_records import Certificate
from rollbook.core.people import logos
from rollbook.core.people.queries import get_organisation, get_person
from rollbook.core.people.settings import SettingsChanges, change_settings, get_settings
from rollbook.web.documents import made_answer, press_of
from rollbook.web.routes import Reply, Stream

HOME = "/console/settings/certificates"
NAMES = ("certificate_text", "certificate_signatory")
SAMPLE_NUMBER = "00000-00000-00000-00000"


def form(visit: Visit) -> Reply:
    """The form."""
    present = get_settings(visit.work)
    values = {name: getattr(present, name) for name in NAMES}
    if visit.errors:
        values |= {name: visit.text(name) for name in NAMES}
    return visit.render(
        "rooms/certificates/settings.html",
        title="Certificates",
        room="settings",
        breadcrumbs=crumbs(("Settings", "/console/settings"), "Certificates"),
        values=values,
        href=HOME,
        has_logo=present.logo_key is not None,
    )


def update(visit: Visit) -> Reply:
    """Save the texts. Faults: FORBIDDEN; INVALID naming the field."""
    text, signatory = (visit.text(name) for name in NAMES)
    change_settings(visit.work, SettingsChanges(certificate_text=text, certificate_signatory=signatory))
    return visit.redirect(HOME, "Certificates that are printed from now on say this.")


def _studio(visit: Visit) -> logos.Studio:
    services = visit.services
    return logos.Studio(services.database, services.files, services.pictures, visit.principal)


def upload(visit: Visit) -> Reply:
    """Set the logo. Faults: MISSING, INVALID or TOO_LARGE naming ``logo``."""
    content = visit.call.content
    if content is None or not content.file_name or not content.data:
        raise field_fault(FaultCode.MISSING, "logo", "Choose a picture first.")
    with SpooledTemporaryFile() as picture:
        picture.write(content.data)
        picture.seek(0)
        logos.put(_studio(visit), cast(Any, picture))
    return visit.redirect(HOME, "The logo is set.")


def remove(visit: Visit) -> Reply:
    """Go without a logo."""
    logos.remove(_studio(visit))
    return visit.redirect(HOME, "Certificates show the organisation's name in place of a logo.")


def logo(visit: Visit) -> Stream | Reply:
    """The logo as it is now. Faults: NOT_FOUND."""
    return logo_answer(visit.services, get_settings(visit.work).logo_key, visit.call)


def preview(visit: Visit) -> Reply:
    """A certificate as it would be printed now, for whoever looks at it."""
    return made_answer(press_of(visit.services), _sample(visit.work, visit), "preview.pdf")


def _sample(work: Work, visit: Visit) -> papers.Paper:
    person, organisation = get_person(work, visit.session.person_id), get_organisation(work)
    sample = Certificate(
        assignment_id=0,
        assignment_uuid="",
        completed_at=work.at,
        score=96.0,
        person_id=person.id,
        person_uuid=person.uuid,
        first_name=person.first_name,
        last_name=person.last_name,
        language=person.language,
        zone=person.time_zone or organisation.time_zone,
        content_title="Work at height",
        course_title=None,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        id=0,
        uuid="",
        number=SAMPLE_NUMBER,
        issued_at=work.at,
        expires_at=None,
        revoked_at=None,
        revoke_reason=None,
        pdf_key=None,
    )
    return papers.certificate_paper(work, sample, f"{visit.services.base_url()}/certificates/{SAMPLE_NUMBER}")
