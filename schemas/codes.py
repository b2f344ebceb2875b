"""Every stable code one can meet: outcomes of events, findings, row errors of files, failures of commands.

A code never changes its meaning and is never used again. docs/codes.md is generated from here.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """What a code does to what it is found in."""

    DEAD_LETTER = "dead letter"  # the message cannot be read: its bytes are kept aside
    REJECT = "rejected"  # the event can be read and cannot be accepted
    FINDING = "finding"  # the event counts; someone should look
    ROW = "row refused"  # a row of a file is not published
    NOTE = "note"  # a row of a file is published, or needs no publishing; someone may want to know
    ERROR = "error"  # a command ends


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of the catalogue."""

    code: str
    severity: Severity
    meaning: str
    source: str
    remedy: str = ""


_D, _R, _F, _X = Severity.DEAD_LETTER, Severity.REJECT, Severity.FINDING, Severity.ERROR

MESSAGES: Final = (
    Code("TOMBSTONE", _D, "The message has no value.", "design 3"),
    Code(
        "FRAMING_UNKNOWN",
        _D,
        "The first bytes are neither Avro single-object encoding nor the Confluent wire format.",
        "design 3",
    ),
    Code("SCHEMA_UNKNOWN", _D, "The fingerprint or registry id is not in the catalogue.", "design 3"),
    Code("BODY_UNREADABLE", _D, "The body does not fit its writer schema, or bytes are left over.", "design 3"),
    Code("RECORD_TOO_LARGE", _D, "The message is larger than any event can be.", "design 4"),
)
"""Why a message could not be read."""

REJECTIONS: Final = (
    Code("EVENT_ID_INVALID", _R, "event_id is not a UUID, or is all zeros.", "semantics 2.1"),
    Code("REFERENCE_INVALID", _R, "replaces or voids is not a UUID, or is all zeros.", "semantics 5.2"),
    Code("SCHOOL_CODE_INVALID", _R, "school_code is not a 10-digit ministry code.", "domain 1.5"),
    Code("PERSON_ID_INVALID", _R, "person_id is neither 13 digits nor G and 12 digits.", "semantics 1.4"),
    Code("PERSON_ID_PLACEHOLDER", _R, "person_id is a placeholder: it would merge strangers.", "semantics 1.4"),
    Code(
        "NEW_PERSON_ID_INVALID",
        _R,
        "new_person_id is neither 13 digits nor G and 12 digits, or is the old number.",
        "semantics 5.3",
    ),
    Code("ACADEMIC_YEAR_INVALID", _R, "academic_year is not a Buddhist Era year.", "semantics 1.5"),
    Code(
        "EFFECTIVE_DATE_INVALID", _R, "effective_date is not a Common Era date the register can hold.", "semantics 1.5"
    ),
    Code("RECORDED_AT_INVALID", _R, "recorded_at is not a Common Era time the register can hold.", "semantics 1.5"),
    Code("BIRTH_DATE_INVALID", _R, "birth_date is not a Common Era date the register can hold.", "semantics 1.5"),
    Code("GRADE_MISSING", _R, "An entry has no grade.", "semantics 5.6"),
    Code("SEX_MISSING", _R, "An entry has no sex.", "semantics 5.6"),
    Code("NEXT_GRADE_MISSING", _R, "A promotion has no next_grade.", "semantics 5.5"),
    Code("SINCE_UNKNOWN", _R, "A correction does not say since when its values hold.", "semantics 5.6"),
    Code("TEXT_TOO_LONG", _R, "A text is longer than any real value.", "design 4"),
)
"""Why an event was rejected: its content or its envelope, never other events (semantics 1.3)."""

EVENT_FINDINGS: Final = (
    Code(
        "CHECK_DIGIT_WRONG",
        _F,
        "The check digit of the national number is wrong.",
        "domain 2.1",
        "Compare with the pupil's card; correct with replaces.",
    ),
    Code(
        "ID_NOT_NATIONAL",
        _F,
        "The number is a G code or of the 0 series: the pupil has no civil registration yet.",
        "seed B step 4, domain 2.2",
    ),
    Code("YEAR_DATE_MISMATCH", _F, "academic_year does not contain effective_date.", "semantics 1.5"),
    Code("GRADE_UNKNOWN", _F, "The grade is not in the code list: counted in its own row.", "semantics 5.6"),
    Code("SEX_UNKNOWN", _F, "The sex is not in the code list: counted in its own row.", "semantics 5.6"),
    Code(
        "CODE_UNKNOWN",
        _F,
        "A disadvantage, disability, boarding, reason or destination code is not in its list.",
        "design 3",
    ),
    Code(
        "DECISION_UNKNOWN", _F, "A year-end decision newer than this reader: the pupil is held over.", "semantics 5.5"
    ),
    Code("IDENTITY_REUSED", _F, "Another event of this identity stands before it in the log.", "semantics 2.4"),
)
"""What a single accepted event shows about itself. It changes no number."""

COMMANDS: Final = (
    Code(
        "SETTINGS_INVALID",
        _X,
        "A setting is missing, malformed or does not go with another.",
        "thabian settings --help",
    ),
    Code("WAREHOUSE_UNAVAILABLE", _X, "ClickHouse does not answer.", "warehouse/interface.py"),
    Code("WAREHOUSE_REFUSED", _X, "ClickHouse refused a statement.", "warehouse/interface.py"),
    Code("BROKER_UNAVAILABLE", _X, "Kafka does not answer.", "design 4"),
    Code("TOPIC_MISSING", _X, "A topic does not exist on the broker.", "design 3", "thabian topics apply"),
    Code("MIGRATION_UNKNOWN", _X, "The warehouse is newer than this release.", "design 7"),
    Code("MIGRATION_CHANGED", _X, "An applied migration has another text in this release.", "design 7"),
    Code("MIGRATION_DESTRUCTIVE", _X, "A migration can lose stored data and needs a yes.", "design 7"),
    Code(
        "WAREHOUSE_NOT_MIGRATED",
        _X,
        "The warehouse lacks tables of this release.",
        "design 7",
        "thabian warehouse migrate",
    ),
    Code("SECRET_MISMATCH", _X, "The secret is not the one the warehouse was filled with.", "semantics 1.6"),
    Code(
        "DEAD_LETTER_FAILED",
        _X,
        "A dead letter could not be written: intake stops with its offsets untouched.",
        "design 4",
    ),
    Code(
        "LOCAL_NOT_RUNNING",
        _X,
        "No broker or warehouse is configured and the local parts are not up.",
        "design 8",
        "thabian local up",
    ),
    Code("LOCAL_PART_FAILED", _X, "A local part did not start or has crashed.", "design 8", "thabian local logs PART"),
    Code("LOCAL_NOT_LOOPBACK", _X, "The local parts are for one machine and listen on loopback only.", "design 8"),
)
"""Why a command ended."""
