"""The walk of semantics 5.3 to 5.5 over one school's events of a pupil: times on the roll, and what is odd about them."""

from collections.abc import Iterable, Mapping
from typing import Self

from streams.event import ENTRIES, EXITS, Event

FOR_EVER = (1e9, 1e9)
"""Later than any (academic year, day)."""


class Walk:
    """What a walk leaves. `goes_on`: the years at whose end a stay goes on, with the decision that says so."""

    __slots__ = ("_ever_under", "_key", "_open_under", "begins", "continued", "fruitless", "goes_on", "on_at_end")

    def __init__(self, key: bytes, goes_on: Mapping[int, Event]) -> None:
        self._key, self.goes_on = key, goes_on
        self._open_under: dict[bytes, Event] = {}
        """The numbers with an open stay, each with the last entry under it."""
        self._ever_under: set[bytes] = set()
        self.begins: list[Event] = []
        """The entry each time on the roll began with."""
        self.continued: list[tuple[Event, Event]] = []
        """Entries that found a stay open under their own number, each behind the entry before it."""
        self.fruitless: list[Event] = []
        """Exits under a replaced number whose stay was over already."""
        self.on_at_end: set[int] = set()
        """Of the years that have events, those whose end finds a stay open."""

    @property
    def lasts(self) -> bool:
        """Whether a stay is open where the walk ends."""
        return bool(self._open_under)

    def anew(self) -> "Walk":
        """Another one that has not begun."""
        return Walk(self._key, self.goes_on)

    def to(self, events: Iterable[Event], until: tuple[float, float]) -> Self:
        """Walk events, in their order, up to (year, day)."""
        year = None
        for event in events:
            if (event.year, event.day) > until:
                break
            if year is not None and year != event.year:
                self._end_years(year, event.year)
            year = event.year
            if event.act in ENTRIES:
                self._enter(event)
            elif event.act in EXITS:
                self._leave(event)
        if year is not None:
            self._end_years(year, until[0])
        return self

    def _end_years(self, year: int, next_year: float) -> None:
        """From a year that has events up to the next one, or for ever."""
        if not self._open_under:
            return
        self.on_at_end.add(year)
        while year < next_year and year in self.goes_on:
            year += 1
        if year < next_year < FOR_EVER[0]:
            self._open_under.clear()

    def _enter(self, event: Event) -> None:
        if event.person in self._open_under:
            self.continued.append((self._open_under[event.person], event))
        elif not self._open_under:
            self.begins.append(event)
        self._open_under[event.person] = event
        self._ever_under.add(event.person)

    def _leave(self, event: Event) -> None:
        if event.person == self._key or event.person not in self._ever_under:
            self._open_under.clear()
        elif self._open_under.pop(event.person, None) is None:
            self.fruitless.append(event)
