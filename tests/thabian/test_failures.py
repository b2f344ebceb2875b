"""Whatever a command raises ends in one line, and none of it shows values."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from kafka import errors as kafka_errors

from schemas.errors import ThabianError
from thabian import cli, failures

PROJECT = Path(__file__).parents[2]
VALUE = "1100000000011 สมหญิง"


@pytest.mark.parametrize(
    ("error", "told", "exit_code"),
    [
        (ThabianError("FILE_EMPTY", "it is empty", exit_code=2), "[FILE_EMPTY] it is empty", 2),
        (ValueError(VALUE), "[UNEXPECTED] ValueError: ", 70),
        (KeyError(VALUE), "[UNEXPECTED] KeyError: ", 70),
        (UnicodeDecodeError("utf-8", VALUE.encode(), 0, 1, "no"), "[UNEXPECTED] UnicodeDecodeError: ", 70),
        (OSError(errno.ENOSPC, "No space left on device"), "[SYSTEM_REFUSED] No space left on device", 1),
        (OSError(errno.ENOENT, "No such file", "/a/b.csv"), "[SYSTEM_REFUSED] b.csv: No such file", 1),
        (OSError(errno.ENOENT, "No such file", b"/a/b.csv"), "[SYSTEM_REFUSED] b.csv: No such file", 1),
        (PermissionError(), "[SYSTEM_REFUSED] PermissionError", 1),
        (kafka_errors.KafkaTimeoutError(VALUE), "[BROKER_UNAVAILABLE] Kafka does not answer (KafkaTimeoutError)", 1),
    ],
)
def test_any_error_is_one_line_and_an_exit_code(error, told, exit_code):
    found = failures.as_error(error)
    assert str(found).startswith(told)
    assert found.exit_code == exit_code
    assert "\n" not in str(found)
    assert VALUE not in str(found)


def test_a_trace_shows_places_and_types_of_the_whole_chain_and_no_text():
    def inner():
        raise KeyError(VALUE)

    def outer():
        try:
            inner()
        except KeyError as error:
            raise ValueError(VALUE) from error

    try:
        outer()
    except ValueError as error:
        told = failures.trace(error)
    assert "in inner" in told
    assert "in outer" in told
    assert told.index("builtins.KeyError") < told.index("which led to") < told.index("builtins.ValueError")
    assert VALUE not in told


@pytest.fixture
def failing(monkeypatch):
    """`thabian settings` raises this."""

    def fail(error):
        def show():
            raise error

        monkeypatch.setattr("thabian.commands.settings.show", show)

    return fail


def test_a_fault_of_ours_is_one_line(thabian, failing):
    failing(RuntimeError(VALUE))
    said = thabian("settings")
    assert (said.code, said.out) == (70, "")
    assert "[UNEXPECTED] RuntimeError" in said.one_line()
    assert VALUE not in said.err


def test_debugging_shows_where(thabian, failing):
    failing(RuntimeError(VALUE))
    said = thabian("settings", THABIAN_LOG_LEVEL="debug")
    assert said.code == 70
    assert "in show" in said.err
    assert VALUE not in said.err
    assert said.err.splitlines()[-1].startswith("thabian: [UNEXPECTED]")


def test_an_interrupt_is_silent(thabian, failing):
    failing(KeyboardInterrupt())
    assert (thabian("settings").code, thabian("settings").err) == (130, "")


@pytest.mark.parametrize("said", [KeyboardInterrupt(), ImportError(VALUE)])
def test_so_it_is_while_a_command_is_imported(thabian, monkeypatch, said):
    def load(_):
        raise said

    monkeypatch.setattr(cli.LazyCommand, "load", load)
    ended = thabian("settings")
    assert ended.code == (130 if isinstance(said, KeyboardInterrupt) else 70)
    assert "Traceback" not in ended.err
    assert VALUE not in ended.err


@pytest.mark.parametrize("arguments", [("--help",), ("settings", "--format", "json")])
def test_a_reader_that_went_away_is_no_news(arguments):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "thabian", *arguments], cwd=PROJECT, stdout=write, stderr=subprocess.PIPE, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    os.close(write)
    assert done.stderr == ""
    assert done.returncode == 1
