"""Mails that programs send: what goes out, what is refused, and what the task tells."""

from typing import Any
from uuid import uuid4

import pytest

from rollbook.adapters.mail import Composer
from rollbook.core.analytics import mailing
from rollbook.core.kernel.clock import DAY, HOUR, MINUTE, now
from rollbook.core.kernel.ports import Mail, MailFailed
from rollbook.core.mail import messages
from tests.doors.serenytics.conftest import Door
from tests.workers.post_office import Letters

BODY = "<p>Dear all,<br>see <a href='https://example.org/x'>the figures</a>.</p>"


@pytest.fixture
def letters(door: Door) -> Letters:
    return Letters(door.organisation.server)


def address() -> str:
    return f"{uuid4().hex[:10]}@example.org"


def asked(*recipients: str, **given: Any) -> dict[str, Any]:
    return {"subject": "Figures", "recipients": list(recipients), "html": BODY, **given}


def sent(door: Door, body: dict[str, Any]) -> str:
    answer = door.admin.post("/api/email", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["task_id"])


def task(door: Door, uuid: str) -> Any:
    return door.admin.get(f"/api/task/{uuid}").json()


def dashboard(door: Door) -> str:
    widgets = [{"type": "text", "options": {"content": "Everybody is trained in {{where}}."}}]
    body = {"name": "Costs / 2026", "jsonContent": {"tabs": [{"name": "All", "widgets": widgets}]}}
    made = door.admin.post("/api/web_app", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["uuid"])


def test_an_export_is_mailed_to_who_asks_for_it_and_has_an_address(door: Door, letters: Letters) -> None:
    studio, user = door.user("studio")
    path = f"/api/data_source/{door.source(caller=studio)}"
    studio.put(path, json={"name": "Sales <b> & more"})
    told = studio.post(f"{path}/export_source_data", json={"send_email": True}).json()
    letters.work()
    (mail,) = letters.to(user["username"])
    assert told["csv_url"] in mail.text
    assert "Sales <b> & more.csv" in mail.text
    assert door.organisation.client.get(told["csv_url"]).status_code == 200
    program = door.admin.post(f"{path}/export_source_data", json={"send_email": True})
    assert (program.status_code, program.json()["errors"]) == (
        400,
        ["The mail would go to your own address, and you have none."],
    )
    viewer, reader = door.user()
    studio.post(f"{path}/sharings", json={"username_to_share_with": reader["username"]})
    assert viewer.post(f"{path}/export_source_data", json={"send_email": True}).status_code == 403
    assert viewer.post(f"{path}/export_source_data", json={"send_email": False}).status_code == 200


def test_each_recipient_gets_the_body_as_markup_and_as_text(door: Door, letters: Letters) -> None:
    one, other = address(), address()
    uuid = sent(door, asked(one, other, from_address="Report Desk <reports@customer.example>"))
    assert task(door, uuid) == {"status": "pending"}
    letters.work()
    assert task(door, uuid) == {"status": "ok"}
    [mail] = letters.to(one)
    [same] = letters.to(other)
    assert mail.html is not None
    assert '<a href="https://example.org/x">the figures</a>' in mail.html
    assert mail.text == "Dear all,\nsee the figures <https://example.org/x>.\n"
    assert (mail.subject, same.text) == ("Figures", mail.text)
    assert mail.headers == {"Reply-To": "Report Desk <reports@customer.example>"}


def test_the_message_is_spelt_with_our_own_sender_and_the_answers_address(door: Door, letters: Letters) -> None:
    to = address()
    sent(door, asked(to, from_address="Žana <zana@customer.example>"))
    letters.work()
    message = Composer("Training <training@example.org>").compose(letters.to(to)[0])
    assert message["From"] == "Training <training@example.org>"
    assert str(message["Reply-To"]) == "Žana <zana@customer.example>"


