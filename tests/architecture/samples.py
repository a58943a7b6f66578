"""One request per row of every door that programs call: what someone who may do it would send. A row without one fails
the access test, so that no row is added without it.
"""

from tests.architecture.analytics_samples import ANALYTICS
from tests.architecture.learning_samples import LEARNING
from tests.architecture.world import Sample

BAD = 422
NEW_PERSON = {"first_name": "Bor", "last_name": "Zajec", "email": "bor@example.org", "external_id": "hr-7"}
NEW_USER = {"firstname": "Bor", "lastname": "Zajec", "email": "bor@example.org", "mapping_code": "hr-7"}


def _catalogue(path: str, thing: str, **parent: str) -> dict[str, Sample]:
    return {
        f"DELETE {path}": Sample(json={"mapping_code": f"${thing} code"}),
        f"GET {path}": Sample(params={"mapping_code": f"${thing} code"}),
        f"POST {path}": Sample(json={"mapping_code": "new-1", "name": "New", **parent}),
        f"PUT {path}": Sample(json={"mapping_code": f"${thing} code", "name": "Other"}),
    }


_SMARTARENA = {
    **_catalogue("/api/branches", "branch", parent_mapping_code="root"),
    **_catalogue("/api/locations", "location"),
    **_catalogue("/api/qualifications", "qualification", parent_mapping_code="root"),
    **_catalogue("/api/workplaces", "workplace"),
    "DELETE /api/users": Sample(json={"mapping_code": "$person code"}),
    "GET /api/users": Sample(params={"mapping_code": "$person code"}),
    "POST /api/users": Sample(json=NEW_USER),
    "PUT /api/users": Sample(json={"mapping_code": "$person code", "firstname": "Other"}),
    "POST /oauth/access_token": Sample(json={"grant_type": "client_credentials"}, status=401),
}

_SENAR = {
    "POST /api/auth/login": Sample(json={"username": "nobody", "password": "not it at all"}, status=401),
    "GET /integration/data/activities": Sample(),
    "GET /integration/data/users": Sample(),
    "POST /integration/data/user_assign": Sample(
        json={
            "email": "bor@example.org",
            "firstName": "Bor",
            "lastName": "Zajec",
            "password": "correct horse 8",
            "organization": "Luka",
            "collectionId": "$collection number",
        }
    ),
    "POST /integration/data/webhook_register": Sample(
        json={"hookUrl": "https://hooks.example.org/a", "method": "user", "provider": "zapier"}
    ),
    "DELETE /integration/data/webhook_register/{id:str}": Sample(path={"id": "$senar webhook"}),
}

_PEOPLE = {
    "GET /v1/people": Sample(),
    "POST /v1/people": Sample(json=NEW_PERSON),
    "PUT /v1/people": Sample(json=[NEW_PERSON]),
    "DELETE /v1/people/{id:str}": Sample(path={"id": "$person"}),
    "GET /v1/people/{id:str}": Sample(path={"id": "$person"}),
    "PATCH /v1/people/{id:str}": Sample(path={"id": "$person"}, json={"first_name": "Other"}),
    "GET /v1/imports": Sample(),
    "POST /v1/imports": Sample(
        content="external_id,first_name,last_name,email\nhr-8,Bor,Zajec,bor@example.org\n", media_type="text/csv"
    ),
    "DELETE /v1/imports/{id:str}": Sample(path={"id": "$import"}),
    "GET /v1/imports/{id:str}": Sample(path={"id": "$import"}),
    "POST /v1/imports/{id:str}/apply": Sample(path={"id": "$import"}, json={"confirm": True}),
    "GET /v1/imports/{id:str}/rows": Sample(path={"id": "$import"}),
    "POST /v1/imports/{id:str}/undo": Sample(path={"id": "$applied import"}),
}

