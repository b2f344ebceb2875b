"""All reports over a scope, by name, in the order in which they are listed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from snapshots.reports import (
    ages,
    budget,
    completeness,
    duplicates,
    funding,
    grade_sex_room,
    id_kinds,
    missing_schools,
    rooms,
    school_standing,
    summary,
    unsigned_schools,
    year_end,
)
from snapshots.reports.attributes import BOARDING, DISABLED, DISADVANTAGED
from snapshots.reports.by_category import Cells, Heading, Question
from snapshots.reports.scope import Scope
from snapshots.table import Table
from warehouse.interface import Warehouse


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `question` and `heading`: of reports by category, which can be had in DMC's shape as well."""

    name: str
    title: str
    summary: str
    table: Callable[[Warehouse, Scope], Table]
    question: Callable[[Warehouse, Scope], Question] | None = None
    heading: Callable[[Cells], Heading] | None = None


REPORTS: Final = (
    Report(
        grade_sex_room.NAME,
        grade_sex_room.TITLE,
        "Boys, girls, total and rooms by grade, with the ministry's subtotals (จำนวนนักเรียนและห้องเรียน).",
        grade_sex_room.table,
    ),
    Report(rooms.NAME, rooms.TITLE, "Boys, girls and total of every single room (รายห้องเรียน).", rooms.table),
    Report(
        DISADVANTAGED.name,
        DISADVANTAGED.title,
        "Disadvantaged pupils by grade and kind (ด้อยโอกาส).",
        DISADVANTAGED.table,
        DISADVANTAGED.question,
        DISADVANTAGED.heading,
    ),
    Report(
        BOARDING.name,
        BOARDING.title,
        "Pupils in the boarding scheme by grade and kind (พักนอน).",
        BOARDING.table,
        BOARDING.question,
        BOARDING.heading,
    ),
    Report(
        DISABLED.name,
        DISABLED.title,
        "Disabled pupils by grade and kind (พิการ).",
        DISABLED.table,
        DISABLED.question,
        DISABLED.heading,
    ),
    Report(
        id_kinds.NAME,
        id_kinds.TITLE,
        "Pupils without a valid 13-digit number by grade and kind of number (ติด G).",
        id_kinds.table,
        id_kinds.question,
        lambda _: id_kinds.heading(),
    ),
    Report(
        duplicates.NAME,
        duplicates.TITLE,
        "Pupils on the rolls of two schools, by pair of schools, and what is known of them (ซ้ำซ้อน).",
        duplicates.table,
    ),
    Report(
        ages.NAME,
        ages.TITLE,
        "Pupils by grade and age on the version's day; counts alone (จำแนกตามอายุ).",
        ages.table,
        ages.question,
        lambda _: ages.heading(),
    ),
    Report(
        funding.NAME,
        funding.TITLE,
        "Pupils the budget is reckoned on, and the reasons for the others (ใช้คำนวณงบประมาณ).",
        funding.table,
        funding.question,
        lambda _: funding.heading(),
    ),
    Report(
        budget.NAME,
        budget.TITLE,
        "Pupils by affiliation and level as told to the Budget Bureau (สำนักงบประมาณ).",
        budget.table,
    ),
    Report(
        year_end.NAME,
        year_end.TITLE,
        "The year's end: promoted, repeats, graduated by destination, held over (สิ้นปีการศึกษา).",
        year_end.table,
    ),
    Report(
        completeness.NAME,
        completeness.TITLE,
        "Required cells that are empty, by school (ความครบถ้วน).",
        completeness.table,
    ),
    Report(
        summary.NAME,
        summary.TITLE,
        "Areas and districts by affiliation: pupils, schools that sent, schools absent (สรุปรายเขต).",
        summary.table,
    ),
    Report(
        school_standing.NAME,
        school_standing.TITLE,
        "Every school: its messages by outcome, open findings, pupils, signature; absent ones too (รายโรงเรียน).",
        school_standing.table,
    ),
    Report(
        missing_schools.NAME,
        missing_schools.TITLE,
        "Expected schools that sent nothing: absent, not 0 (โรงเรียนที่ยังไม่ส่งข้อมูล).",
        missing_schools.table,
    ),
    Report(
        unsigned_schools.NAME,
        unsigned_schools.TITLE,
        "Expected schools whose slice is not signed, or was another one when it was (โรงเรียนที่ยังไม่รับรอง).",
        unsigned_schools.table,
    ),
)
BY_NAME: Final = {report.name: report for report in REPORTS}
