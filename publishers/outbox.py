"""Events on disk until Kafka has them, so that a killed or disconnected publish goes on without loss or doubling.

All events of a file are put in one transaction, sent in order, and deleted when acknowledged. What was sent and not yet
deleted when the process died is sent again with the same bytes: the register answers DUPLICATE. The file holds pupils'
data: its owner alone may read it, and deleted rows are overwritten.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from publishers.sender import Message, Sender
from schemas.errors import ThabianError

BATCH: Final = 1_000
"""Messages between two waits for acknowledgement."""
_BUSY_SECONDS: Final = 2.0
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key BLOB NOT NULL,
                                   value BLOB NOT NULL)
"""


T = TypeVar("T")


class Outbox:
    """One outbox file, used by one process at a time: OUTBOX_BUSY for the second."""

    def __init__(self, path: Path, *, batch: int = BATCH) -> None:
        self._batch = batch
        with _sqlite_errors():
            _owner_only(path)
            self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                self._prepare()
            except sqlite3.Error:
                self._db.close()
                raise

    def _prepare(self) -> None:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute(_TABLE)
        self._db.execute("CREATE INDEX IF NOT EXISTS by_topic ON outbox (topic, seq)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def put(self, messages: Iterable[Message], also: Callable[[sqlite3.Connection], None] | None = None) -> int:
        """Keep all messages or, when anything goes wrong, none. Returns how many.

        `also` writes what must be kept with them: in the same transaction, or not at all.
        """
        with self._transaction():
            before = self._db.total_changes
            rows = ((item.topic, item.key, item.value) for item in messages)
            self._db.executemany("INSERT INTO outbox (topic, key, value) VALUES (?, ?, ?)", rows)
            count = self._db.total_changes - before
            if also is not None:
                also(self._db)
            return count

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """What else is kept in the file, read in one transaction."""
        with self._transaction():
            return question(self._db)

    def waiting(self) -> dict[str, int]:
        """Messages not yet acknowledged, by topic, the longest waiting first."""
        with _sqlite_errors():
            rows = self._db.execute("SELECT topic, count(*) FROM outbox GROUP BY topic ORDER BY min(seq)")
            return dict(rows.fetchall())

    def drain(self, topic: str, sender: Sender, sent: Callable[[int], None]) -> None:
        """Send what waits for a topic, in order; `sent` is told how many were acknowledged after each batch.

        Raises ThabianError at the first batch that is not wholly delivered; the rest stays.
        """
        sender.require(topic)
        while rows := self._next(topic):
            outcomes = sender.send([message for _, message in rows])
            delivered = list(_delivered(rows, outcomes))
            self._delete(delivered)
            sent(len(delivered))
            failure = next((code for code in outcomes if code), None)
            if failure:
                raise ThabianError(failure, "Kafka did not take every event")
        self._shrink()

    def discard(self, topic: str, also: Callable[[sqlite3.Connection], None] | None = None) -> int:
        """Forget what waits for a topic, and what `also` forgets with it. Returns how many messages."""
        with self._transaction():
            count = self._db.execute("DELETE FROM outbox WHERE topic = ?", (topic,)).rowcount
            if also is not None:
                also(self._db)
        self._shrink()
        return count

    def _next(self, topic: str) -> list[tuple[int, Message]]:
        with _sqlite_errors():
            rows = self._db.execute(
                "SELECT seq, key, value FROM outbox WHERE topic = ? ORDER BY seq LIMIT ?", (topic, self._batch)
            )
            return [(seq, Message(topic, key, value)) for seq, key, value in rows]

    def _delete(self, sequences: list[int]) -> None:
        with self._transaction():
            self._db.executemany("DELETE FROM outbox WHERE seq = ?", ((seq,) for seq in sequences))

    def _shrink(self) -> None:
        """Leave nothing of a message behind, and no large file, once nothing waits."""
        with _sqlite_errors():
            if not self.waiting():
                self._db.execute("VACUUM")
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _sqlite_errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _delivered(rows: list[tuple[int, Message]], outcomes: list[str | None]) -> Iterator[int]:
    """Acknowledged messages that no undelivered one of their school stands before: those are sent again, in order."""
    held: set[bytes] = set()
    for (seq, message), code in zip(rows, outcomes, strict=True):
        if code:
            held.add(message.key)
        if message.key not in held:
            yield seq


def _owner_only(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise ThabianError("OUTBOX_UNUSABLE", f"the outbox {path} cannot be opened ({error.strerror})") from None


@contextmanager
def _sqlite_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise ThabianError("OUTBOX_BUSY", "another publish is using the outbox: wait until it ends") from None
        raise ThabianError("OUTBOX_UNUSABLE", f"the outbox cannot be used ({error})") from None
    except sqlite3.DatabaseError as error:
        raise ThabianError("OUTBOX_UNUSABLE", f"the outbox cannot be used ({error})") from None
