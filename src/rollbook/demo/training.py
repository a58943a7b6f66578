"""A day of training on the simulators: who runs what, and how well."""

from random import Random
from typing import NamedTuple

from rollbook.core.simulation.records import InstructorRef, NewActivity, TraineeRef
from rollbook.demo.lessons import Rig, teaching
from rollbook.demo.staff import Member

A_DAY = 17
"""Activities on an ordinary working day."""
GUESTS = (
    ("Bruno", "Keller", "Rheinau Polymers"),
    ("Marta", "Sousa", "Douro Shipyards"),
    ("Filip", "Lindgren", "Nordsund Wind"),
    ("Greta", "Hofer", "Alpe Hydro"),
    ("Tom", "Ashworth", "Visitor"),
    ("Lea", "Brandt", "Works council"),
    ("Nuno", "Prata", "Douro Shipyards"),
    ("Olga", "Marković", "Danube Rail Freight"),
)


class Run(NamedTuple):
    """One activity, before it has a time."""

    rig: Rig
    member: Member | None
    guest: tuple[str, str, str] | None
    instructor: Member


class Hall:
    """The simulators, and how practised each of their trainees is by now."""

    def __init__(self, random: Random, members: list[Member]) -> None:
        self._random = random
        self._trainees = {rig.title: [m for m in members if m.job in rig.jobs] for rig in teaching().rigs}
        self._instructors = [member for member in members if member.job == "instructor"]
        self._runs: dict[tuple[str, str], int] = {}
        self._count = 0

    def day(self, day: int, weekday: int, month: int, midnight: int) -> list[NewActivity]:
        """The activities of a day; ``midnight`` is when it began. Fewer in summer, hardly any at weekends."""
        share = (0.08 if weekday >= 5 else 1.0) * {7: 0.55, 8: 0.4, 12: 0.7}.get(month, 1.0) * (1.15 + day / 1300)
        wanted = max(0, round(self._random.gauss(A_DAY * share, 3 * share)))
        return [activity for _ in range(wanted) if (activity := self._activity(day, midnight)) is not None]

    def _activity(self, day: int, midnight: int) -> NewActivity | None:
        random = self._random
        rig = random.choice(teaching().rigs)
        there = [m for m in self._trainees[rig.title] if m.joins < day and (m.leaves is None or m.leaves > day)]
        leading = [m for m in self._instructors if m.joins < day and (m.leaves is None or m.leaves > day)]
        if not there or not leading:
            return None
        guest = random.choice(GUESTS) if random.random() < 0.004 else None
        return self._run(Run(rig, None if guest else random.choice(there), guest, random.choice(leading)), midnight)

    def _run(self, run: Run, midnight: int) -> NewActivity:
        random = self._random
        code, name, most = random.choice(run.rig.scenarios)
        skill = self._skill(run)
        points = round(most * min(1.0, max(0.1, random.gauss(0.58 + 0.36 * skill, 0.11))))
        self._count += 1
        first, last, company = run.guest or (None, None, None)
        trainee = (
            TraineeRef(external_id=run.member.code)
            if run.member
            else TraineeRef(first_name=first, last_name=last, company=company)
        )
        return NewActivity(
            client_id=f"demo-{self._count:06d}",
            collection=run.rig.collection,
            simulator=run.rig.title,
            scenario=code,
            scenario_name=name,
            trainee=trainee,
            instructor=InstructorRef(external_id=run.instructor.code),
            trained_at=midnight + random.randrange(6 * 3600, 15 * 3600) * 1_000_000,
            points=points,
            max_points=most,
            time_s=round(random.gauss(520 - 160 * skill, 90) + most),
            tries=1 + (random.random() > skill) + (random.random() < 0.1),
            tilts=sum(random.random() > 0.55 + 0.4 * skill for _ in range(5)),
            abandons=int(random.random() < 0.06),
        )

    def _skill(self, run: Run) -> float:
        """From 0 to 1: what someone brings, and what practice has added."""
        if run.member is None:
            return 0.3
        key = (run.member.code, run.rig.title)
        self._runs[key] = self._runs.get(key, 0) + 1
        return min(1.0, 0.75 * run.member.diligence + 0.06 * self._runs[key])
