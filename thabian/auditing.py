"""Wiring of the audit: settings to a warehouse and a log."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from consumers.audit import IngressLog
from consumers.audit import audit as hold_against
from consumers.audit_report import AuditReport
from consumers.log_scan import LogScan
from schemas import topics
from thabian import groups
from thabian.connections import broker_errors, open_admin, open_consumer, open_warehouse
from thabian.log_positions import KafkaLogEnds
from thabian.settings import Settings


def audit(settings: Settings, *, from_ms: int | None = None, to_ms: int | None = None) -> AuditReport:
    """Audit this installation. Append times in ms since 1970 UTC, the second exclusive; None: everything."""
    with closing(open_warehouse(settings)) as warehouse, _ingress(settings) as log, broker_errors(settings):
        return hold_against(warehouse, log, from_ms=from_ms, to_ms=to_ms)


def audit_committed(settings: Settings, now_ms: int) -> AuditReport:
    """Audit what intake has committed by now: what it has in hand is left out, so that it may run meanwhile."""
    with closing(open_admin(settings)) as admin, broker_errors(settings):
        committed = groups.committed(admin, settings.intake_group)
    with closing(open_warehouse(settings)) as warehouse, _ingress(settings) as log, broker_errors(settings):
        upto = replace(log, at=lambda _: {place: committed.get(place, 0) for place in log.ends()})
        return hold_against(warehouse, upto, to_ms=now_ms)


@contextmanager
def _ingress(settings: Settings) -> Iterator[IngressLog]:
    scan = LogScan(lambda: open_consumer(settings))
    with closing(scan), KafkaLogEnds(settings) as ends:
        yield IngressLog(
            ends.beginnings, ends.ends, ends.positions_at, scan, settings.topic_prefix + topics.DEAD_LETTERS.name
        )
