"""`thabian round`, from opening to closing and again, on the real broker and engine, under a rehearsal's clock."""

import json
import uuid
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from kafka import TopicPartition

from schemas.topics import ROUNDS
from snapshots.moments import BANGKOK
from snapshots.rounds import act as act_module
from tests.conftest import Installation
from tests.events import enrolled
from tests.thabian.conftest import Said
from thabian.connections import open_consumer

pytestmark = pytest.mark.real

ROUND = "dmc-1-2565"
FIRST, SECOND, ABSENT = "1001000001", "1001000002", "1002000003"
AREA, OTHER_AREA = "เขตพื้นที่สมมติ 1", "เขตพื้นที่สมมติ 2"
WHO = {
    role: ("--actor", f"{role}-1", "--role", role) for role in ("officer", "director", "district", "bureau", "ministry")
}


class Walk:
    """The command line at a day of the calendar."""

    def __init__(self, installation: Installation, thabian: Callable[..., Said], folder: Path) -> None:
        self.installation, self.thabian, self.folder, self.pupils = installation, thabian, folder, 0

    def at(self, moment: str, *arguments: str, code: int = 0, **env: str) -> str:
        """Output of a command at a time of the rehearsal: both streams."""
        said = self.thabian(*arguments, **self.installation.env, THABIAN_CLOCK=moment, **env)
        assert said.code == code, said.err
        return said.out + said.err

    def enrol(self, *schools: str) -> None:
        """One pupil more at each, published and taken in."""
        lines = []
        for school in schools:
            self.pupils += 1
            fields = enrolled(self.pupils, event_id=str(uuid.UUID(int=self.pupils + 2**100)), school_code=school)
            plain = {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in fields.items()}
            lines.append(json.dumps({"kind": "StudentEnrolled", **plain}, ensure_ascii=False))
        file = self.folder / "events.jsonl"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.installation.run("publish", "events", str(file))
        self.installation.run("intake", "--until-end")

    def seal_at_cut(self, moment: str) -> None:
        """Move the cut to now, the broker's clock being today's, and seal there."""
        now = datetime.now(BANGKOK).isoformat(timespec="milliseconds")
        self.at(moment, "round", "window", ROUND, *WHO["bureau"], "--act", "cut", "--to", now, "--reason", "ซ้อม")
        seal = ("snapshot", "seal", "--year", "2565", "--round", "1", "--as-of", "2565-06-10", "--known-at", now)
        self.installation.run(*seal, "--wait", "5")

    def status(self, moment: str) -> dict:
        return json.loads(self.at(moment, "round", "status", ROUND, "--format", "json"))


def test_a_round_from_opening_to_closing_and_again(
    installation: Installation, thabian: Callable[..., Said], tmp_path: Path
) -> None:
    walk = Walk(installation, thabian, tmp_path)
    _opened(walk, tmp_path)
    _signed(walk)
    _changed_since_signed(walk)
    _reopened(walk)
    _history(installation, walk)


def _opened(walk: Walk, folder: Path) -> None:
    file = str(folder / "schools.csv")
    open_round = ("round", "open", ROUND, *WHO["bureau"])
    assert "ROUND_NO_SCHOOLS" in walk.at("2565-06-01 09:00", *open_round, code=1)
    walk.at("2565-06-01 09:00", "generate", "schools", "--areas", "2", "--count", "3", "-o", file)
    walk.at("2565-06-01 09:00", "schools", "load", file)
    confirm = ("round", "confirm", ROUND, "--school", FIRST)
    assert "the round is UNOPENED" in walk.at("2565-06-10 09:00", *confirm, *WHO["officer"], code=1)
    walk.at("2565-06-01 09:00", *open_round)
    assert "the round is OPEN" in walk.at("2565-06-01 09:00", *open_round, code=1)
    assert "ROUND_WINDOW_CLOSED" in walk.at("2565-06-10 08:29", *confirm, *WHO["officer"], code=1)
    assert "confirm is for: officer" in walk.at("2565-06-10 09:00", *confirm, *WHO["director"], code=2)
    for school in (FIRST, SECOND):
        walk.at("2565-06-10 08:30", "round", "confirm", ROUND, "--school", school, *WHO["officer"])
    assert "is CONFIRMED, not RECORDING" in walk.at("2565-06-10 09:00", *confirm, *WHO["officer"], code=1)


