"""Every command as a user meets it: help, wrong usage, and each part away, in one line and within seconds."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from typer.core import TyperGroup

from tests.events import SCHOOL, person_id
from thabian import cli, connections
from thabian.lazy_command import LazyCommand

PROJECT = Path(__file__).parents[2]
HEAVY = ("kafka", "clickhouse_driver", "polars", "numpy", "pyarrow", "openpyxl", "pydantic", "structlog", "fastavro")


def _tree(command, path=()):
    command = command.load() if isinstance(command, LazyCommand) else command
    yield path, command
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            yield from _tree(below, (*path, name))


TREE = dict(_tree(cli.app))


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_help_reads_well(thabian, path):
    said = thabian(*path, "--help")
    assert (said.code, said.err) == (0, "")
    assert f"Usage: {' '.join(('thabian', *path))}" in said.out
    assert TREE[path].help.split("\n")[0][:40] in said.out
    assert TREE[path].help.strip().endswith((".", ")")), TREE[path].help


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_every_option_says_what_it_is(path):
    for parameter in TREE[path].params:
        assert parameter.name == "help" or (parameter.help or "").strip(), parameter.name


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_the_list_of_commands_says_what_the_command_says_of_itself(command):
    assert command.help == command.load().help.split("\n\n")[0].replace("\n", " ")


def test_help_imports_no_client():
    """What makes `thabian --help` take a third of a second, not one and a half."""
    code = f"""
import sys
from thabian.cli import main
try:
    main()
except SystemExit as done:
    assert done.code == 0
