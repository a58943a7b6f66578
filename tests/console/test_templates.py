"""The console's templates and bundle without a browser: nothing inline, nothing unescaped, nothing built twice."""

import re
from pathlib import Path

import pytest

from rollbook.console import vendor
from tests.console import preview

INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*(src=|type=\"application/json\"))", re.IGNORECASE
)
ROOMS = sorted((preview.CONSOLE / "templates" / "rooms").rglob("*.html"))
COMPONENTS = sorted((preview.CONSOLE / "templates" / "components").glob("*.html"))


@pytest.mark.parametrize("path", preview.PAGES)
def test_no_page_has_inline_code_or_style(path: str) -> None:
    assert INLINE.search(preview.draw(path)) is None


def test_every_icon_asked_for_is_drawn() -> None:
    sprite = (preview.CONSOLE / "static" / "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    asked = {name for path in preview.PAGES for name in re.findall(r"icons\.svg#([^\"]+)", preview.draw(path))}
    assert asked - drawn == set()


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.relative_to(path.parents[2]).as_posix())
def test_no_room_calls_something_else_by_a_name_of_the_frame(path: Path) -> None:
    """The frame would show it: who is signed in, the rail, the organisation."""
    assert re.findall(r"{% set (person|rail|time_zone|may|page|csrf_token)\b", path.read_text()) == []


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_every_component_says_first_how_it_is_called(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("{#")
    note = text[: text.index("#}")]
    macros = re.findall(r"{% macro (\w+)", text)
    assert any(f"{macro}(" in note for macro in macros)


def test_hostile_text_stays_text_in_pages_and_in_chart_data() -> None:
    name = "</script><img src=x onerror=alert(1)>"
    source = (
        '{% from "components/avatar.html" import person %}{% from "components/chart.html" import chart %}'
        '{{ person(name, "/people/1", name) }}{{ chart(name, {"data": {"values": [{"a": name}]}}, [name], [[name]]) }}'
    )
    html = preview.ENVIRONMENT.from_string(source).render(name=name)
    assert "<img" not in html
    assert html.count("</script>") == 1


def test_addresses_keep_what_they_are_not_told_to_change() -> None:
    source = '{% from "components/url.html" import url %}{{ url(page, {"sort": "name"}, ["after"]) }}'
    query = [("q", "a&b"), ("columns", "x"), ("columns", "y"), ("after", "z"), ("sort", "-name")]
    html = preview.ENVIRONMENT.from_string(source).render(page={"path": "/people", "query": query})
    assert html == "/people?q=a%26b&amp;columns=x&amp;columns=y&amp;sort=name"


def test_the_bundle_is_built_once_per_version(tmp_path: Path) -> None:
    target = tmp_path / "vendor" / "vega.js"
    assert vendor.build(target)
    assert not vendor.build(target)
    code = target.read_text(encoding="utf-8")
    assert "vegaEmbed" in code[-500:]
    target.write_text("/* vl-convert-python 0.0 */\n" + code, encoding="utf-8")
    assert vendor.build(target)
    assert list(target.parent.iterdir()) == [target]
