"""What doctor looks at inside the record: that it is whole, and that nothing is stuck."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rollbook.cli.checks import OLDEST_POSTGRESQL, Finding
from rollbook.core.kernel import clock
from rollbook.core.kernel.clock import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from rollbook.settings import Settings

STUCK_AFTER = HOUR
"""What has been due for so long, nobody is sending."""
CLOCK_OFF = 5 * MINUTE
SHOWN = 5


class Reader(Protocol):
    """Runs SQL that only reads. ``?`` stands for a parameter on both stores."""

    is_sqlite: bool

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Every row."""


def findings(settings: "Settings", *, is_quick: bool) -> Iterator[Finding]:
    """Every check of the record."""
    with _reading(settings) as reader:
        yield from _store(reader, is_quick=is_quick)
        yield from _closure(reader)
        if not is_quick:
            yield from _strangers(reader)
        yield from _owners(reader)
        yield from _clock(reader)
        yield from _seals(settings, reader)
        yield from _stored_files(settings, reader, is_quick=is_quick)
        yield from _deliveries(reader)
        yield from _mails(reader)


def _store(reader: Reader, *, is_quick: bool) -> Iterator[Finding]:
    """The database's own word on whether it is sound."""
    if not reader.is_sqlite:
        version = int(reader.rows("SELECT current_setting('server_version_num')::int")[0][0]) // 10_000
        if version < OLDEST_POSTGRESQL:
            yield Finding("fail", "PostgreSQL", str(version), f"Rollbook needs {OLDEST_POSTGRESQL} or later.")
        else:
            yield Finding("ok", "PostgreSQL", str(version))
        invalid = reader.rows("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
        if invalid:
            yield Finding("fail", "Indexes", f"{invalid[0][0]} is not valid", "REINDEX it.")
        return
    if not is_quick:
        told = [str(row[0]) for row in reader.rows("PRAGMA integrity_check(10)")]
        if told == ["ok"]:
            yield Finding("ok", "Integrity", "every page and index of the database is sound")
        else:
            yield Finding("fail", "Integrity", "; ".join(told[:3]), "Restore a backup: rollbook restore --help")
        broken = reader.rows('SELECT DISTINCT "table", parent FROM pragma_foreign_key_check LIMIT 5')
        if broken:
            pairs = ", ".join(f"{table} → {parent}" for table, parent in broken)
            yield Finding("fail", "References", f"rows point at rows that are gone: {pairs}", "Restore a backup.")
        else:
            yield Finding("ok", "References", "every row that is pointed at is there")


_TREE = """
WITH RECURSIVE up (ancestor_id, group_id, depth) AS (
  SELECT id, id, 0 FROM groups
  UNION ALL
  SELECT groups.parent_id, up.group_id, up.depth + 1
  FROM up JOIN groups ON groups.id = up.ancestor_id WHERE groups.parent_id IS NOT NULL AND up.depth < 1000
)
SELECT count(*) FROM ({first} EXCEPT {second}) AS difference
"""
_FROM_TREE = "SELECT ancestor_id, group_id, depth FROM up"
_FROM_CLOSURE = "SELECT ancestor_id, group_id, depth FROM group_closure"


def _closure(reader: Reader) -> Iterator[Finding]:
    """Whether the table of ancestors says the same as the groups' parents."""
    missing = reader.rows(_TREE.format(first=_FROM_TREE, second=_FROM_CLOSURE))[0][0]
    surplus = reader.rows(_TREE.format(first=_FROM_CLOSURE, second=_FROM_TREE))[0][0]
    if missing or surplus:
        told = f"{missing} ancestors of groups are missing, {surplus} are too many"
        yield Finding("fail", "Groups", told, "Restore a backup, and report this: the tree is kept by every change.")
    else:
        yield Finding("ok", "Groups", "the table of ancestors fits the tree")


_STRANGERS = {
    "units": "SELECT count(*) FROM memberships m JOIN people p ON p.id = m.person_id"
    " JOIN groups g ON g.id = m.group_id WHERE g.organisation_id <> p.organisation_id",
    "assignments": "SELECT count(*) FROM assignments a JOIN people p ON p.id = a.person_id"
    " WHERE p.organisation_id <> a.organisation_id",
    "courses": "SELECT count(*) FROM courses c JOIN contents t ON t.id = c.content_id"
    " WHERE t.organisation_id <> c.organisation_id",
    "activities": "SELECT count(*) FROM activities a JOIN people p ON p.id = a.trainee_id"
    " WHERE p.organisation_id <> a.organisation_id",
    "keys": "SELECT count(*) FROM credentials c JOIN people p ON p.id = c.person_id"
    " WHERE p.organisation_id <> c.organisation_id",
}


def _strangers(reader: Reader) -> Iterator[Finding]:
    """Rows of one organisation that point into another."""
    found = {what: count for what, sql in _STRANGERS.items() if (count := reader.rows(sql)[0][0])}
    if found:
        told = ", ".join(f"{count} {what}" for what, count in found.items())
        yield Finding("fail", "Organisations", f"some rows point into another one: {told}", "Report this.")
    else:
        yield Finding("ok", "Organisations", "none points into another")


def _owners(reader: Reader) -> Iterator[Finding]:
    """Whether each organisation has someone who may do everything."""
    without = reader.rows(
        "SELECT o.name FROM organisations o WHERE NOT EXISTS (SELECT 1 FROM people p JOIN person_roles r"
        " ON r.person_id = p.id WHERE p.organisation_id = o.id AND p.is_active AND r.role = 'owner')"
    )
    if without:
        told = f"{without[0][0]} has no active owner"
        yield Finding("fail", "Owners", told, "Give one: rollbook user role USERNAME --add owner")
    else:
        yield Finding("ok", "Owners", "every organisation has one")


def _clock(reader: Reader) -> Iterator[Finding]:
    """Whether this machine's clock runs behind what is recorded, or apart from the database's."""
    now, newest = clock.now(), reader.rows("SELECT max(at) FROM events")[0][0]
    ahead = (newest or 0) - now
    if not reader.is_sqlite:
        there = int(reader.rows("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")[0][0])
        ahead = max(ahead, abs(there - now))
    if ahead > CLOCK_OFF:
        told = f"{ahead // SECOND} seconds off from what is recorded, or from the database server's"
        yield Finding("warn", "Clock", told, "Set the clock by NTP.")
    else:
        yield Finding("ok", "Clock", clock.iso(now))


def _seals(settings: "Settings", reader: Reader) -> Iterator[Finding]:
    """Whether the key opens what was sealed."""
    from rollbook.adapters.sealing import AesGcmSealer, read_or_make_key
    from rollbook.core.kernel.faults import Fault
    from rollbook.core.kernel.ports import SealBroken
    from rollbook.core.sessions import authority
    from rollbook.core.webhooks import signing

    path = settings.data / "secret.key"
    rows = reader.rows(
        "SELECT uuid, sealed_secret FROM subscriptions WHERE state <> 'removed' ORDER BY id DESC LIMIT 5"
    )
    authorities = reader.rows("SELECT sealed_key FROM authorities")
    if not rows and not authorities:
        return
    if settings.secret_key is None and not path.exists():
        told = "the key is gone that webhooks' secrets and the devices' certificate authority are sealed with"
        yield Finding("fail", "Seals", told, "Bring it back.")
        return
    sealer = AesGcmSealer(bytes.fromhex(settings.secret_key) if settings.secret_key else read_or_make_key(path))
    try:
        for uuid, sealed in rows:
            signing.unseal(sealer, uuid, sealed)
        for (sealed,) in authorities:
            authority.opened(sealer, sealed)
    except (SealBroken, Fault, ValueError) as problem:
        yield Finding("fail", "Seals", str(problem), "Bring secret.key back from the backup that fits this database.")
        return
    yield Finding("ok", "Seals", "the key opens what was sealed with it")


def _stored_files(settings: "Settings", reader: Reader, *, is_quick: bool) -> Iterator[Finding]:
    """Whether the files that the record names are there."""
    from rollbook.adapters.files import file_store_from

    limit = 100 if is_quick else 1_000_000
    of_assets = "SELECT key FROM asset_files WHERE asset_id IS NOT NULL ORDER BY id DESC LIMIT ?"
    held = ("SELECT key FROM files ORDER BY id DESC LIMIT ?", of_assets)
    keys = [row[0] for sql in held for row in reader.rows(sql, limit)]
    store = file_store_from(settings.files, settings.data / "files")
    gone = [key for key in keys if not store.exists(key)]
    if gone:
        told = f"{len(gone)} of {len(keys)} are not in the file store, such as {gone[0]}"
        yield Finding("fail", "Stored files", told, "Bring them back from a backup, or attach them again.")
    elif keys:
        yield Finding("ok", "Stored files", f"all {len(keys)} are there")


def _deliveries(reader: Reader) -> Iterator[Finding]:
    """Webhooks that nobody sends, and targets that are down."""
    late = reader.rows(
        "SELECT count(*) FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id"
        " WHERE d.state = 'pending' AND s.state = 'active' AND d.due_at < ?",
        clock.now() - STUCK_AFTER,
    )[0][0]
    if late:
        told = f"{late} deliveries have been due for more than an hour"
        yield Finding("warn", "Webhooks", told, "Is a server running? rollbook serve")
    down = reader.rows("SELECT description, url FROM subscriptions WHERE state = 'paused' ORDER BY id")
    if down:
        names = ", ".join(str(description or url) for description, url in down[:SHOWN])
        yield Finding("warn", "Webhooks", f"paused: {names}", "Mend the target, then resume it.")
    if not late and not down:
        yield Finding("ok", "Webhooks", "none is late, none is paused")


def _mails(reader: Reader) -> Iterator[Finding]:
    """Mail that nobody sends, and mail that was refused lately."""
    now = clock.now()
    late = reader.rows("SELECT count(*) FROM mails WHERE state = 'pending' AND due_at < ?", now - STUCK_AFTER)[0][0]
    failed = reader.rows("SELECT count(*) FROM mails WHERE state = 'failed' AND created_at > ?", now - 7 * DAY)[0][0]
    if late:
        told = f"{late} mails have been due for more than an hour"
        yield Finding("warn", "Outgoing mail", told, "Is a server running, and does the mail server answer?")
    if failed:
        yield Finding("warn", "Outgoing mail", f"{failed} mails were refused within a week", "Look at the addresses.")
    if not late and not failed:
        yield Finding("ok", "Outgoing mail", "none is late, none was refused")


# --- Reading -----------------------------------------------------------------------------------------------------


class _Sqlite:
    is_sqlite = True

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(sql, params))


class _Postgresql:
    is_sqlite = False

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(sql.replace("?", "%s"), params or None))


@contextmanager
def _reading(settings: "Settings") -> Iterator[Reader]:
    """A connection of our own, that cannot write."""
    if settings.database_url.startswith("sqlite:///"):
        import apsw

        connection = apsw.Connection(str(Path(settings.database_url.removeprefix("sqlite:///"))))
        connection.set_busy_timeout(20_000)
        connection.pragma("query_only", 1)
        try:
            yield _Sqlite(connection)
        finally:
            connection.close()
        return
    import psycopg

    with psycopg.connect(settings.database_url, autocommit=True) as connected:
        connected.execute("SET default_transaction_read_only = on")
        yield _Postgresql(connected)
