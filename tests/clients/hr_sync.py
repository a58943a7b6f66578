"""A synchronisation as a customer's HR department writes it: reads what Smart Arena has, and sends what differs.

Knows nothing of the server but the vendor's document. Safe to stop at any moment and to run again.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

Record = dict[str, Any]
ROOT = "root"
PER_PAGE = 100


@dataclass
class Staff:
    """What the HR system holds, each list by mapping code; parents come before their children."""

    branches: dict[str, Record]
    locations: dict[str, Record]
    workplaces: dict[str, Record]
    users: dict[str, Record]
    courses: dict[str, Record]
    enrolments: dict[str, list[str]]


def invented_staff(people: int, *, branches: int = 200, courses: int = 50, per_course: int = 100) -> Staff:
    """A company of some size, the same every time."""
    codes = list(range(people))
    return Staff(
        branches={
            f"b{n}": {"name": f"Unit {n}", "parent_mapping_code": f"b{(n - 1) // 5}" if n else ROOT}
            for n in range(branches)
        },
        locations={f"l{n}": {"name": f"Site {n}"} for n in range(20)},
        workplaces={f"w{n}": {"name": f"Post {n}"} for n in range(40)},
        users={
            f"hr{n}": {
                "email": f"person{n}@example.org",
                "firstname": f"First{n % 97}",
                "lastname": f"Last{n}",
                "date_of_birth": f"19{60 + n % 40}-0{1 + n % 9}-1{n % 10}",
                "branch_mapping_code": f"b{n % branches}",
                "location_mapping_code": f"l{n % 20}",
                "workplace_mapping_code": f"w{n % 40}",
                "language_code": (1, 3, 8, 39)[n % 4],
            }
            for n in codes
        },
        courses={f"k{n}": {"title": f"Course {n}", "start_date": "2026-01-01", "type": 1} for n in range(courses)},
        enrolments={
            f"k{n}": [f"hr{(n * per_course + i) % people}" for i in range(min(per_course, people))]
            for n in range(courses)
        },
    )


@dataclass
class Written:
    """How many records a run made, changed and left alone."""

    counts: dict[str, int] = field(default_factory=dict)

    def note(self, what: str, count: int = 1) -> None:
        """Count something."""
        self.counts[what] = self.counts.get(what, 0) + count

    @property
    def total(self) -> int:
        """How many calls wrote anything."""
        return sum(self.counts.values())


class HrSync:
    """One run: ``send`` it the staff."""

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        at_once: int = 4,
        acknowledged: Callable[[str, str], None] = lambda path, code: None,
    ) -> None:
        """``acknowledged`` is told of each record that the server said it has made."""
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        self._http = httpx.Client(base_url=url, timeout=60, limits=limits)
        self._at_once = at_once
        self._acknowledged = acknowledged
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self.written = Written()

    def send(self, staff: Staff) -> Written:
        """Bring everything there to what is here."""
        token = self._http.post("/oauth/access_token", data={"grant_type": "client_credentials", **self._client})
        self._http.headers["authorization"] = f"Bearer {self._answer(token)['access_token']}"
        self._catalogue("/api/branches", staff.branches)
        self._catalogue("/api/locations", staff.locations)
        self._catalogue("/api/workplaces", staff.workplaces)
        self._users(staff.users)
        self._courses(staff.courses, staff.enrolments)
        return self.written

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _catalogue(self, path: str, wanted: Mapping[str, Record]) -> None:
        there = self._by_code(self._answer(self._http.get(path)))
        for code, record in wanted.items():
            self._bring(path, code, record, there.get(code))

    def _users(self, wanted: Mapping[str, Record]) -> None:
        there = self._by_code(self._answer(self._http.get("/api/users")))
        with ThreadPoolExecutor(self._at_once) as pool:
            jobs = (pool.submit(self._bring, "/api/users", c, r, there.get(c)) for c, r in wanted.items())
            for job in list(jobs):
                try:
                    job.result()
                except httpx.HTTPError:
                    pool.shutdown(cancel_futures=True)
                    raise

    def _courses(self, wanted: Mapping[str, Record], enrolments: Mapping[str, list[str]]) -> None:
        there = self._by_code(self._pages("/api/courses"))
        for code, record in wanted.items():
            self._bring("/api/courses", code, record, there.get(code))
            enrolled = {user["mapping_code"] for user in there.get(code, {}).get("users", ())}
            self._enrol(code, "addusers", [user for user in enrolments[code] if user not in enrolled])
            self._enrol(code, "removeusers", sorted(enrolled - set(enrolments[code])))

    def _enrol(self, code: str, verb: str, users: list[str]) -> None:
        if users:
            body = {"mapping_code": code, "users_mapping_codes": users}
            self._answer(self._http.post(f"/api/courses/{verb}", json=body))
            self.written.note(verb, len(users))

    def _bring(self, path: str, code: str, record: Record, there: Record | None) -> None:
        """Make or change one record, where it differs."""
        if there is None:
            self._answer(self._http.post(path, json={"mapping_code": code, **record}))
            self.written.note(f"POST {path}")
            self._acknowledged(path, code)
            return
        changed = {name: value for name, value in record.items() if there[name] != value}
        if changed:
            self._answer(self._http.put(path, json={"mapping_code": code, **changed}))
            self.written.note(f"PUT {path}")

    def _pages(self, path: str) -> list[Record]:
        found: list[Record] = []
        while True:
            page = self._answer(self._http.get(path, params={"page": len(found) // PER_PAGE + 1}))
            found += page
            if len(page) < PER_PAGE:
                return found

    def _by_code(self, records: Iterable[Record]) -> dict[str, Record]:
        return {record["mapping_code"]: record for record in records}

    def _answer(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise RuntimeError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
        return answer.json()
