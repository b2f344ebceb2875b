-- What was done in the rounds of the census. Acts are added and never changed; a round's state is what follows from them.

CREATE TABLE round_events (
    event_id          FixedString(16),
    round             String                  COMMENT 'calendar/round',
    act               LowCardinality(String)  COMMENT 'snapshots/rounds/acts.csv',
    role              LowCardinality(String),
    actor             String                  COMMENT 'account of whoever did it',
    acted_at          DateTime64(3, 'UTC'),
    academic_year     UInt16                  COMMENT 'Buddhist Era',
    number            UInt8                   COMMENT 'census round of the year',
    as_of             Date                    COMMENT 'the day counted',
    area              String                  COMMENT 'the area it is about; empty: none',
    schools           Array(UInt64)           COMMENT 'the schools it is about',
    checksums         Array(String)           COMMENT 'slice checksum signed for each of the schools, hex; empty: none signed',
    version           String                  COMMENT 'the version that was signed; empty: none',
    cut               String                  COMMENT 'its cut, hex',
    root              String                  COMMENT 'close: root over the round''s (school, checksum), hex',
    reason            String,
    windows           Array(LowCardinality(String)) COMMENT 'the acts whose window this moves; cut: the cut (K)',
    begins_at         DateTime64(3, 'UTC')    COMMENT 'their new begin; 1970-01-01: as before',
    ends_at           DateTime64(3, 'UTC')    COMMENT 'their new end, exclusive',
    source            String                  COMMENT 'software; says so if the clock was a rehearsal''s'
)
ENGINE = ReplacingMergeTree
ORDER BY (round, acted_at, event_id)
SETTINGS non_replicated_deduplication_window = 1000;

-- Which of them register.rounds has. An act is stored before it is sent: what is missing here is sent again.
CREATE TABLE round_events_sent (
    event_id          FixedString(16),
    sent_at           DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY event_id
SETTINGS non_replicated_deduplication_window = 1000;
