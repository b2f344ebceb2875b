"""Order as in a Thai dictionary: leading vowels after their consonant, tone marks last (domain 7).

The engine sorts, by ICU's collation for Thai, which is what the Royal Institute's dictionary does (CLDR `th`).
"""

from collections.abc import Iterable, Mapping

from warehouse.interface import Warehouse


def places(warehouse: Warehouse, texts: Iterable[str]) -> Mapping[str, int]:
    """The place of each text among them all, from 0."""
    wanted = sorted(set(texts))
    if not wanted:
        return {}
    found = warehouse.rows(
        "SELECT text FROM texts ORDER BY text COLLATE 'th', text", external={"texts": {"text": ("String", wanted)}}
    )
    return {text: place for place, (text,) in enumerate(found)}
