"""What affiliations are called."""

from schemas import code_lists


def label(code: str) -> str:
    """The name of an affiliation; its code where the list has none."""
    known = code_lists.load("affiliations")
    return known.entry(code).label if code in known.codes else code
