"""Where the demo's people stand: units, towns, jobs, and what they can qualify for."""

from typing import NamedTuple

ORGANISATION = "Meridian Safety Training"
SLUG = "meridian-safety-training"
TIME_ZONE = "Europe/Ljubljana"
DOMAIN = "meridian-safety.example"


class Unit(NamedTuple):
    """A group: its code, name and parent's code; for a crew how many people and which jobs it has."""

    code: str
    name: str
    parent: str
    size: int = 0
    jobs: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    tongues: str = ""
    """The languages of its people's names, by their tags."""


UNITS = (
    Unit("HQ", "Head office", "root"),
    Unit("HQ-HR", "People and culture", "HQ", 7, ("hr",), ("LJU",), "sl hr en"),
    Unit("HQ-IT", "Systems and data", "HQ", 6, ("office",), ("LJU", "RTM"), "sl nl uk"),
    Unit("HQ-CS", "Client services", "HQ", 8, ("office",), ("LJU", "GDN", "TRS"), "sl pl it de"),
    Unit("HQ-CT", "Content studio", "HQ", 7, ("author",), ("LJU", "LYS"), "sl fr en"),
    Unit("OPS", "Training operations", "root"),
    Unit("OPS-LJU", "Ljubljana training centre", "OPS", 9, ("instructor",), ("LJU",), "sl hr de"),
    Unit("OPS-RTM", "Rotterdam training centre", "OPS", 8, ("instructor",), ("RTM",), "nl en tr"),
    Unit("OPS-GDN", "Gdańsk training centre", "OPS", 7, ("instructor",), ("GDN",), "pl sv"),
    Unit("ENE", "Energy", "root"),
    Unit("ENE-NW", "Nordsund Wind", "ENE"),
    Unit("ENE-NW-T", "Turbine crews", "ENE-NW", 22, ("turbine", "rope"), ("ESB", "RTM"), "sv nl en"),
    Unit("ENE-NW-S", "Substation team", "ENE-NW", 15, ("electrician", "fitter"), ("ESB",), "sv en pl"),
    Unit("ENE-AH", "Alpe Hydro", "ENE"),
    Unit("ENE-AH-D", "Dam maintenance", "ENE-AH", 17, ("fitter", "attendant"), ("GRZ", "LJU"), "de sl hr"),
    Unit("ENE-AH-V", "High-voltage team", "ENE-AH", 13, ("electrician",), ("GRZ",), "de sl"),
    Unit("PRO", "Process industry", "root"),
    Unit("PRO-SC", "Savinja Chemicals", "PRO"),
    Unit("PRO-SC-A", "Shift A", "PRO-SC", 18, ("operator", "firefighter"), ("CEL",), "sl hr"),
    Unit("PRO-SC-B", "Shift B", "PRO-SC", 18, ("operator", "attendant"), ("CEL",), "sl hr hu"),
    Unit("PRO-SC-M", "Maintenance", "PRO-SC", 16, ("fitter", "welder", "electrician"), ("CEL",), "sl hr"),
    Unit("PRO-PV", "Porto Vecchio Refining", "PRO"),
    Unit("PRO-PV-O", "Operations", "PRO-PV", 21, ("operator", "firefighter"), ("TRS",), "it sl el"),
    Unit("PRO-PV-T", "Turnaround contractors", "PRO-PV", 24, ("welder", "scaffolder", "attendant"), ("TRS",), "it pt"),
    Unit("PRO-RP", "Rheinau Polymers", "PRO"),
    Unit("PRO-RP-W", "Works", "PRO-RP", 20, ("operator", "fitter", "forklift"), ("MUC",), "de tr"),
    Unit("CON", "Construction", "root"),
    Unit("CON-KC", "Karst Construction", "CON"),
    Unit("CON-KC-L", "Lifting crew", "CON-KC", 17, ("crane", "rigger"), ("LJU", "TRS"), "sl hr it"),
    Unit("CON-KC-S", "Scaffolding crew", "CON-KC", 16, ("scaffolder", "rope"), ("LJU",), "sl hr"),
    Unit("CON-VB", "Vistula Bridgeworks", "CON"),
    Unit("CON-VB-B", "Bridge crew", "CON-VB", 20, ("crane", "rigger", "welder"), ("GDN",), "pl uk cs"),
    Unit("CON-AS", "Atlas Scaffolding", "CON"),
    Unit("CON-AS-W", "West", "CON-AS", 17, ("scaffolder", "supervisor"), ("LYS", "BIO"), "fr es pt"),
    Unit("LOG", "Ports and logistics", "root"),
    Unit("LOG-LT", "Lipica Terminal", "LOG"),
    Unit("LOG-LT-Q", "Quayside", "LOG-LT", 22, ("crane", "rigger", "supervisor"), ("KOP",), "sl it hr"),
    Unit("LOG-LT-Y", "Yard and warehouse", "LOG-LT", 21, ("forklift", "supervisor"), ("KOP",), "sl it"),
    Unit("LOG-MC", "Maas Container Services", "LOG"),
    Unit("LOG-MC-T", "Terminal", "LOG-MC", 23, ("crane", "forklift", "electrician"), ("RTM",), "nl en tr"),
    Unit("LOG-DR", "Danube Rail Freight", "LOG"),
    Unit("LOG-DR-Y", "Shunting yards", "LOG-DR", 18, ("shunter", "fitter"), ("BUD",), "hu cs sl"),
)

