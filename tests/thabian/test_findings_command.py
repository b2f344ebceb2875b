"""`thabian findings`, as an officer types it, on the real engine."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from snapshots import schools
from snapshots.schools import School
from tests.conftest import Installation
from tests.consumers.findings import HERE, THERE, TOLD, finding

pytestmark = pytest.mark.real

DAY_MS = 86_400_000
FURTHER = 3_101_000_001
AREA = "สำนักงานเขตลาดกระบัง"
NOW = "2565-06-22 09:13:20"  # ten days after TOLD


def store(installation: Installation, told: Sequence[dict[str, Any]]) -> None:
    """Rows as the sink leaves them, one offset after another; the first of them twice."""
    warehouse = installation.warehouse()
    for offset, one in enumerate([*told, told[0]]):
        row = {**one, "topic": "f", "partition": 0, "offset": offset % len(told), "caused_at": 0}
        row |= {"state": {"OPEN": 1, "RESOLVED": 2}[one["state"]], "told_at": ms(one), "stored_at": ms(one) + offset}
        warehouse.insert("findings", {name: [value] for name, value in row.items()})
    warehouse.close()


def ms(one: dict[str, Any]) -> int:
    return int(one["told_at"].timestamp() * 1000)


FIRST = finding(1)
TOLD_FINDINGS = [
    FIRST,
    finding(1, "RESOLVED", TOLD + DAY_MS),
    finding(1, told_at=TOLD + 2 * DAY_MS),
    finding(1, told_at=TOLD + 3 * DAY_MS),
    finding(2, told_at=TOLD + 5 * DAY_MS, code="OUT_WITHOUT_IN", other_school=FURTHER),
    finding(3),
    finding(3, "RESOLVED", TOLD + DAY_MS),
    finding(4, told_at=TOLD + 4 * DAY_MS, school_code=THERE, other_school=0, code="GRADE_JUMP"),
]


@pytest.fixture(scope="module")
def desk(shared_installation: Installation) -> Installation:
    store(shared_installation, TOLD_FINDINGS)
    warehouse = shared_installation.warehouse()
    known = School(HERE, "วัดหนึ่ง", "10", AREA, "", "", False, True, None, None)
    schools.load(warehouse, [known], 1)
    warehouse.close()
    return Installation(shared_installation.settings, {**shared_installation.env, "THABIAN_CLOCK": NOW})


def run(desk: Installation, *arguments: str, code: int = 0) -> str:
    done = desk.run("findings", *arguments, code=code)
    return done.stdout if code == 0 else done.stderr


def listed(desk: Installation, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(desk, "list", "--format", "json", *arguments).splitlines()]


def short(number: int, **more: Any) -> str:
    return finding(number, **more)["finding_id"].hex()[:12]  # type: ignore[attr-defined]


OUT = short(2, code="OUT_WITHOUT_IN", other_school=FURTHER)
JUMP = short(4, school_code=THERE, other_school=0, code="GRADE_JUMP")


def test_what_is_open_is_listed_once_with_its_age_since_it_last_opened(desk: Installation) -> None:
    found = listed(desk)
    assert [one["id"] for one in found] == [short(1), JUMP, OUT]
    assert [one["age_days"] for one in found] == [8, 6, 5], "told again, it keeps its age"
    assert found[0]["school"] == f"{HERE} วัดหนึ่ง"
    assert found[0]["other_school"] == str(THERE)
    assert found[0]["severity"] == "blocking finding"
    assert found[0]["opened"].startswith("2565-06-14 ")


def test_filters(desk: Installation) -> None:
    assert {one["id"] for one in listed(desk, "--school", str(THERE))} == {short(1), JUMP}
    assert {one["id"] for one in listed(desk, "--area", AREA)} == {short(1), OUT}
    assert listed(desk, "--area", "no such area") == []
    assert [one["id"] for one in listed(desk, "--affiliation", "31")] == [OUT]
    assert [one["id"] for one in listed(desk, "--code", "GRADE_JUMP")] == [JUMP]
    assert [one["id"] for one in listed(desk, "--state", "resolved")] == [short(3)]
    assert len(listed(desk, "--state", "all")) == 4
    assert [one["id"] for one in listed(desk, "--older-than", "7")] == [short(1)]
    assert len(listed(desk, "--limit", "1")) == 1


def test_other_formats(desk: Installation) -> None:
    assert "14 มิ.ย. 2565" in desk_wide(desk, "list")
    rows = list(csv.DictReader(io.StringIO(run(desk, "list", "--format", "csv"))))
    assert rows[0]["id"] == short(1)
    assert rows[0]["settled"] == "no"


def desk_wide(desk: Installation, *arguments: str) -> str:
    return run(Installation(desk.settings, {**desk.env, "COLUMNS": "220"}), *arguments)


def test_counts_and_pairs(desk: Installation) -> None:
    counted = [json.loads(line) for line in run(desk, "counts", "--format", "json").splitlines()]
    assert {"code": "ACTIVE_AT_TWO_SCHOOLS", "state": "resolved", "findings": 1} in counted
    assert sum(one["findings"] for one in counted) == 4
    assert len(run(desk, "list", "--counts", "--format", "json").splitlines()) == 3
    pairs = [json.loads(line) for line in run(desk, "pairs", "--format", "json").splitlines()]
    assert [(one["school"][:10], one["other_school"][:10], one["findings"]) for one in pairs] == [
        (str(HERE), str(THERE), 1),
        (str(HERE), str(FURTHER), 1),
    ]
    assert "วัดหนึ่ง" in desk_wide(desk, "pairs")


def test_errors_are_one_line(desk: Installation) -> None:
    act = ("--actor", "a", "--reason", "r", "--proof", "p")
    for arguments, code in (
        (("show", "zz"), "FINDING_UNKNOWN"),
        (("show", "00" * 16), "FINDING_UNKNOWN"),
        (("confirm", "00" * 16, *act), "FINDING_UNKNOWN"),
        (("confirm", short(1), *act[:-1], " "), "FINDING_ACT_INVALID"),
        (("list", "--school", "1"), "SCHOOL_CODE_INVALID"),
        (("list", "--affiliation", "x"), "AFFILIATION_UNKNOWN"),
        (("list", "--code", "NONE"), "FINDING_UNKNOWN"),
    ):
        said = run(desk, *arguments, code=2)
        assert said.startswith(f"thabian: [{code}]"), said
        assert said.count("\n") == 1


def test_show_names_the_events_that_show_it_and_no_pupils_value(installation: Installation) -> None:
    store(installation, [finding(1)])
    event, place = (1).to_bytes(16, "big"), {"topic": ["s"], "partition": [0], "offset": [5], "append_time": [TOLD]}
    identity = {"school_code": [HERE], "event_id": [event], "content_hash": [bytes(16)]} | place
    change = {**identity, "act": [1], "effective_date": [date(2022, 5, 16)], "given": [1], "grade": ["04"]}
    warehouse = installation.warehouse()
    warehouse.insert("event_identities", identity)
    warehouse.insert("change_log", change)
    warehouse.close()
    shown = json.loads(run(installation, "show", short(1), "--format", "json"))
    assert [(one["kind"], one["effective_date"], one["position"]) for one in shown["evidence"]] == [
        ("StudentEnrolled", "2565-05-16", "s[0]@5")
    ]
    assert set(shown["evidence"][0]) == {"event", "kind", "school", "effective_date", "recorded_at", "position"}
    text = run(installation, "show", short(1))
    assert "talk to: 1050130001" in text
    assert "สังกัด" in text
    assert "StudentEnrolled" in text


def test_an_act_stands_and_settled_says_what_became_of_the_condition(installation: Installation) -> None:
    first = finding(1)
    store(installation, [first])
    beginning = short(1)[:6]
    given = ("--actor", "somsri", "--reason", "สองแห่งจริง", "--proof", "ศธ 1/2565")
    assert "confirmed (was open)" in run(installation, "confirm", beginning, *given)
    assert listed(installation) == []
    (one,) = listed(installation, "--state", "confirmed")
    assert one["settled"] is False
    resolved = finding(1, "RESOLVED", TOLD + DAY_MS)
    twin = next(number for number in range(2, 999) if short(number)[0] == short(1)[0])
    store(installation, [first, resolved, finding(twin)])
    assert "[FINDING_AMBIGUOUS]" in run(installation, "show", short(1)[0], code=2)
    (one,) = listed(installation, "--state", "confirmed")
    assert one["settled"] is True
    assert "dismissed (was confirmed)" in run(installation, "dismiss", beginning, *given)
    shown = json.loads(run(installation, "show", beginning, "--format", "json"))
    assert [state["state"] for state in shown["states"]] == ["OPEN", "RESOLVED"]
    assert [(act["act"], act["actor"], act["proof"]) for act in shown["acts"]] == [
        ("CONFIRMED", "somsri", "ศธ 1/2565"),
        ("DISMISSED", "somsri", "ศธ 1/2565"),
    ]
    assert "สองแห่งจริง" in run(installation, "show", beginning)
