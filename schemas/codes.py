"""Every stable code one can meet: outcomes of events, findings, row errors of files, failures of commands.

A code never changes its meaning and is never used again. docs/codes.md is generated from here.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """What a code does to what it is found in."""

    DEAD_LETTER = "dead letter"  # the message cannot be read: its bytes are kept aside
    LOST = "lost"  # nobody read the message while it was there
    REJECT = "rejected"  # the event can be read and cannot be accepted
    FINDING = "finding"  # the event counts; someone should look
    BLOCKING = "blocking finding"  # a finding to be settled before anyone signs
    WATCH = "finding to know of"  # it may well be as it is; someone may want to know
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

EXPIRED: Final = (Code("EXPIRED_UNREAD", Severity.LOST, "The message expired before it was read.", "semantics 3"),)
"""Why there is a receipt and no message."""

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
    Code(
        "NOT_AUTHORISED",
        _R,
        "The publisher had no grant for this school and kind when the record was appended.",
        "semantics 1.2",
        "thabian publishers grant, then send the event again.",
    ),
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

_B, _L = Severity.BLOCKING, Severity.WATCH

REGISTER_FINDINGS: Final = (
    Code(
        "ACTIVE_AT_TWO_SCHOOLS",
        _B,
        "The pupil is on the rolls of two schools of one affiliation.",
        "seed A step 4, domain 3.6",
        "One of the two reports the transfer out, or takes its entry back.",
    ),
    Code(
        "ACTIVE_AT_TWO_AFFILIATIONS",
        _B,
        "The pupil is on the rolls of schools of two affiliations.",
        "seed A step 9, domain 3.6",
        "Whoever does not have the pupil reports the transfer out, or takes its entry back.",
    ),
    Code(
        "ACTIVE_AFTER_DEATH",
        _B,
        "A school has reported the pupil's death, and the pupil is on a roll.",
        "semantics 6.2",
        "Report it there as well, or take the report back.",
    ),
    Code("EVENT_AFTER_DEATH", _F, "Something happened to the pupil after a reported death.", "issue D, domain 8.6"),
    Code(
        "EXIT_NEVER_ENTERED",
        _F,
        "The pupil left a school that never entered the pupil.",
        "issue D, domain 3.3",
        "Send the entry, or take the exit back.",
    ),
    Code("REENTRY_AFTER_DROPOUT", _L, "The pupil came back after dropping out.", "issue D, domain 3.3, 8.6"),
    Code(
        "OUT_WITHOUT_IN",
        _F,
        "The pupil was transferred out and has arrived nowhere, after the days of grace.",
        "domain 3.2",
        "The school named as destination enters the pupil, or the origin says what became of the pupil.",
    ),
    Code(
        "IN_WITHOUT_OUT",
        _F,
        "The pupil was transferred in and has not left where the pupil came from, after the days of grace.",
        "domain 3.2",
        "The origin reports the transfer out.",
    ),
    Code("GRADE_BACKWARDS", _F, "The pupil's grade went down.", "issue D, domain 3.4"),
    Code("GRADE_JUMP", _F, "The pupil's grade went up by more than one level.", "issue D, domain 3.4"),
    Code("AGE_OUTSIDE_GRADE", _L, "The pupil's age is outside the range of the grade.", "issue D, domain 3.7"),
    Code("SEX_CHANGED", _F, "Two schools tell different sexes of the pupil.", "issue D, domain 1.6"),
    Code("BIRTH_DATE_CHANGED", _F, "Two schools tell different birth dates of the pupil.", "issue D, domain 1.6"),
    Code(
        "STUDENT_NUMBER_TWICE",
        _F,
        "Two pupils on a school's roll have one student number.",
        "issue D, domain 1.1",
        "Correct one of the two.",
    ),
    Code(
        "VOID_OF_ANOTHER_SCHOOL",
        _F,
        "An event names one of another school as taken back or replaced: it does nothing.",
        "semantics 5.2",
    ),
    Code(
        "VOID_OF_ANOTHER_PERSON",
        _L,
        "An event of another pupil is taken back or replaced: it acts, as when a wrongly typed number is corrected.",
        "semantics 5.2",
        "If the wrong event was named, send that one again under a new event_id.",
    ),
    Code(
        "ENTRY_WHILE_ON_ROLL",
        _L,
        "The pupil was entered while on the school's roll: the entry continues the stay, and its values count.",
        "semantics 5.4",
        "If it corrects the earlier entry, send it with `replaces`; if the pupil had left, send the exit.",
    ),
    Code(
        "EXIT_OF_ENDED_STAY",
        _F,
        "An exit under a replaced number, after the stay under that number was over: it does nothing.",
        "semantics 5.4",
        "If the pupil left, send the exit under the present number; otherwise take it back.",
    ),
    Code(
        "MOVES_TIED",
        _F,
        "Two entries, or two exits, of one day were recorded at one moment: nothing but their ids decides their order.",
        "semantics 5.4",
        "Take one of the two back.",
    ),
    Code(
        "DECISION_OFF_ROLL",
        _L,
        "A year-end decision for a pupil who is not on the school's roll when that year ends: it does nothing.",
        "semantics 5.5",
        "If the pupil is still there, send the entry, or take the exit back.",
    ),
    Code(
        "CORRECTION_WITHOUT_STAY",
        _F,
        "A correction since the entry, and the school entered the pupil only later or never: it corrects nothing.",
        "semantics 5.6",
        "Send the entry, or the correction again with a day on or after the entry's.",
    ),
    Code(
        "IDENTITY_NOT_FOLLOWED",
        _F,
        "A replaced number has two successors, or leads back to itself: it is not followed.",
        "semantics 5.3",
        "Take the wrong replacement back.",
    ),
    Code(
        "ONE_PERSON_TWO_IDS",
        _F,
        "Two pupils on the rolls have the same names, sex and birth date: probably one person under two numbers.",
        "semantics 1.6, 7",
        "Replace one number by the other, or take an entry back.",
    ),
    Code(
        "TWO_PERSONS_ONE_ID",
        _B,
        "Two schools have persons of different names and birth dates under one number.",
        "semantics 1.6, 7",
        "Correct the wrong number with `replaces`.",
    ),
)
"""What no single event can show (docs/findings.md)."""

_W, _N = Severity.ROW, Severity.NOTE

ROSTER: Final = (
    Code("ID_MISSING", _W, "The row has no number for the pupil.", "semantics 8.1"),
    Code(
        "ID_TWELVE_DIGITS",
        _W,
        "The number has 12 digits: it lost a leading zero or a leading G. It is not guessed.",
        "semantics 8.1, domain 1.2",
        "Format the column as text and take the number from the pupil's document.",
    ),
    Code(
        "ID_SCIENTIFIC",
        _W,
        "The number was written as 1.10E+12: its digits are lost.",
        "semantics 8.1, domain 1.2",
        "Format the column as text and download or type it again.",
    ),
    Code("ID_MASKED", _W, "The number is masked.", "semantics 8.1, domain 1.2", "Use an export with whole numbers."),
    Code("ID_NOT_EXACT", _W, "The number's cell holds a fraction or a date.", "semantics 8.1"),
    Code("ID_INVALID", _W, "The number is neither 13 digits nor G and 12 digits.", "semantics 1.4, domain 2"),
    Code("ID_PLACEHOLDER", _W, "The number is a placeholder: it would merge strangers.", "semantics 1.4"),
    Code(
        "ID_TWICE",
        _W,
        "Another row of this school has the same number with other values: neither is published.",
        "semantics 8.6",
        "Keep the right row.",
    ),
    Code("GRADE_MISSING_IN_ROW", _W, "The row has no grade.", "semantics 5.6"),
    Code("SEX_MISSING_IN_ROW", _W, "The row has no sex.", "semantics 5.6"),
    Code("ROOM_CONTRADICTS_GRADE", _W, "The grade cell names another room than the room cell.", "domain 7"),
    Code(
        "CODE_IS_DATE",
        _W,
        "A grade, room, sex, student number or school code was turned into a date by the spreadsheet.",
        "semantics 8.2",
        "Format the column as text and type it again.",
    ),
    Code("BIRTH_DATE_UNREADABLE", _W, "The birth date is not a date, or no such day exists.", "domain 1.1, 7"),
    Code("BIRTH_DATE_IMPLAUSIBLE", _W, "The birth date is before 1900 or after the entry.", "domain 7"),
    Code("SCHOOL_CODE_UNREADABLE", _W, "The school code has neither 10, 8 nor 6 digits.", "domain 1.5"),
    Code("ROW_TOO_WIDE", _W, "The row has more cells than there are headers: they may be shifted.", "domain 1.2"),
    Code("CELL_TOO_LONG", _W, "A text is longer than any real value.", "design 4"),
    Code("ROW_REPEATED", _N, "Word for word the same as an earlier row: one pupil.", "semantics 8.6"),
    Code(
        "ID_CHECK_DIGIT",
        _N,
        "The check digit of the number is wrong: published, and found by the register.",
        "domain 2.1",
    ),
    Code("GRADE_NOT_IN_LIST", _N, "The grade is not in the code list: sent as it is.", "semantics 5.6"),
    Code("SEX_NOT_IN_LIST", _N, "The sex is not in the code list: sent as it is.", "semantics 5.6"),
    Code(
        "CODE_NOT_IN_LIST",
        _N,
        "A disadvantage, disability or boarding is not in the code list: sent as it is.",
        "semantics 5.6",
    ),
    Code("TITLE_CONTRADICTS_SEX", _N, "The title is of the other sex: published as it is.", "domain 1.3"),
    Code("TITLE_IN_NAME", _N, "The title stood in the name's cell and was taken apart.", "domain 7"),
    Code("BIRTH_DATE_IN_CE", _N, "The birth date was written in the Common Era: read as such.", "domain 7"),
    Code(
        "CELL_IS_DATE",
        _N,
        "A text such as a house number was turned into a date by the spreadsheet: left out.",
        "semantics 8.2",
    ),
)
"""What a row of a roster file can show."""

EVENT_LINES: Final = (
    Code("LINE_NOT_TEXT", _W, "The line is not UTF-8 text.", "issue 3"),
    Code("LINE_NOT_AN_OBJECT", _W, "The line is not one JSON object.", "issue 3"),
    Code("LINE_TOO_LONG", _W, "The line is longer than any event can be.", "design 4"),
    Code("KIND_NOT_KNOWN", _W, "kind is missing, or is not one of the eleven kinds.", "design 3"),
    Code("FIELD_NOT_KNOWN", _W, "This kind has no such field.", "design 3", "docs/events.md lists the fields."),
    Code("FIELD_TWICE", _W, "A field is given twice.", "design 3"),
    Code("FIELD_REQUIRED", _W, "A required field is missing, null or empty.", "design 3"),
    Code("FIELD_OF_WRONG_TYPE", _W, "The value is of another type than the field.", "design 3"),
    Code("FIELD_SYMBOL_NOT_KNOWN", _W, "The value is not one of the field's symbols.", "design 3"),
    Code("FIELD_NOT_A_UUID", _W, "The value is not a UUID, or is all zeros.", "semantics 2.1"),
    Code("FIELD_NOT_A_DATE", _W, "The value is not a date such as 2022-05-16.", "semantics 1.5"),
    Code(
        "FIELD_NOT_A_TIME",
        _W,
        "The value is not a time with its offset, such as 2022-05-16T08:30:00+07:00.",
        "semantics 1.5",
    ),
    Code("FIELD_IN_BE", _W, "A year after 2400: a Buddhist Era year in a Common Era field.", "semantics 1.5"),
    Code("FIELD_OUT_OF_RANGE", _W, "A date, time or year the register cannot hold.", "semantics 1.5"),
    Code("FIELD_TOO_LONG", _W, "A text is longer than any real value.", "design 4"),
    Code("YEAR_NOT_IN_BE", _W, "academic_year is not a Buddhist Era year.", "semantics 1.5"),
    Code("SCHOOL_CODE_NOT_TEN_DIGITS", _W, "The school code is not the ministry's 10 digits.", "domain 1.5"),
    Code("PERSON_ID_NOT_VALID", _W, "The number is neither 13 digits nor G and 12 digits.", "semantics 1.4"),
    Code("PERSON_ID_IS_PLACEHOLDER", _W, "The number is a placeholder: it would merge strangers.", "semantics 1.4"),
    Code("NEW_PERSON_ID_IS_THE_OLD", _W, "new_person_id is the number it should replace.", "semantics 5.3"),
    Code("NEXT_GRADE_REQUIRED", _W, "A promotion has no next_grade.", "semantics 5.5"),
)
"""What a line of an events file can show."""

FILES: Final = (
    Code("FILE_MISSING", _X, "The file does not exist or may not be read.", "issue 3"),
    Code("FILE_NOT_WRITABLE", _X, "The file cannot be written.", "issue 3"),
    Code("FILE_UNREADABLE", _X, "The file is damaged or of a format that is not read.", "issue 3"),
    Code(
        "FILE_ENCODING_UNKNOWN", _X, "The text is neither UTF-8 nor cp874 (TIS-620).", "domain 7", "Save as CSV UTF-8."
    ),
    Code("FILE_EMPTY", _X, "The file holds nothing to publish.", "issue 3"),
    Code("NOT_A_ROSTER", _X, "No row of the file has the headers of a DMC roster.", "domain 1.1, 1.2"),
    Code(
        "SCHOOL_CODE_UNMAPPED",
        _X,
        "The file has a school code that is not the ministry's 10 digits and cannot be mapped.",
        "semantics 8.3",
        "Give --school or --schools-table.",
    ),
    Code("SCHOOL_MISMATCH", _X, "The file is of another school than --school.", "semantics 8.3"),
    Code("SCHOOLS_TABLE_INVALID", _X, "The schools table cannot be used.", "semantics 8.3"),
    Code("YEAR_MISSING", _X, "Neither an option nor the file's name tells the year and round.", "domain 1.1"),
    Code("REASONS_INVALID", _X, "The reasons file cannot be used.", "publishers/roster/reasons.py"),
    Code(
        "EFFECTIVE_MISSING",
        _X,
        "The roster differs from the one published before, and no option says since when.",
        "semantics 8.7",
        "Give --effective, the day of the changes.",
    ),
    Code("COUNTS_INVALID", _X, "The counts file cannot be used.", "domain 6"),
    Code("OUTBOX_BUSY", _X, "Another publish is using the outbox.", "publishers/outbox.py"),
    Code("OUTBOX_UNUSABLE", _X, "The outbox file cannot be used.", "publishers/outbox.py"),
    Code("DELIVERY_FAILED", _X, "Kafka did not take every event: the rest is kept.", "publishers/outbox.py"),
)
"""Why a file could not be published at all."""

SCHOOLS: Final = (
    Code("SCHOOL_CODE_NOT_TEN", _W, "The school code has not the ministry's 10 digits.", "domain 1.5"),
    Code("SCHOOL_CELL_MISSING", _W, "The school has no name or no area.", "issue 5"),
    Code(
        "SCHOOL_AFFILIATION_WRONG",
        _W,
        "The affiliation is in no list, or not the one the school code begins with.",
        "domain 1.5",
    ),
    Code("SCHOOL_FLAG_UNREADABLE", _W, "The cell says neither yes nor no.", "issue 5", "Write 1 or 0."),
    Code("SCHOOL_DAY_UNREADABLE", _W, "The cell is no day, or the school would end before it begins.", "domain 7"),
    Code("SCHOOL_SHORT_CODE_WRONG", _W, "A SMIS code has 8 digits, an OBEC code 6.", "domain 1.5"),
    Code("SCHOOL_TWICE", _W, "Two rows say different things of one school on the same day.", "issue 5"),
    Code("SCHOOLS_FILE_INVALID", _X, "The file has no headers of a list of schools, or no schools.", "issue 5"),
    Code("SCHOOLS_REFUSED", _X, "Rows of the list of schools have errors: nothing was loaded.", "issue 5"),
    Code("SCHOOLS_LOAD_UNKNOWN", _X, "No list of schools with that digest was loaded.", "semantics 6.1"),
    Code("AFFILIATION_UNKNOWN", _X, "An affiliation is two digits of the code list.", "domain 1.5"),
)
"""What the list of schools can show."""

ROUNDS: Final = (
    Code("CALENDAR_UNKNOWN", _X, "There is no calendar of that name.", "issue 5", "thabian calendar list"),
    Code("CALENDAR_INVALID", _X, "Something in a calendar does not hold.", "issue 5"),
    Code("ROUND_UNKNOWN", _X, "The calendar has no such round.", "issue 5", "thabian calendar list"),
    Code("ROUND_ROLE_REFUSED", _X, "That role may not do that.", "snapshots/rounds/acts.csv"),
    Code("ROUND_STATE_REFUSED", _X, "The round or the school is not in a state for that.", "snapshots/rounds/acts.csv"),
    Code(
        "ROUND_WINDOW_CLOSED",
        _X,
        "The window for that is over, or has not begun.",
        "issue 5",
        "thabian round window, by the bureau.",
    ),
    Code("ROUND_REASON_MISSING", _X, "A superior's act needs a reason.", "semantics 6.5", "Add --reason."),
    Code("ROUND_SCHOOL_UNKNOWN", _X, "The school is none of the round's.", "issue 5", "thabian schools list"),
    Code("ROUND_AREA_UNKNOWN", _X, "No school of the round is of that area.", "issue 5", "thabian schools list"),
    Code("ROUND_NO_SCHOOLS", _X, "No school of the round is loaded.", "semantics 6.3", "thabian schools load FILE"),
    Code("ROUND_VERSION_OTHER", _X, "The version is of another year, round or day.", "semantics 6.5"),
    Code("ROUND_NOT_SEALED", _X, "There is no version to sign.", "semantics 6.5", "thabian snapshot seal"),
    Code("ROUND_BLOCKED", _X, "Something stands against closing.", "semantics 6.5", "close --override REASON"),
    Code("ROUND_OVERTAKEN", _X, "Another act came first, and this one had no effect.", "issue 5"),
    Code("ROUND_TIME_INVALID", _X, "A time of a round cannot be read, or is missing.", "issue 5"),
    Code("NOT_CERTIFIED", _F, "The school's slice is not certified.", "semantics 6.5"),
    Code("NOT_ACKNOWLEDGED", _F, "The area has not acknowledged the school's signature.", "semantics 6.5"),
    Code("CHANGED_SINCE_SIGNED", _F, "The school's slice at the cut is another one than was signed.", "semantics 6.5"),
    Code(
        "BLOCKING_FINDING",
        _F,
        "A blocking finding of the school is open: a pupil on two rolls, or reported dead elsewhere.",
        "semantics 6.2",
        "thabian findings list --school CODE",
    ),
)
"""What calendars and rounds can show."""

FINDING_COMMANDS: Final = (
    Code("FINDING_UNKNOWN", _X, "No finding has that id.", "issue D", "thabian findings list"),
    Code("FINDING_AMBIGUOUS", _X, "Several findings begin like that.", "issue D", "thabian findings list"),
    Code("FINDING_ACT_INVALID", _X, "An act on a finding needs an actor, a reason and a proof.", "issue D"),
    Code("FINDING_UNREADABLE", _X, "A message of register.findings cannot be read: the sink stops there.", "issue D"),
    Code("FINDINGS_DIFFER", _X, "Stream and SQL do not find the same.", "semantics 7", "docs/findings.md"),
    Code("STREAMS_BEHIND", _X, "The stream has not come as far as intake.", "semantics 7", "thabian streams"),
    Code("STREAMS_FAILED", _X, "The stream could not go on: it stops with its offsets untouched.", "design 6"),
)
"""Why a command about findings, or the stream, ended."""

SNAPSHOTS: Final = (
    Code(
        "SNAPSHOT_INCOMPLETE",
        _X,
        "Records below the cut have no outcome yet.",
        "semantics 3, 4",
        "Run thabian intake, then seal again.",
    ),
    Code("SNAPSHOT_KNOWN_AT_FUTURE", _X, "The cut lies in the future.", "semantics 4"),
    Code("SNAPSHOT_DAY_OUTSIDE_YEAR", _X, "The day counted lies outside the academic year.", "semantics 5"),
    Code("SNAPSHOT_NOT_FOUND", _X, "No sealed version has that id.", "semantics 6.1", "thabian snapshot list"),
    Code("SNAPSHOT_AMBIGUOUS", _X, "Several versions begin like that.", "semantics 6.1", "thabian snapshot list"),
    Code("SCHOOL_NOT_IN_SNAPSHOT", _X, "The school has no slice in the version.", "semantics 6.1"),
    Code(
        "SCOPE_INVALID",
        _X,
        "--scope, or an option that is short for one, cannot be read.",
        "issue C",
        "thabian report NAME --help",
    ),
    Code("BUNDLE_EXISTS", _X, "There is something where the bundle is to be written.", "issue C"),
    Code(
        "SINCE_NOT_EARLIER",
        _X,
        "The version that corrections are told since is not an earlier one of the same census.",
        "issue C",
        "thabian snapshot list",
    ),
    Code("ACCESS_REFUSED", _X, "That role may not read names there, or does not say who and why.", "issue C"),
    Code("REPORT_NOT_DMC", _X, "DMC publishes no report of that kind.", "domain 1.6"),
    Code("SCOPE_EMPTY", _X, "No school belongs to the scope.", "issue C", "thabian schools list"),
    Code("NOT_IN_SNAPSHOT", _X, "No event below a version's cut is about that pupil or event.", "design 5"),
    Code(
        "CELL_VALUE_UNKNOWN",
        _X,
        "The grade, sex or room of a cell is in no list, and no pupil of the version has it.",
        "semantics 5.6",
        "docs/code-lists.md",
    ),
    Code("BALANCE_BACKWARDS", _X, "The later of two versions counts an earlier day.", "semantics 6.4", "Swap the two."),
    Code("BALANCE_OPEN", _X, "The terms of a balance do not add up to the later roll.", "semantics 6.4"),
    Code("DATE_INVALID", _X, "A date or time on the command line cannot be read.", "schemas/thai_dates.py"),
    Code("OUTPUT_IS_TERMINAL", _X, "The format is not text: it needs a file or a pipe.", "issue A", "Add -o FILE."),
    Code("OUTPUT_NOT_WRITABLE", _X, "The output file cannot be written.", "issue A"),
)
"""Why a seal, a look at a version or a report ended."""

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
    Code("TOPICS_NOT_APPLIED", _X, "Kafka took a change of a topic and does not show it.", "design 3"),
    Code("CLUSTER_NAME_INVALID", _X, "A cluster's or database's name is not a word of ASCII letters.", "design 7"),
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
    Code("DEAD_LETTER_FLOOD", _X, "Too many messages cannot be read: something else is wrong.", "design 4"),
    Code(
        "POSITION_BEYOND_LOG",
        _X,
        "A committed offset is beyond the log's end.",
        "semantics 3.3",
        "thabian intake rewind",
    ),
    Code(
        "POSITION_AHEAD",
        _X,
        "A record below the committed offset has no receipt and would be skipped.",
        "semantics 3.3",
        "thabian intake rewind",
    ),
    Code(
        "TOPIC_RECREATED",
        _X,
        "A topic was deleted and made again: its records would be taken for those whose receipts are stored.",
        "semantics 3.3",
        "Give the publisher another name.",
    ),
    Code("GROUP_HAS_MEMBERS", _X, "The group's offsets cannot be set while intake runs.", "semantics 3.3"),
    Code("REWIND_INVALID", _X, "There is no such partition to set back.", "semantics 3.3"),
    Code("DEAD_LETTER_UNKNOWN", _X, "There is no such dead letter.", "design 4", "thabian dead-letters list"),
    Code(
        "REPLAY_STOPPED",
        _X,
        "A dead letter cannot be read still: those before it were replayed.",
        "design 4",
        "--policy put-back, or drop with --reason",
    ),
    Code("REPLAY_INVALID", _X, "Options of a replay do not go together.", "design 4"),
    Code("MEMBER_FENCED", _X, "Another process runs as the same static member.", "design 4"),
    Code("SECRETS_UNREADABLE", _X, "The file of the local parts' secrets is damaged.", "semantics 1.6"),
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
    Code(
        "LOCAL_NOT_INSTALLED",
        _X,
        "The local parts' packages are not installed.",
        "design 8",
        "pip install 'thabian[local]'",
    ),
    Code("LOCAL_PORT_TAKEN", _X, "Another program listens on a configured port.", "design 8"),
    Code("LOCAL_DOWNLOAD_FAILED", _X, "Kafka's jars could not be fetched whole.", "design 8"),
    Code("LOCAL_UNKNOWN_PART", _X, "There is no local part of that name.", "design 8"),
    Code("BROKER_CREDENTIALS", _X, "Kafka refused the credentials.", "design 4"),
    Code(
        "PUBLISHER_NAME_INVALID", _X, "A publisher's name is lower case letters, digits and hyphens.", "semantics 1.1"
    ),
    Code(
        "PUBLISHER_UNKNOWN", _X, "There is no publisher of that name.", "semantics 1.2", "thabian publishers add NAME"
    ),
    Code("GRANT_UNKNOWN", _X, "There is no grant of that id.", "semantics 1.2", "thabian publishers list"),
    Code("GRANT_INVALID", _X, "A grant's school, affiliation, kinds or times cannot be read.", "semantics 1.2"),
    Code("CATALOGUE_CHANGED", _X, "A published schema has another text.", "design 3"),
    Code("DEMO_FAILED", _X, "A command of the demo failed.", "thabian demo"),
    Code("SYSTEM_REFUSED", _X, "The operating system refused: a file, a folder, a port, the disk.", "issue 3"),
    Code(
        "UNEXPECTED",
        _X,
        "A fault of Thabian's own.",
        "issue 3",
        "Report it with what THABIAN_LOG_LEVEL=debug adds: it shows no values.",
    ),
    Code("LOCAL_NOT_LOOPBACK", _X, "The local parts are for one machine and listen on loopback only.", "design 8"),
)
"""Why a command ended."""
