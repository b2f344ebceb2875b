"""The register in ClickHouse, as intake sees it (`consumers.ports.Register`)."""

from typing import Any, Final

import polars as pl

from consumers import grants
from consumers.authorise import Grants
from consumers.normalise import EVENT_ID, SCHOOL
from consumers.ports import Ranges, Stored
from monitoring import metrics
from schemas.errors import ThabianError
from warehouse.interface import Columns, Row, Warehouse

_RECORDED: Final[dict[str, Any]] = {
    "topic": pl.String,
    "partition": pl.UInt16,
    "offset": pl.UInt64,
    "outcome": pl.Int32,
    "codes": pl.List(pl.String),
    "stored": pl.Boolean,
    "first_received": pl.Int64,
}
_COPIES: Final[dict[str, Any]] = {
    SCHOOL: pl.UInt64,
    EVENT_ID: pl.Binary,
    "append_time": pl.Int64,
    "topic": pl.String,
    "partition": pl.UInt16,
    "offset": pl.UInt64,
    "content_hash": pl.Binary,
}
_LOOKED_UP: Final = "looked_up"
_PREFIXES: Final = f"SELECT reinterpretAsUInt64(reverse(substring(event_id, 1, 8))) FROM {_LOOKED_UP}"
"""As event_identities.id_prefix."""


class WarehouseRegister:
    """Reads through one warehouse connection and stores through another, if the two are to go on side by side."""

    def __init__(self, reader: Warehouse, writer: Warehouse | None = None) -> None:
        self._warehouse, self._writer = reader, writer or reader
        self._grants: tuple[Row, Grants] | None = None

    def grants(self) -> Grants:
        """Who may send what. Rows are only ever added: as long as there are as many, they are the same ones."""
        (rows,) = self._warehouse.rows("SELECT (SELECT count() FROM grants), (SELECT count() FROM grant_revocations)")
        if self._grants is None or self._grants[0] != rows:
            self._grants = rows, grants.snapshot(grants.listed(self._warehouse))
        return self._grants[1]

    def recorded(self, ranges: Ranges) -> pl.DataFrame:
        """Receipts already stored for these offsets."""
        wanted = [(topic, part, first, last) for (topic, part), (first, last) in ranges.items()]
        condition = " OR ".join(
            f"(topic = %(topic{i})s AND partition = {part} AND offset BETWEEN {first} AND {last})"
            for i, (_, part, first, last) in enumerate(wanted)
        )
        rows = self._warehouse.rows(  # the text holds numbers and placeholders alone
            "SELECT topic, partition, offset, toInt8(outcome), codes, stored = 1, toUnixTimestamp64Milli(first_received)"
            # A process that woke late may have answered otherwise (docs/delivery.md): that something is stored is the truth.
            f" FROM receipts WHERE {condition} ORDER BY stored DESC, outcome LIMIT 1 BY topic, partition, offset",
            {f"topic{i}": topic for i, (topic, *_) in enumerate(wanted)},
        )
        return pl.DataFrame(rows, schema=_RECORDED, orient="row")

    def copies(self, identities: pl.DataFrame) -> pl.DataFrame:
        """Stored copies of these identities. Looked up by id, which is nearly always new, then by school."""
        if identities.is_empty():
            return pl.DataFrame(schema=_COPIES)
        with metrics.DEDUPE_SECONDS.time():
            rows = self._copies(identities)
        return pl.DataFrame(rows, schema=_COPIES, orient="row")

    def _copies(self, identities: pl.DataFrame) -> list[Row]:
        return self._warehouse.rows(
            "SELECT school_code, event_id, toUnixTimestamp64Milli(append_time), topic, partition, offset, content_hash"
            # PREWHERE said: left to itself the engine reads every column of every granule that may hold an id, at three
            # times the cost.
            f" FROM event_identities PREWHERE id_prefix IN ({_PREFIXES})"
            f" WHERE (event_id, school_code) IN (SELECT event_id, school_code FROM {_LOOKED_UP})"
            " LIMIT 1 BY event_id, school_code, topic, partition, offset",
            external={
                _LOOKED_UP: {
                    "event_id": ("FixedString(16)", identities[EVENT_ID]),
                    "school_code": ("UInt64", identities[SCHOOL]),
                }
            },
        )

    def store(self, stored: Stored) -> None:
        """Store the rows of a batch, the receipts last: an offset with a receipt has everything else."""
        for table, rows in stored.tables.items():
            self._writer.insert_frame(table, rows, token=f"{table}-{stored.token}")


def check_canaries(warehouse: Warehouse, canaries: dict[str, bytes], key_version: int, now_ms: int) -> None:
    """Refuse a secret other than the one the warehouse was filled with; a new warehouse remembers this one."""
    known: dict[str, bytes] = dict(
        warehouse.rows(
            "SELECT key_name, canary FROM secret_canaries FINAL WHERE key_version = %(version)s",
            {"version": key_version},
        )
    )
    for name, canary in canaries.items():
        if known.get(name, canary) != canary:
            raise ThabianError(
                "SECRET_MISMATCH",
                f"the {name} secret is not the one this warehouse was filled with (key version {key_version}):"
                " intake would count every pupil twice",
            )
    new = {name: canary for name, canary in canaries.items() if name not in known}
    columns: Columns = {
        "key_name": list(new),
        "key_version": [key_version] * len(new),
        "canary": list(new.values()),
        "created_at": [now_ms] * len(new),
    }
    warehouse.insert("secret_canaries", columns)
