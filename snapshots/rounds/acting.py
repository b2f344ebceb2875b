"""Doing something in a round: check it against the table, the state and the windows; sign; store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemas.errors import ThabianError
from snapshots.calendars import Round
from snapshots.findings_register.counts import blocked_schools
from snapshots.moments import format_minute
from snapshots.rounds import rules, signing, store, windows
from snapshots.rounds.act import Act
from snapshots.rounds.rules import Rule
from snapshots.rounds.signing import BLOCKING, Blocker
from snapshots.rounds.state import State, fold
from snapshots.schools import School
from warehouse.interface import Warehouse


@dataclass(frozen=True, slots=True)
class Desk:
    """What acts are done with. `new_id` gives 16 random bytes."""

    warehouse: Warehouse
    round: Round
    now_ms: int
    new_id: Callable[[], bytes]
    source: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone asks to have done. `schools`: codes; `area`: all its schools that are ready; `version`: id to sign.

    `windows`, `begins_at`, `ends_at`: windows to move, ms since 1970 UTC. `override`: close in spite of what stands
    against it; `reason` says why.
    """

    act: str
    role: str
    actor: str
    schools: tuple[int, ...] = ()
    area: str = ""
    version: str | None = None
    reason: str = ""
    windows: tuple[str, ...] = ()
    begins_at: int = 0
    ends_at: int = 0
    override: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The act, and what it was done in spite of."""

    act: Act
    overridden: tuple[Blocker, ...] = ()


class RoundBlocked(ThabianError):
    """Closing is refused; `blockers` say for which schools."""

    def __init__(self, found: Sequence[Blocker]) -> None:
        counts = [(code, sum(one.code == code for one in found)) for code in BLOCKING]
        told = ", ".join(f"{count} {code}" for code, count in counts if count)
        super().__init__("ROUND_BLOCKED", f"not closed: {told}; mend it, or close with --override REASON")
        self.blockers = tuple(found)


def perform(desk: Desk, wanted: Wanted) -> Done:
    """Do it, or raise ThabianError with what is in the way. What is returned is stored."""
    rule = rules.require(wanted.act, wanted.role)
    known = signing.members(desk.warehouse, desk.round)
    state = _state(desk, wanted, known)
    _check_round(rule, state)
    if rule.needs == "reason" and not wanted.reason.strip():
        raise ThabianError("ROUND_REASON_MISSING", f"{rule.act} needs a reason: --reason", exit_code=2)
    if not set(wanted.windows) <= set(rule.moves):
        raise ThabianError("ROUND_ROLE_REFUSED", f"{rule.act} by {rule.role} moves no windows: no --to", exit_code=2)
    codes = _subject(rule, state, wanted, known)
    _check_window(desk, rule, state, wanted, [known[code] for code in codes])
    blank = _blank(desk, wanted, codes)
    done = _SIGNING.get(rule.act, _unsigned)(desk, wanted, blank, state, known)
    store.store(desk.warehouse, done.act)
    if done.act.event_id not in _state(desk, wanted, known).effective:
        raise ThabianError("ROUND_OVERTAKEN", "another act came first: look at `thabian round history`")
    return done


def _state(desk: Desk, wanted: Wanted, known: Mapping[int, School]) -> State:
    """The state of the round and of the schools it is about: for an act about the round itself, of all."""
    name = desk.round.name
    if wanted.act in rules.acts_of("round"):
        return fold(store.acts(desk.warehouse, name))
    of_area = [code for code, school in known.items() if wanted.area and school.area == wanted.area]
    return fold(store.acts_about(desk.warehouse, name, [*wanted.schools, *of_area]))


def _check_round(rule: Rule, state: State) -> None:
    if state.state not in rule.round_states:
        raise ThabianError(
            "ROUND_STATE_REFUSED", f"{rule.act}: the round is {state.state}, not {' or '.join(rule.round_states)}"
        )


def _subject(rule: Rule, state: State, wanted: Wanted, known: Mapping[int, School]) -> tuple[int, ...]:
    """The schools an act is about, each in a state the rule asks for. Of an area, those that are ready."""
    strangers = [code for code in wanted.schools if code not in known]
    if strangers:
        raise ThabianError("ROUND_SCHOOL_UNKNOWN", f"{strangers[0]:010} is no school of this round", exit_code=2)
    if wanted.area and wanted.area not in {school.area for school in known.values()}:
        raise ThabianError("ROUND_AREA_UNKNOWN", f"no school of this round is of {wanted.area}", exit_code=2)
    if rule.subject == "area" and not wanted.schools:
        ready = (code for code, one in sorted(known.items()) if one.area == wanted.area)
        codes = tuple(code for code in ready if state.school(code).state in rule.school_states)
        if not codes:
            raise ThabianError("ROUND_STATE_REFUSED", f"{rule.act}: no school is {' or '.join(rule.school_states)}")
        return codes
    if rule.subject == "school" and not wanted.schools:
        raise ThabianError("ROUND_SCHOOL_UNKNOWN", f"{rule.act} is for a school: give --school", exit_code=2)
    for code in wanted.schools if rule.school_states else ():
        if state.school(code).state not in rule.school_states:
            raise ThabianError(
                "ROUND_STATE_REFUSED",
                f"{rule.act}: {code:010} is {state.school(code).state}, not {' or '.join(rule.school_states)}",
            )
    return wanted.schools


def _check_window(desk: Desk, rule: Rule, state: State, wanted: Wanted, subject: Sequence[School]) -> None:
    """Each school's own window; for the round itself everybody's."""
    scopes: list[tuple[str, int | None]] = [(one.area, one.code) for one in subject if rule.subject != "round"]
    for area, code in scopes or [(wanted.area, None)]:
        window = windows.window(desk.round, state, rule.window, area, code)
        if window and not window.holds(desk.now_ms):
            is_over = desk.now_ms >= window.ends
            when = f"over since {format_minute(window.ends, is_end=True)}" if is_over else "not yet: "
            begins = "" if is_over else f"it begins {format_minute(window.begins)}"
            raise ThabianError("ROUND_WINDOW_CLOSED", f"the window to {rule.act} is {when}{begins}")


def _blank(desk: Desk, wanted: Wanted, codes: Sequence[int]) -> Act:
    """The act before anything is signed. It comes after the last one, whatever the clocks say."""
    return Act(
        event_id=desk.new_id(),
        round=desk.round.name,
        act=wanted.act,
        role=wanted.role,
        actor=wanted.actor,
        acted_at=max(desk.now_ms, store.last(desk.warehouse, desk.round.name) + 1),
        academic_year=desk.round.academic_year,
        number=desk.round.number,
        as_of=desk.round.as_of,
        area=wanted.area,
        schools=tuple((code, "") for code in codes),
        reason=wanted.reason,
        windows=wanted.windows,
        begins_at=wanted.begins_at,
        ends_at=wanted.ends_at,
        source=desk.source,
    )


def _unsigned(desk: Desk, wanted: Wanted, blank: Act, state: State, known: Mapping[int, School]) -> Done:  # noqa: ARG001
    return Done(blank)


def _certify(desk: Desk, wanted: Wanted, blank: Act, state: State, known: Mapping[int, School]) -> Done:  # noqa: ARG001
    """The director signs (school, Y, round, D, cut, slice checksum)."""
    version = signing.version_to_sign(desk.warehouse, desk.round, wanted.version)
    found = signing.checksums(desk.warehouse, version, known)
    absent = [code for code, _ in blank.schools if code not in found]
    if absent:
        raise ThabianError("SCHOOL_NOT_IN_SNAPSHOT", f"{absent[0]:010} has no events in {version.version}")
    signed = tuple((code, found[code]) for code, _ in blank.schools)
    return Done(replace(blank, schools=signed, version=version.version, cut=version.cut.hex()))


def _acknowledge(desk: Desk, wanted: Wanted, blank: Act, state: State, known: Mapping[int, School]) -> Done:  # noqa: ARG001
    """The district signs the list of (school, checksum) as the schools signed them."""
    return Done(replace(blank, schools=tuple((code, state.school(code).checksum) for code, _ in blank.schools)))


def _close(desk: Desk, wanted: Wanted, blank: Act, state: State, known: Mapping[int, School]) -> Done:
    """The bureau signs the root at the cut, if nothing stands against it or a reason is given."""
    known_at = windows.known_at(desk.round, state)
    version = signing.version_at_cut(desk.warehouse, desk.round, known_at)
    if version is None:
        command = signing.seal_command(desk.round, known_at)
        raise ThabianError(
            "ROUND_NOT_SEALED", f"nothing is sealed at the cut, {signing.cut_text(known_at)}: run `{command}`"
        )
    at_cut = signing.checksums(desk.warehouse, version, known)
    found = tuple(signing.blockers(state, known, at_cut, blocked_schools(desk.warehouse)))
    if found and not wanted.override:
        raise RoundBlocked(found)
    signed: dict[str, Any] = {"version": version.version, "cut": version.cut.hex(), "root": signing.root_of(at_cut)}
    return Done(replace(blank, **signed), found)


_SIGNING = {"certify": _certify, "acknowledge": _acknowledge, "close": _close}
"""How an act that needs a signature gets it."""
