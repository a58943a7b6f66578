"""The service for files: bytes of assets taken, given and deleted, hostile ones among them, and archives."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest

from rollbook.core.kernel.clock import DAY, now
from rollbook.core.sessions import asset_files
from rollbook.core.sessions.asset_files import AssetFile
from tests.doors.opentera.conftest import Tera, Ways, signed
from tests.media import SVG, png

FILES = "/file/api/assets"
NO_FILE = b'--x\r\ncontent-disposition: form-data; name="file_asset"\r\n\r\n{}\r\n--x--'
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 40


def upload(who: Tera, data: bytes = FILM, name: str = "film.mp4", **asset: Any) -> Any:
    """A form with the asset and its file."""
    about = {"id_session": 2, "asset_name": "Film"} | asset
    form = {"file_asset": json.dumps({"file_asset": about})}
    return who.client.post(FILES, data=form, files={"file": (name, data, "text/html")}, headers=who.headers)


def uploaded(who: Tera, data: bytes = FILM, name: str = "film.mp4", **asset: Any) -> dict[str, Any]:
    """The asset that came of it."""
    answer = upload(who, data, name, **asset)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def fetch(who: Tera | Ways, asset: dict[str, Any], **headers: str) -> Any:
    """The file of an asset by its address and access token, with no other credential."""
    named = {"asset_uuid": asset["asset_uuid"], "access_token": asset["access_token"]}
    path = "/" + asset["asset_url"].split("/", 3)[3]
    return who.client.get(path, params=named, headers=headers)


def stored(tera: Ways) -> set[str]:
    """The keys of all files of assets in the store."""
    return set(tera.files.written_before("assets", now() + DAY))


def test_a_file_comes_back_as_it_went_with_what_is_known_of_it(tera: Ways) -> None:
    admin = tera.user("admin")
    asset = uploaded(admin)
    assert (asset["id_session"], asset["id_user"], asset["asset_type"]) == (2, 1, "video/mp4")
    answer = fetch(tera, asset)
    assert (answer.status_code, answer.content) == (200, FILM)
    assert answer.headers["content-type"] == "video/mp4", "told from the bytes, not from the form"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''film.mp4"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox"
    named = {"asset_uuid": asset["asset_uuid"], "access_token": asset["access_token"]}
    known = {
        "asset_file_size": len(FILM),
        "asset_md5": hashlib.md5(FILM, usedforsecurity=False).hexdigest(),
        "asset_original_filename": "film.mp4",
        "asset_uuid": asset["asset_uuid"],
    }
    assert tera.client.get(f"{FILES}/infos", params=named).json() == known
    assert tera.client.post(f"{FILES}/infos", json={"assets": [named]}).json() == [known]
    listed = admin.get("/user/assets", id_asset=asset["id_asset"], with_urls=True).json()[0]
    assert fetch(tera, listed).content == FILM


def test_a_raw_body_is_taken_like_a_form(tera: Ways) -> None:
    admin = tera.user("admin")
    params = {"file_asset": json.dumps({"id_session": 2, "asset_name": "Raw"}), "filename": "raw.bin"}
    headers = admin.headers | {"content-type": "application/octet-stream"}
    answer = tera.client.post(FILES, params=params, content=b"\x00\x01", headers=headers)
    assert answer.status_code == 200, answer.text
    assert fetch(tera, answer.json()).content == b"\x00\x01"


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-3", 206, FILM[:4], f"bytes 0-3/{len(FILM)}"),
        ("bytes=-5", 206, FILM[-5:], f"bytes {len(FILM) - 5}-{len(FILM) - 1}/{len(FILM)}"),
        (f"bytes={len(FILM) - 2}-999999999", 206, FILM[-2:], f"bytes {len(FILM) - 2}-{len(FILM) - 1}/{len(FILM)}"),
        (f"bytes={len(FILM)}-", 416, b"", f"bytes */{len(FILM)}"),
        ("bytes=-0", 416, b"", f"bytes */{len(FILM)}"),
        ("bytes=5-2", 200, FILM, None),
        ("lines=1-2", 200, FILM, None),
        ("bytes=" + "9" * 400 + "-", 416, b"", f"bytes */{len(FILM)}"),
    ],
)
def test_a_part_of_a_file_is_given_where_there_is_one(
    tera: Ways, asked: str, status: int, part: bytes, told: str | None
) -> None:
    answer = fetch(tera, uploaded(tera.user("admin")), range=asked)
    assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, part, told)


def test_participants_devices_and_services_keep_files_of_their_sessions_alone(tera: Ways) -> None:
    mine = uploaded(tera.participant(), id_session=2)
    assert (mine["id_participant"], mine["id_user"]) == (1, None)
    assert fetch(tera, mine).content == FILM, "the service for files is used in the participant's project from now on"
    admin, device = tera.user("admin"), tera.device(1)
    of_device = {one["id_session"] for one in admin.get("/user/sessions", id_device=1).json()}
    assert uploaded(device, id_session=min(of_device))["id_device"] == 1
    new: dict[str, Any] = {"id_session": 0, "id_session_type": 1, "session_name": "A", "session_participants_ids": [2]}
    other = admin.post("/user/sessions", {"session": new | {"session_start_datetime": "2026-03-01T09:00:00"}}).json()
    for someone in (device, tera.participant(), tera.user("user4"), tera.service(3)):
        assert upload(someone, id_session=other[0]["id_session"]).status_code == 403
    leading = tera.service(6)
    by_service = uploaded(leading, id_session=other[0]["id_session"], id_participant=1)
    assert (by_service["id_service"], by_service["id_participant"]) == (6, 1)
    assert upload(leading, id_session=other[0]["id_session"], id_participant=4).status_code == 403
    assert tera.client.post(FILES, data={"file_asset": "{}"}, files={"file": ("a", b"a")}).status_code == 401


def test_an_access_token_opens_what_it_names_for_who_may_still_come_in(tera: Ways) -> None:
    admin = tera.user("admin")
    first, second = uploaded(admin), uploaded(admin, b"other")
    assert fetch(tera, second | {"access_token": first["access_token"]}).status_code == 403
    assert fetch(tera, first | {"access_token": "no.token.atall"}).status_code == 403
    lasting = signed({"asset_uuids": [first["asset_uuid"]], "requester_uuid": _uuid_of(admin, "admin")})
    assert fetch(tera, first | {"access_token": lasting}).status_code == 403, "one that never ends is none of ours"
    other = signed({"asset_uuids": [first["asset_uuid"]], "exp": now() // 10**6 + 60, "requester_uuid": "nobody"})
    assert fetch(tera, first | {"access_token": other}).status_code == 403
    by_user = tera.user("user").get("/user/assets", id_session=2, with_only_token=True).json()
    token = next(one for one in by_user if one["asset_uuid"] == first["asset_uuid"])["access_token"]
    assert fetch(tera, first | {"access_token": token}).status_code == 200
    user_id = next(u["id_user"] for u in admin.get("/user/users").json() if u["user_username"] == "user")
    off = {"user": {"id_user": user_id, "user_enabled": False}}
    assert admin.post("/user/users", off).status_code == 200
    assert fetch(tera, first | {"access_token": token}).status_code == 403


def _uuid_of(admin: Tera, username: str) -> str:
    return str(next(u["user_uuid"] for u in admin.get("/user/users").json() if u["user_username"] == username))


def test_who_sees_an_asset_needs_no_access_token(tera: Ways) -> None:
    asset = uploaded(tera.user("admin"))
    params = {"asset_uuid": asset["asset_uuid"]}
    assert tera.client.get(FILES, params=params, headers=tera.user("siteadmin").headers).content == FILM
    assert tera.client.get(FILES, params=params, headers=tera.user("user4").headers).status_code == 404
    assert tera.client.get(FILES, params=params).status_code == 401


def test_a_file_is_replaced_by_who_made_it_and_the_old_bytes_go(tera: Ways) -> None:
    admin = tera.user("admin")
    mine = uploaded(tera.participant())
    assert upload(tera.user("user"), b"stolen", asset_uuid=mine["asset_uuid"]).status_code == 403
    before = stored(tera)
    again = uploaded(tera.participant(), b"new", "new.txt", asset_uuid=mine["asset_uuid"])
    assert again["id_asset"] == mine["id_asset"]
    assert fetch(tera, again).content == b"new"
    assert len(stored(tera)) == len(before)
    assert upload(admin, b"x", asset_uuid="00000000-0000-4000-8000-000000000000").status_code == 403
    known = admin.get("/user/assets", id_asset=1).json()[0]["asset_uuid"]
    assert upload(admin, b"x", asset_uuid=known).status_code == 403, "another service has its bytes"


def test_a_deleted_asset_is_gone_at_once_and_its_bytes_after_a_month(tera: Ways) -> None:
    admin = tera.user("admin")
    asset = uploaded(admin)
    assert (
        tera.client.delete(FILES, params={"uuid": asset["asset_uuid"]}, headers=tera.user("user").headers).status_code
        == 403
    )
    key = one_key(tera, asset)
    answer = tera.client.delete(FILES, params={"uuid": asset["asset_uuid"]}, headers=admin.headers)
    assert (answer.status_code, answer.json()) == (200, "")
    assert fetch(tera, asset).status_code == 404
    tidy(tera, now())
    assert key in stored(tera)
    tidy(tera, now() + asset_files.KEPT + DAY)
    assert key not in stored(tera)


def one_key(tera: Ways, asset: dict[str, Any]) -> str:
    """The key of an asset's file."""
    system = tera.system
    with tera.database.reading() as work:
        work.act_as(system)
        found: AssetFile = asset_files.of_assets(work, [asset["id_asset"]])[asset["id_asset"]]
        return found.key


