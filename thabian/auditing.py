"""Wiring of the audit: settings to a warehouse and a log."""

from contextlib import closing

from consumers.audit import IngressLog
from consumers.audit import audit as hold_against
from consumers.audit_report import AuditReport
from consumers.log_scan import LogScan
from schemas import topics
from thabian.connections import broker_errors, open_consumer, open_warehouse
from thabian.log_positions import KafkaLogEnds
from thabian.settings import Settings


def audit(settings: Settings, *, from_ms: int | None = None, to_ms: int | None = None) -> AuditReport:
    """Audit this installation. Append times in ms since 1970 UTC, the second exclusive; None: everything."""
    scan = LogScan(lambda: open_consumer(settings))
    with closing(open_warehouse(settings)) as warehouse, closing(scan), KafkaLogEnds(settings) as ends:
        log = IngressLog(
            ends.beginnings, ends.ends, ends.positions_at, scan, settings.topic_prefix + topics.DEAD_LETTERS.name
        )
        with broker_errors(settings):
            return hold_against(warehouse, log, from_ms=from_ms, to_ms=to_ms)
