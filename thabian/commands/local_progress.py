"""What is shown while the local parts are downloaded and started."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text


class _Downloaded(DownloadColumn):
    """Bytes done and to do, where there are any."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.total else Text("")


class LocalProgress:
    """One line a part on a terminal; elsewhere one plain line for each new thing that is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lines: dict[str, TaskID] = {}
        self._last: dict[str, str] = {}
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), _Downloaded())
        self._display = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)

    def __enter__(self) -> Self:
        self._display.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._display.stop()

    def __call__(self, part: str, what: str, done: int | None, total: int | None) -> None:
        """Show that `part` is at `what`, `done` of `total` bytes."""
        if not self._console.is_terminal:
            self._plain(part, what)
            return
        text = f"{part}: {what}"
        if part not in self._lines:
            self._lines[part] = self._display.add_task(text, total=total)
        self._display.update(self._lines[part], description=text, completed=done or 0, total=total)

    def _plain(self, part: str, what: str) -> None:
        if self._last.get(part) != what:
            self._last[part] = what
            self._console.print(f"{part}: {what}", highlight=False, soft_wrap=True)
