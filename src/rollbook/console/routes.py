"""The console at a glance: every page and every action, sorted by path."""

from collections.abc import Callable
from typing import Any

from rollbook.console import assets
from rollbook.console.faults import render_fault, show_refused
from rollbook.console.pages import (
    assignments,
    attendance,
    audit,
    certificate_settings,
    certificates,
    class_form,
    classes,
    courses,
    dashboard_form,
    dashboard_sharing,
    dashboards,
    embedded,
    imports,
    keys,
    learn,
    lesson_draft,
    lesson_questions,
    lesson_settings,
    lessons,
    live,
    mail_words,
    mails,
    organisation,
    overview,
    paper,
    people,
    person,
    person_form,
    script_form,
    scripts,
    search,
    settings,
    sign_in,
    simulation,
    webhooks,
)
from rollbook.console.sessions import NAME, authenticate
from rollbook.console.visits import Handler, Visit, action, open_action, open_page, own_action, page
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.learning.media import MOST_BYTES
from rollbook.core.people import logos
from rollbook.web.routes import Call, Door, Reply, Row, Runs

FORM_BYTES = 1_000_000
FILE_BYTES = 21_000_000
"""A file of the most that an import reads, and its form around it."""
LESSON, VERSION = "/console/lessons/{id}", "/console/lessons/{id}/versions/{number}"
COURSE, DELIVERY = "/console/courses/{id}", "/console/webhooks/deliveries/{uuid}"
CLASS, CERTIFICATE = "/console/classes/{id}", "/console/certificates/{id}"
WORDS = "/console/mail/words/{kind:str}/{language:str}"
SHARING = "/console/dashboards/{uuid}/share"
EMBEDDED = f"{embedded.HOME}/{{uuid:str}}"
DASHBOARD = "/console/dashboards/{uuid:str}"
SCRIPT = "/console/scripts/{uuid:str}"
WIDGET = f"{DASHBOARD}/tabs/{{number:int}}/widgets/{{at:int}}"
PERSON, GROUP, KEY = "/console/people/{id}", "/console/groups/{id}", "/console/keys/{id}"


def see(path: str, handler: Handler, needs: P | None = None) -> Row:
    """A page."""
    return Row("GET", path, page(handler), needs=needs, runs=Runs.POOL)


def do(
    path: str, handler: Handler, needs: P | None = None, *, again: Handler | None = None, back: str = "/console"
) -> Row:
    """A form or button."""
    run = action(handler, again=again, back=back)
    return Row("POST", path, run, needs=needs, runs=Runs.POOL, reads_raw=True, opens_own_work=True)


def do_slowly(
    path: str,
    handler: Handler,
    needs: P | None = None,
    *,
    again: Handler | None = None,
    back: str = "/console",
    limit_bytes: int = FORM_BYTES,
) -> Row:
    """A form whose handler opens its own units of work."""
    run = own_action(handler, again=again, back=back)
    return Row(
        "POST", path, run, needs=needs, runs=Runs.POOL, reads_raw=True, opens_own_work=True, limit_bytes=limit_bytes
    )


def nothing(visit: Visit) -> Reply:
    """An address of the console that is no page. Faults: NOT_FOUND."""
    raise Fault(FaultCode.NOT_FOUND, f"There is nothing at {visit.location}.")


def open_see(path: str, handler: Handler) -> Row:
    """A page that needs no session."""
    return Row("GET", path, open_page(handler), is_public=True, runs=Runs.POOL)


def open_do(path: str, handler: Handler, again: Handler) -> Row:
    """A form that needs no session."""
    run = open_action(handler, again=again)
    return Row("POST", path, run, is_public=True, runs=Runs.POOL, reads_raw=True, opens_own_work=True)


def hand_out(path: str, handler: Callable[[Call[None, None]], Any]) -> Row:
    """A file for anyone who has its address."""
    return Row("GET", path, handler, is_public=True, runs=Runs.POOL, opens_own_work=True)


