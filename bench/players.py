"""What a hundred players cost that save their progress every five seconds, as they are played."""

import json
from typing import Any

from bench.load import Request, Target
from tests.media import mp4

PLAYERS = 100
SAVED_EVERY_S = 5
TOLD_EVERY_S = 60
"""How often a player that goes on saving tells the assignment, and with it an event."""
FILM_MS = 3_600_000
ROUNDS = 6


def share_of_core(target: Target, api_key: str, usernames: list[str]) -> float:
    """The share of one core that they take on a server, in per cent."""
    version, pages = _open_players(target, api_key, usernames[:PLAYERS])
    number = 0
    costs: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for is_told in (False, True):
            number += 1
            saves = [_save(version, page, number, is_last=is_told) for page in pages]
            costs[is_told].append(target.cost_us(saves))
    quiet, told = (sorted(costs[is_told])[ROUNDS // 2] for is_told in (False, True))
    quiet_a_second = PLAYERS * (1 / SAVED_EVERY_S - 1 / TOLD_EVERY_S)
    return (quiet * quiet_a_second + told * PLAYERS / TOLD_EVERY_S) / 1e6 * 100


def _open_players(target: Target, api_key: str, usernames: list[str]) -> tuple[int, list[str]]:
    """A lesson of an hour's film, scheduled for everyone; its version, and the tokens of their players."""
    target.connect()

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        return target.send(Request(method, path, data, {"accesskey": api_key, **headers}))

    content = send("POST", "/v1/contents", {"title": "Rescue from height"})
    versions = f"/v1/contents/{content['id']}/versions"
    one = f"{versions}/{send('POST', versions, {'steps': []})['number']}"
    film = send("POST", f"{one}/files?name=rescue.mp4", mp4(FILM_MS), **{"content-type": "video/mp4"})
    send("PATCH", one, {"steps": [{"title": "Watch", "kind": "video", "file": film["id"]}]})
    send("POST", f"{one}/publish")
    lesson = send("GET", f"/api/v2/lesson?lessonIds={content['number']}")["results"][0]
    tokens = []
    for username in usernames:
        (user,) = send("GET", f"/api/v2/user?q={username}")["results"]
        body = {"lessonVersionIds": [lesson["lessonVersionId"]]}
        (schedule,) = send("POST", f"/api/v2/user/{user['id']}/lesson_schedule", body)["ids"]
        address = send("GET", f"/api/v2/embed_player?lessonScheduleId={schedule}")["embedUrl"]
        tokens.append(address.partition("&token=")[2])
    opened = target.send(Request("GET", "/player/lesson", headers={"authorization": f"Bearer {tokens[0]}"}))
    return opened["version"], tokens


def _save(version: int, token: str, number: int, *, is_last: bool) -> Request:
    second = number * SAVED_EVERY_S * 1000
    body = {
        "version": version,
        "number": number,
        "step": 0,
        "position_ms": second,
        "seen": {"0": [[second - SAVED_EVERY_S * 1000, second]]},
        "time_s": SAVED_EVERY_S,
        "is_last": is_last,
    }
    headers = {"authorization": f"Bearer {token}"}
    return Request("POST", "/player/progress", json.dumps(body).encode(), headers)
