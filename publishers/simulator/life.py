"""One pupil's year. Every deed here is told twice: as the school's event, and on the roll beside, which no event made."""

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from publishers.simulator.calendar import DAY_MS, SchoolYear, office_time
from publishers.simulator.calendar import moment as as_time
from publishers.simulator.diary import Diary, Event
from publishers.simulator.pupils import Pupil
from publishers.simulator.roll import Stay
from publishers.simulator.schools import School

SOURCE: Final = "thabian-simulator/1"
_LATE: Final = 0.01
"""Share of events that wait at a school that is offline before they are sent."""
_AGAIN: Final = 0.02
"""Share of events that are sent twice."""
_HEADER: Final = frozenset(
    ("event_id", "school_code", "person_id", "academic_year", "effective_date", "recorded_at", "source")
)


@dataclass(slots=True)
class Place:
    """A stay, the school it is at, and the event that began it."""

    school: School
    stay: Stay
    begun: Event


@dataclass(slots=True)
class Life:
    """What is told of a pupil, each deed after the one before it."""

    year: SchoolYear
    diary: Diary
    chance: random.Random
    pupil: Pupil
    person_id: str = ""
    told: int = 0
    """When the last deed was sent."""
    places: list[Place] = field(default_factory=list)
    """All stays, in the order they were told."""
    decided: list[Place] = field(default_factory=list)
    """Stays for which the school decides at the year's end."""
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.person_id = self.person_id or self.pupil.person_id

    def enrol(
        self, school: School, day: date, reason: str = "OPENING", delay: int | None = None, **other: object
    ) -> Place:
        """On a school's roll from a day on. `other`: attributes that differ from the pupil's own."""
        return self._enter("StudentEnrolled", school, day, delay, {"entry_reason": reason}, other)

    def arrive(self, school: School, day: date, origin: School, **other: object) -> Place:
        """Transferred in from another school."""
        return self._enter("StudentTransferredIn", school, day, None, {"from_school": origin.code}, other)

    def depart(self, place: Place, day: date, to: School, **more: object) -> Event:
        """Transferred out."""
        return self._leave("StudentTransferredOut", place, day, {"to_school": to.code} | more)

    def drop_out(self, place: Place, day: date, reason: str) -> Event:
        """Dropped out, for one of the nine reasons."""
        return self._leave("StudentDroppedOut", place, day, {"reason": reason})

    def die(self, place: Place, day: date) -> Event:
        """Died."""
        return self._leave("StudentDied", place, day, {})

    def correct(self, place: Place, day: date, **values: object) -> Event:
        """It was an error since the entry: mended for the whole stay."""
        event = self.tell("ProfileCorrected", place.school, day, since="ENTRY", **values)
        place.stay.mend(self.told, grade=_text(values.get("grade")), sex=_text(values.get("sex")))
        return event

    def change(self, place: Place, day: date, **values: object) -> Event:
        """It changed that day."""
        event = self.tell("ProfileCorrected", place.school, day, since="EFFECTIVE_DATE", **values)
        if grade := _text(values.get("grade")):
            place.stay.change_grade(day, self.told, grade)
        return event

    def replace_number(self, place: Place, day: date, new: str) -> None:
        """The pupil's number became another one."""
        self.tell("IdentityReplaced", place.school, day, new_person_id=new, reason="ออกเลขใหม่")
        self.person_id = new

    def void(self, place: Place, target: Event) -> Event:
        """Take an event back. The roll is told by whoever knows what the event had done."""
        return self.tell("EventVoided", place.school, self._today(), voids=target["event_id"], reason="บันทึกผิด")

    def tell(self, kind: str, school: School, day: date, **fields: object) -> Event:
        """The school's event and nothing on the roll: recorded some days after the day, and after all that was told."""
        return self._send(kind, school, day, None, fields)

    def _send(self, kind: str, school: School, day: date, delay: int | None, fields: Event) -> Event:
        days = int(self.chance.random() ** 2 * 10) if delay is None else delay
        at = max(office_time(day, self.chance.random()) + days * DAY_MS, self.told + 60_000)
        event: Event = {
            "event_id": self.diary.event_id(at),
            "school_code": school.code,
            "person_id": self.person_id,
            "academic_year": self.year.academic_year,
            "effective_date": day,
            "recorded_at": as_time(at),
            "source": SOURCE,
            **fields,
        }
        self.told = at + int(self.chance.random() * 20 * DAY_MS) * (self.chance.random() < _LATE)
        self.diary.send(self.told, kind, event)
        self.events.append(event)
        if self.chance.random() < _AGAIN:
            self.diary.resend(self.told + int(self.chance.random() * 3 * DAY_MS), kind, event)
        return event

    def enrol_again(self, place: Place, **values: object) -> Event:
        """The entry of a stay once more, in place of the one that had it wrong."""
        fields = said(place.begun) | values
        day = place.stay.told[0].first
        event = self.tell("StudentEnrolled", place.school, day, replaces=place.begun["event_id"], **fields)
        place.stay.mend(self.told, grade=_text(values.get("grade")))
        return event

    def _enter(
        self, kind: str, school: School, day: date, delay: int | None, fields: Event, other: dict[str, object]
    ) -> Place:
        number, room = school.next_number(), school.room(self.chance.random())
        attributes = {"grade": self.pupil.grade, "room": room, "student_number": number, **self.pupil.profile()} | other
        event = self._send(kind, school, day, delay, fields | attributes)
        stay = Stay(school.code, self.year.after)
        stay.enter(day, self.told, str(attributes["grade"]), str(attributes["sex"]))
        place = Place(school, stay, event)
        self.places.append(place)
        self.decided.append(place)
        return place

    def _leave(self, kind: str, place: Place, day: date, fields: Event) -> Event:
        event = self.tell(kind, place.school, day, **fields)
        place.stay.leave(day, self.told)
        self.decided.remove(place)
        return event

    def _today(self) -> date:
        return as_time(self.told).date()


def said(event: Event) -> Event:
    """What an event says, without whose, when and where."""
    return {name: value for name, value in event.items() if name not in _HEADER}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
