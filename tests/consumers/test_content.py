"""What counts as the same content (semantics 2.2)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.content import canonical
from consumers.decode import decode
from consumers.normalise import normalise
from schemas import catalogue
from schemas.framing import encode
from tests.events import any_event, enrolled, plain_values


def text(kind: str, fields: dict[str, Any]) -> str:
    found: str = canonical(normalise(decode([encode(kind, fields)], 10**6).events))[0]
    return found


BASE = enrolled(1)


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "another/9"},
        {"recorded_at": datetime(2023, 1, 1, tzinfo=UTC)},
        {"person_id": f"{BASE['person_id'][:4]}-{BASE['person_id'][4:]} "},
        {"event_id": "00000000-0000-4000-8000-000000000001"},
    ],
)
def test_the_same(changed: dict[str, Any]) -> None:
    assert text("StudentEnrolled", BASE | changed) == text("StudentEnrolled", BASE)


@pytest.mark.parametrize(
    "changed",
    [
        {"grade": "05"},
        {"room": None},
        {"room": ""},
        {"birth_date": date(2015, 7, 2)},
        {"effective_date": date(2022, 5, 17)},
        {"first_name": "ทดสอบ|last_name=6:ก", "last_name": None},
        {"entry_reason": "NEW"},
    ],
)
def test_another(changed: dict[str, Any]) -> None:
    assert text("StudentEnrolled", BASE | changed) != text("StudentEnrolled", BASE)


def test_a_kind_is_content() -> None:
    fields = {name: BASE[name] for name in catalogue.current("StudentDied").fields if name in BASE}
    assert text("StudentDied", fields) != text("DischargeDeferred", fields)


NOT_CONTENT = ("event_id", "school_code", "source", "recorded_at")


@pytest.mark.parametrize("kind", ["ProfileCorrected", "StudentTransferredOut"])
def test_two_contents_never_share_a_text(kind: str) -> None:
    """Lengths stand before values, so that nothing a pupil is called can look like the next field."""

    @given(any_event(kind), any_event(kind), st.lists(st.sampled_from(catalogue.current(kind).fields)))
    def check(one: dict[str, Any], other: dict[str, Any], shared: list[str]) -> None:
        ids = {"person_id": BASE["person_id"], "replaces": None}
        one, other = one | ids, {**other, **{name: one[name] for name in shared}} | ids
        same = all(plain_values(one)[name] == plain_values(other)[name] for name in one if name not in NOT_CONTENT)
        assert (text(kind, one) == text(kind, other)) == same

    check()
