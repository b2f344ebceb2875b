"""A part that is away, or was never there, is one clear line with its own code."""

import pytest
from kafka import errors as kafka_errors

from schemas.errors import ThabianError
from thabian import connections
from thabian.settings import Settings

SECRETS = {"person_secret": "p" * 32, "match_secret": "m" * 32}


def refused_by(call):
    with pytest.raises(ThabianError) as refused:
        call()
    assert "\n" not in refused.value.message
    assert refused.value.exit_code == 1
    return refused.value


@pytest.mark.parametrize(
    "call",
    [
        connections.open_admin,
        connections.open_producer,
        connections.open_consumer,
        connections.open_warehouse,
        connections.local_endpoints,
    ],
)
def test_local_parts_that_are_not_up(call):
    assert refused_by(lambda: call(Settings())).code == "LOCAL_NOT_RUNNING"


@pytest.mark.real
@pytest.mark.parametrize("call", [connections.open_admin, connections.open_producer, connections.open_consumer])
def test_a_broker_that_is_away(call, closed_port, monkeypatch):
    monkeypatch.setattr(connections, "BOOTSTRAP_TIMEOUT_MS", 100)
    refused = refused_by(lambda: call(Settings(kafka_bootstrap=f"127.0.0.1:{closed_port}")))
    assert refused.code == "BROKER_UNAVAILABLE"
    assert f"127.0.0.1:{closed_port}" in refused.message


@pytest.mark.real
def test_a_warehouse_that_is_away(closed_port):
    settings = Settings(clickhouse_host="127.0.0.1", clickhouse_port=closed_port, **SECRETS)
    warehouse = connections.open_warehouse(settings)
    assert refused_by(lambda: warehouse.rows("SELECT 1")).code == "WAREHOUSE_UNAVAILABLE"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (kafka_errors.SaslAuthenticationFailedError(), "BROKER_CREDENTIALS"),
        (kafka_errors.TopicAuthorizationFailedError(), "BROKER_CREDENTIALS"),
        (kafka_errors.UnknownTopicOrPartitionError(), "TOPIC_MISSING"),
        (kafka_errors.KafkaTimeoutError(), "BROKER_UNAVAILABLE"),
        (kafka_errors.NotLeaderForPartitionError(), "BROKER_UNAVAILABLE"),
    ],
)
def test_what_the_client_raises_has_a_code(error, code):
    def fail():
        with connections.broker_errors(Settings(kafka_bootstrap="broker:9092")):
            raise error

    assert refused_by(fail).code == code


def test_kafka_options_are_the_settings():
    made = connections.kafka_options(
        Settings(
            kafka_bootstrap="a:1,b:2",
            kafka_security_protocol="SASL_SSL",
            kafka_sasl_mechanism="SCRAM-SHA-512",
            kafka_username="u",
            kafka_password="p",
            kafka_ca_file="ca.pem",
        )
    )
    assert made["bootstrap_servers"] == "a:1,b:2"
    assert (made["sasl_mechanism"], made["sasl_plain_username"], made["sasl_plain_password"]) == (
        "SCRAM-SHA-512",
        "u",
        "p",
    )
    assert (made["security_protocol"], made["ssl_cafile"]) == ("SASL_SSL", "ca.pem")
    assert "sasl_mechanism" not in connections.kafka_options(Settings(kafka_bootstrap="a:1"))


def test_the_warehouse_address_is_the_settings():
    settings = Settings(
        clickhouse_host="db", clickhouse_port=9440, clickhouse_secure=True, clickhouse_user="u", clickhouse_password="geheim",
        clickhouse_database="d", clickhouse_timeout_s=7, **SECRETS,
    )  # fmt: skip
    made = connections.warehouse_address(settings)
    assert (made.host, made.port, made.database, made.user, made.secure) == ("db", 9440, "d", "u", True)
    assert (made.password, made.send_receive_timeout) == ("geheim", 7)
    assert connections.warehouse_address(settings, database="default").database == "default"
    assert str(made) == "db:9440/d"
