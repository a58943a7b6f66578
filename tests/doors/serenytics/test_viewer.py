"""Dashboards written through the API, and looked at in the console."""

import base64
import io
import re
from datetime import date, datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode

import msgspec
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from rollbook.core.kernel.principal import Role
from tests.console.signed_in import add_person, owner, sign_in
from tests.doors.serenytics.conftest import SALES, Door

COUNTRY = {"name": "country", "label": "Country"}
SOLD = {"name": "sold", "total": "sum", "label": "Pieces sold"}


def widget(kind: str, source: str, **data: Any) -> dict[str, Any]:
    """A widget that asks a source."""
    return {"type": kind, "options": {"title": f"A {kind}", "data": {"sourceUuid": source, **data}}}


def dashboard(door: Door, *widgets: Any, **given: Any) -> str:
    """Where the console shows a new dashboard with one tab."""
    content = {"tabs": [{"name": "First", "widgets": list(widgets)}]}
    made = door.admin.post("/api/web_app", json={"name": "Sales <1>", "jsonContent": content, **given})
    assert made.status_code == 201, made.text
    return f"/console/dashboards/{made.json()['uuid']}"


_BUTTON = re.compile(r'<button class="text-button"[^>]*>(.*?)<span class="unseen">[^<]*</span></button>')


def read(answer: Any) -> str:
    """A page without the buttons around its values."""
    assert answer.status_code == 200, answer.text
    return unescape(_BUTTON.sub(r"\1", answer.text))


def seen(door: Door, path: str) -> str:
    """What the owner sees there."""
    return read(owner(door.organisation).get(path))


def test_a_number_and_a_table_show_what_their_source_says(door: Door) -> None:
    source = door.source()
    path = dashboard(
        door, widget("number", source, values=[SOLD]), widget("table", source, groups=[COUNTRY], values=[SOLD])
    )
    page = seen(door, path)
    assert '<p class="board-number">18</p>' in page
    assert '<th scope="col">Country</th><th scope="col" class="end">Pieces sold</th>' in page
    assert '<td>FR</td><td class="end">13</td>' in page
    assert '<td>SI</td><td class="end">5</td>' in page
    listed = owner(door.organisation).get("/console/dashboards").text
    assert "Sales &lt;1&gt;" in listed
    assert path in listed


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie", "heat"])
def test_a_chart_has_its_numbers_in_the_specification_and_as_a_table(door: Door, kind: str) -> None:
    month = {"name": "at", "grain": "month", "label": "Month"}
    page = seen(door, dashboard(door, widget(kind, door.source(), groups=[month, COUNTRY], values=[SOLD])))
    assert "data-chart" in page
    assert '"said": "Jan 2026"' in page
    assert '<th scope="row">Feb 2026</th><td class="end">FR</td><td class="end">10</td>' in page


def test_every_column_of_a_heat_map_is_named_below_it(door: Door) -> None:
    chart = widget("heat", door.source(), groups=[COUNTRY, {"name": "price"}], values=[SOLD])
    assert '"labelAngle": -45' in seen(door, dashboard(door, chart))
    dated = widget("heat", door.source(), groups=[{"name": "at", "grain": "month"}, COUNTRY], values=[SOLD])
    assert "labelAngle" not in seen(door, dashboard(door, dated))


@pytest.mark.parametrize("kind", ["table", "pivot"])
def test_what_is_counted_stands_at_the_end_of_its_column(door: Door, kind: str) -> None:
    by_year = {"name": "at", "grain": "year"}
    page = seen(door, dashboard(door, widget(kind, door.source(), groups=[COUNTRY, by_year], values=[SOLD])))
    counted = "5" if kind == "pivot" else "13"
    assert f'<td class="end">{counted}</td>' in page
    assert '<td class="end">FR' not in page


