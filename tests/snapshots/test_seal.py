"""Sealing, verifying and reporting on the real engine: atomic, repeatable, local, and equal to what was published."""

import csv
import io
import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from schemas.errors import ThabianError
from snapshots import canonical, rows, schools, seal, slices, versions
from snapshots.reports import grade_sex_room
from snapshots.reports.scope import ROWS, Scope, scope
from snapshots.rows import RowsFormat
from snapshots.schools import School
from snapshots.seal import Request, Sealing
from snapshots.verify import verify
from snapshots.versions import Version
from tests.snapshots.histories import identity, numbered, random_log, store
from tests.snapshots.oracle import Event, census
from tests.snapshots.sealing import OTHER, SCHOOL, Log, Time, answer, take_in
from warehouse.clickhouse import ClickHouseWarehouse
from warehouse.interface import Warehouse

pytestmark = pytest.mark.real

TOPIC = "student-changes.a"
TENTH = date(2022, 6, 10)
REQUEST = Request(2565, 1, TENTH)
PUBLISHED = Path(__file__).parents[1] / "data" / "published" / "emis_1020080005_student.csv"


def pupil(number: int, school: int = SCHOOL, **values: str | int) -> Event:
    given = {"grade": "04", "room": "1", "sex": "F", "birth_key": 2**63 + number} | values
    return Event(school, identity(number), "enrolled", identity(number), values=given)


def few() -> list[Event]:
    return numbered([pupil(1), pupil(2, sex="M"), pupil(3, OTHER, grade="10", student_number="๑๒")])


def sealed(work: Sealing, request: Request = REQUEST) -> Version:
    return seal.seal(work, request).version


def test_a_seal_counts_and_verifies(work: Sealing) -> None:
    take_in(work, few())
    made = seal.seal(work, REQUEST)
    assert made.is_new
    assert (made.version.pupils, made.version.schools) == (3, 2)
    assert verify(work.warehouse, made.version).holds
    assert [item.pupils for item in versions.slices(work.warehouse, made.version)] == [2, 1]


def test_the_same_cut_again_is_the_same_version(work: Sealing) -> None:
    take_in(work, few())
    first = sealed(work)
    work.clock.sleep_ms(60_000)
    again = seal.seal(work, REQUEST)
    assert not again.is_new
    assert again.version == first
    assert len(versions.listed(work.warehouse)) == 1


def test_one_vector_can_have_two_labels(work: Sealing) -> None:
    """The history: a round's cut came after the last seal, nothing had arrived in between, and the round could not close:
    the version at the cut was looked for by the label it was first sealed under.
    """
    take_in(work, few())
    first = sealed(work)
    work.clock.sleep_ms(60_000)
    cut = work.clock.now_ms()
    assert versions.labelled_with(work.warehouse, [first], cut) == []
    again = seal.seal(work, replace(REQUEST, known_at_ms=cut))
    assert (again.version, again.is_new) == (first, False)
    for label in (cut, first.known_at):
        assert versions.labelled_with(work.warehouse, [first], label) == [first]
    take_in(work, [replace(pupil(4), offset=3, append_time=3)])
    other_day = sealed(work, replace(REQUEST, as_of=date(2022, 6, 11), known_at_ms=cut))
    assert other_day.cut == first.cut, "a second seal of a label uses the vector it has"


def test_a_label_sealed_before_keeps_its_vector(work: Sealing) -> None:
    events = few()
    take_in(work, events)
    first = sealed(work)
    take_in(work, [replace(pupil(4), offset=3, append_time=3)])
    assert not seal.seal(work, replace(REQUEST, known_at_ms=first.known_at)).is_new
    other_day = sealed(work, replace(REQUEST, as_of=date(2022, 6, 11), known_at_ms=first.known_at))
    assert (other_day.cut, other_day.root) == (first.cut, first.root)
    work.clock.sleep_ms(1)
    later = sealed(work, replace(REQUEST, label="later"))
    assert (later.pupils, later.label) == (4, "later")
    assert versions.find(work.warehouse, "latest") == later
    assert versions.cut_of(work.warehouse, later.cut) == {(TOPIC, 0): 4}


