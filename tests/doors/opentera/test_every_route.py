"""Every route and every kind of caller: who is answered with something, or may do what is asked."""

from collections.abc import Mapping
from typing import Any

from tests.doors.opentera.conftest import USERS, Tera, Ways

TABLE: dict[str, tuple[Any, str]] = {}
BODIES = {}
CALLERS = dict(zip("ASUVWN", USERS, strict=True)) | {"P": "participant", "D": "device", "X": "service"}


def callers(tera: Ways) -> Mapping[str, Tera]:
    """One of each kind, by the letter that the tables have for it."""
    token = tera.participant().get("/participant/login").json()["participant_token"]
    found = {letter: tera.user(name) for letter, name in zip("ASUVWN", USERS, strict=True)}
    return found | {"P": tera.by_token(token), "D": tera.device(1), "X": tera.service(6), "-": Tera(tera.client, {})}


def let(caller: Tera, method: str, path: str, given: Any) -> bool:
    """Whether a caller gets what is asked for; whoever does not is told why, or that there is nothing."""
    if method == "POST":
        answer = caller.post(path, given)
    else:
        answer = (caller.get if method == "GET" else caller.delete)(path, **given)
    assert answer.status_code < 500, (method, path, answer.text)
    return answer.status_code == 200 and answer.text.strip() not in ("", "null", "[]", "{}")
