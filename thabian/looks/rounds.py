"""How far the open rounds are, and how long there is left."""

from contextlib import closing
from dataclasses import dataclass, field
from typing import ClassVar, Final

from monitoring import metrics
from monitoring.series import Labels, Series
from schemas.errors import ThabianError
from snapshots.calendars import Round
from snapshots.rounds import progress, signing, store, windows
from snapshots.rounds.progress import Progress
from snapshots.rounds.running import running
from snapshots.rounds.state import NEVER, State, fold
from thabian import rehearsal
from thabian.connections import open_warehouse
from thabian.settings import Settings
from warehouse.interface import Warehouse

STEPS: Final = ("confirm", "certify", "acknowledge", "close")


@dataclass(frozen=True, slots=True)
class Running:
    """One open round. `deadlines`: step → its end for everybody, ms since 1970 UTC; `now_ms` by the rounds' own clock."""

    round: Round
    progress: Progress
    deadlines: dict[str, int]
    now_ms: int

    @property
    def schools(self) -> dict[str, int]:
        """By state, each with those that are further on."""
        total = self.progress.total
        return {
            "expected": total.schools,
            "recorded": total.recorded,
            "confirmed": total.confirmed,
            "certified": total.certified,
            "acknowledged": total.acknowledged,
        }


@dataclass
class RoundsLook:
    """As `thabian round status` counts. A round that is closed is no longer told of."""

    settings: Settings
    name: ClassVar[str] = "rounds"
    _schools: Series = field(default_factory=lambda: Series(metrics.ROUND_SCHOOLS))
    _deadline: Series = field(default_factory=lambda: Series(metrics.ROUND_DEADLINE_SECONDS))

    def read(self) -> tuple[Running, ...]:
        """Ask the warehouse."""
        now = rehearsal.now_ms(self.settings)
        with closing(open_warehouse(self.settings)) as warehouse:
            return tuple(_running(warehouse, each, now) for each, _ in running(warehouse))

    def tell(self, found: tuple[Running, ...]) -> None:
        """Schools by state, seconds by step."""
        schools: dict[Labels, float] = {}
        deadlines: dict[Labels, float] = {}
        for one in found:
            name = one.round.name
            schools |= {(name, state): count for state, count in one.schools.items()}
            deadlines |= {(name, step): (ends - one.now_ms) / 1000 for step, ends in one.deadlines.items()}
        self._schools.tell(schools)
        self._deadline.tell(deadlines)


def _running(warehouse: Warehouse, each: Round, now_ms: int) -> Running:
    try:
        members = signing.members(warehouse, each)
    except ThabianError as error:
        if error.code != "ROUND_NO_SCHOOLS":
            raise
        members = {}  # nobody is expected yet: that is seen by 0
    state = fold(store.acts(warehouse, each.name))
    recorded = progress.recorded(warehouse, each, members) if members else ()
    found = progress.progress(each, state, members, recorded, now_ms)
    return Running(each, found, _deadlines(each, state), now_ms)


def _deadlines(each: Round, state: State) -> dict[str, int]:
    ends = {step: window.ends for step in STEPS if (window := windows.window(each, state, step))}
    return {step: end for step, end in ends.items() if end < NEVER} | {windows.CUT: windows.known_at(each, state)}