def test_a_filter_narrows_the_widgets_of_its_source_and_no_other(door: Door) -> None:
    one, other = door.source(), door.source([{"country": "HR", "sold": 100}])
    path = dashboard(
        door,
        widget("filter", one, groups=[COUNTRY]),
        widget("number", one, values=[SOLD]),
        widget("number", other, values=[SOLD]),
    )
    assert '<option value="FR">FR</option>\n<option value="SI">SI</option>' in seen(door, path)
    narrowed = seen(door, f"{path}?f0=SI")
    assert '<option value="SI" selected>SI</option>' in narrowed
    assert '<p class="board-number">5</p>' in narrowed
    assert '<p class="board-number">100</p>' in narrowed
    nothing = seen(door, f"{path}?f0=' OR 1=1 --")
    assert '<p class="board-number">18</p>' not in nothing


def test_what_is_no_widget_is_left_out_and_one_that_cannot_be_answered_says_why(door: Door) -> None:
    source = door.source()
    path = dashboard(
        door,
        {"type": "hc-array", "options": {"data": {"sourceUuid": source}}},
        "nonsense",
        {"type": "text", "options": {"title": "Read <me>", "text": "<script>alert(1)</script>"}},
        widget("number", source, values=[{"name": "nowhere", "total": "sum"}]),
        widget("bar", source, groups=[COUNTRY]),
    )
    page = owner(door.organisation).get(path).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "nowhere" in page
    assert "A chart needs something to group by and a value." in page
    assert "hc-array" not in page


@pytest.mark.parametrize(
    "content", [{}, {"tabs": 7}, {"tabs": [7, {"widgets": 7}]}, {"tabs": [{"name": 3, "widgets": [{"type": {}}]}]}]
)
def test_content_of_any_kind_has_a_page(door: Door, content: Any) -> None:
    made = door.admin.post("/api/web_app", json={"name": "Odd", "jsonContent": content}).json()
    assert "Nothing is on this page" in seen(door, f"/console/dashboards/{made['uuid']}?tab=1&f0=x&fx=1&f=")


def test_a_shared_dashboard_shows_each_reader_only_what_their_sources_let_through(door: Door, owner_hash: str) -> None:
    source = door.source()
    path = dashboard(door, widget("number", source, values=[SOLD]))
    person = add_person(door.organisation, owner_hash, Role.ANALYST)
    reader = sign_in(door.organisation, person.username)
    assert reader.get(path).status_code == 404
    shared = door.admin.post(
        f"/api/web_app/{path.rsplit('/', 1)[1]}/sharings", json={"username_to_share_with": person.username}
    )
    assert shared.status_code == 201, shared.text
    page = reader.get(path)
    assert page.status_code == 200
    assert "board-number" not in page.text
    door.admin.post(f"/api/data_source/{source}/sharings", json={"username_to_share_with": person.username})
    assert '<p class="board-number">18</p>' in read(reader.get(path))


def test_the_record_itself_is_charted(door: Door) -> None:
    listed = door.admin.get("/api/data_source").json()["objects"]
    people = next(one["uuid"] for one in listed if one["name"] == "People")
    path = dashboard(door, widget("number", people, values=[{"name": "$$count$$", "total": "sum"}]))
    before = seen(door, path)
    door.user()
    count = int(before.split('class="board-number">')[1].split("<")[0])
    assert f'<p class="board-number">{count + 1}</p>' in seen(door, path)


