"""Every metric, with its type, unit in the name, labels and help. No label holds a school or a pupil.

Topics and partitions are bounded: publishers are added by hand. Where several processes share PROMETHEUS_MULTIPROC_DIR, a
gauge says by `multiprocess_mode` what becomes of their values; times and states are the most recent of the living.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

_PLACE: Final = ("topic", "partition")
_RECENT: Final = "livemostrecent"
_STEP_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_WAIT_BUCKETS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 43_200, 86_400)

BUILD: Final = Gauge(
    "thabian_build_info", "1, with what runs as labels.", ["version", "process"], multiprocess_mode=_RECENT
)

EVENTS: Final = Counter("thabian_intake_events_total", "Messages taken in, by outcome.", ["outcome"])
CODES: Final = Counter("thabian_intake_codes_total", "Codes given: findings and reasons, by code.", ["code"])
BATCH_EVENTS: Final = Histogram(
    "thabian_intake_batch_events",
    "Messages in a batch.",
    buckets=(1, 10, 100, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000),
)
STEP_SECONDS: Final = Histogram(
    "thabian_intake_step_seconds",
    "Time a batch spends in one step: poll, decide, store, answer, commit.",
    ["step"],
    buckets=_STEP_BUCKETS,
)
DEDUPE_SECONDS: Final = Histogram(
    "thabian_intake_dedupe_seconds", "Time the look-up of a batch's stored copies takes.", buckets=_STEP_BUCKETS
)
VISIBLE_SECONDS: Final = Histogram(
    "thabian_intake_visible_seconds",
    "From received (append time) to visible (stored), twice a batch: of its oldest and of its newest message.",
    ["message"],
    buckets=_WAIT_BUCKETS,
)
LAST_PROGRESS_SECONDS: Final = Gauge(
    "thabian_intake_last_progress_timestamp_seconds",
    "When a batch was last committed, Unix time.",
    multiprocess_mode="livemax",
)
PARTITION_PROGRESS_SECONDS: Final = Gauge(
    "thabian_intake_partition_progress_timestamp_seconds",
    "When a partition last went on, or was seen to have nothing waiting, Unix time.",
    _PLACE,
    multiprocess_mode=_RECENT,
)
LAG_EVENTS: Final = Gauge(
    "thabian_intake_lag_events",
    "Offsets between what this process committed and the log end.",
    _PLACE,
    multiprocess_mode=_RECENT,
)
BEHIND_SECONDS: Final = Gauge(
    "thabian_intake_behind_seconds",
    "Age of the newest message committed while more wait; 0: none waits.",
    _PLACE,
    multiprocess_mode=_RECENT,
)
ASSIGNED: Final = Gauge(
    "thabian_intake_assigned_partitions", "Partitions assigned to this process.", multiprocess_mode="livesum"
)
DEAD_LETTERS: Final = Counter("thabian_intake_dead_letters_total", "Dead letters written, by code.", ["code"])
RETRIES: Final = Counter("thabian_intake_retries_total", "Batches tried again, by the code of what failed.", ["code"])
WAREHOUSE_ERRORS: Final = Counter(
    "thabian_intake_warehouse_errors_total", "Times the warehouse did not answer or refused, by code.", ["code"]
)
PAUSES: Final = Counter(
    "thabian_intake_pauses_total", "Times the partitions were paused because a batch was still at work."
)
REBALANCES: Final = Counter("thabian_intake_rebalances_total", "Times partitions were newly assigned to this process.")

FINDINGS_OPEN: Final = Gauge(
    "thabian_findings_open", "Findings that are open, by code, whatever officers did.", ["code"]
)
FINDINGS_TOLD: Final = Counter(
    "thabian_findings_told_total", "Messages of the stream stored, by code and state.", ["code", "state"]
)
FINDINGS_VISIBLE_SECONDS: Final = Histogram(
    "thabian_findings_visible_seconds",
    "From the append time of the event that caused a finding to when it can be read in the warehouse.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 3600),
)
STREAMS_MESSAGES: Final = Counter("thabian_streams_messages_total", "Messages the stream has taken and told of.")
STREAMS_FINDINGS: Final = Counter(
    "thabian_streams_findings_total", "Findings the stream told of, by code and state.", ["code", "state"]
)
STREAMS_CYCLE_SECONDS: Final = Histogram(
    "thabian_streams_cycle_seconds",
    "Time from taking messages until all that follows is stored and told.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
STREAMS_LAST_PROGRESS_SECONDS: Final = Gauge(
    "thabian_streams_last_progress_timestamp_seconds", "When the stream last finished a cycle, Unix time."
)
STREAMS_PUPILS: Final = Gauge(
    "thabian_streams_pupils",
    "Pupils on the rolls of this process's schools, by affiliation and sex.",
    ["affiliation", "sex"],
)
