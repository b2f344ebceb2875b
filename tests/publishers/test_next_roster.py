"""A later roster of a school sends what differs from the one before, once, and the register then holds what it says."""

import stat
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from publishers import sender
from publishers.outbox import Outbox
from publishers.roster import differences, layout, next_file, published, reasons
from publishers.roster.next_file import Wish
from publishers.roster.prepare import Options, prepare
from publishers.simulator.diary import Sent
from schemas.errors import ThabianError
from schemas.framing import decode
from tests.publishers.rosters import SCHOOL, person_id, row, xlsx
from tests.publishers.simulator.plans import oracle_event
from tests.snapshots import oracle

TOPIC = "student-changes.roster"
OTHER = "1020080006"
LATER = date(2022, 7, 1)


class School:
    """A school that publishes roster after roster; `log` is all that reached Kafka."""

    def __init__(self, folder):
        self.folder, self.log, self.day = folder, [], datetime(2022, 6, 1, tzinfo=UTC)

    def compare(self, box, rows, effective=LATER, **wish):
        path = self.folder / "2565-1-student.xlsx"
        path.write_bytes(xlsx(rows, above=()))
        self.day += timedelta(days=1)
        prepared = prepare(path, Options(now=self.day, source="test/1", effective=effective))
        wanted = Wish(TOPIC, has_day=effective is not None, **wish)
        return box.ask(lambda db: next_file.compare(prepared, wanted, db))

    def publish(self, *rows, **wish):
        """Kinds and events of what is sent."""
        with Outbox(self.folder / "outbox.sqlite") as box:
            made = self.compare(box, rows, **wish)
            messages = [sender.message(TOPIC, kind, event) for kind, event in made.events()]
            box.put(messages, made.keep)
            box.discard(TOPIC)
        self.log += messages
        return [decode(message.value) for message in messages]

    def kinds(self, *rows, **wish):
        return [kind for kind, _ in self.publish(*rows, **wish)]

    def census(self, day=date(2022, 12, 1)):
        """person → attributes, as the oracle folds all that was sent."""
        events = [Sent(place, *decode(message.value)) for place, message in enumerate(self.log)]
        log = [oracle_event(place, one) for place, one in enumerate(events)]
        found = oracle.census(log, 2565, day, {(log[0].topic, 0): len(log)}) if log else {}
        return {person.decode(): values for (_, person), values in found.items()}


@pytest.fixture
def school(tmp_path):
    return School(tmp_path)


def given_reasons(*found):
    return {person_id(number): reasons.Reason(person_id(number), *rest) for number, *rest in found}


def test_the_first_is_sent_whole_and_the_same_again_sends_nothing(school):
    rows = [row(1), row(2, deferred="x")]
    assert school.kinds(*rows, effective=None) == ["StudentEnrolled", "StudentEnrolled", "DischargeDeferred"]
    assert school.kinds(*rows, effective=None) == []
    assert school.kinds(*reversed(rows)) == []


def test_again_sends_the_same_entries_once_more(school):
    first = school.publish(row(1), row(2, deferred="x"), effective=None)
    sent = school.publish(row(1), row(2, deferred="x"), again=True)
    assert [(kind, replace_time(event, {})) for kind, event in sent] == [
        (kind, replace_time(event, {})) for kind, event in first
    ]


def test_again_leaves_out_what_cannot_be_made_the_same(school):
    school.publish(row(1), row(2), effective=None)
    school.publish(row(1, room="2"), row(2))
    assert [event["person_id"] for _, event in school.publish(row(1, room="2"), row(2), again=True)] == [person_id(2)]


def replace_time(event, more):
    return {name: value for name, value in event.items() if name != "recorded_at"} | more


def test_a_changed_room_holds_from_that_day_and_a_birth_date_was_an_error(school):
    school.publish(row(1), effective=None)
    found = school.publish(row(1, room="2", birth_date="14/05/2558"))
    told = {event["since"]: event for _, event in found}
    assert [kind for kind, _ in found] == ["ProfileCorrected"] * 2
    assert told["ENTRY"]["birth_date"] == date(2015, 5, 14)
    assert (told["ENTRY"]["effective_date"], told["ENTRY"]["room"]) == (date(2022, 5, 16), None)
    assert (told["EFFECTIVE_DATE"]["room"], told["EFFECTIVE_DATE"]["effective_date"]) == ("2", LATER)
    assert told["EFFECTIVE_DATE"]["first_name"] is None
    assert school.census(date(2022, 6, 10))[person_id(1)]["room"] == "1"
    assert school.census()[person_id(1)]["room"] == "2"


def test_two_corrections_of_one_report_are_told_in_order(school):
    """The report's stamp is the same; the later file wins all the same."""
    school.publish(row(1), effective=None)
    school.day -= timedelta(days=1)
    for sex in ("ญ", "ช", "ญ"):
        school.publish(row(1, sex=sex, title="-"))
        school.day -= timedelta(days=1)
    assert school.census()[person_id(1)]["sex"] == "F"


