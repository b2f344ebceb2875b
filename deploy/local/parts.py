"""What the stack knows of a part, whichever program it is."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

# part, what is being done, how much of it is done, of how much (both in the same unit; None: not known)
Progress: TypeAlias = Callable[[str, str, int | None, int | None], None]


class Part(Protocol):
    """A program of its own process, listening on one port of a loopback address."""

    @property
    def name(self) -> str:
        """Short name: of its log, its folder and in messages."""

    @property
    def port(self) -> int:
        """The port its clients use."""

    def prepare(self, progress: Progress) -> None:
        """Bring about whatever has to be there before the start (downloads, formatted storage). May be repeated."""

    def command(self) -> list[str]:
        """The program and its arguments."""

    def environment(self) -> Mapping[str, str]:
        """The whole environment of the process."""

    def answers(self) -> bool:
        """Whether it answers its own protocol now, ready for work."""
