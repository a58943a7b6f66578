"""People, and what they were trained in, as data sources."""

from sqlalchemy import and_, case, literal_column

from rollbook.core.analytics.recorded.shown import (
    NOTHING,
    About,
    Shown,
    at,
    describe,
    flag,
    full_name,
    number,
    text,
    whole,
)
from rollbook.core.classes.tables import attendees, class_sessions
from rollbook.core.events.tables import events
from rollbook.core.kernel.principal import Permission
from rollbook.core.learning.status import STAGE, STATUS
from rollbook.core.learning.tables import assignments, certificates, contents, courses
from rollbook.core.people.queries import roles_of
from rollbook.core.people.tables import groups, locations, memberships, people, workplaces
from rollbook.core.simulation.tables import activities, collections, scenarios, simulators
from rollbook.core.webhooks.tables import deliveries, subscriptions

_unit, _membership = groups.alias("unit"), memberships.alias("unit_membership")
_p = people.c
_UNIT = (
    (_membership, and_(_membership.c.person_id == _p.id, _membership.c.is_primary)),
    (_unit, _unit.c.id == _membership.c.group_id),
)
_OF_PERSON = (
    text("person_id", sql=_p.uuid),
    text("person", sql=full_name(people)),
    text("person_external_id", sql=_p.external_id),
    text("unit", sql=_unit.c.name),
)


PEOPLE = describe(
    "people",
    "People",
    people,
    (About.PERSON, _p.id),
    [
        text("person_id", sql=_p.uuid),
        text("external_id", sql=_p.external_id),
        text("username", sql=_p.username),
        text("email", sql=_p.email),
        text("first_name", sql=_p.first_name),
        text("last_name", sql=_p.last_name),
        text("unit", sql=_unit.c.name),
        text("location", sql=locations.c.name),
        text("workplace", sql=workplaces.c.name),
        text("roles", sql=roles_of(_p.id)),
        text("language", sql=_p.language),
        text("country", sql=_p.country),
        text("company", sql=_p.company),
        text("cost_center", sql=_p.cost_center),
        flag("is_active", sql=_p.is_active),
        flag("is_guest", sql=_p.is_guest),
        at("created_at", sql=_p.created_at),
        at("inactivated_at", sql=_p.inactivated_at),
    ],
    *_UNIT,
    (locations, locations.c.id == _p.location_id),
    (workplaces, workplaces.c.id == _p.workplace_id),
    needs=Permission.PEOPLE_READ,
    entity="person",
)

_a = assignments.c
ASSIGNMENTS = describe(
    "assignments",
    "Assignments",
    assignments,
    (About.PERSON, _a.person_id),
    [
        text("assignment_id", sql=_a.uuid),
        *_OF_PERSON,
        text("content", sql=contents.c.title),
        text("course", sql=courses.c.title),
        text("status", sql=STATUS),
        text("stage", sql=STAGE),
        text("assigned_by", sql=_a.assigned_by),
        text("completed_via", sql=_a.completed_via),
        at("start_at", sql=_a.start_at),
        at("due_at", sql=_a.due_at),
        at("started_at", sql=_a.started_at),
        at("completed_at", sql=_a.completed_at),
        at("cancelled_at", sql=_a.cancelled_at),
        number("progress", sql=_a.progress),
        number("score", sql=_a.score),
        whole("time_s", sql=_a.time_s),
        whole("attempts", sql=_a.attempts),
        at("created_at", sql=_a.created_at),
    ],
    (people, _p.id == _a.person_id),
    *_UNIT,
    (contents, contents.c.id == _a.content_id),
    (courses, courses.c.id == _a.course_id),
    (certificates, certificates.c.assignment_id == _a.id),
    needs=Permission.LEARNING_READ,
    entity="assignment",
    follows=(
        ("certificate", certificates.c.id),
        ("person", _a.person_id),
    ),
    turns=(
        (_a.start_at, _a.outcome == literal_column("'open'")),
        (_a.due_at, _a.outcome == literal_column("'open'")),
        (certificates.c.expires_at, certificates.c.revoked_at.is_(None)),
    ),
)

_holder = assignments.alias("held")
CERTIFICATES = describe(
    "certificates",
    "Certificates",
    certificates,
    (About.PERSON, _holder.c.person_id),
    [
        text("number", sql=certificates.c.number),
        *_OF_PERSON,
        text("content", sql=contents.c.title),
        at("issued_at", sql=certificates.c.issued_at),
        at("expires_at", sql=certificates.c.expires_at),
        at("revoked_at", sql=certificates.c.revoked_at),
    ],
    (_holder, _holder.c.id == certificates.c.assignment_id),
    (people, _p.id == _holder.c.person_id),
    *_UNIT,
    (contents, contents.c.id == _holder.c.content_id),
    needs=Permission.LEARNING_READ,
    entity="certificate",
    follows=(
        ("assignment", certificates.c.assignment_id),
        ("person", _holder.c.person_id),
    ),
)

