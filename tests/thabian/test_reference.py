"""The generated pages are current, and checking them writes nothing."""

import re
from pathlib import Path

import pytest

from thabian.reference import PAGES
from thabian.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `thabian reference`"


def test_check_finds_what_is_missing_or_stale_and_writes_nothing(thabian, tmp_path):
    (tmp_path / "codes.md").write_text("old", encoding="utf-8")
    said = thabian("reference", "--check", "--folder", tmp_path)
    assert said.code == 1
    assert said.err.count("not current: run `thabian reference`") == len(PAGES)
    assert [path.name for path in tmp_path.iterdir()] == ["codes.md"]
    assert (tmp_path / "codes.md").read_text(encoding="utf-8") == "old"


def test_written_pages_are_current(thabian, tmp_path):
    assert thabian("reference", "--folder", tmp_path).code == 0
    said = thabian("reference", "--check", "--folder", tmp_path)
    assert (said.code, said.out) == (0, f"{len(PAGES)} pages, {len(PAGES)} were current.\n")


@pytest.mark.parametrize("name", PAGES)
def test_every_line_of_a_table_has_as_many_cells_as_its_header(name):
    """A pipe within a cell would shift the rest."""
    cells = 0
    for line in PAGES[name]().splitlines():
        found = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (found and cells) or found == cells, line
        cells = found


def test_no_page_shows_where_it_was_made():
    """A default that depends on the machine would never be current elsewhere."""
    home = str(Path.home())
    for name, page in PAGES.items():
        assert home not in page(), name
    assert all(f"`THABIAN_{name.upper()}`" in PAGES["settings.md"]() for name in Settings.model_fields)
