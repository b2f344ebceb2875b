"""Pages of docs/ that are generated from the one place each fact is kept in, and checked to be current."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from thabian.reference import codes, events, lists, metrics, settings, topics

PAGES: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        "events.md": events.page,
        "code-lists.md": lists.page,
        "codes.md": codes.page,
        "topics.md": topics.page,
        "settings.md": settings.page,
        "metrics.md": metrics.page,
    }
)
"""File name in docs/ → its text."""
