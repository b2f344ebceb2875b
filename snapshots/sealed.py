"""What of the open rounds is sealed, since when, how long that took, and what should have been by now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from snapshots import versions
from snapshots.calendars import Round
from snapshots.moments import BANGKOK, to_ms
from snapshots.rounds import signing
from snapshots.rounds.running import running
from snapshots.versions import Version
from warehouse.interface import Warehouse

_BEGAN = "SELECT run, toUnixTimestamp64Milli(min(started_at)) FROM census_runs WHERE run IN %(runs)s GROUP BY run"


@dataclass(frozen=True, slots=True)
class Sealed:
    """The newest version of a round. Times in ms since 1970 UTC; `took_ms` None: not known."""

    round: str
    version: str
    sealed_at: int
    took_ms: int | None


@dataclass(frozen=True, slots=True)
class Seals:
    """`overdue`: open round → ms since its day ended without a version that knows the whole of it; 0: none is due."""

    newest: tuple[Sealed, ...]
    overdue: Mapping[str, int]


def seals(warehouse: Warehouse, now_ms: int) -> Seals:
    """Of each open round the newest version; the newest of all by its year and number where no open round has it."""
    rounds = [each for each, _ in running(warehouse)]
    listed = versions.listed(warehouse)
    newest = {each.name: found for each in rounds if (found := _newest(each, listed))}
    if listed and listed[0] not in newest.values():
        newest[f"{listed[0].academic_year}-{listed[0].round}"] = listed[0]
    runs = tuple(version.run for version in newest.values())
    began: dict[int, int] = dict(warehouse.rows(_BEGAN, {"runs": runs})) if runs else {}
    return Seals(
        tuple(_sealed(name, version, began.get(version.run)) for name, version in newest.items()),
        {each.name: overdue_ms(each, listed, now_ms) for each in rounds},
    )


def overdue_ms(each: Round, listed: Iterable[Version], now_ms: int) -> int:
    """Since the round's day ended in Bangkok, while no version of it knows what came until then; else 0."""
    ended = to_ms(datetime.combine(each.as_of + timedelta(days=1), time(), BANGKOK))
    if any(signing.fits(each, version) and version.known_at >= ended for version in listed):
        return 0
    return max(0, now_ms - ended)


def _newest(each: Round, listed: Iterable[Version]) -> Version | None:
    return next((version for version in listed if signing.fits(each, version)), None)


def _sealed(name: str, version: Version, began: int | None) -> Sealed:
    return Sealed(name, version.version, version.sealed_at, None if began is None else version.sealed_at - began)
