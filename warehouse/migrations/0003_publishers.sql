-- Who may send what (semantics 1.2). Rows are added and never changed: what was in force at a time can always be told.

CREATE TABLE publishers (
    publisher         String                  COMMENT 'its ingress topic is student-changes.<publisher>',
    added_at          DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (publisher, added_at)
SETTINGS non_replicated_deduplication_window = 1000;

-- One grant. Its times are compared with the append time of a record, the broker's.
CREATE TABLE grants (
    grant_id          String                  COMMENT 'digest of the rest',
    publisher         String,
    school_code       UInt64                  COMMENT '10-digit ministry code; 0: the whole affiliation',
    affiliation       UInt8                   COMMENT 'first two digits of the school code; 0: one school',
    kinds             Array(String)           COMMENT 'kinds of event; all: every kind but IdentityReplaced',
    begins_at         DateTime64(3, 'UTC')    COMMENT 'inclusive',
    ends_at           DateTime64(3, 'UTC')    COMMENT 'exclusive',
    granted_at        DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (publisher, grant_id)
SETTINGS non_replicated_deduplication_window = 1000;

-- A revocation ends a grant from its own time on.
CREATE TABLE grant_revocations (
    grant_id          String,
    revoked_at        DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (grant_id, revoked_at)
SETTINGS non_replicated_deduplication_window = 1000;
