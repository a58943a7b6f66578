"""Sending files of people, and asking what became of them."""

import io
import json
from typing import Any

from openpyxl import Workbook

from tests.conftest import Caller

HEAD = "Employee ID,First name,Last name,E-mail\n"
ANA, BOR = "1,Ana,Novak,ana@example.org\n", "2,Bor,Kos,bor@example.org\n"
TWO = HEAD + ANA + BOR


def preview(api: Caller, content: str | bytes, name: str = "staff.csv", **form: Any) -> Any:
    """Send a file; the import, previewed."""
    data = content.encode() if isinstance(content, str) else content
    fields = {key: json.dumps(value) if isinstance(value, dict) else str(value) for key, value in form.items()}
    return api.post("/v1/imports", files={"file": (name, data)}, data=fields)


def applied(api: Caller, content: str | bytes, **form: Any) -> Any:
    """Preview and apply; the import."""
    made = preview(api, content, **form)
    assert made.status_code == 201, made.text
    answer = api.post(f"/v1/imports/{made.json()['id']}/apply", json={"confirm": True})
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows_of(api: Caller, import_id: str, **params: Any) -> Any:
    """What its lines would do, or did."""
    return api.get(f"/v1/imports/{import_id}/rows", params=params).json()["rows"]


def person(api: Caller, code: str) -> Any:
    """Who has an external id; None when nobody has."""
    found = api.get("/v1/people", params={"external_id": code}).json()["people"]
    return found[0] if found else None


def counts(shown: Any) -> dict[str, int]:
    """The numbers of an import."""
    return {name: shown[name] for name in ("created", "changed", "unchanged", "inactivated", "bad")}


def many(count: int) -> str:
    """A file of so many people."""
    return HEAD + "".join(f"{n},First{n},Last{n},p{n}@example.org\n" for n in range(count))


def workbook(*rows: list[Any]) -> bytes:
    """A workbook whose only sheet has these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
