"""What follows from a round's acts: a pure function of their set, whatever order they come in and however often."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from snapshots.rounds import rules
from snapshots.rounds.act import Act
from snapshots.rounds.rules import Rule

OF_THE_ROUND: Final = ("close", "cut")
"""Windows that are nobody's own. `cut` stands for the cut, K: it has an end alone."""

NEVER: Final = 7_258_118_400_000
"""2200-01-01 in ms since 1970 UTC: the end of a window that has none."""


@dataclass(frozen=True, slots=True)
class School:
    """Where a school stands. `signed`: the certifying act while it stands; `checksum`: the slice it signed, hex."""

    state: str = "RECORDING"
    since: int = 0
    signed: Act | None = None
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A window as it was moved, and by which act, in the order of acts; `begins` 0: begins as before."""

    begins: int
    ends: int
    by: tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class State:
    """A round. `moved`: (act, area, school code as text, or empty: everybody) → window. `effective`: ids of the acts that
    changed something; the others came when the state had no place for them any more.
    """

    state: str = "UNOPENED"
    schools: Mapping[int, School] = field(default_factory=lambda: MappingProxyType({}))
    moved: Mapping[tuple[str, str], Moved] = field(default_factory=lambda: MappingProxyType({}))
    closing: Act | None = None
    effective: frozenset[bytes] = frozenset()

    def school(self, code: int) -> School:
        """One school."""
        return self.schools.get(code, School())


@dataclass(slots=True)
class _Folding:
    """A state in the making: changed in place, as a national round has a hundred thousand acts."""

    state: str = "UNOPENED"
    schools: dict[int, School] = field(default_factory=dict)
    moved: dict[tuple[str, str], Moved] = field(default_factory=dict)
    closing: Act | None = None
    effective: set[bytes] = field(default_factory=set)

    def apply(self, act: Act) -> None:
        """The state after one more act. One that finds no place for itself changes nothing."""
        rule = rules.find(act.act, act.role)
        if rule is None or self.state not in rule.round_states:
            return
        touched = {
            code: after
            for code, checksum in act.schools
            if (after := _school(self.schools.get(code, School()), act, rule, checksum))
        }
        moved = _moves(act, rule)
        if not (touched or rule.round_becomes or (moved and rule.subject == "round")):
            return
        self.schools |= touched
        self.moved |= moved
        self.effective.add(act.event_id)
        if rule.round_becomes:
            self.state = rule.round_becomes
            self.closing = act if self.state == "CLOSED" else None


def fold(acts: Iterable[Act]) -> State:
    """The state after these acts of one round."""
    by_id = {act.event_id: act for act in acts}
    folding = _Folding()
    for act in sorted(by_id.values(), key=lambda act: act.order):
        folding.apply(act)
    return State(
        folding.state,
        MappingProxyType(folding.schools),
        MappingProxyType(folding.moved),
        folding.closing,
        frozenset(folding.effective),
    )


def _school(before: School, act: Act, rule: Rule, checksum: str) -> School | None:
    """The school after an act, or None when the act finds it in another state, or signed otherwise than it names."""
    if not rule.school_becomes or before.state not in rule.school_states:
        return None
    if before.signed is not None and checksum and checksum != before.checksum:
        return None
    becomes = rule.school_becomes
    if becomes == "CERTIFIED":
        return School(becomes, act.acted_at, act, checksum)
    if becomes == "ACKNOWLEDGED":
        return replace(before, state=becomes, since=act.acted_at)
    return School(becomes, act.acted_at)


def _moves(act: Act, rule: Rule) -> dict[tuple[str, str], Moved]:
    """Windows of the schools the act names, else of its area, else of everybody; those of the round are everybody's."""
    scopes = [f"{code:010}" for code, _ in act.schools] or [act.area]
    return {
        (window, scope): Moved(act.begins_at, _end(act, window), act.order)
        for window in act.windows
        if window in rule.moves
        for scope in ([""] if window in OF_THE_ROUND else scopes)
    }


def _end(act: Act, window: str) -> int:
    """A round that was reopened may be closed at any time: its cut can only be sealed when that is over."""
    return NEVER if (act.act, window) == ("reopen", "close") else act.ends_at
