"""The open rounds: how many schools have done what, against the time that is left."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from monitoring.dashboards.panels import Row, bars, lines, made, number


def build() -> Dashboard:
    """The dashboard."""
    return made(
        "thabian-census",
        "Thabian · census round",
        "How far the open rounds are, and whether schools will be done in time.",
        (_schools(), _pace(), _versions()),
        since="now-7d",
    )


def _schools() -> Row:
    return Row(
        "Schools",
        (
            bars("Now", "short", ("max by (round, state) (thabian_round_schools)", "{{round}} {{state}}")),
            lines("Over time", "short", ("max by (round, state) (thabian_round_schools)", "{{round}} {{state}}")),
            number(
                "To the deadline", "s",
                ("min by (round, step) (thabian_round_deadline_seconds)", "{{round}} {{step}}"),
                says="Of the window for everybody; below 0 it is over.",
            ),
        ),
    )  # fmt: skip


def _pace() -> Row:
    return Row(
        "In time?",
        (
            lines("Have yet to do it", "percentunit", ("thabian:round_left:ratio", "{{round}} {{step}}")),
            lines(
                "Schools an hour", "short",
                ("thabian:round_pace:per_hour24h", "{{round}} {{step}}, as they go"),
                ("thabian:round_needed:per_hour", "{{round}} {{step}}, needed"),
                says="Where the second is above the first, they will not be done.",
            ),
        ),
    )  # fmt: skip


def _versions() -> Row:
    return Row(
        "Versions",
        (
            number(
                "Age of the newest", "s",
                ("time() - max by (round) (thabian_snapshot_sealed_timestamp_seconds)", "{{round}}"),
            ),
            lines("A seal takes", "s", ("max by (round) (thabian_snapshot_seal_seconds)", "{{round}}")),
            number("Overdue", "s", ("max by (round) (thabian_snapshot_overdue_seconds)", "{{round}}"), red=21_600),
            number("Offsets without outcome", "short", ("max(thabian_audit_missing_offsets)", "missing"), red=1),
        ),
    )  # fmt: skip
