"""Scopes: one school, an area, an affiliation, all; and what a report prints about where it comes from."""

import pytest

from schemas.errors import ThabianError
from snapshots import canonical, schools
from snapshots.reports import grade_sex_room
from snapshots.reports.scope import Scope, in_every, named
from snapshots.schools import School
from snapshots.seal import Sealing
from tests.snapshots.reports.people import ELSEWHERE, pupil, total, version
from tests.snapshots.sealing import OTHER, SCHOOL

pytestmark = pytest.mark.real


def school(code: int, area: str, **more: object) -> School:
    fields = {
        "code": code, "name": f"โรงเรียน {code}", "affiliation": f"{code:010}"[:2], "area": area, "district": "ลาดกระบัง",
        "province": "กรุงเทพมหานคร", "is_boarding": False, "is_expected": True, "valid_from": None, "valid_to": None,
    }  # fmt: skip
    return School(**fields | more)  # type: ignore[arg-type]


@pytest.fixture
def whole(work: Sealing) -> Scope:
    known = [
        school(SCHOOL, "เขตหนึ่ง"),
        school(OTHER, "เขตสอง"),
        school(ELSEWHERE, "เขตหนึ่ง"),
        school(1020080999, "เขตสาม"),
    ]
    schools.load(work.warehouse, known, 1)
    return version(work, pupil(1), pupil(2), pupil(3, OTHER), pupil(4, ELSEWHERE))


@pytest.mark.parametrize(
    ("name", "pupils"),
    [
        ("all", 4),
        (f"school:{SCHOOL}", 2),
        ("affiliation:10", 3),
        ("affiliation:11", 1),
        ("area:เขตหนึ่ง", 3),
        ("area:เขตสอง", 1),
        ("area:เขตสาม", 0),
        ("district:ลาดกระบัง", 4),
        ("province:กรุงเทพมหานคร", 4),
    ],
)
def test_a_scope_counts_its_schools(work: Sealing, whole: Scope, name: str, pupils: int) -> None:
    scope = named(work.warehouse, whole.version, name)
    made = grade_sex_room.table(work.warehouse, scope)
    assert total(made)["total"] == pupils
    assert scope.name == name


def test_one_school_is_called_by_the_name_of_the_versions_own_list(work: Sealing, whole: Scope) -> None:
    schools.load(work.warehouse, [school(SCHOOL, "เขตหนึ่ง", name="ชื่อใหม่")], 2)
    scope = named(work.warehouse, whole.version, f"school:{SCHOOL}")
    assert scope.title == f"โรงเรียน {SCHOOL} (รหัส {SCHOOL})"
    assert grade_sex_room.table(work.warehouse, scope).scope == scope.title


def test_a_school_no_list_knows_is_called_by_its_code(work: Sealing) -> None:
    assert named(work.warehouse, version(work, pupil(1)).version, f"school:{SCHOOL}").title == f"โรงเรียน {SCHOOL}"


def test_the_checksum_of_a_part_is_the_root_over_its_slices(work: Sealing, whole: Scope) -> None:
    scope = named(work.warehouse, whole.version, "area:เขตหนึ่ง")
    one, other = (named(work.warehouse, whole.version, f"school:{code}") for code in (SCHOOL, ELSEWHERE))
    assert one.school
    assert other.school
    expected = canonical.root({SCHOOL: one.school.checksum, ELSEWHERE: other.school.checksum})
    assert (scope.origin().checksum_of, scope.origin().checksum) == ("root area:เขตหนึ่ง", expected.hex())
    every = named(work.warehouse, whole.version, "district:ลาดกระบัง")
    assert every.origin().checksum == whole.version.root.hex(), "the root over all schools is the version's"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("area:ไม่มี", "SCOPE_EMPTY"),
        ("affiliation:99", "SCOPE_EMPTY"),
        ("school:1", "SCHOOL_NOT_IN_SNAPSHOT"),
        ("school:x", "SCHOOL_NOT_IN_SNAPSHOT"),
        ("school:" + "9" * 30, "SCHOOL_NOT_IN_SNAPSHOT"),
        ("planet:earth", "SCOPE_INVALID"),
        ("area:", "SCOPE_INVALID"),
    ],
)
def test_a_scope_that_is_none(work: Sealing, whole: Scope, name: str, code: str) -> None:
    with pytest.raises(ThabianError) as raised:
        named(work.warehouse, whole.version, name)
    assert raised.value.code == code


def test_a_school_that_sent_nothing_is_told_as_absent(work: Sealing, whole: Scope) -> None:
    with pytest.raises(ThabianError, match="ABSENT") as raised:
        named(work.warehouse, whole.version, "school:1020080999")
    assert raised.value.code == "SCHOOL_NOT_IN_SNAPSHOT"


@pytest.mark.parametrize(
    ("names", "found", "schools_there"),
    [
        ((), "all", {SCHOOL, OTHER, ELSEWHERE}),
        (("area:เขตหนึ่ง",), "area:เขตหนึ่ง", {SCHOOL, ELSEWHERE}),
        (("area:เขตหนึ่ง", "affiliation:10"), "area:เขตหนึ่ง, affiliation:10", {SCHOOL}),
        (("affiliation:10", "area:เขตหนึ่ง"), "affiliation:10, area:เขตหนึ่ง", {SCHOOL}),
        ((f"school:{OTHER}", "area:เขตสอง", "affiliation:10"), f"school:{OTHER}", {OTHER}),
        (("area:เขตสอง", f"school:{OTHER}"), f"school:{OTHER}", {OTHER}),
        (("area:เขตสาม", "affiliation:10"), "area:เขตสาม, affiliation:10", set()),
    ],
)
def test_schools_of_several_scopes(
    work: Sealing, whole: Scope, names: tuple[str, ...], found: str, schools_there: set[int]
) -> None:
    scope = in_every(work.warehouse, whole.version, names)
    assert scope.name == found
    assert scope.among([SCHOOL, OTHER, ELSEWHERE]) == schools_there
    assert total(grade_sex_room.table(work.warehouse, scope))["total"] == len(schools_there) + (SCHOOL in schools_there)
    listed = {SCHOOL: "เขตหนึ่ง", OTHER: "เขตสอง", ELSEWHERE: "เขตหนึ่ง"}
    assert {code for code, area in listed.items() if scope.holds(school(code, area))} == schools_there


@pytest.mark.parametrize(
    "names",
    [("area:เขตสอง", "affiliation:11"), (f"school:{SCHOOL}", "area:เขตสอง"), ("area:เขตสาม", f"school:{SCHOOL}")],
)
def test_scopes_that_share_no_school(work: Sealing, whole: Scope, names: tuple[str, ...]) -> None:
    with pytest.raises(ThabianError) as raised:
        in_every(work.warehouse, whole.version, names)
    assert (raised.value.code, raised.value.exit_code) == ("SCOPE_EMPTY", 2)