def answer(path: str, handler: Callable[[Call[None, None]], Any]) -> Row:
    """A form of a page in another site, which says itself what it may be answered."""
    return Row("POST", path, handler, is_public=True, runs=Runs.POOL, reads_raw=True, opens_own_work=True)


def take(path: str, handler: Handler, needs: P, *, back: str) -> Row:
    """A form with a large file, which is never whole in memory."""
    run = own_action(handler, back=back)
    return Row(
        "POST", path, run, needs=needs, runs=Runs.POOL, reads_raw=True, opens_own_work=True, spools=True,
        limit_bytes=MOST_BYTES + FORM_BYTES,
    )  # fmt: skip


def catalogue(key: str) -> tuple[Row, ...]:
    """The rows of a catalogue's room: groups, locations, workplaces and qualifications are made and changed alike."""
    path, one = f"/console/{key}", f"/console/{key}/{{id:int}}"
    return (
        see(path, organisation.index, P.STRUCTURE_READ),
        do(path, organisation.create, P.STRUCTURE_WRITE, again=organisation.index),
        see(one, organisation.show, P.STRUCTURE_READ),
        do(one, organisation.update, P.STRUCTURE_WRITE, again=organisation.show),
        do(f"{one}/remove", organisation.remove, P.STRUCTURE_WRITE, back=f"{path}/{{id}}"),
    )


def version_rows() -> tuple[Row, ...]:
    """The rows of a lesson's version: what is in it, and the buttons that change it."""
    one, write = "/console/lessons/{id:int}/versions/{number:int}", P.CONTENT_WRITE
    questions, steps = lesson_questions, lesson_draft
    return (
        see(one, steps.show, write),
        take(f"{one}/files", steps.upload, write, back=VERSION),
        see(f"{one}/files/{{file:str}}", steps.show_file, write),
        do(f"{one}/files/{{file:str}}/remove", steps.remove_file, write, back=VERSION),
        see(f"{one}/preview", steps.preview, write),
        do(f"{one}/publish", steps.publish, write, back=VERSION),
        see(f"{one}/questions", questions.show, write),
        see(f"{one}/questions/new", questions.new, write),
        do(f"{one}/questions/new", questions.add, write, again=questions.new),
        see(f"{one}/questions/{{at:int}}", questions.edit, write),
        do(f"{one}/questions/{{at:int}}", questions.change, write, again=questions.edit),
        do(f"{one}/questions/{{at:int}}/move", questions.move, write, back=f"{VERSION}/questions"),
        do(f"{one}/questions/{{at:int}}/remove", questions.remove, write, back=f"{VERSION}/questions"),
        do(f"{one}/retire", steps.retire, write, back=LESSON),
        see(f"{one}/settings", lesson_settings.show, write),
        do(f"{one}/settings", lesson_settings.update, write, again=lesson_settings.show),
        see(f"{one}/steps/new", steps.new_step, write),
        do(f"{one}/steps/new", steps.add_step, write, again=steps.new_step),
        see(f"{one}/steps/{{at:int}}", steps.edit_step, write),
        do(f"{one}/steps/{{at:int}}", steps.change_step, write, again=steps.edit_step),
        do(f"{one}/steps/{{at:int}}/move", steps.move_step, write, back=VERSION),
        do(f"{one}/steps/{{at:int}}/remove", steps.remove_step, write, back=VERSION),
    )


