"""The player's own API at a glance. It belongs to the page that plays lessons; README.md says how it is used."""

from rollbook.doors.player import endpoints
from rollbook.doors.player.auth import CREDENTIAL, NAME, authenticate
from rollbook.doors.player.errors import render_fault
from rollbook.web.routes import Door, Row, Runs

ROWS = (
    Row("POST", "/player/answers", endpoints.answer),
    Row(
        "GET", f"{endpoints.FILES}/{{ticket:str}}", endpoints.file, is_public=True, runs=Runs.POOL, answers="video/mp4"
    ),
    Row("GET", "/player/lesson", endpoints.show),
    Row("POST", "/player/progress", endpoints.save),
    Row("GET", "/player/questions", endpoints.ask),
)

DOOR = Door(
    name=NAME,
    title="Player",
    rows=ROWS,
    is_api=False,
    authenticate=authenticate,
    render_fault=render_fault,
    credential=CREDENTIAL,
)
