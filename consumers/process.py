"""One batch through every step that decides: grants, what is recorded, dedupe, findings. Stores nothing, sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from consumers import authorise
from consumers.columns import KIND, ROW
from consumers.content import canonical
from consumers.dedupe import CONTENT, IDENTITY, judge
from consumers.messages import LOG_ORDER, Batch
from consumers.normalise import EVENT_ID, SCHOOL
from consumers.outcomes import Outcome
from consumers.ports import Register
from consumers.pseudonyms import Pseudonyms
from consumers.read import Read
from consumers.replay import Replay
from consumers.rules import registry

LATER_COPY = "IDENTITY_REUSED"
_VALID = (Outcome.ACCEPTED.value, Outcome.DUPLICATE.value, Outcome.CONFLICT.value)


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of a batch.

    `outcomes`: one row a message: row, place, outcome, codes, stored, first_received, kind, school, event_uuid.
    `changes`: the events that belong in the log (`stored`), with all decoded and normalised columns and the place.
    `replays`: row → what a replayed dead letter says of its first delivery.
    """

    batch: Batch
    outcomes: pl.DataFrame
    changes: pl.DataFrame
    replays: Mapping[int, Replay] = field(default_factory=dict)

    def copies(self) -> pl.DataFrame:
        """What the register will hold of the identities of this batch (`consumers.ports.Register.copies`)."""
        return self.changes.select(*IDENTITY, *LOG_ORDER, CONTENT)


def process(read: Read, register: Register, pseudonyms: Pseudonyms, ahead: pl.DataFrame | None = None) -> Processed:
    """Decide one outcome for every message. A decision recorded before is kept: rules may have changed since.

    `ahead`: copies of batches before this one that may not be stored yet.
    """
    batch, place, events = read.batch, read.place, read.events
    recorded = register.recorded(batch.ranges()) if len(batch) else None
    rejected = _with_unauthorised(read.rejected, authorise.unauthorised(events, register.grants()))
    copies = _copies(register, events.select(IDENTITY).drop_nulls().unique(), ahead)
    rejected = _as_begun(rejected, place, copies)
    rejected = _as_decided(rejected, place, recorded)
    valid = events.filter(~pl.col(ROW).is_in(list(rejected))) if rejected else events
    valid = valid.with_columns(pl.Series(CONTENT, pseudonyms.content_hashes(canonical(valid)), dtype=pl.Binary))
    verdicts = judge(valid, copies).frame
    codes = _codes(read, rejected, valid, verdicts)
    decided = place.join(verdicts, on=ROW, how="left").with_columns(_unjudged(read.unreadable))
    decided = decided.join(_codes_frame(codes), on=ROW, how="left", maintain_order="left").with_columns(
        pl.col("codes").fill_null([])
    )
    decided = decided.with_columns(_received(batch, read.replays))
    outcomes = decided if recorded is None else _as_recorded(decided, recorded)
    known = events.select(ROW, KIND, SCHOOL, EVENT_ID)
    outcomes = outcomes.join(known, on=ROW, how="left", maintain_order="left")
    return Processed(batch, outcomes, _changes(outcomes, valid), read.replays)


def _copies(register: Register, identities: pl.DataFrame, ahead: pl.DataFrame | None) -> pl.DataFrame:
    copies = register.copies(identities)
    if ahead is None or ahead.is_empty():
        return copies
    return pl.concat(
        [copies, ahead.join(identities, on=IDENTITY, how="semi").select(copies.columns)], how="vertical_relaxed"
    )


def _received(batch: Batch, replays: Mapping[int, Replay]) -> pl.Series:
    """When each message came first: its append time, or for a replay that of its first delivery (semantics 3.5)."""
    received = batch.place["append_time"].alias("first_received")
    return received.scatter(list(replays), [one.first_received for one in replays.values()]) if replays else received


def _with_unauthorised(rejected: Mapping[int, list[str]], rows: list[int]) -> dict[int, list[str]]:
    return dict(rejected) | {row: [*rejected.get(row, ()), authorise.CODE] for row in rows}


