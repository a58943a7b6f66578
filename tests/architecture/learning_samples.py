"""One request per row that is about contents, courses, assignments and certificates."""

from tests.architecture.world import Sample

_CONTENT, _COURSE, _TASK = {"id": "$content"}, {"id": "$course"}, {"id": "$assignment"}
_VERSION = {"id": "$content", "number": "$version"}
_OUT = {"id": "$content", "number": "$published version"}
_FILE = {"id": "$content", "number": "$version", "file": "$file"}
_NOTE = {"id": "$custom field"}
_USERS = {"mapping_code": "$course code", "users_mapping_codes": ["$person code"]}

LEARNING: dict[str, Sample] = {
    "GET /api/content": Sample(),
    "POST /api/coursemappingcode": Sample(json={"old_mapping_code": "$course code", "new_mapping_code": "k-2"}),
    "DELETE /api/courses": Sample(json={"mapping_code": "$course code"}),
    "GET /api/courses": Sample(params={"mapping_code": "$course code"}),
    "POST /api/courses": Sample(json={"mapping_code": "k-3", "title": "Slings", "start_date": "2026-01-01"}),
    "PUT /api/courses": Sample(json={"mapping_code": "$course code", "title": "Other"}),
    "POST /api/courses/addusers": Sample(json=_USERS),
    "POST /api/courses/removeusers": Sample(json=_USERS),
    "GET /api/usercourses": Sample(params={"user_mapping_code": "$person code"}),
    "GET /v1/assignments": Sample(),
    "POST /v1/assignments": Sample(json={"people": ["$person"], "course": "$course"}),
    "DELETE /v1/assignments/{id:str}": Sample(path=_TASK),
    "GET /v1/assignments/{id:str}": Sample(path=_TASK),
    "POST /v1/assignments/{id:str}/cancel": Sample(path=_TASK, json={"reason": "moved"}),
    "POST /v1/assignments/{id:str}/complete": Sample(path=_TASK, json={"score": 90}),
    "POST /v1/assignments/{id:str}/credit": Sample(path=_TASK),
    "POST /v1/assignments/{id:str}/progress": Sample(path=_TASK, json={"progress": 50}),
    "POST /v1/assignments/{id:str}/start": Sample(path=_TASK),
    "GET /v1/certificates": Sample(),
    "GET /v1/certificates/{number:str}": Sample(path={"number": "$certificate"}),
    "GET /v1/certificates/{number:str}/pdf": Sample(path={"number": "$certificate"}),
    "POST /v1/certificates/{number:str}/revoke": Sample(path={"number": "$certificate"}, json={"reason": "A mistake"}),
    "GET /v1/contents": Sample(),
    "POST /v1/contents": Sample(json={"title": "Slings"}),
    "DELETE /v1/contents/{id:str}": Sample(path=_CONTENT),
    "GET /v1/contents/{id:str}": Sample(path=_CONTENT),
    "PATCH /v1/contents/{id:str}": Sample(path=_CONTENT, json={"title": "Other"}),
    "GET /v1/contents/{id:str}/versions": Sample(path=_CONTENT),
    "POST /v1/contents/{id:str}/versions": Sample(path=_CONTENT, json={"steps": [{"title": "Read"}]}),
    "GET /v1/contents/{id:str}/versions/{number:int}": Sample(path=_VERSION),
    "PATCH /v1/contents/{id:str}/versions/{number:int}": Sample(path=_VERSION, json={"pass_percent": 80}),
    "POST /v1/contents/{id:str}/versions/{number:int}/copy": Sample(path=_VERSION),
    "PUT /v1/contents/{id:str}/versions/{number:int}/custom-values": Sample(
        path=_VERSION, json={"values": {"noted": "yes"}}
    ),
    "POST /v1/contents/{id:str}/versions/{number:int}/files": Sample(
        path=_VERSION, params={"name": "note.txt"}, content="hello", media_type="text/plain"
    ),
    "DELETE /v1/contents/{id:str}/versions/{number:int}/files/{file:str}": Sample(path=_FILE),
    "GET /v1/contents/{id:str}/versions/{number:int}/files/{file:str}": Sample(path=_FILE),
    "POST /v1/contents/{id:str}/versions/{number:int}/publish": Sample(path=_VERSION),
    "POST /v1/contents/{id:str}/versions/{number:int}/retire": Sample(path=_OUT),
    "GET /v1/custom-fields": Sample(),
    "POST /v1/custom-fields": Sample(json={"key": "reviewed", "description": "Reviewed on", "kind": "date"}),
    "DELETE /v1/custom-fields/{id:str}": Sample(path=_NOTE),
    "GET /v1/custom-fields/{id:str}": Sample(path=_NOTE),
    "PATCH /v1/custom-fields/{id:str}": Sample(path=_NOTE, json={"description": "Other"}),
    "GET /v1/course-categories": Sample(),
    "POST /v1/course-categories": Sample(json={"name": "Safety"}),
    "DELETE /v1/course-categories/{id:str}": Sample(path={"id": "$course category"}),
    "GET /v1/course-categories/{id:str}": Sample(path={"id": "$course category"}),
    "PATCH /v1/course-categories/{id:str}": Sample(path={"id": "$course category"}, json={"name": "Other"}),
    "GET /v1/courses": Sample(),
    "POST /v1/courses": Sample(json={"title": "Slings"}),
    "DELETE /v1/courses/{id:str}": Sample(path=_COURSE),
    "GET /v1/courses/{id:str}": Sample(path=_COURSE),
    "PATCH /v1/courses/{id:str}": Sample(path=_COURSE, json={"title": "Other"}),
}
