"""Who may do what, in which state and within which window: the table acts.csv."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from schemas.errors import ThabianError

ROUND_STATES: Final = ("UNOPENED", "OPEN", "CLOSED")
SCHOOL_STATES: Final = ("RECORDING", "CONFIRMED", "CERTIFIED", "ACKNOWLEDGED", "RETURNED")
"""A school nobody has acted for is RECORDING."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `subject`: round, school, or area (its schools); an empty `becomes` leaves the state.

    `window` empty: at any time; a window that the calendar does not have is open at any time as well. `needs`: reason,
    signature, or empty. `moves`: the windows it may move.
    """

    act: str
    role: str
    subject: str
    round_states: tuple[str, ...]
    round_becomes: str
    school_states: tuple[str, ...]
    school_becomes: str
    window: str
    needs: str
    moves: tuple[str, ...]


@cache
def rules() -> dict[tuple[str, str], Rule]:
    """The table, by (act, role)."""
    return {(rule.act, rule.role): rule for rule in map(_rule, _rows("acts"))}


@cache
def roles() -> dict[str, str]:
    """Role → its Thai name."""
    return {row["role"]: row["label"] for row in _rows("roles")}


def acts() -> tuple[str, ...]:
    """Every act, in the order of the table."""
    return tuple(dict.fromkeys(act for act, _ in rules()))


def acts_of(subject: str) -> tuple[str, ...]:
    """The acts about a round, a school, or an area."""
    return tuple(dict.fromkeys(rule.act for rule in rules().values() if rule.subject == subject))


def find(act: str, role: str) -> Rule | None:
    """The rule, or None when that role may not do that at all."""
    return rules().get((act, role))


def require(act: str, role: str) -> Rule:
    """The rule. Raises ROUND_ROLE_REFUSED, naming who may."""
    found = find(act, role)
    if found is None:
        may = ", ".join(other for known, other in rules() if known == act)
        raise ThabianError("ROUND_ROLE_REFUSED", f"{act} is for: {may}", exit_code=2)
    return found


def _rows(name: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader((files("snapshots") / "rounds" / f"{name}.csv").read_text(encoding="utf-8").splitlines())
    )


def _rule(row: dict[str, str]) -> Rule:
    many = {
        name: tuple(row[name].split("|")) if row[name] else () for name in ("round_states", "school_states", "moves")
    }
    return Rule(**(row | many))  # type: ignore[arg-type]  # columns have the fields' names
