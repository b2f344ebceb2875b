"""Processes that share a folder are seen as one; a gauge of a process that left is gone, what it counted stays."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
CHILD = """
from monitoring import exposition, metrics
metrics.EVENTS.labels("ACCEPTED").inc(3)
metrics.ASSIGNED.set(2)
if {leaves}:
    exposition.leave()
"""
READER = """
from prometheus_client import generate_latest
from monitoring import exposition
print(generate_latest(exposition.registry()).decode())
"""


def _python(code, folder):
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=env, text=True, capture_output=True, timeout=60, check=True
    )
    return done.stdout


def test_a_shared_folder_adds_up_and_forgets_what_left(tmp_path):
    _python(CHILD.format(leaves=False), tmp_path)
    _python(CHILD.format(leaves=True), tmp_path)
    said = _python(READER, tmp_path)
    assert 'thabian_intake_events_total{outcome="ACCEPTED"} 6.0' in said
    assert "thabian_intake_assigned_partitions 2.0" in said
