"""Pupils whose number is not a valid national one: G codes, the 0 series, wrong check digits (seed B list 5, ติด G).

The census knows a pupil by the key of a number, and a key stands for one number for ever: what kind of number it is does not
depend on any cut, so the whole log may be asked. Three sources, each for the keys the one before does not know:

1. `change_log.id_kind` of events sent under the number, and the finding CHECK_DIGIT_WRONG of their receipts;
2. for a number that came by `IdentityReplaced` alone, `persons.new_person_id`, read by schemas.identity;
3. neither (the person was erased): not known.
"""

from typing import Any, Final

from schemas import code_lists
from schemas.identity import check_digit_is_right, id_kind
from snapshots.reports.by_category import Category, Heading, Question, lay_out
from snapshots.reports.grades import NONE
from snapshots.reports.scope import Scope
from snapshots.table import Table
from warehouse.interface import External, Warehouse

NAME: Final = "id-not-valid"
TITLE: Final = "จำนวนนักเรียนที่เลขประจำตัว 13 หลักไม่ถูกต้อง (ติด G) จำแนกตามชั้นและชนิดของเลข"
WRONG: Final = "CHECK_DIGIT_WRONG"
VALID: Final = "NATIONAL"
UNKNOWN: Final = "UNKNOWN"

KINDS: Final = f"""
SELECT person_key, multiIf(countIf(kind = '{UNKNOWN}') > 0, '{UNKNOWN}', anyIf(kind, kind != '{WRONG}') = '', '{WRONG}',
                           anyIf(kind, kind != '{WRONG}')) AS id_kind
FROM (
    SELECT person_key, toString(id_kind) AS kind FROM change_log
    WHERE id_kind NOT IN ('', '{VALID}')
    UNION ALL
    SELECT person_key, '{WRONG}' FROM change_log
    WHERE act != 'identity'
      AND (topic, partition, offset) IN (SELECT topic, partition, offset FROM receipts WHERE has(codes, '{WRONG}'))
    UNION ALL
    SELECT person_key, kind FROM replaced_kinds WHERE kind != '{VALID}'
)
GROUP BY person_key
"""
"""The numbers that are not valid national ones: (person_key, id_kind). External table: `replaced_kinds`."""

_REPLACED: Final = """
SELECT DISTINCT new_person_key, new_person_id
FROM change_log LEFT ANY JOIN (SELECT school_code, event_id, new_person_id FROM persons WHERE new_person_id != '') AS persons
    USING (school_code, event_id)
WHERE act = 'identity'
  AND new_person_key NOT IN (
    SELECT person_key FROM change_log
    WHERE act != 'identity' AND person_key IN (SELECT new_person_key FROM change_log WHERE act = 'identity'))
"""
_CELLS: Final = f"""
SELECT {{{{school}}}} AS school, if(id_kind = '', '{VALID}', id_kind) AS kind, grade, sex, count()
FROM ({{rows}}) AS roll LEFT ANY JOIN ({KINDS}) AS kinds USING person_key
GROUP BY school, kind, grade, sex
"""


def table(warehouse: Warehouse, scope: Scope) -> Table:
    """The report over a scope."""
    return lay_out(heading(), question(warehouse, scope).cells(warehouse), scope)


def question(warehouse: Warehouse, scope: Scope) -> Question:
    """Pupils by kind of number, grade and sex."""
    return Question(_CELLS.format(rows=scope.rows), scope.parameters, replaced_kinds(warehouse))


def heading() -> Heading:
    """The kinds, the worst first."""
    labels = code_lists.load("id_kinds")
    categories = (
        *(Category(entry.code, entry.label) for entry in reversed(labels.entries) if entry.code != VALID),
        Category(WRONG, "เลขตรวจสอบหลักที่ 13 ผิด"),
        Category(VALID, labels.entry(VALID).label, is_counted=False),
        Category(UNKNOWN, NONE, is_counted=False),
    )
    return Heading(NAME, TITLE, "รวมไม่ถูกต้อง", categories)


def replaced_kinds(warehouse: Warehouse) -> External:
    """The external table of KINDS: numbers no event but IdentityReplaced has carried, from persons."""
    numbers: dict[bytes, str] = dict(sorted(warehouse.rows(_REPLACED), key=lambda row: str(row[1])))
    columns: dict[str, tuple[str, list[Any]]] = {
        "person_key": ("FixedString(16)", list(numbers)),
        "kind": ("String", [kind_of(number) for number in numbers.values()]),
    }
    return {"replaced_kinds": columns}


def kind_of(number: str) -> str:
    """NATIONAL, ZERO_SERIES or G of a normalised number; CHECK_DIGIT_WRONG, and UNKNOWN without one."""
    if not number:
        return UNKNOWN
    return WRONG if check_digit_is_right(number) is False else id_kind(number)
