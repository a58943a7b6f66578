"""Simulators, their collections and scenarios, and the activities that trainees record on them."""

from typing import Any

from rollbook.console import choices, listing
from rollbook.console.listing import crumbs, field
from rollbook.console.pages import rows
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.paging import encode_cursor
from rollbook.core.kernel.principal import Permission as P
from rollbook.core.people import queries as people_queries
from rollbook.core.simulation import catalogue, queries
from rollbook.core.simulation.records import Activity, ActivityFilter, SimulatorChanges
from rollbook.web.routes import Reply

ACTIVITIES, SIMULATORS = "/console/activities", "/console/simulators"


def activities(visit: Visit) -> Reply:
    """The activities, latest first."""
    wanted = ActivityFilter(simulator_id=visit.asked_number("simulator"), trainee_id=visit.asked_number("person"))

    def read(after: Any, limit: int) -> list[Activity]:
        cursor = encode_cursor(*after) if after else None
        return queries.list_activities(visit.work, wanted, limit=limit, cursor=cursor, newest_first=True)

    page = listing.forward(visit, read, lambda one: (one.created_at, one.id), int, int)
    return visit.render(
        "rooms/simulation/activities.html",
        title="Activities",
        room="activities",
        breadcrumbs=crumbs("Simulation", "Activities"),
        rows=[rows.activity(one) for one in page.rows],
        slice=page,
        fields=_fields(visit, wanted),
        dense=listing.is_dense(visit),
    )


def _fields(visit: Visit, wanted: ActivityFilter) -> list[dict[str, Any]]:
    known = [(one.id, one.title) for one in queries.list_simulators(visit.work)]
    fields = [field(visit, "simulator", "Simulator", options=known)]
    if wanted.trainee_id is not None:
        person = people_queries.find_person(visit.work, key="id", value=wanted.trainee_id)
        options = [(wanted.trainee_id, person.full_name if person else "Someone else")]
        fields.append(field(visit, "person", "Person", options=options))
    return fields


def activity(visit: Visit) -> Reply:
    """One activity."""
    one = queries.get_activity(visit.work, int(visit.call.path["id"]))
    instructor = " ".join(part for part in (one.instructor_first_name, one.instructor_last_name) if part)
    return visit.render(
        "rooms/simulation/activity.html",
        title=one.scenario_name,
        room="activities",
        breadcrumbs=crumbs("Simulation", ("Activities", ACTIVITIES), one.scenario_name),
        one=one,
        row=rows.activity(one),
        instructor=instructor,
    )


def simulators(visit: Visit) -> Reply:
    """Collections with their simulators."""
    collections = queries.list_collections(visit.work)
    known = queries.list_simulators(visit.work)
    return visit.render(
        "rooms/simulation/simulators.html",
        title="Simulators",
        room="simulators",
        breadcrumbs=crumbs("Simulation", "Simulators"),
        collections=[
            {"one": collection, "rows": [_row(one) for one in known if one.collection_id == collection.id]}
            for collection in collections
        ],
        choices=[(collection.id, collection.title) for collection in collections],
        contents=choices.lessons(visit, key="uuid"),
        values={name: visit.text(name) for name in visit.form} if visit.errors else {},
    )


def _row(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": {"label": one.title, "href": f"{SIMULATORS}/{one.id}"},
        "content": one.content_title,
        "mark": rows.percent(one.pass_percent),
    }


def add(visit: Visit) -> Reply:
    """Make a collection or a simulator. Faults: those of making one."""
    title = visit.text("title") or ""
    if visit.text("what") == "collection":
        collection = catalogue.add_collection(visit.work, title)
        return visit.redirect(SIMULATORS, f"The collection {collection.title} is added.")
    collection_id = visit.number("collection")
    if collection_id is None:
        raise field_fault(FaultCode.MISSING, "collection", "Choose a collection; add one first if there is none.")
    made = catalogue.add_simulator(
        visit.work, title, collection=collection_id, content=visit.text("content"), pass_percent=_mark(visit)
    )
    return visit.redirect(f"{SIMULATORS}/{made.id}", f"{made.title} is added. Now say which scenarios it has.")


def _mark(visit: Visit) -> float | None:
    mark = visit.number("pass_percent")
    return None if mark is None else float(mark)


def simulator(visit: Visit) -> Reply:
    """One simulator with its scenarios."""
    one = queries.get_simulator(visit.work, int(visit.call.path["id"]))
    latest = queries.list_activities(visit.work, ActivityFilter(simulator_id=one.id), limit=10, newest_first=True)
    typed = {name: visit.text(name) for name in visit.form} if visit.errors else {}
    return visit.render(
        "rooms/simulation/simulator.html",
        title=one.title,
        room="simulators",
        breadcrumbs=crumbs("Simulation", ("Simulators", SIMULATORS), one.title),
        one=one,
        scenarios=queries.list_scenarios(visit.work, simulator_id=one.id),
        latest=[rows.activity(activity) for activity in latest],
        contents=choices.lessons(visit, one.content_uuid, key="uuid"),
        values={"title": one.title, "content": one.content_uuid, "pass_percent": rows.percent(one.pass_percent)}
        | typed,
        may_link=visit.may(P.LEARNING_WRITE),
    )


def change(visit: Visit) -> Reply:
    """Change a simulator, add a scenario, or remove either. Faults: those of the action."""
    one = queries.get_simulator(visit.work, int(visit.call.path["id"]))
    href = f"{SIMULATORS}/{one.id}"
    match visit.text("action"):
        case "save":
            changes = SimulatorChanges(title=visit.text("title") or "", pass_percent=_mark(visit))
            if visit.text("content") != one.content_uuid:
                changes.content = visit.text("content")
            catalogue.change_simulator(visit.work, one, changes)
            return visit.redirect(href, "The simulator is saved.")
        case "scenario":
            made = catalogue.add_scenario(
                visit.work,
                visit.text("code") or "",
                simulator=one.id,
                name=visit.text("name"),
                max_points=visit.number("max_points"),
            )
            return visit.redirect(href, f"The scenario {made.name} is added.")
        case "remove":
            catalogue.remove(visit.work, one)
            return visit.redirect(SIMULATORS, f"{one.title} is deleted.")
        case "remove_scenario":
            scenario = queries.get_scenario(visit.work, visit.number("scenario") or 0)
            catalogue.remove(visit.work, scenario)
            return visit.redirect(href, f"The scenario {scenario.name} is deleted.")
        case _:
            raise Fault(FaultCode.INVALID, "There is no such action.")
