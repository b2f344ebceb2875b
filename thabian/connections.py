"""Connections made from settings. An empty address means the local parts, which are looked up where they said they listen."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka import errors as kafka_errors
from pydantic import SecretStr

from deploy.local.addresses import remembered
from deploy.local.endpoints import Endpoints, endpoints, endpoints_at
from schemas.errors import ThabianError
from thabian.settings import Settings
from warehouse.clickhouse import ClickHouseWarehouse, WarehouseAddress

BOOTSTRAP_TIMEOUT_MS = 5_000
"""As long as the warehouse has for a connection: whoever waits at a terminal learns soon that the broker is away."""

LARGEST_REQUEST = 256 << 20
"""Bytes before compression, which is what kafka-python looks at. The broker's own limit is after compression: a record that
the ingress topic took must not be too large for a dead letter.
"""


def local_endpoints(settings: Settings) -> Endpoints:
    """Where the local parts listen. One clear line when they are not up."""
    found = endpoints(settings.local_home)
    if found is None:
        raise ThabianError(
            "LOCAL_NOT_RUNNING", "the local parts are not up: run `thabian local up`, or configure addresses"
        )
    return found


def settled(settings: Settings) -> Settings:
    """The same with addresses for good: those of local parts as they were last started, whichever of them runs now.

    For whoever tells of parts that are away. LOCAL_NOT_RUNNING when the local parts are meant and were never started.
    """
    if settings.kafka_bootstrap and settings.clickhouse_host:
        return settings
    known = remembered(settings.local_home)
    local = local_endpoints(settings) if known is None else endpoints_at(known)
    return settings.model_copy(update=_addresses(settings, local))


def _addresses(settings: Settings, local: Endpoints) -> dict[str, Any]:
    found: dict[str, Any] = {"kafka_bootstrap": settings.kafka_bootstrap or local.kafka_bootstrap}
    if not settings.clickhouse_host:
        found |= {"clickhouse_host": local.clickhouse_host, "clickhouse_port": local.clickhouse_port}
        found |= {"clickhouse_user": "default", "clickhouse_password": SecretStr(""), "clickhouse_secure": False}
    return found


def kafka_options(settings: Settings) -> dict[str, Any]:
    """What every Kafka client is opened with."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap or local_endpoints(settings).kafka_bootstrap,
        "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS,
        "security_protocol": settings.kafka_security_protocol,
        "client_id": "thabian",
    }
    if settings.kafka_sasl_mechanism is not None:
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }
    if settings.kafka_ca_file is not None:
        options["ssl_cafile"] = str(settings.kafka_ca_file)
    return options


@contextmanager
def broker_errors(settings: Settings) -> Iterator[None]:
    """Turn what a Kafka client raises when it cannot reach or enter the broker into one clear line."""
    try:
        yield
    except (kafka_errors.SaslAuthenticationFailedError, kafka_errors.AuthorizationError) as error:
        raise ThabianError("BROKER_CREDENTIALS", "Kafka refused the credentials") from error
    except kafka_errors.UnknownTopicOrPartitionError as error:
        raise ThabianError("TOPIC_MISSING", "a topic is missing: run `thabian topics apply`") from error
    except kafka_errors.KafkaError as error:
        where = settings.kafka_bootstrap or "the local broker"
        raise ThabianError(
            "BROKER_UNAVAILABLE", f"Kafka at {where} does not answer ({type(error).__name__})"
        ) from error


def open_producer(settings: Settings, **more: Any) -> KafkaProducer:  # noqa: ANN401 - the client's own options
    """An idempotent producer that waits for all replicas. Never creates topics."""
    options = {
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "zstd",
        "allow_auto_create_topics": False,
        "max_request_size": LARGEST_REQUEST,
    }
    with broker_errors(settings):
        return KafkaProducer(**(kafka_options(settings) | options | more))


def open_consumer(settings: Settings, **more: Any) -> KafkaConsumer:  # noqa: ANN401 - the client's own options
    """A consumer that commits by hand, never resets an offset, and sees committed records alone (semantics 1.1, 3.3)."""
    options = {
        "enable_auto_commit": False,
        "auto_offset_reset": "none",
        "isolation_level": "read_committed",
        "allow_auto_create_topics": False,
    }
    with broker_errors(settings):
        return KafkaConsumer(**(kafka_options(settings) | options | more))


def open_admin(settings: Settings) -> KafkaAdminClient:
    """An administrator's connection to the broker."""
    with broker_errors(settings):
        return KafkaAdminClient(**kafka_options(settings))


def warehouse_address(settings: Settings, database: str | None = None) -> WarehouseAddress:
    """Where the warehouse is; `database` other than the configured one, such as `default` before it exists."""
    make = functools.partial(WarehouseAddress, database=database or settings.clickhouse_database)
    if not settings.clickhouse_host:
        local = local_endpoints(settings)
        return make(local.clickhouse_host, local.clickhouse_port, send_receive_timeout=settings.clickhouse_timeout_s)
    return make(
        settings.clickhouse_host,
        settings.clickhouse_port,
        user=settings.clickhouse_user,
        password=settings.clickhouse_password.get_secret_value(),
        secure=settings.clickhouse_secure,
        send_receive_timeout=settings.clickhouse_timeout_s,
    )


def open_warehouse(settings: Settings, database: str | None = None) -> ClickHouseWarehouse:
    """A connection to the warehouse; it is made at the first statement."""
    return ClickHouseWarehouse(warehouse_address(settings, database))
