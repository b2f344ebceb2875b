"""One port: metrics, alive, ready."""

import urllib.error
import urllib.request

import pytest

import monitoring.metrics  # noqa: F401 - what is to be served
from monitoring.health import Health
from monitoring.server import serve

pytestmark = pytest.mark.real


@pytest.fixture
def ask():
    health = Health(30, 60)
    server = serve(health, 0, "127.0.0.1")

    def get(path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}{path}", timeout=10) as said:
                return said.status, said.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    yield health, get
    server.shutdown()
    server.server_close()


def test_it_is_red_until_it_has_partitions_and_says_why(ask):
    health, get = ask
    assert get("/healthz") == (200, "ok\n")
    assert get("/readyz") == (503, "no partition is assigned\n")
    health.assigned(frozenset({("student-changes.t", 0)}))
    assert get("/readyz") == (200, "ok\n")


def test_metrics_are_beside_it(ask):
    status, said = ask[1]("/metrics")
    assert status == 200
    assert "thabian_intake_events_total" in said
