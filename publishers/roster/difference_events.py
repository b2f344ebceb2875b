"""Differences of a roster as events, and what is then last published: the two always go together.

A first entry's id is a roster's own (events.py). What is published of the pupil later counts its steps in the id, so that
none is ever used twice.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from publishers.roster.differences import Changed, Differences
from publishers.roster.events import DEFERRAL, ENTRY, NAMESPACE, Event, Load, events_of
from publishers.roster.published import Digest, Known
from publishers.roster.reasons import ENTRIES, EXITS, Reason
from publishers.roster.rows import Pupil

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


@dataclass
class NextRoster:
    """Makes the events of one school's next roster.

    `new_as`: how those come of whom no reason speaks, a key of reasons.ENTRIES. `again`: entries that were sent before are
    sent once more, where they can still be made the same.
    """

    school: str
    load: Load
    digest: Digest
    reasons: Mapping[str, Reason]
    new_as: str = "enrolled"
    again: bool = False
    events: list[tuple[str, Event]] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)
    """What is last published once the events are, of those who are in them."""

    def take(self, found: Differences) -> None:
        """Everything that differs."""
        if self.load.revision > 1:
            self._all_as_entries(found)
        else:
            for pupil in found.new:
                self._first(pupil, 0) if found.is_first else self._enter(pupil, None)
            for pupil, known in found.back:
                self._enter(pupil, known)
            for item in found.changed:
                self._change(item)
            for pupil, known in found.deferral:
                self._defer(pupil, known)
            self._again([(pupil, known) for pupil, known in found.same if known.person_id not in self.known])
        for known in found.gone:
            self._leave(known)

    def _first(self, pupil: Pupil, step: int) -> None:
        made = list(events_of(pupil, self.load))
        self.events += made
        ids = {kind: str(event["event_id"]) for kind, event in made}
        recorded = _ms(self.load.recorded_at)
        entered = self._fresh(pupil, self.load.effective_date)
        self.known[pupil.person_id] = replace(
            entered, entry_id=ids[ENTRY], deferral_id=ids.get(DEFERRAL, ""), step=step, recorded_at=recorded
        )

    def _all_as_entries(self, found: Differences) -> None:
        """A raised revision publishes the file as new entries, whatever was there."""
        known = [pupil for pupil, _ in (*found.back, *found.same)] + [item.pupil for item in found.changed]
        for pupil in (*found.new, *known):
            self._first(pupil, 1)

    def _again(self, same: list[tuple[Pupil, Known]]) -> None:
        if not self.again:
            return
        for pupil, known in same:
            if known.step == 0:
                self.events += events_of(pupil, replace(self.load, effective_date=known.entered))

    def _enter(self, pupil: Pupil, before: Known | None) -> None:
        reason = self.reasons.get(pupil.person_id)
        given = reason if reason and not reason.is_exit else None
        kind = ENTRIES[given.kind if given else self.new_as]
        day = given.day if given else self.load.effective_date
        values: Event = dict(pupil.attributes)
        if kind == ENTRY:
            values["entry_reason"] = "RETURNED" if before else "NEW"
        elif given and given.other_school:
            values["from_school"] = given.other_school
        entered = self._fresh(pupil, day)
        if before:
            entered = replace(entered, step=before.step, recorded_at=before.recorded_at)
        entry = self._tell(entered, kind, day, values)
        self.known[pupil.person_id] = replace(self.known[pupil.person_id], entry_id=entry)
        if pupil.deferred:
            self._defer(pupil, entered)

    def _change(self, item: Changed) -> None:
        known = item.known
        for since, day in (("ENTRY", known.entered), ("EFFECTIVE_DATE", max(self.load.effective_date, known.entered))):
            values = item.of(since)
            if values:
                self._tell(known, "ProfileCorrected", day, {"since": since} | values)
        cells = {name: text for name, text in known.cells.items() if item.values.get(name) != ""}
        told = self.known[known.person_id]
        self.known[known.person_id] = replace(told, cells=cells | dict(self._fresh(item.pupil, known.entered).cells))

    def _defer(self, pupil: Pupil, known: Known) -> None:
        day = max(self.load.effective_date, known.entered)
        if pupil.deferred:
            deferral = self._tell(known, DEFERRAL, day, {})
        else:
            self._tell(known, "EventVoided", day, {"voids": known.deferral_id})
            deferral = ""
        self.known[known.person_id] = replace(self.known[known.person_id], deferral_id=deferral)

    def _leave(self, known: Known) -> None:
        reason = self.reasons.get(known.person_id)
        if reason is None or not reason.is_exit:
            return
        values: Event = {}
        if reason.kind == "never_came":
            values = {"voids": known.entry_id}
        elif reason.kind == "dropped_out":
            values = {"reason": reason.reason}
        elif reason.kind == "transferred_out" and reason.other_school:
            values = {"to_school": reason.other_school}
        self._tell(known, EXITS[reason.kind], reason.day, values)
        self.known[known.person_id] = replace(self.known[known.person_id], on_roll=False)

    def _tell(self, known: Known, kind: str, day: date, values: Event) -> str:
        """Add an event of a pupil; the pupil's state moves on by it. Returns the event's id."""
        known = self.known.get(known.person_id, known)
        step = known.step + 1
        recorded = max(_ms(self.load.recorded_at), known.recorded_at + 1)  # two on one day: the later one wins
        event_id = self._event_id(known.person_id, kind, step)
        header: Event = {
            "event_id": event_id,
            "school_code": self.school,
            "person_id": known.person_id,
            "academic_year": self.load.academic_year,
            "effective_date": day,
            "recorded_at": _EPOCH + recorded * _MS,
            "source": self.load.source,
        }
        self.events.append((kind, header | values))
        self.known[known.person_id] = replace(known, step=step, recorded_at=recorded)
        return event_id

    def _event_id(self, person: str, kind: str, step: int) -> str:
        """As events.event_id, with the step behind the revision."""
        name = f"{self.school}|{person}|{kind}|{self.load.academic_year}|{self.load.revision}.{step}"
        return str(uuid.uuid5(NAMESPACE, name))

    def _fresh(self, pupil: Pupil, day: date) -> Known:
        cells = {name: self.digest(name, value) for name, value in pupil.attributes.items()}
        return Known(pupil.person_id, True, day, "", "", 0, 0, cells)


def _ms(when: datetime) -> int:
    return (when - _EPOCH) // _MS
