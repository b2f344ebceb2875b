"""A signature pack as one page that prints on A4: a cover, then a sheet or more an item, each with a line to sign."""

from html import escape
from typing import Final

from snapshots.render import html
from snapshots.reports.pack import Pack
from snapshots.table import Table

_TITLE: Final = "เอกสารรับรองข้อมูลนักเรียนรายบุคคล"
_SIGN: Final = """<div class="sign">
<p>ขอรับรองว่าข้อมูลข้างต้นถูกต้องตรงตามความเป็นจริง</p>
<p>ลงชื่อ ........................................................</p>
<p>( ........................................................ )</p>
<p>ผู้อำนวยการสถานศึกษา</p>
<p>วันที่ .............. เดือน ........................ พ.ศ. ..............</p>
</div>"""


def render(pack: Pack) -> bytes:
    """The page, UTF-8."""
    first = pack.items[0]
    sections = [_cover(pack)]
    sections += [html.section(item, number=f"{at}. ", below=_SIGN) for at, item in enumerate(pack.items, 1)]
    return html.page(f"{_TITLE} {first.scope} {first.origin.version}", sections).encode()


def _cover(pack: Pack) -> str:
    first: Table = pack.items[0]
    lines = "\n".join(
        f'<tr><td class="number">{at}</td><td>{escape(item.title)}</td></tr>' for at, item in enumerate(pack.items, 1)
    )
    origin = "\n".join(
        f"<tr><th>{escape(heading)}</th><td>{escape(value)}</td></tr>" for heading, value in first.origin.lines()
    )
    return f"""<section>
<h1>{_TITLE}</h1>
<p>{escape(first.scope)} · ข้อมูล ณ วันที่ {escape(first.origin.as_of)}</p>
<table><tbody>
{origin}
</tbody></table>
<h1>รายการที่รับรอง {len(pack.items)} รายการ</h1>
<table>
<thead><tr><th class="number">ที่</th><th>รายการ</th></tr></thead>
<tbody>
{lines}
</tbody>
</table>
{_SIGN}
</section>"""
