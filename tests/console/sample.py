"""Invented people and numbers for the preview of the components; fixed, so that screenshots can be compared."""

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

NOW = datetime(2026, 3, 18, 9, 24, tzinfo=UTC)
Data = dict[str, Any]


def room(key: str, label: str, icon: str, *children: tuple[str, str], count: int | None = None) -> Data:
    """One room of the rail, with its children as (key, label)."""
    inner = [{"key": child, "label": word, "href": f"/{child}"} for child, word in children]
    return {"key": key, "label": label, "icon": icon, "href": f"/{key}", "count": count, "children": inner}


def section(label: str | None, *rooms: Data) -> Data:
    """Rooms under a heading."""
    return {"label": label, "rooms": list(rooms)}


# As many rooms as the console is ever to have, so that the rail is seen to hold them.
RAIL = [
    section(
        None,
        room("overview", "Overview", "home"),
        room("people", "People", "people"),
        room(
            "organisation",
            "Organisation",
            "organisation",
            ("groups", "Groups"),
            ("locations", "Locations"),
            ("workplaces", "Workplaces"),
            ("qualifications", "Qualifications"),
        ),
    ),
    section(
        "Learning",
        room("lessons", "Lessons", "lessons"),
        room("courses", "Courses", "learning"),
        room("assignments", "Assignments", "assignments"),
        room("schedules", "Schedules", "calendar"),
        room("classes", "Classes", "classes"),
        room("certificates", "Certificates", "certificate"),
    ),
    section(
        "Simulation",
        room("activities", "Activities", "activities"),
        room("simulators", "Simulators", "simulation"),
        room("devices", "Devices", "devices"),
        room("sessions", "Sessions", "sessions"),
    ),
    section("Insight", room("dashboards", "Dashboards", "dashboards")),
    section(
        "Connections",
        room("imports", "Imports", "imports"),
        room("webhooks", "Webhooks", "webhooks", count=2),
        room("keys", "Keys", "keys"),
        room("mail", "Mail", "mail"),
    ),
    section("Administration", room("audit", "Audit", "audit"), room("settings", "Settings", "settings")),
]

FRAME: Data = {
    "rail": RAIL,
    "organisation": "Northwind Rail Safety",
    "person": {"name": "Maren Oduya", "detail": "maren.oduya@northwind.example · Administrator", "href": "/people/3"},
    "csrf_token": "sample-token",
    "search_href": "/search",
}

NAMES = (
    "Maren Oduya",
    "Tomás Lindqvist",
    "Aoife Brandt",
    "Jun Watanabe",
    "Priya Raghunathan",
    "Lukas Adeyemi",
    "Sofie Castellanos-Mbeki",
    "Henrik Vos",
    "Camille Durand",
    "Noor El-Sayed",
    "Viktor Pham",
    "Ines Okafor",
    "Ruben Schreiber",
    "Yara Haddad",
    "Owen Kowalczyk",
    "Elif Marchetti",
)
GROUPS = ("Signalling", "Track works", "Rolling stock", "Control room", "Contractors · North")
STATES = ("active", "active", "active", "invited", "active", "inactive", "active", "active")
ROLES = (["Learner"], ["Instructor"], ["Learner"], ["Unit manager", "Learner"], ["Administrator"])


def people() -> list[Data]:
    """The rows of the people list."""
    return [
        {
            "id": number,
            "person": {
                "name": name,
                "href": f"/people/{number}",
                "detail": f"{name.split()[0].lower()}@northwind.example",
            },
            "group": GROUPS[number % len(GROUPS)],
            "roles": ROLES[number % len(ROLES)],
            "status": STATES[number % len(STATES)],
            "assignments": (number * 7) % 12,
            "progress": (number * 37) % 101,
            "seen": NOW - timedelta(minutes=7 ** (number % 7)) if number % 5 else None,
            "external_id": f"HR-{10423 + number * 17}",
        }
        for number, name in enumerate(NAMES, start=3)
    ]


PEOPLE_COLUMNS = [
    {"key": "person", "label": "Name", "kind": "person", "sort": "name", "lead": True},
    {"key": "group", "label": "Group", "sort": "group"},
    {"key": "roles", "label": "Roles", "kind": "tags", "wide": True},
    {"key": "status", "label": "Status", "kind": "status", "sort": "status"},
    {"key": "assignments", "label": "Assignments", "kind": "number", "end": True, "wide": True},
    {"key": "progress", "label": "Completed", "kind": "progress"},
    {"key": "seen", "label": "Last seen", "kind": "relative", "sort": "seen"},
    {"key": "external_id", "label": "External id", "kind": "code", "hidden": True},
    {"key": "menu", "label": "Actions", "act": True, "fit": True},
]

PEOPLE_FILTERS: list[Data] = [
    {"name": "q", "label": "Search", "kind": "search", "value": "", "placeholder": "Name, e-mail or id"},
    {
        "name": "status",
        "label": "Status",
        "kind": "select",
        "value": "active",
        "options": [("active", "Active"), ("invited", "Invited"), ("inactive", "Inactive")],
    },
    {"name": "group", "label": "Group", "kind": "select", "value": "2", "options": list(enumerate(GROUPS))},
    {"name": "since", "label": "Seen since", "kind": "date", "value": ""},
]

