"""Logs are one JSON object a line for machines, readable on a terminal, and quiet about what we say ourselves."""

import io
import json
import logging
import sys

import pytest
import structlog

from thabian import logs
from thabian.settings import Settings


class Screen(io.StringIO):
    """Standard error, a terminal or not."""

    def __init__(self, *, is_terminal):
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self):
        return self.is_terminal


@pytest.fixture
def logged(monkeypatch):
    """What is written under these settings."""

    def write(*, is_terminal=False, **settings):
        screen = Screen(is_terminal=is_terminal)
        monkeypatch.setattr(sys, "stderr", screen)
        logs.configure(Settings(**settings))
        log = structlog.get_logger()
        log.debug("quiet")
        log.info("batch", outcomes={"ACCEPTED": 2}, school="โรงเรียน")
        log.warning("loud")
        return screen.getvalue()

    levels = {name: logging.getLogger(name).level for name in (None, "kafka")}
    handlers = logging.getLogger().handlers[:]
    yield write
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("how", [{"log_format": "json", "is_terminal": True}, {"log_format": "auto"}])
def test_machines_get_one_object_a_line(logged, how):
    lines = [json.loads(line) for line in logged(**how).splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [("info", "batch"), ("warning", "loud")]
    assert lines[0]["outcomes"] == {"ACCEPTED": 2}
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_thai_stays_thai(logged):
    assert "โรงเรียน" in logged(log_format="json")


@pytest.mark.parametrize("how", [{"log_format": "console"}, {"log_format": "auto", "is_terminal": True}])
def test_people_get_text(logged, how):
    written = logged(**how)
    assert "batch" in written
    assert not written.startswith("{")


@pytest.mark.parametrize(
    ("level", "events"),
    [("debug", ["quiet", "batch", "loud"]), ("info", ["batch", "loud"]), ("warning", ["loud"]), ("error", [])],
)
def test_the_level_is_the_least_that_is_shown(logged, level, events):
    written = logged(log_level=level, log_format="json")
    assert [json.loads(line)["event"] for line in written.splitlines()] == events


def test_a_client_does_not_log_what_it_raises(logged):
    logged()
    assert not logging.getLogger("kafka").isEnabledFor(logging.ERROR)
