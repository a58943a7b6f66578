"""Faults of the Velpic API: ``message``, ``reason``, ``internalCode`` and ``error``, as each documented body has them.

An endpoint that knows a code of the vendor's for its fault gives it in the fault's details by :func:`coded`.
"""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.web.naming import renamed
from rollbook.web.routes import Reply

INVALID_KEY, NOT_AUTHORISED, GROUP_NOT_FOUND = 806, 831, 842
SCHEDULE_CANCELLED, SCHEDULE_COMPLETED, SCHEDULE_MISSING = 836, 837, 840
SERVER_ERROR = 500

_FIELDS: dict[str, str] = {
    "username": "userName",
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "emailAddress",
    "phone": "phoneNumber",
    "mobile": "mobileNumber",
    "external_id": "employeeNumber",
    "time_zone": "timeZone",
    "parent_id": "parentId",
    "starts_at": "startDatetime",
    "ends_at": "endDatetime",
    "instructor_id": "instructorId",
    "places": "numberOfPlaces",
    "person_ids": "userIds",
    "group_id": "groups",
    "version_ids": "lessonVersionIds",
    "grace_unit": "gracePeriodUnit",
    "grace_count": "gracePeriod",
    "completed_at": "completedDate",
    "voucher_id": "manuallyCompletedByUserId",
    "version_id": "lessonVersionId",
    "rows": "users",
    "content_id": "lessonId",
}
"""Core's names of fields, where the document has another."""


def coded(fault: Fault, internal_code: int, reason: str | None = None) -> Fault:
    """The fault with the number, and perhaps the words, that the vendor has for it."""
    details = {**fault.details, "internal_code": internal_code, **({"reason": reason} if reason else {})}
    return Fault(fault.code, fault.message, fields=fault.fields, details=details)


def _status(code: FaultCode) -> int:
    match code:
        case FaultCode.UNAUTHENTICATED | FaultCode.FORBIDDEN:
            return 403
        case FaultCode.NOT_FOUND | FaultCode.UNKNOWN_REFERENCE:
            return 404
        case FaultCode.METHOD_NOT_ALLOWED:
            return 405
        case FaultCode.MALFORMED | FaultCode.MISSING | FaultCode.INVALID:
            return 400
        case FaultCode.DUPLICATE | FaultCode.CONFLICT | FaultCode.PROTECTED:
            return 400
        case FaultCode.TOO_LARGE:
            return 413
        case FaultCode.UNSUPPORTED_TYPE:
            return 415
        case FaultCode.RATE_LIMITED:
            return 429
        case FaultCode.INTERNAL | FaultCode.UNAVAILABLE:
            return 503


def render_fault(fault: Fault) -> Reply:
    """The documented bodies for a bad key (806), for what is not allowed (831) and for our mistakes (500).

    Every other one is ``{"message", "reason", "internalCode", "statusCode", "error"}``, with ``errors`` by field.
    """
    status = _status(fault.code)
    headers = {}
    if retry_after := fault.details.get("retry_after_s"):
        headers["retry-after"] = str(retry_after)
    return Reply(_body(renamed(fault, _FIELDS), status), status, headers)


def _body(fault: Fault, status: int) -> dict[str, Any]:
    match fault.code:
        case FaultCode.UNAUTHENTICATED:
            return {
                "message": "AccessKey does not exist",
                "reason": "Invalid access key",
                "internalCode": INVALID_KEY,
                "error": "Invalid security token",
            }
        case FaultCode.FORBIDDEN:
            error = "You are not authorised to make this request"
            return {"message": fault.message, "internalCode": NOT_AUTHORISED, "error": error}
        case FaultCode.INTERNAL | FaultCode.UNAVAILABLE:
            return {"message": fault.message, "internalCode": SERVER_ERROR, "error": "Internal Server Error"}
        case _:
            internal_code = fault.details.get("internal_code")
            return {
                "message": fault.message,
                "reason": fault.details.get("reason", fault.code.value.replace("_", " ").capitalize()),
                **({"internalCode": internal_code} if internal_code is not None else {}),
                "statusCode": status,
                "error": fault.details.get("reason", fault.message),
                **({"errors": dict(fault.fields)} if fault.fields else {}),
            }