def test_checksums_are_those_of_the_canonical_text(work: Sealing) -> None:
    events = few()
    take_in(work, events)
    version = sealed(work)
    by_school: dict[int, list[canonical.Row]] = {}
    for (school, person), values in census(events, 2565, TENTH, work.log.positions_at(0)).items():
        text = {name: str(values.get(name, "")) for name in canonical.TEXTS}
        by_school.setdefault(school, []).append(
            (
                person, text["grade"], text["room"], text["student_number"], text["sex"], int(values.get("birth_key", 0)),
                text["disadvantage"], text["disability"], text["boarding"],
            )
        )  # fmt: skip
    checksums = {school: canonical.slice_checksum(pupils) for school, pupils in by_school.items()}
    assert {item.school_code: item.checksum for item in versions.slices(work.warehouse, version)} == checksums
    assert version.root == canonical.root(checksums)


def test_no_value_poses_as_a_border() -> None:
    one = (identity(1), "a", "b", "", "", 0, "", "", "")
    assert canonical.slice_checksum([one]) != canonical.slice_checksum(
        [(identity(1), "a1:b", "", "", "", 0, "", "", "")]
    )
    assert canonical.slice_checksum([one]) != canonical.slice_checksum([(identity(1), "ab", "", "", "", 0, "", "", "")])


