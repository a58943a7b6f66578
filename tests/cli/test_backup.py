"""Backups: whole, consistent while others write, and brought back into either store."""

import gzip
import io
import json
import stat
import tarfile
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlglot import exp

from rollbook.app import Server
from rollbook.core.access.policy import system_principal
from rollbook.core.analytics import sources
from rollbook.core.analytics.records import Definition
from rollbook.core.kernel.ports import OpenedFile
from rollbook.core.kernel.warehouse import Insert
from rollbook.core.learning import assignments, attachments, certificate_queries, contents, documents, versions
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.queries import get_assignment
from rollbook.core.learning.records import NewAssignments, NewContent
from rollbook.core.people import bulk, structure
from rollbook.core.people.bulk_plan import PersonRow, Ways
from rollbook.core.people.queries import list_organisations, list_people
from rollbook.core.people.records import PeopleFilter
from rollbook.core.people.settings import SettingsChanges, change_settings
from rollbook.core.webhooks.subscriptions import subscribe
from rollbook.migrations.state import known_revisions
from rollbook.settings import Settings
from rollbook.web.documents import press_of
from tests.adapters.test_typesetting import picture
from tests.cli.conftest import Command, Databases

Members = dict[str, bytes]
NEWEST = known_revisions()[-1]


def settings(run: Command) -> Settings:
    return Settings(data=run.data, database=run.database)


