"""Each rule: what it takes, and the near miss it lets pass."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.th import pin

import consumers.rules.findings
import consumers.rules.rejections  # noqa: F401
from consumers import authorise
from consumers.columns import ROW
from consumers.decode import decode
from consumers.normalise import PERSON, normalise
from consumers.rules import registry
from schemas.codes import EVENT_FINDINGS, REJECTIONS
from schemas.framing import encode
from schemas.identity import check_digit_is_right, id_kind, normalise_person_id
from tests.events import enrolled, event, person_id


def normalised(*messages: bytes) -> pl.DataFrame:
    return normalise(decode(messages, 10**6).events)


def judged(kind: str, fields: dict[str, Any]) -> tuple[list[str], list[str]]:
    events = normalised(encode(kind, fields))
    return registry.rejections(events).get(0, []), registry.findings(events).get(0, [])


def entry(**fields: Any) -> tuple[str, dict[str, Any]]:
    return "StudentEnrolled", enrolled(**fields)


NIL = str(uuid.UUID(int=0))
REJECTED = [
    ("EVENT_ID_INVALID", entry(event_id="not-a-uuid")),
    ("EVENT_ID_INVALID", entry(event_id=NIL)),
    ("REFERENCE_INVALID", entry(replaces="x")),
    ("REFERENCE_INVALID", ("EventVoided", event(voids=NIL))),
    ("SCHOOL_CODE_INVALID", entry(school_code="20010029")),
    ("SCHOOL_CODE_INVALID", entry(school_code="102008000A")),
    ("SCHOOL_CODE_INVALID", entry(school_code="0000000000")),
    ("PERSON_ID_INVALID", entry(person_id="110170023070")),
    ("PERSON_ID_INVALID", entry(person_id="1.10E+12")),
    ("PERSON_ID_INVALID", entry(person_id="18199XXXX1234")),
    ("PERSON_ID_INVALID", entry(person_id="H123456789012")),
    ("PERSON_ID_PLACEHOLDER", entry(person_id="0000000000000")),
    ("PERSON_ID_PLACEHOLDER", entry(person_id="1-2345-67890-12-1")),
    ("PERSON_ID_PLACEHOLDER", ("IdentityReplaced", event(new_person_id="9999999999999"))),
    ("NEW_PERSON_ID_INVALID", ("IdentityReplaced", event(new_person_id="12"))),
    ("NEW_PERSON_ID_INVALID", ("IdentityReplaced", event(1, new_person_id=person_id(1)))),
    ("ACADEMIC_YEAR_INVALID", entry(academic_year=2022)),
    ("EFFECTIVE_DATE_INVALID", entry(effective_date=date(2565, 6, 10))),
    ("EFFECTIVE_DATE_INVALID", entry(effective_date=date(1969, 12, 31))),
    ("RECORDED_AT_INVALID", entry(recorded_at=datetime(2565, 6, 10, tzinfo=UTC))),
    ("BIRTH_DATE_INVALID", entry(birth_date=date(2558, 6, 10))),
    ("GRADE_MISSING", entry(grade="")),
    ("SEX_MISSING", entry(sex="")),
    ("NEXT_GRADE_MISSING", ("YearEndDecided", event(decision="PROMOTED"))),
    ("SINCE_UNKNOWN", ("ProfileCorrected", event(since="UNKNOWN", room="2"))),
    ("TEXT_TOO_LONG", entry(last_name="ก" * 167)),
]

FOUND = [
    ("CHECK_DIGIT_WRONG", entry(person_id="1101700230705")),
    ("ID_NOT_NATIONAL", entry(person_id="G123456789099")),
    ("ID_NOT_NATIONAL", entry(person_id="0123456789999")),
    ("YEAR_DATE_MISMATCH", entry(effective_date=date(2022, 5, 15))),
    ("YEAR_DATE_MISMATCH", entry(effective_date=date(2023, 5, 16))),
    ("GRADE_UNKNOWN", entry(grade="ม.7")),
    ("GRADE_UNKNOWN", ("YearEndDecided", event(decision="PROMOTED", next_grade="99"))),
    ("SEX_UNKNOWN", entry(sex="X")),
    ("CODE_UNKNOWN", entry(disability="SOMETHING")),
    ("CODE_UNKNOWN", ("StudentDroppedOut", event(reason="SOMETHING"))),
    ("CODE_UNKNOWN", ("StudentTransferredOut", event(to_school="20010029"))),
    ("DECISION_UNKNOWN", ("YearEndDecided", event(decision="UNKNOWN"))),
]

SOUND = [
    entry(),
    entry(event_id=str(uuid.uuid4()).upper()),
    entry(person_id="๑-๑๐๑๗-๐๐๒๓๐-๗๐-๘"),
    entry(person_id=" 1101700\u200b230708\u00a0"),
    entry(effective_date=date(2023, 5, 15)),
    entry(room="", student_number=""),
    entry(last_name="ก" * 166),
    ("YearEndDecided", event(decision="REPEATS")),
    ("ProfileCorrected", event(since="ENTRY", disability="")),
    ("StudentTransferredOut", event()),
    ("IdentityReplaced", event(1, new_person_id=person_id(2))),
]


@pytest.mark.parametrize(("code", "sent"), REJECTED)
def test_rejected(code: str, sent: tuple[str, dict[str, Any]]) -> None:
    assert judged(*sent)[0] == [code]


@pytest.mark.parametrize(("code", "sent"), FOUND)
def test_accepted_with_a_finding(code: str, sent: tuple[str, dict[str, Any]]) -> None:
    assert judged(*sent) == ([], [code])


@pytest.mark.parametrize("sent", SOUND)
def test_sound(sent: tuple[str, dict[str, Any]]) -> None:
    assert judged(*sent) == ([], [])


def test_every_code_has_one_rule_and_a_case_here() -> None:
    of_dedupe = {"IDENTITY_REUSED"}
    rejecting, finding = ({code.code for code in codes} for codes in (REJECTIONS, EVENT_FINDINGS))
    rejecting -= {authorise.CODE}  # takes more than the event: tests/consumers/test_authorise.py
    assert registry.registered() == (rejecting | finding) - of_dedupe
    assert {code for code, _ in REJECTED} == rejecting
    assert {code for code, _ in FOUND} == finding - of_dedupe


@given(st.lists(st.text(alphabet="0123456789๑๒G g-\u200b", max_size=16), min_size=1, max_size=30))
def test_columns_normalise_ids_as_the_one_rule_does(ids: list[str]) -> None:
    frame = normalised(*(encode("StudentDied", event(person_id=one)) for one in ids))
    assert frame[PERSON].to_list() == [normalise_person_id(one) for one in ids]


@given(st.lists(st.from_regex(r"[0-9]{13}|G[0-9]{12}", fullmatch=True), min_size=1, max_size=30))
def test_check_digits_in_columns_agree_with_stdnum(ids: list[str]) -> None:
    frame = normalised(*(encode("StudentDied", event(person_id=one)) for one in ids))
    found = registry.findings(frame)
    for row, one in zip(frame[ROW], ids, strict=True):
        assert ("CHECK_DIGIT_WRONG" in found.get(row, [])) == (check_digit_is_right(one) is False)
        if id_kind(one) == "NATIONAL" and not one.startswith("9"):
            assert check_digit_is_right(one) == pin.is_valid(one)
