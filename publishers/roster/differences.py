"""A roster held against what was last published of it: who is new, what changed, who is gone. Nothing is decided here."""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from publishers.roster.published import Digest, Known, Persons
from publishers.roster.rows import Pupil

CANNOT_CLEAR: Final = frozenset(("birth_date", "sex", "grade"))
"""Attributes for which the contract has no empty value."""


@cache
def since() -> Mapping[str, str]:
    """By attribute: ENTRY, a difference is an error mended, or EFFECTIVE_DATE, it changed that day."""
    text = (files("publishers") / "roster" / "since.csv").read_text(encoding="utf-8")
    return {row["attribute"]: row["since"] for row in csv.DictReader(text.splitlines())}


@dataclass(frozen=True, slots=True)
class Changed:
    """A pupil whose cells are not what was published: the new values by attribute; the empty text clears."""

    pupil: Pupil
    known: Known
    values: Mapping[str, object]

    def of(self, kind: str) -> dict[str, object]:
        """Those that hold since `kind`."""
        return {name: value for name, value in self.values.items() if since()[name] == kind}


@dataclass(slots=True)
class Differences:
    """One school's roster against what was last published of it."""

    is_first: bool
    """Nothing was published of this school and year before."""
    new: list[Pupil] = field(default_factory=list)
    back: list[tuple[Pupil, Known]] = field(default_factory=list)
    """Were published as gone."""
    same: list[tuple[Pupil, Known]] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    deferral: list[tuple[Pupil, Known]] = field(default_factory=list)
    """ยังไม่สามารถจำหน่ายได้ was set or taken off."""
    gone: list[Known] = field(default_factory=list)

    def undated(self, dated: Collection[str]) -> int:
        """How many pupils' differences happened on a day that no file tells; `dated`: ids of those a reason dates."""
        arrived = [pupil for pupil, _ in self.back] + ([] if self.is_first else self.new)
        changed = sum(bool(item.of("EFFECTIVE_DATE")) for item in self.changed)
        return changed + len(self.deferral) + sum(pupil.person_id not in dated for pupil in arrived)


def compare(
    pupils: Iterable[Pupil], known: Persons, made: Digest, columns: Collection[str], odd: Collection[int]
) -> Differences:
    """`columns`: attributes the file has a column for; `odd`: rows with a problem, of which no blank is believed."""
    found = Differences(is_first=not known)
    present = set()
    for pupil in pupils:
        present.add(pupil.person_id)
        before = known.get(pupil.person_id)
        if before is None:
            found.new.append(pupil)
        elif not before.on_roll:
            found.back.append((pupil, before))
        else:
            _compare_one(found, pupil, before, made, () if pupil.row in odd else columns)
            if pupil.deferred != bool(before.deferral_id) and ("deferred" in columns):
                found.deferral.append((pupil, before))
    found.gone = [one for person, one in known.items() if one.on_roll and person not in present]
    return found


def _compare_one(found: Differences, pupil: Pupil, known: Known, made: Digest, columns: Collection[str]) -> None:
    values: dict[str, object] = {
        name: value for name, value in pupil.attributes.items() if known.cells.get(name) != made(name, value)
    }
    blank = {name for name in known.cells if name in columns and name not in pupil.attributes}
    values |= dict.fromkeys(sorted(blank - CANNOT_CLEAR), "")
    if values:
        found.changed.append(Changed(pupil, known, values))
    else:
        found.same.append((pupil, known))
