"""Files by way of S3: put to a signed address, or read from the caller's own bucket; and files for mails."""

from rollbook.core.analytics import bucket_loads, policy, sources, uploads
from rollbook.core.analytics.queries import get_source
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.doors.serenytics.endpoints.data import changeable, chunks_of
from rollbook.doors.serenytics.translate.sources import to_core_object
from rollbook.doors.serenytics.wire.answers import Done
from rollbook.doors.serenytics.wire.sources import BucketReloadIn, SignFileQuery, SignOut, SignQuery
from rollbook.web.routes import Call

HEADERS = {"x-amz-acl": "private"}
"""What the vendor's client sends with the file."""
POSTED = SignOut("error", ["There is no object store; post the file to …/file."])


def sign(call: Call[None, SignQuery]) -> SignOut:
    """Say where the file is put that a data source is loaded from next, or that it is posted to us."""
    if call.query.s3_object_name is None:
        raise field_fault(FaultCode.MISSING, "s3_object_name", "s3_object_name is required: the data source's uuid")
    source = get_source(call.work, call.query.s3_object_name)
    policy.require_may_load(call.principal, source)
    address = sources.sign_attaching(call.work, call.services.files, source, HEADERS)
    return POSTED if address is None else SignOut("ok", signed_request=address, server_side_object_name=source.uuid)


def reload_from_s3(call: Call[BucketReloadIn, None]) -> Done:
    """Load an object of a bucket in the place of all rows; the task tells when it is done."""
    source, body = changeable(call), call.body
    wanted, kinds = to_core_object(body), body.force_types or {}
    sealer = call.services.sealer
    return Done(task_id=bucket_loads.ask_for_load(call.work, sealer, source, wanted, body.s3_csv_separator, kinds))


def sign_file(call: Call[None, SignFileQuery]) -> SignOut:
    """Say where a file is put that is sent along with a mail, or that it is posted to us."""
    signed = uploads.sign(call.services.files, call.principal, HEADERS)
    if signed is None:
        return SignOut("error", ["There is no object store; post the file to /api/upload_file/{uuid}."])
    return SignOut("ok", signed_request=signed[1], server_side_object_name=signed[0])


def upload(call: Call[None, None]) -> Done:
    """Take a file that is sent along with a mail, under a uuid of the caller's choice; it is kept for a day."""
    uploads.keep(call.services.files, call.principal, str(call.path["uuid"]), chunks_of(call))
    return Done()
