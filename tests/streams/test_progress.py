"""Nothing is committed past what was not done, whatever Faust hands over."""

from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from streams.progress import Progress, Verdict

PLACE = TP("register.crossings", 3)
OTHER = TP("register.crossings", 4)


def begun(at: int = 10, generation: int = 1) -> Progress:
    progress = Progress()
    progress.begin(generation, {PLACE: at})
    return progress


def test_only_the_message_that_comes_next_is_worked_on() -> None:
    progress = begun()
    assert progress.take(PLACE, 10, 1) is Verdict.NEXT
    assert progress.take(PLACE, 10, 1) is Verdict.AGAIN
    assert progress.take(PLACE, 12, 1) is Verdict.JUMPED
    assert progress.jumped() == {PLACE: 11}
    assert progress.take(PLACE, 11, 1) is Verdict.NEXT
    assert progress.jumped() == {}


def test_what_is_not_at_work_here_is_strange() -> None:
    progress = begun()
    assert progress.take(OTHER, 0, 1) is Verdict.STRANGE
    assert progress.take(PLACE, 10, 0) is Verdict.STRANGE
    progress.close()
    assert progress.take(PLACE, 10, 1) is Verdict.STRANGE


def test_what_is_under_way_when_partitions_go_is_committed() -> None:
    progress = begun()
    progress.take(PLACE, 10, 1)
    progress.close()
    progress.finish(PLACE, 10, 1)
    assert progress.to_commit() == {PLACE: 11}


def test_what_was_done_in_an_earlier_handing_out_says_nothing_of_this_one() -> None:
    progress = begun()
    progress.take(PLACE, 10, 1)
    progress.begin(2, {PLACE: 4})
    progress.finish(PLACE, 10, 1)
    assert progress.to_commit() == {}
    assert progress.take(PLACE, 4, 2) is Verdict.NEXT


def test_what_was_refused_is_committed_again() -> None:
    progress = begun()
    progress.take(PLACE, 10, 1)
    progress.finish(PLACE, 10, 1)
    assert progress.to_commit() == progress.to_commit() == {PLACE: 11}
    progress.committed({PLACE: 11, OTHER: 5})
    assert progress.to_commit() == {}


def test_what_expired_is_passed_over_and_named() -> None:
    progress = begun()
    progress.take(PLACE, 15, 1)
    assert progress.expire({PLACE: 10}) == []
    assert progress.expire({PLACE: 13, OTHER: 20}) == [PLACE]
    assert progress.take(PLACE, 13, 1) is Verdict.NEXT


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=60))
def test_nothing_is_committed_past_what_was_not_done(comes: list[tuple[int, bool]]) -> None:
    """Messages in any order, jumped over and repeated, the work on them finished sooner or later."""
    progress, done, under_way = begun(0), set(), []
    for offset, finishes in comes:
        if progress.take(PLACE, offset, 1) is Verdict.NEXT:
            under_way.append(offset)
        if finishes:
            for one in under_way:
                progress.finish(PLACE, one, 1)
            done |= set(under_way)
            under_way.clear()
        assert set(range(progress.to_commit().get(PLACE, 0))) <= done
        assert progress.stands() == {PLACE: len(done)}
