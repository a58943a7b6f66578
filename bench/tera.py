"""What an OpenTera server's callers do, on two hundred sites with a million sessions, against the floor."""

import base64
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import psycopg

from bench.databases import database
from bench.floor_tera import CALLER
from bench.load import Request, Target, interleaved, serving
from bench.tera_data import PASSWORD, TERA, TERA_SMALL, TeraSize, administrator, fill_sites
from tests.environment import postgres_url

MOST_RATIO, MOST_GROWTH = 1.6, 1.3
ROUNDS = 5
CALLERS = 2
"""So many administrators call, each about their own site."""


class Callers:
    """Administrators with a token each, and what they may ask for."""

    def __init__(self, product: Target, size: TeraSize) -> None:
        product.connect()  # the server closes one that was idle
        self.chance, self.size, self.headers = random.Random(7), size, []
        for site in range(1, CALLERS + 1):
            token = product.send(login(site))["user_token"]
            self.headers.append({"authorization": f"OpenTera {token}", CALLER: str(site + 1)})

    def get(self, path: str, most: int, extra: str = "") -> Request:
        """A question about one of so many things of a site."""
        site = self.chance.randrange(CALLERS)
        number = site * most + self.chance.randrange(most) + 1
        return Request("GET", f"/api/user/{path}={number}{extra}", None, self.headers[site])


def login(site: int) -> Request:
    """An administrator's login."""
    pair = base64.b64encode(f"{administrator(site)}:{PASSWORD}".encode()).decode()
    return Request("GET", "/api/user/login", None, {"authorization": f"Basic {pair}"})


def _participants(by: Callers) -> Request:
    return by.get("participants?id_project", by.size.projects)


def _sessions(by: Callers) -> Request:
    return by.get("sessions?limit=5&offset=2&id_participant", by.size.projects * by.size.participants)


def _devices(by: Callers) -> Request:
    return by.get("devices?with_status=true&id_site", 1)


def _event(by: Callers) -> Request:
    site = by.chance.randrange(CALLERS)
    most = by.size.projects * by.size.participants * by.size.sessions
    made = {
        "id_session_event": 0,
        "id_session": site * most + by.chance.randrange(most) + 1,
        "id_session_event_type": 1,
        "session_event_text": "It went on",
        "session_event_context": "",
    }
    return Request("POST", "/api/user/sessions/events", msgspec.json.encode({"session_event": made}), by.headers[site])


def _login(by: Callers) -> Request:
    return login(by.chance.randrange(CALLERS) + 1)


CASES: dict[str, tuple[Callable[[Callers], Request], int]] = {
    "OpenTera: participants of a project": (_participants, 200),
    "OpenTera: a page of their sessions": (_sessions, 200),
    "OpenTera: devices with status": (_devices, 200),
    "OpenTera: note of an event": (_event, 200),
    "OpenTera: login": (_login, 200),
}


def run(store: str, folder: Path) -> list[dict[str, Any]]:
    """Every case on one store, on the whole data and on a hundredth of it."""
    small = _costs(store, folder / "tera-small", TERA_SMALL)
    full = _costs(store, folder / "tera", TERA)
    rows = []
    for name, (ours, floor) in full.items():
        ratio, growth = ours / floor, ours / small[name][0]
        rows.append(
            {
                "case": name,
                "ours_us": round(ours, 1),
                "floor_us": round(floor, 1),
                "ratio": round(ratio, 2),
                "most_ratio": MOST_RATIO,
                "growth": round(growth, 2),
                "most_growth": MOST_GROWTH,
                "floor_growth": round(floor / small[name][1], 2),
                "ok": ratio <= MOST_RATIO and growth <= MOST_GROWTH,
            }
        )
    return rows


def _costs(store: str, folder: Path, size: TeraSize) -> dict[str, tuple[float, float]]:
    folder.mkdir()
    with _filled(store, folder, size) as (url, floor_url, organisation_id):
        print(f"{store} {size.sites} sites are there …", file=sys.stderr, flush=True)

        def ours(port: int) -> list[str]:
            return ["rollbook", "serve", "--data", str(folder / "data"), "--port", str(port), "--database", url]

        def floor(port: int) -> list[str]:
            return ["bench.floor_server", store, floor_url, str(organisation_id), str(port)]

        with serving(ours, {}, login(1)) as product, serving(floor, {}, login(1)) as bare:
            by, costs = Callers(product, size), {}
            for name, (make, count) in CASES.items():
                print(f"{store} {size.sites:>7} {name} …", file=sys.stderr, flush=True)
                _require_same(product, bare, make(by))
                rounds = [[make(by) for _ in range(count)] for _ in range(ROUNDS + 1)]
                costs[name] = interleaved(product, bare, [(requests, requests) for requests in rounds])
    shutil.rmtree(folder)
    return costs


def _require_same(product: Target, bare: Target, request: Request) -> None:
    """Raises when the floor's answer has not the same fields."""
    product.connect()
    bare.connect()
    ours, floor = product.send(request), bare.send(request)
    first = [one[0] if isinstance(one, list) else one for one in (ours, floor)]
    if first[0].keys() != first[1].keys() or (isinstance(ours, list) and len(ours) != len(floor)):
        raise RuntimeError(f"the floor answers otherwise: {first}")


@contextmanager
def _filled(store: str, folder: Path, size: TeraSize) -> Iterator[tuple[str, str, int]]:
    """A filled database, a copy of it for the floor, and the organisation."""
    if store == "sqlite":
        (folder / "ours").mkdir()
        (folder / "floor").mkdir()
        made = folder / "ours" / "rollbook.db"
        organisation_id = fill_sites(f"sqlite:///{made}", size)
        shutil.copy(made, folder / "floor" / "rollbook.db")
        yield f"sqlite:///{made}", f"sqlite:///{folder / 'floor' / 'rollbook.db'}", organisation_id
        return
    base = postgres_url()
    if base is None:
        raise SystemExit("no PostgreSQL answers; set ROLLBOOK_TEST_POSTGRES, or run with --stores sqlite")
    ours, floor = (f"rollbook_bench_{uuid4().hex}" for _ in range(2))
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{ours}"')
        try:
            organisation_id = fill_sites(database(base, ours), size)
            admin.execute(f'CREATE DATABASE "{floor}" TEMPLATE "{ours}"')
            yield database(base, ours), database(base, floor), organisation_id
        finally:
            for name in (ours, floor):
                admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