def tidy(tera: Ways, at: int) -> None:
    """What the server does every hour, at an instant."""
    with tera.database.writing() as work:
        asset_files.forget_deleted(work, before=at - asset_files.KEPT)
    asset_files.sweep(tera.database, tera.files, before=at - asset_files.LONGEST_UPLOAD)


def test_nothing_is_left_of_an_upload_that_failed(tera: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored(tera)
    monkeypatch.setattr(asset_files, "MOST_BYTES", 1000)
    answer = upload(tera.user("admin"))
    assert (answer.status_code, answer.json()) == (413, "A file may have at most 1,000 bytes.")
    assert stored(tera) == before
    with tera.database.reading() as work:
        assert work.all(asset_files._LEFT_OVER, before=now() + DAY) == []


def test_what_a_crash_left_is_swept_away(tera: Ways) -> None:
    key = "assets/1/2026-01/left-over"
    tera.files.put(key, b"half", limit=100)
    organisation_id = tera.system.organisation_id
    with tera.database.writing() as work:
        row = {"asset_id": None, "size": 0, "md5": "", "sha256": "", "created_at": now()}
        work.run(asset_files._ADD, organisation_id=organisation_id, key=key, name="a", media_type="a/b", **row)
    tidy(tera, now())
    assert key in stored(tera), "it may be under way"
    tidy(tera, now() + 2 * DAY)
    assert key not in stored(tera)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("a\r\nSet-Cookie: x=1", "aSet-Cookie: x=1"),
        ('quo"te;.txt', 'quo"te;.txt'),
        ("...", "file"),
        ("né\u202egnp.exe", "négnp.exe"),
        ("a" * 400 + ".pdf", "a" * 251 + ".pdf"),
    ],
)
def test_a_name_of_a_file_is_only_a_name(tera: Ways, name: str, kept: str) -> None:
    admin = tera.user("admin")
    params = {"file_asset": json.dumps({"id_session": 2, "asset_name": "A"}), "filename": name}
    headers = admin.headers | {"content-type": "application/octet-stream"}
    asset = tera.client.post(FILES, params=params, content=b"data", headers=headers).json()
    answer = fetch(tera, asset)
    named = {"asset_uuid": asset["asset_uuid"], "access_token": asset["access_token"]}
    assert tera.client.get(f"{FILES}/infos", params=named).json()["asset_original_filename"] == kept
    assert "set-cookie" not in answer.headers
    assert all(letter not in answer.headers["content-disposition"] for letter in '\r\n";'.replace(";", ""))


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"<html><script>alert(1)</script></html>", "text/html; charset=utf-8"),
        (SVG, "application/octet-stream"),
        (png(), "image/png"),
        (b"", "text/plain; charset=utf-8"),
    ],
)
def test_a_browser_runs_nothing_of_a_file(tera: Ways, data: bytes, shown: str) -> None:
    answer = fetch(tera, uploaded(tera.user("admin"), data, "picture.png", asset_type="image/png"))
    assert answer.content == data
    assert answer.headers["content-type"].partition(";")[0] == shown.partition(";")[0]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "sandbox"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"file_asset": "no json"}, 400),
        ({"file_asset": "[" * 5000}, 400),
        ({"file_asset": "[]"}, 400),
        ({"file_asset": "{}"}, 400),
        ({"file_asset": '{"id_session": 2}'}, 400),
        ({"file_asset": '{"id_session": "two", "asset_name": "A"}'}, 400),
        ({"file_asset": '{"id_session": 999, "asset_name": "A"}'}, 403),
        ({"file_asset": '{"id_session": 2, "asset_name": "' + "a" * 300 + '"}'}, 400),
        ({"file_asset": '{"id_session": 2, "asset_name": "A", "asset_type": "' + "a" * 300 + '"}'}, 400),
        ({"file_asset": '{"id_session": 2, "asset_name": "A", "asset_uuid": 7}'}, 400),
        ({"file_asset": '{"id_session": 99999999999999999999, "asset_name": "A"}'}, 400),
    ],
)
def test_an_upload_that_says_nothing_of_use_is_refused(tera: Ways, form: dict[str, str], status: int) -> None:
    admin = tera.user("admin")
    before = stored(tera)
    answer = tera.client.post(FILES, data=form, files={"file": ("a", b"a")}, headers=admin.headers)
    assert answer.status_code == status, answer.text
    assert isinstance(answer.json(), str)
    assert stored(tera) == before


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nno form at all"),
        ("multipart/form-data", b"no boundary"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\ncontent-disposition: form-data; name="file_asset"\r\n\r\n{}\r\n--x--',
        ),
        ("multipart/form-data; boundary=x", b""),
        ("application/json", b'{"file_asset": {}}'),
    ],
)
def test_a_broken_form_is_refused(tera: Ways, media_type: str, body: bytes) -> None:
    headers = tera.user("admin").headers | {"content-type": media_type}
    assert tera.client.post(FILES, content=body, headers=headers).status_code == 400