def test_a_widget_is_saved_as_a_file_in_three_formats_as_its_filters_stand(door: Door) -> None:
    rows = [{"country": "=1+1", "sold": 2, "at": "2026-01-05T00:00:00"}, {"country": "SI", "sold": 5, "at": None}]
    source = door.source(rows)
    month = {"name": "at", "grain": "month", "label": "Month"}
    path = dashboard(
        door, widget("filter", source, groups=[COUNTRY]), widget("bar", source, groups=[COUNTRY, month], values=[SOLD])
    )
    visitor = owner(door.organisation)
    assert f'formaction="{path}/tabs/1/widgets/1/csv"' in visitor.get(path).text
    sheet = visitor.get(f"{path}/tabs/1/widgets/1/csv")
    assert sheet.headers["content-disposition"] == 'attachment; filename="data.csv"'
    assert sheet.content.decode("utf-8-sig").splitlines()[:2] == [
        "Country,Month,Pieces sold",
        "'=1+1,2026-01-01,2",
    ]
    book = load_workbook(io.BytesIO(visitor.get(f"{path}/tabs/1/widgets/1/xlsx").content)).active
    cells = [[cell.value for cell in row] for row in book.iter_rows(max_row=2)]
    assert cells[0] == ["Country", "Month", "Pieces sold"]
    assert (book["A2"].value, book["A2"].data_type, book["B2"].value.year, book["C2"].value) == ("=1+1", "s", 2026, 2)
    table = pq.read_table(io.BytesIO(visitor.get(f"{path}/tabs/1/widgets/1/parquet?f0=SI").content))
    assert table.to_pylist() == [{"Country": "SI", "Month": None, "Pieces sold": 5}]


def test_a_pivot_turns_its_last_group_across(door: Door) -> None:
    month = {"name": "at", "grain": "month", "label": "Month"}
    page = seen(door, dashboard(door, widget("pivot", door.source(), groups=[COUNTRY, month], values=[SOLD])))
    months = "".join(f'<th scope="col" class="end">{name}</th>' for name in ("Dec 2025", "Jan 2026", "Feb 2026"))
    assert f'<th scope="col">Country</th>{months}' in page
    end = '<td class="end">'
    assert f"<td>FR</td>{end}</td>{end}3</td>{end}10</td>" in page
    assert f"<td>SI</td>{end}5</td>{end}</td>{end}</td>" in page
    short = seen(door, dashboard(door, widget("pivot", door.source(), groups=[COUNTRY], values=[SOLD])))
    assert "A pivot needs two groups" in short


def test_a_value_leads_to_the_rows_behind_it_as_the_filters_stand(door: Door) -> None:
    source = door.source([{"country": "FR", "sold": n, "at": "2026-01-05T10:00:00"} for n in range(150)] + SALES)
    month = {"name": "at", "grain": "month"}
    path = dashboard(
        door, widget("filter", source, groups=[COUNTRY]), widget("bar", source, groups=[month], values=[SOLD])
    )
    visitor = owner(door.organisation)
    place = re.search(r'name="place" value="([^"]*2026-01[^"]*)"', visitor.get(path).text)
    assert place
    asked = f"{path}/tabs/1/widgets/1/rows?{urlencode({'f0': 'FR', 'place': unescape(place[1])})}"
    first = seen(door, asked)
    assert first.count("<td>FR</td>") == 100
    later = seen(door, f"{asked}&offset=100")
    assert later.count("<td>FR</td>") == 51
    assert "SI" not in later
    assert visitor.get(f"{path}/tabs/1/widgets/1/rows?place=nonsense").status_code == 422
    assert visitor.get(f"{path}/tabs/1/widgets/0/rows?place=[]").status_code == 404


def test_variables_come_from_the_dashboard_the_address_and_above_all_the_reader(door: Door) -> None:
    source = door.source()
    number = widget("number", source, values=[SOLD], where=[{"name": "country", "value": "{{land}}"}])
    number["options"]["title"] = "Of {{land}}"
    path = dashboard(door, number)
    assert "needs a value for 'land'" in seen(door, path)
    given = base64.b64encode(b'{"land": "FR"}').decode()
    page = seen(door, f"{path}?{urlencode({'embeddedPayload': given})}")
    assert "Of FR" in page
    assert '<p class="board-number">13</p>' in page
    door.admin.post(
        f"/api/web_app/{path.rsplit('/', 1)[1]}/dashboard_variables", json={"dashboard_variables": {"land": "SI"}}
    )
    assert '<p class="board-number">5</p>' in seen(door, path)
    assert owner(door.organisation).get(f"{path}?embeddedPayload=%00").status_code == 422


