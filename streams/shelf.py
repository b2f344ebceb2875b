"""A table as one partition sees it: bytes by key, what was written and is not stored yet included."""

from collections.abc import Callable, Iterable, Iterator, Mapping


class Shelf:
    """Reads come from the store, writes wait until they are taken to be stored: outputs may have to be sent first."""

    def __init__(
        self, read: Callable[[bytes], bytes | None], items: Callable[[], Iterable[tuple[bytes, bytes]]] = tuple
    ) -> None:
        self._read = read
        self._items = items
        self._waiting: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """What lies under a key."""
        return self._waiting[key] if key in self._waiting else self._read(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        """Lay it there; None takes it away."""
        self._waiting[key] = value

    def values(self) -> Iterator[bytes]:
        """All values that are stored. Nothing may wait."""
        return (value for _, value in self._items())

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All that is stored. Nothing may wait."""
        yield from self._items()

    def take_waiting(self) -> Mapping[bytes, bytes | None]:
        """What is to be stored now."""
        waiting, self._waiting = self._waiting, {}
        return waiting
