"""One page an alert, each with its four parts, and every command in them is one that the command line understands."""

import contextlib
import re
import shlex

import pytest
from typer._click.exceptions import MissingParameter, NoArgsIsHelpError

from tests.monitoring.prometheus.test_rules import ALERTS, RUNBOOKS
from thabian import cli

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(RUNBOOKS.glob("Thabian*.md"))}
PARTS = ["What it means", "How to see it", "What to do", "How to know it is over"]
TELLING = re.compile(r"^\$ (.*)$", re.MULTILINE)
IN_TEXT = re.compile(r"`thabian ([^`…]*)`")


def typed(page: str) -> set[str]:
    """Lines of the page that are typed."""
    return set(TELLING.findall(PAGES[page]))


TYPED = sorted({command for page in PAGES for command in typed(page)})
NAMED = sorted({found for text in PAGES.values() for found in IN_TEXT.findall(text)})


def understood(words: list[str]) -> None:
    """Let the command line parse the words, down to the last subcommand; nothing is run."""
    command, context, name = cli.app, None, "thabian"
    while True:
        context = command.make_context(name, words, parent=context)
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        name, command, words = context.command.resolve_command(context, rest)


def test_each_alert_has_its_page_and_each_page_its_alert():
    assert set(PAGES) == set(ALERTS)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_to_do_and_when_it_is_over(page):
    text = PAGES[page]
    assert text.startswith(f"# {page}\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == PARTS
    assert all(part.strip() for part in re.split(r"^## .*$", text, flags=re.MULTILINE)[1:])
    assert typed(page)
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (RUNBOOKS / link).exists(), link


@pytest.mark.parametrize("command", TYPED, ids=range(len(TYPED)))
def test_every_command_is_understood(command):
    program, *words = [word for word in shlex.split(command) if not re.match(r"THABIAN_\w+=", word)]
    assert program in ("thabian", "curl"), command
    if program == "thabian":
        understood(words)


@pytest.mark.parametrize("command", NAMED)
def test_every_command_named_in_a_sentence_exists(command):
    """A sentence leaves out what the command needs."""
    with contextlib.suppress(MissingParameter, NoArgsIsHelpError):
        understood(shlex.split(command))


@pytest.mark.parametrize("command", ["audit --nonsense", "nonsense", "round close x --snapshot y"])
def test_a_command_that_does_not_exist_is_found(command):
    with pytest.raises(Exception, match="No such"):
        understood(shlex.split(command))


def test_every_setting_exists():
    from thabian.settings import Settings

    known = {f"THABIAN_{name.upper()}" for name in Settings.model_fields}
    for text in PAGES.values():
        assert set(re.findall(r"THABIAN_[A-Z_]+", text)) <= known


def test_every_code_exists():
    """What stands in backticks and looks like a code is one of ours, or ClickHouse's."""
    from schemas import codes

    groups = [group for group in vars(codes).values() if isinstance(group, tuple)]
    ours = {each.code for group in groups for each in group if isinstance(each, codes.Code)}
    known = ours | {"DUPLICATE", "ACCEPTED", "REJECTED", "LOST", "ACCESS_DENIED"}
    for page, text in PAGES.items():
        assert set(re.findall(r"`([A-Z]+_[A-Z_]+|[A-Z]{4,})`", text)) - _settings(text) <= known, page


def _settings(text: str) -> set[str]:
    return set(re.findall(r"THABIAN_[A-Z_]+", text))


def test_the_list_has_every_page():
    listed = re.findall(r"^- \[(\w+)\]\(\1\.md\)$", (RUNBOOKS / "README.md").read_text(), re.MULTILINE)
    assert listed == sorted(PAGES)