def _as_begun(rejected: dict[int, list[str]], place: pl.DataFrame, copies: pl.DataFrame) -> dict[int, list[str]]:
    """Without those whose own copy is stored: their batch was stored in part when the process died, as accepted, and
    rules or grants have changed since. What is begun is finished as it was begun.
    """
    begun = set(place.join(copies, on=["topic", "partition", "offset"], how="semi")[ROW]) if rejected else set()
    return {row: codes for row, codes in rejected.items() if row not in begun}


def _as_decided(
    rejected: dict[int, list[str]], place: pl.DataFrame, recorded: pl.DataFrame | None
) -> dict[int, list[str]]:
    """Refused as the register has it, where it has: an event it took is none the less repeated, one it did not take holds
    no identity (semantics 2.3), whatever the rules, schemas and grants say by now.
    """
    if recorded is None or recorded.is_empty():
        return rejected
    known = place.join(recorded, on=["topic", "partition", "offset"]).select(ROW, "outcome", "codes")
    out = {row: codes for row, outcome, codes in known.iter_rows() if outcome not in _VALID}
    return {row: codes for row, codes in rejected.items() if row not in set(known[ROW])} | out


def _unjudged(unreadable: Mapping[int, str]) -> list[pl.Expr]:
    """Outcome of what never came before dedupe."""
    dead = pl.col(ROW).is_in(list(unreadable))
    otherwise = pl.when(dead).then(Outcome.DEAD_LETTER.value).otherwise(Outcome.REJECTED.value)
    return [pl.col("outcome").fill_null(otherwise), pl.col("stored").fill_null(value=False)]


def _codes(
    read: Read, rejected: Mapping[int, list[str]], valid: pl.DataFrame, verdicts: pl.DataFrame
) -> dict[int, list[str]]:
    """Row → the codes of its receipt: why not, or what an accepted event shows."""
    accepted = pl.col("outcome") == Outcome.ACCEPTED.value
    findings = dict(read.findings)
    if begun := read.rejected.keys() - rejected.keys():  # rules have changed since: nobody has looked at these yet
        findings |= registry.findings(valid.filter(pl.col(ROW).is_in(list(begun))))
    shown = verdicts.filter(accepted & pl.col(ROW).is_in(list(findings)))[ROW]
    later = verdicts.filter(pl.col("stored") & ~accepted)[ROW]
    return (
        {row: [code] for row, code in read.unreadable.items()}
        | dict(rejected)
        | {row: findings[row] for row in shown}
        | {row: [LATER_COPY] for row in later}
    )


def _codes_frame(codes: Mapping[int, list[str]]) -> pl.DataFrame:
    """Of the few rows that have codes: a list for every row of a batch would cost more than all rules together."""
    schema: dict[str, Any] = {ROW: pl.UInt32, "codes": pl.List(pl.String)}
    return pl.DataFrame({ROW: list(codes), "codes": list(codes.values())}, schema=schema)


def _as_recorded(decided: pl.DataFrame, recorded: pl.DataFrame) -> pl.DataFrame:
    """Replace decisions by those the register has for the same offsets (semantics 3.1)."""
    if recorded.is_empty():
        return decided
    names = ("outcome", "codes", "stored", "first_received")
    joined = decided.join(
        recorded, on=["topic", "partition", "offset"], how="left", suffix="_recorded", maintain_order="left"
    )
    kept = [pl.coalesce(pl.col(f"{name}_recorded"), pl.col(name)).alias(name) for name in names]
    return joined.with_columns(kept).select(decided.columns)


def _changes(outcomes: pl.DataFrame, valid: pl.DataFrame) -> pl.DataFrame:
    """The events whose copy belongs in the log, in log order."""
    wanted = outcomes.filter(pl.col("stored")).select(ROW, "first_received", "outcome")
    return valid.join(wanted, on=ROW).sort(ROW)