@pytest.fixture(scope="module")
def kept(store: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """A record with a tree, people, a file, and a sealed secret; tests take copies of it."""
    folder = tmp_path_factory.mktemp("kept")
    run = Command(folder / "data", databases.empty(store))
    run.well("init", "--organisation", "Acme", "--credentials", str(folder / "acme.json"))
    server = Server(settings(run))
    try:
        with server.database.writing() as work:
            work.act_as(system_principal(list_organisations(work)[0].id))
            people = [PersonRow(username=f"z{n}", first_name="Žiga", last_name=f"Đurić {n}") for n in range(20)]
            bulk.upsert(work, people, Ways(match_by="username"))
            child = structure.add_entry(work, structure.GROUPS, name="Child", external_id="c")
            parent = structure.add_entry(work, structure.GROUPS, name="Parent", external_id="p")
            structure.change_entry(work, structure.GROUPS, child, parent_id=parent.id)
            subscribe(work, server.services.sealer, format="native", url="https://a.example/h", topics=frozenset({"*"}))
            content = contents.create(work, NewContent(title="Fire", external_id="fire"))
            version = versions.draft(work, content, [Step(title="Run")], 80)
            stored = server.services.files.put("contents/fire.txt", b"run", limit=10)
            attachments.attach_file(work, content, version, stored, name="fire.txt", media_type="text/plain")
            made = sources.create(
                work, server.services.sealer, "Sales", "storage", definition=Definition(), content={"kept": True}
            )
            first = next(iter(list_people(work, PeopleFilter(), limit=1).rows))
            certified = contents.create(work, NewContent(title="Rescue", issues_certificate=True))
            versions.publish(work, certified, versions.draft(work, certified, [Step(title="Look")]))
            new = NewAssignments(person_ids=[first.id], content_id=certified.id)
            (assignment_id,) = assignments.assign(work, new).assignment_ids
            assignments.complete(work, get_assignment(work, key="id", value=assignment_id))
            server.services.files.put("logos/logo.png", picture(), limit=10_000)
            change_settings(work, SettingsChanges(logo_key="logos/logo.png", logo_media_type="image/png"))
        with server.database.reading() as work:
            certificate = certificate_queries.find_of(work, assignment_id)
        assert certificate is not None
        documents.certificate_pdf(press_of(server.services), certificate)
        server.services.warehouse.apply(made.table, [Insert([{"country": "FR", "sold": 3, "on": "2026-01-01"}])])
    finally:
        server.close()
    return run


@pytest.fixture
def record(kept: Command, databases: Databases, tmp_path: Path) -> Command:
    """A record of the test's own."""
    return databases.copied(kept, tmp_path)


def members(file: Path) -> Members:
    """Everything in an archive, but for the manifest."""
    with tarfile.open(file) as archive:
        found = {member.name: archive.extractfile(member) for member in archive}
        return {name: content.read() for name, content in found.items() if content and name != "manifest.json"}


def without_numbers(found: Members) -> Members:
    """The members, without the transactions' numbers, which another database gives anew."""
    at = 2
    events = [json.loads(line) for line in found["tables/events/000001.jsonl"].splitlines()]
    return {**found, "tables/events/000001.jsonl": json.dumps([row[:at] + row[at + 1 :] for row in events]).encode()}


def read(opened: OpenedFile) -> bytes:
    return b"".join(opened.chunks)


def test_a_backup_comes_back_as_it_was(record: Command, empty_database: Callable[[], str], tmp_path: Path) -> None:
    file, again = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    record.well("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    copy = Command(tmp_path / "copy", empty_database())
    copy.well("restore", str(file))
    copy.well("backup", str(again))
    assert without_numbers(members(again)) == without_numbers(members(file))
    assert "0 failed" in copy.well("doctor")
    server = Server(settings(copy))
    try:
        assert read(server.services.files.open("contents/fire.txt")) == b"run"
        assert read(server.services.files.open("logos/logo.png")) == picture()
        with server.database.reading() as work:
            certificate = certificate_queries.find_of(work, 1)
        assert certificate is not None
        assert certificate.pdf_key is not None
        assert read(server.services.files.open(certificate.pdf_key)).startswith(b"%PDF-")
        rows = server.services.warehouse.query(exp.select("*").from_("source_1")).rows
        assert rows == [("FR", 3, date(2026, 1, 1))]
    finally:
        server.close()
    copy.well("user", "add", "--first-name", "New", "--last-name", "Id", "--username", "new")


def test_a_backup_moves_to_the_other_store_and_back(
    record: Command, store: str, empty_database: Callable[[str], str], tmp_path: Path
) -> None:
    first, second, third = (tmp_path / f"{name}.tar.gz" for name in "abc")
    record.well("backup", str(first))
    there = Command(tmp_path / "there", empty_database("sqlite" if store == "postgresql" else "postgresql"))
    there.well("restore", str(first))
    there.well("user", "list", "--search", "đurić 7")
    there.well("backup", str(second))
    back = Command(tmp_path / "back", empty_database(store))
    back.well("restore", str(second))
    back.well("backup", str(third))
    assert without_numbers(members(third)) == without_numbers(members(first))


def test_a_backup_is_of_one_moment_while_others_write(record: Command, tmp_path: Path) -> None:
    server, stopped = Server(settings(record)), threading.Event()

    def write() -> None:
        with server.database.reading() as work:
            organisation_id = list_organisations(work)[0].id
        number = 0
        while not stopped.is_set():
            with server.database.writing() as work:
                work.act_as(system_principal(organisation_id))
                for _ in range(5):
                    structure.add_entry(work, structure.LOCATIONS, name="Town", external_id=f"t{number}")
                    number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            record.well("backup", str(tmp_path / f"{number}.tar.gz"))
    finally:
        stopped.set()
        writer.join()
        server.close()
    for number in range(3):
        found = members(tmp_path / f"{number}.tar.gz")
        towns = found.get("tables/locations/000001.jsonl", b"").splitlines()
        told = [line for line in found["tables/events/000001.jsonl"].splitlines() if b'"location.created"' in line]
        assert len(towns) % 5 == 0
        assert len(towns) == len(told)


def test_nothing_is_overwritten(record: Command, empty_database: Callable[[], str], tmp_path: Path) -> None:
    file = tmp_path / "a.tar.gz"
    record.well("backup", str(file))
    assert "is there already" in record.refused("backup", str(file))
    assert "There is no folder" in record.refused("backup", str(tmp_path / "no" / "a.tar.gz"))
    assert "holds a key already" in record.refused("restore", str(file))
    elsewhere = Command(tmp_path / "elsewhere", record.database)
    assert "never overwritten" in elsewhere.refused("restore", str(file))


def rewritten(file: Path, change: Callable[[Members], None], *, kind: bytes = tarfile.REGTYPE) -> Path:
    """The archive with its members changed, as someone who means harm would."""
    with tarfile.open(file) as archive:
        found = {member.name: archive.extractfile(member) for member in archive}
        held = {name: content.read() for name, content in found.items() if content}
    change(held)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in held.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            if name == "link":
                member.type, member.linkname, member.size = kind, "/etc/passwd", 0
            archive.addfile(member, io.BytesIO(content))
    made = file.with_name(f"{uuid4().hex}.tar.gz")
    made.write_bytes(gzip.compress(out.getvalue()))
    return made


def _change(name: str, old: bytes, new: bytes) -> Callable[[Members], None]:
    def change(held: Members) -> None:
        held[name] = held[name].replace(old, new)

    return change


def _renamed(held: Members) -> None:
    """A stored file that would lie outside, with a manifest that says it is right."""
    manifest = json.loads(held.pop("manifest.json"))
    held["files/../../escaped"] = held.pop("files/contents/fire.txt")
    for part in manifest["parts"]:
        part["name"] = part["name"].replace("files/contents/fire.txt", "files/../../escaped")
    held["manifest.json"] = json.dumps(manifest).encode()


def _unknown_table(held: Members) -> None:
    manifest = json.loads(held["manifest.json"])
    manifest["tables"].append({"name": "sqlite_master", "columns": ["sql"], "self_references": [], "rows": 0})
    held["manifest.json"] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_change("tables/people/000001.jsonl", b"owner", b"admin"), "was changed"),
        (lambda held: held.pop("tables/people/000001.jsonl"), "missing"),
        (lambda held: held.pop("manifest.json"), "no manifest"),
        (lambda held: held.update({"extra.txt": b"x"}), "does not belong"),
        (lambda held: held.update({"/etc/cron.d/x": b"x"}), "does not belong"),
        (lambda held: held.update({"tables/people/000002.jsonl": b"[1]\n"}), "not in its manifest"),
        (lambda held: held.update({"link": b""}), "no plain file"),
        (_renamed, "does not belong"),
        (_unknown_table, "columns that sqlite_master has not"),
        (_change("manifest.json", b'"format": 1', b'"format": 2'), "format 2"),
        (_change("manifest.json", f'"revision": "{NEWEST}"'.encode(), b'"revision": "9999"'), "newer version"),
        (_change("manifest.json", b'"tables"', b'"chairs"'), "manifest cannot be read"),
    ],
)
def test_a_backup_that_was_tampered_with_is_refused_and_nothing_is_left(
    record: Command,
    empty_database: Callable[[], str],
    tmp_path: Path,
    change: Callable[[Members], Any],
    told: str,
) -> None:
    file = tmp_path / "a.tar.gz"
    record.well("backup", str(file))
    hurt = rewritten(file, change, kind=tarfile.SYMTYPE)
    copy = Command(tmp_path / "copy", empty_database())
    assert told in copy.refused("restore", str(hurt))
    assert not (tmp_path / "escaped").exists()
    assert not (copy.data / "secret.key").exists()
    copy.well("restore", str(file))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\x1f\x8b\x08" + bytes(40), gzip.compress(b"no tar at all", mtime=0)]
)
def test_what_is_no_backup_is_refused(empty_database: Callable[[], str], tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.tar.gz"
    file.write_bytes(content)
    Command(tmp_path / "copy", empty_database()).refused("restore", str(file))


def test_a_backup_that_was_cut_short_is_refused(
    record: Command, empty_database: Callable[[], str], tmp_path: Path
) -> None:
    file = tmp_path / "a.tar.gz"
    record.well("backup", str(file))
    file.write_bytes(file.read_bytes()[:-2000])
    assert "cut short" in Command(tmp_path / "copy", empty_database()).refused("restore", str(file))