def test_order_repeats_and_parts_change_nothing(work: Sealing) -> None:
    chance = random.Random(20220610)
    log = random_log(chance, 60)
    roots = set()
    for _ in range(3):
        work.warehouse.execute("TRUNCATE TABLE change_log")
        work.warehouse.execute("TRUNCATE TABLE census_versions")
        shuffled = log + chance.sample(log, len(log) // 3)
        chance.shuffle(shuffled)
        for start in range(0, len(shuffled), 150):
            take_in(work, shuffled[start : start + 150])
        roots.add(sealed(work, replace(REQUEST, full=True)).root)
    assert len(roots) == 1


def test_a_slice_depends_on_its_own_school(work: Sealing) -> None:
    take_in(work, few())
    before = {item.school_code: item.checksum for item in versions.slices(work.warehouse, sealed(work))}
    take_in(work, [replace(pupil(4, OTHER), offset=3, append_time=3)])
    work.clock.sleep_ms(1)
    after = {item.school_code: item.checksum for item in versions.slices(work.warehouse, sealed(work))}
    assert before[SCHOOL] == after[SCHOOL]
    assert before[OTHER] != after[OTHER]


@pytest.mark.parametrize("lanes", [1, 2])
def test_ranges_of_schools_do_not_show(work: Sealing, monkeypatch: pytest.MonkeyPatch, lanes: int) -> None:
    take_in(work, random_log(random.Random(7), 8))
    whole = sealed(work)
    work.warehouse.execute("TRUNCATE TABLE census_versions")
    monkeypatch.setattr(slices, "RANGE_EVENTS", 5)
    told: list[tuple[int, int]] = []
    opened: list[ClickHouseWarehouse] = []

    def connect() -> ClickHouseWarehouse:
        assert isinstance(work.warehouse, ClickHouseWarehouse)
        opened.append(ClickHouseWarehouse(work.warehouse.address))
        return opened[-1]

    several = connect if lanes > 1 else None
    ranged = sealed(
        replace(work, progress=lambda done, total: told.append((done, total)), connect=several),
        replace(REQUEST, full=True),
    )
    assert len(opened) == (lanes if several else 0), "one to fold on, one for what is stored meanwhile"
    assert (ranged.root, ranged.pupils, ranged.version) == (whole.root, whole.pupils, whole.version)
    assert len(told) > 5
    assert told[-1][0] == told[-1][1]
    assert verify(work.warehouse, ranged, connect=several).holds


def test_a_school_without_pupils_has_an_empty_slice(work: Sealing) -> None:
    take_in(work, numbered([pupil(1), Event(SCHOOL, identity(1), "out", identity(2))]))
    version = sealed(work)
    assert (version.pupils, version.schools) == (0, 1)
    assert versions.slices(work.warehouse, version)[0].checksum == canonical.EMPTY_SLICE
    assert verify(work.warehouse, version).holds


def test_an_empty_register_can_be_sealed(work: Sealing) -> None:
    assert sealed(work).pupils == 0


def test_a_seal_waits_for_what_has_no_outcome(work: Sealing) -> None:
    events = few()
    take_in(work, events[:1])
    store(work.warehouse, events[1:])
    time = Time()
    log = Log({(TOPIC, 0): 3, ("student-changes.empty", 0): 0})
    waiting = replace(work, log=log, clock=time.clock())
    with pytest.raises(ThabianError, match=r"student-changes.a partition 0: 2 missing") as refused:
        seal.seal(waiting, replace(REQUEST, wait_ms=1_000))
    assert refused.value.code == "SNAPSHOT_INCOMPLETE"
    assert versions.listed(work.warehouse) == []
    time.on_sleep = lambda: answer(work, events[1:])
    assert seal.seal(waiting, REQUEST).version.pupils == 3


def test_repeated_receipts_do_not_hide_a_gap(work: Sealing) -> None:
    events = few()
    store(work.warehouse, events)
    answer(work, [events[0], events[2]])
    answer(work, [events[0], events[2]])
    with pytest.raises(ThabianError, match="1 missing"):
        seal.seal(replace(work, log=Log({(TOPIC, 0): 3})), replace(REQUEST, wait_ms=0))


def test_a_partition_that_kafka_does_not_list_is_not_left_out_in_silence(work: Sealing) -> None:
    take_in(work, few())
    with pytest.raises(ThabianError, match=r"does not list partitions .*student-changes.a partition 0") as refused:
        seal.seal(replace(work, log=Log({("student-changes.b", 0): 0})), REQUEST)
    assert refused.value.code == "SNAPSHOT_INCOMPLETE"


def test_a_log_that_begins_late_is_complete(work: Sealing) -> None:
    late = [replace(pupil(1), offset=1000)]
    take_in(work, late)
    assert sealed(work).pupils == 1


def test_the_future_and_another_year_are_refused(work: Sealing) -> None:
    with pytest.raises(ThabianError) as future:
        seal.seal(work, replace(REQUEST, known_at_ms=work.clock.now_ms() + 1))
    assert future.value.code == "SNAPSHOT_KNOWN_AT_FUTURE"
    with pytest.raises(ThabianError) as outside:
        seal.seal(work, replace(REQUEST, as_of=date(2021, 6, 10)))
    assert outside.value.code == "SNAPSHOT_DAY_OUTSIDE_YEAR"


def test_the_clocks_skew_passes_before_the_log_is_read(work: Sealing) -> None:
    take_in(work, few())
    before = work.clock.now_ms()
    version = sealed(work, replace(REQUEST, skew_ms=700))
    assert (version.known_at, version.sealed_at) == (before, before + 700)


def test_two_seals_at_once_do_not_meet(work: Sealing) -> None:
    take_in(work, random_log(random.Random(11), 60))
    assert isinstance(work.warehouse, ClickHouseWarehouse)
    connections = [ClickHouseWarehouse(work.warehouse.address) for _ in range(4)]
    days = [date(2022, 6, day) for day in (10, 10, 11, 12)]

    def one(at: int) -> Version:
        return sealed(replace(work, warehouse=connections[at]), replace(REQUEST, as_of=days[at]))

    with ThreadPoolExecutor(len(days)) as pool:
        made = list(pool.map(one, range(len(days))))
    for connection in connections:
        connection.close()
    assert (made[0].version, made[0].root) == (made[1].version, made[1].root)
    assert len(versions.listed(work.warehouse)) == 3
    for version in versions.listed(work.warehouse):
        assert verify(work.warehouse, version).holds
        assert len(read(work.warehouse, version)) == version.pupils


@pytest.mark.parametrize("step", ["stored_slices", "store_slices", "store_version"])
def test_a_killed_seal_leaves_nothing_to_see(work: Sealing, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    take_in(work, few())
    module = slices if step == "stored_slices" else versions

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, step, killed)
        with pytest.raises(KeyboardInterrupt):
            sealed(work)
    assert versions.listed(work.warehouse) == []
    version = sealed(work)
    assert version.pupils == 3
    assert len(read(work.warehouse, version)) == 3
    assert verify(work.warehouse, version).holds


def test_verify_names_the_school_whose_rows_were_touched(work: Sealing) -> None:
    take_in(work, few())
    version = sealed(work)
    work.warehouse.insert("census_rows", {"run": [version.run], "school_code": [OTHER], "person_key": [identity(9)]})
    found = verify(work.warehouse, version)
    assert not found.holds
    assert (found.rows_differ, found.log_differs, found.root_matches) == ([OTHER], [], True)


def test_verify_names_the_school_whose_log_was_touched(work: Sealing) -> None:
    take_in(work, few())
    version = sealed(work)
    work.warehouse.execute("TRUNCATE TABLE change_log")
    store(work.warehouse, few()[:2])
    assert verify(work.warehouse, version).log_differs == [OTHER]


def test_versions_are_found_by_the_beginning_of_their_id(work: Sealing) -> None:
    with pytest.raises(ThabianError, match="nothing has been sealed"):
        versions.find(work.warehouse, "latest")
    take_in(work, few())
    version = sealed(work)
    second = sealed(work, replace(REQUEST, round=2))
    assert versions.find(work.warehouse, version.version[:10]) == version
    assert versions.find(work.warehouse, second.version.split("-")[2]) == second
    with pytest.raises(ThabianError) as several:
        versions.find(work.warehouse, "2565-")
    assert several.value.code == "SNAPSHOT_AMBIGUOUS"
    with pytest.raises(ThabianError) as none:
        versions.find(work.warehouse, "2566")
    assert none.value.code == "SNAPSHOT_NOT_FOUND"


def test_rows_are_written_in_three_formats(work: Sealing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "RANGE_PUPILS", 1)
    take_in(work, few())
    version = sealed(work)
    written = {}
    for wanted in RowsFormat:
        out = io.BytesIO()
        assert rows.write(work.warehouse, version, wanted, out) == 3
        written[wanted] = out.getvalue()
    lines = [json.loads(line) for line in written[RowsFormat.JSONL].splitlines()]
    assert lines[2] == dict.fromkeys(rows.COLUMNS) | {
        "school_code": str(OTHER), "person_key": identity(3).hex(), "grade": "10", "room": "1", "student_number": "๑๒",
        "sex": "F", "birth_key": "8000000000000003",
    }  # fmt: skip
    text = written[RowsFormat.CSV].decode("utf-8-sig")
    assert [{name: value or None for name, value in row.items()} for row in csv.DictReader(io.StringIO(text))] == lines
    assert pl.read_parquet(io.BytesIO(written[RowsFormat.PARQUET])).to_dicts() == lines


def test_the_published_table_of_school_1020080005(work: Sealing) -> None:
    with PUBLISHED.open(encoding="utf-8-sig") as file:
        published = list(csv.reader(file))[1:]
    names = {"อบ.": "อ."}
    events: list[Event] = []
    grades = iter(f"{number:02}" for number in range(1, 19))
    for _, label, boys, girls, _, _ in published:
        if label.startswith("รวม"):
            continue
        grade = next(grades)
        events += [pupil(len(events) + at + 1, grade=grade, sex="M") for at in range(int(boys))]
        events += [pupil(len(events) + at + 1, grade=grade, sex="F") for at in range(int(girls))]
    take_in(work, numbered(events))
    version = sealed(work)
    table = grade_sex_room.table(work.warehouse, scope(work.warehouse, version, str(SCHOOL)))
    found = [[str(cell) for cell in row.cells[1:]] for row in table.rows if row.cells[0] != "00"]
    assert [row[1:] for row in found] == [row[2:] for row in published]
    assert [row[0] for row in found if not row[0].startswith("รวม")] == [
        row[1].replace("อบ.", names["อบ."]) for row in published if not row[1].startswith("รวม")
    ]
    assert found[-1] == ["รวมทั้งหมด", "31", "28", "59", "8"]


def test_unknown_codes_have_rows_and_columns_of_their_own(work: Sealing) -> None:
    odd = [pupil(1, grade="ม.7"), pupil(2, sex="X"), pupil(3, grade="", room=""), pupil(4, sex="")]
    take_in(work, numbered(odd))
    version = sealed(work)
    table = grade_sex_room.table(work.warehouse, Scope(version))
    assert [column.name for column in table.columns] == [
        "grade",
        "label",
        "boys",
        "girls",
        "sex_none",
        "sex_X",
        "total",
        "rooms",
    ]
    assert table.rows[-1].cells[2:] == (0, 2, 1, 1, 4, 2)
    assert [row.cells[0] for row in table.rows][-3:] == ["", "ม.7", ""]
    for row in table.rows:
        assert sum(int(cell or 0) for cell in row.cells[2:-2]) == row.cells[-2]


def test_rooms_of_several_schools_add_up(work: Sealing) -> None:
    take_in(work, numbered([pupil(1), pupil(2, room="2"), pupil(3, OTHER), pupil(4, OTHER)]))
    version = sealed(work)
    assert grade_sex_room.table(work.warehouse, Scope(version)).rows[-1].cells[-2:] == (4, 3)
    with pytest.raises(ThabianError) as unknown:
        scope(work.warehouse, version, "1020080007")
    assert unknown.value.code == "SCHOOL_NOT_IN_SNAPSHOT"


def read(warehouse: Warehouse, version: Version) -> list[tuple[object, ...]]:
    return warehouse.rows(ROWS, Scope(version).parameters)


def test_the_sql_ships_with_the_package() -> None:
    assert {file.name[:2] for file in (files("snapshots") / "sql").iterdir()} >= {"01", "17"}


def test_offsets_that_hold_no_record_are_not_waited_for(work: Sealing) -> None:
    take_in(work, [replace(event, offset=2 * event.offset) for event in few()])
    log = work.log
    assert isinstance(log, Log)
    log.ends[TOPIC, 0] = 6
    log.markers = {((TOPIC, 0), 1), ((TOPIC, 0), 5)}
    with pytest.raises(ThabianError, match=r"student-changes.a partition 0: 2 missing"):
        seal.seal(work, replace(REQUEST, wait_ms=0))
    log.markers.add(((TOPIC, 0), 3))
    log.markers.remove(((TOPIC, 0), 1))
    with pytest.raises(ThabianError, match="3 missing"):
        seal.seal(work, replace(REQUEST, wait_ms=0))
    log.markers.add(((TOPIC, 0), 1))
    assert sealed(work).pupils == 3


def test_what_a_sealed_cut_settled_is_not_asked_of_the_log_again(work: Sealing) -> None:
    take_in(work, [replace(event, offset=2 * event.offset) for event in few()])
    log = work.log
    assert isinstance(log, Log)
    log.markers = {((TOPIC, 0), 1), ((TOPIC, 0), 3)}
    sealed(work)
    log.markers.clear()  # expired by now
    take_in(work, [replace(pupil(4), offset=5, append_time=5)])
    work.clock.sleep_ms(1)
    assert sealed(work).pupils == 4


def test_another_load_of_schools_is_another_version_of_the_same_numbers(work: Sealing) -> None:
    take_in(work, few())
    before = sealed(work)
    assert before.school_list == bytes(32)
    school = School(SCHOOL, "โรงเรียน", "10", "", "", "", False, True, None, None)
    digest = schools.load(work.warehouse, [school], 0)
    work.clock.sleep_ms(1)
    after = sealed(work)
    assert (after.school_list.hex(), after.root, after.cut) == (digest, before.root, before.cut)
    assert after.version != before.version
    assert verify(work.warehouse, after).holds
