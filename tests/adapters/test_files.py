"""Files: one body of tests over a folder, memory and a bucket."""

import hashlib
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from rollbook.adapters.files import FolderFiles, ObjectFiles, file_store_from
from rollbook.core.kernel.clock import HOUR, now
from rollbook.core.kernel.ports import FileMissing, FileRangeInvalid, FileStore, FileStoreFailed, FileTooLarge

from .s3_server import S3Server, s3_server

MIB = 1024 * 1024
BIG = 64 * MIB
KEY = "assets/2026/0b1c.bin"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    with s3_server() as server:
        server.set_in(monkeypatch)
        yield server


@pytest.fixture(params=["folder", "memory", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "folder":
        return FolderFiles(tmp_path / "files")
    if request.param == "memory":
        return ObjectFiles(MemoryStore())
    request.getfixturevalue("bucket")
    return file_store_from("s3://rollbook/some/prefix", tmp_path)


def content_of(store: FileStore, key: str = KEY, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(store.open(key, start, end).chunks)


def pieces(size: int, piece: int = 300_000) -> Iterator[bytes]:
    for offset in range(0, size, piece):
        yield bytes([offset // piece % 251]) * min(piece, size - offset)


@pytest.mark.parametrize("size", [0, 1, 300_000, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 13 * MIB + 7])
@pytest.mark.parametrize("is_stream", [True, False])
def test_what_is_put_is_given_back(store: FileStore, size: int, is_stream: bool) -> None:
    whole = b"".join(pieces(size))
    content: bytes | Iterable[bytes] = pieces(size) if is_stream else whole
    stored = store.put(KEY, content, limit=BIG)
    assert (stored.key, stored.size, stored.sha256) == (KEY, size, hashlib.sha256(whole).hexdigest())
    assert content_of(store) == whole
    assert store.exists(KEY)


def test_a_range_is_given_back(store: FileStore) -> None:
    store.put(KEY, b"0123456789", limit=10)
    opened = store.open(KEY, 2, 5)
    assert (opened.size, opened.start, opened.end, b"".join(opened.chunks)) == (10, 2, 5, b"234")
    assert content_of(store, start=9) == b"9"
    assert content_of(store, start=7, end=99) == b"789"
    assert content_of(store, end=1) == b"0"
    assert store.open(KEY, 7, 99).end == 10


@pytest.mark.parametrize(("start", "end"), [(10, None), (11, 12), (5, 5), (6, 5), (-1, 5), (0, 0)])
def test_a_range_that_holds_no_byte_says_how_large_the_file_is(store: FileStore, start: int, end: int | None) -> None:
    store.put(KEY, b"0123456789", limit=10)
    with pytest.raises(FileRangeInvalid) as caught:
        store.open(KEY, start, end)
    assert caught.value.size == 10


def test_an_empty_file_opens_from_its_start_only(store: FileStore) -> None:
    store.put(KEY, b"", limit=0)
    assert content_of(store) == b""
    with pytest.raises(FileRangeInvalid):
        store.open(KEY, 1)


def test_the_limit_is_the_last_size_that_fits(store: FileStore) -> None:
    assert store.put(KEY, iter([b"abc", b"de"]), limit=5).size == 5
    for content in (b"abcdef", iter([b"abc", b"def"])):
        with pytest.raises(FileTooLarge) as caught:
            store.put("other", content, limit=5)
        assert caught.value.limit == 5
    assert not store.exists("other")


@pytest.mark.parametrize("limit", [MIB, 7 * MIB, 12 * MIB])
def test_a_stream_is_read_no_further_than_the_limit_and_leaves_nothing(store: FileStore, limit: int) -> None:
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        while True:
            given += MIB
            yield b"x" * MIB

    with pytest.raises(FileTooLarge):
        store.put(KEY, endless(), limit=limit)
    assert given == limit + MIB
    assert not store.exists(KEY)


class Hung(OSError):
    """What a connection raises in the middle of an upload."""


@pytest.mark.parametrize("before", [0, MIB, 7 * MIB])
def test_a_stream_that_breaks_off_raises_its_own_fault_and_keeps_the_old_file(store: FileStore, before: int) -> None:
    def broken() -> Iterator[bytes]:
        yield from pieces(before)
        raise Hung("gone")

    store.put(KEY, b"old", limit=BIG)
    with pytest.raises(Hung, match="gone"):
        store.put(KEY, broken(), limit=BIG)
    assert content_of(store) == b"old"


def test_a_file_is_replaced_by_its_key(store: FileStore) -> None:
    store.put(KEY, b"a longer first one", limit=BIG)
    store.put(KEY, b"second", limit=BIG)
    assert content_of(store) == b"second"


def test_a_deleted_file_is_gone_and_deleting_again_is_no_fault(store: FileStore) -> None:
    store.put(KEY, b"x", limit=1)
    store.delete(KEY)
    assert not store.exists(KEY)
    store.delete(KEY)
    with pytest.raises(FileMissing) as caught:
        store.open(KEY)
    assert caught.value.key == KEY


def test_files_are_found_by_their_folder_and_age(store: FileStore) -> None:
    for key in ("imports/1/a", "imports/2/b", "imports-not/c", "other/imports/d"):
        store.put(key, b"x", limit=1)
    assert sorted(store.written_before("imports", now() + HOUR)) == ["imports/1/a", "imports/2/b"]
    assert list(store.written_before("imports", now() - HOUR)) == []
    assert list(store.written_before("nowhere", now() + HOUR)) == []


def test_another_programs_file_is_not_found(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path)
    store.put("imports/1/a", b"x", limit=1)
    (tmp_path / "imports" / ".DS_Store").write_bytes(b"x")
    assert list(store.written_before("imports", now() + HOUR)) == ["imports/1/a"]


def test_a_folder_of_keys_is_not_a_file(store: FileStore) -> None:
    store.put(KEY, b"x", limit=1)
    assert not store.exists("assets")
    with pytest.raises(FileMissing):
        store.open("assets/2026")


@pytest.mark.parametrize(
    "key",
    [
        *(
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            "..",
            "../a",
            "a/../b",
            "a/..",
            "./a",
            "a/./b",
            ".hidden",
            "a/.hidden",
            "A",
            "a b",
        ),
        *("a\\b", "a%2fb", "a\0b", "a\n", "é", "a#1", "a?b", "~", "C:", "a" * 513),
    ],
)
def test_a_key_that_is_not_ours_is_refused_by_everything(store: FileStore, key: str) -> None:
    for call in (lambda: store.put(key, b"", limit=1), lambda: store.open(key), lambda: store.exists(key)):
        with pytest.raises(ValueError, match="not a file key"):
            call()
    with pytest.raises(ValueError, match="not a file key"):
        store.delete(key)


@pytest.mark.parametrize("key", ["a", "0", "a.b", "a..b", "a/b_c-d.e", "a" * 200, "-"])
def test_a_key_that_is_ours_is_taken(store: FileStore, key: str) -> None:
    store.put(key, key.encode(), limit=512)
    assert content_of(store, key) == key.encode()


def test_a_folder_holds_just_the_file_and_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "files"
    store = FolderFiles(folder)
    store.put(KEY, pieces(12 * MIB), limit=BIG)
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / KEY]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with pytest.raises(FileTooLarge):
        store.put("b", pieces(12 * MIB), limit=11 * MIB)
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / KEY]


def test_files_outlive_the_store_that_wrote_them(tmp_path: Path) -> None:
    file_store_from(None, tmp_path).put(KEY, b"kept", limit=4)
    assert content_of(file_store_from(None, tmp_path)) == b"kept"


def test_a_folder_that_fails_is_a_fault_of_the_store(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path)
    (tmp_path / "assets").write_bytes(b"a file where a folder is wanted")
    with pytest.raises(FileStoreFailed) as caught:
        store.put(KEY, b"x", limit=1)
    assert "\n" not in str(caught.value)


def test_a_bucket_takes_a_small_file_in_one_request_under_its_prefix(bucket: S3Server, tmp_path: Path) -> None:
    store = file_store_from("s3://rollbook/some/prefix/", tmp_path)
    store.put(KEY, iter([b"ab", b"c"]), limit=3)
    assert bucket.objects == {f"/rollbook/some/prefix/{KEY}": b"abc"}
    assert bucket.verbs == ["PUT"]
    assert list(tmp_path.iterdir()) == []


def test_a_bucket_is_told_to_forget_an_upload_that_went_wrong(bucket: S3Server, tmp_path: Path) -> None:
    store = file_store_from("s3://rollbook", tmp_path)
    with pytest.raises(FileTooLarge):
        store.put(KEY, pieces(12 * MIB), limit=11 * MIB)
    assert bucket.objects == {}


def test_a_bucket_that_refuses_is_a_fault_of_the_store(bucket: S3Server, tmp_path: Path) -> None:
    bucket.refuses_with = 403
    store = file_store_from("s3://rollbook", tmp_path)
    calls = (lambda: store.put(KEY, b"x", limit=1), lambda: store.open(KEY), lambda: store.exists(KEY))
    for call in calls:
        with pytest.raises(FileStoreFailed):
            call()


@pytest.mark.parametrize(
    "url", ["", "/var/files", "file:///var", "gs://bucket", "s3://", "s3://B", "s3://b?region=x", "s3://b/a b"]
)
def test_a_url_that_is_no_bucket_is_an_error(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        file_store_from(url, tmp_path)
