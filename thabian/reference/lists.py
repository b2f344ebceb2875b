"""docs/code-lists.md: the code lists with their Thai labels and sources."""

from schemas import code_lists
from thabian.reference.markdown import document, table


def page() -> str:
    """The page."""
    parts = []
    for name in code_lists.names():
        kept = code_lists.load(name)
        parts.append(f"## {name}: {kept.title}\n")
        rows = ((f"`{entry.code}`", entry.label, entry.source) for entry in kept.entries)
        parts.append(table(("code", "label", "source"), rows))
    return document("Code lists", *parts)