ASSIGNMENT_COLUMNS = [
    {"key": "course", "label": "Course", "kind": "link", "lead": True},
    {"key": "status", "label": "Status", "kind": "status"},
    {"key": "progress", "label": "Progress", "kind": "progress"},
    {"key": "score", "label": "Score", "kind": "percent", "end": True},
    {"key": "due", "label": "Due", "kind": "date"},
]
COURSES = (
    ("Lookout and site warden", "completed", 100, 94),
    ("Electrical isolation, level 2", "overdue", 40, None),
    ("Working at height", "due", 65, None),
    ("Track access planning", "in_progress", 20, None),
    ("First aid refresher", "scheduled", 0, None),
    ("Manual handling", "cancelled", 10, None),
)
ASSIGNMENTS = [
    {
        "id": at,
        "course": {"label": name, "href": f"/courses/{at}"},
        "status": state,
        "progress": done,
        "score": score,
        "due": date(2026, 2, 10) + timedelta(days=13 * at),
    }
    for at, (name, state, done, score) in enumerate(COURSES)
]

TIMELINE = [
    {
        "at": NOW - timedelta(minutes=12),
        "text": "Passed “Points failure, night shift” with 91%",
        "actor": "Simulator SIM-04",
        "icon": "simulation",
        "tone": "good",
    },
    {
        "at": NOW - timedelta(hours=5),
        "text": "Electrical isolation, level 2 became overdue",
        "icon": "clock",
        "tone": "bad",
    },
    {
        "at": NOW - timedelta(days=2),
        "text": "Enrolled in Track access planning",
        "actor": "Aoife Brandt",
        "detail": "Due on 3 April, by the rule “New in Track works”",
        "icon": "learning",
        "tone": "active",
    },
    {
        "at": NOW - timedelta(days=19),
        "text": "Moved from Contractors to Track works",
        "actor": "HR import",
        "icon": "organisation",
    },
]

CHANGES = [
    {"label": "Primary group", "before": "Contractors · North", "after": "Track works"},
    {"label": "E-mail", "before": "t.lindqvist@contractor.example", "after": "tomas@northwind.example"},
    {"label": "Supervisor", "before": None, "after": "Aoife Brandt"},
]

TREE = [
    {
        "key": "ops",
        "label": "Operations",
        "href": "#ops",
        "count": 412,
        "open": True,
        "children": [
            {"key": "sig", "label": "Signalling", "href": "#sig", "count": 96},
            {
                "key": "track",
                "label": "Track works",
                "href": "#track",
                "count": 188,
                "open": True,
                "children": [{"key": "night", "label": "Night shift", "href": "#night", "count": 41}],
            },
        ],
    },
    {
        "key": "con",
        "label": "Contractors",
        "href": "#con",
        "count": 873,
        "children": [{"key": "n", "label": "North", "href": "#n", "count": 310}],
    },
    {"key": "office", "label": "Office", "href": "#office", "count": 64},
]

MONTHS = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
COMPLETIONS = [
    {"month": month, "order": at, "outcome": outcome, "count": round(level + swing * math.sin(at / 1.7) + at * growth)}
    for at, month in enumerate(MONTHS)
    for outcome, level, swing, growth in (("On time", 90, 22, 6.0), ("Late", 34, 8, -1.4))
]
COMPLETION_SPEC: Data = {
    "data": {"values": COMPLETIONS},
    "mark": {"type": "bar", "tooltip": True},
    "encoding": {
        "x": {"field": "month", "type": "nominal", "sort": {"field": "order"}, "axis": {"title": None}},
        "y": {"field": "count", "type": "quantitative", "title": "Completions a month"},
        "color": {"field": "outcome", "type": "nominal", "sort": ["On time", "Late"]},
        "order": {"field": "outcome", "sort": "descending"},
    },
}
COMPLETION_ROWS = [
    [
        month,
        *(
            row["count"]
            for outcome in ("On time", "Late")
            for row in COMPLETIONS
            if row["month"] == month and row["outcome"] == outcome
        ),
    ]
    for month in MONTHS
]
SCORES = [
    {
        "day": (NOW.date() - timedelta(days=7 * (25 - at))).isoformat(),
        "score": round(68 + at * 0.7 + 6 * math.sin(at), 1),
    }
    for at in range(26)
]
SCORE_SPEC: Data = {
    "data": {"values": SCORES},
    "layer": [
        {
            "mark": {"type": "line", "point": False, "tooltip": True},
            "encoding": {
                "x": {"field": "day", "type": "temporal", "title": None, "axis": {"format": "%b"}},
                "y": {"field": "score", "type": "quantitative", "title": "Score (%)", "scale": {"domain": [50, 100]}},
            },
        },
        {"data": {"values": [{}]}, "mark": "rule", "encoding": {"y": {"datum": 75}}},
        {
            "data": {"values": [{}]},
            "mark": {"type": "text", "align": "left", "dy": -7},
            "encoding": {"x": {"value": 2}, "y": {"datum": 75}, "text": {"value": "pass mark"}},
        },
    ],
}
UNITS = (("Control room", 96), ("Signalling", 91), ("Rolling stock", 84), ("Track works", 77), ("Contractors", 58))
UNIT_SPEC: Data = {
    "data": {"values": [{"unit": unit, "rate": rate} for unit, rate in UNITS]},
    "mark": {"type": "bar", "tooltip": True},
    "encoding": {
        "y": {"field": "unit", "type": "nominal", "sort": "-x", "title": None},
        "x": {
            "field": "rate",
            "type": "quantitative",
            "title": "Assignments done on time (%)",
            "scale": {"domain": [0, 100]},
        },
    },
}
SCORE_ROWS = [[row["day"], row["score"]] for row in SCORES]
