"""Figures as SVG within a page: no script, no network, readable in black and white."""

from collections.abc import Iterator
from html import escape
from typing import Final

from snapshots.table import Figure, Pyramid, Steps

WIDTH: Final = 640
_LINE, _TOP, _LABEL = 20, 24, 110
_DARK, _LIGHT, _GREY = "#3b6ea5", "#d98f5c", "#8a8a8a"


def svg(figure: Figure) -> str:
    """The figure, as an <svg> element."""
    return _pyramid(figure) if isinstance(figure, Pyramid) else _steps(figure)


def _pyramid(figure: Pyramid) -> str:
    """The highest grade on top; numbers at the ends of the bars."""
    half = (WIDTH - _LABEL) / 2 - 50
    middle = WIDTH / 2
    most = max((max(left, right) for _, left, right in figure.bars), default=0) or 1
    parts = [
        _text(middle - _LABEL / 2 - 4, 16, figure.left, "end", "bold"),
        _text(middle + _LABEL / 2 + 4, 16, figure.right, "start", "bold"),
    ]
    for at, (label, left, right) in enumerate(reversed(figure.bars)):
        top = _TOP + at * _LINE
        parts.append(_text(middle, top + 14, label, "middle"))
        for value, side, colour in ((left, -1, _DARK), (right, 1, _LIGHT)):
            length = value / most * half
            begin = middle + side * _LABEL / 2
            parts.append(_bar(min(begin, begin + side * length), top + 2, length, colour))
            anchor = "end" if side < 0 else "start"
            parts.append(_text(begin + side * (length + 4), top + 14, f"{value:,}", anchor))
    return _svg(figure.title, _TOP + len(figure.bars) * _LINE + 4, parts)


def _steps(figure: Steps) -> str:
    """A line a bar, from where the last one ended. The scale begins a little below the lowest end; a dashed line says so."""
    ends = list(_ends(figure))
    low, high = min(min(pair) for pair in ends), max(max(pair) for pair in ends)
    room = max(high - low, 1)
    floor = max(0, low - room // 4) if low > room else min(0, low)
    scale = (WIDTH - 2 * _LABEL - 70) / max(high - floor, 1)
    parts = []
    for at, (bar, (begin, end)) in enumerate(zip(figure.bars, ends, strict=True)):
        top = _TOP + at * _LINE
        first = (floor if bar.is_level else min(begin, end)) - floor
        length = end - floor if bar.is_level else abs(end - begin)
        colour = _GREY if bar.is_level else _DARK if bar.value >= 0 else _LIGHT
        shown = f"{bar.value:,}" if bar.is_level else f"{bar.value:+,}" if bar.value else "0"
        parts.append(_text(_LABEL + 50, top + 14, bar.label, "end"))
        parts.append(_bar(_LABEL + 60 + first * scale, top + 2, length * scale, colour))
        parts.append(_text(_LABEL + 64 + (first + length) * scale, top + 14, shown, "start"))
    bottom = _TOP + len(figure.bars) * _LINE
    if floor:
        parts.append(f'<path d="M{_LABEL + 60} {_TOP}V{bottom}" stroke="#555" stroke-dasharray="3 3"/>')
        parts.append(_text(_LABEL + 60, bottom + 14, f"แกนเริ่มที่ {floor:,}", "start"))
    return _svg(figure.title, bottom + 20, parts)


def _ends(figure: Steps) -> Iterator[tuple[int, int]]:
    at = 0
    for bar in figure.bars:
        begin = 0 if bar.is_level else at
        at = begin + bar.value
        yield (at, at) if bar.is_level else (begin, at)


def _svg(title: str, height: float, parts: list[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" width="100%" role="img" '
        f'aria-label="{escape(title)}" font-size="13">\n<title>{escape(title)}</title>\n{body}\n</svg>'
    )


def _bar(x: float, y: float, width: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_LINE - 5}" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>'