print(sorted(name for name in {HEAVY!r} if name in sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_as_a_module_and_as_a_script_it_is_the_same():
    ways = ([sys.executable, "-m", "thabian"], [str(Path(sys.executable).with_name("thabian"))])
    said = [
        subprocess.run([*way, "topics"], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)
        for way in ways
    ]
    assert said[0].stdout == said[1].stdout
    assert "Usage: thabian topics" in said[0].stdout + said[0].stderr
    assert said[0].returncode == said[1].returncode == 2


WRONG = [
    ("nonsense",), ("--nonsense",), ("topics", "nonsense"), ("topics", "apply", "--nonsense"),
    ("topics", "apply", "too", "many"), ("receipts", "--limit", "0"), ("receipts", "--limit", "x"),
    ("receipts", "--outcome", "MAYBE"), ("receipts", "--event", "x"), ("receipts", "--school", "1"),
    ("receipts", "--format", "xml"), ("intake", "--metrics-port", "x"), ("settings", "--format", "xml"),
    ("warehouse", "migrate", "--nonsense"), ("generate", "roster"), ("publish", "roster"), ("publish", "events"),
    ("publish", "discard", "A B"), ("snapshot", "seal"), ("snapshot", "seal", "--year", "2565"),
    ("snapshot", "seal", "--year", "2022", "--as-of", "2022-06-10"),
    ("snapshot", "seal", "--year", "2565", "--as-of", "yesterday"),
    ("snapshot", "seal", "--year", "2565", "--as-of", "2565-06-10", "--known-at", "soon"),
    ("snapshot", "seal", "--year", "2565", "--as-of", "2565-06-10", "--round", "0"),
    ("snapshot", "rows", "--format", "xlsx"), ("report", "nonsense"), ("report", "grade-sex-room", "--format", "pdf"),
    ("local", "up", "--kafka-port", "65536"), ("local", "logs"), ("local", "logs", "zookeeper"),
    ("local", "up", "--host", "0.0.0.0"), ("reference", "--folder", "pyproject.toml"),
    ("findings", "list", "--state", "maybe"), ("findings", "list", "--school", "1"), ("findings", "confirm", "5c"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_told_and_ends_with_2(thabian, arguments):
    said = thabian(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("publish", "roster", "no.xlsx"),
        ("publish", "events", "no.jsonl"),
        ("generate", "roster", "--counts", "no.csv", "--school", SCHOOL),
        ("publish", "roster", "no.xlsx", "--schools-table", "no.csv"),
        ("reference", "--folder", "no/folder"),
    ],
    ids=" ".join,
)
def test_a_missing_file_is_one_line_that_names_it(thabian, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "no" in thabian(*arguments).one_line()


SEAL = ("snapshot", "seal", "--year", "2565", "--as-of", "2565-06-10")
ASKING_KAFKA = [
    ("topics", "apply"), ("topics", "diff"), ("publish", "events", "one.jsonl"), ("publish", "resume"), SEAL,
    ("intake", "--until-end"), ("intake", "rewind", "--dry-run"), ("audit",), ("dead-letters", "list"),
    ("publishers", "add", "smis"), ("findings", "sink", "--until-end"),
]  # fmt: skip
GRANT = ("publishers", "grant", "roster", "--school", SCHOOL, "--kinds", "all")
ASKING_WAREHOUSE = [
    ("warehouse", "migrate"), ("warehouse", "migrate", "--dry-run"), ("intake", "--until-end"), ("receipts",),
    ("receipts", "--counts"), SEAL, ("snapshot", "list"), ("snapshot", "show"), ("snapshot", "verify"),
    ("snapshot", "rows"), ("report", "grade-sex-room"), ("audit",),
    ("dead-letters", "list"), ("publishers", "add", "smis"), ("publishers", "list"), GRANT,
    ("findings", "list"), ("findings", "counts"), ("findings", "pairs"), ("findings", "show", "5c"),
    ("findings", "sink", "--until-end"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with a file to publish, an outbox with something waiting, and short patience."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(connections, "BOOTSTRAP_TIMEOUT_MS", 200)
    line = {
        "kind": "StudentDied", "event_id": "0190a000-0000-7000-8000-000000000001", "school_code": SCHOOL,
        "person_id": person_id(1), "academic_year": 2565, "effective_date": "2022-06-01",
        "recorded_at": "2022-06-01T08:00:00+07:00", "source": "test/1",
    }  # fmt: skip
    (tmp_path / "one.jsonl").write_text(json.dumps(line), encoding="utf-8")
    return {"THABIAN_OUTBOX_PATH": tmp_path / "outbox.sqlite"}


@pytest.mark.parametrize("arguments", ASKING_KAFKA + ASKING_WAREHOUSE, ids=" ".join)
def test_local_parts_that_are_not_up(thabian, folder, arguments):
    if arguments == ("publish", "resume"):
        thabian("publish", "events", "one.jsonl", **folder)
    assert "[LOCAL_NOT_RUNNING]" in thabian(*arguments, **folder).one_line()


@pytest.mark.real
@pytest.mark.parametrize("arguments", ASKING_KAFKA, ids=" ".join)
def test_a_broker_that_is_away(thabian, folder, shared_installation, closed_port, arguments):
    env = shared_installation.env | folder | {"THABIAN_KAFKA_BOOTSTRAP": f"127.0.0.1:{closed_port}"}
    if arguments == ("publish", "resume"):
        thabian("publish", "events", "one.jsonl", **env)
    told = thabian(*arguments, **env).one_line()
    assert f"[BROKER_UNAVAILABLE] Kafka at 127.0.0.1:{closed_port} does not answer" in told


def away(closed_port):
    """Settings of a warehouse that is not there."""
    return {
        "THABIAN_CLICKHOUSE_HOST": "127.0.0.1", "THABIAN_CLICKHOUSE_PORT": closed_port,
        "THABIAN_PERSON_SECRET": "p" * 32, "THABIAN_MATCH_SECRET": "m" * 32,
    }  # fmt: skip


@pytest.mark.real
@pytest.mark.parametrize("arguments", ASKING_WAREHOUSE, ids=" ".join)
def test_a_warehouse_that_is_away(thabian, folder, shared_installation, closed_port, arguments):
    told = thabian(*arguments, **shared_installation.env | folder | away(closed_port)).one_line()
    assert f"[WAREHOUSE_UNAVAILABLE] the warehouse at 127.0.0.1:{closed_port}" in told


@pytest.mark.real
@pytest.mark.parametrize("arguments", [line for line in ASKING_WAREHOUSE if line[0] != "warehouse"], ids=" ".join)
def test_a_warehouse_without_tables(thabian, folder, shared_installation, arguments):
    env = shared_installation.env | folder | {"THABIAN_CLICKHOUSE_DATABASE": "nowhere"}
    told = thabian(*arguments, **env).one_line()
    assert "[WAREHOUSE_NOT_MIGRATED]" in told
    assert "thabian warehouse migrate" in told


@pytest.mark.real
@pytest.mark.parametrize(
    "arguments",
    [("publish", "events", "one.jsonl"), ("publish", "resume"), ("intake", "--until-end"), SEAL],
    ids=" ".join,
)
def test_topics_that_are_missing(thabian, folder, shared_installation, arguments):
    env = shared_installation.env | folder | {"THABIAN_TOPIC_PREFIX": "nowhere."}
    if arguments == ("publish", "resume"):
        thabian("publish", "events", "one.jsonl", **env | {"THABIAN_KAFKA_BOOTSTRAP": "127.0.0.1:1"})
    told = thabian(*arguments, **env).one_line()
    assert "[TOPIC_MISSING]" in told
    assert "thabian topics apply" in told


@pytest.mark.real
def test_a_dry_run_of_migrations_changes_nothing(thabian, shared_installation):
    name = shared_installation.settings.clickhouse_database + "x"
    env = shared_installation.env | {"THABIAN_CLICKHOUSE_DATABASE": name}
    with closing(shared_installation.warehouse()) as warehouse:
        query = "SELECT database, name FROM system.tables WHERE database = %(name)s"
        for made in (False, True):
            if made:
                warehouse.execute(f"CREATE DATABASE {name}")
            said = thabian("warehouse", "migrate", "--dry-run", **env)
            assert said.code == 0
            assert "CREATE TABLE IF NOT EXISTS change_log" in said.out
            assert warehouse.rows(query, {"name": name}) == []
        assert "applied in database" in thabian("warehouse", "migrate", **env).out
        assert "0 migration(s) applied" in thabian("warehouse", "migrate", **env).out
        assert ("change_log",) in warehouse.rows(f"SELECT name FROM system.tables WHERE database = '{name}'")
        warehouse.execute(f"DROP DATABASE {name}")


@pytest.mark.real
@pytest.mark.parametrize("arguments", [("topics", "diff"), ("receipts",)], ids=" ".join)
def test_as_a_process_with_its_own_patience(shared_installation, closed_port, arguments):
    """The whole process, timeouts as they are: done long before a minute is over, nothing of the clients' own on stderr."""
    env = {"THABIAN_KAFKA_BOOTSTRAP": f"127.0.0.1:{closed_port}"} | away(closed_port)
    broken = type(shared_installation)(
        shared_installation.settings, dict(shared_installation.env) | {k: str(v) for k, v in env.items()}
    )
    done = broken.run(*arguments, code=1, timeout=30)
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("thabian: [")
    assert done.stdout == ""
