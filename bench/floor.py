"""The floor: a bare ASGI callable with hand-written SQL on the raw driver. Same data, same answers, no authentication.

Nothing here is of the product: it is what the work costs at the least, written as an expert would by hand for exactly
these requests. ``floor_server`` answers with it.
"""

from datetime import UTC, datetime
from typing import Any

import apsw
import psycopg

_FIELDS = [
    "id",
    "number",
    "external_id",
    "username",
    "email",
    "first_name",
    "last_name",
    "phone",
    "mobile",
    "birth_date",
    "language",
    "time_zone",
    "active",
    "guest",
    "roles",
    "group",
    "location",
    "workplace",
    "created_at",
    "updated_at",
]

_PERSON = """
SELECT p.uuid, p.id, p.external_id, p.username, p.email, p.first_name, p.last_name, p.phone, p.mobile, p.birth_date,
  p.language, p.time_zone, p.is_active, p.is_guest,
  (SELECT {aggregate}(r.role, ',') FROM person_roles r WHERE r.person_id = p.id),
  g.external_id, l.external_id, w.external_id, p.created_at, p.updated_at
FROM people p LEFT JOIN memberships m ON m.person_id = p.id AND m.is_primary
  LEFT JOIN groups g ON g.id = m.group_id
  LEFT JOIN locations l ON l.id = p.location_id LEFT JOIN workplaces w ON w.id = p.workplace_id
"""
_IN_GROUP = """p.organisation_id = {p} AND p.id IN (SELECT m2.person_id FROM memberships m2
  JOIN group_closure c ON c.group_id = m2.group_id
  WHERE c.ancestor_id = (SELECT id FROM groups WHERE uuid = {p}))"""


def _iso(instant: int) -> str:
    moment = datetime.fromtimestamp(instant / 1_000_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(row: tuple[Any, ...]) -> dict[str, Any]:
    person = dict(zip(_FIELDS, row, strict=True))
    person["active"], person["guest"] = bool(person["active"]), bool(person["guest"])
    person["roles"] = sorted(person["roles"].split(",")) if person["roles"] else []
    person["created_at"], person["updated_at"] = _iso(person["created_at"]), _iso(person["updated_at"])
    return person


class Store:
    """The SQL, written once per store; ``{p}`` is the parameter's mark, ``{k}`` that of a key.

    SQLite plans a statement anew whenever it is given values that its statistics know of, but for those behind a plus.
    """

    def __init__(self, kind: str, url: str, organisation_id: int) -> None:
        self.kind, self.organisation_id = kind, organisation_id
        self.mark = "?" if kind == "sqlite" else "%s"
        self.aggregate = "group_concat" if kind == "sqlite" else "string_agg"
        if kind == "sqlite":
            self.connection: Any = apsw.Connection(url.removeprefix("sqlite:///"), statementcachesize=200)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
                self.connection.execute(f"PRAGMA {pragma}")
            self.cursor: Any = self.connection.cursor()
        else:
            self.connection = psycopg.connect(url, autocommit=True, prepare_threshold=1)
            self.cursor = self.connection.cursor()
        person = self.sql(_PERSON)
        self.one = person + self.sql(" WHERE p.organisation_id = {k} AND p.uuid = {k}")
        self.page = person + self.sql(f" WHERE {_IN_GROUP} ORDER BY p.id LIMIT 21")
        self.total = self.sql(f"SELECT count(*) FROM people p WHERE {_IN_GROUP}")
        contains = "p.id IN (SELECT rowid FROM people_search WHERE people_search MATCH {p})"
        if kind != "sqlite":
            contains = "p.search_text LIKE {p}"
        self.search = person + self.sql(f" WHERE p.organisation_id = {{p}} AND {contains} ORDER BY p.id LIMIT 21")

    def sql(self, text: str) -> str:
        """The text for this store."""
        key = "+?" if self.kind == "sqlite" else self.mark
        return text.replace("{p}", self.mark).replace("{k}", key).replace("{aggregate}", self.aggregate)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        self.cursor.execute(sql, values)
        return list(self.cursor.fetchall())

    def run(self, sql: str, *values: Any) -> None:
        """Run a statement."""
        self.cursor.execute(sql, values)

    def many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        """Run a statement for many rows."""
        self.cursor.executemany(sql, rows)
