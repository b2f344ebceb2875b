"""From a roster to the published census through the real broker and the real engine, by the commands a user types."""

import json
import random
import signal
import uuid
from pathlib import Path

import psutil
import pytest

from schemas import topics
from schemas.framing import encode
from tests.conftest import Installation
from tests.events import SCHOOL, event, message, person_id
from thabian import demo
from thabian.connections import open_producer

pytestmark = pytest.mark.real

COUNTS = Path(__file__).parent.parent / "data" / "published" / "emis_1020080005_student.csv"
SEAL = ("snapshot", "seal", "--year", "2565", "--round", "1", "--as-of", "2565-06-10", "--format", "json")
REPORT = ("report", "grade-sex-room", "--school", SCHOOL, "--format", "json")


def roster(installation: Installation, folder: Path) -> Path:
    file = folder / "2565-1-student.xlsx"
    installation.run(
        "generate", "roster", "--counts", str(COUNTS), "--school", SCHOOL, "--wrong-check-digits", "1", "-o", str(file)
    )
    return file


def send(installation: Installation, *values: bytes) -> None:
    producer = open_producer(installation.settings)
    for value in values:
        producer.send(topics.ingress("roster", installation.settings.topic_prefix), value, key=SCHOOL.encode())
    producer.flush()
    producer.close()


def outcomes(installation: Installation) -> dict[tuple[str, str], int]:
    lines = installation.run("receipts", "--counts", "--format", "json").stdout.splitlines()
    return {(row["outcome"], row["code"]): row["messages"] for row in map(json.loads, lines)}


def matches(installation: Installation) -> bool:
    lines = demo.compare(demo.published(COUNTS), demo.counted(installation.run(*REPORT).stdout))
    return len(lines) == 23 and all(line.matches for line in lines)


def root(installation: Installation) -> str:
    sealed = json.loads(installation.run(*SEAL).stdout)
    return str(sealed["root"])


def test_the_published_census_comes_out_and_a_second_publish_adds_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    file = roster(installation, tmp_path)
    installation.run("publish", "roster", str(file))
    installation.run("intake", "--until-end")
    assert outcomes(installation) == {("ACCEPTED", ""): 58, ("ACCEPTED", "CHECK_DIGIT_WRONG"): 1}
    first = root(installation)
    assert matches(installation)

    assert "0" in installation.run("publish", "roster", str(file)).stdout
    installation.run("publish", "roster", str(file), "--again")
    send(installation, b"not an event")
    installation.run("intake", "--until-end")
    assert outcomes(installation)[("DUPLICATE", "")] == 59
    assert outcomes(installation)[("DEAD_LETTER", "FRAMING_UNKNOWN")] == 1
    rows = "SELECT count(), uniqExact(event_id) FROM change_log"
    assert installation.warehouse().rows(rows) == [(59, 59)]
    assert root(installation) == first
    assert matches(installation)
    installation.run("snapshot", "verify", "latest")


def test_corrections_move_the_next_version_and_leave_the_sealed_one(installation: Installation) -> None:
    ids = [str(uuid.UUID(int=number, version=4)) for number in range(1, 40)]
    send(installation, *(message(number=number, event_id=ids[number], grade="04", sex="M") for number in range(10)))
    installation.run("intake", "--until-end")
    before = root(installation)
    sealed = installation.run(*REPORT, "--snapshot", "latest").stdout

    send(
        installation,
        encode("EventVoided", event(0, event_id=ids[20], voids=ids[0])),
        encode("StudentTransferredOut", event(1, event_id=ids[21], effective_date=event()["effective_date"])),
        encode("ProfileCorrected", event(2, event_id=ids[22], since="ENTRY", sex="F")),
        message(number=3, event_id=ids[23], replaces=ids[3], grade="05", person_id=person_id(33)),
        encode("StudentDied", event(77, event_id=ids[24])),
    )
    installation.run("intake", "--until-end")
    assert root(installation) != before
    rows = {row["label"]: row for row in json.loads(installation.run(*REPORT).stdout)["rows"]}
    assert (rows["ป.1"]["boys"], rows["ป.1"]["girls"], rows["ป.2"]["boys"]) == (6, 1, 1)
    version = json.loads(sealed)["origin"]["version"]
    assert installation.run(*REPORT, "--snapshot", version).stdout == sealed
    installation.run("snapshot", "verify", version)


def test_shuffled_resent_and_cut_into_other_batches_the_census_is_the_same(
    installation: Installation, tmp_path: Path
) -> None:
    file = roster(installation, tmp_path)
    installation.run("publish", "roster", str(file))
    installation.run("intake", "--until-end")
    values = [message(number=number, grade=f"{4 + number % 6:02}", room=None) for number in range(200)]
    send(installation, *values)
    installation.run("intake", "--until-end")
    first = root(installation)
    random.Random(7).shuffle(values)
    send(installation, *values, *values[:50])
    small = Installation(installation.settings, {**installation.env, "THABIAN_INTAKE_BATCH_EVENTS": "7"})
    small.run("intake", "--until-end")
    assert root(installation) == first


@pytest.mark.parametrize("part", ["kafka", "clickhouse"])
def test_a_killed_part_comes_back_and_the_census_still_matches(
    part: str, own_parts: Installation, tmp_path: Path
) -> None:
    file = roster(own_parts, tmp_path)
    own_parts.run("publish", "roster", str(file))
    status = json.loads(own_parts.run("local", "status", "--format", "json").stdout)
    (pid,) = [item["pid"] for item in status if item["name"] == part]
    psutil.Process(pid).send_signal(signal.SIGKILL)
    psutil.Process(pid).wait(timeout=30) if psutil.pid_exists(pid) else None
    down = own_parts.run("intake", "--until-end", code=1)
    assert down.stderr.startswith("thabian: [LOCAL_NOT_RUNNING]")
    own_parts.run("local", "up")
    own_parts.run("intake", "--until-end")
    root(own_parts)
    assert matches(own_parts)
