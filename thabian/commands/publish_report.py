"""What `thabian publish` shows: problems as lines, a progress bar, a summary."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from publishers import problems
from publishers.problems import Problem

SHOWN = 20
"""Refused rows named on the terminal; --errors has all."""


def tell(file: str, found: Sequence[Problem], errors: Path | None) -> None:
    """The first refused rows on stderr, and all problems in the errors file."""
    if errors is not None:
        problems.write_csv(errors, found)
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    refusals = [item for item in found if item.refuses]
    for item in refusals[:SHOWN]:
        console.print(problems.line(file, item))
    if len(refusals) > SHOWN:
        where = errors.name if errors else "--errors FILE"
        console.print(f"{file}: {len(refusals) - SHOWN} more: see {where}")


def summary(title: str, lines: Sequence[tuple[str, int]], found: Sequence[Problem]) -> None:
    """Counts, then how often each code was found."""
    console = Console(highlight=False)
    console.print(title, soft_wrap=True)
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, count in lines:
        table.add_row(name, f"{count:,}")
    console.print(table)
    if found:
        console.print(_codes(found))


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr that is told how many more were done; nothing where stderr is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)


def _codes(found: Sequence[Problem]) -> Table:
    table = Table("found", "rows", "severity", "meaning")
    counts = Counter(item.code for item in found)
    for code, count in sorted(
        counts.items(), key=lambda pair: (not pair[0].severity.value.startswith("row"), -pair[1])
    ):
        table.add_row(code.code, f"{count:,}", code.severity.value, code.meaning)
    return table
