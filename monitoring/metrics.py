"""Every metric, with its type, unit in the name, labels and help. No label holds a school or a pupil.

Topics and partitions are bounded: publishers are added by hand. Where several processes share PROMETHEUS_MULTIPROC_DIR, a
gauge says by `multiprocess_mode` what becomes of their values; times and states are the most recent of the living.
What `thabian monitor` tells without a label is in no registry until it is told (monitoring/series.py): every other process
would say 0 of it.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

_PLACE: Final = ("topic", "partition")
_OF_A_GROUP: Final = ("group", *_PLACE)
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
    "Time a batch spends in one step: poll, read, decide, store, answer, commit.",
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
    "thabian_findings_open",
    "Findings that are open, by code, whatever officers did.",
    ["code"],
    multiprocess_mode=_RECENT,
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
    "thabian_streams_last_progress_timestamp_seconds",
    "When the stream last finished a cycle, Unix time.",
    multiprocess_mode="livemax",
)
STREAMS_PARTITION_PROGRESS_SECONDS: Final = Gauge(
    "thabian_streams_partition_progress_timestamp_seconds",
    "When a partition of the stream last went on, or was seen to have nothing waiting, Unix time.",
    _PLACE,
    multiprocess_mode=_RECENT,
)
STREAMS_LAG_EVENTS: Final = Gauge(
    "thabian_streams_lag_events",
    "Offsets between what this process's stream committed and the log end; one holds many events.",
    _PLACE,
    multiprocess_mode=_RECENT,
)
STREAMS_PUPILS: Final = Gauge(
    "thabian_streams_pupils",
    "Pupils on the rolls of this process's schools, by affiliation and sex.",
    ["affiliation", "sex"],
    multiprocess_mode="livesum",
)

MONITOR_UP: Final = Gauge(
    "thabian_monitor_up",
    "1: the part (broker, warehouse) answered at the last look, else 0.",
    ["part"],
    multiprocess_mode=_RECENT,
)
MONITOR_LAST_LOOK_SECONDS: Final = Gauge(
    "thabian_monitor_last_look_timestamp_seconds",
    "When a look last succeeded, Unix time: what it told is as old as that.",
    ["look"],
    multiprocess_mode=_RECENT,
)
GROUP_LAG_EVENTS: Final = Gauge(
    "thabian_group_lag_events",
    "Offsets between what a group (intake, streams, findings) committed and the log end, whether or not it runs.",
    _OF_A_GROUP,
    multiprocess_mode=_RECENT,
)
GROUP_BEHIND_SECONDS: Final = Gauge(
    "thabian_group_behind_seconds",
    "Age of the oldest message a group has not committed; 0: none waits.",
    _OF_A_GROUP,
    multiprocess_mode=_RECENT,
)
GROUP_MEMBERS: Final = Gauge("thabian_group_members", "Processes in a group.", ["group"], multiprocess_mode=_RECENT)
DEAD_LETTERS_WAITING: Final = Gauge(
    "thabian_dead_letters_waiting",
    "Dead letters that were neither replayed nor dropped, by code.",
    ["code"],
    multiprocess_mode=_RECENT,
)
AUDIT_MISSING_OFFSETS: Final = Gauge(
    "thabian_audit_missing_offsets",
    "Offsets that intake has committed and that have no receipt, or are not stored whole.",
    multiprocess_mode=_RECENT,
    registry=None,
)
AUDIT_HOLDS: Final = Gauge(
    "thabian_audit_holds",
    "1: everything intake has committed had one outcome, stored whole, at the last audit, else 0.",
    multiprocess_mode=_RECENT,
    registry=None,
)
AUDIT_LAST_SECONDS: Final = Gauge(
    "thabian_audit_last_timestamp_seconds",
    "When the last audit began, Unix time.",
    multiprocess_mode=_RECENT,
    registry=None,
)
SNAPSHOT_SEALED_SECONDS: Final = Gauge(
    "thabian_snapshot_sealed_timestamp_seconds",
    "When the newest version of an open round was sealed, Unix time; the newest of all by its year and number.",
    ["round"],
    multiprocess_mode=_RECENT,
)
SNAPSHOT_SEAL_SECONDS: Final = Gauge(
    "thabian_snapshot_seal_seconds", "How long that seal took.", ["round"], multiprocess_mode=_RECENT
)
SNAPSHOT_OVERDUE_SECONDS: Final = Gauge(
    "thabian_snapshot_overdue_seconds",
    "Since the census day of an open round ended without a version sealed as it was then; 0: none is due.",
    ["round"],
    multiprocess_mode=_RECENT,
)
ROUND_SCHOOLS: Final = Gauge(
    "thabian_round_schools",
    "Schools of an open round: expected, recorded, confirmed, certified, acknowledged; each holds those further on.",
    ["round", "state"],
    multiprocess_mode=_RECENT,
)
ROUND_DEADLINE_SECONDS: Final = Gauge(
    "thabian_round_deadline_seconds",
    "Until everybody's deadline for a step of an open round; negative: it has passed.",
    ["round", "step"],
    multiprocess_mode=_RECENT,
)
FINDINGS_STANDING: Final = Gauge(
    "thabian_findings_standing",
    "Findings in the warehouse that are not settled, by code and state: OPEN, CONFIRMED, DISMISSED.",
    ["code", "state"],
    multiprocess_mode=_RECENT,
)
DISK_FREE_BYTES: Final = Gauge(
    "thabian_warehouse_disk_free_bytes", "Free on a disk of the warehouse.", ["disk"], multiprocess_mode=_RECENT
)
DISK_TOTAL_BYTES: Final = Gauge(
    "thabian_warehouse_disk_total_bytes", "Size of a disk of the warehouse.", ["disk"], multiprocess_mode=_RECENT
)
MEMORY_BYTES: Final = Gauge(
    "thabian_warehouse_memory_bytes",
    "Memory the warehouse counts against its limit.",
    multiprocess_mode=_RECENT,
    registry=None,
)
MEMORY_LIMIT_BYTES: Final = Gauge(
    "thabian_warehouse_memory_limit_bytes",
    "What the warehouse may take at most; absent: it has no limit.",
    multiprocess_mode=_RECENT,
    registry=None,
)
