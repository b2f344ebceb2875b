"""Tables that are copied from, on a terminal too narrow for them."""

import pytest

from consumers.audit_report import AuditReport, Counts
from consumers.outcomes import Outcome
from thabian.commands import audit

PLACE = "student-changes.simulator"


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_an_audit_names_its_partitions_and_every_outcome(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    outcomes = {outcome.name: 1 for outcome in Outcome}
    audit._print(AuditReport(partitions=[Counts(PLACE, 0, 0, len(outcomes), len(outcomes), outcomes)]))
    out = capsys.readouterr().out
    assert f"{PLACE}[0]" in out
    assert all(name in out for name in (*outcomes, "records", "missing", "doubled"))
