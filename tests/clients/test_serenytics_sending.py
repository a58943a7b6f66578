"""The vendor's own Python client where it sends: mails with dashboards and files, Slack, and whom rows are shown to."""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from pprint import pprint
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest
import requests
import serenytics
from serenytics import helpers, settings
from serenytics.client import TooManyEmailsSent

from rollbook.core.access.policy import system_principal
from rollbook.core.analytics import mailing, slack
from rollbook.core.kernel.ports import MailFailed
from rollbook.workers import mails
from tests.clients.conftest import LiveServer
from tests.conftest import PASSWORD

pytestmark = pytest.mark.clients
Refused = helpers.SerenyticsException
TOTALS = [{"name": "quarter"}, {"name": "sales", "agg_function": "sum"}]


@pytest.fixture
def client(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client with the owner's key."""
    monkeypatch.setattr(settings, "SERENYTICS_API_DOMAIN", live_server.url)
    pause = SimpleNamespace(sleep=lambda _: time.sleep(0.1))  # it polls once a second
    monkeypatch.setattr(serenytics.task, "time", pause)
    monkeypatch.setattr(sys.modules["serenytics.script"], "time", pause)
    founded = live_server.found()
    made = serenytics.Client(api_key=founded.api_key)
    made.organisation_id = founded.organisation.id
    made.storage = made.get_or_create_storage_data_source_by_name(f"sales {uuid4()}")
    made.storage.reload_data([{"quarter": "Q1", "sales": 120}, {"quarter": "Q2", "sales": 80}])
    return made


def dashboard(client: Any) -> Any:
    """A dashboard over the client's own source, with a filter of the template."""
    uuid = client.storage.uuid
    widgets = [{"type": "hc-array", "options": {"data": {"sourceUuid": uuid, "select": TOTALS}}}]
    static = [{"sourceUuid": uuid, "name": "quarter", "op": "==", "value": "{{quarter}}"}]
    content = {"tabs": [{"id": "t1", "name": "Sales", "widgets": widgets}], "globalStaticFilters": static}
    body = {"name": "Sales", "jsonContent": content, "dashboard_variables": {"quarter": "Q1"}}
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/web_app"
    return client.get_webapp_by_uuid(httpx.post(address, json=body, headers=client._headers).json()["uuid"])


def letter(live_server: LiveServer, to: str) -> EmailMessage:
    """The one message that was handed over for an address."""
    folder = live_server.server.settings.data / "mail"
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in folder.glob("*.eml")]
    [message] = [one for one in found if one["To"] == to]
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_goes_out_with_a_dashboard_and_a_file(client: Any, live_server: LiveServer, tmp_path: Path) -> None:
    to, file = f"{uuid4().hex}@example.org", tmp_path / "costs.csv"
    file.write_bytes(b"a,b\n1,2\n")
    client.send_email(
        "Fi gures",
        [to],
        "<p>Hello <b>all</b></p>",
        web_app_uuid=dashboard(client).uuid,
        pdf_file_name="first quarter.pdf",
        from_address="reports@customer.example",
        file_to_attach=str(file),
        dashboard_payload={"quarter": "Q2"},
    )
    message = letter(live_server, to)
    assert (message["Subject"], message["Reply-To"]) == ("Fi gures", "reports@customer.example")
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "<p>Hello <b>all</b></p>" in html.get_content()
    assert text.get_content().strip() == "Hello all"
    attached = [(one.get_filename(), one.get_content_type(), one.get_content()) for one in message.iter_attachments()]
    assert [one[:2] for one in attached] == [("first quarter.pdf", "application/pdf"), ("costs.csv", "text/csv")]
    assert attached[0][2].startswith(b"%PDF-")
    assert attached[1][2].replace("\r\n", "\n") == "a,b\n1,2\n"


