"""Too large a share of unreadable messages means that something else is wrong: stop, rather than drain a topic (design 4)."""

from collections import deque
from dataclasses import dataclass, field

from schemas.errors import ThabianError


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """When to stop. 0 switches a limit off."""

    run: int
    """So many unreadable messages in a row."""
    ratio: float
    """Share of the last `window` messages that were unreadable."""
    window: int


@dataclass
class FloodGate:
    """Counts unreadable messages of the batches let through so far."""

    limits: FloodLimits
    _run: int = 0
    _batches: deque[tuple[int, int]] = field(default_factory=deque)

    def check(self, dead: list[bool]) -> None:
        """Raise before a batch is stored that would go over a limit. `dead`: per message, in log order."""
        longest = self._longest_run(dead)
        if 0 < self.limits.run <= longest:
            raise _flood(f"{longest} messages in a row cannot be read", "THABIAN_INTAKE_DEAD_LETTER_RUN")
        seen = sum(count for count, _ in self._batches) + len(dead)
        bad = sum(count for _, count in self._batches) + sum(dead)
        if 0 < self.limits.ratio * seen < bad and seen >= self.limits.window:
            raise _flood(f"{bad} of the last {seen} messages cannot be read", "THABIAN_INTAKE_DEAD_LETTER_RATIO")

    def _longest_run(self, dead: list[bool]) -> int:
        run = longest = self._run
        if True in dead:  # as a rule none is
            for one in dead:
                run = run + 1 if one else 0
                longest = max(longest, run)
        return longest

    def passed(self, dead: list[bool]) -> None:
        """Remember a batch that was stored."""
        clean = dead[::-1].index(False) if False in dead else None
        self._run = clean if clean is not None else self._run + len(dead)
        self._batches.append((len(dead), sum(dead)))
        while (
            len(self._batches) > 1
            and sum(count for count, _ in self._batches) - self._batches[0][0] >= self.limits.window
        ):
            self._batches.popleft()


def _flood(what: str, setting: str) -> ThabianError:
    return ThabianError(
        "DEAD_LETTER_FLOOD",
        f"{what}: intake stops with their offsets untouched. See which publisher sends them; {setting}=0 lets them through",
    )
