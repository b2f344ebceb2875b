"""`python -m tests.faults --rounds 200 [--seed 1] [--fault NAME]`: many rounds, a line each, exit 1 on any failure."""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.faults.faults import CLUSTER_FAULTS, FAULTS
from tests.faults.ground import Stack
from tests.faults.rounds import Result, fault_of, run


def main() -> None:
    arguments = _arguments()
    seeds = range(arguments.seed, arguments.seed + arguments.rounds)
    rounds = [(seed, arguments.fault or fault_of(seed)) for seed in seeds]
    rounds += [(seed, fault) for seed in seeds[: arguments.cluster] for fault in CLUSTER_FAULTS]
    found: list[Result] = []
    with _Ground() as ground, tempfile.TemporaryDirectory(prefix="thabian-faults-") as folder:
        for seed, fault in rounds:
            found.append(ground.play(seed, fault, Path(folder)))
            sys.stdout.write(f"{found[-1]}\n")
            sys.stdout.flush()
    sys.exit(_summary(found))


class _Ground:
    """The parts the rounds share. A round that went wrong may have left them in any state: the next one gets new ones."""

    def __init__(self) -> None:
        self._closing = ExitStack()
        self._stack: Stack | None = None

    def __enter__(self) -> "_Ground":
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def play(self, seed: int, fault: str, folder: Path) -> Result:
        if fault in CLUSTER_FAULTS:
            with _stack(3) as cluster:
                return run(cluster, seed, fault, folder)
        if self._stack is None:
            self._stack = self._closing.enter_context(_stack(1))
        result = run(self._stack, seed, fault, folder)
        if result.wrong:
            self._closing.close()
            self._stack = None
        return result


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="of the first round; the others follow it")
    parser.add_argument("--fault", choices=[*FAULTS, *CLUSTER_FAULTS], help="one fault in every round")
    parser.add_argument("--cluster", type=int, default=0, help="rounds on three brokers after the others")
    return parser.parse_args()


@contextmanager
def _stack(brokers: int) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="thabian-faults-") as home:
        stack = Stack(Path(home), brokers)
        try:
            yield stack
        finally:
            stack.down()


def _summary(found: list[Result]) -> int:
    wrong = [result for result in found if result.wrong]
    faults = Counter(result.fault for result in found)
    events, seconds = sum(result.events for result in found), sum(result.seconds for result in found)
    sys.stdout.write(
        f"{len(found)} rounds, {len(faults)} faults, {events:,} events, {seconds:.0f} s: "
        f"{len(wrong)} wrong{': seeds ' + ', '.join(str(result.seed) for result in wrong) if wrong else ''}\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith("THABIAN_") and name != "THABIAN_CACHE_DIR"]:
        del os.environ[name]
    main()
