-- Findings and what became of them (docs/findings.md). Rows are added and never changed.

-- Every state a finding was told to have. The same message stored twice is one row.
CREATE TABLE findings (
    finding_id        FixedString(16),
    told_at           DateTime64(3, 'UTC')    COMMENT 'by the clock of whoever told it',
    topic             LowCardinality(String)  COMMENT 'register.findings; empty: found in SQL',
    partition         UInt16,
    offset            UInt64                  COMMENT 'found in SQL: the run, a number that grows',
    code              LowCardinality(String),
    state             Enum8('OPEN' = 1, 'RESOLVED' = 2),
    person_key        FixedString(16)         COMMENT 'zero bytes: none, or several',
    school_code       UInt64                  COMMENT '0: none',
    other_school      UInt64                  COMMENT '0: none',
    subject           FixedString(16)         COMMENT 'zero bytes: nothing',
    persons           Array(FixedString(16)),
    evidence          Array(FixedString(16))  COMMENT 'event ids',
    day               Date                    COMMENT 'D: the day it was looked at for',
    caused_at         DateTime64(3, 'UTC')    COMMENT 'append time of the newest event of the message that caused it; 1970: the clock did',
    stored_at         DateTime64(3, 'UTC')    COMMENT 'when it became visible here'
)
ENGINE = ReplacingMergeTree(stored_at)
ORDER BY (finding_id, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;

-- What officers did with them.
CREATE TABLE finding_acts (
    finding_id        FixedString(16),
    act               Enum8('CONFIRMED' = 1, 'DISMISSED' = 2),
    actor             String                  COMMENT 'as given by --actor',
    acted_by          String                  COMMENT 'user of the operating system',
    reason            String,
    proof             String                  COMMENT 'reference to the document that shows it',
    acted_at          DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (finding_id, acted_at)
SETTINGS non_replicated_deduplication_window = 1000;
