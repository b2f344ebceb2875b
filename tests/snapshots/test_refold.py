"""A version after a few changes folds a few schools, and is what a full fold would have made."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from snapshots import fold, logged_events, slices, versions
from snapshots.log_ends import Cut
from snapshots.seal import Request, Sealing, seal
from snapshots.verify import verify
from snapshots.versions import Version
from tests.snapshots.histories import identity, numbered, random_log
from tests.snapshots.oracle import Event
from tests.snapshots.sealing import OTHER, SCHOOL, Log, empty_register, take_in
from warehouse.clickhouse import ClickHouseWarehouse

pytestmark = pytest.mark.real
THIRD = 1020080007
NIT, NOI = identity(1), identity(2)


def sealed(work: Sealing, cut: Cut | None = None, **more: object) -> Version:
    """A version at this cut, or at the end of the log, under a label of its own."""
    work.clock.sleep_ms(1)
    log = work.log if cut is None else Log(cut)
    return seal(replace(work, log=log), Request(2565, 1, date(2022, 6, 10), wait_ms=0, **more)).version  # type: ignore[arg-type]


def folded(work: Sealing, version: Version) -> set[int]:
    """The schools this version folded itself."""
    found = versions.slices(work.warehouse, version)
    return {item.school_code for item in found if item.folded_by == version.run}


def checksums(work: Sealing, version: Version) -> dict[int, tuple[bytes, int]]:
    return {item.school_code: (item.checksum, item.pupils) for item in versions.slices(work.warehouse, version)}


def enter(number: int, school: int = SCHOOL, person: bytes = NIT, **more: object) -> Event:
    return Event(school, person, "enrolled", identity(number), values={"grade": "04"}, **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _any_work_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "WORTH_SHARING", 2)


@pytest.mark.parametrize("few", [0, 200], ids=["each step reads the log", "read once"])
@settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
@example(seed=1)
def test_a_chain_of_versions_equals_full_folds(
    warehouse: ClickHouseWarehouse, monkeypatch: pytest.MonkeyPatch, few: int, seed: int
) -> None:
    monkeypatch.setattr(fold, "FEW_SCHOOLS", few)
    work = empty_register(warehouse)
    if seed % 2:
        work = replace(work, connect=lambda: ClickHouseWarehouse(warehouse.address))
    chance = random.Random(seed)
    log = random_log(chance, 120)
    take_in(work, log)
    assert isinstance(work.log, Log)
    cut = {place: end // 3 for place, end in work.log.ends.items()}
    made = [sealed(work, cut)]
    for _ in range(4):
        cut = {place: min(end, cut[place] + chance.choice((0, 1, 5, 40))) for place, end in work.log.ends.items()}
        made.append(sealed(work, cut))
    made.append(sealed(work))
    for version in made:
        assert verify(warehouse, version).holds, "verify folds in full"
    partly = [version for version in made[1:] if len(folded(work, version)) < version.schools]
    assert len(partly) >= 3
    work.warehouse.execute("TRUNCATE TABLE census_versions")
    whole = sealed(work, full=True)
    assert len(folded(work, whole)) == whole.schools
    assert (whole.version, whole.root) == (made[-1].version, made[-1].root)
    assert checksums(work, whole) == checksums(work, made[-1])


def test_only_the_schools_that_sent_something_are_folded(work: Sealing) -> None:
    log = numbered([enter(1), enter(2, OTHER), enter(3, THIRD, person=NOI)])
    take_in(work, log[:2])
    first = sealed(work)
    take_in(work, log[2:])
    second = sealed(work)
    assert folded(work, second) == {THIRD}
    assert second.pupils == 3
    again = sealed(work, full=True)
    assert again == second, "the same version stands"
    other_day = seal(work, Request(2565, 1, date(2022, 6, 11), wait_ms=0)).version
    assert folded(work, other_day) == {SCHOOL, OTHER, THIRD}
    assert verify(work.warehouse, first).holds
    assert verify(work.warehouse, second).holds


@pytest.mark.parametrize("voided", [False, True])
def test_a_number_replaced_elsewhere_touches_the_schools_that_know_it(work: Sealing, voided: bool) -> None:
    replaced = Event(OTHER, NIT, "identity", identity(3), new_person=NOI)
    events = [enter(1), enter(2, person=NOI), enter(4, THIRD, person=identity(9)), replaced]
    later = [Event(OTHER, identity(8), "void", identity(5), voids=identity(3))] if voided else []
    log = numbered([*events, *later])
    known = len(events) if voided else len(events) - 1
    take_in(work, log[:known])
    assert sealed(work).pupils == (2 if voided else 3)
    take_in(work, log[known:])
    second = sealed(work)
    assert second.pupils == (3 if voided else 2)
    assert folded(work, second) == {SCHOOL, OTHER}
    assert verify(work.warehouse, second).holds


@pytest.mark.parametrize("connects", [False, True])
def test_replaced_numbers_stay_those_of_the_base(work: Sealing, connects: bool) -> None:
    """Chains of versions: the one in between has no new replacement and takes where numbers lead from the one before."""
    if connects:
        assert isinstance(work.warehouse, ClickHouseWarehouse)
        address = work.warehouse.address
        work = replace(work, connect=lambda: ClickHouseWarehouse(address))
    first = Event(OTHER, NIT, "identity", identity(3), new_person=NOI)
    last = Event(THIRD, NOI, "identity", identity(6), new_person=identity(7))
    log = numbered([enter(1), enter(2, person=NOI), first, enter(4, THIRD), last, enter(5, person=identity(7))])
    made = []
    for known in (3, 4, 5, 6):
        take_in(work, log[:known])
        made.append(sealed(work))
    assert [version.pupils for version in made] == [1, 2, 2, 2]
    assert [folded(work, version) for version in made[1:]] == [{THIRD}, {SCHOOL, OTHER, THIRD}, {SCHOOL}]
    for version in made:
        assert verify(work.warehouse, version).holds
    ends = [logged_events.identity_ends(work.warehouse, version.run) for version in made]
    assert ends == [{NIT: NOI}] * 2 + [{NIT: identity(7), NOI: identity(7)}] * 2


def test_a_cut_that_lies_lower_somewhere_is_folded_in_full(work: Sealing) -> None:
    take_in(work, numbered([enter(1), enter(2, OTHER)]))
    sealed(work)
    lower = sealed(work, {("student-changes.a", 0): 1})
    assert (folded(work, lower), lower.pupils) == ({SCHOOL}, 1)
    assert verify(work.warehouse, lower).holds


def test_an_earlier_copy_that_comes_late_counts(work: Sealing) -> None:
    late = Event(SCHOOL, NIT, "enrolled", identity(1), values={"grade": "05"}, partition=1, append_time=5)
    take_in(work, [replace(enter(1), append_time=9), enter(2, OTHER, offset=1)])
    sealed(work)
    take_in(work, [late])
    second = sealed(work)
    assert folded(work, second) == {SCHOOL}
    assert verify(work.warehouse, second).holds
