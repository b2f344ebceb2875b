"""The stream and the sink: findings, from the event that causes one to when it can be read."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from monitoring.dashboards.panels import Row, bars, lines, made, quantile


def build() -> Dashboard:
    """The dashboard."""
    return made(
        "thabian-streams",
        "Thabian · streams",
        "What the stream finds, how far it is, and how soon a finding is seen.",
        (_found(), _place(), _time()),
    )


def _found() -> Row:
    return Row(
        "What is found",
        (
            bars("Open, as the sink has them", "short", ("sum by (code) (thabian_findings_open)", "{{code}}")),
            bars("By what officers did", "short", ("sum by (state) (thabian_findings_standing)", "{{state}}")),
            lines(
                "Told by the stream", "cps",
                ("sum by (state) (rate(thabian_streams_findings_total[$__rate_interval]))", "{{state}}"),
            ),
            lines(
                "Stored by the sink", "cps",
                ("sum by (state) (rate(thabian_findings_told_total[$__rate_interval]))", "{{state}}"),
            ),
        ),
    )  # fmt: skip


def _place() -> Row:
    place = 'max by (group, partition) (thabian_group_{}{{group=~"streams|findings"}})'
    return Row(
        "How far it is",
        (
            lines("Lag by partition", "short", (place.format("lag_events"), "{{group}} {{partition}}")),
            lines("Age of the oldest that waits", "s", (place.format("behind_seconds"), "{{group}} {{partition}}")),
            lines(
                "Since a partition went on", "s",
                (
                    "time() - max by (topic, partition) (thabian_streams_partition_progress_timestamp_seconds)",
                    "{{partition}}",
                ),
                says="As the stream says; renewed where nothing waits.",
            ),
        ),
    )  # fmt: skip


def _time() -> Row:
    return Row(
        "Where the time goes",
        (
            lines(
                "Cause to visible", "s",
                (quantile(0.5, "thabian_findings_visible_seconds"), "median"),
                (quantile(0.95, "thabian_findings_visible_seconds"), "95 of 100"),
            ),
            lines("Cycle, 95 of 100", "s", (quantile(0.95, "thabian_streams_cycle_seconds"), "cycle")),
            lines("Messages", "cps", ("sum(rate(thabian_streams_messages_total[$__rate_interval]))", "messages")),
            lines("Pupils on rolls", "short", ("sum by (affiliation) (thabian_streams_pupils)", "{{affiliation}}")),
        ),
    )  # fmt: skip
