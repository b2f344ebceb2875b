-- What operators and start-up checks leave behind. Rows are added and never changed.

-- The id a topic had when intake first read it: one that was deleted and made again has another (semantics 3.3).
CREATE TABLE topic_ids (
    topic             String,
    topic_id          String,
    noted_at          DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (topic, noted_at)
SETTINGS non_replicated_deduplication_window = 1000;

-- What was done with a dead letter, by the place of the message it holds.
CREATE TABLE dead_letter_actions (
    topic             LowCardinality(String),
    partition         UInt16,
    offset            UInt64,
    action            Enum8('REPLAYED' = 1, 'PUT_BACK' = 2, 'DROPPED' = 3),
    attempt           UInt32                  COMMENT 'which attempt this was; the first delivery was 1',
    code              LowCardinality(String)  COMMENT 'why it cannot be read; empty: it can be by now',
    reason            String                  COMMENT 'given by whoever dropped it',
    acted_by          String                  COMMENT 'user of the operating system',
    acted_at          DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (topic, partition, offset, acted_at)
SETTINGS non_replicated_deduplication_window = 1000;
