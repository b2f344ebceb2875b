-- Schools as reference data. Loads are added and never changed: what was known at a time can always be told, and a version
-- names the load it was sealed with (semantics 6.1). A load is what school_loads names: its row is written last.

-- One row each time a list of schools became the current one.
CREATE TABLE school_loads (
    load              FixedString(32)         COMMENT 'SHA-256 of the schools, whatever their order in the file',
    loaded_at         DateTime64(3, 'UTC'),
    schools           UInt32                  COMMENT 'rows of the load'
)
ENGINE = MergeTree
ORDER BY (loaded_at, load)
SETTINGS non_replicated_deduplication_window = 1000;

-- The schools of every load. A school may have several rows in one, each for its own days.
CREATE TABLE schools (
    load              FixedString(32),
    school_code       UInt64                  COMMENT '10-digit ministry code',
    valid_from        Date32                  COMMENT 'first day; 1900-01-01: open',
    valid_to          Date32                  COMMENT 'last day, inclusive; 2299-12-31: open',
    name              String,
    affiliation       LowCardinality(String)  COMMENT 'first two digits of the code (code list affiliations)',
    area              LowCardinality(String)  COMMENT 'education area, or district office in Bangkok: whoever acknowledges',
    district          LowCardinality(String),
    province          LowCardinality(String),
    is_boarding       UInt8                   COMMENT '1: in the boarding scheme',
    is_expected       UInt8                   COMMENT '1: absent from a version when it sent nothing (semantics 6.3)',
    smis_code         String                  COMMENT '8 digits; empty: none',
    obec_code         String                  COMMENT '6 digits; empty: none'
)
ENGINE = ReplacingMergeTree
ORDER BY (load, school_code, valid_from)
SETTINGS non_replicated_deduplication_window = 1000;
