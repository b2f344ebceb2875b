"""A simulated year on its way: each part to Kafka or into a file, and the truth beside it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from publishers.generator import schools as school_list
from publishers.sender import Message, Sender, message
from publishers.simulator import simulation, truth
from publishers.simulator.diary import Sent
from publishers.simulator.event_lines import line
from publishers.simulator.planted import Case
from publishers.simulator.simulation import Plan
from schemas.errors import ThabianError

TRUTH, PLANTED, SCHOOLS, EVENTS, ABOUT = "truth.csv", "planted.json", "schools.csv", "events.jsonl", "simulation.json"
_BATCH: Final = 5_000
"""Messages between two waits for the broker."""


class Out(Protocol):
    """Where events go."""

    def take(self, sent: Iterator[Sent]) -> None:
        """All of a part, in order."""


@dataclass(frozen=True)
class ToFile:
    """JSON lines."""

    stream: BinaryIO

    def take(self, sent: Iterator[Sent]) -> None:
        """A line each."""
        self.stream.writelines(map(line, sent))


@dataclass(frozen=True)
class ToKafka:
    """Messages on a publisher's topic. Sent again after a failure they are the same bytes: the register answers DUPLICATE."""

    sender: Sender
    topic: str

    def take(self, sent: Iterator[Sent]) -> None:
        """Raises ThabianError when the broker does not take every one."""
        messages = (message(self.topic, one.kind, one.event) for one in sent)
        while batch := list(islice(messages, _BATCH)):
            self._deliver(batch)

    def _deliver(self, batch: list[Message]) -> None:
        failure = next((code for code in self.sender.send(batch) if code), None)
        if failure:
            raise ThabianError(
                failure, "Kafka did not take every event; the same command again sends the same ones, harmlessly"
            )


@dataclass
class Told:
    """What was simulated, in numbers."""

    pupils: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    points: Counter[str] = field(default_factory=Counter)
    cases: list[Case] = field(default_factory=list)

    @property
    def events(self) -> int:
        """Messages, those that were sent twice counted twice."""
        return self.kinds.total()


@dataclass(frozen=True, slots=True)
class Slice:
    """The events to send: from one moment (ms since 1970) up to before another."""

    begin: int
    end: int

    def holds(self, sent: Sent) -> bool:
        """Whether it is sent then."""
        return self.begin <= sent.at < self.end


def run(plan: Plan, folder: Path, out: Out, when: Slice, done: Callable[[int], None]) -> Told:
    """Make the year, hand its events out, write what stands beside them; `done` is told pupils."""
    told = Told()
    school_list.write(folder / SCHOOLS, plan.schools_made())
    with (folder / TRUTH).open("w", encoding="utf-8", newline="") as stream:
        counted = truth.TruthFile(stream)
        for part in simulation.parts(plan):
            out.take(_counting(filter(when.holds, part.diary.in_order()), told))
            counted.add(part.schools, part.tally)
            for (point, *_), pupils in part.tally.items():
                told.points[point.name] += pupils
            told.cases += part.cases
            told.pupils += part.pupils
            done(part.pupils)
        counted.flush()
    _write_json(folder / PLANTED, [asdict(case) for case in told.cases])
    _write_json(folder / ABOUT, _about(plan, told))
    return told


def _counting(sent: Iterator[Sent], told: Told) -> Iterator[Sent]:
    for one in sent:
        told.kinds[one.kind] += 1
        told.repeated += one.repeats
        yield one


def _about(plan: Plan, told: Told) -> dict[str, object]:
    return {
        "academic_year": plan.year.academic_year,
        "affiliations": plan.affiliations,
        "schools": plan.schools,
        "pupils": plan.pupils,
        "seed": plan.seed,
        "busier": plan.busier,
        "cases_of_each_kind": plan.cases,
        "messages": told.events,
        "messages_sent_again": told.repeated,
        "by_kind": dict(sorted(told.kinds.items())),
        "roll_at": dict(sorted(told.points.items())),
    }


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