def test_a_cell_that_became_blank_clears_but_not_in_a_row_with_a_problem(school):
    school.publish(row(1), row(2), effective=None)
    found = school.publish(row(1, student_number="-"), row(2, student_number="-", disadvantage="no such code"))
    assert [event["student_number"] for _, event in found] == ["", None]
    assert "student_number" not in school.census()[person_id(1)]


def test_a_column_the_file_does_not_have_clears_nothing(school):
    school.publish(row(1), effective=None)
    headers = layout.find(["รหัสโรงเรียน", "เลขประจำตัวประชาชน", "ชั้น", "เพศ"])
    assert headers is not None
    with Outbox(school.folder / "outbox.sqlite") as box:
        path = school.folder / "2565-1-student.xlsx"
        cells = [SCHOOL, person_id(1), "ป.1", "ช"]
        path.write_bytes(xlsx([cells], headers=["รหัสโรงเรียน", "เลขประจำตัวประชาชน", "ชั้น", "เพศ"], above=()))
        prepared = prepare(path, Options(now=school.day, source="test/1"))
        assert box.ask(lambda db: next_file.compare(prepared, Wish(TOPIC), db)).events() == []


def test_a_new_row_is_an_enrolment_or_a_transfer_by_option_or_reason(school):
    school.publish(row(1), effective=None)
    ((kind, event),) = school.publish(row(1), row(2))
    assert (kind, event["entry_reason"], event["effective_date"]) == ("StudentEnrolled", "NEW", LATER)
    assert school.kinds(row(1), row(2), row(3), new_as="transferred_in") == ["StudentTransferredIn"]
    came = given_reasons((4, "transferred_in", "", date(2022, 8, 1), OTHER))
    ((kind, event),) = school.publish(*map(row, range(1, 5)), reasons=came, effective=None)
    assert (kind, event["from_school"], event["effective_date"]) == ("StudentTransferredIn", OTHER, date(2022, 8, 1))


def test_the_day_of_a_change_is_never_guessed(school):
    school.publish(row(1), effective=None)
    for rows in ([row(1, room="2")], [row(1), row(2)], [row(1, deferred="x")]):
        with pytest.raises(ThabianError) as caught:
            school.publish(*rows, effective=None)
        assert (caught.value.code, caught.value.exit_code) == ("EFFECTIVE_MISSING", 2)
    assert school.kinds(row(1, birth_date="14/05/2558"), effective=None) == ["ProfileCorrected"]


def test_who_is_gone_stays_on_the_roll_until_a_reason_is_given(school):
    school.publish(*map(row, range(1, 6)), effective=None)
    assert school.kinds(row(1)) == []
    assert len(school.census()) == 5
    why = given_reasons(
        (2, "transferred_out", "", LATER, OTHER),
        (3, "dropped_out", "POVERTY", LATER, ""),
        (4, "died", "", LATER, ""),
        (5, "never_came", "", LATER, ""),
    )
    found = school.publish(row(1), reasons=why)
    assert Counter(kind for kind, _ in found) == {
        "StudentTransferredOut": 1, "StudentDroppedOut": 1, "StudentDied": 1, "EventVoided": 1
    }  # fmt: skip
    assert set(school.census()) == {person_id(1)}
    assert set(school.census(date(2022, 6, 10))) == {person_id(number) for number in range(1, 5)}
    assert school.kinds(row(1), reasons=why) == []


def test_who_was_gone_may_come_back(school):
    school.publish(row(1), row(2), effective=None)
    school.publish(row(1), reasons=given_reasons((2, "dropped_out", "POVERTY", LATER, "")))
    ((kind, event),) = school.publish(row(1), row(2, room="3"), effective=date(2022, 8, 1))
    assert (kind, event["entry_reason"], event["room"]) == ("StudentEnrolled", "RETURNED", "3")
    assert school.census()[person_id(2)]["room"] == "3"
    assert len({message.value for message in school.log}) == len(school.log)


def test_a_deferral_is_set_and_taken_off(school):
    school.publish(row(1), effective=None)
    assert school.kinds(row(1, deferred="x")) == ["DischargeDeferred"]
    ((kind, event),) = school.publish(row(1))
    assert kind == "EventVoided"
    assert event["voids"] == decode(school.log[1].value)[1]["event_id"]
    assert school.kinds(row(1)) == []
    assert school.kinds(row(1, deferred="x", room="2")) == ["ProfileCorrected", "DischargeDeferred"]


