"""Links between the documents lead somewhere, and every document can be found from the index."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\((?P<to>[^)#\s]+)[^)]*\)")


def links_of(page: Path) -> list[Path]:
    """The files of this repository that a page links to."""
    found = (link["to"] for link in _LINK.finditer(page.read_text(encoding="utf-8")))
    return [(page.parent / to).resolve() for to in found if "://" not in to and not to.startswith("/")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_leads_somewhere(page: Path) -> None:
    assert [str(link) for link in links_of(page) if not link.exists()] == []


def test_every_document_can_be_found_from_the_readme() -> None:
    found: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in found or page.suffix != ".md" or not page.exists():
            continue
        found.add(page)
        ahead += links_of(page)
    documents = {page.resolve() for page in (ROOT / "docs").rglob("*.md")}
    # A note is found by its number, in the folder that the index links to.
    assert sorted(p.name for p in documents - found if p.parent.name != "decisions") == []
