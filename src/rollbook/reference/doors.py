"""Pages about the doors: each one's routes and faults, and the faults of all of them side by side."""

from rollbook.core.kernel.faults import FaultCode
from rollbook.reference.markdown import code, page, table
from rollbook.web.docstrings import field_docs, source_of, summary_of
from rollbook.web.openapi import path_of, statuses_of_faults
from rollbook.web.routes import Door, Row


def routes_page(door: Door) -> str:
    """Every route of a door."""
    rows = [
        (row.method, code(path_of(row)), _needs(row), summary_of(row), source_of(row))
        for row in sorted(door.rows, key=lambda row: (row.path, row.method))
    ]
    has_sources = any(row[-1] for row in rows)
    heads = ("method", "path", "needs", "what it does", "source")
    shown = table(heads, rows) if has_sources else table(heads[:-1], [row[:-1] for row in rows])
    return page(f"Routes: {door.title}", _introduction(door), shown)


def faults_page(doors: tuple[Door, ...]) -> str:
    """What each fault means and which status each API gives it."""
    shown = [door for door in doors if door.is_api]
    statuses = [statuses_of_faults(door) for door in shown]
    meanings = field_docs(FaultCode)
    rows = [(code(fault.value), meanings[fault.name], *(by[fault] for by in statuses)) for fault in FaultCode]
    return page(
        "Faults",
        "Everything the record can refuse, and the HTTP status that each API gives it. "
        "The bodies are on the API pages, `/docs/<door>`.",
        table(("fault", "meaning", *(door.name for door in shown)), rows),
    )


def _needs(row: Row) -> str:
    if row.needs is not None:
        return code(row.needs.value)
    return "nothing" if row.is_public else "any credential"


def _introduction(door: Door) -> str:
    said = [f"{len(door.rows)} routes."]
    if door.is_api:
        said.append(f"On a running server they can be tried at `/docs/{door.name}`.")
    if door.security:
        said.append(f"{_security(door)}.")
    return " ".join(said)


def _security(door: Door) -> str:
    scheme = dict(door.security)
    if scheme["type"] == "oauth2":
        urls = [flow["tokenUrl"] for flow in scheme["flows"].values() if "tokenUrl" in flow]
        return f"Callers show an OAuth 2 access token, from `{urls[0]}`" if urls else "Callers use OAuth 2"
    if scheme["type"] == "apiKey":
        return f"Callers show a key in the {scheme['in']} `{scheme['name']}`"
    login = f", which `{door.login.path}` gives" if door.login else ""
    return f"Callers show a {scheme['scheme']} credential{login}"
