"""A finding's life on real parts: a pupil enrolled at two schools, found, and settled when one takes its entry back."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

from stdnum.th import pin

from thabian.demo import Commands, Say

SCHOOLS: Final = ("3101000001", "3102000002")
CODE: Final = "ACTIVE_AT_TWO_SCHOOLS"
_PUBLISHER: Final = "demo-schools"


def environment(folder: Path) -> Mapping[str, str]:
    """The demo's own groups and tables, and a day in its year."""
    return {
        "THABIAN_STREAMS_GROUP": "thabian-demo-streams",
        "THABIAN_FINDINGS_GROUP": "thabian-demo-findings",
        "THABIAN_STREAMS_FOLDER": str(folder / "streams"),
        "THABIAN_CLOCK": "2565-06-10 12:00",
    }


def play(commands: Commands, say: Say, folder: Path, chance: Random) -> bool:
    """Take every step; whether the finding opened and was settled."""
    commands.run("warehouse", "migrate")
    commands.run("topics", "apply")
    commands.run("publishers", "add", _PUBLISHER)
    commands.run("publishers", "grant", _PUBLISHER, "--affiliation", "31")
    person = _person(chance)
    entries = [_entry(school, person, chance) for school in SCHOOLS]
    say("\n# One made-up pupil is enrolled at two schools of one affiliation.")
    _publish(commands, folder / "entries.jsonl", entries)
    _look(commands)
    found = _findings(commands, "open")
    say("\n# The second school takes its entry back.")
    _publish(commands, folder / "void.jsonl", [_void(entries[1], person, chance)])
    _look(commands)
    settled = _findings(commands, "resolved")
    if found:
        commands.run("findings", "show", found[-1]["id"])
    return bool(found) and {one["id"] for one in found} <= {one["id"] for one in settled}


def _look(commands: Commands) -> None:
    commands.run("intake", "--until-end")
    commands.run("streams", "--until-end")
    commands.run("findings", "sink", "--until-end")


def _findings(commands: Commands, state: str) -> list[dict[str, Any]]:
    wanted = ("findings", "list", "--code", CODE, "--school", SCHOOLS[0], "--state", state)
    commands.run(*wanted)
    printed = commands.run(*wanted, "--format", "json", show=False)
    return [json.loads(line) for line in printed.splitlines()]


def _publish(commands: Commands, file: Path, events: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), encoding="utf-8")
    commands.run("publish", "events", file.name, "--publisher", _PUBLISHER)


def _person(chance: Random) -> str:
    """A valid number that no one has: no province has the code 99."""
    first = f"199{chance.randrange(10**9):09}"
    return first + str(pin.calc_check_digit(first + "0"))


def _header(kind: str, school: str, person: str, chance: Random) -> dict[str, Any]:
    return {
        "kind": kind,
        "event_id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "school_code": school,
        "person_id": person,
        "academic_year": 2565,
        "effective_date": "2022-05-16",
        "recorded_at": "2022-05-20T08:30:00+07:00",
        "source": "demo/1",
    }


def _entry(school: str, person: str, chance: Random) -> dict[str, Any]:
    return _header("StudentEnrolled", school, person, chance) | {
        "entry_reason": "NEW",
        "grade": "04",
        "room": "1",
        "sex": "F",
        "first_name": "ทดสอบ",
        "last_name": "ไม่มีจริง",
        "birth_date": "2016-02-01",
    }


def _void(entry: Mapping[str, Any], person: str, chance: Random) -> dict[str, Any]:
    return _header("EventVoided", entry["school_code"], person, chance) | {
        "voids": entry["event_id"],
        "reason": "บันทึกผิด",
    }