def test_what_the_mail_server_says_fails_the_call(
    client: Any, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise MailFailed("550 no such mailbox", is_permanent=True)

    monkeypatch.setattr(mails.MailWorker, "_hand_over", refuse)
    with pytest.raises(Refused, match=r"The mail to a@example\.org was not handed over: 550 no such mailbox"):
        client.send_email("Hi", ["a@example.org"], "Hi")
    with pytest.raises(Refused, match="recipients"):
        client.send_email("Hi", ["nobody"], "Hi")


def test_over_the_rate_the_client_says_so(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "MOST_AN_HOUR", 0)
    with pytest.raises(TooManyEmailsSent):
        client.send_email("Hi", ["a@example.org"], "Hi")


@pytest.fixture
def workspace() -> Iterator[SimpleNamespace]:
    """A small Slack: ``said`` is what it was sent, ``status`` and ``answer`` what it answers."""
    told = SimpleNamespace(said=[], status=200, answer=b"ok")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.said.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            self.send_response(told.status)
            self.send_header("content-length", str(len(told.answer)))
            self.end_headers()
            self.wfile.write(told.answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/services/T0/B0/x"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def test_messages_to_slack(
    live_server: LiveServer, client: Any, workspace: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = live_server.server.services
    monkeypatch.setattr(services.poster, "_allowed", ("127.0.0.0/8",))
    with pytest.raises(Refused, match="No Slack webhook is set"):
        client.send_slack_msg("#training", "Hi")
    with services.database.writing() as work:
        work.act_as(system_principal(client.organisation_id, "test"))
        slack.set_webhook(work, services.sealer, lambda _: None, workspace.url)
    client.send_slack_msg("#training", "Hi", attachments=[{"text": "more"}])
    said = {"channel": "#training", "text": "Hi", "attachments": [{"text": "more"}]}
    assert workspace.said == [("/services/T0/B0/x", said)]
    workspace.status, workspace.answer = 404, b"channel_not_found"
    with pytest.raises(Refused, match="Slack answered 404: channel_not_found"):
        client.send_slack_msg("#gone", "Hi")


def test_a_dashboard_is_warmed_up_as_it_will_be_looked_at(client: Any) -> None:
    webapp = dashboard(client)
    assert webapp.name == "Sales"
    assert webapp.warm_up_cache()["size"] > 0
    assert webapp.warm_up_cache({"quarter": "Q2"}, [{"tabIndex": "t1", "dynfilters": []}])["status"] == "ok"
    with pytest.raises(Refused, match="no tab"):
        webapp.warm_up_cache(tabs_options=[{"tabIndex": "nope", "dynfilters": []}])


def test_users_get_their_metadata_from_a_source(client: Any) -> None:
    username = f"{uuid4().hex}@example.org"
    body = {"username": username, "password": PASSWORD, "category": "viewer"}
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/user"
    assert httpx.post(address, json=body, headers=client._headers, timeout=30).status_code == 201
    source = client.get_or_create_storage_data_source_by_name(f"people {uuid4()}")
    source.reload_data_from_array(["login", "unit"], [[username, '["fr","si"]']])
    source.reload_users_metadata()
    found = httpx.get(f"{address}/byname", params={"username": username}, headers=client._headers).json()
    assert found["login_metadata"] == {"unit": ["fr", "si"]}


def test_what_is_set_of_a_source_is_kept(client: Any) -> None:
    source = client.storage
    assert source.type == "Storage"
    source.set_property("description", "What was sold")
    source.save()
    kept = client.get_data_source_by_uuid(source.uuid)
    assert kept._config["jsonContent"]["description"] == "What was sold"


def test_questions_with_groups_filters_order_and_a_limit(client: Any) -> None:
    step = {"select": TOTALS, "group_by": ["quarter"], "where": [{"name": "sales", "op": ">", "value": "50"}],
            "order_by": [{"name": "quarter", "order": "desc"}], "limit": 1}  # fmt: skip
    data = client.storage.get_data({"order": "row_by_row", "data_processing_pipeline": [step]})
    assert data.rows == [["Q2", 80]]
    assert [header["type"] for header in data.headers] == ["str", "int"]
    assert list(data.get_as_dataframe().columns) == data.columns


def test_a_join_comes_as_a_dataframe_with_the_names_of_its_parts(client: Any) -> None:
    other = client.get_or_create_storage_data_source_by_name(f"costs {uuid4()}")
    other.reload_data([{"quarter": "Q1", "cost": 100}])
    config = [
        {"uuid": client.storage.uuid, "prefix": "s"},
        {"uuid": other.uuid, "prefix": "c", "joinType": "inner", "leftColumn": "s.quarter", "rightColumn": "quarter"},
    ]
    body = {"name": f"joined {uuid4()}", "type": "InnerJoin", "jsonContent": {"joinConfig": config}}
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/data_source"
    made = httpx.post(address, json=body, headers=client._headers)
    assert made.status_code == 201, made.text
    joined = client.get_data_source_by_uuid(made.json()["uuid"])
    frame = joined.get_dataset_as_dataframe()
    assert frame.to_dict("records") == [{"s.quarter": "Q1", "s.sales": 120, "c.quarter": "Q1", "c.cost": 100}]


def test_a_task_has_its_result_and_a_script_tells_whether_it_runs(client: Any) -> None:
    address = f"{settings.SERENYTICS_API_DOMAIN}/api/data_source/{client.storage.uuid}/batch"
    body = {"async": True, "operations": [{"action": "insert", "rows": [{"quarter": "Q3", "sales": 1}]}]}
    asked = httpx.post(address, json=body, headers=client._headers).json()
    task = serenytics.task.Task(asked["task_id"], "a batch", client._headers)
    task.wait()
    task.raise_on_error()
    assert task.result == {"status": "ok", "rows": 1}
    body = {"name": f"script {uuid4()}", "code": "print(1)", "schedule_infos": None, "kind": "GENERIC_PYTHON"}
    made = httpx.post(f"{settings.SERENYTICS_API_DOMAIN}/api/script", json=body, headers=client._headers).json()
    script = client.get_script_by_uuid(made["uuid"])
    script.run()
    script.wait()
    assert not script.is_running()


BACKUP = """
def get_obj_from_route(obj_name:str):
    route = f"https://api.serenytics.com/api/{obj_name}"

    r = requests.get(route, headers=headers)
    if r.status_code == 200:
        objects = r.json()["objects"]
    else:
        print(f"Failed to get {obj_name}")
        exit(1)

    return objects


def get_folders():
    route = "https://api.serenytics.com/api/folder"

    r = requests.get(route, headers=headers)
    if r.status_code == 200:
        folders = r.json()["objects"]
    else:
        print("Failed to get jobs")
        exit(1)

    return folders



def backup_objects(object_name:str):
    objects = get_obj_from_route(object_name)

    print(f"Backup {object_name}s")
    folders = get_folders()
    folders = {f["uuid"]: f for f in folders}

    for obj in objects:
        folder_uuid = obj["folder_uuid"]
        folder = folders.get(folder_uuid)

        local_folder = f"{DESTINATION_FOLDER}/{object_name}s/{folder['name']}"
        if not os.path.exists(local_folder):
            print(f"Create folder {local_folder}")
            os.makedirs(local_folder)

        # extract code field as it must be written in another file.
        code = obj.get("code")
        if "code" in obj:
            del obj["code"]

        filename = obj['name'].replace('/','_')
        local_file = f"{local_folder}/{filename}.json"
        with open(local_file, 'w') as file:
            pprint(obj, stream=file)

        if code:
            local_file = f"{local_folder}/{filename}.py"
            with open(local_file, 'w') as file:
                file.write(code)

    print("done")


backup_objects("script")
backup_objects("data_source")
"""
"""The document's own example ("Examples"), word for word."""


def test_the_documents_own_backup_runs_as_it_stands(client: Any, tmp_path: Path) -> None:
    url, headers = settings.SERENYTICS_API_DOMAIN, client._headers
    folder = httpx.post(f"{url}/api/folder", json={"name": "Loads", "resource_type": "script"}, headers=headers).json()
    for name, where in (("a/b", None), ("c", folder["uuid"])):
        body = {"name": name, "code": f"print({name!r})", "folder_uuid": where, "schedule_infos": None}
        assert httpx.post(f"{url}/api/script", json=body, headers=headers).status_code == 201
    known = {"requests": requests, "os": os, "pprint": pprint, "headers": headers, "DESTINATION_FOLDER": str(tmp_path)}
    exec(BACKUP.replace("https://api.serenytics.com", url), known)  # noqa: S102 - it is the example that is tried
    assert (tmp_path / "scripts" / "home" / "a_b.py").read_text() == "print('a/b')"
    assert (tmp_path / "scripts" / "Loads" / "c.py").exists()
    assert (tmp_path / "data_sources" / "home" / "People.json").exists()
    # What lies at home may be written back as it was read.
    [kept] = [one for one in httpx.get(f"{url}/api/script", headers=headers).json()["objects"] if one["name"] == "a/b"]
    assert httpx.put(f"{url}/api/script/{kept['uuid']}", json=kept, headers=headers).json() == kept
