"""The signature pack: numbered, every sheet with version, cut and checksum, and a line to sign."""

import re

import pytest

from snapshots import schools
from snapshots.render import pack as pack_page
from snapshots.reports import data_files, registry, roster
from snapshots.reports.pack import pack
from snapshots.reports.pupil_lists import LISTS
from snapshots.reports.scope import named
from snapshots.seal import Sealing
from tests.snapshots.reports.people import pupil, total, version
from tests.snapshots.reports.test_scope import school
from tests.snapshots.sealing import OTHER, SCHOOL


def test_every_item_is_a_report_or_a_list() -> None:
    for row in data_files.rows("pack_items"):
        assert row["item"] in (LISTS if row["kind"] == "roster" else {*registry.BY_NAME, "movement"})
        assert row["source"]


@pytest.mark.real
def test_a_pack_names_its_version_on_every_item(work: Sealing) -> None:
    schools.load(work.warehouse, [school(SCHOOL, "เขต", name="บ้าน <หนองน้ำ>"), school(OTHER, "เขต")], 1)
    whole = version(work, pupil(1, disadvantage="POOR"), pupil(2, OTHER))
    scope = named(work.warehouse, whole.version, f"school:{SCHOOL}")
    made = pack(work.warehouse, scope, lambda name: roster.table(work.warehouse, scope, name))
    moved = next(item for item in made.items if item.name == "movement")
    assert total(moved)["after"] == 1, "of this school alone"
    page = pack_page.render(made).decode()
    items = len(data_files.rows("pack_items"))
    assert len(made.items) == items
    assert page.count("ลงชื่อ") == page.count("<section") == items + 1
    assert page.count("<tfoot>") == items
    foots = re.findall("<tfoot>.*?</tfoot>", page, re.DOTALL)
    checksum = scope.origin().checksum
    assert all(scope.version.version in foot and checksum in foot and "(cut)" in foot for foot in foots)
    assert f"<p>บ้าน &lt;หนองน้ำ&gt; (รหัส {SCHOOL}) · " in page
    assert all(f"<h1>{at}. " in page for at in range(1, items + 1))
    assert not any(mark in page for mark in ("http:", "https:", "src=", "url(", "@import", "<script"))