_SIMULATION = {
    "GET /v1/activities": Sample(),
    "POST /v1/activities": Sample(
        json={
            "simulator": "$simulator",
            "scenario": "$scenario",
            "trainee": {"external_id": "$person code"},
            "trained_at": "2026-03-02T09:30:00Z",
        }
    ),
    "GET /v1/activities/{id:str}": Sample(path={"id": "$activity"}),
    "GET /v1/collections": Sample(),
    "POST /v1/collections": Sample(json={"title": "Rigging"}),
    "DELETE /v1/collections/{id:str}": Sample(path={"id": "$collection"}),
    "GET /v1/collections/{id:str}": Sample(path={"id": "$collection"}),
    "PATCH /v1/collections/{id:str}": Sample(path={"id": "$collection"}, json={"title": "Other"}),
    "GET /v1/collections/{id:str}/members": Sample(path={"id": "$collection"}),
    "DELETE /v1/collections/{id:str}/members/{person:str}": Sample(
        path={"id": "$collection", "person": "$member of the collection"}
    ),
    "PUT /v1/collections/{id:str}/members/{person:str}": Sample(path={"id": "$collection", "person": "$person"}),
    "GET /v1/scenarios": Sample(),
    "POST /v1/scenarios": Sample(json={"code": "S02", "simulator": "$simulator"}),
    "DELETE /v1/scenarios/{id:str}": Sample(path={"id": "$scenario"}),
    "GET /v1/scenarios/{id:str}": Sample(path={"id": "$scenario"}),
    "PATCH /v1/scenarios/{id:str}": Sample(path={"id": "$scenario"}, json={"name": "Other"}),
    "GET /v1/simulators": Sample(),
    "POST /v1/simulators": Sample(json={"title": "Slings", "collection": "$collection"}),
    "DELETE /v1/simulators/{id:str}": Sample(path={"id": "$simulator"}),
    "GET /v1/simulators/{id:str}": Sample(path={"id": "$simulator"}),
    "PATCH /v1/simulators/{id:str}": Sample(path={"id": "$simulator"}, json={"title": "Other"}),
}

_WEBHOOK = {"url": "https://hooks.example.org/a", "topics": ["*"]}

_EVENTS = {
    "GET /v1/changes": Sample(),
    "GET /v1/credentials": Sample(),
    "POST /v1/credentials": Sample(json={"kind": "api_key", "name": "Sync"}),
    "DELETE /v1/credentials/{id:str}": Sample(path={"id": "$credential"}),
    "GET /v1/credentials/{id:str}": Sample(path={"id": "$credential"}),
    "POST /v1/credentials/{id:str}/rotate": Sample(path={"id": "$credential"}, json={"overlap_s": 60}),
    "GET /v1/deliveries": Sample(),
    "GET /v1/deliveries/{id:str}": Sample(path={"id": "$delivery"}),
    "POST /v1/deliveries/{id:str}/retry": Sample(path={"id": "$delivery"}),
    "GET /v1/webhooks": Sample(),
    "POST /v1/webhooks": Sample(json=_WEBHOOK),
    "DELETE /v1/webhooks/{id:str}": Sample(path={"id": "$webhook"}),
    "GET /v1/webhooks/{id:str}": Sample(path={"id": "$webhook"}),
    "PATCH /v1/webhooks/{id:str}": Sample(path={"id": "$webhook"}, json={"topics": ["person.created"]}),
    "GET /v1/webhooks/{id:str}/deliveries": Sample(path={"id": "$webhook"}),
    "POST /v1/webhooks/{id:str}/pause": Sample(path={"id": "$webhook"}),
    "POST /v1/webhooks/{id:str}/replay": Sample(path={"id": "$webhook"}, params={"since": "2026-01-01"}),
    "POST /v1/webhooks/{id:str}/resume": Sample(path={"id": "$webhook"}),
    "POST /v1/webhooks/{id:str}/rotate": Sample(path={"id": "$webhook"}, json={"overlap_s": 60}),
    "POST /v1/webhooks/{id:str}/test": Sample(path={"id": "$webhook"}),
}

_USER, _GROUP = {"userId": "$person number"}, {"groupId": "$group number"}
_SCHEDULE = {"lessonScheduleId": "$assignment number"}
_SESSION = {"iltSessionId": "$class number"}
_MEMBERS = {"userIds": ["$person number"]}

