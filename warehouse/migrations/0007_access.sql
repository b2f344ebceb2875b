-- Who read names, when and what for (issue C; PDPA, domain 7). A row is written before any name is read, so a reading that was cut
-- short has one as well. Rows are added and never changed; none holds a pupil's value.

CREATE TABLE name_accesses (
    accessed_at       DateTime64(3, 'UTC'),
    actor             String                  COMMENT 'as given by --actor',
    role              LowCardinality(String)  COMMENT 'as given by --role; permitted for the scope by roster_roles.csv',
    acted_by          String                  COMMENT 'user of the operating system',
    version           String                  COMMENT 'the sealed version that was read',
    scope             String                  COMMENT 'as --scope says it',
    list              LowCardinality(String)  COMMENT 'which pupils: all, or a list a director signs',
    purpose           String
)
ENGINE = MergeTree
ORDER BY (accessed_at, actor)
SETTINGS non_replicated_deduplication_window = 1000;
