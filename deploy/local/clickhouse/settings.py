"""Settings that go with one statement: set before it, set back after it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from deploy.local.clickhouse.client import ClientGoneError, Setting
from deploy.local.clickhouse.engine import EngineSession, literal
from deploy.local.clickhouse.errors import UNKNOWN_SETTING, ServerError

NAME = re.compile(r"\w+", re.ASCII)


OURS = "log_comment"  # marks the session, for cancelling; a client's own value would hide it


@contextmanager
def applied(session: EngineSession, settings: Mapping[str, Setting]) -> Iterator[None]:
    """Have `settings` hold inside the block.

    As in ClickHouse, an unknown setting is an error only if the client marks it as important. Raises `ClientGoneError`
    if they cannot be set back (after readonly=1): the session is of no more use, so the connection ends.
    """
    wanted = {name: setting for name, setting in settings.items() if name != OURS and NAME.fullmatch(name)}
    if not wanted:
        yield
        return
    before = _current(session, wanted) if session.settings_changed else dict.fromkeys(wanted, "DEFAULT")
    try:
        before = _apply(session, wanted, before)
        yield
    finally:
        _set_back(session, before)


def _apply(session: EngineSession, settings: Mapping[str, Setting], before: dict[str, str]) -> dict[str, str]:
    """Set those of `settings` that the engine knows; returns their values from `before`."""
    try:
        _assign(session, {name: literal(settings[name].value) for name in before})
    except ServerError as error:
        if error.code != UNKNOWN_SETTING or any(setting.important for setting in settings.values()):
            raise
        known = _current(session, settings).keys()
        before = {name: value for name, value in before.items() if name in known}
        _assign(session, {name: literal(settings[name].value) for name in before})
    return before


def _current(session: EngineSession, settings: Mapping[str, Setting]) -> dict[str, str]:
    """The values that the known ones of `settings` have now, as SQL. Takes milliseconds: only where it must be."""
    names = ", ".join(literal(name) for name in settings)
    found = session.rows(f"SELECT name, value, changed FROM system.settings WHERE name IN ({names})")
    return {str(name): literal(str(value)) if changed else "DEFAULT" for name, value, changed in found}


def _assign(session: EngineSession, values: Mapping[str, str]) -> None:
    if values:
        session.run("SET " + ", ".join(f"{name} = {value}" for name, value in values.items()))


def _set_back(session: EngineSession, before: Mapping[str, str]) -> None:
    try:
        _assign(session, before)
    except ServerError as error:
        if error.code != UNKNOWN_SETTING:
            raise ClientGoneError("the session's settings cannot be set back") from error
