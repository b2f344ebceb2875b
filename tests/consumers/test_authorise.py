"""Who may send what, by grants in force at the append time (semantics 1.2): the join, the rows, the pipeline."""

from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers import grants
from consumers.authorise import ALL, Grants, unauthorised
from consumers.columns import KIND, ROW
from consumers.grants import Grant, Wanted
from consumers.normalise import SCHOOL
from consumers.warehouse_register import WarehouseRegister
from schemas import catalogue
from schemas.errors import ThabianError
from schemas.framing import encode
from tests.consumers.memory import MemoryLog, MemoryRegister
from tests.consumers.test_intake import drain, outcomes
from tests.events import event, message, person_id
from warehouse.clickhouse import ClickHouseWarehouse

BANGKOK_SCHOOL, PRIVATE_SCHOOL = 1020080005, 1120080005


def events(*rows: tuple[str, int | None, str, int]) -> pl.DataFrame:
    """Of (topic, school, kind, append_time)."""
    schema = {"topic": pl.String, SCHOOL: pl.UInt64, KIND: pl.String, "append_time": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_row_index(ROW)


def is_refused(
    held: Grants, publisher: str = "a", school: int = BANGKOK_SCHOOL, kind: str = "StudentDied", at: int = 5
) -> bool:
    return unauthorised(events((f"x.student-changes.{publisher}", school, kind, at)), held) == [0]


def test_without_a_grant_nothing_is_authorised() -> None:
    assert is_refused(Grants.of([]))


def test_a_grant_is_of_its_publisher_school_and_kind() -> None:
    held = Grants.of([("a", BANGKOK_SCHOOL, "StudentDied", 0, 10)])
    assert not is_refused(held)
    assert is_refused(held, publisher="b")
    assert is_refused(held, publisher="aa")
    assert is_refused(held, school=BANGKOK_SCHOOL + 1)
    assert is_refused(held, kind="StudentEnrolled")


def test_an_affiliation_covers_its_schools_and_no_others() -> None:
    held = Grants.of([("a", 10, ALL, 0, 10)])
    assert not is_refused(held)
    assert is_refused(held, school=PRIVATE_SCHOOL)


def test_a_grant_begins_and_ends_by_append_time() -> None:
    held = Grants.of([("a", BANGKOK_SCHOOL, ALL, 5, 8)])
    assert [is_refused(held, at=at) for at in range(4, 10)] == [True, False, False, False, True, True]


def test_all_leaves_out_what_must_be_named() -> None:
    held = Grants.of([("a", 10, ALL, 0, 10)])
    assert [kind for kind in catalogue.KINDS if is_refused(held, kind=kind)] == ["IdentityReplaced"]
    named = Grants.of([("a", 10, "IdentityReplaced", 0, 10)])
    assert [kind for kind in catalogue.KINDS if not is_refused(named, kind=kind)] == ["IdentityReplaced"]


def test_an_unreadable_school_is_left_to_its_own_rule() -> None:
    assert unauthorised(events(("student-changes.a", None, "StudentDied", 5)), Grants.of([])) == []


GRANT = st.tuples(
    st.sampled_from("ab"),
    st.sampled_from([BANGKOK_SCHOOL, PRIVATE_SCHOOL, 10, 11]),
    st.sampled_from([ALL, "StudentDied", "IdentityReplaced"]),
    st.integers(0, 6),
    st.integers(0, 6),
)
EVENT = st.tuples(
    st.sampled_from(["student-changes.a", "student-changes.b", "student-changes.c"]),
    st.sampled_from([BANGKOK_SCHOOL, PRIVATE_SCHOOL, None]),
    st.sampled_from(["StudentDied", "StudentEnrolled", "IdentityReplaced"]),
    st.integers(0, 6),
)


@given(st.lists(GRANT, max_size=8), st.lists(EVENT, max_size=20))
def test_the_join_says_what_a_naive_search_says(
    held: list[tuple[str, int, str, int, int]], sent: list[tuple[str, int | None, str, int]]
) -> None:
    def has_grant(topic: str, school: int, kind: str, at: int) -> bool:
        return any(
            topic.endswith(f".{publisher}")
            and scope in (school, int(str(school)[:2]))
            and (granted == kind or (granted == ALL and kind != "IdentityReplaced"))
            and begins <= at < ends
            for publisher, scope, granted, begins, ends in held
        )

    wanted = [
        row
        for row, (topic, school, kind, at) in enumerate(sent)
        if school is not None and not has_grant(topic, school, kind, at)
    ]
    assert sorted(unauthorised(events(*sent), Grants.of(held))) == wanted


def test_the_pipeline_rejects_and_a_resend_under_a_grant_is_accepted() -> None:
    """The history: a school's system sends before anyone granted it; the same events come again afterwards."""
    log, register = MemoryLog(), MemoryRegister()
    register.granted = Grants.of([("t", BANGKOK_SCHOOL, ALL, 2, 2**60)])
    log.append(message(number=1), timestamp=1)
    log.append(message(number=1), timestamp=2)
    log.append(message(number=2, person_id="12"), timestamp=1)
    log.append(encode("IdentityReplaced", event(3, new_person_id=person_id(4))), timestamp=3)
    log.append(message(number=5, school_code="1020080006"), timestamp=3)
    log.append(b"unreadable", timestamp=1)
    drain(log, register)
    assert [outcomes(register)[0, offset] for offset in range(6)] == [
        ("REJECTED", ["NOT_AUTHORISED"]),
        ("ACCEPTED", []),
        ("REJECTED", ["PERSON_ID_INVALID", "NOT_AUTHORISED"]),
        ("REJECTED", ["NOT_AUTHORISED"]),
        ("REJECTED", ["NOT_AUTHORISED"]),
        ("DEAD_LETTER", ["FRAMING_UNKNOWN"]),
    ]


def test_a_later_revocation_leaves_a_decision_as_it_was() -> None:
    """Semantics 3.1: redelivered after the grant has gone, an accepted event repeats every step and stays accepted."""
    log, register = MemoryLog(), MemoryRegister()
    log.append(message(number=1))
    drain(log, register)
    register.granted = Grants.of([])
    register.tables["persons"].clear()
    log.positions.clear()
    drain(log, register)
    assert outcomes(register) == {(0, 0): ("ACCEPTED", [])}
    assert len(list(register.rows("persons"))) == 1, "no trace of one step excuses another"


def test_a_rejected_event_that_a_later_grant_would_admit_takes_no_identity_when_it_comes_again() -> None:
    """The history: rejected at offset 0, granted back to then, resent at offset 1; a crash delivers both in one batch."""
    log, register = MemoryLog(), MemoryRegister()
    held, register.granted = register.granted, Grants.of([])
    log.append(message(number=1))
    drain(log, register)
    register.granted = held
    log.append(message(number=1))
    log.positions.clear()
    drain(log, register)
    assert outcomes(register) == {(0, 0): ("REJECTED", ["NOT_AUTHORISED"]), (0, 1): ("ACCEPTED", [])}
    assert [row["offset"] for row in register.rows("change_log")] == [1]


@pytest.fixture
def tables(warehouse: ClickHouseWarehouse) -> Iterator[ClickHouseWarehouse]:
    yield warehouse
    for table in ("publishers", "grants", "grant_revocations"):
        warehouse.execute(f"TRUNCATE TABLE {table}")


def granted(
    tables: ClickHouseWarehouse, now: int, begins: int | None = None, ends: int | None = None, kinds: str = ALL
) -> tuple[Grant, bool]:
    wanted = Wanted("a", grants.school_scope(str(BANGKOK_SCHOOL)), grants.kinds_of(kinds), begins, ends)
    return grants.grant(tables, wanted, now)


@pytest.mark.real
def test_grants_are_rows_that_are_added_and_never_changed(tables: ClickHouseWarehouse) -> None:
    register = WarehouseRegister(tables)
    assert grants.add(tables, "a", 1)
    assert not grants.add(tables, "a", 2)
    assert is_refused(register.grants())
    first, is_new = granted(tables, 3)
    assert is_new
    assert not is_refused(register.grants(), at=5), "a grant made after the last look is seen at the next"
    assert granted(tables, 4) == (first, False), "the same again"
    revoked, is_new = grants.revoke(tables, first.grant_id, 6)
    assert (is_new, revoked.over) == (True, 6)
    assert grants.revoke(tables, first.grant_id, 7) == (revoked, False)
    assert not is_refused(register.grants(), at=5), "it ends a grant from its own time on"
    assert is_refused(register.grants(), at=6)
    second, is_new = granted(tables, 8)
    assert is_new
    assert second.grant_id != first.grant_id
    assert [is_refused(register.grants(), at=at) for at in (5, 7, 8)] == [False, True, False]
    assert len(grants.listed(tables, "a")) == 2
    assert grants.listed(tables, "b") == []


@pytest.mark.real
def test_an_identical_grant_is_one_that_gives_the_same(tables: ClickHouseWarehouse) -> None:
    grants.add(tables, "a", 1)
    granted(tables, 3, begins=10, ends=20)
    assert granted(tables, 4, begins=12, ends=20)[1] is False
    assert granted(tables, 4, begins=9, ends=20)[1] is True, "earlier"
    assert granted(tables, 4, begins=12)[1] is True, "for longer"
    assert granted(tables, 4, begins=12, ends=20, kinds="StudentDied")[1] is True, "other kinds"


@pytest.mark.real
@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("PUBLISHER_UNKNOWN", lambda tables: granted(tables, 1)),
        ("GRANT_UNKNOWN", lambda tables: grants.revoke(tables, "nothing", 1)),
        ("GRANT_INVALID", lambda tables: (grants.add(tables, "a", 0), granted(tables, 5, ends=5))),
        ("GRANT_INVALID", lambda _: grants.school_scope("102008000")),
        ("GRANT_INVALID", lambda _: grants.affiliation_scope("00")),
        ("GRANT_INVALID", lambda _: grants.kinds_of("StudentDied,Students")),
        ("GRANT_INVALID", lambda _: grants.kinds_of(" ,")),
    ],
)
def test_what_cannot_be_granted(tables: ClickHouseWarehouse, code: str, act) -> None:
    with pytest.raises(ThabianError) as refused:
        act(tables)
    assert refused.value.code == code
