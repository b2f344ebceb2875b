"""Reading the native protocol: bytes with a position, refilled from a socket as they are used up."""

from collections.abc import Callable

LONGEST_VARINT = 10
RUN = 4096  # strings looked at together for equal lengths
SHORTEST_RUN = 32
STEP = 256  # strings walked one by one before the next look


class Buffer:
    """Bytes not yet read. `refill` gives more and raises when there are none."""

    def __init__(self, refill: Callable[[], bytes], data: bytes = b"") -> None:
        self._refill = refill
        self._data = bytearray(data)
        self._position = 0

    def byte(self) -> int:
        """One byte."""
        self.skip(1)
        return self._data[self._position - 1]

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        start = self._position
        self.skip(count)
        return bytes(self._data[start : self._position])

    def skip(self, count: int) -> None:
        """Pass over `count` bytes."""
        self._position += count
        self._ensure(self._position)

    def u64(self) -> int:
        """A little-endian integer of 8 bytes."""
        return int.from_bytes(self.take(8), "little")

    def varint(self) -> int:
        """An unsigned LEB128 integer."""
        value = shift = 0
        while True:
            part = self.byte()
            value |= (part & 0x7F) << shift
            if part < 0x80:
                return value
            shift += 7

    def string(self) -> str:
        """A string after its length. Bytes that are no UTF-8 survive the way to text and back."""
        return self.take(self.varint()).decode("utf-8", "surrogateescape")

    def skip_strings(self, count: int) -> None:
        """Pass over `count` strings: the one place where time goes by row, so equal lengths are passed in runs."""
        while count > 0:
            passed = self._skip_run(count)
            if not passed:
                passed = min(count, STEP)
                self._skip_each(passed)
            count -= passed

    def read(self) -> memoryview:
        """What was read since the last `forget`; release it before reading on."""
        return memoryview(self._data)[: self._position]

    @property
    def position(self) -> int:
        """How many bytes were read since the last `forget`."""
        return self._position

    @property
    def unread(self) -> int:
        """Bytes that are here and not read yet."""
        return len(self._data) - self._position

    def forget(self) -> None:
        """Drop what was read."""
        if self._position:
            del self._data[: self._position]
            self._position = 0

    def _ensure(self, end: int) -> None:
        while len(self._data) < end:
            self._data += self._refill()

    def _skip_run(self, count: int) -> int:
        """Pass over strings that all have the length of the first; 0 if there are too few of them to be worth it."""
        self._ensure(self._position + 1)
        length = self._data[self._position]
        stride = length + 1
        here = min(count, RUN, (len(self._data) - self._position) // stride)
        if length > 0x7F or here < SHORTEST_RUN:
            return 0
        lengths = self._data[self._position : self._position + here * stride : stride]
        run = here - len(lengths.lstrip(bytes([length])))
        if run < SHORTEST_RUN:
            return 0
        self._position += run * stride
        return run

    def _skip_each(self, count: int) -> None:
        data, position = self._data, self._position
        safe = len(data) - LONGEST_VARINT
        for _ in range(count):
            if position > safe:  # near the end of what is here: the careful way
                self._position = position
                self.skip(0)
                self.skip(self.varint())
                position, safe = self._position, len(data) - LONGEST_VARINT
                continue
            length = data[position]
            position += 1
            if length > 0x7F:
                length, position = _long_varint(data, position - 1)
            position += length
        self._position = position
        self._ensure(position)


def _long_varint(data: bytearray, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        part = data[position]
        position += 1
        value |= (part & 0x7F) << shift
        if part < 0x80:
            return value, position
        shift += 7
