"""docs/codes.md: every code a person can meet."""

import schemas.codes
from schemas.codes import Code
from thabian.reference.markdown import document, table


def catalogues() -> dict[str, tuple[Code, ...]]:
    """Name of the section in schemas/codes.py → its codes, in the order they stand there."""
    kept = vars(schemas.codes).items()
    return {name: value for name, value in kept if isinstance(value, tuple) and value and isinstance(value[0], Code)}


def page() -> str:
    """The page."""
    parts = []
    for name, codes in catalogues().items():
        parts.append(f"## {name.replace('_', ' ').capitalize()}\n")
        rows = ((f"`{code.code}`", str(code.severity), code.meaning, code.source, code.remedy) for code in codes)
        parts.append(table(("code", "severity", "meaning", "source", "remedy"), rows))
    return document("Codes", "A code never changes its meaning and is never used again.\n", *parts)
