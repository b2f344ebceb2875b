"""The commands as a user meets them: exit codes, one clear line, no pupil's values."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.publishers.rosters import SCHOOL, person_id, row, xlsx
from tests.publishers.test_json_events import line
from thabian.cli import main

PROJECT = Path(__file__).parents[2]
COUNTS = PROJECT / "tests" / "data" / "published" / "emis_1020080005_student.csv"
SECRETS = (person_id(1), person_id(2), "ธนกร", "ทองจำลอง", "13/05/2558")


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    """Runs `thabian …` in this process, which spares each command two seconds of imports."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THABIAN_OUTBOX_PATH", str(tmp_path / "outbox.sqlite"))
    monkeypatch.setenv("COLUMNS", "200")

    def thabian(*arguments, code=0, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["thabian", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        output = "".join(stream.decode() for stream in capfdbinary.readouterr())
        assert ended.value.code == code, output
        assert not [secret for secret in SECRETS if secret in output]
        return output

    return thabian


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    path.write_bytes(xlsx([row(1), row(2, person_id="1.10E+12"), row(1), row(3, grade="-")]))
    return path


def test_a_dry_run_checks_and_keeps_nothing(run, roster, tmp_path):
    output = run("publish", "roster", roster, "--dry-run", "--errors", "errors.csv", code=1)
    assert "2565-1-student.xlsx: row 4, column C (เลขประจำตัวนักเรียน): ID_SCIENTIFIC" in output
    assert "row 6" in output
    rows = list(csv.reader((tmp_path / "errors.csv").read_text(encoding="utf-8-sig").splitlines()))
    found = [item[0:3:2] for item in rows[1:]]
    assert found == [
        ["4", "ID_SCIENTIFIC"],
        ["5", "ROW_REPEATED"],
        ["6", "GRADE_MISSING_IN_ROW"],
    ]
    assert not (tmp_path / "outbox.sqlite").exists()


def test_as_a_process(roster, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "from thabian.cli import main; main()", "publish", "roster", str(roster), "--dry-run"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 2
    assert "rows refused" in done.stdout.decode()


def test_all_good_is_exit_code_0(run, tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    path.write_bytes(xlsx([row(1), row(1)]))
    assert "pupils would be published" in run("publish", "roster", path, "--dry-run")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("no.xlsx",), "FILE_MISSING"),
        (("2565-1-student.xlsx", "--school", "123"), "SCHOOL_CODE_UNMAPPED"),
        (("2565-1-student.xlsx", "--school", "1020080006"), "SCHOOL_MISMATCH"),
        (("2565-1-student.xlsx", "--schools-table", "no.csv"), "FILE_MISSING"),
        (("2565-1-student.xlsx", "--publisher", "A B"), "PUBLISHER_NAME_INVALID"),
        (("2565-1-student.xlsx", "--errors", "no/folder/e.csv"), "FILE_NOT_WRITABLE"),
        (("roll.xlsx",), "YEAR_MISSING"),
        (("2565-1-broken.csv", "--year", "2565", "--round", "1"), "NOT_A_ROSTER"),
    ],
)
def test_nothing_read_is_exit_code_2_and_one_line(run, roster, tmp_path, arguments, code):
    (tmp_path / "roll.xlsx").write_bytes(roster.read_bytes())
    (tmp_path / "2565-1-broken.csv").write_text("a,b\n1,2\n")
    output = run("publish", "roster", *arguments, "--dry-run", code=2)
    assert output.startswith(f"thabian: [{code}]")
    assert output.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [("--effective", "yesterday"), ("--year", "2022"), ("--round", "4"), ("--revision", "0"), ("--nonsense",)],
)
def test_bad_arguments_are_exit_code_2(run, roster, arguments):
    run("publish", "roster", roster, *arguments, code=2)