ROWS = (
    open_see("/", learn.front),
    open_see("/certificates/{number:str}", paper.certificate),
    hand_out("/certificates/{number:str}/logo", paper.certificate_logo),
    hand_out("/certificates/{number:str}/pdf", paper.certificate_pdf),
    see("/console", overview.show),
    see("/console/account", sign_in.account),
    see("/console/account/password", sign_in.password),
    do_slowly("/console/account/password", sign_in.change_password, again=sign_in.password),
    do("/console/account/sessions/end", sign_in.end_others, back="/console/account"),
    see("/console/activities", simulation.activities, P.SIMULATION_READ),
    see("/console/activities/{id:int}", simulation.activity, P.SIMULATION_READ),
    see("/console/assignments", assignments.index, P.LEARNING_READ),
    see("/console/assignments/new", assignments.new, P.LEARNING_WRITE),
    do("/console/assignments/new", assignments.create, P.LEARNING_WRITE, again=assignments.new),
    see("/console/assignments/{id:int}", assignments.show, P.LEARNING_READ),
    do("/console/assignments/{id:int}", assignments.act, P.LEARNING_WRITE, back="/console/assignments/{id}"),
    see("/console/audit", audit.index, P.EVENTS_READ),
    see("/console/audit/{id:int}", audit.show, P.PEOPLE_READ),
    see("/console/certificates", certificates.index, P.LEARNING_READ),
    see("/console/certificates/{id:int}", certificates.show, P.LEARNING_READ),
    do("/console/certificates/{id:int}/revoke", certificates.revoke, P.LEARNING_WRITE, back=CERTIFICATE),
    see("/console/classes", classes.index, P.LEARNING_READ),
    see("/console/classes/new", class_form.new, P.LEARNING_WRITE),
    do("/console/classes/new", class_form.create, P.LEARNING_WRITE, again=class_form.new),
    see("/console/classes/{id:int}", classes.show, P.LEARNING_READ),
    see("/console/classes/{id:int}/attendance", attendance.show, P.LEARNING_READ),
    do("/console/classes/{id:int}/attendance", attendance.save, P.LEARNING_READ, back=f"{CLASS}/attendance"),
    do("/console/classes/{id:int}/cancel", classes.cancel, P.LEARNING_WRITE, back=CLASS),
    do("/console/classes/{id:int}/complete", classes.complete, P.LEARNING_READ, back=CLASS),
    do("/console/classes/{id:int}/deregister", classes.deregister, P.LEARNING_READ, back=CLASS),
    see("/console/classes/{id:int}/edit", class_form.edit, P.LEARNING_WRITE),
    do("/console/classes/{id:int}/edit", class_form.update, P.LEARNING_WRITE, again=class_form.edit),
    do("/console/classes/{id:int}/register", classes.register, P.LEARNING_READ, again=classes.show),
    see("/console/courses", courses.index, P.STRUCTURE_READ),
    see("/console/courses/new", courses.new, P.LEARNING_WRITE),
    do("/console/courses/new", courses.create, P.LEARNING_WRITE, again=courses.new),
    see("/console/courses/{id:int}", courses.show, P.STRUCTURE_READ),
    do("/console/courses/{id:int}/archive", courses.archive, P.LEARNING_WRITE, back=COURSE),
    see("/console/courses/{id:int}/edit", courses.edit, P.LEARNING_WRITE),
    do("/console/courses/{id:int}/edit", courses.update, P.LEARNING_WRITE, again=courses.edit),
    do("/console/courses/{id:int}/remove", courses.remove, P.LEARNING_WRITE, back=COURSE),
    do("/console/courses/{id:int}/restore", courses.restore, P.LEARNING_WRITE, back=COURSE),
    see("/console/dashboards", dashboards.index, P.ANALYTICS_READ),
    see("/console/dashboards/new", dashboard_form.new, P.DASHBOARDS_WRITE),
    do_slowly("/console/dashboards/new", dashboard_form.create, P.DASHBOARDS_WRITE, again=dashboard_form.new),
    see(DASHBOARD, dashboards.show, P.ANALYTICS_READ),
    see(f"{DASHBOARD}/edit", dashboard_form.edit, P.DASHBOARDS_WRITE),
    do_slowly(f"{DASHBOARD}/edit", dashboard_form.update, P.DASHBOARDS_WRITE, again=dashboard_form.edit),
    do(f"{DASHBOARD}/remove", dashboard_form.remove, P.DASHBOARDS_WRITE, back="/console/dashboards"),
    see(f"{DASHBOARD}/share", dashboard_sharing.show, P.DASHBOARDS_WRITE),
    do(f"{DASHBOARD}/share", dashboard_sharing.share, P.DASHBOARDS_WRITE, again=dashboard_sharing.show),
    do(f"{DASHBOARD}/share/{{at:int}}/remove", dashboard_sharing.unshare, P.DASHBOARDS_WRITE, back=SHARING),
    see(f"{WIDGET}/rows", dashboards.rows, P.ANALYTICS_READ),
    see(f"{WIDGET}/{{kind:str}}", dashboards.save, P.ANALYTICS_READ),
    *catalogue("groups"),
    do("/console/groups/{id:int}/activate", organisation.activate, P.STRUCTURE_WRITE, back=GROUP),
    do("/console/groups/{id:int}/inactivate", organisation.inactivate, P.STRUCTURE_WRITE, back=GROUP),
    do("/console/groups/{id:int}/people", organisation.add_person, P.STRUCTURE_WRITE, again=organisation.show),
    do("/console/groups/{id:int}/people/remove", organisation.remove_person, P.STRUCTURE_WRITE, back=GROUP),
    see("/console/imports", imports.index, P.IMPORTS_WRITE),
    see("/console/imports/files/{token:str}", imports.match, P.IMPORTS_WRITE),
    do_slowly("/console/imports/files/{token:str}", imports.preview, P.IMPORTS_WRITE, again=imports.match),
    see("/console/imports/new", imports.new, P.IMPORTS_WRITE),
    do_slowly("/console/imports/new", imports.upload, P.IMPORTS_WRITE, again=imports.new, limit_bytes=FILE_BYTES),
    see("/console/imports/{id:int}", imports.show, P.IMPORTS_WRITE),
    do("/console/imports/{id:int}", imports.act, P.IMPORTS_WRITE, back="/console/imports/{id}"),
    see("/console/keys", keys.index, P.CREDENTIALS_WRITE),
    see("/console/keys/new", keys.new, P.CREDENTIALS_WRITE),
    do("/console/keys/new", keys.create, P.CREDENTIALS_WRITE, again=keys.new),
    see("/console/keys/{id:int}", keys.show, P.CREDENTIALS_WRITE),
    do("/console/keys/{id:int}/revoke", keys.revoke, P.CREDENTIALS_WRITE, back=KEY),
    do("/console/keys/{id:int}/rotate", keys.rotate, P.CREDENTIALS_WRITE, again=keys.show),
    see("/console/learn", learn.index),
    see("/console/learn/{uuid:str}", learn.show),
    see("/console/lessons", lessons.index, P.STRUCTURE_READ),
    see("/console/lessons/fields", lesson_settings.list_fields, P.CONTENT_WRITE),
    do("/console/lessons/fields", lesson_settings.define, P.CONTENT_WRITE, again=lesson_settings.list_fields),
    do(
        "/console/lessons/fields/{uuid:str}/remove",
        lesson_settings.remove_field,
        P.CONTENT_WRITE,
        back="/console/lessons/fields",
    ),
    see("/console/lessons/new", lessons.new, P.CONTENT_WRITE),
    do("/console/lessons/new", lessons.create, P.CONTENT_WRITE, again=lessons.new),
    see("/console/lessons/{id:int}", lessons.show, P.STRUCTURE_READ),
    do("/console/lessons/{id:int}/archive", lessons.archive, P.CONTENT_WRITE, back=LESSON),
    see("/console/lessons/{id:int}/edit", lessons.edit, P.CONTENT_WRITE),
    do("/console/lessons/{id:int}/edit", lessons.update, P.CONTENT_WRITE, again=lessons.edit),
    do("/console/lessons/{id:int}/remove", lessons.remove, P.CONTENT_WRITE, back=LESSON),
    do("/console/lessons/{id:int}/restore", lessons.restore, P.CONTENT_WRITE, back=LESSON),
    do("/console/lessons/{id:int}/versions", lessons.begin, P.CONTENT_WRITE, back=LESSON),
    *version_rows(),
    *catalogue("locations"),
    see("/console/live", live.show),
    see("/console/mail", mails.index, P.EVENTS_READ),
    see("/console/mail/words", mail_words.index, P.SETTINGS_WRITE),
    see(WORDS, mail_words.form, P.SETTINGS_WRITE),
    do(WORDS, mail_words.save, P.SETTINGS_WRITE, again=mail_words.form),
    do(f"{WORDS}/forget", mail_words.forget, P.SETTINGS_WRITE, back="/console/mail/words"),
    see(f"{WORDS}/preview", mail_words.preview, P.SETTINGS_WRITE),
    see("/console/mail/{id:int}", mails.show, P.EVENTS_READ),
    do("/console/mail/{id:int}/again", mails.again, P.PEOPLE_WRITE, back="/console/mail/{id}"),
    see("/console/people", people.index, P.PEOPLE_READ),
    see("/console/people.csv", people.export, P.PEOPLE_READ),
    do("/console/people/bulk", people.bulk, P.PEOPLE_READ, back="/console/people"),
    see("/console/people/new", person_form.new, P.PEOPLE_WRITE),
    do("/console/people/new", person_form.create, P.PEOPLE_WRITE, again=person_form.new),
    see("/console/people/{id:int}", person.show, P.PEOPLE_READ),
    see("/console/people/{id:int}/access", person.access, P.PEOPLE_READ),
    do("/console/people/{id:int}/activate", person.activate, P.PEOPLE_WRITE, back=PERSON),
    see("/console/people/{id:int}/activities", person.activities, P.PEOPLE_READ),
    see("/console/people/{id:int}/edit", person_form.edit, P.PEOPLE_WRITE),
    do("/console/people/{id:int}/edit", person_form.update, P.PEOPLE_WRITE, again=person_form.edit),
    do("/console/people/{id:int}/erase", person.erase, P.PEOPLE_WRITE, back=PERSON),
    see("/console/people/{id:int}/history", person.history, P.PEOPLE_READ),
    do("/console/people/{id:int}/inactivate", person.inactivate, P.PEOPLE_WRITE, back=PERSON),
    do("/console/people/{id:int}/invite", person.invite, P.PEOPLE_WRITE, back=PERSON),
    do("/console/people/{id:int}/sessions/end", person.end_sessions, P.PEOPLE_WRITE, back=PERSON),
    *catalogue("qualifications"),
    see("/console/scripts", scripts.index, P.ANALYTICS_WRITE),
    see("/console/scripts/new", script_form.new, P.ANALYTICS_WRITE),
    do("/console/scripts/new", script_form.create, P.ANALYTICS_WRITE, again=script_form.new),
    see(SCRIPT, scripts.show, P.ANALYTICS_WRITE),
    see(f"{SCRIPT}/edit", script_form.edit, P.ANALYTICS_WRITE),
    do(f"{SCRIPT}/edit", script_form.update, P.ANALYTICS_WRITE, again=script_form.edit),
    do(f"{SCRIPT}/remove", script_form.remove, P.ANALYTICS_WRITE, back="/console/scripts"),
    do(f"{SCRIPT}/run", scripts.run, P.ANALYTICS_WRITE, again=scripts.show),
    do(f"{SCRIPT}/stop", scripts.stop, P.ANALYTICS_WRITE, back="/console/scripts"),
    do(f"{SCRIPT}/token", scripts.make_token, P.ANALYTICS_WRITE, back="/console/scripts"),
    do(f"{SCRIPT}/token/remove", scripts.end_token, P.ANALYTICS_WRITE, back="/console/scripts"),
    see("/console/search", search.search, P.PEOPLE_READ),
    see("/console/settings", settings.form, P.SETTINGS_WRITE),
    do("/console/settings", settings.update, P.SETTINGS_WRITE, again=settings.form),
    see("/console/settings/certificates", certificate_settings.form, P.SETTINGS_WRITE),
    do(
        "/console/settings/certificates",
        certificate_settings.update,
        P.SETTINGS_WRITE,
        again=certificate_settings.form,
    ),
    see("/console/settings/certificates/logo", certificate_settings.logo, P.SETTINGS_WRITE),
    do_slowly(
        "/console/settings/certificates/logo",
        certificate_settings.upload,
        P.SETTINGS_WRITE,
        again=certificate_settings.form,
        limit_bytes=logos.MOST_BYTES + FORM_BYTES,
    ),
    do_slowly(
        "/console/settings/certificates/logo/remove",
        certificate_settings.remove,
        P.SETTINGS_WRITE,
        back="/console/settings/certificates",
    ),
    see("/console/settings/certificates/preview", certificate_settings.preview, P.SETTINGS_WRITE),
    see("/console/settings/mail", mail_words.settings, P.SETTINGS_WRITE),
    do("/console/settings/mail", mail_words.save_settings, P.SETTINGS_WRITE, again=mail_words.settings),
    open_see("/console/sign-in", sign_in.form),
    open_do("/console/sign-in", sign_in.sign_in, again=sign_in.form),
    do("/console/sign-out", sign_in.sign_out),
    see("/console/simulators", simulation.simulators, P.STRUCTURE_READ),
    do("/console/simulators", simulation.add, P.SIMULATION_WRITE, again=simulation.simulators),
    see("/console/simulators/{id:int}", simulation.simulator, P.STRUCTURE_READ),
    do("/console/simulators/{id:int}", simulation.change, P.SIMULATION_WRITE, again=simulation.simulator),
    Row("GET", "/console/static/{version:str}/{file:path}", assets.show, is_public=True, runs=Runs.POOL),
    see("/console/webhooks", webhooks.index, P.WEBHOOKS_READ),
    see("/console/webhooks/deliveries/{uuid:str}", webhooks.delivery, P.WEBHOOKS_READ),
    do("/console/webhooks/deliveries/{uuid:str}/retry", webhooks.retry, P.WEBHOOKS_WRITE, back=DELIVERY),
    see("/console/webhooks/new", webhooks.new, P.WEBHOOKS_WRITE),
    do("/console/webhooks/new", webhooks.create, P.WEBHOOKS_WRITE, again=webhooks.new),
    see("/console/webhooks/{id:int}", webhooks.show, P.WEBHOOKS_READ),
    do("/console/webhooks/{id:int}/act", webhooks.act, P.WEBHOOKS_WRITE, back="/console/webhooks/{id}"),
    see("/console/webhooks/{id:int}/edit", webhooks.edit, P.WEBHOOKS_WRITE),
    do("/console/webhooks/{id:int}/edit", webhooks.update, P.WEBHOOKS_WRITE, again=webhooks.edit),
    *catalogue("workplaces"),
    see("/console/{address:path}", nothing),
    hand_out(EMBEDDED, embedded.open_once),
    answer(EMBEDDED, embedded.ask),
    answer(f"{EMBEDDED}/tabs/{{number:int}}/widgets/{{at:int}}/rows", embedded.rows),
    answer(f"{EMBEDDED}/tabs/{{number:int}}/widgets/{{at:int}}/{{kind:str}}", embedded.save),
    open_see("/sign-in/{secret:str}", sign_in.link),
    open_do("/sign-in/{secret:str}", sign_in.follow, again=sign_in.link),
    open_see("/statements/{token:str}", paper.statement),
    hand_out("/statements/{token:str}/logo", paper.statement_logo),
    hand_out("/statements/{token:str}/pdf", paper.statement_pdf),
    open_see("/welcome/{secret:str}", sign_in.welcome),
    open_do("/welcome/{secret:str}", sign_in.accept, again=sign_in.welcome),
)

DOOR = Door(
    name=NAME,
    title="Console",
    rows=ROWS,
    is_api=False,
    authenticate=authenticate,
    render_fault=render_fault,
    show_refused=show_refused,
)
