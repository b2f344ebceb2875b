"""A page that stands alone: no network, prints on A4, and says on every sheet which version it is of."""

from html import escape
from typing import Final

from snapshots.render import charts
from snapshots.table import Cell, Origin, Table

WIDE: Final = 9
"""From so many columns on, a table is printed across."""
WIDEST: Final = 22
"""From so many columns on, words of its headings may break anywhere: they would not fit on a sheet."""

STYLE: Final = """
@page { size: A4; margin: 12mm 11mm 16mm;
        @bottom-right { content: "หน้า " counter(page) " / " counter(pages); font: 9px "TH Sarabun New", "Sarabun" } }
@page wide { size: A4 landscape }
body { font: 15px/1.35 "TH Sarabun New", "Sarabun", "Noto Sans Thai", "Leelawadee UI", "Thonburi", sans-serif;
       color: #111; max-width: 186mm; margin: 8mm auto }
body:has(.wide) { max-width: 270mm }
h1 { font-size: 1.25em; margin: 0 }
p { margin: 0 0 .6em }
section.wide { page: wide; font-size: .72em }
section + section { break-before: page }
section, figure { padding-top: .5em }  /* else marks over a sheet's first letters stand at the foot of the last */
table { border-collapse: collapse; width: 100% }
thead { display: table-header-group }
tfoot { display: table-footer-group }
th, td { border: 1px solid #999; padding: .1em .5em; text-align: left }
section.wide th, section.wide td { padding: .1em .25em }
section.widest { font-size: .64em }
section.widest th { overflow-wrap: anywhere }
th { background: #ededed; vertical-align: bottom }
.number { text-align: right; font-variant-numeric: tabular-nums }
tr { break-inside: avoid }
.subtotal { background: #f3f3f3; font-weight: bold }
.total { background: #dcdcdc; font-weight: bold }
tfoot td { border: 0; padding: .6em 0 0 }
tfoot td, .origin { font-size: .75em; color: #333; overflow-wrap: anywhere }
figure { margin: 1em auto 0; max-width: 180mm; break-inside: avoid }
figcaption { font-weight: bold }
.sign { margin: 2.2em 0 0 auto; width: 75mm; text-align: center; break-inside: avoid }
.sign p { margin: 0 0 .5em }
.office { text-align: right }
.day { text-align: center }
.said { text-indent: 2.5em }
@media print { body, body:has(.wide) { margin: 0; max-width: none; font-size: 12.5px } * { print-color-adjust: exact } }
"""


def render(table: Table) -> bytes:
    """The page, UTF-8."""
    return page(f"{table.title} {table.origin.version}", [section(table)]).encode()


def page(title: str, sections: list[str]) -> str:
    """Sections as one page; each begins on a new sheet."""
    body = "\n".join(sections)
    return f"""<!DOCTYPE html>
<html lang="th">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
{body}
</body>
</html>
"""


def section(table: Table, *, number: str = "", below: str = "") -> str:
    """One table with its figures. Version, cut and checksum stand in the table's foot, which is printed on every sheet of it.

    `number` goes before the title; `below`: markup that follows the table.
    """
    numbers = [column.is_number for column in table.columns]
    head = "".join(_cell("th", column.heading, is_number=column.is_number) for column in table.columns)
    body = "\n".join(
        f'<tr class="{row.kind.value}">'
        + "".join(_cell("td", cell, is_number=number) for cell, number in zip(row.cells, numbers, strict=True))
        + "</tr>"
        for row in table.rows
    )
    figures = "\n".join(
        f"<figure><figcaption>{escape(figure.title)}</figcaption>{charts.svg(figure)}"
        f'<p class="origin">{origin_line(table.origin)}</p></figure>'
        for figure in table.figures
    )
    day = f" · ข้อมูล ณ วันที่ {escape(table.origin.as_of)}" if table.origin.as_of else ""
    return f"""<section{_class(len(table.columns))}>
<h1>{escape(number)}{escape(table.title)}</h1>
<p>{escape(table.scope)}{day}</p>
<table>
<thead><tr>{head}</tr></thead>
<tfoot><tr><td colspan="{len(table.columns)}">{origin_line(table.origin)}</td></tr></tfoot>
<tbody>
{body}
</tbody>
</table>
{below}
{figures}
</section>"""


def _class(columns: int) -> str:
    if columns < WIDE:
        return ""
    return ' class="wide widest"' if columns >= WIDEST else ' class="wide"'


def origin_line(origin: Origin) -> str:
    """Where the numbers come from, escaped."""
    return " · ".join(f"{escape(heading)}: {escape(value)}" for heading, value in origin.lines())


def _cell(tag: str, value: Cell, *, is_number: bool) -> str:
    text = "" if value is None else f"{value:,}" if isinstance(value, int) else value
    kind = ' class="number"' if is_number else ""
    return f"<{tag}{kind}>{escape(text)}</{tag}>"
