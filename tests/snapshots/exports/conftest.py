"""Fixtures of the export tests: those of the reports."""

from tests.snapshots.reports.conftest import work

__all__ = ["work"]
