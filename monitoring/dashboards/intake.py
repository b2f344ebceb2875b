"""Intake: what it takes in, how far it is, where the time goes."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from monitoring.dashboards.panels import Row, lines, made, quantile


def build() -> Dashboard:
    """The dashboard."""
    return made(
        "thabian-intake",
        "Thabian · intake",
        "What intake takes in, how far it is in each partition, and where the time goes.",
        (_flow(), _place(), _time(), _trouble()),
    )


def _flow() -> Row:
    rate = "rate(thabian_intake_{}[$__rate_interval])"
    return Row(
        "What comes",
        (
            lines("Events", "cps", (f"sum by (outcome) ({rate.format('events_total')})", "{{outcome}}")),
            lines("Codes", "cps", (f"topk(10, sum by (code) ({rate.format('codes_total')}))", "{{code}}")),
            lines("Events in a batch", "short", (quantile(0.5, "thabian_intake_batch_events"), "median")),
        ),
    )


def _place() -> Row:
    return Row(
        "How far it is",
        (
            lines(
                "Lag by partition", "short",
                ('max by (topic, partition) (thabian_group_lag_events{group="intake"})', "{{topic}} {{partition}}"),
            ),
            lines(
                "Age of the oldest that waits", "s",
                ('max by (topic, partition) (thabian_group_behind_seconds{group="intake"})', "{{topic}} {{partition}}"),
            ),
            lines(
                "Since a partition went on", "s",
                (
                    "time() - max by (topic, partition) (thabian_intake_partition_progress_timestamp_seconds)",
                    "{{topic}} {{partition}}",
                ),
                says="As intake says; renewed every few seconds where nothing waits.",
            ),
        ),
    )  # fmt: skip


def _time() -> Row:
    return Row(
        "Where the time goes",
        (
            lines(
                "Received to visible", "s",
                (quantile(0.5, "thabian_intake_visible_seconds", "message"), "{{message}}, median"),
                (quantile(0.99, "thabian_intake_visible_seconds", "message"), "{{message}}, 99 of 100"),
            ),
            lines(
                "Steps of a batch, 95 of 100", "s",
                (quantile(0.95, "thabian_intake_step_seconds", "step"), "{{step}}"),
                (quantile(0.95, "thabian_intake_dedupe_seconds"), "dedupe look-up"),
            ),
            lines(
                "Share of the time in a step", "percentunit",
                ("sum by (step) (rate(thabian_intake_step_seconds_sum[$__rate_interval]))", "{{step}}"),
            ),
        ),
    )  # fmt: skip


def _trouble() -> Row:
    increase = "sum by (code) (increase(thabian_intake_{}_total[$__rate_interval]))"
    alone = "sum(increase(thabian_intake_{}_total[$__rate_interval]))"
    return Row(
        "Trouble",
        (
            lines("Tried again", "short", (increase.format("retries"), "{{code}}")),
            lines("Warehouse errors", "short", (increase.format("warehouse_errors"), "{{code}}")),
            lines("Dead letters", "short", (increase.format("dead_letters"), "{{code}}")),
            lines(
                "Partitions", "short",
                (alone.format("pauses"), "pauses"), (alone.format("rebalances"), "rebalances"),
                ("sum(thabian_intake_assigned_partitions)", "assigned"),
            ),
        ),
    )  # fmt: skip
