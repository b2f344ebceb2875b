"""Messages that are broken in every way we know of, by name of the way. Seeded; no two of one message are alike."""

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import fastavro

from schemas import catalogue
from schemas.framing import prefix
from tests.events import enrolled, event, message, person_id

Headers = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True)
class Mutant:
    """A record as it will lie in the log. `sound`: it is not broken, and must be accepted."""

    how: str
    value: bytes | None
    headers: Headers = ()
    key: bytes | None = b"1020080005"

    @property
    def sound(self) -> bool:
        return self.how == "sound"


def zigzag(number: int) -> bytes:
    """An Avro int or long, of any size."""
    number = (number << 1) ^ (number >> 63) if -(2**63) <= number < 2**63 else number
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def raw(kind: str, fields: Mapping[str, Any], instead: Mapping[str, bytes]) -> bytes:
    """A framed message in which some fields are these bytes, whatever the schema says."""
    schema = catalogue.current(kind)
    body = io.BytesIO()
    for field in schema.definition["fields"]:
        name = field["name"]
        if name in instead:
            body.write(instead[name])
        else:
            fastavro.schemaless_writer(body, fastavro.parse_schema(field["type"]), fields.get(name))
    return prefix(schema) + body.getvalue()


def mutants(seed: int, count: int) -> list[Mutant]:
    """`count` broken messages, and a sound one after every fourth."""
    chance = random.Random(seed)
    made: list[Mutant] = []
    for number in range(count):
        how = chance.choice([*WAYS])
        made.append(Mutant(how, *WAYS[how](chance, number)))
        if number % 4 == 3:
            made.append(Mutant("sound", message(number=10**7 + number)))
    return made


Way = Callable[[random.Random, int], tuple[Any, ...]]
_ALL: Final = {kind: catalogue.current(kind) for kind in catalogue.KINDS}


def _whole(chance: random.Random, number: int) -> bytes:
    framing = chance.choice(["single-object", "confluent"])
    schema = catalogue.current("StudentEnrolled")
    return prefix(schema, framing) + message(number=number)[10:]  # type: ignore[arg-type]


def _flipped(chance: random.Random, number: int) -> tuple[bytes]:
    changed = bytearray(_whole(chance, number))
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return (bytes(changed),)


def _truncated(chance: random.Random, number: int) -> tuple[bytes]:
    whole = _whole(chance, number)
    return (whole[: chance.randrange(len(whole))],)


def _trailing(chance: random.Random, number: int) -> tuple[bytes]:
    return (_whole(chance, number) + chance.randbytes(chance.randint(1, 40)),)


def _wrong_schema(chance: random.Random, number: int) -> tuple[bytes]:
    """The body of one kind behind the id of another, or of none."""
    other = chance.choice(list(_ALL.values()))
    head = chance.choice(
        [prefix(other), prefix(other, "confluent"), b"\xc3\x01" + chance.randbytes(8), b"\0" + chance.randbytes(4)]
    )
    return (head + message(number=number)[10:],)


def _wrong_framing(chance: random.Random, number: int) -> tuple[bytes]:
    whole = message(number=number)
    return (
        chance.choice(
            [whole[10:], b"\0" + whole, b"\xc3" + whole[2:], b"\0\0\0\0" + whole[10:], whole[1:], b'{"a":1}']
        ),
    )


def _huge(chance: random.Random, number: int) -> tuple[bytes]:
    size = chance.choice([167, 501, 5_000, 64_000, 70_000, 300_000])
    name = chance.choice(["last_name", "room", "school_code", "person_id", "event_id", "source"])
    return (message(number=number, **{name: chance.choice(["x", "ก", "\0", "9", " "]) * size}),)


