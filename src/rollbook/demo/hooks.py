"""The demo's webhooks: four targets, of which one does well, one went down, one is gone and one may not be called."""

from rollbook.core.kernel.clock import MINUTE, SECOND
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Work
from rollbook.core.webhooks import notices
from rollbook.core.webhooks.deliveries import Parcel, claim
from rollbook.core.webhooks.outcomes import Outcome, settle
from rollbook.core.webhooks.schedule import Verdict
from rollbook.core.webhooks.subscriptions import list_subscriptions, subscribe
from rollbook.demo.stage import Stage

BEGIN = -26
"""The day on which webhooks are first used."""
WENT_DOWN, WENT_AWAY = -9, -16
ROUNDS = ((8 * 3600, 400), (16 * 3600, 400), (16 * 3600 + 600, 400), (23 * 3600, 400))
"""When deliveries are sent in a day, and how many of each target's at most."""

WAREHOUSE = "https://hooks.warehouse.example/rollbook"
PLANNER = "https://planner.lipica-terminal.example/api/training"
PILOT = "https://pilot.dashboard.example/in"
NOTICEBOARD = "http://10.20.0.8/noticeboard"

_TARGETS = (
    (WAREHOUSE, "Data warehouse", frozenset({"assignment.completed", "person.created", "person.qualified"})),
    (PLANNER, "Shift planner of Lipica Terminal", frozenset({"person.qualified", "person.inactivated"})),
    (PILOT, "Pilot of a dashboard", frozenset({"activity.created"})),
    (NOTICEBOARD, "Screen in the canteen", frozenset({"person.created", "person.inactivated"})),
)


class Courier:
    """Sends what is due, without a network: what each target would say is decided here."""

    def __init__(self, stage: Stage, admin: Principal) -> None:
        self._stage = stage
        self._admin = admin

    def deliver(self, day: int) -> None:
        """A day's deliveries."""
        if day == BEGIN:
            self._subscribe(day)
        if day < BEGIN:
            return
        for second, limit in ROUNDS:
            with self._stage.at(self._stage.instant(day, second)) as work:
                self._send(work, day, limit)

    def _subscribe(self, day: int) -> None:
        with self._stage.at(self._stage.instant(day, 7 * 3600), self._admin) as work:
            for url, description, topics in _TARGETS:
                subscribe(work, self._stage.sealer, format="native", url=url, topics=topics, description=description)

    def _send(self, work: Work, day: int, limit: int) -> None:
        wanted = {s.id: limit for s in list_subscriptions(work) if s.state == "active"}
        parcels = claim(work, wanted, until=work.at + MINUTE)
        if not parcels:
            return
        outcomes = [self._outcome(day, work.at, parcel) for parcel in parcels]
        for trouble in settle(work, outcomes, lambda: 1.0):
            notices.act_on(work, trouble)

    def _outcome(self, day: int, now: int, parcel: Parcel) -> Outcome:
        """What the target says, or why it could not be asked."""
        random = self._stage.random
        at, took = now + random.randrange(30 * SECOND), random.randrange(35, 320)
        if parcel.url == NOTICEBOARD:
            reason = "10.20.0.8 is an address inside a private network"
            return Outcome(parcel=parcel, at=at, verdict=Verdict.REFUSED, error=reason)
        if parcel.url == PILOT and day >= WENT_AWAY:
            return Outcome(parcel=parcel, at=at, verdict=Verdict.GONE, duration_ms=took, status=410, answer="Gone")
        if parcel.url == PLANNER and day >= WENT_DOWN:
            return Outcome(
                parcel=parcel, at=at, verdict=Verdict.RETRY, duration_ms=10_000, error="no answer within 10 seconds"
            )
        if random.random() < 0.04:
            return Outcome(
                parcel=parcel, at=at, verdict=Verdict.RETRY, duration_ms=took, status=503, answer="Back in a minute",
                error="the target answered 503",
            )  # fmt: skip
        return Outcome(parcel=parcel, at=at, verdict=Verdict.DELIVERED, duration_ms=took, status=200, answer="ok")
