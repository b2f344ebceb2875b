"""What the rest of the project may ask of the warehouse, and the two ways it can fail."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import polars as pl

from schemas.errors import ThabianError

Row = tuple[Any, ...]
Columns = Mapping[str, Sequence[Any]]
External = Mapping[str, Mapping[str, tuple[str, Sequence[Any] | pl.Series]]]
"""Tables handed over with one statement: {name: {column: (ClickHouse type, values)}}."""


class WarehouseUnavailable(ThabianError):
    """No answer, or an answer that says "not now": the statement may or may not have taken effect; try again."""

    def __init__(self, message: str) -> None:
        super().__init__("WAREHOUSE_UNAVAILABLE", message)


class WarehouseRefused(ThabianError):
    """The warehouse understood and said no: trying again will not help. `server_code` is ClickHouse's."""

    def __init__(self, message: str, *, server_code: int, code: str = "WAREHOUSE_REFUSED") -> None:
        super().__init__(code, message)
        self.server_code = server_code


class Warehouse(Protocol):
    """One connection's worth of ClickHouse. Not shared between threads.

    `parameters` replace `%(name)s` in the statement, escaped by the driver. `external` hands over small
    tables by name for the one statement: `{name: {column: (type, values)}}`.
    """

    def execute(
        self, statement: str, parameters: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None
    ) -> None:
        """Run a statement that returns nothing."""
        ...

    def rows(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        external: External | None = None,
    ) -> list[Row]:
        """All rows of a query. Strings come back as text, FixedString as bytes without trailing zero bytes cut."""
        ...

    def stream(
        self, statement: str, parameters: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None
    ) -> Iterator[list[Row]]:
        """Rows of a query block by block, in bounded memory."""
        ...

    def insert(self, table: str, columns: Columns, *, token: str | None = None) -> None:
        """Append rows given as columns of plain types (int, str, bytes, lists of those), all of one length.

        Dates are `datetime.date`, DateTime64(3) milliseconds since 1970-01-01 UTC, enums numbers, FixedString bytes.
        Rows with a `token` the table has seen within its window are not stored again.
        """
        ...

    def insert_frame(self, table: str, frame: pl.DataFrame, *, token: str | None = None) -> None:
        """As `insert`, for many rows: columns by name, of numbers, dates, text, bytes or lists of text; no nulls.

        Raises ValueError, without the value, when one does not fit its column.
        """
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...
