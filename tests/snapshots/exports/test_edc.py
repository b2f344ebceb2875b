"""Bundles for EDC: counts, checksums, nobody's name unless asked for, and corrections with the event behind them."""

import csv
import hashlib
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from schemas.errors import ThabianError
from snapshots import schools, seal
from snapshots.exports import bundle, corrections, edc
from snapshots.reports.scope import Scope, named
from snapshots.seal import Request, Sealing
from snapshots.versions import Version
from tests.events import person_id
from tests.snapshots.histories import identity, numbered
from tests.snapshots.oracle import Event
from tests.snapshots.reports.people import ELSEWHERE, TENTH, person, pupil, sealed
from tests.snapshots.reports.test_scope import school
from tests.snapshots.sealing import OTHER, SCHOOL, take_in

pytestmark = pytest.mark.real


def lines(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "Excel reads the Thai"
    return list(csv.DictReader(text.decode("utf-8-sig").splitlines()))


def check_manifest(folder: Path, scope: Scope) -> dict[str, object]:
    manifest = json.loads((folder / bundle.MANIFEST).read_text(encoding="utf-8"))
    for name, file in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == file["sha256"]
        assert len(lines(folder / name)) == file["rows"]
    assert manifest["root"] == scope.version.root.hex()
    return dict(manifest)


@pytest.fixture
def scope(work: Sealing) -> Scope:
    absent = school(1020080999, "เขตหนึ่ง", name="ยังไม่ส่ง")
    known = [school(SCHOOL, "เขตหนึ่ง", name="บ้านหนึ่ง"), school(OTHER, "เขตหนึ่ง"), school(ELSEWHERE, "เขตสอง"), absent]
    schools.load(work.warehouse, known, 1)
    log = numbered([pupil(1), pupil(2, sex="M", grade="ZZ"), pupil(3, OTHER), pupil(4, ELSEWHERE)])
    whole = sealed(work, log)
    person(work, log[0], person_id=person_id(1), title="เด็กหญิง", first_name="น้ำ", last_name="=1+1")
    return named(work.warehouse, whole.version, "affiliation:10")


def test_an_affiliations_bundle(work: Sealing, scope: Scope, tmp_path: Path) -> None:
    with bundle.made(tmp_path / "edc") as made:
        edc.write(work.warehouse, scope, made)
    manifest = check_manifest(tmp_path / "edc", scope)
    assert (manifest["scope"], manifest["has_names"]) == ("affiliation:10", False)
    assert "not public" in str(manifest["layout"])
    pupils = lines(tmp_path / "edc" / "pupils.csv")
    assert [(row["รหัสโรงเรียน"], row["ชั้น"]) for row in pupils] == [
        (str(SCHOOL), "ป.1"), (str(SCHOOL), "ZZ"), (str(OTHER), "ป.1"),
    ]  # fmt: skip
    assert "ชื่อ" not in pupils[0]
    totals = lines(tmp_path / "edc" / "totals.csv")
    assert sum(int(row["จำนวน"]) for row in totals) == len(pupils) == 3
    found = {row["รหัสโรงเรียน"]: (row["สถานะ"], row["จำนวนนักเรียน"]) for row in lines(tmp_path / "edc" / "schools.csv")}
    assert found == {str(SCHOOL): ("SENT", "2"), str(OTHER): ("SENT", "1"), "1020080999": ("ABSENT", "")}


def test_totals_tell_boys_first(work: Sealing, tmp_path: Path) -> None:
    scope = sealed(work, numbered([pupil(1), pupil(2, sex="M"), pupil(3, sex="X"), pupil(4, grade="01", sex="M")]))
    with bundle.made(tmp_path / "edc") as made:
        edc.write(work.warehouse, scope, made)
    found = [(row["ชั้น"], row["เพศ"]) for row in lines(tmp_path / "edc" / "totals.csv")]
    assert found == [("อ.1", "ชาย"), ("ป.1", "ชาย"), ("ป.1", "หญิง"), ("ป.1", "เพศนอกรายการ: X")]


def test_with_names_in_a_zip_file_that_is_the_same_every_time(work: Sealing, scope: Scope, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        with bundle.made(tmp_path / name) as made:
            edc.write(work.warehouse, scope, made, has_names=True)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        archive.extractall(tmp_path / "out")
    check_manifest(tmp_path / "out", scope)
    first = lines(tmp_path / "out" / "pupils.csv")[0]
    assert (first["เลขประจำตัวประชาชน"], first["ชื่อ"], first["นามสกุล"]) == (person_id(1), "น้ำ", "'=1+1")
    assert first["วันเกิด"] == ""
    assert len(lines(tmp_path / "out" / "pupils.csv")) == 3


def test_corrections_hold_what_changed_and_the_event_behind_it(work: Sealing, scope: Scope, tmp_path: Path) -> None:
    """Since the first bundle one pupil changed rooms, one left, one came; at another affiliation one left as well."""
    later = [
        Event(SCHOOL, identity(1), "changed", identity(701), day=TENTH, values={"room": "2"}),
        Event(SCHOOL, identity(2), "out", identity(702), day=TENTH),
        replace(pupil(9, OTHER), day=TENTH),
        Event(ELSEWHERE, identity(4), "out", identity(704), day=TENTH),
    ]
    take_in(work, [replace(event, offset=4 + at, append_time=4 + at) for at, event in enumerate(later)])
    work.clock.sleep_ms(1)
    after = seal.seal(work, Request(2565, 1, TENTH)).version
    now = named(work.warehouse, after, "affiliation:10")
    with bundle.made(tmp_path / "edc") as made:
        corrections.write(work.warehouse, now, scope.version, made)
    manifest = check_manifest(tmp_path / "edc", now)
    assert (manifest["since"], manifest["since_root"]) == (scope.version.version, scope.version.root.hex())
    found = {row["รหัสแทนบุคคล"]: row for row in lines(tmp_path / "edc" / "corrections.csv")}
    kinds = {key: row["การแก้ไข"] for key, row in found.items()}
    assert kinds == {identity(1).hex(): "CHANGED", identity(2).hex(): "REMOVED", identity(9).hex(): "ADDED"}
    moved = found[identity(1).hex()]
    assert (moved["รายการที่แก้"], moved["ห้อง (เดิม)"], moved["ห้อง (ใหม่)"]) == ("ห้อง", "1", "2")
    events = {row["รหัสแทนบุคคล"]: row for row in lines(tmp_path / "edc" / "events.csv")}
    assert events[identity(2).hex()]["event_id"] == identity(702).hex()
    assert events[identity(2).hex()]["เหตุการณ์"] == "StudentTransferredOut"


OLD_KEY, NEW_KEY = 2**63 + 7, 8
"""Keys of two birth dates."""


@pytest.fixture
def mended(work: Sealing) -> tuple[Version, Scope]:
    """Since the first version a birth date and a grade were mended, another pupil's room, and a third one left."""
    log = numbered([pupil(1, birth_key=OLD_KEY), pupil(2, birth_key=OLD_KEY), pupil(3)])
    later = [
        Event(SCHOOL, identity(1), "mended", identity(701), values={"grade": "05", "birth_key": NEW_KEY}),
        Event(SCHOOL, identity(2), "mended", identity(702), values={"room": "2"}),
        Event(SCHOOL, identity(3), "out", identity(703), day=TENTH),
    ]
    later = [replace(event, offset=3 + at, append_time=3 + at) for at, event in enumerate(later)]
    first = sealed(work, log).version
    for number, event in enumerate(log, 1):
        told = {"birth_date": date(2010, 2, 1)} if number < 3 else {}
        person(
            work, event, person_id=person_id(number), title="เด็กหญิง", first_name=f"น้ำ{number}", last_name="ดี", **told
        )
    person(work, later[0], person_id=person_id(1), birth_date=date(2010, 1, 2))
    take_in(work, later)
    work.clock.sleep_ms(1)
    now = seal.seal(work, Request(2565, 1, TENTH)).version
    return first, named(work.warehouse, now, f"school:{SCHOOL}")


BORN = ("วันเกิด (เดิม)", "วันเกิด (ใหม่)")


def corrected(folder: Path) -> list[dict[str, str]]:
    """The lines of three pupils, by number."""
    found = {row["รหัสแทนบุคคล"]: row for row in lines(folder / "corrections.csv")}
    return [found[identity(number).hex()] for number in (1, 2, 3)]


def test_a_corrected_birth_date_is_seen_by_its_keys(
    work: Sealing, mended: tuple[Version, Scope], tmp_path: Path
) -> None:
    """Old and new, where it was corrected alone; the manifest says that they are keys. No name, no date."""
    first, now = mended
    with bundle.made(tmp_path / "edc") as made:
        corrections.write(work.warehouse, now, first, made)
    manifest = check_manifest(tmp_path / "edc", now)
    assert "keys" in str(manifest["birth_dates"])
    born, moved, gone = corrected(tmp_path / "edc")
    assert born["รายการที่แก้"] == "ชั้น, วันเกิด"
    assert [born[name] for name in BORN] == ["8000000000000007", "0000000000000008"]
    assert [line[name] for line in (moved, gone) for name in BORN] == [""] * 4
    text = (tmp_path / "edc" / "corrections.csv").read_text(encoding="utf-8")
    assert not any(told in text for told in (person_id(1), "น้ำ", "2553"))


def test_corrections_with_names_say_whom_they_are_about(
    work: Sealing, mended: tuple[Version, Scope], tmp_path: Path
) -> None:
    """Number and name beside each, of who left as well; birth dates as in the whole bundle; nobody's address."""
    first, now = mended
    with bundle.made(tmp_path / "edc") as made:
        corrections.write(work.warehouse, now, first, made, has_names=True)
    assert check_manifest(tmp_path / "edc", now)["has_names"] is True
    found = corrected(tmp_path / "edc")
    assert [(line["เลขประจำตัวประชาชน"], line["ชื่อ"], line["นามสกุล"]) for line in found] == [
        (person_id(number), f"น้ำ{number}", "ดี") for number in (1, 2, 3)
    ]
    assert [line["การแก้ไข"] for line in found] == ["CHANGED", "CHANGED", "REMOVED"]
    assert [[line[name] for name in BORN] for line in found] == [
        ["01/02/2553", "02/01/2553"], ["01/02/2553", "01/02/2553"], ["", ""],
    ]  # fmt: skip
    assert "จังหวัด (ทะเบียนบ้าน)" not in found[0]


ENTRIES = ("คำนำหน้าชื่อ", "ชื่อ", "นามสกุล", "จังหวัด (ทะเบียนบ้าน)")


def test_a_corrected_name_has_a_line_of_its_own(work: Sealing, scope: Scope, tmp_path: Path) -> None:
    """The history: a surname and an address were corrected, and nothing the sealed rows hold: the bundle said nothing of it.
    Another pupil changed rooms and names at once; a third, of another affiliation, a name.
    """
    later = [
        Event(SCHOOL, identity(1), "mended", identity(701)),
        Event(SCHOOL, identity(2), "mended", identity(702), values={"room": "2"}),
        Event(ELSEWHERE, identity(4), "mended", identity(704)),
    ]
    later = [replace(event, offset=4 + at, append_time=4 + at) for at, event in enumerate(later)]
    take_in(work, later)
    person(work, later[0], person_id=person_id(1), last_name="ดีงาม", province="เชียงราย")
    person(work, later[1], person_id=person_id(2), title="เด็กชาย", first_name="ปู")
    person(work, later[2], person_id=person_id(4), first_name="ปลา")
    work.clock.sleep_ms(1)
    now = named(work.warehouse, seal.seal(work, Request(2565, 1, TENTH)).version, "affiliation:10")
    for folder, has_names in (("named", True), ("nameless", False)):
        with bundle.made(tmp_path / folder) as made:
            corrections.write(work.warehouse, now, scope.version, made, has_names=has_names)
    check_manifest(tmp_path / "named", now)
    surname, both = sorted(lines(tmp_path / "named" / "corrections.csv"), key=lambda row: row["รหัสแทนบุคคล"])
    assert (surname["การแก้ไข"], surname["รายการที่แก้"]) == ("CHANGED", "นามสกุล, จังหวัด (ทะเบียนบ้าน)")
    sides = [[surname[f"{name} ({when})"] for name in ENTRIES] for when in ("เดิม", "ใหม่")]
    assert sides == [["เด็กหญิง", "น้ำ", "'=1+1", ""], ["เด็กหญิง", "น้ำ", "ดีงาม", "เชียงราย"]]
    assert (surname["ห้อง (เดิม)"], surname["ห้อง (ใหม่)"], surname["นามสกุล"]) == ("1", "1", "ดีงาม")
    assert both["รายการที่แก้"] == "ห้อง, คำนำหน้าชื่อ, ชื่อ"
    events = {row["รหัสแทนบุคคล"]: row["event_id"] for row in lines(tmp_path / "named" / "events.csv")}
    assert events == {identity(1).hex(): identity(701).hex(), identity(2).hex(): identity(702).hex()}
    (nameless,) = lines(tmp_path / "nameless" / "corrections.csv")
    assert (nameless["รหัสแทนบุคคล"], nameless["รายการที่แก้"]) == (identity(2).hex(), "ห้อง")
    assert "นามสกุล (เดิม)" not in nameless


def test_a_replaced_number_goes_and_comes(work: Sealing, tmp_path: Path) -> None:
    """With names each line has its own number, and the name that both have."""
    log = numbered([pupil(1)])
    first = sealed(work, log).version
    person(work, log[0], person_id=person_id(1), first_name="น้ำ")
    replaced = Event(SCHOOL, identity(1), "identity", identity(701), new_person=identity(2), offset=1, append_time=1)
    person(work, replaced, person_id=person_id(1), new_person_id=person_id(2))
    take_in(work, [replaced])
    work.clock.sleep_ms(1)
    now = named(work.warehouse, seal.seal(work, Request(2565, 1, TENTH)).version, "all")
    with bundle.made(tmp_path / "edc") as made:
        corrections.write(work.warehouse, now, first, made, has_names=True)
    found = lines(tmp_path / "edc" / "corrections.csv")
    assert sorted((line["การแก้ไข"], line["เลขประจำตัวประชาชน"], line["ชื่อ"]) for line in found) == [
        ("ADDED", person_id(2), "น้ำ"),
        ("REMOVED", person_id(1), "น้ำ"),
    ]


def test_corrections_are_told_since_an_earlier_version_of_the_same_census(work: Sealing, scope: Scope) -> None:
    """Not since a later cut, another day or another round; since the same cut nothing has changed."""
    first = scope.version
    left = Event(SCHOOL, identity(1), "out", identity(701), day=TENTH, offset=4, append_time=4)
    take_in(work, [left])
    work.clock.sleep_ms(1)
    second = seal.seal(work, Request(2565, 1, TENTH)).version
    for later, earlier in ((second, first), (first, first)):
        assert corrections.earlier_version(work.warehouse, later, earlier.version) == earlier
    work.clock.sleep_ms(1)
    days = [seal.seal(work, Request(2565, 1, day)).version for day in (date(2022, 6, 9), date(2022, 6, 11))]
    november = seal.seal(work, Request(2565, 2, TENTH)).version
    for later, earlier in ((first, second), *((second, day) for day in days), (second, november), (november, second)):
        with pytest.raises(ThabianError) as refused:
            corrections.earlier_version(work.warehouse, later, earlier.version)
        assert refused.value.code == "SINCE_NOT_EARLIER"
        assert refused.value.exit_code == 2
        assert earlier.version in refused.value.message


def test_a_bundle_is_whole_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), bundle.made(tmp_path / "edc") as made:
        made.write_csv("a.csv", ["a"], ([1 // n] for n in (1, 0)))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "edc").mkdir()
    with pytest.raises(ThabianError) as raised, bundle.made(tmp_path / "edc"):
        pass
    assert raised.value.code == "BUNDLE_EXISTS"
