"""docs/walkthrough-*.md: every row of both letters, walked on the real broker and engine; what a page says is what comes out.

`WALKTHROUGH=write pytest tests/thabian/test_walkthroughs.py` (make walkthroughs) writes what comes out into the pages.
"""

import os
import subprocess
import sys

import pytest

from snapshots import calendars
from tests.conftest import PROJECT, Installation
from tests.thabian.walkthrough import Walker, commands, page_of, sections, stable, written

CALENDARS = ("bangkok-1-2565", "chiang-rai-2556")
APART = {"intake", "simulate", "publish"}
"""Run as processes of their own, as they always are."""
WRITE = os.environ.get("WALKTHROUGH") == "write"


@pytest.mark.parametrize("name", CALENDARS)
def test_every_row_of_the_letter_has_its_section(name):
    """With the commands the calendar names, or the plain word that nothing serves it."""
    told = sections(page_of(name, PROJECT / "docs").read_text(encoding="utf-8"))
    for step in calendars.load(name).steps:
        text = next(text for heading, text in told.items() if heading.startswith(f"Row {step.place}:"))
        typed = {" ".join(command.words[1:3]) for command in commands(text)} | {
            command.words[1] for command in commands(text) if len(command.words) > 1
        }
        assert set(step.commands) <= typed, step.place
        assert step.action in text, step.place
        assert step.actor in text, step.place
        assert ("Nothing serves it" in text) == (not step.commands), step.place


@pytest.mark.real
@pytest.mark.parametrize("name", CALENDARS)
def test_what_the_page_says_is_what_comes_out(name, installation: Installation, thabian, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def bare(text):
        return text.replace(installation.settings.topic_prefix, "").lstrip("\ufeff").replace("\r\n", "\n")

    def run(*arguments, **env):
        clean = {"COLUMNS": "100", "THABIAN_LOG_LEVEL": "warning", **installation.env, **env}
        if arguments[0] in APART:
            command = [sys.executable, "-c", "from thabian.cli import main; main()", *arguments]
            done = subprocess.run(
                command, env={**os.environ, **clean}, text=True, capture_output=True, timeout=120, check=False
            )
            return done.returncode, bare(done.stdout + done.stderr)
        said = thabian(*arguments, **clean)
        return said.code, bare(said.out + said.err)

    path = page_of(name, PROJECT / "docs")
    page = path.read_text(encoding="utf-8")
    walker = Walker(run)
    walked = walker.walk(page)
    if WRITE:
        path.write_text(written(page, walked), encoding="utf-8")
    assert walker.wrong == []
    for command, said in walked:
        assert WRITE or stable("\n".join(said)) == stable("\n".join(command.said)), (
            f"line {command.line + 1}: {command.typed}"
        )