def _signed(walk: Walk) -> None:
    certify = ("round", "certify", ROUND, *WHO["director"], "--school")
    assert "ROUND_NOT_SEALED" in walk.at("2565-06-10 16:00", *certify, FIRST, code=1)
    walk.enrol(FIRST, FIRST, SECOND)
    walk.seal_at_cut("2565-06-10 15:00")
    assert "checksum" in walk.at("2565-06-10 16:29", *certify, FIRST)
    back = ("round", "return", ROUND, "--school", SECOND, "--reason", "x", "--to", "2565-06-13", *WHO["director"])
    assert "moves no windows" in walk.at("2565-06-10 16:29", *back, code=2)
    closed = walk.at("2565-06-10 16:30", *certify, SECOND, code=1)
    assert "over since 10 มิ.ย. 2565 16:30" in closed
    reason = ("--reason", "ไฟฟ้าขัดข้อง")
    late = ("--act", "certify", "--to", "2565-06-13 16:30", *reason)
    walk.at("2565-06-10 17:00", "round", "window", ROUND, *WHO["bureau"], "--area", OTHER_AREA, *late)
    assert "ROUND_WINDOW_CLOSED" in walk.at("2565-06-11 09:00", *certify, SECOND, code=1)
    walk.at("2565-06-10 17:00", "round", "window", ROUND, *WHO["bureau"], "--area", AREA, *late)
    walk.at("2565-06-11 09:00", *certify, SECOND)
    acknowledge = ("round", "acknowledge", ROUND, *WHO["district"], "--area")
    assert "no school is CERTIFIED" in walk.at("2565-06-11 10:00", *acknowledge, OTHER_AREA, code=1)
    assert "ROUND_AREA_UNKNOWN" in walk.at("2565-06-11 10:00", *acknowledge, "ที่อื่น", code=2)
    walk.at("2565-06-11 10:00", *acknowledge, AREA)
    status = walk.status("2565-06-11 11:00")
    assert status["total"] == {
        "schools": 3, "recorded": 2, "confirmed": 2, "certified": 2, "acknowledged": 2, "returned": 0
    }  # fmt: skip
    assert status["next_deadline"] == {"ends": "11 มิ.ย. 2565 24:00", "act": "acknowledge", "of": ""}
    assert status["against_closing"] == [{"school": ABSENT, "code": "ABSENT"}]


def _changed_since_signed(walk: Walk) -> None:
    walk.enrol(SECOND)
    walk.seal_at_cut("2565-06-11 12:00")
    close = ("round", "close", ROUND, *WHO["bureau"])
    blocked = walk.at("2565-06-11 13:00", *close, code=1)
    assert f"{SECOND} CHANGED_SINCE_SIGNED" in blocked
    assert f"{ABSENT} ABSENT" in blocked
    assert "1 ABSENT, 1 CHANGED_SINCE_SIGNED" in blocked
    assert "ROUND_REASON_MISSING" in walk.at("2565-06-11 13:00", *close, "--override", " ", code=2)
    said = walk.at("2565-06-11 13:00", *close, "--override", "ส่งงบประมาณวันนี้")
    assert "root" in said
    assert f"{SECOND} CHANGED_SINCE_SIGNED" in said, "what was overridden is listed"
    status = walk.status("2565-06-11 14:00")
    assert (status["state"], status["late"]) == ("CLOSED", 0)
    walk.enrol(FIRST)
    assert walk.status("2565-06-11 14:00")["late"] == 1, "taken in, and late"
    confirm = ("round", "return", ROUND, "--school", FIRST, "--reason", "x", *WHO["district"])
    assert "the round is CLOSED" in walk.at("2565-06-11 14:00", *confirm, code=1)


def _reopened(walk: Walk) -> None:
    until = ("--to", datetime.now(BANGKOK).isoformat(timespec="milliseconds"))
    reopen = ("round", "reopen", ROUND, "--school", SECOND, *until)
    assert "reopen is for: bureau, ministry" in walk.at(
        "2565-06-20", *reopen, "--reason", "x", *WHO["district"], code=2
    )
    assert "ROUND_REASON_MISSING" in walk.at("2565-06-20", *reopen, "--reason", "", *WHO["ministry"], code=2)
    walk.at("2565-06-20", *reopen, "--reason", "แก้ไข", *WHO["ministry"])
    walk.seal_at_cut("2565-06-20")
    walk.at("2565-06-20", "round", "confirm", ROUND, "--school", SECOND, *WHO["officer"])
    walk.at("2565-06-20", "round", "certify", ROUND, "--school", SECOND, *WHO["director"])
    walk.at("2565-06-20", "round", "acknowledge", ROUND, "--area", AREA, *WHO["district"])
    against = {one["school"]: one["code"] for one in walk.status("2565-06-20")["against_closing"]}
    assert against == {FIRST: "CHANGED_SINCE_SIGNED", ABSENT: "ABSENT"}, "a late pupil came to the first school"
    walk.at("2565-06-20", "round", "return", ROUND, "--school", FIRST, "--reason", "x", *WHO["bureau"])
    assert AREA in walk.at("2565-06-20", "round", "status", ROUND).replace("\n", "")
    assert "RETURNED" in walk.at("2565-06-20", "round", "status", ROUND, "--area", AREA)
    walk.at("2565-06-20", "round", "close", ROUND, "--override", "ครบแล้ว", *WHO["bureau"])


