"""What happens once in the demo's year: later editions, keys that come and go, files brought in."""

from collections.abc import Callable

from rollbook.core.access import credentials, rotation
from rollbook.core.kernel.clock import DAY, HOUR
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.work import Work
from rollbook.core.learning import certificates
from rollbook.core.learning.certificate_queries import list_certificates
from rollbook.core.learning.certificate_records import CertificateFilter
from rollbook.core.people.imports import service
from rollbook.core.people.imports.files import read_sheet
from rollbook.core.people.imports.records import ImportOptions
from rollbook.core.people.settings import SettingsChanges, change_settings
from rollbook.demo import boards, costs, setting
from rollbook.demo.lessons import teaching
from rollbook.demo.stage import Stage
from rollbook.demo.year import Callers


class Extras:
    """The calendar of them."""

    def __init__(self, stage: Stage, callers: Callers) -> None:
        self._stage = stage
        self._callers = callers

    def happen(self, day: int) -> None:
        """What falls on a day."""
        events: dict[int, Callable[[Work], None]] = {
            -230: lambda work: self._editions(work, 2),
            -70: lambda work: self._editions(work, 3),
            -4: lambda work: setting.begin_drafts(work, teaching().lessons[0]),
            -300: self._keys,
            -299: self._papers,
            -20: self._revoke,
            -12: boards.make,
            -11: lambda work: costs.make(work, self._stage.sealer),
            -45: lambda work: self._import(work, "turnaround-crew.csv", 0, 14, undone=False),
            -30: lambda work: self._import(work, "visitors-wrong-list.csv", 40, 9, undone=True),
            -1: lambda work: self._import(work, "autumn-starters.csv", 60, 6, undone=None),
        }
        if day in events:
            caller = self._callers["hr"] if day in (-45, -30, -1) else self._callers["admin"]
            with self._stage.at(self._stage.instant(day, 9 * 3600 + 1200), caller) as work:
                events[day](work)

    def _editions(self, work: Work, edition: int) -> None:
        for lesson in teaching().lessons:
            if lesson.editions >= edition:
                setting.publish(work, lesson, edition)

    def _keys(self, work: Work) -> None:
        """Keys in every state."""
        report, _ = credentials.create_key(work, "api_key", "Monthly report", roles=frozenset({Role.ANALYST}))
        trial, _ = credentials.create_key(work, "api_key", "Trial of a planner", lives_s=60 * 86_400)
        old, _ = credentials.create_key(work, "api_key", "Old HR script", door="native")
        credentials.revoke(work, old)
        rotation.rotate(work, report, overlap_s=86_400)
        times = {trial.id: work.at + 41 * DAY}
        for name in ("sync", "player", "simulators"):
            times[int(self._callers[name].credential_id or 0)] = self._stage.base - 2 * HOUR
        credentials.note_uses(work, times)

    def _papers(self, work: Work) -> None:
        """What the certificates say."""
        change_settings(
            work,
            SettingsChanges(
                certificate_text="Given after training and assessment by the standards of the Meridian group.",
                certificate_signatory="Vida Lah, Head of Safety Training",
            ),
        )

    def _revoke(self, work: Work) -> None:
        """A certificate of last week turns out to be another's."""
        found = list_certificates(work, CertificateFilter(), limit=100).rows
        wrong = next(one for one in found if one.issued_at < work.at - 7 * DAY)
        certificates.revoke(work, wrong, "Somebody else sat the test.")

    def _import(self, work: Work, name: str, first: int, count: int, *, undone: bool | None) -> None:
        """A file of contractors; None is one that still waits, with two lines that must be mended."""
        lines = ["Badge;First name;Last name;E-mail;Department;Job title"]
        for number in range(first, first + count):
            mail = f"contractor{number:03d}@porto-vecchio.example"
            family = ("Benedetti", "Carraro", "Dal Pozzo", "Furlan", "Gallo", "Marin", "Pahor")[number % 7]
            given = ("Aldo", "Bruna", "Cesare", "Dora", "Enzo", "Flavia", "Gino", "Irma", "Livio")[number % 9]
            unit = "Nowhere" if undone is None and number % 3 == 2 else "PRO-PV-T"
            lines.append(f"C{9000 + number};{given};{family};{mail};{unit};Welder")
        sheet = read_sheet(name, "\n".join(lines).encode())
        kept = service.preview(work, sheet, ImportOptions(mapping={"Badge": "external_id"}))
        if undone is not None:
            applied = service.apply(work, kept.import_)
            if undone:
                service.undo(work, applied)
