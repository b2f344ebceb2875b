-- Sealed versions of the census (semantics 4 to 6). Rows are never changed. A version is what census_versions names: its row is
-- written last, so that half a seal is nothing to a reader.

-- One row per version. Written last.
CREATE TABLE census_versions (
    version           String                  COMMENT 'begins with year and round; ends in a digest of what the census is a function of',
    run               UInt64                  COMMENT 'the sealing run this row was written by',
    academic_year     UInt16                  COMMENT 'Buddhist Era',
    round             UInt8                   COMMENT 'census round of the year',
    as_of             Date                    COMMENT 'the day counted, inclusive',
    known_at          DateTime64(3, 'UTC')    COMMENT 'label of the cut: the vector in census_cuts is the truth',
    cut               FixedString(32)         COMMENT 'SHA-256 of the cut vector',
    label             String,
    pupils            UInt64                  COMMENT 'the roll: the sum over the schools',
    schools           UInt32                  COMMENT 'slices',
    root              FixedString(32)         COMMENT 'SHA-256 over the sorted (school, slice checksum)',
    rules             FixedString(32)         COMMENT 'SHA-256 of the fold''s SQL',
    reference         FixedString(32)         COMMENT 'SHA-256 of the code lists',
    school_list       FixedString(32)         COMMENT 'SHA-256 of the schools table (schools.load) it was sealed with; zero bytes: none',
    software          String,
    sealed_at         DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (version, run);

-- The cut vectors, by their digest: one row per partition of every ingress topic.
CREATE TABLE census_cuts (
    cut               FixedString(32),
    known_at          DateTime64(3, 'UTC')    COMMENT 'the label it was taken for',
    topic             LowCardinality(String),
    partition         UInt16,
    offset            UInt64                  COMMENT 'the first offset outside'
)
ENGINE = ReplacingMergeTree
ORDER BY (cut, known_at, topic, partition);

-- Which rows are a school's slice in a version, and their checksum. A later version may name slices an earlier run folded.
-- Written as a seal goes on: what a killed one had finished is taken up by the next seal of the same version.
CREATE TABLE census_slices (
    version           String,
    run               UInt64                  COMMENT 'as in census_versions',
    school_code       UInt64,
    folded_by         UInt64                  COMMENT 'the run whose rows these are: census_rows.run',
    pupils            UInt32,
    checksum          FixedString(32)         COMMENT 'SHA-256 over the canonical rows (snapshots/canonical.py)'
)
ENGINE = ReplacingMergeTree
ORDER BY (version, run, school_code);

-- The sealed, pseudonymous rows: one per pupil on a roll. Empty text, birth_key 0: no value.
CREATE TABLE census_rows (
    run               UInt64,
    school_code       UInt64,
    person_key        FixedString(16),
    grade             LowCardinality(String),
    room              LowCardinality(String),
    student_number    String,
    sex               LowCardinality(String),
    birth_key         UInt64,
    disadvantage      LowCardinality(String),
    disability        LowCardinality(String),
    boarding          LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (run, school_code, person_key);

-- Every sealing run, from its beginning. One that no version names was killed, or is at work.
CREATE TABLE census_runs (
    run               UInt64,
    version           String                  COMMENT 'what it set out to seal',
    started_at        DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (run);

-- The replaced numbers that count at a run's cut, by the school that said so: what lets a later version fold some schools alone.
CREATE TABLE census_identities (
    run               UInt64,
    school_code       UInt64,
    old               FixedString(16),
    new               FixedString(16)
)
ENGINE = ReplacingMergeTree
ORDER BY (run, school_code, old, new);

-- Where each replaced number leads to at a run's cut (semantics 5.3).
CREATE TABLE census_identity_ends (
    run               UInt64,
    old               FixedString(16),
    new               FixedString(16)
)
ENGINE = ReplacingMergeTree
ORDER BY (run, old);