def _history(installation: Installation, walk: Walk) -> None:
    lines = [
        json.loads(line) for line in walk.at("2565-06-20", "round", "history", ROUND, "--format", "json").splitlines()
    ]
    assert [line["act"] for line in lines][:3] == ["open", "confirm", "confirm"]
    assert all(line["marks"] == [] and line["source"].endswith("(rehearsal)") for line in lines)
    assert "(ไฟฟ้าขัดข้อง)" in walk.at("2565-06-20", "round", "history", ROUND)
    consumer = open_consumer(installation.settings)
    place = TopicPartition(installation.settings.topic_prefix + ROUNDS.name, 0)
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    end, sent = consumer.end_offsets([place])[place], []
    while len(sent) < end:
        sent += [act_module.decode(message.value) for message in consumer.poll(timeout_ms=1000).get(place, [])]
    consumer.close()
    assert [act.event_id.hex() for act in sent] == [line["event_id"] for line in lines]


def test_an_act_stands_while_the_broker_is_away(
    installation: Installation, thabian: Callable[..., Said], tmp_path: Path, closed_port: int
) -> None:
    walk, file = Walk(installation, thabian, tmp_path), str(tmp_path / "schools.csv")
    walk.at("", "generate", "schools", "--areas", "1", "--count", "1", "-o", file)
    walk.at("", "schools", "load", file)
    away = f"127.0.0.1:{closed_port}"
    said = walk.at("2565-06-01", "round", "open", ROUND, *WHO["bureau"], THABIAN_KAFKA_BOOTSTRAP=away)
    assert "1 acts wait for Kafka" in said
    assert "[not sent yet]" in walk.at("2565-06-01", "round", "history", ROUND)
    assert "1 sent, 0 left" in walk.at("2565-06-01", "round", "send")
    assert "not sent" not in walk.at("2565-06-01", "round", "history", ROUND)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("open", "nowhere", *WHO["bureau"]), "CALENDAR_UNKNOWN"),
        (("open", "chiang-rai-2556", *WHO["bureau"]), "ROUND_UNKNOWN"),
        (("open", ROUND, "--actor", "x", "--role", "king"), "ROUND_ROLE_REFUSED"),
        (("open", ROUND, "--actor", " ", "--role", "bureau"), "ROUND_ROLE_REFUSED"),
        (("confirm", ROUND, "--school", "80005", *WHO["officer"]), "ROUND_SCHOOL_UNKNOWN"),
        (("window", ROUND, "--act", "sing", "--to", "2565-06-10", "--reason", "x", *WHO["bureau"]), "ROUND_TIME_INVALID"),
        (("window", ROUND, "--act", "cut", "--to", "2900-01-01", "--reason", "x", *WHO["bureau"]), "ROUND_TIME_INVALID"),
        (("window", ROUND, "--act", "cut", "--to", "noon", "--reason", "x", *WHO["bureau"]), "ROUND_TIME_INVALID"),
    ],
)  # fmt: skip
def test_bad_arguments_are_one_line(
    shared_installation: Installation, thabian: Callable[..., Said], arguments: tuple[str, ...], code: str
) -> None:
    refused = thabian("round", *arguments, **shared_installation.env)
    assert refused.code == 2
    assert refused.one_line().startswith(f"thabian: [{code}]")


def test_a_clock_that_cannot_be_read_is_told(
    shared_installation: Installation, thabian: Callable[..., Said], tmp_path: Path
) -> None:
    walk = Walk(shared_installation, thabian, tmp_path)
    assert "THABIAN_CLOCK" in walk.at("noon", "round", "status", ROUND, code=2)
