"""`snapshot diff | explain | clean` and `balance`, as a user types them, on the real broker and engine."""

import json
import uuid
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from schemas import topics
from tests.conftest import Installation
from tests.events import SCHOOL, enrolled, message
from tests.thabian.conftest import Said
from thabian.connections import open_producer

pytestmark = pytest.mark.real

SEAL = ("snapshot", "seal", "--year", "2565", "--wait", "0", "--as-of", "2565-06-10", "--format", "json")

ELSEWHERE = "1120080007"
"""A school of another affiliation."""


def event_id(number: int) -> str:
    return str(uuid.UUID(int=number + 2**100))


def publish(installation: Installation, folder: Path, *numbers: int, **more: object) -> None:
    """Enrolments of pupils by number, published and taken in."""
    lines = []
    for number in numbers:
        fields = enrolled(number, event_id=event_id(number), **more)
        plain = {
            name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in fields.items()
        }
        lines.append(json.dumps({"kind": "StudentEnrolled", **plain}, ensure_ascii=False))
    file = folder / "events.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    installation.run("publish", "events", str(file))
    installation.run("intake", "--until-end")


@pytest.fixture(scope="module")
def sealed(shared_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Two schools of two areas and affiliations with a pupil or two, sealed."""
    folder = tmp_path_factory.mktemp("sealed")
    file = folder / "schools.csv"
    file.write_text(f"รหัสโรงเรียน,ชื่อโรงเรียน,เขตพื้นที่\n{SCHOOL},ก,เขตหนึ่ง\n{ELSEWHERE},ข,เขตสอง\n", encoding="utf-8")
    shared_installation.run("schools", "load", str(file))
    publish(shared_installation, folder, 1, 2)
    publish(shared_installation, folder, 3, school_code=ELSEWHERE)
    shared_installation.run(*SEAL)
    return shared_installation


def test_what_changed_and_why(installation: Installation, tmp_path: Path) -> None:
    publish(installation, tmp_path, 1, 2)
    first = json.loads(installation.run(*SEAL).stdout)["version"]
    publish(installation, tmp_path, 3)
    second = json.loads(installation.run(*SEAL).stdout)["version"]

    said = installation.run("snapshot", "diff", first, second).stdout
    assert "1 schools, 1 cells and 1 pupils differ" in said
    assert "came on the roll" in said
    assert event_id(3) in said
    (line,) = installation.run("snapshot", "diff", first, "--format", "json").stdout.splitlines()
    (pupil,) = json.loads(line)["pupils"]
    assert pupil["before"] is None
    assert pupil["events"][0]["event_id"] == event_id(3)
    assert "0 pupils" in installation.run("snapshot", "diff", second, second).stdout

    cell = ("--school", SCHOOL, "--grade", "04")
    assert "3 of 3 pupils counted in the cell" in installation.run("snapshot", "explain", "latest", *cell).stdout
    for option in (("--person-key", pupil["person_key"]), ("--event", event_id(3))):
        (told,) = installation.run("snapshot", "explain", "latest", *option, "--format", "json").stdout.splitlines()
        assert json.loads(told)["events"][0]["why"].startswith("came on the roll")
    assert "NOT_IN_SNAPSHOT" in installation.run("snapshot", "explain", first, "--event", event_id(3), code=2).stderr
    installation.run("snapshot", "explain", "latest", code=2)

    balance = ("balance", "--from", first, "--to", second)
    document = json.loads(installation.run(*balance, "--format", "json", "--check").stdout)
    assert (document["rows"][0]["before"], document["rows"][0]["restated"], document["rows"][0]["after"]) == (2, 1, 3)
    assert SCHOOL in installation.run("balance", "--since", "2565-06-01").stdout
    installation.run("balance", "--from", first, "--since", "2565-06-01", code=2)
    for command in (("balance", "--check"), ("report", "movement")):
        between = (*command, "--since", "2565-06-01", "--until", "2565-06-05", "--format", "json")
        assert json.loads(installation.run(*between).stdout)["rows"][-1]["after"] == 3
        backwards = installation.run(*command, "--since", "2565-06-05", "--until", "2565-06-01", code=2)
        assert "[BALANCE_BACKWARDS]" in backwards.stderr
        assert "[DATE_INVALID] --until" in installation.run(*command, "--from", first, "--until", "x", code=2).stderr
    warehouse = installation.warehouse()
    warehouse.execute(
        "INSERT INTO census_rows (run, school_code, person_key) SELECT run, school_code, 'x' FROM census_slices"
    )
    warehouse.close()
    wrong = installation.run(*balance, "--check", code=1)
    assert wrong.stderr.startswith("thabian: [BALANCE_OPEN]")
    assert SCHOOL in wrong.stderr


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--school", "9999999999"), "SCHOOL_NOT_IN_SNAPSHOT"),
        (("--area", "ไม่มี"), "SCOPE_EMPTY"),
        (("--affiliation", "99"), "SCOPE_EMPTY"),
        (("--school", SCHOOL, "--affiliation", "99"), "SCOPE_EMPTY"),
        (("--school", SCHOOL, "--area", "ไม่มี"), "SCOPE_EMPTY"),
    ],
)
def test_a_balance_of_nobody_is_refused(
    sealed: Installation, thabian: Callable[..., Said], options: tuple[str, ...], code: str
) -> None:
    """A typing error must not pass for a balance that closes."""
    refused = thabian("balance", "--since", "2565-06-01", "--check", *options, **sealed.env)
    assert (refused.code, refused.out) == (2, "")
    assert f"[{code}]" in refused.one_line()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--sex", "X"), "--sex: no such code, and no pupil of this version has it: M, F"),
        (("--sex", "ชาย"), "--sex: write the code, M"),
        (("--grade", "4"), "--grade: no such code"),
        (("--grade", "ป.1"), "--grade: write the code, 04"),
        (("--grade", "04", "--room", "987"), "--room: no pupil of this version has that room"),
    ],
)
def test_a_cell_that_cannot_be_is_refused(
    sealed: Installation, thabian: Callable[..., Said], options: tuple[str, ...], said: str
) -> None:
    """A typing error must not pass for a cell nobody is in."""
    refused = thabian("snapshot", "explain", "latest", "--school", SCHOOL, *options, **sealed.env)
    assert (refused.code, refused.out) == (2, "")
    assert f"[CELL_VALUE_UNKNOWN] {said}" in refused.one_line()


@pytest.mark.parametrize("options", [("--grade", "15"), ("--sex", ""), ("--grade", "15", "--sex", "M")])
def test_a_cell_nobody_is_in_is_answered(
    sealed: Installation, thabian: Callable[..., Said], options: tuple[str, ...]
) -> None:
    said = thabian("snapshot", "explain", "latest", "--school", SCHOOL, *options, **sealed.env)
    assert (said.code, said.err) == (0, "")
    assert "0 of 0 pupils counted in the cell" in said.out


@pytest.mark.parametrize("option", ["--area", "--affiliation", "--school"])
def test_an_empty_option_is_named_as_it_was_typed(
    sealed: Installation, thabian: Callable[..., Said], option: str
) -> None:
    refused = thabian("balance", "--since", "2565-06-01", option, "", **sealed.env)
    assert f"[SCOPE_INVALID] {option} is empty" in refused.one_line()
    if option == "--school":
        assert "[SCOPE_INVALID] --school is empty" in thabian("report", "rooms", option, "", **sealed.env).one_line()


@pytest.mark.parametrize(
    ("options", "scope"),
    [
        ((), "all"),
        (("--school", SCHOOL), f"school:{SCHOOL}"),
        (("--area", "เขตหนึ่ง"), "area:เขตหนึ่ง"),
        (("--affiliation", "11"), "affiliation:11"),
    ],
)
def test_a_balance_says_of_which_schools_it_is(
    sealed: Installation, thabian: Callable[..., Said], options: tuple[str, ...], scope: str
) -> None:
    """The heading and the checksum are those of a report over the same scope."""
    since = ("--since", "2565-06-01", "--format", "json")
    made = thabian("balance", *since, *options, **sealed.env)
    report = thabian("report", "movement", *since, "--scope", scope, **sealed.env)
    assert (made.code, report.code) == (0, 0), made.err + report.err
    balance, movement = json.loads(made.out), json.loads(report.out)
    for name in ("checksum_of", "checksum"):
        assert balance["origin"][name] == movement["origin"][name]
    assert balance["scope"] == movement["scope"]
    assert balance["rows"][-1]["after"] == movement["rows"][-1]["after"]


def test_a_seal_does_not_wait_for_markers_of_transactions(installation: Installation) -> None:
    """Their offsets hold no record, and an aborted transaction's hold none that counts: the log may even end in them."""
    topic = topics.ingress(topics.DEFAULT_PUBLISHER, installation.settings.topic_prefix)
    producer = open_producer(installation.settings, transactional_id=installation.settings.topic_prefix + "t")
    producer.init_transactions()
    for number, end in (
        (1, producer.commit_transaction),
        (2, producer.abort_transaction),
        (3, producer.commit_transaction),
    ):
        producer.begin_transaction()
        producer.send(topic, value=message(number=number), key=SCHOOL.encode())
        producer.flush()
        if number == 3:
            assert "SNAPSHOT_INCOMPLETE" in installation.run(*SEAL, code=1).stderr
        end()
    producer.close()
    assert "SNAPSHOT_INCOMPLETE" in installation.run(*SEAL, code=1).stderr
    installation.run("intake", "--until-end")
    assert json.loads(installation.run(*SEAL).stdout)["pupils"] == 2
    assert "0 dead runs" in installation.run("snapshot", "clean", "--dry-run").stdout
    assert "0 dead runs" in installation.run("snapshot", "clean").stdout
