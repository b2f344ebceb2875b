"""What officers do with findings: rows that are added and never changed. The newest act is the one that stands."""

from dataclasses import astuple, dataclass, fields
from typing import Final

from schemas.errors import ThabianError
from warehouse.interface import Warehouse

ACTS: Final = {"CONFIRMED": 1, "DISMISSED": 2}
"""As finding_acts.act counts them."""


@dataclass(frozen=True, slots=True)
class FindingAct:
    """One act. `acted_at` in ms since 1970 UTC; `acted_by`: user of the operating system; `proof`: which document."""

    act: str
    actor: str
    acted_by: str
    reason: str
    proof: str
    acted_at: int


_NAMES: Final = tuple(field.name for field in fields(FindingAct))


def store(warehouse: Warehouse, finding_id: bytes, act: FindingAct) -> None:
    """Keep an act. Raises ThabianError FINDING_ACT_INVALID without an actor, a reason and a proof."""
    if not (act.actor.strip() and act.reason.strip() and act.proof.strip()):
        raise ThabianError("FINDING_ACT_INVALID", "--actor, --reason and --proof say something", exit_code=2)
    row = dict(zip(_NAMES, astuple(act), strict=True)) | {"finding_id": finding_id, "act": ACTS[act.act]}
    warehouse.insert("finding_acts", {name: [value] for name, value in row.items()})


def read(warehouse: Warehouse, finding_id: bytes) -> list[FindingAct]:
    """The acts on a finding, in their order."""
    query = (
        "SELECT toString(act), actor, acted_by, reason, proof, toUnixTimestamp64Milli(acted_at)"
        " FROM finding_acts WHERE finding_id = unhex(%(id)s) ORDER BY finding_acts.acted_at"
    )
    return [FindingAct(*row) for row in warehouse.rows(query, {"id": finding_id.hex()})]
