"""Keyed hashes: how the register knows pupils and contents without holding them (semantics 1.6, 2.2)."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

KEY_BYTES: Final = 16
NO_KEY: Final = bytes(KEY_BYTES)
_CANARY: Final = b"thabian canary 1"


class KeyedHash:
    """First 16 bytes of HMAC-SHA-256 under one secret."""

    def __init__(self, secret: str) -> None:
        self._base = hmac.new(secret.encode(), digestmod="sha256")

    def of(self, message: bytes) -> bytes:
        """16 bytes."""
        keyed = self._base.copy()
        keyed.update(message)
        return keyed.digest()[:KEY_BYTES]

    def of_texts(self, texts: Iterable[str | None]) -> list[bytes]:
        """16 bytes a text, zero bytes for null."""
        return [NO_KEY if text is None else self.of(text.encode()) for text in texts]


@dataclass(frozen=True)
class Pseudonyms:
    """The two secrets at work. Never printed: a secret in a traceback would be a leak."""

    person: KeyedHash
    match: KeyedHash
    key_version: int

    @cached_property
    def canaries(self) -> dict[str, bytes]:
        """What a known string becomes under each secret: compared with the warehouse at start."""
        return {"person": self.person.of(_CANARY), "match": self.match.of(_CANARY)}

    def birth_keys(self, days: pl.Series) -> list[int]:
        """64-bit keys of birth dates (days since 1970), 0 for null. Few dates, many pupils: each is hashed once."""
        known = {day: int.from_bytes(self.match.of(b"birth:%d" % day)[:8], "big") for day in days.unique().drop_nulls()}
        return [known.get(day, 0) for day in days]

    def match_keys(self, events: pl.DataFrame) -> list[bytes]:
        """Key of normalised names, sex and birth date, for finding one person under two numbers; zero bytes: incomplete."""
        names = [_bare(pl.col(name)) for name in ("first_name", "last_name")]
        text = pl.concat_str(*names, "sex", "birth_date", separator="\x1f")
        complete = pl.all_horizontal(pl.col("first_name", "last_name", "sex", "birth_date").is_not_null())
        return self.match.of_texts(events.select(pl.when(complete).then(text).alias("text"))["text"])

    def person_keys(self, people: pl.Series) -> list[bytes]:
        """Keys of normalised person ids."""
        return self.person.of_texts(people)

    def content_hashes(self, texts: pl.Series) -> list[bytes]:
        """Keyed hashes of canonical contents; told apart from person keys by what stands before them."""
        return self.person.of_texts("content:" + texts)


def pseudonyms(person_secret: str, match_secret: str, key_version: int) -> Pseudonyms:
    """The keyed hashes of an installation."""
    return Pseudonyms(KeyedHash(person_secret), KeyedHash(match_secret), key_version)


def _bare(name: pl.Expr) -> pl.Expr:
    return name.str.normalize("NFC").str.replace_all(r"[\s\u200b-\u200f\ufeff.]", "").str.to_lowercase()
