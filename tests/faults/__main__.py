"""`python -m tests.faults --rounds 200 [--seed 1] [--fault NAME]`: many rounds, a line each, exit 1 on any failure."""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.faults import CLUSTER_FAULTS, FAULTS
from tests.faults.ground import Stack
from tests.faults.rounds import Result, fault_of, run


def main() -> None:
    arguments = _arguments()
    found: list[Result] = []
    with _stack(1) as stack, tempfile.TemporaryDirectory(prefix="thabian-faults-") as folder:
        for number in range(arguments.rounds):
            seed = arguments.seed + number
            fault = arguments.fault or fault_of(seed)
            if fault in CLUSTER_FAULTS:
                with _stack(3) as cluster:
                    found.append(run(cluster, seed, fault, Path(folder)))
            else:
                found.append(run(stack, seed, fault, Path(folder)))
            sys.stdout.write(f"{found[-1]}\n")
            sys.stdout.flush()
        if arguments.cluster:
            for number in range(arguments.cluster):
                for fault in CLUSTER_FAULTS:
                    with _stack(3) as cluster:
                        found.append(run(cluster, arguments.seed + number, fault, Path(folder)))
                    sys.stdout.write(f"{found[-1]}\n")
                    sys.stdout.flush()
    sys.exit(_summary(found))


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
