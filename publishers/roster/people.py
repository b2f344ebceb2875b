"""Names as schools type them: the title may be short, or glued to the name (domain 7)."""

import re
from typing import Final

from schemas import code_lists

_TITLES: Final = code_lists.load("titles")
_GLUED: Final = sorted(
    ((written, entry.label) for entry in _TITLES.entries for written in (entry.label, *entry.aliases)),
    key=lambda pair: -len(pair[0]),
)
_ALSO_A_NAME: Final = "นาง"
"""Real names begin with it (นางนวล) and hardly a pupil bears it: never taken off unless the title's own cell has it."""
_SYLLABLE: Final = re.compile(r"[ก-ฮเแโใไ].")


def title(text: str) -> str:
    """The title in full, such as เด็กชาย for ด.ช.; what is no known title stays as it is."""
    code = _TITLES.by_label(text)
    return _TITLES.entry(code).label if code else text


def split_title(given_title: str, name: str) -> tuple[str, str]:
    """(title, name) with a title that was glued to the name taken off. One that contradicts `given_title` stays."""
    whole = title(given_title)
    for written, label in _GLUED:
        rest = name.removeprefix(written).strip()
        if rest == name or not _SYLLABLE.match(rest):
            continue
        if label == whole or (not whole and label != _ALSO_A_NAME):
            return label, rest
    return whole, name


def sex_of(whole_title: str) -> str | None:
    """The sex code a title goes with, or None when it tells none."""
    code = _TITLES.by_label(whole_title)
    return _TITLES.entry(code).extra.get("sex") if code else None
