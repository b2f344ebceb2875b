-- What intake stores. Column order inside a table is the order intake inserts in.
-- Every table tolerates the same rows twice: redelivery repeats them (semantics 3.1), readers look at row identity.

-- Accepted events, one row per stored copy, without anything that names a pupil.
-- The sort key begins with what the fold groups by and is the order in which the fold walks (semantics 5.4).
CREATE TABLE change_log (
    school_code      UInt64                  COMMENT '10-digit ministry code',
    person_key       FixedString(16)         COMMENT 'first 16 bytes of HMAC-SHA-256 of the normalised person_id',
    academic_year    UInt16                  COMMENT 'Buddhist Era',
    effective_date   Date,
    recorded_at      DateTime64(3, 'UTC'),
    act              Enum8('enrolled' = 1, 'in' = 2, 'out' = 3, 'dropped' = 4, 'died' = 5,
                           'graduated' = 6, 'promoted' = 7, 'repeats' = 8, 'deferred' = 9, 'undecided' = 10,
                           'mended' = 11, 'changed' = 12, 'identity' = 13, 'void' = 14)
                     COMMENT 'kind of event; mended: ProfileCorrected since ENTRY, changed: since EFFECTIVE_DATE',
    event_id         FixedString(16)         COMMENT 'compares as its 16 bytes, big-endian (semantics 2.5)',
    replaces         FixedString(16)         COMMENT 'zero bytes: none',
    voids            FixedString(16)         COMMENT 'zero bytes: none',
    new_person_key   FixedString(16)         COMMENT 'IdentityReplaced only; zero bytes: none',
    given            UInt16                  COMMENT 'bit i set: this event gives attribute i (schemas/attributes.py); unset: null, unchanged',
    grade            LowCardinality(String)  COMMENT 'for promoted and repeats: next_grade',
    room             LowCardinality(String),
    student_number   String,
    sex              LowCardinality(String),
    birth_key        UInt64                  COMMENT 'keyed hash of the birth date; the date itself is in persons alone',
    disadvantage     LowCardinality(String),
    disability       LowCardinality(String),
    boarding         LowCardinality(String),
    reason           LowCardinality(String)  COMMENT 'entry reason, dropout reason, graduate destination',
    other_school     UInt64                  COMMENT 'where from or where to; 0: not given',
    id_kind          LowCardinality(String)  COMMENT 'code list id_kinds, of the person_id as sent',
    source           LowCardinality(String),
    content_hash     FixedString(16)         COMMENT 'keyed hash of the normalised content (semantics 2.2)',
    rules_version    UInt8                   COMMENT 'version of normalisation and content hash',
    key_version      UInt8                   COMMENT 'version of the secrets',
    topic            LowCardinality(String),
    partition        UInt16,
    offset           UInt64,
    append_time      DateTime64(3, 'UTC')    COMMENT 'the broker''s',
    first_received   DateTime64(3, 'UTC')    COMMENT 'append_time of the first delivery, kept by a replay (semantics 3.5)',
    rank             UInt8 MATERIALIZED multiIf(act IN ('enrolled', 'in'), 0, act IN ('out', 'dropped', 'died'), 2, 1)
)
ENGINE = ReplacingMergeTree
ORDER BY (school_code, person_key, academic_year, effective_date, recorded_at, rank, event_id, append_time, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;

-- What names a pupil, by event. Its own database role; everything else is pseudonymous.
CREATE TABLE persons (
    school_code      UInt64,
    event_id         FixedString(16),
    person_key       FixedString(16),
    person_id        String,
    new_person_id    String,
    match_key        FixedString(16)         COMMENT 'HMAC of normalised names, sex and birth date under a second secret; zero bytes: incomplete',
    given            UInt32                  COMMENT 'bit i set: this event gives personal attribute i (schemas/attributes.py)',
    title            String,
    first_name       String,
    middle_name      String,
    last_name        String,
    birth_date       Date32,
    birth_key        UInt64,
    nationality      String,
    house_number     String,
    village_number   String,
    street           String,
    subdistrict      String,
    district         String,
    province         String,
    topic            LowCardinality(String),
    partition        UInt16,
    offset           UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (school_code, person_key, event_id, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;

-- One outcome per ingress offset (semantics 3).
CREATE TABLE receipts (
    topic            LowCardinality(String),
    partition        UInt16,
    offset           UInt64,
    append_time      DateTime64(3, 'UTC'),
    first_received   DateTime64(3, 'UTC'),
    outcome          Enum8('ACCEPTED' = 1, 'DUPLICATE' = 2, 'CONFLICT' = 3, 'REJECTED' = 4, 'DEAD_LETTER' = 5, 'LOST' = 6),
    codes            Array(LowCardinality(String)) COMMENT 'findings of an accepted event, reasons of any other outcome',
    stored           UInt8                   COMMENT '1: this copy is in change_log (semantics 2.4: some duplicates are)',
    kind             LowCardinality(String)  COMMENT 'empty: could not be read',
    school_code      UInt64                  COMMENT '0: could not be read',
    event_id         FixedString(16)         COMMENT 'zero bytes: could not be read'
)
ENGINE = ReplacingMergeTree
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;

-- The look-up of dedupe: which identities are stored, and where their copies stand in the log. The key is the first half of
-- the id as a number: time-ordered ids (v7) then stand together, and a batch of new ones looks at the last few granules alone.
-- Random ids are spread as by a hash: small granules and no compression keep a look-up of thousands of them short too.
CREATE TABLE event_identities (
    id_prefix        UInt64 MATERIALIZED reinterpretAsUInt64(reverse(substring(event_id, 1, 8))) CODEC(NONE),
    event_id         FixedString(16) CODEC(NONE),
    school_code      UInt64 CODEC(NONE),
    append_time      DateTime64(3, 'UTC') CODEC(NONE),
    topic            LowCardinality(String),
    partition        UInt16 CODEC(NONE),
    offset           UInt64 CODEC(NONE),
    content_hash     FixedString(16) CODEC(NONE)
)
ENGINE = ReplacingMergeTree
ORDER BY (id_prefix, event_id, school_code, append_time, topic, partition, offset)
SETTINGS index_granularity = 256, non_replicated_deduplication_window = 1000;

-- HMAC of a known string under each key version: a process with a wrong secret must not start (semantics 1.6).
CREATE TABLE secret_canaries (
    key_name         LowCardinality(String),
    key_version      UInt8,
    canary           FixedString(16),
    created_at       DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (key_name, key_version);