_VELPIC = {
    "POST /api/v2/bulkUserImport": Sample(
        json={"users": [{"firstName": "Bor", "lastName": "Zajec", "employeeNumber": "hr-7"}], "mergeType": "empNo"}
    ),
    "GET /api/v2/group": Sample(),
    "POST /api/v2/group": Sample(json={"name": "Crew", "description": "Night shift", "parentId": "$group number"}),
    "GET /api/v2/group/{groupId:int}": Sample(path=_GROUP),
    "POST /api/v2/group/{groupId:int}": Sample(path=_GROUP, json={"name": "Other", "description": ""}),
    "POST /api/v2/group/{groupId:int}/add_members": Sample(path=_GROUP, json=_MEMBERS),
    "POST /api/v2/group/{groupId:int}/add_supervisors": Sample(path=_GROUP, json=_MEMBERS),
    "POST /api/v2/group/{groupId:int}/inactivate": Sample(path=_GROUP),
    "GET /api/v2/group/{groupId:int}/member": Sample(path=_GROUP),
    "POST /api/v2/group/{groupId:int}/remove_members": Sample(path=_GROUP, json=_MEMBERS),
    "POST /api/v2/group/{groupId:int}/remove_supervisors": Sample(path=_GROUP, json=_MEMBERS),
    "GET /api/v2/group/{groupId:int}/supervisor": Sample(path=_GROUP),
    "GET /api/v2/ilt_session": Sample(params={"state": 1}),
    "POST /api/v2/ilt_session": Sample(
        json={
            "lessonId": "$content number",
            "startDatetime": "2031-05-19T01:00:06.000+0800",
            "endDatetime": "2031-05-19T02:00:06.000+0800",
            "location": "Here",
            "instructorId": "$person number",
            "numberOfPlaces": 12,
        }
    ),
    "GET /api/v2/ilt_session/{iltSessionId:int}": Sample(path=_SESSION),
    "PATCH /api/v2/ilt_session/{iltSessionId:int}": Sample(path=_SESSION, json={"location": "Yard"}),
    "GET /api/v2/ilt_session/{iltSessionId:int}/attendees": Sample(path=_SESSION),
    "POST /api/v2/ilt_session/{iltSessionId:int}/bulk_deregister": Sample(
        path=_SESSION, json={"userIds": ["$attendee's person"]}
    ),
    "POST /api/v2/ilt_session/{iltSessionId:int}/bulk_register": Sample(path=_SESSION, json=_MEMBERS),
    "POST /api/v2/ilt_session/{iltSessionId:int}/cancel_session": Sample(
        path=_SESSION,
        json={
            "iltSessionCancellationTraineeNotificationEnabled": True,
            "iltSessionCancellationInstructorNotificationEnabled": False,
        },
    ),
    "POST /api/v2/ilt_session/{iltSessionId:int}/complete": Sample(path=_SESSION),
    "POST /api/v2/ilt_session/{iltSessionId:int}/save_progress": Sample(
        path=_SESSION, json={"attendees": [{"id": "$attendee", "passed": True}]}
    ),
    "GET /api/v2/lesson": Sample(params={"publishedStates": "active,never"}),
    "GET /api/v2/embed_player": Sample(params={"lessonScheduleId": "$schedule number"}),
    "GET /api/v2/embed_player/version/{lessonScheduleId:int}": Sample(path={"lessonScheduleId": "$schedule number"}),
    "GET /api/v2/lesson_schedule/{lessonScheduleId:int}": Sample(path=_SCHEDULE),
    "GET /api/v2/lesson_schedule/{lessonScheduleId:int}/certificate": Sample(
        path={"lessonScheduleId": "$completed schedule number"}
    ),
    "POST /api/v2/lesson_schedule/{userId:int}/complete_lesson": Sample(
        path=_USER,
        json={
            "lessonVersionId": "$lesson version number",
            "completedDate": "2015-10-29T15:28:59+0000",
            "manuallyCompletedByUserId": "$person number",
        },
    ),
    "GET /api/v2/lessondetails": Sample(),
    "GET /api/v2/user": Sample(params={"q": "ana"}),
    "POST /api/v2/user": Sample(json={"firstName": "Bor", "lastName": "Zajec", "emailAddress": "bor@example.org"}),
    "GET /api/v2/user/{userId:int}": Sample(path=_USER),
    "POST /api/v2/user/{userId:int}": Sample(path=_USER, json={"firstName": "Other"}),
    "PUT /api/v2/user/{userId:int}": Sample(path=_USER, json={"firstName": "Other"}),
    "POST /api/v2/user/{userId:int}/activate": Sample(path=_USER),
    "POST /api/v2/user/{userId:int}/generate_login_url": Sample(path=_USER, params={"expiresIn": "day"}),
    "POST /api/v2/user/{userId:int}/inactivate": Sample(path=_USER),
    "GET /api/v2/user/{userId:int}/lesson_schedule": Sample(path=_USER, params={"status": "all"}),
    "POST /api/v2/user/{userId:int}/lesson_schedule": Sample(
        path=_USER,
        json={
            "lessonVersionIds": ["$lesson version number"],
            "scheduleDate": "2015-10-29T15:28:59+0000",
            "gracePeriod": "14",
            "gracePeriodUnit": "days",
        },
    ),
    "GET /download/lessons/{lessonId:int}/{file:str}": Sample(path={"lessonId": "$content number", "file": "$film"}),
    "GET /downloads/lessons/{lessonVersionId:int}/thumbnail": Sample(
        path={"lessonVersionId": "$pictured version number"}
    ),
}

SAMPLES: dict[str, Sample] = {
    **_SMARTARENA,
    **_SENAR,
    **_VELPIC,
    **_PEOPLE,
    **_SIMULATION,
    **_EVENTS,
    **LEARNING,
    **ANALYTICS,
}
