"""Where each finding stands: the last state it was told to have, and when it last opened (docs/findings.md, A life).

SQL alone, for the sink and for the lists. What is last is said by the log, not by a clock: messages of one finding stand in
one partition, and runs of SQL are numbered. A row stored twice counts once, merged or not.
"""

from typing import Final

_LAST_OPENED: Final = (
    "arrayLastIndex(i -> history[i].3 = 1 AND (i = 1 OR history[i - 1].3 != 1), arrayEnumerate(history))"
)

_FIELDS: Final = (
    "code",
    "state",
    "person_key",
    "school_code",
    "other_school",
    "subject",
    "persons",
    "evidence",
    "told_at",
)

STANDING: Final = f"""
SELECT finding_id, {", ".join(f"last.{at} AS {name}" for at, name in enumerate(_FIELDS, start=1))},
       history[{_LAST_OPENED}].2 AS opened_at
FROM (
    SELECT finding_id,
           arraySort(groupArray((offset, told_at, toInt8(state)))) AS history,
           argMax(({", ".join(_FIELDS)}), (offset, told_at)) AS last
    FROM findings WHERE {{condition}} GROUP BY finding_id
)
"""
"""One row a finding. `{condition}` is on rows of `findings` and must hold for all of a finding or none. `opened_at` is the
time of the first OPEN since it was last anything else; 1970: never.
"""


def standing(condition: str = "1") -> str:
    """The query, as a statement or between brackets."""
    return STANDING.format(condition=condition)
