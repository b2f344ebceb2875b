"""What was done with dead letters: rows that are added and never changed, by the place of the message a letter holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from consumers.dead_letters import Letter, Place
from warehouse.interface import Columns, Warehouse


class Action(IntEnum):
    """Numbers as in dead_letter_actions.action."""

    REPLAYED = 1
    PUT_BACK = 2
    DROPPED = 3


@dataclass(frozen=True, slots=True)
class Done:
    """One action on one letter. `code`: why it cannot be read still; empty: it can."""

    letter: Letter
    action: Action
    attempt: int
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Where a letter stands: the last action, and how many attempts there were, the first delivery included."""

    action: Action
    attempt: int

    @property
    def waits(self) -> bool:
        """Whether it is still for someone to see to."""
        return self.action is Action.PUT_BACK


def states(warehouse: Warehouse) -> Mapping[Place, State]:
    """Letters something was done with."""
    rows = warehouse.rows(
        "SELECT topic, partition, offset, toInt8(argMax(action, (acted_at, attempt))), max(attempt)"
        " FROM dead_letter_actions GROUP BY topic, partition, offset"
    )
    return {
        (topic, partition, offset): State(Action(action), attempt) for topic, partition, offset, action, attempt in rows
    }


def waits(states: Mapping[Place, State], letter: Letter) -> bool:
    """Whether a letter is still for someone to see to: nothing was done with it, or it was put back."""
    state = states.get(letter.place)
    return state is None or state.waits


def record(warehouse: Warehouse, done: Sequence[Done], *, acted_by: str, now_ms: int) -> None:
    """Add rows. A letter that is acted on twice at one moment in one way has one row."""
    columns: Columns = {
        "topic": [one.letter.topic for one in done],
        "partition": [one.letter.partition for one in done],
        "offset": [one.letter.offset for one in done],
        "action": [one.action.value for one in done],
        "attempt": [one.attempt for one in done],
        "code": [one.code for one in done],
        "reason": [one.reason for one in done],
        "acted_by": [acted_by] * len(done),
        "acted_at": [now_ms] * len(done),
    }
    warehouse.insert("dead_letter_actions", columns)
