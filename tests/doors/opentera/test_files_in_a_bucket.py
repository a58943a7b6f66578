"""Files of assets where the store is a bucket of S3."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rollbook.core.kernel.clock import DAY, now
from rollbook.core.sessions import asset_files
from tests.adapters.s3_server import S3Server, s3_server
from tests.doors.opentera.live import Live, fresh, living
from tests.doors.opentera.test_files import FILES, FILM, archive_of, fetch, tidy, unpacked, uploaded

LARGE = bytes(range(256)) * 4 * 1024 * 24
"""24 MiB, which goes up in parts."""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """The bucket."""
    with s3_server() as server:
        server.set_in(monkeypatch)
        yield server


@pytest.fixture
def in_bucket(bucket: S3Server, live_database: str, tmp_path: Path) -> Iterator[Live]:
    """A server that keeps its files there."""
    with living(tmp_path, live_database, files="s3://rollbook/clinic") as made, fresh(made) as live:
        yield live


def kept(bucket: S3Server) -> dict[str, bytes]:
    """The files of assets in it."""
    return {key: data for key, data in bucket.objects.items() if "/assets/" in key}


def test_files_of_assets_lie_in_a_bucket(in_bucket: Live, bucket: S3Server) -> None:
    tera = in_bucket.ways
    admin = tera.user("admin")
    film, large = uploaded(admin), uploaded(admin, LARGE, "large.bin", asset_name="Large")
    assert sorted(kept(bucket).values()) == sorted([FILM, LARGE])
    assert "POST?uploads" in bucket.verbs
    assert fetch(tera, film).content == FILM
    part = fetch(tera, large, range="bytes=1000000-1000999")
    assert (part.status_code, part.content) == (206, LARGE[1_000_000:1_001_000])
    assert sorted(unpacked(tera, archive_of(admin, id_session=2)).values()) == sorted([FILM, LARGE])


def test_nothing_is_left_in_the_bucket_of_an_asset_that_was_deleted_long_ago(in_bucket: Live, bucket: S3Server) -> None:
    tera = in_bucket.ways
    admin = tera.user("admin")
    asset = uploaded(admin)
    assert tera.client.delete(FILES, params={"uuid": asset["asset_uuid"]}, headers=admin.headers).status_code == 200
    assert list(kept(bucket).values()) == [FILM]
    tidy(tera, now() + asset_files.KEPT + DAY)
    assert kept(bucket) == {}