LOCATIONS = {
    "LJU": ("Ljubljana", "Europe/Ljubljana", "Slovenia"),
    "KOP": ("Koper", "Europe/Ljubljana", "Slovenia"),
    "CEL": ("Celje", "Europe/Ljubljana", "Slovenia"),
    "TRS": ("Trieste", "Europe/Rome", "Italy"),
    "GRZ": ("Graz", "Europe/Vienna", "Austria"),
    "MUC": ("Munich", "Europe/Berlin", "Germany"),
    "LYS": ("Lyon", "Europe/Paris", "France"),
    "BIO": ("Bilbao", "Europe/Madrid", "Spain"),
    "RTM": ("Rotterdam", "Europe/Amsterdam", "Netherlands"),
    "ESB": ("Esbjerg", "Europe/Copenhagen", "Denmark"),
    "GDN": ("Gdańsk", "Europe/Warsaw", "Poland"),
    "BUD": ("Budapest", "Europe/Budapest", "Hungary"),
}
"""Towns by code: name, time zone, country."""

JOBS = {
    "crane": "Crane operator",
    "rigger": "Rigger and banksman",
    "forklift": "Forklift driver",
    "electrician": "High-voltage electrician",
    "welder": "Welder",
    "fitter": "Maintenance fitter",
    "operator": "Process operator",
    "attendant": "Confined-space attendant",
    "firefighter": "Industrial firefighter",
    "scaffolder": "Scaffolder",
    "rope": "Rope-access technician",
    "turbine": "Wind-turbine technician",
    "shunter": "Shunter",
    "supervisor": "Site supervisor",
    "instructor": "Safety instructor",
    "author": "Content author",
    "hr": "HR officer",
    "office": "Office staff",
}

QUALIFICATIONS = (
    ("LIFT", "Lifting operations", "root"),
    ("LIFT-CR", "Crane operator", "LIFT"),
    ("LIFT-RG", "Rigger and banksman", "LIFT"),
    ("LIFT-FL", "Forklift driver", "LIFT"),
    ("HEIGHT", "Work at height", "root"),
    ("HEIGHT-HN", "Harness user", "HEIGHT"),
    ("HEIGHT-RS", "Rescue from height", "HEIGHT"),
    ("HEIGHT-SC", "Scaffold inspector", "HEIGHT"),
    ("ENERGY", "Hazardous energy", "root"),
    ("ENERGY-LT", "Lock-out tag-out, authorised person", "ENERGY"),
    ("ENERGY-HV", "High-voltage switching", "ENERGY"),
    ("PROCESS", "Process safety", "root"),
    ("PROCESS-CS", "Confined-space entrant", "PROCESS"),
    ("PROCESS-CA", "Confined-space attendant", "PROCESS"),
    ("PROCESS-H2", "Hydrogen sulphide awareness", "PROCESS"),
    ("FIRE", "Fire and emergency", "root"),
    ("FIRE-EX", "Extinguisher user", "FIRE"),
    ("FIRE-WD", "Evacuation warden", "FIRE"),
    ("FIRE-FA", "First aider at work", "FIRE"),
)
"""Code, name, parent's code."""
