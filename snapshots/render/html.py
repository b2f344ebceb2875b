"""A page that stands alone: no network, prints on A4."""

from html import escape

from snapshots.table import Cell, Table

_STYLE = """
@page { size: A4; margin: 14mm 12mm }
body { font: 15px/1.35 "TH Sarabun New", "Sarabun", "Noto Sans Thai", "Leelawadee UI", "Thonburi", sans-serif;
       color: #111; max-width: 186mm; margin: 8mm auto }
h1 { font-size: 1.25em; margin: 0 }
p { margin: 0 0 .6em }
table { border-collapse: collapse; width: 100% }
thead { display: table-header-group }
th, td { border: 1px solid #999; padding: .1em .5em; text-align: left }
th { background: #ededed }
.number { text-align: right; font-variant-numeric: tabular-nums }
tr { break-inside: avoid }
.subtotal { background: #f3f3f3; font-weight: bold }
.total { background: #dcdcdc; font-weight: bold }
footer { margin-top: .8em; font-size: .75em; color: #333; overflow-wrap: anywhere }
@media print { body { margin: 0; max-width: none; font-size: 12.5px } * { print-color-adjust: exact } }
"""


def render(table: Table) -> bytes:
    """The page, UTF-8."""
    numbers = [column.is_number for column in table.columns]
    head = "".join(_cell("th", column.heading, is_number=column.is_number) for column in table.columns)
    body = "\n".join(
        f'<tr class="{row.kind.value}">'
        + "".join(_cell("td", cell, is_number=number) for cell, number in zip(row.cells, numbers, strict=True))
        + "</tr>"
        for row in table.rows
    )
    origin = " · ".join(f"{escape(heading)}: {escape(value)}" for heading, value in table.origin.lines())
    page = f"""<!DOCTYPE html>
<html lang="th">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(table.title)} {escape(table.origin.version)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(table.title)}</h1>
<p>{escape(table.scope)} · ข้อมูล ณ วันที่ {escape(table.origin.as_of)}</p>
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
<footer>{origin}</footer>
</body>
</html>
"""
    return page.encode()


def _cell(tag: str, value: Cell, *, is_number: bool) -> str:
    text = "" if value is None else f"{value:,}" if isinstance(value, int) else value
    kind = ' class="number"' if is_number else ""
    return f"<{tag}{kind}>{escape(text)}</{tag}>"
