"""A prepared roster of one school or several held against the outbox: the events to send, and what is then last published."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from publishers.roster import differences, published
from publishers.roster.difference_events import NextRoster
from publishers.roster.differences import Differences
from publishers.roster.events import Event
from publishers.roster.prepare import Prepared
from publishers.roster.published import Scope
from publishers.roster.reasons import Reason
from schemas.errors import ThabianError

_FIRST: Final = "first entries"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line says about differences."""

    topic: str
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    new_as: str = "enrolled"
    again: bool = False
    has_day: bool = True
    """Whether the day of the changes was given, and not only taken from the round."""


@dataclass
class NextFile:
    """What is to be sent and kept."""

    schools: dict[Scope, NextRoster] = field(default_factory=dict)
    found: dict[Scope, Differences] = field(default_factory=dict)

    def events(self) -> list[tuple[str, Event]]:
        """(kind, event), school by school."""
        return [event for made in self.schools.values() for event in made.events]

    def keep(self, db: sqlite3.Connection) -> None:
        """Make it what was last published, in the transaction that keeps the events."""
        for scope, made in self.schools.items():
            published.store(db, scope, made.known.values())

    def unexplained(self) -> list[str]:
        """Ids of pupils who are gone and of whom no reason speaks."""
        return [
            known.person_id
            for scope, found in self.found.items()
            for known in found.gone
            if known.person_id not in self.schools[scope].known
        ]

    def counts(self) -> Counter[str]:
        """What differs, for people: pupils by what happened, cells by attribute."""
        counts: Counter[str] = Counter()
        for found in self.found.values():
            counts["entered before, as they are now"] += len(found.same)
            counts[_FIRST if found.is_first else "new on the roll"] += len(found.new)
            counts["back on the roll"] += len(found.back)
            counts["deferral set or taken off"] += len(found.deferral)
            for item in found.changed:
                counts.update(f"changed: {name} ({differences.since()[name]})" for name in item.values)
            counts["gone"] += len(found.gone)
        counts["gone without a reason: not sent"] = len(self.unexplained())
        return counts


def compare(prepared: Prepared, wish: Wish, db: sqlite3.Connection | None) -> NextFile:
    """`db` None: there is no outbox yet. Raises ThabianError EFFECTIVE_MISSING; nothing is kept or sent here."""
    digest = published.digest(db) if db else published.no_digest
    checked, load = prepared.checked, prepared.load
    odd = {problem.row for problem in checked.problems}
    made = NextFile()
    for school in dict.fromkeys(pupil.school_code for pupil in checked.pupils):
        scope = Scope(wish.topic, school, load.academic_year)
        pupils = [pupil for pupil in checked.pupils if pupil.school_code == school]
        known = published.load(db, scope) if db else {}
        found = differences.compare(pupils, known, digest, checked.columns, odd)
        _check_day(found, wish, load.revision)
        roster = NextRoster(school, load, digest, wish.reasons, wish.new_as, wish.again)
        roster.take(found)
        made.found[scope], made.schools[scope] = found, roster
    return made


def _check_day(found: Differences, wish: Wish, revision: int) -> None:
    dated = {person for person, reason in wish.reasons.items() if not reason.is_exit}
    undated = 0 if wish.has_day or revision > 1 else found.undated(dated)
    if undated:
        raise ThabianError(
            "EFFECTIVE_MISSING",
            f"{undated} pupils are new or changed since this school's last roster: say the day with --effective",
            exit_code=2,
        )
