"""Is everything well, and if not, where."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from monitoring.dashboards.panels import Row, bars, lines, made, number, state


def build() -> Dashboard:
    """The dashboard."""
    return made(
        "thabian-overview",
        "Thabian · overview",
        "Whether everything is well, and where it is not.",
        (_well(), _flow(), _waits(), _resources()),
    )


def _well() -> Row:
    return Row(
        "Is it well",
        (
            state("Processes", ('min by (service) (up{job="thabian"})', "{{service}}")),
            state("Parts", ("max by (part) (thabian_monitor_up)", "{{part}}")),
            state("Audit holds", ("min(thabian_audit_holds)", "audit"), says="Every message has its one outcome."),
            number(
                "Alerts", "short", ('sum(ALERTS{alertstate="firing"}) or vector(0)', "firing"), red=1,
                says="What fires now; the page of alerts has them by name.",
            ),
        ),
    )  # fmt: skip


def _flow() -> Row:
    return Row(
        "What comes",
        (
            lines(
                "Events by outcome", "cps",
                ("sum by (outcome) (rate(thabian_intake_events_total[$__rate_interval]))", "{{outcome}}"),
            ),
            lines(
                "Rejected", "percentunit",
                ("thabian:intake_rejected:ratio30m", "half an hour"), ("thabian:intake_rejected:ratio7d", "seven days"),
            ),
        ),
    )  # fmt: skip


def _waits() -> Row:
    return Row(
        "What waits",
        (
            lines("Behind", "s", ("thabian:group_behind_seconds:max", "{{group}}")),
            bars("Dead letters that wait", "short", ("sum by (code) (thabian_dead_letters_waiting)", "{{code}}")),
            bars("Open findings", "short", ('sum by (code) (thabian_findings_standing{state="OPEN"})', "{{code}}")),
        ),
    )


def _resources() -> Row:
    return Row(
        "What it stands on",
        (
            lines(
                "Warehouse disk", "bytes",
                ("max by (disk) (thabian_warehouse_disk_free_bytes)", "{{disk}} free"),
                ("max by (disk) (thabian_warehouse_disk_total_bytes)", "{{disk}}"),
            ),
            lines(
                "Memory", "bytes",
                ('sum by (service, instance) (process_resident_memory_bytes{job="thabian"})', "{{service}} {{instance}}"),
                ("max(thabian_warehouse_memory_bytes)", "warehouse"),
            ),
            lines(
                "CPU", "short",
                (
                    'sum by (service, instance) (rate(process_cpu_seconds_total{job="thabian"}[$__rate_interval]))',
                    "{{service}} {{instance}}",
                ),
            ),
            number(
                "Oldest look of the monitor", "s", ("time() - min(thabian_monitor_last_look_timestamp_seconds)", "look"),
                red=900, says="What the monitor tells is as old as that.",
            ),
        ),
    )  # fmt: skip
