"""The proof that every record of the ingress topics has one outcome, stored whole (semantics 3); or what is missing.

Receipts are held against the log, the other tables against the receipts, dead letters against both. Offsets travel as bitmaps
inside the warehouse and the log is read only where receipts do not account for every offset, so that a sound register of any
size is proved without listing it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from consumers import audit_sql as sql
from consumers.audit_report import AuditReport, Counts, Reused, Trouble
from consumers.dead_letters import Letter, letters
from consumers.log_scan import LogScan
from consumers.ports import Position
from warehouse.interface import Warehouse
from warehouse.receipt_gaps import Range, gaps

_ANY_END: Final = 2**62
_IN_ORDER: Final = {"optimize_aggregation_in_order": 1}

Offsets = Mapping[Position, int]


@dataclass(frozen=True, slots=True)
class IngressLog:
    """The ingress topics as the broker tells of them. `at`: first offset appended at or after a time (ms)."""

    begins: Callable[[], Offsets]
    ends: Callable[[], Offsets]
    at: Callable[[int], Offsets]
    scan: LogScan
    dead_letters: str
    """Name of the topic."""


def audit(
    warehouse: Warehouse, log: IngressLog, *, from_ms: int | None = None, to_ms: int | None = None
) -> AuditReport:
    """Hold the log, the receipts, the other tables and the dead letters against each other.

    `from_ms`, `to_ms`: append times, the second exclusive; None: everything. What intake has in hand at this moment is
    missing: ask when it is idle, or up to a time it has passed.
    """
    work = _Audit(warehouse, log, AuditReport())
    work.run(from_ms, to_ms)
    return work.report


@dataclass
class _Audit:
    warehouse: Warehouse
    log: IngressLog
    report: AuditReport
    begins: Offsets = field(default_factory=dict)
    ends: Offsets = field(default_factory=dict)
    ranges: dict[Position, Range] = field(default_factory=dict)

    def run(self, from_ms: int | None, to_ms: int | None) -> None:
        self.begins, self.ends = self.log.begins(), self.log.ends()
        self._set_ranges(from_ms, to_ms)
        outcomes = self._outcomes()
        without = gaps(self.warehouse, self.ranges)
        for position in sorted(self.ranges):
            self._receipts(position, list(without[position]), outcomes.get(position, {}))
        copies = sql.reused(self.warehouse.rows(sql.REUSED_PLACES, settings=_IN_ORDER))
        self._different_receipts(copies)
        if to_ms is None:
            self._beyond_the_log()
        last = None if to_ms is not None else _ANY_END
        for table in sql.TABLES:
            self._table(table, {**self._external(last), **copies})
        self._dead_letters()
        self._reused()

    def _set_ranges(self, from_ms: int | None, to_ms: int | None) -> None:
        """Offsets of the span. Where the log no longer reaches back to its edge, the receipts tell where that was."""
        lows = self.log.at(from_ms) if from_ms is not None else {}
        highs = self.log.at(to_ms) if to_ms is not None else self.ends
        for position, end in self.ends.items():
            self.ranges[position] = lows.get(position, 0), min(highs[position], end)
        for edge, moment in ((0, from_ms), (1, to_ms)):
            if moment is not None:
                self._expired_edge(edge, moment)
        known = {(topic, partition) for topic, partition in self.warehouse.rows(sql.PARTITIONS)}
        for topic, partition in sorted(known - self.ends.keys()):
            self.report.notes.append(f"{topic} partition {partition} has receipts and is no longer in the log")

    def _expired_edge(self, edge: int, moment: int) -> None:
        for topic, partition, offset in self.warehouse.rows(sql.FIRST_SINCE, {"moment": moment}):
            position = (topic, partition)
            if position not in self.ranges or self.ranges[position][edge] != self.begins[position]:
                continue
            low, high = self.ranges[position]
            at = min(offset, self.begins[position])
            self.ranges[position] = (at, high) if edge == 0 else (low, at)

    def _external(self, end: int | None = None) -> sql.External:
        rows = [(*position, low, high if end is None else end) for position, (low, high) in self.ranges.items()]
        return sql.ranges(rows)

    def _outcomes(self) -> dict[Position, dict[str, int]]:
        found: dict[Position, dict[str, int]] = {}
        for topic, partition, outcome, count in self.warehouse.rows(sql.OUTCOMES, external=self._external()):
            found.setdefault((topic, partition), {})[outcome] = count
        return found

    def _receipts(self, position: Position, without: list[Range], outcomes: dict[str, int]) -> None:
        """Records of the log without a receipt."""
        low, high = self.ranges[position]
        begin = self.begins[position]
        missing = list(self.log.scan.offsets_in(position, [(max(a, begin), b) for a, b in without if b > begin]))
        self._tell(self.report.missing, position, "records without a receipt", missing)
        self._expired(position, [(a, min(b, begin)) for a, b in without if a < begin])
        answered = max(high - low, 0) - sum(b - a for a, b in without)
        self.report.partitions.append(Counts(*position, low, high, answered + len(missing), outcomes))

    def _expired(self, position: Position, without: list[Range]) -> None:
        """Offsets that are gone from the log. A partition counts from its first receipt: before it nobody was listening."""
        if not without:
            return
        place = {"topic": position[0], "partition": position[1], "begin": self.begins[position]}
        ((first,),) = self.warehouse.rows(sql.FIRST_RECEIPT, place)
        told = [offset for low, high in without for offset in range(max(low, first), high)]
        self._tell(self.report.missing, position, "offsets that expired without a receipt", told)

    def _different_receipts(self, copies: sql.External) -> None:
        external = {**self._external(_ANY_END), **copies}
        query = sql.DIFFERENT_RECEIPTS.format(which=f"NOT {sql.IS_REUSED}")
        for topic, partition, count, first in self.warehouse.rows(query, external=external):
            self.report.doubled.append(
                Trouble(topic, partition, "offsets with receipts that differ", count, tuple(first))
            )
        query = sql.DIFFERENT_RECEIPTS.format(which=sql.IS_REUSED)
        for topic, partition, count, first in self.warehouse.rows(query, external=external):
            what = (
                "copies of one identity answered twice, by a process that woke late; the answer that says stored stands"
            )
            self.report.notes.append(str(Trouble(topic, partition, what, count, tuple(first))))

    def _beyond_the_log(self) -> None:
        """Receipts of offsets the log has not reached: another log was there. The end is asked again: it moves."""
        ends = self.log.ends()
        rows = [(*position, ends.get(position, end), _ANY_END) for position, end in self.ends.items()]
        for topic, partition, count, first in self.warehouse.rows(sql.OFFSETS_IN, external=sql.ranges(rows)):
            self.report.doubled.append(
                Trouble(topic, partition, "receipts beyond the end of the log", count, tuple(first))
            )

    def _table(self, table: str, ranges: sql.External) -> None:
        """Stored, if and only if the receipt says so; and of one event."""
        query = sql.AGAINST_RECEIPTS.format(table=table)
        for topic, partition, absent, first, extra, first_extra in self.warehouse.rows(query, external=ranges):
            if absent:
                what = f"receipts say stored and {table} has no row"
                self.report.missing.append(Trouble(topic, partition, what, absent, tuple(first)))
            if extra:
                what = f"rows in {table} whose receipt does not say stored"
                self.report.doubled.append(Trouble(topic, partition, what, extra, tuple(first_extra)))
        query = sql.DIFFERENT_ROWS.format(table=table, of=sql.TABLES[table])
        for topic, partition, count, first in self.warehouse.rows(query, external=ranges):
            what = f"offsets with rows in {table} that differ"
            self.report.doubled.append(Trouble(topic, partition, what, count, tuple(first)))

    def _dead_letters(self) -> None:
        """Each dead letter's bytes are kept, and nothing is kept that had another outcome."""
        receipts = {
            (topic, partition, offset): append_time
            for topic, partition, offset, append_time in self.warehouse.rows(sql.DEAD, external=self._external())
        }
        kept = {letter.place: letter for letter in self._letters_in_range()}
        oldest = self._oldest_letter()
        lacking = [place for place, appended in receipts.items() if place not in kept and appended >= oldest]
        for position, offsets in _by_position(lacking).items():
            self._tell(self.report.missing, position, "dead letters without their message in the topic", offsets)
        for position, offsets in _by_position([place for place in kept if place not in receipts]).items():
            self._tell(self.report.doubled, position, "messages kept as dead letters without such a receipt", offsets)

    def _letters_in_range(self) -> Iterator[Letter]:
        for letter in letters(self.log.scan, self.log.dead_letters):
            low, high = self.ranges.get((letter.topic, letter.partition), (0, 0))
            if low <= letter.offset < high:
                yield letter

    def _oldest_letter(self) -> int:
        """Letters of messages appended before this (ms) may have expired."""
        spans = self.log.scan.spans(self.log.dead_letters)
        begun = [(position, span) for position, span in spans.items() if span[0]]
        if not begun:
            return 0
        firsts = [next(self.log.scan.records(position, *span), None) for position, span in begun]
        return max((_ANY_END if record is None else int(record.timestamp) for record in firsts), default=0)

    def _reused(self) -> None:
        found = self.warehouse.rows(sql.REUSED, settings=_IN_ORDER)
        self.report.reused_count = found[0][4] if found else 0
        self.report.reused = [Reused(*row[:4]) for row in found]

    def _tell(self, where: list[Trouble], position: Position, what: str, offsets: list[int]) -> None:
        if offsets:
            where.append(Trouble(*position, what, len(offsets), tuple(sorted(offsets)[: sql.NAMED])))


def _by_position(places: list[tuple[str, int, int]]) -> dict[Position, list[int]]:
    found: dict[Position, list[int]] = {}
    for topic, partition, offset in sorted(places):
        found.setdefault((topic, partition), []).append(offset)
    return found