@pytest.mark.parametrize("end", ["tabs/2/widgets/0/csv", "tabs/1/widgets/9/csv", "tabs/1/widgets/0/exe"])
def test_a_file_of_nothing_is_not_found(door: Door, end: str) -> None:
    path = dashboard(door, widget("number", door.source(), values=[SOLD]))
    assert owner(door.organisation).get(f"{path}/{end}").status_code == 404


def test_a_dashboard_is_made_previewed_changed_and_deleted_in_the_console(door: Door) -> None:
    visitor, source = owner(door.organisation), door.source()
    content = msgspec.json.encode(
        {"tabs": [{"widgets": [widget("number", source, values=[SOLD])]}], "kept": 1}
    ).decode()
    form = {"name": "Pieces", "content": content}
    shown = visitor.post("/console/dashboards/new", {**form, "action": "preview"})
    assert shown.status_code == 200, shown.text
    assert '<p class="board-number">18</p>' in read(shown)
    assert door.admin.get("/api/web_app").json()["num_results"] == 0
    narrowed = msgspec.json.encode({"tabs": [{"widgets": [widget("filter", source, groups=[COUNTRY])]}]}).decode()
    shown = visitor.post("/console/dashboards/new", {"name": "Pieces", "content": narrowed, "action": "preview"})
    assert '<option value="FR">FR</option>' in shown.text
    assert "There is nothing to show." not in shown.text
    path = visitor.post("/console/dashboards/new", form).headers["location"]
    assert '<p class="board-number">18</p>' in read(visitor.get(path))
    shown = visitor.post(f"{path}/edit", {"name": "Other", "content": "{}", "action": "preview"})
    assert "The content has no tabs." in shown.text
    refused = visitor.post(f"{path}/edit", {"name": "Other", "content": "{nothing"})
    assert refused.status_code == 422
    assert "This is not a JSON object" in refused.text
    assert "{nothing" in refused.text
    assert visitor.post(f"{path}/edit", {"name": "", "content": content}).status_code == 422
    assert visitor.post(f"{path}/edit", {"name": "Other", "content": content}).headers["location"] == path
    (made,) = door.admin.get("/api/web_app").json()["objects"]
    assert (made["name"], made["jsonContent"]["kept"]) == ("Other", 1)
    assert visitor.post(f"{path}/remove").headers["location"] == "/console/dashboards"
    assert visitor.get(path).status_code == 404


def test_who_only_reads_a_dashboard_does_not_change_it(door: Door, owner_hash: str) -> None:
    path = dashboard(door)
    person = add_person(door.organisation, owner_hash, Role.ANALYST)
    reader = sign_in(door.organisation, person.username)
    assert reader.post(f"{path}/edit", {"name": "Mine", "content": "{}"}).status_code == 404
    door.admin.post(f"/api/web_app/{path.rsplit('/', 1)[1]}/sharings", json={"username_to_share_with": person.username})
    assert f"{path}/edit" not in read(reader.get(path))
    assert reader.get(f"{path}/edit").status_code == 403
    assert reader.post(f"{path}/edit", {"name": "Mine", "content": "{}"}).status_code == 403
    reader.post(f"{path}/remove")
    assert "Sales" in seen(door, path)


def test_a_dashboard_is_shared_and_taken_back_in_the_console(door: Door, owner_hash: str) -> None:
    path = dashboard(door, widget("number", door.source(), values=[SOLD]))
    person = add_person(door.organisation, owner_hash, Role.ANALYST)
    reader, visitor = sign_in(door.organisation, person.username), owner(door.organisation)
    assert "nobody else yet" in visitor.get(f"{path}/share").text
    assert visitor.post(f"{path}/share", {"person": "nobody"}).status_code == 422
    assert visitor.post(f"{path}/share", {"group": "999999999"}).status_code == 422
    assert reader.get(f"{path}/share").status_code == 404
    assert visitor.post(f"{path}/share", {"person": person.username}).status_code == 303
    assert reader.get(path).status_code == 200
    page = visitor.get(f"{path}/share").text
    assert person.full_name in page
    remove = re.search(r'action="([^"]*/share/\d+/remove)"', page)
    assert remove
    assert visitor.post(remove[1], {}).status_code == 303
    assert reader.get(path).status_code == 404


