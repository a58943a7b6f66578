"""Files by way of S3: loads from the caller's bucket, signed addresses, and what is uploaded for mails."""

import gzip
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import msgspec
import pytest

from rollbook.adapters.files import file_store_from
from rollbook.core.analytics import jobs, staging, tasks, uploads
from rollbook.core.kernel.clock import DAY, now
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.ports import FileMissing, FileTooLarge, OpenedFile, OutboundFailed, OutboundRefused, S3Object
from tests.doors.serenytics.conftest import SALES, Door

ASKED = {"s3_bucket": "sales", "s3_key": "2026/new.csv", "async": True}
CREDENTIALS = "aws_access_key_id=AKIAEXAMPLE;aws_secret_access_key=se/cr+et="

ZIPPED = gzip.compress(b"a\n1\n", mtime=0)


class Bucket:
    """One object of somebody's, and what was asked for; or a fault."""

    def __init__(self, content: bytes = b"", fault: Exception | None = None) -> None:
        self.content = content
        self.fault = fault
        self.asked: list[S3Object] = []

    def open(self, wanted: S3Object, *, limit: int) -> OpenedFile:
        """The object."""
        self.asked.append(wanted)
        if self.fault is not None:
            raise self.fault
        size = len(self.content)
        return OpenedFile(size=size, start=0, end=size, chunks=iter([self.content]))


def reloaded(door: Door, uuid: str, bucket: Bucket, **asked: Any) -> Any:
    """What comes of a load from a bucket."""
    answer = door.admin.post(f"/api/data_source/{uuid}/reload_from_s3", json=ASKED | asked)
    assert answer.status_code == 200, answer.text
    assert jobs.work_off(msgspec.structs.replace(door.desk, buckets=bucket))
    return door.admin.get(f"/api/task/{answer.json()['task_id']}").json()


def test_an_object_takes_the_place_of_all_rows(door: Door) -> None:
    uuid, bucket = door.source(), Bucket(b"code|n\n007|1\n")
    given = {"s3_csv_separator": "|", "s3_region": "eu-west-1", "force_types": {"code": "str"}}
    assert reloaded(door, uuid, bucket, s3_credentials=CREDENTIALS, **given) == {"status": "ok", "rows": 1}
    assert door.ask(uuid)["data"] == [["007", 1]]
    asked = S3Object(
        bucket="sales", key="2026/new.csv", region="eu-west-1", access_key="AKIAEXAMPLE", secret_key="se/cr+et="
    )
    assert bucket.asked == [asked]


def test_the_secret_lies_nowhere_in_the_record(door: Door) -> None:
    uuid = door.source()
    door.admin.post(f"/api/data_source/{uuid}/reload_from_s3", json=ASKED | {"s3_credentials": CREDENTIALS})
    with door.organisation.writing() as work:
        task = tasks.claim(work)
        assert task is not None
        assert "se/cr+et" not in (task.arguments or "")
        assert "AKIAEXAMPLE" not in (task.arguments or "")
    door.admin.delete(f"/api/task/{task.uuid}")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv.gz", gzip.compress(b"a\n1\n", mtime=0)),
        ("part-0000.gz", gzip.compress(b"a\n1\n", mtime=0)),
        ("export", b"a\n1\n"),
    ],
)
def test_the_format_is_told_by_the_key(door: Door, name: str, content: bytes) -> None:
    uuid = door.source()
    assert reloaded(door, uuid, Bucket(content), s3_key=name)["status"] == "ok"
    assert door.ask(uuid)["data"] == [[1]]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (FileMissing("x"), "There is no such object in the bucket."),
        (FileTooLarge(5), "A file may have at most 5 bytes."),
        (OutboundRefused("sales is not at a public address"), "is not at a public address"),
        (OutboundFailed("S3 did not answer in time"), "S3 did not answer in time"),
    ],
)
def test_why_an_object_cannot_be_loaded_is_said_and_nothing_changes(door: Door, fault: Exception, said: str) -> None:
    uuid = door.source()
    result = reloaded(door, uuid, Bucket(fault=fault))
    assert result["status"] == "error"
    assert said in result["errors"][0]
    assert len(door.ask(uuid, select=["country"])["data"]) == len(SALES)


@pytest.mark.parametrize(
    "asked",
    [
        {"s3_bucket": "169.254.169.254/latest"},
        {"s3_bucket": "a..b"},
        {"s3_bucket": "x@evil.example.org"},
        {"s3_region": "evil.example.org/"},
        {"s3_region": "eu-west-1.evil.org#"},
        {"s3_key": ""},
        {"s3_key": "a/../../b"},
        {"s3_key": "a\r\nHost: x"},
        {"s3_key": "k" * 1025},
        {"s3_credentials": "password"},
        {"s3_credentials": "aws_access_key_id=only"},
        {"s3_credentials": "aws_access_key_id=a b;aws_secret_access_key=c\r\n"},
        {"s3_csv_separator": "||"},
        {"force_types": {"a": "blob"}},
    ],
)
def test_what_names_no_object_is_refused(door: Door, asked: dict[str, Any]) -> None:
    answer = door.admin.post(f"/api/data_source/{door.source()}/reload_from_s3", json=ASKED | asked)
    assert answer.status_code == 400, answer.text
    assert not jobs.work_off(door.desk)


