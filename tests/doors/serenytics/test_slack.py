"""Messages to Slack: the organisation's webhook, what is posted to it, and what Slack's refusals become."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from rollbook.adapters.posting import BlockingPoster
from rollbook.core.kernel.ports import OutboundFailed, OutboundRefused, OutboundReply
from rollbook.core.people.settings import get_settings
from tests.console.signed_in import owner
from tests.doors.serenytics.conftest import Door

ADDRESS = "https://hooks.slack.com/services/T0/B0/s3cret"
PAGE = "/console/settings/slack"
POST = "/api/integrations/slack/post_msg"


class Workspace:
    """Somebody's Slack: what it was sent; it answers as it is told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.reply = OutboundReply(status=200, body=b"ok", duration_ms=1)
        self.problem: Exception | None = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> OutboundReply:
        """What is called."""
        if self.problem is not None:
            raise self.problem
        assert headers["content-type"] == "application/json"
        self.sent.append((url, msgspec.json.decode(body)))
        return self.reply


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Workspace:
    made = Workspace()
    monkeypatch.setattr(BlockingPoster, "post", lambda _, *args, **kwargs: made.post(*args, **kwargs))
    return made


def connected(door: Door, address: str = ADDRESS) -> None:
    answer = owner(door.organisation).post(PAGE, {"address": address})
    assert answer.status_code == 303, answer.text


def test_a_message_goes_to_the_webhook_that_the_console_was_given(door: Door, workspace: Workspace) -> None:
    connected(door)
    attachments = [{"text": "More", "color": "#36a64f"}]
    body = {"channel": "#training", "text_msg": "Figures are out", "attachments": attachments}
    answer = door.admin.post(POST, json=body)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    said = {"channel": "#training", "text": "Figures are out", "attachments": attachments}
    assert workspace.sent == [(ADDRESS, said)]


def test_without_a_webhook_the_error_says_where_it_is_set(door: Door, workspace: Workspace) -> None:
    answer = door.admin.post(POST, json={"channel": "#x", "text_msg": "Hi", "attachments": None})
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith("No Slack webhook is set; an administrator sets one in the console")
    connected(door)
    owner(door.organisation).post(f"{PAGE}/remove", {})
    assert door.admin.post(POST, json={"channel": "#x", "text_msg": "Hi"}).status_code == 400
    assert workspace.sent == []


@pytest.mark.parametrize(
    ("reply", "status", "said"),
    [
        ((404, b"channel_not_found"), 400, "Slack answered 404: channel_not_found."),
        ((403, b"invalid_token"), 400, "Slack answered 403: invalid_token."),
        ((500, b""), 503, "Slack answered 500."),
        ((429, b"rate_limited"), 429, "Slack answered 429: rate_limited."),
    ],
)
def test_what_slack_says_is_told(
    door: Door, workspace: Workspace, reply: tuple[int, bytes], status: int, said: str
) -> None:
    connected(door)
    workspace.reply = OutboundReply(status=reply[0], body=reply[1], duration_ms=1, retry_after_s=30)
    answer = door.admin.post(POST, json={"channel": "#x", "text_msg": "Hi"})
    assert (answer.status_code, answer.json()["errors"]) == (status, [said])
    assert answer.headers.get("retry-after") == ("30" if status == 429 else None)


@pytest.mark.parametrize(
    ("problem", "status"), [(OutboundRefused("x is not at a public address"), 400), (OutboundFailed("no reply"), 503)]
)
def test_an_address_that_is_not_reached_is_told(
    door: Door, workspace: Workspace, problem: Exception, status: int
) -> None:
    connected(door)
    workspace.problem = problem
    answer = door.admin.post(POST, json={"channel": "#x", "text_msg": "Hi"})
    assert answer.status_code == status
    assert str(problem) in answer.json()["errors"][0]


@pytest.mark.parametrize(
    "body", [{"channel": "#x"}, {"text_msg": " "}, {"channel": "a\nb", "text_msg": "x"}, {"text_msg": "x" * 40_001},
             {"text_msg": "x", "attachments": [1]}, {"text_msg": "x", "attachments": [{}] * 101}],
)  # fmt: skip
def test_what_is_no_message_is_refused(door: Door, workspace: Workspace, body: dict[str, Any]) -> None:
    connected(door)
    assert door.admin.post(POST, json=body).status_code == 400
    assert workspace.sent == []


def test_only_who_writes_analytics_posts(door: Door, workspace: Workspace) -> None:
    connected(door)
    assert door.user()[0].post(POST, json={"text_msg": "Hi"}).status_code == 403
    assert door.user("studio")[0].post(POST, json={"text_msg": "Hi"}).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["", "hooks.slack.com", "ftp://x.example", "http://10.0.0.1/x", "http://[::1]/", "https://" + "x" * 500],
)
def test_an_address_inside_or_none_is_refused_beside_its_field(door: Door, address: str) -> None:
    answer = owner(door.organisation).post(PAGE, {"address": address})
    assert answer.status_code in (400, 422), answer.status_code
    assert "No Slack webhook" in door.admin.post(POST, json={"text_msg": "Hi"}).json()["errors"][0]


def test_the_address_rests_sealed_and_is_never_shown(door: Door, workspace: Workspace) -> None:
    connected(door)
    page = owner(door.organisation).get(PAGE).text
    assert "s3cret" not in page
    assert "…cret" in page
    with door.organisation.writing() as work:
        kept = get_settings(work).slack_sealed
    assert kept is not None
    assert "s3cret" not in bytes.fromhex(kept).decode("latin-1")
    changes = door.organisation.native().get("/v1/changes", params={"limit": 1000}).text
    assert kept not in changes
    assert '"slack_sealed":true' in changes


def test_the_poster_keeps_out_of_our_own_network() -> None:
    with pytest.raises(OutboundRefused):
        BlockingPoster().post("http://127.0.0.1:9/", b"{}", {}, timeout_s=5)
    with pytest.raises(OutboundFailed):
        BlockingPoster(["127.0.0.0/8"]).post("http://127.0.0.1:9/", b"{}", {}, timeout_s=5)
