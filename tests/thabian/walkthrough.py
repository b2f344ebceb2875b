"""Pages that are walked: every command of docs/walkthrough-*.md is run in its order, and what it says is what the page says.

A page is read as a person reads it: in a ```console block a line that begins with `$ ` is typed, what follows is what came
out. Typed may be `thabian …` (with `# exit 1` behind it when it is refused), `export NAME=value`, `NAME=$(date …)`, and
`NAME=$(thabian … | jq -r .field)`.
"""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from snapshots.moments import BANGKOK

_FENCE = "```"
_TODAY = re.compile(r"25(6[89]|[789]\d)-\d\d-\d\d(\s\d\d:\d\d(:\d\d(\.\d+)?)?(\s\+07:00)?)?")
_TODAY_NAMED = re.compile(r"\d{1,2} \S+ 25(6[89]|[789]\d) \d\d:\d\d")
_HEX = re.compile(r"\b[0-9a-f]{12,64}\b")
_LAYOUT = re.compile(r"[\s─━]+")
_ASSIGNED = re.compile(r"([A-Z]+)=\$\((.+)\)")


@dataclass
class Command:
    """One typed line, where it stands in the page, and what the page says came out."""

    line: int
    typed: str
    said: list[str]

    @property
    def words(self) -> list[str]:
        return shlex.split(self.typed, comments=True)

    @property
    def code(self) -> int:
        return int(self.typed.rpartition("# exit ")[2]) if "# exit " in self.typed else 0


def commands(page: str) -> Iterator[Command]:
    """Every typed line of the page."""
    found: Command | None = None
    inside = False
    for number, line in enumerate(page.splitlines()):
        if line.startswith(_FENCE):
            if found:
                yield found
            found, inside = None, line == f"{_FENCE}console"
        elif inside and line.startswith("$ "):
            if found:
                yield found
            found = Command(number, line[2:], [])
        elif found:
            found.said.append(line)


def stable(text: str) -> str:
    """What two runs have in common: without digests, ids, today's dates, and the widths that follow from them."""
    for volatile, name in ((_TODAY, "<today>"), (_TODAY_NAMED, "<today>"), (_HEX, "<digest>")):
        text = volatile.sub(name, text)
    return _LAYOUT.sub(" ", text).strip()


class Walker:
    """Types a page's commands. `run` takes arguments and environment, and gives (exit code, output).

    `wrong` names the commands that ended with another exit code than the page says.
    """

    def __init__(self, run: Callable[..., tuple[int, str]]) -> None:
        self.wrong: list[str] = []
        self._run, self._env, self._variables = run, {}, {}

    def walk(self, page: str) -> list[tuple[Command, list[str]]]:
        """Each command and the lines it says now."""
        return [(command, self._type(command)) for command in commands(page)]

    def _type(self, command: Command) -> list[str]:
        assigned = _ASSIGNED.fullmatch(command.typed)
        if assigned:
            self._variables[assigned[1]] = self._value(assigned[2])
            return []
        words = command.words
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self._env[name] = value
            return []
        assert words[0] == "thabian", command.typed
        code, said = self._run(*self._filled(words[1:]), **self._env)
        if code != command.code:
            self.wrong.append(f"line {command.line + 1}: {command.typed}: exit code {code}")
        return [line.rstrip() for line in said.strip("\n").splitlines()]

    def _value(self, inside: str) -> str:
        if inside.startswith("date "):
            return datetime.now(BANGKOK).isoformat(timespec="milliseconds")
        typed, _, field = inside.partition(" | jq -r .")
        _, said = self._run(*self._filled(shlex.split(typed)[1:]), **self._env)
        return json.loads(said)[field]

    def _filled(self, words: list[str]) -> list[str]:
        return [re.sub(r"\$([A-Z]+)", lambda found: self._variables[found[1]], word) for word in words]


def written(page: str, walked: list[tuple[Command, list[str]]]) -> str:
    """The page with what the commands say now."""
    lines = page.splitlines()
    for command, said in reversed(walked):
        first = command.line + 1
        lines[first : first + len(command.said)] = said
    return "\n".join(lines) + "\n"


def sections(page: str) -> dict[str, str]:
    """Heading of the second level → all below it."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)[1:]
    return {heading.strip(): text for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def page_of(calendar: str, docs: Path) -> Path:
    return docs / f"walkthrough-{re.sub('-1-', '-', calendar)}.md"
