"""Does the register hold what the log says? Everything is compared with the model of `histories`, nothing with intake."""

import json
from collections import defaultdict
from typing import Any

from tests.faults.ground import Round
from tests.faults.histories import Expected, Place, expected

TABLES = ("change_log", "persons", "event_identities")
_PLACE = "topic, partition, offset"


def check(round_: Round) -> None:
    """Raises AssertionError that names what is wrong. Intake has finished."""
    records = round_.records()
    assert len(records) == len(round_.history.messages)
    wanted = expected(records, round_.history.meanings)
    _receipts(round_, wanted)
    _identities(round_, wanted)
    _firsts(round_, wanted)
    _answers(round_, wanted)
    _audit(round_, wanted)
    for process in round_.processes:
        assert "Traceback" not in process.told(), process.told()[-3000:]


def _receipts(round_: Round, wanted: Expected) -> None:
    """One outcome an offset, and the right one; physical repeats say the same."""
    found: dict[Place, set[tuple[str, tuple[str, ...]]]] = defaultdict(set)
    for topic, part, offset, outcome, codes in round_.warehouse.rows(
        f"SELECT {_PLACE}, toString(outcome), codes FROM receipts"
    ):
        found[topic, part, offset].add((outcome, tuple(codes)))
    assert found.keys() == wanted.outcomes.keys(), f"{len(found)} receipts for {len(wanted.outcomes)} messages"
    for place, outcome in wanted.outcomes.items():
        if outcome is not None:
            assert found[place] == {outcome}, f"{place}: {found[place]}, not {outcome}"


def _identities(round_: Round, wanted: Expected) -> None:
    for table in TABLES:
        stored = set(round_.warehouse.rows(f"SELECT DISTINCT school_code, event_id FROM {table}"))
        assert stored == wanted.firsts.keys(), f"{table}: {len(stored)} identities, not {len(wanted.firsts)}"


def _firsts(round_: Round, wanted: Expected) -> None:
    """The copy that counts is the first in the log, with its content: the census is a function of these rows."""
    rows = round_.warehouse.rows(
        f"SELECT school_code, event_id, {_PLACE}, grade, rules_version FROM change_log"
        f" ORDER BY school_code, event_id, append_time, {_PLACE} LIMIT 1 BY school_code, event_id"
    )
    found = {(school, event): ((topic, part, offset), grade) for school, event, topic, part, offset, grade, _ in rows}
    wrong = [identity for identity, first in wanted.firsts.items() if found.get(identity) != first]
    assert not wrong, f"{len(wrong)} identities count another copy than the first in the log"
    repeats = (
        f"SELECT count() FROM (SELECT {_PLACE}, uniqExact(person_key, act, event_id, grade, content_hash, append_time,"
        f" first_received) AS ways FROM change_log GROUP BY {_PLACE} HAVING ways > 1)"
    )
    assert round_.warehouse.rows(repeats) == [(0,)], "a repeat of a row differs from it"


def _answers(round_: Round, wanted: Expected) -> None:
    told: dict[Place, set[str]] = defaultdict(set)
    for receipt in round_.answered():
        told[_place(receipt)].add(receipt["outcome"])
    assert told.keys() == wanted.outcomes.keys(), "each offset is answered"
    for place, outcome in wanted.outcomes.items():
        if outcome is not None:
            assert told[place] == {outcome[0]}, f"{place} was answered {told[place]}, not {outcome[0]}"
    changes = {_place(change) for change in round_.changes()}
    accepted = {place for place, names in told.items() if "ACCEPTED" in names}
    assert accepted <= changes, f"{len(accepted - changes)} accepted changes were not sent on"
    letters = {(place, code) for place, code, _ in round_.dead_letters()}
    assert letters == {
        (place, outcome[1][0]) for place, outcome in wanted.outcomes.items() if outcome and outcome[0] == "DEAD_LETTER"
    }


def _audit(round_: Round, wanted: Expected) -> None:
    """`thabian audit` finds nothing, but for labels that semantics 2.4 leaves to timing.

    A copy of which half was stored when intake was killed may be judged anew beside one that stands before it in another
    partition: the receipt then says not stored, the rows of the first try stay, and never count because they are not first.
    """
    answer = round_.command("audit", "--format", "json")
    assert answer.returncode in (0, 1), answer.stderr
    report = json.loads(answer.stdout)
    assert not report["missing"], f"audit: {report['missing']}"
    for trouble in report["doubled"]:
        places = [(trouble["topic"], trouble["partition"], offset) for offset in trouble["offsets"]]
        assert places, f"audit: {trouble}"
        assert all(wanted.outcomes.get(place, "") is None for place in places), f"audit: {trouble}"


def _place(row: dict[str, Any]) -> Place:
    return (row["topic"], row["partition"], row["offset"])
