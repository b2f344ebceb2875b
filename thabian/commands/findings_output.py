"""How findings are printed: schools with their names, times in Bangkok, ages in days. Never a pupil's values."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas import codes
from snapshots import schools
from snapshots.findings_register.standing import Standing
from snapshots.moments import format_minute, format_moment
from warehouse.interface import Warehouse

DAY_MS: Final = 86_400_000
_SEVERITIES: Final = {code.code: code.severity.value for code in codes.REGISTER_FINDINGS}


class ListFormat(StrEnum):
    """How to print a list."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def names(warehouse: Warehouse) -> dict[int, str]:
    """School code → name, as far as schools are loaded; the newest row of each."""
    return {one.code: one.name for one in schools.everything(warehouse)}


def school(code: int, known: Mapping[int, str]) -> str:
    """`1020080005 name`; empty: none."""
    return f"{code:010} {known.get(code, '')}".strip() if code else ""


def facts(one: Standing, known: Mapping[int, str], now_ms: int) -> dict[str, Any]:
    """A finding, by column."""
    return {
        "id": one.short,
        "code": one.code,
        "severity": _SEVERITIES.get(one.code, ""),
        "state": one.state,
        "school": school(one.school_code, known),
        "other_school": school(one.other_school, known),
        "opened": moment(one.opened),
        "age_days": max(0, now_ms - one.opened) // DAY_MS if one.opened else None,
        "settled": one.settled,
    }


def moment(milliseconds: int) -> str:
    """For files: with its offset. Empty: never."""
    return format_moment(milliseconds) if milliseconds else ""


def minute(milliseconds: int) -> str:
    """For people. Empty: never."""
    return format_minute(milliseconds) if milliseconds else ""


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], output: ListFormat) -> None:
    """Print rows; a table shows what `columns` says, the other formats as well."""
    if output is ListFormat.JSON:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
    elif output is ListFormat.CSV:
        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(row[name]) for name in columns} for row in rows)
    else:
        grid = Table(box=SIMPLE_HEAD)
        for column in columns:
            grid.add_column(column.replace("_", " "), overflow="fold", no_wrap=column in ("id", "code", "state"))
        for row in rows:
            grid.add_row(*(Text(_cell(row[name])) for name in columns))
        Console().print(grid)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