def _bad_text(chance: random.Random, number: int) -> tuple[bytes]:
    """Not UTF-8: a lone byte, half a character, an encoded surrogate, an overlong slash."""
    bad = chance.choice([b"\xff", "ก".encode()[:2], b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\x80" * 5])
    return (raw("StudentEnrolled", enrolled(number), {"source": zigzag(len(bad)) + bad}),)


def _bad_enum(chance: random.Random, number: int) -> tuple[bytes]:
    index = chance.choice([-1, 99, 2**31, -(2**31), 2**62, 7, 1000])
    kind, name, fields = chance.choice(
        [
            ("StudentEnrolled", "entry_reason", enrolled(number)),
            ("YearEndDecided", "decision", event(number)),
            ("ProfileCorrected", "since", event(number)),
        ]
    )
    return (raw(kind, fields, {name: zigzag(index)}),)


def _absurd_number(chance: random.Random, number: int) -> tuple[bytes]:
    absurd = chance.choice(
        [-1, 0, 2565, 2**31 - 1, -(2**31), 2**31, 2**63 - 1, -(2**63), 65_400, 75_000, 200_000, 10**13]
    )
    name = chance.choice(["effective_date", "recorded_at", "academic_year"])
    return (raw("StudentEnrolled", enrolled(number), {name: zigzag(absurd)}),)


def _absurd_birth(chance: random.Random, number: int) -> tuple[bytes]:
    absurd = chance.choice([-(2**31), 2**31 - 1, -30_000, 200_000, -25_567, -25_568, 2**40])
    return (raw("StudentEnrolled", enrolled(number), {"birth_date": zigzag(1) + zigzag(absurd)}),)


def _bad_branch(chance: random.Random, number: int) -> tuple[bytes]:
    """A union's branch that is not there, or null where a value must be."""
    name = chance.choice(["replaces", "room", "birth_date", "first_name"])
    return (raw("StudentEnrolled", enrolled(number), {name: zigzag(chance.choice([2, -1, 3, 2**40])) + b"\0"}),)


def _no_varint(chance: random.Random, number: int) -> tuple[bytes]:
    """A number that has no end, or a length that is negative or longer than everything."""
    endless = chance.choice([b"\xff" * 11, b"\xff" * 9 + b"\x7f", zigzag(-5), zigzag(2**62), zigzag(2**31)])
    return (raw("StudentEnrolled", enrolled(number), {chance.choice(["event_id", "person_id", "source"]): endless}),)


def _nothing(chance: random.Random, number: int) -> tuple[Any, ...]:
    return chance.choice(
        [(None,), (b"",), (None, [("a", b"b")]), (None, (), None), (b"", (), None), (b"\0",), (b"\xc3",)]
    )


def _odd_headers(chance: random.Random, number: int) -> tuple[Any, ...]:
    """The body is broken, and its headers are anything: they travel with the dead letter."""
    headers: Headers = [
        (
            chance.choice(["", "ก", "thabian.code", "original.x", "a" * 5_000]),
            chance.choice([None, b"", b"\xff\0", b"y" * 9_000]),
        )
        for _ in range(chance.randint(1, 5))
    ]
    return (message(number=number)[:-3], headers, chance.choice([None, b"", b"\xff", b"k" * 3_000]))


def _odd_texts(chance: random.Random, number: int) -> tuple[bytes]:
    """What fits the schema and makes no sense."""
    texts = [
        "",
        " ",
        "\0",
        "\u200b",
        "\U0001f600",
        "'; DROP TABLE change_log; --",
        "\n\n",
        "\ufeff",
        "๑๒๓",
        "%(x)s",
        "\u202e",
        "e\u0301",
    ]
    names = [
        "event_id",
        "school_code",
        "person_id",
        "replaces",
        "grade",
        "room",
        "sex",
        "student_number",
        "first_name",
        "source",
    ]
    fields = {name: chance.choice(texts) for name in chance.sample(names, chance.randint(1, 4))}
    return (message(number=number, **fields),)


def _empty_body(chance: random.Random, number: int) -> tuple[bytes]:
    return (prefix(chance.choice(list(_ALL.values())), chance.choice(["single-object", "confluent"])),)


def _noise(chance: random.Random, number: int) -> tuple[bytes]:
    head = chance.choice([b"", prefix(chance.choice(list(_ALL.values())))])
    return (head + chance.randbytes(chance.randint(1, 200)),)


def _same_pupil(chance: random.Random, number: int) -> tuple[bytes]:
    """Numbers that lead nowhere or to themselves."""
    new = chance.choice([person_id(number), "", "0" * 13, "x", person_id(number + 1)])
    return (message("IdentityReplaced", number=number, new_person_id=new),)


WAYS: Final[dict[str, Way]] = {
    "bit flips": _flipped,
    "truncated": _truncated,
    "trailing bytes": _trailing,
    "wrong schema": _wrong_schema,
    "wrong framing": _wrong_framing,
    "huge texts": _huge,
    "not UTF-8": _bad_text,
    "enum out of range": _bad_enum,
    "absurd numbers": _absurd_number,
    "absurd birth dates": _absurd_birth,
    "no such branch": _bad_branch,
    "no varint": _no_varint,
    "nothing": _nothing,
    "odd headers": _odd_headers,
    "odd texts": _odd_texts,
    "empty body": _empty_body,
    "noise": _noise,
    "replaced by itself": _same_pupil,
}