def test_only_who_may_change_a_source_reloads_it(door: Door) -> None:
    uuid = door.source()
    studio, user = door.user("studio")
    assert studio.post(f"/api/data_source/{uuid}/reload_from_s3", json=ASKED).status_code == 404
    door.admin.post(f"/api/data_source/{uuid}/sharings", json={"username_to_share_with": user["username"]})
    assert studio.post(f"/api/data_source/{uuid}/reload_from_s3", json=ASKED).status_code == 403


def test_a_zipped_file_is_measured_before_it_is_unpacked(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(b"a\n", mtime=0) + gzip.compress(b"0\n" * 1_000_000)
    assert b"".join(staging.measured(iter([bomb]))) == bomb
    with pytest.raises(staging.Unfit, match="Unpacked"):
        list(staging.measured([bomb], most=1_000_000))
    assert b"".join(staging.measured([b"no gzip"])) == b"no gzip"


def test_files_are_posted_to_us_where_there_is_no_object_store(door: Door) -> None:
    query = {"s3_object_type": "csv/gz", "s3_object_name": door.source()}
    assert door.admin.get("/api/data_source/sign_s3/", params=query).json()["status"] == "error"
    assert door.admin.get("/api/sign_s3_file/").json()["status"] == "error"


def test_where_files_lie_in_s3_they_are_put_there(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "secret", "REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT", raising=False)
    files = file_store_from("s3://our-files/rollbook", door.organisation.server.settings.data)
    monkeypatch.setattr(type(door.desk.files), "sign_put", lambda _, *args, **given: files.sign_put(*args, **given))
    uuid = door.source()
    signed = door.admin.get("/api/data_source/sign_s3/", params={"s3_object_name": uuid}).json()
    address = urlsplit(signed["signed_request"])
    assert address.hostname == "s3.eu-west-1.amazonaws.com"
    assert address.path.startswith(f"/our-files/rollbook/sources/{uuid}/")
    assert parse_qs(address.query)["X-Amz-SignedHeaders"] == ["host;x-amz-acl"]
    door.admin.put(f"/api/data_source/{uuid}", json={"originalFileName": "new.csv"})
    task = door.admin.post(f"/api/data_source/{uuid}/reload_from_file", json={}).json()["task_id"]
    door.do_tasks()
    assert door.admin.get(f"/api/task/{task}").json()["errors"] == ["The attached file is gone; attach it again."]
    mine = door.admin.get("/api/sign_s3_file/").json()
    assert mine["signed_request"].partition("?")[0].endswith(mine["server_side_object_name"])
    studio, _ = door.user("studio")
    assert studio.get("/api/data_source/sign_s3/", params={"s3_object_name": uuid}).status_code == 404


def test_an_upload_is_kept_for_its_owner_for_a_day(door: Door) -> None:
    uuid, files = str(uuid4()), door.desk.files
    studio, _ = door.user("studio")
    answer = studio.post(f"/api/upload_file/{uuid}", content=b"%PDF")
    assert answer.status_code == 201, answer.text
    [key] = [key for key in files.written_before(uploads.FOLDER, now() + DAY) if key.endswith(uuid)]
    assert b"".join(files.open(key).chunks) == b"%PDF"
    with door.organisation.writing() as work, pytest.raises(Fault):
        uploads.opened(files, work.principal, uuid)
    uploads.delete_old(files, now() + DAY)
    assert not files.exists(key)


@pytest.mark.parametrize("uuid", ["..%2f..%2fsecret.key", "x", "uploads"])
def test_an_upload_has_a_uuid_for_a_name(door: Door, uuid: str) -> None:
    assert door.admin.post(f"/api/upload_file/{uuid}", content=b"x").status_code in (400, 404)


def test_an_upload_is_not_too_large(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    assert door.admin.post(f"/api/upload_file/{uuid4()}", content=b"x" * 11).status_code == 413


def pieces(content: bytes, size: int) -> Iterable[bytes]:
    """A content in pieces."""
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_zipped_file_is_measured_however_it_comes(size: int) -> None:
    content = gzip.compress(b"a,b\n" * 5000, mtime=0) + gzip.compress(b"1,2\n" * 5000)
    assert b"".join(staging.measured(pieces(content, size), most=40_000)) == content
    with pytest.raises(staging.Unfit):
        list(staging.measured(pieces(content, size), most=39_999))