_s, _instructor = class_sessions.c, people.alias("instructor")
ATTENDANCE = describe(
    "class_attendance",
    "Class attendance",
    attendees,
    (About.PERSON, attendees.c.person_id),
    [
        text("class_id", sql=_s.uuid),
        *_OF_PERSON,
        text("content", sql=contents.c.title),
        text("location", sql=_s.location),
        text("instructor", sql=full_name(_instructor)),
        at("starts_at", sql=_s.starts_at),
        at("ends_at", sql=_s.ends_at),
        text("class_outcome", sql=_s.outcome),
        text("state", sql=attendees.c.state),
        flag("has_attended", sql=attendees.c.has_attended),
        flag("has_passed", sql=attendees.c.has_passed),
    ],
    (class_sessions, _s.id == attendees.c.session_id),
    (people, _p.id == attendees.c.person_id),
    *_UNIT,
    (contents, contents.c.id == _s.content_id),
    (_instructor, _instructor.c.id == _s.instructor_id),
    needs=Permission.LEARNING_READ,
    follows=(("class", attendees.c.session_id), ("person", attendees.c.person_id), ("person", _s.instructor_id)),
)

_act = activities.c
ACTIVITIES = describe(
    "simulator_activities",
    "Simulator activities",
    activities,
    (About.PERSON, _act.trainee_id),
    [
        text("activity_id", sql=_act.uuid),
        text("person_id", sql=_p.uuid),
        text("person", sql=full_name(activities)),
        text("unit", sql=_unit.c.name),
        text("company", sql=_act.company),
        text("collection", sql=collections.c.title),
        text("simulator", sql=simulators.c.title),
        text("scenario", sql=scenarios.c.name),
        at("trained_at", sql=_act.trained_at),
        whole("points", sql=_act.points),
        whole("max_points", sql=_act.max_points),
        number("percent", sql=case((_act.max_points > 0, _act.points * literal_column("100.0") / _act.max_points))),
        whole("time_s", sql=_act.time_s),
        whole("tries", sql=_act.tries),
        whole("tilts", sql=_act.tilts),
        whole("abandons", sql=_act.abandons),
    ],
    (people, _p.id == _act.trainee_id),
    *_UNIT,
    (simulators, simulators.c.id == _act.simulator_id),
    (collections, collections.c.id == simulators.c.collection_id),
    (scenarios, scenarios.c.id == _act.scenario_id),
    needs=Permission.SIMULATION_READ,
    entity="activity",
    follows=(("person", _act.trainee_id),),
)

_c = courses.c
COURSES = describe(
    "courses",
    "Courses",
    courses,
    NOTHING,
    [
        text("course_id", sql=_c.uuid),
        text("external_id", sql=_c.external_id),
        text("title", sql=_c.title),
        text("content", sql=contents.c.title),
        text("kind", sql=_c.kind),
        Shown("start_date", "datetime", _c.start_date, is_date=True),
        Shown("end_date", "datetime", _c.end_date, is_date=True),
        at("archived_at", sql=_c.archived_at),
        at("created_at", sql=_c.created_at),
    ],
    (contents, contents.c.id == _c.content_id),
    needs=Permission.LEARNING_READ,
    entity="course",
)

_d = deliveries.c
DELIVERIES = describe(
    "webhook_deliveries",
    "Webhook deliveries",
    deliveries,
    NOTHING,
    [
        text("delivery_id", sql=_d.uuid),
        text("webhook", sql=subscriptions.c.description),
        text("format", sql=subscriptions.c.format),
        text("event", sql=events.c.kind),
        text("state", sql=_d.state),
        whole("attempts", sql=_d.attempts),
        whole("last_status", sql=_d.last_status),
        at("created_at", sql=_d.created_at),
        at("ended_at", sql=_d.ended_at),
    ],
    (subscriptions, subscriptions.c.id == _d.subscription_id),
    (events, events.c.id == _d.event_id),
    needs=Permission.WEBHOOKS_READ,
    is_quiet=True,
)

TRAINING = (ACTIVITIES, ASSIGNMENTS, CERTIFICATES, ATTENDANCE, COURSES, PEOPLE, DELIVERIES)
"""All of them."""
