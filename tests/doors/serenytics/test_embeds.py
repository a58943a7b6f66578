"""Dashboards in other sites (Serenytics, "POST /api/web_app/:uuid/embed")."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import msgspec
import pytest
from sqlalchemy import bindparam, update

from rollbook.core.analytics.tables import dashboard_embeds
from rollbook.core.analytics.viewing import embeds
from rollbook.core.kernel.statements import Statement
from rollbook.core.people.settings import SettingsChanges, change_settings
from tests.conftest import Caller
from tests.doors.serenytics.conftest import Door
from tests.doors.serenytics.test_viewer import COUNTRY, SOLD, widget

END_ALL = Statement[tuple[Any, ...]](
    update(dashboard_embeds)
    .where(dashboard_embeds.c.organisation_id == bindparam("organisation_id"))
    .values(expires_at=bindparam("at"))
)


@pytest.fixture
def door(door: Door) -> Door:
    """The door, as a person who may own dashboards."""
    caller, _ = door.user("admin")
    return Door(door.organisation, caller)


def stranger(door: Door) -> Caller:
    """Somebody whom nobody knows."""
    return Caller(door.organisation.client, {})


def dashboard(door: Door, *widgets: Any, filters: Any = None, **given: Any) -> str:
    """A new dashboard of the owner, with one tab."""
    content: dict[str, Any] = {"tabs": [{"name": "First", "widgets": list(widgets)}]}
    content |= {"globalStaticFilters": filters} if filters is not None else {}
    made = door.admin.post("/api/web_app", json={"name": "Sales", "jsonContent": content, **given})
    assert made.status_code == 201, made.text
    return str(made.json()["uuid"])


def embedded(door: Door, uuid: str, **given: Any) -> str:
    """The address of an embed, without its host."""
    answer = door.admin.post(f"/api/web_app/{uuid}/embed", json={"expire_in": 60} | given)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["status"] == "ok"
    assert body["embeddedUrl"].endswith(f"/api/web_app/{uuid}?embeddedPayload={body['embeddedPayload']}")
    return str(body["embeddedUrl"])[str(body["embeddedUrl"]).index("/api/") :]


def opened(door: Door, address: str) -> Any:
    """What a browser that knows nobody gets there."""
    return stranger(door).get(address, follow_redirects=True)


def ticket_in(page: Any) -> str:
    """What its forms hold."""
    found = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def test_an_embedded_dashboard_shows_what_its_owner_sees_to_a_stranger(door: Door) -> None:
    uuid = dashboard(door, widget("number", door.source(), values=[SOLD]))
    page = opened(door, embedded(door, uuid))
    assert page.status_code == 200, page.text
    assert ">18<" in page.text
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    assert "set-cookie" not in page.headers


def test_the_record_is_embedded_as_its_owner_sees_it(door: Door) -> None:
    listed = door.admin.get("/api/data_source").json()["objects"]
    people = next(one["uuid"] for one in listed if one["name"] == "People")
    uuid = dashboard(door, widget("number", people, values=[{"name": "$$count$$", "total": "sum"}]))
    assert re.search(r'class="board-number">\d+<', opened(door, embedded(door, uuid)).text)


def test_filters_act_by_the_ticket_and_files_too(door: Door) -> None:
    source = door.source()
    uuid = dashboard(door, widget("filter", source, groups=[COUNTRY]), widget("number", source, values=[SOLD]),
                     widget("table", source, groups=[COUNTRY], values=[SOLD]))  # fmt: skip
    page = opened(door, embedded(door, uuid, nb_max_embed=1))
    asked = {"ticket": ticket_in(page), "tab": "1", "f0": "SI"}
    reader = stranger(door)
    narrowed = reader.post(f"/embedded/{uuid}", data=asked)
    assert narrowed.status_code == 200, narrowed.text
    assert ">5<" in narrowed.text
    assert ">18<" not in narrowed.text
    file = reader.post(f"/embedded/{uuid}/tabs/1/widgets/2/csv", data=asked)
    assert file.text.splitlines()[1:] == ["SI,5"]
    forged = reader.post(f"/embedded/{uuid}", data=asked | {"ticket": asked["ticket"][:-3] + "AAA"})
    assert forged.status_code == 404
    assert ">5<" not in forged.text


def test_an_address_opens_as_often_as_it_may_and_no_more(door: Door) -> None:
    uuid = dashboard(door, widget("number", door.source(), values=[SOLD]))
    twice = embedded(door, uuid, nb_max_embed=2)
    assert [opened(door, twice).status_code for _ in range(3)] == [200, 200, 404]
    once = embedded(door, uuid, nb_max_embed=1)
    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(lambda _: opened(door, once).status_code, range(50)))
    assert sorted(statuses) == [200] + [404] * 49


def test_nothing_is_answered_after_the_end(door: Door) -> None:
    uuid = dashboard(door, widget("number", door.source(), values=[SOLD]))
    address = embedded(door, uuid, expire_in=60)
    page = opened(door, address)
    with door.organisation.server.database.writing() as work:
        work.run(END_ALL, organisation_id=door.organisation.id, at=work.at - 1)
    late = stranger(door).post(f"/embedded/{uuid}", data={"ticket": ticket_in(page)})
    assert late.status_code == 404
    assert "board-number" not in late.text
    assert opened(door, address).status_code == 404
    with door.organisation.server.database.writing() as work:
        assert embeds.forget_expired(work, work.at) > 0


def test_payloads_fill_the_global_filters_and_without_one_nothing_is_shown(door: Door) -> None:
    source = door.source()
    by_country = [{"sourceUuid": source, "name": "country", "value": "{{country}}"}]
    uuid = dashboard(door, widget("number", source, values=[SOLD]), filters=by_country)
    assert ">5<" in opened(door, embedded(door, uuid, payload={"country": "SI"})).text
    assert ">18<" in opened(door, embedded(door, uuid, payload={"country": ["SI", "FR"]})).text
    without = opened(door, embedded(door, uuid)).text
    assert "board-number" not in without
    assert "needs a value for 'country'" in unescape(without)


def test_filters_that_cannot_be_read_hide_everything(door: Door) -> None:
    uuid = dashboard(door, widget("number", door.source(), values=[SOLD]), filters=[{"of": "another make"}])
    page = opened(door, embedded(door, uuid)).text
    assert "board-number" not in page
    assert "cannot be read" in page


def test_row_policies_go_by_the_payload_and_bind_the_owner(door: Door) -> None:
    source = door.source()
    policy = {"row_policies": [{"column": "country", "metadata": "land"}]}
    assert door.admin.put(f"/api/data_source/{source}", json={"jsonContent": policy}).status_code == 200
    uuid = dashboard(door, widget("number", source, values=[SOLD]))
    assert ">13<" in opened(door, embedded(door, uuid, payload={"land": "FR"})).text
    assert ">13<" not in opened(door, embedded(door, uuid)).text


def test_only_the_owner_embeds(door: Door) -> None:
    uuid = dashboard(door, widget("number", door.source(), values=[SOLD]))
    other, _ = door.user("admin")
    answer = other.post(f"/api/web_app/{uuid}/embed", json={"expire_in": 60})
    assert answer.status_code == 403
    assert answer.json()["errors"] == ["Only its owner embeds a dashboard."]


@pytest.mark.parametrize(
    "given",
    [{"expire_in": 0}, {"expire_in": 432_001}, {"expire_in": "soon"}, {}, {"expire_in": 60, "nb_max_embed": 0},
     {"expire_in": 60, "payload": []}, {"expire_in": 60, "payload": {"a": {"b": 1}}}],
)  # fmt: skip
def test_what_no_embed_can_be_is_told(door: Door, given: Any) -> None:
    uuid = dashboard(door)
    answer = door.admin.post(f"/api/web_app/{uuid}/embed", json=given)
    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert door.admin.post(f"/api/web_app/{uuid}/embed", json={"expire_in": 432_000}).status_code == 200


def test_rows_behind_a_value_are_shown_in_the_columns_that_the_widget_names(door: Door) -> None:
    source = door.source()
    open_one = widget("table", source, groups=[COUNTRY], values=[SOLD], detail=[{"name": "sold"}])
    uuid = dashboard(door, open_one, widget("table", source, groups=[COUNTRY], values=[SOLD]))
    ticket = ticket_in(opened(door, embedded(door, uuid)))
    asked = {"ticket": ticket, "place": msgspec.json.encode(["FR"]).decode()}
    rows = stranger(door).post(f"/embedded/{uuid}/tabs/1/widgets/0/rows", data=asked)
    assert rows.status_code == 200, rows.text
    assert '<th scope="col">sold</th>' in rows.text
    assert "country" not in rows.text
    assert stranger(door).post(f"/embedded/{uuid}/tabs/1/widgets/1/rows", data=asked).status_code == 404


def test_the_sites_of_an_organisation_alone_may_frame_its_dashboards(door: Door) -> None:
    uuid = dashboard(door, widget("number", door.source(), values=[SOLD]))
    sites = "https://intranet.example.org https://*.example.com"
    with door.organisation.writing() as work:
        change_settings(work, SettingsChanges(embedding_sites=sites))
    page = opened(door, embedded(door, uuid))
    policy = page.headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors {sites}")
