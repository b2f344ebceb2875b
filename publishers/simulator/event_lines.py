"""An event as the JSON line that `thabian publish events` reads."""

import json
from datetime import date, datetime

from publishers.simulator.diary import Sent


def line(sent: Sent) -> bytes:
    """One line, UTF-8, with its end. What is null is left out."""
    given = {name: _plain(value) for name, value in sent.event.items() if value is not None}
    return json.dumps({"kind": sent.kind, **given}, ensure_ascii=False).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, date) else value
