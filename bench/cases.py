"""The requests that are measured, with the targets they are held to."""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import apsw
import msgspec
import psycopg

from bench.dataset import COURSES, SCHEDULED_PEOPLE, Dataset, Size, person
from bench.load import Request

Rounds = list[tuple[list[Request], list[Request]]]


class Sampler:
    """What requests ask for: people and groups that exist, and numbers that no person has yet."""

    def __init__(self, data: Dataset, size: Size) -> None:
        self.size = size
        self.chance = random.Random(7)
        self._next_number = size.people
        self.turns = itertools.count()
        self.access_token = ""
        """For Smart Arena; got when the server runs."""
        self.velpic = {"accesskey": data.api_key}
        wanted = "SELECT uuid, id FROM people WHERE external_id IS NOT NULL ORDER BY id"
        leaves = "SELECT uuid FROM groups WHERE external_id <> 'root' ORDER BY id DESC LIMIT 100"
        if data.database_url.startswith("sqlite"):
            with apsw.Connection(data.database_url.removeprefix("sqlite:///")) as connection:
                self.person_uuids, self.person_ids = map(list, zip(*connection.execute(wanted), strict=True))
                self.group_uuids = [row[0] for row in connection.execute(leaves)]
        else:
            with psycopg.connect(data.database_url) as postgres:
                self.person_uuids, self.person_ids = map(list, zip(*postgres.execute(wanted).fetchall(), strict=True))
                self.group_uuids = [row[0] for row in postgres.execute(leaves).fetchall()]

    def new_person(self) -> dict[str, Any]:
        """Someone who is not there yet."""
        self._next_number += 1
        return person(self._next_number, self.size)


@dataclass(frozen=True)
class Case:
    """One kind of request: how to make its rounds (for us and for the floor), and its targets on SQLite.

    ``most_growth`` None states the growth alone. A search by trigrams reads the lists of its frequent ones, which are
    as long as there are people, whoever writes the SQL.
    """

    name: str
    rounds: Callable[[Sampler], Rounds]
    most_ratio: float
    most_growth: float | None = 1.3


def _same(make: Callable[[Sampler], Request], count: int, rounds: int = 5) -> Callable[[Sampler], Rounds]:
    """Rounds in which both targets get the very same requests, after one to warm up."""

    def build(sampler: Sampler) -> Rounds:
        built = []
        for _ in range(rounds + 1):
            requests = [make(sampler) for _ in range(count)]
            built.append((requests, requests))
        return built

    return build


def _one_person(sampler: Sampler) -> Request:
    return Request("GET", f"/v1/people/{sampler.chance.choice(sampler.person_uuids)}")


def _page_with_total(sampler: Sampler) -> Request:
    asked = {"group": sampler.chance.choice(sampler.group_uuids), "limit": 20, "total": "true"}
    return Request("GET", f"/v1/people?{urlencode(asked)}")


def _search(sampler: Sampler) -> Request:
    number = sampler.chance.randrange(sampler.size.people)
    return Request("GET", f"/v1/people?{urlencode({'q': f'.{number}@exam', 'limit': 20})}")


def _create(sampler: Sampler) -> Request:
    return Request("POST", "/v1/people", msgspec.json.encode(sampler.new_person()))


def _upsert(sampler: Sampler) -> Request:
    """Ten thousand rows, half of them new, half changed; fewer where there are not so many people."""
    half = min(5_000, sampler.size.people)
    stamp = sampler.chance.randrange(10**9)
    changed = [{**person(n, sampler.size), "last_name": f"Renamed {stamp}"} for n in range(half)]
    return Request(
        "PUT", "/v1/people", msgspec.json.encode(changed + [sampler.new_person() for _ in range(10_000 - half)])
    )


def _enrol(sampler: Sampler) -> Request:
    """A thousand people on a course that nobody is on yet."""
    course = f"c-{COURSES + 1 + next(sampler.turns)}"
    codes = [person(n, sampler.size)["external_id"] for n in range(min(1_000, sampler.size.people))]
    body = msgspec.json.encode({"mapping_code": course, "users_mapping_codes": codes})
    return Request("POST", "/api/courses/addusers", body, {"authorization": f"Bearer {sampler.access_token}"})


def _users_named(sampler: Sampler) -> Request:
    """Users by a part of a name that few have."""
    number = sampler.chance.randrange(sampler.size.people)
    return Request("GET", f"/api/v2/user?{urlencode({'q': f' {number} '.strip() + '@ex'})}", headers=sampler.velpic)


def _schedules(sampler: Sampler) -> Request:
    """A page of twenty, of someone who has sixty and more."""
    person_id = sampler.chance.choice(sampler.person_ids[:SCHEDULED_PEOPLE])
    return Request("GET", f"/api/v2/user/{person_id}/lesson_schedule", headers=sampler.velpic)


def _import_users(sampler: Sampler) -> Request:
    """Ten thousand users, half of them new, half changed; fewer where there are not so many people."""
    half = min(5_000, sampler.size.people)
    stamp = sampler.chance.randrange(10**9)
    changed = [{**person(n, sampler.size), "last_name": f"Renamed {stamp}"} for n in range(half)]
    rows = changed + [sampler.new_person() for _ in range(10_000 - half)]
    users = [
        {
            "firstName": row["first_name"],
            "lastName": row["last_name"],
            "emailAddress": row["email"],
            "userName": row["email"],
            "employeeNumber": row["external_id"],
        }
        for row in rows
    ]
    body = msgspec.json.encode({"users": users, "mergeType": "empNo"})
    return Request("POST", "/api/v2/bulkUserImport", body, sampler.velpic)


CASES = (
    Case("one person by id", _same(_one_person, 1000), 3.0),
    Case("page of 20 of a group, with total", _same(_page_with_total, 300), 1.5),
    Case("substring search", _same(_search, 300), 1.5, most_growth=None),
    Case("create a person", _same(_create, 200), 2.0),
    Case("upsert of 10,000 in one call", _same(_upsert, 1, rounds=3), 1.6),
    Case("1,000 assignments in one call", _same(_enrol, 1, rounds=7), 1.3),
    Case("Velpic: users by a part of the name", _same(_users_named, 300), 1.5, most_growth=None),
    Case("Velpic: a page of a user's schedules", _same(_schedules, 300), 1.5),
    Case("Velpic: bulk import of 10,000", _same(_import_users, 1, rounds=3), 1.6),
)
