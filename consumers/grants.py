"""Publishers and their grants in the warehouse: rows are added, never changed (semantics 1.2)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consumers.authorise import ALL, Grants
from schemas import catalogue, code_lists
from schemas.errors import ThabianError
from warehouse.interface import Columns, Warehouse

NEVER: Final = 7_258_118_400_000
"""2200-01-01 in ms since 1970 UTC: the end of a grant that has none."""

_GRANTS: Final = """
SELECT grant_id, publisher, school_code, affiliation, kinds, toUnixTimestamp64Milli(begins_at),
       toUnixTimestamp64Milli(ends_at), toUnixTimestamp64Milli(granted_at)
FROM grants {condition}
ORDER BY publisher, granted_at, grant_id
LIMIT 1 BY grant_id
"""
_REVOKED: Final = "SELECT grant_id, toUnixTimestamp64Milli(min(revoked_at)) FROM grant_revocations GROUP BY grant_id"


@dataclass(frozen=True, slots=True)
class Scope:
    """One school, or every school of an affiliation: the other one is 0."""

    school: int
    affiliation: int

    @property
    def key(self) -> int:
        """As `consumers.authorise` joins it."""
        return self.school or self.affiliation

    def __str__(self) -> str:
        return f"school {self.school:010}" if self.school else f"affiliation {self.affiliation:02}"


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant. Times are ms since 1970 UTC; `revoked` None: it was not."""

    grant_id: str
    publisher: str
    scope: Scope
    kinds: tuple[str, ...]
    begins: int
    ends: int
    granted: int
    revoked: int | None = None

    @property
    def over(self) -> int:
        """The first moment it is no longer in force."""
        return self.ends if self.revoked is None else min(self.ends, self.revoked)


def school_scope(code: str) -> Scope:
    """One school by its 10-digit code."""
    if not (code.isascii() and code.isdecimal() and len(code) == 10 and int(code)):
        raise ThabianError("GRANT_INVALID", "a school code has 10 digits", exit_code=2)
    return Scope(int(code), 0)


def affiliation_scope(code: str) -> Scope:
    """Every school whose code begins with these two digits."""
    if code not in code_lists.load("affiliations").codes:
        raise ThabianError(
            "GRANT_INVALID", "an affiliation is two digits of docs/code-lists.md, such as 10", exit_code=2
        )
    return Scope(0, int(code))


def kinds_of(text: str) -> tuple[str, ...]:
    """`all`, or kinds separated by commas, in the order of the contract."""
    named = {part.strip() for part in text.split(",") if part.strip()}
    unknown = sorted(named - {ALL, *catalogue.KINDS})
    if unknown or not named:
        raise ThabianError("GRANT_INVALID", f"kinds are {ALL} or: {', '.join(catalogue.KINDS)}", exit_code=2)
    return tuple(kind for kind in (ALL, *catalogue.KINDS) if kind in named)


def publishers(warehouse: Warehouse) -> dict[str, int]:
    """Name → when it was added."""
    rows = warehouse.rows(
        "SELECT publisher, toUnixTimestamp64Milli(min(added_at)) FROM publishers GROUP BY publisher ORDER BY publisher"
    )
    return dict(rows)


def add(warehouse: Warehouse, publisher: str, now_ms: int) -> bool:
    """Add a publisher; False: it was there."""
    if publisher in publishers(warehouse):
        return False
    columns: Columns = {"publisher": [publisher], "added_at": [now_ms]}
    warehouse.insert("publishers", columns, token=f"publisher-{publisher}")
    return True


def listed(warehouse: Warehouse, publisher: str | None = None) -> list[Grant]:
    """All grants ever, or those of one publisher, the oldest first."""
    condition = "" if publisher is None else "WHERE publisher = %(publisher)s"
    revoked: dict[str, int] = dict(warehouse.rows(_REVOKED))
    rows = warehouse.rows(_GRANTS.format(condition=condition), {"publisher": publisher})
    return [
        Grant(grant_id, name, Scope(school, affiliation), tuple(kinds), begins, ends, granted, revoked.get(grant_id))
        for grant_id, name, school, affiliation, kinds, begins, ends, granted in rows
    ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `begins` None: from now on; `ends` None: for good."""

    publisher: str
    scope: Scope
    kinds: tuple[str, ...]
    begins: int | None = None
    ends: int | None = None


def grant(warehouse: Warehouse, wanted: Wanted, now_ms: int) -> tuple[Grant, bool]:
    """(the grant, whether it is new): an identical one that is in force, or will be, stands as it is.

    `begins` may lie in the past: records of then that wait in the log are granted as well. What has a receipt keeps it.
    """
    if wanted.publisher not in publishers(warehouse):
        raise ThabianError(
            "PUBLISHER_UNKNOWN", f"there is no publisher {wanted.publisher}: run `thabian publishers add`", exit_code=2
        )
    begins, ends = now_ms if wanted.begins is None else wanted.begins, NEVER if wanted.ends is None else wanted.ends
    if ends <= begins:
        raise ThabianError("GRANT_INVALID", "the grant would end before it begins", exit_code=2)
    for known in listed(warehouse, wanted.publisher):
        same = (known.scope, known.kinds, known.ends) == (wanted.scope, wanted.kinds, ends)
        if same and known.begins <= begins and known.over > max(now_ms, begins):
            return known, False
    made = Grant("", wanted.publisher, wanted.scope, wanted.kinds, begins, ends, now_ms)
    made = Grant(_id(made), wanted.publisher, wanted.scope, wanted.kinds, begins, ends, now_ms)
    warehouse.insert("grants", _columns(made), token=f"grant-{made.grant_id}")
    return made, True


def revoke(warehouse: Warehouse, grant_id: str, now_ms: int) -> tuple[Grant, bool]:
    """(the grant as it stands then, whether this ended it): one that was revoked before stays ended from then on."""
    found = next((known for known in listed(warehouse) if known.grant_id == grant_id), None)
    if found is None:
        raise ThabianError("GRANT_UNKNOWN", "there is no such grant: see `thabian publishers list`", exit_code=2)
    if found.revoked is not None:
        return found, False
    columns: Columns = {"grant_id": [grant_id], "revoked_at": [now_ms]}
    warehouse.insert("grant_revocations", columns, token=f"revoke-{grant_id}")
    return next(known for known in listed(warehouse) if known.grant_id == grant_id), True


def snapshot(grants: Sequence[Grant]) -> Grants:
    """As intake joins them."""
    return Grants.of(
        (one.publisher, one.scope.key, kind, one.begins, one.over)
        for one in grants
        for kind in one.kinds
        if one.begins < one.over
    )


def _id(made: Grant) -> str:
    facts = (made.publisher, made.scope.key, made.kinds, made.begins, made.ends, made.granted)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]


def _columns(made: Grant) -> Columns:
    return {
        "grant_id": [made.grant_id],
        "publisher": [made.publisher],
        "school_code": [made.scope.school],
        "affiliation": [made.scope.affiliation],
        "kinds": [list(made.kinds)],
        "begins_at": [made.begins],
        "ends_at": [made.ends],
        "granted_at": [made.granted],
    }
