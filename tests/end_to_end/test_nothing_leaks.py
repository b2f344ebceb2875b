"""A full run of planted people, some of whom are malformed: no log line, page, output, error or header shows who they are."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from kafka import TopicPartition

from schemas import topics
from schemas.framing import encode
from tests.conftest import Installation
from tests.events import SCHOOL
from tests.planted import Planted
from tests.thabian.test_serving import ask, running
from thabian.connections import open_consumer, open_producer
from warehouse.interface import WarehouseRefused

OTHER = "1020080006"
STRANGE = "2020080005"
ONE, TWO, TWIN = Planted(98_765_432_101), Planted(98_765_432_102, first_name="สองรั่วไหล"), Planted(98_765_432_103)
EVERYONE = (ONE, TWO, TWIN)
READ = ("BODY_UNREADABLE", "FRAMING_UNKNOWN", "RECORD_TOO_LARGE", "SCHEMA_UNKNOWN")
REFUSED = ("PERSON_ID_INVALID", "BIRTH_DATE_INVALID", "TEXT_TOO_LONG", "NOT_AUTHORISED", "CHECK_DIGIT_WRONG")


@dataclass
class Heard:
    """Everything a run said, by who said it."""

    installation: Installation
    said: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, code: int | None = 0) -> str:
        """A command, and both of its outputs."""
        done = self.installation.run(*arguments, code=code)
        self.said[" ".join(arguments[:3]) + f" #{len(self.said)}"] = done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def process(self, folder: Path, port: int, *arguments: str) -> Iterator[None]:
        """A process with its port, its pages and its log."""
        log, name = folder / "-".join(arguments), " ".join(arguments)
        with running(self.installation, log, *arguments, "--metrics-port", str(port)):
            yield
            for path in ("/metrics", "/healthz", "/readyz"):
                self.said[f"{name} {path}"] = ask(port, path)[1]
        self.said[f"{name} log"] = log.read_text()


def leaks(heard: dict[str, str]) -> dict[str, list[str]]:
    """Who said what of anybody."""
    found = {name: [value for one in EVERYONE for value in one.found_in(text)] for name, text in heard.items()}
    return {name: values for name, values in found.items() if values}


@pytest.mark.parametrize(
    "said",
    [
        f"{{'first_name': '{ONE.first_name}'}}", json.dumps({"id": ONE.person_id}), json.dumps(ONE.last_name),
        repr(ONE.first_name.encode()), ONE.person_id.encode().hex(), "born 27/02/2556", repr(ONE.birth_date),
        encode("StudentEnrolled", ONE.enrolled()).hex(),
    ],
)  # fmt: skip
def test_whatever_shows_somebody_is_found(said: str) -> None:
    assert leaks({"a log": said, "another": "batch 13 of 2013"}).keys() == {"a log"}


@pytest.fixture
def heard(installation: Installation) -> Heard:
    """Debugging, as somebody does where something is wrong."""
    env = {"THABIAN_LOG_LEVEL": "debug", "THABIAN_MONITOR_LOOK_S": "0.5", "THABIAN_KAFKA_SESSION_TIMEOUT_MS": "6000"}
    env["THABIAN_CLOCK"] = "2565-06-10 12:00"
    return Heard(replace(installation, env={**installation.env, **env, "THABIAN_MAX_EVENT_BYTES": "2048"}))


@pytest.mark.real
def test_nobody_is_seen_in_a_full_run(heard: Heard, tmp_path: Path, closed_port: int) -> None:
    _publish(heard, tmp_path)
    _send(heard.installation)
    _the_warehouse_refuses(heard)
    with heard.process(tmp_path, closed_port, "intake"):
        _until_metric(closed_port, r'thabian_intake_codes_total\{code="NOT_AUTHORISED"\} 1.0')
        _until_metric(closed_port, r'thabian_intake_dead_letters_total\{code="RECORD_TOO_LARGE"\} 1.0')
        _until_metric(closed_port, r'thabian_intake_events_total\{outcome="CONFLICT"\} 1.0')
    with heard.process(tmp_path, closed_port, "streams"):
        _until_metric(closed_port, r'thabian_streams_findings_total\{code="ACTIVE_AT_TWO_SCHOOLS",state="opened"\} 1.0')
        _until_metric(closed_port, r'thabian_streams_pupils\{affiliation="10",sex="M"\} 4.0')
    with heard.process(tmp_path, closed_port, "findings", "sink"):
        _until_metric(closed_port, r'thabian_findings_open\{code="ONE_PERSON_TWO_IDS"\} 1.0')
    with heard.process(tmp_path, closed_port, "monitor"):
        _until_metric(closed_port, r'thabian_dead_letters_waiting\{code="BODY_UNREADABLE"\} 1.0')
        _until_metric(closed_port, r"thabian_audit_holds 1.0")
    _ask_everything(heard)
    _parts_said(heard)
    assert leaks(heard.said) == {}
    _is_there_to_be_found(heard.installation)
    _is_pseudonymous(heard.installation)


def _until_metric(port: int, line: str) -> None:
    end = time.monotonic() + 180
    while not re.search(f"^{line}$", ask(port, "/metrics")[1], re.MULTILINE):
        assert time.monotonic() < end, line
        time.sleep(0.2)


def _publish(heard: Heard, folder: Path) -> None:
    """By the command line, the second line of it wrong in three fields."""
    events = [ONE.enrolled(), TWO.enrolled(birth_date="27/02/2556", grade=4, person_id=int(TWO.person_id))]
    lines = [json.dumps({"kind": "StudentEnrolled", **_plain(one)}, ensure_ascii=False) for one in events]
    file = folder / "changes.jsonl"
    file.write_text("\n".join([*lines, f'{{"kind": "{ONE.first_name}", "{TWO.person_id}": ']) + "\n", encoding="utf-8")
    said = heard.run("publish", "events", str(file), code=None)
    assert "FIELD_OF_WRONG_TYPE" in said
    assert any(one.found_in(file.read_bytes()) for one in EVERYONE)


def _plain(event: dict[str, Any]) -> dict[str, Any]:
    return {name: one.isoformat() if isinstance(one, date | datetime) else one for name, one in event.items()}


def _send(installation: Installation) -> None:
    """Straight to Kafka: good ones, those that are refused, those that cannot be read."""
    good = encode("StudentEnrolled", TWO.enrolled())
    refused = (
        TWO.enrolled(event_id=_id(1), person_id=f"{TWO.person_id}X"),
        TWO.enrolled(event_id=_id(2), birth_date=date(2556, 2, 27)),
        TWO.enrolled(event_id=_id(3), last_name=TWO.last_name * 14),
        TWO.enrolled(event_id=_id(4), school_code=STRANGE),
    )
    accepted = (
        ONE.enrolled(event_id=_id(5), school_code=OTHER),
        TWIN.enrolled(event_id=_id(6), school_code=OTHER),
        TWO.enrolled(room="2"),
    )
    unreadable = (
        good[:-20] + TWO.person_id.encode(),
        json.dumps(_plain(TWO.enrolled()), ensure_ascii=False).encode(),
        good + ONE.first_name.encode() * 100,
        b"\xc3\x01" + bytes(8) + good[10:],
    )
    producer = open_producer(installation.settings)
    topic = topics.ingress("roster", installation.settings.topic_prefix)
    for value in (good, *(encode("StudentEnrolled", one) for one in (*refused, *accepted)), *unreadable):
        producer.send(topic, value, key=SCHOOL.encode(), partition=0).get(30)
    producer.close()


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def _the_warehouse_refuses(heard: Heard) -> None:
    """With an error that shows the row, as the engine does."""
    with closing(heard.installation.warehouse()) as warehouse:
        warehouse.execute(f"ALTER TABLE persons ADD CONSTRAINT nobody CHECK first_name != '{ONE.first_name}'")
        with pytest.raises(WarehouseRefused) as refused:
            warehouse.insert("persons", {"first_name": [ONE.first_name]})
        assert ONE.found_in(str(refused.value.__cause__)), "the engine shows the row"
        assert not ONE.found_in(str(refused.value))
        said = heard.run("intake", "--until-end", code=1)
        assert "WAREHOUSE_REFUSED" in said
        warehouse.execute("ALTER TABLE persons DROP CONSTRAINT nobody")


def _ask_everything(heard: Heard) -> None:
    """What an operator and an officer would look at."""
    topic = topics.ingress("roster", heard.installation.settings.topic_prefix)
    for asked in (
        *(("receipts",), ("receipts", "--school", SCHOOL, "--format", "json"), ("status",), ("dead-letters", "list")),
        *(("dead-letters", "replay", "--dry-run"), ("findings", "list"), ("findings", "pairs")),
        ("snapshot", "seal", "--year", "2565", "--as-of", "2565-06-10"),
        *(("snapshot", "rows", "latest"), ("snapshot", "explain", "latest", "--school", SCHOOL, "--grade", "04")),
        *(("report", "grade-sex-room", "--school", SCHOOL), ("report", "duplicates")),
    ):
        heard.run(*asked)
    letters = heard.run("dead-letters", "list", "--format", "json").splitlines()
    assert sorted(json.loads(line)["code"] for line in letters) == sorted(READ)
    heard.run("dead-letters", "show", topic, "0", str(json.loads(letters[0])["offset"]))
    heard.run("dead-letters", "replay", code=1)
    (finding, *_) = map(json.loads, heard.run("findings", "list", "--format", "json").splitlines())
    heard.run("findings", "show", finding["id"])
    assert "each has one outcome" in heard.run("audit")
    counted = heard.run("receipts", "--counts")
    assert all(code in counted for code in (*READ, *REFUSED[:-1]))


def _parts_said(heard: Heard) -> None:
    for part in ("clickhouse", "kafka"):
        heard.run("local", "logs", part, "--lines", "100000")


def _records(installation: Installation, topic: str) -> list[Any]:
    found: list[Any] = []
    with closing(open_consumer(installation.settings, auto_offset_reset="earliest")) as consumer:
        name = installation.settings.topic_prefix + topic
        places = [TopicPartition(name, part) for part in sorted(consumer.partitions_for_topic(name))]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        consumer.seek_to_beginning()
        while any(consumer.position(place) < ends[place] for place in places):
            found += [record for records in consumer.poll(500).values() for record in records]
    return found


def _is_there_to_be_found(installation: Installation) -> None:
    """The planted values went all the way in: looking for them finds them where they belong, and there alone."""
    ingress = b"".join(record.value for record in _records(installation, "student-changes.roster"))
    for one in EVERYONE:
        assert {"person_id", "first_name", "last_name"} <= set(one.found_in(ingress))
    letters = _records(installation, topics.DEAD_LETTERS.name)
    assert any(TWO.found_in(letter.value) for letter in letters)
    assert {letter.key for letter in letters} == {SCHOOL.encode()}
    headers = {f"{name} of a dead letter": f"{name}={value!r}" for letter in letters for name, value in letter.headers}
    assert headers
    assert leaks(headers) == {}
    with closing(installation.warehouse()) as warehouse:
        rows = warehouse.rows("SELECT person_id, first_name, last_name, toString(birth_date) FROM persons")
    assert "birth_date" in ONE.found_in(str(rows))


def _is_pseudonymous(installation: Installation) -> None:
    """Everything after intake."""
    for topic in (topics.ACCEPTED, topics.RECEIPTS, topics.FINDINGS, topics.CROSSINGS, topics.HEADCOUNTS):
        told = _records(installation, topic.name)
        assert told, topic.name
        parts = [part for one in told for part in (one.key, one.value, *(value for _, value in one.headers)) if part]
        assert not any(one.found_in(b"".join(parts)) for one in EVERYONE), topic.name
