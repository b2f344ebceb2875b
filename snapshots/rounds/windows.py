"""When an act may be done: the calendar's windows, as moved for everybody, an area, or a school."""

from collections.abc import Iterable

from snapshots.calendars import Round, Window
from snapshots.rounds.state import NEVER, State

CUT = "cut"


def window(each: Round, state: State, act: str, area: str = "", school: int | None = None) -> Window | None:
    """The window of an act as it was moved last for the school, its area, or everybody. None: at any time."""
    base = each.windows.get(act)
    scopes = {"", area} | ({f"{school:010}"} if school is not None else set())
    moves = [moved for scope in scopes if (moved := state.moved.get((act, scope)))]
    if not moves:
        return base
    last = max(moves, key=lambda moved: moved.by)
    return Window(last.begins or (base.begins if base else 0), last.ends)


def known_at(each: Round, state: State) -> int:
    """The cut, K, in ms since 1970 UTC: the calendar's, unless it was moved."""
    moved = state.moved.get((CUT, ""))
    return moved.ends if moved else each.known_at


def next_deadline(each: Round, state: State, now_ms: int) -> tuple[int, str, str] | None:
    """(end, act, whom it is for: empty, everybody) of the window that ends next; None: all are over."""
    return min((found for found in _ends(each, state) if now_ms < found[0] < NEVER), default=None)


def _ends(each: Round, state: State) -> Iterable[tuple[int, str, str]]:
    for act, base in each.windows.items():
        moved = state.moved.get((act, ""))
        yield moved.ends if moved else base.ends, act, ""
    for (act, scope), moved in state.moved.items():
        if scope and act != CUT:
            yield moved.ends, act, scope
    yield known_at(each, state), CUT, ""
