"""The rounds that are open, of whatever calendar."""

from snapshots import calendars
from snapshots.calendars import Round
from snapshots.rounds import store
from snapshots.rounds.state import State, fold
from warehouse.interface import Warehouse

_KNOWN = "SELECT DISTINCT round FROM round_events"


def running(warehouse: Warehouse) -> list[tuple[Round, State]]:
    """Open rounds, by name, each as the acts about the round itself have it: its windows, none of its schools."""
    known = {name for (name,) in warehouse.rows(_KNOWN)}
    rounds = [each for name in calendars.names() for each in calendars.load(name).rounds.values() if each.name in known]
    states = [(each, fold(store.acts_about(warehouse, each.name, ()))) for each in rounds]
    return [(each, state) for each, state in states if state.state == "OPEN"]
