"""Figures: bars as long as their numbers say, texts escaped, and a scale that says where it begins."""

import re

from hypothesis import given
from hypothesis import strategies as st

from snapshots.render import charts
from snapshots.table import Bar, Pyramid, Steps

WIDTH = re.compile(r'<rect x="(-?[\d.]+)" y="[\d.]+" width="(-?[\d.]+)"')


def bars(figure: Pyramid | Steps) -> list[tuple[float, float]]:
    """(x, width) of each bar."""
    return [(float(x), float(width)) for x, width in WIDTH.findall(charts.svg(figure))]


def test_a_pyramid_has_the_highest_grade_on_top_and_bars_in_proportion() -> None:
    figure = Pyramid("ชั้น <1>", "ชาย", "หญิง", (("ป.1", 100, 50), ("ป.2", 0, 25)))
    drawn = charts.svg(figure)
    assert drawn.index("ป.2") < drawn.index("ป.1")
    assert "&lt;1&gt;" in drawn
    (_, none), (_, quarter), (_, most), (_, half) = bars(figure)
    assert none == 0
    assert abs(most - 2 * half) < 1
    assert abs(most - 4 * quarter) < 1


def test_steps_begin_where_the_last_one_ended() -> None:
    figure = Steps(
        "ย้าย", (Bar("ยกมา", 10, is_level=True), Bar("เข้า", 5), Bar("ออก", -15), Bar("คงเหลือ", 0, is_level=True))
    )
    level, up, down, rest = bars(figure)
    assert abs(level[0] + level[1] - up[0]) < 0.2
    assert abs(up[0] + up[1] - (down[0] + down[1])) < 0.2
    assert rest[1] == 0
    assert "+5" in charts.svg(figure)
    assert "-15" in charts.svg(figure)
    assert "แกนเริ่มที่" not in charts.svg(figure)


def test_a_scale_that_does_not_begin_at_nought_says_so() -> None:
    figure = Steps("", (Bar("", 17_751, is_level=True), Bar("", 6), Bar("", 17_757, is_level=True)))
    assert "แกนเริ่มที่ 17,750" in charts.svg(figure)


@given(st.lists(st.integers(-5_000, 5_000), max_size=8), st.integers(0, 10_000_000))
def test_no_bar_leaves_the_page(moves: list[int], first: int) -> None:
    ups = tuple(Bar("", max(move, -first)) for move in moves)
    figure = Steps("", (Bar("", first, is_level=True), *ups))
    assert all(width >= 0 and x >= 0 and x + width <= charts.WIDTH for x, width in bars(figure))


def test_nobody_at_all_can_be_drawn() -> None:
    assert "<svg" in charts.svg(Pyramid("", "", "", ()))
    assert "<svg" in charts.svg(Steps("", (Bar("", 0, is_level=True),)))
