"""Writing the native protocol: the packets a server sends."""

import struct

from deploy.local.clickhouse.errors import ServerError

# The newest revision that sends settings as text and does not yet have a serialization byte per column, an addendum to
# the greeting or parallel replicas. Clients and servers use the lower of their two revisions.
REVISION = 54429
SERVER_NAME = "ClickHouse"
DISPLAY_NAME = "thabian-local"

HELLO, DATA, EXCEPTION, PROGRESS, PONG, END_OF_STREAM = range(6)
BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"


def varint(value: int) -> bytes:
    """An unsigned LEB128 integer."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def string(text: str) -> bytes:
    """A string after its length."""
    content = text.encode("utf-8", "surrogateescape")
    return varint(len(content)) + content


def hello(version: tuple[int, int, int], timezone: str) -> bytes:
    """The greeting."""
    numbers = varint(version[0]) + varint(version[1]) + varint(REVISION)
    return varint(HELLO) + string(SERVER_NAME) + numbers + string(timezone) + string(DISPLAY_NAME) + varint(version[2])


def data_head() -> bytes:
    """What stands before a Native block."""
    return varint(DATA) + string("") + BLOCK_INFO


def exception(error: ServerError) -> bytes:
    """A failed statement."""
    number = struct.pack("<i", error.code)
    told = string("DB::Exception") + string(f"DB::Exception: {error.message}") + string("")
    return varint(EXCEPTION) + number + told + b"\x00"


def progress(read_rows: int, written_rows: int) -> bytes:
    """Rows read, bytes read, rows expected, rows written, bytes written."""
    return b"".join(varint(each) for each in (PROGRESS, read_rows, 0, 0, written_rows, 0))


def pong() -> bytes:
    """The answer to a ping."""
    return varint(PONG)


def end_of_stream() -> bytes:
    """The statement is done."""
    return varint(END_OF_STREAM)