def test_a_raised_revision_sends_all_as_new_entries(school):
    school.publish(row(1), row(2), effective=None)
    with Outbox(school.folder / "outbox.sqlite") as box:
        path = school.folder / "2565-1-student.xlsx"
        path.write_bytes(xlsx([row(1, room="5"), row(3)], above=()))
        prepared = prepare(path, Options(now=school.day, source="test/1", revision=2))
        made = box.ask(lambda db: next_file.compare(prepared, Wish(TOPIC, has_day=False), db))
    assert [kind for kind, _ in made.events()] == ["StudentEnrolled"] * 2


def test_nothing_moves_on_when_the_events_are_not_kept(school):
    """Killed between the two there is no between: one transaction."""
    school.publish(row(1), effective=None)

    def broken():
        yield sender.Message(TOPIC, b"", b"")
        raise OSError("gone")

    with Outbox(school.folder / "outbox.sqlite") as box:
        made = school.compare(box, [row(1, room="2")])
        with pytest.raises(OSError, match="gone"):
            box.put(broken(), made.keep)
        assert box.waiting() == {}
    assert school.kinds(row(1, room="2")) == ["ProfileCorrected"]


def test_what_was_published_holds_ids_and_no_name(school):
    school.publish(row(1), effective=None)
    content = b"".join(file.read_bytes() for file in school.folder.glob("outbox.sqlite*"))
    assert "ทองจำลอง".encode() not in content
    assert stat.S_IMODE((school.folder / "outbox.sqlite").stat().st_mode) == 0o600


def test_forgotten_it_is_sent_whole_again_under_the_same_ids(school):
    first = school.publish(row(1), effective=None)
    with Outbox(school.folder / "outbox.sqlite") as box:
        box.discard(TOPIC, lambda db: published.forget(db, TOPIC))
    again = school.publish(row(1), effective=None)
    assert [event["event_id"] for _, event in again] == [event["event_id"] for _, event in first]


def test_years_and_topics_are_kept_apart(tmp_path):
    known = published.Known(person_id(1), True, LATER, "a", "", 0, 0, {"room": "x"})
    with Outbox(tmp_path / "outbox.sqlite") as box:
        for year in (2563, 2564, 2565):
            box.put([], lambda db, year=year: published.store(db, published.Scope(TOPIC, SCHOOL, year), [known]))

        def years(db):
            return [year for year in range(2560, 2570) if published.load(db, published.Scope(TOPIC, SCHOOL, year))]

        assert box.ask(years) == [2564, 2565]
        assert box.ask(lambda db: published.load(db, published.Scope("other", SCHOOL, 2565))) == {}
        assert box.ask(lambda db: published.load(db, published.Scope(TOPIC, SCHOOL, 2565)))[person_id(1)] == known
        assert replace(known, step=1) != known


def test_every_attribute_a_roster_has_says_since_when_it_changes():
    read = {name.rpartition(".")[2] for name in layout.HEADERS} - {"school_code", "person_id", "deferred"}
    assert set(differences.since()) == read
    assert set(differences.since().values()) == {"ENTRY", "EFFECTIVE_DATE"}


cells = st.fixed_dictionaries(
    {},
    optional={
        "grade": st.sampled_from(["ป.1", "ป.2"]),
        "room": st.sampled_from(["1", "2", "-"]),
        "sex": st.sampled_from(["ช", "ญ"]),
        "student_number": st.sampled_from(["7", "-"]),
        "birth_date": st.sampled_from(["13/05/2558", "14/05/2558"]),
    },
)
rosters = st.lists(st.dictionaries(st.integers(1, 4), cells, min_size=1), min_size=1, max_size=5)


@settings(max_examples=30)
@given(rosters)
def test_after_any_rosters_the_register_holds_the_last(tmp_path_factory, files):
    """Everyone gone is explained as a dropout on the day; so the census a day later is the last file, cell by cell."""
    school = School(tmp_path_factory.mktemp("school"))
    for number, pupils in enumerate(files):
        day = date(2022, 5, 16) + timedelta(days=10 * number)
        rows = [row(pupil, title="-", **changed) for pupil, changed in pupils.items()]
        why = given_reasons(*((pupil, "dropped_out", "OTHER", day, "") for pupil in range(1, 5) if pupil not in pupils))
        school.publish(*rows, effective=day, reasons=why)
        assert school.kinds(*rows, effective=day, reasons=why) == []
        census = school.census(day + timedelta(days=1))
        assert set(census) == {person_id(pupil) for pupil in pupils}
        for pupil, changed in pupils.items():
            held = census[person_id(pupil)]
            sent = {"grade": "ป.1", "room": "1", "sex": "ช", "student_number": f"{pupil:05}"} | changed
            assert held["grade"] == {"ป.1": "04", "ป.2": "05"}[sent["grade"]]
            assert held["sex"] == {"ช": "M", "ญ": "F"}[sent["sex"]]
            assert held.get("room", "-") == sent["room"]
            assert held.get("student_number", "-") == sent["student_number"]