def test_a_dashboard_and_an_upload_are_sent_along_and_then_deleted(door: Door, letters: Letters) -> None:
    to, file = address(), str(uuid4())
    assert door.admin.post(f"/api/upload_file/{file}", content=b"a,b\n1,2\n").status_code == 201
    body = asked(to, web_app_uuid=dashboard(door), dashboard_payload={"where": "Koper"}, file_to_attach_uuid=file)
    sent(door, body | {"file_to_attach_name": "/tmp/../x/costs.csv"})
    letters.work()
    pdf, csv = letters.to(to)[0].attachments
    assert (pdf.filename, pdf.media_type, pdf.content[:5]) == ("2026.pdf", "application/pdf", b"%PDF-")
    assert (csv.filename, csv.media_type, csv.content) == ("costs.csv", "text/csv", b"a,b\n1,2\n")
    files = door.organisation.server.services.files
    assert list(files.written_before(messages.FOLDER, now() + DAY)) == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("report", "report.pdf"),
        ("r.PDF", "r.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\x\\y.pdf", "y.pdf"),
        ("a\r\nBcc: x@y.pdf", "a__Bcc_ x@y.pdf"),
        ("", "dashboard.pdf"),
        ("č" * 300, "č" * 200 + ".pdf"),
    ],
)
def test_a_files_name_is_a_name(given: str, named: str) -> None:
    name = mailing.file_name(given, "dashboard")
    assert (name if name.lower().endswith(".pdf") else f"{name}.pdf") == named


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"recipients": []}, "recipients"),
        ({"recipients": ["x"]}, "recipients"),
        ({"recipients": ["a@example.org\r\nBcc: b@example.org"]}, "recipients"),
        ({"recipients": ["a@example.org, b@example.org"]}, "recipients"),
        ({"recipients": [f"p{n}@example.org" for n in range(101)]}, "at most 100"),
        ({"subject": ""}, "subject"),
        ({"subject": "Hi\r\nBcc: b@example.org"}, "subject"),
        ({"subject": "s" * 256}, "subject"),
        ({"from_address": "nobody"}, "from_address"),
        ({"from_address": "A <a@example.org>\nBcc: b@example.org"}, "from_address"),
        ({"from_address": "A <a@example.org>, B <b@example.org>"}, "from_address"),
        ({"html": "x" * 500_001}, "html"),
        ({"dashboard_payload": [1]}, "dashboard_payload"),
        ({"file_to_attach_uuid": "../x"}, "uuid"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_goes_out(
    door: Door, letters: Letters, change: dict[str, Any], said: str
) -> None:
    answer = door.admin.post("/api/email", json=asked("ana@example.org") | change)
    assert answer.status_code in (400, 413), answer.text
    assert answer.json()["status"] == "error"
    assert said in answer.json()["errors"][0]
    with door.organisation.writing() as work:
        assert messages.count_since(work, 0) == 0


def test_an_unknown_dashboard_or_upload_is_404(door: Door) -> None:
    missing = str(uuid4())
    assert door.admin.post("/api/email", json=asked(address(), web_app_uuid=missing)).status_code == 404
    assert door.admin.post("/api/email", json=asked(address(), file_to_attach_uuid=missing)).status_code == 404


def test_only_who_writes_analytics_sends_and_only_what_they_see_and_uploaded(door: Door, letters: Letters) -> None:
    viewer, _ = door.user()
    assert viewer.post("/api/email", json=asked(address())).status_code == 403
    studio, _ = door.user("studio")
    assert studio.post("/api/email", json=asked(address(), web_app_uuid=dashboard(door))).status_code == 404
    file = str(uuid4())
    door.admin.post(f"/api/upload_file/{file}", content=b"secret")
    assert studio.post("/api/email", json=asked(address(), file_to_attach_uuid=file)).status_code == 404
    assert studio.post("/api/email", json=asked(address())).status_code == 200


def test_over_the_rate_it_is_429_until_an_hour_has_passed(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "MOST_AN_HOUR", 3)
    sent(door, asked(address(), address()))
    answer = door.admin.post("/api/email", json=asked(address(), address()))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")
    assert "try again later" in answer.json()["errors"][0]
    sent(door, asked(address()))
    with door.organisation.writing() as work:
        assert messages.count_since(work, now() - HOUR) == 3
        assert messages.count_since(work, now() + MINUTE) == 0


def test_one_that_is_refused_fails_the_task_with_the_servers_words(door: Door, letters: Letters) -> None:
    to = address()
    uuid = sent(door, asked(to))
    letters.problem = MailFailed("the mail server refused it: 550 no such mailbox", is_permanent=True)
    letters.work()
    told = task(door, uuid)
    assert told["status"] == "error"
    assert told["errors"] == [f"The mail to {to} was not handed over: the mail server refused it: 550 no such mailbox."]


def test_one_that_waits_for_the_server_fails_the_task_and_goes_later_with_its_file(
    door: Door, letters: Letters
) -> None:
    to, file = address(), str(uuid4())
    door.admin.post(f"/api/upload_file/{file}", content=b"1")
    uuid = sent(door, asked(to, file_to_attach_uuid=file))
    letters.problem = MailFailed("the mail server could not be used", is_permanent=False)
    letters.work()
    assert task(door, uuid)["errors"][0].endswith("could not be used. It is tried again by itself.")
    letters.problem = None
    letters.work(later=2 * MINUTE)
    assert [one.content for one in letters.to(to)[0].attachments] == [b"1"]


def test_a_task_that_is_called_off_sends_nothing_more(door: Door, letters: Letters) -> None:
    to = address()
    uuid = sent(door, asked(to))
    assert door.admin.delete(f"/api/task/{uuid}").status_code == 204
    letters.work()
    assert letters.to(to) == []
    assert task(door, uuid) == {"status": "error", "errors": ["It was cancelled."]}


def test_the_worker_of_tasks_leaves_mails_alone(door: Door) -> None:
    uuid = sent(door, asked(address()))
    door.do_tasks()
    assert task(door, uuid) == {"status": "pending"}


def test_what_acts_in_a_body_is_left_out(door: Door, letters: Letters) -> None:
    to = address()
    html = "<script>x()</script><p onclick='x()' style='position:fixed;color:red'>Hi</p><form action=x><input>"
    sent(door, asked(to) | {"html": html})
    letters.work()
    mail: Mail = letters.to(to)[0]
    assert mail.html is not None
    assert '<body><p style="color: red">Hi</p></body>' in mail.html


def test_the_trail_says_who_had_what_sent_to_whom(door: Door) -> None:
    to = address()
    sent(door, asked(to))
    changes = door.organisation.native().get("/v1/changes", params={"limit": 1000}).json()["changes"]
    [found] = [one for one in changes if one["type"] == "message.queued"]
    assert found["data"] == {"subject": "Figures", "recipients": [to], "files": []}