def archive_of(who: Tera, **asked: int) -> dict[str, Any]:
    """An archive that somebody asked for."""
    answer = who.get("/user/assets/archive", **asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def unpacked(tera: Ways, archive: dict[str, Any]) -> dict[str, bytes]:
    """The files in it."""
    params = {"archive_uuid": archive["archive_uuid"], "access_token": archive["access_token"]}
    answer = tera.client.get("/file/api/archives", params=params)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip"), answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.mark.parametrize("of", ["id_session", "id_participant", "id_project"])
def test_an_archive_holds_every_file_under_a_harmless_name(tera: Ways, of: str) -> None:
    admin = tera.user("admin")
    names = ("../../../up.txt", "same.txt", "same.txt", "CON", "a\\b\\c.mp4")
    made = [uploaded(admin, f"text {n}".encode(), name) for n, name in enumerate(names)]
    files = unpacked(tera, archive_of(admin, **{of: 2 if of == "id_session" else 1}))
    assert sorted(files.values()) == [f"text {n}".encode() for n in range(len(names))]
    ids = [one["id_asset"] for one in made]
    wanted = ["up.txt", "same.txt", "same.txt", "CON", "c.mp4"]
    assert sorted(name.partition("/")[2] for name in files) == sorted(
        f"{number} {name}" for number, name in zip(ids, wanted, strict=True)
    )
    assert not any(".." in name or name.startswith("/") or "\\" in name for name in files)


def test_an_archive_holds_what_who_asked_sees_and_opens_to_them_alone(tera: Ways) -> None:
    admin, user = tera.user("admin"), tera.user("user")
    uploaded(admin, b"seen")
    assert user.get("/user/assets/archive", id_project=3).status_code == 403
    assert user.get("/user/assets/archive", id_project=1, id_session=2).status_code == 400
    assert user.get("/user/assets/archive").status_code == 400
    archive = archive_of(user, id_project=1)
    assert list(unpacked(tera, archive).values()) == [b"seen"]
    named = {"archive_uuid": archive["archive_uuid"]}
    infos = tera.client.get("/file/api/archives/infos", params=named, headers=user.headers)
    assert infos.json()["archive_owner_uuid"] == _uuid_of(admin, "user")
    for path in ("/file/api/archives", "/file/api/archives/infos"):
        assert tera.client.get(path, params=named, headers=admin.headers).status_code == 404, "nobody else's"
        assert tera.client.get(path, params=named).status_code == 401
        assert tera.client.get(path, params=named | {"access_token": "a.b.c"}).status_code == 403


def test_an_archive_names_the_files_whose_bytes_are_lost(tera: Ways) -> None:
    admin = tera.user("admin")
    lost, kept = uploaded(admin, b"lost"), uploaded(admin, b"kept")
    tera.files.delete(one_key(tera, lost))
    files = unpacked(tera, archive_of(admin, id_session=2))
    assert b"kept" in files.values()
    assert str(lost["id_asset"]).encode() in files["MISSING.txt"]
    assert fetch(tera, lost).status_code == 404
    assert fetch(tera, kept).status_code == 200
