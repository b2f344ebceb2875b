"""Messages between partitions: whole, in pieces, and broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import LONGEST_TEXT
from streams import answers, crossing
from streams.crossing import LARGEST_BYTES, Frame, Moved, Rolled
from streams.told import Told
from tests.snapshots.histories import identity
from tests.streams.values import ACTING, IDS, ROLLED

FRAMES = ACTING | ROLLED | st.builds(Moved, IDS, st.binary(max_size=50))
ROLL = Rolled(1020080005, identity(1), True, "05", "F", "12")


@given(st.lists(FRAMES, min_size=1, max_size=6), st.integers(-(2**63), 2**63 - 1))
def test_frames_come_back_as_they_were(frames: list[Frame], newest: int) -> None:
    (message,) = crossing.messages(list(map(crossing.pack, frames)), newest)
    assert crossing.read(message) == (frames, newest)


def test_no_frames_are_no_message() -> None:
    assert list(crossing.messages([], 1)) == []


def test_many_are_several_messages_in_their_order() -> None:
    frames = [Moved(identity(at), bytes(100_000)) for at in range(12)]
    made = list(crossing.messages(list(map(crossing.pack, frames)), 7))
    assert len(made) == 3
    assert max(map(len, made)) < LARGEST_BYTES + 100
    assert [frame for message in made for frame in crossing.read(message)[0]] == frames
    assert {crossing.read(message)[1] for message in made} == {7}


def test_one_that_is_larger_than_a_message_goes_alone() -> None:
    frames = [Moved(identity(at), bytes(LARGEST_BYTES + 1)) for at in range(2)]
    assert len(list(crossing.messages(list(map(crossing.pack, frames)), 0))) == 2


@given(ACTING | ROLLED)
def test_a_message_cut_short_is_broken(frame: Frame) -> None:
    (message,) = crossing.messages([crossing.pack(frame)], 1)
    head = 9  # a message of no frames says nothing, and is none of ours
    for end in (0, 1, head - 1, head + 1, head + 4, len(message) // 2, len(message) - 1):
        if end != head:
            with pytest.raises(ValueError, match="broken"):
                crossing.read(message[:end])


@pytest.mark.parametrize("message", [b"", b"\1", b"{}" * 20, bytes(30), b"\2" + bytes(20)])
def test_what_is_none_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match=r"broken|version"):
        crossing.read(message)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(message: bytes) -> None:
    """Never anything but ValueError, whatever follows a right head."""
    for body in (message, b"\1" + bytes(8) + message):
        try:
            crossing.read(body)
        except ValueError:
            continue


@given(st.integers(0, 30), st.integers(0, 255))
def test_a_byte_that_changed_is_read_or_refused(at: int, value: int) -> None:
    (message,) = crossing.messages([crossing.pack(ROLL)], 1)
    changed = bytearray(message)
    changed[at % len(message)] = value
    try:
        crossing.read(bytes(changed))
    except ValueError:
        return


@pytest.mark.parametrize("number", ["ก" * 166, "1" + "ก" * 166, "1" * LONGEST_TEXT])
def test_the_longest_text_intake_accepts_is_kept_whole(number: str) -> None:
    back = crossing.unpack_rolled(crossing.pack_rolled(ROLL._replace(student_number=number)))
    assert back.student_number == number
    assert (back.grade, back.sex) == ("05", "F")


def test_what_a_cycle_tells_a_partition_is_one_message_in_order() -> None:
    """Forty-eight messages of changes sent on five hundred crossings, and those filled the next eight cycles."""
    told = [Told(newest) for newest in (7, 9, 8)]
    for one in told:
        one.broadcast(12, ROLL._replace(grade=str(one.newest)))
    made = {to: list(messages) for to, messages in answers.crossings(told)}
    assert set(made) == set(range(12))
    for (message,) in made.values():
        assert crossing.read(message) == ([ROLL._replace(grade=grade) for grade in "798"], 9)