def test_without_a_broker_everything_is_kept_and_one_line_says_how_to_go_on(run, tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    path.write_bytes(xlsx([row(1), row(2)]))
    output = run("publish", "roster", path, code=1)
    assert output.startswith("thabian: [LOCAL_NOT_RUNNING]")
    assert "2 events are kept in the outbox: `thabian publish resume`" in output
    assert output.count("\n") == 1
    assert "student-changes.roster" in run("publish", "outbox")
    assert "2 events are kept" in run("publish", "resume", code=1)
    assert "--yes" in run("publish", "discard", "roster", code=2)
    assert "2 events forgotten" in run("publish", "discard", "roster", "--yes")
    assert "nothing was waiting" in run("publish", "resume")


def test_a_later_roster_shows_what_differs_and_who_needs_a_reason(run, tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    path.write_bytes(xlsx([row(1), row(2)]))
    run("publish", "roster", path, code=1)
    path.write_bytes(xlsx([row(1, room="2"), row(3)]))
    assert "[EFFECTIVE_MISSING] 2 pupils" in run("publish", "roster", path, "--dry-run", code=2)
    output = run("publish", "roster", path, "--dry-run", "--effective", "2565-07-01", "--gone", "gone.csv")
    for told in ("changed: room (EFFECTIVE_DATE)", "new on the roll", "gone without a reason: not sent"):
        assert told in output
    lines = (tmp_path / "gone.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["person_id,kind,reason,date,other_school", f"{person_id(2)},,,,"]
    (tmp_path / "gone.csv").write_text(f"{lines[0]}\n{person_id(2)},died,,2565-07-01,\n", encoding="utf-8")
    more = ("--effective", "2565-07-01", "--reasons", "gone.csv")
    assert "not sent" not in run("publish", "roster", path, *more, "--dry-run")
    assert "5 events are kept" in run("publish", "roster", path, *more, code=1)
    assert "5 events are kept" in run("publish", "roster", path, *more, code=1)
    assert "5 events forgotten" in run("publish", "discard", "roster", "--yes")
    assert "gone" not in run("publish", "roster", path, "--dry-run")


def test_events_from_a_file_and_from_standard_input(run, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join((line(), line(person_id="1.10E+12"), line("EventVoided"))))
    output = run("publish", "events", path, "--dry-run", "--errors", "errors.csv", code=1)
    assert "events.jsonl: row 2, column person_id: PERSON_ID_NOT_VALID" in output
    assert "2,person_id,PERSON_ID_NOT_VALID" in (tmp_path / "errors.csv").read_text(encoding="utf-8-sig")
    run("publish", "events", "-", "--dry-run", stdin=line())
    assert "FILE_EMPTY" in run("publish", "events", "-", "--dry-run", code=2)
    assert "FILE_MISSING" in run("publish", "events", "no.jsonl", "--dry-run", code=2)


def test_events_are_kept_without_a_broker_and_bad_lines_still_named(run, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join((line(), line(other=1))))
    output = run("publish", "events", path, "--publisher", "bmis", code=1)
    assert "FIELD_NOT_KNOWN" in output
    assert "1 events are kept in the outbox" in output


@pytest.mark.parametrize(("layout", "name"), [("36", "2565-1-student.xlsx"), ("91", "2565-1-studentInSchoolList.xlsx")])
def test_generate_and_publish_by_their_default_names(run, tmp_path, layout, name):
    generated = run(
        "generate", "roster", "--counts", COUNTS, "--school", SCHOOL, "--layout", layout, "--wrong-check-digits", "1"
    )
    assert generated == f"{name}: 59 pupils, 31 boys, 28 girls\n"
    output = run("publish", "roster", name, "--dry-run")
    assert "59" in output
    assert "ID_CHECK_DIGIT" in output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--counts", "no.csv", "--school", SCHOOL), "FILE_MISSING"),
        (("--counts", COUNTS, "--school", "1"), "SCHOOL_CODE_UNMAPPED"),
        (("--counts", COUNTS, "--school", "1020080006"), "COUNTS_INVALID"),
        (("--counts", COUNTS, "--school", SCHOOL, "-o", "x.pdf"), "FILE_NOT_WRITABLE"),
    ],
)
def test_generate_refuses_in_one_line(run, arguments, code):
    assert f"[{code}]" in run("generate", "roster", *arguments, code=2)


@pytest.mark.parametrize("command", [(), ("roster",), ("events",), ("resume",), ("outbox",), ("discard",)])
def test_every_command_has_help(run, command):
    assert "Usage" in run("publish", *command, "--help")


@pytest.mark.real
def test_published_twice_the_broker_has_every_event_under_one_identity(installation, tmp_path):
    path = tmp_path / "2565-1-student.xlsx"
    path.write_bytes(xlsx([row(1, deferred="x"), row(2), row(3, person_id="-")]))
    for more in ((), ("--again",)):
        done = installation.run("publish", "roster", str(path), *more, code=1)
        assert "row 5" in done.stderr
        assert re.search(r"events published +│ 3 ", done.stdout)
    done = installation.run("publish", "roster", str(path), code=1)
    assert re.search(r"events published +│ 0 ", done.stdout)
    done = installation.run("publish", "events", "-", stdin=json.dumps(json.loads(line())))
    assert "events published" in done.stdout
    done = installation.run("publish", "roster", str(path), "--publisher", "nobody", code=1)
    assert "TOPIC_MISSING" in done.stderr
    assert "0" in installation.run("publish", "outbox").stdout