def test_who_may_frame_dashboards_is_set_in_the_console(door: Door) -> None:
    visitor = owner(door.organisation)
    form = {"name": "Meridian " + path_part(door), "language": "en", "time_zone": "UTC"}
    refused = visitor.post("/console/settings", form | {"embedding_sites": "https://a.example; script-src *"})
    assert refused.status_code == 422
    assert "script-src" in refused.text
    assert visitor.post("/console/settings", form | {"embedding_sites": "https://A.example"}).status_code == 303
    assert 'value="https://a.example"' in visitor.get("/console/settings").text


def path_part(door: Door) -> str:
    """Something that no other organisation has."""
    return str(door.organisation.id)


def test_days_are_saved_as_days(door: Door) -> None:
    path = dashboard(door, widget("table", door.source([{"day": "2026-01-05"}, {"day": None}])))
    visitor = owner(door.organisation)
    saved = visitor.get(f"{path}/tabs/1/widgets/0/parquet")
    assert pq.read_table(io.BytesIO(saved.content)).column("day").to_pylist() == [date(2026, 1, 5), None]
    book = load_workbook(io.BytesIO(visitor.get(f"{path}/tabs/1/widgets/0/xlsx").content)).active
    assert [cell.value for cell in book["A"]] == ["day", datetime(2026, 1, 5)]


def test_a_date_beyond_the_calendar_is_shown_and_saved_as_it_stands(door: Door) -> None:
    late = {"name": "late", "measure": "m", "label": "Late"}
    formula = 'if([sold] > 5, date_add([at], 8000, "years"), [at])'
    source = door.source(measures={"m": {"name": "late", "type": "formula", "data": {"formula": formula}}})
    path = dashboard(
        door, widget("table", source, groups=[late]), widget("pivot", source, groups=[COUNTRY, late], values=[SOLD])
    )
    page = seen(door, path)
    assert "<td>10026-02-01 00:10:00</td>" in page
    assert "<td>29 Dec 2025 12:00</td>" in page
    visitor = owner(door.organisation)
    saved = visitor.get(f"{path}/tabs/1/widgets/0/parquet")
    assert "10026-02-01 00:10:00" in pq.read_table(io.BytesIO(saved.content)).column("Late").to_pylist()
    book = load_workbook(io.BytesIO(visitor.get(f"{path}/tabs/1/widgets/0/xlsx").content)).active
    assert {"10026-02-01 00:10:00", datetime(2025, 12, 29, 12)} <= {cell.value for cell in book["A"]}


@pytest.mark.parametrize("name", ["at", "country"])
def test_a_chart_of_what_is_no_number_says_so(door: Door, name: str) -> None:
    page = seen(door, dashboard(door, widget("bar", door.source(), groups=[COUNTRY], values=[last_of(name)])))
    assert "The value of a chart must be a number" in page


def last_of(name: str) -> dict[str, Any]:
    """The greatest value."""
    return {"name": name, "total": "max"}


def test_a_value_that_is_not_finite_leaves_a_chart_readable(door: Door) -> None:
    prices = [("FR", 1.5), ("SI", 1e308), ("SI", 1e308)]
    source = door.source([{"country": country, "price": price} for country, price in prices])
    total = {"name": "price", "total": "sum"}
    page = owner(door.organisation).get(dashboard(door, widget("bar", source, groups=[COUNTRY], values=[total])))
    drawn = re.findall(r'<script type="application/json">(.*?)</script>', page.text)
    specs = [msgspec.json.decode(one) for one in drawn]
    assert {one["x"]: one["y"] for one in specs[0]["data"]["values"]} == {"FR": 1.5, "SI": None}
