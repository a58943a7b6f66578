"""Dashboards as PDF (the client's ``warm_up_cache``, and ``store_pdf`` of the same endpoint)."""

import base64
import io
from typing import Any

import pytest
from pypdf import PdfReader

from tests.doors.serenytics.conftest import Door
from tests.doors.serenytics.test_viewer import COUNTRY, SOLD, widget


def printed(door: Door, uuid: str, **given: Any) -> PdfReader:
    """The document that is made."""
    answer = door.admin.post(f"/api/web_app/{uuid}/generate_pdf", json={"store_pdf": True} | given)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    url = body["pdf_url"]
    file = door.organisation.client.get(url[url.index("/api/") :])
    assert file.headers["content-type"] == "application/pdf"
    assert len(file.content) == body["size"]
    return PdfReader(io.BytesIO(file.content))


def made(door: Door, *tabs: Any) -> str:
    """A new dashboard."""
    body = {"name": "Sales #1 *bold* $x$", "jsonContent": {"tabs": list(tabs)}}
    return str(door.admin.post("/api/web_app", json=body).json()["uuid"])


def test_a_dashboard_is_set_with_vector_charts_and_tables(door: Door) -> None:
    source = door.source()
    first = [widget(kind, source, groups=[COUNTRY], values=[SOLD]) for kind in ("bar", "pie", "table")]
    first.append(widget("number", source, values=[{"name": "nowhere", "total": "sum"}]))
    uuid = made(
        door, {"name": "One", "widgets": first}, {"name": "Two", "widgets": [widget("number", source, values=[SOLD])]}
    )
    document = printed(door, uuid)
    texts = [page.extract_text() for page in document.pages]
    assert len(texts) == 2
    assert "Sales #1 *bold* $x$" in texts[0]
    assert "Pieces sold" in texts[0]
    assert "nowhere" in texts[0]
    assert "18" in texts[1]
    assert not any(page.images for page in document.pages)


def test_tabs_filters_and_variables_are_those_asked_for(door: Door) -> None:
    source = door.source()
    number = widget("number", source, values=[SOLD])
    number["options"]["title"] = "Of {{land}}"
    second = {"id": "t034a", "name": "Two", "widgets": [widget("filter", source, groups=[COUNTRY]), number]}
    uuid = made(door, {"name": "One", "widgets": []}, second)
    payload = base64.b64encode(b'{"land": "somewhere"}').decode()
    options = [{"tabIndex": "t034a", "dynfilters": [{"id": 0, "values": {"2642b": [one]}}]} for one in ("FR", "SI")]
    document = printed(door, uuid, tabs_options=options, webapp_query_string={"embeddedPayload": payload})
    first, later = (page.extract_text() for page in document.pages)
    assert "Of somewhere" in first
    assert "13" in first
    assert "FR" in first
    assert "5" in later
    refused = door.admin.post(f"/api/web_app/{uuid}/generate_pdf", json={"tabs_options": [{"tabIndex": "t9"}]})
    assert refused.status_code == 400
    assert refused.json()["errors"][0].startswith("The dashboard has no tab 't9'")


@pytest.mark.parametrize("given", [{}, {"store_pdf": False, "webapp_query_string": None, "tabs_options": None}])
def test_without_being_kept_there_is_no_address(door: Door, given: Any) -> None:
    uuid = made(door, {"widgets": [widget("number", door.source(), values=[SOLD])]})
    answer = door.admin.post(f"/api/web_app/{uuid}/generate_pdf", json=given).json()
    assert (answer["status"], answer["pdf_url"]) == ("ok", None)
    assert answer["size"] > 1000
